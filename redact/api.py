"""Public functions that read files: what CLI, TUI and scripts call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redact.document import Document
from redact.rulebook import Rulebook, load, packaged, packaged_files
from redact.sources import Selection, read, read_rule_files


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
