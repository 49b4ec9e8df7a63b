"""Log lines as JSON, one object a line, so that whoever gathers logs need not guess.

No line holds what somebody typed: of an address its path alone, of a reader the account's number.
"""

import json
import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import uuid4

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from kontum_qms.probes import ALIVE, READY

requests = logging.getLogger("kontum_qms.requests")
current: ContextVar[str] = ContextVar("request", default="")
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
FIELDS = ("method", "path", "status", "milliseconds", "account")


class JsonFormatter(logging.Formatter):
    """Write a record as one JSON object: when, how grave, who says it, what, in which request."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; what went wrong is in it with its traceback."""
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current.get():
            line["request"] = current.get()
        line |= {
            name: value for name in FIELDS if (value := getattr(record, name, None)) is not None
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class RequestLogMiddleware:
    """Give each request a name, and write one line of what became of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; a proxy's name for it is kept where it is one."""
        given = request.headers.get("X-Request-ID", "")
        name = given if GIVEN.match(given) else uuid4().hex
        token, began = current.set(name), time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = name
            if request.path_info not in (ALIVE, READY):
                _note(request, response, time.perf_counter() - began)
        finally:
            current.reset(token)
        return response


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """Write the line; the account is known where the session was opened anyway."""
    session = getattr(request, "session", None)
    account = session.get(SESSION_KEY) if session is not None and session.accessed else None
    requests.info(
        "%s %s",
        response.status_code,
        request.path_info,
        extra={
            "method": request.method,
            "path": request.path_info,
            "status": response.status_code,
            "milliseconds": round(1000 * seconds, 1),
            "account": account,
        },
    )
