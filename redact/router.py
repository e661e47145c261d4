"""What kind of record a document is, or that it is none.

Two questions. Is it a record: evidence is weighed by strength, number and the length of the text, because one
`Page 3 of 7` in a book is nothing and one `(b)(6)` alone is a marking. Which record: the words its head is made of.
In doubt a document is a record, since silence on a record is the worse error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from redact.document import Document
from redact.fields import after_label, date_time_group
from redact.span import Span

_HEAD = 4000
"""Characters in which a record shows what it is; release stamps and forms come before its own head."""

_WEIGHTS = {
    "banner": 1.0,
    "cancelled": 1.5,
    "portion": 0.5,
    "control": 1.0,
    "redaction": 0.5,
    "exemption": 0.4,
    "reason": 0.4,
    "declass": 0.6,
    "eo": 0.3,
    "classified_by": 1.0,
    "derived_from": 1.0,
    "release": 1.5,
    "case": 0.8,
    "section": 0.6,
    "page": 0.1,
}
"""Weight of the first span of a kind. A lacuna (`[sic]`) says nothing about what a text is."""

_REDACTION_WEIGHTS = {
    "NOT DECLASSIFIED": 2.0,
    "WITHHELD": 1.0,
    "CODE": 0.4,
    "X-OUT": 0.25,
    "BLOCK": 0.15,
    "BLANK": 0.15,
}
_WEAK_LEVELS = frozenset({"CUI", "RESTRICTED", "OFFICIAL USE ONLY", "UNCLASSIFIED"})
_STRONG_CONTROLS = ("DIS", "NOFORN", "ORCON", "PROPIN", "NO FOREIGN", "WNINTEL", "NOCONTRACT")
_LIST_LETTERS = frozenset({"C", "S", "U", "R"})
_STRONG_CASE = re.compile(r"CIA-RDP|C0\d{7}|\d{3}-\d{5}-\d{5}|[FMSL]{1,2}-?(?:19|20)\d\d")
_SNIPPET = 300
"""Up to this many characters a text that holds a marking is taken as part of a record."""
_SHORT = 3000
"""Characters up to which a page or two need little evidence; beyond, each doubling needs more."""

_FRUS_HEAD = re.compile(
    r"\s*(?:\d{1,3}\. )?(?:Memorandum|Telegram|Letter|Minutes|Paper|Airgram|Note|Editorial Note|Intelligence|Report|"
    r"National Security|Action Memorandum|Information Memorandum|Briefing|Message|Summary|Despatch|Draft|"
    r"Notes|Record|Transcript|Circular|Study|Talking Points)\b[^\n]{0,240}\n"
)
_FRUS_NUMBER = re.compile(r"\n\d{1,3}\. (?:Memorandum|Telegram|Letter|Paper|Minutes|Editorial Note|Airgram) ")
_REPORT_WORDS = (
    "INTELLIGENCE BULLETIN",
    "INTELLIGENCE REPORT",
    "INFORMATION REPORT",
    "INFORMATION CABLE",
    "Information Cable",
    "Information Report",
    "Information Telegram",
    "REPORT NO",
    "Report No",
    "NATIONAL INTELLIGENCE",
    "INTELLIGENCE MEMORANDUM",
    "INTELLIGENCE ESTIMATE",
    "BRIEFING BOOK",
    "CENTRAL INTELLIGENCE BULLETIN",
    "Intelligence Bulletin",
    "CURRENT INTELLIGENCE",
    "Current Intelligence",
    "DAILY BRIEF",
    "MONTHLY REPORT",
    "STAFF REPORT",
    "SITUATION REPORT",
)
_LETTERHEADS = (
    "CENTRAL INTELLIGENCE AGENCY",
    "DEPARTMENT OF STATE",
    "DEPARTMENT OF DEFENSE",
    "THE WHITE HOUSE",
    "NATIONAL SECURITY COUNCIL",
    "FEDERAL BUREAU OF INVESTIGATION",
    "NATIONAL ARCHIVES",
)
_MEMO_WORDS = ("MEMORANDUM", "Memorandum", "MEMO FOR", "NOTE FOR", "OFFICE MEMO")


def document_type(document: Document, spans: Sequence[Span]) -> str:
    """One of `DOCUMENT_TYPES` for a document and its spans (sorted by start)."""
    kind, strength = _form(document.text, spans)
    return kind if _is_record(document.text, spans, strength) else "not-a-record"


def record_type(document: Document, spans: Sequence[Span]) -> str:
    """Type of a document that is known to be a record: never `not-a-record`."""
    return _form(document.text, spans)[0]


def is_record(document: Document, spans: Sequence[Span]) -> bool:
    """Whether a document with these spans is a record."""
    return document_type(document, spans) != "not-a-record"


def _is_record(text: str, spans: Sequence[Span], strength: float) -> bool:
    length = len(text)
    if length <= _SNIPPET and any(span.kind != "lacuna" for span in spans):
        return True
    weight = strength + _span_weight(text, spans)
    if length < _SHORT:
        return weight >= 0.4 + 0.6 * length / _SHORT
    return weight >= 1.0 + 0.35 * math.log2(length / _SHORT)


def _span_weight(text: str, spans: Sequence[Span]) -> float:
    """Evidence of the spans: the first of a kind in full, further ones less and less."""
    counts: dict[str, int] = {}
    best: dict[str, float] = {}
    last = -1
    for index, span in enumerate(spans):
        kind = span.kind
        if kind == "lacuna":
            continue
        counts[kind] = count = counts.get(kind, 0) + 1
        if count > 12:
            continue
        weight = _WEIGHTS.get(kind, 0.0)
        if kind == "banner":
            if "//" in span.value or span.end - span.start > 18:
                weight = 2.0
            elif span.value in _WEAK_LEVELS:
                weight = 0.8
        elif kind == "portion":
            if span.value in _LIST_LETTERS:
                weight = 0.25
        elif kind == "redaction":
            weight = _REDACTION_WEIGHTS.get(span.value, weight)
        elif kind == "control":
            if any(word in span.value for word in _STRONG_CONTROLS):
                weight = 1.5
            elif span.value == "SENSITIVE":
                weight = 0.5
        elif kind == "case":
            if _STRONG_CASE.match(span.value):
                weight = 2.0
        elif kind == "eo":
            last = span.end
        elif kind == "declass" and last >= 0 and span.start - last <= 40 and index:
            # An order line: E.O. 12958: DECL: 11/08/2015.
            weight = 2.0
        elif kind == "exemption" and not span.value.startswith("FOIA"):
            weight = 0.8
        if weight > best.get(kind, 0.0):
            best[kind] = weight
    total = 0.0
    for kind, weight in best.items():
        count = counts[kind]
        total += weight * (1.0 + 0.25 * min(count - 1, 4) + (0.25 * math.log2(count / 5) if count > 5 else 0.0))
    return total


def _form(text: str, spans: Sequence[Span]) -> tuple[str, float]:
    """Most likely kind of record by the words of its head, and how much they speak for a record at all."""
    head = text[:_HEAD]
    if "Message Attributes" in text and ("Message Text" in head or "Original Classification" in text):
        return "telegram", 4.0
    if "cable-doc-number" in head:
        return "telegram", 3.0
    if head.lstrip().startswith(("Identifier", "Reference ID", "Reference id")) and "Origin" in head[:400]:
        return "telegram", 3.0
    if strength := _telegram(head):
        return "telegram", strength
    sheet = _withdrawal(text, spans)
    if sheet:
        return "withdrawal-sheet", sheet
    form = max(head.find("IDENTIFICATION FORM"), head.find("Identification Form"))
    if form >= 0 and ("RECORD NUMBER" in head or "AGENCY" in head):
        return _behind_form(text, form), 2.0
    if strength := _mail(head):
        return "email", strength
    if strength := _frus(text, head, spans):
        return "frus", strength
    return _paper(text, head, spans)


_TELEGRAM_WORDS = ("FM ", "TAGS", "TELE", " CITE ", "PAGE 0", "VZCZC")


def _telegram(head: str) -> float:
    """Strength of a telegram's head; 0 for none."""
    if not any(word in head for word in _TELEGRAM_WORDS):
        return 0.0
    signs = 0.0
    if "\nFM " in head or "\n FM " in head:
        signs += 1.0
    if "TEXT OF TELEGRAM" in head or "VZCZC" in head or "\nDE RUEH" in head or "INCOMING TELEGRAM" in head:
        signs += 2.0
    if "\nTAGS:" in head or "\nTAGS " in head:
        signs += 1.0
    if "PAGE 01 " in head or "PAGE 02 " in head:
        signs += 1.0
    if "SECSTATE" in head or "AMEMBASSY" in head:
        signs += 0.5
    if signs or " CITE " in head or "TELE" in head:
        if date_time_group(head, len(head)) is not None:
            signs += 1.0
        if " CITE " in head and ("DIR" in head or "INFO" in head):
            signs += 1.0
        if "TELETYPE" in head and ("FROM:" in head or "FROM " in head):
            signs += 1.0
    return signs if signs >= 1.0 and (signs > 1.0 or "TAGS" not in head or "SUBJ" in head) else 0.0


def _mail(head: str) -> float:
    def has(*labels: str, colon: bool = True) -> bool:
        return any(after_label(head, label, _HEAD, colon=colon) >= 0 for label in labels)

    # Mail is a record of this kind only where something marks it as one, so its head alone weighs little.
    if has("Sent", colon=False) and has("From", "To", "Subject", colon=False):
        return 0.6
    if "@" in head and has("From", "FROM") and has("To", "TO") and has("Subject", "SUBJECT"):
        return 0.6
    return 0.0


def _withdrawal(text: str, spans: Sequence[Span]) -> float:
    for span in spans:
        if span.kind == "redaction" and span.value == "WITHHELD" and len(text) < 8000:
            words = text[span.start : span.end].upper()
            if "WITHDRAW" in words or "ACCESS RESTRICTED" in words or "DELETED PAGE" in words:
                return 2.0
    return 0.0


def _behind_form(text: str, form: int) -> str:
    """Kind of what follows an assassination records identification form; the form alone is a release cover."""
    at = max(text.find("COMMENTS", form), text.find("OPENING CRITERIA", form))
    rest = text[at:] if at >= 0 else text[form + 1500 :]
    if len(rest) < 900:
        return "release-cover"
    head = rest[:_HEAD]
    if _telegram(head) > 1.0:
        return "telegram"
    kind, strength = _paper(rest, head, ())
    return kind if strength else "other-record"


def _frus(text: str, head: str, spans: Sequence[Span]) -> float:
    brackets = any(span.kind == "redaction" and span.value == "NOT DECLASSIFIED" for span in spans)
    source = "Source: " in text
    if "FRUS p." in text or "Foreign Relations, 19" in text:
        return 4.0 if source or brackets else 1.0
    if source and (_FRUS_HEAD.match(head) or _FRUS_NUMBER.search(text)):
        return 3.0
    if brackets and (source or _FRUS_HEAD.match(head)):
        return 2.0
    return 0.0


def _paper(text: str, head: str, spans: Sequence[Span]) -> tuple[str, float]:
    """Kind of a record on paper that is neither telegram nor mail, and the strength of its head."""
    near = head[:2500]
    letterhead = 0.5 if any(name in near for name in _LETTERHEADS) else 0.0
    for word in _REPORT_WORDS:
        if word in near:
            return "report", 0.5 + letterhead
    subject = after_label(near, "SUBJECT", len(near), colon=False) >= 0
    sender = after_label(near, "FROM", len(near), colon=False) >= 0
    for word in _MEMO_WORDS:
        at = near.find(word)
        if at >= 0 and (subject or sender or "TO" in near[at:] or "Subject" in near):
            # The printed form: heading, sender and subject each on a line of its own.
            return "memorandum", (1.7 if subject else 1.2 if sender else 0.6) + letterhead
    if sender and (subject or after_label(near, "TO", len(near), colon=False) >= 0):
        return "memorandum", 0.8 + letterhead
    return _stamp_only(text, spans), letterhead


def _stamp_only(text: str, spans: Sequence[Span]) -> str:
    """`release-cover` for a page that carries release stamps and next to nothing else."""
    if any(span.kind == "release" for span in spans):
        covered = sum(span.end - span.start for span in spans)
        letters = len(text) - text.count(" ") - text.count("\n")
        if letters - covered < 200:
            return "release-cover"
    return "other-record"
