"""Tables over a whole batch: copies and releases of one document, references between documents.

They are built from the tables of the audit and from rows of `check_rows.Gathered`, so that texts need not be kept.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from redact.normalise.dates import parse_date

_PLACE = {
    "start": pl.UInt32(), "end": pl.UInt32(), "line": pl.UInt32(), "column": pl.UInt32(), "evidence": pl.String(),
    "line_text": pl.String(), "own_name": pl.String(),
}  # fmt: skip

CORPUS_SCHEMAS: dict[str, pl.Schema] = {
    "copies": pl.Schema({
        "doc": pl.String(), **_PLACE, "identifier": pl.String(), "document_date": pl.Date(), "copies": pl.UInt32(),
        "other_doc": pl.String(), "is_same_text": pl.Boolean(), "is_same_release": pl.Boolean(),
        "release_date": pl.Date(), "other_release_date": pl.Date(), "withheld": pl.UInt32(),
        "other_withheld": pl.UInt32(),
        "case": pl.String(), "status": pl.String(), "other_status": pl.String(), "is_scan_like": pl.Boolean(),
    }),
    "references": pl.Schema({
        "doc": pl.String(), **_PLACE, "cited": pl.String(), "absent": pl.UInt32(), "n_of_post": pl.UInt32(),
        "document_date": pl.Date(),
    }),
    "sentinels": pl.Schema({
        "doc": pl.String(), **_PLACE, "field": pl.String(), "date": pl.Date(), "document_date": pl.Date(),
        "n_documents": pl.UInt32(),
    }),
}  # fmt: skip
"""Schemas of the tables over a batch; `copies` has a row for each later copy of a document, set against the first,
`sentinels` one for each stand-in date in an attribute."""

_IDENTIFIER = re.compile(r"(?:(?:19|20)?(\d\d))?\s*([A-Z][A-Z .]*[A-Z])\s*0*(\d{1,6})$")
_SHEET = re.compile(r"C0?\d{7,8}$|CIA-?RDP|\d{3}-\d{5}-\d{5}$")
_WELL_HELD = 8
"""Telegrams of a post in the batch from which the absence of another one says anything."""
_MOST_OTHER = 1.25
"""Share by which lengths may differ in two releases of one text."""


def _key(identifier: str | None, year: int | None) -> str | None:
    """Identity of a document across releases: post, number and year of a telegram, or a record number."""
    if not identifier:
        return None
    folded = " ".join(identifier.upper().split())
    if _SHEET.match(folded):
        return folded
    match = _IDENTIFIER.match(folded)
    if match is None:
        return None
    two = match[1] or (f"{year % 100:02d}" if year is not None else None)
    return None if two is None else f"{two} {match[2].replace(' ', '')} {match[3]}"


def corpus_table(table: str, base: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A table of `CORPUS_SCHEMAS` for a batch, from the tables of its audit."""
    if table == "copies":
        return _copies(base)
    rows = {"references": _references, "sentinels": _sentinels}[table](base)
    return pl.DataFrame(rows, schema=CORPUS_SCHEMAS[table], orient="row")


def _copies(base: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    facts = (
        base["document_facts"]
        .filter(pl.col("document_type") != "not-a-record")
        .select(
            "doc", "identifier", "document_date", "release_date", pl.col("release_status").alias("status"), "cases",
            pl.col("redactions").alias("withheld"),
        )
        .join(base["documents"].select("doc", "sha256", "n_chars"), on="doc", how="left", maintain_order="left")
    )  # fmt: skip
    later: list[int] = []
    firsts: list[int] = []
    sizes: list[int] = []
    for group in _groups(facts):
        later += group[1:]
        firsts += [group[0]] * (len(group) - 1)
        sizes += [len(group)] * (len(group) - 1)
    copies, originals = facts[later], facts[firsts].select(pl.all().name.prefix("other_"))
    shared = [
        next((case for case in cases if case in others), None) if cases and others else None
        for cases, others in zip(copies["cases"].to_list(), originals["other_cases"].to_list(), strict=True)
    ]
    set_against = copies.hstack(originals).with_columns(
        pl.Series("copies", sizes, dtype=pl.UInt32), pl.Series("case", shared, dtype=pl.String)
    )
    same_release = pl.col("release_date").eq_missing(pl.col("other_release_date")) & (
        pl.col("withheld") == pl.col("other_withheld")
    )
    same_text = pl.col("sha256").eq_missing(pl.col("other_sha256")) & pl.col("sha256").is_not_null()
    return (
        set_against.join(_heads(base), on="doc", how="left", maintain_order="left")
        .with_columns(is_same_text=same_text, is_same_release=same_release, is_scan_like=_is_longer())
        .select(CORPUS_SCHEMAS["copies"].names())
        .cast(CORPUS_SCHEMAS["copies"])
        .sort("doc", maintain_order=True)
    )


def _groups(facts: pl.DataFrame) -> Iterator[list[int]]:
    """Numbers of rows that are one document, in order of release: the first is what the others are set against."""
    groups: dict[str, list[int]] = defaultdict(list)
    by_digest: dict[str, str] = {}
    columns = (facts[name].to_list() for name in ("identifier", "document_date", "sha256"))
    for number, (identifier, day, digest) in enumerate(zip(*columns, strict=True)):
        key = by_digest.get(digest) if digest else None
        if key is None:
            key = _key(identifier, day.year if day else None) or (f"sha256 {digest}" if digest else None)
        if key is not None:
            if digest:
                by_digest.setdefault(digest, key)
            groups[key].append(number)
    released, docs = facts["release_date"].to_list(), facts["doc"].to_list()
    for some in groups.values():
        if len(some) > 1:
            yield sorted(some, key=lambda number: (released[number] or date.min, docs[number]))


def _is_longer() -> pl.Expr:
    """Whether the two differ in length so much that they are hardly two releases of one text."""
    own, other = pl.col("n_chars").fill_null(1).clip(1), pl.col("other_n_chars").fill_null(1).clip(1)
    return pl.max_horizontal(own, other) > pl.min_horizontal(own, other) * (_MOST_OTHER * 2)


def _heads(base: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """First lines of documents: `doc` and the columns of `_PLACE`."""
    frame = base.get("gathered")
    if frame is None or not frame.width:
        return pl.DataFrame(schema={"doc": pl.String, **_PLACE})
    heads = frame.filter(pl.col("what") == "head").rename({"name": "own_name"}).select("doc", *_PLACE)
    return heads.unique("doc", keep="last")


def _references(base: Mapping[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    """One row a document that cites telegrams of a post of the batch which are not in the batch."""
    facts = base["document_facts"].filter(pl.col("document_type") == "telegram")
    present: set[tuple[str, str]] = set()
    posts: Counter[str] = Counter()
    days: dict[str, Any] = {}
    for doc, identifier, day in facts.select("doc", "identifier", "document_date").iter_rows():
        days[doc] = day
        key = _key(identifier, day.year if day else None)
        if key is not None and key.count(" ") == 2:
            _, post, number = key.split(" ")
            present.add((post, number))
            posts[post] += 1
    if sum(posts.values()) < 2:
        return []
    absent: dict[str, list[tuple[tuple[Any, ...], str]]] = defaultdict(list)
    for doc, place, post, number in _gathered(base, "reference"):
        if posts[post] >= _WELL_HELD and (post, number) not in present and doc in days:
            absent[doc].append((place, post))
    rows: list[tuple[Any, ...]] = []
    for doc, some in absent.items():
        place, post = some[0]
        cited = [" ".join(other[4].split()) for other, _ in some]
        rows.append((doc, *place, cited[0], len(set(cited)), posts[post], days[doc]))
    return sorted(rows, key=lambda row: row[0])


def _sentinels(base: Mapping[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    found = list(_gathered(base, "sentinel", keep_name=False))
    count = len({doc for doc, *_ in found})
    days = dict(base["document_facts"].select("doc", "document_date").iter_rows())
    rows: list[tuple[Any, ...]] = []
    for doc, place, field, _ in found:
        day = parse_date(place[4], instruction=False)
        rows.append((doc, *place, field, day.value if day else None, days.get(doc), count))
    return rows


def _gathered(
    base: Mapping[str, pl.DataFrame], what: str, *, keep_name: bool = True
) -> Iterator[tuple[str, tuple[Any, ...], str, str]]:
    """Document, place (the columns of `_PLACE`), and post and number of a reference or the field of a sentinel."""
    frame = base.get("gathered")
    if frame is None or not frame.width:
        return
    rows = frame.filter(pl.col("what") == what).select(
        "doc", "start", "end", "line", "column", "evidence", "line_text", "name", "post", "number"
    )
    for doc, *place, name, post, number in rows.iter_rows():
        if keep_name:
            yield doc, (*place, name), post or "", number or ""
        else:
            yield doc, (*place, None), name or "", ""
