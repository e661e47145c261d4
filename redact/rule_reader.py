"""One `[[rule]]` table of a rule file: checked, every fault collected, compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import regex

from redact.errors import RuleFileError
from redact.plain_flags import compile_pattern
from redact.rule import ConditionRule, PatternRule, Rule, Validity, message_fields
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
_ID = regex.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FRAGMENT = regex.compile(r"<<([a-z0-9_]+)>>")

_COMMON = {
    "id", "kind", "title", "severity", "confidence", "status", "since", "authority", "rationale", "advice",
    "validity", "example", "known", "silent_when",
}  # fmt: skip
_PATTERN = _COMMON | {
    "pattern", "phrases", "flags", "keywords", "anchor", "lines", "normalise", "split", "value", "needs", "unless",
    "priority", "message", "of_another",
}  # fmt: skip
_CONDITION = _COMMON | {
    "table", "where", "require", "points_at", "message", "sensitive", "merge", "scope", "modes", "silence",
}  # fmt: skip


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


class RuleReader:
    """Checks one `[[rule]]` table; collects its faults.

    A pattern of a file that is known to be sound (`is_tested`) is not tried.
    """

    def __init__(
        self, path: str, entry: Mapping[str, Any], fragments: Mapping[str, str], *, is_tested: bool = False
    ) -> None:
        self.path, self.entry, self.fragments, self.is_tested = path, entry, fragments, is_tested
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
        flags |= regex.VERSION0
        expanded = self.expand(str(body or ""), flags)
        keywords = tuple(word.lower() for word in self.texts("keywords"))
        anchor = self.choice("anchor", ("keyword", "short-line"), "keyword")
        if phrases and not keywords:
            keywords = tuple(phrase.lower() for phrase in phrases)
        if anchor == "keyword" and not keywords:
            self.fault("keywords", 'a rule needs a literal that every hit holds, or `anchor = "short-line"`')
        if any(len(word) < 2 for word in keywords):
            self.fault("keywords", "a keyword has two characters at least")
        if any("\n" in word[:-1] for word in keywords):
            self.fault("keywords", "a keyword stands in one line; it may hold the end of the line")
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
        of_another = self.entry.get("of_another", False)
        if not isinstance(of_another, bool):
            self.fault("of_another", "true or false is needed")
        for item in (*self.texts("needs"), *self.texts("unless")):
            name, _, what = item.partition(":")
            if name not in ("kind", "rule", "value") or not what:
                self.fault("needs", f"`{item}`: write `kind:release`, `rule:withdrawal-sheet` or `value:WITHHELD`")
        self.check_examples(("text",), ("span", "none"))
        if self.faults or expanded is None:
            return None
        value = self.entry.get("value")
        return PatternRule(
            kind=kind,
            body=expanded,
            flags=flags,
            keywords=keywords,
            anchor=anchor,
            lines=(lines[0], lines[1]),
            normalise=normalise,
            split=split,
            value=str(value) if value is not None else None,
            needs=self.texts("needs"),
            unless=self.texts("unless"),
            priority=priority,
            of_another=of_another,
            **common,
        )

    def expand(self, body: str, flags: int) -> str | None:
        """A pattern with its fragments put in; one that is not known to compile is tried."""

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
            if not self.is_tested:
                compile_pattern(body, flags)
            return body
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
        if (
            not isinstance(modes, dict)
            or set(modes) - {"archive", "publication"}
            or set(modes.values()) - {*SEVERITIES}
        ):
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
