"""How far an import is, told while it runs.

An import is one transaction, of which nobody sees anything before its end, and each
process has a cache of its own. So it stands in a small file beside the workbook. The import
holds a lock on the file, which the system takes back from a process that is killed: what such
a one wrote last is not taken for an import that runs.
"""

import os
from contextlib import suppress
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Self

from agencies.models import Upload

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # on Windows, where an import tells nothing until its end
    fcntl = None

LENGTH = 24  # of what the file says, always the same, so that it is replaced at one stroke


class Progress:
    """Tells the progress of one import for the time of a block."""

    def __init__(self, upload: Upload) -> None:
        self._path = _place(upload)
        self._file: int | None = None

    def __enter__(self) -> Self:
        """Say that the import has begun; of two at once, the first alone is told of."""
        if fcntl is None:
            return self
        with suppress(OSError):  # a full disk must not stop the import
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(file)
            else:
                self._file = file
        self.tell(0, 0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Say nothing more, however it ended."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)

    def tell(self, done: int, rows: int) -> None:
        """Say how many rows are taken of how many; all of them: they are being written."""
        if self._file is not None:
            with suppress(OSError):
                os.pwrite(self._file, f"{done} {rows}".ljust(LENGTH).encode("ascii"), 0)


def progress_of(upload: Upload) -> tuple[int, int] | None:
    """Return how many rows are taken of how many, None where no import runs."""
    try:
        with _place(upload).open("rb") as file:
            if _is_free(file.fileno()):
                return None
            done, rows = file.read(LENGTH).split()
    except (OSError, ValueError):
        return None
    return int(done), int(rows)


def _is_free(file: int) -> bool:
    """Say whether no process holds the lock of a file."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _place(upload: Upload) -> Path:
    return Path(upload.file.path + ".progress")
