"""Rule files: TOML text in, a checked and compiled catalogue out.

A rule is either a pattern rule (`kind` is a kind of span: what a marking looks like and its canonical value) or a
condition rule (`kind = "condition"`: what a good document meets). Everything known of a rule stands in its one entry.
Loading reads every file and reports every fault together.
"""

from __future__ import annotations

import hashlib
import string
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

import regex

from redact.errors import RuleFileError, RuleFilesError
from redact.values import NORMALISERS, SPLITTERS
from redact.vocabulary import KINDS, SEVERITIES

FLAGS: Mapping[str, int] = {
    "ignorecase": regex.IGNORECASE,
    "multiline": regex.MULTILINE,
    "dotall": regex.DOTALL,
    "verbose": regex.VERBOSE,
    "bestmatch": regex.BESTMATCH,
}
CONFIDENCES = ("high", "medium", "low")
STATUSES = ("draft", "stable", "deprecated")
TABLES_WITH_CONDITIONS_HINT = "name a table of redact/tables.py"
_ID = regex.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FRAGMENT = regex.compile(r"<<([a-z0-9_]+)>>")

_COMMON = {
    "id", "kind", "title", "severity", "confidence", "status", "since", "authority", "rationale", "advice",
    "validity", "example", "known", "silent_when",
}  # fmt: skip
_PATTERN = _COMMON | {
    "pattern", "phrases", "flags", "keywords", "anchor", "lines", "normalise", "split", "value", "needs", "unless",
    "priority", "message", "weak",
}  # fmt: skip
_CONDITION = _COMMON | {
    "table", "where", "require", "points_at", "message", "sensitive", "merge", "scope", "modes", "silence",
}  # fmt: skip

Scope = Literal["document", "corpus"]


@dataclass(frozen=True, slots=True)
class Validity:
    """Days on which a rule speaks, judged on a date of the document; either end may be open."""

    start: date | None = None
    end: date | None = None
    judged_on: str = "document_date"


@dataclass(frozen=True, slots=True)
class Rule:
    """What pattern and condition rules have in common; see the rule file for the text of each field."""

    id: str
    kind: str
    title: str
    severity: str | None
    confidence: str
    status: str
    since: str
    authority: tuple[str, ...]
    rationale: str
    advice: str
    validity: Validity
    silent_when: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]
    known: tuple[str, ...]
    source: str
    message: str


@dataclass(frozen=True, slots=True)
class PatternRule(Rule):
    """A rule that reads one kind of marking.

    `pattern` runs on the lines around an anchor: a literal of `keywords` found in the case-folded text, or every
    line of the class named by `anchor` (`short-line`). `lines` are the numbers of lines before and after the anchor's
    own that the pattern may see. The span is the group `span`, or each capture of the group `each`, or the match.
    """

    pattern: regex.Pattern[str]
    keywords: tuple[str, ...]
    anchor: str
    lines: tuple[int, int]
    normalise: str | None
    split: str | None
    value: str | None
    needs: tuple[str, ...]
    unless: tuple[str, ...]
    priority: int
    weak: bool


@dataclass(frozen=True, slots=True)
class ConditionRule(Rule):
    """A rule that states what every row of a table meets: `require` (true is good, null does not apply)."""

    table: str
    where: str
    require: str
    points_at: str
    sensitive: bool
    merge: bool
    scope: Scope
    modes: Mapping[str, str]
    silence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleCard:
    """What a person is shown of a rule."""

    id: str
    kind: str
    title: str
    severity: str
    confidence: str
    status: str
    since: str
    authority: tuple[str, ...]
    rationale: str
    advice: str
    validity: str
    silent_when: tuple[str, ...]
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    known: tuple[str, ...]


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


def _window(value: Any) -> Validity:
    if value is None:
        return Validity()
    if not isinstance(value, dict) or set(value) - {"from", "to", "judged_on"}:
        raise ValueError("a table with `from`, `to` and `judged_on` is needed")
    start, end = value.get("from"), value.get("to")
    for day in (start, end):
        if day is not None and not isinstance(day, date):
            raise ValueError("`from` and `to` are dates without quotes")
    if start and end and start > end:
        raise ValueError("`from` is later than `to`")
    return Validity(start, end, value.get("judged_on", "document_date"))


class _Message(string.Formatter):
    """Fills `{column}`; refuses attribute and index access."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        if not field_name.isidentifier():
            raise ValueError(f"`{{{field_name}}}`: only names of columns may stand in a message")
        return super().get_field(field_name, args, kwargs)


MESSAGES = _Message()
"""The only formatter of rule messages."""


def message_fields(message: str) -> tuple[str, ...]:
    """Names that a message refers to. Raises ValueError on anything but plain names."""
    names = []
    for _, name, spec, conversion in MESSAGES.parse(message):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"`{{{name}}}`: only names of columns may stand in a message")
        names.append(name)
    return tuple(names)


class _Reader:
    """Checks one `[[rule]]` table; collects its faults."""

    def __init__(self, path: str, entry: Mapping[str, Any], fragments: Mapping[str, str]) -> None:
        self.path, self.entry, self.fragments = path, entry, fragments
        self.faults: list[RuleFileError] = []
        given = entry.get("id")
        self.id = given if isinstance(given, str) else None
        if self.id is None or not _ID.fullmatch(self.id):
            self.fault("id", "kebab-case words are needed, such as `declass-oadr`")

    def fault(self, key: str | None, reason: str) -> None:
        self.faults.append(RuleFileError(self.path, self.id, key, reason))

    def text(self, key: str, default: str | None = None) -> str:
        value = self.entry.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.fault(key, "missing" if value is None else "a text is needed")
            return ""
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        value = self.entry.get(key)
        if value is None and not required:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value) or (required and not value):
            self.fault(key, "missing" if value is None else "a list of texts is needed")
            return ()
        return tuple(value)

    def choice(self, key: str, among: Iterable[str], default: str | None = None) -> str:
        value = self.entry.get(key, default)
        allowed = tuple(among)
        if value not in allowed:
            self.fault(key, f"one of {', '.join(allowed)} is needed, not {value!r}")
            return default or allowed[0]
        return str(value)

    def common(self, severity: str | None) -> dict[str, Any]:
        try:
            validity = _window(self.entry.get("validity"))
        except ValueError as err:
            self.fault("validity", str(err))
            validity = Validity()
        examples = self.entry.get("example", [])
        if not isinstance(examples, list) or not all(isinstance(item, dict) for item in examples) or not examples:
            self.fault("example", "at least one example that hits and one that does not are needed")
            examples = []
        message = self.entry.get("message", "")
        if not isinstance(message, str):
            self.fault("message", "a text is needed")
            message = ""
        try:
            message_fields(message)
        except ValueError as err:
            self.fault("message", str(err))
        return {
            "id": self.id or "?",
            "title": self.text("title"),
            "severity": severity,
            "confidence": self.choice("confidence", CONFIDENCES, "high"),
            "status": self.choice("status", STATUSES, "stable"),
            "since": self.text("since", "0.1.0"),
            "authority": self.texts("authority", required=True),
            "rationale": self.text("rationale"),
            "advice": self.text("advice"),
            "validity": validity,
            "silent_when": self.texts("silent_when"),
            "examples": tuple(examples),
            "known": self.texts("known"),
            "source": self.path,
            "message": message,
        }

    def unknown(self, allowed: set[str]) -> None:
        for key in sorted(set(self.entry) - allowed):
            self.fault(key, "unknown key")

    def pattern(self, kind: str) -> PatternRule | None:
        self.unknown(_PATTERN)
        severity = self.choice("severity", SEVERITIES) if "severity" in self.entry else None
        common = self.common(severity)
        body, phrases = self.entry.get("pattern"), self.texts("phrases")
        if (body is None) == (not phrases):
            self.fault("pattern", "either `pattern` or `phrases` is needed")
        if phrases:
            ordered = sorted(phrases, key=len, reverse=True)
            body = r"(?<![\w])(?:" + "|".join(regex.escape(p, literal_spaces=True) for p in ordered) + r")(?![\w])"
        flags = 0
        for name in self.texts("flags"):
            if name not in FLAGS:
                self.fault("flags", f"unknown flag `{name}`; known: {', '.join(FLAGS)}")
            flags |= FLAGS.get(name, 0)
        compiled = self.compile(str(body or ""), flags | regex.VERSION0)
        keywords = tuple(word.lower() for word in self.texts("keywords"))
        anchor = self.choice("anchor", ("keyword", "short-line"), "keyword")
        if phrases and not keywords:
            keywords = tuple(phrase.lower() for phrase in phrases)
        if anchor == "keyword" and not keywords:
            self.fault("keywords", "a rule needs a literal that every hit holds, or `anchor = \"short-line\"`")
        if any(len(word) < 2 for word in keywords):
            self.fault("keywords", "a keyword has two characters at least")
        lines = self.entry.get("lines", [0, 0])
        if not (isinstance(lines, list) and len(lines) == 2 and all(isinstance(n, int) and 0 <= n <= 8 for n in lines)):
            self.fault("lines", "two numbers from 0 to 8: lines before and after the anchor's")
            lines = [0, 0]
        normalise, split = self.entry.get("normalise"), self.entry.get("split")
        if normalise is not None and normalise not in NORMALISERS:
            self.fault("normalise", f"unknown; known: {', '.join(sorted(NORMALISERS))}")
        if split is not None and split not in SPLITTERS:
            self.fault("split", f"unknown; known: {', '.join(sorted(SPLITTERS))}")
        priority = self.entry.get("priority", 0)
        if not isinstance(priority, int):
            self.fault("priority", "a whole number is needed")
            priority = 0
        for item in (*self.texts("needs"), *self.texts("unless")):
            name, _, what = item.partition(":")
            if name not in ("kind", "rule", "value") or not what:
                self.fault("needs", f"`{item}`: write `kind:release`, `rule:withdrawal-sheet` or `value:WITHHELD`")
        self.check_examples(("text",), ("span", "none"))
        if self.faults or compiled is None:
            return None
        value = self.entry.get("value")
        return PatternRule(
            kind=kind,
            pattern=compiled,
            keywords=keywords,
            anchor=anchor,
            lines=(lines[0], lines[1]),
            normalise=normalise,
            split=split,
            value=str(value) if value is not None else None,
            needs=self.texts("needs"),
            unless=self.texts("unless"),
            priority=priority,
            weak=bool(self.entry.get("weak", False)),
            **common,
        )

    def compile(self, body: str, flags: int) -> regex.Pattern[str] | None:
        def fragment(match: regex.Match[str]) -> str:
            if match[1] not in self.fragments:
                raise KeyError(match[1])
            return f"(?:{self.fragments[match[1]]})"

        try:
            for _ in range(4):  # fragments may name fragments, a few deep
                expanded = _FRAGMENT.sub(fragment, body)
                if expanded == body:
                    break
                body = expanded
            return regex.compile(body, flags)
        except KeyError as err:
            self.fault("pattern", f"unknown fragment <<{err.args[0]}>>")
        except (regex.error, ValueError, RecursionError) as err:
            self.fault("pattern", f"not a regular expression: {err}")
        return None

    def check_examples(self, required: tuple[str, ...], one_of: tuple[str, ...]) -> None:
        seen: set[str] = set()
        for number, example in enumerate(self.entry.get("example", []), start=1):
            if not isinstance(example, dict):
                continue
            for key in required:
                if not isinstance(example.get(key), str):
                    self.fault("example", f"example {number}: `{key}` is missing")
            if not any(key in example for key in one_of):
                self.fault("example", f"example {number}: one of {', '.join(one_of)} is needed")
            seen.update(key for key in one_of if key in example)
        if self.entry.get("example") and not {"none", "good"} & seen:
            self.fault("example", "a near miss is needed")

    def condition(self) -> ConditionRule | None:
        self.unknown(_CONDITION)
        common = self.common(self.choice("severity", SEVERITIES))
        if not common["message"]:
            self.fault("message", "missing")
        modes = self.entry.get("modes", {})
        if not isinstance(modes, dict) or set(modes) - {"archive", "publication"} or set(modes.values()) - {*SEVERITIES}:
            self.fault("modes", "a table `archive`/`publication` = severity is needed")
            modes = {}
        silence = self.entry.get("silence", {})
        if not isinstance(silence, dict) or not all(isinstance(v, str) for v in silence.values()):
            self.fault("silence", "a table reason = SQL expression is needed")
            silence = {}
        self.check_examples((), ("good", "bad", "hit", "none"))
        rule = ConditionRule(
            kind="condition",
            table=self.text("table"),
            where=self.text("where", "TRUE"),
            require=self.text("require"),
            points_at=self.text("points_at", "start"),
            sensitive=bool(self.entry.get("sensitive", False)),
            merge=bool(self.entry.get("merge", False)),
            scope="corpus" if self.choice("scope", ("document", "corpus"), "document") == "corpus" else "document",
            modes=dict(modes),
            silence=dict(silence),
            **common,
        )
        return None if self.faults else rule

    def rule(self) -> Rule | None:
        kind = self.choice("kind", (*KINDS, "condition"))
        return self.condition() if kind == "condition" else self.pattern(kind)


def load(files: Sequence[tuple[str, str]], tables: Sequence[tuple[str, str]] = ()) -> Rulebook:
    """Check and compile rule files.

    Args:
        files: pairs of a file's name (for messages) and its TOML text, in the order they are to be read.
        tables: pairs of name and text of the tables that belong to the rules (only for the digest).

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
            reader = _Reader(path, entry, fragments)
            rule = reader.rule()
            faults.extend(reader.faults)
            if rule is None:
                continue
            if rule.id in rules:
                faults.append(RuleFileError(path, rule.id, "id", f"also in {rules[rule.id].source}"))
            rules[rule.id] = rule
    faults.extend(_condition_faults(rules.values()))
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
    """The rulebook that ships with redact."""
    return load(*packaged_files())


def card(rule: Rule) -> RuleCard:
    """What a person is shown of a rule."""
    hits: list[str] = []
    misses: list[str] = []
    for example in rule.examples:
        shown = example.get("text") or example.get("hit") or example.get("bad") or example.get("good") or example.get("none")
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
