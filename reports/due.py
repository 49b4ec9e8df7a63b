"""What is due on a day, gathered from the rooms that each know a part of it."""

from django.utils.translation import gettext as _

from activities.reminders import Reminder, findings_due, reports_due
from agencies.asof import AsOf
from agencies.house_style import count, short_date
from agencies.models import Transition
from reports.plans import PlannedAgency, late_by_parent, late_by_transition


def due(as_of: AsOf) -> list[Reminder]:
    """Return all that there is to remind of on a day: reports, findings, conversions."""
    return [*reports_due(as_of), *findings_due(as_of), *conversions_late(as_of)]


def conversions_late(as_of: AsOf) -> list[Reminder]:
    """Return a reminder for each agency that is late in a transition, as `late_by_transition`."""
    return [
        _late(row, transition)
        for transition, late in late_by_transition(as_of)
        for parent in late_by_parent(late)
        for row in parent.late
    ]


def _late(row: PlannedAgency, transition: Transition) -> Reminder:
    assert row.due_on is not None  # who has no day is never late
    said = _("%(name)s: the conversion to %(edition)s was due on %(due)s, %(days)s days ago.")
    told = {
        "name": row.standing.name,
        "edition": transition.to_edition.code,
        "due": short_date(row.due_on),
        "days": count(row.days_late),
    }
    code, parent = row.standing.code, row.standing.parent
    return Reminder(f"conversion:{transition.pk}:{code}:late", code, parent, said % told)
