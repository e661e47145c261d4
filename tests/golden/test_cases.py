"""Real documents against what a reader marked in them; see README.md beside this file."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AS_OF, ROOT

HERE = Path(__file__).parent
CASES = sorted(path.name for path in (HERE / "cases").iterdir())
Rows = list[dict[str, Any]]


def document(case: str) -> Path:
    return next(path for path in (ROOT / "seeds" / f"{case}.txt", HERE / "documents" / f"{case}.txt") if path.exists())


def expected(case: str, name: str) -> Rows:
    lines = (HERE / "cases" / case / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def by_case(rows: Rows) -> dict[str, Rows]:
    sorted_rows: dict[str, Rows] = defaultdict(list)
    for row in rows:
        sorted_rows[Path(row["doc"]).stem].append(row)
    return sorted_rows


@pytest.fixture(scope="module")
def found_spans(redact: Any) -> dict[str, Rows]:
    return by_case(redact("spans", *map(document, CASES)).objects)


@pytest.fixture(scope="module")
def found_findings(redact: Any) -> dict[str, Rows]:
    run = redact("audit", *map(document, CASES), "--as-of", AS_OF, "--format", "json", "--isolated")
    return by_case(run.objects)


@pytest.mark.parametrize("case", CASES)
def test_expectations_fit_their_document(case: str) -> None:
    text = document(case).read_bytes().decode("utf-8-sig")
    rows = expected(case, "spans.jsonl")
    assert [row for row in rows if text[row["start"] : row["end"]] != row["text"]] == []
    assert [row for row in rows if text.count("\n", 0, row["start"]) + 1 != row["line"]] == []
    rules = [row["rule"] for row in expected(case, "findings.jsonl")]
    assert len(rules) == len(set(rules)) > 0


def test_expectations_name_rules_that_exist(redact: Any) -> None:
    known = {row["id"] for row in json.loads(redact("rules", "list", "--format", "json").out)} | {"*"}
    named = {row["rule"] for case in CASES for row in expected(case, "findings.jsonl")}
    assert named - known == set()


@pytest.mark.parametrize("case", CASES)
def test_spans(case: str, found_spans: dict[str, Rows]) -> None:
    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["start"], row["end"], row["kind"], row["value"], row["text"]

    rows = expected(case, "spans.jsonl")
    optional = {key(row) for row in rows if row.get("optional")}
    wanted = {key(row) for row in rows} - optional
    found = {key(row) for row in found_spans[case]} - optional
    assert {"missed": sorted(wanted - found), "false": sorted(found - wanted)} == {"missed": [], "false": []}


@pytest.mark.parametrize("case", CASES)
def test_findings(case: str, found_findings: dict[str, Rows]) -> None:
    rows = expected(case, "findings.jsonl")
    lists = {name: {row["rule"]: row for row in rows if row["expect"] == name} for name in ("must", "may", "not")}
    found = found_findings[case]
    loud = {row["rule"] for row in found if row["severity"] != "note"}
    wrong: list[str] = []
    for rule, row in lists["must"].items():
        places = {(item["severity"], item["line"]) for item in found if item["rule"] == rule}
        if (row["severity"], row["line"]) not in places:
            wrong.append(f"missing: {row['severity']} {rule} in line {row['line']}; found {sorted(places)}")
    forbidden = {item["rule"] for item in found} if "*" in lists["not"] else loud & lists["not"].keys()
    wrong += [f"must not be reported: {rule}" for rule in sorted(forbidden)]
    is_complete = case[:3].isdigit()
    considered = {item["rule"] for item in found} if is_complete else loud
    unlisted = considered - lists["must"].keys() - lists["may"].keys() - forbidden
    wrong += [f"in no list: {rule}" for rule in sorted(unlisted)]
    assert wrong == []


def test_no_error_on_any_golden_document(found_findings: dict[str, Rows]) -> None:
    errors = [
        (case, row["rule"], row["line"]) for case in CASES for row in found_findings[case] if row["severity"] == "error"
    ]
    assert errors == []


def test_the_1992_telegram_pairs_two_excisions_with_two_codes(tmp_path: Path, redact: Any) -> None:
    import polars as pl

    redact("audit", document("003_4eeecafe99b8410f"), "--as-of", AS_OF, "--output", tmp_path / "out")
    redactions = pl.read_parquet(tmp_path / "out" / "redactions.parquet")
    roles = redactions.group_by("role").len().sort("role").rows()
    assert {str(role): count for role, count in roles} == {"content": 2, "marking": 46}
    content = redactions.filter(pl.col("role") == "content")
    assert content.get_column("line").to_list() == [191, 191]
    links = pl.read_parquet(tmp_path / "out" / "links.parquet").filter(
        pl.col("redaction").is_in(content.get_column("redaction").to_list())
    )
    assert links.select("code", "line", "basis").cast({"basis": pl.String}).rows() == [
        ("FOIA:b1", 193, "following-line"), ("FOIA:b1", 195, "following-line"),
    ]  # fmt: skip
