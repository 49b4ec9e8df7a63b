"""The plan of the transition: targets, planned against actual, and every agency's day.

The words are the paper's own, Vietnamese for every reader.
"""

from typing import Any

from django.template.defaultfilters import floatformat
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from agencies.house_style import count, short_date
from reports.plans import Forecast
from reports.sections import ALL_GROUPS, STATES, PlanSection
from reports.workbook.blocks import Block, Marked, Worked, column, write_blocks
from reports.workbook.contents import Summary
from reports.workbook.head import write_head
from reports.workbook.measure import width_of
from reports.workbook.progress import quarter_of
from reports.workbook.writer import LOOKS, Writer, signed_figures

PLAN = "Kế hoạch"
DAY, PLANNED, ACTUAL, DIFFERENCE = 3, 4, 5, 6  # the sheet's columns of the curve
DUE_DAY = 4  # and of the days by which the agencies are due
PLAN_MEASURE = (
    "Cơ quan đến hạn vào ngày kế hoạch của mình, không có thì vào thời hạn chung; chậm là chưa "
    "chuyển đổi sau ngày đến hạn. Chỉ tiêu được tính vào ngày của chỉ tiêu, chưa đến thì vào ngày "
    "số liệu."
)


def write_plan(writer: Writer, summary: Summary, told: PlanSection) -> None:
    """Write the sheet: what stands in a line, targets, the curve, the agencies."""
    names = width_of((row.standing.name for row in told.rows), least=36, most=52)
    parents = width_of((row.standing.parent_name for row in told.rows), least=36, most=46)
    widths = (6, names, parents, 14, 14, 20, 14)
    sheet = writer.sheet(PLAN, widths)
    lines = [_title(told), *summary.asked, _standing(told), forecast_in_words(told.forecast)]
    across = [(0, len(widths) - 1)]
    demonstration = summary.demonstration
    at = write_head(writer, sheet, [*lines, PLAN_MEASURE], across, demonstration=demonstration)
    targets, agencies = _targets(told), _agencies(told)
    below = at + targets.height if targets.rows else at
    write_blocks(writer, sheet, at, [targets, _curve(told, below, agencies), agencies])


def _title(told: PlanSection) -> str:
    editions = told.transition.from_edition.code, told.transition.to_edition.code
    deadline = told.transition.deadline
    until = f", thời hạn {short_date(deadline)}" if deadline else ""
    return f"Kế hoạch chuyển đổi từ {editions[0]} sang {editions[1]}{until}"


def _standing(told: PlanSection) -> str:
    return (
        f"Theo kế hoạch {count(told.now.planned)} cơ quan, thực tế {count(told.now.actual or 0)} "
        f"cơ quan đã chuyển đổi; {count(told.late_number)} cơ quan chậm"
    )


def forecast_in_words(told: Forecast) -> str:
    """Return the forecast with its range as a sentence."""
    if not told.left:
        day = f", ngày {short_date(told.finished_on)}" if told.finished_on else ""
        return f"Dự báo: đã hoàn thành{day}"
    if told.has_too_little_data:
        return f"Dự báo: chưa đủ dữ liệu (12 tháng qua: {count(told.pace)} cơ quan chuyển đổi)"
    horizon = short_date(told.horizon)
    if not told.earliest:
        when = f"sau ngày {horizon}"
    elif not told.latest:
        when = f"sớm nhất {short_date(told.earliest)}, có thể sau ngày {horizon}"
    else:
        when = f"từ {short_date(told.earliest)} đến {short_date(told.latest)}"
    return (
        f"Dự báo hoàn thành {count(told.left)} cơ quan còn lại theo tốc độ 12 tháng qua "
        f"({count(told.pace)} cơ quan): {when} (khoảng tin cậy 90%)"
    )


def _targets(told: PlanSection) -> Block:
    columns = (
        *(column("Nhóm cơ quan", 1), column("Nguồn", 2), column("Đến hết ngày", 3)),
        *(column("Chỉ tiêu", 4), column("Đã chuyển đổi", 5), column("Kết quả", 6)),
    )
    rows = [
        (
            f"{row.label if row.target.group else ALL_GROUPS}{_share(row.target.percent)}",
            row.target.source,
            row.target.due_on,
            row.needed,
            row.counts.converted,
            STATES[row.state],
        )
        for row in told.targets
    ]
    return Block("Chỉ tiêu", columns, rows)


def _share(percent: Any) -> str:
    return "" if percent is None else f" ({floatformat(percent, -2)}%)"


def _curve(told: PlanSection, at: int, agencies: Block) -> Block:
    """Return planned and actual over the days.

    The planned are counted in the agencies' rows wherever these are the agencies of the day; on
    a day before a merger others were counted, and the number stands alone.
    """
    first = at + 3 + len(told.points) + 2  # below the curve and its empty row
    days = xl_range_abs(first, DUE_DAY, first + len(agencies.rows) - 1, DUE_DAY)
    rows = []
    for place, point in enumerate(told.points, at + 2):
        day, planned, actual = (xl_rowcol_to_cell(place, one) for one in (DAY, PLANNED, ACTUAL))
        so_far = point.actual
        gap: Any = ""
        if so_far is not None:
            look = {"num_format": signed_figures()}
            gap = Worked(f"={actual}-{planned}", so_far - point.planned, look)
        listed = sum(row.due_on is not None and row.due_on <= point.day for row in told.rows)
        counted: Any = point.planned
        if listed == point.planned:
            counted = Worked(f'=COUNTIF({days},"<="&{day})', point.planned)
        known = "" if so_far is None else so_far
        label = "ngày số liệu" if point is told.now else quarter_of(point.day)
        rows.append((label, point.day, counted, known, gap))
    columns = (
        *(column("Thời điểm", 1, 2), column("Ngày", DAY), column("Theo kế hoạch", PLANNED)),
        *(column("Thực tế", ACTUAL), column("Chênh lệch", DIFFERENCE)),
    )
    return Block("Kế hoạch và thực tế, cuối mỗi quý", columns, rows)


def _agencies(told: PlanSection) -> Block:
    columns = (
        *(column("Cơ quan", 1), column("Cơ quan cấp trên", 2)),
        *(column("Ngày kế hoạch", 3), column("Đến hạn", DUE_DAY)),
        *(column("Tình trạng", 5), column("Số ngày chậm", 6)),
    )
    rows = [
        (
            row.standing.name,
            row.standing.parent_name,
            row.planned_on,
            row.due_on,
            Marked(str(row.standing.category.label), LOOKS[row.standing.category]),
            row.days_late or "",
        )
        for row in told.rows
    ]
    return Block("Ngày kế hoạch của từng cơ quan", columns, rows)
