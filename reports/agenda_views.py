"""The pages of the calendar and of one agency's dossier."""

from django.http import HttpResponse
from django.shortcuts import render

from agencies.access import find_agency
from agencies.middleware import HouseRequest
from agencies.permissions import Act, allowed_to
from reports.agenda import month_beside, month_of, read_month
from reports.dossier import dossier_of


@allowed_to(Act.VIEW)
def calendar_page(request: HouseRequest) -> HttpResponse:
    """Show what is due in a month, by default the month of the day asked about."""
    first, wrong = request.question.as_of.day.replace(day=1), ""
    if typed := request.GET.get("month", ""):
        try:
            first = read_month(typed)
        except ValueError:
            wrong = typed
    context = {
        "month": month_of(request.question, first),
        "before": month_beside(first, -1),
        "after": month_beside(first, 1),
        "wrong": wrong,
    }
    return render(request, "reports/calendar.html", context, status=400 if wrong else 200)


@allowed_to(Act.VIEW)
def dossier_page(request: HouseRequest, code: str) -> HttpResponse:
    """Show everything on record of one agency, to be printed."""
    agency = find_agency(request.user, code=code)
    dossier = dossier_of(request.question, agency)
    return render(request, "reports/dossier.html", {"agency": agency, "dossier": dossier})
