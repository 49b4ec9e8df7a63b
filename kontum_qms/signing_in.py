"""The steps of a sign-in after the password: the code, then where to go on."""

import time
from typing import Any

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, load_backend, login
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from agencies import actions
from agencies.models import User
from agencies.second_factor import factor_of
from agencies.typed import typed
from kontum_qms.typed_pages import continue_page

WAITING = "second_factor_of"  # whose password was right, until the code is
WAITS = 600  # seconds
VERIFIED = "second_factor_given"
FEW_CODES = 3


def ask_for_code(request: HttpRequest, user: Any) -> None:
    """Remember whose password was right; nobody is signed in yet."""
    request.session.cycle_key()
    request.session[WAITING] = {
        "user": user.pk,
        "backend": user.backend,
        "hash": user.get_session_auth_hash(),
        "at": int(time.time()),
    }


def waiting_user(request: HttpRequest) -> User | None:
    """Return whose code is asked for, None once it took too long or the password changed."""
    waits = request.session.get(WAITING)
    if not waits or time.time() - waits["at"] > WAITS:
        return None
    backend = load_backend(waits["backend"])
    assert isinstance(backend, BaseBackend)
    user = backend.get_user(waits["user"])
    if not isinstance(user, User):
        return None
    user.backend = waits["backend"]
    return user if constant_time_compare(waits["hash"], user.get_session_auth_hash()) else None


def let_in(request: HttpRequest, user: User) -> None:
    """Sign in whoever gave password and code."""
    login(request, user)
    request.session.pop(WAITING, None)
    request.session[VERIFIED] = True


def go_on(request: HttpRequest, user: User, address: str) -> HttpResponse:
    """Tell what the reader must know, then go on where the session had ended."""
    assert SESSION_KEY in request.session
    for reset in actions.told_resets(by=user):
        said = _("%(by)s took your second factor away: %(reason)s")
        messages.warning(request, said % {"by": reset.by, "reason": reset.reason})
    kept = typed(request)
    if kept and kept.is_by(user):
        return continue_page(request, kept)
    if kept:
        said = _("What was typed before belongs to another account and was not carried over.")
        messages.warning(request, said)
    return HttpResponseRedirect(address)


def warn_of_few_codes(request: HttpRequest, user: User) -> None:
    """Say after the use of a recovery code how many are left."""
    factor = factor_of(user)
    left = factor.codes_left if factor else 0
    said = _("A recovery code was used; it is not taken again. Left: %(left)s.") % {"left": left}
    if left <= FEW_CODES:
        soon = _("Make new ones soon, on the page of your second factor.")
        said = f"{said} {soon}"
    messages.warning(request, said)
