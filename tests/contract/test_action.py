"""The composite GitHub Action's own script, run as a runner runs it, passes clean folders and fails planted ones."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import AS_OF, ROOT, script

pytestmark = pytest.mark.skipif(os.name != "posix" or shutil.which("bash") is None, reason="bash")
CLEAN = (
    "CONFIDENTIAL\n\nMEMORANDUM FOR: The Director\nFROM: Office of Security\nDATE: 3 March 2018\n"
    "SUBJECT: (U) Locks\n\n1. (C) The locks were changed.\n\n2. (U) The old ones were sold.\n\n"
    "Classified By: A. Smith, Director\nReason: 1.4(c)\nDeclassify On: 20280303\n\nCONFIDENTIAL\n"
)
PLANTED = CLEAN.replace("2. (U) The old ones", "2. (S) The old ones")
Step = Callable[..., tuple[int, str, dict[str, str]]]


def steps() -> dict[str, str]:
    """Scripts of the action by the name of their step."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    found = re.findall(r"(?m)^    - name: (.+)\n((?:      .*\n?)+)", text)
    scripts = {name: body.partition("run: ")[2] for name, body in found}
    return {name: textwrap.dedent(body.removeprefix("|\n")) for name, body in scripts.items()}


def inputs() -> dict[str, str]:
    """Names of the action's inputs with their defaults."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    block = text.partition("\ninputs:\n")[2].partition("\noutputs:\n")[0]
    entries = re.findall(r"(?m)^  ([a-z-]+):\n((?:    .*\n?)+)", block)
    return {
        name: match[1].strip().strip('"') if (match := re.search(r"default: (.*)", body)) else ""
        for name, body in entries
    }


@pytest.fixture
def action(tmp_path: Path, environment: dict[str, str]) -> Step:
    """`action(**inputs)` → exit status, log, outputs; runs in a workspace with a folder `release`."""
    (tmp_path / "release").mkdir()

    def call(**given: str) -> tuple[int, str, dict[str, str]]:
        outputs = tmp_path / "github_output"
        outputs.touch()
        values = inputs() | {"as-of": AS_OF} | {name.replace("_", "-"): value for name, value in given.items()}
        variables = {f"INPUT_{name.upper().replace('-', '_')}": value for name, value in values.items()}
        runner = {
            "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path), "GITHUB_OUTPUT": str(outputs),
            "GITHUB_ACTION_PATH": str(ROOT), "PATH": f"{script().parent}{os.pathsep}{environment['PATH']}",
        }  # fmt: skip
        file = tmp_path / "step.sh"
        file.write_text(steps()["Audit"], encoding="utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(file)], env=environment | runner | variables,
            cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        pairs = (line.partition("=") for line in outputs.read_text().splitlines())
        return done.returncode, done.stdout + done.stderr, {name: value for name, _, value in pairs}

    return call


def test_a_clean_folder_passes(action: Step, tmp_path: Path) -> None:
    (tmp_path / "release" / "locks.txt").write_text(CLEAN)
    status, log, outputs = action(paths="release/\n", sarif="redact.sarif", certificate="certificate.json")
    assert (status, outputs) == (0, {"status": "0"}), log
    assert "::error" not in log
    assert json.loads((tmp_path / "redact.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((tmp_path / "certificate.json").read_text())["mode"] == "publication"


def test_a_planted_document_fails(action: Step, tmp_path: Path) -> None:
    (tmp_path / "release" / "locks.txt").write_text(CLEAN)
    (tmp_path / "release" / "sold; touch pwned.txt").write_text(PLANTED)
    status, log, outputs = action(
        paths="\n  release/locks.txt  \nrelease/sold; touch pwned.txt\n\n", sarif="redact.sarif",
        certificate="certificate.json",
    )  # fmt: skip
    assert (status, outputs) == (1, {"status": "1"}), log
    (error,) = (line for line in log.splitlines() if line.startswith("::error"))
    assert "portion-exceeds-banner" in error
    assert "line=10,col=4" in error
    results = json.loads((tmp_path / "redact.sarif").read_text())["runs"][0]["results"]
    assert "portion-exceeds-banner" in {item["ruleId"] for item in results}
    assert json.loads((tmp_path / "certificate.json").read_text())["verdict"] == "not cleared"
    assert not (tmp_path / "pwned.txt").exists()


def test_nothing_to_read_or_a_wrong_input_is_2(action: Step, tmp_path: Path) -> None:
    assert action(paths="release/")[0] == 2
    (tmp_path / "release" / "locks.txt").write_text(CLEAN)
    status, log, outputs = action(paths="release/", fail_on="sometimes")
    assert (status, outputs["status"]) == (2, "2")
    assert "sometimes" in log


def test_it_runs_what_this_repository_holds() -> None:
    assert '"$GITHUB_ACTION_PATH"' in steps()["Install redact"]
