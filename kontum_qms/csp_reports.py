"""What browsers report of violated policies, written to the log without anybody's secrets."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from agencies.addresses import counted_address

logger = logging.getLogger("kontum_qms.csp")
LARGEST = 16_384  # bytes of one report
MOST_REPORTS = 5  # that one request may bring
MINUTE = 60
MOST_BY_ADDRESS, MOST_BY_ALL = 20, 200  # requests in a minute


@csrf_exempt  # browsers send it on their own
@login_not_required
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Take a report in either of the two forms that browsers know."""
    if not within_rate(request):
        return HttpResponse(status=429)
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return HttpResponse(status=413)
    for report in list(reports_in(body))[:MOST_REPORTS]:
        logger.warning("policy violated: %s", json.dumps(said_of(report, request)))
    return HttpResponse(status=204)


def within_rate(request: HttpRequest) -> bool:
    """Count the request; say whether its address, and all together, keep within the rate."""
    counts = caches["accounts"]
    within = True
    for name, most in ((counted_address(request), MOST_BY_ADDRESS), ("all", MOST_BY_ALL)):
        key = f"csp-{name}"
        within = within and (counts.add(key, 1, MINUTE) or _one_more(counts, key) <= most)
    return within


def _one_more(counts: BaseCache, key: str) -> int:
    try:
        return counts.incr(key)
    except ValueError:  # the minute was over since
        counts.set(key, 1, MINUTE)
        return 1


def reports_in(body: bytes) -> Iterator[dict[str, Any]]:
    """Yield the reports of a body; nothing where it cannot be read."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return
    for each in found if isinstance(found, list) else [found]:
        inner = each.get("csp-report", each.get("body")) if isinstance(each, dict) else None
        if isinstance(inner, dict):
            yield inner


def said_of(report: dict[str, Any], request: HttpRequest) -> dict[str, str]:
    """Return what the log may say: no query, no fragment, no sample, no one-time link."""

    def first(*names: str) -> str:
        return str(next((report[name] for name in names if report.get(name)), ""))[:2000]

    return {
        "directive": first("effective-directive", "effectiveDirective", "violated-directive")[:80],
        "page": place(first("document-uri", "documentURL"), request),
        "blocked": place(first("blocked-uri", "blockedURL"), request),
        "source": place(first("source-file", "sourceFile"), request),
        "line": first("line-number", "lineNumber")[:10],
    }


def place(address: str, request: HttpRequest) -> str:
    """Return a page of ours by its pattern, another site by its name, a word as it is."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "unreadable"
    if not host:
        return (parts.scheme or parts.path)[:40]
    if host != request.get_host():
        return f"{parts.scheme}://{host}"[:120]
    if parts.path.startswith(settings.STATIC_URL):
        return parts.path[:120]
    try:
        return f"/{resolve(parts.path).route}"
    except Resolver404:
        return "unknown page"
