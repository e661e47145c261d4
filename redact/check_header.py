"""Header fields of a telegram or memorandum: subject, TAGS, order of the fields, headers that stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from redact.check_reading import line_end, portion_level
from redact.check_rows import Extra, Observation

if TYPE_CHECKING:
    from redact.check_reading import Reading

_SENDER = "\nFM "
_LATER_FIELDS = ("\nTAGS", "\nSUBJ", "\nE.O.")
_SUBJECT_WORDS = ("Subject", "SUB J", "Re:", "\ncable-subject: ")
WORDS = (_SENDER, *_LATER_FIELDS, *_SUBJECT_WORDS, "SUBJ", "TAGS", "E.O.")
"""Words looked for in `Reading.places` here."""
_SUBJECT = re.compile(r"SUBJ(?:ECT)?[ \t]*:[ \t]*([^\n]*)")
_SUBJECT_MARK = re.compile(r"\((TS|S|C|S//[A-Z/ ]+|C//[A-Z/ ]+|TS//[A-Z/ ]+)\)")
_TAGS = re.compile(r"TAGS[ \t]*:[ \t]*([^\n]*(?:\n(?![ \t]*(?:SUBJ|REF|E\.O|\n))[A-Z, ()]{2,60}(?=\n))?)")
_TAG = re.compile(r"[A-Z]{2,6}$")
_TAG_WORDS = """
ABLD ABUD ACKM ACOA ADCO ADPM AEMR AFIN AFSI AFSN AFSP AINF AINR AINT ALOW AMED AMER AMGT AMTC AODE APER APRC
APUB ASCH ASEC ASIG ASUP BBSR BEXP BENE BMGT BPRO BTIO CASC CFED CGEN CIDA CJAN CLOK CMGT CPAS CPRS CVIS CVPR
CRIM EAGR EAID EAIR ECIN ECON ECPS EFIN EFIS EIND EINT EINV ELAB ELTN EMIN ENRG EPET ETRD ETTC EWWT ENVR ETEL
EXIM EPAP EEWT ECOM EALR EINR EIN EGEN EMIL MARR MASS MCAP MNUC MOPS MILI MPOL OEXC OFDP OIIP OPDC OPET OPRC
OREP OSCI OTRA OVIP OGEN ODIP PARM PBOR PBTS PDEM PDIP PFOR PGOV PHSA PHUM PINR PINS PINT PMIL PNAT PNUC POGOV
POL PORG PORS PREF PREL PROP PSDC PTER PARL PPDC PPOL SCUL SENV SHUM SMIG SNAR SOCI SOPN SPOP SREF SWEL TBIO
TECH TGEN THPY TINT TNGD TNUK TOPS TPHY TPSL TSPA TSPL BDIS BTRA NATO OAS UN UNGA UNSC IAEA WTRO ICAO IMF IBRD
ILO UNESCO UNHCR AORC APCS AGAO AMB SP PCON
"""
_KNOWN_TAGS = frozenset(_TAG_WORDS.split())


def note(reading: Reading, start: int, end: int, what: str, *, other: str | None = None, other_line: int | None = None,
          number: int | None = None, expected: int | None = None) -> Observation:  # fmt: skip
    """A row of `observations` on a stretch of the text."""
    text = " ".join(reading.text[start:end].split())[:160]
    return Observation(start, end, reading.line(start), what, text, other, other_line, number, expected)


def header_notes(reading: Reading, extra: Extra, notes: list[Observation]) -> None:
    """Add what is wrong with the header fields of a telegram or memorandum."""
    text = reading.text
    end = reading.record.layout.end
    subjects = list(_at_line_starts(reading, "SUBJ", _SUBJECT, end))
    limit = min(end, 6000)
    telegram = reading.facts["document_type"] == "telegram"
    tags = next(_at_line_starts(reading, "TAGS", _TAGS, end), None)
    order_at = reading.first("E.O.", limit)
    has_subject = bool(subjects) or reading.first("SUBJ", end) >= 0 or reading.holds(_SUBJECT_WORDS, limit)
    if not has_subject and (order_at >= 0 or not telegram):
        at = order_at if order_at >= 0 else max(0, len(text) - len(text.lstrip()))
        notes.append(note(reading, at, min(line_end(text, at), at + 120), "no-subject"))
    if telegram and not tags and order_at >= 0 and "TAGS" not in text[:limit].upper()[:limit]:
        notes.append(note(reading, order_at, min(line_end(text, order_at), order_at + 60), "no-tags"))
    if tags:
        _tags(reading, tags, notes)
    for match in subjects[:1]:
        _subject_mark(reading, match, notes)
    if telegram and len(subjects) > 1:
        _subjects(reading, subjects, notes)
        if extra.collection != "aad":
            _double_header(reading, subjects, notes)
    if telegram:
        _field_order(reading, limit, notes)


def _at_line_starts(reading: Reading, word: str, pattern: re.Pattern[str], end: int) -> Iterator[re.Match[str]]:
    """Matches, before an offset, of a labelled line whose label begins with that word."""
    text = reading.text
    for at in reading.places.get(word, ()):
        if not text[reading.line_start(at) : at].strip() and (match := pattern.match(text, at, end)):
            yield match


def _subject_mark(reading: Reading, match: re.Match[str], notes: list[Observation]) -> None:
    line = match[1]
    found = _SUBJECT_MARK.match(line) or _SUBJECT_MARK.search(line, max(0, len(line.rstrip()) - 12))
    if found is None:
        return
    start = match.start(1) + found.start()
    notes.append(
        note(reading, start, start + len(found[0]), "subject-mark", other=portion_level(found[1].replace(" ", "")))
    )


def _full_subject(text: str, match: re.Match[str]) -> str:
    """Subject with its continuation lines, folded."""
    lines = [match[1].strip()]
    at = match.end()
    for _ in range(5):
        if at >= len(text):
            break
        stop = line_end(text, at + 1)
        line = text[at + 1 : stop].strip()
        if not line or not line.isupper() or re.match(r"REF|\d+\.|TAGS|E\.O|PAGE|CLASSIFIED", line):
            break
        lines.append(line)
        at = stop
    return " ".join(" ".join(lines).split())


def _subjects(reading: Reading, subjects: Sequence[re.Match[str]], notes: list[Observation]) -> None:
    first = _full_subject(reading.text, subjects[0])
    sections = reading.by_kind.get("section", ())
    if len({s.value for s in sections}) < 2:
        return
    for match in subjects[1:]:
        later = _full_subject(reading.text, match)
        if later and len(later) < len(first) and first.startswith(later):
            notes.append(note(reading, match.start(1), match.end(1), "subject-shorter", other=first[:160],
                               other_line=reading.line(subjects[0].start(1))))  # fmt: skip
            return


def _double_header(reading: Reading, subjects: Sequence[re.Match[str]], notes: list[Observation]) -> None:
    """The block from level line to subject twice, with the same section number (chapter g.4 of the field guide)."""
    text = reading.text
    heads: dict[tuple[str, str], int] = {}
    banners = reading.by_kind.get("banner", ())
    for match in subjects[:40]:
        subject = _full_subject(text, match)
        banner = next((s for s in reversed(banners) if 0 < match.start() - s.end < 1200), None)
        if banner is None or not subject:
            continue
        level_line = " ".join(text[reading.line_start(banner.start) : line_end(text, banner.end)].split())
        if not any(char.isdigit() for char in level_line):
            continue
        key = (level_line, subject)
        if key in heads:
            begin = reading.line_start(banner.start)
            notes.append(note(reading, begin, line_end(text, banner.end), "header-twice", other=subject[:120],
                               other_line=heads[key]))  # fmt: skip
            return
        heads[key] = reading.line(banner.start)


def _field_order(reading: Reading, limit: int, notes: list[Observation]) -> None:
    text = reading.text
    sender = reading.first(_SENDER, limit) + 1
    if not sender:
        return
    for label in _LATER_FIELDS:
        at = reading.first(label, limit) + 1
        if 0 < at < sender and "PAGE" not in text[at:sender]:
            notes.append(note(reading, at, min(line_end(text, at), at + 80), "field-before-from", other="FM",
                               other_line=reading.line(sender)))  # fmt: skip
            return


def _tags(reading: Reading, match: re.Match[str], notes: list[Observation]) -> None:
    words = re.sub(r"\([^)]*\)", " ", match[1])
    for word in re.findall(r"[A-Z0-9]+", words):
        if _is_bad_tag(word):
            at = reading.text.find(word, match.start(1))
            notes.append(note(reading, at, at + len(word), "bad-tag"))


@lru_cache(maxsize=4096)
def _is_bad_tag(word: str) -> bool:
    if word in _KNOWN_TAGS or len(word) <= 3 or (word[0] == "K" and len(word) == 4):
        return False
    if any(char.isdigit() for char in word):
        return True
    return len(word) in (4, 5) and any(_one_edit(word, known) for known in _KNOWN_TAGS if len(known) >= 4)


def _one_edit(left: str, right: str) -> bool:
    if abs(len(left) - len(right)) > 1 or left == right:
        return False
    if len(left) == len(right):
        return sum(a != b for a, b in zip(left, right, strict=True)) == 1
    long, short = (left, right) if len(left) > len(right) else (right, left)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
