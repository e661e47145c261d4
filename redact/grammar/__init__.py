"""Banner line and portion mark grammar: parse, repair, canonical form, roll-up."""

from redact.grammar.fast import banner_value, damaged_level, portion_value
from redact.grammar.model import Marking, MarkingError, Parse
from redact.grammar.parse import parse_banner, parse_portion
from redact.grammar.rollup import Rollup, rollup

__all__ = [
    "Marking",
    "MarkingError",
    "Parse",
    "Rollup",
    "banner_value",
    "damaged_level",
    "parse_banner",
    "parse_portion",
    "portion_value",
    "rollup",
]
