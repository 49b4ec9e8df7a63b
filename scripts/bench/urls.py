"""The site's pages and, for comparison, the cheapest page that somebody signed in can get."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from kontum_qms.urls import urlpatterns as site


def nothing(request: HttpRequest) -> HttpResponse:
    """Read session and account, draw an empty template."""
    assert request.user.is_authenticated
    return HttpResponse(engines["django"].from_string("").render({}, request))


urlpatterns = [path("bench/nothing/", nothing), *site]
