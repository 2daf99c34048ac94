"""What the benches of the public pages share: this process as the public site on a ground's database."""
from __future__ import annotations

import os
from time import perf_counter, sleep
from typing import Any

import django

from bench.ground import environment, percentile

HOST = "harborough.localhost"
ANSWERS = {"bin": "refuse", "was_out": "yes", "tag": "none", "just_you": "me", "stay_out": "yes", "tell": "none"}


def become_public(url: str) -> Any:
    """A browser at a council's address; no network, so that what is measured is ours."""
    os.environ.update(environment(url, MOOTHALL_ROLE="public", MOOTHALL_SITE="public"))
    django.setup()
    from django.test import Client

    return Client(headers={"Host": HOST})


def begin(client: Any) -> str:
    """Begin a missed bin; where its first question is."""
    return str(client.post("/do/missed-bin/")["Location"])


def paced(act: Any, a_second: int, seconds: float) -> float:
    """The 95th percentile in ms of `act`, asked for `a_second` times a second whether or not the one before is done."""
    took, started = [], perf_counter()
    for number in range(int(a_second * seconds)):
        due = started + number / a_second
        if (early := due - perf_counter()) > 0:
            sleep(early)
        act(number)
        took.append((perf_counter() - due) * 1000)
    return percentile(took, 0.95)
