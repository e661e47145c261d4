"""The summary of an audit, for standard error: what was read, what was found, what does not count, the verdict."""

from __future__ import annotations

import polars as pl

from redact.display import safe_line
from redact.gate import GateResult
from redact.reports import AuditResult, RenderOptions
from redact.reports.rows import list_counts, number, severity_counts, shown, with_states

_DEFAULT = RenderOptions()
_LISTED = 10
_CLAUSES = (
    ("dismissed", "was dismissed and does not count", "were dismissed and do not count"),
    ("baseline", "is known from the baseline and does not count", "are known from the baseline and do not count"),
    ("ignored", "is ignored by the configuration, not printed", "are ignored by the configuration, not printed"),
    ("second", "waits for a second reviewer and counts", "wait for a second reviewer and count"),
    ("disagreement", "is judged in two ways and counts", "are judged in two ways and count"),
    ("changed", "changed since accepted or judged and counts", "changed since accepted or judged and count"),
    ("expired", "has a dismissal past its day and counts", "have a dismissal past its day and count"),
)


def render(result: AuditResult, options: RenderOptions = _DEFAULT) -> str:
    """The summary; with `options.gate`, what was decided and the verdict too."""
    frame = with_states(result, options)
    reported = frame.filter(pl.col("state") != "ignored")
    counts = severity_counts(reported)
    total = number(reported.height, "finding")
    head = f"{number(result.documents.height, 'document')}{_aside(result)}, {total}"
    head += f": {list_counts(counts)}." if reported.height else "."
    lines = [head]
    hidden = reported.height - shown(reported, options).height
    if hidden:
        lines.append(f"{number(hidden, 'finding')} below --show {options.show} not printed.")
    if told := _withheld(result.document_facts):
        lines.append(told)
    if result.skipped:
        lines += _skipped(result.skipped)
    if options.gate is not None:
        lines += decided(options.gate)
    if result.suppressed is not None and result.suppressed.height:
        silent = number(result.suppressed.height, "finding")
        lines.append(f"{silent} considered and kept silent; --explain-silence lists them.")
    if options.gate is not None:
        lines.append(verdict(options.gate))
    return "\n".join(lines) + "\n"


def verdict(gate: GateResult) -> str:
    """`Failed: 1 error (--fail-on error).`"""
    if not gate.failed:
        return f"Passed (--fail-on {gate.fail_on})."
    reach = {
        severity: count
        for severity, count in gate.counting.items()
        if gate.fail_on == "note" or severity in ("error", gate.fail_on)
    }
    return f"Failed: {list_counts(reach)} (--fail-on {gate.fail_on})."


def settled(gate: GateResult) -> list[str]:
    """What does not count and why, and what counts again; a sentence a state."""
    lines = []
    for state, singular, plural in _CLAUSES:
        some = gate.findings.filter(pl.col("state") == state)
        if some.height:
            verb = singular if some.height == 1 else plural
            lines.append(f"{list_counts(severity_counts(some))} {verb}.")
    return lines


def decided(gate: GateResult) -> list[str]:
    """What does not count and why, what counts again, and what is out of date, each named."""
    lines = settled(gate)
    expired = gate.findings.filter(pl.col("state") == "expired")
    for doc, line, rule in expired.select("doc", "line", "rule").head(_LISTED).iter_rows():
        lines.append(f"expired dismissal: {safe_line(doc)}:{line} {rule}")
    if expired.height > _LISTED:
        lines.append(f"expired dismissals: {expired.height - _LISTED:,} more")
    lines += warnings(gate)
    return lines


def warnings(gate: GateResult) -> list[str]:
    """Each ignore that is of no use, decision without a finding and baseline entry that is gone, named once."""
    lines = [safe_line(sentence) for _, sentence in gate.unused_ignores]
    for entry in gate.gone[:_LISTED]:
        lines.append(safe_line(f"gone from the baseline: {entry.doc} {entry.rule} {entry.fingerprint}"))
    if gate.gone:
        count = len(gate.gone)
        noun = "entry no longer occurs" if count == 1 else "entries no longer occur"
        lines.append(f"{count:,} baseline {noun}: run redact baseline write")
    lines += [f"orphan verdict: {safe_line(fingerprint)} no longer occurs" for fingerprint in gate.orphans[:_LISTED]]
    if len(gate.orphans) > _LISTED:
        lines.append(f"orphan verdicts: {len(gate.orphans) - _LISTED:,} more; list them with: redact verdicts check")
    return lines


def _aside(result: AuditResult) -> str:
    """` (2 not recognised as records, 1 not readable)`."""
    none = int((result.document_facts["document_type"].cast(pl.String) == "not-a-record").sum())
    unreadable = result.documents.height - int(result.documents["unreadable"].is_null().sum())
    parts = []
    if none:
        parts.append(f"{none:,} not recognised as {'a record' if none == 1 else 'records'}")
    if unreadable:
        parts.append(f"{unreadable:,} not readable")
    return f" ({', '.join(parts)})" if parts else ""


def _withheld(facts: pl.DataFrame) -> str:
    """`Share withheld known of 3 of 9 documents that withhold matter; 1 withheld entirely.`; empty where none does."""
    some = facts.filter((pl.col("redactions") > 0) | (pl.col("share_withheld") > 0))
    if not some.height:
        return ""
    known = some.height - some["share_withheld"].null_count()
    entirely = int((facts["share_withheld"] == 1).sum())
    told = f"Share withheld known of {known:,} of {number(some.height, 'document')} with redactions"
    return f"{told}, {entirely:,} withheld entirely." if entirely else f"{told}."


def _skipped(skipped: tuple[tuple[str, str], ...]) -> list[str]:
    reasons: dict[str, int] = {}
    for _, reason in skipped:
        reasons[reason] = reasons.get(reason, 0) + 1
    told = "; ".join(f"{safe_line(reason)}: {count:,}" for reason, count in sorted(reasons.items()))
    return [f"{number(len(skipped), 'file')} skipped ({told}); --list-files names them."]
