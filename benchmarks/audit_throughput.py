"""Throughput and memory of `redact audit PATH --format json`, beside ripgrep with the same patterns.

    python benchmarks/audit_throughput.py [--megabytes 105] [--source DIR ...] [--data DIR] [--profile]

Documents are replicated as they are and with perturbation. Exit status 1 where copies as they are miss a floor:
15 MB/s, and an eighth of ripgrep in the same run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from corpus import make, read_sources

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-01-01"
LEAST_SPEED = 15.0
"""MB/s of input, the whole command, two cores."""
LEAST_SHARE = 1 / 8
"""Share of ripgrep's speed with the same patterns."""
SAMPLE = 0.2
"""Seconds between two looks at the memory of the processes."""


def default_sources() -> list[Path]:
    """Folders of the repository that hold released documents."""
    return [*sorted((ROOT / "tests" / "gold").glob("*/documents")), ROOT / "tests/golden/documents", ROOT / "seeds"]


def resident(pid: int) -> int:
    """Bytes in memory of a process and of those that it started."""
    total, wanted = 0, {pid}
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    for child in sorted(parents):
        if parents[child] in wanted:
            wanted.add(child)
    for one in wanted:
        try:
            pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
        total += pages * os.sysconf("SC_PAGE_SIZE")
    return total


def timed(command: Sequence[str], output: Path) -> tuple[float, int, int]:
    """Run a command; gives seconds, most bytes in memory of all its processes, exit status."""
    with output.open("wb") as out:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        peak = 0
        while process.returncode is None:
            peak = max(peak, resident(process.pid))
            with suppress(subprocess.TimeoutExpired):
                process.wait(SAMPLE)
    return time.perf_counter() - begun, peak, process.returncode


def run_ripgrep(data: Path, work: Path) -> float | None:
    """Seconds that ripgrep takes with the packaged patterns; None where it is not installed."""
    program = shutil.which("rg")
    if program is None:
        return None
    from rg_patterns import patterns

    from redact.rulebook import packaged

    kept: list[str] = []
    every = list(patterns(packaged().patterns))
    for _, pattern in every:
        command = [program, "--no-unicode", "--quiet", "-e", pattern]
        if subprocess.run(command, input=b"", capture_output=True, check=False).returncode < 2:
            kept.append(pattern)
    print(f"ripgrep takes {len(kept)} of {len(packaged().patterns)} patterns (without look-around)")
    file = work / "patterns"
    file.write_text("\n".join(kept) + "\n")
    seconds, _, _ = timed([program, "--json", "--no-unicode", "-f", str(file), str(data)], work / "rg.json")
    return seconds


def run_audit(data: Path, work: Path, jobs: int | None) -> tuple[float, int]:
    """Seconds and most bytes in memory of the whole command."""
    program = Path(sys.executable).with_name("redact")
    command = [str(program), "audit", str(data), "--format", "json", "--as-of", DAY, "--isolated", "--quiet"]
    if jobs:
        command += ["--jobs", str(jobs)]
    seconds, peak, status = timed(command, work / "findings.jsonl")
    if status not in (0, 1):
        raise SystemExit(f"the audit ended with status {status}")
    return seconds, peak


def size_of(folder: Path) -> tuple[int, int]:
    """Bytes and number of the documents in a folder."""
    sizes = [file.stat().st_size for file in folder.rglob("*.txt")]
    return sum(sizes), len(sizes)


def say_audit(name: str, data: Path, size: int, work: Path, jobs: int | None) -> float:
    """Audit a folder and print what it took; gives the seconds."""
    seconds, peak = run_audit(data, work, jobs)
    print(f"{name:18} {seconds:6.1f} s {size / seconds / 1e6:7.1f} MB/s, {peak / 1e6:.0f} MB in memory at most")
    return seconds


def start_up(work: Path) -> None:
    """Times of the shortest runs."""
    program = str(Path(sys.executable).with_name("redact"))
    small = next(iter(sorted((ROOT / "seeds").glob("*.txt"))))
    for name, command in (
        ("redact --help", [program, "--help"]),
        ("one small file", [program, "audit", str(small), "--isolated", "--format", "json", "--as-of", DAY, "-q"]),
    ):
        seconds = min(timed(command, work / "small")[0] for _ in range(3))
        print(f"{name:16} {seconds:.2f} s")


def profile(texts: Iterable[str]) -> None:
    """Seconds and speed of each stage, in this process alone."""
    from redact.auditing import documents_frame
    from redact.check_examine import examine
    from redact.checktables import build
    from redact.conditions import check
    from redact.document import Document
    from redact.facts import derive
    from redact.findings import build_findings
    from redact.pipeline import Engine
    from redact.router import document_type
    from redact.rulebook import packaged
    from redact.scan import Scanner

    begun = time.process_time()
    engine = Engine(packaged())
    print(f"{'rulebook':16} {time.process_time() - begun:7.3f} s")
    frame = documents_frame((f"{number}.txt", text) for number, text in enumerate(texts))
    size = int(frame["n_chars"].sum())
    clock = time.process_time()

    def say(stage: str) -> None:
        nonlocal clock
        seconds = time.process_time() - clock
        print(f"{stage:16} {seconds:7.3f} s {size / max(seconds, 1e-9) / 1e6:8.1f} MB/s")
        clock = time.process_time()

    documents = [Document.of(doc, text) for doc, text in frame.select("doc", "text").iter_rows()]
    say("line index")
    scanner = Scanner(engine.rulebook)
    scans = scanner.scan_all(documents)
    say("scan")
    kinds = [document_type(document, scan.spans) for document, scan in zip(documents, scans, strict=True)]
    spans = [[] if kind == "not-a-record" else scan.spans for scan, kind in zip(scans, kinds, strict=True)]
    say("route")
    records = [derive(d, some, kind=kind) for d, some, kind in zip(documents, spans, kinds, strict=True)]
    say("derive")
    examined = [(d.doc, examine(d, some, r)) for d, some, r in zip(documents, spans, records, strict=True)]
    say("examine")
    clock = time.process_time()
    tables = engine.audit(frame, as_of=date.fromisoformat(DAY), only=frozenset())
    base = {name: getattr(tables, name) for name in ("spans", "portions", "redactions", "links", "document_facts")}
    say("all but checks")
    conditions = [rule for rule in engine.rulebook.conditions if rule.scope == "document"]
    checked = check(build(frame, **base, examined=examined), conditions, as_of=date.fromisoformat(DAY))
    say("check")
    build_findings(frame, base["document_facts"], checked.violations)
    say("findings")
    print(f"{tables.spans.height / size * 1000:.1f} spans a kilobyte, {len(documents)} documents")


def main() -> int:
    """Make the corpus, run ripgrep and the audit, say what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=105, help="size of the corpus")
    parser.add_argument("--source", type=Path, action="append", help="folder with documents to replicate")
    parser.add_argument("--data", type=Path, help="folder of documents to audit as they are, instead of replicating")
    parser.add_argument("--jobs", type=int, help="processes; default by size")
    parser.add_argument("--profile", action="store_true", help="time each stage on 12 MB of perturbed copies")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        sources = read_sources(given.source or default_sources())
        data: Path = given.data or work / "copies"
        if given.data is None:
            make(data, sources, int(given.megabytes * 1e6), changed=False)
        size, count = size_of(data)
        print(f"{size / 1e6:.0f} MB in {count} documents")
        start_up(work)
        rg_seconds = run_ripgrep(data, work)
        if rg_seconds is not None:
            print(f"{'ripgrep':18} {rg_seconds:6.1f} s {size / rg_seconds / 1e6:7.1f} MB/s")
        seconds = say_audit("redact audit", data, size, work, given.jobs)
        if given.data is None:
            perturbed = work / "perturbed"
            changed = make(perturbed, sources, size)
            say_audit("copies perturbed", perturbed, changed, work, given.jobs)
        share = rg_seconds / seconds if rg_seconds is not None else None
        if share is not None:
            print(f"{'share':18} {share:6.2f} of ripgrep (floor {LEAST_SHARE})")
        if given.profile:
            some: list[str] = []
            for file in sorted((data if given.data is not None else perturbed).rglob("*.txt")):
                some.append(file.read_text("utf-8"))
                if sum(map(len, some)) > 12e6:
                    break
            profile(some)
    missed = size / seconds / 1e6 < LEAST_SPEED or (share is not None and share < LEAST_SHARE)
    if missed:
        print(f"missed: at least {LEAST_SPEED:.0f} MB/s and {LEAST_SHARE} of ripgrep are asked for")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
