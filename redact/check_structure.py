"""Structure and completeness of one document: sections, pages, header fields, end of message, what its text repeats."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from redact.check_header import header_notes, note
from redact.check_reading import edit_distance, line_end, portion_level
from redact.check_rows import Extra, Observation, Page, Section
from redact.span import Span

if TYPE_CHECKING:
    from redact.check_reading import Reading

_PAGE_TAIL = re.compile(
    r"[ \t*.,'_•-]+([A-Z][A-Z .]{1,24}?)[ \t]+(\d{3,6})"
    r"(?:[ \t]+(\d{1,2})[ \t]+OF[ \t]+(\d{1,2}))?(?:[ \t]+(\d{6})Z)?"
)
_SECTION_TAIL = re.compile(r"[ \t]+([A-Z][A-Z .]{1,24}?)[ \t]+(\d{3,6})\b")
_TIME = re.compile(r"[ \t]+(\d{6})Z")
_SERIAL = re.compile(
    r"\n[ \t]*TO[ \t]+([A-Z][A-Z .]+?)[ \t]+"
    r"(?:PRIORITY|IMMEDIATE|ROUTINE|FLASH|NIACT IMMEDIATE)[ \t]+(\d{1,4})[ \t\r]*(?=\n)"
)
_NOT_MARK = re.compile(r"[ \t]*\(([A-Z][A-Z0-9/ .-]{0,9})\)")
_DOUBLE = re.compile(r"(?:TS|[SCUR])(?:/{1,2}|,| )(?:TS|[SCUR])")
_FOREIGN = re.compile(r"[A-Z]{3,4} ?(?:TS|S|C|R)")
_NEAR_MARK = re.compile(r"(?:TS|[CSUR])[0-9|!]|[CSU]{2}|(?:TS|[CSU])[.,;:/][A-Z0-9]?|5|0|SB[0VW]|L0U|[€£$]")
_HEADING_LEVEL = re.compile(r"[ \t]*(TOP SECRET|SECRET|CONFIDENTIAL|UNCLASSIFIED)[ \t]*[:\-–](?!\w)")
_PROSE_WORDS = ("ecret", "onfidential", "estricted")
"""Words without their first letter, which may be a capital."""
_CAPITAL_WORDS = ("ECRET", "ONFIDENTIAL")
_LAST_LINE = "\nNNNN"
_PRECEDENCES = ("PRIORITY", "IMMEDIATE", "ROUTINE", "FLASH")
_OF_RETRANSMISSION = ("SMI", "SMi", "SmI", "Smi", "sMI", "sMi", "smI", "smi")
"""Letters of `RETRANSMI` that are rare in other words, in any case."""
_BEFORE_THESE = len("RETRAN")
WORDS = (*_PROSE_WORDS, *_CAPITAL_WORDS, *_PRECEDENCES, *_OF_RETRANSMISSION, _LAST_LINE)
"""Words looked for in `Reading.places` here."""
_WORDS_BEFORE = frozenset(
    "WAS IS ARE WERE BE REMAIN REMAINS REMAINED KEPT STRICTLY HIGHLY VERY IN A THE THIS HIS THEIR SEVERAL OF".split()
)
_WORDS_AFTER = frozenset(
    "AND OR BUT UNTIL FROM NOT BALLOT SOURCE SOURCES MEETING MEETINGS TALKS PLAN AGREEMENT POLICE SERVICE CONVERSATION "
    "BASIS REPORT CONTACT CONTACTS FOR BY TO IF SO AS WHILE LETTER PROTOCOL NEGOTIATION NEGOTIATIONS".split()
)


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
        header_notes(reading, extra, notes)
    if reading.facts["document_type"] == "telegram":
        _ending(reading, notes)
    _prose(reading, notes)
    rows["observations"] = notes
    return rows


def _pages(reading: Reading, extra: Extra) -> list[Page]:
    text = reading.text
    headers: list[tuple[str, str, int]] = []
    for span in reading.by_kind.get("section", ()):
        if not _is_page_line(reading, span.start) and (match := _SECTION_TAIL.match(text, span.end, span.end + 40)):
            headers.append((f"{match[1]} {match[2]}", match[2].lstrip("0"), reading.line(span.start)))
    header_of = {number: (post, number, line) for post, number, line in reversed(headers)}
    read: list[tuple[Span, int, int | None, str | None, str, str | None, str | None]] = []
    for span in reading.by_kind.get("page", ()):
        printed, _, total = span.value.partition("/")
        written = text[span.start : span.end]
        if not printed.isdecimal() or "N" in written.upper().replace("PAGE", ""):
            continue  # PAGE NO. counts the pages of a review set, not of the record
        match = _PAGE_TAIL.match(text, span.end, span.end + 60)
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
            _is_misread(number, header[1] if header else None) if extra.has_footer else False,
        ))  # fmt: skip
        last[series] = (page, line)
    return rows


def _is_misread(number: str | None, other: str | None) -> bool:
    return bool(number and other) and edit_distance(number or "", other or "") < 2


def _is_page_line(reading: Reading, at: int) -> bool:
    return reading.text[reading.line_start(at) : at].lstrip().startswith("PAGE")


def _sections(reading: Reading) -> list[Section]:
    text, spans = reading.text, reading.by_kind["section"]
    read = [
        (int(a), int(b), s) for s in spans for a, _, b in [s.value.partition("/")] if a.isdecimal() and b.isdecimal()
    ]
    if not read:
        return []
    totals: Collection[int] = dict.fromkeys([of for _, of, _ in read])
    total = read[0][1]
    odd = None
    if len(totals) > 1:
        total = Counter([of for _, of, _ in read]).most_common(1)[0][0]
        odd = next(item for item in read if item[1] != total)
    if odd is not None and _is_other_telegram(text, odd[2], [item[2] for item in read if item[1] == total]):
        read = [item for item in read if item[1] == total]
        totals, odd = [total], None
    seen = sorted({number for number, of, _ in read if of == total})
    missing = [number for number in range(1, total + 1) if number not in seen] if total <= 60 else []
    times: dict[int, str] = {}
    lines: dict[int, int] = {}
    on_page_line = {span.start for span in spans if _is_page_line(reading, span.start)}
    for number, _, span in read:
        if span.start in on_page_line and (found := _TIME.match(text, span.end, span.end + 12)):
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
        heads = [(s.start, m[2].lstrip("0")) for s in spans if s.start not in on_page_line
                 and (m := _SECTION_TAIL.match(text, s.end, s.end + 40))]  # fmt: skip
        found_serials = [
            ((m[1], next((number for at, number in heads if at > m.start()), "")), int(m[2]), m.start() + 1)
            for m in _serials(reading)
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
        _is_retransmission(reading),
    )]  # fmt: skip


def _serials(reading: Reading) -> Iterator[re.Match[str]]:
    """Lines of addressees with a precedence and a serial number."""
    text, places, starts = reading.text, reading.places, reading.document.starts
    lines = {bisect_right(starts, at) - 1 for word in _PRECEDENCES for at in places.get(word, ())}
    for line in sorted(lines):
        if line and (match := _SERIAL.match(text, starts[line] - 1)):
            yield match


def _is_retransmission(reading: Reading) -> bool:
    """Whether `RETRANSMI` stands in a text in any case."""
    text, places = reading.text, reading.places
    for word in _OF_RETRANSMISSION:
        for at in places.get(word, ()):
            if at >= _BEFORE_THESE and text[at - _BEFORE_THESE : at].upper() == "RETRAN":
                return True
    return ("ı" in text or "ſ" in text) and "RETRANSMI" in text.upper()


def _is_other_telegram(text: str, odd: Span, spans: Sequence[Span]) -> bool:
    """Whether a section line with another total names another message number."""
    here = _SECTION_TAIL.match(text, odd.end, odd.end + 40)
    there = {m[2].lstrip("0") for s in spans if (m := _SECTION_TAIL.match(text, s.end, s.end + 40))}
    return here is not None and bool(there) and here[2].lstrip("0") not in there


def _minutes(group: str) -> int:
    return (int(group[:2]) * 24 + int(group[2:4])) * 60 + int(group[4:6])


def _page_levels(reading: Reading, notes: list[Observation]) -> None:
    """Head against foot of each page, and interior pages below their own portions; only where pages are fed."""
    text, starts = reading.text, reading.document.starts
    if len(reading.by_kind.get("banner", ())) < 2:
        return
    banners = [s for s in reading.by_kind["banner"] if s.value.partition("//")[0] in _LEVEL_RANK]
    ranks = {_LEVEL_RANK[s.value.partition("//")[0]] for s in banners}
    if len(ranks) < 2 or "\f" not in text:
        return  # banners of one level contradict each other nowhere
    top = max(ranks)
    marks = reading.by_kind.get("portion", ())
    places = [s.start for s in banners]
    index = 0
    while index < len(banners):
        start = text.rfind("\f", 0, banners[index].start) + 1
        feed = text.find("\f", banners[index].start)
        stop = feed + 1 if feed >= 0 else len(text) + 1
        begun, index = index, bisect_left(places, stop, index)
        some = banners[begun:index]
        if len(some) < 2 or (len({s.value for s in some}) == 1 and not marks):
            continue
        body = text[start : stop - 1]
        lead = start + len(body) - len(body.lstrip())
        tail = start + len(body.rstrip())
        first, last = bisect_right(starts, lead) + 1, bisect_right(starts, tail) - 1
        head = some[0]
        if bisect_right(starts, head.start) > first:
            continue
        foot = next((s for s in reversed(some) if bisect_right(starts, s.end) >= last), head)
        if head is foot:
            continue
        a, b = head.value.partition("//")[0], foot.value.partition("//")[0]
        if (
            a != b
            and all(text.startswith(s.value.partition("//")[0], s.start, s.end) for s in (head, foot))
            and not any("Department of S" in text[s.end : s.end + 190] for s in (head, foot))
        ):
            notes.append(
                note(reading, foot.start, foot.end, "page-head-foot", other=a, other_line=reading.line(head.start))
            )
        if marks and start > 0 and _LEVEL_RANK[a] < top:
            here = [s for s in marks if start <= s.start < stop]
            above = next((s for s in here if _LEVEL_RANK.get(portion_level(s.value) or "", 0) > _LEVEL_RANK[a]), None)
            if above is not None:
                notes.append(note(reading, head.start, head.end, "page-below-portion", other=above.value,
                                   other_line=reading.line(above.start)))  # fmt: skip


_LEVEL_RANK = {"UNCLASSIFIED": 0, "RESTRICTED": 1, "CONFIDENTIAL": 2, "SECRET": 3, "TOP SECRET": 4}


def _paragraph_heads(reading: Reading, notes: list[Observation]) -> None:
    """What stands where a portion mark belongs and is none, and levels that contradict the mark."""
    text = reading.text
    marks = reading.by_kind.get("portion")
    if not marks:
        return
    for span in marks:
        match = _HEADING_LEVEL.match(text, span.end, span.end + 24)
        level = portion_level(span.value)
        if match and level is not None and match[1] != level:
            notes.append(note(reading, span.start, match.end(1), "heading-level", other=match[1]))
        inner = text[span.start + 1 : span.end - 1].strip() if span.end - span.start <= 9 else ""
        if inner and _DOUBLE.fullmatch(inner.replace(" ", "")):
            notes.append(note(reading, span.start, span.end, "double-level"))
        elif inner and not inner.startswith("/") and _FOREIGN.fullmatch(inner):
            notes.append(note(reading, span.start, span.end, "foreign-without-slashes"))
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
            notes.append(note(reading, start, end, "double-level"))
        elif _FOREIGN.fullmatch(inner):
            notes.append(note(reading, start, end, "foreign-without-slashes"))
        elif _NEAR_MARK.fullmatch(inner):
            notes.append(note(reading, start, end, "unknown-mark"))


_NEXT_MESSAGE = re.compile(
    r"\n[ \t]*(?:PAGE[ ]|FM[ ]|TO[ ]|[OPRZ] \d{6}Z)|SECTION \d|UNITED STATES DEPARTMENT|Message Attributes|RELEASE"
)
_END_LINE = re.compile(r"\nNNNN[ \t\r]*(?=\n|$)")
_NUMBERED = re.compile(r"\d{1,2}\. +(?:\([A-Z/ -]{1,30}\) *)?[A-Z\"]")
"""A numbered paragraph: a short one after the end of message is text too."""
_NO_NAME = ("[", "n/a", "UNCLAS", "PAGE", "SECRET", "CONFID", "##")


def _ending(reading: Reading, notes: list[Observation]) -> None:
    """End of message: what follows it, and whether a name closes the text."""
    text, layout = reading.text, reading.record.layout
    ends = [at + 1 for at in reading.places.get(_LAST_LINE, ()) if _END_LINE.match(text, at, layout.end)]
    for index, at in enumerate(ends):
        stop = ends[index + 1] if index + 1 < len(ends) else layout.end
        after = text[at + 4 : min(stop, at + 1600)]
        body = " ".join(after.split())
        long = len(body) > 240 or (len(body) > 30 and _NUMBERED.match(body) is not None)
        if long and not _NEXT_MESSAGE.search(after):
            notes.append(note(reading, at, at + 4, "text-after-end"))
            break
    if not ends and "##" not in text[-600:]:
        return
    last = ends[-1] if ends else text.rfind("##")
    lines = [line.strip() for line in text[max(0, last - 900) : last].split("\n") if line.strip()]
    lines = [line for line in lines if not line.startswith(_NO_NAME) and line.upper() != "SIPDIS"]
    unsigned = bool(lines) and lines[-1].endswith(".") and len(lines[-1]) > 24
    if unsigned and ends and "##" not in text[last - 60 : last]:
        end = last - 1
        notes.append(note(reading, max(0, text.rfind(lines[-1], 0, last)), end, "no-signature"))


def _prose(reading: Reading, notes: list[Observation]) -> None:
    """Level words inside sentences: they are no markings."""
    if reading.facts["document_type"] == "withdrawal-sheet":
        return  # its legend speaks of confidential advice and the like
    text, end = reading.text, reading.record.layout.end
    found: list[tuple[int, int]] = []
    places = reading.places
    for words, is_sentence in ((_PROSE_WORDS, _in_sentence), (_CAPITAL_WORDS, _in_capitals)):
        for word in words:
            if word not in places:
                continue
            size = len(word)
            for at in places[word]:
                # in a sentence a space stands before the first letter and one behind the word, before the next word
                behind = text[at + size : at + size + 2]
                if at > 1 and text[at - 2] == " " == behind[:1] and behind != " \n" and at + size <= end:
                    start, stop = at - 1, at + size
                    if is_sentence(reading, start, stop):
                        found.append((start, stop))
    if found:
        notes.append(note(reading, *min(found), "level-in-prose", number=len(found)))


def _in_sentence(reading: Reading, start: int, stop: int) -> bool:
    text = reading.text
    before, after = text[max(0, start - 6) : start].rstrip()[-1:], text[stop : stop + 8].lstrip()
    is_data = text[start:stop] == "restricted" and after.startswith("data")
    return (before.islower() or before == ",") and after[:2].isalpha() and after[:2].islower() and not is_data


def _in_capitals(reading: Reading, start: int, stop: int) -> bool:
    """Whether a level in a text of capitals has words of a sentence on both sides, in its own line."""
    text = reading.text
    before = text[reading.line_start(start) : start].split()
    after = text[stop : line_end(text, stop)].split(None, 1)
    return bool(before and after) and before[-1] in _WORDS_BEFORE and after[0].strip(".,;") in _WORDS_AFTER
