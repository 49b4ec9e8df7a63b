"""The trend's figures: every quarter's end, the comparison day and the day asked, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from agencies.models import Category
from reports.rollups import Counts
from reports.trends import TrendPoint
from reports.workbook.contents import Summary, counts_in, heading_of
from reports.workbook.head import write_head
from reports.workbook.writer import CENTRE, GRID, HEAD, PERCENT, Writer, range_of

PROGRESS = "Tiến độ"
ROMAN = ("I", "II", "III", "IV")
FIRST_CATEGORY = 2
TOTAL = FIRST_CATEGORY + len(Category)
PER_CENT = TOTAL + 1
FIRST_GROUP = PER_CENT + 1
OF_A_GROUP = 3  # converted, total, per cent
GROUPS_ON_A_PAGE = 4


@dataclass(frozen=True)
class ProgressCells:
    """Where the figures stand: the rows of the days, the heading above them, the groups' order."""

    headings: int
    first: int
    last: int
    groups: Sequence[str]
    days: Sequence[date]

    def column(self, column: int) -> list[Any]:
        """Return the cells of a column, as charts are told them."""
        return [PROGRESS, self.first, column, self.last, column]

    def heading(self, column: int) -> list[Any]:
        """Return the cell that names a column."""
        return [PROGRESS, self.headings, column]

    def group_heading(self, group: str) -> list[Any]:
        """Return the cell that names a group."""
        return [PROGRESS, self.headings - 1, self.group_column(group)]

    def converted(self, day: date, group: str | None = None) -> str:
        """Return the reference of the converted on a day, of a group or of all."""
        column = FIRST_CATEGORY if group is None else self.group_column(group)
        row = self.first + self.days.index(day)
        return range_of(PROGRESS, xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))

    def group_column(self, group: str) -> int:
        """Return the first column of a group."""
        return FIRST_GROUP + OF_A_GROUP * self.groups.index(group)


def write_progress(writer: Writer, summary: Summary) -> ProgressCells:
    """Write a row for each day; return where the figures stand."""
    rows = summary.table.rows
    widths = [12, 29, *[11] * len(Category), 9, 9, *[9.5, 8, 9.5] * len(rows)]
    sheet = writer.sheet(PROGRESS, widths)
    breaks = list(range(FIRST_GROUP, len(widths), OF_A_GROUP * GROUPS_ON_A_PAGE))
    writer.scale(sheet, breaks, repeated=FIRST_CATEGORY)
    title = f"Tiến độ chuyển đổi theo {summary.edition}, từ năm {summary.points[0].day.year}"
    lines = [title, *summary.asked]
    pages = [(a, b - 1) for a, b in pairwise([FIRST_CATEGORY, *breaks, len(widths)])]
    top = write_head(writer, sheet, lines, pages, demonstration=summary.demonstration)
    _write_headings(writer, sheet, top, summary)
    first, groups = top + 2, [row.group for row in rows]
    for at, point in enumerate(summary.points, first):
        _write_point(writer, sheet, at, point, summary)
    days = [point.day for point in summary.points]
    return ProgressCells(top + 1, first, first + len(days) - 1, groups, days)


def _write_headings(writer: Writer, sheet: Any, top: int, summary: Summary) -> None:
    """Write whom the columns are of, and below it what they count; both stay in sight."""
    for column, heading in ((0, "Đến ngày"), (1, "Mốc")):
        sheet.merge_range(top, column, top + 1, column, "", writer.format(**HEAD))
        writer.put(sheet, top, column, heading, **HEAD)
    writer.span(sheet, top, (FIRST_CATEGORY, PER_CENT), _("All agencies"), **HEAD)
    of_all = [*map(heading_of, Category), _("Total"), _("Per cent")]
    for column, heading in enumerate(of_all, FIRST_CATEGORY):
        writer.put(sheet, top + 1, column, heading, **HEAD)
    for place, row in enumerate(summary.table.rows):
        at = FIRST_GROUP + OF_A_GROUP * place
        writer.span(sheet, top, (at, at + OF_A_GROUP - 1), row.label, **HEAD)
        for column, heading in enumerate(
            [heading_of(Category.CONVERTED), _("Total"), _("Per cent")], at
        ):
            writer.put(sheet, top + 1, column, heading, **HEAD)
    sheet.set_row(top, 36)
    sheet.set_row(top + 1, 68)
    sheet.freeze_panes(top + 2, 2)
    sheet.repeat_rows(top, top + 1)


def _write_point(writer: Writer, sheet: Any, at: int, point: TrendPoint, summary: Summary) -> None:
    """Write one day: every category, and converted of the total in each group."""
    sentence = ", ".join(_marks(point.day, summary))
    look = {"bold": True} if point.day in (summary.as_of.day, summary.compared_on) else {}
    writer.put(sheet, at, 0, point.day, **GRID, **CENTRE, **look)
    writer.put(sheet, at, 1, sentence[:1].upper() + sentence[1:], **GRID, text_wrap=True, **look)
    total = point.table.total
    for column, category in enumerate(Category, FIRST_CATEGORY):
        writer.count(sheet, at, column, total.of(category), **look)
    in_it = xl_range(at, FIRST_CATEGORY, at, TOTAL - 2)  # exempt agencies come last
    writer.formula(sheet, (at, TOTAL), f"=SUM({in_it})", total.total, **look)
    _write_percent(writer, sheet, (at, FIRST_CATEGORY, TOTAL, PER_CENT), total, **look)
    for place, row in enumerate(summary.table.rows):
        first, counts = FIRST_GROUP + OF_A_GROUP * place, counts_in(point.table, row.group)
        writer.count(sheet, at, first, counts.converted, **look)
        writer.count(sheet, at, first + 1, counts.total, **look)
        _write_percent(writer, sheet, (at, first, first + 1, first + 2), counts, **look)


def _write_percent(
    writer: Writer, sheet: Any, cells: tuple[int, int, int, int], counts: Counts, **look: Any
) -> None:
    """Write converted over total; an empty cell, and a gap in the chart, where there is none.

    `cells` are the row and the columns of converted, of the total and of the percentage.
    """
    row, converted, total, column = cells
    if counts.percent is None:
        sheet.write_blank(row, column, None, writer.format(**GRID))
        return
    parts = f"{xl_rowcol_to_cell(row, converted)}/{xl_rowcol_to_cell(row, total)}"
    value = float(counts.percent / 100)
    writer.formula(sheet, (row, column), f"=ROUND({parts},4)", value, num_format=PERCENT, **look)


def _marks(day: date, summary: Summary) -> list[str]:
    """Say why a day has its row."""
    marks = []
    if quarter := quarter_of(day):
        marks.append(quarter)
    if day == summary.compared_on:
        marks.append("ngày so sánh")
    if day == summary.as_of.day:
        marks.append("ngày số liệu")
    return marks


def quarter_of(day: date) -> str:
    """Return which quarter ends on a day, nothing where none does."""
    ends = (day + timedelta(days=1)).day == 1 and day.month % 3 == 0
    return f"hết quý {ROMAN[day.month // 3 - 1]}/{day.year}" if ends else ""
