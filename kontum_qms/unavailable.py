"""What is told when the database or the disk does not answer: try again, and nothing is lost.

Such an error is nobody's mistake and passes. So it is no "something went wrong" (500) but a page
that says what is the matter and when to come back (503), with what was typed carried along.
Whether the last form was recorded is not always certain: the answer of a commit may be lost with
the connection. The form that comes back says so when it is sent, as one that was overtaken.
"""

import errno
import sqlite3
import sys
from collections.abc import Iterator
from enum import Enum

from django.conf import settings
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from agencies.typed import Typed, typed


class Trouble(Enum):
    """What is the matter, with the seconds after which to try again."""

    AWAY = "away", 10
    BUSY = "busy", 10
    NOT_WRITABLE = "not writable", 60

    def __init__(self, label: str, seconds: int) -> None:
        self.label, self.seconds = label, seconds


OF_SQLITE = {  # primary result codes
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_READONLY: Trouble.NOT_WRITABLE,
    sqlite3.SQLITE_FULL: Trouble.NOT_WRITABLE,
    sqlite3.SQLITE_IOERR: Trouble.NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: Trouble.AWAY,
}
OF_POSTGRES = {  # SQLSTATE, or its class
    "53100": Trouble.NOT_WRITABLE,  # the disk is full
    "25006": Trouble.NOT_WRITABLE,  # a server that only reads, as a stand-by does
    "58030": Trouble.NOT_WRITABLE,  # reading or writing fails
    "55P03": Trouble.BUSY,  # a lock is held by somebody else
    "40": Trouble.BUSY,  # given way to somebody else
    "57014": Trouble.BUSY,  # it took too long
    "08": Trouble.AWAY,
    "53": Trouble.AWAY,  # too many connections, no memory
    "57P": Trouble.AWAY,  # shutting down, starting up, crashed
}
OF_FILES = {
    errno.ENOSPC: Trouble.NOT_WRITABLE,
    errno.EDQUOT: Trouble.NOT_WRITABLE,
    errno.EFBIG: Trouble.NOT_WRITABLE,
    errno.EROFS: Trouble.NOT_WRITABLE,
    errno.EACCES: Trouble.NOT_WRITABLE,
    errno.EIO: Trouble.NOT_WRITABLE,
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Return what is the matter where an error tells of database or disk, None for a mistake."""
    for one in _chain(error):
        if isinstance(one, sqlite3.Error):
            return OF_SQLITE.get(getattr(one, "sqlite_errorcode", 0) & 0xFF)
        if isinstance(one, OSError) and one.errno in OF_FILES:
            return OF_FILES[one.errno]
        if isinstance(one, Error) and not isinstance(one.__cause__, sqlite3.Error):
            return _trouble_of_server(one)
    return None


def _trouble_of_server(error: Error) -> Trouble | None:
    """Read what PostgreSQL says; a connection that is lost says nothing any more."""
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None:
        lost = type(error).__name__ in ("OperationalError", "InterfaceError")
        return Trouble.AWAY if lost else None
    return next((OF_POSTGRES[state[:n]] for n in (5, 3, 2) if state[:n] in OF_POSTGRES), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def told(error: BaseException) -> str | None:
    """Return a line for the console where an error tells of database or disk."""
    if trouble_of(error) is None:
        return None
    answer = str(error).split("\n", maxsplit=1)[0]
    with translation.override(settings.LANGUAGE_CODE):
        return _("The database or the disk does not answer: %(error)s") % {"error": answer}


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a request that failed: a page to try again where it is nobody's mistake.

    Connections are given up: one that was opened while the disk could only be read stays so.
    """
    trouble = trouble_of(sys.exception())
    if trouble is None:
        return server_error(request)
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
    return unavailable(request, trouble)


def unavailable(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Say what is the matter, with the way back to the form as it was typed.

    Inside a page it is answered as a success, as htmx shows nothing else.
    """
    kept = _typed(request)
    context = {
        "trouble": trouble.label,
        "sent": request.method == "POST",
        "kept": kept,
        # No context processor: they would ask the database.
        "token": get_token(request) if kept else "",
    }
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(render_to_string("_unavailable.html", context))
    else:
        response = HttpResponse(render_to_string("503.html", context), status=503)
        response["Retry-After"] = str(trouble.seconds)
    response["Cache-Control"] = "no-store"
    return response


def _typed(request: HttpRequest) -> Typed | None:
    """Return what was typed, where this site has sent the form."""
    try:
        return typed(request) if getattr(request, "csrf_processing_done", False) else None
    except OSError:  # the form itself did not arrive whole
        return None
