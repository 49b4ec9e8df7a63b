"""The description of the open data for programs: a Frictionless data package."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from agencies.models import Category
from reports.open_data import (
    CSV,
    OpenFile,
    OpenTables,
    asked,
    columns_of,
    note_of,
)

# Raised when a column changes its name or meaning; a further column raises the middle number.
VERSION = "1.0.0"


def package(tables: OpenTables, files: Iterable[OpenFile]) -> dict[str, Any]:
    """Return the descriptor of the files of one question."""
    described: dict[str, Any] = {
        "profile": "data-package",
        "name": "tcvn-iso-9001",
        "title": _("State agencies with a quality management system under TCVN ISO 9001, %(place)s")
        % {"place": settings.PROVINCE_NAME},
        "description": " ".join([denominator(), *notes(tables), terms()]),
        "version": VERSION,
        "created": tables.question.as_of.known_at_utc,
        **asked(tables),
        "demonstration": tables.is_demonstration,
        "sources": [{"title": settings.ISSUER}],
        "contributors": [{"title": settings.ISSUER, "role": "publisher"}],
        "resources": [resource(file, tables) for file in files],
    }
    if settings.OPEN_DATA_LICENCE_URL:
        described["licenses"] = [{"path": settings.OPEN_DATA_LICENCE_URL, "title": terms()}]
    return described


def notes(tables: OpenTables) -> list[str]:
    """Return what limits the figures: the demonstration's mark, parts that an event left out."""
    return [f"{note}." for note in (note_of(tables), *tables.notices) if note]


def denominator() -> str:
    """Return what is counted, in words."""
    return _(
        "Counted is every state agency that belongs to a group and exists on the day, once; "
        "exempt agencies stand outside the total. Converted is a declaration in force, of the "
        "edition asked about or a newer one; the percentage is converted per hundred of the total."
    )


def terms() -> str:
    """Return the office's terms of use, or that it has stated none."""
    return settings.OPEN_DATA_TERMS or _(
        "The office has stated no terms of use. Whoever quotes a figure names the source, the "
        "day and the moment of knowledge."
    )


def resource(file: OpenFile, tables: OpenTables) -> dict[str, Any]:
    """Describe one file; the table of a CSV column by column."""
    table, ending = file.name.split(".")
    described: dict[str, Any] = {
        "name": f"{table}-{ending}",
        "title": titles()[table],
        "path": file.name,
        "format": ending,
        "mediatype": file.media_type,
        "encoding": "utf-8",
        "bytes": len(file.content),
        "hash": f"sha256:{sha256(file.content).hexdigest()}",
    }
    if file.media_type == CSV:
        known = fields()
        columns = [
            {"name": name, "type": known[name][0], "description": known[name][1]}
            for name in columns_of(table, tables)
        ]
        described["profile"] = "tabular-data-resource"
        described["dialect"] = {"delimiter": ",", "lineTerminator": "\r\n", "header": True}
        described["schema"] = {"fields": columns, "missingValues": [""]}
    return described


def titles() -> dict[str, str]:
    """Return what each table is called."""
    return {
        "rollup": _("Counts by group"),
        "trend": _("Counts by group at the end of each quarter"),
        "agencies": _("Agencies with their status"),
    }


def fields() -> dict[str, tuple[str, str]]:
    """Return the type and the meaning of every column."""
    counts = {
        category.value: ("integer", _("agencies that count as: %(category)s") % {"category": label})
        for category, label in ((category, category.label) for category in Category)
    }
    return {
        "as_of": ("date", _("the day the figures are about")),
        "known_at": ("datetime", _("the moment up to which records count, in UTC")),
        "edition": ("string", _("the edition of the standard that agencies are measured against")),
        "measure": ("string", _("what the percentage measures")),
        "day": ("date", _("the day of this row: the end of a quarter, at last the day itself")),
        "group": ("string", _("the code of the group; empty in the row of all agencies")),
        "label": ("string", _("the name of the group")),
        "total": ("integer", _("the denominator: agencies of the day but exempt ones")),
        **counts,
        "declared_any": ("integer", _("agencies with a declaration in force, of any edition")),
        "provinces": ("string", _("the codes of the provinces asked for, between spaces")),
        "percent": ("number", _("converted per hundred of the total, rounded half up")),
        "note": ("string", _("the mark of demonstration data; empty for an office's own")),
        "code": ("string", _("the agency's code, which is never used again")),
        "name": ("string", _("the agency's name on the day")),
        "parent": ("string", _("the code of its parent body")),
        "parent_name": ("string", _("the name of its parent body on the day")),
        "gso_code": ("string", _("its code of the General Statistics Office")),
        "category": ("string", _("what it counts as")),
        "declared_edition": ("string", _("the edition of its declaration")),
        "since": ("date", _("the day since which its status holds")),
    }
