"""How often a sign-in may fail, and how long it then waits.

django-axes counts failures by account and address together (AXES_LOCKOUT_PARAMETERS), so that
failing elsewhere locks nobody out here. A second, softer count is of the address alone: whoever
tries many accounts from one place. An office behind one address shares that count, so it does not
stop whoever has signed in with the same browser before: a signed cookie says so, and nothing else.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from agencies.addresses import counted_address
from agencies.models import User

BY_ACCOUNT = 5  # failures of one account from one address
BY_ADDRESS = 50  # failures from one address, whatever the account
WAIT = timedelta(minutes=15)
KNOWN_DEVICE = "known_device"  # the cookie's name and salt
KNOWN_FOR = timedelta(days=180)
MOST_KNOWN = 10  # accounts of one browser


def failure_limit(request: HttpRequest, credentials: Any) -> int:
    """Return the limit, as axes asks for it."""
    return BY_ACCOUNT


def cool_off(request: HttpRequest | None) -> timedelta:
    """Return the waiting time, as axes asks for it."""
    return WAIT


class LockoutBackend(AxesStandaloneBackend):
    """Signs nobody in; refuses before a password is looked at."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Stop the sign-in where there were too many failures; a command has no address."""
        if request is None:
            return
        # Told by whoever refuses: what is refused unlooked at is no further failure on record.
        request.refused_unseen = True  # type: ignore[attr-defined]  # agencies/sign_in_lines.py
        super().authenticate(request, username, password, **kwargs)
        if not within_address(request, username or ""):
            request.axes_locked_out = True  # type: ignore[attr-defined]  # axes answers with it
            raise AxesBackendPermissionDenied
        request.refused_unseen = False  # type: ignore[attr-defined]  # likewise


def is_locked(request: HttpRequest, username: str) -> bool:
    """Say whether this account may not be tried from here at present."""
    credentials = {"username": username}
    return not (
        AxesProxyHandler.is_allowed(request, credentials) and within_address(request, username)
    )


def count_failure(request: HttpRequest, username: str) -> None:
    """Count a wrong code as a wrong password is counted."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def within_address(request: HttpRequest, username: str) -> bool:
    """Say whether the address alone has failed seldom enough, or the browser is known."""
    failures = _recent(request).aggregate(count=Sum("failures_since_start"))["count"] or 0
    return failures < BY_ADDRESS or _is_known_device(request, username)


def _known_accounts(request: HttpRequest) -> list[int]:
    said = request.get_signed_cookie(KNOWN_DEVICE, default="", salt=KNOWN_DEVICE, max_age=KNOWN_FOR)
    return [int(number) for number in str(said).split(".") if number.isdigit()]


def _is_known_device(request: HttpRequest, username: str) -> bool:
    known = _known_accounts(request)
    return bool(known) and User.objects.filter(username=username, pk__in=known).exists()


def remember_device(request: HttpRequest, response: HttpResponseBase, account: int) -> None:
    """Let the browser say from now on that the account has signed in with it."""
    others = [number for number in _known_accounts(request) if number != account]
    response.set_signed_cookie(
        KNOWN_DEVICE,
        ".".join(map(str, [account, *others][:MOST_KNOWN])),
        salt=KNOWN_DEVICE,
        max_age=KNOWN_FOR,
        path=reverse("login").removesuffix("login/"),  # also where a code is asked for
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def seconds_left(request: HttpRequest, username: str) -> int:
    """Return how long the account, or the address, has to wait."""
    rows = _recent(request)
    if within_address(request, username):
        rows = rows.filter(username=username)
    last: datetime | None = rows.aggregate(last=Max("attempt_time"))["last"]
    left = (last or timezone.now()) + WAIT - timezone.now()
    return max(1, ceil(left.total_seconds()))


def _recent(request: HttpRequest) -> "QuerySet[AccessAttempt]":
    since = timezone.now() - WAIT
    found: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(
        ip_address=counted_address(request), attempt_time__gte=since
    )
    return found
