"""The first page of activities: what the office did, and where it is recorded."""

from django.http import HttpResponse
from django.shortcuts import render

from activities import rollups
from activities.readings import Reading
from agencies.middleware import HouseRequest
from agencies.permissions import Act, allowed_to


@allowed_to(Act.VIEW)
def index(request: HouseRequest) -> HttpResponse:
    """Show the totals of inspections and training, and what is overdue; in a line to a part."""
    day, asked = request.question.as_of.day, Reading(request.question.as_of)
    context: dict[str, object] = {"totals": rollups.activity_totals(asked)}
    template = "activities/_figures.html"
    if not request.htmx:
        template = "activities/index.html"
        context |= {
            "year": day.year,
            "this_year": rollups.activity_totals(asked, day.replace(month=1, day=1)),
            "left": len(rollups.not_yet_inspected(asked, day.year)),
        }
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response
