"""Signs of life on standard error: a bar on a terminal, lines in CI, nothing that steers in a file (statement 78)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AS_OF, script

pty = pytest.importorskip("pty", reason="pseudo-terminals")
termios = pytest.importorskip("termios", reason="pseudo-terminals")
Terminal = Callable[..., tuple[int, bytes, bytes]]


@pytest.fixture
def on_terminal(environment: dict[str, str], seeds: Path, tmp_path: Path) -> Terminal:
    """`on_terminal(*arguments, **environment)` → status, what the terminal got on stderr, standard output."""

    def call(*arguments: str, **more: str) -> tuple[int, bytes, bytes]:
        ours, theirs = pty.openpty()
        mode = termios.tcgetattr(theirs)
        mode[1] &= ~termios.OPOST  # a line feed stays one: no carriage return of the terminal's own
        termios.tcsetattr(theirs, termios.TCSANOW, mode)
        kept = {name: value for name, value in environment.items() if name not in ("CI", "NO_COLOR", "TERM")}
        with (tmp_path / "stdout").open("wb") as out:
            process = subprocess.Popen(
                [str(script()), "audit", str(seeds), "--as-of", AS_OF, *arguments], stdin=subprocess.DEVNULL,
                stdout=out, stderr=theirs, env=kept | {"TERM": "xterm-256color"} | more, cwd=tmp_path,
            )  # fmt: skip
        os.close(theirs)
        got = bytearray()
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:
                break
            if not piece:
                break
            got += piece
        os.close(ours)
        return process.wait(timeout=60), bytes(got), (tmp_path / "stdout").read_bytes()

    return call


def test_a_terminal_gets_a_bar_that_goes_away(on_terminal: Terminal, redact: Any, seeds: Path) -> None:
    status, shown, out = on_terminal("--format", "json")
    plain = redact("audit", seeds, "--as-of", AS_OF, "--format", "json")
    assert b"reading" in shown
    assert b"/5" in shown
    assert b"\x1b[" in shown
    last = shown.decode().rsplit("reading", 1)[1]
    assert "\x1b[2K" in last  # wiped before the summary
    assert plain.err.splitlines()[-1] in shown.decode()
    assert (status, out) == (plain.status, plain.stdout)  # findings are the same, and only findings


@pytest.mark.parametrize(
    ("arguments", "more"),
    [((), {"CI": "1"}), ((), {"CI": "true"}), ((), {"TERM": "dumb"}), (("--progress", "text"), {}), (("-q",), {})],
    ids=["CI=1", "CI=true", "TERM=dumb", "asked for text", "quiet"],
)
def test_elsewhere_a_terminal_gets_lines_only(
    on_terminal: Terminal, arguments: tuple[str, ...], more: dict[str, str]
) -> None:
    _, shown, _ = on_terminal("--color", "never", *arguments, **more)
    assert b"\r" not in shown
    assert b"\x1b" not in shown
    if "-q" in arguments:
        assert shown == b""
    else:
        assert b"5 documents" in shown


@pytest.mark.parametrize("format_", ["full", "concise", "json", "csv", "sarif", "junit", "github"])
def test_a_file_gets_no_carriage_return_and_no_escape(
    redact: Any, seeds: Path, environment: dict[str, str], tmp_path: Path, format_: str
) -> None:
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        subprocess.run(
            [str(script()), "audit", str(seeds), "--as-of", AS_OF, "--format", format_, "-v"], stdout=out, stderr=err,
            env=environment | {"TERM": "xterm-256color"}, cwd=tmp_path, check=False, timeout=60,
        )  # fmt: skip
    said = (tmp_path / "err").read_bytes()
    assert b"5 documents" in said
    for data in (said, (tmp_path / "out").read_bytes() if format_ != "csv" else b""):  # lines of CSV end in CR LF
        assert b"\r" not in data
        assert b"\x1b" not in data


def test_text_says_how_far_it_is_every_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from redact.cli.progress import progress

    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("CI", "1")
    with progress("auto", 40_000) as done:
        assert done is not None
        for seconds in (1.0, 3.0, 5.0, 12.9, 13.1, 14.0):
            now[0] = 100.0 + seconds
            done(2_000)
        now[0] = 200.0
        done(28_000)  # the last one: the summary says the rest
    assert capsys.readouterr().err.splitlines() == [
        "redact: 4,000 of 40,000 documents read",
        "redact: 10,000 of 40,000 documents read",
    ]
