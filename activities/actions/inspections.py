"""What an officer does about inspections: plans, visits, findings, the checklist."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions.keeping import act, refuse_cancelled, refuse_stale_row, require_reason
from activities.models import (
    ChecklistItem,
    Finding,
    Inspection,
    InspectionPlan,
    PlannedInspection,
)
from agencies.house_style import short_date
from agencies.models import Agency, RosterRecord, User
from agencies.vietnamese import clean_text

MOST_ITEMS = 40  # of one year's checklist: what two sheets of minutes hold


def record_visit(*, visit: Inspection, by: User, seen: int | None = None) -> Inspection:
    """Write a visit, a new one or one that is changed.

    Raises:
        ValidationError: it lies in the future, the agency did not exist on its day, a visit
            to it on that day is on record, or a finding's days would come before it.
        StaleRow: somebody else changed it after the version `seen`.
    """
    with act(Inspection, by=by) as writing:
        refuse_stale_row(visit, seen)
        if visit.pk:
            refuse_cancelled([Inspection.objects.get(pk=visit.pk)])
        _check_day(visit.agency, visit.visited_on)
        _check_edition(visit)
        _check_findings(visit)
        writing.keep(visit)
    return visit


def _check_day(agency: Agency, day: date) -> None:
    if day > timezone.localdate():
        said = _("%(day)s lies in the future; a visit is recorded once it took place.")
        raise ValidationError({"visited_on": said % {"day": short_date(day)}})
    check_exists(agency, day, "visited_on")


def _check_edition(visit: Inspection) -> None:
    if visit.edition and visit.edition.year > visit.visited_on.year:
        said = _("%(edition)s did not exist on %(day)s.")
        told = {"edition": visit.edition, "day": short_date(visit.visited_on)}
        raise ValidationError({"edition": said % told})


def check_exists(agency: Agency, day: date, field: str) -> None:
    """Check that an agency existed on a day, as far as is known now.

    Raises:
        ValidationError: it did not; said beside the field.
    """
    if not RosterRecord.objects.believed().in_force_on(day).filter(agency=agency).exists():
        said = _("%(agency)s did not exist on %(day)s.")
        raise ValidationError({field: said % {"agency": agency.code, "day": short_date(day)}})


def _check_findings(visit: Inspection) -> None:
    """Check that the day of a visit comes before those of its findings."""
    if not visit.pk:
        return
    findings = visit.findings.filter(cancelled_reason="")
    earlier = Q(deadline__lt=visit.visited_on) | Q(closed_on__lt=visit.visited_on)
    if findings.filter(earlier).exists():
        raise ValidationError(
            {"visited_on": _("A finding's deadline or closing would be before the visit.")}
        )


def cancel_visit(*, visit: Inspection, reason: str, by: User, seen: int | None = None) -> None:
    """Say that a visit never took place; it stays on record with the reason.

    Raises:
        ValidationError: no reason is given, or it is cancelled already.
        StaleRow: as `record_visit`.
    """
    with act(Inspection, by=by, reason=reason) as writing:
        visit.refresh_from_db()
        refuse_stale_row(visit, seen)
        refuse_cancelled([visit])
        visit.cancelled_reason = require_reason(reason)
        writing.keep(visit)


def record_finding(*, finding: Finding, by: User, seen: int | None = None) -> Finding:
    """Write a finding of a visit, a new one or one that is changed.

    Raises:
        ValidationError: its days come before the visit, its closing lies in the future, or
            nothing says how it was put right.
        StaleRow: as `record_visit`.
    """
    with act(Finding, by=by) as writing:
        refuse_stale_row(finding, seen)
        standing = Finding.objects.filter(pk=finding.pk)
        refuse_cancelled([*Inspection.objects.filter(pk=finding.inspection_id), *standing])
        if finding.closed_on and finding.closed_on > timezone.localdate():
            said = _("%(day)s lies in the future; a finding is closed once it is put right.")
            raise ValidationError({"closed_on": said % {"day": short_date(finding.closed_on)}})
        writing.keep(finding)
        if finding.closed_on and not (finding.evidence_id or finding.closing_note.strip()):
            raise ValidationError(
                {"closing_note": _("Say how it was put right, or add the document that shows it.")}
            )
    return finding


def cancel_finding(*, finding: Finding, reason: str, by: User, seen: int | None = None) -> None:
    """Take a finding back; it stays on record with the reason. Errors as `cancel_visit`."""
    with act(Finding, by=by, reason=reason) as writing:
        finding.refresh_from_db()
        refuse_stale_row(finding, seen)
        refuse_cancelled([finding])
        finding.cancelled_reason = require_reason(reason)
        writing.keep(finding)


def record_plan(
    *,
    plan: InspectionPlan,
    forms: Mapping[Agency, str],
    by: User,
    reason: str = "",
    seen: int | None = None,
) -> InspectionPlan:
    """Write a year's plan with the agencies on it and how each is to be inspected.

    An agency that is no longer named stays on record as cancelled, which needs a reason.

    Raises:
        ValidationError: nobody is named, an agency does not exist in the year, stands on
            another plan of it, or is taken off without a reason.
        StaleRow: somebody else changed the plan after the version `seen`.
    """
    with act(InspectionPlan, PlannedInspection, by=by, reason=reason) as writing:
        refuse_stale_row(plan, seen)
        if plan.pk:
            refuse_cancelled([InspectionPlan.objects.get(pk=plan.pk)])
        if not forms:
            raise ValidationError(_("Choose at least one agency."))
        _check_year(plan, list(forms))
        writing.keep(plan)
        standing = {row.agency_id: row for row in plan.planned.all()}
        new, changed = [], []
        for agency, form in forms.items():
            row = standing.pop(agency.pk, None)
            if row is None:
                row = PlannedInspection(plan=plan, agency=agency, form=form)
                new.append(row)
            elif (row.form, row.cancelled_reason) != (form, ""):
                row.form, row.cancelled_reason = form, ""
                changed.append(row)
            row.clean_fields(exclude=["plan", "agency"])
        for row in standing.values():
            if not row.cancelled_reason:
                row.cancelled_reason = require_reason(reason)
                changed.append(row)
        writing.keep_all(PlannedInspection, new=new, changed=changed)
    return plan


def _check_year(plan: InspectionPlan, agencies: Sequence[Agency]) -> None:
    """Check that every agency exists on some day of the year and stands on no other plan."""
    first, after = date(plan.year, 1, 1), date(plan.year + 1, 1, 1)
    alive = set(
        RosterRecord.objects.believed()
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first), valid_from__lt=after)
        .values_list("agency", flat=True)
    )
    if missing := sorted(agency.code for agency in agencies if agency.pk not in alive):
        said = _("These agencies do not exist in %(year)s: %(codes)s.")
        raise ValidationError(said % {"year": plan.year, "codes": ", ".join(missing)})
    others = PlannedInspection.objects.filter(
        plan__year=plan.year, plan__cancelled_reason="", cancelled_reason="", agency__in=agencies
    ).exclude(plan=plan.pk)
    if twice := sorted(others.values_list("agency__code", flat=True)):
        said = _("These agencies stand on another plan of the year: %(codes)s.")
        raise ValidationError(said % {"codes": ", ".join(twice)})


def cancel_plan(*, plan: InspectionPlan, reason: str, by: User, seen: int | None = None) -> None:
    """Take a plan back as a whole; it stays on record with the reason. Errors as `cancel_visit`."""
    with act(InspectionPlan, by=by, reason=reason) as writing:
        plan.refresh_from_db()
        refuse_stale_row(plan, seen)
        refuse_cancelled([plan])
        plan.cancelled_reason = require_reason(reason)
        writing.keep(plan)


def write_checklist(*, year: int, items: Sequence[str], by: User) -> None:
    """Write the items that visits of a year and later ones are checked against.

    Visits on record keep the words they were checked against.

    Raises:
        ValidationError: there is no item, one stands there twice, or there are too many.
    """
    texts = [text for item in items if (text := clean_text(item))]
    if not texts:
        raise ValidationError({"items": _("Write at least one item.")})
    if len(texts) > MOST_ITEMS:
        said = _("At most %(most)d items fit on the minutes.")
        raise ValidationError({"items": said % {"most": MOST_ITEMS}})
    if len({text.casefold() for text in texts}) < len(texts):
        raise ValidationError({"items": _("An item stands in the list twice.")})
    with act(ChecklistItem, by=by) as writing:
        standing = {row.position: row for row in ChecklistItem.objects.filter(year=year)}
        for position, text in enumerate(texts, start=1):
            row = standing.pop(position, None) or ChecklistItem(year=year, position=position)
            if row.text != text:
                row.text = text
                writing.keep(row)
        for row in standing.values():
            writing.remove(row)
