"""Words that tell what a record is and where its parts stand, and labelled fields at its head.

One pass over a text finds all the words; fields are found by their labels instead of by a pattern over the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache

from redact.words import WordFinder

HEAD = 4000
"""Characters in which a record shows what it is; release stamps and forms come before its own head."""
SOUGHT = (
    "n/a", "\nNNNN", "CASE ID", "Classified by ", "Message Attributes", "\nSUBJ", "\nTAGS:", "\nTAGS ", "TAGS",
    "Source: ", "FRUS p.", "Foreign Relations, 19", "Message Text", "cable-doc-number", "Origin", "Cable title:",
    "FM ", "FM\t", "\nFM ", "\n FM ", "TELE", "TELETYPE", " CITE ", "PAGE 0", "PAGE 01 ", "PAGE 02 ", "VZCZC", "SUBJ",
    "TEXT OF TELEGRAM", "\nDE RUEH", "INCOMING TELEGRAM", "SECSTATE", "AMEMBASSY", "RECORD NUMBER", "AGENCY",
    "IDENTIFICATION FORM", "Identification Form", "SUBJECT", "Subject", "SUPJECT", "SUB JECT", "From", "FROM", "Sent",
    "SENT", "Date", "DATE", "MEMORANDUM", "Memorandum", "MEMO FOR", "NOTE FOR", "OFFICE MEMO",
    "CENTRAL INTELLIGENCE AGENCY", "DEPARTMENT OF STATE", "DEPARTMENT OF DEFENSE", "THE WHITE HOUSE",
    "NATIONAL SECURITY COUNCIL", "FEDERAL BUREAU OF INVESTIGATION", "NATIONAL ARCHIVES", "INTELLIGENCE BULLETIN",
    "Intelligence Bulletin", "INTELLIGENCE REPORT", "INFORMATION REPORT", "INFORMATION CABLE", "Information Cable",
    "Information Report", "Information Telegram", "REPORT NO", "Report No", "NATIONAL INTELLIGENCE",
    "INTELLIGENCE MEMORANDUM", "INTELLIGENCE ESTIMATE", "BRIEFING BOOK", "CENTRAL INTELLIGENCE BULLETIN",
    "CURRENT INTELLIGENCE", "Current Intelligence", "DAILY BRIEF", "MONTHLY REPORT", "STAFF REPORT",
    "SITUATION REPORT", "CURRENT INTELLIGENCE BULLETIN", "Current Intelligence Bulletin",
    "NATIONAL INTELLIGENCE ESTIMATE", "NATIONAL INTELLIGENCE BULLETIN", "Intelligence Information Cable",
)  # fmt: skip
"""Words by which a record's kind, head, notes and end are known, all found in one pass over its text."""
_MARGIN = " \t>*|\u00b6"
"""What may stand between the start of a line and its label: indentation, quotation and list signs."""
LONGEST_VALUE = 300
_COLON = re.compile(r"[ \t]{0,24}[:;.]{1,3}[ \t=~.\-]*")
_BARE = re.compile(r"[ \t]{0,12}[:;.]{0,3}[ \t=~\-]*(?![A-Za-z])|[ \t]{1,40}[:;.]{0,3}[ \t]*")
_GROUP = re.compile(r"(?<!\d)\d{6} ?[Zz][ \t]{1,3}[A-Z][A-Za-z]{2}[ \t]{1,3}\d{2,4}")


class Words:
    """Where the words of `SOUGHT` stand in a text. Other words are not known here: ask the text.

    Attributes:
        text: the text.
        finder: what found them; None for the words of `SOUGHT` alone.
        present: those that stand anywhere in it.
        head: those that stand wholly in its first `HEAD` characters.
    """

    __slots__ = ("_found", "finder", "head", "present", "text")

    def __init__(
        self, text: str, finder: WordFinder | None = None, found: Mapping[str, Sequence[int]] | None = None
    ) -> None:
        self.text = text
        self.finder = finder
        self._found = found if found is not None else (finder or _finder()).find(text)
        self.present: Set[str] = self._found.keys()
        self.head = self.within(HEAD)

    def places(self, word: str) -> Sequence[int]:
        """Offsets of a word, in order."""
        return self._found.get(word, ())

    @property
    def all_places(self) -> Mapping[str, Sequence[int]]:
        """Offsets of every word that stands in the text, in order."""
        return self._found

    def first(self, word: str) -> int:
        """Offset at which a word stands first, -1 where it does not."""
        found = self._found.get(word)
        return -1 if found is None else found[0]

    def within(self, stop: int) -> set[str]:
        """Words that end at an offset or before it."""
        return {word for word, found in self._found.items() if found[0] + len(word) <= stop}


@cache
def _finder() -> WordFinder:
    return WordFinder(SOUGHT)


_latest: list[Words | None] = [None]


def words_of(text: str, finder: WordFinder | None = None) -> Words:
    """Words of a text; those of the text asked for last are kept, for its readers ask one after the other.

    Args:
        text: the text.
        finder: one that knows more words than those of `SOUGHT`, for readers that ask for them (see `finder_of`).
    """
    words = _latest[0]
    if words is None or words.text != text or (finder is not None and words.finder is not finder):
        _latest[0] = words = Words(text, finder)
    return words


def keep_words(words: Words) -> None:
    """Let the readers of a text have its words where they were found before."""
    _latest[0] = words


def finder_of(words: Iterable[str]) -> WordFinder:
    """What finds the words of `SOUGHT` and others in one pass."""
    return WordFinder((*SOUGHT, *words))


def line_end(text: str, at: int) -> int:
    """Offset of the line feed that ends the line of an offset, or of the end of the text."""
    stop = text.find("\n", at)
    return len(text) if stop < 0 else stop


def after_label(text: str, label: str, limit: int, start: int = 0, *, colon: bool = True) -> int:
    """Offset behind the first such label at the start of a line, its colon and white space; -1 where there is none.

    Args:
        text: the text.
        label: the label's words, case sensitive.
        limit: offset at which the search ends.
        start: offset at which it begins.
        colon: whether a colon must follow; without, white space is enough (scans lose colons).
    """
    at = text.find(label, start, limit)
    while at >= 0:
        left = text.rfind("\n", 0, at) + 1
        if left == at or not text[left:at].strip(_MARGIN):
            match = (_COLON if colon else _BARE).match(text, at + len(label))
            if match is not None:
                return match.end()
        at = text.find(label, at + len(label), limit)
    return -1


def value_of(text: str, labels: tuple[str, ...], limit: int, start: int = 0, *, colon: bool = True) -> str | None:
    """Rest of the line behind the first of several spellings of a label; an empty value is an empty string."""
    found = [at for label in labels if (at := after_label(text, label, limit, start, colon=colon)) >= 0]
    if not found:
        return None
    at = min(found)
    return text[at : min(line_end(text, at), at + LONGEST_VALUE)].strip()


def date_time_group(text: str, limit: int) -> str | None:
    """First full date-time group (`092105Z NOV 92`), without its precedence letter."""
    for zulu in ("Z ", "z "):
        at = text.find(zulu, 0, limit)
        while at >= 0:
            match = _GROUP.match(text, at - 7 if text[at - 1 : at] == " " else at - 6) if at >= 7 else None
            if match is not None:
                return match.group()
            at = text.find(zulu, at + 2, limit)
    return None
