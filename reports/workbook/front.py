"""The front sheet: issuer, title, the table by group, native charts over its cells."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from agencies import house_style
from agencies.house_style import DASH
from agencies.models import Category
from agencies.models.status import demonstration_note
from reports.rollups import Counts, GroupRow
from reports.workbook import charts
from reports.workbook.charts import Series
from reports.workbook.contents import NOTHING_ON_RECORD, Summary, counts_in, heading_of
from reports.workbook.progress import FIRST_CATEGORY, OF_A_GROUP, ProgressCells
from reports.workbook.writer import (
    CENTRE,
    CENTRED,
    GRID,
    MARK,
    PERCENT,
    Writer,
    figures,
    signed_figures,
)

WIDTHS = (5, 34, 8, 9, 12, 8, 8, 8, 11, 11, 10, 10, 11)
LAST = len(WIDTHS) - 1
TOP = 8  # the heading row of the table
TOTAL, FIRST_CATEGORY_HERE = 2, 3
DECLARED = FIRST_CATEGORY_HERE + len(Category)
CHART = {"width": 1190, "height": 375}
CHART_ROWS = 19
ROWS_BESIDE_A_CHART = 5  # with more groups the chart goes to a page of its own


def write_front(
    writer: Writer, sheet: Any, summary: Summary, places: dict[str, str], cells: ProgressCells
) -> None:
    """Write the head, the table by group, and the charts; those of the trend on a second page."""
    _write_head(writer, sheet, summary)
    end = _write_table(writer, sheet, summary, places, cells)
    writer.scale(sheet)
    if summary.table.total.total:
        rows = len(summary.table.rows)
        first, second = end + 2, end + 2 + CHART_ROWS
        sheet.set_h_pagebreaks([second] if rows <= ROWS_BESIDE_A_CHART else [first, second])
        _place(sheet, first, _by_group(writer, summary))
        _place(sheet, second, _by_category_over_time(writer, summary, cells))
        _place(sheet, second + CHART_ROWS, _by_group_over_time(writer, summary, cells))


def _write_head(writer: Writer, sheet: Any, summary: Summary) -> None:
    """Write the issuing bodies, the national title, the title and the as-of line."""
    writer.span(sheet, 0, (0, 4), settings.ISSUER_PARENT, **CENTRE)
    writer.span(sheet, 1, (0, 4), settings.ISSUER, bold=True, **CENTRE)
    nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    writer.span(sheet, 0, (6, LAST), nation, bold=True, **CENTRE)
    writer.span(sheet, 1, (6, LAST), "Độc lập - Tự do - Hạnh phúc", bold=True, **CENTRE)
    title = _("SUMMARY OF QUALITY MANAGEMENT SYSTEMS IN STATE AGENCIES")
    writer.span(sheet, 3, (0, LAST), title, bold=True, font_size=14, **CENTRED)
    against = _("against %(edition)s") % {"edition": summary.edition}
    writer.span(sheet, 4, (0, LAST), against, bold=True, **CENTRED)
    line, *notices = summary.asked
    writer.span(sheet, 5, (0, LAST), line, italic=True, **CENTRED)
    if summary.demonstration:
        writer.span(sheet, 6, (0, LAST), demonstration_note(), **MARK, **CENTRED)
    said = " ".join(notices) if summary.exchange[1] else NOTHING_ON_RECORD
    if said:
        writer.span(sheet, 7, (0, LAST), said, bold=True, **CENTRED)


def _headings(summary: Summary) -> list[str]:
    return [
        _("No."),
        _("Group"),
        _("Total"),
        *map(heading_of, Category),
        _("Declared, any edition"),
        _("Fraction"),
        _("Per cent"),
        f"Tăng so với {house_style.short_date(summary.compared_on)}",
    ]


def _write_table(
    writer: Writer, sheet: Any, summary: Summary, places: dict[str, str], cells: ProgressCells
) -> int:
    """Write the rows by group, counted over the detail sheets, and their sum; return its row."""
    writer.headings(sheet, TOP, _headings(summary), frozen=None)
    for place, row in enumerate(summary.table.rows, 1):
        _write_row(writer, sheet, place, row, places[row.group])
        then = counts_in(summary.compared.table, row.group)
        there = cells.converted(summary.compared_on, row.group)
        _write_gained(writer, sheet, TOP + place, (row.counts, then), there)
    end = TOP + len(summary.table.rows) + 1
    total = summary.table.total
    writer.put(sheet, end, 0, "", **GRID)
    writer.put(sheet, end, 1, _("All agencies"), **GRID, bold=True)
    for column, category in enumerate(Category, FIRST_CATEGORY_HERE):
        formula = f"=SUM({xl_range(TOP + 1, column, end - 1, column)})"
        count = total.of(category)
        if end > TOP + 1:
            writer.formula(sheet, (end, column), formula, count, bold=True)
        else:
            writer.count(sheet, end, column, 0, bold=True)
    _write_derived(writer, sheet, end, total, bold=True)
    there = cells.converted(summary.compared_on)
    _write_gained(writer, sheet, end, (total, summary.compared.table.total), there, bold=True)
    return end


def _write_row(writer: Writer, sheet: Any, place: int, row: GroupRow, cells: str) -> None:
    at = TOP + place
    writer.put(sheet, at, 0, place, **GRID, **CENTRE)
    writer.put(sheet, at, 1, row.label, **GRID, text_wrap=True)
    writer.grow(sheet, at, (None, row.label))
    for column, category in enumerate(Category, FIRST_CATEGORY_HERE):
        formula = f'=COUNTIF({cells},"{category.label}")'
        writer.formula(sheet, (at, column), formula, row.counts.of(category))
    _write_derived(writer, sheet, at, row.counts)


def _write_derived(writer: Writer, sheet: Any, row: int, counts: Counts, **look: Any) -> None:
    """Write what follows from a row's counts: denominator, declared, fraction, per cent."""
    total, converted, older = (xl_rowcol_to_cell(row, column) for column in (2, 3, 4))
    in_it = xl_range(row, FIRST_CATEGORY_HERE, row, DECLARED - 2)  # exempt agencies come last
    writer.formula(sheet, (row, TOTAL), f"=SUM({in_it})", counts.total, **look)
    formula = f"={converted}+{older}"
    writer.formula(sheet, (row, DECLARED), formula, counts.declared_any, **look)
    parts = f'{_printed(converted)}&"/"&{_printed(total)}'
    fraction = f'=IF({total}=0,"{DASH}",{parts})'
    writer.formula(sheet, (row, DECLARED + 1), fraction, counts.fraction, **{**look, "bold": True})
    percent = f'=IF({total}=0,"{DASH}",ROUND({converted}/{total},4))'
    value = DASH if counts.percent is None else float(counts.percent / 100)
    writer.formula(sheet, (row, DECLARED + 2), percent, value, num_format=PERCENT, **look)


def _write_gained(
    writer: Writer, sheet: Any, row: int, pair: tuple[Counts, Counts], there: str, **look: Any
) -> None:
    """Write how many more are converted than on the comparison day, read from the trend."""
    now, then = pair
    formula = f"={xl_rowcol_to_cell(row, FIRST_CATEGORY_HERE)}-{there}"
    gained = now.converted - then.converted
    writer.formula(sheet, (row, LAST), formula, gained, num_format=signed_figures(), **look)


def _printed(cell: str) -> str:
    """Return a formula that prints a count as house_style.count does."""
    pattern = "00" if settings.TWO_DIGIT_FIGURES else "0"
    thousands = f'INT({cell}/1000)&"."&TEXT(MOD({cell},1000),"000")'
    return f'IF({cell}<1000,TEXT({cell},"{pattern}"),{thousands})'


def _place(sheet: Any, row: int, chart: Any) -> None:
    chart.set_size(CHART)
    sheet.insert_chart(row, 0, chart, {"object_position": 1, "y_offset": 6})


def _by_group(writer: Writer, summary: Summary) -> Any:
    first, last, name = TOP + 1, TOP + len(summary.table.rows), _("Summary")
    series = [
        Series([name, TOP, column], [name, first, column, last, column], charts.fill_of(category))
        for column, category in enumerate(Category, FIRST_CATEGORY_HERE)
        if category in charts.FILLS and summary.table.total.of(category)
    ]
    labels = [name, first, 1, last, 1]
    return charts.categories_by_group(writer, _("Agencies by category"), labels, series)


def _by_category_over_time(writer: Writer, summary: Summary, cells: ProgressCells) -> Any:
    """Draw one line per category that ever occurs."""
    totals = [point.table.total for point in summary.points]
    shown = [category for category in Category if any(total.of(category) for total in totals)]
    highest = max(total.of(category) for total in totals for category in shown)
    ends = charts.label_places([totals[-1].of(category) for category in shown], highest)
    series = [
        Series(
            cells.heading(column),
            cells.column(column),
            charts.line_of(charts.LINES[category], len(totals), figures(), end),
        )
        for category, end in zip(shown, ends, strict=True)
        for column in [FIRST_CATEGORY + list(Category).index(category)]
    ]
    title = "Tiến độ của tất cả các nhóm: số cơ quan theo tình trạng"
    return charts.over_time(writer, title, cells.column(0), series, {"num_format": "#,##0"})


def _by_group_over_time(writer: Writer, summary: Summary, cells: ProgressCells) -> Any:
    """Draw the converted of each group per hundred of its total."""
    last = [counts_in(summary.points[-1].table, group).percent or 0 for group in cells.groups]
    ends = charts.label_places([float(percent) for percent in last], 100)
    series = [
        Series(
            cells.group_heading(group),
            cells.column(cells.group_column(group) + OF_A_GROUP - 1),
            charts.line_of(charts.GROUP_LINES[place % 4], len(summary.points), "0%", end),
        )
        for place, (group, end) in enumerate(zip(cells.groups, ends, strict=True))
    ]
    title = "Tiến độ của từng nhóm: tỷ lệ % đã chuyển đổi"
    axis = {"num_format": "0%", "max": 1, "major_unit": 0.25}
    return charts.over_time(writer, title, cells.column(0), series, axis)
