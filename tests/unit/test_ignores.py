"""Per-path ignores, and the selection of rules."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from redact.errors import UsageError
from redact.ignores import Ignore, match, matches_path, select_rules

DAY = date(2026, 1, 1)
FOUND = pl.DataFrame(
    {"doc": ["lima/a.txt", "lima/b/c.txt", "x/lima/a.txt", "d.txt"], "rule": ["r-a", "r-b", "r-a", "s"]}
)


@pytest.mark.parametrize(
    ("glob", "doc", "expected"),
    [
        ("lima/*", "lima/a.txt", True),
        ("lima/*", "lima/b/c.txt", True),
        ("lima/*", "release/lima/a.txt", True),
        ("lima/*", "notlima/a.txt", False),
        ("lima", "lima/b/c.txt", True),
        ("lima/", "lima/b/c.txt", True),
        ("*.txt", "lima/a.txt", True),
        ("./lima/a.txt", "lima/a.txt", True),
        ("a.txt", "ba.txt", False),
        ("*", "anything", True),
    ],
)
def test_paths(glob: str, doc: str, expected: bool) -> None:
    assert matches_path(glob, doc) is expected


def test_a_path_and_rules_must_both_match() -> None:
    series, unused = match(FOUND, [Ignore("lima/*", ("r-*",), "why")], DAY)
    assert series.to_list() == ["why", "why", "why", None]
    assert unused == ()


def test_one_that_matches_nothing_and_one_past_its_day_are_named_once() -> None:
    ignores = [
        Ignore("nowhere/*", (), "why", source="redact.toml: ignore 1"),
        Ignore("d.txt", (), "why", date(2025, 12, 31), "redact.toml: ignore 2"),
    ]
    series, unused = match(FOUND, ignores, DAY)
    assert series.is_null().all()
    assert [sentence for _, sentence in unused] == [
        "redact.toml: ignore 1: ignore of all rules in 'nowhere/*' matches no finding; remove it",
        "redact.toml: ignore 2: ignore of all rules in 'd.txt' expired on 2025-12-31; its findings count again",
    ]


def test_an_ignore_holds_through_its_last_day() -> None:
    assert match(FOUND, [Ignore("d.txt", (), "why", DAY)], DAY)[0].to_list()[-1] == "why"


def test_selection() -> None:
    rules = ["r-a", "r-b", "s"]
    assert select_rules(rules) == {"r-a", "r-b", "s"}
    assert select_rules(rules, ["r-*"], ["r-b"]) == {"r-a"}


def test_unknown_rules_are_all_named_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        select_rules(["declass-oadr", "banner-missing"], ["declas-oadr"], ["zzz"])
    assert str(caught.value).splitlines() == [
        "--select declas-oadr: no such rule: did you mean declass-oadr?",
        "--ignore zzz: no such rule; list them with: redact rules list",
    ]
