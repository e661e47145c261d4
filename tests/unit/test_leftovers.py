"""What a killed audit left staged: taken away, but never with anything that stands only there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from redact import audit_folder
from redact.tables import SCHEMAS, empty


def write(target: Path) -> None:
    audit_folder.write({name: empty(name) for name in SCHEMAS}, target, {})


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """A staged folder whose process is gone."""
    folder = tmp_path / ".audit.redact-abcd1234"
    folder.mkdir()
    (folder / "documents.parquet").write_bytes(b"PAR1")
    (folder / "findings.csv").write_bytes(b"rule")
    return folder


def test_it_is_taken_away(tmp_path: Path, left: Path) -> None:
    write(tmp_path / "audit")
    assert [path.name for path in tmp_path.iterdir()] == ["audit"]


def test_decisions_with_a_second_link_stand_in_the_audit_folder_too(tmp_path: Path, left: Path) -> None:
    write(tmp_path / "audit")
    (tmp_path / "audit" / "reviews").mkdir()
    (tmp_path / "audit" / "reviews" / "ana.jsonl").write_bytes(b"{}\n")
    (left / "reviews").mkdir(parents=True)
    os.link(tmp_path / "audit" / "reviews" / "ana.jsonl", left / "reviews" / "ana.jsonl")
    write(tmp_path / "audit")
    assert not left.exists()
    assert (tmp_path / "audit" / "reviews" / "ana.jsonl").read_bytes() == b"{}\n"


@pytest.mark.parametrize("name", ["reviews/ana.jsonl", "notes.txt"])
def test_what_stands_only_there_stays(tmp_path: Path, left: Path, name: str) -> None:
    (left / name).parent.mkdir(exist_ok=True)
    (left / name).write_bytes(b"{}\n")
    write(tmp_path / "audit")
    assert (left / name).read_bytes() == b"{}\n"


def test_one_that_is_being_written_stays(tmp_path: Path, left: Path) -> None:
    lock = audit_folder._lock(left)
    if lock is None:
        pytest.skip("no locks here")
    write(tmp_path / "audit")
    assert (left / "findings.csv").exists()
    os.close(lock)


@pytest.mark.parametrize("name", [".audit.old", ".other.redact-abcd1234", "audit.redact-abcd1234"])
def test_other_folders_stay(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    write(tmp_path / "audit")
    assert (tmp_path / name).exists()
