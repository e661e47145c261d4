"""The baseline: what was there on a day does not fail, what is new does."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from redact.baseline import compare, describe, diff, read, take, write
from redact.errors import UsageError
from redact.tables import SCHEMAS

DAY = date(2026, 1, 1)


@pytest.fixture
def findings() -> pl.DataFrame:
    """Three findings with evidence that no file may hold."""
    rows = [
        ("b-rule", "error", "b.txt", 4, 1, 9, 18, "m", "ZXQ-SEVEN", "a", "", "f" * 32, "d1", 1, False),
        ("a-rule", "note", "b.txt", 2, 1, 3, 5, "m", "ZXQ", "a", "", "e" * 32, "d2", 3, True),
        ("document-unreadable", "error", "c.bin", 1, 1, 0, 0, "m", "", "a", "", "c" * 32, "d3", 1, False),
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["findings"], orient="row")


def test_it_is_sorted_and_holds_no_line_number_or_evidence(findings: pl.DataFrame) -> None:
    text = write(take(findings, as_of=DAY, rules_digest="r"))
    assert text == (
        '{"redact_baseline": 1, "as_of": "2026-01-01", "rules_digest": "r"}\n'
        f'{{"rule": "a-rule", "doc": "b.txt", "fingerprint": "{"e" * 32}", "digest": "d2", "count": 3}}\n'
        f'{{"rule": "b-rule", "doc": "b.txt", "fingerprint": "{"f" * 32}", "digest": "d1", "count": 1}}\n'
    )
    assert write(take(findings.reverse(), as_of=DAY, rules_digest="r")) == text


def test_it_reads_back(findings: pl.DataFrame) -> None:
    baseline = take(findings, as_of=DAY, rules_digest="r")
    assert read(write(baseline)) == baseline


def test_moved_lines_and_renamed_documents_stay_known(findings: pl.DataFrame) -> None:
    baseline = take(findings, as_of=DAY, rules_digest="r")
    moved = findings.with_columns(
        doc=pl.lit("moved/") + pl.col("doc"), line=pl.col("line") + 9, start=pl.col("start") + 99
    )
    assert compare(moved, baseline)[0].to_list() == ["baseline", "baseline", None]


def test_changed_evidence_and_more_occurrences_are_not_known(findings: pl.DataFrame) -> None:
    baseline = take(findings, as_of=DAY, rules_digest="r")
    assert compare(findings.with_columns(digest=pl.lit("new")), baseline)[0].to_list()[:2] == ["changed", "changed"]
    more = findings.with_columns(count=pl.col("count") + 1)
    assert compare(more, baseline)[0].to_list()[:2] == ["changed", "changed"]
    fewer = findings.with_columns(count=pl.lit(1, dtype=pl.UInt32))
    assert compare(fewer, baseline)[0].to_list()[:2] == ["baseline", "baseline"]


def test_what_was_not_checked_is_never_accepted(findings: pl.DataFrame) -> None:
    baseline = take(findings, as_of=DAY, rules_digest="r")
    assert [entry.rule for entry in baseline.entries] == ["a-rule", "b-rule"]


def test_the_difference_names_each_item_once(findings: pl.DataFrame) -> None:
    baseline = take(findings.head(1), as_of=DAY, rules_digest="r")
    told = describe(diff(findings.slice(1), baseline)).splitlines()
    assert told == [
        "0 known, 2 new, 0 changed, 1 gone.",
        f"new: b.txt:2: note a-rule {'e' * 32}",
        f"new: c.bin:1: error document-unreadable {'c' * 32}",
        f"gone: b.txt: b-rule {'f' * 32}",
        "1 baseline entry no longer occurs: run redact baseline write",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "x: empty"),
        ("[]", "x: line 1: not an object"),
        ("nonsense", "x: line 1: not JSON"),
        ("[" * 100_000, "x: line 1: not JSON"),
        ('{"redact_baseline": 9}', "x: line 1: not a baseline of version 1"),
        ('{"redact_baseline": 1}', "x: line 1: the head needs as_of"),
        ('{"redact_baseline": 1, "as_of": "2026-01-01", "rules_digest": "r"}\n{"rule": 3}', "x: line 2: key rule"),
    ],
)
def test_a_damaged_file_is_refused_by_name_and_line(text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        read(text, "x")
