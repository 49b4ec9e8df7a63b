"""Inspections and courses in the small province, with figures worked out by hand.

Visits, by the day: CC-TDC 10/05/2019 at the office, entered 13/05/2019 · SO-KHCN 05/06/2019 at the
office · CC-TL 20/08/2019 on file (its name then: Chi cục Thủy lợi) · CC-TDC 12/05/2020 at the
office, unplanned, entered late, on 01/02/2021.
Plan of 2019: CC-TDC and SO-KHCN at the office, CC-TL on file, SO-NN at the office, never visited.
Findings: F1 at CC-TDC, due 10/06/2019, closed on 01/07/2019 (entered 02/07/2019) · F2 at CC-TL, due
30/09/2019, open · F3 at SO-KHCN without a deadline.
Courses: T1 on 16/04/2019: SO-KHCN 3, CC-TDC 2 · T2 on 15 and 16/04/2020: CC-TDC 4, CC-TL 1.
"""

from dataclasses import dataclass
from datetime import date

import pytest

from activities import actions
from activities.models import (
    Finding,
    Inspection,
    InspectionPlan,
    Training,
    TrainingTopic,
    check_rows,
    checklist_of,
)
from agencies.actions import demonstration_entries_at
from tests.small_province import SmallProvince, morning


@dataclass
class Activities:
    """What is on record, by the names of the story."""

    province: SmallProvince
    plan: InspectionPlan
    visits: dict[str, Inspection]
    findings: dict[str, Finding]
    courses: dict[str, Training]


def new_visit(province: SmallProvince, code: str, day: date, form: str = "at_office") -> Inspection:
    """Return a visit that is not written yet."""
    return Inspection(
        agency=province[code],
        visited_on=day,
        form=form,
        edition=province.edition_2015,
        team="Trưởng đoàn: Nguyễn Văn An\nThư ký: Trần Thị Bình",
        checks=check_rows((text, "met", "") for text in checklist_of(day.year)),
    )


@pytest.fixture
def activities(small_province) -> Activities:
    """Write the story above; each act at nine o'clock of a day soon after."""
    province, by = small_province, small_province.by
    plan = InspectionPlan(year=2019, decision_number="12/QĐ-UBND", decision_date=date(2019, 2, 1))
    forms = dict.fromkeys(("CC-TDC", "SO-KHCN", "SO-NN"), "at_office") | {"CC-TL": "on_file"}
    with demonstration_entries_at(morning(2019, 2, 4)):
        actions.record_plan(
            plan=plan, forms={province[code]: form for code, form in forms.items()}, by=by
        )
    visits = {}
    for name, code, day, form, entered in [
        ("tdc 2019", "CC-TDC", date(2019, 5, 10), "at_office", morning(2019, 5, 13)),
        ("khcn", "SO-KHCN", date(2019, 6, 5), "at_office", morning(2019, 6, 7)),
        ("tl", "CC-TL", date(2019, 8, 20), "on_file", morning(2019, 8, 22)),
        ("tdc 2020", "CC-TDC", date(2020, 5, 12), "at_office", morning(2021, 2, 1)),
    ]:
        with demonstration_entries_at(entered):
            visit = new_visit(province, code, day, form)
            visits[name] = actions.record_visit(visit=visit, by=by)
    return Activities(province, plan, visits, _findings(visits, by), _courses(province))


def _findings(visits, by) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for name, visit, text, deadline, entered in [
        ("F1", "tdc 2019", "Chưa đánh giá nội bộ", date(2019, 6, 10), morning(2019, 5, 13)),
        ("F3", "khcn", "Quy trình chưa cập nhật", None, morning(2019, 6, 7)),
        ("F1", "tdc 2019", "", None, morning(2019, 7, 2)),
        ("F2", "tl", "Chưa có mục tiêu chất lượng", date(2019, 9, 30), morning(2019, 8, 22)),
    ]:
        finding = Finding(inspection=visits[visit], text=text, deadline=deadline)
        if not text:
            finding = found[name]
            finding.closed_on, finding.closing_note = date(2019, 7, 1), "Đã đánh giá"
        with demonstration_entries_at(entered):
            found[name] = actions.record_finding(finding=finding, by=by)
    return found


def _courses(province) -> dict[str, Training]:
    first, second = TrainingTopic.objects.all()[:2]
    held = {}
    for name, topic, starts_on, ends_on, numbers in [
        ("T1", first, date(2019, 4, 16), date(2019, 4, 16), {"SO-KHCN": 3, "CC-TDC": 2}),
        ("T2", second, date(2020, 4, 15), date(2020, 4, 16), {"CC-TDC": 4, "CC-TL": 1}),
    ]:
        course = Training(title=f"Lớp {name}", topic=topic, starts_on=starts_on, ends_on=ends_on)
        with demonstration_entries_at(morning(ends_on.year, 5, 4)):
            held[name] = actions.record_training(training=course, by=province.by)
            rows = {province[code]: number for code, number in numbers.items()}
            actions.record_attendances(training=course, numbers=rows, by=province.by)
    return held
