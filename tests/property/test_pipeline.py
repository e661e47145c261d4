"""Properties of an audit: any text, any order, edits elsewhere, and reports that read back."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from redact.auditing import AuditResult, audit_documents, documents_frame, finish
from redact.pipeline import Engine
from redact.reports import RenderOptions, render
from redact.rulebook import cards, packaged
from redact.tables import MODELS, SCHEMAS
from tests.property.test_scan import TEXTS

AS_OF = date(2026, 1, 1)
ROOT = Path(__file__).parents[2]
MEMORANDUM = (
    "CONFIDENTIAL\n\nMEMORANDUM FOR: The Director\nDATE: 3 March 2008\nSUBJECT: Locks\n\n"
    "1. (C) The locks were changed.\n\n2. (S) The new keys are kept in room 12.\n\n"
    "Classified By: A. Smith\nReason: 1.4(c)\nDeclassify On: 20180303\n\nCONFIDENTIAL\n"
)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
BATCHES = st.dictionaries(NAMES, TEXTS, min_size=1, max_size=6)


@cache
def engine() -> Engine:
    return Engine(packaged())


def audit(texts: dict[str, str]) -> AuditResult:
    batch = engine().audit(documents_frame(texts), as_of=AS_OF)
    return finish(engine(), [batch], as_of=AS_OF, mode="archive")


@cache
def real() -> dict[str, str]:
    folders = (ROOT / "seeds", ROOT / "tests" / "golden" / "documents")
    return {
        path.name: path.read_bytes().decode("utf-8-sig") for folder in folders for path in sorted(folder.iterdir())
    } | {"locks.txt": MEMORANDUM}


@settings(max_examples=40, deadline=None)
@given(BATCHES)
def test_any_text_is_audited_and_every_table_fits_its_model(texts: dict[str, str]) -> None:
    result = audit(texts)
    for name, frame in result.tables().items():
        assert frame.schema == SCHEMAS[name]
        MODELS[name].validate(frame, lazy=True)
    for row in result.findings.iter_rows(named=True):
        text = texts[row["doc"]]
        assert 0 <= row["start"] <= row["end"] <= len(text)
        assert row["line"] == text.count("\n", 0, row["start"]) + 1
        assert row["column"] == row["start"] - (text.rfind("\n", 0, row["start"]) + 1) + 1
    spans = result.spans
    for doc, start, end, text in spans.select("doc", "start", "end", "text").iter_rows():
        assert texts[doc][start:end] == text


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(NAMES, TEXTS, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_order_of_the_documents_changes_nothing(texts: dict[str, str], random: Any) -> None:
    shuffled = list(texts.items())
    random.shuffle(shuffled)
    first, second = audit(texts), audit(dict(shuffled))
    for name in ("findings", "spans", "document_facts"):
        one, two = (result.tables()[name] for result in (first, second))
        keys = ["doc"] if name == "document_facts" else ["doc", "start", "end", "rule"]
        assert_frame_equal(one.sort(keys, maintain_order=True), two.sort(keys, maintain_order=True))


def test_order_and_company_change_nothing_in_real_documents() -> None:
    texts = real()
    forward, backward = audit(texts), audit(dict(reversed(texts.items())))
    assert_frame_equal(forward.findings, backward.findings)
    for name in ("locks.txt", "003_4eeecafe99b8410f.txt"):
        alone = audit({name: texts[name]})
        assert_frame_equal(alone.spans, forward.spans.filter(pl.col("doc") == name))
        assert_frame_equal(alone.document_facts, forward.document_facts.filter(pl.col("doc") == name))


def test_library_and_batches_agree() -> None:
    texts = real()
    halves = [dict(list(texts.items())[part::2]) for part in (0, 1)]
    batches = [engine().audit(documents_frame(half), as_of=AS_OF) for half in halves]
    joined = finish(engine(), batches, as_of=AS_OF, mode="archive")
    assert_frame_equal(joined.findings, audit_documents(texts, as_of=AS_OF).findings)


class TestFingerprints:
    """Stable across unrelated edits: a line above, the document's name, trailing lines, white space at line ends."""

    @staticmethod
    def marks(name: str, text: str) -> list[tuple[str, str]]:
        return sorted(audit({name: text}).findings.select("rule", "fingerprint").rows())

    @pytest.mark.parametrize("name", ["000_129857a8c4263248.txt", "003_4eeecafe99b8410f.txt", "locks.txt"])
    @pytest.mark.parametrize(
        "above",
        ["scanned by the reading room\n\n", "one\ntwo\nthree\nfour\n\n", "a remark that runs on " * 20 + "\n\n"],
        ids=["one line", "four lines", "a line longer than any other"],
    )
    def test_lines_above(self, name: str, above: str) -> None:
        text = real()[name]
        assert self.marks(name, above + text) == self.marks(name, text)

    @settings(max_examples=8, deadline=None)
    @given(st.text(st.characters(categories=["Ll", "Zs"], max_codepoint=0x17F), max_size=80), st.integers(0, 15))
    def test_a_line_anywhere_between_the_paragraphs(self, words: str, place: int) -> None:
        """Findings elsewhere keep their marks; a new line inside a paragraph may of course change what is found."""
        lines = MEMORANDUM.split("\n")
        gaps = [index for index, line in enumerate(lines) if not line]
        at = gaps[place % len(gaps)]
        edited = "\n".join([*lines[:at], "", "so " + words.strip(), "", *lines[at + 1 :]])
        before = [mark for mark in self.marks("locks.txt", MEMORANDUM) if mark[0] == "portion-exceeds-banner"]
        assert [mark for mark in self.marks("locks.txt", edited) if mark[0] == "portion-exceeds-banner"] == before

    @pytest.mark.parametrize("name", ["000_129857a8c4263248.txt", "statefoia_C05787136.txt", "locks.txt"])
    def test_another_name_and_lines_below(self, name: str) -> None:
        text = real()[name]
        assert self.marks("elsewhere/copy.txt", text) == self.marks(name, text)
        assert self.marks(name, text + "\n\na line that somebody added below\n") == self.marks(name, text)

    def test_equal_findings_are_told_apart(self) -> None:
        result = audit(real())
        assert result.findings.height > 10
        assert result.findings.get_column("fingerprint").n_unique() == result.findings.height


@settings(max_examples=25, deadline=None)
@given(BATCHES)
def test_csv_and_json_read_back(texts: dict[str, str]) -> None:
    result = audit({**texts, "locks.txt": MEMORANDUM})
    options = RenderOptions(evidence="full", rules=cards(packaged()), raw_csv=True)
    rows = [json.loads(line) for line in render("json", result, options).split("\n") if line]
    cells = list(csv.DictReader(io.StringIO(render("csv", result, options), newline="")))
    assert len(rows) == len(cells) == result.findings.height > 0
    for name in ("rule", "severity", "doc", "line", "column", "start", "end", "message", "evidence", "fingerprint"):
        assert [str(row[name]) for row in rows] == [cell[name] for cell in cells]
        assert [row[name] for row in rows] == result.findings.get_column(name).cast(
            pl.String if name == "severity" else SCHEMAS["findings"][name]
        ).to_list()


@settings(max_examples=15, deadline=None)
@given(BATCHES)
def test_terminal_formats_hold_no_control_character(texts: dict[str, str]) -> None:
    result = audit({**texts, "locks\x1b[31m.txt": MEMORANDUM.replace("room 12", "room \x1b[2J")})
    for name in ("full", "concise"):
        text = render(name, result, RenderOptions(rules=cards(packaged())))
        assert [char for char in text if ord(char) < 32 and char not in "\n"] == []
