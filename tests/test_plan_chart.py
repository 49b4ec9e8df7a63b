"""The axes of the plan's chart where little has happened yet."""

from datetime import date, timedelta

import pytest

from agencies.questions import ask
from reports.plan_chart import planned_and_actual
from reports.plans import PlanPoint

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("years", "highest", "ticks", "top"),
    [(2, 0, "%m/%Y", 10), (2, 3, "%m/%Y", 10), (9, 148, "%Y", 155.4)],
)
def test_no_tick_stands_twice(db, years, highest, ticks, top):
    days = [DAY + timedelta(days=365 * number) for number in range(years + 1)]
    points = [PlanPoint(day, highest, highest if day == DAY else None) for day in days]
    layout = planned_and_actual(points, ask(day=DAY)).figure["layout"]
    assert layout["xaxis"]["tickformat"] == ticks
    assert layout["yaxis"]["range"] == pytest.approx([0, top])
