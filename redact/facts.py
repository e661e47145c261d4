"""What was understood of one document: its portions, redactions, links, and the row of facts about it as a whole."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence, Set
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from redact.document import Document
from redact.header import Header, read_header
from redact.layout import Layout, Paragraph, lay_out
from redact.ledger import Link, Redaction, keep_ledger
from redact.normalise.orders import order_in_force
from redact.released import release_days
from redact.router import document_type
from redact.shares import Share, share_of
from redact.span import Kinds, Span, by_kind
from redact.vocabulary import LEVELS

_RANK = {level: rank for rank, level in enumerate(LEVELS)}
_HANDLING_LEVELS = {
    "LIMITED OFFICIAL USE": 0.5,
    "CUI": 0.4,
    "OFFICIAL USE ONLY": 0.4,
    "FOR OFFICIAL USE ONLY": 0.4,
}
"""Overall markings that are no levels: above UNCLASSIFIED as a marking, UNCLASSIFIED as a level (roll-up, a.1)."""
_STATUS_ORDER = ("PART", "DENIED", "FULL", "DECLASSIFIED", "APPROVED")
"""Of several stamps the one that says most about the whole: a record with a page released in part is released in
part."""
_SOURCE_LEVEL = re.compile(
    r"\b(Top Secret|Secret|Confidential|Restricted|Limited Official Use|Official Use Only|Unclassified)"
    r"((?:; ?[A-Z][A-Za-z ]{2,24})*)\."
)
_SOURCE_CONTROLS = {
    "nodis": "NODIS",
    "exdis": "EXDIS",
    "limdis": "LIMDIS",
    "stadis": "STADIS",
    "sensitive": "SENSITIVE",
    "noforn": "NOFORN",
    "eyes only": "EYES ONLY",
    "codeword": "CODEWORD",
    "umbra": "UMBRA",
}
_EXEMPTIONS_BEGIN = date(1995, 10, 14)
"""First day on which 25X exemptions exist (E.O. 12958 sec. 3.4)."""
_ISO = re.compile(r"\d{4}-\d\d-\d\d$")


class DocumentRecord(NamedTuple):
    """Rows of one document for the tables of the audit, without the column `doc`.

    Attributes:
        portions: rows of table `portions`.
        redactions: rows of table `redactions`.
        links: rows of table `links`.
        facts: the row of table `document_facts`, column → value.
        layout: what the rows rest on.
        kinds: the spans that speak of this document, by kind; none of one that is no record.
        released_at: offset at which `release_date` is printed, the start of its stamp where that gives a year alone.
    """

    portions: list[Paragraph]
    redactions: list[Redaction]
    links: list[Link]
    facts: dict[str, Any]
    layout: Layout
    kinds: Kinds = MappingProxyType({})
    released_at: int | None = None


def derive(
    document: Document, spans: Sequence[Span], *, created: date | None = None, kind: str | None = None,
    of_another: Set[str] = frozenset(),
) -> DocumentRecord:  # fmt: skip
    """Portions, ledger and facts of a document.

    Args:
        document: the document.
        spans: its spans, sorted by start; none of a document that is no record.
        created: date of the record where it is known from outside its text; the text's own date comes first.
        kind: type of the document where it was worked out before (one of `DOCUMENT_TYPES`).
        of_another: ids of the rules whose markings speak of another paper than this one.
    """
    if kind is None:
        kind = document_type(document, spans)
    if kind == "not-a-record":
        layout = Layout({}, [0], [], [], len(document.text))
        facts = _facts(document, {}, kind, Header(), layout, [], [], created)
        return DocumentRecord([], [], [], facts, layout)
    kinds = by_kind(span for span in spans if span.rule not in of_another)
    layout = lay_out(document, spans, kinds)
    redactions, links = keep_ledger(document, kinds, layout)
    header = read_header(document, kind, spans)
    facts = _facts(document, kinds, kind, header, layout, redactions, links, created)
    days = release_days(document.text, kinds, kind)
    facts["release_date"] = day = max(days, default=None)
    return DocumentRecord(layout.paragraphs, redactions, links, facts, layout, kinds, days.get(day) if day else None)


def _facts(
    document: Document,
    kinds: Kinds,
    kind: str,
    header: Header,
    layout: Layout,
    redactions: Sequence[Redaction],
    links: Sequence[Link],
    created: date | None,
) -> dict[str, Any]:
    spans = kinds.get
    written = header.document_date or created
    classification = _classification(document, spans("banner", ()), layout)
    if classification is None and kind == "frus":
        classification = _source_note_level(document.text)
    marked = {part.level for part in layout.paragraphs if part.level is not None} if "portion" in kinds else None
    seen, total = _sections(spans("section", ()))
    roles = [row.role for row in redactions]
    first, last, missing = _numbering(layout.numbers)
    share = share_of(document, kind, layout, redactions, links, kinds)
    return {
        "document_type": kind,
        "identifier": header.identifier,
        "title": header.title,
        "document_date": written,
        "origin": header.origin,
        "era": order_in_force(written) if written is not None else None,
        "classification": classification,
        "level": banner_level(classification) if classification is not None else None,
        "highest_portion": max(marked, key=_RANK.__getitem__) if marked else None,
        "controls": _controls(spans("control", ()), spans("banner", ())),
        "reasons": _distinct(",".join(_values(kinds["reason"])).split(",")) if "reason" in kinds else [],
        "declass": _instructions(document, kinds["declass"], written) if "declass" in kinds else [],
        "release_status": _status(spans("release", ())),
        "release_date": None,
        "cases": _values(spans("case")),
        "redactions": roles.count("content") + roles.count("page"),
        "redactions_justified": len(
            [row for row in redactions if row.justified is True and row.role in ("content", "page")]
        ),
        "markings_struck": roles.count("marking"),
        **dict(zip(Share._fields, share, strict=True)),
        "exemptions": _values(spans("exemption")),
        "sections_seen": seen,
        "sections_of": total,
        "paragraph_first": first,
        "paragraph_last": last,
        "paragraphs_missing": missing,
    }


def to_contract(doc: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The object that `redact facts` prints for a document, from its row of `document_facts`; dates as ISO 8601."""
    return {
        "doc": doc,
        "document_type": facts["document_type"],
        "identifier": facts["identifier"],
        "title": facts["title"],
        "document_date": _iso(facts["document_date"]),
        "origin": facts["origin"],
        "era": facts["era"],
        "classification": facts["classification"],
        "highest_portion": facts["highest_portion"],
        "controls": list(facts["controls"]),
        "reasons": list(facts["reasons"]),
        "declass": [
            {"value": entry["value"], "date": _iso(entry["date"]), "source": entry["source"]}
            for entry in facts["declass"]
        ],
        "release_status": facts["release_status"],
        "cases": list(facts["cases"]),
        "redactions": facts["redactions"],
        "redactions_justified": facts["redactions_justified"],
        "exemptions": list(facts["exemptions"]),
        "sections": {"seen": list(facts["sections_seen"]), "of": facts["sections_of"]},
        "paragraphs": {
            "first": facts["paragraph_first"],
            "last": facts["paragraph_last"],
            "missing": list(facts["paragraphs_missing"]),
        },
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _values(spans: Sequence[Span] | None) -> list[str]:
    """Distinct values of spans, in order of first appearance."""
    return list({span.value: None for span in spans}) if spans else []


def _distinct(values: Any) -> list[str]:
    return list(dict.fromkeys(values))


@lru_cache(maxsize=1024)
def banner_level(banner: str) -> str | None:
    """Level of a canonical banner; handling markings count as UNCLASSIFIED, foreign ones by the level they name."""
    if banner.split("//", 1)[0] in _HANDLING_LEVELS:
        return "UNCLASSIFIED"
    parts = banner.split("//")
    head = parts[0] or (parts[1] if len(parts) > 1 else "")
    if head in _RANK:
        return head
    if not parts[0]:
        return next((level for level in reversed(LEVELS) if level in head), None)
    return next((level for level in reversed(LEVELS) if head.startswith(level)), None)


@lru_cache(maxsize=1024)
def _banner_rank(banner: str) -> tuple[float, int]:
    """Higher levels first; of one level the banner that holds more controls."""
    parts = banner.split("//")
    level = banner_level(banner)
    rank = _HANDLING_LEVELS.get(parts[0])
    if rank is None:
        rank = float(_RANK[level]) if level is not None else -1.0
    return rank, len([part for part in banner.replace("/", " ").split(" ") if part])


def _classification(document: Document, banners: Sequence[Span], layout: Layout) -> str | None:
    """The record's own highest banner; failing that what a review stamp, then what the released copy states."""
    own: dict[str, None] = {}
    stamped: dict[str, None] = {}
    copy: dict[str, None] = {}
    for span in banners:
        if span.value not in own:
            where = _standing(document, span, layout)
            (own if where == "own" else stamped if where == "review" else copy)[span.value] = None
    for group in (own, stamped, copy):
        if group:
            return max(group, key=_banner_rank) if len(group) > 1 else next(iter(group))
    return None


def _standing(document: Document, span: Span, layout: Layout) -> str:
    """Whether a banner is the record's `own`, a `review` stamp's, or the status of the released `copy`."""
    text, starts = document.text, document.starts
    line = bisect_right(starts, span.start) - 1
    if layout.furniture.get(line) == "footer":
        return "copy"
    before = text[max(starts[line], span.start - 40) : span.start]
    if before:
        if "Current" in before:
            return "copy"
        if "lass:" in before:
            return "review"
        if "CLASSIFICATION:" in before and "REASON" in text[span.end : span.end + 40]:
            return "review"
    if span.value == "UNCLASSIFIED" and "Department of State" in text[span.end : span.end + 190]:
        return "copy"
    return "own"


def _source_note_level(text: str) -> str | None:
    """Original classification from the source note of a FRUS document (`Secret; Nodis.`)."""
    at = text.find("Source: ")
    if at < 0:
        return None
    stop = text.find("\n", at)
    match = _SOURCE_LEVEL.search(text, at, min(len(text) if stop < 0 else stop, at + 3000))
    if match is None:
        return None
    controls = [_SOURCE_CONTROLS.get(word.strip().lower()) for word in match.group(2).split(";")]
    named = "/".join(control for control in controls if control)
    level = match.group(1).upper()
    return f"{level}//{named}" if named else level


def _controls(controls: Sequence[Span], banners: Sequence[Span]) -> list[str]:
    """Captions and controls, those inside banners too, in order of first appearance."""
    among = [*controls, *[span for span in banners if "//" in span.value]]
    if len(among) > len(controls):
        among.sort()
    found: dict[str, None] = {}
    for span in among:
        if span.kind == "control":
            found[span.value] = None
        else:
            for part in span.value.lstrip("/").split("//")[1:]:
                found.update(dict.fromkeys(part.split("/")))
    return list(found)


def _instructions(document: Document, spans: Sequence[Span], written: date | None) -> list[dict[str, Any]]:
    """Distinct instructions; an exemption of a later order than the record's own can only come from a review."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    early = written is not None and written < _EXEMPTIONS_BEGIN
    for span in spans:
        later = early and span.value.startswith(("25X", "50X", "75X"))
        source = "review" if later or _at_review(document.text, span) else "origin"
        key = (span.value, source)
        if key not in found:
            tail = span.value.rsplit(",", 1)[-1]
            day = date.fromisoformat(tail) if _ISO.match(tail) else None
            found[key] = {"value": span.value, "date": day, "source": source}
    return list(found.values())


def _at_review(text: str, span: Span) -> bool:
    """Whether an instruction stands in the block of a review, not in the order line or block of the record."""
    before = text[max(0, span.start - 220) : span.start]
    if "REVIEW AUTHORITY" in before or "Review Authority" in before or "CASE ID" in before:
        return True
    if "lass:" in before and " on " in before:
        return True
    line = before.rsplit("\n", 1)[-1]
    return "EXTEND" in line.upper() or "RELEASE" in line.upper()


def _status(spans: Sequence[Span]) -> str | None:
    if not spans:
        return None
    values = {span.value for span in spans}
    if "DENIED" in values and "FULL" in values:
        return "PART"
    return next((status for status in _STATUS_ORDER if status in values), None)


def _sections(spans: Sequence[Span]) -> tuple[list[int], int | None]:
    """Numbers of the sections that are there, in order of first appearance, and how many the marking says there are."""
    seen: dict[int, None] = {}
    totals: list[int] = []
    for span in spans:
        number, _, total = span.value.partition("/")
        if number.isdecimal():
            seen[int(number)] = None
        if total.isdecimal():
            totals.append(int(total))
    return list(seen), max(totals, key=totals.count) if totals else None


def _numbering(numbers: Sequence[int]) -> tuple[int | None, int | None, list[int]]:
    if not numbers:
        return None, None, []
    present = set(numbers)
    first, last = min(present), max(present)
    return first, last, [number for number in range(first, last + 1) if number not in present]
