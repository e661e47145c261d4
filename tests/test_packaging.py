"""The distribution: every package is listed, and the wheel holds what the program reads when it runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TOOL = PROJECT["tool"]["setuptools"]
FOLDERS: dict[str, str] = TOOL["package-dir"]
SKIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", "build", "dist", "*.egg-info")


def packages_on_disk() -> set[str]:
    """Names of all packages, from the `__init__.py` files below the mapped folders."""
    found = set()
    for name, folder in FOLDERS.items():
        for path in (ROOT / folder).rglob("__init__.py"):
            found.add(".".join((name, *path.parent.relative_to(ROOT / folder).parts)))
    return found


def test_every_package_on_disk_is_listed() -> None:
    assert packages_on_disk() - set(TOOL["packages"]) == set()


def test_every_listed_package_is_on_disk() -> None:
    listed_only = set(TOOL["packages"]) - packages_on_disk()
    # a folder of documents is listed as well, to be found by importlib.resources; it holds no code
    assert listed_only == {
        name for name in listed_only if name in FOLDERS and not list((ROOT / FOLDERS[name]).rglob("*.py"))
    }
    assert listed_only == {name for name in listed_only if name in TOOL["package-data"]}


def test_every_data_file_is_covered_by_package_data() -> None:
    missing = []
    for name, folder in FOLDERS.items():
        for path in (ROOT / folder).rglob("*"):
            if path.is_dir() or path.suffix in (".py", ".pyc") or "__pycache__" in path.parts:
                continue
            owners = [(name, path.relative_to(ROOT / folder))]
            for package in TOOL["packages"]:
                if package.startswith(name + "."):
                    inner = ROOT / folder / Path(*package.removeprefix(name + ".").split("."))
                    if path.is_relative_to(inner):
                        owners.append((package, path.relative_to(inner)))
            patterns = [(relative, glob) for owner, relative in owners for glob in TOOL["package-data"].get(owner, [])]
            if not any(relative.match(glob.removeprefix("**/")) for relative, glob in patterns):
                missing.append(path.relative_to(ROOT).as_posix())
    assert missing == []


def test_names_do_not_collide_with_other_distributions() -> None:
    assert PROJECT["project"]["name"] == "redact-audit"
    assert PROJECT["project"]["scripts"] == {"redact": "redact.cli:main"}
    assert {package.partition(".")[0] for package in TOOL["packages"]} == {"redact"}
    assert "py.typed" in TOOL["package-data"]["redact"]
    assert (ROOT / "redact" / "py.typed").exists()


def test_dependencies_are_pinned_by_range() -> None:
    for requirement in PROJECT["project"]["dependencies"]:
        assert ">=" in requirement, requirement


def test_the_installed_distribution_has_its_command_and_no_stray_names(tmp_path: Path) -> None:
    try:
        installed = distribution("redact-audit")
    except PackageNotFoundError:
        pytest.fail("redact-audit is not installed: pip install -e '.[test]'")
    assert {entry.name: entry.value for entry in installed.entry_points} == {"redact": "redact.cli:main"}
    code = "import redact.rules, redact.tui, redact.cli; import rules"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True,
        cwd=tmp_path, check=False,
    )  # fmt: skip
    assert "No module named 'rules'" in done.stderr


def _can_build() -> bool:
    """The build backend as pyproject.toml asks for it; a build without isolation needs it installed."""
    try:
        return int(version("setuptools").partition(".")[0]) >= 77
    except PackageNotFoundError:
        return False


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not _can_build():
        pytest.skip("setuptools 77 or later is not installed")
    tree = tmp_path_factory.mktemp("tree")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    for folder in set(FOLDERS.values()):
        shutil.copytree(ROOT / folder, tree / folder, ignore=SKIPPED)
    (tree / "dist").mkdir()
    code = "from setuptools.build_meta import build_wheel; print(build_wheel('dist'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return next((tree / "dist").glob("*.whl"))


def test_the_wheel_holds_everything(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    expected = {
        "/".join((*name.split("."), *path.relative_to(ROOT / folder).parts))
        for name, folder in FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc" and "__pycache__" not in path.parts
    }
    assert expected - held == set()
    assert {name.partition("/")[0] for name in held} == {
        "redact",
        next(n for n in held if ".dist-info" in n).partition("/")[0],
    }
    for suffix in (".toml", ".csv", ".html", ".css", ".tcss", "py.typed"):
        assert any(name.endswith(suffix) for name in held), suffix


def test_the_audit_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """The archive unpacked into an empty folder, first on the path, with nothing of the work tree beside it."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    shutil.copy(ROOT / "seeds" / "000_129857a8c4263248.txt", tmp_path / "cable.txt")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); sys.meta_path[:] = "
        "[finder for finder in sys.meta_path if 'editable' not in repr(finder).lower()]\n"
        "import redact.cli, redact.tui.app\n"
        f"assert redact.cli.__file__.startswith({str(tmp_path)!r}), redact.cli.__file__\n"
        "redact.cli.main(['audit', 'cable.txt', '--as-of', '2026-01-01', '--isolated', '-q'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "declass-overdue" in done.stdout
