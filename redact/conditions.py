"""Condition rules: SQL over a table's columns, checked at load, run as pandera checks, one validation a table a batch.

`require` is true for a good row, false for one to report, null where it does not apply. A row is looked at where
`where` is true and the rule's validity covers the row's date; a row that fails is kept back where one of the rule's
`silence` expressions is true, and then says which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandera.polars as pa
import polars as pl
import regex
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrors

from redact.checktables import CHECK_SCHEMAS, end_column, line_column
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

_LITERAL = regex.compile(r"'(?:[^']|'')*+'")
_ALLOWED = regex.compile(r"[\w\s(),.<>=!+\-*/]*+")
_WORD = regex.compile(r"[^\W\d]\w*+")
_KEYWORD_WORDS = (
    "and or not is null in like between case when then else end true false interval date over partition by order"
    " desc asc cast as int float varchar"
)
_FUNCTION_WORDS = (
    "abs coalesce nullif greatest least if length lower upper trim starts_with ends_with strpos substr left right"
    " replace regexp_like date_part array_contains array_length array_max array_min round floor ceil count row_number"
    " min max"
)
_KEYWORDS = frozenset(_KEYWORD_WORDS.split())
_FUNCTIONS = frozenset(_FUNCTION_WORDS.split())
_COMPARED = regex.compile(
    r"(?<![\w'])(?P<column>[^\W\d]\w*+)\s*+(?:(?:=|<>|!=|<=?|>=?)\s*+(?P<one>'(?:[^']|'')*+')"
    r"|(?:NOT\s++)?IN\s*+\(\s*+(?P<many>'(?:[^']|'')*+'(?:\s*+,\s*+'(?:[^']|'')*+')*+)\s*+\)"
    r"|(?:NOT\s++)?BETWEEN\s++(?P<low>'(?:[^']|'')*+')\s++AND\s++(?P<high>'(?:[^']|'')*+'))",
    regex.IGNORECASE,
)


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
    """Expressions of one rule; all are Boolean."""

    applies: pl.Expr
    good: pl.Expr
    silence: tuple[tuple[str, pl.Expr], ...]


def _expression(sql: str, schema: pl.Schema) -> pl.Expr:
    """Parse one SQL expression after checking that it can only speak of columns.

    `pl.sql_expr` opens files that an expression names while it parses, so every word is checked before.

    Raises:
        ValueError: with the reason, in words.
    """
    for literal in _LITERAL.findall(sql):
        if "\\'" in literal:
            raise ValueError(r"`\'` may not stand in a text")
    bare = _LITERAL.sub(" ", sql)
    for token in ("--", "/*"):
        if token in bare:
            raise ValueError(f"`{token}` may not stand in an expression")
    good = _ALLOWED.match(bare)
    if good is None or good.end() != len(bare):
        at = good.end() if good else 0
        raise ValueError(f"the character {bare[at]!r} may not stand in an expression")
    for word in _WORD.findall(bare):
        low = word.lower()
        if word not in schema and low not in _KEYWORDS and low not in _FUNCTIONS:
            raise ValueError(f"unknown word `{word}`{did_you_mean(word, [*schema.names(), *sorted(_FUNCTIONS)])}")
    _check_literals(sql, schema)
    try:
        parsed = pl.sql_expr(sql)
    except Exception as err:  # polars raises several kinds, one for each stage of its parser
        raise ValueError(f"not an SQL expression: {_first_line(err)}") from err
    for name in parsed.meta.root_names():
        if name not in schema:
            raise ValueError(f"no column `{name}`{did_you_mean(name, schema.names())}")
    return parsed


def _first_line(err: BaseException) -> str:
    return (str(err).strip().splitlines() or [type(err).__name__])[0][:160]


def _check_literals(sql: str, schema: pl.Schema) -> None:
    """A misspelt literal beside a column of a closed vocabulary would be silently false."""
    for match in _COMPARED.finditer(sql):
        dtype = schema.get(match["column"])
        if not isinstance(dtype, pl.Enum):
            continue
        known = dtype.categories.to_list()
        text = " ".join(match[group] for group in ("one", "many", "low", "high") if match[group])
        for literal in _LITERAL.findall(text):
            if literal[1:-1] not in known:
                raise ValueError(f"{literal} is no value of `{match['column']}`; known: {', '.join(known)}")


def _boolean(expression: pl.Expr, table: str) -> None:
    try:
        probe = _empty(table).select(expression.alias("ok"))
    except Exception as err:
        raise ValueError(_first_line(err)) from err
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


def _compile(rule: ConditionRule) -> _Compiled:
    """Raises ValueError(key, reason)."""
    if rule.table not in CHECK_SCHEMAS:
        near = did_you_mean(rule.table, list(CHECK_SCHEMAS))
        raise ValueError("table", f"unknown table `{rule.table}`{near}; known: {', '.join(CHECK_SCHEMAS)}")
    schema = _schema_of(rule.table)

    def part(key: str, sql: str) -> pl.Expr:
        try:
            expression = _expression(sql, schema)
            if sql.strip().upper() not in ("TRUE", "FALSE"):
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
    good = part("require", rule.require)
    silence = tuple((reason, part(f"silence.{reason}", sql)) for reason, sql in rule.silence.items())
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
    return _Compiled(applies.fill_null(False), good, silence)


def fault_of(rule: ConditionRule) -> RuleFileError | None:
    """What is wrong with a condition rule, or None; its row examples are run by `run_row_examples`."""
    try:
        _compiled(rule)
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
        known = (rule, _compile(rule))
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
    return pa.Check(
        lambda data: data.lazyframe.select(pl.col(name)), name=name, error=name, n_failure_cases=1, ignore_na=True
    )


def _fails(table: str, rules: Sequence[ConditionRule], flags: pl.DataFrame) -> dict[str, pl.Series]:
    """Ids of rules that some row fails, with their Boolean result; one pandera validation.

    The frame holds one Boolean column a rule: polars evaluates all conditions of a table in one pass, and pandera's
    cost does not grow with the columns of the table (110 checks: 0.25 s with them, 0.1 s without). A check costs
    pandera a millisecond, most of it whatever the rows; a column without a false cannot fail one and gets none.
    """
    doubtful = flags.select(pl.all().all()).row(0)
    checks = [_check_of(rule.id) for rule, holds in zip(rules, doubtful, strict=True) if not holds]
    if not checks:
        return {}
    schema = pa.DataFrameSchema({}, checks=checks, name=table)
    try:
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(flags, lazy=True)
    except SchemaErrors as err:
        failed: dict[str, pl.Series] = {}
        for one in err.schema_errors:
            output = getattr(one, "check_output", None)
            name = getattr(one.check, "name", None)
            if one.reason_code is None or one.reason_code.name != "DATAFRAME_CHECK" or output is None or name is None:
                raise ConditionError(f"table `{table}`: {name or one.reason_code}: {_first_line(one)}") from err
            if isinstance(output, pl.LazyFrame):
                output = output.collect()
            failed[name] = output["check_output"]
        return failed
    return {}


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
    for table, some in by_table.items():
        frame = tables.get(table)
        if frame is None or frame.height == 0:
            continue
        rows, kept = _check_table(table, frame, some, as_of)
        found.update(rows)
        silent.extend(kept)
    suppressed = pl.concat(silent).sort("doc", "start", "rule") if silent else SUPPRESSED.to_frame(eager=True)
    return Checked([Violations(rule, found[rule.id]) for rule in rules if rule.id in found], suppressed)


def _check_table(
    table: str, frame: pl.DataFrame, rules: Sequence[ConditionRule], as_of: date
) -> tuple[dict[str, pl.DataFrame], list[pl.DataFrame]]:
    schema = _schema_of(table)
    frame = frame.with_columns(pl.lit(as_of, pl.Date).alias(AS_OF))
    if dict(frame.schema) != dict(schema):
        wrong = {name for name, _ in set(frame.schema.items()) ^ set(schema.items())}
        raise ConditionError(f"table `{table}` has not the columns of its schema: {', '.join(sorted(wrong))}")
    compiled = {rule.id: _compiled(rule) for rule in rules}
    try:
        flags = frame.select(
            "doc", **{rule_id: pl.when(some.applies).then(some.good) for rule_id, some in compiled.items()}
        ).drop("doc")
    except Exception as err:
        raise ConditionError(f"table `{table}`: {_first_line(err)}") from err
    if flags.height != frame.height:
        raise ConditionError(f"table `{table}`: a condition gave {flags.height} answers for {frame.height} rows")
    failed = _fails(table, rules, flags)
    found: dict[str, pl.DataFrame] = {}
    silent: list[pl.DataFrame] = []
    for rule in rules:
        good = failed.get(rule.id)
        if good is None:
            continue
        bad = frame.filter(~good.fill_null(True))
        for reason, expression in compiled[rule.id].silence:
            if not bad.height:
                break
            hushed = bad.select("doc", expression.fill_null(False).alias("ok"))["ok"]
            if hushed.any():
                at = pl.col(rule.points_at).cast(pl.UInt32).fill_null(0)
                silent.append(bad.filter(hushed).select(
                    "doc", pl.lit(rule.id).alias("rule"), at.alias("start"), pl.lit(reason).alias("suppressed_by"),
                ))  # fmt: skip
                bad = bad.filter(~hushed)
        if bad.height:
            found[rule.id] = bad.select(list(dict.fromkeys(_columns_needed(rule, schema))))
    return found, silent


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
        raise ValueError(_first_line(err)) from err


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
