"""Of which agencies a row of activities tells, and on which days: whose province it is."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from activities.models import (
    Attendance,
    Finding,
    Inspection,
    InspectionPlan,
    PlannedInspection,
    SelfAssessment,
    Training,
)
from agencies.models import Agency, User
from agencies.scope import ever_kept, province_of, refuse_foreign, refuse_of_several, shown_to

Subject = tuple[Agency, tuple[date, ...]]
WAYS: dict[Any, tuple[str, ...]] = {
    Inspection: ("agency",),
    Finding: ("inspection__agency",),
    SelfAssessment: ("agency",),
}
# What may be of several agencies, and how their rows lead to them.
SHARED: dict[Any, tuple[Any, str]] = {
    InspectionPlan: (PlannedInspection, "plan"),
    Training: (Attendance, "training"),
}


def subjects_of(row: Any) -> list[Subject] | None:
    """Return the agencies with the days that decide whose they are; None is of all of them."""
    found: list[Subject] | None = None
    match row:
        case Inspection():
            standing = Inspection.objects.filter(pk=row.pk).exclude(agency=row.agency_id)
            found = [(one.agency, (one.visited_on,)) for one in (row, *standing)]
        case Finding():  # the province that it is in by now pursues what another one found
            visit = row.inspection
            found = [(visit.agency, (visit.visited_on, timezone.localdate()))]
        case PlannedInspection():
            found = [(row.agency, _days_of(row.plan.year))]
        case Attendance():
            found = [(row.agency, (row.training.starts_on,))]
        case InspectionPlan():
            listed = row.planned.filter(cancelled_reason="") if row.pk else ()
            found = [(one.agency, _days_of(row.year)) for one in listed]
        case Training():
            attended = row.attendances.all() if row.pk else ()
            found = [(one.agency, (row.starts_on,)) for one in attended]
    return found


def _days_of(year: int) -> tuple[date, ...]:
    return date(year, 1, 1), date(year, 12, 31), timezone.localdate()


def refuse_foreign_rows(user: User, rows: Iterable[Any]) -> None:
    """Check that an account may write what rows say of their agencies.

    Raises:
        ValidationError: some agency is in another province on those days, or a row is common to
            all provinces, and the account keeps one.
    """
    if province_of(user) is None:
        return
    on_days: dict[tuple[date, ...], list[Agency]] = {}
    for row in rows:
        subjects = subjects_of(row)
        if subjects is None:
            refuse_of_several(user)
        for agency, days in subjects or ():
            on_days.setdefault(days, []).append(agency)
    for days, agencies in on_days.items():
        refuse_foreign(user, agencies, *days)


def shown_rows(user: User, model: Any) -> Any:
    """Return the rows of a model that an account is shown.

    Of what several agencies share, those that name one of the account's province, or nobody yet.
    """
    rows = model.objects.all()
    if province_of(user) is None:
        return rows
    if model not in SHARED:
        return shown_to(user, rows, *WAYS[model])
    part, way = SHARED[model]
    named = part.objects.values(way)
    own = part.objects.filter(agency__in=ever_kept(user)).values(way)
    return rows.filter(Q(pk__in=own) | ~Q(pk__in=named))
