"""Pages of acts on several agencies: one status for many, and the undoing of an act."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agencies import actions
from agencies.access import find_entry
from agencies.actions.lives import changes
from agencies.chosen import chosen_agencies, chosen_codes, is_code, joined
from agencies.entry_forms import BulkStatusForm, UndoForm
from agencies.filters import AgencyFilter
from agencies.house_style import count
from agencies.middleware import HouseRequest
from agencies.models import (
    Agency,
    AgencyGroup,
    DatedRecord,
    Edition,
    Entry,
    Evidence,
    Province,
    RosterRecord,
    StatusRecord,
)
from agencies.permissions import Act, allowed_to
from agencies.typed import keeps_typed
from agencies.views import both_versions, carry_out, keep_upload, with_ticks


@dataclass(frozen=True)
class Restated:
    """What undoing takes back of one agency, and what holds again."""

    life: actions.Life
    gone: Sequence[DatedRecord]
    stated: Sequence[DatedRecord]


@keeps_typed
@allowed_to(Act.RECORD)
def bulk_status(request: HouseRequest) -> HttpResponse:
    """Draw and take in one status for the agencies ticked in the list.

    A form that somebody else has overtaken comes back with both versions and all that
    was typed; so does one from which an agency was left out.
    """
    if "agency" in request.GET:
        return redirect(with_ticks(request, chosen_codes(request.GET)))
    form = bulk_form(request)
    sent = request.method == "POST" and "leave_out" not in request.POST
    overtaken: actions.StaleForm | None = None
    if sent and form.is_valid():
        try:
            if carry_out(form, request):
                return _recorded(request, form)
        except actions.StaleForm as stale:
            overtaken = stale
            form.seen_now(stale.entries[-1].pk, None)
    context = bulk_context(form, said=not overtaken)
    context["stale"] = overtaken and versions_of(form.agencies, overtaken)
    narrowed = list_shown(request)
    context["list_shown"] = urlencode(narrowed)
    context["back"] = request.question.url(
        "agencies:agency-list", **narrowed, chosen=context["codes"]
    )
    return render(request, "agencies/bulk_status.html", context, status=409 if overtaken else 200)


def list_shown(request: HouseRequest) -> dict[str, str]:
    """Return the filter, the order and the page of the list that the ticks were set in.

    The address brings them from the list; the form carries them on in one field.
    """
    said = QueryDict(request.POST.get("list", "")) if request.method == "POST" else request.GET
    return {
        name: text
        for name in (*AgencyFilter.base_filters, "sort", "page")
        if (text := said.get(name))
    }


def bulk_form(request: HouseRequest) -> BulkStatusForm:
    """Return the form about the agencies chosen, with what was typed."""
    typed = request.POST
    if request.method != "POST":
        return BulkStatusForm(agencies=chosen_agencies(chosen_codes(request.GET), request.user))
    agencies = chosen_agencies(chosen_codes(typed), request.user)
    form = BulkStatusForm(typed, files=request.FILES, agencies=agencies)
    keep_upload(form, request.user)
    if "leave_out" in typed:
        kept = {name: form.data[name] for name in form.data}
        return BulkStatusForm(agencies=agencies, initial=kept)
    return form


def bulk_context(form: BulkStatusForm, *, said: bool = True) -> dict[str, Any]:
    """Return what the page shows: who is chosen, and agency by agency what would be."""
    lives = list(actions.load_lives(form.agencies).values())
    standing = [_standing(life) for life in lives]
    plans: list[actions.PlannedStatus] = []
    if said and form.is_bound and form.is_valid() and lives:
        plans = form.plans()
    name_editions([*standing, *(row for plan in plans for row in (plan.before, plan.after))])
    refused = [plan for plan in plans if plan.refused]
    return {
        "form": form,
        "chosen": list(zip(lives, standing, strict=True)),
        "codes": joined(agency.code for agency in form.agencies),
        "plans": plans,
        "refused_plans": refused,
        "refused_codes": joined(plan.life.agency.code for plan in refused),
    }


def _standing(life: actions.Life) -> StatusRecord | None:
    """Return the status of today, of the last day on record where the agency has ended."""
    today = timezone.localdate()
    return next((row for row in reversed(life.status) if row.valid_from <= today), None)


def name_editions(rows: Iterable[DatedRecord | None]) -> None:
    """Set the editions of status rows, in one query for all of them."""
    editions = Edition.objects.in_bulk()
    for row in rows:
        if isinstance(row, StatusRecord):
            row.edition = editions.get(row.edition_id) if row.edition_id else None


def name_documents(rows: Iterable[DatedRecord]) -> None:
    """Set the documents of status rows, in one query for all of them."""
    named = [row for row in rows if isinstance(row, StatusRecord) and row.evidence_id]
    documents = Evidence.objects.in_bulk({row.evidence_id for row in named})
    for row in named:
        row.evidence = documents[row.evidence_id]


def name_groups(rows: Iterable[DatedRecord]) -> None:
    """Set the groups of roster rows, in one query for all of them; so their provinces, if any."""
    groups, roster = AgencyGroup.objects.in_bulk(), [*rows]
    of_provinces = [row for row in roster if isinstance(row, RosterRecord) and row.province_id]
    provinces = Province.objects.in_bulk() if of_provinces else {}
    for one in of_provinces:
        one.province = provinces[one.province_id or 0]
    for row in roster:
        if group_id := getattr(row, "group_id", None):
            setattr(row, "group", groups[group_id])  # noqa: B010  # a status row has none


def _recorded(request: HouseRequest, form: BulkStatusForm) -> HttpResponse:
    """Say what was recorded, with the one click that undoes it."""
    last = Entry.objects.filter(by=request.user).order_by("-pk").values_list("pk", flat=True)[0]
    said = _("Recorded for %(number)s agencies.") % {"number": count(len(form.agencies))}
    undo = request.question.url("agencies:undo-entry", last)
    messages.success(request, format_html('{} <a href="{}">{}</a>', said, undo, _("Undo")))
    return redirect(request.question.url("agencies:agency-list", **list_shown(request)))


def versions_of(agencies: Iterable[Agency], stale: actions.StaleForm) -> dict[str, Any]:
    """Return both versions of every agency that somebody else has touched."""
    found = [(agency, both_versions(agency, stale)) for agency in agencies]
    touched = [(agency, rows) for agency, rows in found if rows["then"] or rows["now"]]
    lives = actions.load_lives([agency for agency, _rows in touched])
    named = [(lives[agency.pk], rows) for agency, rows in touched]
    return {"entries": stale.entries, "agencies": named}


@keeps_typed
@allowed_to(Act.RECORD)
def undo_entry(request: HouseRequest, pk: int) -> HttpResponse:
    """Show what undoing an act takes back and states again, and do it with a reason."""
    entry = find_entry(request.user, pk)
    form = UndoForm(request.POST or None, entry=entry)
    overtaken: actions.StaleForm | None = None
    if request.method == "POST" and form.is_valid():
        try:
            if carry_out(form, request):
                messages.success(request, _("Undone. The act and its undoing stay on record."))
                return _back(request, entry)
        except actions.StaleForm as stale:
            overtaken = stale
            form.seen_now(stale.entries[-1].pk, None)
    context = undo_context(form, request)
    context["stale"] = overtaken and versions_of(actions.agencies_of(entry), overtaken)
    return render(request, "agencies/undo_entry.html", context, status=409 if overtaken else 200)


def undo_context(form: UndoForm, request: HouseRequest) -> dict[str, Any]:
    """Return what the page of an undoing shows."""
    undoing = actions.plan_undo(form.entry)
    restated = [_restated(life) for life in undoing.lives]
    rows = [row for one in restated for row in (*one.gone, *one.stated)]
    name_editions(rows)
    name_groups(rows)
    name_documents(rows)
    return {
        "form": form,
        "entry": form.entry,
        "refusals": undoing.refused,
        "restated": [] if undoing.refused else restated,
        "came_from": _page_before(request),
    }


def _restated(life: actions.Life) -> Restated:
    gone_roster, new_roster = changes(life.roster_before, life.roster)
    gone_status, new_status = changes(life.status_before, life.status)
    return Restated(life, [*gone_status, *gone_roster], [*new_status, *new_roster])


def _page_before(request: HouseRequest) -> Agency | None:
    """Return the agency whose page led here, as the address says (`from`)."""
    code = request.GET.get("from", "")
    return next(iter(chosen_agencies([code], request.user)), None) if is_code(code) else None


def _back(request: HouseRequest, entry: Entry) -> HttpResponse:
    """Return to the agency's page that led here, to the reorganisation undone, else to the list."""
    if agency := _page_before(request):
        return redirect(request.question.url("agencies:agency-detail", agency.code))
    if event := getattr(entry, "reorganisation", None):
        return redirect(request.question.url("reports:reorganisation", event.pk))
    return redirect(request.question.url("agencies:agency-list"))
