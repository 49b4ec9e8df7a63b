"""Reconciliation: each publication with what was printed beside what the roster gives.

The words are the paper's own, Vietnamese for every reader.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell

from agencies import house_style
from reports.models import PublishedFigure, Unit
from reports.printed import Check, Printed
from reports.reconcile import Compared, SourceReport
from reports.workbook.contents import Summary
from reports.workbook.head import write_head
from reports.workbook.measure import width_of
from reports.workbook.writer import CENTRE, GRID, Writer, signed_figures

RECONCILIATION = "Đối chiếu"
COUNT, WHOLE, COMPUTED, COMPUTED_WHOLE, DIFFERENCE, PERCENT, RESULT, SAID = 3, 4, 5, 6, 7, 8, 10, 11
BANNER = {**GRID, "bold": True, "text_wrap": True, "bg_color": "#F4F6F7"}
DIFFERS = {"bold": True, "font_color": "#A3261B"}


def write_reconciliation(writer: Writer, summary: Summary) -> None:
    """Write every source known: its figures, its own sums, what is to be known of it."""
    labels = {row.group: row.label for row in summary.table.rows}
    groups = width_of([*labels.values(), _("All agencies")], least=20, most=30)
    widths = (groups, 19, 24, 8.5, 8.5, 8.5, 8.5, 9, 9, 12, 13, 46)
    sheet = writer.sheet(RECONCILIATION, widths)
    lines = ["Đối chiếu số liệu đã công bố", *summary.asked, _in_words(summary)]
    last = len(widths) - 1
    at = write_head(writer, sheet, lines, [(0, last)], demonstration=summary.demonstration)
    writer.headings(sheet, at, _headings())
    for report in summary.sources:
        at = _write_source(writer, sheet, at + 1, report, labels)


def _in_words(summary: Summary) -> str:
    """Say how many figures of how many sources differ."""
    day = house_style.short_date(summary.as_of.day)
    if not summary.sources:
        return f"Chưa nhập số liệu nào được công bố đến ngày {day}."
    used = [source for source in summary.sources if not source.withdrawn]
    figures = house_style.count(sum(len(source.rows) for source in used))
    findings = house_style.count(sum(len(source.findings) for source in used))
    sources = house_style.count(len(used))
    return f"{sources} nguồn, {figures} số liệu đã công bố đến ngày {day}; {findings} chỗ lệch"


def _headings() -> list[str]:
    return [
        _("Group"),
        _("Measure"),
        _("As printed"),
        "Số in",
        "Trên tổng số in",
        "Số tính",
        "Trên tổng số tính",
        "Chênh lệch",
        "Tỷ lệ in",
        "Tỷ lệ in so với số đếm",
        _("Result"),
        "Giải thích, lưu ý",
    ]


@dataclass(frozen=True)
class Place:
    """One source on the sheet: on which row each figure stands, and the groups' names."""

    report: SourceReport
    rows: Mapping[PublishedFigure, int]
    labels: Mapping[str, str]

    def group(self, figure: PublishedFigure) -> str:
        """Return the name of a figure's group."""
        return self.labels.get(figure.group, figure.group) or _("All agencies")

    def cell(self, printed: Printed) -> str:
        """Return the reference of a printed number."""
        column = WHOLE if printed.is_whole else COUNT
        return str(xl_rowcol_to_cell(self.rows[printed.figure], column))


def _write_source(
    writer: Writer, sheet: Any, at: int, report: SourceReport, labels: Mapping[str, str]
) -> int:
    """Write one source; return the last row written."""
    writer.span(sheet, at, (0, SAID), _banner(report), **BANNER)
    said = _said_of(report)
    rows = {row.figure: at + number for number, row in enumerate(report.rows, 1)}
    place = Place(report, rows, labels)
    for row in report.rows:
        _write_figure(writer, sheet, row, place)
        _write_text(writer, sheet, rows[row.figure], SAID, " ".join(said[row.figure]))
    at += len(report.rows)
    for check in report.checks:
        at += 1
        _write_check(writer, sheet, at, check, place)
    for note in report.notes:
        if note.figure is None:
            at += 1
            writer.span(sheet, at, (0, SAID), note.text, **GRID, text_wrap=True, italic=True)
    return at


def _banner(report: SourceReport) -> str:
    publication = report.publication
    if report.withdrawn:
        return f"{publication.source} (đã rút)"
    text = _("Published on %(published)s; compared with the roster of %(day)s, %(edition)s.") % {
        "published": house_style.short_date(publication.published_on),
        "day": house_style.short_date(report.as_of.day),
        "edition": report.edition.code,
    }
    return f"{publication.source}. {text}"


def _said_of(report: SourceReport) -> dict[PublishedFigure, list[str]]:
    """Return, of each figure, why it differs, what the office says of it, and what to know."""
    said: dict[PublishedFigure, list[str]] = {row.figure: [] for row in report.rows}
    for finding in report.findings:
        said[finding.figure].append(finding.explanation)
        if finding.attached:
            text = _("Explanation of the office: %s") % finding.attached
            said[finding.figure].append(text)
    for note in report.notes:
        if note.figure:
            said[note.figure].append(note.text)
    return said


def _write_figure(writer: Writer, sheet: Any, row: Compared, place: Place) -> None:
    figure, at = row.figure, place.rows[row.figure]
    struck = {"font_strikeout": True} if place.report.withdrawn else {}
    _write_text(writer, sheet, at, 0, place.group(figure))
    _write_text(writer, sheet, at, 1, _measure(figure))
    _write_text(writer, sheet, at, 2, figure.quote, **struck)
    _write_count(writer, sheet, at, COUNT, figure.count, **struck)
    _write_count(writer, sheet, at, WHOLE, figure.denominator, **struck)
    _write_count(writer, sheet, at, COMPUTED, row.computed)
    _write_count(writer, sheet, at, COMPUTED_WHOLE, row.total)
    _write_difference(writer, sheet, at, (figure.count, row.computed))
    _write_text(writer, sheet, at, PERCENT, figure.percent, **CENTRE, **struck)
    percentage = str(row.percentage.label) if row.percentage else ""
    _write_text(writer, sheet, at, PERCENT + 1, percentage, **CENTRE)
    look = DIFFERS if row.differs else {}
    _write_text(writer, sheet, at, RESULT, _result(row, place.report), **look)


def _measure(figure: PublishedFigure) -> str:
    counted = "" if figure.unit == Unit.AGENCIES else f" ({figure.get_unit_display()})"
    return f"{figure.get_measure_display()}{counted}"


def _result(row: Compared, report: SourceReport) -> str:
    if report.withdrawn:
        return "đã rút"
    if row.differs:
        return _("differs")
    return _("not compared") if row.computed is None else _("agrees")


def _write_text(writer: Writer, sheet: Any, at: int, column: int, text: str, **look: Any) -> None:
    writer.put(sheet, at, column, text, **GRID, text_wrap=True, **look)
    writer.grow(sheet, at, [*[None] * column, text])


def _write_count(
    writer: Writer, sheet: Any, at: int, column: int, number: int | None, **look: Any
) -> None:
    if number is None:
        writer.put(sheet, at, column, "", **GRID)
    else:
        writer.count(sheet, at, column, number, **look)


def _write_difference(
    writer: Writer, sheet: Any, at: int, numbers: tuple[int | None, int | None]
) -> None:
    """Write the printed number less the computed one, where there are both."""
    printed, computed = numbers
    if printed is None or computed is None:
        writer.put(sheet, at, DIFFERENCE, "", **GRID)
        return
    formula = f"={xl_rowcol_to_cell(at, COUNT)}-{xl_rowcol_to_cell(at, COMPUTED)}"
    cell, look = (at, DIFFERENCE), {"num_format": signed_figures()}
    writer.formula(sheet, cell, formula, printed - computed, **look)


def _write_check(writer: Writer, sheet: Any, at: int, check: Check, place: Place) -> None:
    """Write a sum that the source should come out at, as formulas over its own cells."""
    figure, printed, added = check.whole.figure, check.whole.number, check.added
    what = "Cộng cột" if check.is_column else "Cộng dòng"
    measure = f"{what}: {figure.get_measure_display() if check.is_column else _('Total')}"
    quote = " + ".join(house_style.count(part.number) for part in check.parts)
    for column, text in enumerate((place.group(figure), measure, quote)):
        _write_text(writer, sheet, at, column, text, italic=True)
    for column in (WHOLE, COMPUTED_WHOLE, PERCENT, PERCENT + 1, SAID):
        writer.put(sheet, at, column, "", **GRID)
    writer.formula(sheet, (at, COUNT), f"={place.cell(check.whole)}", printed)
    formula = "=" + "+".join(place.cell(part) for part in check.parts)
    writer.formula(sheet, (at, COMPUTED), formula, added)
    _write_difference(writer, sheet, at, (printed, added))
    agrees, differs = _("agrees"), _("differs")
    text = f'=IF({xl_rowcol_to_cell(at, DIFFERENCE)}=0,"{agrees}","{differs}")'
    look = {} if printed == added else DIFFERS
    value = agrees if printed == added else differs
    writer.formula(sheet, (at, RESULT), text, value, align="left", **look)
