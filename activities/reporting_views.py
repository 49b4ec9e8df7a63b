"""Pages of reporting rounds: the rounds, a contact's own report, an officer's review."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities import actions
from activities.models import ReportingPeriod, SelfAssessment, State, Step
from activities.reporting_forms import (
    PaperReportForm,
    ReportForm,
    ReviewForm,
    RoundForm,
    first_values,
)
from activities.round_marks import legend, strip
from activities.round_pages import (
    chosen_rows,
    mended,
    outlook,
    refused_to_report,
    report_context,
    round_choices,
    standing_of,
)
from activities.round_rollups import not_expected, round_table, rounds_chased
from activities.subjects import shown_rows
from agencies.access import find_agency
from agencies.actions import StaleForm, keep_evidence
from agencies.asof import AsOf
from agencies.middleware import HouseRequest
from agencies.models import Agency, Entry
from agencies.permissions import Act, allowed_to, may, of_all_provinces
from agencies.typed import is_drawn_again, keeps_typed
from agencies.views import PAGE_SIZE, sent

ROUNDS_SHOWN = 10


@allowed_to(Act.VIEW)
def rounds(request: HouseRequest) -> HttpResponse:
    """List the reporting rounds, the newest first, each with what has come in."""
    as_of = request.question.as_of
    known = list(ReportingPeriod.history.as_of(as_of.known_at).order_by("-starts_on"))
    page = Paginator(known, ROUNDS_SHOWN).get_page(request.GET.get("page"))
    listed = [(period, round_table(period, as_of).total) for period in page]
    return render(request, "activities/rounds.html", {"rounds": listed, "page_of_rounds": page})


@allowed_to(Act.VIEW)
def round_progress(request: HouseRequest, pk: int) -> HttpResponse:
    """Show how far a round has come: counts, who is missing under whom, every report."""
    as_of = request.question.as_of
    period = ReportingPeriod.history.as_of(as_of.known_at).filter(pk=pk).first()
    if period is None:
        raise Http404
    table = round_table(period, as_of)
    rows, narrowed = chosen_rows(table, request.GET)
    context = {
        "period": period,
        "table": table,
        "strip": strip(table.rows),
        "legend": legend(table.rows),
        "page_of_rows": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "narrowed": narrowed,
        "choices": round_choices(table),
        "strangers": not_expected(period, table, as_of),
        "is_overdue": as_of.day > period.due_on,
    }
    return render(request, "activities/round.html", context)


@keeps_typed
@allowed_to(Act.RECORD)
@of_all_provinces
def round_open(request: HouseRequest) -> HttpResponse:
    """Open a round; the form begins with the yearly habit."""
    first = asdict(actions.yearly_default(timezone.localdate()))
    return _round_form(request, None, first)


@keeps_typed
@allowed_to(Act.RECORD)
@of_all_provinces
def round_change(request: HouseRequest, pk: int) -> HttpResponse:
    """Change the days of a round."""
    period = get_object_or_404(ReportingPeriod, pk=pk)
    days = {name: getattr(period, name) for name in RoundForm.base_fields if name != "seen"}
    return _round_form(request, period, {**days, "seen": period.history.latest().pk})


def _round_form(
    request: HouseRequest, period: ReportingPeriod | None, first: Mapping[str, Any]
) -> HttpResponse:
    posted = request.method == "POST"
    form = RoundForm(request.POST if posted else None, initial=dict(first))
    change = partial(form.change, period, request.user)
    if posted and form.is_valid() and (done := carried_out(form, change, request)):
        said = _("The round is changed.") if period else _("The round is open.")
        messages.success(request, said)
        return redirect(request.question.url("activities:round", done.pk))
    # A refused change leaves the round in hand with the days that were refused.
    shown = period and ReportingPeriod.objects.get(pk=period.pk)
    return render(request, "activities/round_form.html", {"form": form, "period": shown})


def carried_out(form: forms.Form, action: Callable[[], Any], request: HouseRequest) -> Any:
    """Call the action of a valid form; say in the form why it was refused.

    A form that is only to be drawn again leads to no action.
    """
    if is_drawn_again(request):
        return None
    try:
        return action()
    except ValidationError as error:
        for field, found in getattr(error, "error_dict", {None: error}).items():
            form.add_error(field if field in form.fields else None, found)
    return None


@keeps_typed
@allowed_to(Act.REPORT)
def own_report(request: HouseRequest, pk: int | None = None) -> HttpResponse:
    """Show a contact the own agency's report of a round, as a form while it may be edited.

    Without a round in the address it is the one that is still asked for, of two the earlier due,
    else the newest one that has begun.
    """
    agency = request.user.agency
    assert agency is not None, "a contact has an agency"
    begun = [period for period in _periods() if period.starts_on <= timezone.localdate()]
    if pk is not None:
        period = next((one for one in begun if one.pk == pk), None)
        if period is None:
            raise Http404
    elif not begun:
        return render(request, "activities/no_round.html", {"agency": agency})
    else:
        period = _to_write(agency) or begun[0]
    report = _report_of(period, agency)
    context = {**report_context(period, agency, report), "periods": begun}
    context["refused"] = refused_to_report(period, agency)
    if context["refused"] or (report and not report.is_editable):
        return _refused_edit(request, context)
    form = _report_form(ReportForm, request, period, agency, report)
    return _report_page(request, form, context, "activities/own_report.html")


def _refused_edit(request: HouseRequest, context: dict[str, Any]) -> HttpResponse:
    """Show a report that is not edited now; say so to whoever sent a form all the same."""
    sent_all_the_same = request.method == "POST"
    if sent_all_the_same and not context["refused"]:
        context["refused"] = _("Nothing was saved: the report is %(state)s and is not edited.") % {
            "state": context["report"].state.label
        }
    status = 409 if sent_all_the_same else 200
    return render(request, "activities/own_report.html", context, status=status)


@keeps_typed
@allowed_to(Act.RECORD)
def paper_report(request: HouseRequest, pk: int, code: str) -> HttpResponse:
    """Enter for an agency what it reported on paper."""
    period = get_object_or_404(ReportingPeriod, pk=pk)
    agency = find_agency(request.user, code=code)
    report = _report_of(period, agency)
    context = report_context(period, agency, report)
    context["refused"] = refused_to_report(period, agency)
    if report and not report.is_editable:
        context["refused"] = _("A report of this agency and period is %(state)s already.") % {
            "state": report.state.label
        }
    form = _report_form(PaperReportForm, request, period, agency, report)
    return _report_page(request, form, context, "activities/paper_report.html")


def _report_form(
    form_class: type[ReportForm],
    request: HouseRequest,
    period: ReportingPeriod,
    agency: Agency,
    report: SelfAssessment | None,
) -> ReportForm:
    """Return the form with what was typed, else with the report or what stands on record."""
    posted = request.method == "POST"
    form = form_class(
        request.POST if posted else None,
        files=request.FILES if posted else None,
        period=period,
        agency=agency,
        report=report,
        initial=None if posted else first_values(report, standing_of(period, agency)),
    )
    if file := form.upload():
        # Kept at once, so that a form refused for something else does not lose it.
        form.take_in(keep_evidence(file=file, by=request.user))
    return form


def _report_page(
    request: HouseRequest, form: ReportForm, context: dict[str, Any], template: str
) -> HttpResponse:
    """Save or submit what a form says, or show it with what is in the way."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            report = carried_out(form, partial(form.change, request.user), request)
        except actions.StaleReport as stale:
            report, status = None, 409
            context |= {"stale": stale.report, "report": stale.report}
            form.seen_now(stale.report.version)
        if report is not None:
            return _saved(request, report)
    return render(request, template, {**context, "form": form}, status=status)


def _saved(request: HouseRequest, report: SelfAssessment) -> HttpResponse:
    submitted = report.state == State.SUBMITTED
    said = _("The report is submitted.") if submitted else _("The draft is saved.")
    messages.success(request, said)
    if may(request.user, Act.REPORT):
        return redirect("activities:own-report-of", report.period_id)
    return redirect(request.question.url("activities:report", report.pk))


def report_for(request: HouseRequest, pk: int) -> SelfAssessment:
    """Return a report that the reader may see: the office every one, a contact the own agency's.

    Raises:
        Http404: there is none, or it is another agency's.
    """
    reports = shown_rows(request.user, SelfAssessment).select_related(
        "period", "agency", "edition", "evidence", "edited_by"
    )
    if not may(request.user, Act.VIEW):
        reports = reports.filter(agency=request.user.agency_id or 0)
    found: SelfAssessment = get_object_or_404(reports, pk=pk)
    return found


@require_safe
def report(request: HouseRequest, pk: int) -> HttpResponse:
    """Show one report with its steps, to be read and printed."""
    found = report_for(request, pk)
    return render(request, "activities/report.html", _shown(found))


@require_safe
def report_document(request: HouseRequest, pk: int) -> HttpResponseBase:
    """Send the document of a report to whoever may see the report."""
    found = report_for(request, pk)
    if found.evidence is None:
        raise Http404
    return sent(request, found.evidence)


@keeps_typed
@allowed_to(Act.RECORD)
def report_review(request: HouseRequest, pk: int) -> HttpResponse:
    """Let an officer accept a report or return it; say before what acceptance would record."""
    found = report_for(request, pk)
    if request.method != "POST" and found.state != State.SUBMITTED:
        return redirect(request.question.url("activities:report", found.pk))
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    seen = {"seen": found.version, "seen_entry": last}
    posted = request.method == "POST"
    form = ReviewForm(request.POST if posted else None, initial=seen)
    context: dict[str, Any] = {}
    if posted and form.is_valid():
        try:
            step = carried_out(form, partial(form.change, found, request.user), request)
        except (actions.StaleReport, StaleForm) as stale:
            step, context["stale"] = None, stale
            form.data = {name: form.data[name] for name in form.data} | seen
        if step is not None:
            messages.success(request, said_of(step))
            return redirect(request.question.url("activities:report", found.pk))
    context |= {**_shown(found), "form": form, "outlook": outlook(found)}
    context["mended"] = mended(found)
    status = 409 if "stale" in context else 200
    return render(request, "activities/report_review.html", context, status=status)


def said_of(step: Step) -> str:
    """Return what a step came to, for whoever took it."""
    if step.kind == State.RETURNED:
        return _("The report is returned; its agency reads your remark.")
    if step.entry_id is None:
        return _("The report is accepted. What it claims stood on record; no status was changed.")
    return _("The report is accepted, and the status it claims is recorded.")


def _shown(found: SelfAssessment) -> dict[str, Any]:
    return report_context(found.period, found.agency, found)


def _report_of(period: ReportingPeriod, agency: Agency) -> SelfAssessment | None:
    reports = SelfAssessment.objects.select_related("evidence", "edition", "edited_by", "period")
    return reports.filter(period=period, agency=agency).first()


def _to_write(agency: Agency) -> ReportingPeriod | None:
    """Return the round that an agency is to report in next, None where all has been handed in."""
    handed_in = {
        report.period_id
        for report in SelfAssessment.objects.filter(agency=agency)
        if not report.is_editable
    }
    asked_for = [one for one in rounds_chased(AsOf.now()) if one.pk not in handed_in]
    return min(asked_for, key=lambda one: one.due_on, default=None)


def _periods() -> list[ReportingPeriod]:
    return list(ReportingPeriod.objects.order_by("-starts_on"))
