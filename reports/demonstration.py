"""The demonstration data with what the rooms above add to it: map, article, reporting rounds."""

from datetime import date, datetime

from activities import demonstration as activities_demonstration
from activities import reporting_demonstration
from agencies import demonstration
from agencies.actions import note_act, write_lock
from agencies.models import Deed, User
from reports import actions
from reports.published import PrintedFigure

APPEARED = datetime.fromisoformat("2021-11-15T07:30:00+07:00")


@write_lock()
def load(password: str) -> None:
    """Load accounts, roster, histories, activities, the map, the article and the rounds.

    All or nothing.

    Raises:
        ValueError: the database already holds something.
    """
    demonstration.load(password)
    activities_demonstration.load()
    actions.place_tiles(lines=demonstration.lines("tiles.csv"))
    _load_article(User.objects.get(username="chuyenvien"))
    reporting_demonstration.load(password)
    note_act(Deed.LOADED, by=User.objects.system())


def _load_article(by: User) -> None:
    """Keep the figures of the article of 15 November 2021, which names no as-of day.

    An officer is assumed to have entered them on the morning on which it appeared, so that a
    summary made that evening sets its figures beside the article's.
    """
    figures = [_figure(line) for line in demonstration.lines("published.csv")]
    article = actions.PublicationFacts(
        source="Bài báo ngày 15/11/2021 (số liệu của Chi cục)", published_on=date(2021, 11, 15)
    )
    actions.add_published_figures(
        publication=article, figures=figures, by=by, demonstration_at=APPEARED
    )


def _figure(line: demonstration.Line) -> PrintedFigure:
    return PrintedFigure(
        quote=line["quote"],
        group=line["group"],
        measure=line["measure"],
        count=int(line["count"]),
        denominator=int(line["denominator"]) if line["denominator"] else None,
        percent=line["percent"],
        unit=line["unit"],
        edition=line["edition"],
    )
