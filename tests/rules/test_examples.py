"""Every rule against its own examples, one test an example: `declass-overdue[0]`."""

from __future__ import annotations

from functools import cache

import pytest

from redact.rule_tests import Outcome, run_examples
from redact.rulebook import packaged

IDS = [f"{rule.id}[{number}]" for rule in packaged().by_id.values() for number in range(len(rule.examples))]


@cache
def outcomes() -> dict[str, Outcome]:
    """All outcomes, made once: an engine for each example would cost more than the examples."""
    return {outcome.name: outcome for outcome in run_examples(packaged())}


@pytest.mark.parametrize("name", IDS)
def test_example(name: str) -> None:
    outcome = outcomes()[name]
    assert outcome.passed, f"{outcome.text!r}: expected {outcome.expected}, got {outcome.got}"


def test_every_example_was_run() -> None:
    assert sorted(outcomes()) == sorted(IDS)
