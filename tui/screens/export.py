"""What is listed, as CSV."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from redact.display import safe_line
from redact.errors import UsageError
from redact.review.session import Review

_GUARDED = r"^[=+\-@\t\r]"


def write_csv(review: Review, rows: pl.Series, path: Path) -> int:
    """Write findings with their verdicts; cells that a spreadsheet would compute get a leading apostrophe.

    Returns:
        Number of findings written.
    Raises:
        UsageError: the file exists or cannot be written.
    """
    judged = review.selector().judged
    frame = review.findings[rows].with_columns(
        evidence=pl.when(pl.col("sensitive")).then(pl.lit("")).otherwise(pl.col("evidence")),
        verdict=pl.Series([judged[row].state if row in judged else "open" for row in rows], dtype=pl.String),
    )
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    risky = pl.any_horizontal(pl.col(texts).str.contains(_GUARDED))
    guarded = [
        pl.when(pl.col(name).str.contains(_GUARDED)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name in texts
    ]
    try:
        with path.open("xb") as stream:
            frame.with_columns(*guarded, guarded=risky).write_csv(stream)
    except FileExistsError:
        raise UsageError(f"{safe_line(str(path))}: exists already; nothing was written") from None
    except OSError as err:
        raise UsageError(f"{safe_line(str(path))}: cannot be written ({err.strerror})") from err
    return frame.height
