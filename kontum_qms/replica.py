"""Reports read from a second server that follows the first, and never an older state of it.

`REPLICA_URL` names a PostgreSQL server in streaming replication. A page of `reports` that only
reads asks it, once it has said that it holds all that the first server has written; a copy that
lags, is paused, is away or is no copy any more is passed over, and the first server answers. So
whoever recorded something finds it in the next figure (docs/adr/0028-replica.md).
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, DatabaseError, Error, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

REPLICA = "replica"
REPORTS = {"reports", "open"}  # whose pages read
ROOMS = {"agencies", "activities", "reports"}  # whose tables a report reads
AGAIN = 30  # seconds for which a copy that did not answer is not asked anew
logger = logging.getLogger("kontum_qms.replica")
reading: ContextVar[bool] = ContextVar("reading", default=False)

WRITTEN = "SELECT pg_current_wal_lsn()"
HOLDS = "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s::pg_lsn"


class ReplicaRouter:
    """Send what a report reads to the copy, and all else to the first server."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        """Choose the copy for a page that may read it, outside of any act of writing."""
        if not reading.get() or model._meta.app_label not in ROOMS:
            return None
        return None if connections[DEFAULT_DB_ALIAS].in_atomic_block else REPLICA

    def db_for_write(self, _model: type[Model], **_hints: Any) -> str:
        """Write to the first server alone."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Model, _other: Model, **_hints: Any) -> bool:
        """Let rows of both stand together: they are of one database."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool | None:
        """Migrate nothing on the copy, which gets it from the first."""
        return False if db == REPLICA else None


class ReplicaMiddleware:
    """Let a report that only reads ask the copy, where that one knows all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; what is chosen for it ends with it."""
        token = reading.set(False)
        try:
            return self.get_response(request)
        finally:
            reading.reset(token)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Choose once it is known which page is asked for."""
        match = request.resolver_match
        is_report = match is not None and not REPORTS.isdisjoint(match.app_names)
        if is_report and request.method in ("GET", "HEAD"):
            reading.set(state() == "ok")
        return None


class _Copy:
    """What this process has found out about the copy."""

    away_until = 0.0
    told = ""


def state() -> str:
    """Say whether the copy holds all that was written: "ok", "behind", "no copy" or "away".

    What is written while the copy is asked may be on it or not, as with any page.
    """
    if time.monotonic() < _Copy.away_until:
        return "away"
    written = _ask(DEFAULT_DB_ALIAS, WRITTEN)[0]
    try:
        follows, holds = _ask(REPLICA, HOLDS, str(written))
    except DatabaseError:
        _give_up()
        found = "away"
    else:
        found = "no copy" if not follows else "ok" if holds else "behind"
    _tell(found)
    return found


def _ask(alias: str, statement: str, *values: str) -> tuple[Any, ...]:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
        return tuple(cursor.fetchone() or ())


def _give_up() -> None:
    """Leave the copy alone for a while; what is left of the connection is of no use."""
    _Copy.away_until = time.monotonic() + AGAIN
    try:
        connections[REPLICA].close()
    except Error:  # it is gone already
        logger.debug("the connection to the copy was gone")


def _tell(found: str) -> None:
    """Write to the log when something changed; a copy that lags for a moment is no news."""
    if found not in (_Copy.told, "behind"):
        level = logging.INFO if found == "ok" else logging.WARNING
        logger.log(level, "the copy that reports are read from: %s", found)
        _Copy.told = found
