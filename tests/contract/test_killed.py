"""An audit that is ended midway leaves the old audit folder or none, never half of one (statement 67)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AS_OF, script

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")
OLD_DAY = "2025-01-01"
N_COPIES = 12
N_TABLES, N_FILES = 7, 10
Moment = Callable[[Path], bool]


def staged(folder: Path) -> int | None:
    """Number of files in the folder that is being written; None where there is none yet."""
    for path in folder.parent.glob(f".{folder.name}.*"):
        try:
            return len(os.listdir(path))
        except OSError:
            continue
    return None


def day_of(folder: Path) -> str | None:
    """Day of the audit that a folder holds, read whole; None where there is no folder."""
    if not folder.exists():
        return None
    return str(json.loads((folder / "run.json").read_text(encoding="utf-8"))["as_of"])


def holds(count: int) -> Moment:
    return lambda folder: (staged(folder) or -1) >= count


def soon(folder: Path) -> bool:
    time.sleep(0.5)
    return True


MOMENTS: dict[str, Moment] = {
    "while documents are read": soon,
    "as the first file is begun": lambda folder: staged(folder) is not None,
    "with some tables written": holds(3),
    "with all tables written": holds(N_TABLES),
    "with all files written": holds(N_FILES),
    "as it is put in its place": lambda folder: folder.exists() and day_of(folder) == AS_OF,
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Path:
    """Enough documents that writing the folder takes a while."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(N_COPIES):
        for path in seeds.glob("*.txt"):
            (folder / f"{number}-{path.name}").write_bytes(path.read_bytes())
    return folder


@pytest.fixture
def start(many: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    processes = []

    def call(*more: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [str(script()), "audit", str(many), "--as-of", AS_OF, "--output", str(tmp_path / "out"), "-q", *more],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, cwd=tmp_path,
        )  # fmt: skip
        processes.append(process)
        return process

    yield call
    for process in processes:
        process.kill()
        process.communicate()


def complete(folder: Path) -> bool:
    """Whether a folder opens as an audit folder, with every table readable to its end."""
    from redact import audit_folder
    from redact.tables import SCHEMAS

    opened = audit_folder.read(folder)
    names = json.loads((folder / "run.json").read_text(encoding="utf-8"))["files"]
    return all(opened.read(name).height >= 0 for name in SCHEMAS) and all((folder / name).exists() for name in names)


@pytest.mark.parametrize(
    ("moment", "with_old"),
    [*((moment, True) for moment in MOMENTS), ("while documents are read", False), ("with some tables written", False)],
)
def test_killed(
    moment: str, with_old: bool, redact: Any, start: Callable[..., Any], tmp_path: Path, seeds: Path
) -> None:
    out = tmp_path / "out"
    if with_old:
        sample = seeds / "000_129857a8c4263248.txt"
        assert redact("audit", sample, "--as-of", OLD_DAY, "--output", out, "-q").status in (0, 1)
        (out / "reviews").mkdir()
        (out / "reviews" / "ana.jsonl").write_bytes(b'{"v":1}\n')
        (out / "notes.txt").write_bytes(b"mine")
    process = start()
    reached = MOMENTS[moment]
    while process.poll() is None and not reached(out):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    if process.returncode != -signal.SIGKILL:
        pytest.skip("it was over before the signal came")
    if out.exists():
        assert complete(out)
        assert day_of(out) in ((OLD_DAY, AS_OF) if with_old else (AS_OF,))
    else:
        assert not with_old
    if with_old:
        assert (out / "reviews" / "ana.jsonl").read_bytes() == b'{"v":1}\n'
        assert (out / "notes.txt").read_bytes() == b"mine"
    # The next audit succeeds, and takes away what the killed one had staged.
    assert redact("audit", seeds, "--as-of", AS_OF, "--output", out, "-q").status == 0
    assert complete(out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    if with_old:
        assert (out / "reviews" / "ana.jsonl").read_bytes() == b'{"v":1}\n'


def test_asked_to_end_it_cleans_up(start: Callable[..., Any], tmp_path: Path) -> None:
    process = start()
    while process.poll() is None and staged(tmp_path / "out") is None:
        pass
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode in (128 + signal.SIGTERM, 0, 1)
    assert b"Traceback" not in err
    left = [path.name for path in tmp_path.iterdir()]
    assert left in ([], ["out"])
    assert not left or complete(tmp_path / "out")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no list of processes")
def test_workers_end_with_a_killed_parent(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start("--jobs", "2")
    workers: set[int] = set()
    end = time.monotonic() + 20
    while not workers and time.monotonic() < end and process.poll() is None:
        workers = {pid for pid, parent, line in processes() if parent == process.pid and b"spawn_main" in line}
    assert workers
    process.kill()
    process.wait()
    while time.monotonic() < end and workers & {pid for pid, _, _ in processes()}:
        time.sleep(0.05)
    assert not workers & {pid for pid, _, _ in processes()}


def processes() -> list[tuple[int, int, bytes]]:
    """Id, id of the parent and command line of every process that is not a dead one's remains."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                state, parent = (path / "stat").read_text().rpartition(") ")[2].split()[:2]
                line = (path / "cmdline").read_bytes()
            except OSError:
                continue
            if state != "Z":
                found.append((int(path.name), int(parent), line))
    return found
