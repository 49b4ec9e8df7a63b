"""Writing and mending the plan of a transition."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, PlannedConversion, Transition, User


@transaction.atomic
def plan_conversions(
    *, transition: Transition, days: Mapping[str, date | None], source: str, by: User
) -> int:
    """Plan the conversion of agencies by their codes; None takes one out of the plan.

    Returns how many agencies' plan differs from before. What was planned before stays in
    the history, with who changed it.

    Raises:
        ValidationError: nobody has the code, or a day lies before the transition; nothing
            is written.
    """
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in=days)}
    if unknown := [code for code in days if code not in agencies]:
        raise ValidationError(_("No agency has the code: %s") % ", ".join(unknown))
    planned = {
        row.agency_id: row for row in PlannedConversion.objects.filter(transition=transition)
    }
    return sum(
        _plan_one(planned.get(agencies[code].pk), transition, agencies[code], day, source, by)
        for code, day in days.items()
    )


def _plan_one(
    row: PlannedConversion | None,
    transition: Transition,
    agency: Agency,
    day: date | None,
    source: str,
    by: User,
) -> bool:
    """Say whether the plan of one agency was changed."""
    if day is None:
        if row:
            row._history_user = by
            row.delete()
        return row is not None
    row = row or PlannedConversion(transition=transition, agency=agency)
    if (row.planned_on, row.source) == (day, source):
        return False
    row.planned_on, row.source = day, source
    try:
        row.full_clean()
    except ValidationError as wrong:
        raise ValidationError([f"{agency.code}: {said}" for said in wrong.messages]) from None
    row._history_user = by
    row.save()
    return True
