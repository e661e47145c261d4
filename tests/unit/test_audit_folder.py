"""Writing and reading the audit folder."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from redact import audit_folder
from redact.errors import UsageError
from redact.tables import SCHEMAS, empty

DOCUMENT = {
    "doc": "a.txt", "sha256": "0" * 64, "media_type": "text/plain", "encoding": "utf-8", "text": "one\ntwo",
    "n_chars": 7, "parent": None, "unreadable": None,
}  # fmt: skip


def tables() -> dict[str, pl.DataFrame]:
    made = {name: empty(name) for name in SCHEMAS}
    made["documents"] = pl.DataFrame([DOCUMENT], schema=SCHEMAS["documents"])
    return made


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    target = tmp_path / "audit"
    audit_folder.write(tables(), target, {"as_of": "2026-11-22"}, extra_files={"findings.csv": b"rule\r\n"})
    folder = audit_folder.read(target)
    assert folder.as_of == "2026-11-22"
    for name, frame in tables().items():
        assert_frame_equal(folder.read(name), frame)
    document = folder.document("a.txt")
    assert document is not None
    assert document.line_text(1) == "two"
    assert folder.document("b.txt") is None
    assert (target / "findings.csv").read_bytes() == b"rule\r\n"
    assert [path.name for path in tmp_path.iterdir()] == ["audit"]


def test_text_may_be_left_out(tmp_path: Path) -> None:
    audit_folder.write(tables(), tmp_path / "audit", {}, text=False)
    assert audit_folder.read(tmp_path / "audit").document("a.txt") is None


def test_a_new_audit_keeps_decisions_and_foreign_files_as_the_same_files(tmp_path: Path) -> None:
    target = tmp_path / "audit"
    audit_folder.write(tables(), target, {}, extra_files={"old.csv": b"x"})
    (target / "reviews").mkdir()
    log = target / "reviews" / "ana.jsonl"
    log.write_bytes(b'{"v":1}\n{"torn')
    (target / "notes.txt").write_text("mine")
    appending = os.open(log, os.O_WRONLY | os.O_APPEND)
    audit_folder.write(tables(), target, {}, extra_files={"new.csv": b"y"})
    os.write(appending, b'"}\n')
    os.close(appending)
    assert log.read_bytes() == b'{"v":1}\n{"torn"}\n'
    assert (target / "notes.txt").read_text() == "mine"
    assert not (target / "old.csv").exists()
    assert (target / "new.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["audit"]


@pytest.mark.parametrize("missing", ["_exchange", "_link_tree"])
def test_decisions_survive_without_system_support(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    target = tmp_path / "audit"
    audit_folder.write(tables(), target, {})
    (target / "reviews").mkdir()
    (target / "reviews" / "ana.jsonl").write_bytes(b"{}\n")
    monkeypatch.setattr(audit_folder, missing, lambda *_: False)
    audit_folder.write(tables(), target, {})
    assert (target / "reviews" / "ana.jsonl").read_bytes() == b"{}\n"
    audit_folder.read(target)


def test_a_failure_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "audit"
    audit_folder.write(tables(), target, {"as_of": "2026-01-01"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(audit_folder, "_sync", full)
    with pytest.raises(UsageError, match="No space left"):
        audit_folder.write(tables(), target, {"as_of": "2026-02-02"})
    assert audit_folder.read(target).as_of == "2026-01-01"
    assert [path.name for path in tmp_path.iterdir()] == ["audit"]


def test_other_folders_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty and not an audit folder"):
        audit_folder.write(tables(), tmp_path, {})
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("content", [None, "", "[]", "{"])
def test_what_is_no_audit_folder_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(UsageError, match="not an audit folder"):
        audit_folder.read(tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        audit_folder.read(tmp_path / "nowhere")


def test_a_table_of_another_version_is_refused(tmp_path: Path) -> None:
    audit_folder.write(tables(), tmp_path / "audit", {})
    pl.DataFrame({"rule": ["x"]}).write_parquet(tmp_path / "audit" / "findings.parquet")
    with pytest.raises(UsageError, match=r"findings\.parquet: not the table findings"):
        audit_folder.read(tmp_path / "audit")
    (tmp_path / "audit" / "findings.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match="cannot be read"):
        audit_folder.read(tmp_path / "audit")
