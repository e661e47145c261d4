"""The files for continuous integration call `redact audit` with options that it has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = (".pre-commit-hooks.yaml", "action.yml", "docs/ci/gitlab-ci.yml", "docs/ci/pre-publication-check.md")


@pytest.mark.parametrize("name", FILES)
def test_every_option_exists(name: str) -> None:
    from redact.cli.audit import audit_command

    known = {option for parameter in audit_command.params for option in parameter.opts}
    calls = re.findall(r"redact audit (.*)", (ROOT / name).read_text(encoding="utf-8"))
    assert calls
    used = {word for call in calls for word in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", call)}
    assert used <= known


@pytest.mark.parametrize("name", FILES)
def test_the_check_is_the_one_before_publication(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "--mode publication" in text or "default: publication" in text


def test_inputs_of_the_action_reach_the_script_as_variables_only() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    script = text[text.index("      run: |") :]
    assert "${{" not in script
