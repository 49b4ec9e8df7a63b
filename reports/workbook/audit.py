"""The record of acts as a sheet: one line a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.audit_pages import Told
from reports.workbook.head import write_head
from reports.workbook.writer import GRID, Writer

WIDTHS = (8, 20, 22, 22, 20, 40, 44, 44, 22, 72)


@dataclass(frozen=True)
class Acts:
    """The lines, and what stands above them."""

    rows: Sequence[Told]
    asked: Sequence[str]
    at: datetime
    demonstration: bool


def write_acts(acts: Acts) -> bytes:
    """Return the lines as an .xlsx file, newest first."""
    title = _("Record of acts")
    writer = Writer(acts.at, title, (settings.ISSUER, settings.PROVINCE_NAME))
    sheet = writer.sheet(title, WIDTHS)
    headings = _headings()
    last = len(headings) - 1
    lines = [title, *acts.asked]
    pages = [(0, 7), (8, last)]
    top = write_head(writer, sheet, lines, pages, demonstration=acts.demonstration)
    writer.scale(sheet, breaks=[8], repeated=1)
    writer.headings(sheet, top, headings)
    for at, row in enumerate(acts.rows, top + 1):
        writer.grow(sheet, at, _cells(row))
        for column, text in enumerate(_cells(row)):
            writer.put(sheet, at, column, text, **GRID, text_wrap=True)
    if not acts.rows:
        writer.put(sheet, top + 1, 1, _("No line fits; clear a filter."), italic=True)
    sheet.autofilter(top, 0, top + max(len(acts.rows), 1), last)
    return writer.bytes()


def _headings() -> list[str]:
    return [
        _("Line"),
        _("When"),
        _("Account"),
        _("Act"),
        _("Kind of row"),
        _("What it is about"),
        _("Before"),
        _("After"),
        _("From where"),
        "SHA-256",
    ]


def _cells(row: Told) -> tuple[str | int, ...]:
    about = " · ".join(filter(None, [row.words, ", ".join(row.agencies)]))
    return (
        row.pk,
        timezone.localtime(row.at).strftime("%d/%m/%Y %H:%M:%S"),
        row.by,
        row.deed,
        row.kind,
        about,
        "\n".join(f"{value.label}: {value.before}" for value in row.values if value.before),
        "\n".join(f"{value.label}: {value.after}" for value in row.values if value.after),
        row.origin,
        row.sha256,
    )
