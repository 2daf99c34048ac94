"""`moothall routing why CONTACT`: as its own process, in the role that may only read."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from conftest import ROOT, _world, copied_world, environment_of
from moothall.domain.routing.explain import Key, Reason

BINS = "Harborough Missed bins"
# Priya had been free longest and didn't answer; then Sam, who was the only one free, got it.
OFFERS = """
SELECT moothall.open_scope('system', NULL, 'load', NULL, NULL);
UPDATE contacts_contact SET version_id = {version} WHERE id = {contact};
INSERT INTO queueing_offer (council_id, service_id, contact_id, person_id, state, offered_at, ended_at, why)
VALUES (2, 524, {contact}, {priya}, 'expired', '2026-11-25T14:05:00Z', '2026-11-25T14:05:15Z', '{first}'),
       (2, 524, {contact}, {sam}, 'accepted', '2026-11-25T14:05:15Z', '2026-11-25T14:05:20Z', '{second}')
"""


def why(winner: int, runner_up: int | None) -> str:
    """What the router keeps with an offer."""
    other = Key(runner_up, 0, 1, 160_000) if runner_up else None
    return json.dumps(Reason("agent", Key(winner, 0, 1, 250_000), 2 if other else 1, 0, other).as_body())


@pytest.fixture(scope="module")
def contact(cluster, owner_url, django_db_setup, django_db_blocker) -> Iterator[tuple[int, str]]:
    """Harborough's contact with two offers, and the copy of the world that it lies in."""
    world = _world[0]
    with copied_world(cluster, owner_url, django_db_blocker) as url:
        with psycopg.connect(url) as owner:
            owner.execute(OFFERS.format(
                contact=world.home["contact"], version=world.version, priya=world.priya, sam=world.sam,
                first=why(world.priya, world.sam), second=why(world.sam, None),
            ))
        yield world.home["contact"], url


def ask(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "moothall", "routing", *words], cwd=ROOT, text=True, capture_output=True,
        env={**os.environ, **environment_of(url)}, timeout=60, check=False,
    )


def test_it_says_in_words_who_was_asked_why_and_who_was_next(contact):
    number, url = contact
    told = ask(url, "why", str(number))
    assert told.returncode == 0, told.stderr
    head, *offers = told.stdout.splitlines()
    assert head.startswith(f"Contact {number}, {BINS}, offered at the line 20") and head.endswith(": Done.")
    assert offers == [
        f"1. 2026-11-25T14:05:00.000+00:00  Priya Shah: free longest of 2 who answer {BINS}: 4 min 10 s; next was Sam: "
        "2 min 40 s (Not answered in time).",
        f"2. 2026-11-25T14:05:15.000+00:00  Sam Okafor: the only one free who answers {BINS}: 4 min 10 s (Accepted).",
    ]


def test_as_json_it_gives_the_order_keys(contact):
    number, url = contact
    told = ask(url, "why", str(number), "--json")
    assert told.returncode == 0, told.stderr
    story = json.loads(told.stdout)
    assert (story["contact"], story["council"], story["state"]) == (number, "Harborough District Council", "Done")
    assert set(story) == {
        "contact", "council", "line", "state", "offered_at", "share", "version", "tiers", "offers", "waits",
    }
    first, second = story["offers"]
    assert [offer["state"] for offer in story["offers"]] == ["expired", "accepted"]
    assert (first["order_key"]["free_ms"], first["runner_up"]["free_ms"]) == (250_000, 160_000)
    assert first["runner_up"]["person"] == second["person"] == second["order_key"]["person"]
    assert second["runner_up"] is None and second["next_contact"] is None


def test_a_contact_that_was_offered_to_nobody_says_so(contact):
    number, url = contact
    told = ask(url, "why", str(number + 1))  # Lichfield's
    assert told.returncode == 0 and told.stdout.endswith("It was offered to nobody.\n")


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("why", "987654321"), 1, "There is no contact 987654321."),
        (("why", "seven"), 2, "“seven” isn't a number that anything here has"),
        (("why",), 2, "contact"), ((), 2, "Give why."),
    ],
)
def test_what_it_can_not_answer_it_says(contact, words, status, says):
    told = ask(contact[1], *words)
    assert (told.returncode, told.stdout) == (status, "") and says in told.stderr
