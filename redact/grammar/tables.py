"""The vocabulary of markings, read once from the CSV tables of ``redact.rules``."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Level:
    """A level or a handling designation that stands in its place; one row of ``levels.csv``."""

    level_id: str
    banner: str
    portion: str
    classification: str
    scheme: str
    aliases: tuple[str, ...]
    superseded: tuple[str, ...]
    valid_from: dt.date | None
    valid_to: dt.date | None
    source: str


@dataclass(frozen=True, slots=True)
class Control:
    """A control of the register; one row of ``controls.csv``.

    ``requires`` is an alternation of conjunctions: any one inner tuple satisfies it.
    """

    control_id: str
    title: str
    banner: str
    portion: str
    aliases: tuple[str, ...]
    superseded: tuple[str, ...]
    category: str
    order: int
    allowed_levels: frozenset[str]
    requires: tuple[tuple[str, ...], ...]
    excludes: tuple[str, ...]
    rollup: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    citation: str


@dataclass(frozen=True, slots=True)
class Country:
    """A trigraph (ISO 3166-1 alpha-3), tetragraph or organisation code; one row of ``countries.csv``."""

    code: str
    name: str
    code_type: str
    aliases: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CuiCategory:
    """A category abbreviation of the CUI registry; one row of ``cui_categories.csv``."""

    category: str
    title: str


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("redact.rules") / "tables" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _split(value: str) -> tuple[str, ...]:
    return tuple(part for part in value.split("|") if part)


def _date(value: str) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


@cache
def levels() -> dict[str, Level]:
    """Levels by ``level_id``, in table order; rows of ordinary words are left out."""
    return {
        row["level_id"]: Level(
            row["level_id"],
            row["banner"],
            row["portion"],
            row["classification"],
            row["scheme"],
            _split(row["aliases"]),
            _split(row["superseded"]),
            _date(row["valid_from"]),
            _date(row["valid_to"]),
            row["source"],
        )
        for row in _rows("levels.csv")
        if row["level_id"] != "PROSE"
    }


@cache
def prose_words() -> frozenset[str]:
    """Ordinary words so near a level that edit distance alone would take them for a damaged one."""
    return frozenset(row["banner"] for row in _rows("levels.csv") if row["level_id"] == "PROSE")


@cache
def controls() -> dict[str, Control]:
    """Controls by ``control_id``, in table order."""
    return {
        row["control_id"]: Control(
            row["control_id"],
            row["title"],
            row["banner_form"],
            row["portion_form"],
            _split(row["aliases"]),
            _split(row["superseded"]),
            row["category"],
            int(row["register_order"]),
            frozenset(_split(row["allowed_levels"])),
            tuple(tuple(term.split("&")) for term in _split(row["requires"])),
            _split(row["excludes"]),
            row["rollup"],
            _date(row["valid_from"]),
            _date(row["valid_to"]),
            row["citation"],
        )
        for row in _rows("controls.csv")
    }


@cache
def countries() -> dict[str, Country]:
    """Country and organisation codes by code."""
    return {
        row["code"]: Country(row["code"], row["name"], row["code_type"], _split(row["aliases"]), _split(row["members"]))
        for row in _rows("countries.csv")
    }


@cache
def country_names() -> dict[str, str]:
    """Spelled-out or two-letter names to codes (``UK`` to ``GBR``)."""
    return {alias: country.code for country in countries().values() for alias in country.aliases}


@cache
def cui_categories() -> frozenset[str]:
    """Category abbreviations of the CUI registry, without ``SP-``."""
    return frozenset(row["category"] for row in _rows("cui_categories.csv"))


def country_key(code: str) -> tuple[int, int, str]:
    """Sort key of a release list: USA, trigraphs, then longer codes, each alphabetical (CAPCO sec. H.8)."""
    return (code != "USA", len(code) != 3, code)


def expand(codes: tuple[str, ...]) -> frozenset[str]:
    """The countries that a list names, with ACGU, FVEY and TEYE replaced by their members."""
    found: set[str] = set()
    for code in codes:
        country = countries().get(code)
        found.update(country.members if country and country.members else (code,))
    return frozenset(found)
