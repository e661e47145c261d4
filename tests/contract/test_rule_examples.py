"""`redact rules test` shows what was expected, what was got, and where they part; `redact explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

PATTERN = """\
schema = 1
[[rule]]
id = "house-stamp"
kind = "case"
title = "Accession number of the reading room"
pattern = '''ACC-\\d{4}/\\d{2}'''
keywords = ["acc-"]
authority = ["Reading room rules, sec. 4"]
rationale = "Finds the box again."
advice = "Compare with the register."
example = [ %s, { text = "none here", none = true } ]
"""
CONDITION = """\
schema = 1
[[rule]]
id = "house-needs-date"
kind = "condition"
title = "Record without a date"
table = "document_facts"
where = "document_type = 'memorandum'"
require = "document_date > DATE '2010-01-01'"
message = "The memorandum of {document_date} is too old for this room."
severity = "warning"
authority = ["Reading room rules, sec. 5"]
rationale = "Old papers are kept elsewhere."
advice = "Send it to the other building."
example = [ %s ]
"""
GOOD = '{ good = { document_type = "memorandum", document_date = %s } }'
BAD = '{ bad = { document_type = "memorandum", document_date = %s } }'
MEMO = "MEMORANDUM FOR: A\\nFROM: B\\nDATE: 3 March 2008\\nSUBJECT: Locks\\n\\n1. (C) The locks were changed.\\n"


@pytest.fixture
def rules_test(redact: Any, tmp_path: Path) -> Any:
    def call(text: str) -> Any:
        (tmp_path / "own.toml").write_text(text, encoding="utf-8")
        return redact("rules", "test", tmp_path / "own.toml")

    return call


@pytest.mark.parametrize(
    ("example", "shown"),
    [
        (  # the span is another one: under the place in the text, and under the first letter that differs
            '{ text = "Box of\\nsee ACC-1234/56-A", span = "ACC-1234/56-A" }',
            [
                "  text:     see ACC-1234/56-A  (line 2)",
                "                           ^",
                "  expected: 'ACC-1234/56-A'",
                "  got:      'ACC-1234/56' = ACC-1234/56",
                "                        ^",
            ],
        ),
        (  # the value is another one: no place in the text differs
            '{ text = "ACC-1234/56", span = "ACC-1234/56", value = "ACC-1234/57" }',
            [
                "  text:     ACC-1234/56",
                "  expected: 'ACC-1234/56' = ACC-1234/57",
                "  got:      'ACC-1234/56' = ACC-1234/56",
                "                                      ^",
            ],
        ),
        (
            '{ text = "the old ACC-12", span = "ACC-12" }',
            ["  text:     the old ACC-12", "                    ^", "  expected: 'ACC-12'", "  got:      nothing",
             "            ^"],
        ),
        (
            '{ text = "the old ACC-1234/56", none = true }',
            ["  text:     the old ACC-1234/56", "                    ^", "  expected: nothing",
             "  got:      'ACC-1234/56' = ACC-1234/56", "            ^"],
        ),
        (  # wide letters and a letter that steers: the caret still stands under the place
            '{ text = "\\u6771\\u4eac\\u001b ACC-1234/56", none = true }',
            ["  text:     \u6771\u4eac\u241b ACC-1234/56", "                  ^", "  expected: nothing",
             "  got:      'ACC-1234/56' = ACC-1234/56", "            ^"],
        ),
    ],
    ids=["another span", "another value", "nothing found", "found where nothing is", "wide letters"],
)  # fmt: skip
def test_a_pattern_example(rules_test: Any, example: str, shown: list[str]) -> None:
    run = rules_test(PATTERN % example)
    assert run.status == 1
    assert run.out.splitlines() == ["house-stamp[0]: failed", *shown, "1 rule, 2 examples, 1 failed."]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_row_example_is_named_by_its_own_place(rules_test: Any, place: int) -> None:
    rows = [GOOD % "2011-01-01", BAD % "2001-01-01", GOOD % "2012-01-01"]
    rows[place] = rows[place].replace("20", "19") if place != 1 else BAD % "2011-01-01"
    run = rules_test(CONDITION % ", ".join(rows))
    assert run.status == 1
    lines = run.out.splitlines()
    assert lines[0] == f"house-needs-date[{place}]: failed"
    expected, got = ("is", "is not") if place == 1 else ("is not", "is")
    kind = "bad" if place == 1 else "good"
    assert lines[2:4] == [f"  expected: a {kind} row {expected} reported", f"  got:      a {kind} row {got} reported"]
    assert lines[4].index("^") == lines[3].index("reported" if got == "is" else "not")
    assert lines[5] == "1 rule, 3 examples, 1 failed."


def test_a_document_example(rules_test: Any) -> None:
    run = rules_test(CONDITION % f'{{ hit = "{MEMO}" }}, {{ none = "{MEMO}" }}')
    assert run.status == 1
    assert run.out.splitlines() == [
        "house-needs-date[1]: failed",
        "  text:     MEMORANDUM FOR: A  (line 1)",
        "            ^",
        "  expected: nothing",
        "  got:      The memorandum of 2008-03-03 is too old for this room.",
        "            ^",
        "1 rule, 2 examples, 1 failed.",
    ]


def test_a_known_gap_is_listed_and_named_once_it_holds(rules_test: Any) -> None:
    gap = '{ text = "ACC-12", span = "ACC-12", known = "short forms, until the register is in" }'
    run = rules_test(PATTERN % gap)
    assert run.status == 0
    assert run.out.splitlines()[0] == "house-stamp[0]: known gap: short forms, until the register is in"
    assert run.out.splitlines()[-1] == "1 rule, 2 examples, 1 known gap, 0 failed."
    run = rules_test(PATTERN % gap.replace("ACC-12", "ACC-1234/56"))
    assert run.status == 0
    assert run.out.splitlines() == [
        "house-stamp[0]: listed as a known gap, yet it holds; take `known` out: short forms, until the register is in",
        "1 rule, 2 examples, 0 failed.",
    ]


def test_every_rule_is_explained() -> None:
    from redact.rulebook import cards
    from redact.ruledocs import page

    for card in cards().values():
        text = page(card)
        for part in (card.title, card.rationale, card.advice, *card.authority, *card.silent_when, *card.known):
            assert part in text, card.id
        assert card.authority, card.id
        for example in (*card.hits, *card.misses):
            assert all(line.strip() in text for line in example.splitlines()), card.id


def test_without_a_rule_it_lists_them_by_kind(redact: Any) -> None:
    run = redact("explain")
    assert run.status == 0
    lines = run.out.splitlines()
    assert {"banner", "condition", "exemption"} <= {line for line in lines if not line.startswith(" ")}
    listed = {line.split()[0] for line in redact("rules", "list").out.splitlines()}
    assert {line.split()[0] for line in lines if line.startswith(" ")} == listed


def test_an_unknown_rule_is_answered_with_three(redact: Any) -> None:
    run = redact("explain", "declass-overdeu")
    assert run.status == 2
    near = run.err.partition("did you mean ")[2].strip().rstrip("?").split(", ")
    assert len(near) == 3
    assert near[0] == "declass-overdue"
