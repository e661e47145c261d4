"""In a pseudo-terminal: what is really sent (statements 3, 4, 55, 57, 58, 60, 61)."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

RUN = (
    "import sys; from pathlib import Path; from redact.tui.app import run; "
    "sys.exit(run(Path(sys.argv[1]), sys.argv[2], plain='plain' in sys.argv, rules=dict))"
)
HOSTILE = "\x1b]52;c;QUFB\x07\x1b[2J\x9b31m\x00\u202eevil\u202c\x07\rX"
CLIENT_SETS_CLIPBOARD = b"\x1b]52;"
SGR = re.compile(rb"\x1b\[([0-9;]*)m")


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, directory: Path, reviewer: str = "ana", size: tuple[int, int] = (24, 80), **env: str) -> None:
        self.sent = b""
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLUMNS": str(size[1]),
                       "LINES": str(size[0]), **env}  # fmt: skip
        for name in ("NO_COLOR", "LC_ALL", "LC_CTYPE"):
            if name not in env:
                environment.pop(name, None)
        self.master, slave = pty.openpty()
        import fcntl
        import struct
        import termios

        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(directory), reviewer],
            stdin=slave, stdout=slave, stderr=slave, env=environment, close_fds=True,
        )  # fmt: skip

    def read(self, seconds: float = 0.2) -> None:
        """Take what comes until it is quiet for a while."""
        while select.select([self.master], [], [], seconds)[0]:
            try:
                piece = os.read(self.master, 65536)
            except OSError as err:
                if err.errno == errno.EIO:
                    return
                raise
            if not piece:
                return
            self.sent += piece

    def wait_for(self, text: str, seconds: float = 20) -> None:
        """Read until a text was sent."""
        until = time.monotonic() + seconds
        while text.encode() not in self.sent:
            assert time.monotonic() < until, f"{text!r} was not shown; the end: {self.sent[-2000:]!r}"
            assert self.process.poll() is None, f"ended early: {self.sent[-2000:]!r}"
            self.read(0.05)

    def press(self, *keys: str) -> None:
        """Send keys one by one."""
        for key in keys:
            os.write(self.master, key.encode())
            # Wait for an answer: on a loaded machine a key right after Esc would be read with it, as an Alt chord.
            if select.select([self.master], [], [], 1.5 if key == "\x1b" else 0.4)[0]:
                self.read(0.06)
            if key == "\x1b":
                self.read(0.12)

    def end(self) -> int:
        """Wait for the end."""
        until = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < until:
            self.read(0.05)
        self.read(0.05)
        return self.process.wait(5)

    def is_restored(self) -> bool:
        """Whether cursor, mouse, alternate screen and line discipline are as before."""
        import termios

        off = [self.sent.rfind(code) for code in (b"\x1b[?25h", b"\x1b[?1049l", b"\x1b[?1000l", b"\x1b[?1003l")]
        on = [self.sent.rfind(code) for code in (b"\x1b[?25l", b"\x1b[?1049h", b"\x1b[?1000h", b"\x1b[?1003h")]
        return all(a > b for a, b in zip(off, on, strict=True)) and termios.tcgetattr(self.slave)[:4] == self.before[:4]

    def close(self) -> None:
        """Release everything."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def terminal() -> Any:
    made: list[Terminal] = []

    def opened(*args: Any, **options: Any) -> Terminal:
        made.append(Terminal(*args, **options))
        return made[-1]

    yield opened
    for each in made:
        each.close()


@pytest.fixture
def hostile(make_sample: Any, tmp_path: Path) -> Path:
    """Hostile characters in text, document name, message, rule, authority and note."""
    sample = make_sample()
    doc = f"name{HOSTILE.replace(chr(0), '')}.txt"
    sample.add_document(doc, f"A {HOSTILE} B\nline {HOSTILE}\n", title=HOSTILE, identifier=HOSTILE, era=HOSTILE)
    sample.add("code-missing", doc, HOSTILE, message=f"message {HOSTILE}")
    for finding in sample.findings:
        finding["rule"] = f"rule{HOSTILE}"
        finding["authority"] = finding["advice"] = HOSTILE
    sample.add_redaction(doc, 2, 8)
    sample.add_link(doc, 1, HOSTILE, 2, "same-line")
    directory: Path = sample.write(tmp_path / "audit")
    return directory


def test_no_hostile_byte_reaches_the_terminal(terminal: Any, hostile: Path, open_review: Any) -> None:
    open_review(hostile, f"b{HOSTILE}").decide([0], "dismissed", "other", f"note {HOSTILE}")
    with (hostile / "reviews" / "zz.jsonl").open("a") as stream:
        stream.write("{torn\n")
    screen = terminal(hostile, f"ana{HOSTILE.replace(chr(0), '')}", size=(40, 160))
    screen.wait_for("Your first review")
    screen.press("\x1b")
    screen.press("G", "\r", "r", "\x1b", "Y", "\x1b", "t", "\r", "x", "\x1b", "\x1b", "/", "e", "v", "i", "l", "\r")
    screen.press("1", "4", "\r", "x", "\x1b", "5", "y", "\x1b", "6", "?", "\x1b", "P", "\x1b", "f")
    screen.press("\x1b[200~" + HOSTILE + "\x1b[201~", "\x1b", "1", "6", "\x11")
    assert screen.end() == 0
    sent = screen.sent
    assert b"evil" in sent
    for clip in re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", sent):
        assert clip != b"QUFB"
    own = rb"\x1b\]52;c;[A-Za-z0-9+/=]*\x07|\x1b\]22;[a-z-]*\x07"  # the clipboard of y, the shape of the pointer
    plain = re.sub(own, b"", sent)
    assert CLIENT_SETS_CLIPBOARD not in plain
    for bad in (b"\x1b[2J", b"\x9b31m", b"\xc2\x9b", b"\x00", "\u202e".encode(), b"\x07"):
        assert bad not in plain, (bad, plain[max(0, plain.find(bad) - 300) : plain.find(bad) + 60])
    assert "␛".encode() in sent


def test_no_color_sends_no_colour_and_nothing_is_lost(terminal: Any, audit: Path) -> None:
    screen = terminal(audit, NO_COLOR="1")
    screen.wait_for("Your first review")
    screen.press("\x1b", "\r", "c", "d", "4", "\r", "?", "\x1b", "f", "\x1b", "1", "5", "q", "q")
    assert screen.end() == 0
    colours = set()
    for match in SGR.finditer(screen.sent):
        numbers = [int(part) for part in match[1].split(b";") if part]
        colours |= {n for n in numbers if 30 <= n <= 38 or 40 <= n <= 48 or 90 <= n <= 107}
    assert colours == set()
    shown = screen.sent.decode()
    for sign in (">", " E ", "»"):
        assert sign in shown
    bare = re.sub(r"\x1b\[[0-9;?$>=<]*[A-Za-z]", "", shown)
    assert re.search(r"> +E ", bare), "the cursor's row"
    assert re.search(r" C E ", bare), "a confirmed error"
    assert re.search(r" d E ", bare), "a dismissed error"


def test_the_c_locale_gets_ascii_frames(terminal: Any, audit: Path) -> None:
    screen = terminal(audit, LC_ALL="C")
    screen.wait_for("Your first review")
    screen.press("\x1b", "\r", "\r", "x", "\x1b", "\x1b", "d", "\x1b", "f", "\x1b", "?", "\x1b", "P", "\x1b")
    screen.press("1", "4", "5", "6", "q", "q")
    assert screen.end() == 0
    shown = re.sub(r"\x1b\[[0-9;?$>=<]*[A-Za-z]", "", screen.sent.decode())
    assert {c for c in shown if ord(c) > 126} == set()


@pytest.mark.parametrize("way", ["q", "ctrl+q", "SIGTERM", "SIGHUP"])
def test_every_exit_restores_the_terminal(terminal: Any, audit: Path, way: str) -> None:
    screen = terminal(audit)
    screen.wait_for("Your first review")
    screen.press("\x1b", "\r")
    if way == "q":
        screen.press("q", "q")
    elif way == "ctrl+q":
        screen.press("\x11")
    else:
        screen.process.send_signal(getattr(signal, way))
    status = screen.end()
    assert status == (0 if way in ("q", "ctrl+q") else 128 + getattr(signal, way))
    assert screen.is_restored()


def test_an_exception_restores_the_terminal_and_shows_no_traceback(terminal: Any, audit: Path) -> None:
    screen = terminal(audit)
    screen.wait_for("Your first review")
    (audit / "redactions.parquet").write_bytes(b"broken\x1b]52;c;QUFB\x07")
    (audit / "documents.parquet").write_bytes(b"broken")
    (audit / "spans.parquet").unlink()
    screen.press("\x1b", "\r", "\r", "x", "5")
    screen.read(0.5)
    if screen.process.poll() is None:
        screen.press("\x11")
    assert screen.end() in (0, 2)
    assert screen.is_restored()
    assert b"Traceback" not in screen.sent
    assert b"QUFB" not in screen.sent


def test_the_event_is_on_disk_before_the_mark_is_on_the_screen(terminal: Any, audit: Path) -> None:
    screen = terminal(audit)
    screen.wait_for("Your first review")
    screen.press("\x1b", "\r")
    os.write(screen.master, b"c")
    screen.wait_for("1 finding confirmed")
    screen.process.kill()
    log = (audit / "reviews" / "ana.jsonl").read_text()
    assert json.loads(log)["verdict"] == "confirmed"


def test_suspending_gives_the_terminal_back_and_continues(terminal: Any, audit: Path) -> None:
    screen = terminal(audit)
    screen.wait_for("Your first review")
    screen.press("\x1b", "\r", "c", "\x1a")

    def state() -> str:
        return Path(f"/proc/{screen.process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]

    until = time.monotonic() + 15
    while state() != "T" and time.monotonic() < until:
        screen.read(0.05)
    assert state() == "T"
    screen.read(0.1)
    assert screen.is_restored()
    screen.sent = b""
    screen.process.send_signal(signal.SIGCONT)
    screen.wait_for("Errors to decide")
    screen.press("c", "\x11")
    assert screen.end() == 0
    assert len((audit / "reviews" / "ana.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize("stream", ["stdin", "stderr"])
def test_without_a_terminal_it_refuses_in_one_sentence(audit: Path, stream: str) -> None:
    master, slave = pty.openpty()
    source = subprocess.DEVNULL if stream == "stdin" else slave
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(audit), "ana"], stdin=source, capture_output=True, timeout=60, check=False
    )
    os.close(master)
    os.close(slave)
    assert done.returncode == 2
    assert b"--plain" in done.stderr
    assert b"\x1b" not in done.stderr + done.stdout
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("wrong", ["nowhere", "empty"])
def test_what_is_no_audit_folder_is_refused(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "empty").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path / wrong), "ana", "plain"], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"redact audit" in done.stderr


def test_the_plain_mode_writes_the_same_events(audit: Path, open_review: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(audit), "ana", "plain"], input=b"c\nd 4\nb\nd 3 a note\ns look\nr\nl\n?\nq\n",
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stderr == b""
    assert b"\x1b" not in done.stdout
    text = done.stdout.decode()
    assert "Finding 1 of 6. Error. code-missing. Document 003.txt, line 43." in text
    assert "Text:   [REDACTED]" in text
    events = [json.loads(line) for line in (audit / "reviews" / "ana.jsonl").read_text().splitlines()]
    assert [(e["verdict"], e["reason"], e["note"]) for e in events] == [
        ("confirmed", None, None), ("dismissed", "order-in-force", None), ("second", None, "look"),
    ]  # fmt: skip
    keys = set(events[0])
    review = open_review(audit, "ben")
    review.decide([5], "confirmed")
    assert set(json.loads(review.log.path.read_text())) == keys


def test_the_plain_mode_shows_no_control_character(hostile: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(hostile), "ana", "plain"], input=b"e\nr\n", capture_output=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert not {c for c in done.stdout.decode() if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160}
    assert "\u202e" not in done.stdout.decode()
