"""What the office did: inspections, training, and the reports that came in; a sheet for each.

The words are the paper's own, Vietnamese for every reader.
"""

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from activities.models import InspectionForm
from activities.rollups import AttendanceTally, OpenFinding, VisitTally
from activities.round_rollups import RoundCounts
from agencies import house_style
from reports.sections import (
    EVERYBODY,
    NO_GROUP,
    NO_PARENT,
    InspectionSection,
    RoundSection,
    TrainingSection,
)
from reports.workbook.blocks import TOTAL, Block, Sum, Worked, column, write_blocks
from reports.workbook.contents import Summary
from reports.workbook.head import write_head
from reports.workbook.writer import Writer

INSPECTIONS = "Kiểm tra"
TRAINING = "Tập huấn"
ROUNDS = "Báo cáo định kỳ"
VISITS_MEASURE = (
    "Mỗi lần kiểm tra một cơ quan đến ngày số liệu là một lượt; số cơ quan tính mỗi cơ quan một "
    "lần, nên không cộng theo cột. Lượt đã hủy không tính."
)
ATTENDANCES_MEASURE = (
    "Dự một lớp khai giảng đến ngày số liệu là một lượt, không phải số người; số cơ quan tính mỗi "
    "cơ quan một lần, nên không cộng theo cột. Lớp đã hủy không tính."
)
ROUNDS_MEASURE = (
    "Phải báo cáo = đã nhận + chưa báo cáo, đã nhận = đúng hạn + chậm (theo lần nộp đầu tiên). "
    "“Chưa báo cáo” không có nghĩa là chưa áp dụng hệ thống."
)


def _begin(
    writer: Writer,
    summary: Summary,
    title: str,
    widths: Sequence[float],
    measures: Sequence[str],
) -> tuple[Any, int]:
    """Begin a sheet with its head; return it and the row after."""
    sheet = writer.sheet(title, widths)
    lines = [*measures[:1], *summary.asked, *measures[1:]]
    across = [(0, len(widths) - 1)]
    return sheet, write_head(writer, sheet, lines, across, demonstration=summary.demonstration)


def write_inspections(writer: Writer, summary: Summary, told: InspectionSection) -> None:
    """Write visits by year, group and form, who was not inspected, and overdue findings."""
    everybody = [EVERYBODY] if summary.sections.duty_only else []
    title = "Kiểm tra hệ thống quản lý chất lượng"
    heads = [title, VISITS_MEASURE, *everybody]
    sheet, at = _begin(writer, summary, INSPECTIONS, (6, 36, 36, 15, 15, 66), heads)
    blocks = [
        _visits("Theo năm kiểm tra", "Năm", told.years, told),
        _visits("Theo nhóm cơ quan vào ngày kiểm tra", "Nhóm cơ quan", told.groups, told),
        _visits("Theo hình thức", "Hình thức kiểm tra", told.forms, told),
        _not_yet(told, summary.as_of.day.year),
        _overdue(told, summary),
    ]
    write_blocks(writer, sheet, at, blocks)


def _visits(title: str, what: str, rows: Sequence[VisitTally], told: InspectionSection) -> Block:
    return Block(
        title,
        (column(what, 1, 2), column("Lượt kiểm tra", 3), column("Số cơ quan", 4)),
        [(row.label or NO_GROUP, row.visits, row.agencies) for row in rows if told.totals.visits],
        (TOTAL, Sum(told.totals.visits), told.totals.agencies_visited),
    )


def _not_yet(told: InspectionSection, year: int) -> Block:
    columns = (column("Cơ quan", 1, 2), column("Hình thức kiểm tra", 3, 4))
    rows = [(row.standing.name, str(InspectionForm(row.form).label)) for row in told.not_yet]
    planned, left = (house_style.count(number) for number in (told.planned, len(rows)))
    title = f"Kế hoạch năm {year}: {planned} cơ quan, còn {left} cơ quan chưa kiểm tra"
    return Block(title, columns, rows)


def _overdue(told: InspectionSection, summary: Summary) -> Block:
    day = house_style.short_date(summary.as_of.day)
    number = house_style.count(told.totals.overdue)
    rows = [
        (parent.name or NO_PARENT, finding.standing.name, *_finding(finding))
        for parent in told.overdue
        for finding in parent.findings
    ]
    columns = (
        *(column("Cơ quan cấp trên", 1), column("Cơ quan", 2), column("Ngày kiểm tra", 3)),
        *(column("Thời hạn", 4), column("Phát hiện, kiến nghị", 5)),
    )
    return Block(f"Phát hiện quá thời hạn khắc phục đến ngày {day}: {number}", columns, rows)


def _finding(finding: OpenFinding) -> tuple[Any, ...]:
    said = "\n".join(filter(None, (finding.text, finding.recommendation)))
    return finding.visited_on, finding.deadline, said


def write_training(writer: Writer, summary: Summary, told: TrainingSection) -> None:
    """Write attendances by year, group and topic, and every course."""
    everybody = [EVERYBODY] if summary.sections.duty_only else []
    heads = ["Tập huấn hệ thống quản lý chất lượng", ATTENDANCES_MEASURE, *everybody]
    widths = (6, 56, 34, 13, 13, 14, 14, 34)
    sheet, at = _begin(writer, summary, TRAINING, widths, heads)
    blocks = [
        _attended("Theo năm khai giảng", "Năm", told.years, told),
        _attended("Theo nhóm cơ quan vào ngày khai giảng", "Nhóm cơ quan", told.groups, told),
        _attended("Theo chủ đề", "Chủ đề", told.topics, told),
        _courses(told),
    ]
    write_blocks(writer, sheet, at, blocks)


def _attended(
    title: str, what: str, rows: Sequence[AttendanceTally], told: TrainingSection
) -> Block:
    """Return a table of attendances; a course counts under each group that it had somebody of."""
    columns = (
        *(column(what, 1, 3), column("Số lớp", 4)),
        *(column("Lượt tham dự", 5), column("Số cơ quan", 6)),
    )
    body = [(row.label or NO_GROUP, row.courses, row.attendances, row.agencies) for row in rows]
    whole = told.totals
    return Block(
        title, columns, body, (TOTAL, whole.courses, Sum(whole.attendances), told.agencies)
    )


def _courses(told: TrainingSection) -> Block:
    columns = (
        *(column("Lớp tập huấn", 1), column("Chủ đề", 2), column("Từ ngày", 3)),
        *(column("Đến ngày", 4), column("Lượt tham dự", 5), column("Số cơ quan", 6)),
        column("Địa điểm", 7),
    )
    rows = [
        (one.title, one.topic, one.starts_on, one.ends_on, one.attendances, one.agencies, one.place)
        for one in told.courses
    ]
    total = Sum(told.totals.attendances)
    return Block("Các lớp tập huấn", columns, rows, (TOTAL, "", "", "", total, told.agencies, ""))


def write_rounds(writer: Writer, summary: Summary, rounds: Sequence[RoundSection]) -> None:
    """Write each round by group, and who has not reported in it, by parent body."""
    heads = ["Báo cáo định kỳ của các cơ quan", ROUNDS_MEASURE]
    sheet, at = _begin(writer, summary, ROUNDS, (6, 40, *[14] * 8), heads)
    blocks: list[Block] = []
    for told in rounds:
        below = sum(block.height for block in blocks if block.rows)
        blocks += [_round(told, at + below), _missing(told)]
    write_blocks(writer, sheet, at, blocks)


def _name(told: RoundSection) -> str:
    period = told.period
    days = (period.starts_on, period.ends_on, period.cut_off, period.due_on)
    starts, ends, cut_off, due = (house_style.short_date(day) for day in days)
    return f"Kỳ {starts} – {ends} (chốt số liệu {cut_off}, hạn nộp {due})"


def _round(told: RoundSection, at: int) -> Block:
    headings = ("Phải báo cáo", "Đúng hạn", "Chậm", "Đã nhận", "Chưa báo cáo")
    states = ("Đã chấp nhận", "Chờ xem xét", "Trả lại")
    columns = [column("Nhóm cơ quan", 1)]
    columns += [column(text, place) for place, text in enumerate((*headings, *states), 2)]
    groups = told.table.groups
    rows = [
        (group.label, *_counted(group.counts, at + 2 + place)) for place, group in enumerate(groups)
    ]
    total = told.table.total
    numbers = (total.expected, total.on_time, total.late, total.received, total.missing)
    sums = map(Sum, (*numbers, total.accepted, total.waiting, total.returned))
    return Block(_name(told), columns, rows, (TOTAL, *sums))


def _counted(counts: RoundCounts, at: int) -> tuple[Any, ...]:
    """Return a group's cells; what follows from others is worked out from them."""
    expected, on_time, late, received = (xl_rowcol_to_cell(at, place) for place in (2, 3, 4, 5))
    return (
        *(counts.expected, counts.on_time, counts.late),
        Worked(f"={on_time}+{late}", counts.received),
        Worked(f"={expected}-{received}", counts.missing),
        *(counts.accepted, counts.waiting, counts.returned),
    )


def _missing(told: RoundSection) -> Block:
    rows = [
        (row.name, parent.label or NO_PARENT)
        for parent in told.table.missing_by_parent
        for row in parent.missing
    ]
    due = "" if told.is_due else ", chưa quá hạn nộp"
    title = f"Chưa báo cáo, theo cơ quan cấp trên: {house_style.count(len(rows))}{due}"
    return Block(title, (column("Cơ quan", 1), column("Cơ quan cấp trên", 2, 5)), rows)
