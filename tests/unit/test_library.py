"""The calls of docs/library.md."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

import redact
from redact.auditing import audit_documents
from redact.errors import UsageError
from redact.tables import MODELS

SEEDS = Path(__file__).parents[2] / "seeds"
DAY = date(2026, 1, 1)


def test_audit_of_a_folder_gives_frames_that_pass_their_models() -> None:
    result = redact.audit([str(SEEDS)], as_of=DAY)
    for name, model in MODELS.items():
        model.validate(getattr(result, name))
    types = dict(result.document_facts.select("doc", pl.col("document_type").cast(pl.String)).iter_rows())
    assert sorted(types.values()) == ["not-a-record", "not-a-record", "telegram", "telegram", "telegram"]
    assert set(result.findings["severity"].cast(pl.String)) == {"note"}


def test_links_of_the_1992_telegram_rest_on_following_code_lines() -> None:
    result = redact.audit([str(SEEDS)], as_of=DAY)
    pairs = result.links.filter(pl.col("basis").is_not_null())
    assert pairs["basis"].cast(pl.String).to_list() == ["following-line", "following-line"]
    assert pairs["code"].to_list() == ["FOIA:b1", "FOIA:b1"]


def test_texts_in_memory() -> None:
    body = "MEMORANDUM FOR: The Director\n\n1. (S) The visit took place.\n2. (U) It ended."
    text = f"CONFIDENTIAL\n\n{body}\n\nCONFIDENTIAL\n"
    result = redact.audit_documents({"memo": text}, as_of=DAY)
    facts = result.document_facts.row(0, named=True)
    assert (facts["classification"], facts["highest_portion"]) == ("CONFIDENTIAL", "SECRET")
    assert "portion-exceeds-banner" in result.findings["rule"].to_list() or facts["document_date"] is None


def test_half_a_surrogate_pair_in_a_text_stops_nothing() -> None:
    result = audit_documents({"a": "SECRET\n\ud800 he met [REDACTED]\n", "b": "plain"}, as_of=date(2026, 1, 1))
    assert result.documents["text"].to_list() == ["SECRET\n\ufffd he met [REDACTED]\n", "plain"]
    assert "REDACTED" in result.spans["value"].to_list()


def test_parse() -> None:
    assert redact.parse_banner("SECRET//NOFORN//SI").canonical == "SECRET//SI//NOFORN"


def test_a_path_that_does_not_exist_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no such file"):
        redact.audit(["nowhere.txt"])


def test_the_function_stays_the_function_after_the_engine_was_loaded() -> None:
    redact.audit([str(SEEDS / "001_78555f6cffb14129.txt")], as_of=DAY)
    assert callable(redact.audit)


def test_a_folder_without_texts_reads_the_originals_by_digest(tmp_path: Path) -> None:
    from redact import audit_folder
    from redact.cli import cli

    original = tmp_path / "memo.txt"
    original.write_text("SECRET\n\nMEMORANDUM FOR: The Director\n\nSECRET\n")
    folder = tmp_path / "out"
    arguments = ["audit", str(original), "-o", str(folder), "--no-text", "-q", "--isolated", "--exit-zero"]
    cli.main(arguments, standalone_mode=False)
    kept = audit_folder.read(folder)
    name = kept.read("documents")["doc"][0]
    assert kept.read("documents")["text"][0] is None
    found = kept.document(name)
    assert found is not None
    assert found.text == original.read_text()
    original.write_text("CONFIDENTIAL\n")
    assert audit_folder.read(folder).document(name) is None
