"""Rows to charts: plain dictionaries as Plotly reads them, each with its table and its finding.

Nothing is queried here and Plotly is not imported; tests hold every dictionary to the library.
Colours are names of CSS custom properties, which the page's script looks up when it draws, so
that one dictionary serves the light theme, the dark one and paper. The `customdata` of a point
is the address of the agencies behind it and the sentence that names it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agencies import house_style
from agencies.models import Category
from agencies.questions import Question
from reports import cells, drawing
from reports.cells import Cell, Row
from reports.conversions import Conversion, Quarter, Waits
from reports.drawing import Figure
from reports.rollups import (
    Comparison,
    Counts,
    GroupRow,
    ParentRow,
)
from reports.trends import TrendPoint

LIST = "agencies:agency-list"
ROMAN = ("I", "II", "III", "IV")
WASH = "var(--teal-wash)"
SOLID = {"opacity": 1, "line": {"width": 0}}
# How a category is drawn: its colour, the colour of its words, its dash, its pattern.
LOOKS: dict[str, tuple[str, str, str, str]] = {
    Category.CONVERTED: ("var(--teal)", "var(--teal)", "solid", ""),
    Category.OLDER_EDITION: ("var(--amber)", "var(--amber-text)", "dash", "/"),
    Category.BUILDING: ("var(--blue)", "var(--blue)", "dot", "."),
    Category.WITHDRAWN: ("var(--grey)", "var(--soft)", "dashdot", "x"),
    Category.NOT_STARTED: ("var(--paper)", "var(--soft)", "longdash", ""),
    Category.EXEMPT: ("var(--paper)", "var(--soft)", "longdashdot", "."),
}
# Groups have no colour of their own: each line has a dash and a mark as well.
BAR_LETTERS = 18  # in a line of a bar's name, so that a phone has room for the bar
LEGEND_LETTERS = 34  # in a line, so that a phone shows them all
GROUP_LOOKS = (
    ("var(--ink)", "solid", "circle"),
    ("var(--teal)", "dash", "square"),
    ("var(--blue)", "dot", "diamond"),
    ("var(--amber-text)", "dashdot", "triangle-up"),
    ("var(--soft)", "longdash", "cross"),
    ("var(--teal)", "longdashdot", "star"),
    ("var(--blue)", "8px,3px,2px,3px,2px,3px", "hexagon"),
    ("var(--amber-text)", "2px,6px", "bowtie"),
)


def look(place: int) -> tuple[str, str, str]:
    """Return colour, dash and mark of the line at a place; eight differ, then they come again."""
    return GROUP_LOOKS[place % len(GROUP_LOOKS)]


@dataclass(frozen=True)
class Chart:
    """A figure, the finding that is its title, and the same rows as a table."""

    key: str
    subject: str
    title: str
    figure: Figure
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def body(self) -> SafeString:
        """Return the rows of the table as elements."""
        return cells.body(self.headings, self.rows)

    @property
    def is_shortened(self) -> bool:
        """Say whether paper gets fewer rows than the screen."""
        return not all(row.on_paper for row in self.rows)


def progress(
    points: Sequence[TrendPoint],
    then: Counts,
    question: Question,
    plan: Sequence[int | None] = (),
) -> Chart:
    """Draw one line per category that ever occurs, all groups together, over the days.

    `then` are the counts of the comparison day, for the title. `plan` is how many were to
    have converted by each of the days, None before the plan begins; nothing where none is.
    """
    shown = [
        category for category in Category if any(point.table.total.of(category) for point in points)
    ]
    now = points[-1].table.total
    links = [_links_of_day(point.day, shown, question) for point in points]
    kept = days_on_paper(points, question)
    figure: Figure = {
        "data": [
            _category_line(category, points, [link[place] for link in links])
            for place, category in enumerate(shown)
        ]
        + ([_plan_line(points, plan, question)] if any(plan) else []),
        "layout": drawing.over_time(points, question)
        | {"yaxis": drawing.axis(rangemode="tozero", tickformat=",d", nticks=6)},
    }
    figure["layout"]["annotations"] += _end_labels(points, shown)
    return Chart(
        key="progress",
        subject=_("Progress since %(year)s, by status") % {"year": points[0].day.year},
        title=_("%(fraction)s have converted, %(gained)s against %(day)s")
        % {
            "fraction": now.fraction,
            "gained": house_style.signed_count(now.converted - then.converted),
            "day": house_style.short_date(question.compared_on),
        },
        figure=figure,
        headings=(_("Day"), *(str(category.label) for category in shown), _("Total")),
        rows=tuple(
            _progress_row(point, shown, link, on_paper=point.day in kept)
            for point, link in zip(points, links, strict=True)
        ),
        note=_("All groups together. The total leaves exempt agencies out.")
        + (" " + _("The thin dotted line is the plan.") if any(plan) else ""),
    )


def _end_labels(points: Sequence[TrendPoint], shown: Sequence[Category]) -> list[Figure]:
    """Write beside the end of each line how many there are, none upon another."""
    now = points[-1].table.total
    tops = {category: now.of(category) for category in shown if now.of(category)}
    highest = max(point.table.total.of(category) for point in points for category in Category)
    ends = drawing.spread(list(tops.values()), highest * 0.08)
    return [
        drawing.end_label(points[-1].day, end, house_style.count(number), LOOKS[category][1])
        for (category, number), end in zip(tops.items(), ends, strict=True)
    ]


def days_on_paper(points: Sequence[drawing.OnDay], question: Question) -> set[date]:
    """Return the days that a printed table keeps of years of months.

    They are the ends of years, the comparison day and the last day.
    """
    ends = {point.day for point in points if (point.day.month, point.day.day) == (12, 31)}
    return ends | {question.compared_on, points[-1].day}


def _progress_row(
    point: TrendPoint, shown: Sequence[Category], links: Sequence[str], *, on_paper: bool
) -> Row:
    counts = point.table.total
    numbers = (
        Cell(house_style.count(counts.of(category)), link)
        for category, link in zip(shown, links, strict=True)
    )
    day = Cell(house_style.short_date(point.day))
    return Row((day, *numbers, Cell(house_style.count(counts.total))), on_paper=on_paper)


def _links_of_day(day: date, shown: Iterable[Category], question: Question) -> list[str]:
    return [question.url(LIST, as_of=day.isoformat(), category=category) for category in shown]


def _plan_line(
    points: Sequence[TrendPoint], plan: Sequence[int | None], question: Question
) -> Figure:
    """Draw what was planned, thin and in the colour of who has converted."""
    name = _("planned")
    said = [
        f"{house_style.short_date(point.day)}: {name} {house_style.count(number or 0)}"
        for point, number in zip(points, plan, strict=True)
    ]
    links = [question.url("reports:plans")] * len(points)
    line = drawing.line(points, plan, links, said)
    return line | {
        "name": name,
        "mode": "lines",
        "line": {"color": "var(--teal)", "dash": "dot", "width": 1.5},
    }


def _category_line(
    category: Category, points: Sequence[TrendPoint], links: Sequence[str]
) -> Figure:
    colour, words, dash, _pattern = LOOKS[category]
    colour = words if colour == "var(--paper)" else colour
    numbers = [point.table.total.of(category) for point in points]
    word = str(category.label)
    said = [
        f"{house_style.short_date(point.day)}: {word} {house_style.count(number)}"
        for point, number in zip(points, numbers, strict=True)
    ]
    fill = {"fill": "tozeroy", "fillcolor": WASH} if category == Category.CONVERTED else {}
    return drawing.line(points, numbers, links, said) | {
        "name": str(category.label),
        "line": {"color": colour, "dash": dash, "width": 2.5},
        "marker": {"color": colour, "size": drawing.only_the_last(points), **SOLID},
        **fill,
    }


def by_group_over_time(points: Sequence[TrendPoint], question: Question) -> Chart:
    """Draw the converted of each group per hundred of its total of the day, over the days."""
    last = points[-1].table.rows
    counted = {place: row.counts for place, row in enumerate(last) if row.counts.total}
    ends = drawing.spread([drawing.percent(counts) or 0.0 for counts in counted.values()], 10)
    kept = days_on_paper(points, question)
    figure: Figure = {
        "data": [_group_line(place, points, question) for place in range(len(last))],
        "layout": drawing.over_time(points, question)
        | {"yaxis": drawing.axis(range=[0, 104], ticksuffix="%", dtick=25)},
    }
    figure["layout"]["margin"] = figure["layout"]["margin"] | {"r": 60}
    figure["layout"]["annotations"] += [
        drawing.end_label(points[-1].day, end, counts.fraction, look(place)[0])
        for (place, counts), end in zip(counted.items(), ends, strict=True)
    ]
    return Chart(
        key="groups",
        subject=_("Progress since %(year)s, by group") % {"year": points[0].day.year},
        title=_last_group(last),
        figure=figure,
        headings=(_("Day"), *(row.label for row in last)),
        rows=tuple(_shares_row(point, question, on_paper=point.day in kept) for point in points),
        note=_("Converted per hundred of each group's total of the day."),
    )


def _last_group(rows: Sequence[GroupRow]) -> str:
    """Say which group is furthest behind."""
    counted = [row for row in rows if row.counts.total]
    behind = min(counted, key=lambda row: drawing.percent(row.counts) or 0.0, default=None)
    if behind is None:
        return _("No agency on this day")
    if not behind.counts.left:
        return _("Every group has converted")
    return _("Furthest behind: %(group)s, %(fraction)s") % {
        "group": behind.label,
        "fraction": behind.counts.fraction,
    }


def _group_line(place: int, points: Sequence[TrendPoint], question: Question) -> Figure:
    colour, dash, symbol = look(place)
    rows = [point.table.rows[place] for point in points]
    links = [_group_link(row, point.day, question) for row, point in zip(rows, points, strict=True)]
    said = [
        f"{house_style.short_date(point.day)}: {row.label} {drawing.share(row.counts)}"
        for row, point in zip(rows, points, strict=True)
    ]
    return drawing.line(points, [drawing.percent(row.counts) for row in rows], links, said) | {
        "name": drawing.wrapped(rows[-1].label, LEGEND_LETTERS),
        "line": {"color": colour, "dash": dash, "width": 2},
        "marker": {
            "color": colour,
            "symbol": symbol,
            "size": drawing.only_the_last(points),
            **SOLID,
        },
    }


def _group_link(row: GroupRow, day: date, question: Question) -> str:
    converted = Category.CONVERTED
    return question.url(LIST, as_of=day.isoformat(), group=row.group, category=converted)


def _shares_row(point: TrendPoint, question: Question, *, on_paper: bool) -> Row:
    shares = (
        Cell(drawing.share(row.counts), _group_link(row, point.day, question))
        for row in point.table.rows
    )
    return Row((Cell(house_style.short_date(point.day)), *shares), on_paper=on_paper)


def categories(comparison: Comparison, left: Sequence[ParentRow], question: Question) -> Chart:
    """Draw each group as one bar of a hundred per cent, cut by category; exempt ones are out.

    `left` are the parents under whom somebody is left, for the title.
    """
    rows = [GroupRow(row.group, row.label, row.now) for row in comparison.rows if row.now.total]
    shown = [
        category
        for category in (Category.CONVERTED, *Category.left())
        if any(row.counts.of(category) for row in rows)
    ]
    layout = drawing.layout() | {
        "barmode": "stack",
        "barnorm": "percent",
        "bargap": 0.45,
        "margin": {**drawing.layout()["margin"], "r": 24},  # half of "100%" stands beyond the end
        "xaxis": drawing.axis(ticksuffix="%", dtick=25, range=[0, 100.5]),
        "yaxis": drawing.axis(autorange="reversed", automargin=True, showgrid=False),
    }
    return Chart(
        key="categories",
        subject=_("Status by group"),
        title=_most_left(rows, left),
        figure={
            "data": [_category_bars(category, rows, question) for category in shown],
            "layout": layout,
        },
        headings=(_("Group"), *(str(category.label) for category in shown), _("Total")),
        rows=tuple(_categories_row(row, shown, question) for row in rows),
        note=_("Each bar is a whole group; beside it, converted of the total."),
    )


def _most_left(rows: Sequence[GroupRow], left: Sequence[ParentRow]) -> str:
    """Say which group has most agencies left, and under how many parent bodies."""
    most = max(rows, key=lambda row: row.counts.left, default=None)
    if most is None or not most.counts.left:
        return _("Nobody is left.").rstrip(".")
    parents = {
        parent.parent
        for parent in left
        if any(standing.group == most.group for standing in parent.left)
    }
    return _("%(group)s: %(number)s left under %(parents)s parent bodies") % {
        "group": most.label,
        "number": house_style.count(most.counts.left),
        "parents": house_style.count(len(parents)),
    }


def _category_bars(category: Category, rows: Sequence[GroupRow], question: Question) -> Figure:
    colour, words, _dash, pattern = LOOKS[category]
    edge = words if colour == "var(--paper)" else colour
    return {
        "type": "bar",
        "orientation": "h",
        "name": str(category.label),
        "x": [row.counts.of(category) for row in rows],
        "y": [
            drawing.wrapped(row.label, BAR_LETTERS) + f"<br>{row.counts.fraction}" for row in rows
        ],
        "marker": {
            "color": colour,
            "line": {"color": edge, "width": 1},
            "pattern": {
                "shape": pattern,
                "fillmode": "overlay",
                "fgcolor": "var(--paper)",
                "size": 7,
                "solidity": 0.3,
            },
        },
        "customdata": [
            [
                question.url(LIST, group=row.group, category=category),
                f"{row.label}: {category.label} {house_style.count(row.counts.of(category))}",
            ]
            for row in rows
        ],
        "hovertemplate": "%{customdata[1]}<extra></extra>",
    }


def _categories_row(row: GroupRow, shown: Sequence[Category], question: Question) -> Row:
    numbers = (
        Cell(
            house_style.count(row.counts.of(category)),
            question.url(LIST, group=row.group, category=category),
        )
        for category in shown
    )
    name = Cell(row.label, question.url(LIST, group=row.group))
    return Row((name, *numbers, Cell(house_style.count(row.counts.total))))


def quarters(rows: Sequence[Quarter], question: Question) -> Chart:
    """Draw the first conversions of each quarter."""
    layout = drawing.layout() | {
        "bargap": 0.25,
        "showlegend": False,
        "xaxis": drawing.axis(type="date", tickformat="%Y", dtick="M12", showgrid=False),
        "yaxis": drawing.axis(rangemode="tozero", tickformat=",d", nticks=6),
    }
    bars = drawing.bars(
        [row.first_day.isoformat() for row in rows],
        [len(row.conversions) for row in rows],
        [f"#{_quarter_anchor(row)}" for row in rows],
        [f"{quarter_name(row)}: {house_style.count(len(row.conversions))}" for row in rows],
    )
    return Chart(
        key="quarters",
        subject=_("Conversions per quarter"),
        title=_busiest(rows),
        figure={
            "data": [bars | {"xperiod": "M3", "xperiodalignment": "middle"}],
            "layout": layout,
        },
        headings=(_("Quarter"), _("Conversions"), _("Agencies")),
        rows=tuple(
            Row(
                (
                    Cell(quarter_name(row)),
                    Cell(house_style.count(len(row.conversions))),
                    _named(row.conversions, question),
                ),
                _quarter_anchor(row),
            )
            for row in reversed(rows)
        ),
        note=_("An agency counts in the quarter of its first conversion."),
    )


def _quarter_anchor(row: Quarter) -> str:
    return f"quarter-{row.first_day.year}-{row.number}"


def quarter_name(row: Quarter) -> str:
    """Return a quarter as offices write it, III/2021."""
    return f"{ROMAN[row.number - 1]}/{row.first_day.year}"


def _busiest(rows: Sequence[Quarter]) -> str:
    most = max(rows, key=lambda row: len(row.conversions), default=None)
    if most is None:
        return _("No conversion is on record yet")
    return _("Most conversions in quarter %(quarter)s: %(number)s agencies") % {
        "quarter": quarter_name(most),
        "number": house_style.count(len(most.conversions)),
    }


def waiting(found: Waits, question: Question) -> Chart:
    """Draw how many years agencies took from their first declaration to the conversion."""
    layout = drawing.layout() | {
        "bargap": 0.25,
        "showlegend": False,
        "xaxis": drawing.axis(
            type="category", showgrid=False, title={"text": _("full years"), "standoff": 8}
        ),
        "yaxis": drawing.axis(rangemode="tozero", tickformat=",d", nticks=6),
    }
    spans = [(span(row.years), row.conversions, f"wait-{row.years}") for row in found.rows]
    at_once = (_("first declaration already of this edition"), found.at_once, "wait-at-once")
    bars = drawing.bars(
        [str(row.years) for row in found.rows],
        [len(row.conversions) for row in found.rows],
        [f"#{anchor}" for _words, _rows, anchor in spans],
        [f"{words}: {house_style.count(len(rows))}" for words, rows, _anchor in spans],
    )
    return Chart(
        key="waiting",
        subject=_("Time from first declaration to conversion"),
        title=_half(found.median),
        figure={"data": [bars], "layout": layout},
        headings=(_("Time"), _("Number"), _("Agencies")),
        rows=tuple(
            Row(
                (Cell(words), Cell(house_style.count(len(rows))), _named(rows, question)),
                anchor,
            )
            for words, rows, anchor in (*spans, *([at_once] if found.at_once else []))
        ),
        note=_(
            "Of %(number)s agencies that had an older declaration and have converted; those "
            "still to convert are not in it."
        )
        % {"number": house_style.count(found.counted)},
    )


def span(years: int) -> str:
    """Say from how many years to how many."""
    if not years:
        return _("under 1 year")
    return _("%(years)s to under %(more)s years") % {"years": years, "more": years + 1}


def _half(median: Decimal | None) -> str:
    if median is None:
        return _("No conversion is on record yet")
    whole = median == median.to_integral_value()
    return _("Half took at most %(months)s months from first declaration to conversion") % {
        "months": formats.number_format(median, 0 if whole else 1, use_l10n=True)
    }


def _named(rows: Sequence[Conversion], question: Question) -> Cell:
    """Return the agencies by name, each with the address of its page."""
    links = ((row.name, question.url("agencies:agency-detail", row.code)) for row in rows)
    return Cell("", links=tuple(links)) if rows else Cell(house_style.DASH)
