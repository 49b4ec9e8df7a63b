"""Who is left, under the parent bodies that reminders go to."""

from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell

from reports.rollups import ParentRow, Standing
from reports.workbook.contents import Summary
from reports.workbook.head import write_head
from reports.workbook.measure import width_of
from reports.workbook.writer import CENTRE, CHILD, GRID, LOOKS, Writer


def write_left(writer: Writer, summary: Summary) -> None:
    """Write who is left, by parent body, with the number under each and of all."""
    headings = [_("Parent body, agency"), "Số cơ quan", _("Category"), _("Edition"), _("Since")]
    names = [standing.name for row in summary.left for standing in row.left]
    parents = [row.name for row in summary.left]
    widths = [width_of([*names, *parents], least=40) + 4, 12, 28, 22, 13]
    sheet = writer.sheet(_("Not converted"), widths)
    lines = [_("Left, by parent body"), *summary.asked]
    top = at = write_head(writer, sheet, lines, [(0, 4)], demonstration=summary.demonstration)
    writer.headings(sheet, at, headings)
    for row in summary.left:
        at = _write_parent(writer, sheet, at + 1, row)
    writer.put(sheet, at + 1, 0, _("All agencies"), **GRID, bold=True)
    total = sum(len(row.left) for row in summary.left)
    # The column holds the parents' counts alone, so it can be summed as it stands.
    formula = f"=SUM({xl_rowcol_to_cell(top + 1, 1)}:{xl_rowcol_to_cell(at, 1)})"
    if summary.left:
        writer.formula(sheet, (at + 1, 1), formula, total, bold=True)
    else:
        writer.count(sheet, at + 1, 1, 0, bold=True)
    for column in (2, 3, 4):
        writer.put(sheet, at + 1, column, "", **GRID)


def _write_parent(writer: Writer, sheet: Any, at: int, row: ParentRow) -> int:
    """Write a parent body and who is left under it; return the last row written."""
    cells = f"{xl_rowcol_to_cell(at + 1, 2)}:{xl_rowcol_to_cell(at + len(row.left), 2)}"
    name = row.name or _("No parent body")
    writer.put(sheet, at, 0, name, **GRID, bold=True, text_wrap=True)
    writer.grow(sheet, at, [name])
    writer.formula(sheet, (at, 1), f"=COUNTA({cells})", len(row.left), bold=True)
    for column in (2, 3, 4):
        writer.put(sheet, at, column, "", **GRID)
    for place, standing in enumerate(row.left, at + 1):
        _write_left_one(writer, sheet, place, standing)
    return at + len(row.left)


def _write_left_one(writer: Writer, sheet: Any, at: int, standing: Standing) -> None:
    writer.put(sheet, at, 0, standing.name, **GRID, **CHILD)
    writer.grow(sheet, at, [standing.name])
    writer.put(sheet, at, 1, "", **GRID)
    look = LOOKS[standing.category]
    writer.put(sheet, at, 2, str(standing.category.label), **GRID, **look)
    writer.put(sheet, at, 3, standing.edition_code, **GRID)
    writer.put(sheet, at, 4, standing.since, **GRID, **CENTRE)
