"""From items as read to the marking they add up to, and the errors of writing on the way."""

from __future__ import annotations

import datetime as dt
import re

from redact.grammar.lexicon import control_forms, ldc_forms, level_forms
from redact.grammar.model import Marking, MarkingError, Token, render
from redact.grammar.tables import controls, country_key, levels

GRAMMAR_FROM = dt.date(2003, 10, 1)
SLASH_FROM = dt.date(2005, 7, 1)
DECLASS_UNTIL = dt.date(2008, 2, 1)
SAR_ONCE_FROM = dt.date(2011, 12, 1)
_SCI_SHAPE = re.compile(r"[A-Z]{2,3}(?:-[A-Z0-9]+(?: [A-Z0-9]+)*)*")
_CAT = {"SCI": 0, "SAP": 1, "AEA": 2, "FGI": 3, "DISSEM": 4, "CUI-LDC": 4, "NON-IC": 5, "CAPTION": 6}
_KIND_RANK = {
    "sci": 0,
    "sap": 1,
    "aea": 2,
    "fgi": 3,
    "rel": 4,
    "display": 4,
    "eyes": 4,
    "accm": 5,
    "declass": 7,
    "cui": 0,
}


def rank(token: Token) -> tuple[float, float]:
    """Category and place in the register of an item."""
    if token.kind in ("level", "nation", "joint"):
        return (-1.0, 0.0)
    table = controls()
    if token.kind == "eyes" and not token.args:
        return (6.0, float(table["EYES ONLY"].order))
    order = float(table[token.ident].order) if token.ident in table else 0.0
    if token.kind in _KIND_RANK:
        if token.kind == "sap":
            order = 410.0
        return (float(_KIND_RANK[token.kind]), order)
    if token.ident in table:
        return (float(_CAT[table[token.ident].category]), order)
    return (9.0, 0.0)


def compartments(token: Token) -> tuple[str, dict[str, tuple[str, ...]]]:
    """The control system and compartments of an SCI item (``SI-G ABCD-XYZ``)."""
    base, _, first = token.ident.partition("-")
    found: dict[str, tuple[str, ...]] = {first: ()} if first else {}
    last = first
    for part in token.args:
        if part.startswith(" "):
            found[last] = (*found.get(last, ()), part[1:])
        else:
            last = {"GAMMA": "G", "BLUEFISH": "BLFH", "IDITAROD": "IDIT", "KANDIK": "KAND"}.get(part, part)
            found.setdefault(last, ())
    return base, found


def build(tokens: list[Token]) -> tuple[Marking, list[MarkingError]]:
    """Add up items; duplicates and second levels are errors."""
    mark = Marking()
    errors: list[MarkingError] = []
    seen: set[tuple[str, str]] = set()
    declass: list[str] = []
    unknown: list[tuple[float, str]] = []
    last_aea = ""
    previous = -1.0
    for token in tokens:
        key = (token.kind, token.ident)
        where = rank(token)[0]
        if key in seen and token.kind not in ("unknown", "noise", "sci", "aea", "sap"):
            errors.append(MarkingError("duplicate-control", f"{token.text} is written twice", "CAPCO sec. G.1"))
        seen.add(key)
        if token.kind in ("level", "nation", "joint"):
            _head(mark, token)
        elif token.kind == "second":
            errors.append(
                MarkingError("portion-double-level", f"a second level, {token.text}, in one marking", "CAPCO sec. C")
            )
        elif token.kind == "sci":
            base, comps = compartments(token)
            if base in mark.sci and not comps:
                errors.append(MarkingError("duplicate-control", f"{base} is written twice", "CAPCO sec. H.4"))
            have = mark.sci.setdefault(base, {})
            for name, subs in comps.items():
                have[name] = tuple(dict.fromkeys((*have.get(name, ()), *subs)))
        elif token.kind == "sap":
            if token.args and token.args[0] in ("MULTIPLE PROGRAMS", "MULTIPLE"):
                mark.multiple = True
            mark.programs = tuple(dict.fromkeys((*mark.programs, *(() if mark.multiple else token.args))))
        elif token.kind == "aea":
            last_aea = _aea(mark, token, last_aea, errors)
        elif token.kind == "fgi":
            mark.fgi = tuple(dict.fromkeys((*(mark.fgi or ()), *token.args)))
        elif token.kind == "rel":
            mark.rel_to = tuple(dict.fromkeys((*(mark.rel_to or ()), *token.args)))
        elif token.kind == "display":
            mark.display_only = tuple(dict.fromkeys((*(mark.display_only or ()), *token.args)))
        elif token.kind == "eyes":
            if token.args:
                mark.eyes = token.args
            elif mark.scheme == "CUI":
                mark.eyes = ()
            else:
                mark.ids.add("EYES ONLY")
        elif token.kind == "accm":
            mark.accm = tuple(dict.fromkeys((*mark.accm, *token.args)))
        elif token.kind == "cui":
            mark.categories = tuple(dict.fromkeys((*mark.categories, token.ident)))
        elif token.kind == "declass":
            declass.append(token.text)
        elif token.kind == "unknown":
            where = max(previous, 0.0)
            if where == 0.0 and mark.scheme != "CUI" and _SCI_SHAPE.fullmatch(token.text):
                base, comps = _unlisted_sci(token.text)
                mark.sci.setdefault(base, {}).update(comps)
            else:
                unknown.append((where, token.text))
        elif token.ident == "HVSACO":
            mark.hvsaco = True
        elif token.ident in controls():
            mark.ids.add(token.ident)
        previous = where if token.kind != "noise" else previous
    mark.declass = tuple(declass)
    mark.unknown = tuple(unknown)
    return mark, errors


def _unlisted_sci(text: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    base, *parts = text.split("-")
    found = {part.split()[0]: tuple(part.split()[1:]) for part in parts}
    return base, found


def _head(mark: Marking, token: Token) -> None:
    if token.kind == "level":
        mark.scheme = "CUI" if token.ident == "CUI" else "US"
        mark.level = token.ident
    elif token.kind == "joint":
        mark.scheme, mark.level, mark.joint = "JOINT", token.ident, token.args
    else:
        mark.scheme, mark.level = "FGI", token.ident
        mark.owner = token.owner or "NATO"
        for code, ident in (
            ("CTSA", "ATOMAL"),
            ("NSAT", "ATOMAL"),
            ("NCA", "ATOMAL"),
            ("CTS-B", "BOHEMIA"),
            ("CTS-BALK", "BALK"),
        ):
            if token.note == f"superseded:{code}":
                if ident == "ATOMAL":
                    mark.aea["ATOMAL"] = (False, ())
                else:
                    mark.ids.add(ident)


def _aea(mark: Marking, token: Token, last: str, errors: list[MarkingError]) -> str:
    if token.ident in ("CNWDI", "SIGMA"):
        target = last or "RD"
        if not last:
            errors.append(MarkingError("control-needs-companion", f"{token.ident} stands without RD", "CAPCO sec. H.6"))
        cnwdi, sigmas = mark.aea.get(target, (False, ()))
        numbers = tuple(dict.fromkeys((*sigmas, *(int(n) for n in token.args))))
        mark.aea[target] = (cnwdi or token.ident == "CNWDI", numbers)
        return target
    mark.aea.setdefault(token.ident, (False, ()))
    return token.ident


def writing_errors(
    text: str, tokens: list[Token], mark: Marking, portion: bool, on: dt.date | None
) -> list[MarkingError]:
    """Errors of order, separator and form, judged from the era that the rule holds in."""
    found: list[MarkingError] = []
    real = [t for t in tokens if t.kind != "noise"]
    modern = on is None or on >= GRAMMAR_FROM
    _damage(found, real, len(real) < len(tokens) and not portion)
    if modern:
        _order(found, real)
        _lists(found, real, on)
        _forms(found, real, portion)
        _separators(found, text, tokens, mark, portion, on)
    return found


def _damage(found: list[MarkingError], tokens: list[Token], noise: bool) -> None:
    for token in tokens:
        if token.damage > 0:
            level = token.kind in ("level", "nation", "joint")
            found.append(
                MarkingError(
                    "ocr-level-damage" if level else "control-damage",
                    f"{token.text} is read as {_plain(token)}",
                    "CAPCO sec. D.1; 32 CFR 2001.24(a)",
                )
            )
        elif token.note.startswith("superseded"):
            found.append(
                MarkingError("superseded-token", f"{token.text} was replaced by {_plain(token)}", "CAPCO sec. I")
            )
        elif token.kind in ("level", "control") and _squeezed(token):
            found.append(
                MarkingError(
                    "ocr-level-damage" if token.kind == "level" else "control-damage",
                    f"{token.text} is read as {_plain(token)}",
                    "CAPCO sec. D.1; 32 CFR 2001.24(a)",
                )
            )
        elif token.kind == "unknown" or token.note == "unlisted":
            found.append(
                MarkingError("banner-unknown-token", f"{token.text} is in no list", "CAPCO sec. D.1; 32 CFR 2001.24(a)")
            )
    if noise:
        found.append(MarkingError("control-damage", "a stray character between two items", "CAPCO sec. D.1"))


def _squeezed(token: Token) -> bool:
    """Whether a word break was lost or put in where no listed form has one."""
    forms = (
        (level_forms(False), level_forms(True))
        if token.kind == "level"
        else (control_forms(False), control_forms(True))
    )
    return not any(token.text in table for table in forms) and token.text not in ldc_forms()


def _plain(token: Token) -> str:
    if token.ident in levels() and token.kind in ("level", "nation"):
        return levels()[token.ident].banner
    return token.ident or token.kind


def _order(found: list[MarkingError], tokens: list[Token]) -> None:
    ranks = [rank(t) for t in tokens if t.kind not in ("unknown", "second")]
    first = [a for a, _ in ranks]
    cui = any(t.ident == "CUI" and t.kind == "level" for t in tokens)
    if first != sorted(first):
        found.append(
            MarkingError("banner-category-order", "the categories are not in register order", "CAPCO sec. G.1 Table 4")
        )
    elif ranks != sorted(ranks) and not cui:
        found.append(
            MarkingError("control-order", "the items of a category are not in register order", "CAPCO sec. G.1 Table 4")
        )
    names = [t.ident for t in tokens if t.kind == "cui"]
    if names != sorted(names, key=lambda c: (not c.startswith("SP-"), c)):
        found.append(
            MarkingError(
                "cui-sp-order", "SP- categories come first, each group alphabetical", "32 CFR 2002.20; CUI registry"
            )
        )


def _lists(found: list[MarkingError], tokens: list[Token], on: dt.date | None) -> None:
    for token in tokens:
        codes = list(token.args)
        if token.kind in ("rel", "display") and codes:
            if (
                token.kind == "rel"
                and (on is None or on >= SLASH_FROM)
                and (codes[0] != "USA" or codes != sorted(codes, key=country_key))
            ):
                found.append(
                    MarkingError(
                        "relto-usa-first", "USA first, then trigraphs, then tetragraphs, alphabetical", "CAPCO sec. H.8"
                    )
                )
            elif token.kind == "display" and codes != sorted(codes, key=country_key):
                found.append(
                    MarkingError("country-order", "the countries are not in alphabetical order", "CAPCO sec. H.8")
                )
            # 'and' before the last code was right until July 2005
            past = on is not None and on < SLASH_FROM and " AND " in token.text
            if not token.text.endswith(", ".join(codes)) and not token.damage and not past:
                found.append(
                    MarkingError("rel-list-separator", "comma and space stand between countries", "CAPCO sec. H.8")
                )
        elif token.kind in ("fgi", "joint") and codes:
            if codes != sorted(codes, key=lambda c: (len(c) != 3, c)):
                found.append(
                    MarkingError("country-order", "the countries are not in alphabetical order", "CAPCO sec. H.7")
                )
            if not token.text.endswith(" ".join(codes)) and not token.damage:
                found.append(MarkingError("fgi-space-list", "single spaces stand between countries", "CAPCO sec. H.7"))
        elif token.kind == "sci" and token.args:
            _, comps = compartments(token)
            subs = list(comps.values())
            if list(comps) != sorted(comps) or any(list(s) != sorted(s) for s in subs):
                found.append(MarkingError("control-order", "compartments are not in ascending order", "CAPCO sec. H.4"))
        elif token.kind == "sap" and "/SAR-" in token.text and (on is None or on >= SAR_ONCE_FROM):
            found.append(MarkingError("superseded-token", "SAR- is not repeated for each program", "CAPCO sec. I"))
        elif token.kind == "sap" and codes != sorted(codes):
            found.append(MarkingError("control-order", "programs are not in ascending order", "CAPCO sec. H.5"))


def _forms(found: list[MarkingError], tokens: list[Token], portion: bool) -> None:
    for token in tokens:
        if portion or token.note != "abbreviated":
            continue
        if token.kind in ("level", "nation"):
            found.append(
                MarkingError("banner-abbreviated-level", f"{token.text}: the level is spelled out", "CAPCO sec. D.1")
            )
        else:
            found.append(
                MarkingError(
                    "banner-abbreviated-control", f"{token.text} is the portion form", "CAPCO sec. G.1 Table 4"
                )
            )


def _separators(
    found: list[MarkingError], text: str, tokens: list[Token], mark: Marking, portion: bool, on: dt.date | None
) -> None:
    cursor = 0
    before: Token | None = None
    wrong = False
    for token in tokens:
        place = text.find(token.text, cursor)
        if place < 0:
            return
        between = text[cursor:place]
        wanted = ""
        if before is None:
            wanted = "//" if token.kind in ("nation", "joint") else ""
            if token.kind == "joint":
                between = between.replace("JOINT ", "")
            elif token.kind == "nation" and token.owner:
                if not between:
                    ident = "fgi-portion-without-slashes" if portion else "banner-separator"
                    found.append(MarkingError(ident, "a foreign marking begins with //", "CAPCO sec. H.7"))
                    between = "//"
            elif token.kind == "nation" and not between:
                ident = "fgi-portion-without-slashes" if portion else "banner-separator"
                found.append(MarkingError(ident, "a foreign marking begins with //", "CAPCO sec. H.7"))
                between = "//"
        elif token.ident in ("CNWDI", "SIGMA") and before.kind == "aea":
            wanted = "-"
        elif token.ident == "ENTIRE TEXT":
            wanted = between
        else:
            wanted = "/" if rank(token)[0] == rank(before)[0] or (token.kind == "unknown" and between == "/") else "//"
        # until 2005 a comma stood between dissemination controls (CAPCO sec. I)
        old = on is not None and on < SLASH_FROM and between in (",", ", ")
        short = portion and mark.level == "SBU"
        wrong = wrong or (between != wanted and not old and not short)
        cursor, before = place + len(token.text), token
    wrong = wrong or bool(text[cursor:].strip())
    if wrong:
        found.append(
            MarkingError(
                "banner-separator", "// between categories, / inside one, no spaces around them", "CAPCO sec. D.1 and I"
            )
        )


def canonical_text(mark: Marking, portion: bool) -> str:
    """The canonical text; a portion's without spaces."""
    text = render(mark, portion)
    return text.replace(" ", "") if portion else text
