"""The change report as two sheets: how one figure becomes the other, and every agency behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import house_style
from reports.change_report import ChangeReport, Differing, Step
from reports.rollups import Counts, Standing
from reports.workbook.head import write_head
from reports.workbook.writer import CENTRE, GRID, Writer, range_of, signed_figures

WIDTHS = (52, 14, 16, 16)
DETAIL_WIDTHS = (6, 20, 24, 34, 13, 40, 40, 30, 20, 20, 12, 10, 13, 18, 24, 18, 44)


@dataclass(frozen=True)
class Changed:
    """The report, the words for its three figures, and the lines that stand above it."""

    report: ChangeReport
    then: str
    known: str
    now: str
    asked: Sequence[str]
    known_at: datetime
    demonstration: bool


def write_changes(changed: Changed) -> bytes:
    """Return the report as an .xlsx file; sums are formulas over the sheet of agencies."""
    title = _("Change report")
    writer = Writer(changed.known_at, title, (settings.ISSUER, settings.PROVINCE_NAME))
    sheet = writer.sheet(title, WIDTHS)
    lines = [title, f"{changed.then} → {changed.now}", *changed.asked]
    at = write_head(writer, sheet, lines, [(0, 3)], demonstration=changed.demonstration)
    at = _write_steps(writer, sheet, at, changed)
    _write_groups(writer, sheet, at + 1, changed.report)
    _write_agencies(writer, changed)
    return writer.bytes()


def _steps(report: ChangeReport) -> list[tuple[str, Step]]:
    return [(_("What was known"), report.learnt), (_("What happened"), report.happened)]


def _write_steps(writer: Writer, sheet: Any, at: int, changed: Changed) -> int:
    """Write the figures with the classes between them; return the row after."""
    report = changed.report
    headings = [_("Figures, classes"), _("Agencies"), _("Converted"), _("Total")]
    writer.headings(sheet, at, headings, frozen=None)
    total = report.comparison.total
    at = _write_figure(writer, sheet, at + 1, changed.then, total.then)
    figures = [(changed.known, report.known.total), (changed.now, total.now)]
    for (label, step), (said, counts) in zip(_steps(report), figures, strict=True):
        writer.put(sheet, at, 0, label, **GRID, bold=True)
        for column in (1, 2, 3):
            writer.put(sheet, at, column, "", **GRID)
        at = _write_causes(writer, sheet, at + 1, label, step)
        at = _write_figure(writer, sheet, at, said, counts)
    return at


def _write_figure(writer: Writer, sheet: Any, at: int, said: str, counts: Counts) -> int:
    writer.put(sheet, at, 0, said, **GRID, bold=True, text_wrap=True)
    writer.grow(sheet, at, [said])
    writer.put(sheet, at, 1, "", **GRID)
    writer.count(sheet, at, 2, counts.converted, bold=True)
    writer.count(sheet, at, 3, counts.total, bold=True)
    return at + 1


def _write_causes(writer: Writer, sheet: Any, at: int, label: str, step: Step) -> int:
    """Write each class of a step with what the sheet of agencies adds up to."""
    detail = _("Agencies")
    steps, causes = range_of(detail, "$B:$B"), range_of(detail, "$C:$C")
    for row in step.rows:
        cause = str(row.cause.label)
        writer.put(sheet, at, 0, cause, **GRID, indent=2)
        these = f'{steps},"{label}",{causes},"{cause}"'
        writer.formula(sheet, (at, 1), f"=COUNTIFS({these})", len(row.agencies))
        sums = ((2, "$K:$K", row.difference.converted), (3, "$L:$L", row.difference.total))
        for column, cells, value in sums:
            formula = f"=SUMIFS({range_of(detail, cells)},{these})"
            writer.formula(sheet, (at, column), formula, value, num_format=signed_figures())
        at += 1
    return at


def _write_groups(writer: Writer, sheet: Any, at: int, report: ChangeReport) -> None:
    """Write each group's figures at both sides, with what each step does to them."""
    headings = [
        _("Group"),
        _("Then"),
        _("What was known: converted, total"),
        _("What happened: converted, total"),
        _("Now"),
    ]
    sheet.set_column(4, 4, 14, writer.format())
    writer.headings(sheet, at, headings, frozen=None)
    rows = [(row.label, row) for row in report.groups] + [(_("All agencies"), report.total)]
    for place, (label, row) in enumerate(rows, at + 1):
        look = {**GRID, "bold": place == at + len(rows)}
        texts = (row.then.fraction, _pair(row.learnt), _pair(row.happened), row.now.fraction)
        writer.put(sheet, place, 0, label, **look, text_wrap=True)
        for column, text in enumerate(texts, 1):
            writer.put(sheet, place, column, text, **look, **CENTRE)


def _pair(counts: Counts) -> str:
    return f"{house_style.signed_count(counts.converted)}, {house_style.signed_count(counts.total)}"


def _write_agencies(writer: Writer, changed: Changed) -> None:
    """Write every agency of every class, under the step that it belongs to."""
    sheet = writer.sheet(_("Agencies"), DETAIL_WIDTHS)
    headings = _headings()
    last = len(headings) - 1
    lines = [_("Agencies that count differently"), *changed.asked]
    pages = [(0, 9), (10, last)]
    top = write_head(writer, sheet, lines, pages, demonstration=changed.demonstration)
    writer.scale(sheet, breaks=[10], repeated=1)
    writer.headings(sheet, top, headings)
    rows = list(_rows(changed.report))
    for number, row in enumerate(rows, 1):
        at = top + number
        writer.grow(sheet, at, (None, *row))
        writer.put(sheet, at, 0, number, **GRID, **CENTRE)
        for column, value in enumerate(row, 1):
            signed = {"num_format": signed_figures(), **CENTRE} if isinstance(value, int) else {}
            writer.put(sheet, at, column, value, **GRID, **signed, text_wrap=True)
    if not rows:
        writer.put(sheet, top + 1, 1, _("Both sides say the same of every agency."), italic=True)
    sheet.autofilter(top, 0, top + max(len(rows), 1), last)


def _headings() -> list[str]:
    return [
        _("No."),
        _("Step"),
        _("Class"),
        _("Reorganisation, group"),
        _("Agency code"),
        _("Name then"),
        _("Name now"),
        _("Group"),
        _("Then"),
        _("Now"),
        _("Converted"),
        _("Total"),
        _("From"),
        _("Recorded"),
        _("By whom"),
        _("Kind"),
        _("Reason"),
    ]


def _rows(report: ChangeReport) -> Iterator[Sequence[Any]]:
    for label, step in _steps(report):
        for cause, unit, agency in told(step):
            yield (label, cause, unit, *_agency(agency))


def told(step: Step) -> Iterator[tuple[str, str, Differing]]:
    """Yield each agency of a step under the words for its class and for its decree or group."""
    for row in step.rows:
        for part in row.parts:
            decree = f"{part.event.decree_number}: " if part.event else ""
            for unit in part.units:
                for agency in unit.agencies:
                    yield str(row.cause.label), decree + unit.label, agency


def _agency(agency: Differing) -> Sequence[Any]:
    counts, act = agency.step(), agency.act
    said = (
        (house_style.moment(timezone.localtime(act.at)), act.by, act.kind, act.reason)
        if act
        else ("",) * 4
    )
    return (
        agency.latest.code,
        agency.then.name if agency.then else "",
        agency.now.name if agency.now else "",
        agency.group_label,
        category_word(agency.then),
        category_word(agency.now),
        counts.converted,
        counts.total,
        agency.day,
        *said,
    )


def category_word(side: Standing | None) -> str:
    """Return what an agency counts as at one side, in words."""
    return str(side.category.label) if side else _("not counted")
