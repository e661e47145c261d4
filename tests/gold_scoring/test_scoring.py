"""Hand-labelled sets against floors that only ever go up; the run ends with the figures and every miss.

`dev` was looked at while rules were written, `heldout` never: only its floors are compared here. Seeds are the golden
cases. `floors.json` holds F1 and value accuracy of the spans and the share of right facts, in all and for single kinds.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from redact.document import Document
from redact.facts import to_contract
from redact.pipeline import Engine
from redact.rulebook import packaged
from tests.conftest import ROOT
from tests.gold_scoring.scoring import Row, Score, read_rows, score

GOLD = ROOT / "tests" / "gold"
FLOORS: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))
SETS = sorted(FLOORS)


@cache
def texts_of(name: str) -> dict[str, str]:
    if name == "seeds":
        paths = sorted((ROOT / "seeds").iterdir())
    else:
        named = [line for path in sorted((GOLD / name).glob("documents*.txt")) for line in path.read_text().split()]
        paths = [GOLD / name / "documents" / doc for doc in named]
    return {path.name: path.read_bytes().decode("utf-8-sig") for path in paths}


def gold_of(name: str) -> list[Row]:
    if name != "seeds":
        return read_rows((GOLD / name).glob("gold*.jsonl"))
    cases = ROOT / "tests" / "golden" / "cases"
    return [
        {"doc": doc, **row}
        for doc in texts_of(name)
        for row in read_rows([cases / doc.removesuffix(".txt") / "spans.jsonl"])
    ]


@cache
def read(name: str) -> tuple[dict[str, list[Row]], dict[str, Row]]:
    """Found spans and facts of a set, by document."""
    engine = Engine(packaged())
    spans: dict[str, list[Row]] = {}
    facts: dict[str, Row] = {}
    for doc, text in texts_of(name).items():
        understood = engine.understand(Document.of(doc, text))
        spans[doc] = [{"kind": s.kind, "start": s.start, "end": s.end, "value": s.value} for s in understood.spans]
        facts[doc] = to_contract(doc, understood.record.facts)
    return spans, facts


@cache
def scored(name: str) -> Score:
    return score(texts_of(name), gold_of(name), read(name)[0])


def wrong_facts(name: str) -> tuple[list[str], int]:
    """Facts that differ from the labelled ones, as sentences, and how many were compared."""
    wrong, count = [], 0
    for row in read_rows((GOLD / name).glob("facts*.jsonl")):
        found = read(name)[1][row["doc"]]
        for key in row.keys() - {"doc"}:
            count += 1
            if found[key] != row[key]:
                wrong.append(f"{row['doc']}: fact {key} = {row[key]!r}, found {found[key]!r}")
    return sorted(wrong), count


@pytest.mark.parametrize("name", SETS)
def test_spans(name: str, record_score: Any) -> None:
    result = scored(name)
    record_score(name, result)
    figures = result.figures()
    floor = FLOORS[name]
    assert figures["f1"] >= floor["f1"]
    assert figures["value"] >= floor["value"]
    for kind, least in floor.get("kinds", {}).items():
        assert result.figures(kind)["f1"] >= least, kind


@pytest.mark.parametrize("name", [name for name in SETS if "facts" in FLOORS[name]])
def test_facts(name: str, record_score: Any) -> None:
    wrong, count = wrong_facts(name)
    record_score(f"{name} facts", (wrong, count))
    assert count > 20
    assert 1 - len(wrong) / count >= FLOORS[name]["facts"]


@pytest.mark.parametrize("name", SETS)
def test_the_labels_fit_their_documents(name: str) -> None:
    texts = texts_of(name)
    for row in gold_of(name):
        text = texts[row["doc"]]
        assert text[row["start"] : row["end"]] == row.get("text", text[row["start"] : row["end"]])
        assert 0 <= row["start"] < row["end"] <= len(text)
