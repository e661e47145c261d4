"""Markings against their own grammar, and portions against the banner they add up to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from redact.check_rows import MarkingFault, Rollup
from redact.grammar import Parse, parse_banner, parse_portion
from redact.grammar.tables import expand
from redact.span import Span

if TYPE_CHECKING:
    from redact.check_reading import Reading

REGISTER = date(2016, 11, 14)
"""Day of the register that an undated text with register syntax (`//`) is judged by (CAPCO 2016 release)."""
_UNROLLED = frozenset({"FOUO", "SBU", "LIMDIS", "DOD UCNI", "DOE UCNI", "UCNI", "SBU-NF", "LES-NF", "EXDIS", "NODIS"})
"""Controls that do not go into a classified banner, or go there in another form (CAPCO secs. H.8, H.9)."""
_RELEASE = frozenset({"NOFORN", "RELIDO"})


@lru_cache(maxsize=4096)
def banner_parse(text: str, on: date | None) -> Parse:
    """Parse of a banner, kept: one marking heads every page of a document."""
    return parse_banner(text, on)


@lru_cache(maxsize=4096)
def portion_parse(text: str, on: date | None) -> Parse:
    """Parse of a portion mark, kept."""
    return parse_portion(text, on)


def marking_date(text: str, written: date | None) -> date | None:
    """Day a marking is judged by: the document's, else the register's where the marking is in its syntax."""
    return written if written is not None else REGISTER if "//" in text else None


def marking_faults(reading: Reading, written: date | None, unread: Sequence[Span]) -> list[MarkingFault]:
    """Faults of banners, also of those that the scanner passed over, and of portion marks; one row a fault and
    distinct text."""
    rows: list[MarkingFault] = []
    banners = reading.by_kind.get("banner", ())
    if banners or unread:
        _add_faults(reading, written, "banner", banner_parse, [*banners, *unread] if unread else banners, rows)
    if "portion" in reading.by_kind:
        _add_faults(reading, written, "portion", portion_parse, reading.by_kind["portion"], rows)
    return rows


def _add_faults(
    reading: Reading, written: date | None, form: str, parsed: Callable[[str, date | None], Parse],
    spans: Sequence[Span], rows: list[MarkingFault],
) -> None:  # fmt: skip
    whole = reading.text
    first: dict[str, Span] = {}
    for span in spans:
        text = whole[span.start : span.end]
        if text not in first:
            first[text] = span
    for text, span in first.items():
        if "\n" in text or len(text) > 200:
            continue
        if "/" not in text and "," not in text and " " not in text.strip() and len(text) > 3:
            continue  # one plain word has no grammar to break
        on = marking_date(text, written)
        parse = parsed(text, on)
        if not parse.errors:
            continue
        line = reading.line(span.start)
        for fault in parse.errors:
            rows.append(MarkingFault(
                span.start, span.end, line, text, span.value, form, fault.id, fault.message, parse.canonical, on,
            ))  # fmt: skip


_UNREAD_TAIL = re.compile(r"//[A-Z][A-Z0-9/, -]{1,60}?[ \t\r]*(?=\n|$)")
WORDS = ("//",)
"""Words looked for in `Reading.places` here."""
_LEVEL_WORDS = frozenset({"TS", "S", "C", "U", "TOP SECRET", "SECRET", "CONFIDENTIAL", "UNCLASSIFIED"})


def unread_banners(reading: Reading) -> list[Span]:
    """Lines that are a banner but for an abbreviated level or a token of no list; the scanner passes these over."""
    text = reading.text
    found: list[Span] = []
    past = 0
    for at in reading.places.get("//", ()):
        if at < past:
            continue  # of three slashes the first two
        past = at + 2
        begin = text.rfind("\n", max(0, at - 40), at) + 1
        head = text[begin:at].lstrip() if begin or at < 40 else ""
        if head in _LEVEL_WORDS and (match := _UNREAD_TAIL.match(text, at)):
            start, end = at - len(head), at + len(match[0].rstrip())
            if not any(span.start == start for span in reading.by_kind.get("banner", ())):
                found.append(Span(start, end, "banner", text[start:end], ""))
    return found


def rollups(reading: Reading, written: date | None) -> list[Rollup]:
    """Controls of portions that the overall marking lacks, and handling marks that it must not carry."""
    banners = [s for s in reading.by_kind.get("banner", ()) if s.value]
    if not banners:
        return []
    portions = [s for s in reading.by_kind["portion"] if "/" in s.value] if "portion" in reading.by_kind else []
    if not portions and not any("//" in s.value for s in banners):
        return []
    banner = max(banners, key=lambda span: (len(span.value), -span.start))
    day = marking_date(banner.value if "//" in banner.value else portions[0].value if portions else "", written)
    if any("//" in s.value for s in portions):
        day = day or REGISTER
    whole = banner_parse(banner.value, day)
    if whole.canonical is None or whole.type == "CUI":
        return []
    rows: list[Rollup] = []
    place = reading.line(banner.start)

    def row(span: Span, what: str, control: str) -> None:
        text = reading.text[span.start : span.end]
        rows.append(
            Rollup(span.start, span.end, reading.line(span.start), text, what, control, banner.value, place, day)
        )

    classified = whole.classification not in (None, "UNCLASSIFIED")
    if classified:
        for name in (*whole.dissem, *whole.other_dissem):
            if name in ("FOUO", "SBU", "SBU NOFORN", "SBU-NF"):
                row(banner, "handling-mark", name)
        all_marks = [s for s in reading.by_kind.get("portion", ()) if s.value]
        parsed = [(span, portion_parse(f"({span.value})", day)) for span in _distinct(all_marks)]
        parsed = [(span, parse) for span, parse in parsed if parse.canonical is not None]
        _release(parsed, whole, row)
        _controls(parsed, whole, row)
    return rows


def _distinct(spans: Sequence[Span]) -> list[Span]:
    kept: dict[str, Span] = {}
    for span in spans:
        kept.setdefault(span.value, span)
    return list(kept.values())


def _release(parsed: Sequence[tuple[Span, Parse]], whole: Parse, row: object) -> None:
    """Foreign disclosure and release of the portions against the banner's (CAPCO sec. D.2, Table 3)."""
    assert callable(row)
    secret = [
        (span, parse)
        for span, parse in parsed
        if parse.classification not in (None, "UNCLASSIFIED") and parse.type == "US"
    ]
    barred = next((s for s, p in parsed if "NOFORN" in p.dissem or {"SBU-NF", "LES-NF"} & set(p.other_dissem)), None)
    if barred is not None:
        if "NOFORN" not in whole.dissem:
            row(barred, "release", "NOFORN")
        return
    released = [(span, parse) for span, parse in secret if parse.rel_to]
    if not released:
        return
    unmarked = next(
        (s for s, p in secret if not p.rel_to and not _RELEASE & set(p.dissem) and not p.display_only), None
    )
    common = frozenset.intersection(*(expand(parse.rel_to) for _, parse in released))
    if unmarked is not None or common <= {"USA"}:
        if "NOFORN" not in whole.dissem and whole.rel_to:
            row(unmarked or released[0][0], "release", "NOFORN")
    elif whole.rel_to and (more := expand(whole.rel_to) - common):
        row(released[0][0], "release", "REL TO without " + ", ".join(sorted(more)))


def _controls(parsed: Sequence[tuple[Span, Parse]], whole: Parse, row: object) -> None:
    """Controls that repeat in the banner wherever one portion carries them (CAPCO sec. D.2)."""
    assert callable(row)
    have = {name for name, _ in whole.sci} | set(whole.programs) | set(whole.dissem) | set(whole.other_dissem)
    have |= {whole.aea_type} if whole.aea_type else set()
    reported: set[str] = set()
    for span, parse in parsed:
        wanted = {name for name, _ in parse.sci} | set(parse.programs)
        wanted |= {n for n in (*parse.dissem, *parse.other_dissem) if n not in _UNROLLED and n not in _RELEASE}
        if parse.aea_type and not (whole.aea_type == "RD" or (whole.aea_type == "FRD" and parse.aea_type == "TFNI")):
            wanted.add(parse.aea_type)
        for name in sorted(wanted - have - reported - _UNROLLED):
            if name.startswith(("REL", "DISPLAY", "EYES")):
                continue
            reported.add(name)
            row(span, "control", name)
