"""How far an import is, told while it runs.

An import is one transaction, of which nobody sees anything before its end, and each
process has a cache of its own. So it stands in a small file beside the workbook.
"""

import json
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from agencies.models import Upload


class Progress:
    """Tells the progress of one import for the time of a block."""

    def __init__(self, upload: Upload) -> None:
        self._path = _place(upload)

    def __enter__(self) -> Self:
        """Say that the import has begun."""
        self.tell(0, 0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Say nothing more, however it ended."""
        self._path.unlink(missing_ok=True)

    def tell(self, done: int, rows: int) -> None:
        """Say how many rows are taken of how many; all of them: they are being written."""
        new = self._path.with_suffix(".new")
        with suppress(OSError):  # a full disk must not stop the import
            new.write_text(json.dumps([done, rows]), "ascii")
            new.replace(self._path)


def progress_of(upload: Upload) -> tuple[int, int] | None:
    """Return how many rows are taken of how many, None where no import runs."""
    try:
        done, rows = json.loads(_place(upload).read_text("ascii"))
    except (OSError, ValueError):
        return None
    return int(done), int(rows)


def _place(upload: Upload) -> Path:
    return Path(upload.file.path + ".progress")
