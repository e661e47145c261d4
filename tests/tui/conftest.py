"""Audit folders made of the seeds' texts and invented findings on real offsets."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redact import audit_folder
from redact.document import Document
from redact.review.session import Review
from redact.review.states import Policies
from redact.tables import SCHEMAS, empty

SEEDS = Path(__file__).parents[2] / "seeds"
SEVERITY_OF = {"code-missing": "error", "stamp-lacks-date": "warning", "section-total": "note", "leak": "error"}


@dataclass
class Sample:
    """An audit folder in the making."""

    documents: dict[str, str] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    redactions: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def add_document(self, doc: str, text: str, **facts: Any) -> None:
        self.documents[doc] = text
        self.facts[doc] = {
            "document_type": "telegram", "identifier": None, "title": None, "document_date": None, "origin": None,
            "era": None, "classification": None, "level": None, "highest_portion": None, "controls": [],
            "reasons": [], "declass": [], "release_status": None, "release_date": None, "cases": [],
            "redactions": 0, "redactions_justified": 0, "markings_struck": 0, "exemptions": [],
            "sections_seen": [], "sections_of": None, "paragraph_first": None, "paragraph_last": None,
            "paragraphs_missing": [], **facts,
        }  # fmt: skip

    def find(self, doc: str, needle: str, nth: int = 1) -> int:
        at = -1
        for _ in range(nth):
            at = self.documents[doc].index(needle, at + 1)
        return at

    def add(
        self, rule: str, doc: str, needle: str, nth: int = 1, *, severity: str | None = None,
        message: str | None = None, sensitive: bool = False, count: int = 1, digest: str | None = None,
    ) -> None:  # fmt: skip
        start = self.find(doc, needle, nth)
        self.add_at(rule, doc, start, start + len(needle), severity=severity, message=message, sensitive=sensitive,
                    count=count, digest=digest)  # fmt: skip

    def add_at(
        self, rule: str, doc: str, start: int, end: int, *, severity: str | None = None, message: str | None = None,
        sensitive: bool = False, count: int = 1, digest: str | None = None,
    ) -> None:  # fmt: skip
        document = Document.of(doc, self.documents[doc])
        evidence = document.text[start:end]
        name = hashlib.sha256(f"{rule}{doc}{start}".encode()).hexdigest()[:32]
        self.findings.append({
            "rule": rule, "severity": severity or SEVERITY_OF[rule], "doc": doc,
            "line": document.line_index(start) + 1, "column": document.column(start), "start": start, "end": end,
            "message": message or f"{rule} at {start}", "evidence": evidence[:200], "authority": "E.O. 13526 sec. 1.4",
            "advice": "Look at the page image.", "fingerprint": name,
            "digest": digest or hashlib.sha256(f"{rule}{evidence}".encode()).hexdigest()[:16], "count": count,
            "sensitive": sensitive,
        })  # fmt: skip

    def add_redaction(self, doc: str, start: int, end: int, role: str = "content", **values: Any) -> int:
        document = Document.of(doc, self.documents[doc])
        number = sum(row["doc"] == doc for row in self.redactions) + 1
        self.redactions.append({
            "doc": doc, "redaction": number, "start": start, "end": end, "line": document.line_index(start) + 1,
            "style": "REDACTED", "role": role, "portion": None, "extent": None, "extent_unit": None,
            "justified": None, **values,
        })  # fmt: skip
        return number

    def add_link(
        self, doc: str, redaction: int | None, code: str | None, start: int | None = None, basis: str | None = None,
        why: str | None = None,
    ) -> None:  # fmt: skip
        line = None if start is None else Document.of(doc, self.documents[doc]).line_index(start) + 1
        self.links.append({"doc": doc, "redaction": redaction, "code": code, "start": start,
                           "end": None if start is None else start + 2, "line": line, "basis": basis,
                           "why_alone": why})  # fmt: skip

    def tables(self) -> dict[str, pl.DataFrame]:
        made = {name: empty(name) for name in SCHEMAS}
        rows = [
            {"doc": doc, "sha256": hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
             "media_type": "text/plain", "encoding": "utf-8", "text": text, "n_chars": len(text), "parent": None,
             "unreadable": None}
            for doc, text in self.documents.items()
        ] + [
            {"doc": doc, "sha256": None, "media_type": "text/plain", "encoding": None, "text": None, "n_chars": 0,
             "parent": None, "unreadable": why}
            for doc, why in self.unreadable.items()
        ]  # fmt: skip
        made["documents"] = pl.DataFrame(rows, schema=SCHEMAS["documents"])
        ordered = sorted(self.findings, key=lambda row: (row["doc"], row["start"], row["rule"]))
        made["findings"] = pl.DataFrame(ordered, schema=SCHEMAS["findings"])
        made["redactions"] = pl.DataFrame(self.redactions, schema=SCHEMAS["redactions"])
        made["links"] = pl.DataFrame(self.links, schema=SCHEMAS["links"])
        facts = [{"doc": doc, **values} for doc, values in self.facts.items()]
        made["document_facts"] = pl.DataFrame(facts, schema=SCHEMAS["document_facts"])
        return made

    def write(self, directory: Path) -> Path:
        run = {"redact": "0", "as_of": "2026-11-22", "mode": "release", "inputs": [], "counts": {}, "skipped": []}
        audit_folder.write(self.tables(), directory, run)
        return directory


def seed(number: int) -> str:
    path = next(SEEDS.glob(f"{number:03}_*.txt"))
    return path.read_bytes().decode("utf-8")


def seeds_sample() -> Sample:
    """Five seeds; findings, redactions and links on 003 and 000."""
    sample = Sample()
    for number in range(5):
        kind = {"document_type": "not-a-record"} if number in (1, 2) else {}
        sample.add_document(f"{number:03}.txt", seed(number), **kind)
    doc = "003.txt"
    sample.facts[doc].update(
        identifier="92LIMA14540", title="DE LA PUENTE ON ELECTIONS", document_date=date(1992, 11, 9), era="12356",
        release_status="PART", redactions=2, redactions_justified=2, exemptions=["FOIA:b1"],
        declass=[{"value": "2002-11-09", "date": date(2002, 11, 9), "source": "stamp"}],
    )  # fmt: skip
    lines = Document.of(doc, sample.documents[doc])
    code = sample.find(doc, "B1, 1.5(D)")
    first = sample.find(doc, "[REDACTED] SAID HAD")
    second = sample.documents[doc].index("[REDACTED]", first + 3)
    below = lines.starts[192], lines.starts[194]
    struck = lines.starts[41]
    sample.add_redaction(doc, struck, struck + 10, "marking")
    one = sample.add_redaction(doc, first, first + 10, justified=True)
    two = sample.add_redaction(doc, second, second + 10, justified=True)
    later = sample.documents[doc].index("[REDACTED]", lines.starts[198])
    three = sample.add_redaction(doc, later, later + 10, justified=True)
    sample.add_link(doc, one, "FOIA:b1", below[0], "following-line")
    sample.add_link(doc, two, "FOIA:b1", below[1], "following-line")
    sample.add_link(doc, three, "FOIA:b1", code, "document-stamp")
    sample.add_at("code-missing", doc, first, first + 10)
    sample.add("code-missing", doc, "[REDACTED]", 4, message="no code for this redaction")
    sample.add("stamp-lacks-date", doc, "RELEASED IN PART")
    sample.add("section-total", doc, "01 OF 04")
    sample.add("leak", doc, "DE LA PUENTE", sensitive=True, message="a name may disclose what was withheld")
    sample.add("stamp-lacks-date", "000.txt", sample.documents["000.txt"].split("\n")[0].strip() or "E")
    return sample


def flat_sample(count: int, rule: str = "stamp-lacks-date") -> Sample:
    """`count` findings in one document of numbered lines."""
    sample = Sample()
    text = "".join(f"LINE {number:05} RELEASED\n" for number in range(1, count + 1))
    sample.add_document("flat.txt", text, era="12958")
    for number in range(count):
        start = number * 20
        sample.add_at(rule, "flat.txt", start, start + 10)
    return sample


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    """The audit folder of the seeds."""
    return seeds_sample().write(tmp_path / "audit")


@pytest.fixture
def open_review() -> Callable[..., Review]:
    """Opens an audit folder."""

    def opened(directory: Path, reviewer: str = "ana", **policies: Any) -> Review:
        return Review(audit_folder.read(directory), reviewer, Policies(**policies))

    return opened


def screen_text(app: Any) -> str:
    """What the screen shows, a line a row."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


@dataclass
class Driver:
    """A running client with short words for what tests do."""

    app: Any
    pilot: Any

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def message(self) -> str:
        return str(self.app.screen.query_one("#message").message)

    @property
    def title(self) -> str:
        return str(self.app.screen.query_one("#title").plain)

    async def settle(self) -> None:
        """Wait until nothing is left to do, whatever the load of the machine."""
        await settle(self.app)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)

    async def type(self, text: str) -> None:
        await self.press(*(("space" if c == " " else c) for c in text))

    @property
    def events(self) -> list[dict[str, Any]]:
        return log_of(self.app.review)


async def settle(app: Any, *_: Any) -> None:
    """Wait until no widget has a message or a call waiting, several times in a row: counted, not timed."""
    for _frame in range(3):
        quiet = turns = 0
        while quiet < 8 and turns < 20_000:
            await asyncio.sleep(0)
            turns += 1
            nodes = [app, *(node for screen in app.screen_stack for node in screen.walk_children(with_self=True))]
            quiet = 0 if any(node.message_queue_size or node._next_callbacks for node in nodes) else quiet + 1
        if app.is_running and app.screen_stack:
            app.screen._on_timer_update()


def log_of(review: Review) -> list[dict[str, Any]]:
    """Events of the reviewer's file."""
    if not review.log.path.exists():
        return []
    return [json.loads(line) for line in review.log.path.read_text().splitlines()]


@asynccontextmanager
async def driving(review: Review, size: tuple[int, int] = (80, 24), **options: Any) -> AsyncIterator[Driver]:
    """Run the client on a review; the card of the first start is closed."""
    from redact.tui.app import ReviewApp

    app = ReviewApp(review, **{"glyphs": None, **options})

    async def idle(*_: Any) -> None:
        await settle(app)

    # Textual waits for idleness by the clock, which is slow and on a loaded machine wrong.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.app.wait_for_idle", idle)
        patch.setattr("textual.pilot.wait_for_idle", idle)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            driver = Driver(app, pilot)
            if type(app.screen).__name__ == "TextScreen":
                await driver.press("escape")
            yield driver


@pytest.fixture
def drive() -> Callable[..., Any]:
    """Runs the client: `async with drive(review) as client`."""
    return driving


@pytest.fixture
def make_sample() -> type[Sample]:
    """A sample to fill."""
    return Sample


@pytest.fixture
def make_seeds() -> Callable[[], Sample]:
    """The sample of the seeds."""
    return seeds_sample


@pytest.fixture
def make_flat() -> Callable[..., Sample]:
    """A sample of many like findings."""
    return flat_sample
