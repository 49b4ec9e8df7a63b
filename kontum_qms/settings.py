"""Settings, all from the environment, each with a default that works with nothing set.

The table of settings stands in docs/settings.md; tests/test_docs.py holds it to this file.
"""

import os
import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

VERSION = "0.1.0"  # of the product, as in pyproject.toml; sent reports say what they were made with
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()


def kept_secret(path: Path) -> str:
    """Return the secret kept at `path`; the first call makes it, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text("ascii")


SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(VAR_DIR / "secret_key")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_COOKIES = env.bool("SECURE_COOKIES", default=False)

INSTALLED_APPS = [
    "kontum_qms.admin.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "simple_history",
    "csp",
    "agencies",
    "activities",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kontum_qms.middleware.IdleSessionMiddleware",
    "kontum_qms.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kontum_qms.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "agencies.middleware.QuestionMiddleware",
]

ROOT_URLCONF = "kontum_qms.urls"
WSGI_APPLICATION = "kontum_qms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "agencies.context_processors.house",
            ],
        },
    },
]

# SQLite: IMMEDIATE takes the write lock when a transaction begins, so a read
# that leads to a write is never overtaken; WAL lets readers go on meanwhile.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'kontum_qms.sqlite3'}")
}
DATABASES["default"]["CONN_MAX_AGE"] = 600
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Never served as it lies there: documents are sent by a view, to those who may see them.
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))
EVIDENCE_MAX_MB = env.int("EVIDENCE_MAX_MB", default=20)
# The preview of an import has one box for each row of a workbook.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 25_000
FILE_UPLOAD_HANDLERS = [
    "agencies.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Drawn parts of pages, in each process's own memory: valid for one version of the data, so
# no process has to tell another that something changed.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
    # Of their own, so that no outsider drives the parts of pages out.
    "open": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "open",
        "OPTIONS": {"MAX_ENTRIES": 70},
    },
}

AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["agencies.sign_in.SignInBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "agencies.sign_in.NotTheDemonstrationPassword"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "reports:dashboard"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# What goes wrong is written to standard error, where the server's own words go.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR"}},
}

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "kontum_qms.finders.PlotlyFinder",
]
STORAGES = {
    # Uploads: read by the server's own account alone.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    # Compressed beforehand: the charts' script is 4.8 MB, and 1.5 MB compressed.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # blob: a chart saved as a picture
        "object-src": [NONE],
        "worker-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_AGE = 60 * env.int("SESSION_MINUTES", default=480)  # without use; a working day
CSRF_FAILURE_VIEW = "kontum_qms.views.csrf_failure"

DJANGO_TABLES2_TEMPLATE = "agencies/_table.html"
DJANGO_TABLES2_PAGE_RANGE = 7
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# What the office is called and how it prints figures.
PROVINCE_NAME = env.str("PROVINCE_NAME", default="tỉnh Kon Tum")
ISSUER_PARENT = env.str("ISSUER_PARENT", default="SỞ KHOA HỌC VÀ CÔNG NGHỆ")
ISSUER = env.str("ISSUER", default="CHI CỤC TIÊU CHUẨN ĐO LƯỜNG CHẤT LƯỢNG")
# Who signs the Word report; the office's deputy signs as KT. above the deputy's own title.
SIGNER_TITLE = env.str("SIGNER_TITLE", default="CHI CỤC TRƯỞNG")
SIGNER_DEPUTY_TITLE = env.str("SIGNER_DEPUTY_TITLE", default="PHÓ CHI CỤC TRƯỞNG")
RECIPIENTS = env.list("RECIPIENTS", default=["Sở Khoa học và Công nghệ (để báo cáo)"])
WORD_TEMPLATE = env.path("WORD_TEMPLATE", default=str(BASE_DIR / "templates/word/bao-cao.docx"))
TWO_DIGIT_FIGURES = env.bool("TWO_DIGIT_FIGURES", default=True)

# Open data for everybody: off, figures alone, or figures and the agencies by name.
OPEN_DATA = env.str("OPEN_DATA", default="off")
if OPEN_DATA not in ("off", "figures", "names"):
    raise ImproperlyConfigured("OPEN_DATA: off, figures or names")
OPEN_DATA_TERMS = env.str("OPEN_DATA_TERMS", default="")
OPEN_DATA_LICENCE_URL = env.str("OPEN_DATA_LICENCE_URL", default="")
# Reminders by mail: printed to the console until a mail server is named.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20  # seconds that a mail server has to answer
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="htqlcl@localhost")
SITE_URL = env.str("SITE_URL", default="")
REMIND_DAYS_BEFORE = env.int("REMIND_DAYS_BEFORE", default=14)
REMIND_EVERY_DAYS = env.int("REMIND_EVERY_DAYS", default=7)

# The most a workbook may hold once unpacked; a larger one is refused unread.
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=150_000_000)
