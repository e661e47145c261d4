"""Columns of frames from values of Python, in one step each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count
from typing import Any

import polars as pl


def column(name: str, values: Sequence[Any], dtype: Any, *, strict: bool = True) -> pl.Series:
    """A column of a given type.

    Args:
        name: of the column.
        values: one a row; null is None.
        dtype: polars type.
        strict: whether a value that does not fit is an error, else null; not asked of lists.
    """
    if isinstance(dtype, pl.List):
        return _lists(name, values, dtype)
    return pl.Series(name, values, dtype=dtype, strict=strict)


def _lists(name: str, lists: Sequence[Sequence[Any] | None], dtype: pl.List) -> pl.Series:
    """A column of lists, gathered flat and put together again: ten times faster than list by list."""
    filled = [some for some in lists if some]
    flat = list(chain.from_iterable(filled))
    owners = [number for number, some in enumerate(filled) for _ in some]
    if isinstance(dtype.inner, pl.Struct):
        items = pl.DataFrame([
            column(part.name, [row[part.name] for row in flat], part.dtype) for part in dtype.inner.fields
        ]).to_struct("items")  # fmt: skip
    else:
        items = column("items", flat, dtype.inner)
    flat_rows = pl.DataFrame([pl.Series("at", owners, dtype=pl.UInt32), items])
    grouped = flat_rows.group_by("at", maintain_order=True).agg("items").get_column("items")
    # An empty list and null stand behind the others, to be picked like them.
    pool = grouped.cast(dtype).extend(pl.Series("items", [[], None], dtype=dtype))
    empty, null, number = len(filled), len(filled) + 1, count()
    picked = [next(number) if some else null if some is None else empty for some in lists]
    return pool.gather(pl.Series(picked, dtype=pl.UInt32)).alias(name)
