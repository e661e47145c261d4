"""Prose stays prose: words of markings in sentences, statutes, manuals, tables and forms are not read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from redact.document import Document
from redact.pipeline import Engine
from redact.rulebook import packaged

HERE = Path(__file__).parent
TRAPS = [line for line in (HERE / "prose_traps.txt").read_text("utf-8").split("\n") if line.strip()]
TEXTS = sorted((HERE / "null").glob("*.txt"))


@cache
def _engine(as_record: bool) -> Engine:
    return Engine(packaged(), as_record=as_record)


def _found(text: str, *, as_record: bool) -> list[tuple[str, str, str]]:
    spans = _engine(as_record).understand(Document.of("null", text)).spans
    return [(span.kind, text[span.start : span.end], span.rule) for span in spans]


@pytest.mark.parametrize("line", TRAPS)
def test_sentence_holds_no_marking(line: str) -> None:
    assert _found(line, as_record=True) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("as_record", [False, True], ids=["routed", "as record"])
def test_null_text_is_silent(path: Path, as_record: bool) -> None:
    assert _found(path.read_text("utf-8"), as_record=as_record) == []


def test_there_are_traps_enough() -> None:
    assert len(TRAPS) >= 100
    assert len(TEXTS) >= 6
