"""Structure, canonical form and violations of banners and portion marks."""

from __future__ import annotations

import datetime as dt

import pytest

from redact.grammar import parse_banner, parse_portion

KEYS = [
    "text",
    "canonical",
    "valid",
    "type",
    "classification",
    "sci",
    "sap",
    "aea",
    "fgi",
    "joint",
    "dissem",
    "rel_to",
    "display_only",
    "other_dissem",
    "accm",
    "errors",
]


def ids(text: str, on: dt.date | None = None) -> set[str]:
    return {error.id for error in parse_banner(text, on).errors}


def test_json_object_has_the_contract_s_keys_in_order() -> None:
    assert list(parse_banner("SECRET//NOFORN").to_dict()) == KEYS
    empty = parse_banner("").to_dict()
    assert list(empty) == KEYS
    assert empty["canonical"] is None
    assert empty["valid"] is False
    assert empty["errors"][0]["authority"]


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        (
            "TOP SECRET//SI-G ABCD EFGH-XYZ//ORCON/NOFORN",
            "sci",
            [{"control": "SI", "compartments": {"G": ["ABCD", "EFGH"], "XYZ": []}}],
        ),
        ("SECRET//HCS-XXX-GHI//NOFORN", "sci", [{"control": "HCS", "compartments": {"GHI": [], "XXX": []}}]),
        (
            "SECRET//TK//SAR-BP/GB/TC//NOFORN",
            "sap",
            {"programs": ["BP", "GB", "TC"], "multiple": False, "hvsaco": False, "waived": False},
        ),
        (
            "TOP SECRET//SPECIAL ACCESS REQUIRED-AMBER LANTERN",
            "sap",
            {"programs": ["AMBER LANTERN"], "multiple": False, "hvsaco": False, "waived": False},
        ),
        ("SECRET//SAR-MULTIPLE PROGRAMS", "sap", {"programs": [], "multiple": True, "hvsaco": False, "waived": False}),
        ("SECRET//HVSACO", "sap", {"programs": [], "multiple": False, "hvsaco": True, "waived": False}),
        ("TOP SECRET//SAR-BP//WAIVED", "sap", {"programs": ["BP"], "multiple": False, "hvsaco": False, "waived": True}),
        ("SECRET//RESTRICTED DATA-SIGMA 1 2//NOFORN", "aea", {"type": "RD", "cnwdi": False, "sigmas": [1, 2]}),
        ("SECRET//RD-CNWDI//NOFORN", "aea", {"type": "RD", "cnwdi": True, "sigmas": []}),
        (
            "UNCLASSIFIED//DOE UNCLASSIFIED CONTROLLED NUCLEAR INFORMATION",
            "aea",
            {"type": "DOE UCNI", "cnwdi": False, "sigmas": []},
        ),
        ("TOP SECRET//FGI DEU GBR NATO//NOFORN", "fgi", ["DEU", "GBR", "NATO"]),
        ("//NATO SECRET//ATOMAL", "fgi", ["NATO"]),
        ("//DEU RESTRICTED", "fgi", ["DEU"]),
        ("//DEU RESTRICTED", "classification", "RESTRICTED"),
        ("//JOINT TOP SECRET CAN DEU USA//REL TO USA, CAN, DEU", "joint", ["CAN", "DEU", "USA"]),
        ("//JOINT TOP SECRET CAN DEU USA//REL TO USA, CAN, DEU", "type", "JOINT"),
        ("SECRET//NOFORN/PROPIN/DEA SENSITIVE", "dissem", ["NOFORN", "PROPIN", "DEA SENSITIVE"]),
        ("SECRET//REL TO USA, DEU/DISPLAY ONLY NZL", "rel_to", ["USA", "DEU"]),
        ("SECRET//REL TO USA, DEU/DISPLAY ONLY NZL", "display_only", ["NZL"]),
        ("SECRET//NOFORN//LES/SSI", "other_dissem", ["LES", "SSI"]),
        ("SECRET//ACCM-RIVER/STONE", "accm", ["RIVER", "STONE"]),
        ("CUI//SP-PRVCY/PROPIN//NOFORN", "other_dissem", ["SP-PRVCY", "PROPIN"]),
        ("CUI//SP-PRVCY/PROPIN//NOFORN", "dissem", ["NOFORN"]),
        ("CUI//SP-PRVCY/PROPIN//NOFORN", "classification", None),
        ("CUI//SP-PRVCY/PROPIN//NOFORN", "type", "CUI"),
    ],
)
def test_parts(text: str, part: str, expected: object) -> None:
    assert parse_banner(text).to_dict()[part] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UNCLAS", "UNCLASSIFIED"),
        ("UNCLAS E F T O", "UNCLASSIFIED//EFTO"),
        ("SECRET, ORCON, NOFORN", "SECRET//ORCON/NOFORN"),
        ("CONTROLLED", "CUI"),
        ("LIMITED OFFICIAL USE", "LIMITED OFFICIAL USE"),
        ("L I M I T E D  O F F I C I A L  U S E", "LIMITED OFFICIAL USE"),
        ("FOR OFFICIAL USE ONLY", "FOR OFFICIAL USE ONLY"),
        ("SECRET SECURITY INFORMATION", "SECRET SECURITY INFORMATION"),
        ("SECRET/SENSITIVE", "SECRET//SENSITIVE"),
        ("TOP SECRET/SENSITIVE/EYES ONLY", "TOP SECRET//SENSITIVE/EYES ONLY"),
        ("TOP SECRET UMBRA", "TOP SECRET//UMBRA"),
        ("SECRET - NO FOREIGN DISSEMINATION", "SECRET//NOFORN"),
        ("CONFIDENTIAL. NO DISSEM ABROAD/BACKGROUND-USE ONLY", "CONFIDENTIAL//NO DISSEM ABROAD/BACKGROUND USE ONLY"),
        ("UNCLASSIFIED//FOR OFFICIAL USE ONLY", "UNCLASSIFIED//FOUO"),
        ("T O P  S E C R E T", "TOP SECRET"),
        ("SECRET//COMINT//NOFORN", "SECRET//SI//NOFORN"),
        ("∕∕COSMIC TOP SECRET", "//COSMIC TOP SECRET"),
        ("NATO SECRET", "//NATO SECRET"),
        ("NOFORN//SECRET", "SECRET//NOFORN"),
    ],
)
def test_banner_canonical(text: str, expected: str) -> None:
    assert parse_banner(text).canonical == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(S/NF)", "S//NF"),
        ("(S-RD)", "S//RD"),
        ("(C - ENTIRE TEXT)", "C"),
        ("(CONFIDENTIAL)", "C"),
        ("(SBU/NF)", "SBU//NF"),
        ("(U/FOUO)", "U//FOUO"),
        ("(S/ORCON)", "S//OC"),
        ("(//GBR S)", "//GBRS"),
        ("(GBR S)", "//GBRS"),
        ("(//FGI C)", "//FGIC"),
        ("(S//REL TO USA, AUS)", "S//RELTOUSA,AUS"),
        ("(C/REL LIBYA)", "C//RELLIBYA"),
        ("(uy", "U"),
        ("(Ss)", "S"),
        ("S", "S"),
        ("(S//REL)", "S//REL"),
        ("(CUI//SP-CTI)", "CUI//SP-CTI"),
    ],
)
def test_portion_canonical(text: str, expected: str) -> None:
    assert parse_portion(text).canonical == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SECRET//NOFORN//SI", "banner-category-order"),
        ("SECRET//NOFORN/ORCON", "control-order"),
        ("SECRET//NOFORN/REL TO USA, GBR", "control-conflict"),
        ("SECRET//NOFORN/RELIDO", "control-conflict"),
        ("SECRET//NOFORN/DISPLAY ONLY IRQ", "control-conflict"),
        ("SECRET//ORCON/ORCON-USGOV", "control-conflict"),
        ("SECRET//ORCON/RELIDO", "control-conflict"),
        ("SECRET//NOFORN//EXDIS/NODIS", "control-conflict"),
        ("TOP SECRET//HCS-O//NOFORN", "control-needs-companion"),
        ("TOP SECRET//HCS-P", "control-needs-companion"),
        ("TOP SECRET//SI-G//NOFORN", "control-needs-companion"),
        ("SECRET//RD", "control-needs-companion"),
        ("SECRET//TK-BLFH", "control-needs-companion"),
        ("SECRET//REL TO USA", "control-needs-companion"),
        ("//JOINT SECRET CAN USA", "control-needs-companion"),
        ("CONFIDENTIAL//TK//NOFORN", "control-level-too-low"),
        ("CONFIDENTIAL//RSEN", "control-level-too-low"),
        ("UNCLASSIFIED//ORCON", "control-level-too-low"),
        ("SECRET//LIMDIS", "control-level-too-low"),
        ("SECRET//DOD UCNI", "control-level-too-low"),
        ("//NATO SECRET//BOHEMIA", "control-level-too-low"),
        ("SECRET//FOUO", "rollup-fouo-in-classified"),
        ("SECRET//REL TO GBR, USA", "relto-usa-first"),
        ("SECRET//REL TO USA, FVEY, AUS", "relto-usa-first"),
        ("SECRET//FGI DEU, GBR//NOFORN", "fgi-space-list"),
        ("SECRET//FGI GBR DEU//NOFORN", "country-order"),
        ("SECRET//ORCON, NOFORN", "banner-separator"),
        ("S//NOFORN", "banner-abbreviated-level"),
        ("SECRET//NF", "banner-abbreviated-control"),
        ("SECRET//RIVER//NOFORN", "banner-unknown-token"),
        ("SECRET//NOFORN/NOFORN", "duplicate-control"),
        ("SECRET//COMINT//NOFORN", "superseded-token"),
        ("SECRET//NOFORN//20301231", "banner-declass-in-banner"),
        ("CUI//PRVCY/SP-CTI", "cui-sp-order"),
        ("CUI//FOUO", "cui-with-legacy"),
        ("SERCET//NOFORN", "ocr-level-damage"),
        ("SECRET//NOFRON", "control-damage"),
        ("Secret", "marking-case"),
        ("RESTRICTED", "level-not-in-era"),
        ("LIMITED OFFICIAL USE", "lou-after-1995"),
        ("gibberish", "not-a-marking"),
    ],
)
def test_violation(text: str, expected: str) -> None:
    parse = parse_banner(text)
    assert expected in {error.id for error in parse.errors}
    assert not parse.valid
    assert all(error.authority and error.message for error in parse.errors)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("(S/C)", "portion-double-level"), ("(GBR S)", "fgi-portion-without-slashes"), ("(S/NF)", "banner-separator")],
)
def test_portion_violation(text: str, expected: str) -> None:
    assert expected in {error.id for error in parse_portion(text).errors}


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("SECRET NOFORN", dt.date(1985, 1, 1)),
        ("SECRET, ORCON, NOFORN", dt.date(1985, 1, 1)),
        ("SECRET//NOFORN//MR", dt.date(2006, 1, 1)),
        ("SECRET//ORCON,NOFORN", dt.date(2004, 1, 1)),
        ("RESTRICTED", dt.date(1950, 1, 1)),
        ("TOP SECRET UMBRA", dt.date(1985, 1, 1)),
        ("SECRET EXDIS", dt.date(1975, 1, 1)),
        ("SECRET LIMDIS", dt.date(1975, 1, 1)),
        ("SECRET//REL TO USA, CAN and GBR", dt.date(2004, 1, 1)),
        ("LIMITED OFFICIAL USE", dt.date(1974, 1, 1)),
    ],
)
def test_rules_hold_only_in_their_era(text: str, on: dt.date) -> None:
    assert parse_banner(text, on).valid
    assert not parse_banner(text).valid


def test_declassification_value_is_an_error_from_2008() -> None:
    assert "banner-declass-in-banner" in ids("SECRET//NOFORN//MR", dt.date(2012, 1, 1))
