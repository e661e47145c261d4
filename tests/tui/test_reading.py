"""Reading what is there: statements 1, 2 and 5 to 12."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redact.display import safe_line
from redact.document import Document
from redact.review.ledger_view import LedgerView
from redact.review.query import parse_query

MARKUP = ["[REDACTED]", "[/x]", "[b", "[@click=app.quit]x[/]", "[link=http://a]x[/link]", "[B1]"]


async def show_all(client: Any) -> None:
    client.app.open_list(parse_query(""))
    await client.pilot.pause()


@pytest.mark.parametrize("evidence", MARKUP)
async def test_brackets_show_literally_everywhere(
    drive: Any, open_review: Any, make_sample: Any, tmp_path: Path, evidence: str
) -> None:
    sample = make_sample()
    sample.add_document(f"{evidence.replace('/', '-')}.txt", f"FROM {evidence} TO\n")
    doc = next(iter(sample.documents))
    sample.add("code-missing", doc, evidence, message=f"found {evidence} here")
    async with drive(open_review(sample.write(tmp_path / "audit")), size=(120, 30)) as client:
        await show_all(client)
        assert f"found {evidence} here" in client.text
        assert f"line 1: {evidence}" in client.text
        assert f"FROM »{evidence}« TO" in client.text
        await client.pilot.click("#findings", offset=(70, 0))
        await client.press("enter")
        assert f"FROM »{evidence}« TO" in client.text
        assert safe_line(doc) in client.title
        await client.press("r")
        assert f"found {evidence} here" in client.text
        await client.press("escape", "Y")
        assert doc in client.text
        await client.press("escape", "s")
        await client.type("[/x]")
        await client.press("enter", "6")
        assert "[/x]" in client.text
        await client.press("1", "5", "4", "slash")
        await client.type(evidence)
        await client.press("enter")
        assert client.app.is_running


async def test_a_bracket_in_every_box_is_a_bracket(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await show_all(client)
        for key in ("slash", "s"):
            await client.press(key)
            await client.type("[/b")
            assert "[/b" in client.text
            await client.press("escape")
        await client.press("f")
        await client.type("[red")
        await client.pilot.pause(0.3)
        assert "[red" in client.text
        assert "Nothing matches" in client.text
        await client.press("escape", "d", "tab")
        await client.type("[x")
        assert "[x" in client.text


def laid_out(view: Any, line: int) -> str:
    return "".join(text for text, _ in view.pieces(line, 0, 10_000))


async def test_marked_text_is_the_finding_for_many_spans(
    drive: Any, open_review: Any, make_sample: Any, tmp_path: Path
) -> None:
    random.seed(7)
    letters = "ab \tÑ漢e\u0301\u200b\x1b[R]é"
    text = "\n".join("".join(random.choices(letters, k=random.randrange(60))) for _ in range(300))
    sample = make_sample()
    sample.add_document("odd.txt", text)
    sample.add_at("code-missing", "odd.txt", 0, 1)
    document = Document.of("odd.txt", text)
    async with drive(open_review(sample.write(tmp_path / "audit"))) as client:
        client.app.open_document("odd.txt")
        await client.pilot.pause()
        view = client.app.screen.view
        for _ in range(500):
            line = random.randrange(300)
            low, high = document.line_bounds(line)
            start = random.randint(low, high)
            end = random.randint(start, high)
            view.current = (start, end)
            shown = laid_out(view, line)
            marked = shown[shown.index("»") + 1 : shown.rindex("«")]
            column = view_width(text[low:start]) + 1
            assert marked == expanded(text[start:end], column)


def expanded(text: str, column: int) -> str:
    from redact.tui import safe

    return safe.line(safe.expand_tabs(text, column)) if "\t" not in text else safe.expand_tabs_for_test(text, column)


def view_width(text: str) -> int:
    from redact.tui import safe

    return safe.width_of(safe.expand_tabs(text, 0))
