"""The HTML report is one offline file that runs nothing of a document's text."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import polars as pl
import pytest

from redact.gate import gate
from redact.reports import RenderOptions, csv_, html
from redact.tables import SCHEMAS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


class Page(HTMLParser):
    """Tags with attributes in order, and the text outside style and script."""

    VOID: ClassVar = {"meta", "link", "br"}

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID and tag != "rect":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"stray end tag {tag}"
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        """All text a reader sees."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every such tag."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def rich(result: Any) -> Any:
    """The result with facts, redactions and links, so that every chart and table has rows."""
    facts = result.document_facts.with_columns(
        pl.Series("era", ["12356", "12958", None, None]),
        pl.Series("declass", [[{"value": "OADR", "date": None, "source": "x"}, {"value": "2015-11-08", "date": None,
                  "source": "x"}]] + [[]] * 3, dtype=SCHEMAS["document_facts"]["declass"]),
    )  # fmt: skip
    doc = "lima/F201604417.txt"
    redactions = pl.DataFrame(
        [{"doc": doc, "redaction": 1, "start": 0, "end": 3, "line": 1, "style": "REDACTED", "role": "content",
          "portion": None, "extent": 2.0, "extent_unit": "line", "justified": True}],
        schema=SCHEMAS["redactions"],
    )  # fmt: skip
    links = pl.DataFrame(
        [{"doc": doc, "redaction": 1, "code": "FOIA:b1", "start": 4, "end": 6, "line": 2, "basis": "same-line",
          "why_alone": None}],
        schema=SCHEMAS["links"],
    )  # fmt: skip
    return replace(result, document_facts=facts, redactions=redactions, links=links)


def report(result: Any, **more: Any) -> str:
    """The report with a gate."""
    return html.render(result, RenderOptions(gate=gate(result.findings), **more))


def test_two_runs_give_the_same_bytes(rich: Any, cards: Any) -> None:
    assert report(rich, rules=cards) == report(rich, rules=cards)


def test_no_address_is_loaded_and_every_link_stays_inside(rich: Any) -> None:
    page = Page(report(rich))
    targets = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    for _, attributes in page.tags:
        assert "src" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        href = attributes.get("href")
        if href is not None and href.startswith("#"):
            assert href[1:] in targets
        elif href is not None:
            assert href.startswith("data:")
    style, script = html.style_and_script()
    assert not re.search(r"url\(|@import|https?:|innerHTML|eval\(", style + script)


def test_the_policy_allows_this_style_and_script_only(rich: Any) -> None:
    text = report(rich)
    policies = [m["content"] for m in Page(text).all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    assert (policies[0] or "").startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert len(bodies) == 1
        digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in (policies[0] or "")


def test_hostile_text_is_text(rich: Any) -> None:
    text = report(rich, evidence="full")
    page = Page(text)
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert page.all("img") == []
    assert "<script>alert(1)</script>" in page.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)


def test_hostile_names_and_rules_are_text(make: Any) -> None:
    name = 'a"><script>alert(2)</script>.txt'
    text = "FROM: (b)(7)\n"
    row = make.finding(
        text, name, "(b)(7)", '"><img src=x onerror=alert(3)>', message="</title></style><script>x</script>"
    )
    page = Page(report(make.result({name: text}, [row]), title="</title><script>alert(4)</script>"))
    assert len(page.all("script")) == 1
    assert page.all("img") == []


def test_what_could_not_be_checked_comes_before_rules_documents_and_findings(rich: Any) -> None:
    text = Page(report(rich)).text
    headings = [
        "What could not be checked",
        "Findings by rule",
        "Documents Order",
        "Findings Evidence",
        "Charts Findings",
    ]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)
    for name in ("broken.bin : not a text", "news.txt", "lima/scan.pdf : format not read"):
        assert name in text


def test_headings_are_in_order_and_tables_pictures_and_language_are_named(rich: Any) -> None:
    page = Page(report(rich))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert all(head.get("scope") in ("col", "row") for head in page.all("th"))
    assert page.all("html") == [{"lang": "en"}]
    pictures = page.all("svg")
    assert pictures
    named = {attributes.get("id") for attributes in page.all("title")}
    assert all(picture["role"] == "img" and picture["aria-labelledby"] in named for picture in pictures)


def test_each_chart_has_its_numbers_as_a_table_and_they_are_the_group_by(rich: Any) -> None:
    text = report(rich)
    figures = re.findall(r"<figure.*?</figure>", text, re.DOTALL)
    assert len(figures) == 6
    for figure in figures:
        drawn = re.findall(r'<text class="count"[^>]*>([\d,]+)</text>', figure)
        told = re.findall(r'<td class="num">([\d,]+)</td>', figure)
        assert drawn == told
    severities = [re.sub(r"\D", "", count) for count in re.findall(r'<td class="num">([\d,]+)</td>', figures[0])]
    assert severities == ["3", "1", "1"]


def test_bars_of_small_counts_are_seen(make: Any) -> None:
    text = "a b\n"
    rows = [make.finding(text, "a.txt", "a", "common", "note", fingerprint=f"{n:032x}") for n in range(3000)]
    rows.append(make.finding(text, "a.txt", "b", "rare", "error"))
    widths = re.findall(r'<rect class="bar error"[^>]*width="([\d.]+)"', report(make.result({"a.txt": text}, rows)))
    assert [float(width) >= 2 for width in widths] == [True]


def test_over_the_cap_errors_are_all_there_and_the_cut_is_stated(make: Any) -> None:
    text = "a b\n"
    rows = [make.finding(text, "a.txt", "a", "common", "note", fingerprint=f"{n:032x}") for n in range(50)]
    rows += [make.finding(text, "a.txt", "b", "grave", "error", fingerprint=f"e{n:031x}") for n in range(20)]
    page = report(make.result({"a.txt": text}, rows), cap=10)
    assert page.count('<p class="message">') == 20
    assert "20 of 70 findings are shown here, errors first; left out: 50 notes." in Page(page).text


def test_totals_and_the_embedded_csv_are_those_of_the_result(rich: Any) -> None:
    page = Page(report(rich))
    links = [link for link in page.all("a") if (link.get("href") or "").startswith("data:text/csv")]
    data = base64.b64decode((links[0]["href"] or "").split(",", 1)[1]).decode()
    table = csv_.read(data)
    assert table.height == rich.findings.height
    assert "ORANGEBLOSSOM" not in data
    tiles = re.search(r"5 documents 3 errors 1 warning 1 note 0 decided 5 waiting", page.text)
    assert tiles


def test_sensitive_evidence_is_masked_unless_full_is_asked_for(rich: Any) -> None:
    assert "ORANGEBLOSSOM" not in report(rich)
    assert "ORANGEBLOSSOM" in report(rich, evidence="full")
    masked = report(rich, evidence="masked")
    assert not [word for word in ("ZXQ-SEVEN", "ORANGEBLOSSOM", "alert(1)", "KWYJIBO") if word in masked]


def test_a_clean_audit_and_an_empty_one_are_complete(clean_result: Any, make: Any) -> None:
    assert "Passed (--fail-on error)." in Page(report(clean_result)).text
    assert "No document." in Page(report(make.result({}, []))).text


def luminance(color: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.1)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_contrasts_with_its_ground_in_light_dark_and_print() -> None:
    style, _ = html.style_and_script()
    schemes = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", style, re.S)
    ]
    assert len(schemes) == 3
    pairs = [(ink, "paper") for ink in ("ink", "quiet", "link", "error", "warning", "note", "pass", "bar")]
    pairs += [("ink", "panel"), ("quiet", "panel"), ("link", "panel"), ("mark-ink", "mark")]
    pairs += [(name, f"{name}-bg") for name in ("error", "warning", "note", "pass")]
    for scheme in schemes:
        for ink, ground in pairs:
            if ink == "bar":
                continue
            light, dark = sorted((luminance(scheme[ink]), luminance(scheme[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground, scheme[ink], scheme[ground])


def chromium(*arguments: str, profile: Path) -> str:
    """Run the browser without a window; its standard output."""
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


@contextmanager
def requests() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine, and every address that is asked for there."""
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked.append(self.path)
            self.send_error(502)

        do_GET = do_POST = do_HEAD = do_CONNECT = answer  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Proxy)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@browser
def test_a_browser_asks_for_nothing_and_runs_only_our_script(rich: Any, tmp_path: Path) -> None:
    address = "http://report.test/"
    hostile = rich.findings.with_columns(
        message=pl.lit(f"<img src={address}a onerror=\"document.title='owned'\"><script src={address}b></script>"),
        evidence=pl.lit("</code></style><script>document.title='owned'</script>"),
    )
    page = tmp_path / "report.html"
    page.write_text(report(replace(rich, findings=hostile)), encoding="utf-8")
    with requests() as (port, asked):
        dom = chromium(
            f"--proxy-server=127.0.0.1:{port}",
            "--proxy-bypass-list=<-loopback>",
            "--dump-dom",
            page.as_uri(),
            profile=tmp_path / "profile",
        )
    assert [path for path in asked if "report.test" in path] == []
    assert "<title>redact audit: audit report</title>" in dom
    assert '<thead><tr><th scope="col"><button type="button">Severity</button>' in dom


@browser
def test_it_prints_on_a4_without_scripts_or_cut_columns(rich: Any, tmp_path: Path) -> None:
    text = report(rich)
    script = html.style_and_script()[1]
    page = tmp_path / "report.html"
    page.write_text(text.replace(f"<script>{script}</script>", ""), encoding="utf-8")
    chromium(f"--print-to-pdf={tmp_path / 'report.pdf'}", page.as_uri(), profile=tmp_path / "profile")
    pdf = (tmp_path / "report.pdf").read_bytes()
    boxes = {tuple(round(float(side)) for side in box.split()) for box in re.findall(rb"/MediaBox \[([^]]*)\]", pdf)}
    assert boxes == {(0, 0, 595, 842)}
    # A page of A4's printable width, as wide as nothing on it may be.
    probe = tmp_path / "probe.html"
    measure = "document.title = document.documentElement.scrollWidth + ' ' + innerWidth"
    wide = re.sub(r"<meta http-equiv.*?>", "", text).replace("@media print", "@media screen")
    probe.write_text(wide.replace(script, measure), encoding="utf-8")
    dom = chromium(
        "--window-size=688,900", "--hide-scrollbars", "--dump-dom", probe.as_uri(), profile=tmp_path / "profile"
    )
    found = re.search(r"<title>(\d+) (\d+)</title>", dom)
    assert found
    assert int(found[1]) <= int(found[2])
