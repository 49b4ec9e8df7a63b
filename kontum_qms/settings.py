"""Settings, all from the environment, each with a default that works with nothing set.

The table of settings stands in docs/settings.md; tests/test_docs.py holds it to this file.
"""

import os
import secrets
import string
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


# What secrets of examples and tests hold, so that everybody may know them.
KNOWN_SECRETS = ("django-insecure", "only-for-this-", "changeme", "change-me", "secret", "example")
SHORTEST_SECRET, FEWEST_LETTERS = 50, 10
ALPHABET = (string.ascii_lowercase + string.ascii_uppercase + string.digits) * 2


def given_secret(secret: str) -> str:
    """Return the secret of a public site, which is never made up and never a known one.

    Raises:
        ImproperlyConfigured: it is empty, short, of few letters, repeats itself or is known.
    """
    secret = secret.strip()
    if not secret:
        raise ImproperlyConfigured("SECRET_KEY: PRODUCTION needs one, kept out of the code")
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS:
        raise ImproperlyConfigured("SECRET_KEY: 50 characters or more, 10 different ones")
    if secret in (secret + secret)[1:-1] or secret in ALPHABET:
        raise ImproperlyConfigured("SECRET_KEY: repeats itself; take one made at random")
    if any(known in secret.lower() for known in KNOWN_SECRETS):
        raise ImproperlyConfigured("SECRET_KEY: this one is known to everybody")
    return secret


# Served to others over HTTPS, usually behind a proxy: nothing that only an own machine may do.
PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
if PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("DEBUG: error pages with details are not for PRODUCTION")
    SECRET_KEY = given_secret(env.str("SECRET_KEY", default=""))
else:
    SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if PRODUCTION:
    SECRET_KEY_FALLBACKS = [given_secret(secret) for secret in SECRET_KEY_FALLBACKS]
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS: PRODUCTION names its hosts")
SECURE_COOKIES = env.bool("SECURE_COOKIES", default=PRODUCTION)
# Proxies of the office's own before this server: each adds one address to X-Forwarded-For.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

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
    "axes",
    "allauth.account",  # the second factor's app asks for it; none of its pages is served
    "allauth.mfa",
    "agencies",
    "activities",
    "reports",
]

MIDDLEWARE = [
    "kontum_qms.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "kontum_qms.middleware.HeadersMiddleware",
    "kontum_qms.middleware.MethodsMiddleware",
    "kontum_qms.probes.ProbeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kontum_qms.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "agencies.middleware.OriginMiddleware",
    "kontum_qms.middleware.PatientSessionMiddleware",
    "kontum_qms.middleware.IdleSessionMiddleware",
    "kontum_qms.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kontum_qms.middleware.SignInMiddleware",
    "kontum_qms.middleware.SeenMiddleware",
    "kontum_qms.middleware.KnownDeviceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kontum_qms.middleware.SecondFactorMiddleware",
    "kontum_qms.replica.ReplicaMiddleware",
    "agencies.middleware.QuestionMiddleware",
    "axes.middleware.AxesMiddleware",
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
            "libraries": {"bundles": "kontum_qms.bundles"},
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
# PostgreSQL: a connection that is gone is noticed before it is used, or after half a minute of
# silence, not after the hours that the system would wait.
POSTGRES_OPTIONS = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    told = DATABASES["default"].get("OPTIONS", {})  # in DATABASE_URL, which goes first
    DATABASES["default"]["OPTIONS"] = {**POSTGRES_OPTIONS, **told}
# A second server that follows the first by streaming replication: reports are read from it.
if replica_url := env.str("REPLICA_URL", default=""):
    replica = env.db_url_config(replica_url)
    if {replica["ENGINE"], DATABASES["default"]["ENGINE"]} != {"django.db.backends.postgresql"}:
        raise ImproperlyConfigured("REPLICA_URL: a copy of PostgreSQL, of PostgreSQL alone")
    DATABASES["replica"] = {
        **DATABASES["default"],
        **replica,
        "OPTIONS": {**POSTGRES_OPTIONS, **replica.get("OPTIONS", {})},
        "TEST": {"MIRROR": "default"},
    }
    DATABASE_ROUTERS = ["kontum_qms.replica.ReplicaRouter"]
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
    # Small counts of who sends how much, and what a page need not ask the database each time.
    "accounts": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "accounts",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}

AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["agencies.lockout.LockoutBackend", "agencies.sign_in.SignInBackend"]
# Failed sign-ins, by account and address together; agencies/lockout.py says how many and how long.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = "agencies.lockout.failure_limit"
AXES_COOLOFF_TIME = "agencies.lockout.cool_off"
AXES_CLIENT_IP_CALLABLE = "agencies.addresses.counted_address"
AXES_LOCKOUT_CALLABLE = "kontum_qms.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # of successes and ends the office keeps its own record
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "typed", "code", "csrfmiddlewaretoken"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "agencies.passwords.NotCommonHere"},
    {"NAME": "agencies.sign_in.NotTheDemonstrationPassword"},
]
# The second factor: codes of two steps of 30 seconds, secrets hidden by SECRET_KEY.
MFA_ADAPTER = "agencies.factor_secrets.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "reports:dashboard"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# What goes wrong is written to standard error, where the server's own words go: as text for
# whoever sits before it, or as JSON for whoever gathers logs, who also gets a line a request.
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
if LOG_FORMAT not in ("text", "json"):
    raise ImproperlyConfigured("LOG_FORMAT: text or json")
JSON_LOG = LOG_FORMAT == "json"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"text": {}, "json": {"()": "kontum_qms.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "loggers": {
        "django.request": {"handlers": ["console"], "level": "ERROR"},
        "kontum_qms.csp": {"handlers": ["console"], "level": "WARNING", "propagate": True},
        "kontum_qms.replica": {"handlers": ["console"], "level": "WARNING"},
        "kontum_qms.requests": {
            "handlers": ["console"] if JSON_LOG else [],
            "level": "INFO" if JSON_LOG else "CRITICAL",
        },
    },
}

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "kontum_qms.finders.PlotlyFinder",
    "kontum_qms.finders.BundleFinder",
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

CSP_REPORTS = "/csp-report/"  # kontum_qms/csp_reports.py
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # blob: a chart saved as a picture
        "object-src": [NONE],
        "worker-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "report-uri": CSP_REPORTS,  # older browsers
        "report-to": "csp",
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)/$"]  # asked by an address, beside the proxy
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# The list that browsers ship speaks for a whole domain, which is not an office's to give.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
if SECURE_COOKIES:  # browsers take such names from this very host alone, and over HTTPS
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_AGE = 60 * env.int("SESSION_MINUTES", default=480)  # without use; a working day
SESSION_LONGEST = 86_400 * env.int("SESSION_DAYS", default=7)  # however much it is used
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
EMAIL_URL = env.str("EMAIL_URL", default="")  # without a server no page offers to mail
vars().update(env.email_url_config(EMAIL_URL or "consolemail://"))
EMAIL_TIMEOUT = 20  # seconds that a mail server has to answer
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="htqlcl@localhost")
SITE_URL = env.str("SITE_URL", default="")
REMIND_DAYS_BEFORE = env.int("REMIND_DAYS_BEFORE", default=14)
REMIND_EVERY_DAYS = env.int("REMIND_EVERY_DAYS", default=7)

# The most a workbook may hold once unpacked; a larger one is refused unread.
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=150_000_000)
