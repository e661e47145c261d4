"""The hand-made annotations as floors: what is found, with its value, in records of many collections and eras."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from redact.document import Document
from redact.pipeline import Engine
from redact.rulebook import packaged

HERE = Path(__file__).parent
Tally = dict[str, Counter[str]]

FLOORS = {"dev": (0.97, 0.98), "heldout": (0.96, 0.98), "invented": (0.985, 0.99)}
"""Set → least F1 and least share of right values."""
LEAST_OF_A_KIND, COUNTED_FROM = 0.93, 20


@cache
def _engine() -> Engine:
    return Engine(packaged())


def _rows(folder: Path, pattern: str) -> Iterator[str]:
    for path in sorted(folder.glob(pattern)):
        yield from (line for line in path.read_text("utf-8").split("\n") if line.strip())


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> float:
    shared = min(one["end"], other["end"]) - max(one["start"], other["start"])
    union = max(one["end"], other["end"]) - min(one["start"], other["start"])
    return shared / union if shared > 0 else 0.0


def _fold(value: str) -> str:
    return " ".join(value.upper().split()).replace(" ,", ",").replace(", ", ",")


def _pairs(gold: list[dict[str, Any]], found: list[dict[str, Any]]) -> dict[int, int]:
    """Index of a gold span → index of the span that covers half of their union; each is taken once."""
    near = sorted(
        ((_overlap(g, f), i, j) for i, g in enumerate(gold) for j, f in enumerate(found) if g["kind"] == f["kind"]),
        reverse=True,
    )
    taken: dict[int, int] = {}
    for share, i, j in near:
        if share >= 0.5 and i not in taken and j not in taken.values():
            taken[i] = j
    return taken


@cache
def tally(name: str) -> Tally:
    """Counts of gold, found, right and right with its value, by kind, over one set."""
    folder = HERE / name
    gold: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _rows(folder, "gold*.jsonl"):
        span = json.loads(row)
        gold[span["doc"]].append(span)
    counts: Tally = defaultdict(Counter)
    for doc in _rows(folder, "documents*.txt"):
        document = Document.of(doc, (folder / "documents" / doc).read_bytes().decode("utf-8-sig"))
        found = [span._asdict() for span in _engine().understand(document).spans]
        wanted = gold[doc]
        taken = _pairs(wanted, found)
        loose = {i for i, span in enumerate(wanted) if span.get("optional")}
        for i, span in enumerate(wanted):
            if i in loose:
                continue
            count = counts[span["kind"]]
            count["gold"] += 1
            if i in taken:
                count["right"] += 1
                count["value"] += _fold(span["value"]) == _fold(found[taken[i]]["value"])
        passed_over = {taken[i] for i in loose if i in taken}
        for j, span in enumerate(found):
            counts[span["kind"]]["found"] += j not in passed_over
    return counts


def _f1(count: Counter[str]) -> float:
    return 2 * count["right"] / (count["gold"] + count["found"]) if count["gold"] + count["found"] else 1.0


@pytest.mark.parametrize("name", list(FLOORS))
def test_markings_are_found(name: str) -> None:
    total = sum(tally(name).values(), Counter())
    least, least_value = FLOORS[name]
    assert _f1(total) >= least, {kind: round(_f1(count), 3) for kind, count in tally(name).items()}
    assert total["value"] / total["right"] >= least_value


@pytest.mark.parametrize("name", ["dev", "invented"])
def test_no_kind_is_neglected(name: str) -> None:
    weak = {kind: round(_f1(c), 3) for kind, c in tally(name).items() if c["gold"] >= COUNTED_FROM}
    assert all(score >= LEAST_OF_A_KIND for score in weak.values()), weak
