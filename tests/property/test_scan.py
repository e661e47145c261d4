"""Properties of reading one text: spans are slices of it, do not overlap in their kind, and nothing raises."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from redact.document import Document
from redact.facts import to_contract
from redact.pipeline import Engine, Understood
from redact.rulebook import packaged
from redact.vocabulary import DOCUMENT_TYPES, KINDS

PIECES = (
    "SECRET", "CONFIDENTIAL", "C O N F I D E N T I A L", "TOP SECRET//SI//NOFORN", "UNCLAS", "~~SECRET~~", "SECRFT",
    " SECTION 01 OF 02", "PAGE 02 LIMA 01234", "01 OF 02", "Page 3 of 7", "SIPDIS", "NODIS", "(C)", "(S//NF)", "1. ",
    "2. (U) ", "(C - ENTIRE TEXT)", "[REDACTED]", "[1 line not declassified]", "XXXXXXXXXX", "██████", "[illegible]",
    "(b)(6)", "(b)(7)(C)", "B1, 1.4(D)", "25X1", "b7C", "RELEASED IN PART", "Approved For Release 2003/04/05 : ",
    "CIA-RDP79T00975A004900010001-6", "Case No. F-2015-04841", "Doc No. C05739655", "E.O. 12958: DECL: 11/08/2015",
    "E.O. 12356", "DECL: OADR", "Declassify On: 20401231", "Reason: 1.4(b", "/d).", "Classified By: A. Person",
    "Derived From: Multiple Sources", "Identifier\nCreated\nClassification\nOrigin\n", "SUBJECT: ", "TAGS: PREL",
    "P 092105Z NOV 92", "FM AMEMBASSY LIMA", "From: ", "MEMORANDUM FOR:", "the quick brown fox", " and ", "\n", "\n\n",
    "\r\n", "\x0c", "\t", " ", "  ", "İ", "ſ", "K", "é", "\u2028", "\x85", "\0", "\x1b[31m", "\ufeff", "😀", "(", ")",
    "[", "]", "//", "-", "~~",
)  # fmt: skip
MARKED = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
LINES = st.lists(st.sampled_from(PIECES), max_size=40).map("\n".join)
TEXTS = st.one_of(MARKED, LINES, st.text(max_size=400))


@cache
def engine() -> Engine:
    return Engine(packaged(), as_record=True)


@cache
def routed() -> Engine:
    return Engine(packaged())


def read(text: str) -> Understood:
    return engine().understand(Document.of("any", text))


@settings(max_examples=250, deadline=None)
@given(TEXTS)
@example("")
@example("\0")
@example("İSECRET\nİİİ\n\nSECRET")
@example("SECRET" * 50)
def test_a_span_is_a_slice_of_the_text(text: str) -> None:
    understood = read(text)
    for span in understood.spans:
        assert 0 <= span.start < span.end <= len(text)
        assert span.kind in KINDS
        assert span.value
        assert span.rule in packaged().by_id
        part = text[span.start : span.end]
        assert part == part.strip(" \t\r\n\x0c")
    assert understood.spans == sorted(understood.spans)
    assert understood.timed_out == ()


@settings(max_examples=250, deadline=None)
@given(TEXTS)
@example("[REDACTED][REDACTED]")
@example("(b)(6)(b)(6); (b)(7)(C)")
def test_spans_of_one_kind_do_not_overlap(text: str) -> None:
    ends: dict[str, int] = {}
    for span in read(text).spans:
        assert span.start >= ends.get(span.kind, 0)
        ends[span.kind] = span.end


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_facts_are_json_with_what_was_found(text: str) -> None:
    understood = read(text)
    facts = to_contract("any", understood.record.facts)
    assert json.loads(json.dumps(facts, ensure_ascii=False)) == facts
    assert facts["document_type"] in DOCUMENT_TYPES
    assert "" not in [value for value in facts.values() if isinstance(value, str)]
    assert facts["redactions_justified"] <= facts["redactions"] <= sum(s.kind == "redaction" for s in understood.spans)
    assert set(facts["exemptions"]) <= {span.value for span in understood.spans if span.kind == "exemption"}
    assert set(facts["cases"]) <= {span.value for span in understood.spans if span.kind == "case"}


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_what_is_no_record_has_no_spans(text: str) -> None:
    understood = routed().understand(Document.of("any", text))
    if understood.record.facts["document_type"] == "not-a-record":
        assert understood.spans == []


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.integers(1, 5))
def test_blank_lines_above_move_spans_and_change_nothing_else(text: str, count: int) -> None:
    before = read("x\n\n" + text).spans
    after = read("x\n\n" + "\n" * count + text).spans
    assert [(s.kind, s.value, s.end - s.start) for s in after] == [(s.kind, s.value, s.end - s.start) for s in before]


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "(b)(" * 5_000, "- " * 20_000, "S E C " * 8_000, "1.4(b, " * 6_000, "\n(C) " * 5_000]
)
def test_repetition_does_not_run_out_of_time(text: str) -> None:
    assert read(text).timed_out == ()
