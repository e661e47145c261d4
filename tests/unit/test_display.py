"""The display gate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.display import safe, safe_line, shorten

HOSTILE = "\x1b]52;c;QQ==\x07\x1b[2J\x9b31m\x00\u202eabc\u202c\r\u200b\ufeff\U000e0041\u2028\x85"


def is_harmless(text: str) -> bool:
    return not any(
        ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 or 0x202A <= ord(c) <= 0x202E
        or 0x2066 <= ord(c) <= 0x206F or ord(c) in (0x200B, 0x200D, 0xFEFF, 0x2028, 0x2029, 0xAD)
        or 0xE0000 <= ord(c) < 0xE1000
        for c in text
    )  # fmt: skip


def test_no_hostile_character_remains() -> None:
    assert is_harmless(safe_line(HOSTILE))
    assert is_harmless(safe_line(HOSTILE, ascii_only=True))


def test_substitutes_name_what_was_there() -> None:
    assert safe_line("a\x1b[2Jb\r\n\t") == "a␛[2Jb␍␊␉"
    assert safe_line("\x9b\u202e\u200b") == "⟨9B⟩⟨RLO⟩⟨ZWSP⟩"
    assert safe_line("\x1b\x9b\u202e", ascii_only=True) == "<ESC><9B><RLO>"
    assert safe_line("\U000e0041") == "\ufffd"


def test_lines_and_tabs_stay_in_running_text_only() -> None:
    assert safe("a\n\tb\r") == "a\n\tb␍"
    assert "\n" not in safe_line("a\nb")


@pytest.mark.parametrize("text", ["[REDACTED]", "[/x]", "[b", "(b)(7)", "ÑANDÚ 漢字", "e\u0301"])
def test_ordinary_text_and_brackets_are_left_alone(text: str) -> None:
    assert safe(text) == text
    assert safe_line(text) == text


def test_lone_surrogates_of_undecodable_file_names_can_be_written() -> None:
    assert safe_line("name\udcff.txt").encode("utf-8").decode() == "name⟨DCFF⟩.txt"


@given(st.text())
def test_every_text_becomes_harmless_and_encodable(text: str) -> None:
    shown = safe_line(text)
    assert is_harmless(shown)
    shown.encode("utf-8")


def test_shortened_text_says_so() -> None:
    assert shorten("abcdef", 4) == "ab.."
    assert shorten("abcd", 4) == "abcd"
