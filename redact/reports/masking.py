"""How much of a document's text a report shows: evidence masked, and what repeats it masked with it."""

from __future__ import annotations

import re

import polars as pl

from redact.reports import MASK, MASKED_BY_DEFAULT, AuditResult, RenderOptions
from redact.vocabulary import LEVELS

_ELLIPSIS = re.compile(r"…|\.\.\.")
_SHORTEST_SECRET = 4
"""Shorter evidence of a sensitive finding (`B1`, `(C)`) is masked in that finding only: it is no name."""


def evidence_level(options: RenderOptions, format_name: str) -> str:
    """`full`, `masked` or `none` for a format."""
    return options.evidence or ("masked" if format_name in MASKED_BY_DEFAULT else "full")


def _pieces(evidence: str) -> list[str]:
    pieces = [piece.strip() for piece in _ELLIPSIS.split(evidence)]
    return [piece for piece in pieces if piece]


def _pattern(pieces: list[str]) -> re.Pattern[str] | None:
    """Any of the pieces as whole words, in any case and with any white space between words."""
    found = sorted(set(pieces), key=lambda piece: (-len(piece), piece))
    if not found:
        return None
    return re.compile(
        "|".join(
            (r"(?<!\w)" if piece[0].isalnum() else "")
            + r"\s+".join(re.escape(word) for word in piece.split())
            + (r"(?!\w)" if piece[-1].isalnum() else "")
            for piece in found
        ),
        re.IGNORECASE,
    )


def conceal(message: str, evidence: str, *, sensitive: bool) -> str:
    """A message without the evidence it quotes; of a sensitive finding, without any longer word of it either."""
    pieces = _pieces(evidence)
    if sensitive:
        pieces += [word for piece in pieces for word in re.findall(r"\w{3,}", piece)]
    pattern = _pattern(pieces)
    return message if pattern is None else pattern.sub(MASK, message)


class Masker:
    """Applies one level of evidence to findings and to the text around them.

    Evidence of a sensitive finding is hidden unless `full` was asked for by name. It is hidden wherever else the same
    document's findings or lines repeat it.
    """

    def __init__(self, result: AuditResult, options: RenderOptions, format_name: str) -> None:
        self.level = evidence_level(options, format_name)
        self._by_name = options.evidence == "full"
        self._secrets: dict[str, re.Pattern[str]] = {}
        self._ranges: dict[str, list[tuple[int, int]]] = {}
        if not self._by_name:
            self._collect(result.findings)

    def _collect(self, findings: pl.DataFrame) -> None:
        pieces: dict[str, list[str]] = {}
        for doc, evidence, start, end in (
            findings.filter(pl.col("sensitive")).select("doc", "evidence", "start", "end").iter_rows()
        ):
            self._ranges.setdefault(doc, []).append((start, end))
            pieces.setdefault(doc, []).extend(
                piece for piece in _pieces(evidence) if len(piece) >= _SHORTEST_SECRET and piece.upper() not in LEVELS
            )
        for doc, some in pieces.items():
            pattern = _pattern(some)
            if pattern is not None:
                self._secrets[doc] = pattern

    def hides(self, sensitive: bool) -> bool:
        """Whether the evidence of a finding, and with it the lines around it, must not be shown."""
        return self.level != "full" or (sensitive and not self._by_name)

    def findings(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Findings (further columns allowed) with `evidence` and what `message` quotes of it hidden."""
        if self._by_name or frame.is_empty():
            return frame
        sensitive = frame.get_column("sensitive")
        if self.level == "full" and not sensitive.any() and not self._secrets:
            return frame
        mark = "" if self.level == "none" else MASK
        messages, evidences = [], []
        for doc, message, evidence, is_sensitive in frame.select("doc", "message", "evidence", "sensitive").iter_rows():
            told, seen = message, evidence
            if self.hides(is_sensitive):
                told, seen = conceal(told, evidence, sensitive=is_sensitive), mark if evidence else ""
            secret = self._secrets.get(doc)
            if secret is not None:
                told, seen = secret.sub(MASK, told), secret.sub(MASK, seen)
            messages.append(told)
            evidences.append(seen)
        return frame.with_columns(
            pl.Series("message", messages, dtype=pl.String), pl.Series("evidence", evidences, dtype=pl.String)
        )

    def text(self, doc: str, text: str) -> str:
        """A document's text with sensitive evidence blacked out; offsets and line ends stay."""
        for start, end in self._ranges.get(doc, ()):
            text = text[:start] + _blocks(text[start:end]) + text[end:]
        secret = self._secrets.get(doc)
        return text if secret is None else secret.sub(lambda match: _blocks(match[0]), text)


def _blocks(text: str) -> str:
    return re.sub(r"[^\n]", "█", text)
