"""The log of reminders: what was mailed to whom."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from activities.models import SentReminder
from agencies.middleware import HouseRequest
from agencies.permissions import Act, allowed_to
from agencies.scope import shown_to
from agencies.views import PAGE_SIZE


@allowed_to(Act.RECORD)
def reminders(request: HouseRequest) -> HttpResponse:
    """List the reminders that were sent, the newest first."""
    rows = shown_to(request.user, SentReminder.objects.all(), "agency")
    rows = rows.select_related("agency", "by")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "activities/reminders.html", {"reminders": page})
