"""What conditions ask of a document as a whole, beyond table `document_facts`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from redact.check_reading import RANK, Reading, is_scan, portion_level
from redact.check_rows import Banner, Extra, Instruction, Order, Reason
from redact.check_stamps import STATE_CASE
from redact.check_terms import ORDER_12065
from redact.span import Span

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
_ENTIRE = "ENTIRE TEXT"
_REVIEWER = "Classified by "
_ATTRIBUTES = "Message Attributes"
_RELEASED = "Declassified/Released US Department"
_CABLE_MARKS = (_EXTRACT, "cable-doc-number")
_CABLE_HEADS = ("Identifier\nC", "Reference ID")
_JFK = ("JFK", "ASSASSINATION RECORDS")
_COMPILATION = ("ompilation", "OMPILATION")
WORDS = (
    *_FOREIGN, *_APART, *_NUCLEAR, *_RESTRICTED_DATA, *_CABLE_MARKS, *_JFK, *_COMPILATION, _ENTIRE, _REVIEWER,
    _ATTRIBUTES, _RELEASED, "lass:", "erivative", "aive",
)  # fmt: skip
"""Words looked for in `Reading.places` here."""


def _collection(reading: Reading) -> str | None:
    """Which published series a record belongs to, by the marks that series leaves."""
    text, facts, places = reading.text, reading.facts, reading.places
    if facts["document_type"] == "frus":
        return "frus"
    if _ATTRIBUTES in places or (_RELEASED in places and places[_RELEASED][-1] >= len(text) - 4000):
        return "aad"
    if reading.holds(_CABLE_MARKS, 4000) or text[:4000].lstrip()[:12] in _CABLE_HEADS:
        return "wikileaks"
    releases = " ".join([text[s.start : s.end] for s in reading.by_kind.get("release", ())[:6]]).upper()
    if "KENNEDY" in releases or reading.holds(_JFK, 4000):
        return "jfk"
    cases = facts["cases"]
    if any("CIA-RDP" in case or "CIARDP" in case for case in cases) or "APPROVED FOR RELEASE" in releases:
        return "cia"
    if "RELEASE" in releases or any(STATE_CASE.match(case) for case in cases):
        return "state-release"
    return None


def extra_of(
    reading: Reading, banners: Sequence[Banner], orders: Sequence[Order], reasons: Sequence[Reason],
    instructions: Sequence[Instruction], unread: Sequence[Span],
) -> Extra:  # fmt: skip
    """The row of `extra`, from the other rows of the document and the banners that the scanner passed over."""
    text, facts, by_kind, is_record = reading.text, reading.facts, reading.by_kind, reading.is_record
    portions = [
        (span, level) for span in by_kind.get("portion", ()) if (level := portion_level(span.value)) is not None
    ]  # fmt: skip
    top = max(portions, key=lambda item: (RANK[item[1]], -item[0].start)) if portions else None
    by = _first_origin(text, by_kind["classified_by"]) if "classified_by" in by_kind else None
    review_by = _review_line(reading) if is_record else None
    origin_reason = review_reason = None
    if reasons:
        origin_reason = next((row for row in reasons if not row.at_review), None)
        review_reason = next((row.code for row in reasons if row.at_review), None)
    origin_orders = [row for row in orders if not row.at_review and row.is_known and not row.is_quoted]
    order = next((row for row in origin_orders if row.on_order_line), None) if origin_orders else None
    collection = _collection(reading) if is_record else None
    classified = facts["level"] not in (None, "UNCLASSIFIED")
    codes = {span.value for span in by_kind["exemption"]} if "exemption" in by_kind else set()
    marking_date = reading.written
    if marking_date is None:
        days = [row.effective_from for row in origin_orders if row.effective_from is not None]
        if days:
            marking_date = max(days)
        elif portions:
            marking_date = ORDER_12065
    return Extra._make((
        is_scan(text), *_extract(reading),
        collection,
        bool(facts["markings_struck"]) or bool(by_kind.get("cancelled")),
        "copy" in [banner.standing for banner in banners],
        *((True, *reading.between(*review_by)) if review_by else (False, None, None, None)),
        sum([banner.n_times for banner in banners]) + len(unread),
        *_levels(banners),
        top[1] if top else None, *reading.place(top[0] if top else None),
        *_counts(reading), *_entire(reading, portions),
        by.value if by else None, *reading.place(by),
        *_derivation(reading),
        *((origin_reason.code, *origin_reason[:3]) if origin_reason else _NOWHERE),
        review_reason,
        *_duration(instructions, codes, facts["release_status"]),
        *((order.number, *order[:3]) if order else _NOWHERE),
        classified and reading.holds_any(_RESTRICTED_DATA),
        classified and reading.holds_any(_COMPILATION), is_record and "aive" in reading.places and _has_waiver(text),
        classified and reading.holds_any(_FOREIGN), is_record and _is_cover(reading),
        *_sign_of_level(reading, top, by, origin_reason),
        facts["redactions"] or 0,
        *_nuclear(reading),
        collection == "jfk",
        collection == "jfk" and ("5(g)(2)(D)" in text or any("5(g)" in code for code in codes) or "ertif" in text),
        marking_date, *_after_gap(reading),
    ))  # fmt: skip


_NOWHERE = (None, None, None, None)
"""A value that a document lacks, with its start, end and line."""


def _extract(reading: Reading) -> tuple[bool, int | None, int | None, int | None]:
    """Whether a text says that it is an extract; its start, the end of the sentence that says so, its line."""
    at = reading.first(_EXTRACT, 6000) if reading.is_record else -1
    if at < 0:
        return False, None, None, None
    dot = reading.text.find(".", at)
    return True, reading.line_start(at), dot + 1 if dot >= 0 else at + len(_EXTRACT), reading.line(at)


def _levels(banners: Sequence[Banner]) -> tuple[Any, ...]:
    """Place of the record's own highest banner, its level, and the level of the lowest."""
    own = [(RANK[level], banner) for banner in banners if banner.standing == "own" and (level := banner.banner_level)]
    if not own:
        return None, None, None, None, None
    if len(own) > 1:
        own.sort(key=_rank_of)
    top = own[-1][1]
    return *top[:3], top.banner_level, own[0][1].banner_level


def _rank_of(ranked: tuple[int, Banner]) -> int:
    return ranked[0]


def _entire(reading: Reading, portions: Sequence[tuple[Span, str]]) -> tuple[Any, ...]:
    """Whether one mark holds for the entire text, its place and level; a later mark of another level, and its line."""
    text = reading.text
    entire = None
    if marks := reading.by_kind.get("portion"):
        entire = next((span for span in marks if "ENTIRE" in text[span.start : span.end + 18].upper()), None)
    if entire is None:
        at = reading.places[_ENTIRE][0] if reading.is_record and _ENTIRE in reading.places else -1
        return at >= 0, *reading.between(at, at + len(_ENTIRE)), None, None, None
    level = portion_level(entire.value)
    other = next((span for span, its in portions if span.start > entire.end and its != level), None)
    return (
        True, *reading.place(entire), level,
        other.value if other else None, reading.line(other.start) if other else None,
    )  # fmt: skip


def _derivation(reading: Reading) -> tuple[Any, ...]:
    """Source and its place; whether a text says that it is classified by derivation, and where; whether it lists its
    sources."""
    text = reading.text
    derived = reading.by_kind["derived_from"][0] if "derived_from" in reading.by_kind else None
    source = reading.place(derived)
    says = _SAYS_DERIVATIVE.search(text) if reading.is_record and "erivative" in reading.places else None
    return (
        derived.value if derived else None, *source,
        says is not None, *(reading.between(*says.span()) if says else source),
        _has_source_list(text, derived) if derived else False,
    )  # fmt: skip


def _duration(instructions: Sequence[Instruction], codes: set[str], status: str | None) -> tuple[Any, ...]:
    """First instruction of the record itself, latest date, and exemptions from automatic declassification."""
    extension = any(code.startswith(_EXTENSIONS) for code in codes) if codes else False
    exempt = "FOIA:b1" in codes and status == "DENIED"
    if not instructions:
        return *_NOWHERE, False, False, *_NOWHERE, extension, extension or exempt
    origin = [row for row in instructions if not row.at_review and not row.is_quoted]
    real = [row for row in origin if not row.token.startswith("N/A")]
    dated = [
        row
        for row in instructions
        if row.date is not None and row.token[:9] != "DOWNGRADE" and row.token[:6] != "REVIEW" and not row.is_quoted
    ]
    last = max(dated, key=lambda row: (row.date, row.start), default=None)
    review_dated = any(row.date is not None and row.at_review for row in instructions)
    tokens = [row for row in instructions if row.token[:3] in ("25X", "50X", "75X")]
    return (
        *((real[0].value, *real[0][:3]) if real else _NOWHERE), True, len(real) < len(origin),
        *((last.date, *last[:3]) if last else _NOWHERE),
        (extension and not review_dated) or any(row.date is None for row in tokens),
        extension or bool(tokens) or exempt,
    )  # fmt: skip


def _nuclear(reading: Reading) -> tuple[Any, ...]:
    """Words of nuclear weapons in an opened record, their place, and whether it was reviewed for them."""
    if reading.facts["release_status"] not in ("FULL", "DECLASSIFIED", "APPROVED"):
        return *_NOWHERE, False
    if not reading.holds_any(_NUCLEAR):
        return *_NOWHERE, False
    word = next(word for word in _NUCLEAR if word in reading.places)
    at = reading.places[word][0]
    return word, *reading.between(at, at + len(word)), any(word in reading.text for word in _RD_REVIEW)


def _counts(reading: Reading) -> tuple[int, int, int]:
    """Numbered paragraphs, those of them that carry a mark, and paragraphs of any kind that carry none."""
    paragraphs = reading.record.portions
    of_numbered = [mark for _, _, _, _, number, mark, _ in paragraphs if number is not None]
    if "portion" not in reading.by_kind:
        return len(of_numbered), 0, len(paragraphs)
    unmarked = [paragraph.mark for paragraph in paragraphs].count(None)
    return len(of_numbered), len(of_numbered) - of_numbered.count(None), unmarked


def _is_cover(reading: Reading) -> bool:
    """Whether a paper says that it is unclassified without its enclosure."""
    return reading.holds(_APART, 1500) and _COVER.search(reading.text[:3000].lower()) is not None


def _has_waiver(text: str) -> bool:
    low = text.lower()
    return "waive" in low and "portion" in low


def _first_origin(text: str, spans: Sequence[Span]) -> Span | None:
    return next((span for span in spans if not _is_review_by(text, span)), None)


def _is_review_by(text: str, span: Span) -> bool:
    return "lass:" in text[span.end : span.end + 90]


_REVIEW_LINE = re.compile(
    _REVIEWER + r"[^\n~]{3,80}? on \d{1,2}[/-]\d{1,2}[/-]\d{4}[^\n]{0,8}\n?[^\n]{0,4}Class:\s{0,80}[^\s~]{0,24}"
)


def _review_line(reading: Reading) -> tuple[int, int] | None:
    """The line by which a reviewer classified an existing record (E.O. 13526 sec. 1.7(d))."""
    if "lass:" not in reading.places:
        return None
    for at in reading.places.get(_REVIEWER, ()):
        if match := _REVIEW_LINE.match(reading.text, at):
            return match.span()
    return None


_SAYS_DERIVATIVE = re.compile(r"Derivative(?:ly)? Classif", re.IGNORECASE)
_EXTENSIONS = ("EO:25X", "EO:50X", "EO:75X", "EO:3.3(h)", "EO:3.3(b)", "EO:3.4(b)")
_SOURCE_ITEM = re.compile(r"[ \t]*\n[ \t]*(?:\([a-z1-9]\)|\d\.|-)[ \t]*\S[^\n]*\n[ \t]*(?:\([a-z1-9]\)|\d\.|-)[ \t]*\S")


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
