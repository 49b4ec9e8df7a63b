"""The page of a transition's plan, and the form that a plan is entered with."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agencies.house_style import count
from agencies.kept import kept
from agencies.middleware import HouseRequest
from agencies.models import Transition, duties_are_on_record, transition_to
from agencies.permissions import Act, allowed_to
from agencies.plan_forms import PlanForm
from agencies.typed import is_drawn_again, keeps_typed
from reports import plan_chart, plans
from reports.views import drawn_nobody


@allowed_to(Act.VIEW)
def plans_page(request: HouseRequest) -> HttpResponse:
    """Set the plan of the transition to the edition asked about against what happened."""
    question = request.question
    transition = plans.transition_known(question.as_of, question.edition)
    if request.htmx:
        return plan_line(request, transition)
    context: dict[str, object] = {
        "nothing_known": question.data_version.known is None,
        "transition": transition,
        "others": Transition.objects.select_related("from_edition", "to_edition"),
        "no_duty": question.as_of.duty_only and not duties_are_on_record(question.as_of.known_at),
    }
    if transition and not context["nothing_known"]:
        context["figures"] = kept(question, "plans", partial(drawn_plans, request, transition))
    response = render(request, "reports/plans.html", context)
    response["Vary"] = "HX-Request"
    return response


def plan_line(request: HouseRequest, transition: Transition | None) -> HttpResponse:
    """Say in a line how the plan stands, for the dashboard to fetch."""
    question = request.question
    context: dict[str, object] = {}
    if transition and question.data_version.known is not None:
        draw = partial(drawn_line, request, transition)
        context["line"] = kept(question, "plan line", draw)
    response = render(request, "reports/_plan_line.html", context)
    response["Vary"] = "HX-Request"
    return response


def drawn_line(request: HouseRequest, transition: Transition) -> SafeString:
    """Draw what is planned by the day, how many are late, and the forecast."""
    question, day = request.question, request.question.as_of.day
    rows = plans.planned_agencies(question.as_of, transition)
    context = {
        "planned": plans.planned_by([day], question.as_of, transition)[day],
        "late": sum(1 for row in rows if row.days_late),
        "forecast": plans.forecast(question.as_of, question.edition),
    }
    return render_to_string("reports/_plan_standing.html", context, request)


def drawn_plans(request: HouseRequest, transition: Transition) -> SafeString:
    """Draw the figures of the page."""
    question = request.question
    rows = plans.planned_agencies(question.as_of, transition)
    if not rows:
        return drawn_nobody(question)
    points = plans.curve(rows, question.as_of, transition)
    late = plans.late_by_parent(rows)
    context = {
        "transition": transition,
        "source": question.line,
        "chart": plan_chart.planned_and_actual(points, question),
        "forecast": plans.forecast(question.as_of, question.edition),
        "targets": plans.targets(question.as_of, transition),
        "late": late,
        "late_number": sum(len(parent.late) for parent in late),
        "rows": rows,
        "unplanned": sum(row.planned_on is None for row in rows),
    }
    return render_to_string("reports/_plans.html", context, request)


@keeps_typed
@allowed_to(Act.RECORD)
def enter_plan(request: HouseRequest) -> HttpResponse:
    """Take in planned days: one agency's, or many pasted from a sheet."""
    form = PlanForm(
        request.POST or None, initial={"transition": transition_to(request.question.edition)}
    )
    if request.method == "POST" and form.is_valid() and not is_drawn_again(request):
        try:
            number = form.plan(request.user)
        except ValidationError as error:
            form.add_error("lines", error)
        else:
            said = _("The plan of %s agencies was changed.") % count(number)
            messages.success(request, said)
            edition = form.cleaned_data["transition"].to_edition.code
            return redirect(request.question.url("reports:plans", edition=edition))
    return render(request, "reports/plan_enter.html", {"form": form})
