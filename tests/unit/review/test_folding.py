"""From events to states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact import gate
from redact.review.events import Event
from redact.review.folding import Fold, decisions, judge
from redact.review.states import Policies

DAY = date(2026, 11, 22)
ACTS = ["confirmed", "dismissed", "undo", "redo"]


def event(number: int, who: str, verdict: str | None, **values: Any) -> Event:
    given: dict[str, Any] = {
        "id": str(number), "at": f"{number:04}", "reviewer": who, "verdict": verdict, "fingerprint": "f", "rule": "r",
        "digest": "d", "reason": None, "note": None, "until": None, "batch": str(number), "undoes": None, "audit": None,
        "order": (f"{number:04}", number), **values,
    }  # fmt: skip
    return Event(**given)


def undo(number: int, who: str, batch: int) -> Event:
    return event(number, who, None, fingerprint=None, digest=None, undoes=str(batch))


def state(*events: Event, severity: str = "error", digest: str = "d") -> str:
    fold = Fold()
    fold.add(events)
    return judge(fold.latest("f"), digest, severity, Policies(), DAY).state


@pytest.mark.parametrize(
    ("events", "severity", "expected"),
    [
        ([], "error", "open"),
        ([(1, "ana", "confirmed")], "error", "confirmed"),
        ([(1, "ana", "dismissed")], "warning", "dismissed"),
        ([(1, "ana", "dismissed")], "error", "awaiting"),
        ([(1, "ana", "dismissed"), (2, "ben", "dismissed")], "error", "dismissed"),
        ([(1, "ana", "dismissed"), (2, "ANA ", "dismissed")], "error", "awaiting"),
        ([(1, "ana", "dismissed"), (2, "ben", "confirmed")], "error", "disagreement"),
        ([(1, "ana", "dismissed"), (2, "ben", "confirmed"), (3, "ana", "confirmed")], "error", "confirmed"),
        ([(1, "ana", "second")], "note", "second"),
        ([(1, "ana", "second"), (2, "ben", "confirmed")], "note", "confirmed"),
        ([(1, "ben", "confirmed"), (2, "ana", "second")], "note", "second"),
        ([(1, "ana", "confirmed"), (2, "ana", "open")], "error", "open"),
        ([(1, "ana", "confirmed"), (2, "ben", "open")], "error", "disagreement"),
    ],
)
def test_states(events: list[tuple[int, str, str]], severity: str, expected: str) -> None:
    assert state(*(event(*values) for values in events), severity=severity) == expected


def test_a_verdict_on_other_evidence_is_void() -> None:
    assert state(event(1, "ana", "dismissed"), digest="e") == "changed"
    assert state(event(1, "ana", "open"), digest="e") == "open"
    assert state(event(1, "ana", "dismissed"), event(2, "ben", "confirmed", digest="e"), digest="e") == "confirmed"


def test_a_dismissal_ends_after_its_day() -> None:
    assert state(event(1, "ana", "dismissed", until=DAY), severity="note") == "dismissed"
    assert state(event(1, "ana", "dismissed", until=date(2026, 11, 21)), severity="note") == "expired"


def test_undoing_and_redoing() -> None:
    one, two = event(1, "ana", "confirmed"), event(2, "ana", "dismissed")
    assert state(one, two, undo(3, "ana", 2)) == "confirmed"
    assert state(one, two, undo(3, "ana", 2), undo(4, "ana", 1)) == "open"
    assert state(one, two, undo(3, "ana", 2), undo(4, "ana", 3), severity="note") == "dismissed"
    assert state(one, undo(3, "ben", 1)) == "confirmed"


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["ana", "ben"]), st.sampled_from(ACTS))))
def test_folding_in_pieces_is_folding_at_once(acts: list[tuple[str, str]]) -> None:
    piecewise, events = Fold(), []
    for number, (who, act) in enumerate(acts):
        if act in ("undo", "redo"):
            target = piecewise.undoable(who) if act == "undo" else piecewise.redoable(who)
            if target is None:
                continue
            made = event(number, who, None, fingerprint=None, digest=None, undoes=target)
        else:
            made = event(number, who, act)
        before = piecewise.latest("f")
        events.append(made)
        piecewise.add([made])
        if act in ("redo", "undo"):
            assert piecewise.latest("f") != before or len(before) < 2
    whole = Fold()
    whole.add(events)
    assert whole.latest("f") == piecewise.latest("f")
    assert whole.dead == piecewise.dead


def test_folded_decisions_are_what_the_gate_reads(make: Callable[..., Path], opened: Any) -> None:
    directory = make([{"severity": "error"}, {"severity": "error"}, {}, {}, {}])
    ana, ben = opened(directory), opened(directory, "ben")
    ana.decide([0, 1, 2], "dismissed", "misread")
    ben.poll()
    ben.decide([1], "dismissed", "misread")
    ana.decide([3], "confirmed")
    ana.poll()
    table = decisions(ana.findings, ana.fold, Policies())
    assert table.schema == gate.DECISIONS
    judged = gate.gate(ana.folder.read("findings"), decisions=table, as_of=DAY)
    assert judged.findings["state"].to_list() == ["second", "dismissed", "dismissed", "confirmed", "open"]
    stale = ana.folder.read("findings").with_columns(digest=pl.lit("other"))
    assert set(gate.gate(stale, decisions=table, as_of=DAY).findings["state"]) == {"changed", "open"}
