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
_PARAGRAPH = re.compile(r"\s*(?:\d{1,3}[.)]|\([A-Za-z0-9/ -]{1,12}\)|\W)")
_DIGIT = re.compile(r"\d")
_FEWEST_WORDS = 5


def perturb(text: str, chance: random.Random) -> str:
    """The text with its prose lines changed: digits replaced, words but the first two and the last shuffled."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        words = line.split(" ")
        if len(words) < _FEWEST_WORDS or _KEEP.search(line) or _PARAGRAPH.match(line):
            continue
        middle = words[2:-1]
        chance.shuffle(middle)
        changed = " ".join((*words[:2], *middle, words[-1]))
        lines[number] = _DIGIT.sub(lambda _: str(chance.randrange(10)), changed)
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


def make(folder: Path, sources: Iterable[tuple[str, str]], n_bytes: int, seed: int = 1) -> int:
    """Write copies into `folder` until `n_bytes` are reached, one subfolder a round; gives the bytes written.

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
            data = (perturb(text, chance) if turn else text).encode("utf-8")
            (place / name).write_bytes(data)
            written += len(data)
            if written >= n_bytes:
                break
        turn += 1
    return written
