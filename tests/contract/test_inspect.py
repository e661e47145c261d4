"""`redact spans`, `facts` and `text`: the shapes that scripts and scorers read."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

SPAN_KEYS = ["doc", "kind", "start", "end", "line", "text", "value", "rule"]
KINDS = {
    "banner", "cancelled", "portion", "control", "redaction", "lacuna", "exemption", "reason", "declass", "eo",
    "classified_by", "derived_from", "release", "case", "section", "page",
}  # fmt: skip
FACT_KEYS = [
    "doc", "document_type", "identifier", "title", "document_date", "origin", "era", "classification",
    "highest_portion", "controls", "reasons", "declass", "release_status", "cases", "redactions",
    "redactions_justified", "exemptions", "sections", "paragraphs",
]  # fmt: skip
TYPES = {
    "telegram", "memorandum", "email", "report", "frus", "withdrawal-sheet", "release-cover", "other-record",
    "not-a-record",
}  # fmt: skip
LISTS = ["controls", "reasons", "declass", "cases", "exemptions"]


@pytest.fixture(scope="module")
def all_spans(redact: Any, seeds: Path, released: Path) -> Any:
    return redact("spans", seeds, released)


@pytest.fixture(scope="module")
def all_facts(redact: Any, seeds: Path, released: Path) -> Any:
    return redact("facts", seeds, released)


@pytest.fixture(scope="module")
def facts_of(all_facts: Any) -> dict[str, dict[str, Any]]:
    return {Path(row["doc"]).name: row for row in all_facts.objects}


class TestSpans:
    def test_status_and_silence_on_stderr(self, all_spans: Any) -> None:
        assert (all_spans.status, all_spans.err) == (0, "")

    def test_every_object_has_the_keys_of_the_contract_in_order(self, all_spans: Any) -> None:
        assert {tuple(row)[:8] for row in all_spans.objects} == {tuple(SPAN_KEYS)}

    def test_kinds_are_those_of_the_contract(self, all_spans: Any) -> None:
        assert {row["kind"] for row in all_spans.objects} <= KINDS

    def test_text_is_the_slice_and_line_counts_line_feeds(self, all_spans: Any) -> None:
        texts: dict[str, str] = {}
        for row in all_spans.objects:
            text = texts.setdefault(row["doc"], Path(row["doc"]).read_bytes().decode("utf-8-sig"))
            assert text[row["start"] : row["end"]] == row["text"]
            assert row["line"] == text.count("\n", 0, row["start"]) + 1
            assert row["text"].strip() == row["text"] != ""
            assert row["value"]
            assert row["rule"]

    def test_spans_of_one_kind_do_not_overlap(self, all_spans: Any) -> None:
        places: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for row in all_spans.objects:
            places[row["doc"], row["kind"]].append((row["start"], row["end"]))
        for some in places.values():
            ordered = sorted(some)
            assert all(first[1] <= second[0] for first, second in pairwise(ordered))

    def test_documents_that_are_no_records_have_none(self, all_spans: Any) -> None:
        docs = {Path(row["doc"]).name[:3] for row in all_spans.objects}
        assert {"000", "003", "004"} <= docs
        assert not {"001", "002"} & docs

    def test_a_missing_path_does_not_stop_the_others(self, redact: Any, seeds: Path) -> None:
        run = redact("spans", seeds / "nothing-here.txt", seeds / "000_129857a8c4263248.txt")
        assert run.status == 2
        assert "nothing-here.txt" in run.err
        assert len(run.objects) == 21

    def test_standard_input(self, redact: Any) -> None:
        run = redact("spans", "-", stdin=b"\xef\xbb\xbfS E C R E T SECTION 01 OF 03 LIMA 001122\r\n\r\nSIPDIS\r\n")
        rows = [(row["doc"], row["kind"], row["start"], row["end"], row["value"]) for row in run.objects]
        assert rows == [
            ("-", "banner", 0, 11, "SECRET"),
            ("-", "section", 12, 28, "1/3"),
            ("-", "control", 44, 50, "SIPDIS"),
        ]


class TestFacts:
    def test_status_and_one_object_a_document(self, all_facts: Any, seeds: Path, released: Path) -> None:
        assert (all_facts.status, all_facts.err) == (0, "")
        named = [Path(row["doc"]).name for row in all_facts.objects]
        assert named == sorted(path.name for path in seeds.iterdir()) + sorted(path.name for path in released.iterdir())

    def test_every_object_has_all_keys_in_order(self, all_facts: Any) -> None:
        assert {tuple(row)[:19] for row in all_facts.objects} == {tuple(FACT_KEYS)}

    def test_absent_values_are_null_or_empty(self, all_facts: Any) -> None:
        for row in all_facts.objects:
            assert row["document_type"] in TYPES
            assert "" not in row.values()
            assert all(isinstance(row[name], list) for name in LISTS)
            assert all(len(row[name]) == len({str(item) for item in row[name]}) for name in LISTS)
            assert all(set(item) == {"value", "date", "source"} for item in row["declass"])
            assert set(row["sections"]) == {"seen", "of"}
            assert set(row["paragraphs"]) == {"first", "last", "missing"}
            assert 0 <= row["redactions_justified"] <= row["redactions"]

    def test_a_document_that_is_no_record_has_no_facts(self, facts_of: dict[str, Any]) -> None:
        for name in ("001_78555f6cffb14129.txt", "002_e484ff4d5fb90b32.txt"):
            row = facts_of[name]
            assert row["document_type"] == "not-a-record"
            assert [row[key] for key in ("classification", "highest_portion", "release_status")] == [None, None, None]
            assert [row[key] for key in LISTS] == [[], [], [], [], []]
            assert row["redactions"] == 0

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("000_129857a8c4263248.txt", {
                "document_type": "telegram", "identifier": "05LIMA4821", "document_date": "2005-11-14",
                "era": "12958", "classification": "CONFIDENTIAL", "highest_portion": "CONFIDENTIAL",
                "controls": ["SIPDIS"], "reasons": ["1.4(b)", "1.4(d)"], "release_status": None, "cases": [],
                "declass": [{"value": "2015-11-08", "date": "2015-11-08", "source": "origin"}], "redactions": 0,
                "exemptions": [], "sections": {"seen": [1], "of": 2},
                "paragraphs": {"first": 1, "last": 5, "missing": []},
            }),
            ("003_4eeecafe99b8410f.txt", {
                "document_type": "telegram", "document_date": "1992-11-09", "era": "12356",
                "reasons": ["1.5(d)"], "release_status": "PART", "cases": ["S200200010"], "redactions": 2,
                "redactions_justified": 2, "exemptions": ["FOIA:b1", "EO:25X6"],
                "sections": {"seen": [1, 2, 3, 4], "of": 4}, "paragraphs": {"first": 1, "last": 16, "missing": []},
            }),
            ("004_48d4ea64e9aa4daa.txt", {
                "document_type": "telegram", "identifier": "05LIMA2111", "document_date": "2005-05-10",
                "era": "12958", "highest_portion": "UNCLASSIFIED", "release_status": None, "redactions": 0,
                "declass": [{"value": "N/A", "date": None, "source": "origin"}],
                "sections": {"seen": [1], "of": 4}, "paragraphs": {"first": 1, "last": 22, "missing": []},
            }),
            ("aad_1974LAPAZ04082.txt", {
                "document_type": "telegram", "identifier": "1974LAPAZ04082", "document_date": "1974-06-24",
                "era": "11652", "classification": "SECRET", "controls": ["STADIS", "EXDIS"],
                "release_status": "DECLASSIFIED", "redactions": 0, "highest_portion": None,
            }),
            ("statefoia_C05787136.txt", {
                "document_type": "email", "document_date": "2011-08-24", "era": "13526", "release_status": "PART",
                "cases": ["F-2014-20439", "C05787136"], "reasons": ["1.4(d)"],
                "exemptions": ["FOIA:b1", "FOIA:b3-NatSecAct", "FOIA:b5", "FOIA:b6"],
            }),
            ("frus_frus1952-54Guat-d55-56.txt", {
                "document_type": "frus", "classification": None, "redactions": 12, "era": "10290",
            }),
        ],
    )  # fmt: skip
    def test_values(self, facts_of: dict[str, Any], name: str, expected: dict[str, Any]) -> None:
        assert {key: facts_of[name][key] for key in expected} == expected

    def test_review_instruction_is_told_from_the_original(self, facts_of: dict[str, Any]) -> None:
        by_value = {
            item["value"]: (item["date"], item["source"]) for item in facts_of["003_4eeecafe99b8410f.txt"]["declass"]
        }
        assert by_value == {"OADR": (None, "origin"), "2018-11-09": ("2018-11-09", "review")}


class TestText:
    """The text keeps every character of the file but a byte order mark."""

    @pytest.mark.parametrize(
        ("name", "data", "text"),
        [
            ("crlf.txt", b"SECRET\r\nline\rold\r\n\n", "SECRET\r\nline\rold\r\n\n"),
            (
                "feeds.txt",
                "one\x0ctwo\x0b three\x85four\u2028five\u2029 end".encode(),
                "one\x0ctwo\x0b three\x85four\u2028five\u2029 end",
            ),
            ("bom.txt", b"\xef\xbb\xbfSECRET\n", "SECRET\n"),
            ("inner-bom.txt", b"a\xef\xbb\xbfb", "a\ufeffb"),
            ("no-end.txt", b"last line without an end", "last line without an end"),
            ("utf16.txt", "SECRET\r\n\u00e9".encode("utf-16"), "SECRET\r\n\u00e9"),
            ("latin.txt", b"caf\xe9 \x93SECRET\x94\r\n", "caf\u00e9 \u201cSECRET\u201d\r\n"),
            ("tabs.txt", "\tS\u00a0\u2009E \U0001f600\n".encode(), "\tS\u00a0\u2009E \U0001f600\n"),
        ],
        ids=lambda value: value if isinstance(value, str) and value.endswith(".txt") else "",
    )
    def test_characters(self, redact: Any, tmp_path: Path, name: str, data: bytes, text: str) -> None:
        path = tmp_path / name
        path.write_bytes(data)
        run = redact("text", path)
        assert run.status == 0
        assert run.err == ""
        assert run.out == text

    def test_seeds_are_printed_byte_by_byte(self, redact: Any, seeds: Path) -> None:
        for path in (seeds / "000_129857a8c4263248.txt", seeds / "003_4eeecafe99b8410f.txt"):
            assert redact("text", path).stdout == path.read_bytes()

    def test_standard_input(self, redact: Any) -> None:
        assert redact("text", "-", stdin=b"\xef\xbb\xbfA\r\n\x0cB").stdout == b"A\r\n\x0cB"

    @pytest.mark.parametrize("data", [None, b"", b"\0\0\0\0"], ids=["missing", "empty", "binary"])
    def test_what_holds_no_text(self, redact: Any, tmp_path: Path, data: bytes | None) -> None:
        path = tmp_path / "strange.txt"
        if data is not None:
            path.write_bytes(data)
        run = redact("text", path)
        assert (run.status, run.out) == (2, "")
        assert "strange.txt" in run.err
