"""Release stamps, case numbers and exemption codes of one document, with what stands around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from redact.check_reading import Reading, edit_distance, line_end
from redact.check_rows import Case, Exemption, Reason, Release
from redact.check_terms import president_of_library, president_on
from redact.ledger import IN_REVIEW, IN_STAMP, ON_FORM, Link
from redact.normalise.dates import find_dates, parse_date
from redact.released import stamp_date
from redact.span import Span

_STATUTE = re.compile(
    r"U\.? ?S\.? ?C|P\.? ?L\.? ?\d|Pub(?:lic|\.)? ?L|\bact\b|\bstat(?:ute|\.)|\b(?:CIA|NSA)\b.{0,12}\b(?:19\d\d|act)\b",
    re.IGNORECASE,
)
_PRIVILEGE = re.compile(
    r"[aAcCwW][tTlLoOcCpP](?i:(?<=at)torney|(?<=cl)ient|(?<=wo)rk[- ]product|(?<=\bac)\b|(?<=\bwp)\b)"
)
"""`attorney`, `client`, `work product`, `AC`, `WP`; two sets in front make it several times as fast in long texts."""
_CASE_LABEL = re.compile(
    r"\b[Cc](?:ase|ASE) (?:[Nn](?:umber|UMBER|o\.?|O\.?)):? ?(S\d{1,12}|(?:F|FL|M)-[\d-]{2,14})(?![\w-])"
)
STATE_CASE = re.compile(r"(?:S\d{9}|(?:F|FL|M|FP|A|L)-\d{4}-\d{4,5}|C?\d{7,8}|C\d{8})$")
_STATE_CASE_LIKE = re.compile(r"(?:S[-\d]|(?:F|FL|M)-?\d)", re.IGNORECASE)
_CASE_YEAR = re.compile(r"(?:[A-Z]{1,2}-?|S)((?:19|20)\d\d)")
_COPY_LABEL = re.compile(r"Case ?No|Doc ?No|Case Number", re.IGNORECASE)
_ORDER = re.compile(r"E\.? ?O\.? ?\d{5}")
_AUTHORITY_WORDS = ("Auth", "AUTH", "Department of State")
_REVIEWER = re.compile(r"\b(?:by\b|BY\b|NARA\b|NLC|NLJ|NND|MDR|sec\.|Sec\.)")
_REVIEWER_WORDS = ("by", "BY", "NARA", "NLC", "NLJ", "NND", "MDR", "sec.", "Sec.")


def _names_authority(around: str) -> bool:
    """Whether a stamp names an order, a reviewer or an authority; most hold none of the words at all."""
    for word in _AUTHORITY_WORDS:
        if word in around:
            return True
    if _ORDER.search(around):
        return True
    for word in _REVIEWER_WORDS:
        if word in around:
            return _REVIEWER.search(around) is not None
    return False


_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_ROW_DATE = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}/\d{2,4}(?![\d/])")
"""A date in the row of a withdrawal sheet: that of the document which the row lists."""
_AFTER_CODE = ("", " ", "\n", ",", ";", ".", "]", "\r", ":")
"""What follows a code that is read whole."""


def releases_of(reading: Reading) -> list[Release]:
    spans = reading.by_kind.get("release", ())
    if not spans:
        return []
    text = reading.text
    statuses = {span.value for span in spans}
    codes = _codes_of_text(reading) if "exemption" in reading.by_kind else []
    first = codes[0] if codes else None
    rows: list[Release] = []
    seen: set[tuple[str, date | None]] = set()
    met: set[tuple[str, str]] = set()
    elsewhere: tuple[date, int] | None = None
    looked = False
    for span in spans:
        day = _stamp_date(_two_lines(text[span.end : span.end + 90]))
        if day is not None and (span.value, day) in seen:
            continue  # the stamp of each page
        near = text[span.end : span.end + 160]
        if day is None:
            if (span.value, near) in met:
                continue
            met.add((span.value, near))
            day = stamp_date(text, span)
            if (span.value, day) in seen:
                continue
        seen.add((span.value, day))
        blank = _BLANK_LINE.search(near)
        near = near[: blank.start()] if blank else near
        begin = reading.line_start(span.start)
        around = text[max(0, begin - 80) : span.end] + near
        stop_line = line_end(text, span.end)
        lead, tail = text[begin : span.start], text[span.end : stop_line]
        whole = not lead.strip(" \t*|-~") and not tail.strip(" \t*|-~.")
        line = reading.line(span.start)
        dated: tuple[date | None, int | None] = (day, line)
        if day is None:
            if not looked:
                looked, elsewhere = True, _released_on(reading)
            dated = elsewhere or (None, None)
        rows.append(Release(
            span.start, span.end, line, text[span.start : span.end], span.value, *dated,
            _names_authority(around), day is not None or _is_dated(near), whole,
            len(statuses), len(codes), first.value if first else None, reading.line(first.start) if first else None,
        ))  # fmt: skip
    return rows


def _codes_of_text(reading: Reading) -> list[Span]:
    """Exemption codes but those of a form or of the block of a review that withhold nothing."""
    why = {link.start: link.why_alone for link in reading.record.links if link.redaction is None}
    linked = {link.start for link in reading.record.links if link.redaction is not None}
    return [
        span for span in reading.by_kind["exemption"]
        if span.start in linked or why.get(span.start) not in (ON_FORM, IN_REVIEW)
    ]  # fmt: skip


def _released_on(reading: Reading) -> tuple[date, int] | None:
    """Latest day that a footer, review stamp or labelled line gives as that of the release, and its line; a stamp that
    names the year alone gives none."""
    day: date | None = reading.facts["release_date"]  # the last of the days that a copy gives
    if day is None or (day.month, day.day) == (1, 1):
        return None
    at = reading.record.released_at
    return None if at is None else (day, reading.line(at))


@lru_cache(maxsize=8192)
def _is_dated(near: str) -> bool:
    return bool(find_dates(near))


def _two_lines(near: str) -> str:
    stop = near.find("\n", near.find("\n") + 1)
    return near if stop < 0 else near[:stop]


@lru_cache(maxsize=8192)
def _stamp_date(near: str) -> date | None:
    """A full date within the stamp's own line or the next."""
    for at, _, found in find_dates(near):
        if found.precision == "day" and "eclass" not in near[max(0, at - 24) : at]:
            return found.value
    return None


def cases_of(reading: Reading) -> list[Case]:
    """Rows of `cases`: one a value and role."""
    spans = [*reading.by_kind.get("case", ()), *_odd_cases(reading)]
    if not spans:
        return []
    text, furniture, starts = reading.text, reading.record.layout.furniture, reading.document.starts
    groups: dict[str, dict[str, list[Span]]] = {}
    roles: dict[str, str | None] = {}
    for span in spans:
        before = text[max(0, span.start - 40) : span.start]
        if before in roles:
            role = roles[before]
        else:
            role = roles[before] = _role(before)
        if role is None:
            on_line = furniture.get(bisect_right(starts, span.start) - 1)
            role = "footer" if on_line in ("footer", "case") else "other"
        values = groups.setdefault(role, {})
        if span.value in values:
            values[span.value].append(span)
        else:
            values[span.value] = [span]
    footers = groups.get("footer", {})
    footer = _most_frequent(footers) if footers else None
    rows: list[Case] = []
    for role, values in groups.items():
        usual = footer if role == "stamp" else _most_frequent(values)
        usual_line = None
        if usual is not None:
            usual_line = reading.line((footers if role == "stamp" else values)[usual][0].start)
        for value, some in values.items():
            span = some[0]
            label = text[max(0, span.start - 24) : span.start]
            state = bool(_STATE_CASE_LIKE.match(value)) and ("CASE" in label.upper() or bool(_COPY_LABEL.search(label)))
            rows.append(Case(
                span.start, span.end, reading.line(span.start), value, role, usual, usual_line, len(values),
                None if usual is None else 0 if value == usual else edit_distance(value, usual), state,
                bool(STATE_CASE.match(value)),
            ))  # fmt: skip
    return rows


def _role(before: str) -> str | None:
    """Role of a number by what stands before it; None where its line decides."""
    label = before[-24:].rpartition("\n")[2]
    if "Doc" in label or "DOC" in label:
        return "document"
    if "CASE ID" in before.upper():
        return "stamp"
    return "footer" if "ase" in label or "CASE" in label else None


def _most_frequent(values: dict[str, list[Span]]) -> str:
    return max(values, key=lambda value: len(values[value]))


_CASE_WORDS = ("Case N", "CASE N")


def _odd_cases(reading: Reading) -> list[Span]:
    """Labelled State case numbers of a form that the scanner does not read."""
    text = reading.text
    found: list[Span] = []
    for word in _CASE_WORDS:
        for at in reading.places.get(word, ()):
            if match := _CASE_LABEL.match(text, at):
                found.append(Span(match.start(1), match.end(1), "case", match[1], ""))
    if not found:
        return found
    taken = {span.start for span in reading.by_kind.get("case", ())}
    return [span for span in found if span.start not in taken]


def exemptions_of(reading: Reading, reasons: Sequence[Reason]) -> list[Exemption]:
    spans = reading.by_kind.get("exemption", ())
    if not spans:
        return []
    text, facts = reading.text, reading.facts
    linked: dict[int, Link] = {}
    alone: dict[int, str | None] = {}
    for pair in reading.record.links:
        if pair.start is not None:
            if pair.redaction is None:
                alone[pair.start] = pair.why_alone
            else:
                linked.setdefault(pair.start, pair)
    roles = {row.redaction: row for row in reading.record.redactions}
    values = {span.value for span in spans}
    category = any(row.at_review for row in reasons) or any(
        value.startswith(("EO:25X", "EO:50X", "EO:75X", "EO:3.3", "EO:1.")) for value in values
    )
    president, left = president_on(reading.written)
    sheet = facts["document_type"] == "withdrawal-sheet"
    if sheet:
        # Its own date is the day it was written; its rows have theirs.
        president, left = president_of_library(text[:1500])
    year = next((int(found[1]) for case in facts["cases"] if (found := _CASE_YEAR.match(case))), None)
    privilege = "FOIA:b5" in values and _PRIVILEGE.search(text) is not None
    statute = any(value.startswith("FOIA:b3") and value != "FOIA:b3" for value in values)
    agency = _agency(reading)
    rows: list[Exemption] = []
    seen: set[tuple[str, str, bool]] = set()
    for span in spans:
        link = linked.get(span.start)
        why = alone.get(span.start)
        if link is not None:
            place = "stamp" if link.basis in ("page-stamp", "document-stamp") else "inline"
        else:
            place = (
                "stamp" if why == IN_STAMP else "review" if why == IN_REVIEW else "form" if why == ON_FORM else "line"
            )
        key = (span.value, place, link is not None)
        if key in seen and span.value not in ("FOIA:b7", "FOIA:b3", "FOIA:b1"):
            continue
        seen.add(key)
        raw = text[span.start : span.end]
        term = (president, left)
        if sheet and (rows_day := _ROW_DATE.findall(text, reading.line_start(span.start), span.start)):
            day = parse_date(rows_day[-1], instruction=False)
            on_row = president_on(day.value) if day else (None, None)
            term = on_row if on_row[0] else term
        has_statute = True
        if span.value == "FOIA:b3" and not statute:
            has_statute = _STATUTE.search(text[max(0, span.start - 30) : span.end + 90]) is not None
        row = roles.get(link.redaction) if link is not None and link.redaction is not None else None
        paragraph = reading.record.layout.paragraph_of(row.start if row else span.start)
        damaged = False
        if span.value == "FOIA:b7":
            damaged = text[span.end : span.end + 1] not in _AFTER_CODE
            if place == "stamp" and raw[-1:] == "7":
                damaged |= "," in text[span.end : span.end + 2]
        rows.append(Exemption(
            span.start, span.end, reading.line(span.start), raw, span.value, place, link is not None, False,
            has_statute, category, row is not None, paragraph.level if paragraph else None, privilege, *term,
            year, damaged, agency,
        ))  # fmt: skip
    return rows


_AGENCIES = (
    ("CIA", ("CIA-RDP", "Central Intelligence Agency", "CENTRAL INTELLIGENCE AGENCY")),
    ("FBI", ("FEDERAL BUREAU OF INVESTIGATION", "Federal Bureau of Investigation")),
    ("NSA", ("NATIONAL SECURITY AGENCY", "National Security Agency")),
    ("State", ("U.S. Department of S", "US Department of State", "DEPARTMENT OF STATE")),
)
WORDS = (*_CASE_WORDS, *(word for _, words in _AGENCIES for word in words))
"""Words looked for in `Reading.places` here."""

_RELEASED_BY = re.compile(r"[ \t:]{0,3}by[ ](NSA|CIA|FBI)\b")
"""Agency in the stamp itself; NSA also numbers its releases `DOCID:` in the first line."""


def _agency(reading: Reading) -> str | None:
    """Agency that released the record, by its head."""
    text = reading.text
    for name, words in _AGENCIES:
        if reading.holds(words, 3000):
            return name
    for span in reading.by_kind.get("release", ()):
        if match := _RELEASED_BY.match(text, span.end, span.end + 16):
            return match[1]
    return "NSA" if text[:3000].lstrip().startswith("DOCID:") else None
