"""Pages of inspections: the year, its plans, a visit with its findings, its minutes."""

from datetime import date
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from activities import actions, rollups
from activities.access import find_row, require_shown
from activities.form_pages import form_page
from activities.inspection_forms import (
    CancelForm,
    ChecklistForm,
    ClosingForm,
    FindingForm,
    PlanForm,
    VisitForm,
    YearForm,
)
from activities.models import (
    Finding,
    Inspection,
    InspectionPlan,
    Outcome,
    PlannedInspection,
    checklist_of,
)
from activities.readings import Reading, year_of
from activities.row_versions import versions_of, versions_of_parts
from agencies.middleware import HouseRequest
from agencies.models import Agency, AgencyGroup, RosterRecord
from agencies.permissions import Act, allowed_to, of_all_provinces
from agencies.scope import province_of, shown_to
from agencies.typed import keeps_typed
from agencies.views import keep_upload


def asked_year(request: HouseRequest) -> int:
    """Return the year that an address asks about; that of the day where it says none."""
    form = YearForm(request.GET)
    said = form.cleaned_data["year"] if form.is_valid() else None
    return int(said or request.question.as_of.day.year)


def data_of(request: HouseRequest) -> Any:
    """Return what was sent, None where the form is only drawn."""
    return request.POST if request.method == "POST" else None


@allowed_to(Act.VIEW)
def inspections(request: HouseRequest) -> HttpResponse:
    """Show a year: visits, who was planned and not inspected, counts; and what is overdue."""
    year, asked = asked_year(request), Reading(request.question.as_of)
    period = year_of(year)
    plans = InspectionPlan.history.as_of(asked.as_of.known_at)
    if asked.as_of.provinces:
        plans = plans.filter(id__in={row.plan_id for row, _year in asked.planned})
    context = {
        "year": year,
        "years": years_to_choose(asked, year),
        "visits": rollups.visits(asked, period),
        "groups": rollups.visits_by_group(asked, period),
        "forms": rollups.visits_by_form(asked, period),
        "plans": plans.filter(year=year, cancelled_reason="").order_by("decision_date", "id"),
        "planned": len(rollups.planned_inspections(asked, year)),
        "left": rollups.not_yet_inspected(asked, year),
        "overdue": rollups.overdue_findings(asked),
    }
    return render(request, "activities/inspections.html", context)


def years_to_choose(asked: Reading, year: int) -> list[tuple[int, int]]:
    """Return the years with visits or a plan, that of the day and the one asked, with visits."""
    made = {int(row.key): row.visits for row in rollups.visits_by_year(asked)}
    planned = {of_year for _row, of_year in asked.planned}
    return [
        (one, made.get(one, 0)) for one in sorted({*made, *planned, year, asked.as_of.day.year})
    ]


@allowed_to(Act.VIEW)
def plan(request: HouseRequest, pk: int) -> HttpResponse:
    """Show a year's plan as it was known, with the visits that it led to."""
    as_of = request.question.as_of
    shown = known(InspectionPlan, pk, request)
    rows = [row for row in rollups.planned_inspections(as_of, shown.year) if row.plan == pk]
    context = {
        "plan": shown,
        "rows": rows,
        "left": sum(not row.visits for row in rows),
        "versions": versions_of(shown, as_of.known_at),
    }
    return render(request, "activities/plan.html", context)


def known(model: Any, pk: int, request: HouseRequest) -> Any:
    """Return a row as it was known at the moment asked about.

    Raises:
        Http404: there was none, or it is another province's.
    """
    require_shown(request.user, model, pk)
    found = model.history.as_of(request.question.as_of.known_at).filter(id=pk).first()
    if found is None:
        raise Http404
    return found


@keeps_typed
@allowed_to(Act.RECORD)
def plan_add(request: HouseRequest) -> HttpResponse:
    """Write a year's plan."""
    return plan_form(request, InspectionPlan(year=asked_year(request)), _("Add a plan"))


@keeps_typed
@allowed_to(Act.RECORD)
def plan_edit(request: HouseRequest, pk: int) -> HttpResponse:
    """Change a year's plan."""
    return plan_form(request, find_row(request.user, InspectionPlan, pk=pk), _("Change the plan"))


def plan_form(request: HouseRequest, row: InspectionPlan, title: str) -> HttpResponse:
    """Draw and take in the form of a plan."""
    standing = PlannedInspection.objects.filter(plan=row.pk, cancelled_reason="")
    form = PlanForm(
        data_of(request),
        instance=row,
        agencies=agencies_of(row.year, province_of(request.user)),
        planned=dict(standing.values_list("agency", "form")),
    )
    question = request.question
    context = {
        "title": title,
        "year": row.year,
        "cancel_url": question.url("activities:plan", row.pk)
        if row.pk
        else question.url("activities:inspections", year=row.year),
    }
    return form_page(
        request,
        form,
        done=lambda: question.url("activities:plan", row.pk),
        context=context,
        template="activities/plan_form.html",
    )


def agencies_of(year: int, province: int | None = None) -> list[tuple[int, str, str]]:
    """Return the counted agencies of a year, or of a province then, by group and name, as known."""
    believed = RosterRecord.objects.believed().filter(
        group__isnull=False, valid_from__lte=date(year, 12, 31)
    )
    if province is not None:
        believed = believed.filter(province=province)
    rows = believed.exclude(valid_to__lte=date(year, 1, 1)).order_by(
        "group__position", "sort_key", "valid_from"
    )
    groups = {group.pk: group.label for group in AgencyGroup.objects.all()}
    named = {
        agency: (agency, groups[group], f"{name} ({code})")
        for agency, group, name, code in rows.values_list("agency", "group", "name", "agency__code")
    }
    return list(named.values())


@keeps_typed
@allowed_to(Act.RECORD)
def plan_cancel(request: HouseRequest, pk: int) -> HttpResponse:
    """Take a plan back."""
    row = find_row(request.user, InspectionPlan, pk=pk)
    form = CancelForm(data_of(request), row=row, cancel=partial(actions.cancel_plan, plan=row))
    return cancel_page(request, form, _("Cancel the plan"), "activities:plan", row.pk)


def cancel_page(
    request: HouseRequest, form: CancelForm, title: str, name: str, pk: int
) -> HttpResponse:
    """Draw and take in the form of a cancellation."""
    url = request.question.url(name, pk)
    context = {"title": title, "subject": form.row, "cancel_url": url, "button": title}
    return form_page(request, form, done=lambda: url, context=context)


@allowed_to(Act.VIEW)
def visit(request: HouseRequest, pk: int) -> HttpResponse:
    """Show a visit as it was known: checklist, findings with their standing on the day."""
    return render(request, "activities/visit.html", visit_context(request, pk))


@allowed_to(Act.VIEW)
def minutes(request: HouseRequest, pk: int) -> HttpResponse:
    """Show the minutes of a visit, to be printed on A4 and signed."""
    return render(request, "activities/minutes.html", visit_context(request, pk))


def visit_context(request: HouseRequest, pk: int) -> dict[str, Any]:
    """Return what the page and the minutes of a visit show."""
    as_of = request.question.as_of
    row = known(Inspection, pk, request)
    asked = Reading(as_of.on(max(as_of.day, row.visited_on)))
    standing = asked.standing(row.agency_id, row.visited_on)
    findings = Finding.history.as_of(as_of.known_at).filter(inspection=pk, cancelled_reason="")
    day = as_of.day
    told = [(one, one.is_open_on(day), one.is_overdue_on(day)) for one in findings.order_by("id")]
    planned = {one.pk for one in rollups.visits(asked) if one.is_planned}
    parents = RosterRecord.objects.parent_names(as_of.on(row.visited_on))
    return {
        "visit": row,
        "standing": standing,
        "parent": parents.get(standing.parent or 0),
        "is_planned": pk in planned,
        "findings": told,
        "overdue": sum(overdue for _row, _open, overdue in told),
        "team": [line for line in row.team.splitlines() if line.strip()],
        "outcomes": [(value, label) for value, label in Outcome.choices if value],
        "versions": versions_of(row, as_of.known_at),
        "parts": versions_of_parts(Finding, as_of.known_at, inspection=pk),
    }


@keeps_typed
@allowed_to(Act.RECORD)
def visit_add(request: HouseRequest) -> HttpResponse:
    """Record a visit; an address may name the agency."""
    named = Agency.objects.filter(code=request.GET.get("agency", ""))
    agency = shown_to(request.user, named).first()
    row = Inspection(agency=agency, form=request.GET.get("form", ""))
    return visit_form(request, row, _("Record a visit"))


@keeps_typed
@allowed_to(Act.RECORD)
def visit_edit(request: HouseRequest, pk: int) -> HttpResponse:
    """Change a visit; its versions stay."""
    return visit_form(request, find_row(request.user, Inspection, pk=pk), _("Change the visit"))


def visit_form(request: HouseRequest, row: Inspection, title: str) -> HttpResponse:
    """Draw and take in the form of a visit."""
    question = request.question
    form = VisitForm(data_of(request), instance=row, province=province_of(request.user))
    back = (
        question.url("activities:visit", row.pk)
        if row.pk
        else question.url("activities:inspections")
    )
    return form_page(
        request,
        form,
        done=lambda: question.url("activities:visit", row.pk),
        context={"title": title, "cancel_url": back},
        template="activities/visit_form.html",
    )


@keeps_typed
@allowed_to(Act.RECORD)
def visit_cancel(request: HouseRequest, pk: int) -> HttpResponse:
    """Say that a visit never took place."""
    row = find_row(request.user, Inspection, pk=pk)
    form = CancelForm(data_of(request), row=row, cancel=partial(actions.cancel_visit, visit=row))
    return cancel_page(request, form, _("Cancel the visit"), "activities:visit", row.pk)


@keeps_typed
@allowed_to(Act.RECORD)
def finding_add(request: HouseRequest, pk: int) -> HttpResponse:
    """Add a finding to a visit."""
    row = Finding(inspection=find_row(request.user, Inspection, pk=pk))
    return finding_page(
        request, FindingForm(data_of(request), instance=row), row, _("Add a finding")
    )


@keeps_typed
@allowed_to(Act.RECORD)
def finding_edit(request: HouseRequest, pk: int) -> HttpResponse:
    """Change a finding; its versions stay."""
    row = find_row(request.user, Finding, pk=pk)
    form = FindingForm(data_of(request), instance=row)
    return finding_page(request, form, row, _("Change the finding"))


@keeps_typed
@allowed_to(Act.RECORD)
def finding_close(request: HouseRequest, pk: int) -> HttpResponse:
    """Say when a finding was put right, with the document that shows it."""
    row = find_row(request.user, Finding, pk=pk)
    form = ClosingForm(data_of(request), files=request.FILES or None, finding=row)
    keep_upload(form, request.user)
    return finding_page(request, form, row, _("Close the finding"))


def finding_page(request: HouseRequest, form: Any, row: Finding, title: str) -> HttpResponse:
    """Draw and take in a form about a finding; it leads back to the visit."""
    url = request.question.url("activities:visit", row.inspection_id)
    context = {"title": title, "subject": row.text, "visit": row.inspection, "cancel_url": url}
    return form_page(request, form, done=lambda: url, context=context)


@keeps_typed
@allowed_to(Act.RECORD)
def finding_cancel(request: HouseRequest, pk: int) -> HttpResponse:
    """Take a finding back."""
    row = find_row(request.user, Finding, pk=pk)
    cancel = partial(actions.cancel_finding, finding=row)
    form = CancelForm(data_of(request), row=row, cancel=cancel)
    title = _("Cancel the finding")
    return cancel_page(request, form, title, "activities:visit", row.inspection_id)


@keeps_typed
@allowed_to(Act.RECORD)
@of_all_provinces
def checklist(request: HouseRequest, year: int) -> HttpResponse:
    """Write the items that visits of a year are checked against."""
    if not 1987 <= year <= 2200:
        raise Http404
    form = ChecklistForm(data_of(request), year=year, items=checklist_of(year))
    url = request.question.url("activities:inspections", year=year)
    title = _("Checklist of %(year)s") % {"year": year}
    return form_page(request, form, done=lambda: url, context={"title": title, "cancel_url": url})
