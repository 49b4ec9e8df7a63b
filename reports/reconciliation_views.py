"""Pages of reconciliation: what was published beside the roster; entering it, explaining it."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import house_style
from agencies.filters import GATHERED
from agencies.middleware import HouseRequest
from agencies.models import AgencyGroup, Category, edition_asked_about
from agencies.permissions import Act, allowed_to, of_all_provinces
from agencies.questions import Question
from agencies.typed import is_drawn_again, keeps_typed
from reports import actions
from reports.figure_forms import (
    EMPTY_ROWS,
    MOST_ROWS,
    BaseFigures,
    ExplanationForm,
    PublicationForm,
    WithdrawalForm,
    figure_rows,
    more_rows,
)
from reports.figure_words import UNKNOWN_GROUP, UNKNOWN_MEASURE
from reports.models import Measure, Publication, PublishedFigure
from reports.published import Reading, read_figures
from reports.reconcile import Compared, Finding, SourceReport, differs, reconcile

# Under which name the list finds the agencies of some categories.
LISTED_AS: dict[frozenset[Category], str] = {
    **{frozenset(categories): name for name, categories in GATHERED.items()},
    **{frozenset([category]): category.value for category in Category},
}
# Where the visits and attendances of a computed figure stand.
ACTIVITY_PAGES = {
    Measure.INSPECTED: "activities:inspections",
    Measure.TRAINED: "activities:trainings",
}


@dataclass(frozen=True)
class Row:
    """One compared figure under the name of its group, and where its agencies are listed."""

    compared: Compared
    group: str
    url: str


@dataclass(frozen=True)
class Difference:
    """One finding under the name of its group, its numbers in house style."""

    finding: Finding
    group: str
    printed: str
    computed: str


@dataclass(frozen=True)
class Source:
    """One source as the page shows it."""

    report: SourceReport
    rows: tuple[Row, ...]
    differences: tuple[Difference, ...]


@allowed_to(Act.VIEW)
def reconciliation(request: HouseRequest) -> HttpResponse:
    """Set every figure published by the day beside what the roster gives."""
    question = request.question = request.question.of_everyone()
    labels = {group.code: group.label for group in AgencyGroup.objects.all()}
    sources = [shown(report, labels, question) for report in reconcile(question.as_of)]
    context = {
        "sources": sources,
        "findings": sum(len(source.differences) for source in sources),
        "figures": sum(len(source.rows) for source in sources),
    }
    return render(request, "reports/reconciliation.html", context)


def shown(report: SourceReport, labels: dict[str, str], question: Question) -> Source:
    """Return a source with the names of groups and the addresses of lists."""

    def named(figure: PublishedFigure) -> str:
        return labels.get(figure.group, figure.group) or _("All agencies")

    return Source(
        report,
        tuple(Row(row, named(row.figure), list_url(row, report, question)) for row in report.rows),
        tuple(
            Difference(
                finding, named(finding.figure), written(finding.printed), written(finding.computed)
            )
            for finding in report.findings
        ),
    )


def written(number: int | str | None) -> str:
    """Return a number in house style, text as it is."""
    return house_style.count(number) if isinstance(number, int) else number or ""


def list_url(row: Compared, report: SourceReport, question: Question) -> str:
    """Return the address of exactly the agencies, or the page of the activities, counted."""
    if row.computed is not None and row.figure.measure in ACTIVITY_PAGES:
        page = ACTIVITY_PAGES[Measure(row.figure.measure)]
        return question.url(page, as_of=report.as_of.day.isoformat())
    if row.computed is None or row.counted is None:
        return ""
    return question.url(
        "agencies:agency-list",
        as_of=report.as_of.day.isoformat(),
        edition=report.edition.code,
        group=row.figure.group,
        category=LISTED_AS[frozenset(row.counted.categories)],
        own_edition=row.counted.declared,
    )


@keeps_typed
@allowed_to(Act.RECORD)
@of_all_provinces
def enter_figures(request: HouseRequest) -> HttpResponse:
    """Read a pasted text into rows, confirm them, keep them: all on one screen."""
    if request.method != "POST":
        return entering(request, PublicationForm(), figure_rows())
    form = PublicationForm(request.POST)
    again = PublicationForm(initial={name: request.POST.get(name, "") for name in form.fields})
    if request.POST.get("act") == "more":
        return entering(request, again, more_rows(request.POST))
    if request.POST.get("act") == "read" and not is_drawn_again(request):
        if "text" in form.errors:
            return entering(request, form, more_rows(request.POST))
        reading = read(request.POST.get("text", ""), form.cleaned_data.get("published_on"))
        return entering(request, again, figure_rows(figures=reading.rows), reading)
    rows = figure_rows(request.POST)
    if form.is_valid() and rows.is_valid() and kept(request, form, rows):
        messages.success(request, _("The figures are kept as they were printed."))
        return redirect(request.question.url("reports:reconciliation"))
    return entering(request, form, rows)


def read(text: str, published_on: date | None) -> Reading:
    """Read a text as of its day: an edition before the one then asked about is an earlier one."""
    groups = {group.code: group.name for group in AgencyGroup.objects.all()}
    edition = edition_asked_about(published_on or timezone.localdate())
    return read_figures(text, groups, str(edition.year))


def kept(request: HouseRequest, form: PublicationForm, rows: BaseFigures) -> bool:
    """Keep the figures of valid forms; say in the form why they were refused."""
    if is_drawn_again(request):
        return False
    try:
        actions.add_published_figures(
            publication=form.facts(), figures=rows.figures(), by=request.user
        )
    except ValidationError as error:
        for field, found in getattr(error, "error_dict", {None: error}).items():
            form.add_error(field if field in form.fields else None, found)
        return False
    return True


def entering(
    request: HouseRequest, form: PublicationForm, rows: BaseFigures, reading: Reading | None = None
) -> HttpResponse:
    """Show the form of a source with its rows."""
    number = len(reading.rows) if reading else 0
    unclear = [
        row
        for row in (reading.rows[:MOST_ROWS] if reading else ())
        if row.group == UNKNOWN_GROUP or row.measure == UNKNOWN_MEASURE
    ]
    context = {
        "form": form,
        "rows": rows,
        "reading": reading,
        "shown": min(number, MOST_ROWS),
        "cut_off": max(number - MOST_ROWS, 0),
        "unclear": len(unclear),
        "is_full": rows.total_form_count() >= MOST_ROWS + EMPTY_ROWS,
    }
    return render(request, "reports/published_figures.html", context)


@keeps_typed
@allowed_to(Act.RECORD)
@of_all_provinces
def explain(request: HouseRequest, pk: int) -> HttpResponse:
    """Attach an explanation to a figure; the figure stays as it was printed."""
    figures = PublishedFigure.objects.select_related("publication")
    figure = get_object_or_404(figures, pk=pk)
    form = ExplanationForm(request.POST if request.method == "POST" else None)
    is_finding = differs(figure, request.question.as_of.known_at)
    if request.method == "POST" and not is_finding:
        form.add_error(None, _("This figure agrees or is withdrawn: there is nothing to explain."))
    if request.method == "POST" and not is_drawn_again(request) and form.is_valid():
        actions.explain_finding(figure=figure, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, _("The explanation stands beside the figure."))
        return redirect(request.question.url("reports:reconciliation"))
    group = AgencyGroup.objects.filter(code=figure.group).first()
    context = {
        "form": form,
        "figure": figure,
        "group": group.label if group else figure.group,
        "is_finding": is_finding,
        "said": figure.explanations.select_related("by"),
    }
    return render(request, "reports/explain_figure.html", context)


@keeps_typed
@allowed_to(Act.RECORD)
@of_all_provinces
def withdraw(request: HouseRequest, pk: int) -> HttpResponse:
    """Take back a publication that was entered by mistake; it stays on record, struck."""
    publication = get_object_or_404(Publication, pk=pk)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not is_drawn_again(request) and form.is_valid():
        try:
            actions.withdraw_publication(
                publication=publication, reason=form.cleaned_data["reason"], by=request.user
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The publication is withdrawn and stays on record."))
            return redirect(request.question.url("reports:reconciliation"))
    context = {"form": form, "publication": publication, "figures": publication.figures.count()}
    return render(request, "reports/withdraw_publication.html", context)
