"""Formats that print a line or a few lines a finding: full, concise, json, csv, github; the summary and statistics."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from redact import reports
from redact.errors import UsageError
from redact.gate import gate
from redact.reports import FORMATS, RenderOptions, csv_, github, statistics, summary
from redact.reports.rows import with_states
from redact.tables import SCHEMAS

CONCISE = re.compile(r"^[^:]+:\d+:\d+: (error|warning|note) [a-z0-9-]+ .+$")
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
FULL = RenderOptions(evidence="full")


@pytest.mark.parametrize("name", FORMATS)
def test_stream_joins_to_render_and_two_runs_are_equal(name: str, result: Any) -> None:
    options = RenderOptions(gate=gate(result.findings))
    text = reports.render(name, result, options)
    assert "".join(reports.render_to_stream(name, result, options)) == text == reports.render(name, result, options)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("evidence", [None, "full", "masked", "none"])
def test_no_format_sends_a_character_that_steers_a_terminal(name: str, evidence: str | None, result: Any) -> None:
    text = reports.render(name, result, RenderOptions(evidence=evidence))
    assert not STEERING.search(text)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("evidence", [None, "full", "masked", "none"])
def test_sensitive_evidence_is_shown_only_where_full_is_asked_for(name: str, evidence: str | None, result: Any) -> None:
    text = reports.render(name, result, RenderOptions(evidence=evidence))
    assert ("ORANGEBLOSSOM" in text) is (evidence == "full")


@pytest.mark.parametrize(("name", "evidence"), [*((name, "masked") for name in FORMATS), ("github", None),
                                                ("junit", None), ("sarif", None)])  # fmt: skip
def test_masked_output_holds_no_evidence(name: str, evidence: str | None, result: Any) -> None:
    text = reports.render(name, result, RenderOptions(evidence=evidence))
    for shown in ("ZXQ-SEVEN", "ORANGEBLOSSOM", "AGENT", "alert(1)", "KWYJIBO"):
        assert shown not in text


def test_evidence_none_leaves_the_key_empty(result: Any) -> None:
    for line in reports.render("json", result, RenderOptions(evidence="none")).splitlines():
        assert json.loads(line)["evidence"] == ""


def test_lines_near_a_sensitive_finding_do_not_repeat_it(result: Any) -> None:
    other = {"line": 6, "column": 1, "start": 58, "end": 61, "evidence": "The", "sensitive": False}
    row = (
        result.findings.row(0, named=True)
        | other
        | {"message": "as agent  orangeblossom says", "fingerprint": "0" * 32}
    )
    more = pl.concat([result.findings, pl.DataFrame([row], schema=SCHEMAS["findings"])])
    for name in FORMATS:
        assert "orangeblossom" not in reports.render(name, replace(result, findings=more)).casefold()


def test_concise_lines_have_the_shape_of_the_contract(result: Any) -> None:
    lines = reports.render("concise", result).splitlines()
    assert len(lines) == result.findings.height
    assert all(CONCISE.match(line) for line in lines)


def test_concise_holds_its_shape_for_any_document_name(result: Any) -> None:
    findings = result.findings.with_columns(doc=pl.lit("C:\\odd\nname:3"))
    lines = reports.render("concise", replace(result, findings=findings)).splitlines()
    assert all(CONCISE.match(line) for line in lines)


def test_full_shows_the_line_and_carets_under_the_span(result: Any) -> None:
    lines = reports.render("full", result, RenderOptions(width=100)).splitlines()
    assert lines[:4] == [
        "lima/F201604417.txt:5:7 error b7-without-letter",
        "    3 | TO: RECORD FILE",
        "    5 | FROM: ZXQ-SEVEN",
        "      |       ^^^^^^^^^ exemption 7 without its letter, A to F",
    ]


def test_full_keeps_to_the_width_on_a_long_line(result: Any, make: Any) -> None:
    text = "x" * 50_000 + " ZXQ-SEVEN " + "y" * 50_000
    row = make.finding(text, "a.txt", "ZXQ-SEVEN", "b7-without-letter")
    lines = reports.render("full", make.result({"a.txt": text}, [row]), RenderOptions(width=80)).splitlines()
    assert max(map(len, lines)) <= 80
    assert any("ZXQ-SEVEN" in line for line in lines)


def test_color_only_where_asked(result: Any) -> None:
    for name in ("full", "concise"):
        assert "\x1b[" in reports.render(name, result, RenderOptions(color=True))
        assert "\x1b[" not in reports.render(name, result)


def test_json_has_the_keys_of_the_contract_first_and_exact_values(result: Any) -> None:
    lines = [json.loads(line) for line in reports.render("json", result, FULL).splitlines()]
    contract = [
        "rule",
        "severity",
        "doc",
        "line",
        "column",
        "start",
        "end",
        "message",
        "evidence",
        "authority",
        "advice",
    ]
    assert all(list(line)[:12] == [*contract, "fingerprint"] for line in lines)
    assert [line["evidence"] for line in lines] == result.findings["evidence"].to_list()


def test_raw_csv_reads_back_as_the_same_table(result: Any) -> None:
    text = reports.render("csv", result, RenderOptions(evidence="full", raw_csv=True))
    assert_frame_equal(csv_.read(text), with_states(result, RenderOptions()))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x"])
@pytest.mark.parametrize("excel", [False, True])
def test_formula_cells_are_guarded_and_read_back(cell: str, excel: bool, result: Any) -> None:
    findings = result.findings.with_columns(evidence=pl.lit(cell), message=pl.lit("m"))
    odd = replace(result, findings=findings)
    text = reports.render("csv", odd, RenderOptions(evidence="full", excel=excel))
    assert text.startswith("\ufeff") is excel
    table = pl.read_csv(text.removeprefix("\ufeff").encode())
    assert table["guarded"].all()
    assert set(table["evidence"]) == {"'" + cell}
    assert_frame_equal(csv_.read(text), with_states(odd, RenderOptions()))
    bare = reports.render("csv", odd, RenderOptions(evidence="full", raw_csv=True))
    assert "guarded" not in bare.splitlines()[0]
    assert set(csv_.read(bare)["evidence"]) == {cell}


def test_csv_columns_are_those_of_the_contract_then_the_states(result: Any) -> None:
    head = reports.render("csv", result).splitlines()[0].replace('"', "").split(",")
    assert head[:12] == list(SCHEMAS["findings"])[:12]
    assert head[-6:] == ["verdict", "reason", "note", "reviewer", "at", "guarded"]


def test_every_format_is_complete_without_findings(clean_result: Any) -> None:
    assert reports.render("json", clean_result) == ""
    assert reports.render("concise", clean_result) == ""
    assert reports.render("full", clean_result) == ""
    assert csv_.read(reports.render("csv", clean_result)).is_empty()
    assert reports.render("github", clean_result) == "::notice title=redact audit::1 document, 0 findings.\n"


def test_github_puts_errors_first_and_totals_last(result: Any) -> None:
    many = pl.concat([result.findings] * 10)
    lines = github.render(replace(result, findings=many)).splitlines()
    commands = [line.split(" ")[0].strip(":") for line in lines]
    assert commands == ["error"] * 30 + ["warning"] * 10 + ["notice"] * 11
    assert lines[-1].startswith(
        "::notice title=redact audit::5 documents, 50 findings: 30 errors, 10 warnings, 10 notes."
    )


def test_github_escapes_what_would_end_a_command(result: Any) -> None:
    text = github.render(result, FULL)
    assert len(text.splitlines()) == result.findings.height + 1
    assert "%250A::error::" in text


def test_show_hides_and_the_summary_says_so(result: Any) -> None:
    options = RenderOptions(show="error", gate=gate(result.findings))
    assert len(reports.render("concise", result, options).splitlines()) == 3
    assert "2 findings below --show error not printed." in summary.render(result, options)


def test_summary_counts_and_gives_the_verdict(result: Any) -> None:
    lines = summary.render(result, RenderOptions(gate=gate(result.findings))).splitlines()
    assert lines[0] == (
        "5 documents (1 not recognised as a record, 1 not readable), 5 findings: 3 errors, 1 warning, 1 note."
    )
    assert lines[-1] == "Failed: 3 errors (--fail-on error)."


def test_statistics_count_by_rule(result: Any, cards: Any) -> None:
    counts = statistics.render(result, RenderOptions(rules=cards))
    assert counts.splitlines()[0].split() == [
        "1",
        "error",
        "b7-without-letter",
        "Exemption",
        "7",
        "without",
        "its",
        "letter",
    ]
    lines = [json.loads(line) for line in statistics.render(result, RenderOptions(), "json").splitlines()]
    assert sum(line["count"] for line in lines) == result.findings.height
    assert pl.read_csv(statistics.render(result, RenderOptions(), "csv").encode())["count"].sum() == 5


def test_default_format_follows_the_terminal() -> None:
    assert (reports.default_format(True), reports.default_format(False)) == ("full", "concise")


def test_unknown_format_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'sarif'"):
        reports.renderer("sarrif")


def test_names_of_formats_load_no_data_library() -> None:
    code = (
        "import sys, redact.reports, redact.config;"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'polars','pandera','textual','rich','jinja2'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
