"""The scanner's entrance: canonical values without a parse, for very many short lines.

Most lines are no markings; they are turned away by a dictionary look-up and one regular expression.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from redact.grammar.build import build, canonical_text
from redact.grammar.fold import edit_cost, fold
from redact.grammar.parse import read
from redact.grammar.tables import countries, levels, prose_words

_LONGEST = 140
_HEAD = re.compile(
    r"""[\s/\\\u2215\u2044\uff0f\u29f8~*_.=<>-]*(?:
        T\ ?[O0]\ ?P[\s-]*S | [S5$]\s?[E3]\s?C\s?R\s?E | [S5]EC\ ?R|SE\ ?C\ ?R | C\s?[O0]\s?N\s?F\s?[I1l!|]\s?[^NRSGT\s]
      | U\s?N\s?C\s?L\s?A\s?S?
      | RESTRICTED | LIMITED\ OFF | LOU\b | OFFICIAL\ USE | OUO\b | FOR\ OFF | FOUO\b | SBU\b | SENSITIVE\ BUT
      | L\ I\ M | CUI\b | CONTROLLED | COSMIC\b | NATO\b | JOINT\b | UNCL\b
      | (?:TS|[SCU])[/\u2215]{2} | [A-Z]{3}\ (?:TOP\ S|SECRET|CONFID|RESTRICTED|UNCLAS)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_WORDS = re.compile(r"[^\W\d_]{2,}")
_PORTION = re.compile(
    r"""[\[({]?\s*(?://)?\s*(?:
        (?:TS|[SCUR5$])(?:[\s/)\]}.\-\\\u2215yY(]|$|[SCU]\b|(?:SI|TK|OC|NF|REL|RD|HCS))
      | SBU|LOU|FOUO|OUO|CUI|CTS|N[SCRU]\b
      | JOINT|FGI|[A-Z]{3}\s(?:TS|[SCRU])\b | UNCLAS|C\s?O\s?N\s?F|CONN|S\s?E\s?C\s?R|SERC|TOP|REST|LIMITED|NATO|COSMIC
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_UNWRAPPED = re.compile(r"(?://)?[A-Z&]+(?:[-/ ,]{1,2}[A-Z0-9]+)*")
_SHORT_HEAD = re.compile(r"(?:TS|[SCU])//")
_STRICT = re.compile(r"(?:TOP SECRET|SECRET|CONFIDENTIAL|UNCLASSIFIED)(?:/{1,2}[A-Z][A-Z0-9, -]{1,40}){1,6}")
"""A banner of modern form with an undamaged level: one control that no table lists does not make it prose."""
_PLAIN_PORTION = re.compile(r"\(?\s*(TS|S|C|U|SBU|LOU|FOUO|CUI|R)\s*\)?")
_NOISE_ENDS = " \t.,:;'\"`~*_=<>-|^/\\()[]{}\u2022!"
_STOP = frozenset(
    ["OF", "THE", "AND", "FOR", "IN", "TO", "WAS", "IS", "BY", "AT", "AS", "ON", "WITH", "FROM", "THAT", "THIS"]
) - {"FOR", "TO"}


@cache
def _frequent() -> dict[str, str]:
    """Frequent exact banners, as written and in canonical form."""
    found = {row.banner: row.banner for row in levels().values() if row.scheme in ("us", "handling", "cui")}
    found |= {"UNCLAS": "UNCLASSIFIED", "Secret": "SECRET", "Confidential": "CONFIDENTIAL", "CONTROLLED": "CUI"}
    found |= {"Unclassified": "UNCLASSIFIED", "Top Secret": "TOP SECRET", "LOU": "LIMITED OFFICIAL USE"}
    for level in ("SECRET", "TOP SECRET", "CONFIDENTIAL"):
        found[" ".join(level.replace(" ", ""))] = level
        for control in ("NOFORN", "SENSITIVE", "NODIS", "EXDIS"):
            for mark in ("//", "/", " ", " - "):
                found[f"{level}{mark}{control}"] = f"{level}//{control}"
    found |= dict.fromkeys(("OFFICIAL-SENSITIVE", "OFFICIAL SENSITIVE", "OFFICIAL - SENSITIVE"), "OFFICIAL-SENSITIVE")
    found |= dict.fromkeys(("Sensitive But Unclassified", "Sensitive but Unclassified"), "SENSITIVE BUT UNCLASSIFIED")
    found["MOST SECRET"] = "MOST SECRET"  # the British level above SECRET until 1944
    found["C O N F I D E N T I A L"] = "CONFIDENTIAL"
    found["U N C L A S S I F I E D"] = "UNCLASSIFIED"
    return found


@cache
def _vocabulary_starts() -> frozenset[str]:
    from redact.grammar.lexicon import control_forms, level_forms

    texts = [*control_forms(False), *control_forms(True), *level_forms(False), *countries(), "AND", "PROGRAMS"]
    return frozenset(word[:2] for text in texts for word in re.findall(r"[A-Z]{2,}", text))


def banner_value(text: str) -> str | None:
    """The canonical banner of an undamaged or lightly damaged marking that is the whole text, or None."""
    text = text.strip()
    if text.endswith(_VARIED_ENDS) or text.startswith("UK "):
        text = _as_listed(text)
    known = _frequent().get(text)
    if known or not 2 <= len(text) <= _LONGEST or not _HEAD.match(text):
        return known
    return _banner_value(text)


_VARIED_ENDS = ("ONLY", "PERSONAL", '"', "”", ")")


def _as_listed(text: str) -> str:
    """A banner in the wording of the tables: allied governments and writers of telegrams word some otherwise."""
    text = text.replace("EXCLUSIVELY EYES ONLY", "EYES ONLY").replace("EXCLUSIVE EYES ONLY", "EYES ONLY")
    if text.startswith("UK "):
        text = "GBR " + text[3:]
    for conjunction in (" AND PERSONAL", " & PERSONAL"):
        if text.endswith(conjunction):
            return text[: -len(conjunction)] + "/PERSONAL"
    if text.endswith(")") and text.count("(") == 1:
        head, _, rest = text.partition("(")
        return f"{head.rstrip()}/{rest[:-1]}" if head else text
    return text.replace('"', "").replace("“", "").replace("”", "")


@lru_cache(maxsize=32768)
def _banner_value(text: str) -> str | None:
    words = [w.upper() for w in _WORDS.findall(text)]
    if len(words) > 1 and words[1] == "SECRET" and len(words[0]) < 4 and _is_other_word(words[0]):
        return None
    if "/" not in text:
        starts = _vocabulary_starts()
        odd = 0
        for word in words[1:]:
            if word in _STOP or (word not in countries() and len(word) > 3 and word[:2] not in starts):
                odd += 1
        if odd > 1 or (words and words[0] in prose_words()):
            return None
        # running text has lower-case words; a marking in lower case is short
        if sum(w.islower() for w in _WORDS.findall(text)) > 3:
            return None
    if "/" not in text:
        level = damaged_level(text)
        if level and level[1] == 0:
            return level[0]
        # LIMDIS is no damaged EXDIS, FRD no speck behind SECRET: an undamaged reading comes before a damaged one
        whole = _undamaged(text)
        if whole:
            return whole
        if level:
            return level[0] if level[1] <= 3 else None
    return _value(text, False)


def _is_other_word(word: str) -> bool:
    """Whether a short word before an undamaged SECRET is none that belongs to a banner: no TOP with a torn letter."""
    return OSA.distance(word, "TOP") > 1 and word not in countries() and word[:2] not in ("US", "UK")


def _undamaged(text: str) -> str | None:
    reading = read(text, False)
    if reading is None or reading[0] >= 0.9 or any(token.kind == "unknown" for token in reading[1]):
        return None
    mark, _ = build(reading[1])
    return canonical_text(mark, False)


def portion_value(text: str) -> str | None:
    """The canonical short form, without spaces, of a portion mark that is the whole text, or None."""
    text = text.strip()
    plain = _PLAIN_PORTION.fullmatch(text)
    if plain:
        return plain.group(1)
    if not 3 <= len(text) <= _LONGEST or not _PORTION.match(text):
        return None
    if text[0] not in "([{" and not (
        (len(text) < 25 or "/" in text) and (text[-1] in ")]}" or _UNWRAPPED.fullmatch(text))
    ):
        return None
    return _portion_value(text)


@lru_cache(maxsize=32768)
def _portion_value(text: str) -> str | None:
    inner = text.strip("()[]{} ")
    if "/" not in inner and "-" not in inner and " " not in inner and inner.upper() in ("NC", "NS", "NR", "NU", "CTS"):
        return None
    value = _value(text, True)
    if value is None and len(inner) > 5:
        level = damaged_level(inner)
        return _letter(level[0]) if level and "//" not in level[0] else None
    if value and "/" in value and inner.isalnum() and len(inner) < 6:
        # (SOC), (UN), (CMS): initials, not a level run together with a control
        return None
    return value


def _letter(banner: str) -> str | None:
    return next((row.portion for row in levels().values() if row.banner == banner and row.portion), None)


def _value(text: str, portion: bool) -> str | None:
    reading = read(text, portion)
    if reading is None:
        return None
    if not portion and _SHORT_HEAD.match(text) and any(token.damage for token in reading[1]):
        return None
    unlisted = [token.text for token in reading[1] if token.kind == "unknown"]
    if unlisted and (portion or len(unlisted) > 1 or not _STRICT.fullmatch(text) or not unlisted[0].isalnum()):
        return None
    mark, _ = build(reading[1])
    value = canonical_text(mark, portion)
    if unlisted and value and text.replace("//", "/") == value.replace("//", "/"):
        # what category an unlisted control belongs to is not known: it stays where it was written
        return text
    return value


# damaged levels

_KEYS: tuple[tuple[str, str, float], ...] = (
    ("SECRET", "SECRET", 2.0),
    ("TOPSECRET", "TOP SECRET", 2.8),
    ("CONFIDENTIAL", "CONFIDENTIAL", 3.5),
    ("UNCLASSIFIED", "UNCLASSIFIED", 3.6),
    ("UNCLAS", "UNCLASSIFIED", 1.0),
    ("RESTRICTED", "RESTRICTED", 2.0),
    ("LIMITEDOFFICIALUSE", "LIMITED OFFICIAL USE", 4.0),
    ("SECRETSECURITYINFORMATION", "SECRET SECURITY INFORMATION", 4.0),
    ("TOPSECRETSECURITYINFORMATION", "TOP SECRET SECURITY INFORMATION", 4.0),
    ("CONFIDENTIALSECURITYINFORMATION", "CONFIDENTIAL SECURITY INFORMATION", 4.0),
    ("OFFICIALUSEONLY", "OFFICIAL USE ONLY", 3.5),
    ("FOROFFICIALUSEONLY", "FOR OFFICIAL USE ONLY", 4.0),
)
_TAILS = (
    ("NOFORN", "NOFORN"),
    ("NOFOREIGNDISSEM", "NOFORN"),
    ("NOFOREIGNDISSEMINATION", "NOFORN"),
    ("SENSITIVE", "SENSITIVE"),
    ("NODIS", "NODIS"),
    ("EXDIS", "EXDIS"),
    ("EYESONLY", "EYES ONLY"),
    ("UMBRA", "UMBRA"),
    ("SENSITIVEEYESONLY", "SENSITIVE/EYES ONLY"),
)


@cache
def _keys() -> dict[int, tuple[tuple[str, str, float], ...]]:
    """Keys by the length of the compact text that can still be one of them."""
    every = list(_KEYS)
    for key, banner, _ in _KEYS[:3]:
        every += [(key + tail, f"{banner}//{value}", len(key + tail) / 4) for tail, value in _TAILS]
    return {size: tuple(k for k in every if abs(len(k[0]) - size) <= k[2] + 0.5) for size in range(3, 44)}


_ALNUM = re.compile(r"[^A-Z0-9\"&?!\[|@$]+")
_LETTERS = frozenset("SECRTOPNFIDALU")
_WORD = re.compile(r"(?=[A-Z]*[AEIOU])(?=[A-Z]*[^AEIOU])[A-Z]{3,4}")
"""What is more likely a word beside the level (SECRET LIFE) than a speck."""


def damaged_level(text: str) -> tuple[str, int] | None:
    """A whole short line read as a scanning-damaged level marking.

    Returns:
        The canonical banner and the number of edits (0 for an undamaged one), or None. At most about two edits are
        granted to SECRET, three or four to the longer levels; a look-alike character counts less than half an edit.
    """
    if not 3 <= len(text) <= 90:
        return None
    if text.count(" ") > 7 and "DISSEM" not in text and not _spaced(text):
        return None
    return _damaged(text)


def _spaced(text: str) -> bool:
    parts = text.split()
    return sum(len(p) for p in parts) <= 2.2 * len(parts)


_STRUCK = re.compile(r"['‘’`][FPI](?=[^\W\d_]|\d|[-–—]|$)|[1lI|]{1,2}['’\"”](?=\W*$)")
"""What scanning makes of a T under the stroke of a struck level."""


def may_be_struck(text: str) -> bool:
    """Whether a text holds what scanning makes of the first or last letter of a struck level."""
    return _STRUCK.search(text) is not None


def _damaged(text: str) -> tuple[str, int] | None:
    if ("'" in text or '"' in text or not text.isascii()) and (struck := _STRUCK.sub("T", text)) != text:
        found = _as_damaged(struck)
        if found is not None:
            return found[0], max(1, found[1])
    return _as_damaged(text)


def _as_damaged(text: str) -> tuple[str, int] | None:
    folded = fold(text).strip(_NOISE_ENDS)
    compact = _ALNUM.sub("", folded)
    size = len(compact)
    if not 4 <= size <= 42:
        return None
    if size < 20 and sum(c in _LETTERS for c in compact) < size * 0.5:
        return None
    upper = text.isupper() or sum(map(str.isupper, text)) * 2 >= sum(map(str.islower, text))
    return _search(folded, compact, upper)


_NO_LEVELS = ("RESTRICTEDDA", "DECL", "DECI")
"""How RESTRICTED DATA and a damaged DECLASSIFIED begin: near a level in letters, and none."""


@lru_cache(maxsize=8192)
def _search(folded: str, compact: str, upper: bool) -> tuple[str, int] | None:
    parts = folded.split()
    prose = prose_words()
    if compact in prose or compact.startswith(_NO_LEVELS) or "DECLAS" in compact:
        return None
    if len(parts) < 3 and any(part.strip(_NOISE_ENDS) in prose for part in parts):
        return None
    best = _nearest(compact, 0.0)
    if not upper:
        return (best[0], 0) if best and best[1] == 0 else None
    if len(parts) > 1:
        # a speck of a few characters before or after the stamp
        for trimmed in (parts[1:], parts[:-1], parts[1:-1]):
            if parts[0] not in trimmed[:1] and OSA.distance(_ALNUM.sub("", parts[0]), "TOP") < 2:
                continue  # a torn TOP is no speck: SECRET for TOP SECRET would be the worse error
            rest = _ALNUM.sub("", "".join(trimmed))
            lost = len(compact) - len(rest)
            if lost > 2 and any(_WORD.fullmatch(part) for part in (parts[0], parts[-1]) if part not in trimmed):
                continue
            if 0 < lost <= 4 and len(rest) >= 4:
                other = _nearest(rest, 0.2 + 0.2 * lost)
                if other and (best is None or other[1] < best[1]):
                    best = other
    if best is None:
        return None
    return best[0], (0 if best[1] == 0 else max(1, round(best[1])))


def _nearest(compact: str, surcharge: float) -> tuple[str, float] | None:
    best: tuple[str, float] | None = None
    if compact in prose_words():
        return None
    begin, end = compact[0], compact[-1]
    for key, banner, base in _keys().get(len(compact), ()):
        if compact == key:
            return banner, surcharge
        first, last = begin == key[0], end == key[-1]
        if not (first or last):
            continue
        limit = base + (0.6 if len(key) > 6 and compact[:3] == key[:3] and compact[-3:] == key[-3:] else 0.0)
        raw = int(limit + 1.6)
        if OSA.distance(key, compact, score_cutoff=raw) > raw:
            continue
        cost = edit_cost(key, compact, limit)
        allowed = limit if len(key) > 6 or (first and last) else 1.8
        if cost + surcharge > allowed or not _parts_hold(key, banner, compact):
            continue
        if best is None or cost + surcharge < best[1]:
            best = (banner, cost + surcharge)
    if best is None:
        for key, enough in (("SECRET", 4), ("UNCLASSIFIED", 8), ("CONFIDENTIAL", 8)):
            if enough <= len(compact) < len(key) and key.startswith(compact):
                return key, surcharge + 1.5
    return best


def _parts_hold(key: str, banner: str, compact: str) -> bool:
    """Whether level and control each are near enough, not only both together."""
    if key == "TOPSECRET":
        return edit_cost("TOP", compact[:3], 1.4) <= 1.4 and edit_cost("SECRET", compact[3:], 2.0) <= 2.0
    if "//" not in banner:
        return True
    size = len(banner.partition("//")[0].replace(" ", ""))
    allowed = {6: 2.0, 9: 2.8}.get(size, 3.5)
    return any(
        edit_cost(key[:size], compact[:cut], allowed) <= allowed
        and edit_cost(key[size:], compact[cut:], len(key[size:]) * 0.3) <= len(key[size:]) * 0.3
        for cut in range(size - 2, size + 3)
    )
