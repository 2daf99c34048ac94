"""The bench's agents: made, put at their desks and signed in; and the numbers that ring. Runs as the owner."""
from __future__ import annotations

import json
import sys

import django

TEAM = "charnwood-contact-centre"
SERVICES = ("refuse", "first-contact")


def main() -> None:
    django.setup()
    if sys.argv[1] == "add":
        add_agents(int(sys.argv[2]))
    else:
        print(json.dumps(numbers()))


def add_agents(count: int) -> None:
    """`bench-N@charnwood.example` at stations 4200+N; desks ready, signed in by `session_key(N)`."""
    from django.contrib.auth.hashers import make_password

    from moothall.lib import clock
    from moothall.people.models import Membership, Person, Skill, Team
    from moothall.queueing.models import Presence
    from moothall.tenancy.models import Service

    now, team = clock.now(), Team.objects.get(slug=TEAM)
    password = make_password(None)
    people = Person.objects.bulk_create([
        Person(email=f"bench-{n}@charnwood.example", name=f"Bench Agent{n}", employer_id=team.employer_id,
               station=str(4200 + n), password=password)
        for n in range(count)
    ])
    services = list(Service.objects.filter(slug__in=SERVICES))
    Membership.objects.bulk_create([Membership(person=person, team=team, valid_from=now) for person in people])
    Skill.objects.bulk_create([Skill(person=person, service=service) for person in people for service in services])
    Presence.objects.bulk_create([
        Presence(person=person, state="ready", since=now, idle_since=now, device=person.station) for person in people
    ])
    for n, person in enumerate(people):
        save_session(session_key(n), person)


def session_key(number: int) -> str:
    return f"bench{number}".ljust(32, "x")


def save_session(key: str, person: object) -> None:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from moothall.people.sessions import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)  # type: ignore[attr-defined]
    store[BACKEND_SESSION_KEY] = "moothall.people.backend.StaffBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()  # type: ignore[attr-defined]
    store._session_key = key  # reading a key that isn't there would give us another
    store.save(must_create=True)


def numbers() -> list[str]:
    """Numbers of the two councils' customers, each once, in an order that doesn't follow the table's."""
    from moothall.customers.models import CustomerPhone
    from moothall.tenancy.principals import System
    from moothall.tenancy.scope import scope

    with scope(System("load")):
        found = CustomerPhone.objects.filter(council_id__in=(1, 2)).order_by("-number", "council_id")
        return list(dict.fromkeys(found.values_list("number", flat=True)[:40_000]))


if __name__ == "__main__":
    main()
