"""What several test folders share: the installed command, run as its users run it, and the folders of the samples."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
AS_OF = "2026-01-01"


@dataclass(frozen=True)
class Run:
    """What one call of the command left behind."""

    args: tuple[str, ...]
    status: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self) -> str:
        return self.stdout.decode("utf-8")

    @property
    def err(self) -> str:
        return self.stderr.decode("utf-8")

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Standard output read as JSON Lines; every line has to be an object."""
        return [json.loads(line) for line in self.out.split("\n") if line]


Command = Callable[..., Run]


def script() -> Path:
    """The console script of the environment that runs the tests."""
    folder = Path(sys.executable).parent
    return next((path for name in ("redact", "redact.exe") if (path := folder / name).exists()), folder / "redact")


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """Environment of a call: no settings of whoever runs the tests, UTF-8, no terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REDACT_", "PYTHON", "COV_"))}
    return kept | {"PYTHONUTF8": "1", "COLUMNS": "80", "LINES": "24"}


@pytest.fixture(scope="session")
def redact(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Command:
    """`redact(*args, stdin=b"", cwd=None)`: runs the installed command; a traceback fails the test."""
    elsewhere = tmp_path_factory.mktemp("cwd")

    def call(*args: str | Path, stdin: bytes = b"", cwd: Path | None = None, **more: str) -> Run:
        done = subprocess.run(
            [str(script()), *map(str, args)], input=stdin, capture_output=True, cwd=cwd or elsewhere,
            env=environment | more, timeout=120, check=False,
        )  # fmt: skip
        assert b"Traceback" not in done.stderr, done.stderr.decode("utf-8", "replace")[-3000:]
        return Run(tuple(map(str, args)), done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five seed documents."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def released() -> Path:
    """The folder of officially released documents that the golden cases are about."""
    return ROOT / "tests" / "golden" / "documents"
