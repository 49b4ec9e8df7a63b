"""The parts that charts are drawn of: layouts, axes, lines, bars, labels; plain dictionaries."""

import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext as _

from agencies import house_style
from agencies.questions import Question
from reports.rollups import Counts


class OnDay(Protocol):
    """What a chart over days needs of a point."""

    @property
    def day(self) -> date:
        """Return the day that the point is about."""
        ...


Figure = dict[str, Any]
FEW_YEARS = 4 * 365  # days


def spread(values: Sequence[float], gap: float) -> list[float]:
    """Return places for labels, as near to their values as a gap between them allows."""
    places = [0.0] * len(values)
    lowest = float("-inf")
    for number in sorted(range(len(values)), key=lambda number: values[number]):
        places[number] = lowest = max(float(values[number]), lowest + gap)
    return places


def layout() -> Figure:
    """Return what every chart has: its own size, quiet ground, the page's letters, no tools."""
    return {
        "autosize": True,
        "margin": {"l": 44, "r": 16, "t": 26, "b": 40},
        "paper_bgcolor": "var(--paper)",
        "plot_bgcolor": "var(--paper)",
        "font": {"color": "var(--soft)", "size": 12},
        "hoverlabel": {"bgcolor": "var(--ink)", "font": {"color": "var(--paper)", "size": 13}},
        "hovermode": "closest",
        "dragmode": False,
        "separators": ",.",
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "traceorder": "normal",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "transition": {"duration": 0},
    }


def over_time(points: Sequence[OnDay], question: Question) -> Figure:
    """Return a layout over days, with the comparison day marked where it is among them."""
    first, last = points[0].day, points[-1].day
    marked = first <= question.compared_on < last
    span = {"range": [first.isoformat(), last.isoformat()]} if first < last else {}
    # Over few years several ticks fall into one.
    ticks = "%Y" if (last - first).days > FEW_YEARS else "%m/%Y"
    day = question.compared_on.isoformat()
    return layout() | {
        "margin": {"l": 44, "r": 40, "t": 30, "b": 40},
        "xaxis": axis(type="date", tickformat=ticks, showgrid=False, nticks=7, **span),
        "shapes": [
            {
                "type": "line",
                "xref": "x",
                "yref": "paper",
                "x0": day,
                "x1": day,
                "y0": 0,
                "y1": 1,
                "line": {"color": "var(--edge)", "width": 1, "dash": "dot"},
            }
        ]
        if marked
        else [],
        "annotations": [
            {
                "x": day,
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "xanchor": "right",
                "xshift": 4,
                "showarrow": False,
                "text": _("compared with %(day)s")
                % {"day": house_style.short_date(question.compared_on)},
                "font": {"size": 11},
            }
        ]
        if marked
        else [],
    }


def axis(**further: Any) -> Figure:
    """Return an axis that stays where it is, with the page's line colours."""
    return {
        "fixedrange": True,
        "tickangle": 0,
        "gridcolor": "var(--line)",
        "linecolor": "var(--line)",
        "zerolinecolor": "var(--edge)",
        "zeroline": False,
        **further,
    }


def line(
    points: Sequence[OnDay],
    numbers: Sequence[float | None],
    links: Sequence[str],
    said: Sequence[str],
) -> Figure:
    """Return one line over the days of a trend, with the addresses behind its points."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [point.day.isoformat() for point in points],
        "y": list(numbers),
        "customdata": [list(pair) for pair in zip(links, said, strict=True)],
        "hovertemplate": "%{customdata[1]}<extra></extra>",
        "cliponaxis": False,
    }


def bars(
    places: Sequence[str], numbers: Sequence[int], links: Sequence[str], said: Sequence[str]
) -> Figure:
    """Return bars with their counts above and the addresses behind them."""
    return {
        "type": "bar",
        "x": list(places),
        "y": list(numbers),
        "text": [house_style.count(number) if number else "" for number in numbers],
        "textposition": "outside",
        "textangle": 0,
        "cliponaxis": False,
        "marker": {"color": "var(--teal)"},
        "customdata": [list(pair) for pair in zip(links, said, strict=True)],
        "hovertemplate": "%{customdata[1]}<extra></extra>",
    }


def end_label(day: date, height: float, text: str, colour: str) -> Figure:
    """Return the figure that a line ends with."""
    return {
        "x": day.isoformat(),
        "y": height,
        "xanchor": "left",
        "xshift": 7,
        "showarrow": False,
        "text": text,
        "font": {"color": colour, "size": 13, "weight": 700},
    }


def only_the_last(points: Sequence[OnDay]) -> list[int]:
    """Return sizes of marks: none but at the end of a line."""
    return [0] * (len(points) - 1) + [9]


def percent(counts: Counts) -> float | None:
    """Return the percentage converted as a number to draw; None where nothing is counted."""
    return None if counts.percent is None else float(counts.percent)


def share(counts: Counts) -> str:
    """Return the fraction and the percentage in words; a dash where nothing is counted."""
    if not counts.total:
        return house_style.DASH
    return f"{counts.fraction} ({house_style.percent(counts.converted, counts.total)})"


def wrapped(text: str, letters: int) -> str:
    """Break a name into lines of at most so many letters, between words."""
    return "<br>".join(textwrap.wrap(text, letters))
