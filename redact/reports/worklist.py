"""The work list: findings out to a spreadsheet, verdicts back.

What comes back is matched by key, never by a value a spreadsheet may have changed: `finding` and `state` begin with a
letter and a hyphen, so that no program takes them for numbers. Only the columns verdict, reason and note are read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from redact.document import Document
from redact.errors import UsageError
from redact.reports import AuditResult, RenderOptions
from redact.reports.csv_ import BOM, guard, write
from redact.reports.masking import Masker
from redact.reports.rows import document_index, shown, with_states
from redact.review.events import Event, checked
from redact.review.states import REASON_BY_ID, REASONS, VERDICTS
from redact.suggest import did_you_mean

_DEFAULT = RenderOptions()
COLUMNS = (
    "fingerprint",
    "rule",
    "title",
    "document",
    "line",
    "before",
    "evidence",
    "after",
    "message",
    "verdict",
    "reason",
    "note",
    "judged",
)
"""Columns of the work list; `judged` is the digest of what the reviewer sees."""

_CONTEXT = 100
_KEY, _DIGEST = "fp-", "dg-"
_WORDS = {
    "confirm": "confirmed",
    "dismiss": "dismissed",
    "second review": "second",
    "needs second": "second",
    "needs second review": "second",
    "reopen": "open",
    "reopened": "open",
}
_FIELD_LIMIT = 10_000_000


@dataclass(frozen=True)
class Verdict:
    """One filled row, checked. `row` is the row number that a spreadsheet shows; the head is row 1."""

    row: int
    fingerprint: str
    rule: str
    digest: str
    verdict: str
    reason: str | None
    note: str | None


@dataclass(frozen=True)
class Import:
    """What a work list that came back says.

    Attributes:
        verdicts: rows that pass and say something new.
        faults: what is wrong, a sentence a row; nothing may be written while there are any, unless in part.
        unchanged: rows that repeat a verdict already stored.
        blank: rows without a verdict.
    """

    verdicts: tuple[Verdict, ...]
    faults: tuple[str, ...]
    unchanged: int
    blank: int


def table(
    result: AuditResult, options: RenderOptions = _DEFAULT, fingerprints: Sequence[str] | None = None
) -> pl.DataFrame:
    """The work list as a table of `COLUMNS`, in the order of the findings.

    Args:
        result: the audit.
        options: rule texts, threshold, evidence.
        fingerprints: findings wanted; None: every finding shown.
    """
    frame = shown(with_states(result, options), options)
    if fingerprints is not None:
        frame = frame.filter(pl.col("fingerprint").is_in(list(fingerprints)))
    masker = Masker(result, options, "csv")
    texts, rows = result.documents["text"], document_index(result.documents)
    document: Document | None = None
    before, after = list[str](), list[str]()
    for doc, start, end, sensitive in frame.select("doc", "start", "end", "sensitive").iter_rows():
        left = right = ""
        if not masker.hides(sensitive) and doc in rows:
            if document is None or document.doc != doc:
                text = texts[rows[doc]]
                document = Document.of(doc, masker.text(doc, text)) if text is not None else None
            if document is not None and end <= len(document.text):
                head, _ = document.line_bounds(document.line_index(start))
                _, tail = document.line_bounds(document.line_index(max(start, end - 1)))
                left = document.text[max(head, start - _CONTEXT) : start]
                right = document.text[end : min(tail, end + _CONTEXT)] if end <= tail else ""
        before.append(left)
        after.append(right)
    titles = {rule: card.title for rule, card in options.rules.items()}
    nothing = pl.lit(None, dtype=pl.String)
    return masker.findings(frame).select(
        (pl.lit(_KEY) + pl.col("fingerprint")).alias("fingerprint"),
        "rule",
        pl.col("rule").replace_strict(titles, default="", return_dtype=pl.String).alias("title"),
        pl.col("doc").alias("document"),
        "line",
        pl.Series("before", before, dtype=pl.String),
        "evidence",
        pl.Series("after", after, dtype=pl.String),
        "message",
        nothing.alias("verdict"),
        nothing.alias("reason"),
        nothing.alias("note"),
        (pl.lit(_DIGEST) + pl.col("digest")).alias("judged"),
    )


def render(result: AuditResult, options: RenderOptions = _DEFAULT, fingerprints: Sequence[str] | None = None) -> str:
    """The work list as CSV with a byte order mark, which spreadsheets need to read UTF-8."""
    return BOM + write(guard(table(result, options, fingerprints)).drop("guarded"))


def how_to() -> str:
    """The text that goes with a work list: which words the three columns take."""
    lines = [
        "How to fill in the work list",
        "",
        "Fill in the columns verdict, reason and note; leave a row's verdict empty to decide later.",
        "Leave the columns fingerprint and judged as they are: the rows are found again by them.",
        "Rows may be sorted, filtered and deleted; columns may be hidden.",
        "",
        "verdict   confirmed  this is a problem",
        "          dismissed  this is not a problem (needs a reason)",
        "          second     somebody else must look",
        "          open       take an earlier verdict back",
        "",
        "reason    the word, or its number:",
    ]
    for place, reason in enumerate(REASONS, 1):
        needs = "; needs a note" if reason.needs_note else ""
        lines.append(f"          {place}  {reason.id:<16} {reason.text}{needs}")
    lines += ["", "note      your own words; stored as typed, so do not copy withheld text into it", ""]
    lines.append("Then: redact verdicts import FILE.csv --into DIR --reviewer YOUR-NAME --dry-run")
    return "\n".join(lines) + "\n"


def read(data: bytes, findings: pl.DataFrame, standing: Mapping[str, Event] | None = None) -> Import:
    """Check a work list that came back from a spreadsheet; pure, nothing is written.

    Comma, semicolon or tab, UTF-8, UTF-16 or Windows-1252 are understood; upper and lower case and surrounding space
    do not matter; columns may stand in any order.

    Args:
        data: bytes of the file.
        findings: table `findings` of the audit that the verdicts are for.
        standing: the reviewer's latest standing verdict by fingerprint; a row that repeats it adds nothing.

    Raises:
        UsageError: It is no work list: a column is missing, or it is no CSV.
    """
    records = _records(data)
    known = {row[0]: (row[1], row[2]) for row in findings.select("fingerprint", "rule", "digest").iter_rows()}
    verdicts: dict[str, Verdict] = {}
    faults: list[str] = []
    unchanged = blank = 0
    for row, record in records:
        verdict_word = _folded(record.get("verdict", ""))
        reason_word, note = record.get("reason", "").strip(), _note(record.get("note", ""))
        if not verdict_word:
            if reason_word or note:
                faults.append(f"row {row}: a reason or note without a verdict: one of {', '.join(VERDICTS)}")
            else:
                blank += 1
            continue
        found = _checked(row, record, verdict_word, reason_word, note, known)
        if isinstance(found, str):
            faults.append(found)
            continue
        earlier = verdicts.get(found.fingerprint)
        if earlier is not None:
            if (earlier.verdict, earlier.reason, earlier.note) != (found.verdict, found.reason, found.note):
                faults.append(f"row {row}: the same finding has another verdict in row {earlier.row}")
            continue
        verdicts[found.fingerprint] = found
    fresh = []
    for found in verdicts.values():
        if _repeats(found, (standing or {}).get(found.fingerprint)):
            unchanged += 1
        else:
            fresh.append(found)
    return Import(tuple(fresh), tuple(faults), unchanged, blank)


def _checked(
    row: int,
    record: Mapping[str, str],
    verdict_word: str,
    reason_word: str,
    note: str | None,
    known: Mapping[str, tuple[str, str]],
) -> Verdict | str:
    """A row's verdict, or what is wrong with it."""
    fingerprint = record.get("fingerprint", "").strip().lstrip("'").removeprefix(_KEY)
    verdict = _WORDS.get(verdict_word, verdict_word)
    if verdict not in VERDICTS:
        hint = did_you_mean(verdict_word, [*VERDICTS, *_WORDS])
        return f"row {row}: verdict {verdict_word!r}: one of {', '.join(VERDICTS)}{hint}"
    if fingerprint not in known:
        return f"row {row}: no finding of this audit has the fingerprint {fingerprint!r}: was the column changed?"
    rule, digest = known[fingerprint]
    judged = record.get("judged", "").strip().lstrip("'").removeprefix(_DIGEST)
    if judged and judged != digest:
        return f"row {row}: {rule}: the finding changed since the work list was written: export it again"
    reason = None
    if verdict == "dismissed":
        reason = _reason(reason_word)
        if reason is None:
            allowed = ", ".join(REASON_BY_ID)
            if not reason_word:
                return f"row {row}: a dismissal needs a reason: one of {allowed}"
            hint = did_you_mean(_folded(reason_word), REASON_BY_ID)
            return f"row {row}: reason {reason_word!r}: one of {allowed}{hint}"
        if REASON_BY_ID[reason].needs_note and note is None:
            return f"row {row}: the reason {reason} needs a note"
    elif reason_word and _reason(reason_word) is None:
        return f"row {row}: reason {reason_word!r}: one of {', '.join(REASON_BY_ID)}, or none"
    found = Verdict(row, fingerprint, rule, digest, verdict, reason, note)
    try:
        checked(_event(found, "reviewer", "", "row", None, 0))
    except UsageError as error:
        return f"row {row}: {error}"
    return found


def _repeats(found: Verdict, event: Event | None) -> bool:
    if event is None:
        return False
    said = (event.verdict, event.reason, event.note, event.digest)
    return said == (found.verdict, found.reason, found.note, found.digest)


def _reason(word: str) -> str | None:
    """Id of a reason given as its id, its text, or its number (also as a spreadsheet writes it: `4.0`)."""
    folded = _folded(word)
    number = re.fullmatch(r"(\d+)(?:[.,]0+)?", folded)
    if number and 1 <= int(number[1]) <= len(REASONS):
        return REASONS[int(number[1]) - 1].id
    named = {reason.id: reason.id for reason in REASONS} | {_folded(reason.text): reason.id for reason in REASONS}
    return named.get(folded) or named.get(folded.replace(" ", "-"))


def _note(text: str) -> str | None:
    text = text.strip()
    return re.sub(r"^'(?=[=+\-@])", "", text) or None


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _records(data: bytes) -> list[tuple[int, dict[str, str]]]:
    text = _decoded(data)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UsageError(f"the work list is no CSV: {error}") from error
    if not rows:
        raise UsageError("the work list is empty")
    # A program that took the file for Windows-1252 has turned its byte order mark into letters before the first name.
    names = [re.sub(r"^[^a-z]+|[^a-z]+$", "", _folded(name)) for name in rows[0]]
    missing = [name for name in ("fingerprint", "verdict", "reason", "note") if name not in names]
    if missing:
        raise UsageError(f"no work list: row 1 lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}")
    return [
        (number, dict(zip(names, row, strict=False)))
        for number, row in enumerate(rows[1:], 2)
        if any(cell.strip() for cell in row)
    ]


def _decoded(data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def events(verdicts: Sequence[Verdict], *, reviewer: str, at: str, batch: str, audit: date | None) -> list[Event]:
    """The verdicts as events of one batch, ready to be appended to the reviewer's log.

    Args:
        verdicts: checked rows.
        reviewer: who gave them.
        at: UTC time, ISO 8601, from the edge.
        batch: name of the act, so that one undo takes all of it back.
        audit: day by which the audit was judged.
    """
    return [checked(_event(found, reviewer, at, batch, audit, place)) for place, found in enumerate(verdicts, 1)]


def _event(found: Verdict, reviewer: str, at: str, batch: str, audit: date | None, place: int) -> Event:
    return Event(
        id=f"{batch}-{place:06d}",
        at=at,
        reviewer=reviewer,
        verdict=found.verdict,
        fingerprint=found.fingerprint,
        rule=found.rule,
        digest=found.digest,
        reason=found.reason,
        note=found.note,
        until=None,
        batch=batch,
        undoes=None,
        audit=audit.isoformat() if audit else None,
    )
