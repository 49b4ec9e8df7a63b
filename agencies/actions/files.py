"""A file and the row that names it: both, or neither."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Model


@contextmanager
def stored(row: Model, place: str, content: Any) -> Iterator[None]:
    """Store a row's file for a block that saves the row; where either fails, nothing stays.

    On a full disk the storing itself fails, with the file half written.
    """
    file: Any = getattr(row, "file")  # noqa: B009  # of the models that have one
    storage = file.storage
    try:
        setattr(row, "file", storage.save(place, content))  # noqa: B010
        yield
    except BaseException:
        storage.delete(place)
        raise
