"""Settings of every process. Which role of the database a process speaks as comes from MOOTHALL_ROLE."""

from __future__ import annotations

import os
from pathlib import Path

from moothall.tenancy.roles import connection_settings

BASE = Path(__file__).resolve().parents[1]
DEMO = os.environ.get("MOOTHALL_DEMO") == "1"
SECRET_KEY = os.environ.get("MOOTHALL_SECRET_KEY") or ""
if not SECRET_KEY:
    raise SystemExit("MOOTHALL_SECRET_KEY is not set. Set it to 50 or more random characters, the same on every node.")
SECRET_KEY_FALLBACKS = os.environ.get("MOOTHALL_OLD_SECRET_KEYS", "").split()  # still read, while a new one comes in
DATABASE_URL = os.environ.get("DATABASE_URL") or "postgresql://moothall@127.0.0.1:5432/moothall"
ROLE = os.environ.get("MOOTHALL_ROLE", "owner")
SITE = os.environ.get("MOOTHALL_SITE", "staff")  # staff or public: which pages this process serves

DEBUG = False
ALLOWED_HOSTS = os.environ.get("MOOTHALL_HOSTS", "localhost,127.0.0.1,.localhost").split(",")
if SITE == "public":  # councils' hosts are rows; web/public/hosts.py answers to those alone
    ALLOWED_HOSTS = ["*"]
STAFF_URL = os.environ.get("MOOTHALL_STAFF_URL", "http://localhost:8000")
PUBLIC_URL = os.environ.get("MOOTHALL_PUBLIC_URL", "http://localhost:8001")
AWAY = "https://www.bbc.co.uk/weather"  # where “Exit this page” leads
LIVE_URL = os.environ.get("MOOTHALL_LIVE_URL", "http://localhost:8002")
EXCHANGE = os.environ.get("MOOTHALL_EXCHANGE", "")  # host:port of the exchange's CSTA link
EXCHANGE_CA = os.environ.get("MOOTHALL_EXCHANGE_CA", "")  # file of the authority that signed it, or "system": then TLS
EXCHANGE_CALLERS = os.environ.get("MOOTHALL_EXCHANGE_CALLERS", "")  # demo only: where calls are placed
OUTBOUND_LEASE_S = int(os.environ.get("MOOTHALL_OUTBOUND_LEASE_S", "60"))  # longer than any question to them may take
CONNECTIONS = os.environ.get("MOOTHALL_CONNECTIONS", "")  # the file that names other systems: lib/connections.py

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "moothall.tenancy",
    "moothall.people",
    "moothall.journal",
    "moothall.places",
    "moothall.agreements",
    "moothall.identity",
    "moothall.directory",
    "moothall.customers",
    "moothall.messages",
    "moothall.payments",
    "moothall.backoffice",
    "moothall.contacts",
    "moothall.queueing",
    "moothall.scripts",
    "moothall.documents",
    "moothall.cases",
    "moothall.handover",
    "moothall.onboarding",
    "moothall.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "moothall.web.body_limit.BodyLimitMiddleware",  # before whatever reads what was sent
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "moothall.web.middleware.NoStoreMiddleware",
    "moothall.web.middleware.OpenedFormMiddleware",
]
STAFF_MIDDLEWARE = {
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "moothall.web.middleware.OpenedFormMiddleware",  # with the staff pages' own words
}
if SITE == "public":  # its role can't read sessions: the staff pages' cookie, on the same host, must mean nothing there
    MIDDLEWARE = [each for each in MIDDLEWARE if each not in STAFF_MIDDLEWARE]
ROOT_URLCONF = "moothall.web.urls_public" if SITE == "public" else "moothall.web.urls_staff"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "moothall.web.jinja.environment"},
    },
    {  # for what allauth brings
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "web" / "templates_django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
DATABASES = {"default": connection_settings(DATABASE_URL, ROLE, SECRET_KEY)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "moothall.people.shared_cache.SharedCache"}}

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["moothall.people.backend.StaffBackend"]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "moothall.web.accounts.StaffAdapter"
ACCOUNT_FORMS = {"login": "moothall.web.sign_in.SignInForm"}
ACCOUNT_SESSION_REMEMBER = False
# A whole contact centre signs in from behind one address when its day begins; a person's own tries stay few.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "120/m/ip,5/300s/key", "invited": "120/m/ip"}
MFA_ADAPTER = "moothall.web.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "moothall.web.second_factor.SignInCodeForm",
    "reauthenticate": "moothall.web.second_factor.CodeAgainForm",
    "activate_totp": "moothall.web.second_factor.FirstCodeForm",
    "edit_webauthn": "moothall.web.second_factor.KeyNameForm",
}
MFA_TOTP_ISSUER = "Moothall"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
SECOND_FACTOR_REQUIRED = not DEMO
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SESSION_ENGINE = "moothall.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = STAFF_URL.startswith("https")
CSRF_FAILURE_VIEW = "moothall.web.send_again.refused_form"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL if SITE == "public" else STAFF_URL]  # neither site takes the other's forms
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "connect-src": ["'self'", LIVE_URL],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "moothall.lib.log_lines.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("MOOTHALL_LOG", "WARNING")},
}
PROCRASTINATE_IMPORT_PATHS = ["moothall.lib.jobs"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
