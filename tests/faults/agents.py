"""Agents who work: they sit down, answer what rings, and finish what ended. Their desks are the product's own actions.

Prints `{"ready": …}` once all are ready; at SIGTERM finishes nothing more and prints what was acknowledged to it.
"""
from __future__ import annotations

import argparse
import json
import signal
import time


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between two looks at all desks")
    parser.add_argument("--idle", action="store_true", help="sit down and become ready, answer nothing")
    options = parser.parse_args()
    import django

    django.setup()
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: told.append(1))
    crowd = Crowd()
    crowd.sit_down()
    print(json.dumps({"ready": "agents", "agents": len(crowd.people)}), flush=True)
    while not told:
        if not options.idle:
            crowd.look()
        time.sleep(options.pause)
    print(json.dumps({"acknowledged": sorted(crowd.finished), "asked": sorted(crowd.asked)}), flush=True)


class Crowd:
    def __init__(self) -> None:
        from moothall.people.models import Person

        self.people = {p.pk: p for p in Person.objects.filter(memberships__job="agent", employer=1).exclude(station="")}
        self.asked: set[int] = set()
        self.finished: set[int] = set()

    def sit_down(self) -> None:
        from moothall.queueing import desk

        for person in self.people.values():
            desk.sign_in_to_desk(person)
            assert desk.become_ready(person).ok

    def look(self) -> None:
        from moothall.queueing import desk
        from moothall.queueing.models import Presence

        for presence in Presence.objects.filter(person__in=self.people):
            person = self.people[presence.person_id]
            contact = presence.contact_id
            if presence.state == "ringing" and contact:
                if desk.ask_to_answer(person, contact).ok:
                    self.asked.add(contact)
            elif presence.state == "wrap_up" and contact:
                if desk.finish_wrap_up(person, contact, outcomes={}, note="done").ok:
                    self.finished.add(contact)
            elif presence.state == "paused":
                desk.become_ready(person)


if __name__ == "__main__":
    main()
