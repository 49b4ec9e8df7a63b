"""Who is left, under the parent bodies that reminders go to."""

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell

from reports.workbook.contents import Summary
from reports.workbook.groups import sheet_head
from reports.workbook.writer import (
    CENTRE,
    CHILD,
    GRID,
    LOOKS,
    Writer,
    headings_row,
    put_formula,
    width_of,
)


def write_left(writer: Writer, summary: Summary) -> None:
    """Write who is left, under the parent bodies that reminders go to."""
    headings = [_("Parent body, agency"), "Số cơ quan", _("Category"), _("Edition"), _("Since")]
    names = [standing.name for row in summary.left for standing in row.left]
    parents = [row.name for row in summary.left]
    sheet = writer.sheet(_("Not converted"), [width_of([*names, *parents]) + 4, 12, 28, 22, 13])
    top = at = sheet_head(writer, sheet, _("Left, by parent body"), summary, len(headings) - 1) + 1
    headings_row(writer, sheet, at, headings)
    for row in summary.left:
        at += 1
        cells = f"{xl_rowcol_to_cell(at + 1, 2)}:{xl_rowcol_to_cell(at + len(row.left), 2)}"
        writer.put(sheet, at, 0, row.name or _("No parent body"), **GRID, bold=True)
        put_formula(writer, sheet, (at, 1), f"=COUNTA({cells})", len(row.left), bold=True)
        for column in (2, 3, 4):
            writer.put(sheet, at, column, "", **GRID)
        for standing in row.left:
            at += 1
            writer.put(sheet, at, 0, standing.name, **GRID, **CHILD)
            writer.grow(sheet, at, [standing.name])
            writer.put(sheet, at, 1, "", **GRID)
            look = LOOKS[standing.category]
            writer.put(sheet, at, 2, str(standing.category.label), **GRID, **look)
            writer.put(sheet, at, 3, standing.edition_code, **GRID)
            writer.put(sheet, at, 4, standing.since, **GRID, **CENTRE)
    writer.put(sheet, at + 1, 0, _("All agencies"), **GRID, bold=True)
    total = sum(len(row.left) for row in summary.left)
    # The column holds the parents' counts alone, so it can be summed as it stands.
    formula = f"=SUM({xl_rowcol_to_cell(top + 1, 1)}:{xl_rowcol_to_cell(at, 1)})"
    put_formula(writer, sheet, (at + 1, 1), formula, total, bold=True)
