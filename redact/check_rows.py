"""Rows of the tables that conditions speak about, as one document gives them; `doc` and its facts are joined later.

Each class is the definition of one table's own columns; `SCHEMA_OF` turns it into a polars schema.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple, get_type_hints

import polars as pl

from redact.tables import LEVEL


class Place(NamedTuple):
    """Where a marking stands: offsets in code points, line from 1."""

    start: int
    end: int
    line: int


class Extra(NamedTuple):
    """What conditions ask of a document as a whole, beyond table `document_facts`."""

    is_scan: bool
    is_extract: bool
    extract_start: int | None
    extract_end: int | None
    extract_line: int | None
    collection: str | None
    is_struck: bool
    has_footer: bool
    is_classified_at_review: bool
    review_class_start: int | None
    review_class_end: int | None
    review_class_line: int | None
    n_banners: int
    banner_start: int | None
    banner_end: int | None
    banner_line: int | None
    banner_max: str | None
    banner_min: str | None
    portion_top: str | None
    portion_start: int | None
    portion_end: int | None
    portion_line: int | None
    n_numbered: int
    n_marked: int
    n_unmarked: int
    entire_text: bool
    entire_start: int | None
    entire_end: int | None
    entire_line: int | None
    entire_level: str | None
    other_portion: str | None
    other_portion_line: int | None
    classified_by: str | None
    classified_by_start: int | None
    classified_by_end: int | None
    classified_by_line: int | None
    derived_from: str | None
    derived_from_start: int | None
    derived_from_end: int | None
    derived_from_line: int | None
    says_derivative: bool
    derivative_start: int | None
    derivative_end: int | None
    derivative_line: int | None
    has_source_list: bool
    reason: str | None
    reason_start: int | None
    reason_end: int | None
    reason_line: int | None
    review_reason: str | None
    instruction: str | None
    instruction_start: int | None
    instruction_end: int | None
    instruction_line: int | None
    has_instruction: bool
    says_not_applicable: bool
    last_date: dt.date | None
    last_start: int | None
    last_end: int | None
    last_line: int | None
    has_open_exemption: bool
    has_exemption: bool
    order_cited: str | None
    order_start: int | None
    order_end: int | None
    order_line: int | None
    has_restricted_data: bool
    has_compilation: bool
    has_waiver: bool
    has_foreign: bool
    is_cover: bool
    sign_of_level: str | None
    sign_start: int | None
    sign_end: int | None
    sign_line: int | None
    withheld: int
    nuclear: str | None
    nuclear_start: int | None
    nuclear_end: int | None
    nuclear_line: int | None
    reviewed_for_rd: bool
    is_jfk: bool
    has_certificate: bool
    marking_date: dt.date | None
    missing_start: int | None
    missing_end: int | None
    missing_line: int | None


class Banner(NamedTuple):
    """A banner value and where it first stands so; `standing` is `own`, `review` (in a stamp) or `copy`."""

    start: int
    end: int
    line: int
    text: str
    value: str
    banner_level: str | None
    standing: str
    n_times: int
    damaged: bool
    struck_elsewhere: bool
    letterhead: str | None


class MarkingFault(NamedTuple):
    """What is wrong with a marking by its grammar; `fault` is the id that the grammar gives."""

    start: int
    end: int
    line: int
    text: str
    value: str
    form: str
    fault: str
    detail: str
    should_be: str | None
    marking_date: dt.date | None


class Rollup(NamedTuple):
    """A control of the portions that the overall marking does not carry, or carries and must not."""

    start: int
    end: int
    line: int
    text: str
    what: str
    control: str
    banner: str
    banner_line: int
    marking_date: dt.date | None


class Order(NamedTuple):
    """A citation of an executive order."""

    start: int
    end: int
    line: int
    text: str
    number: str
    is_known: bool
    on_order_line: bool
    at_review: bool
    is_quoted: bool
    effective_from: dt.date | None
    effective_until: dt.date | None


class Reason(NamedTuple):
    """One cited classification category."""

    start: int
    end: int
    line: int
    text: str
    code: str
    section: str
    letter: str
    in_range: bool
    at_review: bool
    is_wrapped: bool


class Instruction(NamedTuple):
    """One declassification instruction."""

    start: int
    end: int
    line: int
    text: str
    value: str
    token: str
    date: dt.date | None
    at_review: bool
    is_source_marked: bool
    is_quoted: bool
    order_cited: str | None
    has_two_digit_year: bool
    is_year_certain: bool
    latest_lawful: dt.date | None
    limit_basis: str | None
    schedule_date: dt.date | None
    cites_imagery: bool
    is_foreign: bool
    level_above: str | None


class Exemption(NamedTuple):
    """An exemption code; `place` is `inline`, `line`, `stamp`, `review`, `form`."""

    start: int
    end: int
    line: int
    text: str
    code: str
    place: str
    is_linked: bool
    in_legend: bool
    has_statute: bool
    has_category: bool
    on_redaction: bool
    paragraph_level: str | None
    names_privilege: bool
    president: str | None
    president_left: dt.date | None
    case_year: int | None
    is_damaged: bool
    agency: str | None


class Withheld(NamedTuple):
    """What stands around a placeholder of content."""

    redaction: int
    before: str
    after: str
    residue: str | None
    in_name: str | None
    splits_sentence: bool
    in_list: bool
    blank_lines: int | None
    in_reference: bool
    is_classifier: bool
    paragraph_level: str | None
    b1_linked: bool


class Release(NamedTuple):
    """A release stamp; `date` is the one printed beside it, failing that the footer's or review stamp's."""

    start: int
    end: int
    line: int
    text: str
    status: str
    date: dt.date | None
    date_line: int | None
    has_authority: bool
    has_date: bool
    is_whole_line: bool
    n_statuses: int
    n_codes: int
    first_code: str | None
    first_code_line: int | None


class Case(NamedTuple):
    """A case, request or document number; `usual` is the value most pages carry in that role."""

    start: int
    end: int
    line: int
    value: str
    role: str
    usual: str | None
    usual_line: int | None
    n_values: int
    distance: int | None
    is_state: bool
    is_well_formed: bool


class Section(NamedTuple):
    """Sections of a telegram, one row a document."""

    start: int
    end: int
    line: int
    total: int
    n_seen: int
    seen: list[int]
    missing: list[int]
    n_totals: int
    other_total: int | None
    other_line: int | None
    first_time: str | None
    late_time: str | None
    late_line: int | None
    first_serial: int | None
    next_serial: int | None
    serial_line: int | None
    is_retransmission: bool


class Page(NamedTuple):
    """A page marker with the one before it in its section."""

    start: int
    end: int
    line: int
    text: str
    page: int
    page_before: int | None
    line_before: int | None
    section: str | None
    post: str | None
    header_post: str | None
    header_line: int | None
    is_post_usual: bool
    of_pages: int | None
    has_withheld_pages: bool
    is_misreading: bool


class Observation(NamedTuple):
    """Something about a document's text that its spans do not say; `what` names the kind of observation."""

    start: int
    end: int
    line: int
    what: str
    text: str
    other: str | None
    other_line: int | None
    number: int | None
    expected: int | None


class Gathered(NamedTuple):
    """What checks over a whole batch need of one document's text, which may be gone by then.

    Attributes:
        what: `head` (its first line), `reference` (a telegram cited in its reference line) or `sentinel` (a stand-in
            date in an attribute).
        column: 1-based, in code points.
        evidence: the text from `start` to `end`.
        line_text: its line, as a fingerprint sees it.
        name: of a head, the name of a document that has neither identifier nor title; of a sentinel, its attribute.
        post: of a reference, without spaces.
        number: of a reference, without leading zeros.
    """

    start: int
    end: int
    line: int
    what: str
    column: int
    evidence: str
    line_text: str
    name: str | None
    post: str | None
    number: str | None


_POLARS: dict[Any, pl.DataType] = {
    int: pl.Int64(), str: pl.String(), bool: pl.Boolean(), dt.date: pl.Date(), list[int]: pl.List(pl.Int64()),
}  # fmt: skip
_OFFSETS = ("start", "end", "line")
_LEVEL_COLUMNS = frozenset({
    "banner_max", "banner_min", "portion_top", "entire_level", "banner_level", "paragraph_level", "level_above",
})  # fmt: skip


def schema_of(row: type) -> pl.Schema:
    """Polars schema of a row class; level columns are the ordered Enum, offsets and lines UInt32."""
    columns: dict[str, Any] = {}
    for name, hint in get_type_hints(row).items():
        plain = next((arg for arg in getattr(hint, "__args__", ()) if arg is not type(None)), hint)
        if hint == list[int]:
            plain = hint
        if name in _LEVEL_COLUMNS:
            columns[name] = LEVEL
        elif plain is int and (name in _OFFSETS or name.endswith(("_start", "_end", "_line"))):
            columns[name] = pl.UInt32()
        else:
            columns[name] = _POLARS[plain]
    return pl.Schema(columns)


ROWS: dict[str, type] = {
    "extra": Extra,
    "banners": Banner,
    "marking_faults": MarkingFault,
    "rollups": Rollup,
    "orders": Order,
    "reasons": Reason,
    "instructions": Instruction,
    "exemptions": Exemption,
    "withheld": Withheld,
    "releases": Release,
    "cases": Case,
    "sections": Section,
    "pages": Page,
    "observations": Observation,
    "gathered": Gathered,
}
SCHEMA_OF: dict[str, pl.Schema] = {name: schema_of(row) for name, row in ROWS.items()}
"""Own columns of each table, without `doc` and the document's facts."""
