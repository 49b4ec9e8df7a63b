"""The site's settings, but for what only costs time here: compressed files, slow hashes."""

from kontum_qms.settings import *  # noqa: F403
from kontum_qms.settings import STORAGES as SITE_STORAGES

STORAGES = {
    **SITE_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
