"""The filter language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.errors import UsageError
from redact.review.query import parse_query

FINDINGS: list[dict[str, Any]] = [
    {"severity": "error", "rule": "redaction-alone", "doc": "lima/05LIMA0417.txt", "evidence": "[REDACTED]"},
    {"severity": "error", "rule": "code-missing", "doc": "b.txt", "evidence": "HUMAN RIGHTS", "sensitive": True},
    {"rule": "redaction-late", "doc": "b.txt", "message": "order 1.4(b) [x", "count": 3},
    {"severity": "note", "rule": "banner-low", "doc": "c.txt", "evidence": "B12"},
]
FACTS: dict[str, dict[str, Any]] = {
    "lima/05LIMA0417.txt": {"era": "12356", "exemptions": ["FOIA:b1", "EO:25X6"], "identifier": "05LIMA417"},
    "b.txt": {"era": "13526", "exemptions": ["FOIA:b7C"], "release_status": "PART", "document_type": "report"},
    "c.txt": {},
}


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", [0, 1, 2, 3]),
        ("sev:error", [0, 1]),
        ("sev:error,NOTE", [0, 1, 3]),
        ("-sev:error", [2, 3]),
        ("rule:redaction-*", [0, 2]),
        ("rule:redaction-alone,code-missing -doc:b.txt", [0]),
        ("doc:05LIMA*", [0]),
        ("doc:05lima0417", [0]),
        ("doc:05LIMA417", [0]),
        ("doc:lima/*", [0]),
        ("era:12356", [0]),
        ("era:none", [3]),
        ("code:(b)(1)", [0]),
        ("code:25X6", [0]),
        ("code:b7C", [1, 2]),
        ("code:none", [3]),
        ("status:part", [1, 2]),
        ("type:report", [1, 2]),
        ('"human rights"', [1]),
        ("human rights", [1]),
        ("[x", [2]),
        (r"/B\d+/", [3]),
        (r"-/B\d+/ sev:note", []),
        ("state:open", [1, 3]),
        ("state:confirmed", [0]),
        ("state:dismissed", [2]),
        ("state:decided", [0, 2]),
        ("by:ANA", [0]),
        ("by:ben reason:mis*", [2]),
        ("since:2026-01-01", [0, 2]),
        ("since:2999", []),
        ("is:yours", [0]),
        ("is:masked", [1]),
        ("is:repeated", [2]),
        ("1.4(b)", [2]),
    ],
)
def test_what_a_query_finds(make: Callable[..., Path], opened: Any, query: str, rows: list[int]) -> None:
    directory = make(FINDINGS, FACTS)
    opened(directory, "ben").decide([2], "dismissed", "misread")
    review = opened(directory)
    review.decide([0], "confirmed")
    assert review.selector().rows(parse_query(query)).to_list() == rows


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("sv:error", "did you mean 'sev'"),
        ("sev:eror", "did you mean 'error'"),
        ("state:opn", "did you mean 'open'"),
        ("nonsense:x", "unknown key nonsense"),
        ("sev:", "needs a value"),
        ("/(/", "not a regular expression"),
        ("since:monday", "2026-11-01"),
    ],
)
def test_a_wrong_term_is_named(query: str, told: str) -> None:
    with pytest.raises(UsageError, match=told.replace("(", r"\(")):
        parse_query(query)


def test_nothing_found_names_the_term_to_leave_out(make: Callable[..., Path], opened: Any) -> None:
    selector = opened(make(FINDINGS, FACTS)).selector()
    closest = selector.closest(parse_query("rule:redaction-* era:10501"))
    assert closest is not None
    assert (str(closest[0]), closest[1]) == ("rule:redaction-*", 2)


def test_the_form_writes_the_line() -> None:
    query = parse_query('sev:error rule:a -rule:b "two words"')
    assert str(query.replacing("rule", ["a", "c d"])) == 'sev:error -rule:b "two words" rule:a,"c d"'
    assert str(query.replacing("sev", [])) == 'rule:a -rule:b "two words"'


@given(st.text())
def test_any_text_is_a_query_or_a_sentence(text: str) -> None:
    try:
        query = parse_query(text)
    except UsageError:
        return
    assert parse_query(str(query)) == query
