"""Deciding: statements 13 to 27."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def flat(make_flat: Callable[..., Any], tmp_path: Path) -> Callable[..., Path]:
    def made(count: int, rule: str = "stamp-lacks-date") -> Path:
        return make_flat(count, rule).write(tmp_path / "audit")

    return made


def cursor(client: Any) -> int:
    return int(client.app.screen.rows.cursor)


def marks(client: Any) -> list[str]:
    """Verdict letters of the list's rows, from the screen."""
    lines = client.text.split("\n")[2:]
    return [line[2] for line in lines if line[4:5] in ("E", "W", "N") and "flat.txt" in line]


async def open_all(client: Any) -> None:
    await client.press("end", "enter")
    if type(client.app.screen).__name__ != "ListScreen":
        client.app.open_list(__import__("redact.review.query", fromlist=["parse_query"]).parse_query(""))
        await client.pilot.pause()


async def test_confirm_stores_and_goes_to_the_next_open_finding(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(3))) as client:
        await open_all(client)
        await client.press("c")
        event = client.events[0]
        assert len(client.events) == 1
        assert (event["verdict"], event["reviewer"], event["reason"]) == ("confirmed", "ana", None)
        assert event["fingerprint"] == client.app.review.findings["fingerprint"][0]
        assert event["digest"] == client.app.review.findings["digest"][0]
        assert cursor(client) == 1
        assert marks(client) == ["C", " ", " "]
        assert "1 finding confirmed" in client.message


async def test_dismissal_is_d_and_a_digit(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(3))) as client:
        await open_all(client)
        await client.press("d")
        assert client.events == []
        await client.press("d")
        assert client.events == []
        await client.press("4")
        assert [(e["verdict"], e["reason"]) for e in client.events] == [("dismissed", "order-in-force")]
        assert cursor(client) == 1
        await client.press("d", "escape")
        assert len(client.events) == 1


@pytest.mark.parametrize("digit", ["5", "6", "7"])
async def test_reasons_that_need_a_note_refuse_without(drive: Any, open_review: Any, flat: Any, digit: str) -> None:
    async with drive(open_review(flat(1))) as client:
        await open_all(client)
        await client.press("d", digit)
        assert client.events == []
        assert "needs a note" in client.text
        await client.press("enter")
        assert client.events == []
        await client.type("see 4")
        await client.press("enter")
        assert [e["note"] for e in client.events] == ["see 4"]


async def test_second_review_asks_for_a_note(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(2))) as client:
        await open_all(client)
        await client.press("s", "escape")
        assert client.events == []
        await client.press("s", "enter")
        assert client.events == []
        await client.type("which year")
        await client.press("enter")
        assert [(e["verdict"], e["note"]) for e in client.events] == [("second", "which year")]
        assert marks(client) == ["2", " "]


async def test_undo_and_redo_only_append(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(3))) as client:
        await open_all(client)
        await client.press("c", "c")
        before = client.app.review.log.path.read_bytes()
        await client.press("u")
        assert marks(client) == ["C", " ", " "]
        await client.press("u")
        assert marks(client) == [" ", " ", " "]
        await client.press("U")
        assert marks(client) == ["C", " ", " "]
        await client.press("U", "u")
        assert marks(client) == ["C", " ", " "]
        assert client.app.review.log.path.read_bytes().startswith(before)
        await client.press("u", "u")
        assert client.message == "Nothing to undo."


async def test_bulk_dismissal_is_one_act(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(4))) as client:
        await open_all(client)
        await client.press("space", "space", "space", "d", "1")
        assert marks(client) == ["D", "D", "D", " "]
        assert "3 findings dismissed · u undoes all" in client.message
        assert len({event["batch"] for event in client.events}) == 1
        await client.press("u")
        assert marks(client) == [" "] * 4
        assert "3 decisions undone" in client.message


async def test_undo_survives_a_restart(drive: Any, open_review: Any, flat: Any) -> None:
    directory = flat(2)
    async with drive(open_review(directory)) as client:
        await open_all(client)
        await client.press("c")
    async with drive(open_review(directory)) as client:
        await open_all(client)
        assert marks(client) == ["C", " "]
        await client.press("u")
        assert marks(client) == [" ", " "]


async def test_repeat_gives_verdict_and_reason_again(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(3))) as client:
        await open_all(client)
        await client.press("full_stop")
        assert "Nothing to repeat" in client.message
        await client.press("d", "3", "full_stop")
        assert [(e["verdict"], e["reason"]) for e in client.events] == [("dismissed", "misread")] * 2


async def test_more_than_twenty_ask_for_the_number(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(21))) as client:
        await open_all(client)
        await client.press("asterisk", "c")
        assert "Confirm 21 findings in 1 document? Type 21" in client.text
        await client.type("20")
        await client.press("enter")
        assert client.events == []
        assert "nothing was decided" in client.text
        await client.press("backspace", "backspace", "2", "1", "enter")
        assert len(client.events) == 21
        await client.press("u")
        assert set(marks(client)) == {" "}


async def test_a_verdict_never_toggles(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(2))) as client:
        await open_all(client)
        await client.press("c", "home", "c")
        assert len(client.events) == 1
        assert "already" in client.message
        assert marks(client) == ["C", " "]


async def test_nothing_is_decided_when_it_cannot_be_stored(drive: Any, open_review: Any, flat: Any) -> None:
    directory = flat(2)
    (directory / "reviews").write_text("a file in the way")
    async with drive(open_review(directory)) as client:
        await open_all(client)
        await client.press("c")
        assert "Not stored" in client.message
        assert marks(client) == [" ", " "]


async def test_the_second_look_needs_another_name_and_is_blind(drive: Any, open_review: Any, flat: Any) -> None:
    directory = flat(2, "code-missing")
    async with drive(open_review(directory)) as client:
        await open_all(client)
        await client.press("d", "4")
        await client.press("home", "d")
        assert "second reviewer, under another name" in client.message
        assert marks(client) == ["d", " "]
        await client.press("end", "s")
        await client.type("unsure")
        await client.press("enter", "end", "c")
        assert "somebody else's" in client.message
        assert len(client.events) == 2
    async with drive(open_review(directory, "Ben")) as client:
        await open_all(client)
        assert marks(client) == ["2", "2"]
        assert "order-in-force" not in client.text
        await client.press("6")
        assert "order-in-force" not in client.text
        await client.press("2", "home", "d", "3")
        assert marks(client)[0] == "D"
        await client.press("home")
        assert "misread" in client.text
        await client.press("r", "end")
        assert "order-in-force" in client.text


async def test_disagreement_shows_in_both_sessions(drive: Any, open_review: Any, flat: Any) -> None:
    directory = flat(3)
    ben = open_review(directory, "ben")
    async with drive(open_review(directory)) as client:
        await open_all(client)
        await client.press("c", "home", "down")
        assert ben.poll() == (0,)
        assert ben.decide([0], "dismissed", "misread").done
        assert ben.visible(0).state == "disagreement"
        client.app.poll()
        await client.pilot.pause()
        assert marks(client) == ["!", " ", " "]
        assert cursor(client) == 1
        assert "1 new: R" in client.title


async def test_changed_evidence_opens_again(drive: Any, open_review: Any, make_sample: Any, tmp_path: Path) -> None:
    for digest in ("one", "two"):
        sample = make_sample()
        sample.add_document("flat.txt", "RELEASED IN PART\n")
        sample.add("stamp-lacks-date", "flat.txt", "RELEASED", digest=digest)
        directory = sample.write(tmp_path / "audit")
        if digest == "one":
            open_review(directory).decide([0], "dismissed", "misread", "old words")
    async with drive(open_review(directory)) as client:
        assert client.app.review.states()["changed"] == 1
        await open_all(client)
        assert marks(client) == ["~"]
        assert "0 of 1 done" in client.title
        await client.press("6")
        assert "old words" in client.text
        assert "open again" in client.text


async def test_decisions_on_vanished_findings_are_kept_and_named(
    drive: Any, open_review: Any, make_sample: Any, tmp_path: Path
) -> None:
    for rule, digest in (("code-missing", "x"), ("stamp-lacks-date", "y")):
        sample = make_sample()
        sample.add_document("flat.txt", "RELEASED IN PART\n")
        sample.add(rule, "flat.txt", "RELEASED", digest=digest)
        directory = sample.write(tmp_path / "audit")
        if digest == "x":
            open_review(directory).decide([0], "confirmed")
    async with drive(open_review(directory)) as client:
        assert "no longer occur: 1" in client.text
        await client.press("6")
        assert "(gone)" in client.text
        assert "decision is kept" in client.text


async def test_any_own_act_can_be_taken_back_in_decisions(drive: Any, open_review: Any, flat: Any) -> None:
    directory = flat(3)
    ben = open_review(directory, "ben")
    ben.decide([2], "confirmed")
    async with drive(open_review(directory)) as client:
        await open_all(client)
        await client.press("c", "c", "6", "down", "o")
        undone = [event["undoes"] for event in client.events if event["undoes"]]
        assert undone == [client.events[0]["batch"]]
        await client.press("end", "o")
        assert "ben's decision" in client.message


async def test_a_note_can_be_changed(drive: Any, open_review: Any, flat: Any) -> None:
    async with drive(open_review(flat(1))) as client:
        await open_all(client)
        await client.press("e")
        assert "decide this finding first" in client.message
        await client.press("c", "e")
        await client.type("why [x")
        await client.press("enter")
        assert [(e["verdict"], e["note"]) for e in client.events] == [("confirmed", None), ("confirmed", "why [x")]


async def test_a_group_is_decided_at_once(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        client.app.open_list(__import__("redact.review.query", fromlist=["parse_query"]).parse_query(""))
        await client.pilot.pause()
        await client.press("t")
        assert "code-missing" in client.text.split("\n")[2]
        assert "x 2 in 1 document, 2 to decide" in client.text
        await client.press("c")
        assert len(client.events) == 2
        await client.press("t", "t", "t")
        assert client.app.screen.listing.grouping is None


def test_no_log_holds_evidence(open_review: Any, audit: Path) -> None:
    review = open_review(audit)
    review.decide(list(range(review.height)), "dismissed", "misread")
    log = review.log.path.read_text()
    for evidence in review.findings["evidence"]:
        assert evidence not in log
        assert json.dumps(evidence)[1:-1] not in log
