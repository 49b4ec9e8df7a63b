"""The page for a lost connection, and the service worker that keeps it at hand."""

from functools import cache
from hashlib import sha256

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

from kontum_qms.bundles import sheets

# The page asks for its files under addresses of their own, so that the worker answers for it
# alone and no other page's files pass through it.
SUFFIX = "?offline"


@login_not_required
def offline(request: HttpRequest) -> HttpResponse:
    """Show what the worker keeps: the page for a lost connection, or for a form lost with it."""
    context = {"suffix": SUFFIX, "sent": "sent" in request.GET}
    return HttpResponse(render_to_string("offline.html", context))


@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """Send the worker; at the site's root, as it answers for every page."""
    response = HttpResponse(worker_source(), content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def worker_source() -> str:
    """Return the worker; a new text of the page makes a new worker, which fetches it anew."""
    page = reverse("offline")
    texts = [render_to_string("offline.html", {"sent": sent}) for sent in (False, True)]
    context = {
        "page": page,
        "page_sent": f"{page}?sent",
        "files": [static(name) + SUFFIX for name in ("icon.svg", *sheets("bare"))],
        "version": sha256("".join(texts).encode()).hexdigest()[:12],
    }
    return render_to_string("service_worker.js", context)
