"""Every format stays whole whatever a document's text, name and finding hold."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from redact import reports
from redact.reports import RenderOptions, csv_, html, premis, worklist
from redact.reports.rows import with_states

CONCISE = re.compile(r"^[^:]+:\d+:\d+: (error|warning|note) [a-z0-9-]+ .+$")
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
odd = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\x1b\x9b\u202e\t\r\n\"',;=+-@<>&%:|"))
)
FULL = RenderOptions(evidence="full")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=odd, evidence=odd.filter(bool), after=odd, name=odd.filter(bool), message=odd, sensitive=st.booleans())
def test_all_formats(
    make: Any, before: str, evidence: str, after: str, name: str, message: str, sensitive: bool
) -> None:
    text = before + evidence + after
    more = {"message": message, "sensitive": sensitive, "fingerprint": "f" * 32}
    result = make.result({name: text}, [make.finding(text, name, evidence, "some-rule", **more)])
    for options in (RenderOptions(), FULL, RenderOptions(evidence="masked")):
        for format_name in reports.FORMATS:
            shown = reports.render(format_name, result, options)
            if format_name == "csv":  # a quoted cell keeps its line ends, and a guarded one the return it starts with
                shown = shown.replace("\r\n", "\n").replace("\"'\r", "\"'")
            assert not STEERING.search(shown), format_name
    assert all(CONCISE.match(line) for line in reports.render("concise", result, FULL).split("\n")[:-1])
    (line,) = reports.render("json", result, FULL).split("\n")[:-1]
    assert json.loads(line)["evidence"] == evidence
    raw = RenderOptions(evidence="full", raw_csv=True)
    assert_frame_equal(csv_.read(reports.render("csv", result, raw)), with_states(result, raw))
    assert json.loads(reports.render("sarif", result, FULL))["runs"][0]["results"]
    for xml in (reports.render("junit", result, FULL), premis.render(result, FULL)):
        ET.fromstring(xml)
    assert reports.render("github", result, FULL).count("\n") == 2
    page = html.render(result, FULL)
    assert page.count("<script>") == page.count("<style>") == 1
    back = worklist.read(worklist.render(result, FULL).encode(), result.findings)
    assert (back.faults, back.blank) == ((), 1)


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(st.one_of(st.none(), odd), min_size=1, max_size=4))
def test_guarded_cells_never_start_a_formula(cells: list[str | None]) -> None:
    table = csv_.guard(pl.DataFrame({"a": cells}, schema={"a": pl.String}))
    for cell, shown, guarded in zip(cells, table["a"], table["guarded"], strict=True):
        assert (shown is None) is (cell is None)
        assert not (shown or "").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert guarded is (shown != cell)
