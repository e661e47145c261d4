"""The vocabulary tables are consistent."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from redact.grammar.tables import controls, countries, expand, levels, prose_words

TABLES = ("levels.csv", "controls.csv", "countries.csv", "cui_categories.csv")


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_source_and_its_verification(name: str) -> None:
    rows = list(csv.DictReader((files("redact.rules") / "tables" / name).read_text(encoding="utf-8").splitlines()))
    assert rows
    for row in rows:
        assert row["source"]
        assert row["verification"] in {"verified", "cited", "unverified", "reasoned"}
        assert None not in row


def test_relations_name_known_controls() -> None:
    known = set(controls()) | {"compartment", "program"}
    for control in controls().values():
        assert {term for terms in control.requires for term in terms} <= known
        assert set(control.excludes) <= known


def test_no_level_is_listed_as_an_ordinary_word() -> None:
    assert not prose_words() & {row.banner for row in levels().values()}


def test_group_codes_expand_to_countries() -> None:
    assert expand(("FVEY",)) == {"AUS", "CAN", "GBR", "NZL", "USA"}
    assert expand(("USA", "TEYE")) == {"AUS", "GBR", "USA"}
    assert countries()["NATO"].members == ()
