"""Compresses what is text on its way out; documents and workbooks are compressed already.

A compressed page that holds a secret beside what an attacker may put there could be guessed by
its length (BREACH). The one secret in pages is the token of their forms, which Django hides anew in
every answer, and Django adds bytes of random number to each compressed page besides.
"""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/", "application/json", "application/ld+json", "image/svg+xml")


class TextGZipMiddleware(GZipMiddleware):
    """Compress text alone; static files have been compressed beforehand."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Leave alone what would only cost time."""
        if not response.headers.get("Content-Type", "").startswith(TEXT):
            return response
        return super().process_response(request, response)
