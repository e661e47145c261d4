"""`redact parse banner|portion`: as many objects out as lines in."""

from __future__ import annotations

from typing import Any

import pytest

KEYS = [
    "text", "canonical", "valid", "type", "classification", "sci", "sap", "aea", "fgi", "joint", "dissem", "rel_to",
    "display_only", "other_dissem", "accm", "errors",
]  # fmt: skip
BANNERS: list[tuple[bytes, dict[str, Any]]] = [
    (b"TOP SECRET//SI/TK//NOFORN", {
        "canonical": "TOP SECRET//SI/TK//NOFORN", "valid": True, "type": "US", "classification": "TOP SECRET",
        "dissem": ["NOFORN"], "errors": [],
    }),
    (b"SECRET//REL TO USA, GBR", {"canonical": "SECRET//REL TO USA, GBR", "valid": True, "rel_to": ["USA", "GBR"]}),
    (b"UNCLAS", {"canonical": "UNCLASSIFIED", "classification": "UNCLASSIFIED"}),
    (b"", {"canonical": None, "valid": False}),
    (b"   \t ", {"canonical": None, "valid": False}),
    (b"the weather was fine", {"canonical": None, "valid": False}),
    (b"SECRET//NOFORN//SI", {"canonical": "SECRET//SI//NOFORN", "valid": False}),
    (b"SECRFT//NOFORN", {"canonical": "SECRET//NOFORN", "valid": False}),
    (b"SECRET/NOFORN\r", {"classification": "SECRET"}),
    (b"\xff\xfe\x00\x01SECRET", {"valid": False}),
    (b"(" * 400, {"canonical": None, "valid": False}),
    (b"SECRET//" * 300, {"valid": False}),
    (b"SECRET\x0cCONFIDENTIAL", {"valid": False}),
    ("SECRET\u2028//NOFORN".encode(), {"valid": False}),
    (b"\x1b[31mSECRET", {"valid": False}),
    (b"CONTROLLED//SP-PRVCY", {"type": "CUI", "classification": None}),
    (b"//NATO SECRET", {"type": "FGI", "classification": "SECRET"}),
    (b"CONFIDENTIAL", {"canonical": "CONFIDENTIAL", "valid": True}),
]  # fmt: skip
PORTIONS: list[tuple[bytes, dict[str, Any]]] = [
    (b"(C)", {"canonical": "C", "valid": True, "classification": "CONFIDENTIAL"}),
    (b"(S//NF)", {"canonical": "S//NF", "valid": True, "classification": "SECRET", "dissem": ["NOFORN"]}),
    (b"(S/NF)", {"canonical": "S//NF", "classification": "SECRET"}),
    (b"(TS//SI//NF)", {"canonical": "TS//SI//NF", "valid": True}),
    (b"(U)", {"canonical": "U", "valid": True}),
    (b"", {"canonical": None, "valid": False}),
    (b"()", {"canonical": None, "valid": False}),
    (b"(SL)", {"canonical": None, "valid": False}),
    (b"\xf0\x9f", {"canonical": None, "valid": False}),
    (b"((((((((((", {"canonical": None, "valid": False}),
    (b"(SBU)", {"canonical": "SBU"}),
]


@pytest.mark.parametrize(("what", "cases"), [("banner", BANNERS), ("portion", PORTIONS)], ids=["banner", "portion"])
def test_one_object_a_line_in_order(redact: Any, what: str, cases: list[tuple[bytes, dict[str, Any]]]) -> None:
    run = redact("parse", what, stdin=b"\n".join(line for line, _ in cases) + b"\n")
    assert (run.status, run.err) == (0, "")
    rows = run.objects
    assert len(rows) == len(cases) == run.stdout.count(b"\n")
    wrong = []
    for row, (line, expected) in zip(rows, cases, strict=True):
        assert list(row)[: len(KEYS)] == KEYS
        assert row["text"].encode()[:1] == line.decode("utf-8", "replace").encode()[:1]
        assert row["type"] in ("US", "FGI", "JOINT", "CUI", None)
        assert all(set(error) >= {"id", "message", "authority"} for error in row["errors"])
        assert row["valid"] is (not row["errors"] and row["canonical"] is not None)
        found = {key: row[key] for key in expected}
        if found != expected:
            wrong.append((line[:60], found, expected))
    assert not wrong


def test_parts_have_the_shapes_of_the_contract(redact: Any) -> None:
    run = redact("parse", "banner", stdin=b"TOP SECRET//HCS-P/SI-G 1234 ABCD//SAR-ABC//RD-CNWDI//NOFORN\n")
    (row,) = run.objects
    assert {tuple(item) for item in row["sci"]} == {("control", "compartments")}
    compartments = {item["control"]: item["compartments"] for item in row["sci"]}
    assert compartments["SI"] == {"G": ["1234", "ABCD"]}
    assert set(row["sap"]) == {"programs", "multiple", "hvsaco", "waived"}
    assert row["sap"]["programs"] == ["ABC"]
    assert set(row["aea"]) == {"type", "cnwdi", "sigmas"}
    assert (row["aea"]["type"], row["aea"]["cnwdi"]) == ("RD", True)


def test_a_last_line_without_its_end_counts(redact: Any) -> None:
    assert len(redact("parse", "banner", stdin=b"SECRET\n\nUNCLAS").objects) == 3


def test_nothing_in_nothing_out(redact: Any) -> None:
    run = redact("parse", "portion", stdin=b"")
    assert (run.status, run.stdout, run.stderr) == (0, b"", b"")


def test_unknown_grammar(redact: Any) -> None:
    run = redact("parse", "stamp", stdin=b"SECRET\n")
    assert (run.status, run.out) == (2, "")
    assert "stamp" in run.err
