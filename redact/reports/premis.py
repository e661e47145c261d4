"""A PREMIS 3.0 record of the audit: the documents with their digests, one validation event, the software agent.

Source: PREMIS Data Dictionary for Preservation Metadata, version 3.0 (June 2015, rev. November 2015); event type from
the Library of Congress vocabulary of preservation events (`val`, validation).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

import polars as pl

from redact.display import safe_line
from redact.reports import AuditResult, RenderOptions
from redact.reports.rows import list_counts, number, severity_counts, with_states
from redact.reports.summary import verdict

_DEFAULT = RenderOptions()
NAMESPACE = "http://www.loc.gov/premis/v3"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def stream(result: AuditResult, options: RenderOptions = _DEFAULT) -> Iterator[str]:
    """Yield the record in pieces. Its day is the audit's `as_of`, its identifiers derive from content alone."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<premis:premis xmlns:premis="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' version="3.0">\n'
    )
    agent = f"redact {result.version}, rules {result.rules_digest}"
    links = []
    for doc, sha256, media_type in result.documents.select("doc", "sha256", "media_type").iter_rows():
        identifier = _pair("objectIdentifier", "file name", doc)
        links.append(_pair("linkingObjectIdentifier", "file name", doc))
        fixity = ""
        if sha256:
            fixity = _tag("fixity", _leaf("messageDigestAlgorithm", "SHA-256") + _leaf("messageDigest", sha256))
        form = _tag("format", _tag("formatDesignation", _leaf("formatName", media_type)))
        characteristics = _tag("objectCharacteristics", fixity + form)
        yield f'<premis:object xsi:type="premis:file">{identifier}{characteristics}</premis:object>\n'
    yield _event(result, options, agent, "".join(links))
    yield _tag(
        "agent",
        _pair("agentIdentifier", "software", agent)
        + _leaf("agentName", "redact")
        + _leaf("agentType", "software")
        + _leaf("agentVersion", result.version),
    )
    yield "\n</premis:premis>\n"


def render(result: AuditResult, options: RenderOptions = _DEFAULT) -> str:
    """The record as one XML document."""
    return "".join(stream(result, options))


def _event(result: AuditResult, options: RenderOptions, agent: str, links: str) -> str:
    reported = with_states(result, options).filter(pl.col("state") != "ignored")
    unreadable = result.documents.filter(pl.col("unreadable").is_not_null())["doc"].to_list()
    note = f"{number(result.documents.height, 'document')}, {number(reported.height, 'finding')}"
    if reported.height:
        note += f": {list_counts(severity_counts(reported))}"
    note += "."
    if unreadable:
        note += f" Not readable: {', '.join(unreadable)}."
    if options.gate is not None:
        note += f" {verdict(options.gate)}"
    outcome = "not judged" if options.gate is None else "fail" if options.gate.failed else "pass"
    seed = "\0".join(
        [result.as_of.isoformat(), result.mode, agent, outcome, note]
        + [f"{doc}\0{sha256}" for doc, sha256 in result.documents.select("doc", "sha256").iter_rows()]
        + reported["fingerprint"].to_list()
    )
    identifier = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()
    detail = (
        f"redact audit, mode {result.mode}, judged as of {result.as_of.isoformat()}, redact {result.version},"
        f" rule set {result.rules_digest}"
    )
    kind = (
        '<premis:eventType authority="eventType" authorityURI="http://id.loc.gov/vocabulary/preservation/eventType"'
        ' valueURI="http://id.loc.gov/vocabulary/preservation/eventType/val">validation</premis:eventType>'
    )
    body = (
        _pair("eventIdentifier", "SHA-256 of the event", identifier)
        + kind
        + _leaf("eventDateTime", result.as_of.isoformat())
        + _tag("eventDetailInformation", _leaf("eventDetail", detail))
        + _tag(
            "eventOutcomeInformation",
            _leaf("eventOutcome", outcome) + _tag("eventOutcomeDetail", _leaf("eventOutcomeDetailNote", note)),
        )
        + _pair("linkingAgentIdentifier", "software", agent)
        + links
    )
    return _tag("event", body) + "\n"


def _pair(name: str, kind: str, value: str) -> str:
    """An identifier: its type and its value."""
    return _tag(name, _leaf(f"{name}Type", kind) + _leaf(f"{name}Value", value))


def _tag(name: str, body: str) -> str:
    return f"<premis:{name}>{body}</premis:{name}>"


def _leaf(name: str, text: str) -> str:
    return _tag(name, escape(_ILLEGAL.sub("\ufffd", safe_line(text))))
