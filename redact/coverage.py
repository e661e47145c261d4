"""What the rules read of a set of documents, and what looks like a marking that no rule read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from redact.document import Document
from redact.pipeline import Engine
from redact.span import Span

_LIKE = regex.compile(
    r"""^[^\S\n]*+(?=[^\n]{3,100}$)(?:
        (?P<level>[^\n]{0,30}?(?<![\w])(?:SECRET|CONFIDENTIAL|UNCLASS|RESTRICTED|OFFICIAL\ USE|SENSITIVE)(?![a-z])
          [^\n]{0,40})
      | (?P<bracket>[^\n]{0,60}?\[[^\]\n]{0,40}(?:REDACT|EXCIS|DELET|WITHH|SANITI|CLASSIFIED)[^\]\n]{0,40}\][^\n]{0,40})
      | (?P<code>\(?[bB]\)?[ ]?\(?[1-9]\)?[^\n]{0,20} | [2575]{2}X\d[^\n]{0,12})
      | (?P<instruction>[^\n]{0,20}?(?:DECLASS|Declass|DECL:|DOWNGRAD|E\.O\.\ 1)[^\n]{0,60})
      | (?P<control>(?:NO|LIM|EX|STA|SIP|ORC|PROP)[A-Z]{2,8}(?:[ /][A-Z]{2,12})?)
    )[^\S\n]*$""",
    regex.MULTILINE | regex.VERBOSE,
)
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that looks like a marking and holds no span."""

    doc: str
    line: int
    looks_like: str
    text: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Spans by rule, rules without a span, and lines that no rule read."""

    documents: int
    not_records: int
    fired: dict[str, int]
    never: tuple[str, ...]
    unread: tuple[Unread, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        unread = [
            {"doc": item.doc, "line": item.line, "looks_like": item.looks_like, "text": item.text}
            for item in self.unread
        ]
        return {
            "documents": self.documents, "not_records": self.not_records, "fired": self.fired,
            "never": list(self.never), "unread": unread,
        }  # fmt: skip


def cover(engine: Engine, documents: Iterable[Document]) -> Coverage:
    """Read documents and count; lines of documents that are no record are not listed."""
    fired: Counter[str] = Counter()
    unread: list[Unread] = []
    count = others = 0
    for document in documents:
        count += 1
        understood = engine.understand(document)
        fired.update(span.rule for span in understood.spans)
        if understood.record.facts["document_type"] == "not-a-record":
            others += 1
        else:
            unread.extend(_unread(document, understood.spans))
    known = [rule.id for rule in engine.rulebook.patterns]
    counts = dict(sorted(fired.items(), key=lambda item: (-item[1], item[0])))
    return Coverage(count, others, counts, tuple(rule for rule in known if rule not in fired), tuple(unread))


def _unread(document: Document, spans: Sequence[Span]) -> Iterable[Unread]:
    read: set[int] = set()
    for span in spans:
        read.update(range(document.line_index(span.start), document.line_index(max(span.start, span.end - 1)) + 1))
    for match in _LIKE.finditer(document.text, timeout=10):
        line = document.line_index(match.start())
        if line not in read:
            yield Unread(document.doc, line + 1, match.lastgroup or "marking", match[0].strip())


def render(coverage: Coverage) -> str:
    """Coverage as text for a terminal."""
    from redact.display import safe_line

    lines = [f"{coverage.documents} documents, {coverage.not_records} of them not recognised as records.", "", "Fired:"]
    lines += [f"  {count:>7}  {rule}" for rule, count in coverage.fired.items()] or ["  none"]
    lines += ["", f"Never fired ({len(coverage.never)}):", *(f"  {rule}" for rule in coverage.never)]
    lines += ["", f"Lines that look like markings and were read by no rule ({len(coverage.unread)}):"]
    lines += [
        safe_line(f"  {item.doc}:{item.line}: {item.looks_like}: {item.text[:90]}") for item in coverage.unread[:_SHOWN]
    ]
    if len(coverage.unread) > _SHOWN:
        lines.append(f"  … and {len(coverage.unread) - _SHOWN} more; --format json lists all")
    return "\n".join(lines)
