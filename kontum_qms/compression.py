"""Sends text compressed to whoever can read it so.

Static files were compressed when they were collected; what is compressed by its own kind
(workbooks, Word files, pictures, backups) is left as it is.

By its length a compressed page tells how much it repeats itself. So a secret that stays the same
must not stand in one beside words that somebody else chose (BREACH). Django masks a form's token
anew for each answer and adds a random number of bytes to it; pages with another secret say
`no-transform` and are not compressed.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control

TEXTS = ("application/json", "application/javascript", "application/xml")

# For views that show a secret.
shows_secret = cache_control(no_transform=True)


class CompressionMiddleware(GZipMiddleware):
    """Compress pages, fragments and files of text."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Return the answer, compressed where it is text that may be."""
        if response.status_code == 304:
            return _as_it_is_kept(request, response)
        untouchable = "no-transform" in response.get("Cache-Control", "")
        if response.streaming or untouchable or not is_text(response.get("Content-Type", "")):
            return response
        return super().process_response(request, response)


def is_text(content_type: str) -> bool:
    """Say whether a kind of content is not compressed by itself."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind in TEXTS or kind.endswith(("+xml", "+json"))


def _as_it_is_kept(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Name the answer that the reader has already as it was named: compressed ones bear W/."""
    patch_vary_headers(response, ("Accept-Encoding",))
    weak = f"W/{response.get('ETag', '')}"
    if weak in request.headers.get("If-None-Match", ""):
        response["ETag"] = weak
    return response
