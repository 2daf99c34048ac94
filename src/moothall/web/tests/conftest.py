"""Somebody before the sign-in page, who asks as a browser would."""
from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client


class Visitor:
    """One browser, in the web role."""

    def __init__(self, as_role: Callable[[str], object]) -> None:
        self.client, self._as_role = Client(), as_role

    def get(self, path: str):
        with self._as_role("web"):
            return self.client.get(path)

    def post(self, path: str, **data: object):
        with self._as_role("web"):
            return self.client.post(path, data)

    def sign_in(self, email: str, password: str = "moothall-demo", to: str = "/accounts/login/"):
        return self.post(to, login=email, password=password)


@pytest.fixture
def visitor(world, as_role) -> Visitor:
    return Visitor(as_role)


@pytest.fixture
def another(world, as_role) -> Visitor:
    """Another browser."""
    return Visitor(as_role)


def words(response) -> str:
    """What is read on a page: no tags, single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
