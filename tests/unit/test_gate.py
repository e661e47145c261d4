"""Which findings count, and whether the audit passes."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from redact.baseline import take
from redact.errors import UsageError
from redact.gate import DECISIONS, STATES, gate
from redact.ignores import Ignore
from redact.tables import SCHEMAS

DAY = date(2026, 1, 1)


def findings(*severities: str) -> pl.DataFrame:
    """One finding a severity, in documents a, b, c, ..."""
    rows = [
        {
            "rule": f"rule-{at}",
            "severity": severity,
            "doc": f"lima/{chr(97 + at)}.txt",
            "line": 1,
            "column": 1,
            "start": 0,
            "end": 1,
            "message": "m",
            "evidence": "e",
            "authority": "a",
            "advice": "",
            "fingerprint": f"{at:032x}",
            "digest": f"d{at}",
            "count": 1,
            "sensitive": False,
        }
        for at, severity in enumerate(severities)
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["findings"])


def decision(at: int, verdict: str = "dismissed", **more: Any) -> dict[str, Any]:
    """A settled decision on finding `at`."""
    row = dict.fromkeys(DECISIONS) | {
        "fingerprint": f"{at:032x}",
        "digest": f"d{at}",
        "verdict": verdict,
        "settled": True,
    }
    return row | {"reason": "misread", "reviewer": "ana"} | more


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    """Decisions as a table."""
    return pl.DataFrame(list(rows), schema=DECISIONS)


@pytest.mark.parametrize(
    ("severities", "fail_on", "status"),
    [
        ((), "note", 0),
        (("error",), "error", 1),
        (("warning", "note"), "error", 0),
        (("warning",), "warning", 1),
        (("note",), "warning", 0),
        (("note",), "note", 1),
        (("error",), "never", 0),
    ],
)
def test_threshold(severities: tuple[str, ...], fail_on: str, status: int) -> None:
    assert gate(findings(*severities), fail_on).exit_status == status


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_error_fails_wherever_it_stands(place: int) -> None:
    severities = ["note"] * 3
    severities[place] = "error"
    assert gate(findings(*severities)).exit_status == 1


def test_an_unknown_threshold_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'error'"):
        gate(findings(), "eror")


def test_a_settled_dismissal_does_not_count_and_stays_visible() -> None:
    result = gate(findings("error"), decisions=table(decision(0)))
    assert (result.exit_status, result.states) == (0, {"dismissed": 1})
    assert result.findings.select("state", "reason", "reviewer").row(0) == ("dismissed", "misread", "ana")


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (decision(0, "confirmed"), "confirmed"),
        (decision(0, "second"), "second"),
        (decision(0, "disagreement"), "disagreement"),
        (decision(0, "open"), "open"),
        (decision(0, settled=False), "second"),
        (decision(0, digest="other"), "changed"),
        (decision(0, until=date(2025, 12, 31)), "expired"),
    ],
)
def test_everything_but_a_settled_dismissal_counts(row: dict[str, Any], state: str) -> None:
    result = gate(findings("error"), decisions=table(row), as_of=DAY)
    assert (result.exit_status, result.states) == (1, {state: 1})
    assert state in STATES


def test_a_dismissal_holds_through_its_last_day() -> None:
    judged = table(decision(0, until=DAY))
    assert gate(findings("error"), decisions=judged, as_of=DAY).exit_status == 0


def test_a_decision_without_its_finding_is_an_orphan() -> None:
    result = gate(findings("error"), decisions=table(decision(7), decision(8, "open")))
    assert result.orphans == (f"{7:032x}",)


def test_known_findings_do_not_count_and_a_judgement_goes_before_the_baseline() -> None:
    found = findings("error", "error", "error")
    accepted = take(found.head(2), as_of=DAY, rules_digest="x")
    result = gate(found, decisions=table(decision(1, "confirmed")), baseline=accepted)
    assert result.findings["state"].to_list() == ["baseline", "confirmed", "open"]
    assert result.failing == 2


def test_ignored_findings_do_not_count_and_keep_their_order() -> None:
    found = findings("error", "error")
    result = gate(found, ignores=[Ignore("lima/a.txt", (), "why")], as_of=DAY)
    assert result.findings.select("state", "reason").rows() == [("ignored", "why"), ("open", None)]
    assert result.findings.select(found.columns).equals(found)
    assert result.counting == {"error": 1, "warning": 0, "note": 0}


def test_order_of_rows_is_kept_whatever_is_joined() -> None:
    found = findings(*["note", "error", "warning"] * 500).sample(fraction=1, shuffle=True, seed=1)
    judged = table(*(decision(at) for at in range(0, 1500, 7)))
    assert gate(found, decisions=judged).findings["fingerprint"].equals(found["fingerprint"])
