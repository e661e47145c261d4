"""Repair of damaged markings, measured with a seeded generator of typical damage; prose stays prose."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from redact.grammar import parse_banner, parse_portion, portion_value

LEVELS = ("TOP SECRET", "SECRET", "CONFIDENTIAL", "UNCLASSIFIED")
BANNERS: tuple[str, ...] = (
    *LEVELS,
    *(f"{level}//NOFORN" for level in LEVELS[:3]),
    *(
        f"{level}//{sci}//NOFORN"
        for level in LEVELS[:2]
        for sci in ("SI", "TK", "SI/TK", "HCS-P", "HCS-P/SI/TK", "HCS-P/TK", "RSV-XYZ")
    ),
    *(
        f"{level}//{item}"
        for level in LEVELS[:2]
        for item in (
            "ORCON/NOFORN",
            "RELIDO",
            "PROPIN",
            "IMCON/NOFORN",
            "RSEN/NOFORN",
            "NOFORN/PROPIN",
            "FISA",
            "ORCON/IMCON/NOFORN",
            "REL TO USA, GBR",
            "REL TO USA, AUS, GBR",
            "REL TO USA, FVEY",
            "REL TO USA, AUS, CAN, GBR, NZL",
            "DISPLAY ONLY IRQ",
            "NOFORN//EXDIS",
            "NOFORN//NODIS",
            "NOFORN//LES",
            "FGI DEU//NOFORN",
            "FGI DEU GBR//NOFORN",
            "FGI//NOFORN",
            "RD//NOFORN",
            "FRD//NOFORN",
            "RD-CNWDI//NOFORN",
            "RD-SIGMA 14 18//NOFORN",
            "SAR-BP//NOFORN",
            "SAR-BP/GB//NOFORN",
            "DEA SENSITIVE",
            "ORCON/NOFORN/PROPIN",
            "SI//REL TO USA, GBR",
            "SI/TK//RELIDO",
            "TK//ORCON/NOFORN",
            "SI/TK//FGI GBR//ORCON/NOFORN",
            "ORCON-USGOV/NOFORN",
            "NOFORN//SSI",
            "REL TO USA, NATO",
            "SI//NOFORN/FISA",
        )
    ),
    "TOP SECRET//SI-G//ORCON/NOFORN",
    "TOP SECRET//SI-G/TK//ORCON/NOFORN",
    "TOP SECRET//SI-G ABCD//ORCON/NOFORN",
    "TOP SECRET//HCS-O//ORCON/NOFORN",
    "TOP SECRET//HCS-P ABC//ORCON/NOFORN",
    "TOP SECRET//TK-BLFH//NOFORN",
    "CONFIDENTIAL//REL TO USA, CAN, GBR",
    "CONFIDENTIAL//ORCON/NOFORN",
    "CONFIDENTIAL//SI//NOFORN",
    "CONFIDENTIAL//PROPIN",
    "CONFIDENTIAL//RELIDO",
    "CONFIDENTIAL//FGI FRA//NOFORN",
    "UNCLASSIFIED//FOUO",
    "UNCLASSIFIED//SBU",
    "UNCLASSIFIED//LES",
    "UNCLASSIFIED//SSI",
    "UNCLASSIFIED//LIMDIS",
    "UNCLASSIFIED//DOD UCNI",
    "UNCLASSIFIED//SBU NOFORN",
    "UNCLASSIFIED//DEA SENSITIVE",
    "UNCLASSIFIED//REL TO USA, GBR",
    "//NATO SECRET",
    "//NATO CONFIDENTIAL",
    "//NATO RESTRICTED",
    "//COSMIC TOP SECRET",
    "//NATO SECRET//ATOMAL",
    "//COSMIC TOP SECRET//BOHEMIA",
    "//GBR SECRET",
    "//DEU RESTRICTED",
    "//CAN TOP SECRET",
    "//JOINT SECRET CAN USA//REL TO USA, CAN",
    "//JOINT TOP SECRET GBR USA//REL TO USA, GBR",
    "CUI",
    "CUI//PRVCY",
    "CUI//SP-CTI",
    "CUI//SP-PRVCY/PROPIN//NOFORN",
    "CUI//SP-CTI//FEDCON",
    "CUI//LEI//NOFORN",
)
PORTIONS: tuple[str, ...] = tuple(
    f"({text})"
    for text in (
        "U//FOUO",
        "U//SBU",
        "U//LES",
        "C//NF",
        "S//NF",
        "TS//NF",
        "S//OC",
        "S//OC/NF",
        "TS//OC/NF",
        "S//SI",
        "TS//SI",
        "TS//SI//NF",
        "S//SI//NF",
        "S//TK//NF",
        "TS//TK//NF",
        "TS//SI/TK//NF",
        "TS//SI/TK//OC/NF",
        "S//HCS-P//NF",
        "TS//HCS-P/SI//NF",
        "TS//HCS-O//OC/NF",
        "TS//SI-G//OC/NF",
        "TS//SI-G/TK//OC/NF",
        "S//REL TO USA, GBR",
        "S//REL TO USA, AUS, GBR",
        "C//REL TO USA, CAN",
        "TS//SI//REL TO USA, FVEY",
        "S//RELIDO",
        "C//RELIDO",
        "S//PR",
        "S//NF/PR",
        "S//IMC/NF",
        "S//RS/NF",
        "S//FGI DEU//NF",
        "C//FGI//NF",
        "S//RD//NF",
        "S//FRD//NF",
        "S//RD-CNWDI//NF",
        "TS//SAR-BP//NF",
        "S//DSEN",
        "S//FISA",
        "S//NF//XD",
        "S//NF//ND",
        "S//NF//LES",
        "U//DS",
        "U//SSI",
        "S//DISPLAY ONLY IRQ",
        "//NS",
        "//NC",
        "//CTS",
        "//GBR S",
        "//DEU C",
        "S//OC-USGOV/NF",
        "C//OC/NF",
        "C//SI//NF",
        "TS//TK//OC/NF",
    )
)

NEAR = {
    "O": "0QD",
    "I": "1lT",
    "S": "5",
    "E": "FB",
    "C": "GO",
    "T": "I7",
    "N": "M",
    "F": "P",
    "D": "O",
    "R": "K",
    "U": "V",
    "L": "I1",
    "B": "8",
    "G": "6",
    "A": "4",
}
Damage = Callable[[str, random.Random], str]


def _letters(text: str) -> list[int]:
    """Places of letters in words of five letters and more, which a damaged letter leaves readable."""
    return [i for hit in re.finditer(r"[A-Z]{5,}", text) for i in range(*hit.span())]


def _at(text: str, rng: random.Random, change: Callable[[str, int], str]) -> str:
    places = _letters(text)
    return change(text, rng.choice(places)) if places else text


def transpose(text: str, rng: random.Random) -> str:
    places = [i for i in _letters(text) if i + 1 in _letters(text) and text[i] != text[i + 1]]
    if not places:
        return text
    i = rng.choice(places)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def drop(text: str, rng: random.Random) -> str:
    return _at(text, rng, lambda t, i: t[:i] + t[i + 1 :])


def double(text: str, rng: random.Random) -> str:
    return _at(text, rng, lambda t, i: t[:i] + t[i] + t[i:])


def replace_letter(text: str, rng: random.Random) -> str:
    return _at(text, rng, lambda t, i: t[:i] + rng.choice("ABCDEFGHKLMNOPRSTUVWX") + t[i + 1 :])


def insert(text: str, rng: random.Random) -> str:
    return _at(text, rng, lambda t, i: t[:i] + rng.choice("ABCDEFGHKLMNOPRSTUVWXI1") + t[i:])


def lookalike(text: str, rng: random.Random) -> str:
    places = [i for i, c in enumerate(text) if c in NEAR]
    i = rng.choice(places)
    return text[:i] + NEAR[text[i]][0] + text[i + 1 :]


def case(text: str, rng: random.Random) -> str:
    return rng.choice((str.lower, str.title, str.swapcase))(text)


def slash_glyph(text: str, rng: random.Random) -> str:
    return text.replace("/", rng.choice("∕／⁄⧸\\|"))


def spaced_slashes(text: str, rng: random.Random) -> str:
    return text.replace("//", rng.choice((" //", "// ", " // ", "/ /", " / / ")))


def single_slash(text: str, rng: random.Random) -> str:
    return text.replace("//", "/")


def double_slash(text: str, rng: random.Random) -> str:
    return re.sub(r"(?<!/)/(?!/)", "//", text)


def lost_delimiter(text: str, rng: random.Random) -> str:
    start = 2 if text.startswith("//") else 3 if text.startswith("(//") else 0
    at = text.find("//", start)
    return text if at < 0 else text[:at] + rng.choice((" ", " ", "")) + text[at + 2 :]


def other_delimiter(text: str, rng: random.Random) -> str:
    start = 2 if text.startswith("//") else 3 if text.startswith("(//") else 0
    return text[:start] + text[start:].replace("//", rng.choice((", ", "; ", " - ", ",", "-")))


def reorder(text: str, rng: random.Random) -> str:
    open_, body, close = ("(", text[1:-1], ")") if text.startswith("(") else ("", text, "")
    lead = "//" if body.startswith("//") else ""
    parts = body.removeprefix("//").split("//")
    if len(parts) > 2:
        rest = parts[1:]
        rng.shuffle(rest)
        parts = [parts[0], *rest]
    elif len(parts) == 2 and not lead and not parts[0].startswith("CUI"):
        parts.reverse()
    return open_ + lead + "//".join(parts) + close


def broken_word(text: str, rng: random.Random) -> str:
    places = [i for i in _letters(text) if i - 1 in _letters(text)]
    if not places:
        return text
    i = rng.choice(places)
    return text[:i] + " " + text[i:]


def letter_spaced(text: str, rng: random.Random) -> str:
    head = re.match(r"[A-Z ]{5,}", text)
    return text if not head else "  ".join(" ".join(w) for w in head.group().strip().split()) + text[head.end() :]


def full_width(text: str, rng: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def superseded(text: str, rng: random.Random) -> str:
    for old, new in (
        ("SI/", "COMINT/"),
        ("//SI//", "//COMINT//"),
        ("NOFORN", "NO FOREIGN DISSEM"),
        ("TK", "TALENT KEYHOLE"),
        ("RD", "RESTRICTED DATA"),
    ):
        if old in text and not text.startswith("("):
            return text.replace(old, new, 1)
    return text


def lost_to(text: str, rng: random.Random) -> str:
    return text.replace("REL TO", "REL")


def countries_reordered(text: str, rng: random.Random) -> str:
    hit = re.search(r"(?<=REL TO )[A-Z]{3,4}(?:, [A-Z]{3,4})+", text)
    if not hit:
        return text
    codes = hit.group().split(", ")
    rng.shuffle(codes)
    return text[: hit.start()] + ", ".join(codes) + text[hit.end() :]


DAMAGES: dict[str, Damage] = {
    "transposed letters": transpose,
    "dropped letter": drop,
    "doubled letter": double,
    "replaced letter": replace_letter,
    "inserted letter": insert,
    "look-alike": lookalike,
    "wrong case": case,
    "slash glyph": slash_glyph,
    "spaced slashes": spaced_slashes,
    "single slash": single_slash,
    "double slash": double_slash,
    "lost delimiter": lost_delimiter,
    "other delimiter": other_delimiter,
    "parts out of order": reorder,
    "broken word": broken_word,
    "letter-spaced": letter_spaced,
    "full width": full_width,
    "superseded token": superseded,
    "REL without TO": lost_to,
    "countries out of order": countries_reordered,
}


def canonical(text: str) -> str:
    """The canonical of a marking of the lists above: a portion loses parentheses and spaces."""
    return text[1:-1].replace(" ", "") if text.startswith("(") else text


def value(text: str) -> str | None:
    return (parse_portion if text.startswith("(") else parse_banner)(text).canonical


@pytest.mark.parametrize("text", BANNERS + PORTIONS)
def test_undamaged_is_valid_and_its_own_canonical(text: str) -> None:
    parse = (parse_portion if text.startswith("(") else parse_banner)(text)
    assert parse.canonical == canonical(text)
    assert parse.valid, parse.errors


@pytest.mark.parametrize("name", DAMAGES)
def test_single_damage_is_recovered(name: str) -> None:
    rng = random.Random(20)
    seen = recovered = 0
    for text in BANNERS + PORTIONS:
        damaged = DAMAGES[name](text, rng)
        if damaged != text:
            seen += 1
            parse = (parse_portion if text.startswith("(") else parse_banner)(damaged)
            recovered += parse.canonical == canonical(text)
    assert seen >= 10
    assert recovered / seen >= 0.93


def test_damage_in_pairs_is_recovered() -> None:
    rng = random.Random(21)
    seen = recovered = 0
    for _ in range(40):
        first, second = rng.sample(sorted(DAMAGES), 2)
        for text in rng.sample(BANNERS + PORTIONS, 10):
            damaged = DAMAGES[second](DAMAGES[first](text, rng), rng)
            if damaged != text:
                seen += 1
                recovered += value(damaged) == canonical(text)
    assert seen > 250
    assert recovered / seen >= 0.93


def test_repaired_is_not_valid() -> None:
    for text in ("SERCET//NOFORN", "CONF1DENTIAL", "SECRETF//NOFORN", "TOP SECRET //SI//NOFORN", "TOPSECRET", "secret"):
        assert not parse_banner(text).valid


PROSE = (
    "SECRETARY",
    "SECRETARIAT",
    "Secretary of State",
    "SECRETARY OF DEFENSE",
    "secret ballot",
    "Vote by secret ballot",
    "CONFIDENTIAL SOURCES",
    "CONFIDENTIALITY",
    "confidentiality agreement",
    "RESTRICTED AREA",
    "RESTRICTED AREA - NO ENTRY",
    "TOP SECRET RECIPE",
    "Top secret recipe: add more salt.",
    "UNCLASSIFIED WASTE",
    "CLASSIFIED ADS",
    "DECLASSIFIED",
    "SECTION",
    "SECTOR",
    "SECURITY COUNCIL",
    "SECURE COMMUNICATIONS",
    "DESERT STORM",
    "SACRED PLACES",
    "REGRETS",
    "CREDENTIALS",
    "RESIDENTIAL AREAS",
    "PRESIDENTIAL LIBRARY",
    "COMMERCIAL BANKS",
    "UNCLAIMED PROPERTY",
    "CONTROL",
    "CONTROLLER",
    "JOINT STAFF",
    "JOINT CHIEFS OF STAFF",
    "NATO",
    "NATO ALLIES",
    "CUBA",
    "OFFICIAL VISIT",
    "LIMITED PARTNERSHIP",
    "SUBJECT",
    "SUMMARY",
    "COMMENT",
    "END SUMMARY",
    "ACTION REQUESTED",
    "REFERENCE",
    "CONFERENCE",
    "TO THE SECRETARY FROM THE AMBASSADOR",
    "N/A",
    "AND/OR",
    "S/S-O",
    "P/M",
    "TABLE OF CONTENTS",
    "DISTRIBUTION LIST",
    "FOREIGN MINISTER",
    "RELIGION",
    "RELATIONS",
    "THE UNITED STATES",
    "HE SAID THE PLAN WAS SECRET AND HAD NOT BEEN SHARED.",
    "THE MINISTER CALLED THE REPORT CONFIDENTIAL AND LEFT.",
    "The film TOP SECRET! opened in 1984.",
    "It is a trade secret of the company.",
    "They held secret talks in a hotel.",
)


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_no_marking(text: str) -> None:
    assert parse_banner(text).canonical is None
    assert parse_portion(text).canonical is None


@pytest.mark.parametrize(
    "text",
    [
        "(SL)",
        "(TIP)",
        "(UN)",
        "(CMS)",
        "(OAS)",
        "(NAS)",
        "(VRAE)",
        "(SC)",
        "(US)",
        "(U.S.)",
        "(S-4)",
        "(C-130)",
        "(S1)",
        "(a)",
        "(b)",
        "(1)",
        "(SOC)",
        "(USA)",
        "(T)",
        "(sgd)",
        "(s. 12)",
        "(S. 12)",
        "(B1)",
        "(2)",
    ],
)
def test_initials_are_no_portion_mark(text: str) -> None:
    assert parse_portion(text).canonical is None
    assert portion_value(text) is None
