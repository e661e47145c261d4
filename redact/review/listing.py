"""A frozen list of findings: rows stay where they are, decided or not, until the reviewer asks for a new list."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from redact.review.query import Query
from redact.review.session import GROUPINGS, Review
from redact.review.states import SECOND, TODO
from redact.review.worklists import title_of


class Listing:
    """Findings that met a query when it was asked.

    Attributes:
        query: the query.
        title: title of the work list, or of the group, that the query is.
        sort: order of the rows, one of `redact.review.session.SORTS`.
        rows: rows of the findings in that order (UInt32), frozen.
        grouping: None, or one of `GROUPINGS`.
        groups: the groups, where there is a grouping (see `Review.groups`).
        marks: rows marked for a common decision.
        news: findings of the list that others decided since it was made.
    """

    def __init__(self, review: Review, query: Query, sort: str = "severity", rows: pl.Series | None = None) -> None:
        self.review, self.query, self.sort = review, query, sort
        self.title = title_of(query)
        self.grouping: str | None = None
        self.groups: pl.DataFrame | None = None
        self.marks: set[int] = set()
        self.news: set[int] = set()
        self._only = rows
        self._matches: tuple[str, list[int]] = ("", [])
        self.rows = self.find(self.query, self.sort) if rows is None else review.sorted(rows.sort(), sort)

    def rename(self, query: Query, sort: str) -> None:
        """Take another query and order, whose rows follow (`take`)."""
        self.query, self.sort, self.title = query, sort, title_of(query)

    def find(self, query: Query, sort: str) -> pl.Series:
        """Rows for another query and order; changes nothing, so that a thread may ask."""
        rows = self.review.selector().rows(query)
        if self._only is not None:
            rows = rows.filter(rows.is_in(self._only))
        return self.review.sorted(rows, sort)

    def __len__(self) -> int:
        return len(self.rows) if self.groups is None else self.groups.height

    def row(self, index: int) -> int | None:
        """Row of the finding at a place of the list; None for a group and outside the list."""
        if self.groups is not None or not 0 <= index < len(self.rows):
            return None
        return int(self.rows[index])

    def group_rows(self, index: int) -> list[int]:
        """Rows of the group at a place of the list."""
        if self.groups is None or not 0 <= index < self.groups.height:
            return []
        return [int(row) for row in self.groups["rows"][index]]

    def index_of(self, row: int | None) -> int | None:
        """Place of a finding in the list."""
        if row is None or not len(self.rows):
            return None
        found = (self.rows == row).arg_max()
        return int(found) if found is not None and self.rows[found] == row else None

    def renew(self, query: Query | None = None, sort: str | None = None, at: int = 0) -> tuple[int, bool]:
        """Ask again, perhaps with another query or order.

        Args:
            at: place of the cursor now.
        Returns:
            Place of the cursor afterwards, and whether it is still on the same finding; where that left the list, it
            is on the next one that stayed.
        """
        before, row = self.rows, self.row(at)
        if query is not None:
            self.query, self.title = query, title_of(query)
        self.sort = sort or self.sort
        return self.take(self.find(self.query, self.sort), before, row, at)

    def take(self, rows: pl.Series, before: pl.Series, row: int | None, at: int) -> tuple[int, bool]:
        """Take rows found elsewhere (a worker) as the new list; see `renew`."""
        self.rows = rows
        self.news.clear()
        self._matches = ("", [])
        if self.grouping is not None:
            self.groups = self.review.groups(self.rows, self.grouping)
            return min(at, max(0, len(self) - 1)), True
        if row is None:
            return 0, True
        place = self.index_of(row)
        if place is not None:
            return place, True
        stayed = set(self.rows.to_list()) if len(self.rows) < 100_000 else None
        for later in before[at : at + 5_000]:
            if stayed is not None and later not in stayed:
                continue
            place = self.index_of(int(later))
            if place is not None:
                return place, False
        return max(0, len(self.rows) - 1) if at else 0, False

    def group(self, by: str | None) -> None:
        """Group by one of `GROUPINGS`, or not at all."""
        self.grouping = by
        self.groups = self.review.groups(self.rows, by) if by else None
        self.marks.clear()
        self._matches = ("", [])

    def next_grouping(self) -> str | None:
        """What comes after the grouping in use: rule, document, evidence, none."""
        order = [None, *GROUPINGS]
        return order[(order.index(self.grouping) + 1) % len(order)]

    def subset(self, index: int) -> Listing:
        """The findings of one group as a list of their own."""
        assert self.groups is not None
        label, rule = self.groups["label"][index], self.groups["rule"][index]
        rows = self.groups["rows"][index]
        listing = Listing(self.review, self.query, "document", rows)
        listing.title = f"{rule}: {label or 'masked evidence'}" if self.grouping == "evidence" else str(label)
        return listing

    def waits_for_me(self, row: int) -> bool:
        """Whether a finding still needs this reviewer's verdict."""
        judgement = self.review.visible(row)
        if judgement.state in TODO:
            return True
        if judgement.state in SECOND:
            return judgement.by(self.review.who) is None
        return judgement.state == "disagreement" and "disagreement" in self.query.values("state")

    def next_waiting(self, index: int, step: int = 1) -> int | None:
        """Next place, in a direction, of a finding that needs this reviewer's verdict; does not wrap."""
        place = index + step
        while 0 <= place < len(self.rows):
            if self.waits_for_me(int(self.rows[place])):
                return place
            place += step
        return None

    def done(self) -> int:
        """Findings of the list that need no verdict of this reviewer any more."""
        judged = self.review.selector().judged
        if not judged:
            return 0
        among = self.rows.filter(self.rows.is_in(list(judged)))
        return sum(not self.waits_for_me(row) for row in among)

    def matches(self, text: str) -> list[int]:
        """Places whose rule, document, message or shown evidence holds a text, without regard to case."""
        if self._matches[0] != text:
            pattern = "(?i)" + re.escape(text)
            if self.groups is not None:
                hit = self.groups["label"].str.contains(pattern).fill_null(False)
            else:
                evidence = pl.when(pl.col("sensitive")).then(pl.lit("")).otherwise(pl.col("evidence"))
                hit = self.review.findings.select("rule", "doc", "message", "evidence", "sensitive")[self.rows].select(
                    hit=pl.any_horizontal(
                        pl.col("rule", "doc", "message").str.contains(pattern), evidence.str.contains(pattern)
                    )
                )["hit"]
            self._matches = (text, hit.arg_true().to_list())
        return self._matches[1]

    def changed_by_others(self, rows: Iterable[int]) -> None:
        """Note findings that others decided: they stay where they are until the list is made anew."""
        known = set(rows)
        self.news.update(known if len(known) < 50 else known & set(self.rows.to_list()))
