"""Where a reviewer stopped, and how documents are called on the screen."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from redact.errors import UsageError
from redact.review.query import parse_query


@dataclass(frozen=True)
class Place:
    """The list a reviewer was in, as a query, and the finding they were on."""

    query: str
    fingerprint: str | None


def read_place(path: Path) -> Place | None:
    """The place stored in a file; None where there is none that can be used."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        place = Place(str(content["query"]), content["fingerprint"])
        parse_query(place.query)
    except (OSError, ValueError, KeyError, TypeError, UsageError):
        return None
    return place if isinstance(place.fingerprint, str) else None


def write_place(path: Path, place: Place) -> None:
    """Store a place; a folder that cannot be written to is no reason to stop."""
    staged = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        staged.write_text(json.dumps(asdict(place)), encoding="utf-8")
        staged.replace(path)
    except OSError:
        return


def shared_folders(docs: pl.Series) -> str:
    """The folders, with a slash at the end, that all names begin with."""
    low, high = docs.min(), docs.max()
    if not isinstance(low, str) or not isinstance(high, str):
        return ""
    shared = 0
    while shared < min(len(low), len(high)) and low[shared] == high[shared]:
        shared += 1
    return low[: low.rfind("/", 0, shared) + 1]
