"""The gate at the command line: exit status, what it rests on, which stream says what."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AS_OF

CLEAN = (
    "CONFIDENTIAL\n\nMEMORANDUM FOR: The Director\nFROM: Office of Security\nDATE: 3 March 2018\n"
    "SUBJECT: (U) Locks\n\n1. (C) The locks were changed.\n\n2. (U) The old ones were sold.\n\n"
    "Classified By: A. Smith, Director\nReason: 1.4(c)\nDeclassify On: 20280303\n\nCONFIDENTIAL\n"
)
ERROR = CLEAN.replace("2. (U)", "2. (S)")
WARNING = CLEAN.replace("CONFIDENTIAL\n\nMEMO", "CONFIDENTIAL//ORCON/ZZZZ\n\nMEMO")
FORMATS = ("full", "concise", "json", "csv", "sarif", "junit", "github")
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write(a=text, b=text)` → a folder of documents in that order."""

    def call(**documents: str) -> Path:
        folder = tmp_path / "release"
        folder.mkdir(exist_ok=True)
        for name, text in documents.items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        return folder

    return call


class TestStatus:
    @pytest.mark.parametrize(
        ("documents", "arguments", "status"),
        [
            ({"a": CLEAN}, [], 0),
            ({"a": WARNING}, [], 0),
            ({"a": WARNING}, ["--fail-on", "warning"], 1),
            ({"a": ERROR}, [], 1),
            ({"a": ERROR}, ["--fail-on", "never"], 0),
            ({"a": ERROR}, ["--exit-zero"], 0),
            ({"a": ERROR}, ["--ignore", "portion-exceeds-banner"], 0),
            ({"a": ERROR}, ["--show", "error", "--statistics"], 1),
        ],
        ids=["clean", "warning", "warning at threshold", "error", "never", "exit-zero", "ignored", "counts only"],
    )
    def test_threshold(
        self, redact: Any, write: Write, documents: dict[str, str], arguments: list[str], status: int
    ) -> None:
        assert redact("audit", write(**documents), "--as-of", AS_OF, *arguments).status == status

    @pytest.mark.parametrize(
        ("name", "text", "word"),
        [
            ("redact.toml", "fail_no = 'error'\n", "did you mean 'fail_on'?"),
            ("redact.toml", "fail_on = 'eror'\n", "did you mean 'error'?"),
            ("redact.toml", "fail_on =\n", "TOML"),
            ("redact.toml", "[profile]\nportion-exceeds-baner = 'off'\n", "did you mean portion-exceeds-banner"),
            ("pyproject.toml", "[tool.redact]\nselct = ['declass-*']\n", "did you mean 'select'?"),
            ("redact.toml", "[[ignore]]\npath = 'x/*'\nreasn = 'old'\n", "did you mean 'reason'"),
        ],
    )
    def test_2_for_a_broken_settings_file(
        self, redact: Any, write: Write, tmp_path: Path, name: str, text: str, word: str
    ) -> None:
        folder = write(a=ERROR)
        (tmp_path / name).write_text(text, encoding="utf-8")
        run = redact("audit", folder, "--exit-zero", cwd=tmp_path)
        assert (run.status, run.out) == (2, "")
        assert word in run.err
        assert name in run.err

    @pytest.mark.parametrize("place", ["first", "middle", "last"])
    def test_it_rests_on_all_documents(self, redact: Any, write: Write, place: str) -> None:
        names = dict.fromkeys(("first", "middle", "last"), CLEAN)
        folder = write(**names | {place: ERROR})
        assert redact("audit", folder, "--as-of", AS_OF, "-q", "--jobs", "2").status == 1
        files = [folder / f"{name}.txt" for name in names]
        assert redact("audit", *files[::-1], "-q", "--as-of", AS_OF).status == 1

    @pytest.mark.parametrize("format_", FORMATS)
    def test_it_does_not_depend_on_the_format_or_the_order_of_arguments(
        self, redact: Any, write: Write, format_: str
    ) -> None:
        folder = write(a=CLEAN, b=WARNING)
        options = ["--format", format_, "--as-of", AS_OF]
        assert redact("audit", folder, *options).status == 0
        one = redact("audit", folder, *options, "--fail-on", "warning")
        other = redact("audit", "--fail-on", "warning", *options[::-1][1::-1], *options[:2], folder)
        assert (one.status, other.status) == (1, 1)
        assert one.stdout == other.stdout


class TestStreams:
    def test_json_is_findings_only_whatever_else_is_said(self, redact: Any, write: Write, tmp_path: Path) -> None:
        folder = write(a=ERROR, b=WARNING)
        (tmp_path / "redact.toml").write_text("[[ignore]]\npath = 'nowhere/*'\nreason = 'old'\n", encoding="utf-8")
        run = redact(
            "audit", folder, "--format", "json", "--progress", "bar", "-v", "--as-of", AS_OF, "--explain-silence",
            cwd=tmp_path, REDACT_FAIL_NO="note",
        )  # fmt: skip
        assert [row["rule"] for row in run.objects] == ["portion-exceeds-banner", "banner-unknown-token"]
        for told in ("REDACT_FAIL_ON?", "nowhere/*", "judged as of", "Failed: 1 error"):
            assert told in run.err

    @pytest.mark.parametrize("format_", FORMATS)
    def test_zero_findings_are_a_complete_document(self, redact: Any, write: Write, format_: str) -> None:
        import io
        from xml.etree import ElementTree as ET

        import polars as pl

        run = redact("audit", write(a=CLEAN), "--format", format_, "--as-of", AS_OF)
        assert run.status == 0
        if format_ == "sarif":
            assert json.loads(run.out)["runs"][0]["results"] == []
        elif format_ == "junit":
            root = ET.fromstring(run.out)
            assert [(suite.get("tests"), suite.get("failures")) for suite in root.iter("testsuite")] == [("1", "0")]
        elif format_ == "csv":
            assert pl.read_csv(io.BytesIO(run.stdout)).height == 0
        elif format_ == "github":
            (line,) = run.out.splitlines()
            assert line.startswith("::notice")
        else:
            assert run.out == ""

    def test_quiet_prints_findings_and_errors_and_nothing_else(self, redact: Any, write: Write) -> None:
        folder = write(a=ERROR)
        loud = redact("audit", folder, "--as-of", AS_OF)
        quiet = redact("audit", folder, "--as-of", AS_OF, "-q")
        assert (quiet.status, quiet.stdout, quiet.stderr) == (loud.status, loud.stdout, b"")
        wrong = redact("audit", folder, folder / "none.txt", "-q", "--as-of", AS_OF)
        assert wrong.status == 2
        assert wrong.stdout == loud.stdout
        assert "none.txt" in wrong.err
        assert len(wrong.err.splitlines()) == 1


def test_github_has_errors_first_and_totals_last(redact: Any, write: Write) -> None:
    documents = {f"d{number:02}": ERROR.replace("Locks", f"Locks {number}") for number in range(30)}
    run = redact("audit", write(**documents | {"a": WARNING}), "--format", "github", "--as-of", AS_OF)
    levels = [line.split(" ")[0].removeprefix("::") for line in run.out.splitlines()]
    assert levels == ["error"] * 30 + ["warning", "notice"]
    last = run.out.splitlines()[-1]
    assert "30 errors" in last
    assert "1 warning" in last


@pytest.mark.parametrize(
    ("arguments", "masked"),
    [(["github"], True), (["junit"], True), (["sarif"], True), (["concise", "--evidence", "masked"], True),
     (["full", "--evidence", "masked"], True), (["csv", "--evidence", "masked"], True),
     (["json", "--evidence", "none"], True), (["json"], False)],
    ids=["github", "junit", "sarif", "concise", "full", "csv", "json", "json by default"],
)  # fmt: skip
def test_evidence_is_masked(redact: Any, write: Write, arguments: list[str], masked: bool) -> None:
    folder = write(a=CLEAN.replace("C) The locks", "C) QQMARKEDQQ (SECRET//KWYJIBO) The locks"), b=WARNING)
    shown = redact("audit", folder, "--as-of", AS_OF, "--format", "json").objects
    evidence = {row["evidence"] for row in shown if "ZZZZ" in row["evidence"]}
    assert evidence
    run = redact("audit", folder, "--as-of", AS_OF, "--format", *arguments)
    assert any(text in run.out for text in evidence) is not masked


class TestMisspelt:
    @pytest.mark.parametrize(
        ("arguments", "right"),
        [
            (["audit", "x.txt", "--fail-onn", "note"], "--fail-on"),
            (["audit", "x.txt", "--fromat", "json"], "--format"),
            (["audit", ".", "--format", "jsn"], "json"),
            (["audit", ".", "--fail-on", "erorr"], "error"),
            (["audit", ".", "--ignore", "portion-exceeds-baner"], "portion-exceeds-banner"),
            (["explain", "portion-exceed-banner"], "portion-exceeds-banner"),
            (["reprot", "out"], "report"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_flag_rule_and_command(self, redact: Any, write: Write, arguments: list[str], right: str) -> None:
        run = redact(*arguments, cwd=write(x=CLEAN))
        assert (run.status, run.out) == (2, "")
        assert right in run.err

    def test_query_key(self, redact: Any, write: Write, tmp_path: Path) -> None:
        redact("audit", write(a=ERROR), "--as-of", AS_OF, "--output", tmp_path / "out")
        run = redact("report", tmp_path / "out", "--worklist", tmp_path / "w.csv", "--query", "sve:error")
        assert run.status == 2
        assert "sev" in run.err.replace("sve", "")
        assert not (tmp_path / "w.csv").exists()


class TestSettings:
    def test_show_names_the_origin_of_every_value(self, redact: Any, tmp_path: Path) -> None:
        (tmp_path / "redact.toml").write_text(
            'mode = "publication"\nfail_on = "note"\n[profile]\ndeclass-overdue = "off"\n'
            '[[ignore]]\npath = "lima/*"\nreason = "old"\nuntil = 2027-01-01\n',
            encoding="utf-8",
        )
        (tmp_path / "deep").mkdir()
        run = redact("config", "show", cwd=tmp_path / "deep", REDACT_FAIL_ON="warning")
        assert run.status == 0
        rows = dict(line.split("=", 1) for line in run.out.splitlines()[1:] if "=" in line)
        origins = {key.strip(): rest.rpartition("#")[2].strip() for key, rest in rows.items()}
        assert all(origins.values())
        assert origins["mode"].endswith("redact.toml:1")
        assert origins["fail_on"] == "environment REDACT_FAIL_ON"
        assert origins["show"] == "default"
        assert origins["profile.declass-overdue"].endswith("redact.toml")
        assert "lima/*" in run.out
        as_json = json.loads(redact("config", "show", "--format", "json", cwd=tmp_path / "deep").out)
        assert as_json["settings"]["fail_on"]["value"] == "note"

    def test_an_unknown_key_stops_it(self, redact: Any, tmp_path: Path) -> None:
        (tmp_path / "redact.toml").write_text('mod = "publication"\n', encoding="utf-8")
        run = redact("config", "show", cwd=tmp_path)
        assert (run.status, run.out) == (2, "")
        assert "redact.toml:1: unknown key 'mod': did you mean 'mode'?" in run.err

    def test_a_flag_goes_before_all(self, redact: Any, write: Write, tmp_path: Path) -> None:
        folder = write(a=WARNING)
        (tmp_path / "redact.toml").write_text('fail_on = "warning"\n', encoding="utf-8")
        statuses = [
            redact("audit", folder, "-q", "--as-of", AS_OF, *flags, cwd=tmp_path, **more).status
            for flags, more in (
                ((), {}), ((), {"REDACT_FAIL_ON": "error"}), (("--fail-on", "warning"), {"REDACT_FAIL_ON": "error"}),
                (("--isolated",), {}),
            )
        ]  # fmt: skip
        assert statuses == [1, 0, 1, 0]
