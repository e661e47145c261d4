"""Rules against their own examples: `redact rules test`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from redact.display import ELLIPSIS, safe_line
from redact.document import Document
from redact.pipeline import Engine
from redact.rulebook import ConditionRule, PatternRule, Rule, Rulebook

_BEFORE = 48
"""Characters of an example's line that are shown before the caret."""
_AFTER = 24


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example of a rule and what became of it.

    Attributes:
        rule: id of the rule.
        number: place among the rule's examples, from 0.
        passed: whether the example holds.
        text: the example's text, or its row as `column = value`.
        expected: what the example says has to be found.
        got: what was found.
        at: offset in `text` where the two first differ; None where no place in the text tells them apart.
        known: why the example is expected to fail for now (`known = "..."` in the rule file); empty: it is not.
    """

    rule: str
    number: int
    passed: bool
    text: str = ""
    expected: str = ""
    got: str = ""
    at: int | None = None
    known: str = ""

    @property
    def name(self) -> str:
        """`declass-oadr[0]`, as a test names it."""
        return f"{self.rule}[{self.number}]"

    @property
    def failed(self) -> bool:
        """Whether it does not hold, and nobody has said so before."""
        return not self.passed and not self.known


def run_examples(rulebook: Rulebook, only: frozenset[str] | None = None) -> Iterator[Outcome]:
    """Run every example of every rule (or of those named), in order."""
    engine = Engine(rulebook, as_record=True)
    for rule in rulebook.by_id.values():
        if only is None or rule.id in only:
            yield from _outcomes(engine, rule)


def render(outcome: Outcome) -> str:
    """An example that does not hold, for a terminal: what was expected, what was got, a caret where they part."""
    lines = [f"{outcome.name}: {f'known gap: {outcome.known}' if outcome.known else 'failed'}"]
    before, after, line = _line_at(outcome)
    lines.append(f"  text:     {before}{after}{f'  (line {line})' if line else ''}")
    if outcome.at is not None:
        lines.append(f"            {_under(before)}")
    expected, got = safe_line(outcome.expected), safe_line(outcome.got)
    same = next((at for at, pair in enumerate(zip(expected, got, strict=False)) if pair[0] != pair[1]), None)
    if same is None:
        same = min(len(expected), len(got))
    lines += [f"  expected: {expected}", f"  got:      {got}", f"            {_under(got[:same])}"]
    return "\n".join(safe_line(line) for line in lines) + "\n"


def _line_at(outcome: Outcome) -> tuple[str, str, int]:
    """The part of the text to show, before and from the caret on, and its line where the text has several."""
    if outcome.at is None:
        return safe_line(outcome.text), "", 0
    start = outcome.text.rfind("\n", 0, outcome.at) + 1
    end = outcome.text.find("\n", outcome.at)
    end = len(outcome.text) if end < 0 else end
    left, right = outcome.text[start : outcome.at], outcome.text[outcome.at : end]
    before = safe_line(left) if len(left) <= _BEFORE else ELLIPSIS + safe_line(left[-_BEFORE:])
    after = safe_line(right) if len(right) <= _AFTER else safe_line(right[:_AFTER]) + ELLIPSIS
    return before, after, outcome.text.count("\n", 0, start) + 1 if "\n" in outcome.text else 0


def _under(shown: str) -> str:
    from rich.cells import cell_len

    return " " * cell_len(shown) + "^"


def _outcomes(engine: Engine, rule: Rule) -> Iterator[Outcome]:
    failures: dict[int, str] = {}
    if isinstance(rule, ConditionRule):
        from redact.conditions import run_row_examples

        failures = {failure.number - 1: failure.reason for failure in run_row_examples(rule)}  # it counts from 1
    for number, example in enumerate(rule.examples):
        if isinstance(rule, PatternRule):
            yield _pattern_outcome(engine, rule, number, example)
        elif isinstance(rule, ConditionRule) and isinstance(example.get("hit", example.get("none")), str):
            yield _document_outcome(engine, rule, number, example)
        else:
            yield _row_outcome(rule, number, example, failures.get(number))


def _row_outcome(rule: Rule, number: int, example: Mapping[str, Any], reason: str | None) -> Outcome:
    row = dict(example.get("bad") or example.get("good") or {})
    shown = ", ".join(f"{key} = {value}" for key, value in row.items())
    expected = "a bad row is reported" if "bad" in example else "a good row is not reported"
    return Outcome(rule.id, number, reason is None, shown, expected, reason or expected, known=_known(example))


def _pattern_outcome(engine: Engine, rule: PatternRule, number: int, example: Mapping[str, Any]) -> Outcome:
    text, known = str(example.get("text", "")), _known(example)
    document = Document.of("example", text)
    spans = [span for span in engine.understand(document).spans if span.kind == rule.kind and span.rule == rule.id]
    own = [(text[span.start : span.end], span.value) for span in spans]
    got = ", ".join(f"{part!r} = {value}" for part, value in own) or "nothing"
    starts = [span.start for span in spans]
    if example.get("none"):
        return Outcome(rule.id, number, not own, text, "nothing", got, min(starts, default=None), known)
    part, value = str(example["span"]), example.get("value")
    right = any(
        (got_part == part or (rule.split is not None and part.startswith(got_part))) and value in (None, read)
        for got_part, read in own
    )
    expected = repr(part) + (f" = {value}" if value is not None else "")
    return Outcome(rule.id, number, right, text, expected, got, _parting(text, part, spans), known)


def _parting(text: str, part: str, spans: list[Any]) -> int | None:
    """Where the expected span and the nearest one that was found begin to differ; None: they are the same."""
    start = text.find(part)
    if start < 0:
        return None
    if not spans:
        return start
    near = min(spans, key=lambda span: (abs(span.start - start), abs(span.end - start - len(part))))
    if near.start != start:
        return int(min(near.start, start))
    return None if near.end == start + len(part) else int(min(near.end, start + len(part)))


def _document_outcome(engine: Engine, rule: ConditionRule, number: int, example: Mapping[str, Any]) -> Outcome:
    from redact.auditing import documents_frame, finish

    wants_hit = isinstance(example.get("hit"), str)
    text = str(example["hit"] if wants_hit else example["none"])
    as_of = example.get("as_of")
    day = as_of if isinstance(as_of, date) else date(2026, 1, 1)
    only = frozenset({rule.id})
    batch = engine.audit(documents_frame({"example": text}), as_of=day, only=only)
    result = finish(engine, [batch], as_of=day, mode="archive", only=only)
    found = result.findings.get_column("message").to_list()
    expected = "a finding" if wants_hit else "nothing"
    at = None if wants_hit or not found else int(result.findings["start"][0])
    return Outcome(
        rule.id, number, bool(found) == wants_hit, text, expected, "; ".join(found) or "nothing", at, _known(example)
    )


def _known(example: Mapping[str, Any]) -> str:
    return str(example.get("known") or "")
