"""Reads the question of every page once, before its view."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.addresses import client_address
from agencies.models import Province, User
from agencies.origin import coming_from
from agencies.questions import BadQuestion, OtherProvince, Question, read_question

ASKED = ("agencies", "activities", "reports")  # the apps whose pages are asked a question


class HouseRequest(HttpRequest):
    """A request of somebody signed in, with what the page is asked."""

    user: User
    question: Question
    htmx: Any


class OriginMiddleware:
    """Let whatever a request leads to come from its address in the record of acts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        with coming_from(client_address(request)):
            return self.get_response(request)


class QuestionMiddleware:
    """Set `request.question` for signed-in readers; what cannot be read gets a 400 page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the question is read once the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Read the question, of the reader's own province where there is one.

        Pages outside the house's own (sign-in, administration) are asked none.
        """
        match = request.resolver_match
        if match.app_name not in ASKED or not request.user.is_authenticated:
            return None
        try:
            request.question = read_question(request.GET, request.user.province)
        except BadQuestion as bad:
            several = Province.objects.count() > 1 and request.user.province_id is None
            context = {"question_form": bad.form.to_show(has_provinces=several)}
            return render(request, "bad_question.html", context, status=400)
        except OtherProvince as other:
            return render(request, "other_province.html", {"own": other.own}, status=403)
        return None
