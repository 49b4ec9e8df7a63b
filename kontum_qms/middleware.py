"""The language a person chose, and the session of whoever is signed in."""

import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils import translation

from agencies.actions import note_visit
from agencies.addresses import client_address
from agencies.lockout import remember_device
from agencies.models import User
from agencies.second_factor import has_factor, is_required
from agencies.typed import typed
from kontum_qms.signing_in import VERIFIED
from kontum_qms.typed_pages import session_fragment, sign_in_page
from kontum_qms.unavailable import trouble_of

METHODS = ("GET", "HEAD", "POST")
NOTHING = "default-src 'none'; frame-ancestors 'none'"
NOT_USED = "camera=(), geolocation=(), microphone=()"
SEEN_AGAIN = 300  # seconds
# What somebody may reach who must set up a second factor first.
WITHOUT_FACTOR = {"second-factor-set-up", "logout"}
BEGUN, RENEWED = "begun", "renewed"  # seconds since 1970


class HeadersMiddleware:
    """Name the place for reports of violated policies, and give up what no page uses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers that Django and django-csp do not know, or did not come to."""
        response = self.get_response(request)
        # Static files, refused methods and foreign hosts are answered before the policy is set.
        response.headers.setdefault("Content-Security-Policy", NOTHING)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Reporting-Endpoints", f'csp="{settings.CSP_REPORTS}"')
        response.headers.setdefault("Permissions-Policy", NOT_USED)
        return response


class MethodsMiddleware:
    """Take no request but those that pages and forms make."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse every other method, whoever asks and wherever."""
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return self.get_response(request)


class ChosenLanguageMiddleware:
    """Show a page in the language chosen on the site, Vietnamese until one is.

    Django's own middleware follows the browser's language; browsers of this office are
    often installed in English, while its papers are Vietnamese.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the reader's cookie."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        known = dict(settings.LANGUAGES)
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


class PatientSessionMiddleware(SessionMiddleware):
    """Send a page even where the note that its session was used cannot be kept.

    So pages are read while the database can only be read, and what was recorded is not called
    in doubt because a note after it failed.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session where that is possible."""
        try:
            return super().process_response(request, response)
        except (DatabaseError, SessionInterrupted) as error:
            if trouble_of(error) is None:
                raise
            return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Ask whoever is not signed in to do so, and keep what they typed."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Let pages open to everybody pass without asking who reads them."""
        if not getattr(view_func, "login_required", True):
            return None
        if time.time() - request.session.get(BEGUN, time.time()) > settings.SESSION_LONGEST:
            logout(request)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # more than a redirect
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        """Answer with the sign-in page; inside a page, with a word about it."""
        if getattr(request, "htmx", False):
            return session_fragment(request)
        if kept := typed(request):
            return sign_in_page(request, kept)
        return super().handle_no_permission(request, view_func)


class IdleSessionMiddleware:
    """Let a session end once it has been idle for SESSION_MINUTES, not while it is used.

    Once it is SESSION_DAYS old it ends all the same (`SignInMiddleware`).
    It is renewed at most ten times in that span, so that reading pages seldom writes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; renew the session of whoever is signed in."""
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session:
            now = int(time.time())
            if now - session.get(RENEWED, 0) > settings.SESSION_COOKIE_AGE / 10:
                session[RENEWED] = now
                session.setdefault(BEGUN, now)
        return response


class SeenMiddleware:
    """Note when a session was used last, at most once in five minutes in each process."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; a page is worth more than the note about it."""
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session and session.session_key:
            key = sha256(session.session_key.encode()).hexdigest()
            if caches["accounts"].add(f"seen-{key}", 1, SEEN_AGAIN):
                with suppress(DatabaseError):
                    note(request, session.session_key)
        return response


def note(request: HttpRequest, session_key: str) -> None:
    """Note the visit of whoever is signed in."""
    if isinstance(request.user, User):
        note_visit(
            user=request.user,
            session_key=session_key,
            address=client_address(request),
            device=request.headers.get("User-Agent", ""),
        )


class KnownDeviceMiddleware:
    """Let a browser that somebody has signed in with be known as such (agencies/lockout.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; what it signed in says the signal."""
        response = self.get_response(request)
        account = getattr(request, "signed_in_as", None)
        if account is not None:
            remember_device(request, response, account)
        return response


class SecondFactorMiddleware:
    """Lead whoever must have a second factor and has none to setting it up, before all else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; what may be seen without the factor shows with the view."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """Let pass pages for everybody, the signing out, and who has given a code."""
        match = request.resolver_match
        is_open = not getattr(view_func, "login_required", True)
        if is_open or (match and match.view_name in WITHOUT_FACTOR):
            return None
        user = request.user
        if not isinstance(user, User) or request.session.get(VERIFIED) or not is_required(user):
            return None
        return None if has_factor(user) else led_to_set_up(request)


def led_to_set_up(request: HttpRequest) -> HttpResponse:
    """Lead to setting up the second factor; what was typed is carried along."""
    address = reverse("second-factor-set-up")
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": address})
    if typed(request):
        return cast("HttpResponse", resolve(address).func(request))
    return redirect(address)
