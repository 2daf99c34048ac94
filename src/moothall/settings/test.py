"""Tests speak to the database as the test role, which may become any other."""
import os

os.environ.setdefault("MOOTHALL_SECRET_KEY", "test-" + "x" * 50)
os.environ.setdefault("MOOTHALL_ROLE", "test")
os.environ.setdefault("MOOTHALL_DEMO", "1")

from moothall.settings.base import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
