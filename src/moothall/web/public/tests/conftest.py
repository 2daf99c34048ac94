"""Somebody on a council's own pages, in the public role, with the town of the scripts' tests around them."""
from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from moothall.agreements import in_force
from moothall.scripts.tests.conftest import town  # noqa: F401 - a fixture
from moothall.scripts.versions import published_scripts
from moothall.web.public.addresses import veiled

ANSWERS = {"bin": "refuse", "was_out": "yes", "tag": "none", "just_you": "me", "stay_out": "yes", "tell": "none"}


class Resident:
    """One browser at a council's address, which follows its redirects."""

    def __init__(self, host: str = "harborough.localhost") -> None:
        self.client, self.path, self.page = Client(headers={"Host": host}), "/", ""

    def get(self, path: str) -> str:
        return self._seen(self.client.get(path, follow=True))

    def send(self, path: str, **data: Any) -> str:
        return self._seen(self.client.post(path, data, follow=True))

    def begin(self, script: str = "missed-bin") -> str:
        return self.send(f"/do/{script}/")

    def say(self, value: Any) -> str:
        """Answer the question that is shown."""
        return self.send(self.path, seen=self.seen, value=value)

    def fill(self, home: int, **more: str) -> str:
        """A missed bin, up to the page that shows the answers."""
        self.begin()
        self.say("le16 7zz")
        self.say(str(home))
        told = {**ANSWERS, **more}
        while "/q/" in self.path:
            self.say(told[self.path.split("/")[-2]])
        return self.page

    @property
    def seen(self) -> str:
        found = re.search(r'name="seen" value="(\d+)"', self.page)
        assert found, self.words
        return found[1]

    @property
    def run(self) -> int:
        return int(self.path.split("/")[2])

    @property
    def step(self) -> str:
        """The question that is asked, also where its address doesn't name it; empty where there is none."""
        at = self.path.split("/")[-2] if "/q/" in self.path else ""
        steps = (step.key for script in published_scripts().values() for step in script.steps)
        return {self.at(key): key for key in steps}.get(at, at)

    def at(self, name: str) -> str:
        """As an address calls a step, or one thing of it, where it names neither."""
        return veiled(self.run, name)

    @property
    def words(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.page)).split())

    def _seen(self, answer: Any) -> str:
        self.status, self.head = answer.status_code, answer.headers
        if getattr(answer, "redirect_chain", None):
            self.path = answer.redirect_chain[-1][0].partition("?again=")[0]
        else:
            self.path = answer.request["PATH_INFO"]
        self.page = answer.content.decode()
        return self.page


@pytest.fixture
def resident(world: Any, town: Any, settings: Any, as_role: Any) -> Iterator[Resident]:  # noqa: F811
    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "moothall.web.urls_public", ["*"]
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each not in settings.STAFF_MIDDLEWARE]
    in_force.forget()
    with as_role("public"):
        yield Resident()
    in_force.forget()
