"""The roll-up by province, where the file is of several; counts only, no agency by name."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from agencies.house_style import DASH
from agencies.models import Category
from reports.provinces import ProvinceTable
from reports.rollups import Counts
from reports.workbook.contents import Summary, heading_of
from reports.workbook.head import write_head
from reports.workbook.measure import width_of
from reports.workbook.writer import GRID, PERCENT, Writer

PROVINCES = "Theo tỉnh"
FIRST = 1
TOTAL = FIRST + len(Category)


def write_provinces(writer: Writer, summary: Summary, table: ProvinceTable) -> None:
    """Write a row for each province and their sum, the denominator and the per cent as formulas."""
    categories = [heading_of(category) for category in Category]
    headings = [_("Province"), *categories, _("Total"), "%"]
    widths = [width_of((row.label for row in table.rows), least=26), *[13] * len(Category), 10, 10]
    sheet = writer.sheet(PROVINCES, widths)
    lines = [_("By province"), *summary.asked]
    whole = [(0, len(headings) - 1)]
    top = write_head(writer, sheet, lines, whole, demonstration=summary.demonstration)
    writer.headings(sheet, top, headings)
    for at, row in enumerate(table.rows, top + 1):
        writer.put(sheet, at, 0, row.label, **GRID, text_wrap=True)
        for column, number in enumerate(row.counts, FIRST):
            writer.count(sheet, at, column, number)
        _write_total(writer, sheet, at, row.counts)
    _write_sum(writer, sheet, (top + 1, top + len(table.rows)), table.total)


def _write_sum(writer: Writer, sheet: Any, rows: Sequence[int], total: Counts) -> None:
    first, last = rows
    writer.put(sheet, last + 1, 0, _("All provinces"), **GRID, bold=True)
    for column, number in enumerate(total, FIRST):
        letter = xl_col_to_name(column)
        formula = f"=SUM({letter}{first + 1}:{letter}{last + 1})"
        writer.formula(sheet, (last + 1, column), formula, number, bold=True)
    _write_total(writer, sheet, last + 1, total, bold=True)


def _write_total(writer: Writer, sheet: Any, at: int, counts: Counts, **look: Any) -> None:
    """Write the denominator, which leaves the exempt out, and the converted per hundred of it."""
    counted = [
        xl_rowcol_to_cell(at, column)
        for column, category in enumerate(Category, FIRST)
        if category != Category.EXEMPT
    ]
    writer.formula(sheet, (at, TOTAL), f"={'+'.join(counted)}", counts.total, **look)
    total = xl_rowcol_to_cell(at, TOTAL)
    percent = f'=IF({total}=0,"{DASH}",ROUND({counted[0]}/{total},4))'
    value = DASH if counts.percent is None else float(counts.percent / 100)
    writer.formula(sheet, (at, TOTAL + 1), percent, value, num_format=PERCENT, **look)
