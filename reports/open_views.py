"""Open data: a page and files for everybody, without session, cookie or signing in."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from agencies.asof import AsOf
from agencies.models import Category, Edition, Province
from agencies.models.status import demonstration_note
from agencies.questions import FIRST_DAY, ProvincesField, Question, ask
from reports import open_data, open_package
from reports.open_files import open_file

SOON, A_DAY = "public, max-age=60", "public, max-age=86400"
METHODS = ("GET", "HEAD")
View = Callable[..., HttpResponse]


class Refused(Exception):
    """The address cannot be answered; its text says why, `status` how."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def open_to_everybody(view: View) -> View:
    """Let everybody read a view where the office publishes; nobody finds it where it does not.

    Nothing is written, so no form's token is asked for. Refusals are a line of plain text: the
    house's own pages would open a session.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.OPEN_DATA == "off":
            raise Http404
        if request.method not in METHODS:
            return _for_everybody(HttpResponseNotAllowed(METHODS))
        try:
            response = view(request, *args, **kwargs)
        except Refused as refused:
            response = HttpResponse(
                f"{refused}\n", content_type="text/plain; charset=utf-8", status=refused.status
            )
            response["Cache-Control"] = "no-store"
        return _for_everybody(response)

    return csrf_exempt(login_not_required(answered))


def _for_everybody(response: HttpResponse) -> HttpResponse:
    """Let pages of other sites read an answer, which differs by its encoding alone."""
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@open_to_everybody
def page(
    request: HttpRequest, day: str = "", known_at: str = "", edition: str = ""
) -> HttpResponse:
    """Show the figures to people: what they count, the two tables, the files' addresses."""
    asked = provinces_asked(request)
    question = question_at(day, known_at, edition, asked) if day else latest_question(asked)
    language = request.GET.get("language", settings.LANGUAGE_CODE)
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    with translation.override(language):
        content = render_to_string("open/page.html", page_context(question, language))
    response = HttpResponse(content)
    response["Content-Language"] = language
    return conditional(request, response, A_DAY if day else SOON)


def page_context(question: Question, language: str) -> dict[str, object]:
    """Return what the page says of a question."""
    tables = open_data.open_tables(question)
    place = reverse("open:permanent-page", args=parts_of(question))
    titles = open_package.titles()
    return {
        "language": language,
        "question": question,
        "tables": tables,
        "categories": [category for category in Category if category != Category.CONVERTED],
        "points": tables.points[::-1],
        "denominator": open_package.denominator(),
        "terms": open_package.terms(),
        "licence": settings.OPEN_DATA_LICENCE_URL,
        "demonstration_note": SimpleLazyObject(demonstration_note),
        "place": place,
        "scope": scope_of(question),
        "provinces": Province.objects.all() if question.data_version.has_provinces else (),
        "files": [
            (titles[name], f"{name}.csv", f"{name}.json") for name in open_data.table_names()
        ],
        "has_names": open_data.has_names(),
        "province_name": settings.PROVINCE_NAME,
        "issuer": settings.ISSUER,
        "issuer_parent": settings.ISSUER_PARENT,
        "asof_line": question.line,
    }


@open_to_everybody
def latest(request: HttpRequest, name: str) -> HttpResponse:
    """Lead to a file of this minute under the address that stays."""
    if name not in open_data.file_names():
        raise Refused(404, _("There is no such file."))
    question = latest_question(provinces_asked(request))
    response = redirect(reverse("open:file", args=[*parts_of(question), name]) + scope_of(question))
    response["Cache-Control"] = SOON
    return response


@open_to_everybody
def file(request: HttpRequest, day: str, known_at: str, edition: str, name: str) -> HttpResponse:
    """Send a file of one question."""
    question = question_at(day, known_at, edition, provinces_asked(request))
    found = open_file(question, name)
    if found is None:
        raise Refused(404, _("There is no such file."))
    response = HttpResponse(found.content, content_type=f"{found.media_type}; charset=utf-8")
    response["Content-Language"] = settings.LANGUAGE_CODE
    return conditional(request, response, A_DAY)


@open_to_everybody
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer for every other address below."""
    raise Refused(404, _("There is no such address."))


def conditional(request: HttpRequest, response: HttpResponse, caching: str) -> HttpResponse:
    """Return the answer, or that the reader has it already."""
    etag = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["ETag"], response["Cache-Control"] = etag, caching
    checked = get_conditional_response(request, etag=etag, response=response)
    return checked or response


def parts_of(question: Question) -> tuple[str, str, int]:
    """Return a question as it stands in an address; an edition's year never changes."""
    return question.as_of.day.isoformat(), question.as_of.known_at_utc, question.edition.year


def scope_of(question: Question) -> str:
    """Return the provinces asked for as an address ends with them, nothing where none are."""
    pairs = [("province", code) for code in question.province_codes]
    return f"?{urlencode(pairs)}" if pairs else ""


def provinces_asked(request: HttpRequest) -> tuple[Province, ...]:
    """Return the provinces that an address asks about (`province=CODE`, repeated).

    Raises:
        Refused: one is not on record.
    """
    codes = request.GET.getlist("province")
    try:
        return tuple(ProvincesField(required=False).clean(codes)) if codes else ()
    except ValidationError as error:
        raise Refused(404, " ".join(error.messages)) from None


def latest_question(provinces: tuple[Province, ...] = ()) -> Question:
    """Return the question of today with the knowledge of the last full minute."""
    now = timezone.now().replace(second=0, microsecond=0)
    return known(ask(day=timezone.localdate(now), known_at=now, provinces=provinces))


def question_at(
    day: str, known_at: str, edition: str, provinces: tuple[Province, ...] = ()
) -> Question:
    """Return the question that an address asks.

    Raises:
        Refused: a part is not written as an address writes it, or lies in the future.
    """
    as_of = AsOf(_day(day), _moment(known_at))
    digits = edition.isascii() and edition.isdigit() and len(edition) == 4
    found = Edition.objects.filter(year=int(edition)).first() if digits else None
    if found is None:
        raise Refused(404, _("There is no such edition on record."))
    day_asked, moment = as_of.day, as_of.known_at
    return known(ask(day=day_asked, known_at=moment, edition=found, provinces=provinces))


def known(question: Question) -> Question:
    """Return a question about which something was on record."""
    if question.data_version.known is None:
        raise Refused(404, _("Nothing was on record yet at that moment."))
    return question


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.isoformat() != text or day < FIRST_DAY:
        raise Refused(404, _("A day is written as 2021-11-15."))
    if day > timezone.localdate():
        raise Refused(400, _("The day lies in the future."))
    return day


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min.replace(tzinfo=UTC)
    wrong = moment.tzinfo != UTC or moment.date() < FIRST_DAY
    if wrong or AsOf(FIRST_DAY, moment).known_at_utc != text:
        raise Refused(404, _("A moment is written in UTC, as 2021-11-15T09:30:00Z."))
    if moment > timezone.now():
        raise Refused(400, _("The moment lies in the future; nobody knows yet what will be known."))
    return moment
