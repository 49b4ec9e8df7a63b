"""The pages between a form whose session had ended and the same form after the sign-in."""

from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from agencies.typed import Typed


@never_cache
def sign_in_page(request: HttpRequest, kept: Typed) -> HttpResponse:
    """Ask to sign in, with what was typed carried along."""
    context = {"form": AuthenticationForm(request), "kept": kept}
    return render(request, "account/login.html", context)


@never_cache
def continue_page(request: HttpRequest, kept: Typed, status: int = 200) -> HttpResponse:
    """Let the reader go on: the click leads to the form as it was typed, not to a record."""
    return render(request, "account/continue.html", {"kept": kept}, status=status)


def session_fragment(request: HttpRequest) -> HttpResponse:
    """Say inside a page that its session has ended or was begun anew; the page stays as it is.

    Answered as a success: htmx shows nothing else.
    """
    return render(request, "account/_session.html")
