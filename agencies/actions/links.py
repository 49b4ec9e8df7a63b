"""One-time links by which people choose their password; the office sends no password."""

import secrets
from datetime import timedelta
from hashlib import sha256

from axes.handlers.proxy import AxesProxyHandler
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.actions.audit import note_act
from agencies.actions.entries import write_lock
from agencies.actions.sessions import end_sessions
from agencies.models import Deed, OneTimeLink, User

VALID_FOR = timedelta(days=3)


@write_lock()
def make_link(*, user: User, by: User) -> tuple[OneTimeLink, str]:
    """Make a link for an account; return it with its token, which is kept nowhere.

    Earlier links of the account are no longer taken. Its password stays until one is chosen.

    Raises:
        ValidationError: nobody may sign in with the account.
    """
    if not user.is_active or user.username == User.objects.system().username:
        raise ValidationError(_("Nobody may sign in with this account."))
    now = timezone.now()
    OneTimeLink.objects.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    token = secrets.token_urlsafe(32)
    link = OneTimeLink.objects.create(
        user=user, digest=digest_of(token), made_at=now, made_by=by, expires_at=now + VALID_FOR
    )
    note_act(Deed.LINK_MADE, by=by, about=user, said={"expires_at": link.expires_at})
    return link, token


def open_link(token: str) -> OneTimeLink | None:
    """Return the link of a token while a password may be chosen by it."""
    link = OneTimeLink.objects.select_related("user").filter(digest=digest_of(token)).first()
    return link if link and link.is_open(timezone.now()) else None


@write_lock()
def use_link(*, token: str, password: str) -> User | None:
    """Set the password that the bearer of a link chose; None where the link is taken no more.

    The account's sessions end, and so does a lock on its sign-in.
    """
    rows = OneTimeLink.objects.select_for_update(of=("self",)).select_related("user")
    link = rows.filter(digest=digest_of(token)).first()
    if link is None or not link.is_open(timezone.now()):
        return None
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    link.user.set_password(password)
    link.user.save(update_fields=["password"])
    end_sessions(user=link.user)
    AxesProxyHandler.reset_attempts(username=link.user.username)
    note_act(Deed.LINK_USED, by=link.user, about=link.user)
    return link.user


def digest_of(token: str) -> str:
    """Return what the database keeps of a token; it is long and random, so no salt is needed."""
    return sha256(token.encode()).hexdigest()
