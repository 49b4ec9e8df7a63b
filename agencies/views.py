"""The pages of agencies: the list, one agency, and the forms that change it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from agencies import actions
from agencies.access import find_agency, find_document
from agencies.chosen import Ticks, chosen_codes, joined
from agencies.document_forms import DocumentForm
from agencies.filters import AgencyFilter
from agencies.forms import CHANGE_FORMS, Acting, AddAgencyForm, ChangeForm, RosterForm
from agencies.histories import read_histories, rows_of
from agencies.middleware import HouseRequest
from agencies.models import Agency, Entry, Evidence, RosterRecord, StatusRecord, User
from agencies.permissions import Act, allowed_to, may
from agencies.printing import sections
from agencies.recent import recent_agencies, recent_codes, remember
from agencies.scope import Kept, province_of, shown_to
from agencies.search import decrees_by_text, ended_by_text
from agencies.successions import carried_on, events_of
from agencies.tables import AgencyTable, KeyedRows
from agencies.typed import is_drawn_again, keeps_typed

PAGE_SIZE = 25


@allowed_to(Act.VIEW)
def agency_list(request: HouseRequest) -> HttpResponse:
    """List the agencies of the day, filtered, sorted, in pages."""
    ticked = chosen_codes(request.GET)
    if "agency" in request.GET:  # ticks travel on in one parameter
        return redirect(with_ticks(request, ticked))
    chosen, table = asked_list(request, ticked if may(request.user, Act.RECORD) else None)
    if "print" in request.GET and chosen.form.is_valid():
        return printed_list(request, table, chosen)
    RequestConfig(request, paginate={"per_page": PAGE_SIZE}).configure(table)
    context = {"table": table, "filter": chosen, "found": table.paginator.count}
    context["narrowed"] = chosen.said()
    context["ended"] = ended_by_text(request.GET.get("q", ""), request.question.as_of)
    context["decrees"] = decrees_by_text(request.GET.get("q", ""), request.question.as_of)
    if not request.htmx:
        context["recent"] = recent_agencies(recent_codes(request), request.question.as_of)
    context["ticks"] = Ticks(ticked, [row.record.code for row in table.paginated_rows])
    template = "agencies/_agency_table.html" if request.htmx else "agencies/agency_list.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response


def asked_list(
    request: HouseRequest, ticked: list[str] | None = None
) -> tuple[AgencyFilter, AgencyTable]:
    """Return the filter of an address and the table it leads to; none where it cannot be read."""
    question = request.question
    agencies = Agency.objects.for_list(question.as_of, question.edition)
    chosen = AgencyFilter(request.GET, agencies, as_of=question.as_of)
    rows = chosen.qs if chosen.form.is_valid() else agencies.none()
    if chosen.takes_all:
        keys = Agency.objects.keys_in_order(question.as_of)
        rows = KeyedRows(agencies, keys)
    table = AgencyTable(
        rows,
        question=question,
        groups={group.pk: group.label for group in chosen.groups.values()},
        parents=chosen.parents,
        ticked=ticked,
    )
    return chosen, table


def printed_list(request: HouseRequest, table: AgencyTable, chosen: AgencyFilter) -> HttpResponse:
    """Show the whole filtered list on one page, to be printed."""
    RequestConfig(request, paginate=False).configure(table)
    context = {"sections": sections(table), "found": len(table.rows)}
    context["narrowed"] = chosen.said()
    return render(request, "agencies/agency_list_printed.html", context)


def with_ticks(request: HouseRequest, codes: list[str]) -> str:
    """Return the list's address with the ticks of this page among those carried."""
    parameters = request.GET.copy()
    parameters.pop("agency", None)
    parameters["chosen"] = joined(codes)
    return f"{request.path}?{parameters.urlencode()}"


@allowed_to(Act.VIEW)
def agency_detail(request: HouseRequest, code: str) -> HttpResponse:
    """Show one agency: its standing on the day, its history, and who recorded it."""
    agency = shown_to(request.user, Agency.objects.filter(code=code)).first()
    if agency is None:  # typed by hand, in another case
        agency = find_agency(request.user, code__iexact=code)
        return redirect(request.question.url("agencies:agency-detail", agency.code))
    as_of = request.question.as_of
    known = request.question.data_version.known or 0
    histories = read_histories(agency, known)
    statuses, names = histories.statuses(), histories.names
    on_day = next((row for row in names if row.covers(as_of.day)), None)
    context = {
        "agency": agency,
        "parent": RosterRecord.objects.parent_name(on_day, as_of) if on_day else None,
        "statuses": statuses,
        "names": names,
        "standing": next((row for row in statuses if row.covers(as_of.day)), None),
        "roster": on_day,
        "last_roster": names[0] if names else None,
        "acts": histories.acts(),
        "events": events_of(agency, known),
    }
    response = render(request, "agencies/agency_detail.html", context)
    remember(request, response, agency.code)
    return response


@require_safe
def evidence(request: HouseRequest, pk: int) -> HttpResponseBase:
    """Send a document to those who look at the office's records.

    One that no record names yet is for those who record. A contact finds none here: the own
    agency's come with its reports.
    """
    document = find_document(request.user, pk)
    named = may(request.user, Act.VIEW) and document.is_named
    if not (named or may(request.user, Act.RECORD)):
        raise Http404
    return sent(request, document)


def sent(request: HouseRequest, document: Evidence) -> HttpResponseBase:
    """Send a document to be saved, never to be shown inside the site."""
    try:
        file = document.file.open("rb")
    except OSError:
        return render(request, "agencies/evidence_missing.html", {"document": document}, status=404)
    return FileResponse(
        file,
        as_attachment=True,
        filename=document.name,
        content_type=document.content_type,
        headers={
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@allowed_to(Act.VIEW)
def recently_opened(request: HouseRequest) -> HttpResponse:
    """Name the agencies that the reader opened last, as a page or inside the menu."""
    context = {"recent": recent_agencies(recent_codes(request), request.question.as_of)}
    template = "agencies/_recent.html" if request.htmx else "agencies/recently_opened.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response


@keeps_typed
@allowed_to(Act.RECORD)
def agency_add(request: HouseRequest) -> HttpResponse:
    """Add an agency."""
    form = AddAgencyForm(request.POST or None, agency=Agency(), kept=kept_by(request))
    if request.method == "POST" and form.is_valid() and carry_out(form, request):
        messages.success(request, _("Recorded."))
        return redirect(request.question.url("agencies:agency-detail", form.cleaned_data["code"]))
    return render(request, "agencies/agency_change.html", change_context(form, "add"))


@keeps_typed
@allowed_to(Act.RECORD)
def agency_change(
    request: HouseRequest, code: str, act: str, pk: int | None = None
) -> HttpResponse:
    """Draw and take in the form of one act on an agency.

    A form that somebody else has overtaken comes back with both versions and all that
    was typed; sending it again carries it out on the present state.
    """
    agency = find_agency(request.user, code=code)
    form = change_form(request, act, agency, pk, request.POST or None, request.FILES or None)
    keep_upload(form, request.user)
    stale: actions.StaleForm | None = None
    if request.method == "POST" and form.is_valid():
        try:
            done = carry_out(form, request)
        except actions.StaleForm as overtaken:
            stale, done = overtaken, False
            _draw_again(form, agency)
        if done:
            messages.success(request, _("Recorded."))
            return redirect(request.question.url("agencies:agency-detail", code))
    context = change_context(form, act)
    context["stale"] = stale and both_versions(agency, stale)
    status = 409 if stale else 200
    return render(request, "agencies/agency_change.html", context, status=status)


def change_context(form: ChangeForm, act: str) -> dict[str, Any]:
    """Return what the page of a form shows: the agency, the record, and where it is sent."""
    names = RosterRecord.objects.believed().filter(agency=form.agency.pk)
    return {
        "form": form,
        "act": act,
        "agency": form.agency,
        "record": form.record,
        "pk": form.record.pk if form.record and act != "change-roster" else None,
        "carried": carried_on(form.record) if isinstance(form.record, StatusRecord) else (),
        "agency_name": names.order_by("valid_from").last(),
    }


def carry_out(form: Acting, request: HouseRequest) -> bool:
    """Call the action of a valid form; say in the form why it was refused.

    A form that is only to be drawn again leads to no action.
    """
    if is_drawn_again(request):
        return False
    try:
        form.change(request.user)()
    except ValidationError as error:
        for field, found in getattr(error, "error_dict", {None: error}).items():
            form.add_error(field if field in form.fields else None, found)
        return False
    return True


def kept_by(request: HouseRequest) -> Kept:
    """Return whose agencies the reader keeps, for the forms."""
    return Kept(province_of(request.user), request.question.data_version.has_provinces)


def change_form(  # noqa: PLR0917  # as its two callers have them
    request: HouseRequest, act: str, agency: Agency, pk: int | None, data: Any, files: Any = None
) -> ChangeForm:
    """Return the form of an act, about the record it is to change.

    Raises:
        Http404: the agency has no such record.
    """
    form_class = CHANGE_FORMS[act]
    record: StatusRecord | RosterRecord | None = None
    if act in ("correct-status", "take-out-status"):
        record = get_object_or_404(rows_of(StatusRecord, agency), pk=pk)
    elif act in ("correct-roster", "take-out-roster"):
        record = get_object_or_404(rows_of(RosterRecord, agency), pk=pk)
    elif act == "change-roster":
        record = rows_of(RosterRecord, agency).believed().first()
        if record is None:
            raise Http404
    more: dict[str, Any] = {"kept": kept_by(request)} if issubclass(form_class, RosterForm) else {}
    return form_class(data, files=files, agency=agency, record=record, **more)


def keep_upload(form: object, by: User) -> None:
    """Keep a good file at once, so that a form refused for something else does not lose it."""
    if isinstance(form, DocumentForm) and (file := form.upload()):
        form.take_in(actions.keep_evidence(file=file, by=by))


def both_versions(agency: Agency, stale: actions.StaleForm) -> dict[str, Any]:
    """Return what stood on record when the form was drawn and what stands there now."""
    models = (StatusRecord, RosterRecord)
    return {
        "entries": stale.entries,
        "then": [
            row for m in models for row in rows_of(m, agency).filter(superseded__in=stale.entries)
        ],
        "now": [
            row
            for m in models
            for row in rows_of(m, agency).believed().filter(recorded__in=stale.entries)
        ],
    }


def _draw_again(form: ChangeForm, agency: Agency) -> None:
    """Point a refused form at the present state."""
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    record = form.record
    if record is not None and record.superseded_id is None:
        record = rows_of(type(record), agency).filter(pk=record.pk).first()
    if record is not None and record.superseded_id is not None:
        record = rows_of(type(record), agency).believed().in_force_on(record.valid_from).first()
    form.seen_now(last, record)
