"""Workbooks that come back: kept, looked at and imported as an officer does it."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from agencies import actions
from agencies.actions import RowState
from agencies.models import Entry, Upload
from agencies.questions import ask
from reports.round_trip import build_exchange


@pytest.fixture
def taken(small_province):
    """Take the workbook of the small province, to be edited."""
    return load_workbook(BytesIO(build_exchange(ask())))


def packed(book) -> SimpleUploadedFile:
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("sổ của Lan.xlsx", out.getvalue())


def keep(book, by) -> Upload:
    return actions.keep_upload(file=packed(book), by=by)


def look(upload, by):
    return actions.preview_upload(upload=upload, by=by)


def told(preview, *, same=False):
    """Return (code, state, differences) of the rows that are not the same."""
    return [
        (row.code, str(row.state), {d.heading: (d.old, d.new) for d in row.differences})
        for row in preview.rows
        if same or row.state != RowState.SAME
    ]


def find(sheet, code, start):
    """Return the row of an agency and a day, with its cells by their headings."""
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        day = sheet.cell(row, heads["Từ ngày"]).value
        if sheet.cell(row, 1).value == code and day and day.date() == start:
            return {name: sheet.cell(row, column) for name, column in heads.items()}
    raise AssertionError(f"no row of {code} from {start}")


def bring(upload, by, take, **how):
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first()
    seen = how.pop("seen", last or 0)
    return actions.import_upload(
        upload=upload, take=take, by=by, reason="Sổ tháng 11", seen=seen, **how
    )
