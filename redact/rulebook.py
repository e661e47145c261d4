"""Rule files: TOML text in, a checked and compiled catalogue out.

A rule is either a pattern rule (`kind` is a kind of span: what a marking looks like and its canonical value) or a
condition rule (`kind = "condition"`: what a good document meets). Everything known of a rule stands in its one entry.
Loading reads every file and reports every fault together.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from redact.errors import RuleFileError, RuleFilesError
from redact.rule import ConditionRule, PatternRule, Rule, RuleCard, Validity, message_fields, message_parts
from redact.rule_reader import RuleReader
from redact.suggest import did_you_mean

__all__ = [
    "ConditionRule",
    "PatternRule",
    "Rule",
    "RuleCard",
    "Rulebook",
    "Validity",
    "card",
    "cards",
    "load",
    "message_fields",
    "message_parts",
    "packaged",
    "packaged_files",
]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A checked catalogue, in the order of its files.

    Attributes:
        patterns: rules that find spans.
        conditions: rules that audit tables.
        digest: SHA-256 over the text of all rule files and tables, for the record of a run.
    """

    patterns: tuple[PatternRule, ...]
    conditions: tuple[ConditionRule, ...]
    digest: str
    by_id: Mapping[str, Rule] = field(repr=False)


def load(
    files: Sequence[tuple[str, str]], tables: Sequence[tuple[str, str]] = (), *, tested: Collection[str] = ()
) -> Rulebook:
    """Check and compile rule files.

    Args:
        files: pairs of a file's name (for messages) and its TOML text, in the order they are to be read.
        tables: pairs of name and text of the tables that belong to the rules (only for the digest).
        tested: names of files whose patterns and conditions are known to compile; that is left until they are used.

    Raises:
        RuleFilesError: with every fault of every file.
    """
    faults: list[RuleFileError] = []
    parsed: list[tuple[str, dict[str, Any]]] = []
    fragments: dict[str, str] = {}
    for path, text in files:
        try:
            body = tomllib.loads(text)
        except tomllib.TOMLDecodeError as err:
            faults.append(RuleFileError(path, None, None, f"not TOML: {err}"))
            continue
        if body.get("schema") != 1:
            faults.append(RuleFileError(path, None, "schema", "`schema = 1` is needed"))
        for key in sorted(set(body) - {"schema", "rule", "fragments"}):
            faults.append(RuleFileError(path, None, key, "unknown key"))
        for name, fragment in body.get("fragments", {}).items():
            if name in fragments:
                faults.append(RuleFileError(path, None, f"fragments.{name}", "defined twice"))
            fragments[name] = str(fragment)
        parsed.append((path, body))
    rules: dict[str, Rule] = {}
    for path, body in parsed:
        entries = body.get("rule", [])
        if not isinstance(entries, list):
            faults.append(RuleFileError(path, None, "rule", "write `[[rule]]`"))
            continue
        for entry in entries:
            reader = RuleReader(path, entry, fragments, is_tested=path in tested)
            rule = reader.rule()
            faults.extend(reader.faults)
            if rule is None:
                continue
            if rule.id in rules:
                faults.append(RuleFileError(path, rule.id, "id", f"also in {rules[rule.id].source}"))
            rules[rule.id] = rule
    faults.extend(_unknown_rules(rules))
    faults.extend(_condition_faults(rule for rule in rules.values() if rule.source not in tested))
    if faults:
        raise RuleFilesError(faults)
    digest = hashlib.sha256()
    for name, text in (*sorted(files), *sorted(tables)):
        digest.update(f"{name.rpartition('/')[2]}\0{len(text)}\0{text}\0".encode())
    return Rulebook(
        patterns=tuple(rule for rule in rules.values() if isinstance(rule, PatternRule)),
        conditions=tuple(rule for rule in rules.values() if isinstance(rule, ConditionRule)),
        digest=digest.hexdigest(),
        by_id=rules,
    )


def _unknown_rules(rules: Mapping[str, Rule]) -> Iterator[RuleFileError]:
    """Gates that wait for a rule which there is not: they would never open, or never close."""
    for rule in rules.values():
        if isinstance(rule, PatternRule):
            for key, items in (("needs", rule.needs), ("unless", rule.unless)):
                for name in (item.removeprefix("rule:") for item in items if item.startswith("rule:")):
                    if name not in rules:
                        reason = f"no rule `{name}`{did_you_mean(name, list(rules))}"
                        yield RuleFileError(rule.source, rule.id, key, reason)


def _condition_faults(rules: Iterable[Rule]) -> list[RuleFileError]:
    conditions = [rule for rule in rules if isinstance(rule, ConditionRule)]
    if not conditions:
        return []
    from redact.conditions import fault_of  # polars is needed only where there are conditions

    return [fault for rule in conditions if (fault := fault_of(rule)) is not None]


def packaged_files() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Name and text of the rule files and of the tables that ship with redact, in order of name."""
    root = resources.files("redact.rules")
    rule_files = [
        (item.name, item.read_text("utf-8")) for item in sorted(root.iterdir(), key=lambda i: i.name)
        if item.name.endswith(".toml")
    ]  # fmt: skip
    tables = [
        (item.name, item.read_text("utf-8")) for item in sorted((root / "tables").iterdir(), key=lambda i: i.name)
        if item.name.endswith(".csv")
    ]  # fmt: skip
    return rule_files, tables


@cache
def packaged() -> Rulebook:
    """The rulebook that ships with redact; its tests compile every rule of it."""
    files, tables = packaged_files()
    return load(files, tables, tested={name for name, _ in files})


def card(rule: Rule) -> RuleCard:
    """What a person is shown of a rule."""
    hits: list[str] = []
    misses: list[str] = []
    for example in rule.examples:
        shown = (
            example.get("text")
            or example.get("hit")
            or example.get("bad")
            or example.get("good")
            or example.get("none")
        )
        text = shown if isinstance(shown, str) else ", ".join(f"{k} = {v}" for k, v in dict(shown or {}).items())
        (misses if example.get("none") or "good" in example else hits).append(text)
    span = rule.validity
    window = "any era" if span.start is None and span.end is None else f"{span.start or '…'} to {span.end or 'today'}"
    return RuleCard(
        rule.id, rule.kind, rule.title, rule.severity or "none", rule.confidence, rule.status, rule.since,
        rule.authority, rule.rationale, rule.advice, window, rule.silent_when, tuple(hits), tuple(misses), rule.known,
    )  # fmt: skip


def cards(rulebook: Rulebook | None = None) -> dict[str, RuleCard]:
    """Rule cards by id, of the packaged rulebook where none is given."""
    return {rule_id: card(rule) for rule_id, rule in (rulebook or packaged()).by_id.items()}
