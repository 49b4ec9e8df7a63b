"""The attendance sheet to be filled: the agencies of a course's first day, numbers empty."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook

from activities.training_sheet import SHEET

WIDTHS = (14, 60, 12)


def sheet_to_fill(title: str, rows: Iterable[tuple[str, str]], at: datetime) -> bytes:
    """Return the workbook: the course's title, the headings, a row an agency."""
    out = BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"created": at.replace(tzinfo=None)})
    sheet = book.add_worksheet(SHEET.title)
    bold = book.add_format({"bold": True, "font_size": 12})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, title, bold)
    for column, heading in enumerate(SHEET.headings()):
        sheet.write_string(2, column, heading, head)
    for place, (code, name) in enumerate(rows, start=3):
        sheet.write_string(place, 0, code)
        sheet.write_string(place, 1, name)
    sheet.freeze_panes(3, 0)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return out.getvalue()
