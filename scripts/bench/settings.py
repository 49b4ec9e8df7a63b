"""The site's settings with the page to compare with."""

from kontum_qms.settings import *  # noqa: F403

ROOT_URLCONF = "scripts.bench.urls"
