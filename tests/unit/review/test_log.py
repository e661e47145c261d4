"""Logs: appended by many at once, read while they grow, never rewritten."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from redact.errors import UsageError
from redact.review.events import Event, checked, file_name, identity, parse
from redact.review.log import ReviewLog

WRITE = """
import sys
from pathlib import Path
from redact.review.events import Event
from redact.review.log import ReviewLog
log = ReviewLog(Path(sys.argv[1]), "ana")
for number in range(int(sys.argv[3])):
    log.append([Event(id=f"{sys.argv[2]}-{number}", at="2026-11-22T10:00:00Z", reviewer="ana", verdict="confirmed",
                      fingerprint="f" * 32, rule="r", digest="d", reason=None, note="n" * 400, until=None,
                      batch=sys.argv[2], undoes=None, audit=None)])
"""


def event(number: int = 0, **values: object) -> Event:
    given: dict[str, object] = {
        "id": f"e{number}", "at": f"2026-11-22T10:00:{number:02}Z", "reviewer": "ana", "verdict": "confirmed",
        "fingerprint": "f" * 32, "rule": "r", "digest": "d", "reason": None, "note": None, "until": None,
        "batch": f"b{number}", "undoes": None, "audit": None, **values,
    }  # fmt: skip
    return Event(**given)  # type: ignore[arg-type]


def test_writers_at_once_tear_no_line(tmp_path: Path) -> None:
    count = 5_000
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE, str(tmp_path), f"w{number}", str(count)]) for number in range(4)
    ]
    assert [writer.wait(120) for writer in writers] == [0] * 4
    lines = (tmp_path / "ana.jsonl").read_text().splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == 4 * count == len(lines)


def test_a_torn_line_is_reported_kept_and_not_glued_to(tmp_path: Path) -> None:
    log = ReviewLog(tmp_path, "ana")
    log.append([event(1)])
    with log.path.open("ab") as stream:
        stream.write(b'{"v":1,"id":"torn')
    again = ReviewLog(tmp_path, "ana")
    assert [e.id for e in again.poll()[0]] == ["e1"]
    assert again.notices == ["ana.jsonl: its last line is cut off; it is kept and skipped"]
    again.append([event(2)])
    assert [e.id for e in again.poll()[0]] == ["e2"]
    assert b'{"v":1,"id":"torn\n' in log.path.read_bytes()
    assert [e.id for e in ReviewLog(tmp_path, "ben").poll()[0]] == ["e1", "e2"]


def test_only_what_was_added_is_read_again(tmp_path: Path) -> None:
    ana, ben = ReviewLog(tmp_path, "ana"), ReviewLog(tmp_path, "ben")
    ana.append([event(1)])
    assert [e.id for e in ben.poll()[0]] == ["e1"]
    assert ben.poll() == ([], False)
    ana.append([event(2), event(3)])
    assert [e.id for e in ben.poll()[0]] == ["e2", "e3"]
    ana.path.write_text(event(9).line())
    events, anew = ben.poll()
    assert anew
    assert [e.id for e in events] == ["e9"]


@pytest.mark.parametrize(
    "line",
    ["", "[]", "{}", '{"v":2}', "\xff", '{"v":1,"id":1}', event(verdict="maybe").line(), event(digest=None).line()],
)
def test_a_line_that_is_no_event_is_skipped_with_a_notice(tmp_path: Path, line: str) -> None:
    (tmp_path / "x.jsonl").write_bytes(line.strip().encode("latin-1") + b"\n" + event(1).line().encode())
    log = ReviewLog(tmp_path, "ana")
    assert [e.id for e in log.poll()[0]] == ["e1"]
    assert len(log.notices) == (1 if line.strip() else 0)


def test_a_line_reads_back_and_holds_no_more_than_it_should() -> None:
    written = event(1, note='[/x] "\n\x1b', reason="other", verdict="dismissed")
    line = written.line()
    assert line.count("\n") == 1
    assert line.isascii()
    assert parse(line) == written
    assert set(json.loads(line)) == {
        "v", "id", "at", "reviewer", "verdict", "fingerprint", "rule", "digest", "reason", "note", "until", "batch",
        "undoes", "audit",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["../../etc/passwd", "Ana Lima", "a/b", "..", ".hidden", "CON\x00", "名前", "x" * 300])
def test_a_reviewers_name_makes_a_harmless_file_name(name: str) -> None:
    made = file_name(name)
    assert made == Path(made).name
    assert not made.startswith(".")
    assert len(made) < 80
    assert made == file_name(f"  {name.upper()} ") or name != name.lower()


def test_names_are_compared_as_people_read_them() -> None:
    assert identity(" Ana ") == identity("ANA") == identity("\uff21na")
    assert file_name("a b") != file_name("a-b")
    with pytest.raises(UsageError, match="--reviewer"):
        file_name("  ")


def test_incomplete_dismissals_are_refused() -> None:
    with pytest.raises(UsageError, match="reason of the list"):
        checked(event(verdict="dismissed", reason="because"))
    with pytest.raises(UsageError, match="needs a note"):
        checked(event(verdict="dismissed", reason="other", note="  "))
    with pytest.raises(UsageError, match="2000 is the most"):
        checked(event(note="n" * 2001))
