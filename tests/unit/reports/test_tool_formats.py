"""Formats for other programs: SARIF 2.1.0, JUnit XML, PREMIS 3.0.

`sarif-2.1.0-rtm.5.json` is the SARIF 2.1.0 schema as the npm package @microsoft/jest-sarif 1.0.0-beta.0 (MIT) ships it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from redact.baseline import take
from redact.gate import DECISIONS, gate
from redact.ignores import Ignore
from redact.reports import RenderOptions, junit, premis, sarif

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
PREMIS = "{http://www.loc.gov/premis/v3}"


def valid(text: str) -> Any:
    """The SARIF log, after validation against the schema."""
    jsonschema = pytest.importorskip("jsonschema")
    log = json.loads(text)
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    return log["runs"][0]


def decided(findings: pl.DataFrame, row: int, verdict: str, settled: bool = True) -> pl.DataFrame:
    """One decision on one finding."""
    fingerprint, digest = findings.select("fingerprint", "digest").row(row)
    said = (
        fingerprint,
        verdict,
        settled,
        "order-in-force",
        "1.5(d) is right",
        "ana, ben",
        "2026-01-01T00:00:00Z",
        digest,
        None,
    )
    return pl.DataFrame([said], schema=DECISIONS, orient="row")


@pytest.mark.parametrize("evidence", [None, "full", "masked", "none"])
def test_sarif_is_valid_against_the_schema(result: Any, cards: Any, evidence: str | None) -> None:
    options = RenderOptions(rules=cards, gate=gate(result.findings), evidence=evidence)
    assert len(valid(sarif.render(result, options))["results"]) == result.findings.height
    valid(sarif.render(result, replace(options, gate=None, rules={})))


def test_sarif_without_findings_is_valid_and_complete(clean_result: Any, cards: Any) -> None:
    run = valid(sarif.render(clean_result, RenderOptions(rules=cards)))
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == sorted(cards)


def test_sarif_rules_regions_and_fingerprints(result: Any, cards: Any) -> None:
    run = valid(sarif.render(result, RenderOptions(rules=cards)))
    rules = run["tool"]["driver"]["rules"]
    for found, row in zip(run["results"], result.findings.iter_rows(named=True), strict=True):
        assert rules[found["ruleIndex"]]["id"] == found["ruleId"] == row["rule"]
        assert found["partialFingerprints"] == {"redactFinding/v1": row["fingerprint"]}
        place = found["locations"][0]["physicalLocation"]
        assert (
            run["artifacts"][place["artifactLocation"]["index"]]["location"]["uri"] == place["artifactLocation"]["uri"]
        )
        assert (place["region"]["charOffset"], place["region"]["charLength"]) == (
            row["start"],
            row["end"] - row["start"],
        )
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"]["endColumn"] == 16


def test_sarif_keeps_what_does_not_count_with_a_justification(result: Any) -> None:
    findings = result.findings
    judged = gate(
        findings,
        decisions=decided(findings, 0, "dismissed"),
        baseline=take(findings.slice(2, 1), as_of=result.as_of, rules_digest="x"),
        ignores=[Ignore("lima/hostile.txt", ("banner-missing",), "house style")],
    )
    run = valid(sarif.render(result, RenderOptions(gate=judged)))
    told = [found["suppressions"] for found in run["results"]]
    assert [len(some) for some in told] == [1, 0, 1, 1, 0]
    assert told[0][0]["justification"] == "order-in-force; 1.5(d) is right; by ana, ben"
    assert told[2][0]["justification"] == "present in the baseline; not judged"
    assert told[3][0]["justification"] == "ignored: house style"
    assert [found["baselineState"] for found in run["results"]] == ["new", "new", "unchanged", "new", "new"]


def test_sarif_states_a_cut_and_keeps_errors(result: Any) -> None:
    run = valid(sarif.render(result, RenderOptions(cap=3)))
    assert {found["level"] for found in run["results"]} == {"error"}
    notices = [told["message"]["text"] for told in run["invocations"][0]["toolExecutionNotifications"]]
    assert notices[0].startswith("2 findings left out of this file")


def test_junit_has_one_test_case_a_document(result: Any) -> None:
    suite = ET.fromstring(junit.render(result, RenderOptions(gate=gate(result.findings)))).find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == [*result.documents["doc"], "lima/scan.pdf"]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    assert len(suite.findall(".//failure")) == 1


@pytest.mark.parametrize(("fail_on", "failures"), [("never", 0), ("error", 1), ("warning", 2), ("note", 2)])
def test_junit_fails_where_the_gate_does(result: Any, fail_on: str, failures: int) -> None:
    text = junit.render(result, RenderOptions(gate=gate(result.findings, fail_on)))
    assert len(ET.fromstring(text).findall(".//failure")) == failures


def test_junit_is_valid_xml_for_hostile_text_and_without_findings(result: Any, clean_result: Any) -> None:
    assert "alert(1)" in "".join(ET.fromstring(junit.render(result, RenderOptions(evidence="full"))).itertext())
    assert len(ET.fromstring(junit.render(clean_result)).findall(".//testcase")) == 1


def test_premis_links_one_event_to_every_document_with_its_digest(result: Any) -> None:
    tree = ET.fromstring(premis.render(result, RenderOptions(gate=gate(result.findings))))
    assert [child.tag.removeprefix(PREMIS) for child in tree] == ["object"] * 5 + ["event", "agent"]
    digests = [node.text for node in tree.iter(f"{PREMIS}messageDigest")]
    assert digests == result.documents["sha256"].to_list()
    event = tree.find(f"{PREMIS}event")
    assert event is not None
    assert len(event.findall(f"{PREMIS}linkingObjectIdentifier")) == 5
    assert event.findtext(f"{PREMIS}eventDateTime") == "2026-01-01"
    assert event.findtext(f".//{PREMIS}eventOutcome") == "fail"


def test_premis_holds_no_evidence(result: Any) -> None:
    text = premis.render(result, RenderOptions(evidence="full"))
    assert "ORANGEBLOSSOM" not in text
    assert "ZXQ-SEVEN" not in text
