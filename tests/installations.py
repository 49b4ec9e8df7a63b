"""An installation beside the one that tests run in: a database of the same kind, and a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.test import override_settings

from reports.backups.scratch import scratch_database, standing_in


@contextmanager
def other_installation(folder: Path) -> Iterator[Path]:
    """Let a block be in an installation that holds nothing yet; yield its folder of documents."""
    with _database(folder), override_settings(MEDIA_ROOT=folder / "media"):
        assert Path(default_storage.path("x")) == folder / "media" / "x"
        yield Path(settings.MEDIA_ROOT)


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    if connection.vendor == "sqlite":
        with scratch_database(str(folder / "db.sqlite3")):
            yield
        return
    # A server takes no CREATE DATABASE inside the test's transaction, so another connection asks.
    name = f"other_{uuid4().hex[:12]}"
    told = {**connections["default"].settings_dict}
    asking = type(connections["default"])(told, "default")
    with asking.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        with standing_in(type(asking)({**told, "NAME": name}, "default")):
            yield
    finally:
        with asking.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        asking.close()
