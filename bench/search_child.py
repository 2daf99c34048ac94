"""Looks for what bench/search.py tells it, as the find page does: a JSON line in, a JSON line out."""
from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from time import perf_counter
from typing import Any

import django


def main(wall: str) -> None:
    django.setup()
    from django.db import connection

    from bench.row_security_child import take_the_walls_away
    from moothall.lib import clock
    from moothall.people.models import Person
    from moothall.tenancy.principals import Staff
    from moothall.tenancy.scope import scope
    from moothall.web.find.contexts import find
    from moothall.web.find.understood import understand

    agents = {row.email.split("@")[0].removeprefix("bench-"): row.pk
              for row in Person.objects.filter(email__startswith="bench-")}  # fmt: skip
    if wall == "off":
        take_the_walls_away()

    def ask(typed: str, council: int | None, who: str) -> list[Any]:
        with scope(Staff(agents[who])):
            found = [find(each, council=council, more=False, now=clock.now()) for each in understand(typed)]
        return [[person.customer for each in found for person in (*each.people, *each.alike)],
                [home.pk for each in found for home in each.properties],
                [row.case.pk for each in found for row in each.cases]]  # fmt: skip

    for who in agents:  # the first one connects
        ask("warm up", None, who)
    backend = connection.connection.info.backend_pid
    for line in sys.stdin:
        asked = json.loads(line)
        worked, started = on_processor(backend), perf_counter()
        rows = ask(asked["typed"], asked["council"], asked["who"])
        ms, worked = (perf_counter() - started) * 1000, on_processor(backend) - worked
        print(json.dumps({"ms": ms, "worked": worked, "rows": rows if any(rows) else []}), flush=True)


def on_processor(backend: int) -> float:
    """How many ms this process and its backend have worked so far: what others do meanwhile doesn't count."""
    return time.process_time() * 1000 + int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e6


if __name__ == "__main__":
    main(sys.argv[1])
