"""All settings, read from the environment (`.env.example` lists every variable).

Production is the default: without `DJANGO_DEBUG=1` or `DEMO=1` a missing secret is
an error, cookies are secure and HTTPS is expected.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.contrib.messages import constants as message_levels
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

PROJECT = Path(__file__).resolve().parent.parent
IS_CHECKOUT = (PROJECT / "manage.py").is_file()
# Where `.env`, uploads and checkpoints are unless the environment says otherwise: in
# the checkout; once installed as a package, in the folder that a command is started in.
BASE_DIR = PROJECT if IS_CHECKOUT else Path.cwd()
# A package carries its templates, static files and catalogues beside this file.
SHIPPED = PROJECT if IS_CHECKOUT else PROJECT / "config"

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- What kind of installation ------------------------------------------------------

DEBUG = env.bool("DJANGO_DEBUG", default=False)
# The demo runs on loopback, over plain HTTP, with well-known passwords.
DEMO = env.bool("DEMO", default=False)
SECURE = env.bool("SECURE_COOKIES", default=not (DEBUG or DEMO))

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not DEBUG:
        msg = (
            "SECRET_KEY is not set. Make one with\n"
            "  python3 -c 'import secrets; print(secrets.token_urlsafe(50))'\n"
            "and put it into the environment (see .env.example)."
        )
        raise ImproperlyConfigured(msg)
    SECRET_KEY = "development-only-" + "x" * 50

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- Packages -----------------------------------------------------------------------

INSTALLED_APPS = [
    "pages",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "accounts",
    "corpus",
    "annotation",
    "analysis",
    "generation",
    "thinking",
    "judges",
    "operations",
    "manual",
    "demo",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "knox",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.errors.refuse_null_characters",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.open_sessions.tracking.end_unused_sessions",
    "accounts.second_factors.requiring.RequireSecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.errors.explain_forms",
]

if DEMO:
    # On a server, nginx compresses pages.
    MIDDLEWARE.insert(1, "django.middleware.gzip.GZipMiddleware")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SHIPPED / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.installation",
            ],
        },
    },
]

# --- Data ---------------------------------------------------------------------------

# Sessions that are kept keep their plans, those of foreign keys too. A plan made while
# a table was empty would read it from end to end for as long as PostgreSQL does not
# look at the table again; without such plans to choose from, an index is used from the
# first row on. Compiling a plan never pays for statements as short as a request's.
_KEPT_SESSION = "-c enable_seqscan=off -c jit=off"


def _database(url: str) -> dict[str, object]:
    """Django's database settings of a libpq connection URI."""
    if not url:
        msg = (
            "DATABASE_URL is not set. Run `python3 bootstrap.py demo` for the embedded "
            "PostgreSQL, or name a server: postgresql://user:password@host/database"
        )
        raise ImproperlyConfigured(msg)
    parts: dict[str, object] = dict(conninfo_to_dict(url))
    known = {
        "NAME": parts.pop("dbname", "mimic"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
    }
    size = env.int("DATABASE_POOL_SIZE", default=0)
    pool: object = {"min_size": 1, "max_size": size, "timeout": 10} if size else False
    if is_prepared := env.bool("DATABASE_PREPARED_STATEMENTS", default=True):
        # Planning a request's statements costs PostgreSQL about as much as running
        # them.
        parts |= {"server_side_binding": True, "prepare_threshold": 5}
    if size and is_prepared:
        parts["options"] = f"{parts.get('options', '')} {_KEPT_SESSION}".strip()
    return {
        "ENGINE": "config.postgresql",
        **known,
        # Of the pool's connections, the backend knows it without asking.
        "CONN_HEALTH_CHECKS": not size,
        "OPTIONS": {**parts, "pool": pool},
        "TEST": {"NAME": env.str("TEST_DATABASE_NAME", default="test_mimic")},
    }


DATABASES = {"default": _database(env.str("DATABASE_URL", default=""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.str("CACHE_URL", default="")


def redis_cache(url: str) -> dict[str, object]:
    """Django's settings of a cache in Redis or Valkey."""
    return {
        "BACKEND": "config.redis_cache.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "mimic",
        "OPTIONS": {"serializer": "config.caching.JsonSerializer"},
    }


CACHES = {
    "default": redis_cache(CACHE_URL)
    if CACHE_URL
    # Shared by all web processes, as login throttling needs.
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    },
}

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
# Nothing is served here: files go out through a view that asks who may have them.
MEDIA_URL = "/no-direct-media/"
# With less free than this on its disk, /readyz says so.
DISK_FREE_MIN_MIB = env.int("DISK_FREE_MIN_MIB", default=1024)
# nginx's internal location of MEDIA_ROOT; empty: the application serves media itself.
MEDIA_X_ACCEL_PREFIX = env.str("MEDIA_X_ACCEL_PREFIX", default="")
# Callables (user, video_id) -> bool; one that says yes opens the video to the user.
MEDIA_ACCESS_RULES = [
    "corpus.access.may_read_corpus",
    "annotation.selectors.people.access.may_watch_video",
    "thinking.selectors.people.may_watch_item_video",
]
# Who knows the work of studies that are not about comments, by their kind.
STUDY_WORK = {"items": "thinking.work.ITEM_WORK"}
# Who knows what wrote the comments of a study's sources, for its report.
WRITTEN_VARIANTS = "generation.selectors.variants.variants_of"

STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATIC_URL = "/static/"
STATICFILES_DIRS = [SHIPPED / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.HashedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# Uploads above this stay on disk, never in memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The largest corpus, clips or comments file a person may send, in bytes.
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=512 * 1024 * 1024)
# What a compressed one may grow to: a small file can unpack to any size.
UPLOAD_MAX_UNPACKED_BYTES = env.int(
    "UPLOAD_MAX_UNPACKED_BYTES", default=8 * UPLOAD_MAX_BYTES
)
# Lines of one file, empty ones too: a small compressed one can hold any number.
IMPORT_MAX_LINES = env.int("IMPORT_MAX_LINES", default=1_000_000)
# How long one import may work; less than a worker's message stays out of sight.
IMPORT_MAX_SECONDS = env.int("IMPORT_MAX_SECONDS", default=2 * 3600)
# Lines of a file that are refused before it counts as another kind of file.
IMPORT_MAX_REFUSED_LINES = env.int("IMPORT_MAX_REFUSED_LINES", default=100_000)
# A folder of the server whose clips admins may import without an upload; None: none.
IMPORT_ROOT = Path(root) if (root := env.str("IMPORT_ROOT", default="")) else None

# --- Reports ------------------------------------------------------------------------
# Up to so many planned judgments, and places of annotators, a report is computed within
# the request, which takes well under a second; larger ones are the worker's.
REPORT_INLINE_JUDGMENTS: int = env.int("REPORT_INLINE_JUDGMENTS", default=30_000)
REPORT_INLINE_PLACES: int = env.int("REPORT_INLINE_PLACES", default=20_000)
# Likewise the audit of artefacts: up to so many comments in batches.
AUDIT_INLINE_COMMENTS: int = env.int("AUDIT_INLINE_COMMENTS", default=1_000)

# --- Background work ----------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="redis://localhost:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_DEFAULT_QUEUE", default="default")
CELERY_TASK_ROUTES = {"corpus.tasks.process_media": {"queue": "media"}}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Each package's sweep of what waits in the database: messages can be lost, rows cannot.
# Beat runs inside a worker (`-B`) and keeps nothing on the disk.
CELERY_BEAT_SCHEDULER = "celery.beat.Scheduler"
_SWEEP_SECONDS = 60
CELERY_BEAT_SCHEDULE = {
    task: {
        "task": task,
        "schedule": _SWEEP_SECONDS,
        # While all workers are busy, one message is enough.
        "options": {"expires": _SWEEP_SECONDS},
    }
    for task in ("annotation.tasks.wake_up", "corpus.tasks.wake_up")
}
if CELERY_BROKER_URL.startswith("redis"):
    # The timeout exceeds the longest task; the short restore interval is what makes a
    # killed worker's task come back at all (kombu checks too seldom by default).
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": env.int("CELERY_VISIBILITY_TIMEOUT", default=4 * 3600),
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
    }

# --- Models that write comments -----------------------------------------------------

# Checkpoints, a folder each, named by its registry entry; only workers read them.
CHECKPOINT_ROOT = Path(
    env.str("CHECKPOINT_ROOT", default=str(BASE_DIR / "checkpoints"))
)
# A folder of the site's own registry entries; empty: none.
GENERATION_REGISTRY = env.str("GENERATION_REGISTRY", default="")
# The only addresses to which frames of videos may be sent.
GENERATION_HTTP_BASE_URLS = env.list("GENERATION_HTTP_BASE_URLS", default=[])
GENERATION_HTTP_CONCURRENCY = env.int("GENERATION_HTTP_CONCURRENCY", default=64)
# How often one request is made while it may help, and the wait after its first failure;
# each further one doubles it.
GENERATION_HTTP_ATTEMPTS = env.int("GENERATION_HTTP_ATTEMPTS", default=6)
GENERATION_HTTP_FIRST_WAIT_SECONDS = env.float(
    "GENERATION_HTTP_FIRST_WAIT_SECONDS", default=0.5
)
# Where `manage.py models environment` makes separate environments, found by themselves.
GENERATION_ENVIRONMENT_ROOT = Path(
    env.str("GENERATION_ENVIRONMENT_ROOT", default=str(BASE_DIR / "environments"))
)
# Others, as Python programs: name=/path/to/python,name=...
GENERATION_ENVIRONMENTS = env.dict("GENERATION_ENVIRONMENTS", default={})
# Accelerators to use, such as cuda:0; empty: all there are, else the processor.
GENERATION_DEVICES = env.list("GENERATION_DEVICES", default=[])
# How long a worker that says nothing keeps its jobs.
GENERATION_LEASE_SECONDS = env.int("GENERATION_LEASE_SECONDS", default=60)
# How long a worker that was told of jobs is left alone before it is told again.
GENERATION_WAKE_AGAIN_SECONDS = env.float("GENERATION_WAKE_AGAIN_SECONDS", default=30.0)
# The wait before a job is tried again; each further one is four times as long.
GENERATION_RETRY_SECONDS = env.float("GENERATION_RETRY_SECONDS", default=5.0)
# Beat runs inside the worker of the default queue; rounds are watched, so more often.
_TEND_SECONDS = env.float("GENERATION_TEND_SECONDS", default=10.0)
CELERY_BEAT_SCHEDULE |= {
    task: {
        "task": task,
        "schedule": _TEND_SECONDS,
        "options": {"expires": _TEND_SECONDS},
    }
    for task in (
        "generation.tasks.tend_rounds",
        "thinking.tasks.tend_runs",
        "judges.tasks.tend_judges",
    )
}
# Decoded frames, on a disk of the worker; the oldest go when there are more.
FRAME_CACHE_ROOT = Path(
    env.str("FRAME_CACHE_ROOT", default=str(MEDIA_ROOT.parent / "frames"))
)
FRAME_CACHE_GIB = env.float("FRAME_CACHE_GIB", default=50.0)
# What measuring a video, or taking its frames, may take.
FRAME_TIMEOUT_SECONDS = env.float("FRAME_TIMEOUT_SECONDS", default=300.0)

# --- People -------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# Its own table is not used, and so not made.
KNOX_TOKEN_MODEL = "accounts.ApiToken"  # noqa: S105
MIGRATION_MODULES = {"knox": None}
# Callables (user, role) -> reason; one that gives a reason keeps the role from them.
ROLE_RULES = ["annotation.selectors.people.access.reason_against_role"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "annotation:home"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PasswordBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
MIN_PASSWORD_LENGTH = 10
_VALIDATORS = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {"NAME": _VALIDATORS + "UserAttributeSimilarityValidator"},
    {
        "NAME": _VALIDATORS + "MinimumLengthValidator",
        "OPTIONS": {"min_length": MIN_PASSWORD_LENGTH},
    },
    {"NAME": _VALIDATORS + "CommonPasswordValidator"},
    {"NAME": _VALIDATORS + "NumericPasswordValidator"},
]
# A list of passwords known from breaches, by hash; empty: only the most common ones.
_LEAKED = env.str("LEAKED_PASSWORDS_FILE", default="")
if _LEAKED and not Path(_LEAKED).is_file():
    msg = f"LEAKED_PASSWORDS_FILE: there is no file {_LEAKED}."
    raise ImproperlyConfigured(msg)
if _LEAKED:
    AUTH_PASSWORD_VALIDATORS.append(
        {
            "NAME": "accounts.leaked_passwords.LeakedPasswordValidator",
            "OPTIONS": {"file": _LEAKED},
        }
    )
# Makes the marks by which a study knows people again after they left. It must stay what
# it was when the first study began, also when SECRET_KEY is replaced.
PERSON_MARK_KEY = env.str("PERSON_MARK_KEY", default="") or SECRET_KEY

# A second factor, by django-allauth; of whom it is required: "nobody", "admins", or
# "researchers" (and admins).
SECOND_FACTOR_REQUIRED = env.str("SECOND_FACTOR_REQUIRED", default="nobody")
if SECOND_FACTOR_REQUIRED not in {"nobody", "admins", "researchers"}:
    msg = (
        f"SECOND_FACTOR_REQUIRED is {SECOND_FACTOR_REQUIRED!r}. Set it to nobody, "
        "admins or researchers."
    )
    raise ImproperlyConfigured(msg)
# Encrypts the secrets of authenticator apps. With another one, their owners can't sign
# in until an admin resets their second factor.
SECOND_FACTOR_KEY = env.str("SECOND_FACTOR_KEY", default="") or SECRET_KEY
# How long a sign-in is enough for what matters most; later it is confirmed first.
FRESH_SIGN_IN_MINUTES = env.int("FRESH_SIGN_IN_MINUTES", default=15)
_SECOND_FACTORS = "accounts.second_factors."
ACCOUNT_ADAPTER = _SECOND_FACTORS + "adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# A new address takes the place of the old one once it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_REAUTHENTICATION_TIMEOUT = FRESH_SIGN_IN_MINUTES * 60
# Tries are counted by our own forms.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_FORMS = {"reauthenticate": _SECOND_FACTORS + "forms.ConfirmPasswordForm"}
MFA_ADAPTER = _SECOND_FACTORS + "adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A clock that is half a minute off still counts.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": _SECOND_FACTORS + "forms.SignInCodeForm",
    "reauthenticate": _SECOND_FACTORS + "forms.ConfirmCodeForm",
    "activate_totp": _SECOND_FACTORS + "forms.NewAppForm",
    "add_webauthn": _SECOND_FACTORS + "forms.NewKeyForm",
}
# Single sign-on with a provider of OpenID Connect; empty: there is none.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
_OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
# What the button calls it.
OIDC_NAME = env.str("OIDC_NAME", default="single sign-on")
SOCIALACCOUNT_ADAPTER = "accounts.single_sign_on.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": _OIDC_CLIENT_ID,
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }
}
if OIDC_ISSUER and not _OIDC_CLIENT_ID:
    msg = "OIDC_ISSUER is set without OIDC_CLIENT_ID. Register this site there first."
    raise ImproperlyConfigured(msg)
# Proxies in front of this process that each add an address to X-Forwarded-For.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)

# --- E-mail -------------------------------------------------------------------------

# Sent to people who forgot their password; without it, researchers and admins give them
# links.
HAS_MAIL = bool(env.str("EMAIL_URL", default=""))
_MAIL = env.email_url("EMAIL_URL", default="dummymail://")
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST = _MAIL["EMAIL_HOST"]
EMAIL_PORT = _MAIL["EMAIL_PORT"]
EMAIL_HOST_USER = _MAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="mimic-bench@localhost")
# How long a link for a new password works.
PASSWORD_RESET_TIMEOUT = env.int("PASSWORD_LINK_HOURS", default=24) * 3600

# --- How often anybody may try ------------------------------------------------------

# "TRIES/WINDOW of time"; what each one counts is said in accounts/rate_limits.py.
SIGN_IN_RATE = env.str("SIGN_IN_RATE", default="6/15 minutes")
SIGN_IN_ADDRESS_RATE = env.str("SIGN_IN_ADDRESS_RATE", default="100/15 minutes")
SIGN_IN_NAME_RATE = env.str("SIGN_IN_NAME_RATE", default="50/15 minutes")
OLD_PASSWORD_RATE = env.str("OLD_PASSWORD_RATE", default="6/15 minutes")
SECOND_FACTOR_RATE = env.str("SECOND_FACTOR_RATE", default="6/15 minutes")
PASSWORD_MAIL_RATE = env.str("PASSWORD_MAIL_RATE", default="3/1 hour")
PASSWORD_MAIL_ADDRESS_RATE = env.str("PASSWORD_MAIL_ADDRESS_RATE", default="20/1 hour")
PASSWORD_LINK_RATE = env.str("PASSWORD_LINK_RATE", default="20/15 minutes")
API_TOKEN_RATE = env.str("API_TOKEN_RATE", default="60/15 minutes")
API_CHANGE_RATE = env.str("API_CHANGE_RATE", default="600/15 minutes")
NEW_LOGIN_RATE = env.str("NEW_LOGIN_RATE", default="200/1 hour")
CROWD_JOIN_RATE = env.str("CROWD_JOIN_RATE", default="200/1 hour")
RESUME_CODE_RATE = env.str("RESUME_CODE_RATE", default="20/15 minutes")


def _rate_limit_url() -> str:
    """Where tries are counted: the Redis that is there anyway, else each process."""
    url: str = CACHE_URL or CELERY_BROKER_URL
    if url.startswith("unix://"):
        return f"redis+{url}"
    if url.startswith("redis+socket://"):
        return url.replace("redis+socket", "redis+unix").replace("virtual_host", "db")
    return url if url.startswith(("redis://", "rediss://")) else "memory://"


RATE_LIMIT_URL = env.str("RATE_LIMIT_URL", default="") or _rate_limit_url()

# --- Safety of the transport --------------------------------------------------------

SESSION_ENGINE = (
    "django.contrib.sessions.backends.cached_db"
    if CACHE_URL
    else "django.contrib.sessions.backends.db"
)
SESSION_COOKIE_AGE = env.int("SESSION_DAYS", default=14) * 24 * 3600
# Researchers and admins are signed out after so long without use; 0: never.
IDLE_SIGN_OUT_HOURS = env.int("IDLE_SIGN_OUT_HOURS", default=12)
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=SECURE)
# Health checks and Prometheus ask on the inside, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/$", r"^(health|ready)z$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000 if SECURE else 0)
# Both bind other sites of the domain, and preloading can't be undone for months.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool(
    "SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False
)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
# The check's warnings about these two: they are choices of the domain's owner.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_HTTPS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def _origins(address: str) -> list[str]:
    """Scheme and host of an address; nothing of none."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if address else []


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Browsers also ask it of where a form's answer leads to.
        "form-action": [SELF, *_origins(OIDC_ISSUER)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# The notices' class names in static/css/controls.css.
MESSAGE_TAGS = {message_levels.WARNING: "warn", message_levels.ERROR: "danger"}

# --- Language, time -----------------------------------------------------------------

# The browser's preference decides, until someone uses the switch in the header.
LANGUAGE_CODE = "en"
# Each by its own name; the catalogues are in locale/ (docs/languages.md).
LANGUAGES = [("en", "English"), ("zh-hans", "中文")]
LOCALE_PATHS = [SHIPPED / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

# --- REST API -----------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.LimitedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api_permissions.IsResearcher"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api_throttling.ChangesAreLimited"],
    "EXCEPTION_HANDLER": "config.api_problems.answer_problem",
    "DEFAULT_PAGINATION_CLASS": "annotation.api.pagination.KeyPagination",
    "PAGE_SIZE": 100,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "MIMIC-Bench blind comment test",
    "DESCRIPTION": (
        "Run studies from a program: create, fill, invite, seal, open, watch, close; "
        "read batches, comments, judgments and reports."
    ),
    "VERSION": "1",
    # Fields of one name whose values differ.
    "ENUM_NAME_OVERRIDES": {
        "InvitationKindEnum": "annotation.models.people.InvitationKind",
        "WayOutKindEnum": "annotation.models.ways_out.WayOutKind",
        "DocumentKindEnum": "annotation.models.studies.DocumentKind",
        "StudyStateEnum": "annotation.models.studies.StudyState",
        "ImportStateEnum": "corpus.models.imports.ImportState",
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["accounts.api_permissions.IsResearcher"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Metrics ------------------------------------------------------------------------

# Who sends it reads /metrics; empty: there is none, and nothing is counted for it.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
_SHORTEST_TOKEN = 20
if METRICS_TOKEN:
    if len(METRICS_TOKEN) < _SHORTEST_TOKEN:
        msg = (
            f"METRICS_TOKEN has less than {_SHORTEST_TOKEN} characters. Make one with\n"
            "  python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
        raise ImproperlyConfigured(msg)
    MIDDLEWARE.insert(0, "operations.metrics.requests.count_requests")
# Where the web's processes of one machine put their numbers.
METRICS_FOLDER = Path(
    env.str("METRICS_FOLDER", default=str(MEDIA_ROOT.parent / "metrics"))
)

# --- Logs ---------------------------------------------------------------------------

# "line" for people; "json" for programs that collect logs, with the ids of requests.
_LOG_FORMAT = env.str("LOG_FORMAT", default="line")
if _LOG_FORMAT == "json":
    MIDDLEWARE.insert(0, "config.logs.name_requests")
    # Celery would format the worker's lines in its own way.
    CELERY_WORKER_HIJACK_ROOT_LOGGER = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "config.logs.JsonLines"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": _LOG_FORMAT}
    },
    "root": {
        "handlers": ["stderr"],
        "level": env.str("LOG_LEVEL", default="INFO"),
    },
}
