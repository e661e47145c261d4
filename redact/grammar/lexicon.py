"""Every listed form of a level or control, with its compact letters for tolerant matching."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from redact.grammar.tables import controls, levels


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write an item: its compact letters, where word breaks fall, what it stands for."""

    compact: str
    breaks: frozenset[int]
    kind: str
    ident: str
    note: str
    short: bool


def _form(text: str, kind: str, ident: str, note: str, short: bool) -> Form:
    letters, breaks = "", set()
    for char in text:
        if char.isalnum():
            letters += char
        else:
            breaks.add(len(letters))
    return Form(letters, frozenset(breaks), kind, ident, note, short)


_KINDS = {"SCI": "sci", "SAP": "control", "AEA": "aea", "FGI": "fgi"}
_SPECIAL = {
    "SAR": "sap",
    "REL TO": "rel",
    "DISPLAY ONLY": "display",
    "EYES": "eyes",
    "ACCM": "accm",
    "HVSACO": "control",
}


def _kind(ident: str) -> str:
    row = controls()[ident]
    if ident in ("CNWDI", "SIGMA"):
        return "aea"
    return _SPECIAL.get(ident) or _KINDS.get(row.category, "control")


@cache
def level_forms(portion: bool) -> dict[str, Form]:
    """Forms of levels, by their text."""
    found: dict[str, Form] = {}
    for row in levels().values():
        kind = "nation" if row.scheme == "nato" else "level"
        texts = [(row.banner, "" if not portion else "long"), *((a, "") for a in row.aliases)]
        texts += [(s, "superseded") for s in row.superseded]
        if portion:
            texts.insert(0, (row.portion, ""))
        elif (
            row.portion not in ("CUI",) and row.scheme == "us" and not row.level_id.endswith("-SI")
        ) or row.scheme == "nato":
            texts.append((row.portion, "abbreviated"))
        for text, note in texts:
            if portion and row.level_id.endswith("-SI") and text == row.portion:
                continue
            found.setdefault(text, _form(text, kind, row.level_id, note, len(text) <= 3))
    for text, level in (("CTSA", "CTS"), ("NSAT", "NS"), ("NCA", "NC"), ("CTS-B", "CTS"), ("CTS-BALK", "CTS")):
        found.setdefault(text, _form(text, "nation", level, "superseded:" + text, False))
    return found


@cache
def control_forms(portion: bool) -> dict[str, Form]:
    """Forms of controls, by their text; in a banner the portion form counts as abbreviated."""
    found: dict[str, Form] = {}
    for row in controls().values():
        if row.category == "CUI-LDC":
            continue
        kind = _kind(row.control_id)
        main = row.portion if portion else row.banner
        other = row.banner if portion else row.portion
        texts = [(main, ""), (other, "long" if portion else "abbreviated")]
        texts += [(a, "long" if len(a) > len(main) else "abbreviated" if not portion else "") for a in row.aliases]
        texts += [(s, "superseded") for s in row.superseded]
        if row.control_id == "EYES":
            texts = [("EYES ONLY", ""), ("EYES", "")]
        for text, note in texts:
            if text:
                found.setdefault(text, _form(text, kind, row.control_id, note, len(text) <= 3))
    found["N"] = _form("N", "aea", "CNWDI", "" if portion else "abbreviated", True)
    found["REL"] = _form("REL", "rel", "REL TO", "", True)
    found["AUTHORIZED FOR RELEASE TO"] = _form("AUTHORIZED FOR RELEASE TO", "rel", "REL TO", "long", False)
    found["RELEASABLE TO"] = _form("RELEASABLE TO", "rel", "REL TO", "long", False)
    return found


LEVELS, CONTROLS = 0, 1


@cache
def indexed(which: int, portion: bool) -> tuple[tuple[Form, ...], dict[str, tuple[Form, ...]]]:
    """All forms of levels or controls, and the same by first letter."""
    forms = tuple((level_forms if which == LEVELS else control_forms)(portion).values())
    letters = {form.compact[0] for form in forms}
    return forms, {c: tuple(form for form in forms if form.compact[0] == c) for c in letters}


def limits(form: Form) -> tuple[int, float]:
    """Edits, and their weighted cost, up to which a text may be a damaged form."""
    size = len(form.compact)
    if form.kind in ("level", "nation") and size >= 5:
        return (4, 3.4) if size >= 10 else (2, 2.0)
    if size <= 4:
        return 1, 1.0
    if size <= 6:
        return 2, 1.7
    return (2, 2.0) if size <= 9 else (3, 3.0) if size <= 13 else (size // 5 + 1, size / 5 + 1)


LETTERS = {char: 1 << index for index, char in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")}
"""A bit for each character of which forms are made."""
ALL_LETTERS = (1 << len(LETTERS)) - 1
FARTHEST = 80
"""Characters from the start of a damaged form that are looked at for its letters."""
AT_START, AT_EDGE, INSIDE = 0, 1, 2


@cache
def damaged_forms(which: int, portion: bool, place: int) -> tuple[tuple[Form, int, int, int], ...]:
    """Forms of levels or controls with what a damaged one holds at least.

    Each edit loses one letter of a form at most, so a text which lacks more of its letters is no damaged form.

    Args:
        which: `LEVELS` or `CONTROLS`.
        portion: whether a portion mark is read.
        place: where the form begins: `AT_START` of the line, `AT_EDGE` behind a separator, `INSIDE` a run of letters.

    Returns:
        Each form, its letters, the characters it may extend over, and how many of its letters these may lack.
    """
    found: list[tuple[Form, int, int, int]] = []
    for form in indexed(which, portion)[0]:
        size, (edits, _) = len(form.compact), limits(form)
        letters = 0
        for char in form.compact:
            letters |= LETTERS[char]
        reach = size + (edits if size > 3 else 1)
        if reach > FARTHEST or (place == AT_START and form.ident in ("TS", "S", "C", "U")):
            most = size  # not looked at whole, or the line may end before the level does
        else:
            most = 0 if place == INSIDE and size <= 4 else edits
        found.append((form, letters, min(reach, FARTHEST), most))
    return tuple(found)


@cache
def ldc_forms() -> dict[str, Form]:
    """Limited dissemination controls of CUI, and those shared with the register."""
    found: dict[str, Form] = {}
    for row in controls().values():
        if row.category == "CUI-LDC" or row.control_id in ("NOFORN", "RELIDO"):
            for text in (row.banner, row.portion, *row.aliases):
                found.setdefault(text, _form(text, "control", row.control_id, "", len(text) <= 3))
    for ident in ("REL TO", "DISPLAY ONLY"):
        found[ident] = control_forms(False)[ident]
    found["REL"] = control_forms(False)["REL"]
    # what CUI replaced is still read, to be reported
    for ident in ("FOUO", "SBU", "LES"):
        found[ident] = control_forms(False)[ident]
    found["FOR OFFICIAL USE ONLY"] = control_forms(False)["FOR OFFICIAL USE ONLY"]
    return found


@cache
def words() -> frozenset[str]:
    """Compact letters of every form of five characters and more, which no free-form name may swallow."""
    pool = [*level_forms(False).values(), *control_forms(False).values(), *control_forms(True).values()]
    return frozenset(form.compact for form in pool if len(form.compact) >= 2 and form.ident != "DELTA")


DECLASS = re.compile(
    r"(?:MR|25X[1-9]|50X[1-9](?:-HUM)?|50X1-HUM|25X1-HUM|75X|X[1-8]|OADR|DNI ONLY|DCI ONLY|(?:19|20)\d\d[01]\d[0-3]\d)"
    r"(?:, ?(?:19|20)\d\d[01]\d[0-3]\d)?"
)
"""Declassification values that stood in a banner until February 2008 (CAPCO sec. I)."""
