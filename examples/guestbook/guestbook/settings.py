"""Everything that differs between environments comes from variables, most of which divioctl sets."""
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
STAGE = os.environ.get("STAGE", "local")
DEBUG = os.environ.get("DEBUG", "") == "yes"

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if STAGE != "local":
        raise ImproperlyConfigured("SECRET_KEY has to be set where others can reach the guestbook")
    SECRET_KEY = "only for this computer"


def host_names():
    names = [os.environ.get("DOMAIN", "")] + os.environ.get("DOMAIN_ALIASES", "").split(",")
    return [name.strip().split(":")[0] for name in names if name.strip()]


ALLOWED_HOSTS = host_names() + [".localhost", "127.0.0.1"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = ["django.contrib.staticfiles", "entries"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "guestbook.urls"
WSGI_APPLICATION = "guestbook.wsgi.application"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
}]

DATA_FOLDER = Path(os.environ.get("DATA_FOLDER", BASE_DIR / "data"))


def database(dsn):
    """postgres://USER:PASSWORD@HOST:PORT/NAME, or nothing: a file, which is enough for one computer."""
    if not dsn:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_FOLDER / "guestbook.sqlite3",
            "OPTIONS": {"timeout": 20},  # seconds that a writer waits for another one
        }
    url = urlsplit(dsn)
    if url.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"DATABASE_URL is of a kind that the guestbook does not know: {url.scheme}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname,
        "PORT": url.port or 5432,
    }


def media_folder(dsn):
    """file:///FOLDER/?url=..., or nothing."""
    url = urlsplit(dsn)
    if dsn and url.scheme != "file":
        raise ImproperlyConfigured(f"DEFAULT_STORAGE_DSN is of a kind that the guestbook does not know: {url.scheme}")
    return Path(unquote(url.path)) if dsn else DATA_FOLDER / "media"


DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
STATICFILES_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
MEDIA_URL = "/media/"
MEDIA_ROOT = media_folder(os.environ.get("DEFAULT_STORAGE_DSN", ""))

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
