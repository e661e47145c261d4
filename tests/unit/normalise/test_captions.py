"""Captions and controls that stand alone."""

from __future__ import annotations

import pytest

from redact.normalise.captions import TOKENS, control, controls


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_are_themselves(token: str) -> None:
    assert control(token) == token
    assert control(f" {token.lower()} ") == token


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("EXOIS", "EXDIS"), ("S I P D I S", "SIPDIS"), ("SlPDIS", "SIPDIS"), ("NO FOREIGN DISSEM", "NOFORN"),
        ("NO FOREIGN DISSEMINATION", "NOFORN"), ("NOT RELEASABLE TO FOREIGN NATIONALS", "NOFORN"),
        ("U.S. OFFICIALS ONLY", "US OFFICIALS ONLY"),
        ("EYES ONLY FOR THE AMBASSADOR", "EYES ONLY"), ("AGREMENT CHANNEL", "AGRMENT CHANNEL"),
        ("Roger  Channel", "ROGER CHANNEL"),
        ("OTHER CAPTION", "OTHER CAPTION"), ("--", None), ("", None), ("123", None),
    ],
)  # fmt: skip
def test_control(text: str, token: str | None) -> None:
    assert control(text) == token


def test_caption_line() -> None:
    text = "SIPDIS, EXOIS / EYES ONLY"
    assert [(text[a:b], token) for a, b, token in controls(text)] == [
        ("SIPDIS", "SIPDIS"), ("EXOIS", "EXDIS"), ("EYES ONLY", "EYES ONLY"),
    ]  # fmt: skip
