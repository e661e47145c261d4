"""One decision as one line of a review log: reading, writing, checking. No evidence text ever stands in it."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from redact.errors import UsageError
from redact.review.states import REASON_BY_ID, VERDICTS

VERSION: Final = 1
NOTE_LIMIT: Final = 2_000
"""Longest note, in characters: a line then stays short enough to be appended in one piece."""


@dataclass(frozen=True, slots=True)
class Event:
    """One verdict on one finding, or the taking back of a batch.

    Attributes:
        id: unique name of the event.
        at: UTC time, ISO 8601.
        reviewer: who, as they named themselves.
        verdict: one of `VERDICTS`; None where the event takes a batch back.
        fingerprint: the finding; None where the event takes a batch back.
        rule: id of its rule.
        digest: digest of evidence and rule that was judged.
        reason: id of a reason, given with a dismissal.
        note: the reviewer's own words.
        until: last day on which a dismissal holds.
        batch: name shared by all events of one act.
        undoes: batch that this event takes back.
        audit: day by which the audit was judged.
        order: place in time; never earlier than the line above it in the same file.
    """

    id: str
    at: str
    reviewer: str
    verdict: str | None
    fingerprint: str | None
    rule: str | None
    digest: str | None
    reason: str | None
    note: str | None
    until: date | None
    batch: str
    undoes: str | None
    audit: str | None
    order: tuple[str, int] = ("", 0)

    @property
    def who(self) -> str:
        """Name by which two events count as one reviewer's."""
        return identity(self.reviewer)

    @property
    def why(self) -> str:
        """Reason, note and last day, as one line shows them."""
        return " · ".join(filter(None, (self.reason, self.note, f"until {self.until}" if self.until else "")))

    def line(self) -> str:
        """The event as one line of JSON, with its line feed."""
        content = {"v": VERSION, **asdict(self)}
        del content["order"]
        content["until"] = self.until.isoformat() if self.until else None
        return json.dumps(content, ensure_ascii=True, separators=(",", ":")) + "\n"


def parse(line: str) -> Event:
    """Read one line of a log.

    Raises:
        ValueError: it is no event of this version.
    """
    content = json.loads(line)
    if not isinstance(content, dict) or content.get("v") != VERSION:
        raise ValueError("not an event of this version")
    event = Event(
        id=_word(content, "id"), at=_word(content, "at"), reviewer=_word(content, "reviewer"),
        verdict=_text(content, "verdict"), fingerprint=_text(content, "fingerprint"), rule=_text(content, "rule"),
        digest=_text(content, "digest"), reason=_text(content, "reason"), note=_text(content, "note"),
        until=_day(content), batch=_word(content, "batch"), undoes=_text(content, "undoes"),
        audit=_text(content, "audit"),
    )  # fmt: skip
    if event.undoes is None and (event.verdict not in VERDICTS or not event.fingerprint or event.digest is None):
        raise ValueError("a verdict without verdict, fingerprint or digest")
    return event


def checked(event: Event) -> Event:
    """The event as it may be written.

    Raises:
        UsageError: a dismissal without a reason of the list, or without the note its reason needs.
    """
    note = (event.note or "").strip() or None
    if note and len(note) > NOTE_LIMIT:
        raise UsageError(f"The note has {len(note)} characters; {NOTE_LIMIT} is the most.")
    if event.verdict == "dismissed":
        reason = REASON_BY_ID.get(event.reason or "")
        if reason is None:
            raise UsageError("A dismissal needs a reason of the list.")
        if reason.needs_note and note is None:
            raise UsageError(f"'{reason.text}' needs a note: type it and press Enter.")
    return replace(event, note=note)


def last_day(text: str, earliest: date | None = None) -> date | None:
    """The last day on which a dismissal holds, as typed; nothing typed is no end.

    Raises:
        UsageError: it is no day, or one before `earliest`.
    """
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError("Until is a day such as 2027-01-31, or nothing.") from None
    if earliest is not None and found < earliest:
        raise UsageError(f"That day is over: the audit is judged as of {earliest}.")
    return found


def identity(reviewer: str) -> str:
    """Name by which a reviewer is recognised: case, width of letters and spaces around do not matter."""
    return unicodedata.normalize("NFKC", reviewer).strip().casefold()


def file_name(reviewer: str) -> str:
    """Name of a reviewer's log, safe as a file name on every system and different for different reviewers."""
    who = identity(reviewer)
    if not who:
        raise UsageError("The reviewer's name is empty; give one with --reviewer NAME.")
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", who):
        return f"{who}.jsonl"
    from hashlib import sha256

    slug = re.sub(r"[^a-z0-9_-]+", "-", who)[:40].strip("-")
    return f"{slug or 'reviewer'}-{sha256(who.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}.jsonl"


def _text(content: dict[str, Any], key: str) -> str | None:
    value = content.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key} is no text")
    return value


def _word(content: dict[str, Any], key: str) -> str:
    value = _text(content, key)
    if not value:
        raise ValueError(f"{key} is missing")
    return value


def _day(content: dict[str, Any]) -> date | None:
    value = _text(content, "until")
    return date.fromisoformat(value) if value else None
