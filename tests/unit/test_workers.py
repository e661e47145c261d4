"""Batches and processes: same result whatever their number, no document lost when something fails."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from redact import workers
from redact.batches import Job, audit_batch
from redact.pipeline import Batch, Tables
from redact.sources import Input
from redact.team import PREPARED
from redact.workers import pieces, run, workers_for

JOB = Job((), date(2026, 1, 1), "archive", {}, None, keep_all=True)
TEXT = "SECRET LIMA 0{number}\n\nE.O. 12958: DECL: 11/08/2015\nSUBJECT: TEST\n\n1. (C) He met [REDACTED].\n\nSECRET\n"


def inputs(folder: Path, count: int, repeat: int = 1) -> list[Input]:
    found = []
    for number in range(count):
        path = folder / f"{number:03}.txt"
        path.write_text(TEXT.format(number=number) * repeat)
        found.append(Input(path.name, path))
    return found


def docs(results: list[Tables]) -> list[str]:
    return [doc for tables in results for doc in tables.documents["doc"]]


def rules(results: list[Tables]) -> dict[str, list[str]]:
    every: dict[str, list[str]] = {}
    for tables in results:
        for doc, rule in tables.findings.select("doc", "rule").iter_rows():
            every.setdefault(rule, []).append(doc)
    return every


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], bool], type[BaseException]], None]:
    """Makes the engine raise where a batch holds a document of that name."""

    def install(is_bad: Callable[[str], bool], error: type[BaseException]) -> None:
        sound = Batch.add

        def add(self: Batch, documents: pl.DataFrame, texts: list[str | None]) -> None:
            if any(text is not None and is_bad(doc) for doc, text in zip(documents["doc"], texts, strict=True)):
                raise error("planted")
            sound(self, documents, texts)

        monkeypatch.setattr(Batch, "add", add)

    return install


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of two or three of the documents of `inputs`, batches of a few pieces."""
    monkeypatch.setattr(workers, "PIECE_BYTES", 300)
    monkeypatch.setattr(workers, "LEAST_PIECE_BYTES", 300)
    monkeypatch.setattr(workers, "BATCH_BYTES", 800)


class TestPieces:
    def test_inputs_keep_their_order_and_none_is_lost(self, tmp_path: Path, small: None) -> None:
        some = inputs(tmp_path, 20)
        plan = pieces(some)
        assert [item for piece in plan for item in piece] == some
        assert len(plan) > 3

    def test_a_file_larger_than_a_piece_has_one_of_its_own(self, tmp_path: Path, small: None) -> None:
        some = inputs(tmp_path, 3, repeat=50)
        assert [len(piece) for piece in pieces(some)] == [1, 1, 1]

    def test_they_get_smaller_so_that_all_processes_end_together(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workers, "LEAST_PIECE_BYTES", 300)
        sizes = [len(piece) for piece in pieces(inputs(tmp_path, 60), 2)]
        assert sizes[0] > 3 * sizes[-1]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] <= 60 / 8

    def test_nothing_has_none(self) -> None:
        assert pieces([]) == []

    def test_little_input_pays_for_no_process(self, tmp_path: Path) -> None:
        assert workers_for(inputs(tmp_path, 3), None) == 1
        assert workers_for(inputs(tmp_path, 3), 4) == 4

    def test_a_missing_file_has_no_size(self, tmp_path: Path) -> None:
        assert workers.size_of(Input("gone", tmp_path / "gone")) == 0


class TestResults:
    def test_they_do_not_depend_on_pieces_or_processes(self, tmp_path: Path, request: pytest.FixtureRequest) -> None:
        some = inputs(tmp_path, 24)
        one = run(JOB, some, 1)
        assert len(one) == 1
        request.getfixturevalue("small")
        assert len(run(JOB, some, 1)) > 1
        for jobs in (1, 2, 3):
            several = run(JOB, some, jobs)
            for table in ("documents", "spans", "portions", "redactions", "links", "document_facts"):
                assert pl.concat([getattr(t, table) for t in several]).equals(getattr(one[0], table))
            assert rules(several) == rules(one)

    def test_processes_may_be_started_before(self, tmp_path: Path, small: None) -> None:
        some = inputs(tmp_path, 12)
        workers.prepare((), some, 2)
        assert PREPARED
        assert docs(run(JOB, some, 2)) == [item.doc for item in some]
        assert not PREPARED

    def test_processes_that_were_started_for_other_inputs_do_not_read_them(self, tmp_path: Path, small: None) -> None:
        some = inputs(tmp_path, 12)
        workers.prepare((), some, 2)
        assert docs(run(JOB, some[6:], 2)) == [item.doc for item in some[6:]]
        assert not PREPARED

    def test_little_input_starts_no_process(self, tmp_path: Path) -> None:
        workers.prepare((), inputs(tmp_path, 3))
        assert not PREPARED

    def test_progress_counts_every_document(self, tmp_path: Path) -> None:
        seen: list[int] = []
        run(JOB, inputs(tmp_path, 7), 1, seen.append)
        assert sum(seen) == 7

    def test_progress_is_told_on_the_way(self, tmp_path: Path, small: None) -> None:
        for jobs in (1, 2):
            seen: list[int] = []
            run(JOB, inputs(tmp_path, 40), jobs, seen.append)
            assert sum(seen) == 40
            assert max(seen) < 40

    def test_texts_are_let_go_where_nothing_will_show_them(self, tmp_path: Path) -> None:
        (tmp_path / "news.txt").write_text("The cat sat on the mat.\n")
        seed = next(Path(__file__).parents[2].joinpath("seeds").glob("003_*.txt"))
        some = [Input("seed.txt", seed), Input("news.txt", tmp_path / "news.txt")]
        job = Job((), date(2026, 1, 1), "archive", {}, None, keep_all=False)
        kept = dict(audit_batch(job, [some]).documents.select("doc", "text").iter_rows())
        assert kept["news.txt"] is None
        assert kept["seed.txt"]
        none = audit_batch(replace(job, show_text=False), [some])
        assert none.documents["text"].null_count() == 2
        assert none.findings.equals(audit_batch(replace(job, keep_all=True), [some]).findings)

    def test_rows_are_let_go_where_nothing_will_write_them(self, tmp_path: Path) -> None:
        some = inputs(tmp_path, 3)
        kept, gone = (audit_batch(replace(JOB, keep_all=keep), [some]) for keep in (True, False))
        assert kept.spans.height
        assert gone.spans.height == gone.portions.height == gone.redactions.height == gone.links.height == 0
        assert gone.spans.schema == kept.spans.schema
        assert gone.findings.equals(kept.findings)
        assert gone.document_facts.equals(kept.document_facts)


class TestFailures:
    @pytest.mark.parametrize("error", [ValueError, MemoryError, pl.exceptions.PanicException])
    def test_a_document_on_which_the_engine_fails_is_a_finding(
        self, tmp_path: Path, failing: Callable[..., None], error: type[BaseException]
    ) -> None:
        failing(lambda doc: doc == "005.txt", error)
        results = run(JOB, inputs(tmp_path, 12), 1)
        assert docs(results) == [f"{number:03}.txt" for number in range(12)]
        assert rules(results)["document-unreadable"] == ["005.txt"]
        unreadable = pl.concat([tables.documents for tables in results]).filter(pl.col("doc") == "005.txt")
        assert error.__name__ in unreadable["unreadable"][0]
        assert unreadable["sha256"][0]

    def test_an_engine_that_always_fails_says_so(self, tmp_path: Path, failing: Callable[..., None]) -> None:
        failing(lambda doc: True, ZeroDivisionError)
        with pytest.raises(ZeroDivisionError):
            run(JOB, inputs(tmp_path, 40), 1)

    def test_what_was_read_before_a_failure_is_in_the_result(
        self, tmp_path: Path, small: None, failing: Callable[..., None]
    ) -> None:
        failing(lambda doc: doc in ("009.txt", "010.txt"), ValueError)
        results = run(JOB, inputs(tmp_path, 12), 1)
        assert docs(results) == [f"{number:03}.txt" for number in range(12)]
        assert rules(results)["document-unreadable"] == ["009.txt", "010.txt"]

    def test_an_interrupt_is_not_taken_for_a_failure(self, tmp_path: Path, failing: Callable[..., None]) -> None:
        failing(lambda doc: doc == "003.txt", KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            run(JOB, inputs(tmp_path, 5), 1)

    def test_a_killed_worker_loses_no_document(self, tmp_path: Path, small: None) -> None:
        before = {child.pid for child in multiprocessing.active_children()}
        killed: list[int] = []

        def kill(_: int) -> None:
            for child in multiprocessing.active_children():
                if child.pid is not None and child.pid not in before and not killed:
                    os.kill(child.pid, signal.SIGKILL)
                    killed.append(child.pid)

        results = run(JOB, inputs(tmp_path, 30), 2, kill)
        assert killed
        assert docs(results) == [f"{number:03}.txt" for number in range(30)]
        assert "document-unreadable" not in rules(results)

    def test_no_worker_outlives_a_run_that_ends_early(self, tmp_path: Path, small: None) -> None:
        before = {child.pid for child in multiprocessing.active_children()}

        def stop(_: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run(JOB, inputs(tmp_path, 30), 2, stop)
        for child in multiprocessing.active_children():
            if child.pid not in before:
                # Another thread may have taken note of its end, and says so a moment later.
                end = time.monotonic() + 10
                while child.is_alive() and time.monotonic() < end:
                    child.join(0.1)
                assert not child.is_alive()
