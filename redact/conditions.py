"""Condition rules: SQL over a table's columns, checked at load, run as pandera checks, one validation a table a batch.

`require` is true for a good row, false for one to report, null where it does not apply. A row is looked at where
`where` is true and the rule's validity covers the row's date; a row that fails is kept back where one of the rule's
`silence` expressions is true, and then says which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrors

from redact.checktables import CHECK_SCHEMAS, CheckTables, end_column, line_column
from redact.condition_sql import first_line, parse
from redact.errors import ConditionError, RuleFileError
from redact.rulebook import ConditionRule, message_fields
from redact.suggest import did_you_mean

AS_OF = "as_of"
"""Column with the day of the audit, which every table of conditions has."""
EXAMPLE_DAY = date(2026, 1, 1)
"""Day of the audit in row examples that name no `as_of`."""
EXTRA_FIELDS = frozenset({"count"})
"""Names a message may use that are no columns: `count` of merged rows."""

GATHERED = ("start", "end", "line", "column", "evidence", "line_text", "own_name")
"""Columns from which a finding over a batch is made, whether or not the texts were kept."""

SUPPRESSED = pl.Schema({"doc": pl.String, "rule": pl.String, "start": pl.UInt32, "suppressed_by": pl.String})
"""Rows that a rule would have reported, and the reason why it kept silent."""


@dataclass(frozen=True, slots=True)
class Violations:
    """Rows of one rule's table that fail it, with every column that finding and message need."""

    rule: ConditionRule
    rows: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Checked:
    """What a batch of conditions gave; `suppressed` has the columns of `SUPPRESSED`."""

    violations: list[Violations]
    suppressed: pl.DataFrame


@dataclass(frozen=True, slots=True)
class ExampleFailure:
    """A row example that does not behave as its rule says."""

    rule: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A rule made ready.

    Attributes:
        flag: whether a row is good, null where the rule does not speak of it; named by the rule's id.
        silence: what is recorded of a failing row: `SUPPRESSED`, its reason null where the row is reported.
        shown: columns that findings and message need.
        read: columns that silence needs too.
        asked: all columns of the table that the rule speaks of.
    """

    flag: pl.Expr
    silence: tuple[pl.Expr, ...]
    shown: tuple[str, ...]
    read: tuple[str, ...]
    asked: frozenset[str]


def _boolean(expression: pl.Expr, table: str) -> None:
    try:
        probe = _empty(table).select(expression.alias("ok"))
    except Exception as err:
        raise ValueError(first_line(err)) from err
    if probe.height or probe.schema["ok"] != pl.Boolean:
        raise ValueError("one Boolean a row is needed (no aggregate, no number)")


@cache
def _schema_of(table: str) -> pl.Schema:
    return pl.Schema([*CHECK_SCHEMAS[table].items(), (AS_OF, pl.Date())])


@cache
def _empty(table: str) -> pl.DataFrame:
    return _schema_of(table).to_frame(eager=True)


def _window(rule: ConditionRule) -> pl.Expr | None:
    span = rule.validity
    if span.start is None and span.end is None:
        return None
    judged = pl.col(span.judged_on)
    inside = judged.is_not_null()
    if span.start is not None:
        inside &= judged >= span.start
    if span.end is not None:
        inside &= judged <= span.end
    return inside


def _compile(rule: ConditionRule, *, probe: bool) -> _Compiled:
    """Raises ValueError(key, reason); with `probe` each expression is tried on an empty table."""
    if rule.table not in CHECK_SCHEMAS:
        near = did_you_mean(rule.table, list(CHECK_SCHEMAS))
        raise ValueError("table", f"unknown table `{rule.table}`{near}; known: {', '.join(CHECK_SCHEMAS)}")
    schema = _schema_of(rule.table)

    def part(key: str, sql: str) -> pl.Expr:
        try:
            expression = parse(sql, schema)
            if probe and sql.strip().upper() not in ("TRUE", "FALSE"):
                _boolean(expression, rule.table)
        except ValueError as err:
            raise ValueError(key, str(err)) from err
        return expression

    applies = part("where", rule.where)
    window = _window(rule)
    if window is not None:
        if schema.get(rule.validity.judged_on) != pl.Date:
            raise ValueError("validity", f"`{rule.validity.judged_on}` is no date column of `{rule.table}`")
        applies = window & applies
    flag = pl.when(applies.fill_null(False)).then(part("require", rule.require)).alias(rule.id)
    reasons = [(reason, part(f"silence.{reason}", sql)) for reason, sql in rule.silence.items()]
    if rule.points_at not in schema or not schema[rule.points_at].is_integer():
        raise ValueError("points_at", f"`{rule.points_at}` is no column of `{rule.table}` that holds an offset")
    for name in message_fields(rule.message):
        if name not in schema and name not in EXTRA_FIELDS:
            raise ValueError("message", f"no column `{name}` in `{rule.table}`{did_you_mean(name, schema.names())}")
    for number, example in enumerate(rule.examples, start=1):
        row = example.get("good", example.get("bad"))
        if row is None:
            continue
        if not isinstance(row, dict):
            raise ValueError("example", f"example {number}: a table of columns is needed")
        for name in row:
            if name not in schema:
                near = did_you_mean(name, schema.names())
                raise ValueError("example", f"example {number}: no column `{name}` in `{rule.table}`{near}")
    silence = _silence(rule, reasons)
    shown = tuple(dict.fromkeys(_columns_needed(rule, schema)))
    read = tuple(dict.fromkeys((*shown, *(name for part in silence for name in part.meta.root_names()))))
    return _Compiled(flag, silence, shown, read, frozenset((*read, *flag.meta.root_names())))


def _silence(rule: ConditionRule, reasons: Sequence[tuple[str, pl.Expr]]) -> tuple[pl.Expr, ...]:
    """What is recorded of a failing row, with the first reason that holds; nothing where a rule has no reasons."""
    if not reasons:
        return ()
    first = pl.coalesce(pl.when(holds).then(pl.lit(reason)) for reason, holds in reasons)
    start = pl.col(rule.points_at).cast(pl.UInt32).fill_null(0).alias("start")
    return pl.col("doc"), pl.lit(rule.id).alias("rule"), start, first.alias("suppressed_by")


def fault_of(rule: ConditionRule) -> RuleFileError | None:
    """What is wrong with a condition rule, or None; its row examples are run by `run_row_examples`."""
    try:
        _compile(rule, probe=True)
    except ValueError as err:
        key, reason = err.args if len(err.args) == 2 else (None, str(err))
        return RuleFileError(rule.source, rule.id, key, reason)
    return None


_COMPILED: dict[int, tuple[ConditionRule, _Compiled]] = {}


def _compiled(rule: ConditionRule) -> _Compiled:
    """Compiled form, kept by identity: rules hold mappings and cannot be hashed."""
    known = _COMPILED.get(id(rule))
    if known is None or known[0] is not rule:
        if len(_COMPILED) > 4096:
            _COMPILED.clear()
        known = (rule, _compile(rule, probe=False))
        _COMPILED[id(rule)] = known
    return known[1]


def _columns_needed(rule: ConditionRule, schema: pl.Schema) -> Iterator[str]:
    yield "doc"
    yield rule.points_at
    for name in (end_column(rule.points_at), line_column(rule.points_at)):
        if name in schema:
            yield name
    yield from (name for name in GATHERED if rule.scope == "corpus" and name in schema)
    yield from (name for name in message_fields(rule.message) if name in schema)


def _check_of(name: str) -> pa.Check:
    return pa.Check(lambda data: data.lazyframe.collect().get_column(name).all(), name=name, error=name)


def _fails(table: str, flags: pl.DataFrame) -> set[str]:
    """Names of columns that hold a false; one pandera validation.

    The frame holds one Boolean column a rule: polars evaluates all conditions of a table in one pass. A check that
    answers with one Boolean costs pandera a quarter of one that answers row by row (0.3 and 1.2 ms, whatever the
    rows); a column without a false cannot fail one and gets none.
    """
    doubtful = [column for column in flags.get_columns() if not column.all()]
    if not doubtful:
        return set()
    schema = pa.DataFrameSchema({}, checks=[_check_of(column.name) for column in doubtful], name=table)
    failed: set[str] = set()
    try:
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(pl.DataFrame(doubtful), lazy=True)
    except SchemaErrors as err:
        for one in err.schema_errors:
            name = getattr(one.check, "name", None)
            if one.reason_code is None or one.reason_code.name != "DATAFRAME_CHECK" or name is None:
                raise ConditionError(f"table `{table}`: {name or one.reason_code}: {first_line(one)}") from err
            failed.add(name)
    return failed


def check(tables: Mapping[str, pl.DataFrame], rules: Sequence[ConditionRule], *, as_of: date) -> Checked:
    """Run condition rules over the tables of `checktables.build`.

    Args:
        tables: frames by name, with the columns of `CHECK_SCHEMAS`; a table that is absent has no rows.
        rules: condition rules, checked by `fault_of`.
        as_of: day of the audit, the column `as_of` of every table.

    Returns:
        Violations in the order of `rules`, without rules that nothing fails, and what was kept silent.

    Raises:
        ConditionError: a condition raised, or a table does not have the form its schema says.
    """
    by_table: dict[str, list[ConditionRule]] = defaultdict(list)
    for rule in rules:
        by_table[rule.table].append(rule)
    found: dict[str, pl.DataFrame] = {}
    silent: list[pl.DataFrame] = []
    # What pandera collects is small: the streaming engine, polars' default, spends its time on waking threads.
    with pl.Config(engine_affinity="in-memory"):
        for table, some in by_table.items():
            rows, kept = _check_table(table, tables, some, as_of)
            found.update(rows)
            silent.extend(kept)
    suppressed = (
        pl.concat(silent).sort("doc", "start", "rule", maintain_order=True)
        if silent
        else SUPPRESSED.to_frame(eager=True)
    )
    return Checked([Violations(rule, found[rule.id]) for rule in rules if rule.id in found], suppressed)


def _columns_of(tables: Mapping[str, pl.DataFrame], table: str, names: Collection[str]) -> pl.DataFrame | None:
    """The columns of a table that its conditions ask of; None where it has no rows."""
    frame = tables.part(table, names) if isinstance(tables, CheckTables) else tables.get(table)
    if frame is None or not frame.height:
        return None
    given, schema = frame.schema, _schema_of(table)
    wrong = [name for name in names if given.get(name) != schema[name]]
    if wrong:
        raise ConditionError(f"table `{table}` has not the columns of its schema: {', '.join(sorted(wrong))}")
    return frame


def _check_table(
    table: str, tables: Mapping[str, pl.DataFrame], rules: Sequence[ConditionRule], as_of: date
) -> tuple[dict[str, pl.DataFrame], list[pl.DataFrame]]:
    compiled = {rule.id: _compiled(rule) for rule in rules}
    names = frozenset[str]().union(*(some.asked for some in compiled.values()))
    frame = _columns_of(tables, table, names - {AS_OF})
    if frame is None:
        return {}, []
    if AS_OF in names:
        frame = frame.with_columns(pl.lit(as_of, pl.Date).alias(AS_OF))
    try:
        # A constant is as long as the table only beside a column of it.
        flags = frame.select_seq("doc", *(some.flag for some in compiled.values())).drop("doc")
    except Exception as err:
        raise ConditionError(f"table `{table}`: {first_line(err)}") from err
    if flags.height != frame.height:
        raise ConditionError(f"table `{table}`: a condition gave {flags.height} answers for {frame.height} rows")
    failed = _fails(table, flags)
    found: dict[str, pl.DataFrame] = {}
    silent: list[pl.DataFrame] = []
    for rule_id, some in compiled.items():
        if rule_id not in failed:
            continue
        bad = _rows_where(frame, ~flags.get_column(rule_id), some.read)
        if some.silence:
            judged = bad.select_seq(some.silence)
            is_reported = judged.get_column("suppressed_by").is_null()
            if not is_reported.all():
                silent.append(_rows_where(judged, ~is_reported, judged.columns))
                bad = _rows_where(bad, is_reported, some.shown)
        if bad.height:
            found[rule_id] = bad.select(some.shown)
    return found, silent


def _rows_where(frame: pl.DataFrame, mask: pl.Series, names: Iterable[str]) -> pl.DataFrame:
    """Some columns of the rows for which a mask is true; column by column it is cheapest for few rows."""
    return pl.DataFrame([frame.get_column(name).filter(mask) for name in names])


def example_frame(rule: ConditionRule, row: Mapping[str, Any]) -> pl.DataFrame:
    """One row of the rule's table; columns that `row` does not name are null, `as_of` is `EXAMPLE_DAY`.

    Raises:
        ValueError: a value does not fit its column.
    """
    schema = _schema_of(rule.table)
    full = {"doc": "example", AS_OF: EXAMPLE_DAY, rule.points_at: 0, **row}
    try:
        return pl.DataFrame(
            {name: pl.Series(name, [full.get(name)], dtype=dtype, strict=True) for name, dtype in schema.items()}
        )
    except Exception as err:
        raise ValueError(first_line(err)) from err


_MISBEHAVED = {True: "a bad row is not reported", False: "a good row is reported"}


def run_row_examples(rule: ConditionRule) -> list[ExampleFailure]:
    """Run the examples of a rule that are rows (`good`, `bad`) and name those that do not behave."""
    failures: list[ExampleFailure] = []
    for number, example in enumerate(rule.examples, start=1):
        bad = "bad" in example
        row = example.get("bad", example.get("good"))
        if not isinstance(row, dict):
            continue
        try:
            frame = example_frame(rule, row)
            day = frame[AS_OF][0]
            reported = bool(check({rule.table: frame.drop(AS_OF)}, [rule], as_of=day).violations)
        except (ValueError, ConditionError) as err:
            failures.append(ExampleFailure(rule.id, number, str(err)))
            continue
        if reported != bad:
            failures.append(ExampleFailure(rule.id, number, _MISBEHAVED[bad]))
    return failures
