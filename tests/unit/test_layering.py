"""The stages of docs/architecture.md, held by the imports: a pure core, a named edge, nothing that runs in circles."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EDGE = {
    "redact.__main__", "redact.sources", "redact.audit_folder", "redact.config", "redact.config_file", "redact.api",
    "redact.batches", "redact.team", "redact.workers",
    "redact.ruledocs", "redact.review.log", "redact.review.place", "redact.review.session", "redact.review.settle",
    "redact.review.worklists", "redact.review.listing", "redact.review.plain",
}  # fmt: skip
"""Modules that read files, clocks, streams or the environment, or show a session that does, beside the command line
and the review client."""
OUTSIDE = {
    "os", "sys", "subprocess", "shutil", "tempfile", "socket", "time", "glob", "logging", "http", "signal",
    "multiprocessing", "concurrent", "threading", "random", "locale", "getpass",
}  # fmt: skip
STOPWATCH = {"monotonic", "perf_counter"}
"""What the core may know of time: how long a rule has run (its limit), never what day it is."""
CALLS = {"open", "print", "input", "exec", "eval", "__import__"}
METHODS = {"now", "today", "utcnow", "cwd", "home", "write_text", "write_bytes", "read_bytes", "getenv"}
FIRST = ("errors", "vocabulary", "display", "span", "plain_flags")
MAY_IMPORT: dict[str, set[str]] = {
    **{f"redact.{name}": set() for name in FIRST},
    "redact.tables": {"redact.vocabulary"},
    "redact.document": {"redact.errors"},
}
STAGES = (
    {"redact.document", "redact.span"},
    {"redact.scan"},
    {"redact.facts"},
    {"redact.conditions"},
    {"redact.findings"},
    {"redact.auditing"},
)
"""A stage imports none of the later ones."""


def _is_edge(module: str) -> bool:
    return module in EDGE or module.startswith(("redact.cli", "redact.tui"))


@cache
def sources() -> dict[str, Path]:
    """Every module of ours, by the name it is installed under."""
    found: dict[str, Path] = {}
    for folder, name in (("redact", "redact"), ("tui", "redact.tui")):
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            found[".".join((name, *(part for part in parts if part != "__init__")))] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(sources()[module].read_text(encoding="utf-8"))


def _typing_only(module: str) -> set[int]:
    """Ids of nodes under `if TYPE_CHECKING:`, which import nothing when the program runs."""
    return {
        id(inner)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }


def imported(module: str, *, at_load: bool = False) -> Iterator[str]:
    """Names of modules that a module imports; with `at_load` only those it imports when it is loaded itself."""
    typing = _typing_only(module)
    later = {
        id(inner)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree(module)):
        if id(node) in typing or (at_load and id(node) in later):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module if sources()[module].name == "__init__.py" else module.rpartition(".")[0]
                parts = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parts, *([node.module] if node.module else [])])
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield whole if whole in sources() else base


CORE = [module for module in sources() if not _is_edge(module)]


@pytest.mark.parametrize("module", CORE)
def test_the_core_touches_nothing_outside(module: str) -> None:
    touched = {name for name in imported(module) if name.partition(".")[0] in OUTSIDE or name == "urllib.request"}
    if touched == {"time"} and _names_of("time", module) <= STOPWATCH:
        touched = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in CALLS:
                touched.add(f"{node.func.id}() in line {node.lineno}")
            elif isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
                touched.add(f".{node.func.attr}() in line {node.lineno}")
        elif isinstance(node, ast.Attribute) and node.attr == "environ":
            touched.add(f"environ in line {node.lineno}")
    assert touched == set()


def _names_of(imported_module: str, module: str) -> set[str]:
    """What a module uses of another: `time.x` and `from time import x`."""
    used = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == imported_module:
            used.add(node.attr)
        elif isinstance(node, ast.ImportFrom) and node.module == imported_module:
            used |= {alias.name for alias in node.names}
    return used


@pytest.mark.parametrize("module", CORE)
def test_the_core_reads_packaged_files_only(module: str) -> None:
    reads = [
        node.lineno
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "read_text"
    ]
    assert not reads or any(name.startswith("importlib") for name in imported(module)), reads


@pytest.mark.parametrize("module", CORE)
def test_the_core_does_not_import_the_edge(module: str) -> None:
    ours = {name for name in imported(module) if name.startswith("redact") and _is_edge(name)}
    if module == "redact":  # public names, imported when they are asked for
        ours = {name for name in imported(module, at_load=True) if name.startswith("redact")}
    assert ours == set()


@pytest.mark.parametrize("module", sorted(MAY_IMPORT))
def test_the_ground_floor_imports_what_it_may(module: str) -> None:
    assert {name for name in imported(module) if name.startswith("redact")} <= MAY_IMPORT[module]


@pytest.mark.parametrize("package", ["redact.grammar", "redact.normalise"])
def test_grammar_and_normalisers_know_no_document(package: str) -> None:
    ours = {
        name
        for module in sources()
        if module.startswith(package)
        for name in imported(module)
        if name.startswith("redact") and not name.startswith(("redact.grammar", "redact.normalise"))
    }
    assert ours <= {"redact.vocabulary", "redact.errors", "redact.rules"}


def test_a_stage_imports_no_later_one() -> None:
    wrong = []
    for number, stage in enumerate(STAGES):
        later = set().union(*STAGES[number + 1 :])
        wrong += [(module, name) for module in stage for name in imported(module) if name in later]
    assert wrong == []


def test_reports_are_made_of_results_alone() -> None:
    wrong = [
        (module, name)
        for module in sources()
        if module.startswith("redact.reports")
        for name in imported(module)
        if name.startswith("redact") and _is_edge(name)
    ]
    assert wrong == []


def test_the_library_does_not_know_its_clients() -> None:
    wrong = [
        (module, name)
        for module in sources()
        if not module.startswith(("redact.tui", "redact.cli", "redact.__main__"))
        for name in imported(module)
        if name.startswith(("redact.tui", "redact.cli", "textual", "click"))
    ]
    assert wrong == []
    from_cli = {
        module
        for module in sources()
        if module.startswith("redact.cli")
        for name in imported(module)
        if name.startswith(("redact.tui", "textual"))
    }
    assert from_cli <= {"redact.cli.review"}


def test_the_review_client_holds_no_domain_logic() -> None:
    stages = {"redact.scan", "redact.pipeline", "redact.conditions", "redact.facts", "redact.sources"}
    wrong = [
        (module, name)
        for module in sources()
        if module.startswith("redact.tui")
        for name in imported(module)
        if name in stages or name.startswith(("redact.cli", "redact.normalise", "redact.grammar"))
    ]
    assert wrong == []


def test_nothing_is_imported_by_the_name_of_its_folder() -> None:
    folders = {"tui", "rules", "seeds", "tests"}
    wrong = [(module, name) for module in sources() for name in imported(module) if name.partition(".")[0] in folders]
    assert wrong == []


def test_no_module_imports_itself_round_a_corner() -> None:
    graph = {module: {name for name in imported(module, at_load=True) if name in sources()} for module in sources()}
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join((*path[path.index(module) :], module))
        if module not in done:
            for name in sorted(graph[module]):
                visit(name, (*path, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import redact", {"polars", "pandera", "textual", "click", "regex"}),
        ("import redact.auditing", {"textual", "click", "rich", "redact.cli", "redact.tui"}),
        ("import redact.pipeline, redact.findings, redact.conditions", {"textual", "click", "redact.sources"}),
        ("import redact.cli", {"polars", "pandera", "textual", "rich"}),
    ],
)
def test_what_an_import_brings_with_it(statement: str, absent: set[str]) -> None:
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT / "tests")
    assert absent & set(done.stdout.split()) == set()
