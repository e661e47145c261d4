"""Handling captions and dissemination controls that stand by themselves, to their token in capitals."""

from __future__ import annotations

from functools import lru_cache

import regex

from redact.normalise.text import fold_case_confusables, fold_space, nearest

TOKENS = (
    "SIPDIS", "NODIS", "EXDIS", "LIMDIS", "STADIS", "NOFORN", "SENSITIVE", "EYES ONLY", "ROGER CHANNEL",
    "AGRMENT CHANNEL", "DISSENT CHANNEL", "SPECAT", "WNINTEL", "NOCONTRACT", "ORCON", "PROPIN", "RELIDO", "IMCON",
    "LES", "SSI", "FOUO", "SBU", "NO DISSEM ABROAD", "BACKGROUND USE ONLY", "US OFFICIALS ONLY", "CONTROLLED DISSEM",
    "CHEROKEE", "TERREP", "DEA SENSITIVE",
    "UK EYES ONLY", "UK EYES A", "UK EYES B", "CANADIAN EYES ONLY", "AUSTRALIAN EYES ONLY", "AUSTEO",
)  # fmt: skip
"""Tokens of rules/tables/controls.csv that documents carry alone, and the captions of State's telegrams."""
_LONG = (
    (regex.compile(r"NO\s?FORN|NO(?:T\s+RELEAS[AE]BLE\s+TO)?\s+FOREIGN\s+(?:DISSEM|NATIONALS)\S*"), "NOFORN"),
    (regex.compile(r"NO\s+DISSEM\S*\s+ABROAD"), "NO DISSEM ABROAD"),
    (regex.compile(r"(?:FOR\s+)?BACKGROUND\s+USE\s+ONLY"), "BACKGROUND USE ONLY"),
    (regex.compile(r"(?:FOR\s+)?U\.?\s?S\.?\s+OFFICIALS\s+ONLY"), "US OFFICIALS ONLY"),
    (regex.compile(r"CONTROLLED\s+DISSEM\S*"), "CONTROLLED DISSEM"),
    (regex.compile(r"DISSEMINATION\s+AND\s+EXTRACTION\s+OF\s+INFORMATION\s+CONTROLLED\s+BY\s+ORIGINATOR"), "ORCON"),
    (regex.compile(r"WARNING\s+NOTICE\W+(?:SENSITIVE\s+)?INTELLIGENCE\s+SOURCES\s+(?:AND|OR)\s+METHODS"), "WNINTEL"),
    (regex.compile(r"NOT\s+RELEAS[AE]BLE\s+TO\s+CONTRACTORS\S*"), "NOCONTRACT"),
    (regex.compile(r"ROGER\s+CHANNEL"), "ROGER CHANNEL"),
    (regex.compile(r"AGR[EÉ]?MENT\s+CHANNEL"), "AGRMENT CHANNEL"),
    (regex.compile(r"DISSENT\s+CHANNEL"), "DISSENT CHANNEL"),
    (regex.compile(r"FOR\s+OFFICIAL\s+USE\s+ONLY"), "FOUO"),
    (regex.compile(r"SENSITIVE\s+BUT\s+UNCLASSIFIED"), "SBU"),
    (regex.compile(r"\bEYES\s+ONLY\b"), "EYES ONLY"),
)
_KEYS = {fold_case_confusables(token).replace(" ", ""): token for token in TOKENS}
_LONG_KEYS = tuple(key for key in _KEYS if len(key) >= 5)


@lru_cache(maxsize=4096)
def control(text: str) -> str | None:
    """Token of a caption in any spelling and with a slip of the scanner (`EXOIS`, `S I P D I S`, `NO FOREIGN DISSEM`).

    A caption that is not known keeps its own words, folded, in capitals; None where there is no word at all.
    """
    folded = fold_space(text[:200]).upper().strip(" -–—*.,;:<>()[]|/")
    if not folded:
        return None
    if folded in TOKENS:
        return folded
    for pattern, token in _LONG:
        if pattern.search(folded):
            return token
    key = fold_case_confusables(folded).replace(" ", "")
    if key not in _KEYS and len(key) >= 5:
        key = nearest(key, _LONG_KEYS) or key
    return _KEYS.get(key) or (folded if any(char.isalpha() for char in folded) else None)


_SEPARATOR = regex.compile(r"\s*[,;/&]\s*|\s{2,}|(?<=DIS)\s+(?=\S)", regex.IGNORECASE)


def controls(text: str) -> list[tuple[int, int, str]]:
    """Captions of one caption line (`SIPDIS, NODIS`), each with its offsets and token."""
    found, at = [], 0
    cuts = [match.span() for match in _SEPARATOR.finditer(text)]
    for start, end in [*cuts, (len(text), len(text))]:
        piece = text[at:start]
        token = control(piece)
        if token is not None:
            lead = len(piece) - len(piece.lstrip())
            found.append((at + lead, at + len(piece.rstrip()), token))
        at = end
    return found
