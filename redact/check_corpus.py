"""Tables over a whole batch: copies and releases of one document, references, sentinel dates."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_OFF = {"start": pl.UInt32(), "end": pl.UInt32(), "line": pl.UInt32()}

CORPUS_SCHEMAS: dict[str, pl.Schema] = {
    "copies": pl.Schema({
        "doc": pl.String(), **_OFF, "identifier": pl.String(), "copies": pl.UInt32(), "other_doc": pl.String(),
        "is_same_text": pl.Boolean(), "n_release_dates": pl.UInt32(), "n_statuses": pl.UInt32(),
        "n_placeholder_counts": pl.UInt32(), "most_withheld": pl.UInt32(), "least_withheld": pl.UInt32(),
        "least_doc": pl.String(), "case": pl.String(), "statuses": pl.String(), "document_date": pl.Date(),
    }),
    "references": pl.Schema({
        "doc": pl.String(), **_OFF, "post": pl.String(), "number": pl.String(), "is_present": pl.Boolean(),
        "n_telegrams": pl.UInt32(), "is_notal": pl.Boolean(), "document_date": pl.Date(),
    }),
}  # fmt: skip
"""Schemas of the tables over a batch."""


def corpus_table(table: str, base: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A table of `CORPUS_SCHEMAS` for a batch, from the tables of its audit."""
    return CORPUS_SCHEMAS[table].to_frame(eager=True)
