"""What the register says of controls together: companions, exclusions, levels, eras."""

from __future__ import annotations

import datetime as dt

from redact.grammar.build import DECLASS_UNTIL, GRAMMAR_FROM
from redact.grammar.model import Marking, MarkingError
from redact.grammar.tables import controls, countries, levels

COMPANIONS_FROM = dt.date(2011, 12, 1)
CUI_FROM = dt.date(2016, 11, 14)
STATE_LIMDIS = (dt.date(1961, 1, 1), dt.date(1990, 12, 31))
_NO_LEVEL_RULE = frozenset({"FOUO", "SBU", "SBU NOFORN"})


def relation_errors(mark: Marking, portion: bool, on: dt.date | None) -> list[MarkingError]:
    """Violations between the parts of a marking, whatever its spelling."""
    found: list[MarkingError] = []
    present = mark.present()
    if mark.scheme == "CUI":
        _cui(found, mark, present, on)
        return found
    if on is None or on >= GRAMMAR_FROM:
        _conflicts(found, present)
        _levels(found, mark, present, portion, on)
    if on is None or on >= COMPANIONS_FROM:
        _companions(found, mark, present)
    _eras(found, mark, present, on)
    _countries(found, mark)
    return found


def _conflicts(found: list[MarkingError], present: set[str]) -> None:
    told: set[frozenset[str]] = set()
    for name in sorted(present):
        row = controls().get(name)
        for other in row.excludes if row else ():
            pair = frozenset((name, other))
            if other in present and pair not in told:
                told.add(pair)
                found.append(MarkingError("control-conflict", f"{name} excludes {other}", row.citation if row else ""))


def _levels(found: list[MarkingError], mark: Marking, present: set[str], portion: bool, on: dt.date | None) -> None:
    letter = "U" if levels()[mark.level].scheme == "handling" else mark.letter
    for name in sorted(present):
        row = controls().get(name)
        if row is None or "any" in row.allowed_levels or letter in row.allowed_levels or mark.scheme == "FGI":
            continue
        if row.category == "SCI" and "-" not in name and any(other.startswith(f"{name}-") for other in present):
            continue
        if name == "LIMDIS" and on is not None and STATE_LIMDIS[0] <= on <= STATE_LIMDIS[1]:
            continue
        if name in _NO_LEVEL_RULE:
            found.append(
                MarkingError(
                    "rollup-fouo-in-classified",
                    f"{name} does not appear with a classified level",
                    "CAPCO secs. H.8-H.9",
                )
            )
        else:
            found.append(
                MarkingError("control-level-too-low", f"{name} is not allowed at {mark.classification}", row.citation)
            )
    if mark.scheme == "FGI" and mark.owner == "NATO":
        for name in ("BOHEMIA", "BALK"):
            if name in present and mark.level != "CTS":
                found.append(MarkingError("control-level-too-low", f"{name} needs COSMIC TOP SECRET", "CAPCO App. B"))
        if "ATOMAL" in present and mark.level in ("NR", "NU"):
            found.append(
                MarkingError("control-level-too-low", "ATOMAL needs NATO CONFIDENTIAL or above", "CAPCO App. B")
            )


def _companions(found: list[MarkingError], mark: Marking, present: set[str]) -> None:
    def needs(name: str, what: str, where: str) -> None:
        found.append(MarkingError("control-needs-companion", f"{name} needs {what}", where))

    for name in sorted(present):
        row = controls().get(name)
        if row is None or not row.requires or name in ("RSV", "SAR"):
            continue
        if mark.scheme == "JOINT" and row.category == "AEA":
            continue
        if not any(all(term in present for term in terms) for terms in row.requires):
            needs(name, " or ".join(" and ".join(terms) for terms in row.requires), row.citation)
    if "RSV" in mark.sci and not mark.sci["RSV"]:
        needs("RSV", "a compartment", "CAPCO sec. H.4")
    if mark.sci.get("HCS", {}).get("P") and not present & {"ORCON", "ORCON-USGOV"}:
        needs("HCS-P with a sub-compartment", "ORCON", "CAPCO sec. H.4")
    if "HCS" in mark.sci and not mark.sci["HCS"]:
        needs("HCS", "-O or -P", "CAPCO sec. H.4")
    if mark.rel_to is not None and mark.rel_to:
        if "USA" not in mark.rel_to:
            needs("REL TO", "USA in its list", "CAPCO sec. H.8")
        elif len(mark.rel_to) < 2:
            needs("REL TO", "a second country", "CAPCO sec. H.8")
    if mark.scheme == "JOINT":
        if len(mark.joint) < 2:
            needs("JOINT", "two countries", "CAPCO sec. H.3")
        if "USA" in mark.joint and mark.rel_to is None:
            needs("JOINT", "REL TO its countries", "CAPCO sec. H.3")
        for other in ("NOFORN", "HCS"):
            if other in present:
                found.append(MarkingError("control-conflict", f"JOINT excludes {other}", "CAPCO sec. H.3"))


def _eras(found: list[MarkingError], mark: Marking, present: set[str], on: dt.date | None) -> None:
    row = levels()[mark.level]
    day = on or dt.date.max
    if mark.scheme == "US" and row.valid_to and day > row.valid_to:
        ident = "lou-after-1995" if mark.level == "LOU" else "level-not-in-era"
        found.append(MarkingError(ident, f"{row.banner} ended on {row.valid_to.isoformat()}", row.source))
    elif mark.scheme == "US" and on is not None and row.valid_from and on < row.valid_from:
        found.append(
            MarkingError("level-not-in-era", f"{row.banner} begins on {row.valid_from.isoformat()}", row.source)
        )
    for name in sorted(present):
        control = controls().get(name)
        if control and control.valid_to and day > control.valid_to:
            found.append(
                MarkingError("control-retired", f"{name} ended on {control.valid_to.isoformat()}", control.citation)
            )
    if mark.declass and (on is None or on >= DECLASS_UNTIL):
        found.append(
            MarkingError(
                "banner-declass-in-banner", f"{mark.declass[0]} left the banner in February 2008", "CAPCO sec. I"
            )
        )


def _countries(found: list[MarkingError], mark: Marking) -> None:
    lists = (mark.rel_to, mark.display_only, mark.fgi, mark.joint)
    for codes in lists:
        for code in codes or ():
            if code not in countries():
                found.append(
                    MarkingError("country-unknown", f"{code} is no register country code", "CAPCO sec. H.8; ISO 3166-1")
                )
    if mark.fgi and "USA" in mark.fgi:
        found.append(MarkingError("control-conflict", "USA cannot be in an FGI list", "CAPCO sec. H.7"))


def _cui(found: list[MarkingError], mark: Marking, present: set[str], on: dt.date | None) -> None:
    for name in ("FOUO", "SBU", "LES"):
        if name in present:
            found.append(MarkingError("cui-with-legacy", f"{name} was replaced by CUI", "E.O. 13556; 32 CFR 2002.20"))
    _conflicts(found, present)
    if on is not None and on < CUI_FROM:
        found.append(MarkingError("level-not-in-era", "CUI begins on 2016-11-14", "32 CFR 2002"))
