"""What conditions ask of a document as a whole, beyond table `document_facts`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from redact.check_marks import unread_banners
from redact.check_reading import RANK, Reading, is_scan, line_start
from redact.check_rows import Banner, Extra, Instruction, Order, Reason
from redact.check_stamps import STATE_CASE
from redact.check_terms import ORDER_12065
from redact.layout import mark_level
from redact.span import Span
from redact.vocabulary import LEVELS

_FOREIGN = (
    "FOREIGN GOVERNMENT INFORMATION", "NATO SECRET", "NATO CONFIDENTIAL", "NATO RESTRICTED", "COSMIC TOP SECRET",
    "FOREIGN OFFICE, S.W.1", "HIGH COMMISSION",
)  # fmt: skip
_COVER = re.compile(r"\b(?:when|if)\s+(?:separated|detached|removed)\s+from\b|\bupon\s+removal\s+of\b")
_APART = ("EPARATED", "eparated", "ETACHED", "etached", "EMOV", "emov")
_EXTRACT = "partial extract of the original cable"
_NUCLEAR = ("nuclear weapon", "NUCLEAR WEAPON", "weapon yield", "warhead", "WARHEAD", "weapon design", "Nuclear weapon")
_RESTRICTED_DATA = ("RESTRICTED DATA", "Restricted Data", "RD/FRD", "(S-RD", "//RD")
_RD_REVIEW = ("RD/FRD", "Reviewed for RD", "DOE review", "DOE REVIEW", "Kyl-Lott", "P.L. 105-261")


def _collection(reading: Reading) -> str | None:
    """Which published series a record belongs to, by the marks that series leaves."""
    text, facts = reading.text, reading.facts
    if facts["document_type"] == "frus":
        return "frus"
    if "Message Attributes" in text or "Declassified/Released US Department" in text[-4000:]:
        return "aad"
    head = text[:4000]
    if _EXTRACT in head or "cable-doc-number" in head or head.lstrip()[:12] in ("Identifier\nC", "Reference ID"):
        return "wikileaks"
    releases = " ".join(text[s.start : s.end] for s in reading.by_kind.get("release", ())[:6]).upper()
    if "KENNEDY" in releases or "JFK" in head or "ASSASSINATION RECORDS" in head:
        return "jfk"
    if any("CIA-RDP" in case or "CIARDP" in case for case in facts["cases"]) or "APPROVED FOR RELEASE" in releases:
        return "cia"
    if "RELEASE" in releases or any(STATE_CASE.match(case) for case in facts["cases"]):
        return "state-release"
    return None


def extra_of(
    reading: Reading, banners: Sequence[Banner], orders: Sequence[Order], reasons: Sequence[Reason],
    instructions: Sequence[Instruction],
) -> Extra:  # fmt: skip
    text, facts, by_kind = reading.text, reading.facts, reading.by_kind
    is_record = facts["document_type"] != "not-a-record"
    at = text.find(_EXTRACT, 0, 6000) if is_record else -1
    begin = line_start(text, at) if at >= 0 else None
    stop = None
    if at >= 0:
        dot = text.find(".", at)
        stop = dot + 1 if dot >= 0 else at + len(_EXTRACT)
    own = [banner for banner in banners if banner.standing == "own" and banner.banner_level is not None]
    ranked = sorted(own, key=lambda banner: RANK[banner.banner_level or LEVELS[0]])
    top_banner = ranked[-1] if ranked else None
    portions = [(span, level) for span in by_kind.get("portion", ())
                if (level := mark_level(span.value)) is not None]  # fmt: skip
    top = max(portions, key=lambda item: (RANK[item[1]], -item[0].start), default=None)
    numbered = [p for p in reading.record.portions if p.number is not None]
    marked = sum(p.mark is not None for p in numbered)
    unmarked = sum(p.mark is None for p in reading.record.portions)
    entire = next((span for span in by_kind.get("portion", ()) if _is_entire(text, span)), None)
    if entire is None and is_record:
        entire_at = text.find("ENTIRE TEXT")
        entire_span = reading.between(entire_at, entire_at + 11)
    else:
        entire_span = reading.place(entire)
    entire_level = mark_level(entire.value) if entire else None
    other = next((s for s, level in portions if entire and s.start > entire.end and level != entire_level), None)
    by = _first_origin(text, by_kind.get("classified_by", ()))
    review_by = _review_line(text) if is_record else None
    derived = by_kind.get("derived_from", ())[:1]
    says = re.search(r"Derivative(?:ly)? Classif", text, re.IGNORECASE) if is_record and "erivative" in text else None
    origin_reason = next((row for row in reasons if not row.at_review), None)
    review_reason = next((row.code for row in reasons if row.at_review), None)
    origin = [row for row in instructions if not row.at_review and not row.is_quoted]
    real = [row for row in origin if not row.token.startswith("N/A")]
    dated = [
        row
        for row in instructions
        if row.date is not None and row.token[:9] != "DOWNGRADE" and row.token[:6] != "REVIEW" and not row.is_quoted
    ]
    last = max(dated, key=lambda row: (row.date, row.start), default=None)
    review_dated = any(row.date is not None and row.at_review for row in instructions)
    codes = {span.value for span in by_kind.get("exemption", ())}
    extension = any(
        code.startswith(("EO:25X", "EO:50X", "EO:75X", "EO:3.3(h)", "EO:3.3(b)", "EO:3.4(b)")) for code in codes
    )
    tokens = [row for row in instructions if row.token[:3] in ("25X", "50X", "75X")]
    open_exemption = (extension and not review_dated) or any(row.date is None for row in tokens)
    origin_orders = [row for row in orders if not row.at_review and row.is_known and not row.is_quoted]
    order = next((row for row in origin_orders if row.on_order_line), None)
    collection = _collection(reading) if is_record else None
    opened = facts["release_status"] in ("FULL", "DECLASSIFIED", "APPROVED")
    nuclear = next((word for word in _NUCLEAR if word in text), None) if opened else None
    nuclear_at = text.find(nuclear) if nuclear else -1
    classified = facts["level"] not in (None, "UNCLASSIFIED")
    restricted_data = classified and any(word in text for word in _RESTRICTED_DATA)
    marking_date = reading.written
    if marking_date is None:
        days = [row.effective_from for row in origin_orders if row.effective_from is not None]
        if days:
            marking_date = max(days)
        elif portions:
            marking_date = ORDER_12065
    return Extra._make((
        is_scan(text), at >= 0, begin, stop, reading.line(at) if at >= 0 else None,
        collection,
        bool(facts["markings_struck"]) or bool(by_kind.get("cancelled")),
        any(banner.standing == "copy" for banner in banners),
        review_by is not None, *reading.between(*(review_by or (-1, -1))),
        sum(banner.n_times for banner in banners) + len(unread_banners(reading)),
        *((top_banner.start, top_banner.end, top_banner.line) if top_banner else (None, None, None)),
        top_banner.banner_level if top_banner else None, ranked[0].banner_level if ranked else None,
        top[1] if top else None, *reading.place(top[0] if top else None),
        len(numbered), marked, unmarked,
        entire is not None or entire_span[0] is not None, *entire_span, entire_level,
        other.value if other else None, reading.line(other.start) if other else None,
        by.value if by else None, *reading.place(by),
        derived[0].value if derived else None, *reading.place(derived[0] if derived else None),
        says is not None, *(reading.between(*says.span()) if says else reading.place(derived[0] if derived else None)),
        _has_source_list(text, derived[0]) if derived else False,
        origin_reason.code if origin_reason else None,
        *((origin_reason.start, origin_reason.end, origin_reason.line) if origin_reason else (None, None, None)),
        review_reason,
        real[0].value if real else None, *((real[0].start, real[0].end, real[0].line) if real else (None, None, None)),
        bool(instructions), len(real) < len(origin),
        last.date if last else None, *((last.start, last.end, last.line) if last else (None, None, None)),
        open_exemption, extension or bool(tokens) or ("FOIA:b1" in codes and facts["release_status"] == "DENIED"),
        order.number if order else None, *((order.start, order.end, order.line) if order else (None, None, None)),
        restricted_data, classified and ("ompilation" in text or "OMPILATION" in text),
        "waive" in text.lower() and "portion" in text.lower() if is_record and "aive" in text else False,
        classified and any(words in text for words in _FOREIGN), is_record and _is_cover(text),
        *_sign_of_level(reading, top, by, origin_reason),
        facts["redactions"] or 0,
        nuclear, *reading.between(nuclear_at, nuclear_at + len(nuclear or "")),
        nuclear is not None and any(word in text for word in _RD_REVIEW),
        collection == "jfk",
        collection == "jfk" and ("5(g)(2)(D)" in text or any("5(g)" in code for code in codes) or "ertif" in text),
        marking_date, *_after_gap(reading),
    ))  # fmt: skip


def _is_cover(text: str) -> bool:
    """Whether a paper says that it is unclassified without its enclosure."""
    head = text[:1500]
    return any(word in head for word in _APART) and _COVER.search(text[:3000].lower()) is not None


def _is_entire(text: str, span: Span) -> bool:
    return "ENTIRE" in text[span.start : span.end + 18].upper()


def _first_origin(text: str, spans: Sequence[Span]) -> Span | None:
    return next((span for span in spans if not _is_review_by(text, span)), None)


def _is_review_by(text: str, span: Span) -> bool:
    return "lass:" in text[span.end : span.end + 90]


_REVIEW_LINE = re.compile(
    r"Classified by [^\n~]{3,80}? on \d{1,2}[/-]\d{1,2}[/-]\d{4}[^\n]{0,8}\n?[^\n]{0,4}Class:\s{0,80}[^\s~]{0,24}"
)


def _review_line(text: str) -> tuple[int, int] | None:
    """The line by which a reviewer classified an existing record (E.O. 13526 sec. 1.7(d))."""
    at = text.find("lass:")
    if at < 0:
        return None
    match = _REVIEW_LINE.search(text)
    return match.span() if match else None


_SOURCE_ITEM = re.compile(r"\n[ \t]*(?:\([a-z1-9]\)|\d\.|-)[ \t]*\S[^\n]*\n[ \t]*(?:\([a-z1-9]\)|\d\.|-)[ \t]*\S")


def _sign_of_level(
    reading: Reading, top: tuple[Span, str] | None, by: Span | None, reason: Reason | None
) -> tuple[str | None, int | None, int | None, int | None]:
    """What shows that a document is classified where no level stands over it: words, start, end, line."""
    if top is not None:
        span = top[0]
        mark, line = reading.text[span.start : span.end], reading.line(span.start)
        return f"A portion is marked `{mark}` (line {line})", span.start, span.end, line
    if by is not None and reason is not None:
        line = reading.line(by.start)
        return f"A classification block stands in line {line} (reason {reason.code})", by.start, by.end, line
    return None, None, None, None


def _has_source_list(text: str, source: Span) -> bool:
    if _SOURCE_ITEM.match(text, source.end, source.end + 400):
        return True
    low = text.lower()
    return "multiple sources" not in low or any(
        word in low
        for word in ("source list", "list attached", "list of sources", "sources:", "attached list", "see list")
    )


def _after_gap(reading: Reading) -> tuple[int | None, int | None, int | None]:
    """Place of the paragraph that follows the first missing number."""
    missing = reading.facts["paragraphs_missing"]
    if not missing:
        return None, None, None
    for paragraph in reading.record.portions:
        if paragraph.number is not None and paragraph.number.isdecimal() and int(paragraph.number) > missing[0]:
            end = min(paragraph.end, paragraph.start + 60)
            return (
                paragraph.start,
                paragraph.start + len(reading.text[paragraph.start : end].split("\n")[0].rstrip()),
                paragraph.line,
            )
    return None, None, None
