"""The chart of a transition's plan: what was planned and what happened, over the days."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from agencies import house_style
from agencies.models import Category
from agencies.questions import Question
from reports import drawing
from reports.cells import Cell, Row
from reports.charts import LIST, Chart, days_on_paper
from reports.plans import PlanPoint

PLAN = "#planned-days"  # where the page names the planned days


def planned_and_actual(points: Sequence[PlanPoint], question: Question) -> Chart:
    """Draw the planned number and the converted number, and say how they stand on the day."""
    now = next(point for point in points if point.day == question.as_of.day)
    reached = [point.day for point in points if point.actual is not None]
    kept = days_on_paper(points, question) | {reached[-1]}
    links = [_link(point, question) for point in points]
    to_plan = [PLAN] * len(points)
    planned = _line(points, [point.planned for point in points], to_plan, _("planned"))
    actual = _line(points, [point.actual for point in points], links, _("converted"))
    planned["line"] = {"color": "var(--soft)", "dash": "dash", "width": 2.5}
    actual["line"] = {"color": "var(--teal)", "dash": "solid", "width": 2.5}
    highest = max(max(point.planned, point.actual or 0) for point in points)
    # Ten at least: between few agencies the axis would have ticks for parts of one.
    yaxis = drawing.axis(range=[0, max(highest * 1.05, 10)], tickformat=",d", nticks=6)
    layout = drawing.over_time(points, question) | {"yaxis": yaxis}
    return Chart(
        key="plan",
        subject=_("Planned against actual conversions"),
        title=_("%(actual)s have converted; %(planned)s were planned by %(day)s")
        % {
            "actual": house_style.count(now.actual or 0),
            "planned": house_style.count(now.planned),
            "day": house_style.short_date(now.day),
        },
        figure={"data": [planned, actual], "layout": layout},
        headings=(_("Day"), _("planned"), _("converted")),
        rows=tuple(
            Row(
                (
                    Cell(house_style.short_date(point.day)),
                    Cell(house_style.count(point.planned)),
                    Cell(house_style.DASH)
                    if point.actual is None
                    else Cell(house_style.count(point.actual), link),
                ),
                on_paper=point.day in kept,
            )
            for point, link in zip(points, links, strict=True)
        ),
        note=_(
            "Planned is every agency counted on the day asked, from its planned day on. "
            "Converted stops at the day asked."
        ),
    )


def _link(point: PlanPoint, question: Question) -> str:
    return question.url(LIST, as_of=point.day.isoformat(), category=Category.CONVERTED)


def _line(
    points: Sequence[PlanPoint],
    numbers: Sequence[int | None],
    links: Sequence[str],
    name: str,
) -> drawing.Figure:
    said = [
        f"{house_style.short_date(point.day)}: {name} {house_style.count(number or 0)}"
        for point, number in zip(points, numbers, strict=True)
    ]
    line = drawing.line(points, numbers, links, said)
    return line | {"name": name, "mode": "lines"}
