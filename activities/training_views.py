"""Pages of training: the courses, one course with its attendances."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from activities import actions, rollups
from activities.access import find_row
from activities.form_pages import form_page
from activities.inspection_forms import CancelForm
from activities.inspection_views import cancel_page, data_of, known
from activities.models import Attendance, Training
from activities.readings import Period, Reading
from activities.row_versions import acts_on_parts, versions_of
from activities.subjects import shown_rows
from activities.training_forms import AttendanceForm, SheetForm, TrainingForm
from agencies.middleware import HouseRequest
from agencies.models import AgencyGroup
from agencies.permissions import Act, allowed_to
from agencies.scope import province_of
from agencies.typed import keeps_typed


@allowed_to(Act.VIEW)
def trainings(request: HouseRequest) -> HttpResponse:
    """List all courses by the day, with attendances by year, group and topic."""
    asked = Reading(request.question.as_of)
    context = {
        "courses": tuple(reversed(rollups.courses(asked))),
        "years": rollups.attendances_by_year(asked),
        "groups": rollups.attendances_by_group(asked),
        "topics": rollups.attendances_by_topic(asked),
        "totals": rollups.activity_totals(asked),
        "ahead": ahead(request),
    }
    return render(request, "activities/trainings.html", context)


def ahead(request: HouseRequest) -> list[Training]:
    """Return the courses on record that begin after the day; they count for nothing yet."""
    as_of = request.question.as_of
    rows = Training.history.as_of(as_of.known_at).filter(cancelled_reason="")
    if province_of(request.user) is not None:
        rows = rows.filter(id__in=shown_rows(request.user, Training).values("pk"))
    return list(rows.filter(starts_on__gt=as_of.day).order_by("starts_on", "id"))


@allowed_to(Act.VIEW)
def training(request: HouseRequest, pk: int) -> HttpResponse:
    """Show a course as it was known, with the attendances of each agency."""
    as_of = request.question.as_of
    row = known(Training, pk, request)
    day = Period(row.starts_on, row.starts_on)
    attended = [one for one in rollups.attendances(as_of, day) if one.course == pk]
    groups = {group.pk: group for group in AgencyGroup.objects.all()}
    listed = sorted(attended, key=lambda one: one.standing.code)
    context = {
        "training": row,
        "rows": [(one, groups.get(one.standing.group or 0)) for one in listed],
        "attendances": sum(one.number for one in attended),
        "versions": versions_of(row, as_of.known_at),
        "acts": acts_on_parts(Attendance, as_of.known_at, training=pk),
        "form": SheetForm(),
        "has_begun": row.starts_on <= as_of.day,
    }
    return render(request, "activities/training.html", context)


@keeps_typed
@allowed_to(Act.RECORD)
def training_add(request: HouseRequest) -> HttpResponse:
    """Record a course."""
    return training_form(request, Training(), _("Record a course"))


@keeps_typed
@allowed_to(Act.RECORD)
def training_edit(request: HouseRequest, pk: int) -> HttpResponse:
    """Change a course; its versions stay."""
    return training_form(request, find_row(request.user, Training, pk=pk), _("Change the course"))


def training_form(request: HouseRequest, row: Training, title: str) -> HttpResponse:
    """Draw and take in the form of a course."""
    question = request.question
    back = ("activities:training", row.pk) if row.pk else ("activities:trainings", None)
    return form_page(
        request,
        TrainingForm(data_of(request), instance=row),
        done=lambda: question.url("activities:training", row.pk),
        context={"title": title, "cancel_url": question.url(*back), "is_training": True},
    )


@keeps_typed
@allowed_to(Act.RECORD)
def training_cancel(request: HouseRequest, pk: int) -> HttpResponse:
    """Say that a course did not take place."""
    row = find_row(request.user, Training, pk=pk)
    cancel = partial(actions.cancel_training, training=row)
    form = CancelForm(data_of(request), row=row, cancel=cancel)
    return cancel_page(request, form, _("Cancel the course"), "activities:training", row.pk)


@keeps_typed
@allowed_to(Act.RECORD)
def attendance_enter(request: HouseRequest, pk: int) -> HttpResponse:
    """Enter the attendances of one agency by hand."""
    row = find_row(request.user, Training, pk=pk)
    url = request.question.url("activities:training", pk)
    return form_page(
        request,
        AttendanceForm(data_of(request), training=row, province=province_of(request.user)),
        done=lambda: url,
        context={
            "title": _("Enter attendances"),
            "subject": row.title,
            "cancel_url": url,
            "is_training": True,
        },
    )
