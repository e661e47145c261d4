"""CSV: the columns of the contract in order, then the state columns and `guarded`; safe to open in a spreadsheet.

A cell that a spreadsheet would run as a formula gets a leading apostrophe; a character that would steer a terminal
becomes its picture. Either sets `guarded` in that row. `read` takes the apostrophes away again.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import polars as pl

from redact.display import safe
from redact.reports import AuditResult, RenderOptions
from redact.reports.rows import STATE_COLUMNS, slices, with_states
from redact.tables import SCHEMAS

_DEFAULT = RenderOptions()
BOM = "\ufeff"
_FORMULA = r"^'*[=+\-@\t\r\n＝＋－＠]"
_HIDING = (
    r"\x{ad}\x{61c}\x{180e}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}"
    r"\x{feff}\x{fff9}-\x{fffb}\x{e0000}-\x{e0fff}"
)
_STEERING = rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_HIDING}]|[\s\S]\r(?:[^\n]|$)"


def guard(frame: pl.DataFrame) -> pl.DataFrame:
    """Any table with spreadsheet-safe text cells and a last column `guarded` (whether a cell of the row was changed).

    Args:
        frame: columns of text, numbers, dates and Booleans; lists are written with `; ` between their values.
    """
    flat = frame.with_columns(
        *(pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if isinstance(kind, pl.Enum)),
        *(
            pl.col(name).list.eval(pl.element().cast(pl.String)).list.join("; ")
            for name, kind in frame.schema.items()
            if isinstance(kind, pl.List) and not isinstance(kind.inner, pl.Struct)
        ),
    )
    columns = [name for name, kind in flat.schema.items() if kind == pl.String]
    changed: list[pl.Expr] = []
    cells: list[pl.Expr] = []
    for name in columns:
        formula = pl.col(name).str.contains(_FORMULA)
        steering = pl.col(name).str.contains(_STEERING)
        plain = (
            pl.when(steering)
            .then(pl.col(name).map_elements(_safe_cell, return_dtype=pl.String))
            .otherwise(pl.col(name))
        )
        cells.append(pl.when(formula).then(pl.concat_str(pl.lit("'"), plain)).otherwise(plain).alias(name))
        changed.append((formula | steering).fill_null(False))
    guarded = pl.any_horizontal(changed) if changed else pl.lit(False)
    return flat.with_columns(guarded.alias("guarded"), *cells)


def _safe_cell(text: str) -> str:
    # A quoted cell holds tabs and line ends safely, so they stay; a carriage return alone would overwrite a line. One
    # at the start of a cell stays too: the guard stands before it.
    kept = "".join(char if char in "\t\r\n" else safe(char) for char in text)
    return kept[:1] + re.sub(r"\r(?!\n)", "\u240d", kept[1:])


def write(frame: pl.DataFrame, *, header: bool = True) -> str:
    """A table as CSV text: text cells quoted, ISO dates, line feeds.

    The head is bare: a program that takes a byte order mark for text reads a quotation mark after it as text too.
    """
    text: str = frame.write_csv(None, include_header=False, quote_style="non_numeric")
    return (",".join(frame.columns) + "\n" if header else "") + text


def _finding_schema() -> pl.Schema:
    return pl.Schema([*SCHEMAS["findings"].items(), *STATE_COLUMNS.items()])


def stream(result: AuditResult, options: RenderOptions = _DEFAULT) -> Iterator[str]:
    """Yield the header line, then the rows a slice at a time."""
    head = with_states(result, options).clear()
    yield (BOM if options.excel else "") + write(head if options.raw_csv else guard(head))
    for part in slices(result, options, "csv"):
        yield write(part if options.raw_csv else guard(part), header=False)


def render(result: AuditResult, options: RenderOptions = _DEFAULT) -> str:
    """Findings as CSV."""
    return "".join(stream(result, options))


def read(text: str) -> pl.DataFrame:
    """The findings of a CSV export, guarded or raw, as the table they were written from (with the state columns).

    Raises:
        polars.exceptions.PolarsError: The text is not such an export.
    """
    frame = pl.read_csv(io.BytesIO(text.removeprefix(BOM).encode()), infer_schema=False)
    if "guarded" in frame.columns:
        frame = frame.drop("guarded").with_columns(pl.all().str.replace(r"^'('*[=+\-@\t\r\n＝＋－＠])", "$1"))
    casts = []
    for name, kind in _finding_schema().items():
        column = pl.col(name)
        casts.append((column == "true").alias(name) if kind == pl.Boolean else column.cast(kind))
    return frame.select(casts)
