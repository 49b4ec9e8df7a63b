"""The front sheet: issuer, title, the table by group, a native chart over its cells."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell

from agencies.house_style import DASH
from agencies.models import Category
from agencies.models.status import DEMONSTRATION_NOTE
from reports.rollups import Counts, GroupTable
from reports.workbook.contents import FURTHER_DEFINITIONS, HEADINGS, NOTHING_ON_RECORD, Summary
from reports.workbook.writer import CENTRE, CHART_FILLS, GRID, Writer, headings_row, put_formula


def write_front(writer: Writer, sheet: Any, summary: Summary, places: dict[str, str]) -> None:
    """Write the front sheet: issuer, title, the table by group, definitions, a chart."""
    centre = {"align": "center"}
    writer.span(sheet, 0, (0, 3), settings.ISSUER_PARENT, **centre)
    writer.span(sheet, 1, (0, 3), settings.ISSUER, bold=True, **centre)
    writer.span(sheet, 0, (5, 11), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, **centre)
    writer.span(sheet, 1, (5, 11), "Độc lập - Tự do - Hạnh phúc", bold=True, **centre)
    centred = {"align": "center", "valign": "vcenter", "text_wrap": True}
    title = _("SUMMARY OF QUALITY MANAGEMENT SYSTEMS IN STATE AGENCIES")
    writer.span(sheet, 3, (0, 11), title, bold=True, font_size=14, **centred)
    against = _("against %(edition)s") % {"edition": summary.edition}
    writer.span(sheet, 4, (0, 11), against, bold=True, **centred)
    writer.span(sheet, 5, (0, 11), summary.as_of_line, italic=True, **centred)
    if summary.demonstration:
        mark = str(DEMONSTRATION_NOTE)
        writer.span(sheet, 6, (0, 11), mark, italic=True, font_color="#8A5200", **centred)
    if not summary.exchange[1]:
        writer.span(sheet, 7, (0, 11), NOTHING_ON_RECORD, bold=True, **centred)
    top = 8
    headings_row(writer, sheet, top, _front_headings())
    sheet.set_row(top, 50)
    sheet.freeze_panes(0, 0)
    _write_table(writer, sheet, summary.table, places, top)
    end = top + len(summary.table.rows) + 1
    _write_definitions(writer, sheet, end + 2, summary.edition)
    _write_chart(writer, sheet, summary.table, top, end + 13)


def _front_headings() -> list[str]:
    return [
        _("No."),
        _("Group"),
        _("Total"),
        *(HEADINGS.get(category, str(category.label).capitalize()) for category in Category),
        _("Declared, any edition"),
        _("Fraction"),
        _("Per cent"),
    ]


def _write_table(
    writer: Writer, sheet: Any, table: GroupTable, places: dict[str, str], top: int
) -> None:
    """Write the rows by group, counted over the detail sheets, and their sum."""
    for place, row in enumerate(table.rows, 1):
        at = top + place
        writer.put(sheet, at, 0, place, **GRID, **CENTRE)
        writer.put(sheet, at, 1, row.label, **GRID, text_wrap=True)
        for column, category in enumerate(Category, 3):
            formula = f'=COUNTIF({places[row.group]},"{category.label}")'
            put_formula(writer, sheet, (at, column), formula, row.counts.of(category))
        _write_derived(writer, sheet, at, row.counts)
    end = top + len(table.rows) + 1
    writer.put(sheet, end, 0, "", **GRID)
    writer.put(sheet, end, 1, _("All agencies"), **GRID, bold=True)
    for column, category in enumerate(Category, 3):
        cells = f"{xl_rowcol_to_cell(top + 1, column)}:{xl_rowcol_to_cell(end - 1, column)}"
        count = table.total.of(category)
        put_formula(writer, sheet, (end, column), f"=SUM({cells})", count, bold=True)
    _write_derived(writer, sheet, end, table.total, bold=True)


def _write_derived(writer: Writer, sheet: Any, row: int, counts: Counts, **look: Any) -> None:
    """Write what follows from a row's counts: denominator, declared, fraction, per cent."""
    total, converted, older = (xl_rowcol_to_cell(row, column) for column in (2, 3, 4))
    left = f"{xl_rowcol_to_cell(row, 3)}:{xl_rowcol_to_cell(row, 7)}"
    put_formula(writer, sheet, (row, 2), f"=SUM({left})", counts.total, **look)
    put_formula(writer, sheet, (row, 9), f"={converted}+{older}", counts.declared_any, **look)
    parts = f'{_printed(converted)}&"/"&{_printed(total)}'
    fraction = f'=IF({total}=0,"{DASH}",{parts})'
    put_formula(writer, sheet, (row, 10), fraction, counts.fraction, **{**look, "bold": True})
    percent = f'=IF({total}=0,"{DASH}",ROUND({converted}/{total},4))'
    value = DASH if counts.percent is None else float(counts.percent / 100)
    put_formula(writer, sheet, (row, 11), percent, value, num_format="0.00%", **look)


def _printed(cell: str) -> str:
    """Return a formula that prints a count as house_style.count does."""
    pattern = "00" if settings.TWO_DIGIT_FIGURES else "0"
    thousands = f'INT({cell}/1000)&"."&TEXT(MOD({cell},1000),"000")'
    return f'IF({cell}<1000,TEXT({cell},"{pattern}"),{thousands})'


def _write_definitions(writer: Writer, sheet: Any, row: int, edition: str) -> None:
    """Write what each measure means."""
    lines = [
        _("Total: agencies of the group that exist on the day, without exempt ones."),
        _("Converted: a declaration in force of %(edition)s or a newer edition."),
        _("Not converted: a declaration in force of an older edition."),
        _("Declared, any edition: converted and not converted together."),
        _("Per cent: converted divided by the total, rounded half up to two decimals."),
    ]
    writer.span(sheet, row, (1, 11), _("How it is counted"), bold=True)
    for place, line in enumerate([*lines, *FURTHER_DEFINITIONS], 1):
        text = line % {"edition": edition} if "%(" in line else line
        writer.span(sheet, row + place, (1, 11), text, text_wrap=True)


def _write_chart(writer: Writer, sheet: Any, table: GroupTable, top: int, row: int) -> None:
    """Draw the categories by group: a native chart over the table's own cells."""
    if not table.total.total:
        return
    chart: Any = writer.book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    first, last, name = top + 1, top + len(table.rows), _("Summary")
    for column, category in enumerate(Category, 3):
        if category in CHART_FILLS and table.total.of(category):
            chart.add_series(
                {
                    "name": [name, top, column],
                    "categories": [name, first, 1, last, 1],
                    "values": [name, first, column, last, column],
                    "data_labels": _labels(category),
                    "gap": 60,
                    **CHART_FILLS[category],
                }
            )
    chart.set_title({"name": _("Agencies by category"), "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"num_format": "0%", "label_position": "high"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 980, "height": 300})
    sheet.insert_chart(row, 1, chart, {"object_position": 1})


def _labels(category: str) -> dict[str, Any]:
    """Return the labels of a series: its counts, legible on its fill."""
    font = {"bold": True, "color": "#FFFFFF" if category == Category.CONVERTED else "#14212B"}
    ground = {} if category == Category.CONVERTED else {"fill": {"color": "#FFFFFF"}}
    figures = "[<10]00;0" if settings.TWO_DIGIT_FIGURES else "0"
    return {"value": True, "num_format": f'[=0]"";{figures}', "font": font, **ground}
