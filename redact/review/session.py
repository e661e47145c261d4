"""A review: an audit folder, the decisions on it, and one reviewer at work. No terminal anywhere."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from redact.audit_folder import AuditFolder
from redact.errors import UsageError
from redact.review.events import Event, checked, file_name, identity
from redact.review.folding import OPEN, Fold, Judgement, decisions, judge
from redact.review.ledger_view import LedgerView, plural
from redact.review.log import ReviewLog
from redact.review.place import Place, read_place, shared_folders, write_place
from redact.review.query import Query
from redact.review.selecting import FACTS, Selector
from redact.review.states import PAST, SECOND, Policies

LIST_COLUMNS: Final = (
    "rule", "severity", "doc", "line", "start", "end", "message", "evidence", "fingerprint", "digest", "count",
    "sensitive",
)  # fmt: skip
"""Columns of `findings` held in memory; the others are read for the one finding that is looked at."""

SORTS: Final = ("severity", "document", "rule")
GROUPINGS: Final = ("rule", "document", "evidence")


@dataclass(frozen=True)
class Outcome:
    """What became of an act.

    Attributes:
        message: one sentence for the reviewer.
        rows: rows whose judgement changed.
        batch: batch that was written; None where nothing was.
    """

    message: str
    rows: tuple[int, ...] = ()
    batch: str | None = None

    @property
    def done(self) -> bool:
        """Whether anything was written."""
        return self.batch is not None


@dataclass(frozen=True)
class LastVerdict:
    """The verdict that "repeat" repeats."""

    verdict: str
    reason: str | None
    note: str | None
    until: date | None = None


class Review:
    """State of a review.

    Attributes:
        findings: columns `LIST_COLUMNS` of `findings`, in the order of the audit; a row number names a finding.
        facts: columns of `document_facts` that queries ask about.
        judgements: judgement by row, for the rows on which anybody ever decided.
        last: the reviewer's last verdict of this session.
    """

    def __init__(
        self,
        folder: AuditFolder,
        reviewer: str,
        policies: Policies | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Read the findings and all decisions.

        Raises:
            UsageError: the folder is damaged, or the reviewer's name is empty.
        """
        self.folder, self.reviewer, self.policies = folder, reviewer, policies or Policies()
        self.who = identity(reviewer)
        self._clock = clock
        self.log = ReviewLog(folder.reviews, reviewer)
        self.fold = Fold()
        self.findings = folder.scan("findings").select(LIST_COLUMNS).collect()
        self.facts = folder.scan("document_facts").select(FACTS).collect()
        self._shared = shared_folders(self.folder.scan("documents").select("doc").collect()["doc"])
        self.judgements: dict[int, Judgement] = {}
        self.last: LastVerdict | None = None
        try:
            self.as_of: date | None = date.fromisoformat(folder.as_of)
        except ValueError:
            self.as_of = None
        self._detail = lru_cache(maxsize=256)(self._read_detail)
        self._severities = self.findings["severity"].to_physical()
        self._cached: tuple[int, Mapping[int, Judgement]] | None = None
        self._version = 0
        self.poll()

    @property
    def height(self) -> int:
        """Number of findings."""
        return self.findings.height

    def short(self, doc: str) -> str:
        """Name of a document without the folders that all documents share."""
        return doc.removeprefix(self._shared)

    def finding(self, row: int) -> dict[str, Any]:
        """Columns `LIST_COLUMNS` of one finding."""
        return self.findings.row(row, named=True)

    def detail(self, row: int) -> dict[str, Any]:
        """All columns of one finding, read on demand."""
        return self._detail(row)

    def _read_detail(self, row: int) -> dict[str, Any]:
        return self.folder.scan("findings").slice(row, 1).collect().row(0, named=True)

    def judgement(self, row: int) -> Judgement:
        """Judgement on a finding, whoever asks."""
        return self.judgements.get(row, OPEN)

    def visible(self, row: int) -> Judgement:
        """Judgement as this reviewer may see it: the second look is blind until the own verdict is given."""
        judgement = self.judgements.get(row, OPEN)
        if self.policies.blind and judgement.state in SECOND and judgement.by(self.who) is None:
            return Judgement("second", tuple(event for event in judgement.latest if event.verdict == "second"))
        return judgement

    def selector(self) -> Selector:
        """What queries are answered from, as of now."""
        if self._cached is None or self._cached[0] != self._version:
            self._cached = (self._version, {row: self.visible(row) for row in self.judgements})
        return Selector(self.findings, self.facts, self._cached[1], self.who)

    def states(self, rows: pl.Series | None = None) -> Counter[str]:
        """Number of findings by state, of the given rows or all."""
        judged = self.selector().judged
        if rows is None:
            counts = Counter(judgement.state for judgement in judged.values())
            total = self.height
        else:
            among = rows.filter(rows.is_in(list(judged))) if judged else rows.head(0)
            counts = Counter(judged[row].state for row in among)
            total = len(rows)
        counts["open"] += total - sum(counts.values())
        return counts

    def select(self, query: Query, sort: str = "severity") -> pl.Series:
        """Rows that meet a query, in the order of a sort of `SORTS`; within it, in the order of the audit."""
        return self.sorted(self.selector().rows(query), sort)

    def sorted(self, rows: pl.Series, sort: str) -> pl.Series:
        """Rows, given in the order of the audit, in the order of a sort of `SORTS`."""
        if sort == "severity":
            ranks = self._severities.gather(rows)
            parts = [rows.filter(ranks == rank) for rank in sorted(ranks.unique().to_list(), reverse=True)]
            return pl.concat(parts) if parts else rows
        if sort == "rule":
            return rows.gather(self.findings["rule"].gather(rows).arg_sort())
        return rows

    def groups(self, rows: pl.Series, by: str) -> pl.DataFrame:
        """Rows grouped by rule, document, or rule and evidence.

        Returns:
            Columns `label` String, `rule` String, `severity` (the worst), `docs` UInt32, `rows` List(UInt32); most
            findings first.
        """
        keys = {"rule": ["rule"], "document": ["doc"], "evidence": ["rule", "evidence"]}[by]
        label = {"rule": pl.col("rule"), "document": pl.col("doc"), "evidence": pl.col("evidence")}[by]
        masked = pl.when(pl.col("sensitive")).then(pl.lit(None, dtype=pl.String)).otherwise(label)
        frame = self.findings.select("rule", "severity", "doc", "evidence", "sensitive")[rows].with_columns(row=rows)
        return (
            frame.group_by(keys, maintain_order=True)
            .agg(
                label=(masked if by == "evidence" else label).first(),
                _rule=pl.col("rule").first(),
                severity=pl.col("severity").max(),
                docs=pl.col("doc").n_unique(),
                rows=pl.col("row"),
            )
            .with_columns(rule=pl.col("_rule"))
            .select("label", "rule", "severity", "docs", "rows")
            .sort(pl.col("rows").list.len(), descending=True, maintain_order=True)
        )

    def row_of(self, fingerprint: str | None) -> int | None:
        """Row of a finding."""
        if not fingerprint:
            return None
        found = (self.findings["fingerprint"] == fingerprint).arg_max()
        if found is None or self.findings["fingerprint"][found] != fingerprint:
            return None
        return int(found)

    def of_document(self, doc: str) -> pl.Series:
        """Rows of a document's findings, in reading order."""
        return (self.findings["doc"] == doc).arg_true().cast(pl.UInt32)

    def ledger(self, doc: str) -> LedgerView:
        """Margin and table of a document's redactions and codes."""
        here = pl.col("doc") == doc
        return LedgerView.of(
            self.folder.scan("redactions").filter(here).collect(), self.folder.scan("links").filter(here).collect()
        )

    def poll(self) -> tuple[int, ...]:
        """Take in what was written to any log since; returns the rows whose judgement changed."""
        events, anew = self.log.poll()
        if anew:
            self.fold, before = Fold(), set(self.judgements)
            self.judgements.clear()
            return tuple(sorted(before | set(self._judge(self.fold.add(events)))))
        if not events:
            return ()
        return self._judge(self.fold.add(events))

    def _judge(self, fingerprints: Iterable[str]) -> tuple[int, ...]:
        wanted = list(fingerprints)
        if not wanted:
            return ()
        self._version += 1
        if len(wanted) == 1:
            at = (self.findings["fingerprint"] == wanted[0]).arg_true()
        else:
            at = self.findings["fingerprint"].is_in(wanted).arg_true()
        touched: list[int] = []
        known = self.findings.select("fingerprint", "digest", "severity")[at]
        for row, (fingerprint, digest, severity) in zip(at, known.iter_rows(), strict=True):
            latest = self.fold.latest(fingerprint)
            judgement = judge(latest, digest, str(severity), self.policies, self.as_of) if latest else OPEN
            if judgement.latest:
                self.judgements[row] = judgement
            else:
                self.judgements.pop(row, None)
            touched.append(row)
        return tuple(touched)

    def standing_otherwise(self, rows: Iterable[int], verdict: str) -> int:
        """Number of findings on which this reviewer's own standing verdict is another one."""
        count = 0
        for row in rows:
            own = self.judgement(row).by(self.who)
            if own is not None and own.digest == self.findings["digest"][row] and own.verdict not in (verdict, "open"):
                count += 1
        return count

    def why_not(self, row: int, verdict: str) -> str | None:
        """Why this reviewer cannot give a verdict on a finding; None where they can."""
        judgement = self.judgement(row)
        own = judgement.by(self.who)
        standing = own is not None and own.digest == self.findings["digest"][row]
        if own is not None and standing and judgement.state in SECOND:
            if own.verdict == "second" and verdict in ("confirmed", "dismissed"):
                return (
                    f"You, {self.reviewer}, asked for a second reviewer: the second look must be somebody else's. "
                    "u takes your request back."
                )
            if own.verdict == "dismissed" and verdict == "dismissed":
                return "You dismissed it already; it counts once a second reviewer, under another name, agrees."
        if verdict == "open" and not judgement.latest:
            return "Nobody has decided this finding: it is open already."
        if verdict == "open" and standing and own is not None and own.verdict == "open":
            return "You have reopened it already."
        if own is not None and standing and own.verdict == verdict and judgement.state != "expired":
            return f"You have {PAST[verdict]} it already; nothing was added. o opens it again."
        return None

    def decide(
        self,
        rows: Sequence[int],
        verdict: str,
        reason: str | None = None,
        note: str | None = None,
        until: date | None = None,
    ) -> Outcome:
        """Give one verdict on findings, as one batch, and store it before anything else changes.

        Raises:
            UsageError: the verdict is incomplete (`events.checked`) or cannot be stored.
        """
        refusals = {row: self.why_not(row, verdict) for row in rows}
        able = [row for row in rows if refusals[row] is None]
        if not able:
            return Outcome(next((why for why in refusals.values() if why), "Nothing to decide."))
        batch, at = self._batch(), self._now()
        events: list[Event] = []
        for index, (rule, fingerprint, digest) in enumerate(
            self.findings.select("rule", "fingerprint", "digest")[able].iter_rows()
        ):
            event = Event(
                id=f"{batch}.{index}", at=at, reviewer=self.reviewer, verdict=verdict, fingerprint=fingerprint,
                rule=rule, digest=digest, reason=reason if verdict == "dismissed" else None, note=note, until=until,
                batch=batch, undoes=None, audit=self.folder.as_of or None,
            )  # fmt: skip
            events.append(checked(event))
        self.log.append(events)
        touched = self.poll()
        if verdict in ("confirmed", "dismissed"):
            self.last = LastVerdict(verdict, reason, note, until)
        message = f"{plural(len(able), 'finding')} {PAST[verdict]} · u undoes {'all' if len(able) > 1 else 'it'}"
        waiting = sum(self.judgement(row).state == "awaiting" for row in able)
        if waiting:
            message += " · a second reviewer must agree"
        if len(able) < len(refusals):
            left = plural(len(refusals) - len(able), "finding")
            message += f" · {left} left alone: {next(why for why in refusals.values() if why)}"
        return Outcome(message, touched, batch)

    def renote(self, row: int, note: str) -> Outcome:
        """Give the reviewer's standing verdict on a finding again, with another note.

        Raises:
            UsageError: as `decide`, or there is no such verdict.
        """
        own = self.judgement(row).by(self.who)
        if own is None or own.digest != self.findings["digest"][row]:
            raise UsageError("A note belongs to a verdict of yours: decide this finding first.")
        batch = self._batch()
        event = replace(own, id=f"{batch}.0", batch=batch, at=self._now(), note=note, audit=self.folder.as_of or None)
        self.log.append([checked(event)])
        return Outcome("Note changed · u undoes it", self.poll(), batch)

    def undo(self, batch: str | None = None) -> Outcome:
        """Take back the reviewer's latest batch, or a given one of theirs."""
        self.poll()
        target = batch or self.fold.undoable(self.who)
        if target is None or not self.fold.live(target):
            return Outcome("Nothing to undo.")
        if any(event.who != self.who for event in self.fold.batches.get(target, ())):
            return Outcome("Only your own decisions can be undone here; give your own verdict instead.")
        return self._take_back(target, "undone · U brings", " back", self.fold.batches[target])

    def redo(self) -> Outcome:
        """Bring back what was last undone."""
        self.poll()
        undoing = self.fold.redoable(self.who)
        if undoing is None:
            return Outcome("Nothing to redo.")
        target = self.fold.batches[undoing][0].undoes or ""
        return self._take_back(undoing, "brought back · u undoes", "", self.fold.batches.get(target, []))

    def _take_back(self, batch: str, word: str, tail: str, meant: Sequence[Event]) -> Outcome:
        name = self._batch()
        self.log.append([
            Event(
                id=f"{name}.0", at=self._now(), reviewer=self.reviewer, verdict=None, fingerprint=None, rule=None,
                digest=None, reason=None, note=None, until=None, batch=name, undoes=batch,
                audit=self.folder.as_of or None,
            )
        ])  # fmt: skip
        touched = self.poll()
        message = f"{plural(len(meant), 'decision')} {word} {'all' if len(meant) > 1 else 'it'}{tail}"
        return Outcome(message, touched, name)

    def gone(self) -> list[Event]:
        """Standing verdicts of findings that no longer occur, newest first."""
        present = set(self.findings.filter(pl.col("fingerprint").is_in(list(self.fold.by_fingerprint)))["fingerprint"])
        lost = [self.fold.latest(name) for name in self.fold.by_fingerprint if name not in present]
        events = [event for latest in lost for event in latest if event.verdict != "open"]
        return sorted(events, key=lambda event: event.order, reverse=True)

    def moved(self, event: Event) -> int | None:
        """The one open finding that a verdict on a vanished finding may mean: same rule, same evidence; never applied
        by itself."""
        same = (self.findings["digest"] == event.digest) & (self.findings["rule"] == event.rule)
        rows = [int(row) for row in same.arg_true() if int(row) not in self.judgements]
        return rows[0] if len(rows) == 1 else None

    def decisions(self) -> pl.DataFrame:
        """The standing verdicts as a table of `redact.gate.DECISIONS`."""
        return decisions(self.findings, self.fold, self.policies)

    def place(self) -> Place | None:
        """Where the reviewer stopped; None where that is unknown."""
        return read_place(self._place_path())

    def keep_place(self, query: str, fingerprint: str | None) -> None:
        """Remember where the reviewer is."""
        write_place(self._place_path(), Place(query, fingerprint))

    def _place_path(self) -> Path:
        return self.folder.reviews / f".{file_name(self.reviewer).removesuffix('.jsonl')}.place.json"

    def _batch(self) -> str:
        return f"{file_name(self.reviewer).removesuffix('.jsonl')}-{self._clock():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"

    def _now(self) -> str:
        return self._clock().isoformat(timespec="microseconds").replace("+00:00", "Z")
