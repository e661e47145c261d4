"""Invented records with one planted defect each, and near misses of every check.

`planted/<group>/findings.jsonl` has one line a case: `doc` (a document, or a folder audited as one batch), `must`
(reported at any severity), `may` (defensible, not judged), `not` (never an error or warning) and `silent` (not
reported at all, for the near misses of checks that only ever note).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from redact.auditing import documents_frame, finish
from redact.pipeline import Engine
from redact.rulebook import packaged
from tests.conftest import AS_OF

PLANTED = Path(__file__).parent / "planted"


@dataclass(frozen=True)
class Case:
    """One line of a group's findings.jsonl."""

    group: str
    doc: str
    must: frozenset[str]
    may: frozenset[str]
    never: frozenset[str]
    silent: frozenset[str]

    @property
    def path(self) -> Path:
        return PLANTED / self.group / self.doc

    def texts(self) -> dict[str, str]:
        """The documents of the case by name, without a byte order mark."""
        files = [self.path] if self.path.is_file() else sorted(f for f in self.path.rglob("*") if f.is_file())
        return {f.relative_to(self.path.parent).as_posix(): f.read_bytes().decode("utf-8-sig") for f in files}


def cases() -> list[Case]:
    found = []
    for listing in sorted(PLANTED.glob("*/findings.jsonl")):
        for line in listing.read_text(encoding="utf-8").split("\n"):
            if line.strip():
                row = json.loads(line)
                sets = [frozenset(row.get(key, ())) for key in ("must", "may", "not", "silent")]
                found.append(Case(listing.parent.name, row["doc"], *sets))
    return found


CASES = cases()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(packaged())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.group}/{case.doc}")
def test_planted_defect_is_found_and_near_miss_is_not(case: Case, engine: Engine) -> None:
    day = date.fromisoformat(AS_OF)
    batch = engine.audit(documents_frame(case.texts()), as_of=day, mode="archive", profile=None)
    rows = finish(engine, [batch], as_of=day, mode="archive").findings.to_dicts()
    reported = {row["rule"] for row in rows}
    loud = {row["rule"] for row in rows if row["severity"] != "note"}
    problems = {
        "missed": sorted(case.must - reported),
        "false alarms": sorted(case.never & loud),
        "not silent": sorted(case.silent & reported),
        "unexpected errors and warnings": sorted(loud - case.must - case.may - case.never),
    }
    assert not any(problems.values()), {kind: rules for kind, rules in problems.items() if rules}


def test_every_planted_document_is_listed_once() -> None:
    listed = [f"{case.group}/{case.doc}" for case in CASES]
    stored = [
        path.relative_to(PLANTED).as_posix()
        for group in PLANTED.iterdir() if group.is_dir()
        for path in group.iterdir() if path.name != "findings.jsonl"
    ]  # fmt: skip
    assert sorted(listed) == sorted(stored)


def test_expectations_name_rules_that_exist_and_do_not_contradict() -> None:
    known = set(packaged().by_id) | {"*"}
    named = {rule for case in CASES for rule in case.must | case.may | case.never | case.silent}
    assert named - known == set()
    assert [case.doc for case in CASES if case.must & (case.never | case.silent)] == []
