"""The tables of `rules/tables/`, read once each when first needed."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """Rows of one table, cells as text, empty where nothing is said.

    Args:
        table: name of the file without its ending, e.g. `executive_orders`.
    """
    text = (resources.files("redact.rules") / "tables" / f"{table}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
