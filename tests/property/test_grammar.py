"""Any text gives a parse; a canonical form is its own canonical form."""

from __future__ import annotations

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redact.grammar import banner_value, damaged_level, parse_banner, parse_portion, portion_value

WORDS = st.sampled_from(
    (
        "TOP SECRET",
        "SECRET",
        "CONFIDENTIAL",
        "S",
        "TS",
        "//",
        "/",
        " ",
        ", ",
        "-",
        "NOFORN",
        "SI",
        "TK",
        "SI-G",
        "REL TO",
        "USA",
        "GBR",
        "FGI",
        "SAR-",
        "BP",
        "RD",
        "SIGMA 14",
        "CUI",
        "SP-",
        "PRVCY",
        "JOINT",
        "NATO",
        "COSMIC",
        "ORCON",
        "(",
        ")",
        "1",
        "I",
        "|",
        "EYES ONLY",
        "DISPLAY ONLY",
        "ACCM-",
        "MR",
        "20301231",
        "é",
        "∕",
        "\x00",
        "SENSITIVE",
        "secret",
        "x",
    )
)
MARKINGS = st.lists(WORDS, max_size=12).map("".join)
LIMITS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LIMITS
@given(st.one_of(MARKINGS, st.text(max_size=60)))
def test_any_text_gives_an_answer(text: str) -> None:
    for parse in (parse_banner(text), parse_portion(text)):
        assert parse.text == text
        assert parse.valid == (not parse.errors)
        assert parse.to_dict()["text"] == text
        if parse.canonical is None:
            assert not parse.valid
    banner_value(text)
    portion_value(text)
    damaged_level(text)


@LIMITS
@given(MARKINGS)
def test_canonical_is_stable(text: str) -> None:
    first = parse_banner(text)
    if first.valid and first.canonical:
        assert parse_banner(first.canonical).canonical == first.canonical


@LIMITS
@given(MARKINGS)
def test_an_undamaged_marking_is_answered_alike_by_the_fast_path(text: str) -> None:
    parse = parse_banner(text)
    found = banner_value(text)
    if parse.valid and found is not None:
        assert found == parse.canonical


def test_hostile_length_is_bounded() -> None:
    start = time.perf_counter()
    for text in (
        "SECRET//" * 35,
        "USA" * 60,
        "REL TO " + "GBR, " * 40,
        "SI-" + "A " * 80,
        "SAR-" + "A/" * 100,
        "I|" * 80,
        "S" * 10_000,
    ):
        parse_banner(text)
        parse_portion(text)
        banner_value(text)
        damaged_level(text)
    assert time.perf_counter() - start < 20
