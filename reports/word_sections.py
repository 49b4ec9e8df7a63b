"""Values of the Word report's sections on plans, inspections, training and reporting.

Each section is a group of placeholders; one without data is empty, its chapter is left out of the
paper and the chapters and tables after it move up. Takes finished rows and never queries.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count as counting
from typing import Any

from django.template.defaultfilters import floatformat

from activities.rollups import AttendanceTally, OpenFinding, OverdueOfParent, VisitTally
from activities.round_rollups import RoundCounts
from agencies.house_style import count, long_date, short_date
from reports.plans import Forecast, LateParent, TargetRow
from reports.sections import (
    ALL_GROUPS,
    EVERYBODY,
    NO_GROUP,
    NO_PARENT,
    STATES,
    InspectionSection,
    PlanSection,
    RoundSection,
    Sections,
    TrainingSection,
)

Values = dict[str, Any]
CHAPTERS = ("IV", "V", "VI", "VII")  # after the three on statuses
FIRST_TABLE = 5


def section_values(sections: Sections) -> Values:
    """Return the four groups of placeholders, with the numbers of their chapters and tables."""
    chapters, tables = iter(CHAPTERS), counting(FIRST_TABLE)
    plan, inspections, training = sections.plan, sections.inspections, sections.training
    note = EVERYBODY if sections.duty_only else ""
    return {
        "ke_hoach": _plan(plan, next(chapters), tables) if plan else {},
        "kiem_tra": _inspections(inspections, next(chapters), tables, sections.day)
        | {"luu_y": note}
        if inspections
        else {},
        "tap_huan": _training(training, next(chapters), tables, sections.day) | {"luu_y": note}
        if training
        else {},
        "che_do_bao_cao": {
            "so_muc": next(chapters),
            "cac_ky": [_round(one, tables) for one in sections.rounds],
        }
        if sections.rounds
        else {},
    }


def _plan(plan: PlanSection, chapter: str, tables: Iterator[int]) -> Values:
    planned, actual = plan.now.planned, plan.now.actual or 0
    with_day = sum(row.planned_on is not None for row in plan.rows)
    deadline = plan.transition.deadline
    return {
        "so_muc": chapter,
        "tu_phien_ban": plan.transition.from_edition.code,
        "can_cu": plan.transition.legal_basis,
        "thoi_han": long_date(deadline) if deadline else "",
        "so_co_ngay": count(with_day) if with_day else "",
        "so_chua_co_ngay": count(len(plan.rows) - with_day) if with_day < len(plan.rows) else "",
        "theo_ke_hoach": count(planned),
        "thuc_te": count(actual),
        "thap_hon": count(planned - actual) if actual < planned else "",
        "cao_hon": count(actual - planned) if actual > planned else "",
        "bang_chi_tieu": str(next(tables)) if plan.targets else "",
        "cac_chi_tieu": [_target(row) for row in plan.targets],
        "so_cham": count(plan.late_number),
        "bang_cham": str(next(tables)) if plan.late else "",
        "cac_cap_tren": [_late(parent) for parent in plan.late],
        "du_bao": _forecast(plan.forecast),
    }


def _target(row: TargetRow) -> Values:
    percent = row.target.percent
    share = "" if percent is None else f" ({floatformat(percent, -2)}%)"
    return {
        "nhom": row.label if row.target.group else ALL_GROUPS,
        "ngay": short_date(row.target.due_on),
        "chi_tieu": f"{count(row.needed)}{share}",
        "ty_so": row.counts.fraction,
        "ket_qua": STATES[row.state],
    }


def _late(parent: LateParent) -> Values:
    """Return a parent body with the late agencies under it, those due on one day together."""
    of_days: dict[tuple[str, str], list[str]] = {}
    for row in parent.late:
        due = short_date(row.due_on), count(row.days_late)
        of_days.setdefault(due, []).append(row.standing.name)
    return {
        "ten": parent.name or NO_PARENT,
        "so": count(len(parent.late)),
        "cac_han": [
            {"ngay": day, "so_ngay": days, "cac_co_quan": names}
            for (day, days), names in of_days.items()
        ],
    }


def _forecast(told: Forecast) -> Values:
    """Return the forecast; a day beyond the horizon is empty."""
    return {
        "con_lai": count(told.left),
        "toc_do": count(told.pace),
        "da_xong": not told.left,
        "ngay_xong": short_date(told.finished_on),
        "chua_du_du_lieu": told.has_too_little_data,
        "som_nhat": short_date(told.earliest),
        "muon_nhat": short_date(told.latest),
        "sau_ngay": short_date(told.horizon),
    }


def _inspections(told: InspectionSection, chapter: str, tables: Iterator[int], day: date) -> Values:
    visited = bool(told.totals.visits)
    return {
        "so_muc": chapter,
        "nam": str(day.year),
        "so_luot": count(told.totals.visits),
        "so_co_quan": count(told.totals.agencies_visited),
        "co_luot": visited,
        "luot_trong_nam": count(told.this_year.visits),
        "co_quan_trong_nam": count(told.this_year.agencies_visited),
        "cac_hinh_thuc": [_visited(row) for row in told.forms if row.visits],
        "so_ke_hoach": count(told.planned) if told.planned else "",
        "so_da_kiem_tra": count(told.planned - len(told.not_yet)),
        "so_chua_kiem_tra": count(len(told.not_yet)) if told.not_yet else "",
        "chua_kiem_tra": [row.standing.name for row in told.not_yet],
        "bang": str(next(tables)) if visited else "",
        "cac_nhom": [_visited(row) for row in told.groups],
        "so_qua_han": count(told.totals.overdue) if told.totals.overdue else "",
        "bang_qua_han": str(next(tables)) if told.overdue else "",
        "cac_cap_tren": [_overdue(parent) for parent in told.overdue],
    }


def _visited(row: VisitTally) -> Values:
    return {
        "ten": row.label or NO_GROUP,
        "so_luot": count(row.visits),
        "so_co_quan": count(row.agencies),
    }


def _overdue(parent: OverdueOfParent) -> Values:
    """Return a parent body with the agencies under it, each with its findings' deadlines."""
    of_agencies: dict[str, list[OpenFinding]] = {}
    for finding in parent.findings:
        of_agencies.setdefault(finding.standing.code, []).append(finding)
    return {
        "ten": parent.name or NO_PARENT,
        "so": count(len(parent.findings)),
        "cac_co_quan": [_overdue_at(findings) for findings in of_agencies.values()],
    }


def _overdue_at(findings: Sequence[OpenFinding]) -> Values:
    deadlines = dict.fromkeys(short_date(finding.deadline) for finding in findings)
    return {
        "ten": findings[0].standing.name,
        "so": count(len(findings)),
        "thoi_han": ", ".join(deadlines),
    }


def _training(told: TrainingSection, chapter: str, tables: Iterator[int], day: date) -> Values:
    return {
        "so_muc": chapter,
        "nam": str(day.year),
        "so_lop": count(told.totals.courses),
        "so_luot": count(told.totals.attendances),
        "so_co_quan": count(told.agencies),
        "lop_trong_nam": count(told.this_year.courses),
        "luot_trong_nam": count(told.this_year.attendances),
        "cac_chu_de": [_attended(row) for row in told.topics],
        "bang": str(next(tables)),
        "cac_nhom": [_attended(row) for row in told.groups],
    }


def _attended(row: AttendanceTally) -> Values:
    return {
        "ten": row.label or NO_GROUP,
        "so_lop": count(row.courses),
        "so_luot": count(row.attendances),
        "so_co_quan": count(row.agencies),
    }


def _round(told: RoundSection, tables: Iterator[int]) -> Values:
    period, counts = told.period, told.table.total
    return {
        "tu_ngay": short_date(period.starts_on),
        "den_ngay": short_date(period.ends_on),
        "chot": short_date(period.cut_off),
        "han_nop": short_date(period.due_on),
        "chua_den_han": not told.is_due,
        "co_phai_bao_cao": bool(counts.expected),
        "da_du": not counts.missing,
        **_reported(counts),
        "bang": str(next(tables)),
        "cac_nhom": [
            {"ten": group.label, **_reported(group.counts)} for group in told.table.groups
        ],
    }


def _reported(counts: RoundCounts) -> Values:
    return {
        "phai_bao_cao": count(counts.expected),
        "da_nhan": count(counts.received),
        "dung_han": count(counts.on_time),
        "cham": count(counts.late),
        "chua_bao_cao": count(counts.missing),
        "da_chap_nhan": count(counts.accepted),
        "cho_xem_xet": count(counts.waiting),
        "tra_lai": count(counts.returned),
    }
