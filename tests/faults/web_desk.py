"""A desk's page as a client of HTTP sees it: what it shows, and what its script sends with every act."""
from __future__ import annotations

import html
import re
from dataclasses import dataclass

from bench.agents import session_key

TOKEN = "t" * 32
DESK = re.compile(r'id="desk"\s+data-version="(\d+)" data-state="(\w+)" data-contact="(\d*)"')
REFUSED = re.compile(r'data-refused="([^"]*)"')
FORM = r'<form[^>]*data-act="{}".*?</form>'
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')
PROBLEM = re.compile(r'id="errors".*?<li>(?:<a[^>]*>)?([^<]+)', re.S)


def headers_of(number: int, staff: str) -> dict[str, str]:
    """What the page's script of agent `number` sends; tests/faults/seed_floor.py has signed them in."""
    return {
        "Cookie": f"sessionid={session_key(number)}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Origin": staff,
        "Referer": f"{staff}/desk/", "Moothall-Fragment": "1",
    }


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer of the desk. `problem`: the words of a refusal, of whichever kind."""

    status: int
    body: str

    @property
    def _desk(self) -> tuple[str, str, str]:
        found = DESK.search(self.body)
        return (found[1], found[2], found[3]) if found else ("0", "", "")

    @property
    def version(self) -> int:
        return int(self._desk[0])

    @property
    def state(self) -> str:
        return self._desk[1]

    @property
    def contact(self) -> int:
        return int(self._desk[2] or 0)

    @property
    def problem(self) -> str:
        found = PROBLEM.search(self.body)
        return html.unescape(found[1]) if found else ""

    @property
    def went(self) -> bool:
        """Whether the act was acknowledged."""
        refused = REFUSED.search(self.body)
        return self.status == 200 and not self.problem and not (refused and refused[1])

    def form(self, act: str) -> dict[str, str]:
        """The fields of a form as they stand; of several radios or buttons the first. Empty where it isn't there."""
        found = re.search(FORM.format(act), self.body, re.S)
        fields: dict[str, str] = {}
        for name, value in FIELD.findall(found[0]) if found else ():
            fields.setdefault(name, html.unescape(value))
        fields.pop("csrfmiddlewaretoken", None)
        return fields
