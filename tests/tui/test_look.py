"""The display gate is the only way to the screen; nothing hangs on colour (statements 12, 56, 59); screens as text."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import Any

import pytest
import redact.tui
from redact.tui.acts import ACTS, key_card
from redact.tui.style import ASCII, DARK, LIGHT, STYLES, UNICODE, styles_for
from textual.color import Color

from redact.review.query import parse_query
from redact.review.states import LETTERS, STATES, WORDS

TUI = Path(redact.tui.__file__).parent
SNAPSHOTS = Path(__file__).parent / "snapshots"
MAKERS = {"Content", "Segment", "Strip", "Text", "Static", "Label", "RichLog", "Log", "DataTable", "TextArea", "Option",
          "Markdown", "Tree", "OptionList", "ListItem", "Button", "Select", "Checkbox", "Header", "Footer", "Tooltip",
          "from_markup", "from_rich_text", "notify", "border_title", "border_subtitle", "tooltip",
          "placeholder"}  # fmt: skip


def names(tree: ast.AST) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.append((node.id, node.lineno))
        elif isinstance(node, ast.Attribute):
            found.append((node.attr, node.lineno))
        elif isinstance(node, ast.alias):
            found.append((node.name.rsplit(".", 1)[-1], node.lineno))
        elif isinstance(node, ast.keyword) and node.arg:
            found.append((node.arg, node.value.lineno))
    return found


@pytest.mark.parametrize("path", sorted(TUI.rglob("*.py")), ids=lambda path: str(path.relative_to(TUI)))
def test_only_the_gate_makes_displayable_text(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.name == "safe.py":
        return
    allowed = {"Strip": "annotation of render_line"} if "def render_line" in path.read_text() else {}
    if path.name == "acts.py":
        allowed["tooltip"] = "words of the table of acts"
    for name, line in names(tree):
        assert name not in MAKERS - set(allowed), f"{path.name}:{line} makes {name} outside safe.py"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "Strip", f"{path.name}:{node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert getattr(node.func.value, "id", "") != "Strip", f"{path.name}:{node.lineno}"
        if isinstance(node, ast.FunctionDef) and node.name in ("render", "render_lines", "__rich_console__"):
            pytest.fail(f"{path.name}:{node.lineno} draws by itself")
        if isinstance(node, ast.FunctionDef) and node.name == "render_line":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return):
                    value = inner.value
                    made = isinstance(value, ast.Call) and ast.unparse(value.func).startswith("safe.")
                    assert made or (isinstance(value, ast.Name) and f"{value.id} = safe." in ast.unparse(node))


def test_the_core_never_imports_the_client() -> None:
    core = TUI.parent / "redact"
    for path in [core / "display.py", core / "audit_folder.py", *(core / "review").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not any(module.startswith(("textual", "rich", "redact.tui")) for module in modules), path


def test_every_state_has_a_letter_of_its_own_and_words() -> None:
    assert set(LETTERS) == set(WORDS) == set(STATES)
    assert len(set(LETTERS.values())) == len(STATES)
    for name, look in STYLES.items():
        if look.dark and name not in ("dim", "key"):
            assert not look.sign.startswith("none"), f"{name} is told by colour alone"


def luminance(colour: Color) -> float:
    parts = [(c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4) for c in colour.rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_contrast_of_both_themes(theme: Any) -> None:
    variables = theme.to_color_system().generate()
    background = variables["background"]
    assert contrast(variables["foreground"], background) >= 4.5
    for name, style in styles_for(theme).items():
        if style.color is not None:
            assert contrast(style.color.name, background) >= 4.5, name


@pytest.mark.parametrize("text", ["", "abc", "folder/name.txt", "漢字" * 3, "\x1b[2Jx" * 9, "e\u0301" * 9, "a b c d"])
def test_texts_fit_any_width_exactly(text: str) -> None:
    from redact.tui import safe

    for width in range(1, 30):
        assert safe.width_of(safe.fit(text, width)) == width
        assert safe.width_of(safe.fit_end(text, width)) == width
        for most in (1, 2, 50):
            lines = safe.wrapped(text, width, most)
            assert len(lines) <= most
            assert all(safe.width_of(line) <= max(2, width) for line in lines)


def test_ascii_signs_are_ascii_and_of_the_same_number() -> None:
    assert all(str(value).isascii() for value in vars(ASCII).values())
    assert set(vars(ASCII)) == set(vars(UNICODE))


def test_the_key_card_is_one_page_of_80_columns() -> None:
    lines = key_card().split("\n")
    assert len(lines) <= 70
    assert max(map(len, lines)) <= 100
    assert all(act.help and act.label for act in ACTS.values())


VIEWS = {
    "home": [], "list": ["2"], "document": ["2", "enter"], "charts": ["5"], "dismiss": ["2", "d"], "filter": ["2", "f"],
}  # fmt: skip


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("view", VIEWS)
async def test_screens_as_text(drive: Any, open_review: Any, audit: Path, view: str, size: tuple[int, int]) -> None:
    if size == (160, 50) and view in ("dismiss", "filter"):
        pytest.skip("the same box")
    async with drive(open_review(audit), size=size, glyphs=UNICODE) as client:
        await client.press(*VIEWS[view])
        await client.pilot.pause(0.2)
        path = SNAPSHOTS / f"{view}-{size[0]}x{size[1]}.txt"
        shown = client.text + "\n"
        if "UPDATE_SNAPSHOTS" in os.environ:  # then look at the files before they are committed
            path.parent.mkdir(exist_ok=True)
            path.write_text(shown, encoding="utf-8")
        assert shown == path.read_text(encoding="utf-8")


async def test_no_screen_shows_words_that_nobody_wrote(drive: Any, open_review: Any, audit: Path) -> None:
    async with drive(open_review(audit)) as client:
        client.app.open_list(parse_query(""))
        await client.pilot.pause()
        for row in (line[31:50].strip() for line in client.text.split("\n")[2:8]):
            assert row.split()[0] in client.app.review.findings["doc"].to_list()


def test_the_key_card_of_the_documentation_is_the_clients() -> None:
    page = (TUI.parent / "docs" / "review.md").read_text(encoding="utf-8")
    assert f"```\n{key_card()}```" in page
