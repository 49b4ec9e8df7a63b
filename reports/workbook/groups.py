"""A sheet for each group, with its agencies; the front's counts are formulas over them."""

import re
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range_abs

from agencies.exchange import SHEETS
from reports.rollups import GroupTable, Standing
from reports.workbook.activities import INSPECTIONS, ROUNDS, TRAINING
from reports.workbook.by_province import PROVINCES
from reports.workbook.contents import Summary
from reports.workbook.head import write_head
from reports.workbook.measure import width_of
from reports.workbook.plan import PLAN
from reports.workbook.progress import PROGRESS
from reports.workbook.reconciliation import RECONCILIATION
from reports.workbook.since import SINCE
from reports.workbook.sources import SOURCES
from reports.workbook.writer import CENTRE, GRID, LOOKS, Writer, range_of


def sheet_titles(table: GroupTable) -> dict[str, str]:
    """Return a title for each group that Excel allows and no other sheet has."""
    own = [_("Summary"), _("Not converted"), PROGRESS, SINCE, RECONCILIATION, SOURCES]
    own += [PLAN, INSPECTIONS, TRAINING, ROUNDS, PROVINCES]
    own += [sheet.title for sheet in SHEETS]
    taken = {title.casefold() for title in own} | {"history"}  # Excel keeps that one
    titles = {}
    for row in table.rows:
        plain = re.sub(r"[\[\]:*?/\\]", " ", row.label).strip("' ") or row.group
        title, number = plain[:31].rstrip("' "), 2
        while title.casefold() in taken:
            suffix = f" ({number})"
            title, number = plain[: 31 - len(suffix)] + suffix, number + 1
        taken.add(title.casefold())
        titles[row.group] = title
    return titles


def write_group(writer: Writer, summary: Summary, group: str, label: str, title: str) -> str:
    """Write a group's agencies; return the range of their categories, for formulas."""
    rows = [standing for standing in summary.standings if standing.group == group]
    headings = [_("No."), _("Agency code"), "Tên cơ quan", _("Parent body"), _("Category")]
    headings += [_("Edition"), _("Since"), _("Decision number"), _("Decision date")]
    widths = [6, 12, width_of(row.name for row in rows), width_of(row.parent_name for row in rows)]
    decisions = width_of((row.decision_number for row in rows), least=18, most=26)
    sheet = writer.sheet(title, [*widths, 17, 21, 12, decisions, 12])
    top = write_head(
        writer,
        sheet,
        [label, *summary.asked],
        [(0, len(headings) - 1)],
        demonstration=summary.demonstration,
    )
    writer.headings(sheet, top, headings)
    for number, standing in enumerate(rows, 1):
        _write_standing(writer, sheet, top + number, number, standing)
    if not rows:
        writer.put(sheet, top + 1, 1, _("No agency on this day"), italic=True)
    last = top + max(len(rows), 1)
    sheet.autofilter(top, 0, last, len(headings) - 1)
    return range_of(title, xl_range_abs(top + 1, 4, last, 4))


def _write_standing(writer: Writer, sheet: Any, row: int, number: int, standing: Standing) -> None:
    writer.put(sheet, row, 0, number, **GRID, **CENTRE)
    texts = (standing.code, standing.name, standing.parent_name)
    writer.grow(sheet, row, (None, *texts, None, None, None, standing.decision_number))
    for column, text in enumerate(texts, 1):
        writer.put(sheet, row, column, text, **GRID, text_wrap=True)
    write_status(writer, sheet, row, 4, standing)


def write_status(writer: Writer, sheet: Any, row: int, first: int, standing: Standing) -> None:
    """Write category, edition, first day and decision into the columns from the first."""
    look = LOOKS[standing.category]
    writer.put(sheet, row, first, str(standing.category.label), **GRID, **look)
    writer.put(sheet, row, first + 1, standing.edition_code, **GRID)
    writer.put(sheet, row, first + 2, standing.since, **GRID, **CENTRE)
    writer.put(sheet, row, first + 3, standing.decision_number, **GRID, text_wrap=True)
    writer.put(sheet, row, first + 4, standing.decision_date, **GRID, **CENTRE)
