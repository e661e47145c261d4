"""Prints the figures of the gold sets, and every miss, at the end of the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

_RESULTS = pytest.StashKey[dict[str, Any]]()


@pytest.fixture
def record_score(request: pytest.FixtureRequest) -> Callable[[str, Any], None]:
    """`record_score(name, result)`: have a result printed when the run ends."""

    def record(name: str, result: Any) -> None:
        request.config.stash.setdefault(_RESULTS, {})[name] = result

    return record


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    results = config.stash.get(_RESULTS, {})
    if not results:
        return
    terminalreporter.section("gold sets")
    for name, result in results.items():
        if isinstance(result, tuple):
            wrong, count = result
            terminalreporter.line(f"{name}: {count - len(wrong)} of {count} right")
            errors = wrong
        else:
            all_kinds = result.figures()
            terminalreporter.line(
                f"{name}: " + ", ".join(f"{key} {value:.3f}" for key, value in all_kinds.items())
                + "; F1 by kind: " + ", ".join(f"{k} {result.figures(k)['f1']:.2f}" for k in sorted(result.tallies))
            )  # fmt: skip
            errors = result.errors
        # what was never looked at while rules are written stays so: of `heldout` the figures alone
        if name.startswith("heldout") and config.getoption("verbose") < 2:
            terminalreporter.line(f"  {len(errors)} misses (listed with -vvv)")
            continue
        for error in errors:
            terminalreporter.line(f"  {error}")
