"""The first page of activities: what the office did, and where it is recorded."""

from django.http import HttpResponse
from django.shortcuts import render

from activities import rollups
from activities.models import SentReminder
from activities.readings import Reading
from activities.round_rollups import round_table, rounds_of_day
from agencies.middleware import HouseRequest
from agencies.models import transition_to
from agencies.permissions import Act, allowed_to


@allowed_to(Act.VIEW)
def index(request: HouseRequest) -> HttpResponse:
    """Show the key figures of each part, and lead to it; in a line to a page that fetches it."""
    question = request.question
    day, asked = question.as_of.day, Reading(question.as_of)
    context: dict[str, object] = {"totals": rollups.activity_totals(asked)}
    template = "activities/_figures.html"
    if not request.htmx:
        template = "activities/index.html"
        period = next(iter(rounds_of_day(question.as_of)), None)
        context |= {
            "year": day.year,
            "this_year": rollups.activity_totals(asked, day.replace(month=1, day=1)),
            "left": len(rollups.not_yet_inspected(asked, day.year)),
            "period": period,
            "reports": round_table(period, question.as_of).total if period else None,
            "transition": transition_to(question.edition),
            "last_reminder": SentReminder.objects.filter(sent_at__isnull=False).first(),
        }
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response
