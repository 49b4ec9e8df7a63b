"""Where people are signed in, as their page lists it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import SignedIn, User

# What a browser calls itself; the first that is found counts, as they also name each other.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Session:
    """One session, as its bearer knows it again."""

    pk: int
    device: str
    address: str
    since: datetime
    seen_at: datetime
    is_here: bool


def sessions_of(user: User, here: str | None) -> list[Session]:
    """Return an account's sessions that have not ended, this one first."""
    rows = SignedIn.objects.filter(user=user, session__expire_date__gt=timezone.now())
    found = [
        Session(
            pk=row.pk,
            device=device_name(row.device),
            address=row.address or _("unknown address"),
            since=row.since,
            seen_at=row.seen_at,
            is_here=row.session_id == here,
        )
        for row in rows
    ]
    return sorted(found, key=lambda session: not session.is_here)


def device_name(said: str) -> str:
    """Return browser and system by what the browser says of itself."""
    names = [
        next((name for mark, name in known if mark in said), "") for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, names)) or _("unknown device")
