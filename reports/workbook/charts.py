"""Native charts over the cells of the sheets, each category with a pattern or dash of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agencies.models import Category
from reports.workbook.writer import CHART_FONT, Writer, figures

SOFT = {"color": "#DDE3E7", "width": 0.75}
FILLS: dict[str, dict[str, Any]] = {
    Category.CONVERTED: {"fill": {"color": "#0B6E63"}},
    Category.OLDER_EDITION: {
        "pattern": {
            "pattern": "wide_upward_diagonal",
            "fg_color": "#C77700",
            "bg_color": "#FFFFFF",
        },
        "border": {"color": "#C77700"},
    },
    Category.BUILDING: {
        "pattern": {"pattern": "dotted_grid", "fg_color": "#2F6FB3", "bg_color": "#FFFFFF"},
        "border": {"color": "#2F6FB3"},
    },
    Category.WITHDRAWN: {
        "pattern": {"pattern": "outlined_diamond", "fg_color": "#7B8891", "bg_color": "#FFFFFF"},
        "border": {"color": "#7B8891"},
    },
    Category.NOT_STARTED: {"fill": {"color": "#FFFFFF"}, "border": {"color": "#14212B"}},
}
LINES: dict[str, tuple[str, str]] = {
    Category.CONVERTED: ("#0B6E63", "solid"),
    Category.OLDER_EDITION: ("#C77700", "dash"),
    Category.BUILDING: ("#2F6FB3", "round_dot"),
    Category.WITHDRAWN: ("#7B8891", "dash_dot"),
    Category.NOT_STARTED: ("#14212B", "long_dash"),
    Category.EXEMPT: ("#7B8891", "long_dash_dot_dot"),
}
# Groups have no colour of their own: dashes tell them apart on paper.
GROUP_LINES = (
    ("#14212B", "solid"),
    ("#0B6E63", "dash"),
    ("#2F6FB3", "round_dot"),
    ("#985B00", "long_dash_dot"),
)


@dataclass(frozen=True)
class Series:
    """One series: where its name and its values stand (sheet, row, column …), and its look."""

    name: Sequence[Any]
    values: Sequence[Any]
    look: dict[str, Any]


def categories_by_group(
    writer: Writer, title: str, labels: Sequence[Any], series: Sequence[Series]
) -> Any:
    """Return each group as one bar of a hundred per cent, cut by category."""
    chart: Any = writer.book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for one in series:
        cells = {"name": one.name, "categories": labels, "values": one.values}
        chart.add_series({**cells, "gap": 60, **one.look})
    _dress(chart, title)
    chart.set_y_axis({"reverse": True, "num_font": CHART_FONT})
    axis = {"num_format": "0%", "label_position": "high", "num_font": CHART_FONT}
    chart.set_x_axis({**axis, "major_gridlines": {"visible": True, "line": SOFT}})
    return chart


def fill_of(category: Category) -> dict[str, Any]:
    """Return the look of a category's bars: its pattern, its counts legible on it."""
    dark = category == Category.CONVERTED
    font = {**CHART_FONT, "bold": True, "color": "#FFFFFF" if dark else "#14212B"}
    ground = {} if dark else {"fill": {"color": "#FFFFFF"}}
    no_zero = f'[=0]"";{figures()}'
    labels = {"value": True, "num_format": no_zero, "font": font, **ground}
    return {"data_labels": labels, **FILLS[category]}


def over_time(
    writer: Writer, title: str, days: Sequence[Any], series: Sequence[Series], axis: dict[str, Any]
) -> Any:
    """Return lines over days, straight from point to point."""
    chart: Any = writer.book.add_chart({"type": "line"})
    for one in series:
        cells = {"name": one.name, "categories": days, "values": one.values}
        chart.add_series({**cells, "smooth": False, **one.look})
    _dress(chart, title)
    days_axis = {"date_axis": True, "num_format": "yyyy", "num_font": CHART_FONT}
    chart.set_x_axis({**days_axis, "major_unit": 1, "major_unit_type": "years"})
    lines = {"visible": True, "line": SOFT}
    room = {"x": 0.06, "y": 0.13, "width": 0.88, "height": 0.64}
    chart.set_plotarea({"layout": room})  # the last values need room beside the lines' ends
    chart.set_y_axis({"min": 0, "num_font": CHART_FONT, "major_gridlines": lines, **axis})
    return chart


def line_of(looks: tuple[str, str], points: int, num_format: str, place: str) -> dict[str, Any]:
    """Return the look of a line: its colour and dash, its last value at a place by its end."""
    colour, dash = looks
    line: dict[str, Any] = {"line": {"color": colour, "dash_type": dash, "width": 2.25}}
    if not place:
        return line
    font = {**CHART_FONT, "bold": True, "color": colour}
    hidden = [{"delete": True}] * (points - 1)
    labels = {"value": True, "position": place, "font": font, "num_format": num_format}
    return line | {"data_labels": {**labels, "custom": hidden}}


def label_places(ends: Sequence[float], highest: float) -> list[str]:
    """Return where each line's last value is written, so that near neighbours stay apart.

    Of lines that end close to each other the highest one's stands above its end, the next
    one's to the right and a third one's below. A line that ends at nothing has none.
    """
    places = []
    for place, end in enumerate(ends):
        near = [
            (-other, at)
            for at, other in enumerate(ends)
            if other and abs(other - end) < highest * 0.07
        ]
        rank = sorted(near).index((-end, place)) if end and len(near) > 1 else 1
        places.append(("above", "right", "below")[min(rank, 2)] if end else "")
    return places


def _dress(chart: Any, title: str) -> None:
    chart.set_title({"name": title, "name_font": {**CHART_FONT, "size": 13}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": CHART_FONT})
