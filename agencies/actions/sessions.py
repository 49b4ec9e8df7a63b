"""Sessions: noted while they are used, ended one by one or all together."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from agencies.actions.audit import note_act
from agencies.actions.entries import write_lock
from agencies.models import Deed, SignedIn, User


@transaction.atomic
def note_visit(*, user: User, session_key: str, address: str | None, device: str) -> None:
    """Remember that a session was used just now; the first time also since when and by what."""
    now = {"seen_at": timezone.now(), "address": address}
    seen = SignedIn.objects.filter(session_id=session_key, user=user).update(**now)
    if not seen and Session.objects.filter(pk=session_key).exists():
        facts = {**now, "user": user, "device": device[:300], "since": now["seen_at"]}
        SignedIn.objects.update_or_create(session_id=session_key, defaults=facts)


def end_session(*, pk: int, by: User) -> bool:
    """End one of one's own sessions; say whether there was such a one."""
    keys = SignedIn.objects.filter(pk=pk, user=by).values("session_id")
    with write_lock():
        is_ended = bool(Session.objects.filter(pk__in=keys).delete()[0])
        if is_ended:
            note_act(Deed.SESSIONS_ENDED, by=by, about=by, said={"sessions": 1})
    return is_ended


def end_own_sessions(*, by: User, but: str | None) -> int:
    """End all of one's own sessions but one; return how many."""
    with write_lock():
        count = end_sessions(user=by, but=but)
        if count:
            note_act(Deed.SESSIONS_ENDED, by=by, about=by, said={"sessions": count})
    return count


def end_sessions(*, user: User, but: str | None = None) -> int:
    """End an account's sessions, all but one where it is named; return how many.

    It is part of another act, which is the one that is on record.
    Every session of the site is read: one that was not noted yet must not live on.
    """
    going = Session.objects.filter(expire_date__gt=timezone.now()).exclude(pk=but or "")
    keys = [row.pk for row in going if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)
