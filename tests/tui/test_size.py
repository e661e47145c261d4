"""Size, speed, screens: statements 48 to 54, without a clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redact import audit_folder
from redact.review.query import parse_query
from redact.review.worklists import charts
from redact.tables import SCHEMAS


async def test_small_windows_get_a_sentence_and_recover(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit), size=(60, 15)) as client:
        await client.press("enter", "c")
        assert len(client.events) == 1
        await client.pilot.resize_terminal(59, 15)
        await client.pilot.pause()
        assert "Window is 59x15; review needs 60x15." in client.text
        assert "--plain" in client.text
        await client.pilot.resize_terminal(80, 24)
        await client.pilot.pause()
        assert type(client.app.screen).__name__ == "ListScreen"
        assert "Errors to decide" in client.text


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 50)])
async def test_nothing_of_ours_is_cut_and_resizing_keeps_the_place(
    drive: Any, open_review: Any, make_flat: Callable[..., Any], tmp_path: Path, size: tuple[int, int]
) -> None:
    async with drive(open_review(make_flat(200).write(tmp_path / "audit")), size=size) as client:
        client.app.open_list(parse_query(""))
        await client.pilot.pause()
        await client.press("end", "up", "up")
        row = client.app.screen.current()
        for line in client.text.split("\n")[2:12]:
            message = re.search(r" (stamp-lacks-date at|stamp-lack[a-z-]*( at?)?)[^│]*?(?=  |│|$)", line[29:])
            assert message is None or re.search(r"(at \d+|\.\.) *$", message[0]), line
        for other in ((70, 20), size):
            await client.pilot.resize_terminal(*other)
            await client.pilot.pause()
            assert client.app.screen.current() == row
            shown = [line for line in client.text.split("\n") if line.startswith(">")]
            assert len(shown) == 1


def big(directory: Path, count: int) -> Path:
    """An audit folder of many findings."""
    rows = pl.int_range(count, eager=True)
    findings = pl.DataFrame({
        "rule": (rows % 40).cast(pl.String).str.pad_start(3, "0").map_elements("rule-{}".format, return_dtype=pl.String)
        if count < 1000 else pl.select(pl.concat_str(pl.lit("rule-"), (rows % 40).cast(pl.String))).to_series(),
        "severity": pl.select(pl.when(rows % 50 == 0).then(pl.lit("error")).otherwise(pl.lit("note"))).to_series(),
        "doc": pl.select(pl.concat_str(pl.lit("doc-"), (rows // 100).cast(pl.String))).to_series(),
        "line": rows % 300 + 1, "column": rows * 0 + 1, "start": rows, "end": rows + 5,
        "message": pl.select(pl.concat_str(pl.lit("message "), rows.cast(pl.String))).to_series(),
        "evidence": pl.select(pl.concat_str(pl.lit("evidence "), (rows % 97).cast(pl.String))).to_series(),
        "authority": pl.repeat("E.O. 13526", count, eager=True), "advice": pl.repeat("Look.", count, eager=True),
        "fingerprint": rows.cast(pl.String).str.pad_start(32, "0"), "digest": (rows % 97).cast(pl.String),
        "count": rows * 0 + 1, "sensitive": pl.repeat(False, count, eager=True),
    }).cast(SCHEMAS["findings"])  # fmt: skip
    tables = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
    audit_folder.write({**tables, "findings": findings}, directory, {"as_of": "2026-11-22"})
    return directory


async def test_a_page_of_a_million_draws_no_more_than_the_screen(drive: Any, open_review: Any, tmp_path: Path) -> None:
    async with drive(open_review(big(tmp_path / "audit", 1_000_000)), size=(80, 24)) as client:
        client.app.open_list(parse_query(""))
        await client.pilot.pause()
        screen = client.app.screen
        assert isinstance(screen.listing.rows, pl.Series)
        assert len(screen.listing.rows) == 1_000_000
        screen.rows.drawn = 0
        await client.press("end")
        assert screen.rows.cursor == 999_999
        assert screen.rows.drawn <= 2 * 24
        await client.press("home")
        row = screen.current()
        await client.pilot.press("S")
        assert "Esc stops" in client.title or screen._frozen is None
        await client.pilot.press("escape")
        await client.app.workers.wait_for_complete()
        await client.pilot.pause()
        assert screen.listing.sort in ("severity", "document")
        if screen.listing.sort == "severity":
            assert screen.current() == row
        await client.pilot.press("S")
        await client.pilot.press("down")
        await client.app.workers.wait_for_complete()
        await client.pilot.pause()
        assert len(screen.listing.rows) == 1_000_000


async def test_a_large_document_is_not_read_line_by_line(
    drive: Any, open_review: Any, make_sample: Callable[..., Any], tmp_path: Path
) -> None:
    sample = make_sample()
    sample.add_document("large.txt", "A LINE OF SOME FORTY CHARACTERS OR SO..\n" * 500_000)
    sample.add_at("code-missing", "large.txt", 19_000_000, 19_000_010)
    async with drive(open_review(sample.write(tmp_path / "audit"))) as client:
        client.app.open_document("large.txt", 0)
        await client.pilot.pause()
        view = client.app.screen.view
        assert view.looked_at <= 4 * 24
        assert "475001>E" in client.text
        before = view.looked_at
        await client.press("end")
        assert view.looked_at - before <= 3 * 24
        assert "500000" in client.text


async def test_charts_count_the_tables_and_open_what_they_count(drive: Any, open_review: Any, audit: Path) -> None:
    review = open_review(audit)
    for chart in charts(review)[:3]:
        for bar in chart.bars:
            assert bar.query is not None
            assert review.selector().count(parse_query(bar.query)) == bar.count
    by_rule = dict(review.findings["rule"].value_counts().iter_rows())
    assert {bar.label: bar.count for bar in charts(review)[2].bars} == by_rule
    async with drive(review) as client:
        await client.press("5")
        for line in client.text.split("\n")[2:-2]:
            for half in (line[:40], line[40:]):
                parts = half.replace(">", " ").split()
                if len(parts) > 1 and parts[-1].isdigit() and half[25:].strip().isdigit():
                    assert parts[-1] == "0", "a count without a bar"
        await client.press("down", "enter")
        assert "sev:warning · 2 of 6" in client.title
        await client.press("escape", "tab", "enter")
        assert "documents" in client.title.lower() or "1 of 5" in client.title
