"""Answers the requests of bench/row_security.py on one database: a line in, a JSON line out."""
from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import django

BACKEND = "moothall.people.backend.StaffBackend"


def main(wall: str) -> None:
    django.setup()
    from django.db import connection

    if wall == "off":
        take_the_walls_away()
    requests = make_requests()
    statements: list[tuple[str, float]] = []

    def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            statements.append((sql, (perf_counter() - started) * 1000))

    with connection.execute_wrapper(timed):
        for line in sys.stdin:
            request, _, turn = line.strip().partition("|")
            statements.clear()
            started = perf_counter()
            rows = requests[request](int(turn))
            ms = (perf_counter() - started) * 1000
            kept = [(sql, spent) for sql, spent in statements if sql.startswith(("SELECT", "UPDATE", "INSERT"))
                    and "open_scope" not in sql]
            print(json.dumps({"ms": ms, "rows": rows, "statements": kept}), flush=True)


def take_the_walls_away() -> None:
    """No scope call and no predicate: a transaction alone. Only here, in a process that measures."""
    from moothall.tenancy import scope

    scope.open_in_database = lambda principal, at=None, first=None: scope._given(first)
    scope.close_in_database = lambda: None


def make_requests() -> dict[str, Callable[[int], int]]:
    from django.test import Client

    from moothall.cases.models import Case
    from moothall.customers.queries import findable
    from moothall.people.models import Person
    from moothall.tenancy.principals import Staff
    from moothall.tenancy.scope import scope

    lee = Person.objects.get(email="lee@harborough.example")
    sam = Person.objects.get(email="sam@charnwood.example")
    officer, agent = (Client(SERVER_NAME="localhost") for _ in range(2))
    officer.force_login(lee, backend=BACKEND)
    agent.force_login(sam, backend=BACKEND)
    with scope(Staff(lee.pk)):
        open_cases = Case.objects.filter(council_id=2, state="open").order_by("id")
        references = list(open_cases.values_list("reference", flat=True)[:200])
    with scope(Staff(sam.pk)):
        residents = findable().filter(council_id=2, property__isnull=False).order_by("id")  # the same ones to both
        people = residents.select_related("property")[:400]
        names = [row.name.split()[-1][:5] for row in people if len(row.name.split()[-1]) > 1]
        postcodes = [row.property.postcode for row in people]

    def page(url: str) -> int:
        response = officer.get(url)
        assert response.status_code == 200, f"{url}: {response.status_code}"
        return response.content.count(b"<tr")

    def search(values: list[str], turn: int) -> int:
        response = agent.get("/find/", {"words": values[turn % len(values)], "council": "2"})
        assert response.status_code == 200, response.status_code
        return int(response.content.count(b"found__row"))

    def by_reference(turn: int) -> int:
        return int(officer.get("/cases/", {"narrow": references[turn % len(references)]}).status_code)

    return {
        "queue": lambda turn: page("/cases/?tab=team"),
        "case page": lambda turn: page(f"/cases/{references[turn % len(references)]}/"),
        "customer by name prefix": lambda turn: search(names, turn),
        "customer by postcode": lambda turn: search(postcodes, turn),
        "case by reference": by_reference,
    }


if __name__ == "__main__":
    main(sys.argv[1])
