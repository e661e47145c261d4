"""Conditions: what may stand in a rule, what a batch reports, what is kept silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redact.checktables import CHECK_SCHEMAS
from redact.conditions import AS_OF, check, example_frame, fault_of, run_row_examples
from redact.errors import ConditionError
from redact.rulebook import ConditionRule, Validity, packaged

DAY = date(2026, 1, 1)
RULE = ConditionRule(
    id="test-rule",
    kind="condition",
    title="t",
    severity="warning",
    confidence="high",
    status="stable",
    since="0.1.0",
    authority=("a",),
    rationale="r",
    advice="a",
    validity=Validity(),
    silent_when=(),
    examples=(),
    known=(),
    source="x.toml",
    message="{value} of {document_date}",
    table="banners",
    where="TRUE",
    require="value <> 'SECRET'",
    points_at="start",
    sensitive=False,
    merge=False,
    scope="document",
    modes={},
    silence={},
)


def rule(**changes: Any) -> ConditionRule:
    return replace(RULE, **changes)


def rows(table: str, *some: dict[str, Any]) -> pl.DataFrame:
    frames = [example_frame(rule(table=table), {"doc": f"d{i}", **row}) for i, row in enumerate(some)]
    return pl.concat(frames).drop(AS_OF)


def test_a_sound_rule_has_no_fault() -> None:
    assert fault_of(RULE) is None


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"table": "bannerz"}, "table"),
        ({"require": "vallue = 'X'"}, "require"),
        ({"require": "start + 1"}, "require"),
        ({"require": "SUM(start) > 3"}, "require"),
        ({"require": "banner_level = 'SECERT'"}, "require"),
        ({"require": "banner_level IN ('SECRET', 'SECERT')"}, "require"),
        ({"require": "value IN (SELECT x FROM read_csv('/etc/passwd'))"}, "require"),
        ({"require": "EXISTS (FROM read_csv('/etc/passwd'))"}, "require"),
        ({"require": "value = 'a' -- comment"}, "require"),
        ({"require": "value = 'a' /* comment */"}, "require"),
        ({"require": 'value = "a"'}, "require"),
        ({"require": "value = 'a'; value = 'b'"}, "require"),
        ({"require": r"value = 'a\' OR 1 = 1'"}, "require"),
        ({"where": "value ="}, "where"),
        ({"message": "{nothing}"}, "message"),
        ({"points_at": "value"}, "points_at"),
        ({"points_at": "nothing"}, "points_at"),
        ({"validity": Validity(date(2000, 1, 1), None, "value")}, "validity"),
        ({"silence": {"why": "nothing"}}, "silence.why"),
        ({"examples": ({"bad": {"nothing": 1}},)}, "example"),
        ({"examples": ({"bad": 3},)}, "example"),
    ],
)
def test_a_faulty_rule_is_named_with_its_key(changes: dict[str, Any], key: str) -> None:
    fault = fault_of(rule(**changes))
    assert fault is not None
    assert (fault.path, fault.rule, fault.key) == ("x.toml", "test-rule", key)


def test_no_file_is_read_while_an_expression_is_checked(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("hidden_column\n1\n")
    fault = fault_of(rule(require=f"value IN (SELECT x FROM read_csv('{secret}'))"))
    assert fault is not None
    assert "hidden_column" not in str(fault)


def test_known_bad_rows_are_reported() -> None:
    frame = rows("banners", {"value": "SECRET"}, {"value": "CONFIDENTIAL"}, {"value": None})
    checked = check({"banners": frame}, [RULE], as_of=DAY)
    assert [v.rule.id for v in checked.violations] == ["test-rule"]
    assert checked.violations[0].rows["doc"].to_list() == ["d0"]


def test_all_rows_bad_and_no_row_bad() -> None:
    bad = check({"banners": rows("banners", *[{"value": "SECRET"}] * 5)}, [RULE], as_of=DAY)
    assert bad.violations[0].rows.height == 5
    assert not check({"banners": rows("banners", {"value": "X"})}, [RULE], as_of=DAY).violations


def test_several_rules_of_one_table_are_told_apart() -> None:
    other = rule(id="other-rule", require="value <> 'CONFIDENTIAL'")
    frame = rows("banners", {"value": "SECRET"}, {"value": "CONFIDENTIAL"})
    checked = check({"banners": frame}, [other, RULE], as_of=DAY)
    found = {v.rule.id: v.rows["doc"].to_list() for v in checked.violations}
    assert found == {"other-rule": ["d1"], "test-rule": ["d0"]}


@pytest.mark.parametrize(("day", "reported"), [(date(1999, 1, 1), False), (date(2001, 1, 1), True), (None, False)])
def test_a_rule_speaks_within_its_window_only(day: date | None, reported: bool) -> None:
    frame = rows("banners", {"value": "SECRET", "document_date": day})
    windowed = rule(validity=Validity(date(2000, 1, 1), date(2002, 1, 1)))
    assert bool(check({"banners": frame}, [windowed], as_of=DAY).violations) is reported


def test_silence_is_recorded_with_its_reason() -> None:
    frame = rows("banners", {"value": "SECRET", "is_scan": True, "start": 7}, {"value": "SECRET", "is_scan": None})
    checked = check({"banners": frame}, [rule(silence={"scanned-text": "is_scan"})], as_of=DAY)
    assert checked.suppressed.rows() == [("d0", "test-rule", 7, "scanned-text")]
    assert checked.violations[0].rows["doc"].to_list() == ["d1"]


def test_the_day_of_the_audit_is_a_column() -> None:
    frame = rows("banners", {"document_date": date(2020, 1, 1)})
    dated = rule(require="document_date >= as_of")
    assert check({"banners": frame}, [dated], as_of=DAY).violations
    assert not check({"banners": frame}, [dated], as_of=date(2019, 1, 1)).violations


def test_constants_are_conditions_too() -> None:
    frame = rows("banners", {"value": "A"}, {"value": "B"})
    never = rule(where="value = 'A'", require="FALSE")
    assert check({"banners": frame}, [never], as_of=DAY).violations[0].rows["doc"].to_list() == ["d0"]


def test_checks_run_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANDERA_VALIDATION_ENABLED", "False")
    assert check({"banners": rows("banners", {"value": "SECRET"})}, [RULE], as_of=DAY).violations


def test_a_condition_that_raises_is_an_error_of_ours() -> None:
    broken = rule(require="DATE_PART('nonsense', document_date) > 1")
    if fault_of(broken) is None:
        with pytest.raises(ConditionError):
            check({"banners": rows("banners", {"document_date": DAY})}, [broken], as_of=DAY)


def test_a_table_of_another_form_is_an_error_of_ours() -> None:
    with pytest.raises(ConditionError, match="columns"):
        check({"banners": rows("banners", {"value": "A"}).drop("value")}, [RULE], as_of=DAY)


def test_row_examples_that_misbehave_are_named() -> None:
    examples = ({"good": {"value": "SECRET"}}, {"bad": {"value": "OTHER"}}, {"bad": {"value": 3.5}}, {"hit": "text"})
    failures = run_row_examples(rule(examples=examples))
    assert [failure.number for failure in failures] == [1, 2, 3]


@pytest.mark.parametrize("packed", packaged().conditions, ids=lambda r: r.id)
def test_packaged_row_examples(packed: ConditionRule) -> None:
    assert run_row_examples(packed) == []
    kinds = [next(key for key in ("good", "bad", "hit", "none") if key in example) for example in packed.examples]
    assert kinds.count("bad") >= 1
    assert kinds.count("good") >= 2


def test_every_schema_has_document_and_offset() -> None:
    for name, schema in CHECK_SCHEMAS.items():
        assert schema["doc"] == pl.String, name
        assert "check_output" not in schema
        assert not any(dtype == pl.Binary for dtype in schema.values())
