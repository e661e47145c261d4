"""Of the markings that were found in one document, those that stand: overlaps, gates and legends."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from operator import itemgetter

import regex

from redact.document import Document
from redact.rulebook import PatternRule
from redact.span import Span

Found = tuple[int, int, int, int, Span]
"""Negative priority, negative length, start, number of the rule, span: sorts as spans are chosen."""

_ORDER = itemgetter(0, 1, 2, 3)
_START = itemgetter(2)
_IN_BANNER = frozenset({"control", "portion"})
_FEATURES = {"kind": 2, "value": 3, "rule": 4}
"""What gates name of the spans that must or must not be there, and its place in a span."""
_NEAR_HEAD = 2_000
"""Code points before a code above which its line is too long to be asked what stands before."""


def settle(document: Document, found: list[Found], gated: Mapping[str, PatternRule]) -> list[Span]:
    """Choose among overlapping spans of one kind (priority, then length, then position), after the gates.

    Args:
        document: where they were found.
        found: what every rule found, in any order.
        gated: by id, the rules that need other markings in the document, or stand back for them.
    """
    if not found:
        return []
    if gated and not gated.keys().isdisjoint([item[4][4] for item in found]):
        return _drop_legends(document, _past_gates(found, gated))
    return _drop_legends(document, _chosen(found))


def _chosen(found: Sequence[Found]) -> list[Span]:
    """Of each kind the spans that stand, sorted by start; a banner takes in the marks and controls within it."""
    items = sorted(found, key=_START)
    reach: dict[str, int] = {}
    overlapping: set[str] = set()
    for item in items:
        at, end, kind, _, _ = item[4]
        last = reach.get(kind, 0)
        if at < last:
            overlapping.add(kind)
        if end > last:
            reach[kind] = end
    spans = [item[4] for item in items if item[4][2] not in overlapping]
    for kind in overlapping:
        spans += _choose([item for item in items if item[4][2] == kind])
    if "banner" in reach and ("control" in reach or "portion" in reach):
        banners = sorted([span for span in spans if span[2] == "banner"])
        starts = [banner[0] for banner in banners]
        spans = [span for span in spans if span[2] not in _IN_BANNER or not _within(span, banners, starts)]
    spans.sort()
    return spans


def _past_gates(found: list[Found], gated: Mapping[str, PatternRule]) -> list[Span]:
    """Those that stand without what a rule found that needs other markings in the document which are not there.

    The gates come before overlaps are settled, so that such a span cannot displace one that stands.
    """
    free = [item for item in found if item[4][4] not in gated]
    named = {name: {item[4][place] for item in free} for name, place in _FEATURES.items()}
    standing: list[Span] | None = None

    def is_there(feature: str) -> bool:
        nonlocal standing
        name, _, value = feature.partition(":")
        if value not in named[name]:
            return False
        if name == "kind" and value not in _IN_BANNER:
            return True  # of every kind some span stands
        if standing is None:
            standing = _chosen(free)
        place = _FEATURES[name]
        return any(span[place] == value for span in standing)

    def holds(rule: PatternRule) -> bool:
        return (not rule.needs or any(map(is_there, rule.needs))) and not any(map(is_there, rule.unless))

    rules = {item[4][4] for item in found}
    closed = {rule for rule in rules if rule in gated and not holds(gated[rule])}
    return _chosen([item for item in found if item[4][4] not in closed] if closed else found)


def _choose(items: Sequence[Found]) -> list[Span]:
    """Spans of one kind, of those that overlap the best; items sorted by start."""
    kept: list[Span] = []
    group: list[Found] = []
    reach = -1
    for item in items:
        if item[2] >= reach:
            if len(group) == 1:
                kept.append(group[0][4])
            elif group:
                _choose_among(group, kept)
            group = [item]
        else:
            group.append(item)
        reach = max(reach, item[4][1])
    _choose_among(group, kept)
    return kept


def _choose_among(group: list[Found], kept: list[Span]) -> None:
    """Add the best spans of a group in which each overlaps with another."""
    if len(group) == 2:
        kept.append(min(group, key=_ORDER)[4])
        return
    group.sort(key=_ORDER)
    best: list[Span] = []
    for item in group:
        span = item[4]
        at = bisect_right(best, span.start, key=itemgetter(0))
        if (at == 0 or best[at - 1].end <= span.start) and (at == len(best) or span.end <= best[at].start):
            best.insert(at, span)
    kept.extend(best)


def _within(span: Span, others: Sequence[Span], starts: Sequence[int]) -> bool:
    """Whether a span lies inside one of others that do not overlap."""
    at = bisect_right(starts, span.start) - 1
    return at >= 0 and span.end <= others[at].end


_PROSE_AFTER = regex.compile(r"[\s.\-–:]+(?:\p{L}[\p{L}'’-]*[\s,]+){2}")


def _drop_legends(document: Document, spans: list[Span]) -> list[Span]:
    """Leave out codes of a legend: three or more codes within five lines, each at its line's start before prose."""
    codes = [span for span in spans if span.kind in ("exemption", "reason")]
    if len(codes) < 3:
        return spans
    at_head: list[tuple[int, Span]] = []
    for span in codes:
        line = document.line_index(span.start)
        start, end = document.line_bounds(line)
        if (
            span.start - start <= _NEAR_HEAD
            and not document.text[start : span.start].strip(" \t([•*-")
            and _PROSE_AFTER.match(document.text, span.end, min(end, span.end + 80))
        ):
            at_head.append((line, span))
    if len(at_head) < 3:
        return spans
    lines: set[int] = set()
    for (first, _), (middle, _), (last, _) in zip(at_head, at_head[1:], at_head[2:], strict=False):
        if last - first <= 5:
            lines.update((first, middle, last))
    return [
        span
        for span in spans
        if span.kind not in ("exemption", "reason", "redaction") or document.line_index(span.start) not in lines
    ]
