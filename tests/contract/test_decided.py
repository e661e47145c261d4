"""Baseline, ignores and decisions at the command line: statements 73, 74, 81 and 82, and `redact verdicts`."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AS_OF

CLEAN = (
    "CONFIDENTIAL\n\nMEMORANDUM FOR: The Director\nFROM: Office of Security\nDATE: 3 March 2018\n"
    "SUBJECT: (U) Locks\n\n1. (C) The locks were changed.\n\n2. (U) The old ones were sold.\n\n"
    "Classified By: A. Smith, Director\nReason: 1.4(c)\nDeclassify On: 20280303\n\nCONFIDENTIAL\n"
)
ERROR = CLEAN.replace("2. (U)", "2. (S)")
WARNING = CLEAN.replace("CONFIDENTIAL\n\nMEMO", "CONFIDENTIAL//ORCON/ZZZZ\n\nMEMO").replace("Locks", "Keys")
Audit = Callable[..., Any]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "a.txt").write_text(ERROR)
    (folder / "b.txt").write_text(WARNING)
    return folder


@pytest.fixture
def out(release: Path, redact: Any, tmp_path: Path) -> Path:
    """The audit folder of the release."""
    redact("audit", release, "--as-of", AS_OF, "--output", tmp_path / "out", "-q")
    return tmp_path / "out"


@pytest.fixture
def worklist(out: Path, redact: Any, tmp_path: Path) -> Path:
    run = redact("report", out, "--worklist", tmp_path / "work.csv")
    assert run.status == 0
    assert "verdict" in run.err  # how to fill it in
    return tmp_path / "work.csv"


def fill(path: Path, to: Path, *answers: tuple[str, str, str]) -> Path:
    """Write verdict, reason and note into the first rows of a work list; every program keeps the other cells."""
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    at = rows[0].index("verdict")
    for row, answer in zip(rows[1:], answers, strict=False):
        row[at : at + 3] = answer
    with to.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return to


def logged(out: Path) -> list[dict[str, Any]]:
    logs = sorted((out / "reviews").glob("*.jsonl"))
    return [json.loads(line) for log in logs for line in log.read_text().splitlines()]


class TestWorkList:
    def test_there_and_back(self, redact: Any, release: Path, out: Path, worklist: Path, tmp_path: Path) -> None:
        back = fill(worklist, tmp_path / "back.csv", (" Dismissed ", "4", ""), ("CONFIRMED", "", "ask"))
        into = ("--into", out, "--reviewer", "ana")
        dry = redact("verdicts", "import", back, *into, "--dry-run")
        assert (dry.status, logged(out)) == (0, [])
        assert redact("verdicts", "import", back, *into).out.startswith("2 verdicts stored")
        events = logged(out)
        assert [(e["reviewer"], e["rule"], e["verdict"], e["reason"]) for e in events] == [
            ("ana", "portion-exceeds-banner", "dismissed", "order-in-force"),
            ("ana", "banner-unknown-token", "confirmed", None),
        ]
        assert redact("verdicts", "import", back, *into).out.startswith("0 verdicts stored, 2 already known")
        assert logged(out) == events
        again = ("audit", release, "--as-of", AS_OF, "--reviews", out / "reviews")
        waits = redact(*again)  # an error's dismissal counts with the second reviewer
        assert waits.status == 1
        assert "second reviewer" in waits.err
        redact("verdicts", "import", back, "--into", out, "--reviewer", "ben")
        settled = redact(*again)
        assert settled.status == 0
        assert "1 error was dismissed and does not count" in settled.err
        assert "portion-exceeds-banner" in settled.out
        assert redact("report", out, "--csv", tmp_path / "findings.csv").status == 0
        rows = list(csv.DictReader(io.StringIO((tmp_path / "findings.csv").read_text("utf-8"), newline="")))
        assert [(row["rule"], row["verdict"], row["reviewer"]) for row in rows] == [
            ("portion-exceeds-banner", "dismissed", "ana, ben"), ("banner-unknown-token", "confirmed", "ana, ben"),
        ]  # fmt: skip

    def test_a_wrong_word_names_row_and_words_and_writes_nothing(
        self, redact: Any, out: Path, worklist: Path, tmp_path: Path
    ) -> None:
        back = fill(worklist, tmp_path / "back.csv", ("confirmed", "", ""), ("dismised", "4", ""))
        run = redact("verdicts", "import", back, "--into", out, "--reviewer", "ana")
        assert (run.status, run.out) == (2, "")
        assert "row 3" in run.err
        assert "confirmed, dismissed, second, open" in run.err
        assert not (out / "reviews").exists()

    def test_without_the_audit_folder_it_says_how_to_name_it(self, redact: Any, worklist: Path) -> None:
        run = redact("verdicts", "import", worklist, "--reviewer", "ana")
        assert run.status == 2
        assert "--into" in run.err

    @pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
    def test_through_a_spreadsheet_program(self, redact: Any, out: Path, worklist: Path, tmp_path: Path) -> None:
        """The file as it is written, opened in LibreOffice, saved as a sheet and as CSV again, then filled in."""

        def convert(path: Path, to: str, folder: str) -> Path:
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", to,
                 "--outdir", str(tmp_path / folder), str(path)],
                check=True, capture_output=True, timeout=180,
            )  # fmt: skip
            return tmp_path / folder / f"{path.stem}.{to.partition(':')[0]}"

        text = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
        saved = convert(convert(worklist, "ods", "sheet"), text, "saved")
        filled = fill(saved, tmp_path / "filled.csv", ("dismissed", "misread", ""), ("confirmed", "", ""))
        for path in (filled, convert(filled, text, "again")):
            assert redact("verdicts", "import", path, "--into", out, "--reviewer", "ana").status == 0
        assert [(e["rule"], e["verdict"]) for e in logged(out)] == [
            ("portion-exceeds-banner", "dismissed"), ("banner-unknown-token", "confirmed"),
        ]  # fmt: skip


class TestVerdicts:
    def test_log_and_check(self, redact: Any, release: Path, out: Path, worklist: Path, tmp_path: Path) -> None:
        empty = redact("verdicts", "check", out)
        assert (empty.status, empty.out) == (0, "")
        back = fill(worklist, tmp_path / "back.csv", ("dismissed", "4", ""), ("confirmed", "", ""))
        redact("verdicts", "import", back, "--into", out, "--reviewer", "ana")
        lines = redact("verdicts", "log", out).out.splitlines()
        assert [line.split(" ")[1:4] for line in lines] == [
            ["ana", "dismissed", "portion-exceeds-banner"], ["ana", "confirmed", "banner-unknown-token"],
        ]  # fmt: skip
        assert [row["stands"] for row in redact("verdicts", "log", out, "--format", "json").objects] == [True, True]
        check = redact("verdicts", "check", out)
        assert check.status == 1
        assert check.out.startswith("awaiting: ")
        # one document goes, the evidence in the other changes (its finding is a new one), and a line is torn
        (release / "b.txt").unlink()
        (release / "a.txt").write_text(ERROR.replace("(S)", "(TS)"))
        redact("audit", release, "--as-of", AS_OF, "--output", out, "-q")
        with (out / "reviews" / "ana.jsonl").open("a") as log:
            log.write('{"v":1,"torn')
        check = redact("verdicts", "check", out)
        assert check.status == 1
        assert [line.split(":")[0] for line in check.out.splitlines()] == ["unreadable", "orphan", "orphan"]
        told = redact("audit", release, "--as-of", AS_OF, "--reviews", out / "reviews", "-q")
        assert (told.status, "cut off" in told.err) == (1, True)


class TestNamedOnce:
    def test_what_matches_nothing(self, redact: Any, release: Path, out: Path, worklist: Path, tmp_path: Path) -> None:
        (tmp_path / "redact.toml").write_text(
            "[[ignore]]\npath = 'nowhere/*'\nreason = 'old'\n"
            "[[ignore]]\nrules = ['portion-exceeds-banner']\nreason = 'over'\nuntil = 2025-06-30\n"
        )
        assert redact("baseline", "write", out, tmp_path / "base.jsonl").status == 0
        back = fill(worklist, tmp_path / "back.csv", ("dismissed", "4", ""), ("confirmed", "", ""))
        redact("verdicts", "import", back, "--into", out, "--reviewer", "ana")
        (gone,) = (e["fingerprint"] for e in logged(out) if e["rule"] == "banner-unknown-token")
        (release / "b.txt").unlink()
        given = ("audit", release, "--as-of", AS_OF, "--baseline", tmp_path / "base.jsonl", "--reviews",
                 out / "reviews")  # fmt: skip
        run = redact(*given, cwd=tmp_path)
        for words in ("nowhere/*", "expired on 2025-06-30", "gone from the baseline: ", f"orphan verdict: {gone}"):
            assert run.err.count(words) == 1, (words, run.err)
        assert run.status == 1  # the decision goes before the baseline: it waits for a second reviewer
        assert redact(*given[:-2], cwd=tmp_path).status == 0
        strict = redact(*given[:-2], "--strict", "--exit-zero", cwd=tmp_path)
        assert strict.status == 2
        assert "--strict" in strict.err
        quiet = redact(*given[:-2], "--strict", "-q", cwd=tmp_path)
        assert "nowhere/*" in quiet.err
        assert redact(*given[:4], "--strict", "-q", "--isolated", cwd=tmp_path).status == 1


class TestSameFinding:
    def test_moved_renamed_and_elsewhere_it_is_known_and_changed_it_is_not(
        self, redact: Any, release: Path, out: Path, worklist: Path, tmp_path: Path
    ) -> None:
        baseline, reviews = tmp_path / "base.jsonl", out / "reviews"
        redact("baseline", "write", out, baseline)
        assert AS_OF in baseline.read_text().splitlines()[0]
        back = fill(worklist, tmp_path / "back.csv", ("dismissed", "4", ""))
        for name in ("ana", "ben"):
            redact("verdicts", "import", back, "--into", out, "--reviewer", name)

        def statuses(folder: Path) -> tuple[int, int, int]:
            common = ("audit", folder, "--as-of", AS_OF, "-q")
            redact(*common, "--output", tmp_path / "later")
            return (
                redact(*common, "--baseline", baseline).status,
                redact(*common, "--reviews", reviews).status,
                redact("baseline", "diff", tmp_path / "later", baseline).status,
            )

        moved = tmp_path / "elsewhere" / "deep"
        moved.mkdir(parents=True)
        (moved / "renamed.txt").write_text(ERROR.replace("1. (C)", "\n\nA line more.\n\n1. (C)"))
        (moved / "b.txt").write_text(WARNING)
        assert statuses(moved) == (0, 0, 0)
        (moved / "renamed.txt").write_text(ERROR.replace("2. (S)", "2. (TS)"))
        assert statuses(moved) == (1, 1, 1)


def test_same_day_same_bytes(redact: Any, release: Path, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        target = tmp_path / name
        run = redact(
            "audit", release, "--as-of", AS_OF, "--mode", "publication", "--output", target / "out", "--certificate",
            target / "certificate.json", "--premis", target / "premis.xml", "--jobs", "1" if name == "one" else "2",
        )  # fmt: skip
        assert run.status == 1
        report = redact(
            "report", target / "out", "--html", target / "report.html", "--worklist", target / "work.csv", "--csv",
            target / "findings.csv", "--ledger", target / "ledger.csv",
        )  # fmt: skip
        assert report.status == 0
        assert redact("baseline", "write", target / "out", target / "baseline.jsonl").status == 0
        made.append({
            str(path.relative_to(target)): path.read_bytes()
            for path in sorted(target.rglob("*")) if path.is_file() and path.name != "run.json"
        })  # fmt: skip
    assert len(made[0]) >= 15
    assert made[0] == made[1]
