"""What `redact audit` does with decisions: statements 30 and 32."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from redact import audit_folder
from redact.review.session import Review
from redact.review.states import Policies

TEXT = """CONFIDENTIAL

PAGE 01 TORVAL 04417 032105Z APR 86

1. THE DELEGATION [REDACTED] LEFT ON MONDAY.
"""


def redact(*words: str | Path) -> subprocess.CompletedProcess[str]:
    run = "import sys; from redact.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", run, *map(str, words)], capture_output=True, text=True, timeout=120, check=False
    )


def test_an_audit_anew_leaves_reviews_and_an_ended_dismissal_counts_again(tmp_path: Path, opened: Any) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.txt").write_text(TEXT)
    out, reviews = tmp_path / "out", tmp_path / "out" / "reviews"
    first = ("audit", tmp_path / "in", "--output", out, "--fail-on", "note")
    assert redact(*first, "--as-of", "2026-01-01").returncode == 1
    for name in ("ana", "ben"):  # an error's dismissal settles with the second one
        review = Review(audit_folder.read(out), name, Policies())
        assert review.height
        assert review.decide(list(range(review.height)), "dismissed", "misread", "words", until=date(2026, 6, 30)).done
    before = {path.name: path.read_bytes() for path in reviews.iterdir()}
    assert {json.loads(line)["until"] for line in before["ana.jsonl"].decode().splitlines()} == {"2026-06-30"}
    done = redact(*first, "--as-of", "2026-06-30", "--reviews", reviews)
    assert done.returncode == 0, done.stderr
    done = redact(*first, "--as-of", "2026-07-01", "--reviews", reviews)
    assert done.returncode == 1, done.stderr
    assert "expired" in done.stderr or "run out" in done.stderr or "until" in done.stderr
    assert {path.name: path.read_bytes() for path in reviews.iterdir()} == before
