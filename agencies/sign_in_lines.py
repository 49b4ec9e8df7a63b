"""Lines of the record of acts that Django's own signals of signing in and out lead to."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from agencies import actions
from agencies.models import Deed, User


def listen() -> None:
    """Hear of sign-ins, after axes has counted them."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit")
    user_logged_out.connect(_signed_out, dispatch_uid="audit")
    user_login_failed.connect(_failed, dispatch_uid="audit")


def _signed_in(user: User, request: HttpRequest | None = None, **_kwargs: Any) -> None:
    if request is not None:
        request.signed_in_as = user.pk  # type: ignore[attr-defined]  # read by the middleware
    actions.note_act(Deed.SIGNED_IN, by=user)


def _signed_out(user: User | None, **_kwargs: Any) -> None:
    if user is not None:
        actions.note_act(Deed.SIGNED_OUT, by=user)


def _failed(
    credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any
) -> None:
    """Write a failure down, but not what was refused without a look: nobody floods the record."""
    if getattr(request, "refused_unseen", False):
        return
    is_locked = bool(getattr(request, "axes_locked_out", False))
    actions.note_failed_sign_in(username=str(credentials.get("username", "")), is_locked=is_locked)
