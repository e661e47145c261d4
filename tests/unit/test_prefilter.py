"""Coarse patterns: wherever a pattern matches, its coarse form does too."""

from __future__ import annotations

from pathlib import Path

import pytest
import regex

from redact.prefilter import coarse, may_match
from redact.rulebook import packaged

ROOT = Path(__file__).parents[2]
CASES = (
    (r"^(?<a>SECRET)(?=//)", "SECRET//NOFORN", "SECRETARY"),
    (r"(?<![\w])(?<span>abc)++(?!d)", "x abcabc", "xbc"),
    (r"[^\s\w]{2,40}end", "--end", "a-end"),
    (r"a(?=b)|c(?=[\n])", "x c\n", "acb"),
    (r"(?>\d{1,3})\bx?+\Z", "12", "ab"),
    (r"[\[\]&~\-^]{3}", "[&~", "[x~"),
    (r"[][a]{2}", "][", "x["),
    (r"\bpage\b [0-9]{2,30}\.", "page 12.", "page x."),
    (r"(?i:page) [^\d]x", "PAGE -x", "PAGE 1x"),
    (r"█{2,}|•\s\S", "██", "█"),
    (r"a{0,60}?b{3}", "bbb", "bb"),
)


@pytest.mark.parametrize(("body", "hit", "miss"), CASES)
def test_it_lets_through_what_matches_and_holds_back_what_cannot(body: str, hit: str, miss: str) -> None:
    pattern = regex.compile(body, regex.MULTILINE)
    expression = coarse(pattern)
    assert expression is not None
    assert pattern.search(hit)
    assert may_match(expression, [hit, miss]) == [True, False]


def test_letters_whose_case_the_engines_fold_differently() -> None:
    pattern = regex.compile("limit", regex.IGNORECASE)
    assert pattern.search("LİMIT")
    assert may_match(coarse(pattern) or "", ["LİMIT", "lımıt", "LIMIT", "rest"]) == [True, True, True, False]


WITHOUT = (
    r"(?:SECRET){e<=2}", r"(a)\1", r"(a)?(?(1)b|c)", r"\p{Lu}\X", r"(?|a|b)", r"a(*SKIP)(*FAIL)|b", r"[[:alpha:]]",
)  # fmt: skip


@pytest.mark.parametrize("body", WITHOUT)
def test_what_has_no_coarse_form_is_not_asked(body: str) -> None:
    assert coarse(regex.compile(body)) is None


def test_flags_that_change_how_a_pattern_is_read() -> None:
    assert coarse(regex.compile("a b", regex.VERBOSE)) is None
    assert coarse(regex.compile("ab", regex.BESTMATCH)) is None


def test_texts_that_the_other_engine_cannot_take() -> None:
    assert may_match("a", ["a\ud800"]) is None
    assert may_match("(", ["a"]) is None


def test_packaged_patterns_lose_nothing_on_released_documents() -> None:
    texts = [path.read_text("utf-8") for path in sorted(ROOT.glob("tests/g*/**/documents/*.txt"))]
    lines = [line + "\n" for text in texts for line in text.split("\n")]
    lines += ["\n".join(text.split("\n")[at : at + 3]) + "\n" for text in texts for at in range(0, text.count("\n"), 2)]
    lines += [example["text"] + "\n" for rule in packaged().patterns for example in rule.examples]
    assert len(lines) > 1000
    refused = 0
    for rule in packaged().patterns:
        expression = coarse(rule.pattern)
        may = may_match(expression, lines) if expression is not None else None
        if may is None:
            refused += 1
            continue
        kept_back = [line for line, wanted in zip(lines, may, strict=True) if not wanted]
        assert not any(rule.pattern.search(line) for line in kept_back), rule.id
    assert refused < len(packaged().patterns) / 8
