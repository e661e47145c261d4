"""The scanner: many documents at once, time limits, overlaps, hostile texts."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, ClassVar

import pytest

from redact import literals
from redact import scan as scanning
from redact import search as searching
from redact.document import Document
from redact.errors import RuleFilesError
from redact.grammar import damaged_level
from redact.rulebook import Rulebook, load, packaged
from redact.scan import Scanner
from redact.search import TIME_LIMIT, Compiled, Item
from redact.shortlines import is_short, may_be_level
from redact.span import Span
from tests.conftest import ROOT

RULE = """
[[rule]]
id = "{id}"
kind = "{kind}"
title = "t"
authority = ["a"]
rationale = "r"
advice = "a"
pattern = '''{pattern}'''
{more}
example = [{{ text = "a", none = true }}, {{ text = "b", span = "b" }}]
"""


def book(*rules: dict[str, Any]) -> Rulebook:
    """A rulebook of pattern rules; `more` holds further lines of TOML."""
    texts = [RULE.format(**{"id": f"rule-{number}", "kind": "control", **rule}) for number, rule in enumerate(rules)]
    return load([("own.toml", "schema = 1\n" + "\n".join(texts))])


def test_a_gate_on_a_rule_that_there_is_not_is_refused() -> None:
    with pytest.raises(RuleFilesError, match="needs: no rule `rule-7`"):
        book({"pattern": "aa", "more": 'keywords = ["aa"]\nvalue = "X"\nneeds = ["rule:rule-7"]'})


def spans(scanner: Scanner, text: str) -> list[Span]:
    return scanner.scan(Document.of("d", text)).spans


def found(scanner: Scanner, text: str) -> list[str]:
    return [text[span.start : span.end] for span in spans(scanner, text)]


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(packaged())


SAMPLES = (
    "",
    "SECRET\n\nMEMORANDUM FOR: the Director\n\n1. (C) Crops failed.\n2. (S/NF) [REDACTED] left.\nB1\n\nSECRET\n",
    "CONFIDENTIAL LIMA 01234\n\nE.O. 12958: DECL: 11/08/2015\nREASON: 1.4(b\n/d)\n\nCONF1DENTIAL\n",
    "\n\n\nNothing at all is marked here, it is an ordinary letter.\n",
    "RELEASED IN PART\nB1, 1.5(D)\n\n5ECRET\n\nUNCLASSIFIED\n",
    "SECRET",
)


class TestTogether:
    def test_many_documents_give_what_each_gives_alone(self, scanner: Scanner) -> None:
        documents = [Document.of(str(number), text) for number, text in enumerate(SAMPLES * 3)]
        together = scanner.scan_all(documents)
        assert together == [Scanner(packaged()).scan(document) for document in documents]
        assert any(scan.spans for scan in together)

    def test_no_documents(self, scanner: Scanner) -> None:
        assert scanner.scan_all([]) == []

    def test_a_pattern_does_not_reach_into_the_next_document(self) -> None:
        own = Scanner(book({"pattern": r"alpha\s*[^A-Z]*omega", "more": 'keywords = ["alpha"]\nvalue = "X"'}))
        documents = [Document.of("1", "alpha"), Document.of("2", "alpha omega"), Document.of("3", "omega alpha")]
        assert [len(scan.spans) for scan in own.scan_all(documents)] == [0, 1, 0]

    def test_no_packaged_pattern_reaches_into_the_next_text_of_real_documents(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Such a rule would be read again in every document that holds its words: correct, and slow."""
        sound, refused = searching.read_texts, list[str]()

        def read(compiled: Compiled, texts: Sequence[str]) -> dict[str, list[Item]] | None:
            some = sound(compiled, texts)
            if some is None and compiled.joins:
                refused.append(compiled.rule.id)
            return some

        monkeypatch.setattr("redact.lines.read_texts", read)
        monkeypatch.setattr("redact.scan.read_texts", read)
        folders = ("gold/dev/documents", "gold/invented/documents", "golden/documents")
        files = [file for folder in folders for file in sorted((ROOT / "tests" / folder).glob("*.txt"))]
        texts = [file.read_bytes().decode("utf-8-sig") for file in files]
        assert len(texts) > 200
        Scanner(packaged()).scan_all([Document.of(str(number), text) for number, text in enumerate(texts)])
        assert not refused

    def test_a_greedy_pattern_finds_what_stands_in_each_window(self) -> None:
        own = Scanner(book({"pattern": r"key[^!]*?7[^!]*", "more": 'keywords = ["key"]\nvalue = "X"'}))
        documents = [Document.of(str(n), f"key {n} 7 end") for n in range(200)]
        assert all(
            [(span.start, span.end) for span in scan.spans] == [(0, len(document.text))]
            for scan, document in zip(own.scan_all(documents), documents, strict=True)
        )

    def test_line_anchors_and_text_anchors_see_the_window(self) -> None:
        own = Scanner(
            book(
                {"pattern": r"^mark$", "more": 'keywords = ["mark"]\nflags = ["multiline"]\nvalue = "LINE"'},
                {"pattern": r"mark$", "kind": "case", "more": 'keywords = ["mark"]\nvalue = "END"'},
            )
        )
        assert [span.value for span in spans(own, "a\nmark\nb")] == ["END", "LINE"]
        assert [span.value for span in spans(own, "a mark")] == ["END"]

    def test_what_fails_half_way_leaves_no_line_as_empty(
        self, scanner: Scanner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own = Scanner(packaged())
        document = Document.of("d", SAMPLES[1])

        def fail(*_: object) -> None:
            raise RuntimeError

        with monkeypatch.context() as patch:
            patch.setattr(scanning, "read_texts", fail)
            with pytest.raises(RuntimeError):
                own.scan(document)
        assert own.scan(document) == scanner.scan(document)


class TestWindows:
    def test_lines_before_and_after_an_anchor(self) -> None:
        own = Scanner(book({"pattern": r"one\ntwo\nthree", "more": 'keywords = ["two"]\nlines = [1, 1]\nvalue = "X"'}))
        assert found(own, "zero\none\ntwo\nthree\nfour") == ["one\ntwo\nthree"]

    def test_a_long_line_is_read_near_its_anchors_only(self, scanner: Scanner) -> None:
        text = "word " * 40_000 + "[REDACTED] " + "word " * 40_000
        assert found(scanner, text) == ["[REDACTED]"]

    def test_letters_that_grow_when_folded_do_not_move_offsets(self, scanner: Scanner) -> None:
        assert found(scanner, "İİİİ said [REDACTED] left") == ["[REDACTED]"]

    def test_a_text_longer_than_a_piece_of_the_automaton(
        self, scanner: Scanner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lines = "".join(f"line {n} he met [REDACTED] there\n" for n in range(50))
        for text in (lines, lines.replace("\n", " ")):
            whole = spans(scanner, text)
            assert len(whole) == 50
            for size in (7, 64, 100):
                monkeypatch.setattr(literals, "_CHUNK", size)
                assert spans(Scanner(packaged()), text) == whole

    def test_windows_of_a_line_full_of_anchors_become_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[Sequence[tuple[int, int]]] = []

        def read(compiled: Compiled, text: str, windows: Sequence[tuple[int, int]]) -> tuple[list[Item], bool]:
            seen.append(windows)
            return searching.read_within(compiled, text, windows)

        monkeypatch.setattr(scanning, "read_within", read)
        own = Scanner(book({"pattern": "one", "more": 'keywords = ["one", "ne"]\nvalue = "X"'}))
        assert len(found(own, "one " * 20_000)) == 20_000
        assert seen == [[(0, 80_000)]]

    def test_a_long_line_above_another_is_read_too(self) -> None:
        own = Scanner(book({"pattern": "one", "more": 'keywords = ["one"]\nlines = [0, 1]\nvalue = "X"'}))
        assert found(own, "x" * 3000 + " one\nshort\none\n" + "y" * 3000) == ["one", "one"]

    def test_windows_that_overlap_are_read_as_one(self) -> None:
        own = Scanner(book({"pattern": r"one(?:\none)*", "more": 'keywords = ["one"]\nlines = [1, 1]\nvalue = "X"'}))
        for _ in range(2):  # read, then remembered
            assert found(own, "zero\none\none\none\ntwo\none") == ["one\none\none", "one"]

    def test_the_same_line_among_other_lines(self) -> None:
        own = Scanner(book({"pattern": r"two(?=\nthree)", "more": 'keywords = ["two"]\nlines = [0, 1]\nvalue = "X"'}))
        assert [len(found(own, text)) for text in ("two\nthree", "two\nfour", "two", "a\ntwo\nthree")] == [1, 0, 0, 1]

    def test_lines_recur_or_not_and_give_the_same(self) -> None:
        own = Scanner(packaged())
        for turn in range(40):
            text = f"line {turn}\nSECRET\nhe met [REDACTED] there on day {turn}\n" + "the same words again\n" * 3
            assert spans(own, text) == spans(Scanner(packaged()), text)


class TestOverlaps:
    RULES = (
        {"pattern": "aa bb", "more": 'keywords = ["aa"]\nvalue = "LONG"'},
        {"pattern": "aa", "more": 'keywords = ["aa"]\nvalue = "SHORT"'},
        {"pattern": "bb cc", "more": 'keywords = ["bb"]\nvalue = "FIRST"\npriority = 1'},
    )

    def test_priority_then_length(self) -> None:
        own = Scanner(book(*self.RULES))
        assert [span.value for span in spans(own, "aa bb")] == ["LONG"]
        assert [span.value for span in spans(own, "aa bb cc")] == ["SHORT", "FIRST"]

    def test_a_span_whose_rule_keeps_silent_displaces_none(self) -> None:
        own = Scanner(
            book(
                {"pattern": "aa", "more": 'keywords = ["aa"]\nvalue = "PLAIN"'},
                {"pattern": "aa bb", "more": 'keywords = ["aa"]\nvalue = "GATED"\nneeds = ["kind:release"]'},
                {"pattern": "RELEASED", "kind": "release", "more": 'keywords = ["released"]\nvalue = "FULL"'},
            )
        )
        assert [span.value for span in spans(own, "aa bb")] == ["PLAIN"]
        assert [span.value for span in spans(own, "aa bb\nRELEASED")] == ["GATED", "FULL"]

    def test_spans_of_one_kind_never_overlap(self, scanner: Scanner) -> None:
        chance = random.Random(4)
        words = ("SECRET", "//", "NOFORN", "(C)", "[REDACTED]", "B1", "1.4(b)", "\n", " ", "E.O. 12958:", "DECL: OADR")
        for _ in range(40):
            by_kind: dict[str, list[Span]] = {}
            for span in spans(scanner, "".join(chance.choice(words) + " " for _ in range(80))):
                by_kind.setdefault(span.kind, []).append(span)
            for some in by_kind.values():
                assert all(a.end <= b.start for a, b in pairwise(some))


class TestTime:
    CATASTROPHE: ClassVar = {"pattern": r"start(?:a|a)+[bc]", "more": 'keywords = ["start"]\nvalue = "X"'}
    SOUND: ClassVar = {"pattern": "good", "kind": "case", "more": 'keywords = ["good"]\nvalue = "Y"'}

    def test_a_rule_that_runs_away_is_named_and_the_others_go_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searching, "TIME_LIMIT", 0.05)
        own = Scanner(book(self.CATASTROPHE, self.SOUND))
        bad = Document.of("bad", "start" + "a" * 60 + "\ngood")
        good = Document.of("good", "startaab good")
        first, second = own.scan_all([bad, good])
        assert first.timed_out == ("rule-0",)
        assert [span.value for span in first.spans] == ["Y"]
        assert second.timed_out == ()
        assert [span.value for span in second.spans] == ["X", "Y"]

    def test_the_time_is_for_all_windows_of_a_document_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searching, "TIME_LIMIT", 0.2)
        own = Scanner(book(self.CATASTROPHE))
        text = "\n\n".join("start" + "a" * 60 for _ in range(100))
        begun = time.perf_counter()
        assert own.scan(Document.of("d", text)).timed_out == ("rule-0",)
        assert time.perf_counter() - begun < 10 * 0.2

    def test_a_short_line_rule_has_the_same_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searching, "TIME_LIMIT", 0.1)
        own = Scanner(
            book({"pattern": r"(?:A|A)+[BC]", "more": 'anchor = "short-line"\nflags = ["multiline"]\nvalue = "X"'})
        )
        text = "\n".join("A" * 40 + str(n) for n in range(200))
        begun = time.perf_counter()
        assert own.scan(Document.of("d", text)).timed_out == ("rule-0",)
        assert time.perf_counter() - begun < 5


HOSTILE = {
    "brackets": "[" * 200_000,
    "parentheses": "(" * 200_000,
    "placeholders": "[REDACTED] " * 20_000,
    "placeholder lines": "[REDACTED]\n" * 20_000,
    "empty lines": "\n" * 300_000 + "SECRET\n",
    "spaces": " " * 500_000 + "SECRET",
    "NULs": "SECRET\0\0" * 5_000,
    "separators": "\n\0\nSECRET\n\0\n" * 2_000,
    "surrogates": "SECRET \ud800 \udfff\n" * 2_000,
}


class TestHostile:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_it_ends_soon_and_offsets_hold(self, scanner: Scanner, name: str) -> None:
        text = HOSTILE[name]
        begun = time.perf_counter()
        scan = scanner.scan(Document.of("d", text))
        assert time.perf_counter() - begun < 20 + 4 * TIME_LIMIT
        assert all(0 <= span.start < span.end <= len(text) for span in scan.spans)
        assert scan.spans == sorted(scan.spans)

    def test_cost_grows_no_faster_than_the_text(self, scanner: Scanner) -> None:
        unit = "CONFIDENTIAL the quick brown fox (C) 1.4(b) [REDACTED] B1\n"

        def seconds(count: int) -> float:
            document = Document.of("d", unit * count)
            begun = time.process_time()
            scanner.scan(document)
            return time.process_time() - begun

        small = min(seconds(2_000) for _ in range(3))
        assert min(seconds(16_000) for _ in range(3)) < 8 * small * 3


class TestShortLines:
    def test_which_lines_are_short(self) -> None:
        short = ("SECRET", "  " + "X" * 48, "SEC RET", "\tTOP secret", "5ECRET 2")
        long = ("the quick brown fox runs on and on", "Y" * 49, "", "AB1", "    ", "1234 5678")
        assert [is_short(line) for line in short + long] == [True] * len(short) + [False] * len(long)

    def test_what_is_sieved_out_is_no_level(self) -> None:
        chance = random.Random(5)
        letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"&?![|@$ .,-/()#*•–é“'
        levels = (
            "SECRET", "TOP SECRET", "CONFIDENTIAL", "UNCLASSIFIED", "S E C R E T", "RESTRICTED", "LIMITED OFFICIAL USE",
            "SECRET//NOFORN", "CONFIDENTIAL - NO FOREIGN DISSEM", "SECRET SENSITIVE EYES ONLY", "FOR OFFICIAL USE ONLY",
        )  # fmt: skip
        texts = []
        for _ in range(20_000):
            text = list(chance.choice(levels))
            for _ in range(chance.randrange(6)):
                at, act = chance.randrange(len(text) + 1), chance.randrange(3)
                if act == 0:
                    text.insert(at, chance.choice(letters))
                elif at < len(text):
                    text[at : at + 1] = [] if act == 1 else [chance.choice(letters)]
            for side in (0, len(text)):
                if chance.random() < 0.3:
                    text[side:side] = [" ", *(chance.choice(letters) for _ in range(chance.randrange(5))), " "]
            written = "".join(text)
            texts.append(written.title() if chance.random() < 0.2 else written)
        wrong = [t for t, may in zip(texts, may_be_level(texts), strict=True) if not may and damaged_level(t)]
        assert wrong == []

    def test_most_lines_are_sieved_out(self) -> None:
        assert not any(may_be_level(["FM AMEMBASSY LIMA", "SUBJECT: ANNUAL REPORT", "DEAR MR. VALE", "Page Four Of"]))
        assert may_be_level([]) == []

    def test_a_sieved_line_and_its_frame_read_alike(self, scanner: Scanner) -> None:
        for frame in ("{}", " - {} -", "* {} *", "({})", "| {} |", "=== {} ===", "+ {}", "~ {} .", '" {} "', "/{}/"):
            for level in ("SECRE7", "CONF1DENTIAL", "UNCLASSlFIED", "5ECRET", "T0P SECRE T"):
                line = frame.format(level)
                assert may_be_level([line]) == [True] or damaged_level(line) is None


class TestGates:
    def test_a_rule_that_needs_another_marking(self) -> None:
        own = Scanner(
            book(
                {"pattern": "alpha", "more": 'keywords = ["alpha"]\nvalue = "A"\nneeds = ["kind:case"]'},
                {"pattern": "beta", "kind": "case", "more": 'keywords = ["beta"]\nvalue = "B"'},
                {"pattern": "gamma", "kind": "page", "more": 'keywords = ["gamma"]\nvalue = "C"\nunless = ["value:B"]'},
            )
        )
        assert [span.value for span in spans(own, "alpha gamma")] == ["C"]
        assert [span.value for span in spans(own, "alpha beta gamma")] == ["A", "B"]

    def test_codes_of_a_legend_are_left_out(self, scanner: Scanner) -> None:
        legend = "(b)(1) national security matters\n(b)(3) exempted by statute text\n(b)(6) personal privacy matters\n"
        assert not [span for span in spans(scanner, legend) if span.kind == "exemption"]
