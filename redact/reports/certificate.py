"""The release certificate: what was checked, by which rules, with which verdict, and who answers for each dismissal.

It fails closed: whatever was not checked, not judged by a person, or not counted, keeps the verdict at `not cleared`
and is named. The digest shows later changes of the certificate; it is no signature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from redact.baseline import NEVER_BASELINED
from redact.display import safe_line
from redact.reports import AuditResult, RenderOptions
from redact.reports.rows import number
from redact.vocabulary import SEVERITIES

VERSION = 1
_DEFAULT = RenderOptions()
_GRAVE = ("error", "warning")


def obstacles(result: AuditResult, options: RenderOptions, rules_off: Sequence[str] = ()) -> list[str]:
    """Everything that stands against a release, a sentence each; empty means that the documents are cleared.

    Args:
        result: the audit.
        options: its gate and rule texts.
        rules_off: rules that the configuration or a flag kept from running.
    """
    found = []
    documents, gate = result.documents, options.gate
    if result.mode != "publication":
        found.append(f"the audit ran in mode {result.mode}, not publication")
    if documents.is_empty():
        found.append("no document was audited")
    for doc, why in documents.filter(pl.col("unreadable").is_not_null()).select("doc", "unreadable").iter_rows():
        found.append(f"{doc} could not be read: {why}")
    for doc in documents.filter(pl.col("sha256").is_null() & pl.col("unreadable").is_null())["doc"]:
        found.append(f"{doc} has no digest")
    others = result.document_facts.filter(pl.col("document_type").cast(pl.String) == "not-a-record")["doc"]
    for doc in others:
        found.append(f"{doc} was not recognised as a record, so that no rule about records ran on it")
    for path, reason in result.skipped:
        found.append(f"{path} was skipped: {reason}")
    unchecked = result.findings.filter(pl.col("rule").is_in(sorted(NEVER_BASELINED)))
    for doc, rule, message in unchecked.select("doc", "rule", "message").iter_rows():
        found.append(f"{doc} was not checked in full: {rule}: {message}")
    for rule in sorted(set(rules_off)):
        card = options.rules.get(rule)
        if card is None or card.severity is None or card.severity in _GRAVE:
            found.append(f"rule {rule} did not run")
    if gate is None:
        found.append("the findings were not judged by a gate")
        return found
    if gate.fail_on == "never":
        found.append("the gate was switched off (--fail-on never)")
        return found
    if gate.failed:
        found.append(f"{number(gate.failing, 'finding')} at or above {gate.fail_on} not settled")
    grave = gate.findings.filter(
        pl.col("severity").cast(pl.String).is_in(list(SEVERITIES[SEVERITIES.index(gate.fail_on) :]))
    )
    for state, words in (
        ("baseline", "known from a baseline, judged by nobody"),
        ("ignored", "ignored by a configuration"),
    ):
        some = grave.filter(pl.col("state") == state).height
        if some:
            found.append(f"{number(some, 'finding')} {words}")
    unsigned = grave.filter(
        (pl.col("state") == "dismissed") & (pl.col("reviewer").is_null() | pl.col("reason").is_null())
    )
    if unsigned.height:
        found.append(f"{number(unsigned.height, 'dismissal')} without a reviewer or reason")
    return found


def content(result: AuditResult, options: RenderOptions = _DEFAULT, rules_off: Sequence[str] = ()) -> dict[str, Any]:
    """The certificate as plain values, its own digest last."""
    against = obstacles(result, options, rules_off)
    gate = options.gate
    dismissals: list[dict[str, Any]] = []
    if gate is not None:
        settled = gate.findings.filter(pl.col("state") == "dismissed").sort("fingerprint")
        dismissals = list(
            settled.select(
                "fingerprint",
                "rule",
                pl.col("severity").cast(pl.String),
                "doc",
                "digest",
                "reason",
                "reviewer",
                "at",
            ).iter_rows(named=True)
        )
    cleared = not against
    certificate: dict[str, Any] = {
        "redact_certificate": VERSION,
        "title": options.title,
        "verdict": "cleared" if cleared else "not cleared",
        "against": against,
        "as_of": result.as_of.isoformat(),
        "mode": result.mode,
        "redact": result.version,
        "rules_digest": result.rules_digest,
        "rules_off": sorted(set(rules_off)),
        "fail_on": gate.fail_on if gate is not None else None,
        "findings": dict(gate.counting) if gate is not None else None,
        "findings_by_state": gate.states if gate is not None else None,
        "documents": list(result.documents.sort("doc").select("doc", "sha256").iter_rows(named=True)),
        "dismissals": dismissals,
        "statement": (
            "Cleared says that every rule in force was checked on every document listed, and that each finding at or"
            " above the threshold was settled by the reviewers named. It does not say that a document holds nothing"
            " else that ought to be withheld."
        ),
    }
    certificate["digest"] = digest(certificate)
    return certificate


def digest(certificate: dict[str, Any]) -> str:
    """SHA-256 of a certificate's content without its own digest, keys sorted, in UTF-8 JSON without spaces."""
    told = {key: value for key, value in certificate.items() if key != "digest"}
    text = json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def is_intact(text: str) -> bool:
    """Whether a certificate's text is the one its digest was made for."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("digest") == digest(told)


def render(result: AuditResult, options: RenderOptions = _DEFAULT, rules_off: Sequence[str] = ()) -> str:
    """The certificate as JSON; always written, whatever its verdict."""
    return json.dumps(content(result, options, rules_off), ensure_ascii=True, indent=2) + "\n"


def explain(result: AuditResult, options: RenderOptions = _DEFAULT, rules_off: Sequence[str] = ()) -> str:
    """The verdict in words, for standard error."""
    against = obstacles(result, options, rules_off)
    if not against:
        return f"Certificate: cleared ({number(result.documents.height, 'document')}).\n"
    return "Certificate: not cleared.\n" + "".join(f"  {safe_line(sentence)}\n" for sentence in against)
