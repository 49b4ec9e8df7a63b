"""The page of the Word report: what it will say, the file, and the template it is filled into."""

from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from agencies.actions import note_export
from agencies.middleware import HouseRequest
from agencies.permissions import Act, allowed_to
from reports import word
from reports.word_report import StillToCome, build_report, gather, values_of
from reports.word_template import BadTemplate, shipped_or_own

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@allowed_to(Act.VIEW)
def word_page(request: HouseRequest) -> HttpResponse:
    """Show the figures that the report will state, and what a template may ask for."""
    return _page(request)


def _page(request: HouseRequest, problem: str = "", status: int = 200) -> HttpResponse:
    report = gather(request.question)
    comparison = report.changes.comparison
    context = {
        "nobody": not any(report.table.total),
        "comparison": comparison,
        "left": sum(len(row.left) for row in report.left),
        "parents": len(report.left),
        "changed": len(report.changes.learnt.agencies) + len(report.changes.happened.agencies),
        "agencies": len(report.standings),
        "placeholders": list(word.described(values_of(report))),
        "own_template": Path(settings.WORD_TEMPLATE).name if _is_own() else "",
        "signer": settings.SIGNER_TITLE,
        "deputy": settings.SIGNER_DEPUTY_TITLE,
        "problem": problem,
        "still_to_come": report.as_of.is_still_to_come,
    }
    return render(request, "reports/word.html", context, status=status)


def _is_own() -> bool:
    return Path(settings.WORD_TEMPLATE) != settings.BASE_DIR / "templates/word/bao-cao.docx"


@allowed_to(Act.VIEW)
def word_file(request: HouseRequest) -> HttpResponse:
    """Send the report, signed by the head or (`deputy`) by a deputy; else say what is wrong."""
    deputy = bool(settings.SIGNER_DEPUTY_TITLE) and "deputy" in request.GET
    try:
        content = build_report(request.question, deputy=deputy)
    except StillToCome:
        return _page(request, status=400)
    except BadTemplate as bad:
        return _page(request, str(bad), status=400)
    name = f"bao-cao-htqlcl-{request.question.as_of.day}.docx"
    note_export(by=request.user, name=name, asked=request.GET.urlencode())
    return docx(content, name)


@allowed_to(Act.VIEW)
def word_template(request: HouseRequest) -> HttpResponse:
    """Send the template in use, to be edited in Word or LibreOffice."""
    try:
        return docx(shipped_or_own(), "mau-bao-cao.docx")
    except BadTemplate as bad:
        return _page(request, str(bad), status=400)


def docx(content: bytes, name: str) -> HttpResponse:
    """Return a Word file as a download."""
    response = HttpResponse(content, content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
