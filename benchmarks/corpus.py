"""A large corpus for measurements, made by replicating a small one with perturbation.

Every copy of a document keeps the lines that carry markings and changes the others: words change places and digits
change, so that no cache of text can answer for a copy. The same seed gives the same bytes.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

_KEEP = re.compile(
    r"(?i)secret|confiden|classif|unclas|restrict|official use|redact|excis|delet|sanitiz|withh|declas|releas|approv|"
    r"e\.? ?o\.? ?1|\bdecl\b|reason|gds|noforn|dis\b|sensitive|eyes only|section|page|case|doc ?(?:no|id)|nara|foia|"
    r"\(b\)|\bb[1-9]\b|\b1\.[3-5]\b|\b[257]5x|x{4}|\[|entire text|exempt|[█▇▆■▓]"
)
_LABEL = re.compile(
    r"\s*(?:FM|TO|INFO|FROM|SUBJ|SUBJECT|TAGS|REFS?|DATE|MEMO\w*|From|To|Sent|Subject|Date|CITE|TELE\w*)\b|"
    r"\s*[A-Z][A-Za-z ]{1,40}:|.*Attributes|.*Message Text"
)
_LETTERS = "ABCDEFGHIKLMNOPRSTUVW"
_PARAGRAPH = re.compile(r"\s*(?:\d{1,3}[.)]|\([A-Za-z0-9/ -]{1,12}\)|\W)")
_DIGIT = re.compile(r"\d")
_DIGITS = "0123456789"
_FEWEST_WORDS = 5


def perturb(text: str, chance: random.Random) -> str:
    """The text with its lines changed where they carry no marking and no label of a head.

    In prose, digits are replaced and words but the first two and the last shuffled; in a shorter line words change
    places and one letter another.
    """
    lines = text.split("\n")
    for number, before in enumerate(lines):
        line = before
        if not line or line.isspace() or _KEEP.search(line) or _LABEL.match(line):
            continue
        words = line.split(" ")
        if len(words) >= _FEWEST_WORDS:
            if not _PARAGRAPH.match(line):
                middle = words[2:-1]
                chance.shuffle(middle)
                line = " ".join((*words[:2], *middle, words[-1]))
        else:
            chance.shuffle(words)
            line = " ".join(words)
            at = chance.randrange(len(line))
            if line[at].isalpha():
                line = line[:at] + chance.choice(_LETTERS) + line[at + 1 :]
        lines[number] = _DIGIT.sub(lambda _: _DIGITS[int(chance.random() * 10)], line)
    return "\n".join(lines)


def read_sources(folders: Sequence[Path]) -> list[tuple[str, str]]:
    """Name and text of every text file in the folders, in order of name; files that are no UTF-8 are left out."""
    found: list[tuple[str, str]] = []
    for folder in folders:
        for path in sorted(folder.rglob("*.txt")):
            try:
                text = path.read_text("utf-8")
            except UnicodeDecodeError:
                continue
            if text.strip():
                found.append((path.name, text))
    return found


def make(folder: Path, sources: Iterable[tuple[str, str]], n_bytes: int, seed: int = 1, *, changed: bool = True) -> int:
    """Write copies into `folder` until `n_bytes` are reached, one subfolder a round; gives the bytes written.

    Copies are changed by `perturb`, or are what they copy where `changed` is false.

    Raises:
        ValueError: there is no source text.
    """
    texts = list(sources)
    if not texts:
        raise ValueError("no source text to replicate")
    chance = random.Random(seed)
    written, turn = 0, 0
    while written < n_bytes:
        place = folder / f"{turn:04d}"
        place.mkdir(parents=True, exist_ok=True)
        for name, text in texts:
            data = (perturb(text, chance) if turn and changed else text).encode("utf-8")
            (place / name).write_bytes(data)
            written += len(data)
            if written >= n_bytes:
                break
        turn += 1
    return written
