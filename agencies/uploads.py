"""How much of an upload is taken in."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class BoundedUpload(FileUploadHandler):
    """Keeps a file that is too large from filling the disk before its form can refuse it.

    What comes after the first piece beyond the limit is read and dropped, so the file that
    reaches the form is a little too large still, and the form says so.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass a piece on to the handlers that keep it, unless the limit was passed before."""
        return None if start > settings.EVIDENCE_MAX_MB * 1024 * 1024 else raw_data

    def file_complete(self, file_size: int) -> Any:
        """Leave the file to the handlers that kept it."""
        return None
