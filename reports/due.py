"""What is due on a day, gathered from the rooms that each know a part of it."""

from django.utils.translation import gettext as _

from activities.reminders import Reminder, findings_due, reports_due
from agencies.asof import AsOf
from agencies.house_style import count, short_date
from agencies.models import Transition, edition_asked_about, transition_to
from reports.plans import PlannedAgency, late_by_parent, planned_agencies


def due(as_of: AsOf) -> list[Reminder]:
    """Return all that there is to remind of on a day: reports, findings, conversions.

    Only the newest transition in force is chased: whoever is left in one before it is to
    convert to the newer edition.
    """
    transition = transition_to(edition_asked_about(as_of.day))
    return [*reports_due(as_of), *findings_due(as_of), *conversions_late(as_of, transition)]


def conversions_late(as_of: AsOf, transition: Transition | None) -> list[Reminder]:
    """Return a reminder for each agency that is late in a transition, none before it begins.

    Who is late, and by how long, is what `plans.planned_agencies` says.
    """
    if transition is None or transition.starts_on > as_of.day:
        return []
    parents = late_by_parent(planned_agencies(as_of, transition))
    return [_late(row, transition) for parent in parents for row in parent.late]


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
