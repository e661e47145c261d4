"""What was understood of one document: its portions, redactions, links, and the row of facts about it as a whole."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from redact.document import Document
from redact.fields import words_of
from redact.header import Header, read_header
from redact.layout import Layout, Paragraph, lay_out
from redact.ledger import Link, Redaction, keep_ledger
from redact.normalise.dates import find_dates, is_sentinel, parse_date
from redact.normalise.orders import order_in_force
from redact.router import document_type
from redact.shares import share_of
from redact.span import Span
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
_FOOTER_DATE = re.compile(r"[ \t\n]{0,8}(?:Doc No\.?[^\n]{0,24}\n?)?[ \t]{0,8}Date:[ \t]*(\d{1,2}/\d{1,2}/\d{4})")
_DAY = (
    r"((?:19|20)\d\d[/-]\d{1,2}[/-]\d{1,2}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{4}|\d{1,2}-\d{1,2}-(?:19|20)\d\d|"
    r"\d{1,2}/\d{1,2}/\d{2,4}|[A-Z][a-z]{2,8} \d{1,2}, \d{4})"
)
_STAMP_DATE = re.compile(rf"[\s:;,*\u00b7-]{{0,12}}+(?:by [A-Z][A-Za-z.]{{1,20}} )?(?:on |dated )?{_DAY}")
_STAMP_SPACE = 240
"""Code points below the words of a stamp in which its labelled date may stand, in the same block of lines."""
_LABELLED_DATE = re.compile(
    r"(?m:^[ \t]*(?:Date )?Release(?:d|[ ][Dd]ate)?|\bRELEASED?(?: DATE)?|(?P<plain>\b(?:Date|DATE|dated)))"
    rf"[ \t]*:?[ \t]*{_DAY}"
)
_LABEL_OF_DATE = re.compile(r"Date|DATE|dated|Release|RELEASE")
_STAMPED_BY = re.compile(r"(?:NAR[AS]|N[NL][A-Z]|Auth|AUTH|By|BY)\b")
_HEAD_DATE = re.compile(rf"\n[ \t]*(?:Date [Rr]eleased|Released?(?: [Dd]ate)?|RELEASED?(?: DATE)?)[ \t]*:[ \t]*{_DAY}")
_SHEET_DATE = re.compile(rf"\b(?:Date|DATE)[ \t]*:[ \t]*{_DAY}")
_YEAR_STAMP = re.compile(r"((?:19|20)\d\d)[ \t]+RELEASE\b")
_LAST_REVIEW = re.compile(rf"DATE OF LAST REVIEW[^\w\n]{{0,8}}{_DAY}")
_REVIEW_DATE = re.compile(
    r"(?:DATE/CASE ID|DATE / CASE ID|Date/Case ID)[:;]?[ \t]*(\d{1,2} [A-Z]{3} \d{4})|"
    r"Classified by [^\n~]{3,60}? on (\d{1,2}[/-]\d{1,2}[/-]\d{4})"
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d$")


class DocumentRecord(NamedTuple):
    """Rows of one document for the tables of the audit, without the column `doc`.

    Attributes:
        portions: rows of table `portions`.
        redactions: rows of table `redactions`.
        links: rows of table `links`.
        facts: the row of table `document_facts`, column → value.
        layout: what the rows rest on.
    """

    portions: list[Paragraph]
    redactions: list[Redaction]
    links: list[Link]
    facts: dict[str, Any]
    layout: Layout


def derive(
    document: Document, spans: Sequence[Span], *, created: date | None = None, kind: str | None = None
) -> DocumentRecord:
    """Portions, ledger and facts of a document.

    Args:
        document: the document.
        spans: its spans, sorted by start; none of a document that is no record.
        created: date of the record where it is known from outside its text; the text's own date comes first.
        kind: type of the document where it was worked out before (one of `DOCUMENT_TYPES`).
    """
    if kind is None:
        kind = document_type(document, spans)
    if kind == "not-a-record":
        facts = _facts(document, (), kind, Header(), Layout({}, [0], [], [], len(document.text)), [], [], [], created)
        return DocumentRecord([], [], [], facts, Layout({}, [0], [], [], len(document.text)))
    layout = lay_out(document, spans)
    redactions, links = keep_ledger(document, spans, layout)
    header = read_header(document, kind, spans)
    facts = _facts(document, spans, kind, header, layout, redactions, links, layout.paragraphs, created)
    return DocumentRecord(layout.paragraphs, redactions, links, facts, layout)


def _facts(
    document: Document,
    spans: Sequence[Span],
    kind: str,
    header: Header,
    layout: Layout,
    redactions: Sequence[Redaction],
    links: Sequence[Link],
    portions: Sequence[Paragraph],
    created: date | None,
) -> dict[str, Any]:
    by_kind: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_kind[span.kind].append(span)
    written = header.document_date or created
    classification = _classification(document, by_kind.get("banner", ()), layout)
    if classification is None and kind == "frus":
        classification = _source_note_level(document.text)
    marked = {portion.level for portion in portions if portion.level is not None} if "portion" in by_kind else None
    seen, total = _sections(by_kind.get("section", ()))
    withheld = [row for row in redactions if row.role in ("content", "page")]
    first, last, missing = _numbering(layout.numbers)
    share = share_of(document, kind, layout, redactions, links, by_kind)
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
        "controls": _controls(document, spans, layout),
        "reasons": _distinct(",".join(_values(by_kind["reason"])).split(",")) if "reason" in by_kind else [],
        "declass": _instructions(document, by_kind.get("declass", ()), written),
        "release_status": _status(by_kind.get("release", ())),
        "release_date": _release_date(document, by_kind, kind),
        "cases": _values(by_kind.get("case")),
        "redactions": len(withheld),
        "redactions_justified": len([row for row in withheld if row.justified is True]),
        "markings_struck": len([row for row in redactions if row.role == "marking"]),
        **share._asdict(),
        "exemptions": _values(by_kind.get("exemption")),
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


def _controls(document: Document, spans: Sequence[Span], layout: Layout) -> list[str]:
    """Captions and controls, those inside banners too, in order of first appearance."""
    found: dict[str, None] = {}
    for span in spans:
        if span.kind == "control":
            found[span.value] = None
        elif span.kind == "banner" and "//" in span.value:
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


@lru_cache(maxsize=8192)
def _stamp_day(written: str) -> date | None:
    found = parse_date(written, instruction=False)
    if found is None:
        hits = find_dates(written)
        found = hits[0][2] if hits else None
    if found is None or found.precision != "day" or is_sentinel(found.value):
        return None
    return found.value


def stamp_date(text: str, span: Span) -> date | None:
    """Day printed with a release stamp: straight after its words, else labelled in the same block of lines below.

    Stamps of NARA (`By JRS NARA Date 6/14/01`) and of agencies (`Release date: March 12, 2018`).
    """
    if match := _STAMP_DATE.match(text, span.end, span.end + 80):
        return _stamp_day(match[1])
    block = text[span.end : span.end + _STAMP_SPACE]
    if not _LABEL_OF_DATE.search(block):
        return None
    for blank in ("\n\n", "\n\r\n", "\n \n"):
        block = block.partition(blank)[0]
    match = _LABELLED_DATE.search(block)
    if match is None or (match["plain"] and not _STAMPED_BY.search(block, 0, match.start())):
        return None
    return _stamp_day(match[2])


def _release_date(document: Document, by_kind: Mapping[str, Sequence[Span]], kind: str) -> date | None:
    """Latest date of a release stamp, a review stamp, the footer or the labelled head of a released copy."""
    return max(release_days(document.text, by_kind, kind), default=None)


def release_days(text: str, by_kind: Mapping[str, Sequence[Span]], kind: str) -> dict[date, int]:
    """Days on which a copy was released or reviewed, each with an offset at which it is printed."""
    days: dict[date | None, int] = {}
    seen: set[str] = set()
    for span in by_kind.get("release", ()):
        if (near := text[span.end : span.end + _STAMP_SPACE]) not in seen:
            seen.add(near)
            days.setdefault(stamp_date(text, span), span.end)
    for span in by_kind.get("case", ()):
        if match := _FOOTER_DATE.match(text, span.end, span.end + 60):
            days.setdefault(_stamp_day(match.group(1)), match.start(1))
    words = words_of(text)
    for label in ("CASE ID", "Classified by "):
        at = words.first(label)
        if at >= 0 and (match := _REVIEW_DATE.search(text, max(0, at - 10), at + 120)):
            days.setdefault(_stamp_day(match.group(1) or match.group(2)), match.start())
    head = text[:1500]
    if kind != "frus" and ("elease" in head or "ELEASE" in head) and (match := _HEAD_DATE.search(head)):
        days.setdefault(_stamp_day(match[1]), match.start(1))
    if kind == "withdrawal-sheet" and (match := _SHEET_DATE.search(text, 0, 1500)):
        days.setdefault(_stamp_day(match[1]), match.start(1))
    if spans := by_kind.get("release"):
        days.setdefault(_year_of_release(text, spans), spans[0].start)
    return {day: at for day, at in days.items() if day is not None}


def _year_of_release(text: str, spans: Sequence[Span]) -> date | None:
    """First day of the year that a stamp of the JFK collection names; the day of its last review where that falls in
    the same year."""
    for span in spans[:4]:
        start = max(0, span.start - 6)
        if "RELEASE" in text[start : span.end] and (match := _YEAR_STAMP.search(text, start, span.end)):
            year = int(match[1])
            review = _LAST_REVIEW.search(text, 0, 4000)
            day = _stamp_day(review[1]) if review else None
            return day if day is not None and day.year == year else date(year, 1, 1)
    return None


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
