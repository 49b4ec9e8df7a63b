"""Pages that join rooms: the dashboard, and what a change would lead to."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_tables2 import RequestConfig

from activities.reminders import rounds_pressing
from activities.rollups import overdue_findings
from activities.round_rollups import waiting_for_officer
from agencies import actions
from agencies.access import find_agency, find_entry
from agencies.entry_forms import UndoForm
from agencies.entry_views import bulk_context, bulk_form, undo_context
from agencies.exchange import BadWorkbook
from agencies.exchange.reorganisation import SHEET as PLAN_SHEET
from agencies.filters import AgencyFilter
from agencies.forms import CHANGE_FORMS, ChangeForm
from agencies.import_forms import ImportForm
from agencies.import_views import looked_at, own_upload
from agencies.kept import kept
from agencies.middleware import HouseRequest
from agencies.models import (
    Agency,
    Edition,
    Missing,
    duties_are_on_record,
)
from agencies.permissions import Act, allowed_to, may
from agencies.questions import Question
from agencies.typed import keeps_typed
from agencies.views import PAGE_SIZE, asked_list, change_context, change_form, keep_upload
from reports import (
    cards,
    changes,
    charts,
    conversions,
    edition_chart,
    plans,
    provinces,
    rollups,
    trends,
    worklist,
)
from reports import change_report as why
from reports.change_file import build_changes
from reports.consequences import consequences
from reports.forms import CompareForm
from reports.listing import build_listing
from reports.round_trip import build_exchange
from reports.summary import build_summary

# The help pages, by the last part of their addresses.
HELP = {
    "counting": _("How figures are counted"),
    "recording": _("Recording a status"),
    "correcting": _("Correcting a mistake"),
    "excel": _("Excel in and out"),
    "reorganisations": _("Reorganising agencies"),
    "submissions": _("Reports that are sent"),
    "activities": _("Inspections and training"),
    "rounds": _("Reporting rounds"),
    "plans": _("Duty and plans"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def first_page(request: HouseRequest) -> HttpResponse:
    """Lead an agency contact to the own report, everybody else to the figures."""
    if may(request.user, Act.REPORT):
        return redirect("activities:own-report")
    return dashboard(request)


@allowed_to(Act.VIEW)
def dashboard(request: HouseRequest) -> HttpResponse:
    """Say how many agencies are converted, in all and by group, and who is left where."""
    question = request.question
    context: dict[str, object] = {"nothing_known": question.data_version.known is None}
    if not context["nothing_known"]:
        context["figures"] = kept(question, "dashboard", partial(drawn_dashboard, request))
    return render(request, "reports/dashboard.html", context)


def drawn_dashboard(request: HouseRequest) -> SafeString:
    """Draw the figures of the dashboard."""
    question = request.question
    as_of, edition = question.as_of, question.edition
    days = trends.quarter_ends(as_of.day)
    tables = trends.on_days([*days, question.compared_on], as_of, edition)
    comparison = rollups.compared(tables[question.compared_on], tables[as_of.day])
    if not any(comparison.total.now):
        return drawn_nobody(question)
    points = [trends.TrendPoint(day, tables[day]) for day in days]
    context = {
        "chart": charts.progress(points, comparison.total.then, question, plan_of(days, question)),
        "source": question.line,
        "total": comparison.total,
        "legend": cards.legend(comparison.total.now),
        **cards.figures(question, comparison),
        "provinces": provinces.shown_by_province(question),
        "categories": provinces.BESIDE,
    }
    return render_to_string("reports/_dashboard.html", context, request)


def plan_of(days: Sequence[date], question: Question) -> Sequence[int | None]:
    """Return how many agencies were to have converted by each day of a dashboard."""
    transition = plans.transition_known(question.as_of, question.edition)
    if transition is None:
        return ()
    planned = plans.planned_by(days, question.as_of, transition)
    return [planned[day] if day >= transition.starts_on else None for day in days]


def drawn_nobody(question: Question) -> SafeString:
    """Draw what stands in the place of figures of a day on which no agency is counted."""
    context = {
        "question": question,
        "begins": rollups.first_day(question.as_of),
        "no_duty": not duties_are_on_record(question.as_of.known_at),
    }
    return render_to_string("reports/_nobody.html", context)


@allowed_to(Act.VIEW)
def charts_page(request: HouseRequest) -> HttpResponse:
    """Show every chart with its table."""
    question = request.question
    context: dict[str, object] = {"nothing_known": question.data_version.known is None}
    if not context["nothing_known"]:
        context["charts"] = kept(question, "charts", partial(drawn_charts, request))
    return render(request, "reports/charts.html", context)


def drawn_charts(request: HouseRequest) -> SafeString:
    """Draw every chart with its table."""
    question = request.question
    as_of, edition = question.as_of, question.edition
    comparison = rollups.compare(question.compared, as_of, edition)
    if not any(comparison.total.now):
        return drawn_nobody(question)
    points = trends.trend(as_of, edition)
    converted = conversions.conversions(as_of, edition)
    context = {
        "source": question.line,
        "charts": [
            charts.progress(points, comparison.total.then, question),
            by_edition_chart(question),
            charts.by_group_over_time(trends.quarterly(points), question),
            charts.categories(comparison, rollups.left_by_parent(as_of, edition), question),
            charts.quarters(conversions.by_quarter(converted, as_of.day), question),
            charts.waiting(conversions.waits(converted), question),
        ],
    }
    return render_to_string("reports/_charts.html", context, request)


def by_edition_chart(question: Question) -> charts.Chart:
    """Draw the declarations in force by edition, at the ends of quarters."""
    days = trends.quarter_ends(question.as_of.day)
    found = trends.by_edition([*days, question.compared_on], question.as_of)
    at = {point.day: point for point in found}
    points = [at[day] for day in days]
    known = list(Edition.objects.order_by("year"))
    return edition_chart.editions(points, at[question.compared_on], known, question)


@allowed_to(Act.VIEW)
def compare(request: HouseRequest) -> HttpResponse:
    """Set two questions side by side and name what changed between them."""
    question = request.question
    form = CompareForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/compare_refused.html", {"form": form}, status=400)
    then = form.question(question)
    comparison = rollups.compare(then.as_of, question.as_of, question.edition)
    context = {
        "form": form.to_show(then),
        "then": then,
        "comparison": comparison,
        "categories": comparison.categories,
        "changes": changes.what_changed(then.as_of, question.as_of, question.edition),
        "told_then": form.told_then(question),
        "report_url": form.at(question, "reports:changes"),
    }
    return render(request, "reports/compare.html", context)


@allowed_to(Act.VIEW)
def index(request: HouseRequest) -> HttpResponse:
    """Name every report with what it is for."""
    return render(request, "reports/index.html", {"open_data": settings.OPEN_DATA != "off"})


@allowed_to(Act.VIEW)
def change_report(request: HouseRequest) -> HttpResponse:
    """Say in two steps why two questions give different figures; as a page or an Excel file."""
    question = request.question
    form = CompareForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/compare_refused.html", {"form": form}, status=400)
    then = form.question(question)
    report = why.change_report(then.as_of, question.as_of, question.edition)
    if request.GET.get("format") == "xlsx":
        return xlsx(
            request, build_changes(then, question, report), f"bien-dong-{question.as_of.day}.xlsx"
        )
    context = {
        "form": form.to_show(then),
        "then": then,
        "report": report,
        "total": report.total,
        "then_url": then.url("agencies:agency-list"),
        "known_url": question.url("agencies:agency-list", as_of=then.as_of.day.isoformat()),
        "compare_url": form.at(question, "reports:compare"),
        "told_then": form.told_then(question, "reports:changes"),
        "xlsx_url": form.at(question, "reports:changes", format="xlsx"),
    }
    return render(request, "reports/changes.html", context)


@allowed_to(Act.RECORD)
def work_list(request: HouseRequest) -> HttpResponse:
    """Show an officer who is left, which declarations are incomplete, and the last changes.

    In one line to the page that fetches it, what others wait for.
    """
    question = request.question
    if request.htmx:
        response = render(request, "reports/_for_you_line.html", for_you(question))
        response["Vary"] = "HX-Request"
        return response
    context = {
        "left": rollups.left_by_parent(question.as_of, question.edition),
        "acts": worklist.last_acts(question.as_of),
        **for_you(question),
        **incomplete(request),
    }
    return render(request, "reports/work_list.html", context)


def for_you(question: Question) -> dict[str, Any]:
    """Return what is to be pursued: reports to review or missing, findings, conversions late."""
    as_of = question.as_of
    return {
        "waiting": waiting_for_officer(as_of),
        "rounds": rounds_pressing(as_of),
        "overdue": sum(len(parent.findings) for parent in overdue_findings(as_of)),
        "late": [
            (transition.to_edition, len(rows))
            for transition, rows in plans.late_by_transition(as_of)
        ],
    }


def incomplete(request: HouseRequest) -> dict[str, Any]:
    """Return a page of the incomplete declarations, and how many lack what.

    Where the address does not say what should be missing (`missing`), of those without
    number or date: an office has far more that lack only a document.
    """
    rows = worklist.incomplete_declarations(request.question.as_of)
    pressing = worklist.without_number_or_date(rows)
    sorted_rows = worklist.by_missing(rows)
    chosen = request.GET.get("missing", "")
    shown = sorted_rows[Missing(chosen)] if chosen in Missing.values else pressing
    return {
        "incomplete": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
        "pressing": len(pressing),
        "lacking": [(missing, len(of_it)) for missing, of_it in sorted_rows.items()],
        "missing": chosen if chosen in Missing.values else "",
    }


@allowed_to(Act.VIEW)
def put_hint_away(request: HouseRequest) -> HttpResponse:
    """Put the hint of the first page away for good."""
    if request.method == "POST":
        actions.put_hint_away(by=request.user)
    return redirect(request.question.url("reports:dashboard"))


@allowed_to(Act.VIEW)
def help_index(request: HouseRequest) -> HttpResponse:
    """Show the help topics."""
    return render(request, "reports/help.html", {"topics": HELP})


@allowed_to(Act.VIEW)
def help_page(request: HouseRequest, topic: str) -> HttpResponse:
    """Show one help topic."""
    if topic not in HELP:
        raise Http404
    context = {"topics": HELP, "topic": topic, "title": HELP[topic]}
    context["plan_headings"] = [column.heading for column in PLAN_SHEET.columns]
    return render(request, f"reports/help_{topic}.html", context)


@allowed_to(Act.VIEW)
def exchange_file(request: HouseRequest) -> HttpResponse:
    """Send the workbook that an office fills and brings back.

    Of all agencies, of those that the filters of the list find, or (`empty`) of none.
    """
    question, parameters = request.question, request.GET
    only: list[str] | None = None
    if any(parameters.get(name) for name in AgencyFilter.base_filters):
        agencies = Agency.objects.for_list(question.as_of, question.edition)
        chosen = AgencyFilter(parameters, agencies, as_of=question.as_of)
        only = [agency.code for agency in chosen.qs] if chosen.form.is_valid() else []
    content = build_exchange(question, only=only, empty="empty" in parameters)
    return xlsx(request, content, f"so-trao-doi-{question.as_of.day}.xlsx")


@allowed_to(Act.VIEW)
def summary(request: HouseRequest) -> HttpResponse:
    """Send the Excel summary of the question asked."""
    question = request.question
    return xlsx(request, build_summary(question), f"tong-hop-htqlcl-{question.as_of.day}.xlsx")


@allowed_to(Act.VIEW)
def agency_list(request: HouseRequest) -> HttpResponse:
    """Send the agency list as its page shows it, all pages of it, as an Excel file.

    A filter that cannot be read leads to the page, which says what is wrong with it.
    """
    chosen, table = asked_list(request)
    if not chosen.form.is_valid():
        return redirect(f"{reverse('agencies:agency-list')}?{request.GET.urlencode()}")
    RequestConfig(request, paginate=False).configure(table)
    content = build_listing(request.question, chosen, table)
    return xlsx(request, content, f"danh-sach-co-quan-{request.question.as_of.day}.xlsx")


def xlsx(request: HouseRequest, content: bytes, name: str) -> HttpResponse:
    """Return an Excel file as a download, which is on record."""
    actions.note_export(by=request.user, name=name, asked=request.GET.urlencode())
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@keeps_typed
@allowed_to(Act.RECORD)
def consequence(
    request: HouseRequest, act: str, code: str = "", pk: int | None = None
) -> HttpResponse:
    """Say what the form's change would do to the figures; nothing is saved.

    A fragment beside the form where the browser runs scripts, else the form's own page.
    """
    if act not in CHANGE_FORMS:
        raise Http404
    if request.method != "POST":
        name = "agencies:agency-add" if act == "add" else f"agencies:{act}"
        return back_to_form(request, name, code or None, pk)
    agency = find_agency(request.user, code=code) if code else Agency()
    drawn = act if code else "add"
    form = change_form(request, drawn, agency, pk, request.POST, request.FILES)
    keep_upload(form, request.user)
    context = change_context(form, act)
    if form.is_valid():
        context |= rehearsed(form, request)
    template = "reports/_consequence.html" if request.htmx else "agencies/agency_change.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response


def back_to_form(request: HouseRequest, name: str, *args: object) -> HttpResponse:
    """Lead somebody who changed the bar on a preview, or came by its address, to the form."""
    try:
        return redirect(request.question.url(name, *args))
    except NoReverseMatch:
        raise Http404 from None


@keeps_typed
@allowed_to(Act.RECORD)
def consequence_bulk(request: HouseRequest) -> HttpResponse:
    """Say agency by agency what one status for several would do, and to the figures."""
    if request.method != "POST":
        return back_to_form(request, "agencies:bulk-status")
    form = bulk_form(request)
    context = bulk_context(form)
    if context["plans"] and not context["refused_plans"]:
        context |= rehearsed(form, request)
    template = "agencies/_bulk_preview.html" if request.htmx else "agencies/bulk_status.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response


@keeps_typed
@allowed_to(Act.RECORD)
def consequence_undo(request: HouseRequest, pk: int) -> HttpResponse:
    """Say what the undoing of an act would do to the figures; a reason may come later."""
    if request.method != "POST":
        return back_to_form(request, "agencies:undo-entry", pk)
    entry = find_entry(request.user, pk)
    form = UndoForm(entry=entry, initial=request.POST.dict())
    context = undo_context(form, request)
    if not context["refusals"]:
        undo = partial(actions.undo_entry, entry=entry, by=request.user, reason="…")
        context |= figures_after(undo, request)
    template = "reports/_consequence.html" if request.htmx else "agencies/undo_entry.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response


@keeps_typed
@allowed_to(Act.RECORD)
def consequence_import(request: HouseRequest, pk: int) -> HttpResponse:
    """Say what the ticked rows of a workbook would do to the figures; a reason may come later."""
    if request.method != "POST":
        return back_to_form(request, "agencies:import", pk)
    upload = own_upload(request, pk)
    form = ImportForm(request.POST)
    form.fields["reason"].required = False
    figures: dict[str, Any] = {}
    if form.is_valid():
        seen, ticked = form.cleaned_data["seen"], form.take
        rows = {"upload": upload, "take": ticked, "seen": seen}
        change = partial(actions.import_upload, **rows, by=request.user, reason="…")
        figures = figures_after(change, request)
    if not request.htmx:
        return looked_at(request, own_upload(request, pk), form, figures=figures)
    response = render(request, "reports/_consequence.html", figures)
    response["Vary"] = "HX-Request"
    return response


def rehearsed(form: ChangeForm, request: HouseRequest) -> dict[str, Any]:
    """Return the figures that a valid form leads to, or why its change is refused."""
    return figures_after(form.change(request.user), request)


def figures_after(change: Callable[[], object], request: HouseRequest) -> dict[str, Any]:
    """Return the figures of today and of the day asked, or why the change is refused."""
    question = request.question
    days, provinces = [timezone.localdate(), question.as_of.day], question.as_of.provinces
    try:
        return {"consequences": consequences(change, days, question.edition, provinces)}
    except ValidationError as error:
        return {"refused": error.messages}
    except BadWorkbook as bad:
        return {"refused": bad.problems}
    except actions.StaleForm as stale:
        return {"overtaken": stale.entries}
