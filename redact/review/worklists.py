"""Work lists of the home screen, documents as rows, and charts: tables that lead to lists of findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl

from redact.review.ledger_view import code_words
from redact.review.query import Query, parse_query, quote
from redact.review.session import Review

_LISTS = (
    ("Errors to decide", "sev:error state:open"),
    ("Warnings to decide", "sev:warning state:open"),
    ("Waiting for a second reviewer", "state:second"),
    ("Two reviewers disagree", "state:disagreement"),
    ("Changed since it was decided", "state:changed,expired"),
    ("Notes (information only)", "sev:note state:open"),
    ("All findings", ""),
)


@dataclass(frozen=True)
class WorkList:
    """A saved query with its counts.

    Attributes:
        yours: findings in it that this reviewer has decided.
        oldest: age of the oldest verdict in it, in words; empty where nothing was decided.
    """

    title: str
    query: Query
    count: int
    yours: int
    oldest: str


@dataclass(frozen=True)
class Bar:
    """One row of a chart; `query` lists the findings behind it, `docs` the documents where it counts no findings."""

    label: str
    count: int
    query: str | None = None
    docs: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Chart:
    """A small chart."""

    title: str
    bars: Sequence[Bar] = field(default_factory=tuple)


def work_lists(review: Review, now: datetime | None = None) -> list[WorkList]:
    """The work lists with their counts."""
    selector = review.selector()
    made: list[WorkList] = []
    for title, text in _LISTS:
        query = parse_query(text)
        rows = selector.rows(query)
        among = rows.filter(rows.is_in(list(selector.judged))) if selector.judged else rows.head(0)
        judged = [review.judgement(row) for row in among]
        yours = sum(judgement.by(review.who) is not None for judgement in judged)
        first = min((event.at for judgement in judged for event in judgement.latest), default="")
        wanted = title not in ("All findings", "Errors to decide", "Warnings to decide", "Notes (information only)")
        made.append(WorkList(title, query, len(rows), yours, age(first, now) if first and wanted else ""))
    return made


def title_of(query: Query) -> str:
    """Title of the work list that a query is; else "Findings"."""
    return next((title for title, text in _LISTS if text == str(query)), "Findings")


def age(at: str, now: datetime | None = None) -> str:
    """How long ago a time was, in words."""
    try:
        then = datetime.fromisoformat(at.replace("Z", "+00:00"))
    except ValueError:
        return "?"
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    days = ((now or datetime.now(UTC)) - then).days
    if days < 1:
        return "today"
    return "1 day" if days == 1 else f"{days} days"


def documents(review: Review) -> pl.DataFrame:
    """Documents as rows: `doc`, `identifier`, `title`, `document_date`, `document_type`, `release_status`,
    `redactions`, `justified`, `n_chars`, `unreadable`, `findings`, `to_do`; most to do first."""
    facts = (
        review.folder.scan("document_facts")
        .select(
            "doc", "identifier", "title", "document_date", "document_type", "release_status", "redactions",
            pl.col("redactions_justified").alias("justified"),
        )
    )  # fmt: skip
    todo = review.selector().rows(parse_query("state:open"))
    docs = review.findings["doc"]
    counts = docs.value_counts(name="findings")
    open_counts = docs.gather(todo).value_counts(name="to_do")
    return (
        review.folder.scan("documents")
        .select("doc", "n_chars", "unreadable")
        .join(facts, on="doc", how="left", maintain_order="left")
        .collect()
        .join(counts, on="doc", how="left", maintain_order="left")
        .join(open_counts, on="doc", how="left", maintain_order="left")
        .with_columns(pl.col("findings", "to_do").fill_null(0))
        .sort("to_do", "findings", descending=True, maintain_order=True)
    )


def charts(review: Review) -> list[Chart]:
    """Six charts; each number equals a count of its table."""
    findings = review.findings
    by_severity = dict(findings["severity"].value_counts().iter_rows())
    severities = [Bar(name, by_severity.get(name, 0), f"sev:{name}") for name in ("error", "warning", "note")]
    rules = [
        Bar(rule, count, f"rule:{quote(rule)}")
        for rule, count in findings["rule"].value_counts().sort(["count", "rule"], descending=[True, False]).iter_rows()
    ]
    return [
        Chart("Findings by severity", severities),
        Chart("Findings by order in force", _eras(review)),
        Chart("Rules that fire most", rules[:12]),
        Chart("Exemption codes, by redaction", _codes(review)),
        Chart("Redactions with a code, by document", _justified(review)),
        Chart("Declassification dates now past", _overdue(review)),
    ]


def _eras(review: Review) -> list[Bar]:
    joined = review.findings.select("doc").join(review.facts.select("doc", "era"), on="doc", how="left")
    counts = dict(joined["era"].value_counts().iter_rows())
    named = sorted((era for era in counts if era is not None), key=lambda era: (len(era), era))
    bars = [Bar(f"E.O. {era}" if era.isdigit() else era, counts[era], f"era:{quote(era)}") for era in named]
    return [*bars, Bar("unknown", counts[None], "era:none")] if counts.get(None) else bars


def _codes(review: Review) -> list[Bar]:
    links = review.folder.scan("links").filter(pl.col("redaction").is_not_null() & pl.col("code").is_not_null())
    pairs = links.select("doc", "redaction", "code").unique().collect()
    counts = pairs.group_by("code").agg(pl.len(), pl.col("doc").unique())
    counts = counts.sort(["len", "code"], descending=[True, False])
    bars = [Bar(code_words(code), count, docs=tuple(docs)) for code, count, docs in counts.head(10).iter_rows()]
    bare = (
        review.folder.scan("redactions")
        .filter((pl.col("role") == "content") & ~pl.col("justified").fill_null(True))
        .select("doc")
        .collect()["doc"]
    )
    return [*bars, Bar("none", len(bare), docs=tuple(bare.unique()))] if len(bare) else bars


def _justified(review: Review) -> list[Bar]:
    frame = review.folder.scan("document_facts").select("doc", "redactions", "redactions_justified").collect()
    share = pl.col("redactions_justified") / pl.col("redactions")
    kinds = {
        "no redaction": pl.col("redactions") == 0,
        "none": (pl.col("redactions") > 0) & (pl.col("redactions_justified") == 0),
        "under half": (share > 0) & (share < 0.5),
        "half or more": (share >= 0.5) & (share < 1),
        "all": (pl.col("redactions") > 0) & (share >= 1),
    }
    found = {label: frame.filter(condition)["doc"] for label, condition in kinds.items()}
    return [Bar(label, len(docs), docs=tuple(docs)) for label, docs in found.items()]


def _overdue(review: Review) -> list[Bar]:
    as_of = review.as_of
    if as_of is None:
        return []
    dates = (
        review.folder.scan("document_facts")
        .select("doc", pl.col("declass").list.eval(pl.element().struct.field("date")).list.max().alias("date"))
        .filter(pl.col("date") < as_of)
        .collect()
    )
    years = pl.col("date").dt.year()
    kinds = {
        "before 1995": years < 1995,
        "1995-2004": years.is_between(1995, 2004),
        "2005-2014": years.is_between(2005, 2014),
        "2015 and later": years >= 2015,
    }
    found = {label: dates.filter(condition)["doc"] for label, condition in kinds.items()}
    return [Bar(label, len(docs), docs=tuple(docs)) for label, docs in found.items()]
