"""A database to try things in, which stands in the place of the real one for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.utils import DEFAULT_DB_ALIAS

MEMORY = ":memory:"


@contextmanager
def standing_in(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Let a block work with another database in the place of the default one.

    What migrations and figures ask is asked of the default database, so it is that which changes.
    """
    real = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = database
    cache.clear()  # what is kept there is of the other database
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = real
        database.close()
        cache.clear()
        ContentType.objects.clear_cache()


@contextmanager
def scratch_database(name: str = MEMORY) -> Iterator[None]:
    """Let a block work with an empty SQLite database of its own; the real one is not asked."""
    settings: dict[str, Any] = {
        **connections[DEFAULT_DB_ALIAS].settings_dict,
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {"init_command": "PRAGMA synchronous=OFF;", "transaction_mode": "IMMEDIATE"},
        "CONN_MAX_AGE": None,
    }
    with standing_in(DatabaseWrapper(settings, DEFAULT_DB_ALIAS)):
        yield
