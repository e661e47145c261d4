"""Structure and completeness of one document: sections, pages, header fields, end of message, what its text repeats."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from redact.check_reading import edit_distance, line_end, line_start
from redact.check_rows import Extra, Observation, Page, Section
from redact.layout import mark_level
from redact.span import Span

if TYPE_CHECKING:
    from redact.check_reading import Reading

_PAGE_TAIL = re.compile(
    r"[ \t*.,'_•-]+([A-Z][A-Z .]{1,24}?)[ \t]+(\d{3,6})"
    r"(?:[ \t]+(\d{1,2})[ \t]+OF[ \t]+(\d{1,2}))?(?:[ \t]+(\d{6})Z)?"
)
_SECTION_TAIL = re.compile(r"[ \t]+([A-Z][A-Z .]{1,24}?)[ \t]+(\d{3,6})\b")
_SERIAL = re.compile(
    r"\n[ \t]*TO[ \t]+([A-Z][A-Z .]+?)[ \t]+"
    r"(?:PRIORITY|IMMEDIATE|ROUTINE|FLASH|NIACT IMMEDIATE)[ \t]+(\d{1,4})[ \t\r]*(?=\n)"
)
_NOT_MARK = re.compile(r"[ \t]*\(([A-Z][A-Z0-9/ .-]{0,9})\)")
_DOUBLE = re.compile(r"(?:TS|[SCUR])(?:/{1,2}|,| )(?:TS|[SCUR])")
_FOREIGN = re.compile(r"[A-Z]{3,4} ?(?:TS|S|C|R)")
_NEAR_MARK = re.compile(r"(?:TS|[CSUR])[0-9|!]|[CSU]{2}|(?:TS|[CSU])[.,;:/][A-Z0-9]?|5|0|SB[0VW]|L0U|[€£$]")
_HEADING_LEVEL = re.compile(r"[ \t]*(TOP SECRET|SECRET|CONFIDENTIAL|UNCLASSIFIED)[ \t]*[:\-–](?!\w)")
_FIELD_LABELS = ("FM ", "TO ", "E.O.", "TAGS", "SUBJ")
_SUBJECT = re.compile(r"SUBJ(?:ECT)?[ \t]*:[ \t]*([^\n]*)")
_SUBJECT_MARK = re.compile(r"\((TS|S|C|S//[A-Z/ ]+|C//[A-Z/ ]+|TS//[A-Z/ ]+)\)")
_TAGS = re.compile(r"TAGS[ \t]*:[ \t]*([^\n]*(?:\n(?![ \t]*(?:SUBJ|REF|E\.O|\n))[A-Z, ()]{2,60}(?=\n))?)")
_TAG = re.compile(r"[A-Z]{2,6}$")
_PROSE_LEVEL = re.compile(r"[a-z,] +(secret|confidential|top secret|restricted(?! +data)|Secret|Confidential) +(?:[a-z]{2,})")
_CAPITAL_PROSE = re.compile(
    r"(?:WAS|IS|ARE|WERE|BE|REMAIN(?:ED|S)?|KEPT|STRICTLY|HIGHLY|VERY|IN|A|THE|THIS|HIS|THEIR|SEVERAL|OF)[ ]+"
    r"(SECRET|CONFIDENTIAL|TOP SECRET)[ ]+(?:AND|OR|BUT|UNTIL|FROM|NOT|BALLOT|SOURCES?|MEETINGS?|TALKS|PLAN|AGREEMENT|"
    r"POLICE|SERVICE|CONVERSATION|BASIS|REPORT|CONTACTS?|FOR|BY|TO|IF|SO|AS|WHILE|LETTER|PROTOCOL|NEGOTIATIONS?)\b"
)
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


def structure(reading: Reading, extra: Extra) -> dict[str, list[Any]]:
    """Rows of `sections`, `pages` and `observations` on the structure of a document."""
    rows: dict[str, list[Any]] = {}
    notes: list[Observation] = []
    if reading.by_kind.get("page"):
        rows["pages"] = _pages(reading, extra)
    if reading.by_kind.get("section"):
        rows["sections"] = _sections(reading)
    _page_levels(reading, notes)
    _paragraph_heads(reading, notes)
    if reading.facts["document_type"] in ("telegram", "memorandum"):
        _header(reading, extra, notes)
    if reading.facts["document_type"] == "telegram":
        _ending(reading, notes)
    _prose(reading, notes)
    rows["observations"] = notes
    return rows


def _note(reading: Reading, start: int, end: int, what: str, *, other: str | None = None, other_line: int | None = None,
          number: int | None = None, expected: int | None = None) -> Observation:  # fmt: skip
    text = " ".join(reading.text[start:end].split())[:160]
    return Observation(start, end, reading.line(start), what, text, other, other_line, number, expected)


def _pages(reading: Reading, extra: Extra) -> list[Page]:
    text = reading.text
    headers: list[tuple[str, str, int]] = []
    for span in reading.by_kind.get("section", ()):
        if not _is_page_line(text, span.start) and (match := _SECTION_TAIL.match(text, span.end, span.end + 40)):
            headers.append((f"{match[1]} {match[2]}", match[2].lstrip("0"), reading.line(span.start)))
    header_of = {number: (post, number, line) for post, number, line in reversed(headers)}
    read: list[tuple[Span, int, int | None, str | None, str, str | None, str | None]] = []
    for span in reading.by_kind.get("page", ()):
        printed, _, total = span.value.partition("/")
        written = text[span.start : span.end]
        if not printed.isdecimal() or "N" in written.upper().replace("PAGE", ""):
            continue  # PAGE NO. counts the pages of a review set, not of the record
        match = _PAGE_TAIL.match(text, span.end, min(line_end(text, span.end), span.end + 60))
        number = match[2].lstrip("0") if match else None
        section = f"{int(match[3])}/{int(match[4])}" if match and match[3] else None
        series = f"{'of' + total if total else 'page'}:{number or ''}:{section or ''}"
        if match is None and not total and (extra.is_scan or not (written.isupper() and written[-2:].isdigit())):
            series = ""
        post = f"{match[1]} {match[2]}" if match else None
        read.append((span, int(printed), int(total) if total.isdecimal() else None, section, series, post, number))
    if headers and any(number and number not in header_of for *_, number in read):
        # A telegram of one section has no SECTION in its level line.
        for span in reading.by_kind.get("banner", ()):
            if match := _SECTION_TAIL.match(text, span.end, span.end + 40):
                number = match[2].lstrip("0")
                header_of.setdefault(number, (f"{match[1]} {match[2]}", number, reading.line(span.start)))
    withheld = any(row.role == "page" for row in reading.record.redactions)
    present: dict[str, list[int]] = {}
    for _, page, _, _, series, _, _ in read:
        present.setdefault(series, []).append(page)
    everywhere = sorted({page for _, page, total, *_ in read if total is None})
    distinct = {series: sorted(set(pages)) for series, pages in present.items()}
    rows: list[Page] = []
    last: dict[str, tuple[int, int]] = {}
    for span, page, of_pages, section, series, post, number in read:
        line = reading.line(span.start)
        here = everywhere if extra.is_scan else distinct[series]  # damaged markers lose their post and number
        before = last.get(series) if series else None
        if before is not None and (extra.is_scan or len(here) < len(present[series])):
            # A text layer that holds pages twice is out of order anyhow; only a page that is nowhere counts.
            index = bisect_left(here, page)
            lower = here[index - 1] if index else None
            in_step = not extra.is_scan or before[0] == lower  # a misread digit is out of step
            before = (lower, before[1]) if lower is not None and in_step else None
        header = header_of.get(number or "") or (headers[0] if headers else None)
        rows.append(Page(
            span.start, span.end, line, text[span.start : span.end], page,
            before[0] if before else None, before[1] if before else None, section, post,
            header[0] if header else None, header[2] if header else None,
            number is None or not headers or number in header_of, of_pages, withheld,
            extra.has_footer and bool(number and header) and edit_distance(number or "", header[1] if header else "") < 2,
        ))  # fmt: skip
        last[series] = (page, line)
    return rows


def _is_page_line(text: str, at: int) -> bool:
    return text[line_start(text, at) : at].lstrip().startswith("PAGE")


def _sections(reading: Reading) -> list[Section]:
    text, spans = reading.text, reading.by_kind["section"]
    read = [
        (int(a), int(b), s) for s in spans for a, _, b in [s.value.partition("/")] if a.isdecimal() and b.isdecimal()
    ]
    if not read:
        return []
    totals = Counter(total for _, total, _ in read)
    total = totals.most_common(1)[0][0]
    odd = next((item for item in read if item[1] != total), None)
    if odd is not None and _is_other_telegram(text, odd[2], [item[2] for item in read if item[1] == total]):
        read = [item for item in read if item[1] == total]
        totals, odd = Counter([total]), None
    seen = sorted({number for number, of, _ in read if of == total})
    missing = [number for number in range(1, total + 1) if number not in seen] if total <= 60 else []
    times: dict[int, str] = {}
    lines: dict[int, int] = {}
    for number, _, span in read:
        if _is_page_line(text, span.start) and (found := re.match(r"[ \t]+(\d{6})Z", text[span.end : span.end + 12])):
            times.setdefault(number, found[1])
            lines.setdefault(number, reading.line(span.start))
    late: tuple[str | None, str | None, int | None] = (None, None, None)
    ordered = sorted(times)
    for first, second in pairwise(ordered):
        if _minutes(times[second]) < _minutes(times[first]):
            late = (times[first], times[second], lines[second])
            break
    serial: tuple[int | None, int | None, int | None] = (None, None, None)
    if len(seen) > 1 and not missing:
        heads = [(s.start, m[2].lstrip("0")) for s in spans if not _is_page_line(text, s.start)
                 and (m := _SECTION_TAIL.match(text, s.end, s.end + 40))]  # fmt: skip
        found_serials = [
            ((m[1], next((number for at, number in heads if at > m.start()), "")), int(m[2]), m.start() + 1)
            for m in _SERIAL.finditer(text)
        ]
        for (series, a, _), (other, b, at) in pairwise(found_serials):
            if series == other and b != a + 1 and b != a:
                serial = (a, b, reading.line(at))
                break
    anchor = odd[2] if odd else read[0][2]
    first_of_total = next(item for item in read if item[1] == total)[2]
    return [Section(
        anchor.start, anchor.end, reading.line(anchor.start), total, len(seen), seen, missing, len(totals),
        odd[1] if odd else None, reading.line(first_of_total.start) if odd else None, *late, *serial,
        "RETRANSMI" in text.upper(),
    )]  # fmt: skip


def _is_other_telegram(text: str, odd: Span, spans: Sequence[Span]) -> bool:
    """Whether a section line with another total names another message number."""
    here = _SECTION_TAIL.match(text, odd.end, odd.end + 40)
    there = {m[2].lstrip("0") for s in spans if (m := _SECTION_TAIL.match(text, s.end, s.end + 40))}
    return here is not None and bool(there) and here[2].lstrip("0") not in there


def _minutes(group: str) -> int:
    return (int(group[:2]) * 24 + int(group[2:4])) * 60 + int(group[4:6])


def _page_levels(reading: Reading, notes: list[Observation]) -> None:
    """Head against foot of each page, and interior pages below their own portions; only where pages are fed."""
    text = reading.text
    banners = [s for s in reading.by_kind.get("banner", ()) if s.value.partition("//")[0] in _LEVEL_RANK]
    if "\f" not in text or len(banners) < 2:
        return
    pages = [0, *(match.end() for match in re.finditer("\f", text)), len(text) + 1]
    top = max(_LEVEL_RANK[s.value.partition("//")[0]] for s in banners)
    for start, stop in pairwise(pages):
        some = [s for s in banners if start <= s.start < stop]
        if not some:
            continue
        body = text[start : stop - 1]
        lead = start + len(body) - len(body.lstrip())
        tail = start + len(body.rstrip())
        head = next((s for s in some if text.count("\n", lead, s.start) <= 1), None)
        foot = next((s for s in reversed(some) if text.count("\n", s.end, tail) <= 1), None)
        if head is None or foot is None or head is foot:
            continue
        a, b = head.value.partition("//")[0], foot.value.partition("//")[0]
        clean = all(text[s.start : s.end].startswith(s.value.partition("//")[0]) for s in (head, foot))
        copies = any("Department of S" in text[s.end : s.end + 190] for s in (head, foot))
        if a != b and clean and not copies:
            notes.append(
                _note(reading, foot.start, foot.end, "page-head-foot", other=a, other_line=reading.line(head.start))
            )
        marks = [s for s in reading.by_kind.get("portion", ()) if start <= s.start < stop]
        if marks and _LEVEL_RANK[a] < top:
            above = next((s for s in marks if _LEVEL_RANK.get(mark_level(s.value) or "", 0) > _LEVEL_RANK[a]), None)
            if above is not None and start > 0:
                notes.append(_note(reading, head.start, head.end, "page-below-portion", other=above.value,
                                   other_line=reading.line(above.start)))  # fmt: skip


_LEVEL_RANK = {"UNCLASSIFIED": 0, "RESTRICTED": 1, "CONFIDENTIAL": 2, "SECRET": 3, "TOP SECRET": 4}


def _paragraph_heads(reading: Reading, notes: list[Observation]) -> None:
    """What stands where a portion mark belongs and is none, and levels that contradict the mark."""
    text = reading.text
    marks = {span.start for span in reading.by_kind.get("portion", ())}
    for span in reading.by_kind.get("portion", ()):
        match = _HEADING_LEVEL.match(text, span.end, span.end + 24)
        level = mark_level(span.value)
        if match and level is not None and match[1] != level:
            notes.append(_note(reading, span.start, match.end(1), "heading-level", other=match[1]))
        inner = text[span.start + 1 : span.end - 1].strip() if span.end - span.start <= 9 else ""
        if inner and _DOUBLE.fullmatch(inner.replace(" ", "")):
            notes.append(_note(reading, span.start, span.end, "double-level"))
        elif inner and not inner.startswith("/") and _FOREIGN.fullmatch(inner):
            notes.append(_note(reading, span.start, span.end, "foreign-without-slashes"))
    if not marks:
        return
    for paragraph in reading.record.portions:
        if paragraph.number is None or paragraph.mark is not None:
            continue
        at = paragraph.start
        number = re.compile(r"[ \t\n(]*" + re.escape(paragraph.number) + r"[.)]+").match(text, at, at + 24)
        match = _NOT_MARK.match(text, number.end(), number.end() + 16) if number else None
        if match is None:
            continue
        inner = match[1]
        start, end = match.start(1) - 1, match.end(1) + 1
        if _DOUBLE.fullmatch(inner):
            notes.append(_note(reading, start, end, "double-level"))
        elif _FOREIGN.fullmatch(inner):
            notes.append(_note(reading, start, end, "foreign-without-slashes"))
        elif _NEAR_MARK.fullmatch(inner):
            notes.append(_note(reading, start, end, "unknown-mark"))


def _header(reading: Reading, extra: Extra, notes: list[Observation]) -> None:
    text = reading.text
    end = reading.record.layout.end
    subjects = list(_at_line_starts(text, "SUBJ", _SUBJECT, end))
    limit = min(end, 6000)
    telegram = reading.facts["document_type"] == "telegram"
    tags = list(_at_line_starts(text, "TAGS", _TAGS, end))[:1]
    order_at = text.find("E.O.", 0, limit)
    head = text[:limit]
    has_subject = bool(subjects) or "SUBJ" in text[:end] or any(word in head for word in ("Subject", "SUB J", "Re:"))
    if not has_subject and (order_at >= 0 or not telegram):
        at = order_at if order_at >= 0 else max(0, len(text) - len(text.lstrip()))
        notes.append(_note(reading, at, min(line_end(text, at), at + 120), "no-subject"))
    if telegram and not tags and "TAGS" not in text.upper()[:limit] and order_at >= 0:
        notes.append(_note(reading, order_at, min(line_end(text, order_at), order_at + 60), "no-tags"))
    if tags:
        _tags(reading, tags[0], notes)
    for match in subjects[:1]:
        _subject_mark(reading, match, notes)
    if telegram and len(subjects) > 1:
        _subjects(reading, subjects, notes)
        if extra.collection != "aad":
            _double_header(reading, subjects, notes)
    if telegram:
        _field_order(reading, limit, notes)


def _at_line_starts(text: str, word: str, pattern: re.Pattern[str], end: int) -> Iterator[re.Match[str]]:
    """Matches of a labelled line whose label begins with that word."""
    at = text.find(word, 0, end)
    while at >= 0:
        if not text[line_start(text, at) : at].strip() and (match := pattern.match(text, at, end)):
            yield match
        at = text.find(word, at + len(word), end)


def _subject_mark(reading: Reading, match: re.Match[str], notes: list[Observation]) -> None:
    line = match[1]
    found = _SUBJECT_MARK.match(line) or _SUBJECT_MARK.search(line, max(0, len(line.rstrip()) - 12))
    if found is None:
        return
    start = match.start(1) + found.start()
    notes.append(
        _note(reading, start, start + len(found[0]), "subject-mark", other=mark_level(found[1].replace(" ", "")))
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
            notes.append(_note(reading, match.start(1), match.end(1), "subject-shorter", other=first[:160],
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
        level_line = " ".join(text[line_start(text, banner.start) : line_end(text, banner.end)].split())
        if not any(char.isdigit() for char in level_line):
            continue
        key = (level_line, subject)
        if key in heads:
            begin = line_start(text, banner.start)
            notes.append(_note(reading, begin, line_end(text, banner.end), "header-twice", other=subject[:120],
                               other_line=heads[key]))  # fmt: skip
            return
        heads[key] = reading.line(banner.start)


def _field_order(reading: Reading, limit: int, notes: list[Observation]) -> None:
    text = reading.text
    first: dict[str, int] = {}
    for label in _FIELD_LABELS:
        at = text.find("\n" + label, 0, limit)
        if at >= 0:
            first[label] = at + 1
    if "FM " not in first:
        return
    for label in ("TAGS", "SUBJ", "E.O."):
        if label in first and first[label] < first["FM "] and "PAGE" not in text[first[label] : first["FM "]]:
            at = first[label]
            notes.append(_note(reading, at, min(line_end(text, at), at + 80), "field-before-from", other="FM",
                               other_line=reading.line(first["FM "])))  # fmt: skip
            return


def _tags(reading: Reading, match: re.Match[str], notes: list[Observation]) -> None:
    words = re.sub(r"\([^)]*\)", " ", match[1])
    for word in re.findall(r"[A-Z0-9]+", words):
        if _is_bad_tag(word):
            at = reading.text.find(word, match.start(1))
            notes.append(_note(reading, at, at + len(word), "bad-tag"))


def _is_bad_tag(word: str) -> bool:
    if word in _KNOWN_TAGS or len(word) <= 3 or (word[0] == "K" and len(word) == 4):
        return False
    if any(char.isdigit() for char in word):
        return True
    near = any(_one_edit(word, known) for known in _KNOWN_TAGS if len(known) >= 4)
    return near and len(word) in (4, 5)


def _one_edit(left: str, right: str) -> bool:
    if abs(len(left) - len(right)) > 1 or left == right:
        return False
    if len(left) == len(right):
        return sum(a != b for a, b in zip(left, right, strict=True)) == 1
    long, short = (left, right) if len(left) > len(right) else (right, left)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


_NEXT_MESSAGE = re.compile(
    r"\n[ \t]*(?:PAGE[ ]|FM[ ]|TO[ ]|[OPRZ] \d{6}Z)|SECTION \d|UNITED STATES DEPARTMENT|Message Attributes|RELEASE"
)
_NO_NAME = ("[", "n/a", "UNCLAS", "PAGE", "SECRET", "CONFID", "##")


def _ending(reading: Reading, notes: list[Observation]) -> None:
    """End of message: what follows it, and whether a name closes the text."""
    text, layout = reading.text, reading.record.layout
    ends = [m.start() + 1 for m in re.finditer(r"\nNNNN[ \t\r]*(?=\n|$)", text[: layout.end])] if "NNNN" in text else []
    for index, at in enumerate(ends):
        stop = ends[index + 1] if index + 1 < len(ends) else layout.end
        after = text[at + 4 : min(stop, at + 1600)]
        body = " ".join(after.split())
        if len(body) > 240 and not _NEXT_MESSAGE.search(after):
            notes.append(_note(reading, at, at + 4, "text-after-end"))
            break
    if not ends and "##" not in text[-600:]:
        return
    last = ends[-1] if ends else text.rfind("##")
    lines = [line.strip() for line in text[max(0, last - 900) : last].split("\n") if line.strip()]
    lines = [line for line in lines if not line.startswith(_NO_NAME) and line.upper() != "SIPDIS"]
    unsigned = bool(lines) and lines[-1].endswith(".") and len(lines[-1]) > 24
    if unsigned and ends and "##" not in text[last - 60 : last]:
        end = last - 1
        notes.append(_note(reading, max(0, text.rfind(lines[-1], 0, last)), end, "no-signature"))


def _prose(reading: Reading, notes: list[Observation]) -> None:
    """Level words inside sentences: they are no markings."""
    text, end = reading.text, reading.record.layout.end
    if reading.facts["document_type"] == "withdrawal-sheet":
        return  # its legend speaks of confidential advice and the like
    found = list(_PROSE_LEVEL.finditer(text, 0, end)) if any(word in text for word in _PROSE_WORDS) else []
    if " SECRET " in text or " CONFIDENTIAL " in text:
        found.extend(_CAPITAL_PROSE.finditer(text, 0, end))
    if found:
        match = min(found, key=lambda hit: hit.start(1))
        notes.append(_note(reading, match.start(1), match.end(1), "level-in-prose", number=len(found)))


_PROSE_WORDS = (" secret ", "onfidential ", " restricted ", " Secret ")
