"""Short invented texts with every marking that a reader sees in them: `snippets.jsonl`, one a line.

`expected` is complete: anything else that is found is a false alarm, and the texts of the `negative` categories hold
nothing at all. The snippets are read as parts of records, so that no router keeps a false alarm silent.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from redact.document import Document
from redact.pipeline import Engine
from redact.rulebook import packaged
from redact.vocabulary import KINDS

LINES = (Path(__file__).parent / "snippets.jsonl").read_text(encoding="utf-8").split("\n")
SNIPPETS: list[dict[str, Any]] = [json.loads(line) for line in LINES if line]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(packaged(), as_record=True)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=[snippet["id"] for snippet in SNIPPETS])
def test_snippet(snippet: dict[str, Any], engine: Engine) -> None:
    text = snippet["text"]

    def named(rows: set[tuple[int, int, str, str]]) -> list[tuple[str, str, str]]:
        return [(kind, text[start:end], value) for start, end, kind, value in sorted(rows)]

    wanted = {(row["start"], row["end"], row["kind"], row["value"]) for row in snippet["expected"]}
    spans = engine.understand(Document.of("snippet", text)).spans
    found = {(span.start, span.end, span.kind, span.value) for span in spans}
    assert {"missed": named(wanted - found), "false": named(found - wanted)} == {"missed": [], "false": []}


def test_the_set() -> None:
    assert len(SNIPPETS) >= 250
    assert [name for name, count in Counter(snippet["id"] for snippet in SNIPPETS).items() if count > 1] == []
    assert [text for text, count in Counter(snippet["text"] for snippet in SNIPPETS).items() if count > 1] == []
    for snippet in SNIPPETS:
        assert snippet["why"]
        assert bool(snippet["expected"]) is snippet["category"].startswith("positive/")
    kinds = {row["kind"] for snippet in SNIPPETS for row in snippet["expected"]}
    assert kinds == set(KINDS)
