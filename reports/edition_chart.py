"""The progress by edition: one line for each edition of which declarations were in force."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from agencies import house_style
from agencies.models import Category, Edition
from agencies.questions import Question
from reports import drawing
from reports.cells import Cell, Row
from reports.charts import LIST, Chart, days_on_paper, look
from reports.drawing import Figure
from reports.trends import EditionPoint


def editions(
    points: Sequence[EditionPoint],
    then: EditionPoint,
    known: Sequence[Edition],
    question: Question,
) -> Chart:
    """Draw the declarations in force of each edition that was ever declared, over the days.

    `then` is the comparison day, for the title; `known` are the editions, oldest first.
    """
    shown = [edition for edition in known if any(point.declared[edition.code] for point in points)]
    asked, last = question.edition.code, points[-1]
    kept = days_on_paper(points, question)
    return Chart(
        key="editions",
        subject=_("Progress since %(year)s, by edition") % {"year": points[0].day.year},
        title=_("%(edition)s: %(number)s declarations in force, %(gained)s against %(day)s")
        % {
            "edition": asked,
            "number": house_style.count(last.declared[asked]),
            "gained": house_style.signed_count(last.declared[asked] - then.declared[asked]),
            "day": house_style.short_date(question.compared_on),
        },
        figure=_figure(points, shown, question),
        headings=(_("Day"), *(edition.code for edition in shown)),
        rows=tuple(_row(point, shown, question, on_paper=point.day in kept) for point in points),
        note=_("Declarations in force of each edition, all groups together."),
    )


def _figure(points: Sequence[EditionPoint], shown: Sequence[Edition], question: Question) -> Figure:
    tops = [float(points[-1].declared[edition.code]) for edition in shown]
    highest = max((number for point in points for number in point.declared.values()), default=0)
    ends = drawing.spread(tops, highest * 0.08)
    layout = drawing.over_time(points, question) | {
        "yaxis": drawing.axis(rangemode="tozero", tickformat=",d", nticks=6)
    }
    layout["annotations"] += [
        drawing.end_label(points[-1].day, end, house_style.count(int(top)), look(place)[0])
        for place, (top, end) in enumerate(zip(tops, ends, strict=True))
    ]
    lines = [_line(place, edition, points, question) for place, edition in enumerate(shown)]
    return {"data": lines, "layout": layout}


def _line(
    place: int, edition: Edition, points: Sequence[EditionPoint], question: Question
) -> Figure:
    colour, dash, symbol = look(place)
    numbers = [point.declared[edition.code] for point in points]
    links = [_link(point, edition, question) for point in points]
    said = [
        f"{house_style.short_date(point.day)}: {edition.code} {house_style.count(number)}"
        for point, number in zip(points, numbers, strict=True)
    ]
    return drawing.line(points, numbers, links, said) | {
        "name": edition.code,
        "line": {"color": colour, "dash": dash, "width": 2.5},
        "marker": {
            "color": colour,
            "symbol": symbol,
            "size": drawing.only_the_last(points),
            "opacity": 1,
            "line": {"width": 0},
        },
    }


def _link(point: EditionPoint, edition: Edition, question: Question) -> str:
    """Lead to who declared the edition; who withdrew it bears it too, but in another category."""
    older = edition.year < question.edition.year
    category = Category.OLDER_EDITION if older else Category.CONVERTED
    day = point.day.isoformat()
    return question.url(LIST, as_of=day, own_edition=edition.year, category=category)


def _row(
    point: EditionPoint, shown: Sequence[Edition], question: Question, *, on_paper: bool
) -> Row:
    numbers = (
        Cell(house_style.count(point.declared[edition.code]), _link(point, edition, question))
        for edition in shown
    )
    return Row((Cell(house_style.short_date(point.day)), *numbers), on_paper=on_paper)
