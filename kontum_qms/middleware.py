"""The language a person chose, and the session of whoever is signed in."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

from agencies.typed import typed
from kontum_qms.typed_pages import session_fragment, sign_in_page

RENEWED = "renewed"  # seconds since 1970


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


class SignInMiddleware(LoginRequiredMiddleware):
    """Ask whoever is not signed in to do so, and keep what they typed."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Let pages open to everybody pass without asking who reads them."""
        if not getattr(view_func, "login_required", True):
            return None
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
        return response
