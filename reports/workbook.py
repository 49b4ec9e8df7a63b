"""Rows to the Excel summary. Takes finished rows and never queries.

The file is an official Vietnamese paper, whatever language its reader's pages have; the
caller sets the language. Counts are formulas over the detail sheets, with their values
cached, so that a reader sees where each figure comes from.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from agencies import house_style
from agencies.exchange import SHEETS, AgencyLine, GroupLine, StatusLine, cells_of
from agencies.house_style import DASH
from agencies.models import Category
from agencies.models.status import DEMONSTRATION_NOTE
from reports.rollups import Counts, GroupTable, ParentRow, Standing

Line = GroupLine | AgencyLine | StatusLine
FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
GRID = {"border": 1, "border_color": "#8B98A1"}
HEAD = {**GRID, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter"}
HEAD |= {"bg_color": "#E6EEF0"}
CENTRE = {"align": "center"}
CHILD = {"align": "left", "indent": 2, "text_wrap": True}
# Pattern numbers as Excel counts them: 1 solid, 14 diagonal, 17 dotted, 16 crossed.
LOOKS: dict[str, dict[str, Any]] = {
    Category.CONVERTED: {"pattern": 1, "bg_color": "#CFE8E4"},
    Category.OLDER_EDITION: {"pattern": 14, "fg_color": "#F0C47A", "bg_color": "#FFFFFF"},
    Category.BUILDING: {"pattern": 17, "fg_color": "#7FB0E0", "bg_color": "#FFFFFF"},
    Category.WITHDRAWN: {"pattern": 16, "fg_color": "#C3CBD0", "bg_color": "#FFFFFF"},
    Category.NOT_STARTED: {},
    Category.EXEMPT: {"italic": True, "font_color": "#566570"},
}
CHART_FILLS: dict[str, dict[str, Any]] = {
    Category.CONVERTED: {"fill": {"color": "#0B6E63"}},
    Category.OLDER_EDITION: {
        "pattern": {
            "pattern": "wide_upward_diagonal",
            "fg_color": "#C77700",
            "bg_color": "#FFFFFF",
        },
        "border": {"color": "#C77700"},
    },
    Category.BUILDING: {
        "pattern": {"pattern": "dotted_grid", "fg_color": "#2F6FB3", "bg_color": "#FFFFFF"},
        "border": {"color": "#2F6FB3"},
    },
    Category.WITHDRAWN: {
        "pattern": {"pattern": "outlined_diamond", "fg_color": "#7B8891", "bg_color": "#FFFFFF"},
        "border": {"color": "#7B8891"},
    },
    Category.NOT_STARTED: {"fill": {"color": "#FFFFFF"}, "border": {"color": "#14212B"}},
}
# Words of the paper itself, which is Vietnamese for every reader.
NOTHING_ON_RECORD = "Chưa có hồ sơ: đến ngày và thời điểm được hỏi chưa ghi nhận cơ quan nào."
HEADINGS: dict[str, str] = {Category.OLDER_EDITION: "Phiên bản cũ (chưa chuyển đổi)"}
FURTHER_DEFINITIONS = """\
Đang xây dựng: chưa công bố, kể cả khi đã áp dụng. Hủy công bố: đã hủy và chưa công bố lại.
Chưa xây dựng: chưa bắt đầu. Không thuộc đối tượng áp dụng: không tính vào tổng số.
Trang “Chưa chuyển đổi” nêu cả phiên bản cũ, đang xây dựng, hủy công bố và chưa xây dựng.\
""".splitlines()


@dataclass(frozen=True)
class Summary:
    """Everything the file says, and the lines that head its sheets."""

    as_of_line: str
    edition: str
    known_at: datetime
    table: GroupTable
    standings: Sequence[Standing]
    left: Sequence[ParentRow]
    exchange: Sequence[Sequence[Line]]
    demonstration: bool


class Writer:
    """A workbook under construction: formats are shared, text stays text."""

    def __init__(self, created: datetime) -> None:
        self.file = BytesIO()
        plain_text = {"strings_to_formulas": False, "strings_to_urls": False}
        self.book = Workbook(self.file, {"in_memory": True, **plain_text})
        title = {"title": _("Summary of quality management systems"), "author": settings.ISSUER}
        moment = created.astimezone(UTC).replace(tzinfo=None)  # written with a Z
        self.book.set_properties({**title, "created": moment})
        self._formats: dict[str, Any] = {}
        self._widths: dict[str, Sequence[float]] = {}

    def format(self, **properties: Any) -> Any:
        """Return the one format of these properties."""
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({**FONT, **properties})
        return self._formats[key]

    def put(self, sheet: Any, row: int, column: int, value: Any, **properties: Any) -> None:
        """Write one value; what begins like a formula is text all the same."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.format(**properties))
        elif isinstance(value, date):
            properties = {"num_format": "dd/mm/yyyy", **properties}
            sheet.write_datetime(row, column, value, self.format(**properties))
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.format(**properties))
        else:
            if value[0] in "=+-@":
                properties = {**properties, "quote_prefix": True}
            sheet.write_string(row, column, value, self.format(**properties))

    def span(
        self, sheet: Any, row: int, columns: tuple[int, int], text: str, **properties: Any
    ) -> None:
        """Write a text across the first to the last of some columns."""
        first, last = columns
        sheet.merge_range(row, first, row, last, "", self.format(**properties))
        self.put(sheet, row, first, text, **properties)

    def sheet(self, title: str, widths: Sequence[float]) -> Any:
        """Add an A4 landscape sheet with page numbers and column widths."""
        sheet = self.book.add_worksheet(title)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P/&N")
        self._widths[title] = widths
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self.format())
        return sheet

    def grow(self, sheet: Any, row: int, texts: Sequence[Any]) -> None:
        """Make a row as high as its wrapped texts need; LibreOffice does not by itself."""
        widths = self._widths[sheet.get_name()]
        lines = [
            math.ceil(0.95 * len(text) / width)
            for text, width in zip(texts, widths, strict=False)
            if isinstance(text, str)
        ]
        if max(lines, default=1) > 1:
            sheet.set_row(row, 16 * max(lines))

    def bytes(self) -> bytes:
        """Close the workbook and return its bytes."""
        self.book.close()
        return self.file.getvalue()


def write_summary(summary: Summary) -> bytes:
    """Return the summary as an .xlsx file; the same summary gives the same bytes."""
    writer = Writer(summary.known_at)
    front = writer.sheet(_("Summary"), [5, 40, 9, 10, 12, 9, 9, 9, 11, 11, 11, 10])
    titles = _sheet_titles(summary.table)
    places = {
        row.group: _write_group(writer, summary, row.group, row.label, titles[row.group])
        for row in summary.table.rows
    }
    _write_front(writer, front, summary, places)
    _write_left(writer, summary)
    for sheet, lines in zip(SHEETS, summary.exchange, strict=True):
        _write_exchange(writer, sheet.title, sheet.headings(), lines)
    return writer.bytes()


def _sheet_titles(table: GroupTable) -> dict[str, str]:
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


def _head(writer: Writer, sheet: Any, title: str, summary: Summary, last_column: int) -> int:
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


def _write_group(writer: Writer, summary: Summary, group: str, label: str, title: str) -> str:
    """Write a group's agencies; return the range of their categories, for formulas."""
    rows = [standing for standing in summary.standings if standing.group == group]
    headings = [_("No."), _("Agency code"), "Tên cơ quan", _("Parent body"), _("Category")]
    headings += [_("Edition"), _("Since"), _("Decision number"), _("Decision date")]
    widths = [6, 13, _width(row.name for row in rows), _width(row.parent_name for row in rows)]
    sheet = writer.sheet(title, [*widths, 17, 21, 12, 20, 12])
    top = _head(writer, sheet, label, summary, len(headings) - 1) + 1
    _headings(writer, sheet, top, headings)
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


def _headings(writer: Writer, sheet: Any, row: int, headings: Sequence[str]) -> None:
    """Write a heading row that stays in sight and is repeated on every printed page."""
    for column, heading in enumerate(headings):
        writer.put(sheet, row, column, heading, **HEAD)
    sheet.set_row(row, 34)
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)


def _width(texts: Iterable[str]) -> float:
    """Return a column width that shows every text on one line, within reason."""
    return min(max([16.0, *(0.95 * len(text) + 2 for text in texts)]), 62.0)


def _write_front(writer: Writer, sheet: Any, summary: Summary, places: dict[str, str]) -> None:
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
    _headings(writer, sheet, top, _front_headings())
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
            _formula(writer, sheet, (at, column), formula, row.counts.of(category))
        _write_derived(writer, sheet, at, row.counts)
    end = top + len(table.rows) + 1
    writer.put(sheet, end, 0, "", **GRID)
    writer.put(sheet, end, 1, _("All agencies"), **GRID, bold=True)
    for column, category in enumerate(Category, 3):
        cells = f"{xl_rowcol_to_cell(top + 1, column)}:{xl_rowcol_to_cell(end - 1, column)}"
        count = table.total.of(category)
        _formula(writer, sheet, (end, column), f"=SUM({cells})", count, bold=True)
    _write_derived(writer, sheet, end, table.total, bold=True)


def _write_derived(writer: Writer, sheet: Any, row: int, counts: Counts, **look: Any) -> None:
    """Write what follows from a row's counts: denominator, declared, fraction, per cent."""
    total, converted, older = (xl_rowcol_to_cell(row, column) for column in (2, 3, 4))
    left = f"{xl_rowcol_to_cell(row, 3)}:{xl_rowcol_to_cell(row, 7)}"
    _formula(writer, sheet, (row, 2), f"=SUM({left})", counts.total, **look)
    _formula(writer, sheet, (row, 9), f"={converted}+{older}", counts.declared_any, **look)
    parts = f'{_printed(converted)}&"/"&{_printed(total)}'
    fraction = f'=IF({total}=0,"{DASH}",{parts})'
    _formula(writer, sheet, (row, 10), fraction, counts.fraction, **{**look, "bold": True})
    percent = f'=IF({total}=0,"{DASH}",ROUND({converted}/{total},4))'
    value = DASH if counts.percent is None else float(counts.percent / 100)
    _formula(writer, sheet, (row, 11), percent, value, num_format="0.00%", **look)


def _printed(cell: str) -> str:
    """Return a formula that prints a count as house_style.count does."""
    pattern = "00" if settings.TWO_DIGIT_FIGURES else "0"
    thousands = f'INT({cell}/1000)&"."&TEXT(MOD({cell},1000),"000")'
    return f'IF({cell}<1000,TEXT({cell},"{pattern}"),{thousands})'


def _formula(
    writer: Writer, sheet: Any, at: tuple[int, int], formula: str, value: Any, **look: Any
) -> None:
    """Write a formula at (row, column) together with the value it has now."""
    figures = "[<10]00;#,##0" if settings.TWO_DIGIT_FIGURES else "#,##0"
    properties = {**GRID, "align": "center", "num_format": figures, **look}
    sheet.write_formula(*at, formula, writer.format(**properties), value)


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


def _write_left(writer: Writer, summary: Summary) -> None:
    """Write who is left, under the parent bodies that reminders go to."""
    headings = [_("Parent body, agency"), "Số cơ quan", _("Category"), _("Edition"), _("Since")]
    names = [standing.name for row in summary.left for standing in row.left]
    parents = [row.name for row in summary.left]
    sheet = writer.sheet(_("Not converted"), [_width([*names, *parents]) + 4, 12, 28, 22, 13])
    top = at = _head(writer, sheet, _("Left, by parent body"), summary, len(headings) - 1) + 1
    _headings(writer, sheet, at, headings)
    for row in summary.left:
        at += 1
        cells = f"{xl_rowcol_to_cell(at + 1, 2)}:{xl_rowcol_to_cell(at + len(row.left), 2)}"
        writer.put(sheet, at, 0, row.name or _("No parent body"), **GRID, bold=True)
        _formula(writer, sheet, (at, 1), f"=COUNTA({cells})", len(row.left), bold=True)
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
    _formula(writer, sheet, (at + 1, 1), formula, total, bold=True)


def _write_exchange(
    writer: Writer, title: str, headings: Sequence[str], lines: Sequence[Line]
) -> None:
    """Write one sheet of the exchange format: headings in the first row, typed cells below."""
    table = [cells_of(line) for line in lines]
    widths = [
        min(max([len(heading) + 4.0, *(len(str(row[column])) + 2.0 for row in table)]), 62.0)
        for column, heading in enumerate(headings)
    ]
    sheet = writer.sheet(title, widths)
    _headings(writer, sheet, 0, headings)
    for at, cells in enumerate(table, 1):
        writer.grow(sheet, at, cells)
        for column, value in enumerate(cells):
            if value is not None and value != "":
                look = CENTRE if isinstance(value, date) else {"text_wrap": isinstance(value, str)}
                writer.put(sheet, at, column, value, **look)


def as_of_line(day: date, known_at: datetime, edition: str, compared_on: date) -> str:
    """Return the line that says what a file was asked."""
    return _(
        "Figures as of %(day)s, as known at %(known_at)s (Vietnam time); "
        "edition asked about %(edition)s; compared with %(compared)s"
    ) % {
        "day": house_style.short_date(day),
        "known_at": house_style.moment(known_at),
        "edition": edition,
        "compared": house_style.short_date(compared_on),
    }
