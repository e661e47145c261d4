"""Closed vocabularies of the tables: kinds of span, severities, classification levels, release statuses."""

from __future__ import annotations

KINDS: tuple[str, ...] = (
    "banner",
    "cancelled",
    "portion",
    "control",
    "redaction",
    "lacuna",
    "exemption",
    "reason",
    "declass",
    "eo",
    "classified_by",
    "derived_from",
    "release",
    "case",
    "section",
    "page",
)
"""Kinds of span, in the order of the contract."""

SEVERITIES: tuple[str, ...] = ("note", "warning", "error")
"""Severities of a finding, mildest first, so that comparison follows rank."""

LEVELS: tuple[str, ...] = ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET")
"""Classification levels, lowest first (E.O. 13526 sec. 1.2; RESTRICTED until E.O. 10501 of 1953)."""

DOCUMENT_TYPES: tuple[str, ...] = (
    "telegram",
    "memorandum",
    "email",
    "report",
    "frus",
    "withdrawal-sheet",
    "release-cover",
    "other-record",
    "not-a-record",
)

RELEASE_STATUSES: tuple[str, ...] = ("FULL", "PART", "DENIED", "APPROVED", "DECLASSIFIED")

REDACTION_ROLES: tuple[str, ...] = ("content", "marking", "page", "scope", "publisher")
"""What a placeholder stands for: withheld text, a struck marking, a withheld page or document, matter outside the
scope of the request, a name that a publisher (not an agency) blanked."""

LINK_BASES: tuple[str, ...] = (
    "in-place",
    "same-line",
    "following-line",
    "preceding-line",
    "page-stamp",
    "document-stamp",
)
"""What the pairing of a redaction and an exemption code rests on, strongest first."""
