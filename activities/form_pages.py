"""The one way of a form about an ordinary row: drawn, carried out, or overtaken by somebody."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from activities import actions
from activities.inspection_forms import FindingForm, PlanForm, VisitForm
from activities.models import PlannedInspection
from activities.row_versions import overtaken
from activities.training_forms import TrainingForm
from agencies.middleware import HouseRequest
from agencies.views import carry_out

MERGED = (VisitForm, FindingForm, TrainingForm, PlanForm)  # drawn from versions alone


def form_page(
    request: HouseRequest,
    form: Any,
    *,
    done: Callable[[], str],
    context: Mapping[str, Any],
    template: str = "activities/form.html",
) -> HttpResponse:
    """Draw and take in a form; `done` says where to go once its action was carried out.

    A form that somebody else has overtaken comes back with what they changed and all that
    was typed; sending it again carries it out on the present version.
    """
    stale: actions.StaleRow | None = None
    if request.method == "POST" and form.is_valid():
        try:
            if carry_out(form, request):
                messages.success(request, _("Recorded."))
                return redirect(done())
        except actions.StaleRow as found:
            stale = found
            draw_again(form, found)
    shown = {
        **context,
        "form": form,
        "versions": overtaken(stale.versions) if stale else (),
    }
    return render(request, template, shown, status=409 if stale else 200)


def draw_again(form: Any, stale: actions.StaleRow) -> None:
    """Draw a form from the present version, with all that was typed.

    What was not touched follows the other editor, so that sending it again undoes nothing.
    """
    seen, last = form.cleaned_data["seen"], stale.versions[-1]
    form.seen_now(last.history_id)
    base = type(last).objects.filter(id=last.id, history_id__lte=seen).order_by("-history_id")
    if isinstance(form, MERGED) and (drawn_from := base.first()) is not None:
        form.adopt(drawn_as(form, drawn_from), drawn_as(form, last))


def drawn_as(form: Any, version: Any) -> Any:
    """Return a form as it is first drawn from a version; a plan's with the list of its moment."""
    if not isinstance(form, PlanForm):
        return type(form)(instance=version.instance)
    listed = PlannedInspection.history.as_of(version.history_date)
    rows = listed.filter(plan=version.id, cancelled_reason="").values_list("agency", "form")
    return PlanForm(instance=version.instance, agencies=form.agencies, planned=dict(rows))
