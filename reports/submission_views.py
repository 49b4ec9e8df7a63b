"""Pages of sent reports: freezing one, what was kept of it, produced again, two compared."""

import json
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies import house_style
from agencies.actions import note_export
from agencies.middleware import HouseRequest
from agencies.models import User
from agencies.permissions import Act, allowed_to
from agencies.questions import Question
from agencies.typed import is_drawn_again, keeps_typed
from agencies.views import PAGE_SIZE
from reports import actions
from reports.canonical import canonical_figures
from reports.change_report import change_report
from reports.freezing import file_names, freeze_submission, obstacles, question_of, settled
from reports.models import Submission, SubmissionFile
from reports.repeating import figures_unlike, repeat
from reports.seals import is_intact
from reports.sent import asked_line, pairs_of, table_of
from reports.submission_forms import FreezeForm, NumberForm, PairForm

# The bar asks for figures of any day; a report that was sent has a day of its own.
NO_BAR = {"asof_bar": "", "asof_line": "", "notices": ""}


@allowed_to(Act.VIEW)
def submissions(request: HouseRequest) -> HttpResponse:
    """List the reports that were sent, the last one first."""
    rows = submissions_shown(request.user).select_related("by", "outgoing")
    rows = rows.defer("made_with", "obstacles")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "reports/submissions.html", {"sent": page, **NO_BAR})


@keeps_typed
@allowed_to(Act.RECORD)
def new_submission(request: HouseRequest) -> HttpResponse:
    """Show what would be frozen for the question of the bar; freeze it."""
    question = settled(request.question)
    said = json.loads(canonical_figures(question))
    found = obstacles(question, said)
    sent = request.POST if request.method == "POST" else None
    form = FreezeForm(sent, needs_reason=bool(found), initial={"title": suggested(question)})
    if sent is not None and not is_drawn_again(request) and form.is_valid():
        submission = frozen(request, question, form)
        if submission is not None:
            return redirect(request.question.url("reports:submission", submission.pk))
    context = {
        "form": form,
        "table": table_of(said),
        "obstacles": found,
        "files": file_names(question),
        "seen": question.data_version.known or 0,
        "refusal": actions.refusal(
            question.as_of, question.data_version.known or 0, len(said["agencies"])
        ),
        "agencies": len(said["agencies"]),
        "asked": question,
    }
    return render(request, "reports/new_submission.html", context)


def suggested(question: Question) -> str:
    """Return a title to begin with."""
    day = house_style.short_date(question.as_of.day)
    return _("Report on the conversion to %(edition)s, figures as of %(day)s") % {
        "edition": question.edition.code,
        "day": day,
    }


def frozen(request: HouseRequest, question: Question, form: FreezeForm) -> Submission | None:
    """Freeze what a valid form says; say in the form why it was refused."""
    seen = request.POST.get("seen", "")
    try:
        submission = freeze_submission(
            question=question,
            by=request.user,
            seen=int(seen) if seen.isascii() and seen.isdecimal() else -1,
            **form.cleaned_data,
        )
    except actions.AlreadyFrozen as already:
        messages.info(request, _("This report was frozen already; it is this one."))
        return already.submission
    except ValidationError as error:
        for field, why in getattr(error, "error_dict", {None: error}).items():
            form.add_error(field if field in form.fields else None, why)
        return None
    messages.success(request, _("The report is frozen. Its files below are those to send."))
    return submission


def submissions_shown(user: User) -> Any:
    """Return the sent reports that an account is shown: all, or those on its own province."""
    rows = Submission.objects.all()
    return rows if user.province is None else rows.filter(provinces=user.province.code)


def kept_submission(user: User, pk: int) -> Submission:
    """Return a sent report that the account is shown, or the page that says there is none."""
    rows = submissions_shown(user).select_related(
        "by", "edition", "seal", "outgoing__by", "outgoing__seal"
    )
    found: Submission = get_object_or_404(rows, pk=pk)
    return found


def of_submission(submission: Submission) -> dict[str, Any]:
    """Return what every page about one sent report says of it; nothing where it was altered."""
    if not is_intact(submission):
        return {**NO_BAR, "submission": submission}
    return {
        **NO_BAR,
        "submission": submission,
        "said": submission.said,
        "asof_line": asked_line(submission),
        "asked": question_of(submission),
        "files": submission.files.defer("content"),
    }


@allowed_to(Act.VIEW)
def submission(request: HouseRequest, pk: int) -> HttpResponse:
    """Show one sent report from what was kept of it."""
    found = kept_submission(request.user, pk)
    context = of_submission(found)
    if "said" not in context:
        return render(request, "reports/submission_spoiled.html", context, status=409)
    context |= {"table": table_of(found.said), "form": NumberForm()}
    context["dashboard_url"] = context["asked"].url("reports:dashboard")
    context["others"] = submissions_shown(request.user).exclude(pk=pk).exists()
    return render(request, "reports/submission.html", context)


@keeps_typed
@allowed_to(Act.RECORD)
def submission_number(request: HouseRequest, pk: int) -> HttpResponse:
    """Tell the number and the date that a report went out under."""
    found = kept_submission(request.user, pk)
    form = NumberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not is_drawn_again(request) and form.is_valid():
        try:
            actions.record_outgoing_number(submission=found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            for field, why in getattr(error, "error_dict", {None: error}).items():
                form.add_error(field if field in form.fields else None, why)
        else:
            messages.success(request, _("The number stands with the report."))
            return redirect(request.question.url("reports:submission", pk))
    context = {**NO_BAR, "submission": found, "form": form}
    return render(request, "reports/submission_number.html", context)


@allowed_to(Act.VIEW)
@require_safe
def submission_file(request: HouseRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """Send a file of a sent report exactly as it was kept, or say that it was altered."""
    files = SubmissionFile.objects.select_related("submission__seal", "submission__outgoing__seal")
    files = files.filter(submission__in=submissions_shown(request.user))
    file = get_object_or_404(files, pk=file_pk, submission=pk)
    if not (file.is_whole and is_intact(file.submission)):
        context = {**NO_BAR, "submission": file.submission, "file": file}
        return render(request, "reports/submission_spoiled.html", context, status=409)
    note_export(by=request.user, name=file.name, asked=str(file.submission))
    disposition = content_disposition_header(as_attachment=True, filename=file.name)
    response = HttpResponse(
        bytes(file.content),
        content_type=file.content_type,
        headers={
            "Content-Disposition": disposition or "attachment",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-cache",
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{file.sha256}"',
        },
    )
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return answer or response


@allowed_to(Act.VIEW)
def submission_again(request: HouseRequest, pk: int) -> HttpResponse:
    """Produce a sent report again from its question, and say what differs."""
    found = kept_submission(request.user, pk)
    context = of_submission(found)
    if "said" not in context:
        return render(request, "reports/submission_spoiled.html", context, status=409)
    return render(request, "reports/submission_again.html", {**context, "again": repeat(found)})


@allowed_to(Act.VIEW)
def compare_submissions(request: HouseRequest) -> HttpResponse:
    """Say why two sent reports give different figures, agency by agency."""
    asked = {"first", "second"} <= set(request.GET)
    rows = submissions_shown(request.user)
    form = PairForm(request.GET if asked else None, initial=request.GET.dict(), rows=rows)
    context: dict[str, Any] = {"form": form, **NO_BAR}
    if not form.is_valid():
        status = 400 if asked else 200
        return render(request, "reports/compare_submissions.html", context, status=status)
    chosen = [
        kept_submission(request.user, form.cleaned_data[name].pk) for name in ("first", "second")
    ]
    pair = sorted(chosen, key=lambda one: (one.as_of_day, one.known_at))
    if spoiled := [one for one in pair if not is_intact(one)]:
        context["submission"] = spoiled[0]
        return render(request, "reports/submission_spoiled.html", context, status=409)
    context |= {**compared(*pair), "turned_round": pair != chosen}
    return render(request, "reports/compare_submissions.html", context)


def compared(first: Submission, second: Submission) -> dict[str, Any]:
    """Return both sides' stored figures, and every difference with its class."""
    then, now = question_of(first), question_of(second)
    provinces = now.as_of.provinces
    asked_then = replace(then.as_of, duty_only=second.duty_only, provinces=provinces)
    report = change_report(asked_then, now.as_of, now.edition)
    return {
        "first": first,
        "second": second,
        "then": then,
        "asked": now,
        "lines": [asked_line(first), asked_line(second)],
        "knew_less": second.entry_id < first.entry_id,
        "pairs": pairs_of(first.said, second.said),
        "report": report,
        "total": report.total,
        "unlike": [(one, found) for one in (first, second) if (found := figures_unlike(one))],
        "then_url": then.url("agencies:agency-list"),
        "known_url": now.url("agencies:agency-list", as_of=then.as_of.day.isoformat()),
    }
