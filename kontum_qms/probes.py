"""Whether the process answers, and whether it can do its work: for proxies and service managers.

Both are asked every few seconds, by an address and without a session; they say nothing that an
outsider might use, and write nothing.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static

from kontum_qms.replica import REPLICA, state

ALIVE, READY = "/healthz/", "/readyz/"
AGAIN = 5  # seconds for which a database that awaits migrations is not asked about them anew


class ProbeMiddleware:
    """Answer the two addresses before any other part looks at the request.

    So a probe needs no host name that the site goes by, opens no session, and is not sent to
    HTTPS (`SECURE_REDIRECT_EXEMPT`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on whatever is not asked by a probe."""
        if request.path_info not in (ALIVE, READY):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        parts = {"process": "ok"} if request.path_info == ALIVE else readiness()
        can_work = all(parts[part] == "ok" for part in parts if part != REPLICA)
        answer = JsonResponse(parts, status=200 if can_work else 503)
        answer["Cache-Control"] = "no-store"
        return answer


def readiness() -> dict[str, str]:
    """Return what work needs, each with "ok" or what is the matter.

    A copy that reports may be read from is told of; work goes on without it.
    """
    parts = {"database": _database(), "documents": _documents(), "static": _static()}
    if REPLICA in settings.DATABASES and parts["database"] == "ok":
        parts[REPLICA] = state()
    return parts


class _Migrations:
    """What this process has found out: a schema once complete stays so while it lives."""

    complete = False
    asked_again_at = 0.0


def _database() -> str:
    """Ask the database for something, and whether every migration is carried out."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        if not _Migrations.complete and time.monotonic() >= _Migrations.asked_again_at:
            executor = MigrationExecutor(connection)
            _Migrations.complete = not executor.migration_plan(executor.loader.graph.leaf_nodes())
            _Migrations.asked_again_at = time.monotonic() + AGAIN
    except DatabaseError:
        if not connection.in_atomic_block:
            connection.close()
        return "away"
    return "ok" if _Migrations.complete else "awaits migrations"


def _documents() -> str:
    """Say whether documents can be kept; the folder is made by the first of them."""
    place = Path(settings.MEDIA_ROOT)
    while not place.exists() and place != place.parent:
        place = place.parent
    return "ok" if os.access(place, os.W_OK | os.X_OK) else "not writable"


def _static() -> str:
    """Say whether the site's own files were collected: no page can be drawn without them."""
    try:
        static("icon.svg")
    except ValueError:
        return "not collected"
    return "ok"
