"""Declassification, downgrading and review instructions: what they say, and what dates they lead to.

Tokens are rows of `rules/tables/declass_instructions.csv`; the arithmetic follows the orders named at each function.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

import regex

from redact.normalise.dates import ParsedDate, parse_date, years_after
from redact.normalise.orders import order_in_force
from redact.normalise.text import one_edit, to_letters, trim


class Instruction(NamedTuple):
    """One instruction as the contract writes it.

    Attributes:
        value: an ISO date, a token (`OADR`, `X5`, `GROUP 4`), or `token,date` (`GDS,1985-03-05`).
        date: the day in it, if any; of a month or a year the last one.
        two_digit: whether its century was worked out, not printed.
    """

    value: str
    date: date | None = None
    two_digit: bool = False


_EXACT = {
    "OADR": "OADR", "O.A.D.R": "OADR", "N/A": "N/A", "NA": "N/A", "N.A": "N/A", "NOT APPLICABLE": "N/A", "MR": "MR",
    "MANUAL REVIEW": "MR", "GDS": "GDS", "ADS": "ADS", "XGDS": "XGDS", "DCI ONLY": "DCI ONLY", "DNI ONLY": "DCI ONLY",
    "25X": "25X",
    **{f"X{n}": f"X{n}" for n in range(1, 9)},
    **{f"XGDS-{n}": f"XGDS-{n}" for n in range(1, 5)},
    **{f"GROUP {n}": f"GROUP {n}" for n in range(1, 5)},
    **{f"25X{n}": f"25X{n}" for n in range(1, 10)},
}  # fmt: skip

_LABEL = regex.compile(
    r"(?:E\.?\s?O\.?\s?1\d{4}\s*[:;.,]?\s*)?"
    r"(?:(?:DECL(?:AS(?:S(?:IFY|IFIED|IFICATION)?)?)?\.?(?:\s*(?:DATE|ON|AFTER|BY))?)\s*[:;.]?\s*)?",
    regex.IGNORECASE,
)
_OADR = regex.compile(
    r"[O0CQDG]\.?\s?[A4]\.?\s?[DO0]\.?\s?R\.?|ORIGINATING\s+AGENCY'?S?\s+DETERMINATION\s+(?:IS\s+)?REQUIRED",
    regex.IGNORECASE,
)
_NA = regex.compile(r"N\s?[/\\rlI|.]?\s?[AR]|NOT\s+APPLICABLE", regex.IGNORECASE)
_NA_RD = regex.compile(r"N/?A\s+TO\s+(?:RD|FRD|TFNI|NATO)\b", regex.IGNORECASE)
_SOURCE = regex.compile(r"SOURCE\s+MARKED\s*[\"“”']?\s*(OADR|MR|X-?[1-8]|25X[1-9])", regex.IGNORECASE)
# Exemption from the ten years of E.O. 12958, also with its section: `X5`, `1.6X5`, `1.6 (X5)`.
_X = regex.compile(r"(?:1\.6\s?[-,]?\s?\(?)?X\s?-?\s?([1-8])(?:\s*,\s*X?-?[1-8])*\)?", regex.IGNORECASE)
_EXEMPT = regex.compile(
    r"(?P<hum>(?:50\s?X\s?1)\s?-?\s?HUM)|(?P<wmd>50\s?X\s?2\s?-?\s?WMD)|(?P<human>25\s?X\s?1\s?-\s?HUMAN)"
    r"|(?P<tier>[25750SZ]{2})\s?-?\s?X\s?-?\s?(?P<n>[1-9lI])?(?![0-9A-Za-z-])",
    regex.IGNORECASE,
)
_SCHEDULE = regex.compile(
    r"(X\s?GDS|GDS|ADS|R\s?DS|X\s?DS)(?![A-Z])\s*[-–]?\s*(?:\((?=[1-4]\)))?([1-4](?:\s*,\s*[1-4](?!\d*/))*(?![\d/]))?"
    r"(?:(?<=\([1-4])\))?[\s,:;-]*",
    regex.IGNORECASE,
)
_DECLAS = regex.compile(r"(?:-\s*)?DECL(?:AS)?\s*[:;]?\s*(?:ON\s*)?", regex.IGNORECASE)
_CATEGORY = regex.compile(
    r"(?:.{0,160}?EXEMPTION\s+CATEGORY\s*:?\s*)?§?\s*5\s*\(?B\)?\s*\(([1-4])\)", regex.IGNORECASE | regex.DOTALL
)
# The CIA's short stamp of E.O. 11652: exemption 5B(2), date impossible to determine.
_IMPDET = regex.compile(r"E\s?-?\s?([1-4])\s*[,;.]?\s*IMP\s?DET", regex.IGNORECASE)
_GROUP = regex.compile(r"(?:GR[O0]UP|GRP|GP|G6P|[@G6]P)\s?[-–.~]?\s?([1-4jlI])(?![\w])", regex.IGNORECASE)
_INTERVALS = regex.compile(r"DOWNGRADED?\s+AT\s+(12|3|TWELVE|THREE)[\s-]+YEAR\s+INTERVALS", regex.IGNORECASE)
_GROUP_WORDS = regex.compile(r"EXCLUDED\s+FROM\s+AUTOMATIC|EXEMPTED\s+FROM\s+AUTOMATIC", regex.IGNORECASE)
_TWO_YEAR = regex.compile(
    r"DOWNGRADED\s+AT\s+TWO[\s-]+YEAR\s+INTERVALS.{0,40}?DECLASSIFIED\s+ON\s*:?\s*", regex.IGNORECASE | regex.DOTALL
)
_REVIEW = regex.compile(
    r"(?:REVIEW|REVW)(?:\s+FOR\s+DECLASSIFICATION)?(?:\s+(?:ON|DATE|IN))?\s*[:;]?\s*", regex.IGNORECASE
)
_DOWNGRADE = regex.compile(
    r"(?:DOWNGRADED?|REGRADED?)\s+(?:TO\s+)?(?:TOP\s+SECRET|SECRET|CONFIDENTIAL|UNCLASSIFIED)?\s*"
    r"(?:ON|AFTER|:)\s*:?\s*",
    regex.IGNORECASE,
)
_TREATY = regex.compile(
    r"(?:SUBJECT\s+TO\s+)?(?:A\s+)?TREATY\s+OR\s+(?:AN\s+)?INTERNATIONAL\s+AGREEMENT", regex.IGNORECASE
)
_EVENT = regex.compile(
    r"(?:UPON|ON|AFTER|WHEN|AT)?:?\s*(?:THE\s+)?(?:COMPLETION|CONCLUSION|RELEASE|ANNOUNCEMENT|WITHDRAWAL|REMOVAL"
    r"|END|CLOSE|TERMINATION|PUBLICATION|RECEIPT|RETURN|ARRIVAL|DEPARTURE"
    r"|SIGNING|SIGNATURE|RATIFICATION|DELIVERY|EXECUTION|EVENT)\b|UPON\s+\w",
    regex.IGNORECASE,
)
# The date at the start of what follows a token; a name in parentheses, "OR-M" and the like may come after it.
_DATE_HEAD = regex.compile(
    r"[\dlIOoSZ]{1,2}\s?[-/.]\s?[\dlIOoSZ]{1,2}\s?[-/.]\s?(?:[\dlIOoSZB]{4}|[\dlIOoSZB]{2})(?!\w)"
    r"|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|(?:19|20)\d{6}(?!\d)"
    r"|\d{1,3}\s+years?\s+(?:from|after)\s+(?:the\s+)?(?:date\s+of\s*:?\s*)?[\w .,/-]{4,24}?(?<=\d\d)(?![\w/])"
    r"|[\dlIO]{1,2}(?:st|nd|rd|th)?[\s-]*[A-Za-z0-9]{2,8}[A-Za-z]\.?,?[\s-]*(?:\d{4}|\d{2})(?!\d)"
    r"|[A-Za-z]{3,9}\.?\s*\d{1,2}(?:st|nd|rd|th)?,?\s*(?:\d{4}|\d\d(?!\d))"
    r"|[A-Za-z]{3,9}\.?,?\s*\d{4}(?!\d)|\d{1,2}/(?:\d{4}|\d\d)(?![\d/])|(?:19|20)\d\d(?!\d)",
    regex.IGNORECASE,
)
_REST = regex.compile(r"\s*(?:$|[.,;:(\[)~\]]|OR-|BY\b|REASON\b|EXTENDED\b|UNLESS\b)", regex.IGNORECASE)


def _first_date(text: str, on: date | None, *, whole: bool = False) -> ParsedDate | None:
    head = _DATE_HEAD.match(text)
    if head is None or (whole and not _REST.match(text, head.end())):
        return parse_date(text, after=on) if whole else None
    return parse_date(head[0], after=on) or (parse_date(text, after=on) if whole else None)


def _dated(token: str, found: ParsedDate | None) -> Instruction:
    if found is None:
        return Instruction(token)
    return Instruction(f"{token},{found.value.isoformat()}", found.value, found.two_digit)


def declass(text: str, on: date | None = None) -> Instruction | None:
    """Read one instruction, its label included or not.

    Args:
        text: what follows the label, such as `11/08/2015`, `OADR`, `RDS-3 3/4/99 (SMITH, J)`, `25X1, 20401231`,
            `Review on 15 Apr 2001`, `DOWNGRADE TO CONFIDENTIAL ON 12/31/1990`, damage included (`CADR`, `NrA`, `@P-1`).
        on: date of the document, by which two-digit years are resolved.

    Returns:
        The instruction, or None where the text is none.
    """
    return _declass(text, on) if len(text) <= 400 else None


@lru_cache(maxsize=8192)
def _declass(text: str, on: date | None) -> Instruction | None:
    folded = trim(text)
    upper = folded.upper()
    if upper in _EXACT:
        return Instruction(_EXACT[upper])
    for read in (_long_form, _token):
        found = read(folded, on)
        if found is not None:
            return found
    label = _LABEL.match(folded)
    body = folded[label.end() :].strip(" \"'“”:;.-(") if label else folded
    if label and label.end() and body:
        if body.upper() in _EXACT:
            return Instruction(_EXACT[body.upper()])
        found = _long_form(body, on) or _token(body, on)
        if found is not None:
            return found
    day = _first_date(body, on, whole=True)
    if day is not None:
        return Instruction(day.value.isoformat(), day.value, day.two_digit)
    if _EVENT.match(body):
        return Instruction("EVENT")
    letters = to_letters(body)
    return Instruction("OADR") if len(letters) in (4, 5) and letters[-1] == "R" and one_edit(letters, "OADR") else None


def _long_form(text: str, on: date | None) -> Instruction | None:
    if match := _TWO_YEAR.search(text):
        day = _first_date(text[match.end() :], on)
        return Instruction("GDS") if day is None else Instruction(day.value.isoformat(), day.value, day.two_digit)
    if match := _CATEGORY.match(text):
        return Instruction(f"XGDS-{match[1]}")
    if match := _IMPDET.match(text):
        return Instruction(f"XGDS-{match[1]}")
    if match := _INTERVALS.search(text):
        return Instruction("GROUP 3" if match[1].upper() in ("12", "TWELVE") else "GROUP 4")
    if match := _GROUP.match(text):
        return Instruction(f"GROUP {match[1] if match[1].isdecimal() else 1}")
    if match := _GROUP_WORDS.search(text):
        return Instruction("GROUP 1" if match[0].upper().startswith("EXCLUDED") else "GROUP 2")
    if (match := _DOWNGRADE.match(text)) and (day := _first_date(text[match.end() :], on)):
        return _dated("DOWNGRADE", day)
    if (match := _REVIEW.match(text)) and (day := _first_date(text[match.end() :], on)):
        return _dated("REVIEW", day)
    return Instruction("TREATY") if _TREATY.match(text) else None


def _token(text: str, on: date | None) -> Instruction | None:
    if (match := _OADR.match(text)) and _REST.match(text, match.end()):
        return Instruction("OADR")
    if _NA_RD.match(text):
        return Instruction("N/A TO RD")
    if (match := _NA.match(text)) and _REST.match(text, match.end()):
        return Instruction("N/A")
    if match := _SOURCE.match(text):
        return Instruction(f"SOURCE MARKED {match[1].upper().replace('-', '')}")
    if match := _EXEMPT.match(text):
        rest = text[match.end() :].lstrip(" ,;:-")
        if match["hum"] or match["wmd"]:
            return _dated("50X1-HUM" if match["hum"] else "50X2-WMD", _first_date(rest, on))
        if match["human"]:
            return Instruction("25X1-HUMAN")
        tier = {"2S": "25", "Z5": "25", "5O": "50", "S0": "50", "7S": "75"}.get(match["tier"].upper(), match["tier"])
        number = {"l": "1", "i": "1"}.get((match["n"] or "").lower(), match["n"] or "")
        if tier in ("25", "50", "75"):
            if tier == "25" and number == "1" and regex.match(r"E\.?\s?O\.?\s?12951", rest, regex.IGNORECASE):
                return Instruction("25X1,EO 12951")
            return _dated(f"{tier}X{number}", _first_date(rest, on))
    if match := _X.fullmatch(text):
        return Instruction(f"X{match[1]}")
    if match := _SCHEDULE.match(text):
        name = match[1].upper().replace(" ", "")
        if match[2] and name not in ("GDS", "ADS"):
            name += "-" + "".join(match[2].split())
        rest = text[match.end() :]
        label = _DECLAS.match(rest)
        day = _first_date(rest[label.end() :] if label else rest, on)
        if day is not None or not rest or rest[0] in "(,;.[":
            return _dated(name, day)
    return None


def split(value: str) -> tuple[str, date | None]:
    """Token and date of a canonical value; an ISO date alone has the token `""`."""
    name, comma, tail = value.rpartition(",")
    try:
        day = date.fromisoformat(tail)
    except ValueError:
        return value, None
    return (name, day) if comma else ("", day)


# --- arithmetic ----------------------------------------------------------------------------------------------------

_GDS_YEARS = {"CONFIDENTIAL": 6, "SECRET": 8, "TOP SECRET": 10}


def _year_end(year: int) -> date:
    return date(min(year, 9999), 12, 31)


def gds_date(level: str | None, year: int) -> date | None:
    """Day on which the general schedule of E.O. 11652 sec. 5(A) opens a record: 31 December of year + 6, 8 or 10."""
    years = _GDS_YEARS.get(level or "")
    return None if years is None else _year_end(year + years)


def xgds_date(year: int) -> date:
    """Day on which a record exempt from that schedule opens: 31 December of the 30th year (E.O. 11652 sec. 5(E))."""
    return _year_end(year + 30)


def rds_limit(classified: date, *, foreign: bool = False) -> date:
    """Last day that RDS or XDS may name: 20 years, 30 for foreign government information (E.O. 12065 sec. 1-402)."""
    return years_after(classified, 30 if foreign else 20)


def latest_lawful(value: str, classified: date, level: str | None) -> date | None:
    """Latest day up to which an instruction may keep a record classified that was classified on a day.

    The limits are those of the order in force on that day. The bound is inclusive; callers allow for a decision some
    days before or after the date of the paper. Where the level is unknown the longest term counts.

    Args:
        value: canonical value of the instruction.
        classified: day of the decision, or of the document in its stead.
        level: full level, `SECRET`, or None.

    Returns:
        The day, or None where no limit applies (no order, no fixed term, a review or a downgrading, an event).
    """
    name = split(value)[0]
    order = order_in_force(classified)
    if order is None or name in ("N/A", "N/A TO RD", "EVENT", "DOWNGRADE"):
        return None
    year = classified.year
    if name.startswith("25X") and order in ("12958", "13526"):
        return _year_end(year + 75) if name == "25X1-HUMAN" else _year_end(year + 50)
    if name.startswith("50X"):
        return _year_end(year + 75)
    if name.startswith("75X"):
        return None
    if order == "10501":
        return years_after(classified, 12) if name == "GROUP 4" and classified >= date(1961, 9, 20) else None
    if order == "11652":
        return gds_date(level or "TOP SECRET", year) if name in ("GDS", "ADS") else xgds_date(year)
    if order == "12065":
        longer = name.startswith(("RDS", "XDS", "REVIEW")) or (level in ("TOP SECRET", None) and name != "GDS")
        return rds_limit(classified) if longer else years_after(classified, 6)
    if order == "12958":
        ten = classified < date(2003, 3, 25) and not regex.match(r"X\d|OADR|MR|SOURCE|DCI|TREATY", name)
        return years_after(classified, 10 if ten else 25)
    return years_after(classified, 25) if order == "13526" else None


def automatic_date(origin: date, value: str | None) -> date:
    """Day of automatic declassification: 31 December of the 25th year after origin (E.O. 13526 sec. 3.3(a)).

    Exempt at 25 years (25X) it is that of the 50th year, exempt at 50 (50X, HUM, WMD) or 75 years that of the 75th
    (sec. 3.3(h)); a 75X with a day of its own opens on that day.
    """
    name, day = split(value) if value else ("", None)
    if name.startswith("75X") and day is not None:
        return day
    years = 75 if name.startswith(("50X", "75X")) or name == "25X1-HUMAN" else 50 if name.startswith("25X") else 25
    return _year_end(origin.year + years)


def treated_as(value: str, source: date | None) -> Instruction | None:
    """What an instruction of an older order means today (CAPCO Register and Manual 2016, sec. E.6).

    OADR, MR, X1-X8, DCI ONLY, a treaty, also carried over as "source marked": 25 years from the source's date; 25X
    without a date: 50 years from it; 25X1-human: 50X1-HUM.

    Returns:
        The instruction in its stead, or None where it stands as it is or the source's date is not known.
    """
    name, day = split(value)
    name = name.removeprefix("SOURCE MARKED ")
    if name == "25X1-HUMAN":
        return Instruction("50X1-HUM")
    if day is not None or source is None:
        return None
    if name in ("OADR", "MR", "DCI ONLY", "TREATY") or regex.fullmatch(r"X[1-8]", name):
        due = years_after(source, 25)
    elif regex.fullmatch(r"25X[1-9]?", name):
        due = years_after(source, 50)
    else:
        return None
    return Instruction(due.isoformat(), due)
