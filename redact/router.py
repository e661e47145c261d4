"""What kind of record a document is, or that it is none.

Two questions. Is it a record: evidence is weighed by strength, number and the length of the text, because one
`Page 3 of 7` in a book is nothing and one `(b)(6)` alone is a marking. Which record: the words its head is made of.
In doubt a document is a record, since silence on a record is the worse error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence, Set

from redact.document import Document
from redact.fields import HEAD, Words, after_label, date_time_group, words_of
from redact.span import Span

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
_HIGHEST = _WEIGHTS | {"banner": 2.0, "control": 1.5, "redaction": 2.0, "exemption": 0.8, "declass": 2.0, "case": 2.0}
"""Weight above which no span of a kind goes."""
del _HIGHEST["eo"]

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
_REPORT_WORDS = frozenset(
    (
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
)
_LETTERHEADS = frozenset(
    (
        "CENTRAL INTELLIGENCE AGENCY",
        "DEPARTMENT OF STATE",
        "DEPARTMENT OF DEFENSE",
        "THE WHITE HOUSE",
        "NATIONAL SECURITY COUNCIL",
        "FEDERAL BUREAU OF INVESTIGATION",
        "NATIONAL ARCHIVES",
    )
)
_NEAR = 2500
"""Characters in which a paper shows letterhead and title."""
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
    needed = 0.4 + 0.6 * length / _SHORT if length < _SHORT else 1.0 + 0.35 * math.log2(length / _SHORT)
    return strength >= needed or _weight(spans, strength, needed) >= needed


def _weight(spans: Sequence[Span], strength: float, needed: float) -> float:
    """Strength of the head and evidence of the spans: the first of a kind in full, further ones less and less.

    Once one span brings what is needed the others are not asked.
    """
    counts: dict[str, int] = {}
    best: dict[str, float] = {}
    last = -1
    for index, span in enumerate(spans):
        kind = span.kind
        if kind == "lacuna":
            continue
        counts[kind] = count = counts.get(kind, 0) + 1
        if count > 12 or (count > 1 and best[kind] >= _HIGHEST.get(kind, math.inf)):
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
        if count == 1 or weight > best[kind]:
            best[kind] = weight
            if strength + weight >= needed:
                break
    total = 0.0
    for kind, weight in best.items():
        count = counts[kind]
        total += weight * (1.0 + 0.25 * min(count - 1, 4) + (0.25 * math.log2(count / 5) if count > 5 else 0.0))
    return strength + total


def _form(text: str, spans: Sequence[Span]) -> tuple[str, float]:
    """Most likely kind of record by the words of its head, and how much they speak for a record at all."""
    words = words_of(text)
    head, near = text[:HEAD], words.head
    if "Message Attributes" in words.present and ("Message Text" in near or "Original Classification" in text):
        return "telegram", 4.0
    if "cable-doc-number" in near:
        return "telegram", 3.0
    if "Origin" in near and head.lstrip().startswith(_SHEET_HEADS) and "Origin" in head[:400]:
        return "telegram", 3.0
    if strength := _telegram(head, near):
        return "telegram", strength
    sheet = _withdrawal(text, spans)
    if sheet:
        return "withdrawal-sheet", sheet
    if "IDENTIFICATION FORM" in near or "Identification Form" in near:
        form = max(head.find("IDENTIFICATION FORM"), head.find("Identification Form"))
        if "RECORD NUMBER" in near or "AGENCY" in near:
            return _behind_form(text, form), 2.0
    if strength := _mail(head, near):
        return "email", strength
    if strength := _frus(words, head, spans):
        return "frus", strength
    return _paper(words, head, spans)


_SHEET_HEADS = ("Identifier", "Reference ID", "Reference id")
_TELEGRAM_WORDS = frozenset(("FM ", "TAGS", "TELE", " CITE ", "PAGE 0", "VZCZC"))


def _telegram(head: str, words: Set[str]) -> float:
    """Strength of a telegram's head, in which these words stand; 0 for none."""
    if _TELEGRAM_WORDS.isdisjoint(words):
        return 0.0
    signs = 0.0
    if "\nFM " in words or "\n FM " in words:
        signs += 1.0
    if "TEXT OF TELEGRAM" in words or "VZCZC" in words or "\nDE RUEH" in words or "INCOMING TELEGRAM" in words:
        signs += 2.0
    if "\nTAGS:" in words or "\nTAGS " in words:
        signs += 1.0
    if "PAGE 01 " in words or "PAGE 02 " in words:
        signs += 1.0
    if "SECSTATE" in words or "AMEMBASSY" in words:
        signs += 0.5
    if signs or " CITE " in words or "TELE" in words:
        if date_time_group(head, len(head)) is not None:
            signs += 1.0
        if " CITE " in words and ("DIR" in head or "INFO" in head):
            signs += 1.0
        if "TELETYPE" in words and ("FROM:" in head or "FROM " in head):
            signs += 1.0
    return signs if signs >= 1.0 and (signs > 1.0 or "TAGS" not in words or "SUBJ" in words) else 0.0


def _mail(head: str, words: Set[str]) -> float:
    def has(*labels: str, colon: bool = True) -> bool:
        return any(after_label(head, label, HEAD, colon=colon) >= 0 for label in labels)

    # Mail is a record of this kind only where something marks it as one, so its head alone weighs little.
    if "Sent" in words and has("Sent", colon=False) and has("From", "To", "Subject", colon=False):
        return 0.6
    if "@" not in head or ("From" not in words and "FROM" not in words):
        return 0.0
    return 0.6 if has("From", "FROM") and has("To", "TO") and has("Subject", "SUBJECT") else 0.0


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
    head, words = rest[:HEAD], Words(rest)
    if _telegram(head, words.head) > 1.0:
        return "telegram"
    kind, strength = _paper(words, head, ())
    return kind if strength else "other-record"


def _frus(words: Words, head: str, spans: Sequence[Span]) -> float:
    brackets = False
    for span in spans:
        if span.kind == "redaction" and span.value == "NOT DECLASSIFIED":
            brackets = True
            break
    source = "Source: " in words.present
    if "FRUS p." in words.present or "Foreign Relations, 19" in words.present:
        return 4.0 if source or brackets else 1.0
    if source and (_FRUS_HEAD.match(head) or _FRUS_NUMBER.search(words.text)):
        return 3.0
    if brackets and (source or _FRUS_HEAD.match(head)):
        return 2.0
    return 0.0


def _paper(words: Words, head: str, spans: Sequence[Span]) -> tuple[str, float]:
    """Kind of a record on paper that is neither telegram nor mail, and the strength of its head."""
    near, there = head[:_NEAR], words.within(_NEAR)
    letterhead = 0.0 if _LETTERHEADS.isdisjoint(there) else 0.5
    if not _REPORT_WORDS.isdisjoint(there):
        return "report", 0.5 + letterhead
    subject = "SUBJECT" in there and after_label(near, "SUBJECT", len(near), colon=False) >= 0
    sender = "FROM" in there and after_label(near, "FROM", len(near), colon=False) >= 0
    for word in _MEMO_WORDS:
        if word in there and (subject or sender or "TO" in near[near.find(word) :] or "Subject" in there):
            # The printed form: heading, sender and subject each on a line of its own.
            return "memorandum", (1.7 if subject else 1.2 if sender else 0.6) + letterhead
    if sender and (subject or after_label(near, "TO", len(near), colon=False) >= 0):
        return "memorandum", 0.8 + letterhead
    return _stamp_only(words.text, spans), letterhead


def _stamp_only(text: str, spans: Sequence[Span]) -> str:
    """`release-cover` for a page that carries release stamps and next to nothing else."""
    if any(span.kind == "release" for span in spans):
        covered = sum(span.end - span.start for span in spans)
        letters = len(text) - text.count(" ") - text.count("\n")
        if letters - covered < 200:
            return "release-cover"
    return "other-record"
