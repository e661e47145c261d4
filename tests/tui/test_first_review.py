"""What somebody who has never used a terminal program runs into: each was met while reviewing by hand."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from redact.tui.screens import listing as list_screen

from redact.review.listing import Listing
from redact.review.query import parse_query


@pytest.fixture
def flat(make_flat: Callable[..., Any], tmp_path: Path) -> Callable[..., Path]:
    def made(count: int, rule: str = "stamp-lacks-date") -> Path:
        directory: Path = make_flat(count, rule).write(tmp_path / "audit")
        return directory

    return made


async def list_all(client: Any, query: str = "") -> Any:
    client.app.open_list(parse_query(query))
    await client.settle()
    return client.app.screen


def fingerprint(client: Any) -> str:
    screen = client.app.screen
    return str(screen.review.finding(screen.current())["fingerprint"])


async def test_enter_closes_what_is_only_read(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(2))) as client:
        await list_all(client)
        for key in ("question_mark", "r", "x", "Y"):
            await client.press(key)
            assert type(client.app.screen).__name__ != "ListScreen"
            assert "Esc: close" in client.text
            assert not [line for line in client.text.split("\n")[2:20] if "│ >" in line], "a text has no cursor"
            await client.press("enter")
            assert type(client.app.screen).__name__ == "ListScreen"


async def test_a_long_text_scrolls_by_one_line(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(2)), size=(60, 15)) as client:
        await client.press("question_mark")
        first = client.text
        assert "Down and PgDn: more" in client.text
        await client.press("down")
        assert client.text != first
        await client.press("end", "up", "down")
        assert "dragging" in client.text
        await client.press("home")
        assert client.text == first


async def test_a_key_without_meaning_says_so_and_others_do_not(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(2))) as client:
        await client.press("Q")
        assert client.message == "Q does nothing here. ? shows the keys that work."
        await list_all(client)
        await client.press("d", "escape", "j", "t", "t", "t", "t")
        assert "does nothing" not in client.message


async def test_undo_goes_back_to_what_it_undid(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(4))) as client:
        screen = await list_all(client)
        await client.press("c", "c", "u")
        assert screen.rows.cursor == 1
        await client.press("d", "1")
        assert [event["fingerprint"] for event in client.events if event["verdict"]][-1] == (
            client.app.review.findings["fingerprint"][1]
        )
        await client.press("home", "enter", "u")
        assert client.app.screen.pane.row == 1


async def test_space_chooses_in_the_form_and_enter_lists(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await client.press("f", "tab")
        form = client.app.screen.query_one("#form")
        assert form.cursor == 1, "a heading cannot be chosen"
        severity = next(index for index, (key, *_) in enumerate(client.app.screen._choices) if key == "sev")
        form.move_to(severity)
        await client.press("space", "enter")
        assert type(client.app.screen).__name__ == "ListScreen"
        assert "sev:" in client.title


async def test_a_click_in_the_form_chooses(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await client.press("f")
        await client.pilot.click("#form", offset=(4, 1))
        await client.settle()
        assert "state:open" in client.app.screen.query_one("SafeInput").value


async def test_typing_replaces_the_last_search(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(3))) as client:
        await list_all(client)
        for words in ("at 20", "at 40"):
            await client.press("slash")
            await client.type(words)
            await client.press("enter")
            assert client.message.startswith(f"'{words}': 1 of 1")


async def test_a_dismissal_may_run_out(drive: Any, open_review: Any, flat: Any) -> None:
    directory = flat(2)
    async with drive(open_review(directory)) as client:
        await list_all(client)
        await client.press("d", "tab", "tab")
        await client.type("2026-13-01")
        await client.press("enter")
        await client.press("3")
        assert client.events == []
        assert "Until is a day such as" in client.text
        await client.press(*["backspace"] * 10)
        await client.type("2020-01-01")
        await client.press("tab", "3")
        assert "That day is over" in client.text
        await client.press(*["backspace"] * 10)
        await client.type("2026-12-31")
        await client.press("tab", "3")
        assert [event["until"] for event in client.events] == ["2026-12-31"]
        await client.press("full_stop")
        assert [event["until"] for event in client.events] == ["2026-12-31"] * 2
        await client.press("home", "r", "end")
        assert "until 2026-12-31" in client.text
    review = open_review(directory)
    review.as_of = date(2027, 1, 1)
    review._judge([review.findings["fingerprint"][0]])
    assert review.visible(0).state == "expired"


async def test_a_decided_group_hands_over_to_the_next(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        screen = await list_all(client)
        await client.press("t", "c")
        assert screen.rows.cursor == 1
        await client.press("t")
        assert "in 1 document" not in client.text.split("\n")[2], "a document is in one document"


async def test_long_names_of_documents_are_told_apart_by_their_ends(
    drive: Any, open_review: Any, make_sample: Any, tmp_path: Path
) -> None:
    sample = make_sample()
    for name in ("one", "two"):
        doc = f"release/{'folder-' * 12}{name}.txt"
        sample.add_document(doc, "RELEASED IN PART\n")
        sample.add("stamp-lacks-date", doc, "RELEASED")
    async with drive(open_review(sample.write(tmp_path / "audit"))) as client:
        await list_all(client)
        await client.press("t", "t")
        assert "one.txt" in client.text
        assert "two.txt" in client.text


async def test_a_line_that_goes_on_says_so(drive: Any, open_review: Any, make_sample: Any, tmp_path: Path) -> None:
    sample = make_sample()
    sample.add_document("long.txt", "A" * 20 + "B" * 60 + "C" * 120 + "\nSHORT\n")
    sample.add("stamp-lacks-date", "long.txt", "SHORT")
    async with drive(open_review(sample.write(tmp_path / "audit"))) as client:
        cut, bar = client.app.glyphs.cut, client.app.glyphs.bar
        client.app.open_document("long.txt")
        await client.settle()
        line = client.text.split("\n")[2].rstrip()
        assert line.endswith(cut)
        await client.press("right")
        line = client.text.split("\n")[2].rstrip()
        assert cut in line[:15]
        assert line.endswith(cut)
        await client.press("w")
        assert cut not in client.text.split("\n")[2]
        assert bar in client.text.split("\n")[2][:15]


async def test_the_pane_begins_at_the_left(drive: Any, open_review: Any, make_sample: Any, tmp_path: Path) -> None:
    sample = make_sample()
    sample.add_document("one.txt", "E.O. 12065: GDS 3/3/96 (SARMENTO)\n")
    sample.add("stamp-lacks-date", "one.txt", "GDS 3/3/96")
    async with drive(open_review(sample.write(tmp_path / "audit")), size=(160, 50)) as client:
        screen = await list_all(client)
        assert screen.query_one("#pane").text.scroll_offset.x == 0
        assert "E.O. 12065:" in client.text


async def test_many_that_were_decided_otherwise_are_counted(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(25))) as client:
        await list_all(client)
        await client.press("c", "c", "asterisk", "d", "1")
        assert "earlier verdict on 2 of them" in client.text
        await client.press("escape")
        assert len(client.events) == 2


async def test_an_error_waits_for_a_second_reviewer_and_says_so(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(2, "code-missing"))) as client:
        await list_all(client)
        await client.press("d", "1")
        assert "a second reviewer must agree" in client.message


async def test_another_reviewer_is_seen_without_a_key(drive: Any, open_review: Any, flat: Any) -> None:
    directory = flat(3)
    async with drive(open_review(directory)) as client:
        screen = await list_all(client)
        await client.press("c")
        open_review(directory, "ben").decide([0], "dismissed", "misread")
        for _ in range(50):  # within five seconds, by the client's own clock
            await asyncio.sleep(0.1)
            if screen.review.visible(0).state == "disagreement":
                break
        await client.settle()
        assert client.text.split("\n")[2][2] == "!"
        assert screen.rows.cursor == 1


async def test_keys_are_answered_while_a_list_is_sorted(
    drive: Any, open_review: Any, flat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, find = threading.Event(), Listing.find

    def slow(self: Listing, *args: Any) -> Any:
        go_on.wait(20)
        return find(self, *args)

    async with drive(open_review(flat(30))) as client:
        screen = await list_all(client)
        monkeypatch.setattr(list_screen, "_BIG", 0)
        monkeypatch.setattr(Listing, "find", slow)
        before = screen.listing.rows.to_list()
        await client.press("S")
        assert "Esc stops" in client.title
        await client.press("down", "down")
        assert screen.rows.cursor == 2
        await client.press("escape")
        assert client.message.startswith("Stopped")
        go_on.set()
        await client.app.workers.wait_for_complete([worker for worker in client.app.workers if not worker.is_cancelled])
        await client.settle()
        assert screen.listing.sort == "severity"
        assert screen.listing.rows.to_list() == before


async def test_sort_filter_and_refresh_keep_the_finding(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        screen = await list_all(client)
        for row in range(6):
            screen.rows.move_to(row)
            await client.settle()
            here = fingerprint(client)
            for key in ("S", "S", "S", "R"):
                await client.press(key)
                assert fingerprint(client) == here
            screen.renew(parse_query(f"rule:{client.app.review.finding(screen.current())['rule']}"))
            await client.settle()
            assert fingerprint(client) == here
            await client.press("F")
            assert fingerprint(client) == here
        screen.renew(parse_query("sev:warning"))
        await client.settle()
        screen.renew(parse_query("sev:error"))
        await client.settle()
        assert "nearest" in client.message


async def test_a_whole_document_is_decided_in_documents(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await client.press("4")
        assert client.app.screen._doc() == "003.txt"
        await client.press("d", "2")
        assert {event["reason"] for event in client.events} == {"not-a-redaction"}
        assert len(client.events) == 5
        assert len({event["batch"] for event in client.events}) == 1
        assert client.app.screen.frame["to_do"][0] == 0
        await client.press("u")
        assert client.app.screen.frame["to_do"][0] == 5


async def test_a_moved_finding_is_offered_and_never_decided_by_itself(
    drive: Any, open_review: Any, make_sample: Any, tmp_path: Path
) -> None:
    for text in ("RELEASED IN PART\n", "\n\nRELEASED IN PART\n"):
        sample = make_sample()
        sample.add_document("flat.txt", text)
        sample.add("stamp-lacks-date", "flat.txt", "RELEASED")
        directory = sample.write(tmp_path / "audit")
        if text.startswith("R"):
            open_review(directory).decide([0], "confirmed")
    async with drive(open_review(directory)) as client:
        assert client.app.review.visible(0).state == "open"
        await client.press("6")
        assert "Moved?" in client.text
        await client.press("enter")
        assert type(client.app.screen).__name__ == "DocumentScreen"
        assert client.app.screen.pane.row == 0


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (100, 30), (160, 50)])
async def test_resizing_keeps_line_and_view_of_a_document(
    drive: Any, open_review: Any, flat: Any, size: tuple[int, int]
) -> None:
    async with drive(open_review(flat(200)), size=size) as client:
        client.app.open_document("flat.txt", 120)
        await client.settle()
        view = client.app.screen.view
        assert view.cursor == 120
        for other in ((70, 20), (120, 40), size):
            await client.pilot.resize_terminal(*other)
            await client.settle()
            assert view.cursor == 120
            assert "121>" in client.text
            assert client.app.screen.pane.row == 120


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (100, 30), (160, 50)])
@pytest.mark.parametrize("key", ["1", "2", "4", "5", "6"])
async def test_counts_and_labels_are_whole_on_every_screen(
    drive: Any, open_review: Any, audit: Path, size: tuple[int, int], key: str
) -> None:
    async with drive(open_review(audit), size=size) as client:
        await client.press("2", "c", "1", key)
        lines = client.text.split("\n")
        assert len(lines) == size[1]
        assert lines[-1].endswith("? Help")
        assert ".." not in lines[-1]
        if key == "4":
            assert lines[2].split()[-1] == "open" or size[0] > 96
        if key == "1":
            assert lines[5].split()[-1] == "oldest"


async def test_charts_of_documents_open_those_documents(drive: Any, open_review: Any, audit: Path) -> None:
    from redact.review.worklists import charts

    review = open_review(audit)
    docs = set(review.facts["doc"])
    of_documents = [chart for chart in charts(review) if chart.bars and all(bar.docs is not None for bar in chart.bars)]
    assert len(of_documents) == 3
    for chart in of_documents:
        for bar in chart.bars:
            assert set(bar.docs or ()) <= docs
            if not chart.title.startswith("Exemption"):  # that one counts redactions
                assert len(bar.docs or ()) == bar.count
    async with drive(review) as client:
        await client.press("5")
        client.app.open_documents(of_documents[-1].bars[-1].docs, of_documents[-1].title)
        await client.settle()
        assert f"{of_documents[-1].bars[-1].count} of 5 documents" in client.title
