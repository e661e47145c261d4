"""One document to the rows that conditions speak about: markings with what stands around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from redact.check_marks import marking_faults, rollups
from redact.check_rows import Banner, Case, Exemption, Extra, Instruction, Order, Reason, Release
from redact.check_structure import structure
from redact.check_terms import (
    ORDER_12065, is_year_certain, latest_lawful, president_on, schedule_date,
)  # fmt: skip
from redact.check_withheld import withheld
from redact.document import Document
from redact.facts import DocumentRecord, banner_level
from redact.layout import mark_level
from redact.ledger import IN_REVIEW, IN_STAMP, ON_FORM, Link
from redact.normalise.dates import find_dates
from redact.normalise.orders import order_windows
from redact.span import Span
from redact.vocabulary import LEVELS

Rows = dict[str, list[Any]]
"""Table → rows of `check_rows`, of one document."""

RANK: Mapping[str, int] = {level: rank for rank, level in enumerate(LEVELS)}
_EXTRACT = "partial extract of the original cable"
_ORDER_LINE = re.compile(r"(?:^|\n)[ \t>*]{0,8}E\.? ?O\.? ?(\d{5})[ \t]*[:;.-]")
_BLOCK_SPACE = 220
_TWO_DIGITS = re.compile(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](\d\d)(?!\d)|[A-Za-z]{3,9}\.? (\d\d)(?!\d)")
_STATUTE = re.compile(
    r"U\.? ?S\.? ?C|P\.? ?L\.? ?\d|Pub(?:lic|\.)? ?L|\bact\b|\bstat(?:ute|\.)|\b(?:CIA|NSA)\b.{0,12}\b(?:19\d\d|act)\b",
    re.IGNORECASE,
)
_PRIVILEGE = re.compile(r"attorney|client|work[- ]product|\bAC\b|\bWP\b", re.IGNORECASE)
_REASON_LABEL = re.compile(r"reasons?\W{0,4}(?:for classification\W{0,3})?(?:E\.?O\.?\s?\d{5}\W{0,6})?(?:sec(?:tion|s|\.)?\W{0,3})?$", re.IGNORECASE)
_ODD_REASON = re.compile(r"[Rr](?:eason|EASON)s?:?\s{0,3}(?:E\.?O\.?\s?\d{5},?\s)?(1\.[45])\s?\(([a-z])\)", re.IGNORECASE)
"""A labelled reason whose letter no section has: the scanner passes it over."""
_CASE_LABEL = re.compile(r"\b[Cc](?:ase|ASE) (?:[Nn](?:umber|UMBER|o\.?|O\.?)):? ?(S\d{1,12}|(?:F|FL|M)-[\d-]{2,14})(?![\w-])")
_REASON_LETTERS = {"1.4": "abcdefgh", "1.5": "abcdefg", "1-301": "abcdefg"}
_STATE_CASE = re.compile(r"(?:S\d{9}|(?:F|FL|M|FP|A|L)-\d{4}-\d{4,5}|C?\d{7,8}|C\d{8})$")
_STATE_CASE_LIKE = re.compile(r"(?:S[-\d]|(?:F|FL|M)-?\d)", re.IGNORECASE)
_COPY_LABEL = re.compile(r"Case ?No|Doc ?No|Case Number", re.IGNORECASE)
_NUCLEAR = ("nuclear weapon", "NUCLEAR WEAPON", "weapon yield", "warhead", "WARHEAD", "weapon design", "Nuclear weapon")
_LEVEL_WORD = re.compile(r"[A-Z]{4,}")


class Reading(NamedTuple):
    """A document as the examiners read it."""

    document: Document
    text: str
    spans: Sequence[Span]
    by_kind: Mapping[str, Sequence[Span]]
    record: DocumentRecord
    facts: Mapping[str, Any]
    written: date | None

    def line(self, offset: int) -> int:
        """1-based line of an offset."""
        return bisect_right(self.document.starts, offset)

    def place(self, span: Span | None) -> tuple[int | None, int | None, int | None]:
        """Start, end and line of a span; nulls for none."""
        return (None, None, None) if span is None else (span.start, span.end, self.line(span.start))


def examine(document: Document, spans: Sequence[Span], record: DocumentRecord) -> Rows:
    """Rows that conditions are asked of, from one document.

    Args:
        document: the document.
        spans: its spans, sorted by start.
        record: what `facts.derive` made of them.

    Returns:
        Rows by table; a document that is no record gives none but its extra facts.
    """
    by_kind: dict[str, list[Span]] = {}
    is_record = record.facts["document_type"] != "not-a-record"
    for span in spans if is_record else ():
        by_kind.setdefault(span.kind, []).append(span)
    reading = Reading(
        document, document.text, spans if is_record else (), by_kind, record, record.facts, record.facts["document_date"]
    )
    rows: Rows = {}
    if not is_record:
        rows["extra"] = [_extra(reading, [], [], [], [])]
        return rows
    rows["banners"] = banners = _banners(reading)
    rows["orders"] = orders = _orders(reading)
    rows["reasons"] = reasons = _reasons(reading)
    rows["instructions"] = instructions = _instructions(reading)
    rows["releases"] = _releases(reading)
    rows["cases"] = _cases(reading)
    rows["exemptions"] = _exemptions(reading, reasons)
    rows["extra"] = [extra := _extra(reading, banners, orders, reasons, instructions)]
    rows["marking_faults"] = marking_faults(reading, extra.marking_date)
    rows["rollups"] = rollups(reading, extra.marking_date)
    rows.update(structure(reading, extra))
    for table, some in withheld(reading).items():
        rows.setdefault(table, []).extend(some)
    return rows


def _banners(reading: Reading) -> list[Banner]:
    text, furniture = reading.text, reading.record.layout.furniture
    found: dict[tuple[str, str, bool], list[Any]] = {}
    struck = bool(reading.by_kind.get("cancelled"))
    cancelled = {span.start for span in reading.by_kind.get("cancelled", ())}
    for span in reading.by_kind.get("banner", ()):
        if span.start in cancelled:
            continue
        line = reading.line(span.start)
        standing = _standing(text, span, furniture.get(line - 1))
        written = text[span.start : span.end]
        damaged = span.rule.startswith(("banner-damaged", "damaged")) or "damaged" in span.rule
        key = (span.value, standing, damaged)
        if key in found:
            found[key][0] += 1
        else:
            found[key] = [1, span, line, written]
    return [
        Banner(span.start, span.end, line, written, value, banner_level(value), standing, count, damaged, struck)
        for (value, standing, damaged), (count, span, line, written) in found.items()
    ]


def _standing(text: str, span: Span, furniture: str | None) -> str:
    if furniture == "footer":
        return "copy"
    before = text[max(0, span.start - 40) : span.start].rpartition("\n")[2]
    if "urrent" in before:
        return "copy"
    if "lass:" in before or ("CLASSIFICATION:" in before and "REASON" in text[span.end : span.end + 40]):
        return "review"
    if span.value == "UNCLASSIFIED" and "Department of S" in text[span.end : span.end + 190]:
        return "copy"
    return "own"


def at_review(text: str, start: int) -> bool:
    """Whether an offset stands in the block of a later review instead of the record's own classification block."""
    before = text[max(0, start - _BLOCK_SPACE) : start]
    if "REVIEW AUTHORITY" in before or "Review Authority" in before or "CASE ID" in before or "Case ID" in before:
        return True
    if "lass:" in before and " on " in before:
        return True
    line = before.rpartition("\n")[2].upper()
    return "EXTEND" in line or "RELEASE" in line


def _orders(reading: Reading) -> list[Order]:
    text = reading.text
    windows = order_windows()
    by_number: dict[str, tuple[date, date | None]] = {}
    for window in windows.values():
        since, until = by_number.get(window.number, (window.since, window.until))
        by_number[window.number] = (min(since, window.since), max(until, window.until) if until and window.until else None)
    rows: list[Order] = []
    seen: set[tuple[str, bool]] = set()
    taken: set[int] = set()
    for span in reading.by_kind.get("eo", ()):
        line = reading.line(span.start)
        begin = text.rfind("\n", 0, span.start) + 1
        on_line = not text[begin : span.start].strip(" \t>*") and text[span.end : span.end + 2].strip()[:1] in (":", ";")
        since, until = by_number.get(span.value, (None, None))
        review = at_review(text, span.start) or "REVIEW" in text[begin : span.start].upper()
        quoted = _is_quoted(text, begin, span.start)
        taken.add(line)
        if (span.value, on_line) not in seen:
            seen.add((span.value, on_line))
            written = text[span.start : span.end]
            rows.append(Order(span.start, span.end, line, written, span.value, since is not None, on_line, review, quoted, since, until))
    at = text.find("E.O", 0)
    at = at if at >= 0 else text.find("EO ")
    if at >= 0:
        for match in _ORDER_LINE.finditer(text, max(0, at - 10)):
            start, end = match.span(1)
            line = reading.line(start)
            if match[1] not in by_number and line not in taken and (match[1], True) not in seen:
                seen.add((match[1], True))
                rows.append(Order(start, end, line, match[1], match[1], False, True, at_review(text, start), False, None, None))
    return rows


def _is_quoted(text: str, begin: int, start: int) -> bool:
    """Whether a line cites or quotes another document."""
    before = text[begin:start].lstrip()
    return before[:3].upper() == "REF" or before[:1] in ('"', "“", ">") or before.count('"') % 2 == 1


def _reasons(reading: Reading) -> list[Reason]:
    text = reading.text
    codes_at = [span.start for span in reading.by_kind.get("exemption", ())]
    rows: list[Reason] = []
    for span in reading.by_kind.get("reason", ()):
        written = text[span.start : span.end]
        line = reading.line(span.start)
        labelled = _REASON_LABEL.search(text, max(0, span.start - 60), span.start) is not None
        review = at_review(text, span.start)
        if not review and not labelled:
            near = any(abs(at - span.start) < 60 for at in codes_at)
            review = near or not reading.by_kind.get("classified_by")
        for code in span.value.split(","):
            section, letter = _split_reason(code)
            rows.append(Reason(
                span.start, span.end, line, written, code, section, letter, _in_range(section, letter), review,
                "\n" in written,
            ))  # fmt: skip
    if "eason" in text or "EASON" in text:
        taken = {span.start for span in reading.by_kind.get("reason", ())}
        for match in _ODD_REASON.finditer(text):
            if match.start(1) not in taken and not _in_range(match[1], match[2].lower()):
                start, end = match.start(1), match.end()
                rows.append(Reason(
                    start, end, reading.line(start), text[start:end], f"{match[1]}({match[2].lower()})", match[1],
                    match[2].lower(), False, at_review(text, start), False,
                ))  # fmt: skip
    return rows


def _split_reason(code: str) -> tuple[str, str]:
    """`1.4(b)` → 1.4, b; `1.3(a)(4)` → 1.3(a), 4."""
    head, _, tail = code.rpartition("(")
    return (head, tail.rstrip(")").lower()) if head else (code, "")


def _in_range(section: str, letter: str) -> bool:
    """Whether a section has that category (E.O. 12356 sec. 1.3, 12958 sec. 1.5, 13526 sec. 1.4)."""
    if not letter:
        return True
    if section == "1.3(a)":
        return letter.isdecimal() and 1 <= int(letter) <= 10
    letters = _REASON_LETTERS.get(section)
    return letters is None or letter in letters


def _instructions(reading: Reading) -> list[Instruction]:
    text, written, level = reading.text, reading.written, reading.facts["level"]
    orders = reading.by_kind.get("eo", ())
    foreign = "foreign government information" in text.lower() if reading.by_kind.get("declass") else False
    rows: list[Instruction] = []
    for span in reading.by_kind.get("declass", ()):
        token, _, tail = span.value.rpartition(",")
        day = _iso(tail)
        token = token if day is not None else span.value
        token = token or "DATE"
        source_marked = token.startswith("SOURCE MARKED")
        review = at_review(text, span.start)
        begin = text.rfind("\n", 0, span.start) + 1
        if token[:3] in ("25X", "50X", "75X") and written is not None and written < date(1995, 10, 14):
            review = True
        cited = next((o.value for o in reversed(orders) if begin <= o.start < span.start), None)
        raw = text[span.start : span.end]
        two = _TWO_DIGITS.search(raw) if day is not None else None
        latest, basis = (None, None)
        group = token.partition("-")[2][:1] if token.startswith(("RDS", "XDS")) else None
        if written is not None and day is not None and not review and token[:3] not in ("25X", "50X", "75X"):
            latest, basis = latest_lawful(written, level, token, foreign or bool(group == "2"))
        rows.append(Instruction(
            span.start, span.end, reading.line(span.start), raw, span.value, token, day, review, source_marked,
            _is_quoted(text, begin, span.start), cited, two is not None,
            two is None or is_year_certain(int(two[1] or two[2]), written),
            latest, basis, schedule_date(written, level) if token == "GDS" else None,
            "12951" in text[span.start : span.end + 20], group, _level_above(reading, span),
        ))  # fmt: skip
    return rows


def _level_above(reading: Reading, span: Span) -> str | None:
    """Level of the banner that stands last before an instruction: a file may hold several telegrams."""
    banner = next((b for b in reversed(reading.by_kind.get("banner", ())) if b.end <= span.start), None)
    if banner is not None and "UNCLAS" in reading.text[banner.end : span.start]:
        return "UNCLASSIFIED"
    return banner_level(banner.value) if banner else None


def _iso(text: str) -> date | None:
    if len(text) != 10 or text[4] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_STAMP_AUTHORITY = re.compile(r"E\.? ?O\.? ?\d{5}|\bby\b|\bBY\b|Auth|AUTH|\bNARA\b|\bNLC|\bNLJ|\bNND|\bMDR|Department of State|\bsec\.|\bSec\.")


_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def _releases(reading: Reading) -> list[Release]:
    spans = reading.by_kind.get("release", ())
    if not spans:
        return []
    text = reading.text
    statuses = {span.value for span in spans}
    why = {link.start: link.why_alone for link in reading.record.links if link.redaction is None}
    linked = {link.start for link in reading.record.links if link.redaction is not None}
    codes = [
        span for span in reading.by_kind.get("exemption", ())
        if span.start in linked or why.get(span.start) not in (ON_FORM, IN_REVIEW)
    ]  # fmt: skip
    rows: list[Release] = []
    seen: set[tuple[str, date | None]] = set()
    for span in spans:
        stop = min(len(text), span.end + 160)
        near = text[span.end : stop]
        day = _stamp_date(near[:90])
        blank = _BLANK_LINE.search(near)
        near = near[: blank.start()] if blank else near
        if (span.value, day) in seen:
            continue
        seen.add((span.value, day))
        begin = text.rfind("\n", 0, span.start) + 1
        around = text[max(0, begin - 80) : span.end] + near
        line_end = text.find("\n", span.end)
        whole = not text[begin : span.start].strip(" \t*|-~") and not text[span.end : line_end if line_end >= 0 else len(text)].strip(" \t*|-~.")
        rows.append(Release(
            span.start, span.end, reading.line(span.start), text[span.start : span.end], span.value, day,
            _STAMP_AUTHORITY.search(around) is not None, day is not None or bool(find_dates(near)), whole,
            len(statuses), len(codes), codes[0].value if codes else None, reading.line(codes[0].start) if codes else None,
        ))  # fmt: skip
    return rows


def _stamp_date(near: str) -> date | None:
    """A full date within the stamp's own line or the next."""
    near = "\n".join(near.split("\n")[:2])
    for at, _, found in find_dates(near):
        if found.precision == "day" and "eclass" not in near[max(0, at - 24) : at]:
            return found.value
    return None


def _cases(reading: Reading) -> list[Case]:
    spans = [*reading.by_kind.get("case", ()), *_odd_cases(reading)]
    if not spans:
        return []
    text, furniture = reading.text, reading.record.layout.furniture
    groups: dict[str, dict[str, list[Span]]] = {}
    for span in spans:
        before = text[max(0, span.start - 24) : span.start].rpartition("\n")[2]
        line = reading.line(span.start)
        if "Doc" in before or "DOC" in before:
            role = "document"
        elif "CASE ID" in text[max(0, span.start - 40) : span.start].upper():
            role = "stamp"
        elif "ase" in before or "CASE" in before or furniture.get(line - 1) in ("footer", "case"):
            role = "footer"
        else:
            role = "other"
        groups.setdefault(role, {}).setdefault(span.value, []).append(span)
    footers = groups.get("footer", {})
    footer = max(footers, key=lambda value: len(footers[value])) if footers else None
    rows: list[Case] = []
    for role, values in groups.items():
        usual = footer if role == "stamp" else max(values, key=lambda value: len(values[value]))
        for value, some in values.items():
            span = some[0]
            usual_line = None
            if usual is not None:
                where = (footers if role == "stamp" else values)[usual][0]
                usual_line = reading.line(where.start)
            label = text[max(0, span.start - 24) : span.start]
            state = bool(_STATE_CASE_LIKE.match(value)) and (bool(_COPY_LABEL.search(label)) or "CASE" in label.upper())
            rows.append(Case(
                span.start, span.end, reading.line(span.start), value, role, usual, usual_line, len(values),
                None if usual is None else edit_distance(value, usual), state, bool(_STATE_CASE.match(value)),
            ))  # fmt: skip
    return rows


def _odd_cases(reading: Reading) -> list[Span]:
    """Labelled State case numbers of a form that the scanner does not read."""
    text = reading.text
    if "Case N" not in text and "CASE N" not in text:
        return []
    taken = {span.start for span in reading.by_kind.get("case", ())}
    return [
        Span(match.start(1), match.end(1), "case", match[1], "") for match in _CASE_LABEL.finditer(text)
        if match.start(1) not in taken
    ]  # fmt: skip


def edit_distance(left: str, right: str, limit: int = 9) -> int:
    """Levenshtein distance, at most `limit`."""
    if left == right:
        return 0
    if abs(len(left) - len(right)) >= limit:
        return limit
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return min(row[-1], limit)


def _exemptions(reading: Reading, reasons: Sequence[Reason]) -> list[Exemption]:
    spans = reading.by_kind.get("exemption", ())
    if not spans:
        return []
    text, facts = reading.text, reading.facts
    linked: dict[int, Link] = {}
    alone: dict[int, str | None] = {}
    for link in reading.record.links:
        if link.start is not None:
            if link.redaction is None:
                alone[link.start] = link.why_alone
            else:
                linked.setdefault(link.start, link)
    roles = {row.redaction: row for row in reading.record.redactions}
    category = any(row.at_review for row in reasons) or any(
        span.value.startswith(("EO:25X", "EO:50X", "EO:75X", "EO:3.3", "EO:1.")) for span in spans
    )
    president, left = president_on(reading.written)
    year = next((int(found[1]) for case in facts["cases"] if (found := re.match(r"(?:[A-Z]{1,2}-?|S)((?:19|20)\d\d)", case))), None)
    privilege = False
    if any(span.value == "FOIA:b5" for span in spans):
        privilege = _PRIVILEGE.search(text) is not None
    statute = None
    agency = _agency(reading)
    rows: list[Exemption] = []
    seen: set[tuple[str, str, bool]] = set()
    for span in spans:
        link = linked.get(span.start)
        why = alone.get(span.start)
        if link is not None:
            place = "stamp" if link.basis in ("page-stamp", "document-stamp") else "inline"
        else:
            place = "stamp" if why == IN_STAMP else "review" if why == IN_REVIEW else "form" if why == ON_FORM else "line"
        key = (span.value, place, link is not None)
        if key in seen and span.value not in ("FOIA:b7", "FOIA:b3", "FOIA:b1"):
            continue
        seen.add(key)
        raw = text[span.start : span.end]
        has_statute = True
        if span.value == "FOIA:b3":
            if statute is None:
                statute = any(other.value.startswith("FOIA:b3") and other.value != "FOIA:b3" for other in spans)
            near = text[max(0, span.start - 30) : span.end + 90]
            has_statute = statute or _STATUTE.search(near) is not None
        row = roles.get(link.redaction) if link is not None and link.redaction is not None else None
        paragraph = reading.record.layout.paragraph_of(row.start if row else span.start)
        damaged = span.value == "FOIA:b7" and text[span.end : span.end + 1] not in ("", " ", "\n", ",", ";", ".", "]", "\r", ":")
        rows.append(Exemption(
            span.start, span.end, reading.line(span.start), raw, span.value, place, link is not None, False, has_statute,
            category, row is not None, paragraph.level if paragraph else None, privilege, president, left, year,
            damaged or (span.value == "FOIA:b7" and place == "stamp" and raw[-1:] == "7" and "," in text[span.end:span.end+2]),
            agency,
        ))  # fmt: skip
    return rows


_AGENCIES = (
    ("CIA", ("CIA-RDP", "Central Intelligence Agency", "CENTRAL INTELLIGENCE AGENCY")),
    ("FBI", ("FEDERAL BUREAU OF INVESTIGATION", "Federal Bureau of Investigation")),
    ("NSA", ("NATIONAL SECURITY AGENCY", "National Security Agency")),
    ("State", ("U.S. Department of S", "US Department of State", "DEPARTMENT OF STATE")),
)


def _agency(reading: Reading) -> str | None:
    """Agency that released the record, by its head."""
    head = reading.text[:3000]
    for name, words in _AGENCIES:
        if any(word in head for word in words):
            return name
    return None


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
    if "RELEASE" in releases or any(_STATE_CASE.match(case) for case in facts["cases"]):
        return "state-release"
    return None


def _extra(
    reading: Reading, banners: Sequence[Banner], orders: Sequence[Order], reasons: Sequence[Reason],
    instructions: Sequence[Instruction],
) -> Extra:  # fmt: skip
    text, facts, by_kind = reading.text, reading.facts, reading.by_kind
    is_record = facts["document_type"] != "not-a-record"
    at = text.find(_EXTRACT, 0, 6000) if is_record else -1
    begin = text.rfind("\n", 0, at) + 1 if at >= 0 else None
    stop = None
    if at >= 0:
        dot = text.find(".", at)
        stop = dot + 1 if dot >= 0 else at + len(_EXTRACT)
    own = [banner for banner in banners if banner.standing == "own" and banner.banner_level is not None]
    ranked = sorted(own, key=lambda banner: RANK[banner.banner_level or LEVELS[0]])
    top_banner = ranked[-1] if ranked else None
    portions = [(span, level) for span in _real_marks(text, by_kind.get("portion", ()))
                if (level := mark_level(span.value)) is not None]  # fmt: skip
    top = max(portions, key=lambda item: (RANK[item[1]], -item[0].start), default=None)
    numbered = [p for p in reading.record.portions if p.number is not None]
    marked = sum(p.mark is not None for p in numbered)
    unmarked = sum(p.mark is None for p in reading.record.portions)
    entire = next((span for span in by_kind.get("portion", ()) if _is_entire(text, span)), None)
    if entire is None and is_record:
        entire_at = text.find("ENTIRE TEXT")
        entire_span = (entire_at, entire_at + 11, reading.line(entire_at)) if entire_at >= 0 else (None, None, None)
    else:
        entire_span = reading.place(entire)  # type: ignore[assignment]
    entire_level = mark_level(entire.value) if entire else None
    other = next((s for s, level in portions if entire and s.start > entire.end and level != entire_level), None)
    by = _first_origin(text, by_kind.get("classified_by", ()))
    review_by = _review_line(text) if is_record else None
    derived = by_kind.get("derived_from", ())[:1]
    says = re.search(r"Derivative(?:ly)? Classif", text, re.IGNORECASE) if is_record and "erivative" in text else None
    origin_reason = next((row for row in reasons if not row.at_review), None)
    review_reason = next((row.code for row in reasons if row.at_review), None)
    origin = [row for row in instructions if not row.at_review and not row.is_quoted]
    real = [row for row in origin if row.token not in ("N/A", "N/A TO RD")]
    dated = [row for row in instructions if row.date is not None and row.token[:9] != "DOWNGRADE" and row.token[:6] != "REVIEW" and not row.is_quoted]
    last = max(dated, key=lambda row: (row.date, row.start), default=None)
    review_dated = any(row.date is not None and row.at_review for row in instructions)
    codes = {span.value for span in by_kind.get("exemption", ())}
    extension = any(code.startswith(("EO:25X", "EO:50X", "EO:75X", "EO:3.3(h)", "EO:3.3(b)", "EO:3.4(b)")) for code in codes)
    tokens = [row for row in instructions if row.token[:3] in ("25X", "50X", "75X")]
    open_exemption = (extension and not review_dated) or any(row.date is None for row in tokens)
    origin_orders = [row for row in orders if not row.at_review and row.is_known and not row.is_quoted]
    order = next((row for row in origin_orders if row.on_order_line), None)
    collection = _collection(reading) if is_record else None
    nuclear = next((word for word in _NUCLEAR if word in text), None) if is_record else None
    nuclear_at = text.find(nuclear) if nuclear else -1
    low = text if not is_record else text
    restricted_data = is_record and any(word in low for word in ("RESTRICTED DATA", "Restricted Data", "RD/FRD", "(S-RD", "//RD"))
    marking_date = reading.written
    if marking_date is None:
        days = [row.effective_from for row in origin_orders if row.effective_from is not None]
        if days:
            marking_date = max(days)
        elif portions:
            marking_date = ORDER_12065
    return Extra(
        is_scan(text), at >= 0, begin, stop, reading.line(at) if at >= 0 else None,
        collection,
        bool(facts["markings_struck"]) or bool(by_kind.get("cancelled")),
        any(banner.standing == "copy" for banner in banners),
        review_by is not None, *(review_by and (review_by[0], review_by[1], reading.line(review_by[0])) or (None, None, None)),
        sum(banner.count for banner in banners),
        *((top_banner.start, top_banner.end, top_banner.line) if top_banner else (None, None, None)),
        top_banner.banner_level if top_banner else None, ranked[0].banner_level if ranked else None,
        top[1] if top else None, *reading.place(top[0] if top else None),
        len(numbered), marked, unmarked,
        entire is not None or entire_span[0] is not None, *entire_span, entire_level,
        other.value if other else None, reading.line(other.start) if other else None,
        by.value if by else None, *reading.place(by),
        derived[0].value if derived else None, *reading.place(derived[0] if derived else None),
        says is not None, *((says.start(), says.end(), reading.line(says.start())) if says else (None, None, None)),
        _has_source_list(text) if derived else False,
        origin_reason.code if origin_reason else None,
        *((origin_reason.start, origin_reason.end, origin_reason.line) if origin_reason else (None, None, None)),
        review_reason,
        real[0].value if real else None, *((real[0].start, real[0].end, real[0].line) if real else (None, None, None)),
        bool(instructions), any(row.token == "N/A" for row in origin),
        last.date if last else None, *((last.start, last.end, last.line) if last else (None, None, None)),
        open_exemption, extension or bool(tokens) or any(code == "FOIA:b1" for code in codes) and facts["release_status"] == "DENIED",
        order.number if order else None, *((order.start, order.end, order.line) if order else (None, None, None)),
        restricted_data, "ompilation" in text or "OMPILATION" in text,
        "waive" in text.lower() and "portion" in text.lower() if is_record and "aive" in text else False,
        "FOREIGN GOVERNMENT INFORMATION" in text or "NATO SECRET" in text or "NATO CONFIDENTIAL" in text,
        facts["redactions"] or 0,
        nuclear, *((nuclear_at, nuclear_at + len(nuclear), reading.line(nuclear_at)) if nuclear else (None, None, None)),
        any(word in text for word in ("RD/FRD", "Reviewed for RD", "DOE review", "DOE REVIEW", "Kyl-Lott", "P.L. 105-261")),
        collection == "jfk", "5(g)(2)(D)" in text or any("5(g)" in code for code in codes) or "ertif" in text,
        marking_date, *_after_gap(reading),
    )  # fmt: skip


_NOISE = "•■□¢£¥§®©°~^{}¬«»"
"""Characters that typed and published records hardly hold and that scanning puts for specks and torn letters."""
_NOISE_SHARE = 0.25
"""Such characters a thousand, from which a text counts as an uncorrected scan (measured on the public collections:
clean texts have none or one, scans 0.3 to 44)."""


def is_scan(text: str) -> bool:
    """Whether a text is an uncorrected scan, in which a single odd letter or digit proves nothing."""
    noise = sum(map(text.count, _NOISE))
    return noise >= 3 and 1000 * noise >= _NOISE_SHARE * len(text)


def _is_entire(text: str, span: Span) -> bool:
    return "ENTIRE" in text[span.start : span.end + 18].upper()


_LIST_LETTER = re.compile(r"\n[ \t]*\([ABD]\)")


def _real_marks(text: str, spans: Sequence[Span]) -> Sequence[Span]:
    """Portion marks without the letters of a list (A), (B), (C) that open a line."""
    if not any(span.value in ("C", "U", "S", "R") for span in spans) or _LIST_LETTER.search(text) is None:
        return spans
    return [s for s in spans if text[text.rfind("\n", 0, s.start) + 1 : s.start].strip() or len(s.value) > 1]


def _first_origin(text: str, spans: Sequence[Span]) -> Span | None:
    return next((span for span in spans if not _is_review_by(text, span)), None)


def _is_review_by(text: str, span: Span) -> bool:
    return "lass:" in text[span.end : span.end + 90]


_REVIEW_LINE = re.compile(r"Classified by [^\n~]{3,80}? on \d{1,2}[/-]\d{1,2}[/-]\d{4}[^\n]{0,8}\n?[^\n]{0,4}Class:\s{0,80}[^\s~]{0,24}")


def _review_line(text: str) -> tuple[int, int] | None:
    """The line by which a reviewer classified an existing record (E.O. 13526 sec. 1.7(d))."""
    at = text.find("lass:")
    if at < 0:
        return None
    match = _REVIEW_LINE.search(text)
    return match.span() if match else None


def _has_source_list(text: str) -> bool:
    low = text.lower()
    return "multiple sources" not in low or any(
        word in low for word in ("source list", "list attached", "list of sources", "sources:", "attached list", "see list")
    )


def _after_gap(reading: Reading) -> tuple[int | None, int | None, int | None]:
    """Place of the paragraph that follows the first missing number."""
    missing = reading.facts["paragraphs_missing"]
    if not missing:
        return None, None, None
    for paragraph in reading.record.portions:
        if paragraph.number is not None and paragraph.number.isdecimal() and int(paragraph.number) > missing[0]:
            end = min(paragraph.end, paragraph.start + 60)
            return paragraph.start, paragraph.start + len(reading.text[paragraph.start : end].split("\n")[0].rstrip()), paragraph.line
    return None, None, None
