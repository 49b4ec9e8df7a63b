"""Printed counts of visits, agencies visited and attendances beside what is on record of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from activities import rollups as activities
from activities.readings import ALWAYS, Period, Reading, year_of
from agencies import house_style
from agencies.asof import AsOf
from reports.models import Measure, PublishedFigure, Unit


@dataclass(frozen=True)
class OnRecord:
    """What is on record for one printed figure.

    `ever` counts from the first record to the day, `this_year` in the calendar year of the day;
    a source seldom says which it means. `visits` is what a count of agencies is mistaken for.
    """

    ever: int
    this_year: int
    visits: int

    def nearest(self, printed: int) -> int:
        """Return the count that the figure agrees with, that of all years where neither does."""
        return self.this_year if printed == self.this_year else self.ever


class PrintedActivities:
    """The counts of activities on one day, as far as known; read when first asked for."""

    def __init__(self, as_of: AsOf) -> None:
        self.day = as_of.day
        self._reading = Reading(as_of)

    @cached_property
    def _visits(self) -> dict[str, dict[Unit, OnRecord]]:
        def tallies(period: Period) -> dict[str, activities.VisitTally]:
            found = {row.key: row for row in activities.visits_by_group(self._reading, period)}
            rows = activities.visits(self._reading, period)
            agencies = len({visit.agency for visit in rows})
            return {**found, "": activities.VisitTally("", "", len(rows), agencies)}

        ever, now = tallies(ALWAYS), tallies(year_of(self.day.year))
        none = activities.VisitTally("", "", 0, 0)
        return {
            group: {
                Unit.VISITS: OnRecord(row.visits, now.get(group, none).visits, row.visits),
                Unit.AGENCIES: OnRecord(row.agencies, now.get(group, none).agencies, row.visits),
            }
            for group, row in ever.items()
        }

    @cached_property
    def _attendances(self) -> dict[str, OnRecord]:
        def added(period: Period) -> dict[str, int]:
            rows = activities.attendances_by_group(self._reading, period)
            return {
                **{row.key: row.attendances for row in rows},
                "": sum(row.attendances for row in rows),
            }

        ever, now = added(ALWAYS), added(year_of(self.day.year))
        return {group: OnRecord(number, now.get(group, 0), 0) for group, number in ever.items()}

    def on_record(self, figure: PublishedFigure) -> OnRecord | None:
        """Return what is on record for a figure, None where nothing like it is."""
        if figure.measure == Measure.INSPECTED:
            if not self._visits[""][Unit.VISITS].ever:
                return None
            return self._visits.get(figure.group, {}).get(Unit(figure.unit))
        if figure.measure == Measure.TRAINED and figure.unit == Unit.ATTENDANCES:
            return self._attendances.get(figure.group) if self._attendances[""].ever else None
        return None

    def period(self, figure: PublishedFigure, on_record: OnRecord) -> str:
        """Say over which time a figure is read, which its source does not."""
        if figure.count == on_record.this_year != on_record.ever:
            text = _("“%(quote)s” names no period; it is what is on record for %(year)s.")
        else:
            text = _("“%(quote)s” names no period; it is read as all up to %(day)s.")
        day = house_style.short_date(self.day)
        return text % {"quote": figure, "year": self.day.year, "day": day}

    def reasons(self, figure: PublishedFigure, on_record: OnRecord) -> Iterable[str]:
        """Say what is on record where a figure differs."""
        if figure.unit == Unit.AGENCIES and figure.count == on_record.visits:
            text = _("%(printed)s is the number of visits; an agency visited twice counts once.")
            yield text % {"printed": house_style.count(figure.count)}
        text = _("On record are %(ever)s up to %(day)s, of them %(this_year)s in %(year)s.")
        yield text % {
            "ever": house_style.count(on_record.ever),
            "this_year": house_style.count(on_record.this_year),
            "day": house_style.short_date(self.day),
            "year": self.day.year,
        }
