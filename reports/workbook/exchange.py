"""The sheets of the exchange format, which import back."""

from collections.abc import Sequence
from datetime import date

from agencies.exchange import cells_of
from reports.workbook.contents import Line
from reports.workbook.writer import CENTRE, Writer, headings_row


def write_exchange(
    writer: Writer, title: str, headings: Sequence[str], lines: Sequence[Line]
) -> None:
    """Write one sheet of the exchange format: headings in the first row, typed cells below."""
    table = [cells_of(line) for line in lines]
    widths = [
        min(max([len(heading) + 4.0, *(len(str(row[column])) + 2.0 for row in table)]), 62.0)
        for column, heading in enumerate(headings)
    ]
    sheet = writer.sheet(title, widths)
    headings_row(writer, sheet, 0, headings)
    for at, cells in enumerate(table, 1):
        writer.grow(sheet, at, cells)
        for column, value in enumerate(cells):
            if value is not None and value != "":
                look = CENTRE if isinstance(value, date) else {"text_wrap": isinstance(value, str)}
                writer.put(sheet, at, column, value, **look)
