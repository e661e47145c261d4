"""SQL expressions of conditions: checked word by word, because the parser of polars would open files, then parsed."""

from __future__ import annotations

import polars as pl
import regex

from redact.suggest import did_you_mean

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


def parse(sql: str, schema: pl.Schema) -> pl.Expr:
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
        raise ValueError(f"not an SQL expression: {first_line(err)}") from err
    for name in parsed.meta.root_names():
        if name not in schema:
            raise ValueError(f"no column `{name}`{did_you_mean(name, schema.names())}")
    return parsed


def first_line(err: BaseException) -> str:
    """What an exception says in its first line, for a message of ours."""
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
