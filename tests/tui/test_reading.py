"""Reading what is there: statements 1, 2 and 5 to 12."""

from __future__ import annotations

import random
import re
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
        await client.type("[/zz")
        await client.pilot.pause(0.3)
        assert "[/zz" in client.text
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
            assert folded(safe_line(marked)) == folded(safe_line(text[start:end].replace("\t", " ")))


def folded(text: str) -> str:
    return re.sub(" +", " ", text)


async def test_the_number_in_the_margin_is_the_line_of_the_finding(drive: Any, open_review: Any, audit: Path) -> None:
    review = open_review(audit)
    async with drive(review) as client:
        for row in range(review.height):
            finding = review.finding(row)
            client.app.open_document(finding["doc"], row)
            await client.pilot.pause()
            shown = next(line for line in client.text.split("\n") if "»" in line)
            assert shown.split(">")[0].strip() == str(finding["line"])


async def test_a_long_line_scrolls_sideways_on_one_row(
    drive: Any, open_review: Any, make_sample: Any, tmp_path: Path
) -> None:
    long = "".join(f"{number:>9} " for number in range(10_000))
    sample = make_sample()
    sample.add_document("long.txt", f"first\n{long}\nlast")
    sample.add("code-missing", "long.txt", " 9000 ")
    async with drive(open_review(sample.write(tmp_path / "audit"))) as client:
        client.app.open_document("long.txt", 0)
        await client.pilot.pause()
        assert "» 9000 «" in client.text
        rows = client.text.split("\n")
        assert [row.strip()[0] for row in rows[2:5]] == ["1", "2", "3"]
        assert len(client.app.screen.view.pieces(1, 50_000, 70)) <= 4


async def test_tabs_keep_their_columns(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        client.app.open_document("003.txt")
        await client.pilot.pause()
        client.app.screen.view.go_to(14, centre=True)
        await client.pilot.pause()
        lines = [row for row in client.text.split("\n") if row.strip().startswith(("13 ", "14 ", "15>"))]
        rows = [row.split("│", 1)[1] for row in lines]
        assert rows[0].startswith("INFO    LOG-00  ACDA-17 AID-01")
        assert rows[1].startswith("        CG-00   CIAE-00 COME-00")
        assert rows[2].startswith("        DS-00   EAP-01  EB-01")


async def test_margin_and_words_of_the_links_of_seed_003(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        client.app.open_document("003.txt")
        await client.pilot.pause()
        view = client.app.screen.view
        signs = {line: view.sign(marks).strip() for line, marks in view.ledger.marks.items()}
        assert signs == {8: "=a", 42: "m", 191: "→b→c", 193: "=b", 195: "=c", 199: "^a"}
        view.go_to(190, centre=True)
        await client.pilot.pause()
        assert "from the code line 193 below it" in client.text
        assert "from the code line 195 below it" in " ".join(client.text.split())
        view.go_to(41, centre=True)
        await client.pilot.pause()
        assert "struck marking: it needs no code" in client.text


async def test_every_basis_is_spelt_out(make_sample: Callable[..., Any]) -> None:
    words = {
        "in-place": "stands in the place", "same-line": "on the same line", "following-line": "code line 3 below",
        "preceding-line": "code line 3 above", "page-stamp": "page stamp, line 3",
        "document-stamp": "document stamp, line 3",
    }  # fmt: skip
    for basis, told in words.items():
        sample = make_sample()
        sample.add_document("a.txt", "x [REDACTED] y\n\nB1\n")
        sample.add_redaction("a.txt", 2, 12)
        sample.add_link("a.txt", 1, "FOIA:b1", 16, basis)
        tables = sample.tables()
        assert told in LedgerView.of(tables["redactions"], tables["links"]).words(1)
    sample = make_sample()
    sample.add_document("a.txt", "x [REDACTED] y\n\nB1\n")
    sample.add_redaction("a.txt", 2, 12)
    sample.add_link("a.txt", 1, None, why="the code line is on another page")
    sample.add_link("a.txt", None, "FOIA:b1", 16, why="no redaction on its page")
    tables = sample.tables()
    view = LedgerView.of(tables["redactions"], tables["links"])
    assert "no code. The code line is on another page." in view.words(1)
    assert "Nearest code not counted: (b)(1), line 3 (no redaction on its page)" in view.words(1)


async def test_an_unreadable_document_is_shown_as_such(
    drive: Any, open_review: Any, make_seeds: Any, tmp_path: Path
) -> None:
    sample = make_seeds()
    sample.unreadable["broken.pdf"] = "encrypted"
    async with drive(open_review(sample.write(tmp_path / "audit"))) as client:
        assert "could not be read: 1" in client.text
        client.app.open_document("broken.pdf")
        await client.pilot.pause()
        assert "broken.pdf: could not be read: encrypted" in client.text


async def test_evidence_that_may_disclose_is_masked_until_asked_for(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        client.app.open_list(parse_query("rule:leak"))
        await client.pilot.pause()
        assert "•••" in client.text
        assert "DE LA PUENTE" not in client.text
        await client.press("E")
        assert "DE LA PUENTE" in client.text
        await client.press("E")
        assert "DE LA PUENTE" not in client.text
