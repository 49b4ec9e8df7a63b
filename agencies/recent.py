"""The agencies that a reader opened last, newest first.

Their codes are kept in a cookie of the reader's browser, one for each account: it outlives a
session, and opening a page writes nothing to the database.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, unquote

from django.conf import settings
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse

from agencies.asof import AsOf
from agencies.chosen import is_code, joined
from agencies.models import Entry, RosterRecord
from agencies.models.history import known_by

MOST = 8
KEPT_FOR = 180 * 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class RecentAgency:
    """An agency opened not long ago, by its name of the day asked."""

    code: str
    name: str
    exists: bool


def cookie_name(request: HttpRequest) -> str:
    """Return the name of the reader's own cookie."""
    return f"recent-{request.user.pk}"


def recent_codes(request: HttpRequest) -> list[str]:
    """Return the codes kept for the reader; whatever is no code is left out."""
    codes = unquote(request.COOKIES.get(cookie_name(request), "")).split(",")
    return [code for code in codes if is_code(code)][:MOST]


def remember(request: HttpRequest, response: HttpResponse, code: str) -> None:
    """Put an agency first among those opened, unless it stands there already."""
    before = recent_codes(request)
    after = list(dict.fromkeys([code, *before]))[:MOST]
    if after == before:
        return
    response.set_cookie(
        cookie_name(request),
        quote(joined(after)),
        max_age=KEPT_FOR,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def recent_agencies(codes: list[str], as_of: AsOf) -> list[RecentAgency]:
    """Return the agencies of codes in their order, in one query, none where there is no code.

    One that does not exist on the day is called by its last name before, else by its first.
    A code that was not on record by the moment asked is left out.
    """
    if not codes:
        return []
    entries = Entry.objects.filter(at__lte=as_of.known_at).order_by("-at").values("pk")
    rows = RosterRecord.objects.filter(known_by(Subquery(entries[:1])), agency__code__in=codes)
    columns = ("agency__code", "name", "valid_from", "valid_to")
    found: dict[str, RecentAgency] = {}
    for code, name, begins, ends in rows.order_by("valid_from").values_list(*columns):
        if code not in found or begins <= as_of.day:
            found[code] = RecentAgency(code, name, _covers(begins, ends, as_of.day))
    return [found[code] for code in codes if code in found]


def _covers(begins: date, ends: date | None, day: date) -> bool:
    return begins <= day and (ends is None or day < ends)
