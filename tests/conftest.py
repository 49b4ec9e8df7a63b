"""What every test may ask for: people by role, the small province, the demonstration."""

import os

import pytest

from agencies.models import Role, User
from tests.small_province import small_province  # noqa: F401

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in the thread


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Serve static files without a manifest, so that no test depends on collectstatic."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def lan(db):
    """Lan is a standards officer."""
    return User.objects.create_user("lan", "Mat-khau-cua-Lan", role=Role.OFFICER, full_name="Lan")


@pytest.fixture
def hung(db):
    """Hùng heads the department: he sees all and changes nothing."""
    return User.objects.create_user("hung", "Mat-khau-cua-Hung", role=Role.HEAD, full_name="Hùng")


@pytest.fixture
def quan(db):
    """Quân administers accounts, groups and editions."""
    return User.objects.create_user(
        "quan", "Mat-khau-cua-Quan", role=Role.ADMINISTRATOR, full_name="Quân"
    )
