"""The sheets of the exchange format, which import back."""

from collections.abc import Sequence
from datetime import date

from agencies.exchange import STATUS_SHEET, SheetFormat, cells_of
from reports.workbook.contents import Line
from reports.workbook.measure import width_of
from reports.workbook.writer import CENTRE, Writer

SECOND_PAGE = "signer"  # the first column of a status row that is printed on a page of its own
TAB = "#8B98A1"  # set apart from the sheets that are to be read


def write_exchange(writer: Writer, form: SheetFormat, lines: Sequence[Line]) -> None:
    """Write one sheet of the exchange format: headings in the first row, typed cells below."""
    headings = form.headings()
    table = [cells_of(line, form) for line in lines]
    most = 44 if form is STATUS_SHEET else 64
    widths = [
        width_of([heading + "  ", *(_shown(row[column]) for row in table)], least=8, most=most)
        for column, heading in enumerate(headings)
    ]
    sheet = writer.sheet(form.title, widths)
    sheet.set_tab_color(TAB)
    writer.headings(sheet, 0, headings, frozen=1)
    if form is STATUS_SHEET:
        names = [column.name for column in form.columns]
        writer.scale(sheet, [names.index(SECOND_PAGE)], repeated=1)
    for at, cells in enumerate(table, 1):
        writer.grow(sheet, at, cells)
        for column, value in enumerate(cells):
            if value is not None and value != "":
                look = {"text_wrap": True} if isinstance(value, str) else CENTRE
                writer.put(sheet, at, column, value, **look)


def _shown(value: object) -> str:
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value or "")
