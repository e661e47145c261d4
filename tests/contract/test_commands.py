"""Help, rule commands and start-up: what every command promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT


def commands() -> list[tuple[str, ...]]:
    """Every command and sub-command there is."""
    import click

    from redact.cli import cli

    found: list[tuple[str, ...]] = [()]
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, sub) for sub in command.list_commands(context)]
    return found


HEAVY = ("polars", "pandera", "textual", "pandas", "numpy", "rich", "jinja2")


class TestHelp:
    @pytest.mark.parametrize("command", commands(), ids=lambda command: " ".join(command) or "redact")
    def test_it_fits_80_columns_with_an_example_and_the_exit_status(
        self, redact: Any, command: tuple[str, ...]
    ) -> None:
        run = redact(*command, "--help")
        assert (run.status, run.err) == (0, "")
        assert [line for line in run.out.splitlines() if len(line) > 80] == []
        assert "Example" in run.out
        assert f"redact {' '.join(command)}".strip() in run.out
        assert "exit status" in run.out.lower()
        assert "0" in run.out
        assert "2" in run.out

    def test_alone_it_prints_its_help(self, redact: Any) -> None:
        assert redact().out == redact("--help").out
        assert redact().status == 0

    def test_every_exit_status_is_listed(self, redact: Any) -> None:
        for command in ((), ("audit",)):
            out = redact(*command, "--help").out
            assert all(
                any(line.split()[:1] == [status] for line in out.splitlines()) for status in ("0", "1", "2", "130")
            )

    def test_version(self, redact: Any) -> None:
        from importlib.metadata import version

        assert version("redact-audit") in redact("--version").out

    def test_a_mistyped_command_is_answered_with_the_nearest(self, redact: Any) -> None:
        run = redact("audti", "x.txt")
        assert (run.status, run.out) == (2, "")
        assert "audit" in run.err


class TestStartUp:
    def test_help_imports_nothing_heavy(self, environment: dict[str, str]) -> None:
        calls = [[*command, "--help"] for command in commands()]
        code = (
            "import sys\nfrom redact.cli import main\n"
            f"for call in {calls!r}:\n"
            "    try: main(call)\n"
            "    except SystemExit: pass\n"
            "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env=environment,
            check=True,
            cwd=ROOT / "tests",
        )
        loaded = set(done.stderr.replace("'", " ").replace(",", " ").split())
        assert loaded & set(HEAVY) == set()


class TestRulesCommands:
    @pytest.fixture(scope="module")
    @staticmethod
    def listed(redact: Any) -> Any:
        return redact("rules", "list", "--format", "json")

    def test_list_as_json(self, listed: Any) -> None:
        rows = json.loads(listed.out)
        assert listed.status == 0
        assert {"id", "kind", "title", "severity", "confidence", "status", "authority", "rationale", "advice"} <= set(
            rows[0]
        )
        assert len({row["id"] for row in rows}) == len(rows)
        assert {"declass-overdue", "document-unreadable", "rule-timed-out", "double-header"} <= {
            row["id"] for row in rows
        }

    def test_list_as_text_names_each_rule_once(self, redact: Any, listed: Any) -> None:
        run = redact("rules", "list")
        assert run.status == 0
        assert [line.split()[0] for line in run.out.splitlines()] == [row["id"] for row in json.loads(listed.out)]

    def test_test_runs_all_examples(self, redact: Any) -> None:
        run = redact("rules", "test")
        assert run.status == 0, run.out[-2000:]
        assert run.out.rstrip().endswith(" 0 failed.")

    def test_test_of_a_missing_path(self, redact: Any) -> None:
        run = redact("rules", "test", "no/such/rules")
        assert (run.status, run.out) == (2, "")
        assert "no/such/rules" in run.err

    def test_explain(self, redact: Any) -> None:
        run = redact("explain", "declass-overdue")
        assert run.status == 0
        assert "declass-overdue" in run.out
        assert "E.O. 13526" in run.out
        assert "extension" in run.out  # of its advice
        card = json.loads(redact("explain", "banner-line", "--format", "json").out)
        assert (card["id"], card["kind"]) == ("banner-line", "banner")

    @pytest.mark.parametrize(("wrong", "right"), [("declass-overdu", "declass-overdue"), ("banner", "banner-line")])
    def test_explain_of_an_unknown_rule_suggests(self, redact: Any, wrong: str, right: str) -> None:
        run = redact("explain", wrong)
        assert (run.status, run.out) == (2, "")
        assert right in run.err
        assert redact("explain", "zzzz").status == 2


def test_review_needs_an_audit_folder_and_a_terminal(redact: Any, tmp_path: Path) -> None:
    missing = redact("review", tmp_path / "none")
    assert (missing.status, missing.out) == (2, "")
    assert "none" in missing.err
    (tmp_path / "other").mkdir()
    wrong = redact("review", tmp_path / "other")
    assert (wrong.status, wrong.out) == (2, "")
    assert wrong.err.strip()
