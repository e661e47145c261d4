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
    if gated and any(item[4][4] in gated for item in found):
        found = _gate(found, gated)
    return _drop_legends(document, _chosen(found))


def _chosen(found: Sequence[Found]) -> list[Span]:
    """Of each kind the spans that stand, sorted by start; a banner takes in the marks and controls within it."""
    kinds: dict[str, list[Found]] = {}
    for item in found:
        kind = item[4][2]
        some = kinds.get(kind)
        if some is None:
            kinds[kind] = [item]
        else:
            some.append(item)
    kept = {kind: _choose(items) for kind, items in kinds.items()}
    if banners := kept.get("banner"):
        starts = [banner[0] for banner in banners]
        for kind in ("control", "portion"):
            if kind in kept:
                kept[kind] = [span for span in kept[kind] if not _within(span, banners, starts)]
    return sorted(span for same in kept.values() for span in same)


def _gate(found: Sequence[Found], gated: Mapping[str, PatternRule]) -> list[Found]:
    """Leave out what a rule found that needs other markings in the document which are not there.

    This comes before overlaps are settled, so that such a span cannot displace one that stands.
    """
    free = [item for item in found if item[4][4] not in gated]
    features: set[str] = set()
    for span in _chosen(free):
        features.update((f"kind:{span.kind}", f"rule:{span.rule}", f"value:{span.value}"))

    def holds(rule: PatternRule) -> bool:
        if rule.needs and not any(need in features for need in rule.needs):
            return False
        return not any(item in features for item in rule.unless)

    open_ = {name for name in {item[4][4] for item in found} if name in gated and holds(gated[name])}
    return [item for item in found if item[4][4] not in gated or item[4][4] in open_]


def _choose(items: list[Found]) -> list[Span]:
    """Spans of one kind that do not overlap, the best of each that do; sorted by start."""
    if len(items) == 1:
        return [items[0][4]]
    items.sort(key=itemgetter(2))
    kept: list[Span] = []
    group: list[Found] = []
    reach = -1
    for item in items:
        if item[2] >= reach and group:
            _choose_among(group, kept)
            group = []
        group.append(item)
        reach = max(reach, item[4].end)
    _choose_among(group, kept)
    return kept


def _choose_among(group: list[Found], kept: list[Span]) -> None:
    """Add the best spans of a group in which each overlaps with another."""
    if len(group) == 1:
        kept.append(group[0][4])
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
