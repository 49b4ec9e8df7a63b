"""The one way of a form about an ordinary row: drawn, carried out, or overtaken by somebody."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from activities import actions
from activities.row_versions import overtaken
from agencies.middleware import HouseRequest
from agencies.views import carry_out


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
            form.seen_now(found.versions[-1].history_id)
    shown = {
        **context,
        "form": form,
        "versions": overtaken(stale.versions) if stale else (),
    }
    return render(request, template, shown, status=409 if stale else 200)
