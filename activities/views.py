"""The first page of activities: what the office did, and where it is recorded."""

from django.http import HttpResponse
from django.shortcuts import render

from activities import rollups
from agencies.middleware import HouseRequest
from agencies.permissions import Act, allowed_to


@allowed_to(Act.VIEW)
def index(request: HouseRequest) -> HttpResponse:
    """Show the totals of inspections and training, and what is overdue."""
    as_of = request.question.as_of
    context = {
        "totals": rollups.activity_totals(as_of),
        "year": as_of.day.year,
        "this_year": rollups.activity_totals(as_of, as_of.day.replace(month=1, day=1)),
        "left": len(rollups.not_yet_inspected(as_of, as_of.day.year)),
    }
    return render(request, "activities/index.html", context)
