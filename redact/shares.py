"""How much of a document is withheld, as far as the document itself declares it.

A share rests on amounts that the document states (`[3 lines not declassified]`, `8 Page(s) withheld entirely`) or shows
as whole lines blacked out, set against what is printed in the same unit. The length of a bar, box or run within a line
is never measured: it could narrow down what was withheld. Without a stated amount, or without a count of what is
printed, there is no share, and the basis says why.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from redact.document import Document
from redact.layout import Layout
from redact.ledger import NO_PLACEHOLDER, Link, Redaction
from redact.span import Span

COLUMNS_OF_A_LINE = 65
"""Characters of a typewritten line: letter paper, margins of an inch, ten characters an inch (pica). An edition without
the line ends of its source, such as FRUS on the web, is reckoned by it."""
_UNBROKEN = 120
"""A line longer than this is not a line of the source, but a paragraph that was set anew."""
_UNITS = ("page", "paragraph", "line", "word")
"""Units of comparison, coarsest first."""

_WHOLE = re.compile(
    r"(?<!\bin\s)\bdocument\s+(?:is\s+|was\s+|has\s+been\s+)?(?:not\s+declassified|withheld|denied|exempt(?:ed)?)\b(?!\s+in\s+part)|"
    r"\boriginal\s+document\s+retained\b",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"WITHDRAWAL\s+(?:NOTICE|CARD|ITEM)|ACCESS\s+RESTRICTED", re.IGNORECASE)
"""What stands in a file in the place of one withdrawn item; a withdrawal sheet lists several."""
_SHEET = re.compile(r"DELETED\s+PAGE|WITHHELD\s+ENTIRELY|NO\s+DUPLICATION", re.IGNORECASE)
_DELETED = re.compile(r"Total\s+(?:Deleted|Withheld)\s+Pages?(?:\(s\))?\s*[=~:]\s*(\d{1,4})\b", re.IGNORECASE)
_BELOW_TITLE = 300
"""Characters below the title of a deleted page sheet in which its total stands."""
_SHEET_LENGTH = 1200
"""Characters of a deleted page sheet; codes there are its boxes, not excisions."""
_SHEET_HEAD = 12
"""Words of agency and form above the title of a deleted page sheet."""
_OF_PAGES = re.compile(r"\bpages?\s+\d{1,4}(?:\s?(?:-|\u2013|to|through)\s?\d{1,4})?\s+of\s+(\d{1,4})\b", re.IGNORECASE)
_FULLY = re.compile(r"\b(?:full|entirety|entirely|whole)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{3}")
_NOTE = re.compile(r"[ \t]*\[?(\d{1,3}[ \t]+)?Source: ")
_HEAD_BLOCK = re.compile(r"^[ \t]*(?:FM|TO|INFO|TAGS|SUBJ|SUBJECT|REVIEW AUTHORITY|DATE/CASE ID)\b", re.MULTILINE)
"""Block of an unnumbered text that is its head or a review stamp."""
_FIRST = re.compile(r"^[ \t]*1[.)][ \t]", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_MARK = re.compile(r"^(?:\d{1,3}[.)]\s*)?(?:\([A-Z/,; -]{1,40}\)\s*)?")
"""Number and portion mark of a paragraph: no words of it."""
_NOT_LINE_END = re.compile(r"[^\n]")


class Share(NamedTuple):
    """Columns of table `document_facts`.

    Attributes:
        share_withheld: 0 to 1; None where the document does not tell.
        share_unit: `document`, `page`, `paragraph`, `line` or `word`; None where nothing is compared.
        extent_withheld: amount withheld, in that unit.
        extent_printed: amount that is printed, in that unit.
        extent_undeclared: redactions that withhold content and state no amount.
        share_at_least: more is withheld than the share counts.
        share_basis: what the share rests on or why there is none, in words.
    """

    share_withheld: float | None
    share_unit: str | None
    extent_withheld: float | None
    extent_printed: float | None
    extent_undeclared: int
    share_at_least: bool
    share_basis: str


NO_RECORD = Share(None, None, None, None, 0, False, "not a record")
NOTHING = Share(0.0, None, None, None, 0, False, "nothing is marked as withheld")
OUT_OF_SCOPE = Share(
    0.0, None, None, None, 0, False,
    "nothing is withheld under an exemption; matter out of scope and names blanked by a publisher are not counted",
)  # fmt: skip
LOST = Share(
    None, None, None, None, 0, False,
    "codes stand without a placeholder: what they cover left white space or was lost",
)  # fmt: skip
NO_EXCISION = Share(None, None, None, None, 0, False, "a stamp says that matter is withheld, but no excision is shown")


def share_of(
    document: Document,
    kind: str,
    layout: Layout,
    redactions: Sequence[Redaction],
    links: Sequence[Link],
    spans: Mapping[str, Sequence[Span]],
) -> Share:
    """Share withheld of a document.

    Args:
        document: the document.
        kind: its type (`DOCUMENT_TYPES`).
        layout: its layout.
        redactions, links: its ledger.
        spans: its spans by kind, those of a kind sorted by start.
    """
    if kind == "not-a-record":
        return NO_RECORD
    releases = spans.get("release", ())
    if not redactions and not links and not releases:
        return NOTHING
    withheld = [row for row in redactions if row.role in ("content", "page")]
    reading = _Reading(document, kind, layout, withheld, spans)
    denied = any(span.value == "DENIED" and _FULLY.search(document.text, span.start, span.end) for span in releases)
    if denied and not any(span.value in ("PART", "FULL") for span in releases):
        return reading.whole("a stamp says denied in full")
    if withheld:
        return reading.share()
    if any(link.why_alone == NO_PLACEHOLDER for link in links):
        return LOST
    if any(span.value in ("PART", "DENIED") for span in releases):
        return NO_EXCISION
    return OUT_OF_SCOPE if any(row.role in ("scope", "publisher") for row in redactions) else NOTHING


def in_words(share: float | None, at_least: bool = False) -> str:
    """A share for a reader: `none`, `38 %`, `at least 4 %`, `all`, `not known`; never rounded to none or all."""
    if share is None:
        return "not known"
    if share in (0, 1):
        return "all" if share else "none"
    rounded = round(100 * share)
    told = "under 1 %" if rounded < 1 else "over 99 %" if rounded > 99 else f"{rounded} %"
    return f"at least {told}" if at_least and rounded >= 1 else told


class _Reading:
    """A document whose placeholders are read; its text is looked at only where something is to be counted."""

    def __init__(
        self,
        document: Document,
        kind: str,
        layout: Layout,
        withheld: Sequence[Redaction],
        spans: Mapping[str, Sequence[Span]],
    ) -> None:
        self.document = document
        self.kind = kind
        self.layout = layout
        self.withheld = withheld
        self.spans = spans
        self._lines: list[str] | None = None
        self._sheets: list[int] = []

    def share(self) -> Share:
        """Share of a document with at least one placeholder for withheld matter."""
        text = self.document.text
        amounts: dict[str, float] = {}
        blacked = undeclared = bare_sheets = 0
        sheet_end = 0
        for row in self.withheld:
            if row.role == "page" and _SHEET.search(text, row.start, row.end):
                sheet_end = row.end + _SHEET_LENGTH
            if row.extent is None:
                if row.style == "CODE" and row.start < sheet_end:
                    continue
                words = text[row.start : min(row.end, row.start + 400)] if row.role == "page" else ""
                if words and _is_whole(words):
                    return self.whole("a notice says that the document is withheld")
                if words and _NOTICE.search(words):
                    return self.whole("a notice stands in the place of the withdrawn item")
                if lines := self._blacked_lines(row):
                    blacked += lines
                elif words and _SHEET.search(words):
                    if total := _DELETED.search(text, row.end, row.end + _BELOW_TITLE):
                        amounts["page"] = amounts.get("page", 0.0) + int(total[1])
                    bare_sheets += 1
                else:
                    undeclared += 1
                continue
            if row.role == "page" and _is_whole(text[row.start : row.end]):
                told = f" ({_count(row.extent, row.extent_unit)})" if row.extent_unit != "document" else ""
                return self.whole(f"a notice says that the document is withheld{told}")
            unit = row.extent_unit or ""
            amounts[unit] = amounts.get(unit, 0.0) + row.extent
        if blacked:
            amounts["line"] = amounts.get("line", 0.0) + blacked
        if "page" not in amounts:
            undeclared += bare_sheets
        if self.kind == "withdrawal-sheet" and "page" not in amounts:
            basis = "a withdrawal sheet lists what was withdrawn; the documents themselves are not here"
            return Share(None, None, None, None, undeclared, False, basis)
        if not amounts:
            return Share(None, None, None, None, undeclared, False, f"extent not declared: {_redactions(undeclared)}")
        return self._compare(amounts, blacked, undeclared)

    def whole(self, why: str) -> Share:
        """Share of a document that is said to be withheld as a whole."""
        printed = self._paragraphs_printed()
        if printed:
            basis = f"{why}, yet {_count(printed, 'paragraph')} printed"
            return Share(None, "document", 1.0, None, 0, False, basis)
        return Share(1.0, "document", 1.0, 0.0, 0, False, why)

    def _compare(self, amounts: dict[str, float], blacked: int, undeclared: int) -> Share:
        text = self.document.text
        best: Share | None = None
        uncounted = ""
        for unit in _UNITS:
            held = amounts.get(unit, 0.0)
            if not held:
                continue
            printed, missing, how = self._printed(unit, held)
            if printed is None:
                uncounted = uncounted or unit
                continue
            share = held / (held + printed + missing)
            if best is None or best.share_withheld is None or share > best.share_withheld:
                verb = "blacked out" if unit == "line" and blacked == held else "declared withheld"
                basis = f"{_count(held, unit)} {verb}, {_amount(printed)} printed{how}"
                best = Share(share, unit, held, float(printed), undeclared, bool(missing or undeclared), basis)
        if best is None:
            unit = uncounted or next(iter(amounts))
            basis = f"{_count(amounts[unit], unit)} declared withheld; how many are printed is not marked"
            return Share(None, unit, amounts[unit], None, undeclared, False, basis)
        others = [_count(amount, unit) for unit, amount in amounts.items() if unit != best.share_unit]
        notes = [f"{' and '.join(others)} withheld besides, not counted"] if others else []
        more = bool(others) or best.share_at_least
        if any("less than" in text[row.start : row.end].lower() for row in self.withheld if row.extent):
            notes.append("less than 1 counted as half")
        if undeclared:
            notes.append(f"{_redactions(undeclared)} without a declared extent, not counted")
        return best._replace(share_at_least=more, share_basis="; ".join([best.share_basis, *notes]))

    def _printed(self, unit: str, held: float) -> tuple[float | None, float, str]:
        """Amount that is printed, amount that is neither printed nor declared, and how it was counted."""
        if unit == "page":
            return self._pages_printed(held)
        if unit == "paragraph":
            return self._paragraphs_printed(), 0.0, "" if self.layout.numbers else " (blocks of running text)"
        lines = self._running_lines()
        if unit == "word":
            return sum(len(_MARK.sub("", line).split()) for line in lines), 0.0, ""
        letters = sum(map(len, lines))
        if sum(len(line) for line in lines if len(line) > _UNBROKEN) * 2 <= letters:
            return len(lines), 0.0, ""
        reckoned = sum(-(-len(line) // COLUMNS_OF_A_LINE) for line in lines)
        how = f" (the text does not keep its lines; reckoned at {COLUMNS_OF_A_LINE} characters a line)"
        return reckoned, 0.0, how

    def _pages_printed(self, held: float) -> tuple[float | None, float, str]:
        text, furniture = self.document.text, self.layout.furniture
        totals = {
            int(found[1]) for row in self.withheld
            if row.extent_unit == "page" and (found := _OF_PAGES.search(text, row.start, row.end))
        }  # fmt: skip
        spans = self.spans.get("page", ())
        marked = [span for span in spans if furniture.get(self.document.line_index(span.start)) == "page"]
        numbered = {int(last) for span in marked if (last := span.value.partition("/")[2]).isdecimal()}
        declared = totals | numbered
        total = max(declared) if len(declared) == 1 else 0
        self._sheets = [row.start for row in self.withheld if _SHEET.search(text, row.start, row.end)]
        starts = self.layout.pages
        ends = [*starts[1:], self.layout.end]
        chunks = [self._has_text(start, stop) for start, stop in zip(starts, ends, strict=True)]
        if "\f" in text:
            printed = sum(chunks)
        elif marked:
            printed = self._marked_pages(chunks, marked, starts)
        elif not any(chunks) or not self._text_beside_note():
            return 0.0, 0.0, ""
        elif totals and total >= held:
            # The notice itself says how many pages there are.
            return total - held, 0.0, f" (the notice counts {total:,} pages)"
        else:
            return None, 0.0, ""
        missing = max(0.0, total - held - printed)
        how = f"; {_count(missing, 'further page')} of {total:,} neither printed nor declared" if missing else ""
        return printed, missing, how

    def _marked_pages(self, chunks: list[bool], marked: Sequence[Span], starts: list[int]) -> int:
        """Pages with text where page lines divide them, at the head or at the foot of each."""
        above = len(starts) > 1 and starts[1] <= marked[0].start
        if not above or marked[0].value.partition("/")[0] != "1":
            return sum(chunks)
        # What stands above page 1 is a cover or sheet, unless the page lines stand at the foot.
        foot = chunks[0] and not chunks[-1]
        return sum(chunks) if foot else sum(chunks[1:])

    def _has_text(self, start: int, stop: int) -> bool:
        """Whether a page prints text of the record; what a deleted page sheet says below its head is no such text."""
        document, furniture = self.document, self.layout.furniture
        at = bisect_left(self._sheets, start)
        if at < len(self._sheets) and self._sheets[at] < stop:
            sheet = self._sheets[at]
            stop = sheet if len(document.text[start:sheet].split()) > _SHEET_HEAD else start
        if stop <= start:
            return False
        lines = self._masked()
        first = bisect_right(document.starts, start) - 1
        last = bisect_right(document.starts, max(start, stop - 1)) - 1
        starts = document.starts
        return any(
            number not in furniture
            and _LETTERS.search(lines[number], max(0, start - starts[number]), stop - starts[number])
            for number in range(first, last + 1)
        )

    def _text_beside_note(self) -> bool:
        """Whether a text without page divisions prints anything of the record; a title and a source note do not."""
        return self.kind != "frus" or self._paragraphs_printed() > 0

    def _paragraphs_printed(self) -> int:
        """Paragraphs of which text is printed: numbered or marked ones, failing those blocks of running text."""
        layout, text = self.layout, self.document.text
        own = [part for part in layout.paragraphs if part.number is not None]
        own = own or [part for part in layout.paragraphs if part.mark is not None]
        if not own:
            if self.kind == "withdrawal-sheet":
                return 0
            notes = self._notes_from()
            own = [
                part for part in layout.paragraphs
                if part.start < notes and not _NOTE.match(text, part.start)
                and not _HEAD_BLOCK.search(text, part.start, part.end)
            ]  # fmt: skip
        starts, lines = self.document.starts, self._masked()
        count = 0
        for part in own:
            first, last = part.line - 1, bisect_right(starts, max(part.start, part.end - 1)) - 1
            count += any(
                number not in layout.furniture and _LETTERS.search(lines[number]) for number in range(first, last + 1)
            )
        return count

    def _notes_from(self) -> int:
        """Offset from which an edition prints its source note and footnotes."""
        if self.kind == "frus":
            at = self.document.text.rfind("Source: ")
            if at >= 0:
                start = self.document.starts[self.document.line_index(at)]
                found = _NOTE.match(self.document.text, start)
                if found and found[1]:
                    return start
        return self.layout.end

    def _running_lines(self) -> list[str]:
        """Lines with text from the first paragraph or placeholder on, without furniture and an edition's notes."""
        document, furniture = self.document, self.layout.furniture
        first = bisect_right(document.starts, min(self.withheld[0].start, self._body_from())) - 1
        last = bisect_right(document.starts, max(0, min(self._notes_from(), self.layout.end) - 1)) - 1
        found: list[str] = []
        note = False
        lines = self._masked()
        for number in range(first, last + 1):
            line = lines[number].strip()
            if self.kind == "frus" and _NOTE.match(line):
                note = True
            if not line:
                note = False
            elif not note and number not in furniture and _LETTERS.search(line):
                found.append(line)
        return found

    def _body_from(self) -> int:
        """Offset of the first paragraph; in an edition without any, of what stands below title and date line."""
        text, notes = self.document.text, self._notes_from()
        for part in self.layout.paragraphs:
            if part.start < notes and not _NOTE.match(text, part.start):
                return part.start
        if first := _FIRST.search(text):
            return first.start()
        blocks = [found.end() for found in islice(_BLANK_LINE.finditer(text), 2)] if self.kind == "frus" else []
        return blocks[-1] if len(blocks) == 2 else 0

    def _masked(self) -> list[str]:
        """Lines of the document, its placeholders and an editor's omissions blanked."""
        if self._lines is None:
            text = self.document.text
            parts: list[str] = []
            at = 0
            lacunae = ((span.start, span.end) for span in self.spans.get("lacuna", ()))
            for start, end in sorted([*((row.start, row.end) for row in self.withheld), *lacunae]):
                if start >= at:
                    parts += (text[at:start], _NOT_LINE_END.sub(" ", text[start:end]))
                    at = end
            self._lines = "".join((*parts, text[at:])).split("\n")
        return self._lines

    def _blacked_lines(self, row: Redaction) -> int:
        """Lines that a placeholder of block characters fills; 0 for a bar within a line, whose length is not read."""
        if row.style != "BLOCK":
            return 0
        document = self.document
        last = document.line_index(max(row.start, row.end - 1))
        numbers = range(row.line - 1, last + 1)
        return len(numbers) if all(self.layout.furniture.get(number) == "placeholder" for number in numbers) else 0


def _is_whole(words: str) -> bool:
    return len(words) <= 400 and _WHOLE.search(words) is not None


def _amount(amount: float) -> str:
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.1f}"


def _count(amount: float, unit: str | None) -> str:
    return f"{_amount(amount)} {unit or 'part'}{'' if amount == 1 else 's'}"


def _redactions(count: int) -> str:
    return f"{count:,} redaction{'' if count == 1 else 's'}"
