"""What every test may ask for: people by role, the small province, the demonstration."""

import os
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import connection, transaction

from agencies.models import Role, User
from tests.activity_cast import activities  # noqa: F401
from tests.browser import (  # noqa: F401
    browser_context_args,
    browser_type_launch_args,
    clean_page,
    loaded_database,
    own_site,
    site,
)
from tests.laid_down import lay_down_demonstration
from tests.one_of_each import one_of_each  # noqa: F401
from tests.small_province import small_province  # noqa: F401
from tests.tampering import triggers_away
from tests.two_provinces import binh, giang, two_provinces  # noqa: F401
from tests.uploads import taken  # noqa: F401

# Keys of their own: PostgreSQL hands out no number twice, and what Lan wrote is copied by her key.
# Hers is the greatest, for others get the next one after it.
MAI, QUAN, HUNG, LAN = 9001, 9002, 9003, 9004

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in the thread


def flush_behind_triggers() -> None:
    """Empty SQLite's tables by DELETE, also those that refuse it; PostgreSQL truncates them.

    Of every connection: behind tests of the browser the thread has another one.
    """
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def emptied(self: Any, statements: list[str]) -> None:
        with triggers_away():
            flush(self, statements)

    operations.execute_sql_flush = emptied  # type: ignore[method-assign,assignment]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let nobody hold on to the test database when it is dropped.

    Playwright runs a loop in the thread, and Django gives whoever asks inside a loop a
    connection of its own; once the loop is gone nobody can reach and close it any more.
    """
    if connection.vendor == "sqlite":
        flush_behind_triggers()
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path_factory):
    """Serve static files without a manifest, so that no test depends on collectstatic."""
    # A folder of its own: every client reads it whole, and refuses what is not a regular file.
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp() / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_kept():
    """Forget what an earlier test kept: its database was undone and its Entries' ids come again."""
    cache.clear()
    caches["open"].clear()
    caches["accounts"].clear()


@pytest.fixture
def lan(db):
    """Lan is a standards officer."""
    return User.objects.create_user(
        "lan", "Mat-khau-cua-Lan", pk=LAN, role=Role.OFFICER, full_name="Lan"
    )


@pytest.fixture
def hung(db):
    """Hùng heads the department: he sees all and changes nothing."""
    return User.objects.create_user(
        "hung", "Mat-khau-cua-Hung", pk=HUNG, role=Role.HEAD, full_name="Hùng"
    )


@pytest.fixture
def quan(db):
    """Quân administers accounts, groups and editions."""
    return User.objects.create_user(
        "quan", "Mat-khau-cua-Quan", pk=QUAN, role=Role.ADMINISTRATOR, full_name="Quân"
    )


@pytest.fixture(scope="module")
def kon_tum(django_db_setup, django_db_blocker):
    """Lay the demonstration data down once for a module; each of its tests is undone."""
    with django_db_blocker.unblock():
        loading = transaction.atomic()
        loading.__enter__()
        lay_down_demonstration()
        yield
        transaction.set_rollback(True)
        loading.__exit__(None, None, None)


@pytest.fixture
def mai(small_province):  # noqa: F811
    """Mai is the contact of the sub-department of standards, and reports for it alone."""
    agency = small_province["CC-TDC"]
    return User.objects.create_user(
        "mai", "Mat-khau-cua-Mai", pk=MAI, role=Role.CONTACT, full_name="Mai", agency=agency
    )
