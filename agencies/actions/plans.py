"""Writing and mending the plan of a transition."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.actions.audit import note_gone, note_rows
from agencies.actions.entries import moment_after_versions, write_lock
from agencies.audited import values_of
from agencies.models import Agency, PlannedConversion, Transition, User
from agencies.scope import refuse_foreign


def plan_conversions(
    *, transition: Transition, days: Mapping[str, date | None], source: str, by: User
) -> int:
    """Plan the conversion of agencies by their codes; None takes one out of the plan.

    Returns how many agencies' plan differs from before. What was planned before stays in
    the history, with who changed it; the versions of one act bear one moment.

    Raises:
        ValidationError: nobody has the code, an agency is of another province than the
            writer's, or a day lies before the transition; nothing is written.
    """
    with write_lock():
        at = moment_after_versions(PlannedConversion)
        return _plan_all(transition, days, source, by, at)


def _plan_all(
    transition: Transition,
    days: Mapping[str, date | None],
    source: str,
    by: User,
    at: datetime,
) -> int:
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in=days)}
    if unknown := [code for code in days if code not in agencies]:
        raise ValidationError(_("No agency has the code: %s") % ", ".join(unknown))
    refuse_foreign(by, agencies.values(), *{timezone.localdate(), *filter(None, days.values())})
    planned = {
        row.agency_id: row for row in PlannedConversion.objects.filter(transition=transition)
    }
    changed = 0
    for code, day in days.items():
        agency = agencies[code]
        new = PlannedConversion(transition=transition, agency=agency)
        row: Any = planned.get(agency.pk, new)
        row._history_user, row._history_date = by, at
        changed += _plan_one(row, day, source, by)
    return changed


def _plan_one(row: Any, day: date | None, source: str, by: User) -> bool:
    """Bring one row to its day and source, or delete it; say whether that changed anything."""
    if day is None:
        planned = row.pk is not None
        if planned:
            note_gone([row], by=by)
            row.delete()
        return planned
    if (row.planned_on, row.source) == (day, source):
        return False
    before = values_of(row) if row.pk else {}
    row.planned_on, row.source = day, source
    try:
        row.full_clean()
    except ValidationError as wrong:
        messages = [f"{row.agency.code}: {said}" for said in wrong.messages]
        raise ValidationError(messages) from None
    row.save()
    note_rows([(row, before)], by=by)
    return True
