"""Roll-up of portion marks into the banner they call for (CAPCO sec. D.2 and Table 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redact.grammar.model import Marking, Parse, render
from redact.grammar.tables import controls, country_key, expand, levels

_RANK = {"UNCLASSIFIED": 0, "RESTRICTED": 1, "CONFIDENTIAL": 2, "SECRET": 3, "TOP SECRET": 4}
_IDS = {"UNCLASSIFIED": "U", "RESTRICTED": "R", "CONFIDENTIAL": "C", "SECRET": "S", "TOP SECRET": "TS"}
_RELEASE = frozenset({"NOFORN", "RELIDO"})
_NOT_CLASSIFIED = frozenset({"FOUO", "SBU", "SBU NOFORN", "LIMDIS", "DOD UCNI", "DOE UCNI"})
_BEATS_FOUO = frozenset(
    {"PROPIN", "DEA SENSITIVE", "LES", "LES NOFORN", "SSI", "LIMDIS", "SBU", "SBU NOFORN", "EXDIS", "NODIS"}
)


@dataclass(frozen=True, slots=True)
class Rollup:
    """The banner that portions call for.

    Attributes:
        classification: highest level of the portions, None where there is none.
        sci, sap, aea: controls that must stand in the banner, canonical form.
        release: ``NOFORN``, ``REL TO``, ``RELIDO``, ``DISPLAY ONLY`` or None (no release control called for).
        countries: the list of REL TO or DISPLAY ONLY, in register order.
        alternatives: other release controls that are right as well (``RELIDO`` beside unmarked portions).
        controls: remaining dissemination and other controls, register ids.
        fgi: None, or the countries; empty for concealed.
        banner: the canonical banner of all this.
    """

    classification: str | None
    sci: tuple[str, ...]
    sap: tuple[str, ...]
    aea: tuple[str, ...]
    release: str | None
    countries: tuple[str, ...]
    alternatives: tuple[str, ...]
    controls: tuple[str, ...]
    fgi: tuple[str, ...] | None
    banner: str | None


def rollup(portions: Sequence[Parse]) -> Rollup:
    """Roll up portion parses; parses without a canonical form or of type CUI are passed over."""
    marks = [p.marking for p in portions if p.marking is not None and p.canonical and p.type != "CUI"]
    if not marks:
        return Rollup(None, (), (), (), None, (), (), (), None, None)
    level = max((m.classification or "UNCLASSIFIED" for m in marks), key=lambda name: _RANK[name])
    classified = level != "UNCLASSIFIED"
    top = Marking(level=_IDS[level])
    for mark in marks:
        for control, comps in mark.sci.items():
            have = top.sci.setdefault(control, {})
            for name, subs in comps.items():
                have[name] = tuple(sorted({*have.get(name, ()), *subs}))
        top.programs = tuple(sorted({*top.programs, *mark.programs}))
        top.multiple |= mark.multiple
        top.hvsaco |= mark.hvsaco
        top.accm = tuple(sorted({*top.accm, *mark.accm}))
    _aea(top, marks, classified)
    top.fgi = _fgi(marks)
    release, countries, alternatives = _release(marks, classified)
    if release == "REL TO":
        top.rel_to = countries
    elif release == "DISPLAY ONLY":
        top.display_only = countries
    elif release:
        top.ids.add(release)
    others = _others(marks, classified)
    top.ids |= others
    empty = Marking(level=top.level)
    plain = len(render(empty, False)) + 2

    def part(**parts: object) -> tuple[str, ...]:
        only = Marking(level=top.level)
        for name, value in parts.items():
            setattr(only, name, value)
        text = render(only, False)[plain:]
        return tuple(text.split("/")) if text else ()

    return Rollup(
        level,
        part(sci=top.sci),
        part(programs=top.programs, multiple=top.multiple, hvsaco=top.hvsaco),
        part(aea=top.aea),
        release,
        countries,
        alternatives,
        tuple(sorted(others, key=lambda name: controls()[name].order)),
        top.fgi,
        render(top, False),
    )


def _aea(top: Marking, marks: Sequence[Marking], classified: bool) -> None:
    for mark in marks:
        for name, (cnwdi, sigmas) in mark.aea.items():
            if classified and name in _NOT_CLASSIFIED:
                continue
            old, numbers = top.aea.get(name, (False, ()))
            top.aea[name] = (old or cnwdi, tuple(sorted({*numbers, *sigmas})))
    if "RD" in top.aea:
        gone = top.aea.pop("FRD", (False, ()))
        cnwdi, numbers = top.aea["RD"]
        top.aea["RD"] = (cnwdi, tuple(sorted({*numbers, *gone[1]})))
    if "RD" in top.aea or "FRD" in top.aea:
        top.aea.pop("TFNI", None)


def _fgi(marks: Sequence[Marking]) -> tuple[str, ...] | None:
    owners: set[str] = set()
    concealed = found = False
    for mark in marks:
        if mark.scheme == "FGI":
            found = True
            concealed |= mark.owner == "FGI"
            owners.add(mark.owner)
        elif mark.scheme == "JOINT":
            found = True
            owners.update(code for code in mark.joint if code != "USA")
        elif mark.fgi is not None:
            found = True
            concealed |= not mark.fgi
            owners.update(mark.fgi)
    if not found:
        return None
    return () if concealed else tuple(sorted(owners, key=lambda c: (len(c) != 3, c)))


def _release(marks: Sequence[Marking], classified: bool) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    """The release control of the banner; portions without any count only where they are classified."""
    hidden = classified and any(
        m.ids & {"SBU NOFORN", "LES NOFORN"} or (m.level == "SBU" and "NOFORN" in m.ids) for m in marks
    )
    if hidden or any("NOFORN" in m.ids for m in marks):
        return "NOFORN", (), ()
    lists = [m.rel_to for m in marks if m.rel_to]
    displays = [m.display_only for m in marks if m.display_only]
    relido = [m for m in marks if "RELIDO" in m.ids]
    bare = [
        m for m in marks if not (m.rel_to is not None or m.display_only or "RELIDO" in m.ids) and not _needs_none(m)
    ]
    if not (lists or displays or relido):
        return None, (), ()
    if bare:
        return "NOFORN", (), ("RELIDO",) if relido and not lists and not displays else ()
    if relido and (lists or displays):
        both = [m for m in relido if m.rel_to]
        # RELIDO beside REL TO in every portion is one release decision
        if len(both) != len(lists) or displays:
            return "NOFORN", (), ()
    if lists and displays and any(not (m.rel_to or m.display_only) for m in marks if not _needs_none(m)):
        return "NOFORN", (), ()
    if displays:
        common = frozenset.intersection(
            *(expand(m.display_only or ()) | expand(m.rel_to or ()) for m in marks if m.display_only or m.rel_to)
        )
        common -= {"USA"}
        kind = "DISPLAY ONLY"
    elif lists:
        common = frozenset.intersection(*(expand(codes) for codes in lists))
        kind = "REL TO"
        if not common - {"USA"}:
            common = frozenset()
    else:
        return "RELIDO", (), ()
    if not common:
        return "NOFORN", (), ()
    return kind, tuple(sorted(common, key=country_key)), ()


def _needs_none(mark: Marking) -> bool:
    """Whether a portion without a release control leaves the banner's release alone: unclassified, uncontrolled."""
    return mark.classification == "UNCLASSIFIED" and not mark.ids - {"FOUO"} and levels()[mark.level].scheme != "nato"


def _others(marks: Sequence[Marking], classified: bool) -> set[str]:
    table = controls()
    found = {
        name for mark in marks for name in mark.ids if table[name].category in ("DISSEM", "NON-IC", "SAP")
    } - _RELEASE
    for mark in marks:
        if mark.level in ("SBU", "FOUO") and not classified:
            found.add(mark.level)
    if classified:
        if "LES NOFORN" in found:
            found = (found - {"LES NOFORN"}) | {"LES"}
        found -= _NOT_CLASSIFIED
    elif found & _BEATS_FOUO:
        found.discard("FOUO")
    if "NODIS" in found:
        found.discard("EXDIS")
    if "ORCON" in found:
        found.discard("ORCON-USGOV")
    return found
