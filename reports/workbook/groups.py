"""A sheet for each group, with its agencies; the front's counts are formulas over them."""

import re
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range_abs

from agencies.exchange import SHEETS
from agencies.models.status import DEMONSTRATION_NOTE
from reports.rollups import GroupTable, Standing
from reports.workbook.contents import Summary
from reports.workbook.writer import CENTRE, GRID, LOOKS, Writer, headings_row, width_of


def sheet_titles(table: GroupTable) -> dict[str, str]:
    """Return a title for each group that Excel allows and no other sheet has."""
    taken = {_("Summary").casefold(), _("Not converted").casefold()}
    taken |= {sheet.title.casefold() for sheet in SHEETS} | {"history"}  # Excel keeps that one
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


def sheet_head(writer: Writer, sheet: Any, title: str, summary: Summary, last_column: int) -> int:
    """Write the title and the as-of line of a sheet; return the next free row."""
    centred = {"align": "center", "text_wrap": True, "valign": "vcenter"}
    lines: list[tuple[str, dict[str, Any]]] = [
        (title, {"bold": True, "font_size": 14}),
        (summary.as_of_line, {"italic": True}),
    ]
    if summary.demonstration:
        mark = str(DEMONSTRATION_NOTE)
        lines.append((mark, {"italic": True, "font_color": "#8A5200"}))
    for row, (text, look) in enumerate(lines):
        writer.span(sheet, row, (0, last_column), text, **centred, **look)
    sheet.set_row(1, 32)
    return len(lines)


def write_group(writer: Writer, summary: Summary, group: str, label: str, title: str) -> str:
    """Write a group's agencies; return the range of their categories, for formulas."""
    rows = [standing for standing in summary.standings if standing.group == group]
    headings = [_("No."), _("Agency code"), "Tên cơ quan", _("Parent body"), _("Category")]
    headings += [_("Edition"), _("Since"), _("Decision number"), _("Decision date")]
    widths = [6, 13, width_of(row.name for row in rows), width_of(row.parent_name for row in rows)]
    sheet = writer.sheet(title, [*widths, 17, 21, 12, 20, 12])
    top = sheet_head(writer, sheet, label, summary, len(headings) - 1) + 1
    headings_row(writer, sheet, top, headings)
    for number, standing in enumerate(rows, 1):
        _write_standing(writer, sheet, top + number, number, standing)
    if not rows:
        writer.put(sheet, top + 1, 1, _("No agency on this day"), italic=True)
    last = top + max(len(rows), 1)
    sheet.autofilter(top, 0, last, len(headings) - 1)
    quoted = title.replace("'", "''")
    return f"'{quoted}'!{xl_range_abs(top + 1, 4, last, 4)}"


def _write_standing(writer: Writer, sheet: Any, row: int, number: int, standing: Standing) -> None:
    writer.put(sheet, row, 0, number, **GRID, **CENTRE)
    texts = (standing.code, standing.name, standing.parent_name)
    writer.grow(sheet, row, (None, *texts, None, None, None, standing.decision_number))
    for column, text in enumerate(texts, 1):
        writer.put(sheet, row, column, text, **GRID, text_wrap=True)
    look = LOOKS[standing.category]
    writer.put(sheet, row, 4, str(standing.category.label), **GRID, **look)
    writer.put(sheet, row, 5, standing.edition_code, **GRID)
    writer.put(sheet, row, 6, standing.since, **GRID, **CENTRE)
    writer.put(sheet, row, 7, standing.decision_number, **GRID, text_wrap=True)
    writer.put(sheet, row, 8, standing.decision_date, **GRID, **CENTRE)
