"""Pages of reorganisations: composed or brought as a file, looked at, applied, told of."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies import actions
from agencies.access import events_shown
from agencies.asof import AsOf
from agencies.chosen import chosen_codes, joined
from agencies.composing import add_units, change, found_units, read_composition, units_of
from agencies.entry_views import versions_of
from agencies.exchange import BadWorkbook
from agencies.exchange.reorganisation import PlanFile
from agencies.import_views import own_upload
from agencies.middleware import HouseRequest
from agencies.models import Agency, Reorganisation, RosterRecord
from agencies.permissions import Act, allowed_to
from agencies.questions import DayField, Question
from agencies.reorganisation_forms import AppliedForm, ComposeForm, PlanFileForm
from agencies.scope import province_of
from agencies.typed import is_drawn_again, keeps_typed
from agencies.views import carry_out
from reports.reorganisations import listed, rehearsed, told, undoing_of


@allowed_to(Act.VIEW)
def reorganisations(request: HouseRequest) -> HttpResponse:
    """List the reorganisations on record."""
    return render(
        request, "reports/reorganisations.html", {"rows": listed(events_shown(request.user))}
    )


@allowed_to(Act.VIEW)
def reorganisation(request: HouseRequest, pk: int) -> HttpResponse:
    """Tell of one reorganisation: its decree, its bodies, the figures, who applied it."""
    events = events_shown(request.user)
    events = events.select_related("entry__by", "entry__undone_by__by", "document")
    event = get_object_or_404(events, pk=pk)
    context = {
        "event": event,
        "told": told(event, request.question.edition, request.question.as_of.provinces),
        "undone": undoing_of(event),
        "known_in_between": known_in_between(event),
    }
    return render(request, "reports/reorganisation.html", context)


def known_in_between(event: Reorganisation) -> str:
    """Return the last moment at which an event that was undone stood, as addresses write it."""
    undone = undoing_of(event)
    if undone is None:
        return ""
    return AsOf(event.takes_effect_on, undone.at - timedelta(microseconds=1)).known_at_utc


@keeps_typed
@allowed_to(Act.RECORD)
def compose(request: HouseRequest) -> HttpResponse:
    """Put a reorganisation together, look at the figures, apply it.

    Every button sends the whole form; what was typed stays, whatever the button does.
    """
    if request.method != "POST":
        units = joined(chosen_codes(request.GET))
        return drawn(request, ComposeForm(initial={"units": units}))
    form = ComposeForm(request.POST, files=request.FILES)
    keep_document(form, request)
    act = request.POST.get("act", "look")
    if is_drawn_again(request):
        return drawn(request, form)
    if act == "apply":
        return applied(request, form)
    if act == "look":
        return looked_at(request, form)
    return changed(request, form, act)


def changed(request: HouseRequest, form: ComposeForm, act: str) -> HttpResponse:
    """Do what a button of the form says, and draw it anew; nothing is judged yet."""
    composition = read_composition(form.data)
    day = day_of(form, request)
    if act == "add":
        add_units(composition, request.POST.getlist("pick"))
    elif act != "find":
        change(composition, act, request.POST.getlist("tick"), day)
    kept = {name: form.data[name] for name in form.data}
    again = ComposeForm(initial={**kept, **composition.as_fields()})
    searched = act in ("find", "add") and {"text": kept.get("find", "")}
    return drawn(request, again, refused=composition.refused, searched=searched)


def day_of(form: ComposeForm, request: HouseRequest) -> date:
    """Return the day that the form names, else the day asked."""
    typed = form.data if form.is_bound else form.initial
    try:
        day = DayField(required=False).clean(typed.get("takes_effect_on"))
    except ValidationError:
        day = None
    return day if isinstance(day, date) else request.question.as_of.day


def drawn(
    request: HouseRequest,
    form: ComposeForm,
    *,
    searched: Mapping[str, str] | bool = False,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Show the form of a composed reorganisation."""
    day = day_of(form, request)
    units = units_of(form.composition, day)
    if isinstance(searched, Mapping):
        own = province_of(request.user)
        found, more = found_units(searched["text"], day, form.composition.units, own)
        context |= {"searched": searched["text"], "found": found, "more": more}
    context |= {
        "form": form,
        "day": day,
        "units": units,
        "parents": parents_on(day, province_of(request.user)),
    }
    return render(request, "reports/reorganisation_compose.html", context, status=status)


def parents_on(day: date, province: int | None = None) -> list[tuple[str, str]]:
    """Return the codes and names of the bodies that others, or a province's, stand under."""
    rows = RosterRecord.objects.believed().in_force_on(day)
    if province is not None:
        rows = rows.filter(province=province)
    above = rows.filter(parent__isnull=False).values("parent")
    named = rows.filter(agency__in=above).order_by("sort_key")
    return list(named.values_list("agency__code", "name"))


def looked_at(request: HouseRequest, form: ComposeForm, **context: Any) -> HttpResponse:
    """Show what the decree would do, or why it would be refused."""
    status = 200
    if form.is_valid():
        plan = form.plan()
        apply = partial(
            actions.apply_reorganisation,
            plan=plan,
            by=request.user,
            seen=form.cleaned_data["seen"],
        )
        shown = outcome(apply, plan.takes_effect_on, request.question)
        if stale := shown.pop("overtaken", None):
            shown["stale"] = told_stale(form, plan.predecessors, stale)
            status = 409
        for said in shown.pop("refused", ()):
            form.add_error(None, said)
        context |= shown
        if "told" in shown:
            context["digest"] = form.digest()
    return drawn(request, form, status=status, **context)


def applied(request: HouseRequest, form: ComposeForm) -> HttpResponse:
    """Apply the decree as it was looked at; what was changed since is looked at again."""
    if not form.is_valid():
        return drawn(request, form)
    if request.POST.get("looked_at") != form.digest():
        return looked_at(request, form, changed_since=True)
    try:
        if carry_out(form, request):
            return recorded(request, form)
    except actions.StaleForm as stale:
        said = told_stale(form, form.plan().predecessors, stale)
        return drawn(request, form, status=409, stale=said)
    return already(request, form) or drawn(
        request, form, status=status_of(form), on_record=form.event
    )


def status_of(form: AppliedForm) -> int:
    """Return 409 where the event is on record already."""
    return 409 if form.event else 200


def already(request: HouseRequest, form: AppliedForm) -> HttpResponse | None:
    """Lead somebody who sent the same twice to what the first time did."""
    if form.event is None or form.event.entry.by_id != request.user.pk:
        return None
    messages.info(request, _("It was applied already; nothing was written twice."))
    return redirect(request.question.url("reports:reorganisation", form.event.pk))


def recorded(request: HouseRequest, form: AppliedForm) -> HttpResponse:
    """Say that the decree was applied, on its page."""
    assert form.event is not None
    messages.success(request, _("Applied."))
    return redirect(request.question.url("reports:reorganisation", form.event.pk))


def told_stale(
    form: AppliedForm, codes: tuple[str, ...], stale: actions.StaleForm
) -> dict[str, Any]:
    """Return both versions of what somebody has touched; the form now stands on the present."""
    form.seen_now(stale.entries[-1].pk, None)
    return versions_of(Agency.objects.filter(code__in=codes), stale)


def keep_document(form: AppliedForm, request: HouseRequest) -> None:
    """Keep a good file at once, so that a form refused for something else does not lose it."""
    if file := form.upload():
        form.take_in(actions.keep_evidence(file=file, by=request.user))


def outcome(apply: Callable[[], Reorganisation], day: date, question: Question) -> dict[str, Any]:
    """Return what applying would come to, or why it would not be done."""
    try:
        return {"told": rehearsed(apply, day, question.edition, question.as_of.provinces)}
    except actions.AlreadyApplied as there:
        return {"refused": there.messages, "on_record": there.event}
    except ValidationError as error:
        return {"refused": error.messages}
    except actions.StaleForm as stale:
        return {"overtaken": stale}


@keeps_typed
@allowed_to(Act.RECORD)
def plan_file(request: HouseRequest, pk: int) -> HttpResponse:
    """Show what the file of a reorganisation would do, and apply it."""
    upload = own_upload(request, pk)
    if upload.entry is not None and hasattr(upload.entry, "reorganisation"):
        if request.method == "POST":
            messages.info(request, _("It was applied already; nothing was written twice."))
        return redirect(
            request.question.url("reports:reorganisation", upload.entry.reorganisation.pk)
        )
    try:
        file = actions.read_kept_plan(upload)
    except (BadWorkbook, OSError):
        return render(request, "agencies/import_gone.html", {"upload": upload}, status=404)
    if request.method != "POST":
        return drawn_file(request, PlanFileForm(upload=upload), file)
    form = PlanFileForm(request.POST, files=request.FILES, upload=upload)
    keep_document(form, request)
    return applied_file(request, form, file) if form.is_valid() else drawn_file(request, form, file)


def applied_file(request: HouseRequest, form: PlanFileForm, file: PlanFile) -> HttpResponse:
    """Apply the reorganisation of a file; say why not."""
    try:
        if carry_out(form, request):
            return recorded(request, form)
    except actions.StaleForm as stale:
        said = told_stale(form, file.plan.predecessors, stale)
        return drawn_file(request, form, file, status=409, stale=said)
    return already(request, form) or drawn_file(request, form, file, status=status_of(form))


def drawn_file(
    request: HouseRequest,
    form: PlanFileForm,
    file: PlanFile,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Show what a file would do as of now; what stands against it with the rows concerned."""
    plan = file.plan
    apply = partial(actions.apply_reorganisation, plan=plan, by=request.user)
    context |= outcome(apply, plan.takes_effect_on, request.question)
    context["refused"] = [(said, file.lines_of(said)) for said in context.get("refused", ())]
    context |= {"form": form, "upload": form.of_file, "plan": plan, "file_notices": file.notices}
    return render(request, "reports/reorganisation_file.html", context, status=status)
