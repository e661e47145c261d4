"""A document's likely date, from its first lines: a pivot for two-digit years before anything else is known of it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import regex

from redact.normalise.dates import find_dates, is_sentinel

_HEAD = 6000
_NOT_ITS_OWN = regex.compile(
    r"releas|declas|review|approv|sanitiz|case|doc\s?no|downgrad|decl\b|classif|GDS|RDS|destroy|disposition|comment",
    regex.IGNORECASE,
)
_CASE = regex.compile(r"case\s+no|doc\s+no", regex.IGNORECASE)
_LABELLED = regex.compile(
    r"^[ \t]*(?:date|sent|created|dated|draft date)[ \t]*:?[ \t]*(?:[a-z]{3,9}day,?[ ])?(?=\S)",
    regex.IGNORECASE | regex.MULTILINE,
)


def probable_date(text: str) -> date | None:
    """The date that a document most likely bears, from its first lines; a pivot for two-digit years, not a fact.

    A date-time group comes first, then a labelled date, then the first date that stands on no release or
    declassification line; sentinels are passed over.
    """
    return _probable(text[:_HEAD])


@lru_cache(maxsize=64)
def _probable(head: str) -> date | None:
    plain: date | None = None
    labelled: date | None = None
    labels = {match.end() for match in _LABELLED.finditer(head)}
    for start, _, parsed in find_dates(head):
        if parsed.form.startswith("dtg"):
            return parsed.value
        if parsed.precision != "day" or is_sentinel(parsed.value):
            continue
        line_start = head.rfind("\n", 0, start) + 1
        # State's footer, broken over lines: Case No., Doc No., Date (of the release, with slashes).
        if start in labels and parsed.form == "us-slash-4" and _CASE.search(head, max(0, start - 120), start):
            continue
        if start in labels and labelled is None:
            labelled = parsed.value
        elif plain is None and not _NOT_ITS_OWN.search(head, line_start, start):
            plain = parsed.value
    return labelled or plain
