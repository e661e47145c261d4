"""Rules against their own examples: `redact rules test`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from redact.document import Document
from redact.pipeline import Engine
from redact.rulebook import ConditionRule, PatternRule, Rule, Rulebook


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example: `rule[number]`, whether it holds, and what was expected and found where it does not."""

    rule: str
    number: int
    passed: bool
    text: str = ""
    expected: str = ""
    found: str = ""

    @property
    def name(self) -> str:
        """`declass-oadr[0]`, as a test names it."""
        return f"{self.rule}[{self.number}]"


def run_examples(rulebook: Rulebook, only: frozenset[str] | None = None) -> Iterator[Outcome]:
    """Run every example of every rule (or of those named), in order."""
    engine = Engine(rulebook, as_record=True)
    for rule in rulebook.by_id.values():
        if only is None or rule.id in only:
            yield from _outcomes(engine, rule)


def _outcomes(engine: Engine, rule: Rule) -> Iterator[Outcome]:
    failures: dict[int, str] = {}
    if isinstance(rule, ConditionRule):
        from redact.conditions import run_row_examples

        failures = {failure.number: failure.reason for failure in run_row_examples(rule)}
    for number, example in enumerate(rule.examples):
        if isinstance(rule, PatternRule):
            yield _pattern_outcome(engine, rule, number, example)
        elif isinstance(rule, ConditionRule) and isinstance(example.get("hit", example.get("none")), str):
            yield _document_outcome(engine, rule, number, example)
        else:
            shown = ", ".join(
                f"{key} = {value}" for key, value in dict(example.get("good") or example.get("bad") or {}).items()
            )
            reason = failures.get(number)
            expected = "true (good)" if "good" in example else "false (bad)"
            yield Outcome(rule.id, number, reason is None, shown, expected, reason or expected)


def _pattern_outcome(engine: Engine, rule: PatternRule, number: int, example: Mapping[str, Any]) -> Outcome:
    text = str(example.get("text", ""))
    document = Document.of("example", text)
    spans = [span for span in engine.understand(document).spans if span.kind == rule.kind]
    own = [(text[span.start : span.end], span.value) for span in spans if span.rule == rule.id]
    found = ", ".join(f"{part!r} = {value}" for part, value in own) or "nothing"
    if example.get("none"):
        return Outcome(rule.id, number, not own, text, "nothing", found)
    part, value = str(example["span"]), example.get("value")
    right = any(
        (got == part or (rule.split is not None and part.startswith(got))) and value in (None, read)
        for got, read in own
    )
    return Outcome(rule.id, number, right, text, f"{part!r} = {value}", found)


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
    return Outcome(rule.id, number, bool(found) == wants_hit, text, expected, "; ".join(found) or "nothing")
