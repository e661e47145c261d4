"""Verdicts that a reviewer gives, states that follow from them, and the closed list of reasons for a dismissal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

VERDICTS: Final = ("confirmed", "dismissed", "second", "open")
"""What a reviewer can say of a finding: it is a problem, it is none, somebody else must look, it is open again."""

STATES: Final = ("open", "confirmed", "dismissed", "awaiting", "second", "disagreement", "changed", "expired")
"""State of a finding. `awaiting` is a dismissal that a policy wants a second reviewer to agree with; `disagreement`,
`changed` (evidence or rule differs from what was judged) and `expired` (a dismissal past its day) are derived and
never set by hand."""

TODO: Final = frozenset({"open", "changed", "expired"})
"""States in which a finding waits for somebody's first verdict."""

SECOND: Final = frozenset({"second", "awaiting"})
"""States in which a finding waits for a second reviewer."""

DECIDED: Final = frozenset({"confirmed", "dismissed", "awaiting"})
"""States counted as decided."""

LETTERS: Final[dict[str, str]] = {
    "open": " ",
    "confirmed": "C",
    "dismissed": "D",
    "awaiting": "d",
    "second": "2",
    "disagreement": "!",
    "changed": "~",
    "expired": "e",
}
"""One letter or sign a state, so that no meaning hangs on colour."""

WORDS: Final[dict[str, str]] = {
    "open": "open",
    "confirmed": "confirmed: this is a problem",
    "dismissed": "dismissed: this is not a problem",
    "awaiting": "dismissed; counts only after a second reviewer agrees",
    "second": "waits for a second reviewer",
    "disagreement": "two reviewers disagree",
    "changed": "evidence or rule changed since it was decided: open again",
    "expired": "the dismissal has run out: open again",
}

PAST: Final[dict[str, str]] = {
    "confirmed": "confirmed",
    "dismissed": "dismissed",
    "second": "sent to a second reviewer",
    "open": "reopened",
}
"""Verdicts as words of a message: "3 findings dismissed"."""


@dataclass(frozen=True)
class Reason:
    """Why a finding is no problem.

    Attributes:
        id: word that is stored and filtered by.
        text: what the reviewer reads.
        needs_note: the reviewer must add words of their own.
    """

    id: str
    text: str
    needs_note: bool = False


REASONS: Final = (
    Reason("code-elsewhere", "The code stands elsewhere in this document"),
    Reason("not-a-redaction", "Not a redaction (template or transmission text)"),
    Reason("misread", "Misread: scanning or typing error in the source"),
    Reason("order-in-force", "Correct under the order in force at the time"),
    Reason("duplicate", "Same as another finding (say which)", needs_note=True),
    Reason("rule-wrong", "Rule is wrong (say how)", needs_note=True),
    Reason("other", "Other (say what)", needs_note=True),
)
"""Closed, so that dismissals can be counted; the digit that gives one is its place, from 1."""

REASON_BY_ID: Final = {reason.id: reason for reason in REASONS}


@dataclass(frozen=True)
class Policies:
    """How decisions settle.

    Attributes:
        second_review: severities whose dismissal counts only after a second reviewer agrees.
        blind: hide the first verdict of a finding that waits for a second one until that is given.
        ask_above: number of findings above which a bulk decision asks for the number.
    """

    second_review: tuple[str, ...] = ("error",)
    blind: bool = True
    ask_above: int = 20
