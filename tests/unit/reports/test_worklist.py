"""The work list goes out to a spreadsheet and comes back as verdicts."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redact.errors import UsageError
from redact.reports import RenderOptions, csv_, worklist
from redact.review.states import REASONS


def filled(result: Any, *rows: tuple[str, str, str], delimiter: str = ",", **options: Any) -> bytes:
    """A work list with verdict, reason and note filled in from the first row on."""
    text = worklist.render(result, RenderOptions(**options)).removeprefix("\ufeff")
    table = list(csv.reader(io.StringIO(text, newline="")))
    at = table[0].index("verdict")
    for line, row in zip(table[1:], rows, strict=False):
        line[at : at + 3] = row
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(table)
    return out.getvalue().encode()


def events(result: Any, data: bytes) -> list[Any]:
    """Events of a filled work list."""
    found = worklist.read(data, result.findings)
    return worklist.events(
        found.verdicts, reviewer="ana", at="2026-01-02T00:00:00Z", batch="ana-b1", audit=date(2026, 1, 1)
    )


def test_export_fill_import_gives_the_events(result: Any) -> None:
    data = filled(result, ("Confirmed ", "", ""), (" DISMISSED", " Order-In-Force ", ""), ("second", "", "look again"))
    made = events(result, data)
    assert [(event.verdict, event.reason, event.note) for event in made] == [
        ("confirmed", None, None),
        ("dismissed", "order-in-force", None),
        ("second", None, "look again"),
    ]
    assert [event.fingerprint for event in made] == result.findings["fingerprint"].to_list()[:3]
    assert [event.digest for event in made] == result.findings["digest"].to_list()[:3]
    assert {event.batch for event in made} == {"ana-b1"}
    assert len({event.id for event in made}) == 3


def test_importing_again_adds_nothing(result: Any) -> None:
    data = filled(result, ("confirmed", "", ""), ("dismissed", "4", ""))
    standing = {event.fingerprint: event for event in events(result, data)}
    again = worklist.read(data, result.findings, standing)
    assert (again.verdicts, again.faults, again.unchanged) == ((), (), 2)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("dismised", "4", ""), "row 2: verdict 'dismised': one of confirmed, dismissed, second, open: did you mean"),
        (("dismissed", "", ""), "row 2: a dismissal needs a reason: one of code-elsewhere"),
        (("dismissed", "misred", ""), "row 2: reason 'misred': one of code-elsewhere"),
        (("dismissed", "9", ""), "row 2: reason '9'"),
        (("dismissed", "other", " "), "row 2: the reason other needs a note"),
        (("", "misread", ""), "row 2: a reason or note without a verdict"),
        (("confirmed", "", "x" * 3000), "row 2: The note has 3000 characters"),
    ],
)
def test_a_wrong_word_names_its_row_and_the_allowed_words(
    result: Any, row: tuple[str, str, str], sentence: str
) -> None:
    found = worklist.read(filled(result, row), result.findings)
    assert found.verdicts == ()
    assert [fault.startswith(sentence) for fault in found.faults] == [True], found.faults


@pytest.mark.parametrize("place", range(1, len(REASONS) + 1))
def test_a_reason_may_be_its_number_or_its_text(result: Any, place: int) -> None:
    reason = REASONS[place - 1]
    for word in (str(place), f"{place}.0", reason.text.upper(), reason.id):
        assert [event.reason for event in events(result, filled(result, ("dismissed", word, "n")))] == [reason.id]


def test_unknown_and_stale_keys_are_named(result: Any) -> None:
    data = filled(result, ("confirmed", "", ""))
    stranger = result.findings.with_columns(fingerprint=pl.lit("0" * 32))
    assert "no finding of this audit" in worklist.read(data, stranger).faults[0]
    changed = result.findings.with_columns(digest=pl.lit("1" * 32))
    assert "changed since the work list was written" in worklist.read(data, changed).faults[0]


def test_two_verdicts_on_one_finding_are_a_fault(result: Any) -> None:
    twice = replace(result, findings=pl.concat([result.findings.head(1)] * 2))
    found = worklist.read(filled(twice, ("confirmed", "", ""), ("open", "", "")), twice.findings)
    assert found.faults == ("row 3: the same finding has another verdict in row 2",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_make_of_it_is_read(make: Any, encoding: str, delimiter: str) -> None:
    text = "FROM: (b)(7)\n"
    result = make.result({"a.txt": text}, [make.finding(text, "a.txt", "(b)(7)", "b7-without-letter")])
    data = filled(result, ("confirmed", "", "Grüße"), delimiter=delimiter).decode().encode(encoding)
    assert [event.note for event in events(result, data)] == ["Grüße"]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"a,b\n1,2\n", b"\x00\x01\x02", b'"' * 99])
def test_what_is_no_work_list_is_refused_in_a_sentence(result: Any, data: bytes) -> None:
    with pytest.raises(UsageError):
        worklist.read(data, result.findings)


def test_sensitive_evidence_and_its_line_stay_out(result: Any) -> None:
    assert "ORANGEBLOSSOM" not in worklist.render(result)
    assert "ORANGEBLOSSOM" in worklist.render(result, RenderOptions(evidence="full"))


def test_the_how_to_names_every_word() -> None:
    text = worklist.how_to()
    assert all(reason.id in text for reason in REASONS)
    assert max(map(len, text.splitlines())) <= 90


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_spreadsheet_program_keeps_keys_and_fingerprints(result: Any, tmp_path: Path) -> None:
    (tmp_path / "work.csv").write_bytes(
        b"\xef\xbb\xbf" + filled(result, ("dismissed", "4", "=1+1"), ("confirmed", "", ""))
    )
    (tmp_path / "findings.csv").write_text(csv_.render(result, RenderOptions(excel=True)), encoding="utf-8")
    program = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "work.csv"),
        str(tmp_path / "findings.csv"),
    ]
    subprocess.run(program, check=True, capture_output=True, timeout=180)
    back = worklist.read((tmp_path / "out" / "work.csv").read_bytes(), result.findings)
    assert back.faults == ()
    assert [(found.verdict, found.reason) for found in back.verdicts] == [
        ("dismissed", "order-in-force"),
        ("confirmed", None),
    ]
    table = pl.read_csv(tmp_path / "out" / "findings.csv", infer_schema=False)
    assert table["fingerprint"].to_list() == result.findings["fingerprint"].to_list()
    assert table["doc"].to_list() == result.findings["doc"].to_list()
