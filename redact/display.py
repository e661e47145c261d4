"""The display gate: untrusted text becomes text that a terminal shows and does not obey.

Document text, file names, rule texts, notes, reviewer names and typed filters all pass here before they reach a
terminal, in the review client, the command line, progress labels and error messages alike. C0 characters become
control pictures (one cell each, so that columns hold), C1 characters their number, and characters that hide, join or
reorder text their Unicode abbreviation; nothing is dropped, because an auditor must see what is there.
"""

from __future__ import annotations

from typing import Final

ELLIPSIS: Final = ".."
"""Stands where a text was shortened for display; ASCII, so that it shows everywhere."""

MASK: Final = "\u2022\u2022\u2022"
"""Stands for evidence that may disclose what was withheld."""

_NAMED: Final[dict[int, str]] = {
    0x00AD: "SHY", 0x034F: "CGJ", 0x061C: "ALM", 0x115F: "HCF", 0x1160: "HJF", 0x17B4: "KIVA", 0x17B5: "KIVAA",
    0x180B: "FVS1", 0x180C: "FVS2", 0x180D: "FVS3", 0x180E: "MVS", 0x180F: "FVS4",
    0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM", 0x200F: "RLM", 0x2028: "LS", 0x2029: "PS",
    0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO",
    0x2060: "WJ", 0x2061: "FA", 0x2062: "IT", 0x2063: "IS", 0x2064: "IP",
    0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0x206A: "ISS", 0x206B: "ASS", 0x206C: "IAFS",
    0x206D: "AAFS", 0x206E: "NADS", 0x206F: "NODS", 0x3164: "HF", 0xFEFF: "BOM", 0xFFA0: "HHF",
    0xFFF9: "IAA", 0xFFFA: "IAS", 0xFFFB: "IAT",
}  # fmt: skip
_C0_NAMES: Final = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI",
    "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
)  # fmt: skip


class _Gate(dict[int, str]):
    """Translation table that answers for lone surrogates, variation selectors and tags without listing them."""

    def __init__(self, left: str, right: str, *, pictures: bool, keep: str) -> None:
        table: dict[int, str] = {}
        for code, name in enumerate(_C0_NAMES):
            table[code] = chr(0x2400 + code) if pictures else f"{left}{name}{right}"
        table[0x7F] = "\u2421" if pictures else f"{left}DEL{right}"
        table.update({code: f"{left}{code:02X}{right}" for code in range(0x80, 0xA0)})
        table.update({code: f"{left}{name}{right}" for code, name in _NAMED.items()})
        for code in range(0xFE00, 0xFE10):
            table[code] = f"{left}VS{code - 0xFE00 + 1}{right}"
        for character in keep:
            table.pop(ord(character))
        super().__init__(table)
        self._left, self._right = left, right
        self._lost = "\ufffd" if pictures else f"{left}?{right}"

    def __missing__(self, code: int) -> str:
        if code < 0xD800:
            raise LookupError(code)  # str.translate keeps the character
        if code < 0xE000:
            return f"{self._left}{code:04X}{self._right}"
        if 0xE0000 <= code <= 0xE0FFF or code & 0xFFFE == 0xFFFE:
            return self._lost
        raise LookupError(code)


_TEXT = _Gate("\u27e8", "\u27e9", pictures=True, keep="\n\t")
_LINE = _Gate("\u27e8", "\u27e9", pictures=True, keep="")
_TEXT_ASCII = _Gate("<", ">", pictures=False, keep="\n\t")
_LINE_ASCII = _Gate("<", ">", pictures=False, keep="")


def safe(text: str, *, ascii_only: bool = False) -> str:
    """Text of several lines made safe to display; line feeds and tabs stay.

    Args:
        text: anything.
        ascii_only: write substitutes such as `<ESC>` instead of control pictures; other characters stay as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_TEXT_ASCII if ascii_only else _TEXT)


def safe_line(text: str, *, ascii_only: bool = False) -> str:
    """One line made safe to display: line feeds and tabs become pictures too; never holds a line end."""
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_LINE_ASCII if ascii_only else _LINE)


def shorten(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """Cut a safe text to at most `width` characters, ending in an ellipsis where something was cut."""
    if len(text) <= width:
        return text
    return text[: max(0, width - len(ellipsis))] + ellipsis[: max(0, width)]
