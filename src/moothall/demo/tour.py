"""The tour: one call goes its whole way, and each hop is printed with its figure.

It comes from outside, as a caller and an agent's browser do: the exchange's port for callers, the public HTTP, the live
stream. Only "which share, and why this agent" is asked of the command line, as an operator would.
"""
from __future__ import annotations

import csv
import json
import random
import re
import subprocess
import sys
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from moothall.demo.browser import Browser, Form, Page, Stream
from moothall.demo.personas import personas
from moothall.lib import clock
from moothall.telephony import callers

PASSWORD = "moothall-demo"
AGENT, LEADER = "sam@charnwood.example", "priya@charnwood.example"
LINE = {"council": "E07000131", "service": "refuse"}
PATIENCE_S = 60
REFERENCE = re.compile(r"\b[A-Z]{2,3}-\d{5}-[A-Z0-9]\b")


class TourFailed(Exception):
    """A hop did not happen; the words say which and where to look."""


def run_tour(urls: Mapping[str, str]) -> int:
    """Play the tour against a running demo (`staff`, `live`, `callers` are used); 0, or 1 with words on what failed."""
    tour = Tour(urls)
    try:
        tour.play()
    except (TourFailed, callers.CallersError, RuntimeError, OSError) as problem:
        tour.say("FAILED", str(problem))
        return 1
    finally:
        tour.leave()
    return 0


class Tour:
    """One agent's browser, one leader's for the counts, and one caller."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self.urls = urls
        self.agent, self.leader = Browser(urls["staff"]), Browser(urls["staff"])
        self.stream: Stream | None = None
        self.desk = Page(0, "", "")
        self.call = ""
        self.started = perf_counter()

    def say(self, hop: str, words: str) -> None:
        print(f"  {hop:<12} {words}", flush=True)

    def play(self) -> None:
        print("\nOne call, from dialling to report:\n", flush=True)
        ana = personas()[0]
        self.say("share", who_answers())
        before = self.count()
        self.sit_down()
        self.ring(ana.number, ana.line)
        contact = self.pop()
        self.say("why", routing_why(contact))
        self.answer()
        reference = self.follow_script(home="14 Mill Lane")
        self.finish()
        after = self.count()
        counts = f"offered {before[0]}, now {after[0]}; answered {before[1]}, now {after[1]}"
        self.say("counted", f"Harborough, bins, phone today: {counts}")
        if after[0] != before[0] + 1 or after[1] != before[1] + 1:
            raise TourFailed("the call wasn't counted once; look at `./moot report today`")
        took = perf_counter() - self.started
        self.say("done", f"{reference}, {took:.1f} s in all\n")

    def leave(self) -> None:
        """Leave no desk ready behind: nobody sits at it."""
        if self.call:
            callers.hang_up(self.urls["callers"], self.call)
        if self.stream is not None:
            self.stream.close()
        if self.desk.status:
            self.desk = self.agent.get("/desk/")
            if form := self.desk.form("pause"):
                self.agent.send(form)

    # -- the agent -----------------------------------------------------------------------------------------------------
    def sit_down(self) -> None:
        self.agent.sign_in(AGENT, PASSWORD)
        self.desk = self.agent.get("/desk/")
        self.stream = Stream(self.urls["live"], self.agent)
        if self.desk.desk.get("state") == "wrap_up":  # a call that an earlier tour left behind
            self.act("finish", then="ready")
        if form := self.desk.form("ready"):
            self.desk = self.agent.send(form)
        if self.desk.desk.get("state") != "ready":
            raise TourFailed(f"Sam's desk is {self.desk.desk.get('state', 'not there')}, not ready")
        self.say("ready", "Sam of Charnwood is ready")

    def pop(self) -> str:
        """Wait for the ring, fetch the fragment as the page does; the contact's number."""
        began = self.began
        self.wait_for("ringing", "no call popped at Sam's desk; look at the router's log")
        shown = (perf_counter() - began) * 1000
        greeting = re.search(r"“([^”]+)”", self.desk.text)
        words = greeting.group(0) if greeting else "without a greeting"
        self.say("popped", f"in {shown:.0f} ms from dialling to the desk's bytes: {words}")
        who = re.search(r"May be ([^.]+?) (?:Not checked|Check)", self.desk.text)
        self.say("who", f"may be {who.group(1)}, not checked" if who else "nobody is suggested")
        return self.desk.desk["contact"]

    def answer(self) -> None:
        self.act("answer")
        self.wait_for("in_call", "the call was not answered; look at the exchange's log")
        self.say("answered", f"{self.waited():.1f} s after it was offered")

    def follow_script(self, *, home: str) -> str:
        """Answer each question as somebody whose bin was out would; the case's reference."""
        open_here = re.search(r"Open at this address \((\d+)\)", self.desk.text)
        if open_here and open_here.group(1) != "0":
            home = ""  # an earlier tour reported it: somebody else of the street rings about theirs
        need = self.desk.form("need")
        if need is None or not any(value == "missed-bin" for _, value, _ in need.buttons):
            raise TourFailed("the desk offers no missed-bin script")
        self.desk = self.agent.send(need, script="missed-bin")
        reference, steps = "", 0
        while form := self.desk.form("step"):
            steps += 1
            if steps > 40:
                raise TourFailed("the script doesn't end")
            value, words = choose(form, home)
            said = re.search(r"“([^”]+)”", self.desk.text)
            self.say(f"step {steps}", f"{said.group(0) if said else form.fields['step']} {words}")
            reference = (REFERENCE.findall(self.desk.text) or [reference])[-1]
            began = form.fields["step"], form.fields["seen"]
            self.desk = self.agent.send(form, value=value)
            if self.desk.status >= 400 or self.problem():
                raise TourFailed(f"the step {began[0]} was refused: {self.problem() or self.desk.status}")
        if not reference:
            raise TourFailed("the script ended without a case")
        return reference

    def finish(self) -> None:
        self.act("end")
        self.wait_for("wrap_up", "the call did not end")
        self.call = ""
        self.act("finish", then="pause")
        if self.desk.desk.get("state") != "paused":
            raise TourFailed("the wrap-up could not be finished")
        self.say("finished", "wrap-up done, outcome kept")

    def act(self, name: str, **fields: str) -> None:
        form = self.desk.form(name)
        if form is None:
            raise TourFailed(f"the desk has no way to {name} in state {self.desk.desk.get('state')}")
        self.desk = self.agent.send(form, **fields)

    def problem(self) -> str:
        found = re.search(r'id="errors".*?<li>(?:<a[^>]*>)?([^<]+)', self.desk.html, re.S)
        return found.group(1) if found else ""

    def wait_for(self, state: str, otherwise: str) -> None:
        """Follow the doorbell until the desk is in that state."""
        assert self.stream is not None
        until = perf_counter() + PATIENCE_S
        while self.desk.desk.get("state") != state:
            if perf_counter() > until:
                raise TourFailed(otherwise)
            if self.stream.wait(1.0) is not None:
                self.desk = self.agent.get("/desk/state/?have=0", fragment=True)

    # -- the caller, and the counts ------------------------------------------------------------------------------------
    def ring(self, number: str, line: str) -> None:
        self.began = perf_counter()
        self.call = callers.place(self.urls["callers"], to=line, caller=number or "withheld", patience=PATIENCE_S)
        self.say("rings", f"a resident dials {line} from {number or 'a withheld number'}")

    def waited(self) -> float:
        return perf_counter() - self.began

    def count(self) -> tuple[int, int]:
        """Offered and answered today on Harborough's bins line, from the leader's report."""
        if not self.leader.cookies:
            self.leader.sign_in(LEADER, PASSWORD)
        table = csv.DictReader(self.leader.get("/reports/today.csv").html.lstrip("\ufeff").splitlines())
        if "Offered" not in (table.fieldnames or ()):
            raise TourFailed("today's report doesn't come")
        for row in table:
            if row["Council"].startswith("Harborough") and row["Service"].startswith("Bins"):
                return int(row["Offered"]), int(row["Answered"])
        return 0, 0


CHOSEN = {"tag": "none"}  # where the first answer would lead to no case


def choose(form: Form, home: str) -> tuple[str, str]:
    """The answer to a step, and in words what was answered."""
    options = form.options.get("value", [])
    if not options:
        value = "LE8 0ES" if form.fields["step"] == "postcode" else ""
        return value, f"→ {value}" if value else ""
    if form.fields["step"] == "property":
        at_home = [option for option in options if home and option[1].startswith(home)]
        value, words = (at_home or [random.choice([option for option in options if option[0] != "not_listed"])])[0]
    else:
        wanted = [option for option in options if option[0] == CHOSEN.get(form.fields["step"])]
        value, words = (wanted or options)[0]
    return value, f"→ {words}"


def who_answers() -> str:
    found = ask("who-answers", "--council", LINE["council"], "--service", LINE["service"], "--channel", "phone",
                "--function", "answer", "--at", clock.now().isoformat(), "--json")
    tiers = ", ".join(f"{tier['team']} after {tier['after_s']} s" for tier in found.get("tiers", []))
    return f"{found.get('share')}: {tiers}" if tiers else f"nobody answers now: {json.dumps(found)}"


def routing_why(contact: str) -> str:
    """The first offer's reason in words: whom, and who was next."""
    offers = ask("routing", "why", contact, "--json")["offers"]
    return f"{offers[0]['name']}: {offers[0]['why']}" if offers else "it was offered to nobody"


def ask(*words: str) -> dict[str, Any]:
    """A word of the command line with --json."""
    done = subprocess.run([sys.executable, "-m", "moothall", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        problem = (done.stderr or done.stdout).strip()
        raise TourFailed(f"`moothall {' '.join(words)}` ended with {done.returncode}: {problem}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
