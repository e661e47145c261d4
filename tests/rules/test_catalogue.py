"""What every rule of the catalogue has to have, whoever writes it."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from redact.rule import ConditionRule, PatternRule, Rule
from redact.rulebook import card, load, packaged, packaged_files
from redact.ruledocs import page
from redact.vocabulary import KINDS
from tests.conftest import ROOT

FILES = packaged_files()[0]
ENTRIES: list[tuple[str, Mapping[str, Any]]] = [
    (name, entry) for name, text in FILES for entry in tomllib.loads(text).get("rule", [])
]
BOOK = packaged()
RULES = list(BOOK.by_id.values())
PATTERNS = [rule for rule in RULES if isinstance(rule, PatternRule)]
CONDITIONS = [rule for rule in RULES if isinstance(rule, ConditionRule)]
FORMS = {"1421"}
"""NARA Form 1421 (GSA 14-21): the withdrawal sheet of the Nixon materials."""
ORDERS = {
    "8381",
    "10104",
    "10290",
    "10501",
    "10964",
    "11652",
    "12065",
    "12356",
    "12951",
    "12958",
    "13142",
    "13292",
    "13526",
    "13556",
}


def ids(rules: list[Any]) -> list[str]:
    return [rule.id for rule in rules]


def entry_of(rule: Rule) -> Mapping[str, Any]:
    return next(entry for _, entry in ENTRIES if entry["id"] == rule.id)


class TestEveryRule:
    def test_ids_are_unique_over_all_files(self) -> None:
        counts = Counter(entry["id"] for _, entry in ENTRIES)
        assert {rule: count for rule, count in counts.items() if count > 1} == {}
        assert set(counts) == set(BOOK.by_id)

    def test_ids_are_kebab_case_words(self) -> None:
        assert [rule.id for rule in RULES if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)] == []

    def test_titles_are_unique_in_their_kind(self) -> None:
        counts = Counter((rule.kind, rule.title) for rule in RULES)
        assert {title: count for title, count in counts.items() if count > 1} == {}

    @pytest.mark.parametrize("rule", RULES, ids=ids(RULES))
    def test_texts(self, rule: Rule) -> None:
        assert rule.title[0].isupper() or not rule.title[0].isalpha() or rule.title[:2].isalnum()
        assert not rule.title.endswith(".")
        assert len(rule.title) <= 100
        for text in (rule.rationale, rule.advice):
            assert text.endswith((".", "?", "!"))
            assert len(text) >= 12
        assert rule.rationale != rule.advice
        assert rule.authority
        assert all(len(source) >= 5 and source == source.strip() for source in rule.authority)
        assert re.fullmatch(r"\d+\.\d+\.\d+", rule.since)

    @pytest.mark.parametrize("rule", RULES, ids=ids(RULES))
    def test_a_hit_and_a_near_miss(self, rule: Rule) -> None:
        hits = [item for item in rule.examples if "span" in item or "bad" in item or isinstance(item.get("hit"), str)]
        misses = [item for item in rule.examples if item.get("none") or "good" in item]
        assert hits, "no example that hits"
        assert misses, "no near miss"

    @pytest.mark.parametrize("rule", RULES, ids=ids(RULES))
    def test_it_is_not_keyed_to_one_document(self, rule: Rule) -> None:
        entry = entry_of(rule)
        written = " ".join(
            str(entry.get(key, "")) for key in ("pattern", "phrases", "keywords", "where", "require", "silence")
        )
        outside_classes = re.sub(r"\[[^\]]*\]", " ", written)
        numbers = set(re.findall(r"(?<![\d{,])\d{4,}(?!\d)", outside_classes))
        assert {
            n for n in numbers if n not in ORDERS and not re.fullmatch(r"(?:19|20)\d\d|0+|1+", n) and n not in FORMS
        } == set()
        names = {part for path in _documents() for part in re.findall(r"[A-Z]*\d[A-Z0-9-]{5,}", path)}
        assert [name for name in names if name in written] == []
        assert re.findall(r"LA ?PAZ|\bLIMA\b|MARGULIES|LANDFAIR|CollinP0|GolinoFR|Sheryl", written) == []


def _documents() -> list[str]:
    folders = (ROOT / "seeds", ROOT / "tests" / "golden" / "documents")
    return [path.stem for folder in folders for path in folder.iterdir()]


class TestPatternRules:
    @pytest.mark.parametrize("rule", PATTERNS, ids=ids(PATTERNS))
    def test_a_keyword_stands_in_every_hit(self, rule: PatternRule) -> None:
        if rule.anchor != "keyword":
            return
        for item in rule.examples:
            if "span" in item:
                text = str(item["text"]).lower()
                assert any(word in text for word in rule.keywords), item["text"]

    @pytest.mark.parametrize("rule", PATTERNS, ids=ids(PATTERNS))
    def test_the_span_of_a_hit_stands_in_its_text(self, rule: PatternRule) -> None:
        for item in rule.examples:
            if "span" in item:
                assert str(item["span"]) in str(item["text"])
                assert str(item["span"]) == str(item["span"]).strip()

    def test_every_kind_of_span_has_a_rule(self) -> None:
        assert {rule.kind for rule in PATTERNS} == set(KINDS)

    @pytest.mark.parametrize("rule", PATTERNS, ids=ids(PATTERNS))
    def test_the_empty_text_and_a_long_run_are_soon_read(self, rule: PatternRule) -> None:
        # a pattern that backtracks without end raises TimeoutError here
        for text in (
            "",
            " " * 3000,
            "A" * 3000,
            "( " * 1500,
            "S E C R E T " * 250,
            "1.4(b) " * 400,
            "\n" * 3000,
            "X/" * 1500,
        ):
            for _ in rule.pattern.finditer(text, timeout=5.0):
                pass


class TestConditionRules:
    @pytest.mark.parametrize("rule", CONDITIONS, ids=ids(CONDITIONS))
    def test_severity_and_message(self, rule: ConditionRule) -> None:
        assert rule.severity in ("error", "warning", "note")
        assert rule.message.endswith((".", "?"))
        assert set(rule.modes) <= {"archive", "publication"}

    @pytest.mark.parametrize("rule", CONDITIONS, ids=ids(CONDITIONS))
    def test_what_keeps_it_silent_is_said(self, rule: ConditionRule) -> None:
        if rule.silence:
            assert rule.silent_when
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", reason) for reason in rule.silence)

    def test_an_unverified_fact_is_no_error(self) -> None:
        doubtful = [rule.id for rule in CONDITIONS if rule.severity == "error" and rule.confidence == "low"]
        assert doubtful == []


class TestTables:
    def test_every_table_is_rectangular_utf8_with_unique_keys(self) -> None:
        import csv
        import io

        for name, text in packaged_files()[1]:
            rows = list(csv.reader(io.StringIO(text, newline="")))
            assert {len(row) for row in rows if row} == {len(rows[0])}, name
            assert len({tuple(row) for row in rows}) == len(rows), name


def test_the_files_that_ship_pass_the_checks_that_loading_them_leaves_out() -> None:
    files, tables = packaged_files()
    assert load(files, tables) == BOOK


@pytest.mark.parametrize("rule", BOOK.by_id)
def test_a_page_gives_authority_examples_with_their_source_and_known_false_alarms(rule: str) -> None:
    own = card(BOOK.by_id[rule])
    sections = dict(part.split("\n", 1) for part in page(own).split("\n## ")[1:])
    assert [line[2:] for line in sections["Authority"].split("\n") if line] == list(own.authority) != []
    assert sections["Examples"].strip().startswith("Written for this rule")
    assert own.hits[0].split("\n")[0].strip() in sections["Examples"]
    assert own.misses[0].split("\n")[0].strip() in sections["Examples"]
    assert all(gap in sections["Known false alarms and gaps"] for gap in own.known or ("None known.",))
