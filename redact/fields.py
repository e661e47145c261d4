"""Labelled fields at the head of a record, found by their labels instead of by a pattern over the whole text."""

from __future__ import annotations

import re

_MARGIN = " \t>*|\u00b6"
"""What may stand between the start of a line and its label: indentation, quotation and list signs."""
_LONGEST_VALUE = 300
_COLON = re.compile(r"[ \t]{0,24}[:;.]{1,3}[ \t=~.\-]*")
_BARE = re.compile(r"[ \t]{0,12}[:;.]{0,3}[ \t=~\-]*(?![A-Za-z])|[ \t]{1,40}[:;.]{0,3}[ \t]*")
_GROUP = re.compile(r"(?<!\d)\d{6} ?[Zz][ \t]{1,3}[A-Z][A-Za-z]{2}[ \t]{1,3}\d{2,4}")


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
    return text[at : min(line_end(text, at), at + _LONGEST_VALUE)].strip()


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
