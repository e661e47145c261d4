"""The release certificate fails closed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from redact.baseline import take
from redact.gate import DECISIONS, gate
from redact.ignores import Ignore
from redact.reports import RenderOptions, certificate


@pytest.fixture
def clean(clean_result: Any) -> Any:
    """A clean audit before publication."""
    return replace(clean_result, mode="publication")


@pytest.fixture
def dirty(make: Any) -> Any:
    """One error in one document, before publication."""
    text = "FROM: (b)(7)\n"
    row = make.finding(text, "a.txt", "(b)(7)", "b7-without-letter")
    return make.result({"a.txt": text}, [row], mode="publication")


def dismissal(result: Any, reviewer: str | None = "ana, ben", settled: bool = True) -> pl.DataFrame:
    """The one finding dismissed."""
    fingerprint, digest = result.findings.select("fingerprint", "digest").row(0)
    row = (fingerprint, "dismissed", settled, "misread", None, reviewer, "2025-12-01T10:00:00Z", digest, None)
    return pl.DataFrame([row], schema=DECISIONS, orient="row")


def against(result: Any, options: RenderOptions, rules_off: tuple[str, ...] = ()) -> str:
    """What stands against a release, as one text."""
    told = json.loads(certificate.render(result, options, rules_off))
    assert (told["verdict"] == "cleared") is (told["against"] == [])
    return "; ".join(told["against"])


def test_a_clean_audit_is_cleared_and_lists_its_inputs(clean: Any) -> None:
    told = json.loads(certificate.render(clean, RenderOptions(gate=gate(clean.findings))))
    assert told["verdict"] == "cleared"
    assert told["documents"] == [{"doc": "clean.txt", "sha256": clean.documents["sha256"][0]}]
    assert (told["rules_digest"], told["as_of"]) == (clean.rules_digest, "2026-01-01")


def test_each_dismissal_names_who_signed_it(dirty: Any) -> None:
    options = RenderOptions(gate=gate(dirty.findings, decisions=dismissal(dirty)))
    told = json.loads(certificate.render(dirty, options))
    assert told["verdict"] == "cleared"
    assert [(found["reviewer"], found["reason"], found["at"]) for found in told["dismissals"]] == [
        ("ana, ben", "misread", "2025-12-01T10:00:00Z")
    ]


def test_whatever_was_not_checked_or_judged_keeps_it_closed(clean: Any, dirty: Any, result: Any, make: Any) -> None:
    def gated(audit: Any, **more: Any) -> RenderOptions:
        return RenderOptions(gate=gate(audit.findings, **more))

    assert "mode archive" in against(replace(clean, mode="archive"), gated(clean))
    assert "not judged by a gate" in against(clean, RenderOptions())
    assert "--fail-on never" in against(clean, gated(clean, fail_on="never"))
    assert "no document" in against(make.result({}, [], mode="publication"), gated(clean))
    assert "skipped" in against(replace(clean, skipped=(("x.pdf", "format"),)), gated(clean))
    assert "rule secret-rule did not run" in against(clean, gated(clean), ("secret-rule",))
    assert "1 finding at or above error not settled" in against(dirty, gated(dirty))
    assert "not settled" in against(dirty, gated(dirty, decisions=dismissal(dirty, settled=False)))
    assert "without a reviewer" in against(dirty, gated(dirty, decisions=dismissal(dirty, None)))
    accepted = take(dirty.findings, as_of=dirty.as_of, rules_digest="x")
    assert "known from a baseline" in against(dirty, gated(dirty, baseline=accepted))
    assert "ignored by a configuration" in against(dirty, gated(dirty, ignores=[Ignore("*", (), "why")]))
    told = against(replace(result, mode="publication"), gated(result))
    assert "broken.bin could not be read" in told
    assert "news.txt was not recognised as a record" in told


def test_a_change_of_the_text_shows(clean: Any) -> None:
    text = certificate.render(clean, RenderOptions(gate=gate(clean.findings)))
    assert certificate.is_intact(text)
    assert not certificate.is_intact(text.replace("clean.txt", "other.txt"))
    assert not certificate.is_intact("[" * 100_000)


def test_it_holds_no_evidence(dirty: Any) -> None:
    options = RenderOptions(gate=gate(dirty.findings, decisions=dismissal(dirty)), evidence="full")
    assert "(b)(7)" not in certificate.render(dirty, options)
