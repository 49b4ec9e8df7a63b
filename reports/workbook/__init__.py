"""Rows to Excel files. Takes finished rows and never queries.

The summary is an official Vietnamese paper, whatever language its reader's pages have; the
caller sets the language. Counts are formulas over the detail sheets, with their values
cached, so that a reader sees where each figure comes from.
"""

from django.utils.translation import gettext as _

from agencies.exchange import sheets_to_write
from reports.workbook.activities import write_inspections, write_rounds, write_training
from reports.workbook.by_province import write_provinces
from reports.workbook.changes import Changed, write_changes
from reports.workbook.contents import NOTHING_ON_RECORD, Summary, footer
from reports.workbook.exchange import write_exchange
from reports.workbook.front import WIDTHS, write_front
from reports.workbook.groups import sheet_titles, write_group
from reports.workbook.left import write_left
from reports.workbook.listing import Listed, Listing, write_listing
from reports.workbook.plan import write_plan
from reports.workbook.progress import write_progress
from reports.workbook.reconciliation import write_reconciliation
from reports.workbook.since import write_since
from reports.workbook.sources import write_sources
from reports.workbook.writer import Writer

__all__ = [
    "NOTHING_ON_RECORD",
    "Changed",
    "Listed",
    "Listing",
    "Summary",
    "write_changes",
    "write_listing",
    "write_summary",
]


def write_summary(summary: Summary) -> bytes:
    """Return the summary as an .xlsx file; the same summary gives the same bytes."""
    title = _("Summary of quality management systems")
    writer = Writer(summary.as_of.known_at, title, footer(summary))
    front = writer.sheet(_("Summary"), WIDTHS)
    write_left(writer, summary)
    if summary.provinces:
        write_provinces(writer, summary, summary.provinces)
    cells = write_progress(writer, summary)
    write_since(writer, summary)
    write_reconciliation(writer, summary)
    titles = sheet_titles(summary.table)
    places = {
        row.group: write_group(writer, summary, row.group, row.label, titles[row.group])
        for row in summary.table.rows
    }
    write_front(writer, front, summary, places, cells)
    _write_sections(writer, summary)
    write_sources(writer, summary)
    sheets = sheets_to_write(has_provinces=summary.has_provinces)
    for sheet, lines in zip(sheets, summary.exchange, strict=True):
        write_exchange(writer, sheet, lines)
    return writer.bytes()


def _write_sections(writer: Writer, summary: Summary) -> None:
    """Write the sheets of what is on record beside the statuses."""
    sections = summary.sections
    if sections.plan:
        write_plan(writer, summary, sections.plan)
    if sections.inspections:
        write_inspections(writer, summary, sections.inspections)
    if sections.training:
        write_training(writer, summary, sections.training)
    if sections.rounds:
        write_rounds(writer, summary, sections.rounds)
