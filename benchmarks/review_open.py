"""Opening a review of many findings, as ratios: 1,000,000 against 10,000, filters against the bare polars filter, a
document of 20 MB against one of 20 kB.

    python benchmarks/review_open.py [--large N] [--small N]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
from redact.tui.app import ReviewApp

from redact import audit_folder
from redact.review.query import parse_query
from redact.review.session import Review
from redact.tables import SCHEMAS

ROUNDS = 3
LIMIT = 3.0
"""A large audit may take this many times as long to open as a small one."""


def folder(directory: Path, count: int, text: str) -> Path:
    """An audit folder of `count` invented findings in documents of 100 each, the first with a text."""
    row = pl.int_range(count)
    draw = (row * 2_654_435_761) % 4_294_967_296  # Knuth's multiplicative hash: the same numbers in every run
    digits = pl.concat_str(draw.cast(pl.String), row.cast(pl.String)).str.pad_start(32, "0")
    findings = pl.select(
        rule=pl.concat_str(pl.lit("rule-"), (draw % 60).cast(pl.String)),
        severity=pl.when(draw % 40 == 0).then(pl.lit("error")).when(draw % 2 == 0).then(pl.lit("warning"))
        .otherwise(pl.lit("note")),
        doc=pl.concat_str(pl.lit("documents/"), (row // 100).cast(pl.String).str.pad_start(6, "0"), pl.lit(".txt")),
        line=row % 300 + 1, column=pl.lit(1), start=row % 100 * 20, end=row % 100 * 20 + 9,
        message=pl.concat_str(pl.lit("no exemption code for the redaction at "), row.cast(pl.String)),
        evidence=pl.concat_str(pl.lit("[REDACTED] "), (draw % 5_000).cast(pl.String)),
        authority=pl.lit("5 U.S.C. 552(b)"), advice=pl.lit("Look at the margin of the page image."),
        fingerprint=digits, digest=(draw % 1_000_000).cast(pl.String), count=pl.lit(1), sensitive=pl.lit(False),
    ).cast(SCHEMAS["findings"])  # fmt: skip
    tables = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
    document = {"doc": "documents/000000.txt", "sha256": None, "media_type": "text/plain", "encoding": "utf-8",
                "text": text, "n_chars": len(text), "parent": None, "unreadable": None}  # fmt: skip
    documents = pl.DataFrame([document], schema=SCHEMAS["documents"])
    audit_folder.write({**tables, "findings": findings, "documents": documents}, directory, {"as_of": "2026-11-22"})
    return directory


def best(act: Callable[[], object]) -> float:
    """Median seconds of a few rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


async def opened(directory: Path, document: bool = False) -> None:
    """From the folder to the first list, or document, on the screen."""
    app = ReviewApp(Review(audit_folder.read(directory), "benchmark"))
    async with app.run_test(size=(80, 24)) as pilot:
        if document:
            app.open_document("documents/000000.txt", 0)
        else:
            app.open_list(parse_query("sev:error state:open"))
        await pilot.pause()


def main() -> int:
    """Print ratios; status 1 where opening exceeds the limit."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=10_000)
    options = parser.parse_args()
    line = "A LINE OF SOME FORTY CHARACTERS OR SO..\n"
    with tempfile.TemporaryDirectory() as name:
        small = folder(Path(name) / "small", options.small, line * 500)
        large = folder(Path(name) / "large", options.large, line * 500_000)
        asyncio.run(opened(small))  # imports are not what is measured
        results = {
            "open the list, large / small": (
                best(lambda: asyncio.run(opened(large))), best(lambda: asyncio.run(opened(small)))
            ),
            "open the document, 20 MB / 20 kB": (
                best(lambda: asyncio.run(opened(large, True))), best(lambda: asyncio.run(opened(small, True)))
            ),
        }  # fmt: skip
        review = Review(audit_folder.read(large), "benchmark")
        severe = review.findings.lazy().with_row_index("row").filter(pl.col("severity") == "error").select("row")
        words = pl.any_horizontal(pl.col("message", "evidence", "rule", "doc").str.contains("(?i)code for the"))
        found = review.findings.lazy().with_row_index("row").filter(words).select("row")
        query, text = parse_query("sev:error"), parse_query('"code for the"')
        results["filter by severity / bare polars"] = (
            best(lambda: review.selector().rows(query)), best(severe.collect)
        )  # fmt: skip
        results["filter by words / bare polars"] = (best(lambda: review.selector().rows(text)), best(found.collect))
        results["sort by rule / filter by words"] = (
            best(lambda: review.select(parse_query(""), "rule")), best(found.collect)
        )  # fmt: skip
        results["decide and fold / open"] = (
            best(lambda: (review.decide([5], "confirmed"), review.undo())), best(lambda: asyncio.run(opened(small)))
        )  # fmt: skip
    for title, (one, other) in results.items():
        sys.stdout.write(f"{title:<36}{one / other:8.2f}   ({one:.3f} s / {other:.3f} s)\n")
    one, other = results["open the list, large / small"]
    return int(one / other > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
