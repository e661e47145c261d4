"""SARIF 2.1.0 (OASIS standard, 27 March 2020): one run, rules with their texts, findings with stable fingerprints.

Findings that do not count stay in the file with `suppressions` and a justification (section 3.27.23); code points are
the unit of columns (section 3.14.17). At most 25,000 results, the number GitHub accepts for a run; the cut is stated
as a notification of the tool, and errors are kept before warnings and notes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import polars as pl

from redact.display import safe
from redact.reports import AuditResult, RenderOptions, RuleCard
from redact.reports.masking import Masker
from redact.reports.rows import SLICE, authorities, document_index, escape_invisible, number, shown, with_states

_DEFAULT = RenderOptions()
CAP = 25_000
SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "redactFinding/v1"
_LEVEL = {"error": "error", "warning": "warning", "note": "note"}


def stream(result: AuditResult, options: RenderOptions = _DEFAULT) -> Iterator[str]:
    """Yield the document in pieces, one result at a time."""
    kept = shown(with_states(result, options), options, ignored=True)
    cap = CAP if options.cap is None else options.cap
    cut = max(0, kept.height - cap)
    if cut:
        order = kept.select("severity").with_row_index()
        chosen = order.sort("severity", descending=True, maintain_order=True).head(cap)["index"].sort()
        kept = kept[chosen]
    rules = _rules(kept, options)
    index = {rule["id"]: at for at, rule in enumerate(rules)}
    artifacts = _artifacts(result, kept)
    head = {"$schema": SCHEMA_URI, "version": "2.1.0"}
    run = {
        "tool": {
            "driver": {
                "name": "redact",
                "semanticVersion": _semantic(result.version),
                "version": result.version,
                "properties": {"rulesDigest": result.rules_digest},
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": _notifications(result, cut),
                "properties": {"asOf": result.as_of.isoformat(), "mode": result.mode},
            }
        ],
        "artifacts": list(artifacts.values()),
    }
    # Everything but the results is small; they are written between the braces, so that memory stays flat.
    yield f'{_json(head)[:-1]},"runs":[{_json(run)[:-1]},"results":['
    texts, rows = result.documents["text"], document_index(result.documents)
    place = {doc: at for at, doc in enumerate(artifacts)}
    masker = Masker(result, options, "sarif")
    comma = ""
    for part in kept.iter_slices(SLICE):
        for row in masker.findings(part).iter_rows(named=True):
            text = texts[rows[row["doc"]]] if row["doc"] in rows else None
            yield f"{comma}\n{_json(_result(row, text, index, place, masker, options))}"
            comma = ","
    yield "\n]}]}\n"


def render(result: AuditResult, options: RenderOptions = _DEFAULT) -> str:
    """Findings as one SARIF log."""
    return "".join(stream(result, options))


def _result(
    row: dict[str, Any],
    text: str | None,
    index: dict[str, int],
    place: dict[str, int],
    masker: Masker,
    options: RenderOptions,
) -> dict[str, Any]:
    region: dict[str, Any] = {
        "startLine": row["line"],
        "startColumn": row["column"],
        "charOffset": row["start"],
        "charLength": row["end"] - row["start"],
    }
    if text is not None and row["end"] > row["start"]:
        span = text[row["start"] : row["end"]]
        feeds = span.count("\n")
        region["endLine"] = row["line"] + feeds
        region["endColumn"] = len(span) - span.rfind("\n") if feeds else row["column"] + len(span)
    if row["evidence"] and not masker.hides(row["sensitive"]):
        region["snippet"] = {"text": safe(row["evidence"])}
    found: dict[str, Any] = {
        "ruleId": row["rule"],
        "ruleIndex": index[row["rule"]],
        "level": _LEVEL[str(row["severity"])],
        "message": {"text": safe(row["message"] or row["rule"])},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri(row["doc"]), "index": place[row["doc"]]},
                    "region": region,
                }
            }
        ],
        "partialFingerprints": {FINGERPRINT: row["fingerprint"]},
    }
    if row["count"] > 1:
        found["occurrenceCount"] = row["count"]
    if options.gate is not None:
        known = row["state"] == "baseline"
        found["baselineState"] = "unchanged" if known else "updated" if row["state"] == "changed" else "new"
        found["suppressions"] = _suppressions(row)
    found["properties"] = {"state": row["state"], "advice": safe(row["advice"]), "authority": safe(row["authority"])}
    return found


def _suppressions(row: dict[str, Any]) -> list[dict[str, str]]:
    """Why a finding does not count; an empty list says that it does (section 3.27.23)."""
    state = row["state"]
    if state == "baseline":
        return [{"kind": "external", "status": "accepted", "justification": "present in the baseline; not judged"}]
    if state == "ignored":
        return [{"kind": "external", "status": "accepted", "justification": f"ignored: {safe(row['reason'] or '')}"}]
    if state in ("dismissed", "second"):
        parts = [row["reason"] or "no reason given", row["note"], f"by {row['reviewer']}" if row["reviewer"] else None]
        status = "accepted" if state == "dismissed" else "underReview"
        return [
            {"kind": "external", "status": status, "justification": safe("; ".join(part for part in parts if part))}
        ]
    return []


def _rules(kept: pl.DataFrame, options: RenderOptions) -> list[dict[str, Any]]:
    fired = kept.unique("rule", keep="first", maintain_order=True).select("rule", "severity", "authority", "advice")
    seen = {rule: (str(severity), authority, advice) for rule, severity, authority, advice in fired.iter_rows()}
    rules = []
    for rule in sorted({*options.rules, *seen}):
        card: RuleCard | None = options.rules.get(rule)
        severity, authority, advice = seen.get(rule, ("note", "", ""))
        title = card.title if card is not None else rule
        help_text = card.advice if card is not None else advice
        entry: dict[str, Any] = {
            "id": rule,
            "name": "".join(part.capitalize() for part in rule.split("-")),
            "shortDescription": {"text": title},
            "fullDescription": {"text": (card.rationale if card is not None else "") or title},
            "help": {"text": help_text or title},
            "defaultConfiguration": {"level": _LEVEL.get((card.severity if card else None) or severity, "note")},
            "properties": {"authority": authorities(card, authority)},
        }
        rules.append(entry)
    return rules


def _artifacts(result: AuditResult, kept: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Documents that have a finding, by name, with the digest of their bytes."""
    digests = dict(result.documents.select("doc", "sha256").iter_rows())
    artifacts = {}
    for doc in kept["doc"].unique(maintain_order=True):
        artifact: dict[str, Any] = {"location": {"uri": uri(doc)}}
        if digests.get(doc):
            artifact["hashes"] = {"sha-256": digests[doc]}
        artifacts[doc] = artifact
    return artifacts


def _notifications(result: AuditResult, cut: int) -> list[dict[str, Any]]:
    told = []
    if cut:
        text = f"{number(cut, 'finding')} left out of this file, mildest first; the CSV export holds all of them"
        told.append({"level": "warning", "message": {"text": text}})
    for path, reason in result.skipped:
        told.append({"level": "note", "message": {"text": safe(f"skipped {path}: {reason}")}})
    return told


def uri(doc: str) -> str:
    """A document's name as a relative URI reference; a colon in its first part must not look like a scheme."""
    return quote(doc.replace("\\", "/"), safe="/", errors="replace") or "document"


def _semantic(version: str) -> str:
    parts = [part for part in version.split("+", maxsplit=1)[0].split(".") if part.isdigit()]
    return ".".join([*parts, "0", "0", "0"][:3])


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return escape_invisible(text.encode("utf-8", "replace").decode())
