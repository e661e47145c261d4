"""Public functions that read files: what CLI, TUI and scripts call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from redact.document import Document
from redact.errors import UsageError
from redact.rulebook import Rulebook, load, packaged, packaged_files
from redact.sources import Selection, read, read_rule_files, select

if TYPE_CHECKING:
    from redact.auditing import AuditResult


def load_rulebook(paths: Sequence[str] = ()) -> Rulebook:
    """The packaged rules, with an institution's own rule files where paths are given.

    Raises:
        UsageError: a path is missing or cannot be read.
        RuleFilesError: with every fault of every file.
    """
    if not paths:
        return packaged()
    files, tables = packaged_files()
    return load([*files, *read_rule_files(paths)], tables)


def read_documents(selection: Selection) -> Iterator[Document]:
    """Documents of a selection that can be read, in order."""
    for item in selection.inputs:
        loaded = read(item)
        if loaded.text is not None:
            yield Document.of(loaded.doc, loaded.text)


def audit(
    paths: Sequence[str] | str, *, as_of: date | None = None, rules: Sequence[str] = (), mode: str = "archive",
    profile: Mapping[str, str] | None = None, jobs: int | None = None,
) -> AuditResult:  # fmt: skip
    """Audit files and folders, as `redact audit` does.

    Args:
        paths: files, folders (searched recursively) or globs.
        as_of: the day against which overdue is judged; None: today.
        rules: an institution's own rule files or folders.
        mode: `archive` or `publication`.
        profile: rule → severity or `off`.
        jobs: worker processes; None chooses by size.

    Returns:
        Polars frames with the schemas of redact.tables; `skipped` names files that were not read.

    Raises:
        UsageError: a path does not exist, or nothing is left to read.
        RuleFilesError: a rule file is broken.
    """
    from redact.auditing import finish
    from redact.batches import Job, engine_for
    from redact.workers import run

    selection = select([paths] if isinstance(paths, str) else list(paths))
    if selection.faults or not selection.inputs:
        raise UsageError("\n".join(selection.faults) or "no document to read")
    day = as_of or datetime.now().astimezone().date()
    job = Job(tuple(rules), day, mode, dict(profile or {}), None, keep_all=True)
    batches = run(job, selection.inputs, jobs)
    return finish(engine_for(tuple(rules)), batches, as_of=day, mode=mode, profile=profile, skipped=selection.skipped)
