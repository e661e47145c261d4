"""Folding the events of all reviewers into one judgement a finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from redact.gate import DECISIONS
from redact.review.events import Event
from redact.review.states import Policies


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the reviewers' latest verdicts on a finding amount to.

    Attributes:
        state: one of `redact.review.states.STATES`.
        latest: the latest verdict of each reviewer that still stands, oldest first; where some are on the finding
            as it is now, only these.
    """

    state: str
    latest: tuple[Event, ...]

    @property
    def deciding(self) -> Event | None:
        """The event that gave the state: the last one that is no reopening, else the last."""
        telling = [event for event in self.latest if event.verdict != "open"]
        return next(reversed(telling or self.latest), None)

    def by(self, who: str) -> Event | None:
        """The latest verdict of a reviewer (see `redact.review.events.identity`)."""
        return next((event for event in self.latest if event.who == who), None)


OPEN = Judgement("open", ())


def judge(
    latest: Iterable[Event], digest: str, severity: str, policies: Policies, as_of: date | None = None
) -> Judgement:
    """The judgement on one finding.

    Args:
        latest: latest verdict of each reviewer, oldest first.
        digest: digest of the finding as it is now; a verdict on another one is void.
        severity: severity of the finding.
        policies: how decisions settle.
        as_of: day on which dismissals with an end are judged; None: none ends.
    """
    events = tuple(latest)
    valid = [event for event in events if event.digest == digest]
    if not valid:
        return Judgement("changed" if any(event.verdict != "open" for event in events) else "open", events)
    positions = [event for event in valid if event.verdict != "second"]
    kinds = {event.verdict for event in positions}
    if len(kinds) > 1:
        return Judgement("disagreement", tuple(valid))
    for request in valid:
        answered = any(event.order > request.order for event in positions)
        if request.verdict == "second" and not answered:
            return Judgement("second", tuple(valid))
    if kinds == {"confirmed"}:
        return Judgement("confirmed", tuple(valid))
    if kinds == {"dismissed"}:
        standing = [event for event in positions if not (as_of and event.until and event.until < as_of)]
        if not standing:
            return Judgement("expired", tuple(valid))
        settled = severity not in policies.second_review or len(standing) > 1
        return Judgement("dismissed" if settled else "awaiting", tuple(valid))
    return Judgement("open", tuple(valid))


class Fold:
    """The events read so far, by finding; takes back batches that were undone.

    Undoing appends an event that names a batch; redoing appends one that names the batch of the undoing. Reviewers
    can take back their own batches only.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.by_fingerprint: dict[str, list[Event]] = defaultdict(list)
        self.batches: dict[str, list[Event]] = defaultdict(list)
        self.dead: set[str] = set()
        self._undoings: list[Event] = []

    def add(self, events: Iterable[Event]) -> set[str]:
        """Take in events; returns the fingerprints whose judgement may have changed."""
        touched: set[str] = set()
        undone = False
        for event in events:
            self.events.append(event)
            self.batches[event.batch].append(event)
            if event.undoes is not None:
                self._undoings.append(event)
                undone = True
            elif event.fingerprint is not None:
                self.by_fingerprint[event.fingerprint].append(event)
                touched.add(event.fingerprint)
        if undone:
            before, self.dead = self.dead, self._dead()
            for batch in before ^ self.dead:
                touched.update(event.fingerprint for event in self.batches.get(batch, ()) if event.fingerprint)
        return touched

    def _dead(self) -> set[str]:
        dead: set[str] = set()
        for event in sorted(self._undoings, key=lambda event: event.order, reverse=True):
            target = event.undoes
            if target is None or event.batch in dead:
                continue
            owners = {other.who for other in self.batches.get(target, ())}
            if owners <= {event.who}:
                dead.add(target)
        return dead

    def live(self, batch: str) -> bool:
        """Whether a batch was not taken back."""
        return batch not in self.dead

    def latest(self, fingerprint: str) -> tuple[Event, ...]:
        """The latest standing verdict of each reviewer on a finding, oldest first."""
        newest: dict[str, Event] = {}
        for event in self.by_fingerprint.get(fingerprint, ()):
            known = newest.get(event.who)
            if self.live(event.batch) and (known is None or event.order > known.order):
                newest[event.who] = event
        return tuple(sorted(newest.values(), key=lambda event: event.order))

    def undoable(self, who: str) -> str | None:
        """The reviewer's latest batch of verdicts that stands."""
        mine = [e for e in self.events if e.who == who and e.undoes is None and self.live(e.batch)]
        return max(mine, key=lambda event: event.order).batch if mine else None

    def redoable(self, who: str) -> str | None:
        """The reviewer's latest undoing, where no verdict of theirs came after it."""
        last: Event | None = None
        for event in self.events:
            if event.who == who and self.live(event.batch) and (last is None or event.order > last.order):
                target = self.batches.get(event.undoes or "", [])
                if event.undoes is not None and target and target[0].undoes is not None:
                    continue  # a redoing: it neither can be redone nor hides earlier undoings
                last = event
        return last.batch if last is not None and last.undoes is not None else None


def decisions(findings: pl.DataFrame, fold: Fold, policies: Policies) -> pl.DataFrame:
    """The standing verdicts as a table of `redact.gate.DECISIONS`, one row a fingerprint, sorted.

    Args:
        findings: table `findings`; severity and digest are read from it. Verdicts on findings that are gone are
            listed too.
    """
    known: Mapping[str, tuple[str, str]] = {
        str(fingerprint): (str(severity), str(digest))
        for fingerprint, severity, digest in findings.filter(pl.col("fingerprint").is_in(list(fold.by_fingerprint)))
        .select("fingerprint", "severity", "digest")
        .iter_rows()
    }
    rows: list[dict[str, object]] = []
    for fingerprint in sorted(fold.by_fingerprint):
        latest = fold.latest(fingerprint)
        if not latest:
            continue
        severity, digest = known.get(fingerprint, ("error", latest[-1].digest or ""))
        judgement = judge(latest, digest, severity, policies)
        telling = judgement.deciding or latest[-1]
        state = judgement.state if judgement.state != "changed" else (telling.verdict or "open")
        rows.append({
            "fingerprint": fingerprint,
            "verdict": "dismissed" if state == "awaiting" else state,
            "settled": state in ("dismissed", "confirmed"),
            "reason": telling.reason,
            "note": telling.note,
            "reviewer": ", ".join(dict.fromkeys(event.reviewer for event in latest)),
            "at": latest[-1].at,
            "digest": telling.digest,
            "until": telling.until,
        })  # fmt: skip
    return pl.DataFrame(rows, schema=DECISIONS)
