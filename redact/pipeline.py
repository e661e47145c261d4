"""The stages joined: documents to spans, facts, findings. Pure: frames in, frames out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from redact.columns import column
from redact.document import Document
from redact.facts import DocumentRecord, derive
from redact.fields import Words, keep_words
from redact.lists import without_attributes, without_list_letters
from redact.router import document_type, record_type
from redact.rulebook import ConditionRule, Rulebook
from redact.scan import Scan, Scanner
from redact.span import Span
from redact.tables import SCHEMAS, empty

if TYPE_CHECKING:
    from redact.check_examine import Rows
    from redact.words import WordFinder

AT_ONCE = 12_000_000
"""Code points of text that are read together: enough to share the cost of a search, few enough for memory."""
AT_FIRST = 1_500_000
"""The same for the first texts, so that lines which recur are met but a few times before they are known."""


class Understood(NamedTuple):
    """What one document was read as.

    Attributes:
        spans: its markings; none where it is no record.
        record: portions, redactions, links, facts.
        timed_out: ids of rules that ran out of time on it.
    """

    spans: list[Span]
    record: DocumentRecord
    timed_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one batch, each with the schema of redact.tables, and what went wrong on the way."""

    documents: pl.DataFrame
    spans: pl.DataFrame
    portions: pl.DataFrame
    redactions: pl.DataFrame
    links: pl.DataFrame
    document_facts: pl.DataFrame
    findings: pl.DataFrame
    suppressed: pl.DataFrame
    gathered: pl.DataFrame


class Engine:
    """A rulebook made ready; build it once for many batches."""

    def __init__(self, rulebook: Rulebook, *, as_record: bool = False) -> None:
        self.rulebook = rulebook
        self._scanner = Scanner(rulebook)
        self._as_record = as_record
        self._of_another = frozenset(rule.id for rule in rulebook.patterns if rule.of_another)
        self._words: WordFinder | None = None
        self._is_warm = False

    def understand(self, document: Document) -> Understood:
        """Read one document: scan, route, derive."""
        document = document.evened()
        return self._understood(document, self._scanner.scan(document))

    def understand_all(self, documents: Iterable[Document]) -> Iterator[tuple[Document, Understood]]:
        """Read many documents, in order; cheaper than one by one."""
        for some in _handfuls(documents, AT_ONCE if self._is_warm else AT_FIRST):
            self._is_warm = True
            evened = [document.evened() for document in some]
            for document, even, scan in zip(some, evened, self._scanner.scan_all(evened), strict=True):
                yield document, self._understood(even, scan)

    def _understood(self, document: Document, scan: Scan) -> Understood:
        if scan.words is not None:
            keep_words(Words(document.text, self._words, scan.words))
        kind = (record_type if self._as_record else document_type)(document, scan.spans)
        text = document.text
        own = without_attributes(text, without_list_letters(text, scan.spans)) if kind != "not-a-record" else ()
        spans = list(own)
        return Understood(spans, derive(document, spans, kind=kind, of_another=self._of_another), scan.timed_out)

    def audit(
        self, documents: pl.DataFrame, *, as_of: date, mode: str = "archive",
        profile: Mapping[str, str] | None = None, only: frozenset[str] | None = None,
    ) -> Tables:  # fmt: skip
        """Audit a batch of documents.

        Args:
            documents: table `documents`; rows without text are reported as unreadable.
            as_of: the day against which overdue is judged.
            mode: `archive` or `publication`.
            profile: rule → severity or `off`.
            only: ids of the conditions to run; None for all.

        Returns:
            The tables of the batch; findings of scope `document` only (see `corpus_findings`).
        """
        batch = Batch(self)
        batch.add(documents)
        return batch.tables(as_of=as_of, mode=mode, profile=profile, only=only)

    def ready_to_examine(self) -> None:
        """Have the scanner find the words that examining asks for, too."""
        from redact.check_examine import examined_words

        if self._words is None:
            self._words = examined_words()
            self._scanner.look_for(self._words)

    def corpus_findings(
        self, documents: pl.DataFrame, tables: Mapping[str, pl.DataFrame], *, as_of: date, mode: str = "archive",
        profile: Mapping[str, str] | None = None, only: frozenset[str] | None = None,
    ) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
        """Findings that compare documents of the whole audit with each other, and what was kept silent."""
        conditions = [rule for rule in self.rulebook.conditions if rule.scope == "corpus"]
        return _findings(documents, tables, conditions, as_of, mode, profile, only, [], None)


class Batch:
    """Documents that are read a few at a time and checked together: conditions cost the same for few as for many.

    Attributes:
        texts: text of every document that has one, by name.
    """

    def __init__(self, engine: Engine) -> None:
        engine.ready_to_examine()
        self.texts: dict[str, str] = {}
        self._engine = engine
        self._rows = _Rows()
        self._documents: list[pl.DataFrame] = []
        self._examined: list[tuple[str, Rows]] = []

    def add(self, documents: pl.DataFrame, texts: Iterable[str | None] | None = None) -> None:
        """Read documents. Where this raises, the batch holds some of them and must not be used any more.

        Args:
            documents: table `documents`.
            texts: their texts, where these need not be in the table.
        """
        from redact.check_examine import examine

        self._documents.append(documents)
        given = documents.get_column("text") if texts is None else texts
        named = {doc: text for doc, text in zip(documents.get_column("doc"), given, strict=True) if text is not None}
        self.texts |= named
        for document, understood in self._engine.understand_all(Document.of(*one) for one in named.items()):
            self._rows.add(document, understood)
            self._examined.append((document.doc, examine(document.evened(), understood.spans, understood.record)))

    def tables(
        self, *, as_of: date, mode: str = "archive", profile: Mapping[str, str] | None = None,
        only: frozenset[str] | None = None,
    ) -> Tables:  # fmt: skip
        """The tables of the documents read; arguments and result as of `Engine.audit`."""
        from redact.checktables import gather

        documents = pl.concat(self._documents, rechunk=False) if self._documents else empty("documents")
        tables, examined = self._rows.frames(), self._examined
        conditions = [rule for rule in self._engine.rulebook.conditions if rule.scope == "document"]
        findings, suppressed = _findings(
            documents, tables, conditions, as_of, mode, profile, only, self._rows.timed_out, examined, self.texts
        )
        if "non-cable-document" not in _off(profile) and (only is None or "non-cable-document" in only):
            suppressed = pl.concat([suppressed, _no_records(tables["document_facts"], suppressed.schema)])
        return Tables(documents, findings=findings, suppressed=suppressed, gathered=gather(examined), **tables)


def _handfuls(documents: Iterable[Document], enough: int) -> Iterator[list[Document]]:
    """Documents in order, in lists of about `AT_ONCE` code points, the first of `enough`."""
    some: list[Document] = []
    size = 0
    for document in documents:
        some.append(document)
        size += len(document.text)
        if size >= enough:
            yield some
            some, size, enough = [], 0, AT_ONCE
    if some:
        yield some


def _off(profile: Mapping[str, str] | None) -> set[str]:
    return {rule for rule, severity in (profile or {}).items() if severity == "off"}


def _no_records(facts: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Rows of `suppressed` for documents to which no rule applies, because they are no records."""
    docs = facts.filter(pl.col("document_type") == "not-a-record").get_column("doc").to_list()
    rows = [(doc, "non-cable-document", 0, "not recognised as a record") for doc in docs]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _findings(
    documents: pl.DataFrame, tables: Mapping[str, pl.DataFrame], conditions: Sequence[ConditionRule], as_of: date,
    mode: str, profile: Mapping[str, str] | None, only: frozenset[str] | None, timed_out: list[tuple[str, str]],
    examined: Iterable[tuple[str, Rows]] | None, texts: Mapping[str, str] | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    from redact.checktables import build
    from redact.conditions import check
    from redact.findings import Mode, build_findings

    off = _off(profile)
    wanted = [rule for rule in conditions if rule.id not in off and (only is None or rule.id in only)]
    built = build(documents, **tables, timed_out=timed_out, examined=examined)
    checked = check(built, wanted, as_of=as_of)
    chosen: Mode = "publication" if mode == "publication" else "archive"
    facts = tables["document_facts"]
    findings = build_findings(documents, facts, checked.violations, mode=chosen, profile=profile, texts=texts)
    return findings, checked.suppressed


class _Rows:
    """Rows of a batch, gathered document by document, turned into frames once."""

    def __init__(self) -> None:
        names = ("spans", "portions", "redactions", "links")
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in names}
        self._counts: dict[str, list[int]] = {name: [] for name in names}
        self._lines: list[int] = []
        self._texts: list[str] = []
        self._docs: list[str] = []
        self._facts: list[Mapping[str, Any]] = []
        self.timed_out: list[tuple[str, str]] = []

    def add(self, document: Document, understood: Understood) -> None:
        doc, text, starts = document.doc, document.text, document.starts
        spans, record = understood.spans, understood.record
        self._lines += [bisect_right(starts, span.start) for span in spans]
        self._texts += [text[span.start : span.end] for span in spans]
        for name, rows in (
            ("spans", spans), ("portions", record.portions), ("redactions", record.redactions), ("links", record.links),
        ):  # fmt: skip
            self._rows[name] += rows
            self._counts[name].append(len(rows))
        self._docs.append(doc)
        self._facts.append(record.facts)
        self.timed_out.extend((doc, rule) for rule in understood.timed_out)

    def frames(self) -> dict[str, pl.DataFrame]:
        frames: dict[str, pl.DataFrame] = {}
        for name, rows in self._rows.items():
            docs = list(chain.from_iterable(map(repeat, self._docs, self._counts[name])))
            columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * (len(SCHEMAS[name]) - 1)
            if name == "spans" and rows:
                start, end, kind, value, rule = columns
                columns = [kind, start, end, self._lines, self._texts, value, rule]
            frames[name] = _frame(name, [docs, *columns])
        facts = [[facts.get(name) for facts in self._facts] for name in SCHEMAS["document_facts"] if name != "doc"]
        frames["document_facts"] = _frame("document_facts", [self._docs, *facts])
        return frames


def _frame(name: str, columns: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """A table of the audit from its columns: several times faster than row by row."""
    return pl.DataFrame([
        column(part, values, dtype) for (part, dtype), values in zip(SCHEMAS[name].items(), columns, strict=True)
    ])  # fmt: skip
