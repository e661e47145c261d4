"""Release stamps, case numbers and exemption codes of one document, with what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from redact.check_reading import Reading, edit_distance, line_end, line_start
from redact.check_rows import Case, Exemption, Reason, Release
from redact.check_terms import president_of_library, president_on
from redact.facts import release_days, stamp_date
from redact.ledger import IN_REVIEW, IN_STAMP, ON_FORM, Link
from redact.normalise.dates import find_dates, parse_date
from redact.span import Span

_STATUTE = re.compile(
    r"U\.? ?S\.? ?C|P\.? ?L\.? ?\d|Pub(?:lic|\.)? ?L|\bact\b|\bstat(?:ute|\.)|\b(?:CIA|NSA)\b.{0,12}\b(?:19\d\d|act)\b",
    re.IGNORECASE,
)
_PRIVILEGE = re.compile(r"attorney|client|work[- ]product|\bAC\b|\bWP\b", re.IGNORECASE)
_CASE_LABEL = re.compile(
    r"\b[Cc](?:ase|ASE) (?:[Nn](?:umber|UMBER|o\.?|O\.?)):? ?(S\d{1,12}|(?:F|FL|M)-[\d-]{2,14})(?![\w-])"
)
STATE_CASE = re.compile(r"(?:S\d{9}|(?:F|FL|M|FP|A|L)-\d{4}-\d{4,5}|C?\d{7,8}|C\d{8})$")
_STATE_CASE_LIKE = re.compile(r"(?:S[-\d]|(?:F|FL|M)-?\d)", re.IGNORECASE)
_COPY_LABEL = re.compile(r"Case ?No|Doc ?No|Case Number", re.IGNORECASE)
_STAMP_AUTHORITY = re.compile(
    r"E\.? ?O\.? ?\d{5}|\bby\b|\bBY\b|Auth|AUTH|\bNARA\b|\bNLC|\bNLJ|\bNND|\bMDR|Department of State|\bsec\.|\bSec\."
)


_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_ROW_DATE = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}/\d{2,4}(?![\d/])")
"""A date in the row of a withdrawal sheet: that of the document which the row lists."""


def releases_of(reading: Reading) -> list[Release]:
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
    first = codes[0] if codes else None
    rows: list[Release] = []
    seen: set[tuple[str, date | None]] = set()
    met: set[tuple[str, str]] = set()
    elsewhere: tuple[date, int] | None = None
    looked = False
    for span in spans:
        stop = min(len(text), span.end + 160)
        near = text[span.end : stop]
        if (span.value, near) in met:
            continue  # the stamp of each page
        met.add((span.value, near))
        day = _stamp_date(near[:90]) or stamp_date(text, span)
        blank = _BLANK_LINE.search(near)
        near = near[: blank.start()] if blank else near
        if (span.value, day) in seen:
            continue
        seen.add((span.value, day))
        begin = line_start(text, span.start)
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
            _STAMP_AUTHORITY.search(around) is not None, day is not None or _is_dated(near), whole,
            len(statuses), len(codes), first.value if first else None, reading.line(first.start) if first else None,
        ))  # fmt: skip
    return rows


def _released_on(reading: Reading) -> tuple[date, int] | None:
    """Latest day that a footer, review stamp or labelled line gives as that of the release, and its line; a stamp that
    names the year alone gives none."""
    days = release_days(reading.text, reading.by_kind, reading.facts["document_type"])
    day = max(days, default=None)
    if day is None or (day.month, day.day) == (1, 1):
        return None
    return day, reading.line(days[day])


@lru_cache(maxsize=8192)
def _is_dated(near: str) -> bool:
    return bool(find_dates(near))


@lru_cache(maxsize=8192)
def _stamp_date(near: str) -> date | None:
    """A full date within the stamp's own line or the next."""
    near = "\n".join(near.split("\n")[:2])
    for at, _, found in find_dates(near):
        if found.precision == "day" and "eclass" not in near[max(0, at - 24) : at]:
            return found.value
    return None


def cases_of(reading: Reading) -> list[Case]:
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
                None if usual is None else edit_distance(value, usual), state, bool(STATE_CASE.match(value)),
            ))  # fmt: skip
    return rows


def _labelled_cases(text: str) -> Iterator[re.Match[str]]:
    for word in ("Case N", "CASE N"):
        at = text.find(word)
        while at >= 0:
            if match := _CASE_LABEL.match(text, at):
                yield match
            at = text.find(word, at + 6)


def _odd_cases(reading: Reading) -> list[Span]:
    """Labelled State case numbers of a form that the scanner does not read."""
    text = reading.text
    if "Case N" not in text and "CASE N" not in text:
        return []
    taken = {span.start for span in reading.by_kind.get("case", ())}
    return [
        Span(match.start(1), match.end(1), "case", match[1], "") for match in _labelled_cases(text)
        if match.start(1) not in taken
    ]  # fmt: skip


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
    category = any(row.at_review for row in reasons) or any(
        span.value.startswith(("EO:25X", "EO:50X", "EO:75X", "EO:3.3", "EO:1.")) for span in spans
    )
    president, left = president_on(reading.written)
    sheet = facts["document_type"] == "withdrawal-sheet" and reading.written is None
    if sheet:
        president, left = president_of_library(text[:1500])
    year = next(
        (int(found[1]) for case in facts["cases"] if (found := re.match(r"(?:[A-Z]{1,2}-?|S)((?:19|20)\d\d)", case))),
        None,
    )
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
            place = (
                "stamp" if why == IN_STAMP else "review" if why == IN_REVIEW else "form" if why == ON_FORM else "line"
            )
        key = (span.value, place, link is not None)
        if key in seen and span.value not in ("FOIA:b7", "FOIA:b3", "FOIA:b1"):
            continue
        seen.add(key)
        raw = text[span.start : span.end]
        term = (president, left)
        if sheet and (rows_day := _ROW_DATE.findall(text, line_start(text, span.start), span.start)):
            day = parse_date(rows_day[-1], instruction=False)
            on_row = president_on(day.value) if day else (None, None)
            term = on_row if on_row[0] else term
        has_statute = True
        if span.value == "FOIA:b3":
            if statute is None:
                statute = any(other.value.startswith("FOIA:b3") and other.value != "FOIA:b3" for other in spans)
            near = text[max(0, span.start - 30) : span.end + 90]
            has_statute = statute or _STATUTE.search(near) is not None
        row = roles.get(link.redaction) if link is not None and link.redaction is not None else None
        paragraph = reading.record.layout.paragraph_of(row.start if row else span.start)
        damaged = span.value == "FOIA:b7" and text[span.end : span.end + 1] not in (
            "",
            " ",
            "\n",
            ",",
            ";",
            ".",
            "]",
            "\r",
            ":",
        )
        if span.value == "FOIA:b7" and place == "stamp" and raw[-1:] == "7":
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

_RELEASED_BY = re.compile(r"[ \t:]{0,3}by[ ](NSA|CIA|FBI)\b")
"""Agency in the stamp itself; NSA also numbers its releases `DOCID:` in the first line."""


def _agency(reading: Reading) -> str | None:
    """Agency that released the record, by its head."""
    text = reading.text
    head = text[:3000]
    for name, words in _AGENCIES:
        if any(word in head for word in words):
            return name
    named = (_RELEASED_BY.match(text, span.end, span.end + 16) for span in reading.by_kind.get("release", ()))
    return next((match[1] for match in named if match), "NSA" if head.lstrip().startswith("DOCID:") else None)
