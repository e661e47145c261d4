"""What a record says of itself in its head: identifier, title, date, origin.

Each kind of record prints these in its own way; a field that is not printed stays null. Only the head of the text is
read, or the attribute block or form that holds the field, never the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from redact.document import Document
from redact.fields import HEAD, LONGEST_VALUE, after_label, date_time_group, line_end, value_of, words_of
from redact.first_date import DATE_HINT, first_date
from redact.normalise.dates import find_dates, is_sentinel, parse_date, parse_dtg
from redact.span import Span

_TITLE_LINES = 6
_LONGEST_LINE = 400
"""Characters of one line that may belong to a title or a field."""

_SUBJECT_LABELS = frozenset(("SUBJECT", "SUBJ", "Subject", "SUPJECT", "SUB JECT"))
_FIELD_START = re.compile(
    r"[ \t]*(?:(?:REF|Ref|REFERENCE|References?|E\.O|EO|TAGS|FROM|From|TO|Cc|CC|DATE|Date|Sent|Attachments?|"
    r"Importance|Classified|SUMMARY|Summary|PARTICIPANTS|SIPDIS|PAGE|DECL)\b|[A-Z][A-Z /]{2,24}:|\u00b6|\d{1,3} ?[.)]|"
    r"[Il|]\.[ \t]|\(\d|[^A-Za-z0-9(\"]{3,}|[^A-Za-z0-9]*$)"
)
_LABEL_WORDS = frozenset({"REFERENCE", "REFERENCES", "TO", "FROM", "DATE", "INFO"})
_NUMBER_AFTER_POST = re.compile(r"\s*\b([A-Z][A-Z.\u2019']+(?: [A-Z][A-Z.]+){0,2})\s+(\d{3,7})\b")
_TITLED_TELEGRAM = re.compile(r"TEXT OF TELEGRAM\s+(\d\d[A-Z]{2,}[A-Z ]{0,12}\s?\d{4,7})")
_FROM_LINE = re.compile(r"\n[ \t]*FM[ \t]+([^\n]{2,60})")
_LABELS = {
    "identifier": "identifier",
    "reference id": "identifier",
    "created": "created",
    "released": "released",
    "classification": "classification",
    "origin": "origin",
}
_ATTRIBUTE = re.compile(r"\n[A-Z][A-Za-z ]{1,40}:")
_FRUS_TITLE = re.compile(
    r"(?:^|\n)[ \t]*(?:(\d{1,3})\. )?((?:Memorandum|Telegram|Letter|Minutes|Paper|Airgram|Note|Editorial Note|Draft|"
    r"Intelligence|Report|National|Action Memorandum|Information Memorandum|Briefing|Message|Summary|Despatch|"
    r"Notes|Record|Transcript|Circular|Study|Talking Points)\b[^\n]{0,300})"
)
_FRUS_FROM = re.compile(r"\bFrom (?:the )?(.+?) to (?:the )?")
_FRUS_PREPARED = re.compile(r"\bPrepared (?:in|by) (?:the )?(.+)$")
_NOTE_NUMBER = re.compile(r"(?<=[A-Za-z).\u201d\u2019])\d{1,2}$")
_REPORT_TITLES = (
    "CENTRAL INTELLIGENCE BULLETIN",
    "CURRENT INTELLIGENCE BULLETIN",
    "Current Intelligence Bulletin",
    "NATIONAL INTELLIGENCE ESTIMATE",
    "NATIONAL INTELLIGENCE BULLETIN",
    "INTELLIGENCE MEMORANDUM",
    "INTELLIGENCE REPORT",
    "Intelligence Information Cable",
    "INFORMATION REPORT",
    "Information Report",
)
_RECORD_NUMBERS = tuple(
    re.compile(pattern)
    for pattern in (r"C0?\d{7,8}$", r"CIA-?RDP", r"\d{3}-\d{5}-\d{5}$", r"\d{8}$", r"DOC_\d+", r"[A-Z]{1,3}-\d+$")
)


_REVIEW_DATE = re.compile(
    r"^[ \t]*(?:Date|DATE)[ \t]*:[^\n]*(?:Authority|AUTHORITY)[^\n]*$"
    r"|^[ \t]*(?:Date|DATE)[ \t]*:[^\n]*$(?=\n[ \t]*(?:Authority|AUTHORITY|Declass|DECLASS))",
    re.MULTILINE,
)
"""Date of a review stamp: it names its authority beside or below."""


class Header(NamedTuple):
    """Fields of a record's head; null where the record does not print them."""

    identifier: str | None = None
    title: str | None = None
    document_date: date | None = None
    origin: str | None = None


def read_header(document: Document, kind: str, spans: Sequence[Span]) -> Header:
    """Header of a document of that type (one of `DOCUMENT_TYPES`)."""
    header = _READERS.get(kind, _paper)(document, spans)
    if header.identifier is None:
        header = header._replace(identifier=_record_number(spans))
    return header


def _clean(value: str | None) -> str | None:
    if value is None:
        return None
    value = " ".join(value.split()).strip(" \t\r|\"'*_-;,\u2022~")
    return value or None


@lru_cache(maxsize=4096)
def _one_date(value: str) -> date | None:
    """The date a field holds; sentinel dates that an export wrote for `unknown` are none."""
    value = value[:80]
    found = parse_date(value, instruction=False)
    if found is None and DATE_HINT.search(value):
        hits = find_dates(value)
        found = hits[0][2] if hits else None
    if found is None or found.precision != "day" or is_sentinel(found.value):
        return None
    return found.value


def _record_number(spans: Sequence[Span]) -> str | None:
    """Number of the record among its case numbers: document number before collection number before request."""
    best: str | None = None
    best_rank = len(_RECORD_NUMBERS)
    for span in spans:
        if span.kind == "case" and (rank := _record_rank(span.value)) < best_rank:
            best, best_rank = span.value, rank
            if not rank:
                break
    return best


@lru_cache(maxsize=4096)
def _record_rank(value: str) -> int:
    """Place of the first pattern of `_RECORD_NUMBERS` that a case number matches; their number for none."""
    for rank, pattern in enumerate(_RECORD_NUMBERS):
        if pattern.match(value):
            return rank
    return len(_RECORD_NUMBERS)


def _subject_at(text: str) -> int:
    """Offset behind the first label of a subject line in the head; -1 where there is none."""
    labels = _SUBJECT_LABELS & words_of(text).head
    if not labels:
        return -1
    # A SUBJECT is a SUBJ too, but no label: letters follow.
    found = [at for label in labels if (at := after_label(text, label, HEAD, colon=False)) >= 0]
    return min(found, default=-1)


def subject_of(text: str) -> str | None:
    """Subject line with its continuation lines, white space folded."""
    at = _subject_at(text)
    return _subject_from(text, at) if at >= 0 else None


def _subject_from(text: str, begun: int) -> str | None:
    """Subject line from behind its label, with its continuation lines."""
    at = begun
    parts: list[str] = []
    for _ in range(_TITLE_LINES):
        stop = line_end(text, at)
        line = text[at : min(stop, at + _LONGEST_LINE)]
        if not line.strip():
            if parts or at > begun + 6:
                break
        elif parts and _FIELD_START.match(line):
            break
        elif line.strip(" .:;\t\r") not in _LABEL_WORDS:
            parts.append(line.strip())
            if len(parts) > 1 and len(parts[-1]) < 0.75 * max(map(len, parts[:-1])):
                # The short last line of a wrapped title: what follows is text.
                break
        if stop >= len(text):
            break
        at = stop + 1
    return _clean(" ".join(parts))


def _telegram(document: Document, spans: Sequence[Span]) -> Header:
    text = document.text
    words = words_of(text)
    if "Message Attributes" in words.present and (attributes := _attributes_at(text)) >= 0:
        return _archived_telegram(text, attributes, spans)
    head = text[:HEAD]
    if "cable-doc-number" in words.head:
        return _front_matter(head)
    sheet = _sheet(head) if "Origin" in words.head and "Origin" in head[:800] else {}
    identifier = sheet.get("identifier") or _telegram_number(document, spans)
    sent = _sent(head)
    if created := sheet.get("created"):
        sent = _one_date(created[:10]) or sent
    origin = sheet.get("origin")
    if origin is None and (match := _from_line(text, HEAD)):
        origin = _clean(match.group(1))
    title = subject_of(text)
    if title is None and "Cable title:" in words.head:
        title = _cable_title(head)
    if sent is None:
        sent = first_date(document, spans)
    return Header(identifier, title, sent, origin)


def _from_line(text: str, limit: int) -> re.Match[str] | None:
    """The line that names the sender of a telegram, in the head."""
    head = words_of(text).head
    at = text.find("FM", 0, limit) if "FM " in head or "FM\t" in head else -1
    while at >= 0:
        line = text.rfind("\n", 0, at)
        if line >= 0 and (match := _FROM_LINE.match(text, line, limit)):
            return match
        at = text.find("FM", at + 2, limit)
    return None


def _sent(head: str) -> date | None:
    group = date_time_group(head, len(head))
    return _day_of_group(group) if group is not None else None


@lru_cache(maxsize=1024)
def _day_of_group(group: str) -> date | None:
    sent = parse_dtg(group)
    return None if sent is None or sent.value is None or is_sentinel(sent.value) else sent.value


def _sheet(head: str) -> dict[str, str]:
    """Labels and values of a published cable's metadata sheet: all labels first, then the values in their order.

    A page title or a note of whoever saved the page may stand above it.
    """
    lines = [line for line in map(str.strip, head[:1000].split("\n")) if line]
    first = next((at for at, line in enumerate(lines) if line.lower() in _LABELS), len(lines))
    lines = lines[first:]
    labels: list[str] = []
    for line in lines:
        label = _LABELS.get(line.lower())
        if label is None:
            break
        labels.append(label)
    return dict(zip(labels, lines[len(labels) :], strict=False))


def _cable_title(head: str) -> str | None:
    at = head.find("Cable title:")
    if at < 0:
        return None
    stop = head.find("Tags:", at)
    return _clean(head[at + 12 : stop if stop >= 0 else at + 300])


def _telegram_number(document: Document, spans: Sequence[Span]) -> str | None:
    """Post and number, from the page line, the level line or the line that titles the transcript."""
    text = document.text
    if "TEXT OF TELEGRAM" in words_of(text).head and (match := _TITLED_TELEGRAM.search(text, 0, 600)):
        return _clean(match.group(1))
    for span in spans[:40]:
        if span.kind in ("page", "section", "banner", "redaction"):
            match = _NUMBER_AFTER_POST.match(text, span.end, min(line_end(text, span.end), span.end + 60))
            if match and not match.group(1).startswith(("SECTION", "PAGE", "OF ")):
                return f"{match.group(1)} {match.group(2)}"
    return None


def _front_matter(head: str) -> Header:
    def value(name: str) -> str | None:
        at = head.find(f"\n{name}: ")
        return None if at < 0 else _clean(head[at + len(name) + 3 : line_end(head, at + 1)])

    written = value("cable-date") or value("date")
    return Header(
        value("cable-doc-number"),
        value("cable-subject") or value("title"),
        _one_date(written) if written else None,
        value("cable-from"),
    )


def _attributes_at(text: str) -> int:
    """Offset of NARA's attribute block, whose heading has its line to itself; -1 where there is none."""
    label = "\nMessage Attributes"
    at = text.rfind(label)
    while at >= 0:
        begin = at + len(label)
        if not text[begin : line_end(text, begin)].strip():
            return at
        at = text.rfind(label, 0, at)
    return -1


def attribute(text: str, start: int, name: str) -> str | None:
    """Value of a field of NARA's attribute block, wrapped lines folded; null for an empty one and `n/a`."""
    at = text.find(f"\n{name}:", start)
    if at < 0:
        return None
    at += len(name) + 2
    following = _ATTRIBUTE.search(text, at, at + 4 * _LONGEST_LINE)
    value = _clean(text[at : min(following.start() if following else len(text), at + 4 * _LONGEST_LINE)])
    return None if value is None or value.lower() == "n/a" else value


def _archived_telegram(text: str, attributes: int, spans: Sequence[Span]) -> Header:
    sent = _sent(text[: min(attributes, HEAD)])
    if sent is None and (drafted := attribute(text, attributes, "Draft Date")):
        sent = _one_date(drafted)
    match = _from_line(text, min(attributes, HEAD))
    origin = _clean(match.group(1)) if match else attribute(text, attributes, "From")
    title = attribute(text, attributes, "Subject") or subject_of(text)
    return Header(attribute(text, attributes, "Document Number"), title, sent, origin)


def _mail(document: Document, spans: Sequence[Span]) -> Header:
    text = document.text
    words = words_of(text).head
    sender = _clean(value_of(text, ("From", "FROM"), HEAD, colon=False))
    if sender is not None and any(span.kind == "exemption" and text[span.start : span.end] == sender for span in spans):
        # The name is withheld: its line holds the margin code only.
        sender = None
    written = None
    if "Sent" in words or "SENT" in words:
        written = value_of(text, ("Sent", "SENT"), HEAD, colon=False)
    if not written and ("Date" in words or "DATE" in words):
        written = value_of(text, ("Date", "DATE"), HEAD)
    at = _subject_at(text)
    subject = at >= 0 and text[at : min(line_end(text, at), at + LONGEST_VALUE)].strip()
    return Header(None, _subject_from(text, at) if subject else None, _one_date(written) if written else None, sender)


def _frus(document: Document, spans: Sequence[Span]) -> Header:
    text = document.text
    match = _FRUS_TITLE.search(text)
    if match is None:
        return _paper(document, spans)
    title = _NOTE_NUMBER.sub("", match.group(2).strip())
    origin = _FRUS_FROM.search(title) or _FRUS_PREPARED.search(title)
    written = None
    for line in map(str.strip, text[match.end() : match.end() + 1500].split("\n")[:12]):
        if line and len(line) <= 120 and not line[0].isdigit() and "," in line and (written := _one_date(line)):
            break
    return Header(match.group(1), _clean(title), written, _clean(origin.group(1)) if origin else None)


def _paper(document: Document, spans: Sequence[Span]) -> Header:
    """Memorandum, report, cover or other paper: labelled fields, else the first date that stands by itself."""
    text = document.text
    head, words = text[:HEAD], words_of(text).head
    if "IDENTIFICATION FORM" in words or "Identification Form" in words:
        form = max(head.find("IDENTIFICATION FORM"), head.find("Identification Form"))
        if (header := _form(head, form)) is not None:
            return header
    origin = labelled = None
    if "FROM" in words or "From" in words:
        origin = _clean(value_of(head, ("FROM", "From"), HEAD))
    if "DATE" in words or "Date" in words:
        labelled = value_of(head, ("DATE", "Date"), HEAD)
        if labelled is not None and _REVIEW_DATE.search(head):
            labelled = value_of(_REVIEW_DATE.sub("", head), ("DATE", "Date"), HEAD)
        if labelled is None and (at := head.find("DATE:")) >= 0:
            # Beside the addressee on the printed memorandum form.
            labelled = head[at + 5 : line_end(head, at)]
    written = _one_date(labelled) if labelled else None
    title = subject_of(text)
    if title is None:
        title = next((named for named in _REPORT_TITLES if named in words), None)
    if origin is None and "CENTRAL INTELLIGENCE AGENCY" in words:
        origin = "CENTRAL INTELLIGENCE AGENCY"
    return Header(None, title, written or first_date(document, spans), origin)


def _form(head: str, form: int) -> Header | None:
    """Fields of an assassination records identification form whose values stand beside their labels."""
    title = value_of(head, ("TITLE",), len(head), form)
    if not title:
        return None
    written = value_of(head, ("DATE",), len(head), form)
    originator = value_of(head, ("ORIGINATOR",), len(head), form)
    return Header(None, _clean(title), _one_date(written) if written else None, _clean(originator))


_READERS: dict[str, Callable[[Document, Sequence[Span]], Header]] = {
    "telegram": _telegram,
    "email": _mail,
    "frus": _frus,
}
