"""Pages of the way of a workbook: handed out, brought back, looked at row by row, imported."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies import actions
from agencies.exchange import BadWorkbook, Problem
from agencies.exchange.annotating import annotated_copy
from agencies.exchange.reorganisation import is_plan_file
from agencies.import_forms import WORD, ImportForm, UploadForm, words_chosen
from agencies.import_tables import choices, same_rows, sections, ticked_at_first
from agencies.middleware import HouseRequest
from agencies.models import Upload
from agencies.permissions import Act, allowed_to
from agencies.typed import is_drawn_again, keeps_typed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@allowed_to(Act.VIEW)
def exchange_page(request: HouseRequest) -> HttpResponse:
    """Offer the workbook to take and, to officers, the form that takes it back."""
    return render(request, "agencies/exchange.html", {"form": UploadForm()})


@keeps_typed
@allowed_to(Act.RECORD)
def take_upload(request: HouseRequest) -> HttpResponse:
    """Keep a workbook and lead to the look at its rows."""
    if request.method != "POST":
        return redirect(request.question.url("agencies:exchange"))
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if is_plan_file(file.file, file.name):
                upload = actions.keep_plan_file(file=file, by=request.user)
                return redirect(request.question.url("reports:reorganisation-file", upload.pk))
            upload = actions.keep_upload(file=file, by=request.user)
        except BadWorkbook as bad:
            for problem in bad.problems:
                form.add_error("file", str(problem))
        else:
            return redirect(request.question.url("agencies:import", upload.pk))
    return render(request, "agencies/exchange.html", {"form": form})


def own_upload(request: HouseRequest, pk: int) -> Upload:
    """Return a workbook of the reader's own; nobody sees another's."""
    uploads = Upload.objects.select_related("entry", "by")
    return get_object_or_404(uploads, pk=pk, by=request.user)


@keeps_typed
@allowed_to(Act.RECORD)
def import_page(request: HouseRequest, pk: int) -> HttpResponse:
    """Show what every row of a workbook would do, and import the rows ticked."""
    upload = own_upload(request, pk)
    if upload.imported_at is not None:
        return render(request, "agencies/import_done.html", {"upload": upload})
    if request.method != "POST":
        return looked_at(request, upload)
    if any(name.startswith(WORD) for name in request.POST):
        preview = actions.preview_upload(upload=upload, by=request.user)
        actions.choose_words(upload=upload, chosen=words_chosen(request.POST, preview))
        return redirect(request.question.url("agencies:import", pk))
    form = ImportForm(request.POST)
    if "whole" in request.POST:
        form.fields["reason"].required = False
        return looked_at(request, upload, form)
    if is_drawn_again(request) or not form.is_valid():
        return looked_at(request, upload, form)
    return imported(request, upload, form)


def imported(request: HouseRequest, upload: Upload, form: ImportForm) -> HttpResponse:
    """Import the rows ticked; say why not, with all that was ticked and typed."""
    values = form.cleaned_data
    try:
        with actions.Progress(upload) as progress:
            actions.import_upload(
                upload=upload,
                take=form.take,
                by=request.user,
                reason=values["reason"],
                seen=values["seen"],
                tell=progress.tell,
            )
    except actions.StaleForm as stale:
        return looked_at(request, upload, form, stale)
    except BadWorkbook as bad:
        for problem in bad.problems:
            form.add_error(None, str(problem))
    except ValidationError as error:
        form.add_error(None, error)
    else:
        return redirect(request.question.url("agencies:import", upload.pk))
    return looked_at(request, upload, form)


def looked_at(
    request: HouseRequest,
    upload: Upload,
    form: ImportForm | None = None,
    stale: actions.StaleForm | None = None,
    figures: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show every row of a workbook; rows that came into conflict are ticked anew."""
    try:
        preview = actions.preview_upload(upload=upload, by=request.user)
    except (BadWorkbook, OSError):
        return render(request, "agencies/import_gone.html", {"upload": upload}, status=404)
    ticked = form.take if form else ticked_at_first(preview)
    if form is None:
        form = ImportForm(initial={"seen": preview.seen})
    else:
        drawn_at = form.drawn_at
        news = (row for row in preview.rows if any(act.pk > drawn_at for act in row.since))
        ticked -= {row.key for row in news}
        form.data = {**{name: form.data[name] for name in form.data}, "seen": preview.seen}
    context = {
        "upload": upload,
        "form": form,
        "stale": stale,
        **shown(preview, ticked, whole="whole" in {**request.GET, **request.POST}),
        **(figures or {}),
    }
    return render(request, "agencies/import.html", context, status=409 if stale else 200)


def shown(preview: actions.Preview, ticked: frozenset[str], *, whole: bool) -> dict[str, Any]:
    """Return what the page of a preview lists."""
    return {
        "preview": preview,
        "word": WORD,
        "choices": choices(preview),
        "sections": sections(preview, ticked, whole=whole),
        "same": len(preview.of(actions.RowState.SAME)),
        "same_rows": same_rows(preview),
        "may_import": not preview.problems and any(row.may_be_taken for row in preview.rows),
        "has_errors": bool(preview.all_problems),
    }


@allowed_to(Act.RECORD)
def progress(request: HouseRequest, pk: int) -> HttpResponse:
    """Say how far the import of a workbook is.

    A fragment that asks again, and a page that the browser loads again where no script runs.
    """
    upload = own_upload(request, pk)
    told = actions.progress_of(upload)
    done, rows = told or (None, 0)
    context = {"upload": upload, "done": done, "rows": rows}
    if request.htmx:
        response = render(request, "agencies/_import_progress.html", context)
    elif told is None and upload.imported_at is not None:
        return redirect(request.question.url("agencies:import", pk))
    else:
        response = render(request, "agencies/import_progress.html", context)
        response["Refresh"] = "3" if told is None else "1"
    response["Vary"] = "HX-Request"
    return response


@allowed_to(Act.RECORD)
def annotated(request: HouseRequest, pk: int) -> HttpResponse:
    """Send the workbook back with its problems as comments on the cells."""
    upload = own_upload(request, pk)
    try:
        preview = actions.preview_upload(upload=upload, by=request.user)
        content = annotated_copy(upload.file.path, noted(preview))
    except (BadWorkbook, OSError):
        return render(request, "agencies/import_gone.html", {"upload": upload}, status=404)
    if content is None:
        return render(request, "agencies/import_large.html", {"upload": upload}, status=400)
    name = f"so-co-ghi-chu-{pk}.xlsx"
    actions.note_export(by=request.user, name=name)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def noted(preview: actions.Preview) -> list[Problem]:
    """Return what an annotated copy says: the problems, and who recorded something since."""
    said = list(preview.all_problems)
    for row in preview.of(actions.RowState.CONFLICT):
        acts = "; ".join(f"{entry}, {entry.by}" for entry in row.since)
        told = _("conflict: recorded since the file was taken: %(acts)s") % {"acts": acts}
        said.append(Problem(row.sheet, row.row, None, row.code, told))
    return said
