"""Finding one's way: statements 33 to 47."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from redact.tui.acts import ACTS, checked_keymap, key_card, method, shown_keys
from redact.tui.screens.base import ActScreen
from redact.tui.screens.overlays import HelpScreen
from redact.tui.widgets.lines import ActFooter

from redact.errors import UsageError
from redact.review.query import parse_query

SCREENS = ("HomeScreen", "ListScreen", "DocumentScreen", "DocumentsScreen", "ChartsScreen", "DecisionsScreen")


async def visit(client: Any, name: str) -> None:
    """Go to a screen by its class name."""
    await client.press("1")
    if name == "ListScreen":
        client.app.open_list(parse_query(""))
    elif name == "DocumentScreen":
        client.app.open_document("003.txt")
    elif name != "HomeScreen":
        await client.press({"DocumentsScreen": "4", "ChartsScreen": "5", "DecisionsScreen": "6"}[name])
    await client.pilot.pause()
    assert type(client.app.screen).__name__ == name


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_help_is_in_every_footer_and_no_label_is_cut(
    drive: Any, open_review: Any, audit: Path, size: Any
) -> None:
    async with drive(open_review(audit), size=size) as client:
        for name in SCREENS:
            await visit(client, name)
            footer = client.app.screen.query_one(ActFooter)
            last = client.text.split("\n")[-1]
            assert last.rstrip().endswith("? Help")
            assert [f"{label.key} {label.label}" for label in footer._fitting(size[0])] == [
                part.strip() for part in re.split(r"  +", last.strip())
            ]


async def test_help_lists_the_bindings_of_screen_and_focus(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit), size=(100, 90)) as client:
        for name in SCREENS:
            await visit(client, name)
            screen = client.app.screen
            acts = HelpScreen(screen).acts()
            for act in acts:
                nodes = [node for node in (screen.focused, screen) if node is not None]
                assert any(hasattr(node, f"action_{method(act)}") for node in nodes), (name, act)
            await client.press("question_mark")
            for act in acts:
                assert ACTS[act].label in client.text
                assert shown_keys(act, {})[0] in client.text
            await client.press("escape")
            active = {b.binding.id for b in screen.active_bindings.values() if b.binding.id}
            assert set(acts) == active


async def test_every_act_is_in_the_palette_and_works(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        for name in SCREENS:
            await visit(client, name)
            screen = client.app.screen
            bound = {b.binding.id for b in screen.active_bindings.values() if b.binding.id}
            await client.press("P")
            assert {entry[0] for entry in client.app.screen.entries() if ":" not in entry[0]} == bound
            await client.press("escape")
        await visit(client, "ListScreen")
        await client.press("P")
        await client.type("confirm")
        await client.press("enter")
        assert [event["verdict"] for event in client.events] == ["confirmed"]


async def test_the_mouse_does_what_keys_do(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await client.pilot.click("#lists", offset=(5, 6), times=2)
        assert type(client.app.screen).__name__ == "ListScreen"
        await client.pilot.click("#footer", offset=(3, 0))
        await client.pilot.pause()
        assert [event["verdict"] for event in client.events] == ["confirmed"]
        await client.pilot.click("#findings", offset=(9, 3))
        await client.pilot.pause()
        assert client.app.screen.rows.cursor == 3
        await client.pilot.click("#footer", offset=(12, 0))
        await client.pilot.pause()
        await client.pilot.click("RowList", offset=(6, 2), times=2)
        await client.pilot.pause()
        assert [event["reason"] for event in client.events] == [None, "misread"]


async def test_escape_leads_back_and_never_out(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await client.press("down", "enter", "enter", "r")
        for _ in range(3):
            await client.press("escape")
        assert type(client.app.screen).__name__ == "HomeScreen"
        await client.press("escape")
        assert client.app.is_running
        assert "q leaves" in client.message
        for name in SCREENS:
            await visit(client, name)
            for dialog in ("question_mark", "P"):
                await client.press(dialog, "escape")
                assert type(client.app.screen).__name__ == name


async def test_what_cannot_be_done_is_grey_and_says_why(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await client.press("enter")
        labels = {label.act: label.off for label in client.app.screen.query_one(ActFooter).labels}
        assert labels == {**dict.fromkeys(labels, False), "undo": True}
        for key, told in {"u": "Nothing to undo", "U": "Nothing to redo", "full_stop": "Nothing to repeat",
                          "o": "open already", "p": "too narrow", "n": "No open finding after"}.items():  # fmt: skip
            await client.press("end", key)
            assert told in client.message, key


async def test_the_cursor_stays_on_its_finding(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await visit(client, "ListScreen")
        await client.press("down", "down", "down")
        screen = client.app.screen
        row = screen.current()
        for keys in (["S"], ["S"], ["R"]):
            await client.press(*keys)
            assert screen.current() == row
        doc = screen.review.finding(row)["doc"]
        screen.renew(parse_query(f"doc:{doc}"))
        assert screen.current() == row
        await client.press("F")
        assert screen.current() == row
        other = "error" if screen.review.finding(row)["severity"] != "error" else "note"
        screen.renew(parse_query(f"sev:{other}"))
        await client.pilot.pause()
        assert screen.current() is not None
        assert "nearest" in client.message


async def test_decided_rows_stay_until_r(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await client.press("enter", "c", "c")
        assert len(client.app.screen.listing.rows) == 3
        assert "2 of 3 done" in client.title
        await client.press("R")
        assert len(client.app.screen.listing.rows) == 1


async def test_the_filter_is_on_screen_and_can_be_left(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit), size=(120, 24)) as client:
        await visit(client, "ListScreen")
        await client.press("f")
        await client.type("rule:code-*")
        await client.press("enter")
        assert "rule:code-* · 2 of 6 · F clears" in client.title
        await client.press("f")
        await client.type("era:13526")
        await client.pilot.pause(0.3)
        assert "Nothing matches. Closest: rule:code-* → 2" in client.text
        await client.press("enter")
        assert "Closest: without this: rule:code-* finds 2" in client.text
        await client.press("F")
        assert "F clears" not in client.title
        assert len(client.app.screen.listing.rows) == 6


async def test_form_and_line_agree(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await visit(client, "ListScreen")
        await client.press("f", "tab")
        form = client.app.screen.query_one("#form")
        index = next(i for i, choice in enumerate(client.app.screen._choices) if choice[:2] == ("sev", "warning"))
        form.move_to(index)
        await client.press("space")
        assert client.app.screen.query_one("SafeInput").value == "sev:warning"
        assert "[x] sev:warning" in client.text
        await client.press("shift+tab", "enter")
        expected = client.app.review.selector().rows(parse_query("sev:warning")).to_list()
        assert client.app.screen.listing.rows.to_list() == expected
        await client.press("f")
        await client.type(" sv:error")
        await client.pilot.pause(0.3)
        assert "did you mean 'sev'?" in client.text


async def test_search_counts_and_tells_when_it_wraps(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await visit(client, "ListScreen")
        await client.press("slash")
        await client.type("STAMP")
        await client.press("enter")
        assert "'STAMP': 1 of 2" in client.message
        await client.press("n")
        assert "'STAMP': 2 of 2" in client.message
        await client.press("n")
        assert "1 of 2, from the beginning again" in client.message
        await client.press("N")
        assert "2 of 2, from the end again" in client.message
        await visit(client, "DocumentScreen")
        await client.press("slash")
        await client.type("human rights")
        await client.press("enter")
        assert re.search(r"'human rights': \d of \d", client.message)


async def test_going_on_where_one_stopped(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await client.press("enter", "c")
        finding = client.app.review.finding(client.app.screen.current())
    async with drive(open_review(audit)) as client:
        told = f"Go on where you stopped: {finding['doc']}, line {finding['line']} (errors to decide)"
        assert told in client.text
        await client.press("end", "enter")
        screen = client.app.screen
        assert screen.review.finding(screen.current())["fingerprint"] == finding["fingerprint"]


async def test_no_two_acts_share_a_key_and_no_key_is_unsafe(drive: Any, open_review: Any, audit: Path) -> None:
    keys = [key for act in ACTS.values() for key in act.keys.split(",")]
    assert len(keys) == len(set(keys))
    assert not any(key in ("ctrl+i", "ctrl+m", "ctrl+h", "ctrl+s") or key.startswith("alt+") for key in keys)
    async with drive(open_review(audit)) as client:
        for name in SCREENS:
            await visit(client, name)
            screen = client.app.screen
            assert isinstance(screen, ActScreen)
            for node in (screen.focused, screen):
                for key, bindings in (node._bindings.key_to_bindings if node else {}).items():
                    assert len(bindings) == 1, (name, key, bindings)


async def test_a_keymap_changes_key_footer_and_help(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit), keymap={"confirm": "b"}) as client:
        await client.press("enter", "c")
        assert client.events == []
        await client.press("b")
        assert [event["verdict"] for event in client.events] == ["confirmed"]
        assert client.text.split("\n")[-1].strip().startswith("b Confirm")
        assert "  b            Confirm" in key_card({"confirm": "b"})


@pytest.mark.parametrize(
    ("keymap", "told"),
    [
        ({"confirm": "d"}, "both confirm and dismiss"),
        ({"confrm": "b"}, "did you mean 'confirm'"),
        ({"undo": ""}, "a key is missing"),
    ],
)
def test_a_wrong_keymap_is_refused(keymap: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        checked_keymap(keymap)


async def test_an_empty_audit_says_so(drive: Any, open_review: Any, make_sample: Any, tmp_path: Path) -> None:
    sample = make_sample()
    for number in range(3):
        sample.add_document(f"{number}.txt", "text")
    async with drive(open_review(sample.write(tmp_path / "audit"))) as client:
        assert "Nothing to review: 3 documents, no findings" in client.text
        await client.press("2")
        assert "Nothing" in client.text
        await client.press("c", "enter", "n", "t", "r", "x", "slash", "escape", "4", "5", "6", "1")
        assert client.app.is_running


async def test_a_mark_range_and_other_acts(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        await visit(client, "ListScreen")
        await client.press("v", "down", "down", "v")
        assert "3 rows marked" in client.message
        await client.press("escape")
        assert client.app.screen.listing.marks == set()
        await client.press("home", "J")
        assert client.app.screen.review.finding(client.app.screen.current())["doc"] in ("000.txt", "003.txt")
        await client.press("enter", "w", "m", "i", "z")
        assert "without marks folded" in client.text
        await client.press("z", "colon", "9", "9", "9", "9", "enter")
        assert "A number from 1 to" in client.text
        await client.press("escape", "colon", "5", "enter")
        assert client.app.screen.view.cursor == 4


async def test_export_writes_and_never_overwrites(
    drive: Any, open_review: Any, audit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with drive(open_review(audit)) as client:
        await visit(client, "ListScreen")
        await client.press("X", "enter")
        assert "6 findings written" in client.message
        written = (tmp_path / "findings-review.csv").read_text()
        assert "DE LA PUENTE" not in written
        await client.press("X", "enter")
        assert "exists already" in client.message
