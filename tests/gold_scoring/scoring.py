"""Found markings against a hand-labelled set: precision, recall and value accuracy, by kind and in all.

A found span counts where a gold span of its kind covers at least half of the two spans' union; each gold span is
matched once. A gold span marked `optional` (so damaged that a careful reader could leave it out) counts neither way.
Values are compared without case and with white space folded.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]


@dataclass
class Score:
    """Tallies by kind, and every error as a line of text."""

    tallies: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    errors: list[str] = field(default_factory=list)

    def figures(self, kind: str | None = None) -> dict[str, float]:
        """Precision, recall, F1 and value accuracy of a kind, or of all."""
        total: Counter[str] = Counter()
        for name, tally in self.tallies.items():
            if kind in (None, name):
                total.update(tally)
        precision = total["right"] / total["found"] if total["found"] else float(not total["gold"])
        recall = total["right"] / total["gold"] if total["gold"] else 1.0
        return {
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
            "value": total["value"] / total["right"] if total["right"] else 1.0,
        }


def read_rows(paths: Iterable[Path]) -> list[Row]:
    """Objects of JSON Lines files; comment lines are left out."""
    lines = [line for path in sorted(paths) for line in path.read_text(encoding="utf-8").split("\n")]
    return [json.loads(line) for line in lines if line.startswith("{")]


def _fold(value: Any) -> str:
    return " ".join(str(value).upper().split()).replace(" ,", ",").replace(", ", ",")


def _overlap(a: Row, b: Row) -> float:
    inter = min(a["end"], b["end"]) - max(a["start"], b["start"])
    union = max(a["end"], b["end"]) - min(a["start"], b["start"])
    return inter / union if inter > 0 and union else 0.0


def score(texts: Mapping[str, str], gold: Iterable[Row], found: Mapping[str, list[Row]]) -> Score:
    """Score the found spans of all documents of a set."""
    wanted: dict[tuple[str, str], list[Row]] = defaultdict(list)
    have: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in gold:
        wanted[row["doc"], row["kind"]].append(row)
    for doc, rows in found.items():
        for row in rows:
            have[doc, row["kind"]].append(row)
    result = Score()
    for doc, kind in sorted(wanted.keys() | have.keys()):
        _match(doc, kind, wanted[doc, kind], have[doc, kind], texts[doc], result)
    return result


def _match(doc: str, kind: str, want: list[Row], have: list[Row], text: str, result: Score) -> None:
    pairs = sorted(((_overlap(g, f), i, j) for i, g in enumerate(want) for j, f in enumerate(have)), reverse=True)
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for share, i, j in pairs:
        if share >= 0.5 and i not in matched and j not in taken:
            matched[i] = j
            taken.add(j)
    loose = {i for i, g in enumerate(want) if g.get("optional")}
    tally = result.tallies[kind]
    tally["gold"] += len(want) - len(loose)
    tally["found"] += len(have) - len(loose & matched.keys())
    tally["right"] += len(matched.keys() - loose)

    def say(what: str, row: Row, more: str = "") -> None:
        line = text.count("\n", 0, row["start"]) + 1
        result.errors.append(
            f"{doc}:{line}: {what} {kind} {text[row['start'] : row['end']]!r} = {row['value']!r}{more}"
        )

    for i, g in enumerate(want):
        if i in loose:
            continue
        if i not in matched:
            say("missed", g)
            continue
        f = have[matched[i]]
        same = _fold(g["value"]) == _fold(f["value"])
        tally["value"] += same
        if not same:
            say("value", g, f", found {f['value']!r}")
    for j, f in enumerate(have):
        if j not in taken:
            say("false", f)
