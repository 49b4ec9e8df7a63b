"""What changed since the comparison day: every agency that counts differently, class by class.

The words are the paper's own, Vietnamese for every reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from agencies import house_style
from reports.change_report import Cause, CauseRow, Differing
from reports.rollups import Counts
from reports.workbook.changes import category_word, told
from reports.workbook.contents import Summary
from reports.workbook.head import write_head
from reports.workbook.measure import width_of
from reports.workbook.writer import CENTRE, GRID, HEAD, Writer, signed_figures

SINCE = "Thay đổi"
ROWS_BESIDE_THE_SUMS = 24  # with more agencies the sums go to a page of their own
CAUSE, COUNTED, CONVERTED, TOTAL = 1, 6, 7, 8
MEANINGS: dict[str, str] = {
    Cause.REORGANISATION: (
        "sáp nhập, chia tách, đổi tên, chuyển, giải thể hoặc thành lập có hiệu lực giữa hai ngày "
        "làm cơ quan được tính khác đi."
    ),
    Cause.REAL: (
        "giữa hai ngày cơ quan bắt đầu xây dựng, công bố, chuyển đổi, hủy công bố, hoặc bắt đầu "
        "hay thôi được tính, không do sắp xếp tổ chức."
    ),
}
SAME_KNOWLEDGE = (
    "Hai ngày được tính theo cùng một dữ liệu ghi nhận, nên ghi nhận muộn và đính chính đã nằm ở "
    "cả hai bên và không phải là thay đổi ở đây."
)


@dataclass(frozen=True)
class Told:
    """The rows of the agencies on the sheet, the first and the last."""

    first: int
    last: int

    def column(self, column: int) -> str:
        """Return the cells of a column."""
        return str(xl_range_abs(self.first, column, self.last, column))


def write_since(writer: Writer, summary: Summary) -> None:
    """Write the agencies, and below them what each class adds up to."""
    step = summary.changes.happened
    rows = list(told(step))
    names = width_of((_name(agency) for _cause, _unit, agency in rows), least=30, most=40)
    units = width_of((unit for _cause, unit, _agency in rows), least=26, most=42)
    widths = (6, 19, units, 11, names, 17, 17, 11, 10, 12.5, 18)
    sheet = writer.sheet(SINCE, widths)
    lines = [_title(summary), *summary.asked, _in_words(summary)]
    last = len(widths) - 1
    top = write_head(writer, sheet, lines, [(0, last)], demonstration=summary.demonstration)
    writer.headings(sheet, top, _headings())
    for number, row in enumerate(rows, 1):
        _write_agency(writer, sheet, top + number, (number, *row))
    if not rows:
        text = "Không cơ quan nào được tính khác đi giữa hai ngày."
        writer.put(sheet, top + 1, CAUSE, text, italic=True)
    end = top + max(len(rows), 1)
    sheet.autofilter(top, 0, end, last)
    writer.scale(sheet)
    if len(rows) > ROWS_BESIDE_THE_SUMS:
        sheet.set_h_pagebreaks([end + 2])
    _write_sums(writer, sheet, end + 2, Told(top + 1, end), summary)


def _title(summary: Summary) -> str:
    then, now = summary.compared_on, summary.as_of.day
    return f"Thay đổi từ {house_style.short_date(then)} đến {house_style.short_date(now)}"


def _in_words(summary: Summary) -> str:
    """Say both fractions and what each class does to the converted."""
    total = summary.changes.total
    parts = [
        f"{str(row.cause.label).lower()} {house_style.signed_count(row.difference.converted)}"
        for row in summary.changes.happened.rows
        if row.agencies
    ]
    said = f": {'; '.join(parts)} cơ quan đã chuyển đổi" if parts else ""
    return f"{total.then.fraction} thành {total.now.fraction}{said}"


def _headings() -> list[str]:
    return [
        _("No."),
        _("Class"),
        _("Reorganisation, group"),
        _("Agency code"),
        _("Agency"),
        _("Then"),
        _("Now"),
        _("Converted"),
        _("Total"),
        _("From"),
        _("Recorded"),
    ]


def _name(agency: Differing) -> str:
    """Return the agency's name, both where it was renamed."""
    names = [side.name for side in (agency.then, agency.now) if side]
    return " → ".join(dict.fromkeys(names))


def _write_agency(
    writer: Writer, sheet: Any, at: int, row: tuple[int, str, str, Differing]
) -> None:
    number, cause, unit, agency = row
    counts, act = agency.step(), agency.act
    recorded = house_style.moment(timezone.localtime(act.at)) if act else ""
    sides = category_word(agency.then), category_word(agency.now)
    texts = (cause, unit, agency.latest.code, _name(agency), *sides)
    writer.put(sheet, at, 0, number, **GRID, **CENTRE)
    writer.grow(sheet, at, (None, *texts))
    for column, text in enumerate(texts, 1):
        writer.put(sheet, at, column, text, **GRID, text_wrap=True)
    _write_signed(writer, sheet, at, counts)
    writer.put(sheet, at, 9, agency.day, **GRID, **CENTRE)
    writer.put(sheet, at, 10, recorded, **GRID, **CENTRE)


def _write_signed(writer: Writer, sheet: Any, at: int, counts: Counts) -> None:
    for column, number in ((CONVERTED, counts.converted), (TOTAL, counts.total)):
        look = {**GRID, **CENTRE, "num_format": signed_figures()}
        writer.put(sheet, at, column, number, **look)


def _write_sums(writer: Writer, sheet: Any, at: int, cells: Told, summary: Summary) -> None:
    """Write how the figures of one day become those of the other, class by class."""
    total, step = summary.changes.total, summary.changes.happened
    _write_sum_headings(writer, sheet, at)
    day = house_style.short_date(summary.compared_on)
    _write_figures(writer, sheet, at + 1, f"Số liệu ngày {day}", total.then)
    for place, row in enumerate(step.rows, at + 2):
        _write_cause(writer, sheet, place, cells, row)
    end = at + 2 + len(step.rows)
    day = house_style.short_date(summary.as_of.day)
    _write_label(writer, sheet, end, f"Số liệu ngày {day}", bold=True)
    for column, number in ((CONVERTED, total.now.converted), (TOTAL, total.now.total)):
        parts = f"{xl_rowcol_to_cell(at + 1, column)}:{xl_rowcol_to_cell(end - 1, column)}"
        writer.formula(sheet, (end, column), f"=SUM({parts})", number, bold=True)
    writer.span(sheet, end + 1, (CAUSE, TOTAL), SAME_KNOWLEDGE, italic=True, text_wrap=True)


def _write_sum_headings(writer: Writer, sheet: Any, at: int) -> None:
    writer.span(sheet, at, (CAUSE, COUNTED - 1), "Cộng theo loại thay đổi", **HEAD)
    headings = ("Số cơ quan", _("Converted"), _("Total"))
    for column, heading in enumerate(headings, COUNTED):
        writer.put(sheet, at, column, heading, **HEAD)
    sheet.set_row(at, 36)


def _write_label(writer: Writer, sheet: Any, at: int, text: str, **look: Any) -> None:
    look = {**GRID, "text_wrap": True, **look}
    writer.span(sheet, at, (CAUSE, COUNTED - 1), text, **look)
    writer.put(sheet, at, COUNTED, "", **GRID)


def _write_figures(writer: Writer, sheet: Any, at: int, text: str, counts: Counts) -> None:
    _write_label(writer, sheet, at, text, bold=True)
    writer.count(sheet, at, CONVERTED, counts.converted, bold=True)
    writer.count(sheet, at, TOTAL, counts.total, bold=True)


def _write_cause(writer: Writer, sheet: Any, at: int, cells: Told, row: CauseRow) -> None:
    """Write a class, what it means, and what its agencies add up to."""
    cause = str(row.cause.label)
    _write_label(writer, sheet, at, f"{cause}: {MEANINGS[row.cause]}")
    these = f'{cells.column(CAUSE)},"{cause}"'
    writer.formula(sheet, (at, COUNTED), f"=COUNTIF({these})", len(row.agencies))
    sums: Sequence[tuple[int, int]] = (
        (CONVERTED, row.difference.converted),
        (TOTAL, row.difference.total),
    )
    for column, value in sums:
        formula = f"=SUMIF({these},{cells.column(column)})"
        writer.formula(sheet, (at, column), formula, value, num_format=signed_figures())
