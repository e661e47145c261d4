"""The HTML report: one offline file for readers without a terminal, for the shelf and for paper.

No request of any kind leaves it: styles, script and pictures stand inside, and a content security policy with their
digests forbids everything else. It is complete without scripts; the script only sorts tables and opens sections
before printing. What could not be checked stands before the verdict's details. Bytes depend on the result and options
alone.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from redact.baseline import NEVER_BASELINED
from redact.display import safe, safe_line
from redact.document import Document
from redact.normalise.codes import describe
from redact.reports import AuditResult, RenderOptions, csv_, ledger
from redact.reports.charts import charts, withholds
from redact.reports.masking import Masker
from redact.reports.rows import (
    authorities,
    document_index,
    list_counts,
    number,
    severity_counts,
    shown,
    state_note,
    with_states,
)
from redact.reports.summary import settled, verdict, warnings
from redact.shares import in_words
from redact.vocabulary import SEVERITIES

_DEFAULT = RenderOptions()
CAP = 2_000
"""Findings shown; every error is, up to `CAP_ERRORS`."""
CAP_ERRORS = 8_000
CAP_DOCUMENTS = 3_000
CAP_LEDGER = 2_000
CAP_CSV = 5_000_000
"""Bytes of CSV that are still put into the file."""
_BEFORE, _AFTER, _MARKED = 80, 100, 300


@dataclass(frozen=True)
class _Shown:
    """A table that may have been cut."""

    rows: list[dict[str, Any]]
    total: int

    @property
    def cut(self) -> int:
        return self.total - len(self.rows)


def render(result: AuditResult, options: RenderOptions = _DEFAULT) -> str:
    """The whole report."""
    return "".join(stream(result, options))


def stream(result: AuditResult, options: RenderOptions = _DEFAULT) -> Iterator[str]:
    """Yield the report in pieces; its size is bounded by the caps, whatever the number of findings."""
    template = _environment().from_string(_asset("report.html"))
    yield from template.stream(**_context(result, options))


def style_and_script() -> tuple[str, str]:
    """The report's style sheet and script, as their digests in the security policy are made from."""
    return _asset("report.css"), _asset("report.js")


def source_hash(text: str) -> str:
    """A source for a content security policy: `sha256-...` (CSP level 2, section 4.2.5)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


@cache
def _asset(name: str) -> str:
    return files("redact.reports").joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["n"] = lambda count: f"{count:,}"
    environment.filters["line"] = lambda text: safe_line(str(text))
    environment.filters["text"] = lambda text: safe(str(text))
    return environment


def _context(result: AuditResult, options: RenderOptions) -> dict[str, Any]:
    style, script = style_and_script()
    frame = with_states(result, options)
    reported = frame.filter(pl.col("state") != "ignored")
    counts = severity_counts(reported)
    masker = Masker(result, options, "html")
    return {
        "style": Markup(style),  # noqa: S704 - both are files of this package
        "script": Markup(script),  # noqa: S704
        "style_hash": source_hash(style),
        "script_hash": source_hash(script),
        "title": options.title,
        "result": result,
        "inputs_digest": _inputs_digest(result.documents),
        "reviewers": _reviewers(frame),
        "counts": counts,
        "total": reported.height,
        "gate": options.gate,
        "verdict": verdict(options.gate) if options.gate is not None else "Not judged by a gate.",
        "decided": [*settled(options.gate), *warnings(options.gate)] if options.gate is not None else [],
        "waiting": _waiting(reported),
        "unchecked": _unchecked(result),
        "rules": _rules(reported, result, options),
        "documents": _documents(reported, result),
        "findings": _findings(shown(frame, options), result, options, masker),
        "hidden": reported.height - shown(frame, options).height,
        "charts": charts(result, options),
        "decisions": _decisions(frame),
        "ledger": _ledger(result),
        "not_withheld": result.redactions.filter(~withholds()).height,
        "codes": _codes(result, options),
        "csv": _embedded(result, options),
        "masked": masker.level != "full" or (options.evidence != "full" and bool(result.findings["sensitive"].any())),
        "number": number,
        "list_counts": list_counts,
    }


def _inputs_digest(documents: pl.DataFrame) -> str:
    """SHA-256 over `digest name` lines, sorted by name."""
    lines = (f"{sha256 or '-'} {doc}\n" for doc, sha256 in documents.sort("doc").select("doc", "sha256").iter_rows())
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _reviewers(frame: pl.DataFrame) -> list[str]:
    names = frame["reviewer"].drop_nulls().unique().to_list()
    return sorted({part.strip() for name in names for part in name.split(",") if part.strip()})


def _waiting(reported: pl.DataFrame) -> dict[str, int]:
    """Findings somebody decided, and findings that wait for somebody."""
    done = reported.filter(pl.col("state").is_in(["confirmed", "dismissed"])).height
    known = reported.filter(pl.col("state") == "baseline").height
    return {"decided": done, "known": known, "waiting": reported.height - done - known}


def _unchecked(result: AuditResult) -> list[dict[str, Any]]:
    """What was not, or not in full, checked: groups of names with the reason and what to do."""
    facts = result.document_facts
    groups: list[tuple[str, str, list[tuple[str, str]]]] = []
    unreadable = result.documents.filter(pl.col("unreadable").is_not_null()).select("doc", "unreadable")
    groups.append(("Could not be read", "No rule ran on these.", list(unreadable.iter_rows())))
    incomplete = result.findings.filter(pl.col("rule").is_in(sorted(NEVER_BASELINED - {"document-unreadable"})))
    groups.append(
        (
            "Checked in part",
            "A rule ran out of its time; the other rules went on.",
            list(incomplete.select("doc", "message").iter_rows()),
        )
    )
    others = facts.filter(pl.col("document_type").cast(pl.String) == "not-a-record")["doc"]
    groups.append(
        (
            "Not recognised as records",
            "News, treaties, statutes and the like: rules that assume a record kept silent.",
            [(doc, "") for doc in others],
        )
    )
    undated = facts.filter(pl.col("era").is_null() & (pl.col("document_type").cast(pl.String) != "not-a-record"))["doc"]
    groups.append(
        (
            "No order in force is known",
            "No date was found in these, so that rules bound to one executive order kept silent.",
            [(doc, "") for doc in undated],
        )
    )
    groups.append(("Files skipped", "Not of a format that is read.", list(result.skipped)))
    return [
        {
            "title": title,
            "why": why,
            "count": len(names),
            "names": names[:_LISTED],
            "more": max(0, len(names) - _LISTED),
        }
        for title, why, names in groups
        if names
    ]


_LISTED = 50


def _rules(reported: pl.DataFrame, result: AuditResult, options: RenderOptions) -> list[dict[str, Any]]:
    """One row a rule that fired: counts, and the rule's own texts."""
    some = reported.group_by("rule").agg(
        pl.col("severity").max().alias("severity"),
        pl.len().alias("findings"),
        pl.col("doc").n_unique().alias("documents"),
        *(
            (pl.col("state") == state).sum().alias(state)
            for state in ("open", "confirmed", "dismissed", "second", "disagreement", "changed", "expired", "baseline")
        ),
        pl.col("authority").first(),
        pl.col("advice").first(),
    )
    some = some.sort("severity", "findings", "rule", descending=[True, True, False])
    rows = []
    for row in some.iter_rows(named=True):
        card = options.rules.get(row["rule"])
        waits = row["second"] + row["disagreement"]
        rows.append(
            row
            | {
                "severity": str(row["severity"]),
                "title": card.title if card is not None else row["rule"],
                "rationale": card.rationale if card is not None else "",
                "authority": authorities(card, row["authority"]),
                "advice": (card.advice if card is not None else "") or row["advice"],
                "open": row["open"] + row["changed"] + row["expired"],
                "second": waits,
                "share": 100 * row["documents"] / max(1, result.documents.height),
            }
        )
    return rows


def _documents(reported: pl.DataFrame, result: AuditResult) -> _Shown:
    """One row a document, those with the gravest findings first."""
    per = reported.group_by("doc").agg(
        pl.len().alias("findings"),
        *((pl.col("severity").cast(pl.String) == severity).sum().alias(severity) for severity in SEVERITIES),
    )
    rows = (
        result.documents.select("doc", "unreadable", "sha256")
        .with_row_index()
        .join(result.document_facts, on="doc", how="left", maintain_order="left")
        .join(per, on="doc", how="left", maintain_order="left")
        .with_columns(pl.col("findings", *SEVERITIES).fill_null(0))
        .sort("error", "warning", "note", "index", descending=[True, True, True, False])
    )
    told = []
    for row in rows.head(CAP_DOCUMENTS).iter_rows(named=True):
        told.append(
            row
            | {
                "document_type": (row["document_type"] or "").replace("-", " "),
                "document_date": row["document_date"].isoformat() if row["document_date"] else "",
                "era": row["era"] or "",
                "release": {
                    "FULL": "in full",
                    "PART": "in part",
                    "DENIED": "denied",
                    "APPROVED": "approved",
                    "DECLASSIFIED": "declassified",
                }.get(row["release_status"] or "", ""),
                "share": in_words(row["share_withheld"], bool(row["share_at_least"])),
                "share_order": -1 if row["share_withheld"] is None else row["share_withheld"],
                "share_basis": row["share_basis"] if row["share_withheld"] != 0 else "",
            }
        )
    return _Shown(told, rows.height)


def _findings(frame: pl.DataFrame, result: AuditResult, options: RenderOptions, masker: Masker) -> dict[str, Any]:
    """Findings by document in the order of the audit; errors all there, the mildest cut first."""
    cap = CAP if options.cap is None else options.cap
    errors = int((frame["severity"].cast(pl.String) == "error").sum())
    keep = max(cap, min(errors, CAP_ERRORS))
    order = frame.select("severity").with_row_index().sort("severity", descending=True, maintain_order=True).head(keep)
    kept = masker.findings(frame[order["index"].sort()])
    texts, rows = result.documents["text"], document_index(result.documents)
    groups: dict[str, list[dict[str, Any]]] = {}
    document: Document | None = None
    for row in kept.iter_rows(named=True):
        doc, context = row["doc"], None
        if not masker.hides(row["sensitive"]) and doc in rows:
            if document is None or document.doc != doc:
                text = texts[rows[doc]]
                document = Document.of(doc, masker.text(doc, text)) if text is not None else None
            context = _context_line(document, row) if document is not None else None
        note = state_note(row).strip(" ()")
        groups.setdefault(doc, []).append(row | {"context": context, "told": note, "severity": str(row["severity"])})
    missing = severity_counts(frame)
    for severity, count in severity_counts(kept).items():
        missing[severity] -= count
    return {
        "groups": [{"doc": doc, "rows": found} for doc, found in groups.items()],
        "shown": kept.height,
        "total": frame.height,
        "cut": {severity: count for severity, count in missing.items() if count},
    }


def _context_line(document: Document, row: dict[str, Any]) -> tuple[str, str, str] | None:
    """The finding's line: what stands before the span, the span, what stands after; safe to show."""
    start, end, text = row["start"], row["end"], document.text
    if end > len(text) or end <= start:
        return None
    head, _ = document.line_bounds(document.line_index(start))
    _, tail = document.line_bounds(document.line_index(end - 1))
    left = text[max(head, start - _BEFORE) : start]
    right = text[end : min(tail, end + _AFTER)] if end < tail else ""
    marked = text[start : min(end, start + _MARKED)]
    dots = ".." if end - start > _MARKED else ""
    return (
        (".. " if start - _BEFORE > head else "") + safe_line(left.lstrip()),
        safe(marked.replace("\r\n", "\n")) + dots,  # a span over several lines is shown as such
        safe_line(right.rstrip()) + (" .." if end + _AFTER < tail else ""),
    )


def _decisions(frame: pl.DataFrame) -> dict[str, Any]:
    """Who decided how many, why findings were dismissed, what reviewers disagree on, what has run out."""
    judged = frame.filter(pl.col("verdict").is_not_null())
    by_reviewer = judged.group_by("reviewer", "verdict").len("n").sort("reviewer", "verdict", nulls_last=True)
    reasons = (
        judged.filter(pl.col("verdict") == "dismissed")
        .group_by("reason")
        .len("n")
        .sort("n", "reason", descending=[True, False])
    )
    columns = ["doc", "line", "rule", "reviewer", "fingerprint"]
    return {
        "any": judged.height > 0,
        "by_reviewer": list(by_reviewer.iter_rows()),
        "reasons": list(reasons.iter_rows()),
        "disagreements": list(
            frame.filter(pl.col("state") == "disagreement").select(columns).head(_LISTED).iter_rows()
        ),
        "expired": list(frame.filter(pl.col("state") == "expired").select(columns).head(_LISTED).iter_rows()),
    }


def _ledger(result: AuditResult) -> _Shown:
    """One row a pair of withheld matter and code, or one of them alone with the reason."""
    paired = ledger.table(result).filter(pl.col("code").is_not_null() | withholds())
    rows = [
        row
        | {
            "extent": f"{row['extent']:g} {row['unit'] or ''}".strip() if row["extent"] is not None else "",
            "place": _place(row),
        }
        for row in paired.head(CAP_LEDGER).iter_rows(named=True)
    ]
    return _Shown(rows, paired.height)


def _place(row: dict[str, Any]) -> str:
    """`page 2, par. 11, line 40`, as far as they are known."""
    parts = (("page", row["page"]), ("par.", row["paragraph"]), ("line", f"{row['line']:,}" if row["line"] else None))
    return ", ".join(f"{name} {value}" for name, value in parts if value)


def _codes(result: AuditResult, options: RenderOptions) -> list[tuple[str, str, int]]:
    """Codes that occur, with their meaning where it was given."""
    counts = result.links.drop_nulls("code").group_by("code").len("n").sort("code")
    return [(code, options.codes.get(code) or describe(code) or "", count) for code, count in counts.iter_rows()]


def _embedded(result: AuditResult, options: RenderOptions) -> dict[str, Any] | None:
    """The findings as CSV for a `data:` link; None where it would be too large or is not wanted."""
    if not options.embed_csv:
        return None
    pieces: list[str] = []
    size = 0
    for piece in csv_.stream(result, replace(options, excel=True, raw_csv=False, show="note")):
        size += len(piece.encode())
        if size > CAP_CSV:
            return None
        pieces.append(piece)
    data = base64.b64encode("".join(pieces).encode()).decode("ascii")
    return {"uri": f"data:text/csv;charset=utf-8;base64,{data}", "bytes": size}
