"""What stands around withheld text, and where a document gives away what it withholds.

Everything here works on the printed text alone; what a finding quotes may disclose, so its rules are `sensitive`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from redact.check_reading import line_end
from redact.check_rows import Observation, Withheld
from redact.ledger import Redaction
from redact.span import Span

if TYPE_CHECKING:
    from redact.check_reading import Reading

_MOST = 80
"""Placeholders of one document that are compared with its text; a blacked-out file holds thousands."""
_TITLE_BEFORE = re.compile(
    r"\b(?:Ambassador|Amb\.|Mr\.|Mrs\.|Ms\.|Dr\.|Colonel|Col\.|General|Gen\.|Major|Captain|Capt\.|Lt\.|Sgt\.|Senator|"
    r"Secretary|Minister|Director|Counselor|Consul|Agent|Officer|Professor|MR\.|MRS\.|AMBASSADOR|COLONEL|GENERAL|"
    r"MINISTER|CONSUL)(?: [A-Z][a-z]+)? \Z"
)
_FRAGMENT_BEFORE = re.compile(r"(?<![A-Za-z])([A-Za-z]{2,})\Z")
_FRAGMENT_AFTER = re.compile(r"([A-Za-z]{2,})(?![A-Za-z])")
_GRAMMAR_WORDS = "s es the of to in on at by and or is was as for from with an no he it be re ed th"
_GRAMMAR = frozenset(_GRAMMAR_WORDS.split())
_CODES_BESIDE = re.compile(r"(?:[ \t]*\(?[bB]\)? ?\(?\d\)?(?: ?\(?[A-F]\)?(?![\w]))?(?: ?-\d)?(?=[ ,;.\t]))*")
_APPOSITIVE = re.compile(r"\s*,\s+((?:the|an?|our|his|her)\s+[a-z][a-z' -]{3,50}?)\s*(?=[.,;:\n)])", re.IGNORECASE)
_NAME = r"[A-Z][a-z]+(?: [A-Z]\.)?(?: (?:de|la|del|van|von|al)){0,2} [A-Z][a-z]+|[A-Z]{3,} [A-Z]{3,}"
_LIST_ITEM = re.compile(r"[ \t]*(?:\([a-h]\)|[a-h][.)]|[A-H][.)]|-?\([A-H]\))[ \t]*$")
_INLINE_LIST = re.compile(r"(?:\b[A-Z](?:, | and )){1,}$")
_INLINE_NEXT = re.compile(r"(?:,| and| or)\s+[A-Z]\b(?![a-z])")
_CODE_TAIL = re.compile(r"[ \t,;/]*\(?[bB]\)? ?\(?\d\)?(?: ?\(?[A-F]\)?)?(?![\w])")
"""Codes that follow a placeholder on its line."""
_BEFORE_NAME = re.compile(r"\b((?:the|our|his|her)\s+[a-z][a-z' -]{3,50}?)\s*,\s*\Z", re.IGNORECASE)
"""An apposition before a name: `the deputy minister, [REDACTED], ...`."""
_TIMES = frozenset("day night morning afternoon evening week month year time end hand meeting talk call".split())
_DELETED_TOTAL = re.compile(r"Total Deleted Page\(s\)[ \t]*[=~:][ \t]*(\d{1,5})")
_TICKED = re.compile(r"(?:_+[Xx]_+|\[[Xx]\]|\([Xx]\)|\u2612)[^\n]*(?:\n[ \t]*[^\n\s_\[(][^\n]*){0,2}")
_LISTED_PAGE = re.compile(r"\n[ \t]*Page \d+[ \t]*[~-]([^\n]*)")
_OTHER_GROUND = re.compile(r"duplicate|referr(?:ed|al)|originated with another", re.IGNORECASE)
_SHEET_SPACE = 1500
"""Code points below its count within which a sheet for withheld pages names its grounds."""
_OPEN = re.compile(r"\[(?:REDACTED|EXCISED|DELETED|SANITIZED|WITHHELD)\b", re.IGNORECASE)
_CITED = re.compile(r"\b([A-Z]{4,}(?: [A-Z]{3,})?) (\d{3,6})\b(?! ?(?:DOLS|DOLLARS|TONS|MEN|TROOPS|KILOS|HECTARES))")
_REFERENCE = "\nREF"
WORDS = (_REFERENCE,)
"""Words looked for in `Reading.places` here."""
_FIELDS = re.compile(r"\n[ \t]*(SUBJECT|SUBJ|REF|FM|FROM|CLASSIFIED BY|DECL|E\.O\. \d{5})[ \t]*:?[ \t]+(?=\S)")
_LONGEST_LEAD = 200
_FIELD_LEAD = re.compile(r"[ \t]*(?:SUBJECT|SUBJ|REF|FM|FROM|CLASSIFIED BY|DECL|E\.O\. \d{5})[ \t]*:?[ \t]+")
_WORDS = re.compile(r"[A-Za-z][A-Za-z'-]+")
_STOP_WORDS = (
    "the and that this with from have were will would about into over under which their there been they them than then"
    " said also some such more most other only when what where while after before concerning regarding between report"
    " meeting update status request comments views situation"
)
_STOP = frozenset(_STOP_WORDS.split())


_DISCLOSING = frozenset({"printed-elsewhere", "field-printed-elsewhere", "title-completes", "reference-printed"})
"""Observations that stand where something is printed; their `other` is the placeholder that withholds it."""


def withheld(reading: Reading) -> dict[str, list[Any]]:
    """Rows of `withheld` and `observations` on what a document withholds."""
    notes: list[Observation] = []
    _broken(reading, notes)
    redactions = reading.record.redactions
    rows = [row for row in redactions if row.role in ("content", "page")][:_MOST] if redactions else []
    if not rows:
        return {"observations": notes}
    content = [row for row in rows if row.role == "content"]
    _sheets(reading, rows, notes)
    _code_lines(reading, content, notes)
    under_b1 = frozenset(link.redaction for link in reading.record.links if link.code == "FOIA:b1")
    around = [_around(reading, row, under_b1) for row in content]
    placeholders = [row.start for row in redactions]
    if content:
        for row in content:
            _printed_elsewhere(reading, row, placeholders, notes)
        _fields(reading, content, notes)
        _references(reading, content, notes)
        _metadata(reading, content, notes)
    return {"withheld": around, "observations": notes}


def _note(reading: Reading, start: int, end: int, what: str, *, other: tuple[int, int] | None = None,
          number: int | None = None, expected: int | None = None) -> Observation:  # fmt: skip
    text = reading.text
    if what in _DISCLOSING and other is not None:
        (start, end), other = other, (start, end)
    return Observation(
        start, end, reading.line(start), what, " ".join(text[start:end].split())[:160],
        " ".join(text[slice(*other)].split())[:160] if other else None, reading.line(other[0]) if other else None,
        number, expected,
    )  # fmt: skip


def _around(reading: Reading, row: Redaction, under_b1: frozenset[int | None]) -> Withheld:
    text = reading.text
    before, after = text[max(0, row.start - 60) : row.start], text[row.end : row.end + 60]
    begin = reading.line_start(row.start)
    lead = text[begin : row.start]
    paragraph = reading.record.layout.paragraph_of(row.start)
    apart = not lead.strip() and text[max(0, begin - 2) : begin] == "\n\n"
    if paragraph is not None and apart and row.start > paragraph.start + 1:
        paragraph = None  # a block of its own: another paragraph, of a level nobody knows
    name = _TITLE_BEFORE.search(before)
    label = lead.rstrip().upper()
    return Withheld(
        row.redaction, before, after, _residue(reading, row), name[0].strip() if name else None,
        _splits(text, begin, lead), _listed(_whole_lead(reading, begin, lead), text[row.end : line_end(text, row.end)]),
        _blank_lines(text, row.end), lead.lstrip()[:3].upper() == "REF",
        label.endswith(("CLASSIFIED BY:", "CLASSIFIED BY")), paragraph.level if paragraph else None,
        row.redaction in under_b1,
    )  # fmt: skip


def _residue(reading: Reading, row: Redaction) -> str | None:
    """Letters of a cut word directly beside a placeholder; a word that stands whole elsewhere lost its space only."""
    if row.style in ("X-OUT", "CODE", "BLOCK", "BLANK"):
        return None
    text = reading.text
    found = _FRAGMENT_BEFORE.search(text, max(0, row.start - 30), row.start)
    match = found or _FRAGMENT_AFTER.match(text, row.end, row.end + 30)
    if match is None:
        return None
    piece = match[1]
    if piece.lower() in _GRAMMAR or len(piece) > 12:
        return None
    whole = re.compile(rf"(?<![A-Za-z]){re.escape(piece)}(?![A-Za-z\[])")
    return None if any(hit.start() != match.start(1) for hit in whole.finditer(text)) else piece


def _splits(text: str, begin: int, lead: str) -> bool:
    if lead.strip() or begin < 3:
        return False
    above = text[max(0, begin - 200) : begin]
    if not above.endswith(("\n\n", "\n \n", "\r\n\r\n")):
        return False
    last = above.rstrip()
    return last[-1:].isalpha() or (last[-1:] == "," and " " in last.rpartition("\n")[2].strip())


def _whole_lead(reading: Reading, begin: int, lead: str) -> str:
    """What stands before a placeholder in its sentence, the line above included where it begins its own."""
    if lead.strip() or not begin:
        return lead
    above = reading.text[reading.line_start(begin - 1) : begin - 1].rstrip()
    return f"{above} " if above else lead


def _listed(lead: str, rest: str) -> bool:
    return bool(_LIST_ITEM.match(lead) and not _CODE_TAIL.sub("", rest).strip(" .,;\r")) or bool(
        _INLINE_LIST.search(lead) and _INLINE_NEXT.match(rest)
    )


def _blank_lines(text: str, end: int) -> int | None:
    """Blank lines that follow a placeholder which ends its line."""
    stop = line_end(text, end)
    if text[end:stop].strip():
        return None
    match = re.compile(r"\n(?:[ \t\r]*\n)*").match(text, stop)
    return max(match[0].count("\n") - 1, 0) if match else 0


def _broken(reading: Reading, notes: list[Observation]) -> None:
    """An opening bracket that nothing closes before the next one or the end of the paragraph."""
    text = reading.text
    if "[" not in text:
        return
    for match in _OPEN.finditer(text):
        stop = text.find("]", match.end(), match.end() + 200)
        again = text.find("[", match.end(), match.end() + 200)
        blank = text.find("\n\n", match.end(), match.end() + 200)
        if stop < 0 or (0 <= blank < stop) or (0 <= again < stop and text.find("]", stop + 1, stop + 100) < 0):
            notes.append(
                _note(reading, match.start(), min(match.end() + 40, line_end(text, match.end())), "open-bracket")
            )
            return


def _sheets(reading: Reading, rows: list[Redaction], notes: list[Observation]) -> None:
    """Sheets for withheld pages: their codes, and their total against the pages that are absent."""
    text, pages = reading.text, reading.by_kind.get("page", ())
    sheets = [
        (row, row.start, row.end, round(row.extent)) for row in rows
        if row.role == "page" and row.extent_unit == "page" and row.extent
    ]  # fmt: skip
    for row in rows:
        if row.role == "page" and (match := _DELETED_TOTAL.search(text, row.start, row.end + 300)):
            sheets.append((row, *match.span(), int(match[1])))
    sheets = list({start: (row, start, end, count) for row, start, end, count in sheets}.values())
    if not sheets:
        return
    numbered = {int(a): (int(b), span) for span in pages
                for a, _, b in [span.value.partition("/")] if a.isdecimal() and b.isdecimal()}  # fmt: skip
    total, (_, start, end, _) = sum(count for *_, count in sheets), sheets[0]
    if numbered and len({of for of, _ in numbered.values()}) == 1:
        of, last = next(reversed(numbered.values()))
        absent = of - len(numbered)
        if absent > 0 and absent != total:
            other = (last.start, last.end)
            notes.append(_note(reading, start, end, "sheet-count", number=total, expected=absent, other=other))
    begins = sorted([*(start for _, start, _, _ in sheets), *(span.start for span in pages), len(text)])
    for row, start, end, count in sheets:
        if row.style == "NOT DECLASSIFIED" or row.justified:
            continue  # a published bracket states nature and extent, no code
        stop = min(begins[bisect_right(begins, start)], end + _SHEET_SPACE)
        lead = reading.line_start(start)
        codes = any(lead <= span.start < stop for span in reading.by_kind.get("exemption", ()))
        if not codes and not _is_elsewhere(text, start, stop):
            notes.append(_note(reading, start, end, "sheet-without-code", number=count))


def _is_elsewhere(text: str, start: int, stop: int) -> bool:
    """Whether a sheet says that its pages were referred or are duplicates: in its own sentence or a ticked box; the
    form prints all statements, ticked or not."""
    own = text[start:stop].partition("\n\n")[0].partition(". ")[0]
    ticked = (match[0] for match in _TICKED.finditer(text, start, stop))
    listed = (match[1] for match in _LISTED_PAGE.finditer(text, start, stop))
    return any(_OTHER_GROUND.search(words) for words in (own, *ticked, *listed))


def _code_lines(reading: Reading, rows: list[Redaction], notes: list[Observation]) -> None:
    """Paragraphs whose lines of nothing but one code differ in number from the excisions in them."""
    layout, document = reading.record.layout, reading.document
    bases = {link.redaction: link.basis for link in reading.record.links if link.redaction is not None}
    inside: dict[int, list[Redaction]] = {}
    for row in rows:
        if row.portion is not None:
            inside.setdefault(row.portion, []).append(row)
    for portion, some in inside.items():
        if any(bases.get(row.redaction) in ("in-place", "same-line") for row in some) or len(some) < 2:
            continue
        paragraph = layout.paragraphs[portion - 1]
        first, last = document.line_index(some[0].start), document.line_index(max(paragraph.end - 1, paragraph.start))
        codes: list[Span] = []
        single = True
        for line in range(first, last + 1):
            if layout.furniture.get(line) == "code":
                start, end = document.line_bounds(line)
                here = [s for s in reading.by_kind.get("exemption", ()) if start <= s.start < end]
                single &= len(here) == 1
                codes.extend(here)
        if codes and single and len(codes) != len(some):
            notes.append(
                _note(
                    reading,
                    codes[0].start,
                    codes[0].end,
                    "code-lines",
                    number=len(codes),
                    expected=len(some),
                    other=(some[0].start, some[0].end),
                )
            )


def _printed_elsewhere(reading: Reading, row: Redaction, placeholders: list[int], notes: list[Observation]) -> None:
    """A passage withheld here and printed there: the same words before and after, or the same apposition."""
    text = reading.text
    before, after = text[max(0, row.start - 26) : row.start], text[row.end : row.end + 22]
    if len(before) == 26 and len(after) >= 12 and len(set(before + after)) > 9 and "\n\n" not in before + after:
        at, tries = text.find(before), 0
        while at >= 0 and tries < _MOST:
            tries += 1
            begin = at + len(before)
            if begin != row.start:
                stop = text.find(after, begin, begin + 90)
                if stop > begin:
                    inner = text[begin:stop].strip()
                    index = bisect_right(placeholders, begin)
                    held = any(begin <= p < stop for p in placeholders[max(0, index - 1) : index + 2])
                    if not held and len(inner) > 2 and any(char.isalpha() for char in inner):
                        notes.append(_note(reading, row.start, row.end, "printed-elsewhere", other=(begin, stop)))
                        return
            at = text.find(before, at + 1)
    codes = _CODES_BESIDE.match(text, row.end, row.end + 40)
    at = codes.end() if codes else row.end
    lead = _BEFORE_NAME.search(text, max(0, row.start - 60), row.start)
    if lead is not None and lead[1].split()[-1].lower() not in _TIMES and text[at : at + 1] in (",", ".", ";", ")"):
        words = lead[1].split()
        phrase = r"\s+".join(map(re.escape, words))
        hit = re.search(rf"\b(?i:{phrase})\s*,\s+({_NAME})(?=[,.;)])", text) if len(words) > 2 else None
        if hit is not None:
            notes.append(_note(reading, row.start, row.end, "printed-elsewhere", other=hit.span(1)))
            return
    match = _APPOSITIVE.match(text, at, at + 70)
    if match is None:
        return
    phrase = match[1]
    if len(phrase.split()) < 2:
        return
    pattern = re.compile(rf"({_NAME})\s*,\s+{re.escape(phrase)}(?![a-z])")
    hit = pattern.search(text)
    if hit is not None:
        notes.append(_note(reading, row.start, row.end, "printed-elsewhere", other=hit.span(1)))


def _fields(reading: Reading, rows: list[Redaction], notes: list[Observation]) -> None:
    """A header field withheld in one section of a telegram and printed in another."""
    if not any(_may_be_field(reading, row) for row in rows):
        return
    starts = {row.start: row for row in rows}
    held: dict[str, Redaction] = {}
    printed: dict[str, tuple[int, int]] = {}
    # With a line feed before the text every line begins behind one, which is quick to search for.
    for match in _FIELDS.finditer("\n" + reading.text[: reading.record.layout.end]):
        label, at = match[1], match.end() - 1
        if at in starts:
            held.setdefault(label, starts[at])
        else:
            stop = line_end(reading.text, at)
            if reading.text[at:stop].strip() and not any(at <= s < stop for s in starts):
                printed.setdefault(label, (at, stop))
    for label, row in held.items():
        if label in printed:
            notes.append(_note(reading, row.start, row.end, "field-printed-elsewhere", other=printed[label]))


def _may_be_field(reading: Reading, row: Redaction) -> bool:
    """Whether nothing but a label stands before a placeholder in its line; one in a huge line may be a field."""
    begin = reading.document.starts[reading.line(row.start) - 1]
    return row.start - begin > _LONGEST_LEAD or bool(_FIELD_LEAD.fullmatch(reading.text, begin, row.start))


def _references(reading: Reading, rows: list[Redaction], notes: list[Observation]) -> None:
    """A reference withheld in the reference line whose number the text prints."""
    text = reading.text
    if _REFERENCE not in reading.places:
        return
    at = reading.places[_REFERENCE][0]
    stop = text.find("\n\n", at + 1)
    stop = stop if stop >= 0 else line_end(text, at + 1)
    row = next((row for row in rows if at < row.start < stop), None)
    if row is None:
        return
    listed = {match[2].lstrip("0") for match in _CITED.finditer(text, at, stop)}
    own = reading.facts["identifier"] or ""
    for match in _CITED.finditer(text, stop, reading.record.layout.end):
        number = match[2].lstrip("0")
        line = text[reading.line_start(match.start()) : match.start()]
        if number in listed or number in own or "PAGE" in line or "SECTION" in line or match[1].split()[0] in _NO_POSTS:
            continue
        notes.append(_note(reading, row.start, row.end, "reference-printed", other=match.span()))
        return


_NO_POST_WORDS = """
TAGS DOLS PAGE SECTION PARA PARAGRAPH ROOM PRIORITY ROUTINE IMMEDIATE ARTICLE RESOLUTION NOVEMBER DECEMBER
JANUARY FEBRUARY MARCH APRIL JUNE JULY AUGUST SEPTEMBER OCTOBER DECL USAID DECREE ABOUT APPROXIMATELY OVER
SOME NEARLY ONLY WITH THAN FROM LAW FLASH
"""
_NO_POSTS = frozenset(_NO_POST_WORDS.split())


def _metadata(reading: Reading, rows: list[Redaction], notes: list[Observation]) -> None:
    """A subject or title that completes a phrase which the body leaves open at a placeholder."""
    text = reading.text
    title = reading.facts["title"]
    if not title:
        return
    words = [word.lower() for word in _WORDS.findall(title)]
    if len(words) < 3:
        return
    at = text.find(title[:20])
    end = text.find("\n\n", at) if at >= 0 else -1
    body: str | None = None
    where = (at, line_end(text, at)) if at >= 0 else (0, line_end(text, 0))
    for row in rows:
        if at <= row.start < (end if end >= 0 else at):
            continue
        after = [word.lower() for word in _WORDS.findall(text[row.end : row.end + 40].split("\n\n")[0])[:2]]
        before = [word.lower() for word in _WORDS.findall(text[max(0, row.start - 50) : row.start])[-3:]]
        told = _completed(words, before, after)
        if not told:
            continue
        if body is None:
            body = text[end if end >= 0 else 0 : reading.record.layout.end].lower()
        if all(word not in body for word in told):
            notes.append(_note(reading, row.start, row.end, "title-completes", other=where))
            return


def _completed(words: list[str], before: list[str], after: list[str]) -> list[str]:
    """Words of a title that stand where the placeholder does; empty where the title says nothing of it."""
    size = len(words)
    if len(after) == 2 and all(len(word) > 2 and word not in _STOP for word in after):
        for index in range(size - 1):
            if words[index : index + 2] == after:
                rest = words[:index] + words[index + 2 :]
                return [word for word in rest if len(word) > 3 and word not in _STOP]
    if len(before) == 3 and sum(len(word) > 3 and word not in _STOP for word in before) >= 2:
        for index in range(size - 3):
            if words[index : index + 3] == before:
                return [word for word in words[index + 3 : index + 4] if len(word) > 3 and word not in _STOP]
    return []
