"""Pages of an attendance sheet: handed out, brought back, looked at row by row, imported."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import actions
from activities.access import find_row
from activities.models import Training
from activities.training_forms import SheetForm, TakeForm
from activities.training_sheet import SheetPreview, choices_of, names_on, read_sheet
from activities.training_template import sheet_to_fill
from agencies.actions import RowState, choose_words, note_export
from agencies.exchange import BadWorkbook
from agencies.middleware import HouseRequest
from agencies.models import Upload
from agencies.permissions import Act, allowed_to
from agencies.scope import province_of
from agencies.typed import is_drawn_again, keeps_typed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "word:"  # before the key of a problem in the name of its choice
LISTED = (RowState.ERROR, RowState.CHANGED, RowState.NEW)


@allowed_to(Act.VIEW)
def template(request: HouseRequest, pk: int) -> HttpResponse:
    """Send the sheet of a course, to be filled."""
    training = find_row(request.user, Training, pk=pk)
    names = names_on(training.starts_on, province_of(request.user))
    content = sheet_to_fill(training.title, names, timezone.localtime())
    name = f"tham-du-{pk}.xlsx"
    note_export(by=request.user, name=name)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@keeps_typed
@allowed_to(Act.RECORD)
def take_sheet(request: HouseRequest, pk: int) -> HttpResponse:
    """Keep a sheet and lead to the look at its rows."""
    training = find_row(request.user, Training, pk=pk)
    if request.method != "POST":
        return redirect(request.question.url("activities:training", pk))
    form = SheetForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = actions.keep_sheet(file=file, training=training, by=request.user)
        except BadWorkbook as bad:
            for problem in bad.problems:
                form.add_error("file", str(problem))
        else:
            return redirect(request.question.url("activities:attendance-import", pk, upload.pk))
    context = {"form": form, "training": training}
    return render(request, "activities/attendance_sheet.html", context)


@keeps_typed
@allowed_to(Act.RECORD)
def import_sheet(request: HouseRequest, pk: int, upload: int) -> HttpResponse:
    """Show what every row of a sheet would do, and import the rows ticked as one act."""
    training = find_row(request.user, Training, pk=pk)
    kept = get_object_or_404(Upload, pk=upload, by=request.user)
    form = TakeForm(request.POST if request.method == "POST" else None)
    try:
        preview = preview_of(kept, training)
        if request.method == "POST" and any(name.startswith(WORD) for name in request.POST):
            choose_words(upload=kept, chosen=words_chosen(request, preview))
            return redirect(request.question.url("activities:attendance-import", pk, upload))
        if (
            request.method == "POST"
            and form.is_valid()
            and imported(request, form, training, preview)
        ):
            return redirect(request.question.url("activities:training", pk))
    except (BadWorkbook, OSError):
        return render(request, "agencies/import_gone.html", {"upload": kept}, status=404)
    ticked = form.take if form.is_bound else {row.key for row in preview.rows}
    context = {
        "training": training,
        "upload": kept,
        "form": form,
        "seen": actions.last_attendance_version(),
        "preview": preview,
        "ticked": ticked,
        "word": WORD,
        "sections": [(state, rows) for state in LISTED if (rows := preview.of(state))],
        "same": preview.of(RowState.SAME),
        "may_import": bool(preview.of(RowState.NEW) or preview.of(RowState.CHANGED)),
        "choices": [
            (problem, [(code, preview.names.get(code, code)) for code in problem.choices])
            for problem in choices_of(preview)
        ],
    }
    return render(request, "activities/attendance_import.html", context)


def preview_of(kept: Upload, training: Training) -> SheetPreview:
    """Return what the rows of a kept sheet would do now, with the words chosen."""
    with kept.file.open("rb") as file:
        return read_sheet(file.file, training=training, chosen=kept.choices)


def words_chosen(request: HouseRequest, preview: SheetPreview) -> dict[str, str]:
    """Return the words chosen in a form, of those that the preview offers."""
    offered = {problem.key: problem.choices for problem in choices_of(preview)}
    said: dict[str, Any] = {key: request.POST.get(WORD + key, "") for key in offered}
    return {key: word for key, word in said.items() if word in offered[key]}


def imported(
    request: HouseRequest, form: TakeForm, training: Training, preview: SheetPreview
) -> bool:
    """Import the rows ticked; say in the form why not."""
    if is_drawn_again(request):
        return False
    try:
        changed = actions.import_attendances(
            training=training,
            numbers=preview.numbers(form.take),
            by=request.user,
            seen=form.cleaned_data["seen"],
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    except actions.StaleRow:
        told = _("Somebody changed attendances of these agencies meanwhile; look at them again.")
        form.add_error(None, told)
        return False
    said = ngettext("%(number)d row imported.", "%(number)d rows imported.", changed)
    messages.success(request, said % {"number": changed})
    return True
