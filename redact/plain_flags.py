"""Flags of the regex package as plain numbers, so that its compiler does not spend its time on making enums.

The compiler, written in Python, asks for flags several times a character, and each `&` with a member of an enum makes
another member: 223 patterns take 0.52 s to compile with them and 0.24 s with numbers, which are equal to them in every
other way. Nothing is changed but these names; where a later release has none of them, nothing is.
"""

from __future__ import annotations

from enum import IntFlag
from functools import cache
from types import ModuleType

import regex


def use_plain_flags(*modules: ModuleType | None) -> None:
    """Replace the flags that modules of the regex package name by numbers."""
    for module in modules:
        for key, value in list(vars(module).items()) if module is not None else ():
            if isinstance(value, IntFlag):
                setattr(module, key, int(value))


use_plain_flags(regex, getattr(regex, "_regex_core", None), getattr(regex, "_main", None))


@cache
def compile_pattern(body: str, flags: int) -> regex.Pattern[str]:
    """A pattern, compiled once a process: compiling all that ship takes longer than reading a small document."""
    return regex.compile(body, int(flags))
