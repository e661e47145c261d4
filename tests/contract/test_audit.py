"""`redact audit`: exit status, what goes to which stream, formats, and what bad input does."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AS_OF, script

COLUMNS = [
    "rule", "severity", "doc", "line", "column", "start", "end", "message", "evidence", "authority", "advice",
    "fingerprint",
]  # fmt: skip
SEVERITIES = {"error", "warning", "note"}
FLAWED = (
    "CONFIDENTIAL\n\nMEMORANDUM FOR: The Director\nFROM: Office of Security\nDATE: 3 March 2008\n"
    "SUBJECT: Locks\n\n1. (C) The locks were changed.\n\n2. (S) The new keys are kept in room 12.\n\n"
    "Classified By: A. Smith, Director\nReason: 1.4(c)\nDeclassify On: 20180303\n\nCONFIDENTIAL\n"
)
"""A memorandum with a portion above its banner: an error (portion-exceeds-banner)."""


@pytest.fixture(scope="module")
def flawed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("flawed") / "locks.txt"
    path.write_text(FLAWED, encoding="utf-8", newline="")
    return path


@pytest.fixture(scope="module")
def seed_json(redact: Any, seeds: Path) -> Any:
    return redact("audit", seeds, "--as-of", AS_OF, "--format", "json")


@pytest.fixture(scope="module")
def folder(redact: Any, seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The audit folder of the seeds."""
    folder = tmp_path_factory.mktemp("audit") / "out"
    assert redact("audit", seeds, "--as-of", AS_OF, "--output", folder).status == 0
    return folder


@pytest.fixture(scope="module")
def bad_folder(redact: Any, tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> tuple[Path, Any]:
    """A folder of every kind of bad file around one good one, and its audit."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_bytes(b" \r\n\t\n")
    (folder / "nul.txt").write_bytes(b"SECRET\0\0\0\0more")
    (folder / "broken16.txt").write_bytes(b"\xff\xfeS\0E\0C")
    (folder / "latin.txt").write_bytes(FLAWED.replace("Locks", "Locks caf\u00e9").encode("latin-1"))
    (folder / "scan.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "sheet.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "odd.bin").write_bytes(b"\x7fELF")
    (folder / "dangling.txt").symlink_to(folder / "gone.txt")
    (folder / "sub").mkdir()
    shutil.copy(seeds / "000_129857a8c4263248.txt", folder / "sub" / "good.txt")
    return folder, redact("audit", folder, "--as-of", AS_OF, "--format", "json")


class TestExitStatus:
    def test_0_where_nothing_reaches_the_threshold(self, seed_json: Any) -> None:
        assert seed_json.status == 0

    def test_1_where_something_does(self, redact: Any, flawed: Path, seeds: Path) -> None:
        run = redact("audit", flawed, "--as-of", AS_OF, "--format", "json")
        assert run.status == 1
        assert "portion-exceeds-banner" in {row["rule"] for row in run.objects if row["severity"] == "error"}
        assert redact("audit", seeds, "--as-of", AS_OF, "--fail-on", "note", "-q").status == 1

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--as-of", "yesterday"], ["--format", "yaml"], ["--select", "no-such-rule"], ["--no-such-option"],
            ["--rules", "no-such-rules.toml"], ["--fail-on", "sometimes"], ["--jobs", "0"], ["--no-text"],
        ],
        ids=" ".join,
    )  # fmt: skip
    def test_2_for_an_unusable_argument(self, redact: Any, flawed: Path, arguments: list[str]) -> None:
        run = redact("audit", flawed, *arguments)
        assert (run.status, run.out) == (2, "")
        assert run.err.strip()
        # the sentence names what cannot be honoured
        assert arguments[-1] in run.err

    def test_2_without_a_path(self, redact: Any) -> None:
        run = redact("audit")
        assert (run.status, run.out) == (2, "")
        assert "PATH" in run.err

    @pytest.mark.skipif(os.name != "posix", reason="signals")
    def test_130_when_interrupted(self, environment: dict[str, str], tmp_path: Path) -> None:
        pipe = tmp_path / "never.txt"
        os.mkfifo(pipe)
        process = subprocess.Popen(
            [str(script()), "audit", str(pipe)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
            cwd=tmp_path,
            # A shell in the background hands an ignored interrupt on; a person's terminal does not.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        try:
            writer = _open_when_read(pipe)
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
            os.close(writer)
        finally:
            process.kill()
            process.communicate()
        assert (process.returncode, out) == (130, b"")
        assert b"Traceback" not in err


def _open_when_read(pipe: Path) -> int:
    """Open a pipe for writing as soon as the command reads from it; never waits for ever."""
    for _ in range(200):
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.05)
    pytest.fail("the command never opened the file")


class TestStreams:
    def test_standard_output_holds_findings_only(self, seed_json: Any) -> None:
        assert seed_json.objects
        assert all(list(row)[:12] == COLUMNS for row in seed_json.objects)

    def test_the_summary_goes_to_standard_error(self, seed_json: Any) -> None:
        assert "5 documents" in seed_json.err

    def test_quiet_leaves_standard_error_empty(self, redact: Any, seeds: Path) -> None:
        run = redact("audit", seeds / "000_129857a8c4263248.txt", "-q", "--as-of", AS_OF)
        assert run.err == ""
        assert run.out

    @pytest.mark.skipif(os.name != "posix", reason="a shell")
    def test_a_closed_pipe_is_quiet(self, environment: dict[str, str], seeds: Path, released: Path) -> None:
        many = " ".join(f"'{folder}'" for folder in (seeds, released))
        done = subprocess.run(
            ["sh", "-c", f"'{script()}' audit {many} --format full -q --as-of {AS_OF} | head -1"],
            capture_output=True, env=environment, cwd=seeds, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0
        assert done.stdout.count(b"\n") == 1
        assert done.stderr == b""

    def test_control_characters_never_reach_the_terminal(self, redact: Any, tmp_path: Path) -> None:
        path = tmp_path / "esc\x1b[31m.txt"
        path.write_bytes(FLAWED.replace("room 12", "room \x1b[2J\x07").encode())
        run = redact("audit", path, "--as-of", AS_OF)
        assert b"\x1b" not in run.stdout + run.stderr
        assert b"\x07" not in run.stdout + run.stderr


class TestFormats:
    def test_json_rows(self, seed_json: Any, seeds: Path) -> None:
        for row in seed_json.objects:
            text = Path(row["doc"]).read_bytes().decode("utf-8-sig")
            assert row["severity"] in SEVERITIES
            assert row["line"] == text.count("\n", 0, row["start"]) + 1
            assert row["column"] == row["start"] - (text.rfind("\n", 0, row["start"]) + 1) + 1
            assert 0 <= row["start"] <= row["end"] <= len(text)
            assert row["message"]
            assert row["authority"]
            assert row["advice"]
        marks = [row["fingerprint"] for row in seed_json.objects]
        assert len(set(marks)) == len(marks)

    def test_csv_has_the_same_columns_and_rows(self, redact: Any, seeds: Path, seed_json: Any) -> None:
        run = redact("audit", seeds, "--as-of", AS_OF, "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(run.out, newline="")))
        assert list(rows[0])[:12] == COLUMNS
        assert [row["fingerprint"] for row in rows] == [row["fingerprint"] for row in seed_json.objects]
        assert [row["message"] for row in rows] == [row["message"] for row in seed_json.objects]

    def test_concise_is_one_line_a_finding_and_the_default_off_a_terminal(
        self, redact: Any, seeds: Path, seed_json: Any
    ) -> None:
        run = redact("audit", seeds, "--as-of", AS_OF)
        lines = run.out.splitlines()
        assert len(lines) == len(seed_json.objects)
        for line, row in zip(lines, seed_json.objects, strict=True):
            assert line.startswith(f"{row['doc']}:{row['line']}:{row['column']}: {row['severity']} {row['rule']} ")
        assert redact("audit", seeds, "--as-of", AS_OF, "--format", "concise").out == run.out

    def test_full_names_rule_place_and_advice(self, redact: Any, flawed: Path) -> None:
        run = redact("audit", flawed, "--as-of", AS_OF, "--format", "full")
        assert "portion-exceeds-banner" in run.out
        assert "locks.txt" in run.out
        assert "10" in run.out  # the line of the portion
        assert "\x1b" not in run.out

    @pytest.mark.parametrize("format_", ["sarif", "junit", "github"])
    def test_tool_formats_are_well_formed(self, redact: Any, flawed: Path, format_: str) -> None:
        run = redact("audit", flawed, "--as-of", AS_OF, "--format", format_)
        assert run.status == 1
        if format_ == "sarif":
            assert json.loads(run.out)["version"] == "2.1.0"
        elif format_ == "junit":
            assert run.out.startswith("<?xml")
        else:
            assert run.out.startswith("::")

    @pytest.mark.parametrize("format_", ["json", "csv", "concise", "full"])
    def test_nothing_found_is_no_text(self, redact: Any, seeds: Path, format_: str) -> None:
        run = redact("audit", seeds / "001_78555f6cffb14129.txt", "--as-of", AS_OF, "--format", format_)
        assert run.status == 0
        if format_ == "csv":
            (header,) = csv.reader(io.StringIO(run.out, newline=""))
            assert header[:12] == COLUMNS
        else:
            assert run.out.strip() == ""


class TestWhatIsAsked:
    def test_order_of_the_paths_does_not_matter(self, redact: Any, seeds: Path, seed_json: Any) -> None:
        files = sorted(seeds.iterdir(), reverse=True)
        run = redact("audit", *files, "--as-of", AS_OF, "--format", "json")
        assert run.stdout == seed_json.stdout

    def test_as_of_moves_what_is_overdue(self, redact: Any, seeds: Path, seed_json: Any) -> None:
        overdue = [Path(row["doc"]).name[:3] for row in seed_json.objects if row["rule"] == "declass-overdue"]
        assert overdue == ["000", "003"]
        early = redact("audit", seeds, "--as-of", "2015-11-08", "--format", "json")
        assert "declass-overdue" not in {row["rule"] for row in early.objects}
        between = redact("audit", seeds, "--as-of", "2016-01-01", "--format", "json")
        assert [Path(row["doc"]).name[:3] for row in between.objects if row["rule"] == "declass-overdue"] == ["000"]

    def test_standard_input_and_a_file_said_twice(self, redact: Any, flawed: Path) -> None:
        piped = redact("audit", "-", "--as-of", AS_OF, "--format", "json", stdin=FLAWED.encode())
        named = redact("audit", flawed, flawed, flawed.parent, "--as-of", AS_OF, "--format", "json")
        assert {row["doc"] for row in piped.objects} == {"-"}
        keys = ("rule", "severity", "line", "column", "start", "end", "message", "evidence")
        assert [[row[key] for key in keys] for row in piped.objects] == [
            [row[key] for key in keys] for row in named.objects
        ]

    def test_a_glob(self, redact: Any, seeds: Path) -> None:
        run = redact("audit", f"{seeds}/00[03]*.txt", "--as-of", AS_OF, "--format", "json")
        assert {Path(row["doc"]).name[:3] for row in run.objects} == {"000", "003"}
        assert redact("audit", f"{seeds}/nothing*.txt").status == 2

    def test_select_and_ignore(self, redact: Any, seeds: Path) -> None:
        run = redact("audit", seeds, "--as-of", AS_OF, "--format", "json", "--select", "declass-*")
        assert {row["rule"] for row in run.objects} == {"declass-overdue"}
        run = redact("audit", seeds, "--as-of", AS_OF, "--format", "json", "--ignore", "declass-overdue")
        assert "declass-overdue" not in {row["rule"] for row in run.objects}

    def test_an_unknown_rule_is_answered_with_near_ones(self, redact: Any, seeds: Path) -> None:
        run = redact("audit", seeds, "--select", "declass-overdu")
        assert (run.status, run.out) == (2, "")
        assert "declass-overdue" in run.err


class TestBadInput:
    def test_a_missing_path_does_not_stop_the_others(self, redact: Any, flawed: Path) -> None:
        run = redact("audit", "nowhere/at-all.txt", flawed, "--as-of", AS_OF, "--format", "json")
        assert run.status == 2
        assert "nowhere/at-all.txt" in run.err
        assert "portion-exceeds-banner" in {row["rule"] for row in run.objects}

    def test_an_empty_folder(self, redact: Any, tmp_path: Path) -> None:
        (tmp_path / "void").mkdir()
        run = redact("audit", tmp_path / "void")
        assert (run.status, run.out) == (2, "")
        assert "void" in run.err

    def test_unreadable_documents_are_findings_and_the_others_are_audited(self, bad_folder: tuple[Path, Any]) -> None:
        _, run = bad_folder
        assert run.status == 1
        unreadable = {Path(row["doc"]).name: row for row in run.objects if row["rule"] == "document-unreadable"}
        assert set(unreadable) == {"empty.txt", "blank.txt", "nul.txt", "broken16.txt", "dangling.txt"}
        assert {row["severity"] for row in unreadable.values()} == {"error"}
        assert {(row["line"], row["column"], row["start"]) for row in unreadable.values()} == {(1, 1, 0)}
        assert "empty" in unreadable["empty.txt"]["message"]
        assert "NUL" in unreadable["nul.txt"]["message"]
        rules = {(Path(row["doc"]).name, row["rule"]) for row in run.objects}
        assert {("good.txt", "declass-overdue"), ("latin.txt", "portion-exceeds-banner")} <= rules

    def test_formats_that_are_not_read_are_counted_as_skipped(self, bad_folder: tuple[Path, Any]) -> None:
        _, run = bad_folder
        assert {Path(row["doc"]).name for row in run.objects} & {"scan.pdf", "sheet.xlsx", "odd.bin"} == set()
        assert "3 " in run.err
        assert "skipped" in run.err

    def test_a_format_that_is_not_read_is_a_finding_when_named(self, redact: Any, bad_folder: tuple[Path, Any]) -> None:
        folder, _ = bad_folder
        run = redact("audit", folder / "scan.pdf", folder / "sheet.xlsx", "--format", "json", "--as-of", AS_OF)
        assert run.status == 1
        found = {Path(row["doc"]).name: row["rule"] for row in run.objects}
        assert found == {"scan.pdf": "document-unreadable", "sheet.xlsx": "document-unreadable"}

    def test_no_permission(self, redact: Any, tmp_path: Path, flawed: Path) -> None:
        path = tmp_path / "sealed.txt"
        path.write_text("SECRET\n")
        path.chmod(0)
        if os.access(path, os.R_OK):
            pytest.skip("this user may read everything")
        run = redact("audit", path, flawed, "--format", "json", "--as-of", AS_OF)
        assert run.status == 1
        assert ("sealed.txt", "document-unreadable") in {(Path(row["doc"]).name, row["rule"]) for row in run.objects}

    def test_one_huge_line(self, redact: Any, tmp_path: Path) -> None:
        path = tmp_path / "line.txt"
        path.write_bytes(b"CONFIDENTIAL the quick brown fox (C) 1.4(b) [REDACTED] B1 " * 8_000)
        run = redact("audit", path, "--as-of", AS_OF, "--format", "json")
        assert run.status in (0, 1)
        assert len(run.stdout) < 2_000_000


BROKEN = """\
schema = 1
[[rule]]
id = "Shouting Words"
kind = "banner"
title = "Not kebab case"
pattern = "A("
keywords = ["aa"]
authority = ["an authority"]
rationale = "why"
advice = "what to do"
example = [ { text = "AA", span = "AA" }, { text = "b", none = true } ]

[[rule]]
id = "no-authority"
kind = "marker"
title = "Unknown kind, no authority, unknown key"
pattern = "AA"
keywords = ["aa"]
rationale = "why"
advice = "what to do"
colour = "red"
example = [ { text = "AA", span = "AA" }, { text = "b", none = true } ]

[[rule]]
id = "reads-a-file"
kind = "condition"
title = "SQL that reads a file"
table = "document_facts"
require = "level IN (SELECT x FROM read_csv('/etc/passwd'))"
message = "{level.__class__}"
severity = "loud"
authority = ["an authority"]
rationale = "why"
advice = "what to do"
example = [ { good = { level = "SECRET" } } ]
"""
OWN = """\
schema = 1
[[rule]]
id = "house-stamp"
kind = "case"
title = "Accession number of the reading room"
pattern = '''ACC-\\d{4}/\\d{2}'''
keywords = ["acc-"]
authority = ["Reading room rules, sec. 4"]
rationale = "Finds the box again."
advice = "Compare with the register."
example = [ { text = "ACC-1234/56", span = "ACC-1234/56", value = "ACC-1234/56" }, { text = "ACC-12", none = true } ]

[[rule]]
id = "house-needs-date"
kind = "condition"
title = "Record without a date"
table = "document_facts"
where = "document_type = 'memorandum'"
require = "document_date > DATE '2010-01-01'"
message = "The memorandum of {document_date} is too old for this room."
severity = "warning"
authority = ["Reading room rules, sec. 5"]
rationale = "Old papers are kept elsewhere."
advice = "Send it to the other building."
example = [
  { good = { document_type = "memorandum", document_date = 2011-01-01 } },
  { bad = { document_type = "memorandum", document_date = 2001-01-01 } },
]
"""


class TestRuleFiles:
    def test_a_broken_file_names_every_rule_key_and_reason_at_once(
        self, redact: Any, tmp_path: Path, flawed: Path
    ) -> None:
        (tmp_path / "one.toml").write_text(BROKEN, encoding="utf-8")
        (tmp_path / "two.toml").write_text("schema = 1\n[[rule]\n", encoding="utf-8")
        run = redact("audit", flawed, "--rules", tmp_path)
        assert (run.status, run.out) == (2, "")
        lines = run.err.splitlines()
        for words in (
            ("one.toml", "pattern", "regular expression"),
            ("one.toml", "id", "kebab"),
            ("one.toml", "no-authority", "kind"),
            ("one.toml", "no-authority", "authority"),
            ("one.toml", "no-authority", "colour"),
            ("one.toml", "reads-a-file", "message"),
            ("one.toml", "reads-a-file", "severity"),
            ("two.toml", "TOML"),
        ):
            assert any(all(word in line for word in words) for line in lines), words
        assert "root:" not in run.err

    @pytest.mark.parametrize(
        "sql",
        [
            "level IN (SELECT x FROM read_csv('/etc/passwd'))",
            "EXISTS (FROM read_csv('/etc/passwd'))",
            "document_date IS NOT NULL -- DROP",
            "no_such_column > 1",
            "redactions + 1",
            "SUM(redactions) > 3",
            "level = 'SECERT'",
            "redactions >",
        ],
    )
    def test_a_condition_may_not_do_more_than_judge_a_row(
        self, redact: Any, tmp_path: Path, flawed: Path, sql: str
    ) -> None:
        rule = OWN.replace("document_date > DATE '2010-01-01'", sql)
        (tmp_path / "own.toml").write_text(rule, encoding="utf-8")
        run = redact("audit", flawed, "--rules", tmp_path / "own.toml")
        assert (run.status, run.out) == (2, "")
        assert "own.toml" in run.err
        assert "house-needs-date" in run.err
        assert "root:" not in run.err

    def test_an_institutions_own_rules(self, redact: Any, tmp_path: Path, flawed: Path) -> None:
        rules = tmp_path / "own.toml"
        rules.write_text(OWN, encoding="utf-8")
        run = redact("audit", flawed, "--rules", rules, "--as-of", AS_OF, "--format", "json")
        row = next(row for row in run.objects if row["rule"] == "house-needs-date")
        assert row["message"] == "The memorandum of 2008-03-03 is too old for this room."
        spans = redact("spans", "-", "--rules", rules, stdin=FLAWED.encode() + b"\nACC-4711/08\n")
        assert [s["value"] for s in spans.objects if s["rule"] == "house-stamp"] == ["ACC-4711/08"]
        tested = redact("rules", "test", rules)
        assert tested.status == 0
        assert "2 rules" in tested.out
        assert "4 examples" in tested.out

    def test_an_example_that_fails(self, redact: Any, tmp_path: Path) -> None:
        rules = tmp_path / "own.toml"
        rules.write_text(OWN.replace('text = "ACC-12"', 'text = "ACC-9999/99"'), encoding="utf-8")
        run = redact("rules", "test", rules)
        assert run.status == 1
        assert "house-stamp[1]" in run.out


class TestAuditFolder:
    FILES = (
        "documents.parquet", "spans.parquet", "portions.parquet", "redactions.parquet", "links.parquet",
        "document_facts.parquet", "findings.parquet", "findings.csv", "findings.jsonl", "run.json",
    )  # fmt: skip

    def test_it_is_complete(self, folder: Path) -> None:
        assert sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) == sorted(self.FILES)

    def test_run_json(self, folder: Path, seeds: Path) -> None:
        import hashlib

        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        assert {"redact", "rules_digest", "as_of", "mode", "inputs", "counts", "skipped"} <= set(run)
        assert (run["as_of"], run["mode"]) == (AS_OF, "archive")
        assert [(Path(item["doc"]).name, item["sha256"]) for item in run["inputs"]] == [
            (path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in sorted(seeds.iterdir())
        ]
        assert run["counts"]["documents"] == 5

    def test_tables_agree_with_what_is_printed(self, folder: Path, seed_json: Any, redact: Any, seeds: Path) -> None:
        import polars as pl

        findings = pl.read_parquet(folder / "findings.parquet")
        assert findings.columns[:12] == COLUMNS
        assert findings.get_column("fingerprint").to_list() == [row["fingerprint"] for row in seed_json.objects]
        assert (folder / "findings.jsonl").read_bytes() == seed_json.stdout
        spans = pl.read_parquet(folder / "spans.parquet")
        printed = redact("spans", seeds).objects
        assert [tuple(row) for row in spans.rows()] == [tuple(row[name] for name in spans.columns) for row in printed]
        texts = dict(pl.read_parquet(folder / "documents.parquet").select("doc", "text").iter_rows())
        assert {Path(doc).name: text for doc, text in texts.items()} == {
            path.name: path.read_bytes().decode("utf-8-sig") for path in seeds.iterdir()
        }

    def test_twice_gives_the_same_bytes_and_leaves_reviews_alone(self, folder: Path, redact: Any, seeds: Path) -> None:
        again = folder.parent / "again"
        (again / "reviews").mkdir(parents=True)
        (again / "reviews" / "me.jsonl").write_text("{}\n")
        assert redact("audit", seeds, "--as-of", AS_OF, "--output", again).status in (0, 2)
        if not (again / "run.json").exists():  # only an audit folder is written over: make it one first
            shutil.rmtree(again)
            redact("audit", seeds, "--as-of", AS_OF, "--output", again)
            (again / "reviews").mkdir()
            (again / "reviews" / "me.jsonl").write_text("{}\n")
            assert redact("audit", seeds, "--as-of", AS_OF, "--output", again).status == 0
        assert (again / "reviews" / "me.jsonl").read_text() == "{}\n"
        for name in self.FILES:
            if name != "run.json":
                assert (again / name).read_bytes() == (folder / name).read_bytes(), name

    def test_no_text(self, redact: Any, seeds: Path, tmp_path: Path) -> None:
        import polars as pl

        out = tmp_path / "lean"
        redact("audit", seeds / "003_4eeecafe99b8410f.txt", "--as-of", AS_OF, "--output", out, "--no-text")
        documents = pl.read_parquet(out / "documents.parquet")
        assert documents.height == 1
        assert "text" not in documents.columns or documents.get_column("text").null_count() == 1
        for path in out.iterdir():
            assert b"PARAGRAPH 3 OF YOUR" not in path.read_bytes()

    def test_a_folder_of_other_files_is_not_written_over(self, redact: Any, seeds: Path, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "thesis.txt").write_text("years of work")
        run = redact("audit", seeds, "--as-of", AS_OF, "--output", tmp_path / "mine")
        assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
        if run.status == 2:
            assert "mine" in run.err

    def test_an_output_that_cannot_be_written(self, redact: Any, seeds: Path, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("no folder")
        run = redact("audit", seeds, "--as-of", AS_OF, "--output", tmp_path / "file")
        assert run.status == 2
        assert "file" in run.err
        assert (tmp_path / "file").read_text() == "no folder"
