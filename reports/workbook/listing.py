"""The agency list as a sheet, under the question and the filter that it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from agencies.asof import AsOf
from reports.rollups import Standing
from reports.workbook.groups import write_status
from reports.workbook.head import write_head
from reports.workbook.measure import width_of
from reports.workbook.writer import CENTRE, GRID, Writer


@dataclass(frozen=True)
class Listed:
    """One row of the list; `found_by` says by what, where its name does not show it."""

    standing: Standing
    group: str
    found_by: str


@dataclass(frozen=True)
class Listing:
    """The list in its order, and the lines that stand above it."""

    as_of: AsOf
    asked: Sequence[str]
    conditions: str
    number: str
    rows: Sequence[Listed]
    demonstration: bool


def write_listing(listing: Listing) -> bytes:
    """Return the list as an .xlsx file; the same list gives the same bytes."""
    title = _("List of agencies")
    footer = (settings.ISSUER, settings.PROVINCE_NAME)
    writer = Writer(listing.as_of.known_at, title, footer)
    found = any(row.found_by for row in listing.rows)
    headings = [*_headings(), *([_("Found by")] if found else [])]
    sheet = writer.sheet(title, _widths(listing.rows, found=found))
    lines = [title, *listing.asked, f"{listing.conditions} ({listing.number})"]
    last = len(headings) - 1
    top = write_head(writer, sheet, lines, [(0, last)], demonstration=listing.demonstration)
    writer.headings(sheet, top, headings)
    for number, row in enumerate(listing.rows, 1):
        _write_row(writer, sheet, top + number, number, row)
        if found:
            writer.put(sheet, top + number, last, row.found_by, **GRID, text_wrap=True)
    if not listing.rows:
        writer.put(sheet, top + 1, 1, _("No agency fits; clear a filter."), italic=True)
    sheet.autofilter(top, 0, top + max(len(listing.rows), 1), last)
    return writer.bytes()


def _headings() -> list[str]:
    return [
        _("No."),
        _("Agency code"),
        _("Agency"),
        _("Group"),
        _("Parent body"),
        _("Status"),
        _("Edition"),
        _("Since"),
        _("Decision number"),
        _("Decision date"),
    ]


def _widths(rows: Sequence[Listed], *, found: bool) -> list[float]:
    standings = [row.standing for row in rows]
    widths = [
        6,
        12,
        width_of((standing.name for standing in standings), most=50),
        width_of((row.group for row in rows), most=30),
        width_of((standing.parent_name for standing in standings), most=40),
        17,
        21,
        12,
        width_of((standing.decision_number for standing in standings), least=18, most=26),
        12,
    ]
    return [*widths, *([width_of((row.found_by for row in rows), most=34)] if found else [])]


def _write_row(writer: Writer, sheet: Any, at: int, number: int, row: Listed) -> None:
    standing = row.standing
    writer.put(sheet, at, 0, number, **GRID, **CENTRE)
    texts = (standing.code, standing.name, row.group, standing.parent_name)
    rest = (None, None, None, standing.decision_number, None, row.found_by)
    writer.grow(sheet, at, (None, *texts, *rest))
    for column, text in enumerate(texts, 1):
        writer.put(sheet, at, column, text, **GRID, text_wrap=True)
    write_status(writer, sheet, at, 5, standing)
