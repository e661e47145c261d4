"""Facts of the seeds and of released records, against what a reader takes from their pages.

The spans are made here by patterns of each collection, so that this tests the derivation and not the scanner.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from redact.document import Document
from redact.facts import DocumentRecord, banner_level, derive, to_contract
from redact.layout import Paragraph
from redact.span import Span
from redact.tables import SCHEMAS

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "seeds", ROOT / "tests" / "golden" / "documents")

TELEGRAM = [
    ("banner", r"(?m)^ ?(C O N F I D E N T I A L|S E C R E T|CONFIDENTIAL|SECRET|LIMITED OFFICIAL USE|UNCLAS)\b", None),
    ("banner", r"(?m)^(?:Original|Current|Previous) Classification: (CONFIDENTIAL|SECRET|UNCLASSIFIED)", None),
    ("banner", r"(?m)^(UNCLASSIFIED//FOR OFFICIAL USE ONLY)$", "UNCLASSIFIED//FOUO"),
    ("banner", r"CLASSIFICATION: (CONFIDENTIAL) REASON", None),
    ("banner", r"cable-classification: \"(UNCLASSIFIED)\"", None),
    ("control", r"(?m)^(SIPDIS|SENSITIVE|STADIS|EXDIS)\b", None),
    ("section", r"SECTION 0?(\d) OF 0?(\d)", "section"),
    ("section", r"(?<=\d )0(\d) OF 0(\d)", "section"),
    ("page", r"(?m)^PAGE 0?(\d+)", "number"),
    ("eo", r"E\.O\. (\d{5})", "number"),
    ("declass", r"DECL: (11/08/2015)", "2015-11-08"),
    ("declass", r"DECL: (OADR)", None),
    ("declass", r"DECLASSIFY AFTER: (9 NOV 2018)", "2018-11-09"),
    ("declass", r"E\.O\. 12065: (GDS 10/31/85)", "GDS,1985-10-31"),
    ("declass", r"E\.O\. \d{5}: (GDS|N/A)$", None),
    ("reason", r"Reason: (1\.4\(b\s/d\))", "1.4(b),1.4(d)"),
    ("reason", r"1\.5\(D\)", "1.5(d)"),
    ("classified_by", r"Classified By: (Political Counselor Alexander Margulies)", None),
    ("portion", r"(?m)^\d+\. \((U|C|SBU)\)", "mark"),
    ("redaction", r"\[REDACTED\]", "REDACTED"),
    ("release", r"RELEASED IN PART", "PART"),
    ("release", r"Declassified/Released\s+US Department of State\s+EO Systematic Review", "DECLASSIFIED"),
    ("case", r"S200200010", None),
    ("exemption", r"\bB1\b", "FOIA:b1"),
    ("exemption", r"REASON: (25X6)", "EO:25X6"),
]
MAIL = [
    ("banner", r"UNCLASSIFIED(?=\s+U\.S\. Department|\s{9,}STATE DEPT|\nU\.S\.)", None),
    ("banner", r"Class:\s+(CONFIDENTIAL|SECRET)", None),
    ("case", r"Case No\. (\S+)", None),
    ("case", r"Doc No\. (\S+)", None),
    ("release", r"RELEASE IN\s+PART", "PART"),
    ("exemption", r"\bB(\d)(?=[ ,\n])", "foia"),
    ("reason", r"(?<=[ ,])1\.4\(([BD])\)", "reason"),
    ("declass", r"Declassify on:\s+(?:Fyi - fascinating\.\s+)?(\d\d/\d\d/\d{4})", "us-date"),
    ("classified_by", r"Classified by (DAS, A/GIS, DoS)", None),
]
PAPER = [
    ("banner", r"(?:^|(?<=oe ))(TOP SECRET|SECRET)(?= ch|$)", None),
    (
        "banner",
        r"CONFIDENTIAL NO FOREIGN DISSEM[^\n]+ONLY",
        "CONFIDENTIAL//NOFORN/NO DISSEM ABROAD/BACKGROUND USE ONLY",
    ),
    ("release", r"Approved F[a-z]+ ?(?:\[f )?R?eleasp?e?", "APPROVED"),
    ("release", r"RELEASE UNDER THE PRESIDENT JOHN F\. KENNEDY ASSASSINATION RECORDS ACT OF 1992", "APPROVED"),
    ("case", r"CIA-RDP\w+-\d|\b176-10036-10131\b", None),
    ("exemption", r"\b25X1\b", "EO:25X1"),
    ("redaction", r"Next 1 Page\(s\) In Document Exempt", "WITHHELD"),
    ("redaction", r"\[[^\]\n]+not declassified\]", "NOT DECLASSIFIED"),
]
UNCLAS = {"UNCLAS": "UNCLASSIFIED", "C O N F I D E N T I A L": "CONFIDENTIAL", "S E C R E T": "SECRET"}


def value_of(match: re.Match[str], rule: str | None) -> str:
    text = match.group(match.lastindex or 0)
    if rule == "section":
        return f"{int(match.group(1))}/{int(match.group(2))}"
    if rule == "number":
        return str(int(text))
    if rule == "foia":
        return f"FOIA:b{text}"
    if rule == "reason":
        return f"1.4({text.lower()})"
    if rule == "us-date":
        return f"{text[6:]}-{text[:2]}-{text[3:5]}"
    return UNCLAS.get(text, text) if rule in (None, "mark") else rule


def spans_of(text: str, rules: list[tuple[str, str, str | None]]) -> list[Span]:
    spans = []
    for kind, pattern, rule in rules:
        for match in re.finditer(pattern, text, re.MULTILINE):
            start, end = match.span(match.lastindex if match.lastindex == 1 else 0)
            if rule == "foia" or (kind in ("page", "eo") or rule == "reason"):
                start, end = match.span()
            if rule == "mark":
                start, end = start - 1, end + 1
            spans.append(Span(start, end, kind, value_of(match, rule), "test"))
    return sorted(spans)


@cache
def record(name: str) -> DocumentRecord:
    path = next(folder / name for folder in FOLDERS if (folder / name).exists())
    with path.open(encoding="utf-8", newline="") as file:
        text = file.read()
    rules = MAIL if name.startswith("statefoia") else TELEGRAM if re.match(r"\d|aad", name) else PAPER
    return derive(Document.of(name, text), spans_of(text, rules))


def facts(name: str) -> dict[str, Any]:
    return to_contract(name, record(name).facts)


EXPECTED: dict[str, dict[str, Any]] = {
    "000_129857a8c4263248.txt": {
        "document_type": "telegram",
        "identifier": "05LIMA4821",
        "title": "PERU PLANS ON SEEKING REVISION OF INTERNATIONAL CONVENTION AGAINST THE RECRUITMENT, USE, FINANCING "
        "AND TRAINING OF MERCENARIES TO ENCOMPASS COMPANIES PROVIDING SECURITY SERVICES",
        "document_date": "2005-11-14",
        "origin": "Embassy Lima",
        "era": "12958",
        "classification": "CONFIDENTIAL",
        "highest_portion": "CONFIDENTIAL",
        "controls": ["SIPDIS"],
        "reasons": ["1.4(b)", "1.4(d)"],
        "declass": [{"value": "2015-11-08", "date": "2015-11-08", "source": "origin"}],
        "release_status": None,
        "cases": [],
        "redactions": 0,
        "redactions_justified": 0,
        "exemptions": [],
        "sections": {"seen": [1], "of": 2},
        "paragraphs": {"first": 1, "last": 5, "missing": []},
    },
    "001_78555f6cffb14129.txt": {"document_type": "not-a-record", "document_date": None, "classification": None},
    "002_e484ff4d5fb90b32.txt": {
        "document_type": "not-a-record",
        "title": None,
        "paragraphs": {"first": None, "last": None, "missing": []},
    },
    "003_4eeecafe99b8410f.txt": {
        "document_type": "telegram",
        "identifier": "LIMA 14540",
        "title": "DE LA PUENTE ON ELECTIONS, HUMAN RIGHTS",
        "document_date": "1992-11-09",
        "origin": "AMEMBASSY LIMA",
        "era": "12356",
        "classification": "CONFIDENTIAL",
        "highest_portion": None,
        "controls": [],
        "reasons": ["1.5(d)"],
        "declass": [
            {"value": "OADR", "date": None, "source": "origin"},
            {"value": "2018-11-09", "date": "2018-11-09", "source": "review"},
        ],
        "release_status": "PART",
        "cases": ["S200200010"],
        "redactions": 2,
        "redactions_justified": 2,
        "exemptions": ["FOIA:b1", "EO:25X6"],
        "sections": {"seen": [1, 2, 3, 4], "of": 4},
        "paragraphs": {"first": 1, "last": 16, "missing": []},
    },
    "004_48d4ea64e9aa4daa.txt": {
        "document_type": "telegram",
        "identifier": "05LIMA2111",
        "title": "PERU: NARCOTICS AFFAIRS SECTION, APRIL 2005",
        "document_date": "2005-05-10",
        "origin": "Embassy Lima",
        "classification": "UNCLASSIFIED//FOUO",
        "highest_portion": "UNCLASSIFIED",
        "declass": [{"value": "N/A", "date": None, "source": "origin"}],
        "sections": {"seen": [1], "of": 4},
        "paragraphs": {"first": 1, "last": 22, "missing": []},
    },
    "aad_1974LAPAZ02024.txt": {
        "document_type": "telegram",
        "identifier": "1974LAPAZ02024",
        "title": "RECENT DEVELOPMENTS IN BOLIVIA'S QUEST FOR AN ACCESS TO THE SEA.",
        "document_date": "1974-04-02",
        "origin": "AMEMBASSY LA PAZ",
        "era": "11652",
        "classification": "CONFIDENTIAL",
        "declass": [{"value": "GDS", "date": None, "source": "origin"}],
        "release_status": "DECLASSIFIED",
        "sections": {"seen": [1, 2], "of": 2},
        "paragraphs": {"first": 1, "last": 6, "missing": []},
    },
    "aad_1974LAPAZ04082.txt": {
        "identifier": "1974LAPAZ04082",
        "title": "MILITARY EQUIPMENT FOR BOLIVIA",
        "document_date": "1974-06-24",
        "classification": "SECRET",
        "controls": ["STADIS", "EXDIS"],
        "paragraphs": {"first": 1, "last": 2, "missing": []},
    },
    "aad_1979LAPAZ09336.txt": {
        "identifier": "1979LAPAZ09336",
        "document_date": "1979-11-01",
        "era": "12065",
        "classification": "CONFIDENTIAL",
        "highest_portion": "CONFIDENTIAL",
        "declass": [{"value": "GDS,1985-10-31", "date": "1985-10-31", "source": "origin"}],
        "release_status": "DECLASSIFIED",
        "paragraphs": {"first": 1, "last": 5, "missing": []},
    },
    "aadmd_1979LAPAZ08491.txt": {
        "document_type": "telegram",
        "identifier": "1979LAPAZ08491",
        "title": "Guevara Bids To Extend His Term, Amid An Atmosphere Of Military-Civilian Confrontation",
        "document_date": "1979-10-05",
        "origin": "AmEmbassy La Paz",
        "classification": "UNCLASSIFIED",
        # The transcription begins with the second paragraph.
        "paragraphs": {"first": 2, "last": 7, "missing": []},
    },
    "ciafoia_RDP80B01676R002400040058-1.txt": {
        "document_type": "memorandum",
        "identifier": "CIA-RDP80B01676R002400040058-1",
        # `15 May I 96 Z` is too damaged to be a date.
        "document_date": None,
        "classification": None,
        "release_status": "APPROVED",
        "exemptions": ["EO:25X1"],
        "paragraphs": {"first": 1, "last": 5, "missing": []},
    },
    "crest_CIA-RDP79T00975A004900010001-6.txt": {
        "document_type": "report",
        "identifier": "CIA-RDP79T00975A004900010001-6",
        "title": "CENTRAL INTELLIGENCE BULLETIN",
        "document_date": "1960-01-02",
        "era": "10501",
        "classification": "TOP SECRET",
        "redactions": 1,
        "redactions_justified": 1,
        "exemptions": ["EO:25X1"],
    },
    "frus_frus1952-54Guat-d55-56.txt": {
        "document_type": "frus",
        "identifier": "56",
        "title": "Memorandum for the Record",
        "document_date": "1953-10-03",
        "era": "10290",
        # Source note: no classification marking.
        "classification": None,
        "redactions": 12,
        "redactions_justified": 0,
    },
    "frus_frus1989-92v31-d115.txt": {
        "document_type": "frus",
        "identifier": "115",
        "title": "Memorandum From John Gordon of the National Security Council Staff to the President\u2019s Assistant "
        "for National Security Affairs (Scowcroft)",
        "document_date": "1990-05-10",
        "origin": "John Gordon of the National Security Council Staff",
        "classification": "SECRET",
        "redactions": 0,
    },
    "jfk25t_176-10036-10131.txt": {
        "document_type": "report",
        "identifier": "176-10036-10131",
        "title": "CIA Information Telegram",
        "document_date": "1963-09-19",
        "origin": "CIA",
        "classification": "CONFIDENTIAL//NOFORN/NO DISSEM ABROAD/BACKGROUND USE ONLY",
        "controls": ["NOFORN", "NO DISSEM ABROAD", "BACKGROUND USE ONLY"],
        "release_status": "APPROVED",
        "cases": ["176-10036-10131"],
    },
    "jfk_104-10132-10092_2018.txt": {
        "document_type": "memorandum",
        "document_date": "1964-01-29",
        "origin": "Me Ds Stevens",
        "era": "10501",
        "classification": "SECRET",
        "paragraphs": {"first": 1, "last": 9, "missing": []},
    },
    "statefoia_C05739655.txt": {
        "document_type": "email",
        "identifier": "C05739655",
        "title": "Condolences",
        "document_date": "2012-09-15",
        # The sender is withheld: the line holds the margin code only.
        "origin": None,
        "era": "13526",
        "classification": "UNCLASSIFIED",
        "release_status": "PART",
        "cases": ["F-2015-04841", "C05739655"],
        "redactions": 0,
        "exemptions": ["FOIA:b6"],
    },
    "statefoia_C05779747.txt": {
        "document_type": "email",
        "title": "Fw: Obeidi in Turkey",
        "document_date": "2011-04-04",
        "declass": [{"value": "2026-04-04", "date": "2026-04-04", "source": "review"}],
        "release_status": "PART",
        "exemptions": ["FOIA:b1", "FOIA:b6"],
        "reasons": ["1.4(b)", "1.4(d)"],
    },
    "statefoia_C05787136.txt": {
        "document_type": "email",
        "title": "Re: Rasmussen call",
        "document_date": "2011-08-24",
        "origin": "H <hrod17@clintonemail.com>",
        "declass": [{"value": "2031-08-24", "date": "2031-08-24", "source": "review"}],
        "exemptions": ["FOIA:b1", "FOIA:b3", "FOIA:b5", "FOIA:b6"],
    },
}
RELEASED = {
    "003_4eeecafe99b8410f.txt": date(2002, 7, 19),
    "aad_1974LAPAZ02024.txt": date(2005, 6, 30),
    "aad_1979LAPAZ09336.txt": date(2014, 3, 20),
    "crest_CIA-RDP79T00975A004900010001-6.txt": date(2002, 7, 12),
    "statefoia_C05739655.txt": date(2015, 5, 13),
    "statefoia_C05779747.txt": date(2015, 12, 31),
    "statefoia_C05787136.txt": date(2016, 1, 29),
    "000_129857a8c4263248.txt": None,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_facts_of_a_record(name: str) -> None:
    found = facts(name)
    assert {key: found[key] for key in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", RELEASED)
def test_release_date_is_that_of_the_latest_stamp(name: str) -> None:
    assert record(name).facts["release_date"] == RELEASED[name]


def test_placeholders_of_the_1992_telegram() -> None:
    read = record("003_4eeecafe99b8410f.txt")
    roles = [row.role for row in read.redactions]
    assert (roles.count("marking"), roles.count("content"), len(roles)) == (46, 2, 48)
    assert read.facts["markings_struck"] == 46
    withheld = [row for row in read.redactions if row.role == "content"]
    assert [row.portion for row in withheld] == [11, 11]
    linked = [(link.redaction, link.code, link.basis) for link in read.links if link.basis]
    assert linked == [(row.redaction, "FOIA:b1", "following-line") for row in withheld]


def test_portions_of_the_partial_extracts() -> None:
    first = [(row.number, row.mark) for row in record("000_129857a8c4263248.txt").portions]
    assert first == [("1", "U"), ("2", "C"), ("3", "U"), ("4", "C"), ("5", "C")]
    marks = [row.mark for row in record("004_48d4ea64e9aa4daa.txt").portions]
    assert (marks.count("U"), marks.count("SBU")) == (16, 6)


def test_rows_have_the_columns_of_their_tables() -> None:
    row = record("000_129857a8c4263248.txt").facts
    assert ["doc", *row] == list(SCHEMAS["document_facts"])
    columns = {"ordinal": "portion"}
    assert ["doc", *(columns.get(name, name) for name in Paragraph._fields)] == list(SCHEMAS["portions"])


def derived(text: str, *spans: Span) -> dict[str, Any]:
    return derive(Document.of("test", text), list(spans), kind="other-record").facts


def test_own_banner_comes_before_stamp_and_copy() -> None:
    text = "Current Classification: UNCLASSIFIED\nOriginal Classification: SECRET\n"
    current, original = text.index("UNCL"), text.index("SECRET")
    spans = [
        Span(current, current + 12, "banner", "UNCLASSIFIED", "t"),
        Span(original, original + 6, "banner", "SECRET", "t"),
    ]
    assert derived(text, *spans)["classification"] == "SECRET"
    assert derived(text, spans[0])["classification"] == "UNCLASSIFIED"
    assert derived(text)["classification"] is None


@pytest.mark.parametrize(
    ("banner", "level"),
    [
        ("TOP SECRET//SI/TK//NOFORN", "TOP SECRET"),
        ("LIMITED OFFICIAL USE", "UNCLASSIFIED"),
        ("CUI//SP-PRVCY", "UNCLASSIFIED"),
        ("//NATO SECRET", "SECRET"),
        ("//COSMIC TOP SECRET", "TOP SECRET"),
        ("SECRET SECURITY INFORMATION", "SECRET"),
        ("", None),
    ],
)
def test_level_of_a_banner(banner: str, level: str | None) -> None:
    assert banner_level(banner) == level


@pytest.mark.parametrize(
    ("values", "status"),
    [
        (["FULL", "PART"], "PART"),
        (["FULL", "DENIED"], "PART"),
        (["DENIED"], "DENIED"),
        (["APPROVED"], "APPROVED"),
        ([], None),
    ],
)
def test_release_status_of_several_stamps(values: list[str], status: str | None) -> None:
    spans = [Span(index, index + 1, "release", value, "t") for index, value in enumerate(values)]
    assert derived("x" * 20, *spans)["release_status"] == status


def test_sentinel_date_is_no_date() -> None:
    text = "Message Text\nHELLO\n\nMessage Attributes\nDraft Date: 01 JAN 1960\nDocument Number: 1974LAPAZ00001\n"
    found = derive(Document.of("test", text), []).facts
    assert found["document_type"] == "telegram"
    assert found["document_date"] is None
    assert found["identifier"] == "1974LAPAZ00001"


def test_date_known_from_outside_is_used_where_the_text_has_none() -> None:
    assert derive(Document.of("t", "SECRET"), [], created=date(1974, 1, 4), kind="other-record").facts["era"] == "11652"


def test_marks_that_speak_of_another_paper_do_not_count() -> None:
    text = "CONFIDENTIAL\n\n1. (C) The piers are ready.\n\nTab A    Cable (S)\n\nCONFIDENTIAL\n"
    tab = Span(text.index("(S)"), text.index("(S)") + 3, "portion", "S", "of-a-tab")
    own = Span(text.index("(C)"), text.index("(C)") + 3, "portion", "C", "own")
    document = Document.of("t", text)
    every = derive(document, [own, tab], kind="memorandum")
    without = derive(document, [own, tab], kind="memorandum", of_another={"of-a-tab"})
    assert (every.facts["highest_portion"], without.facts["highest_portion"]) == ("SECRET", "CONFIDENTIAL")
    assert [span.rule for span in without.kinds["portion"]] == ["own"]


@pytest.mark.parametrize(
    "text", ["", "\n", "\x00", "SUBJECT:", "From:\nSent:\n", "Identifier\nOrigin", "Source: ", "1.\n" * 50]
)
@pytest.mark.parametrize(
    "kind", ["telegram", "memorandum", "email", "report", "frus", "withdrawal-sheet", "release-cover"]
)
def test_odd_texts_of_every_kind_are_read(text: str, kind: str) -> None:
    assert to_contract("t", derive(Document.of("t", text), [], kind=kind).facts)["document_type"] == kind
