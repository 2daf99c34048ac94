"""Every route × kind of user × GET and POST × foreign object: nothing of it comes out, and nothing of it changes.

Routes, forms and field names are derived from the code: a new one is attacked the day it is written, or a test here
says what it lacks. First each user sends foreign ids for everything. Then one's own call, script or case is worked on,
and one id at a time is exchanged for a foreign one: that comes through every check but the one that must hold.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from moothall.contacts.models import Need
from moothall.domain.routing.explain import Key, Reason
from moothall.queueing.models import Offer
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import desk, hidden, scripts  # noqa: F401 - fixtures
from moothall.web.desk.tests.test_script import begin, leave_half_way, say
from tests.meta.attack_names import (
    OBJECTS,
    OUTCOME,
    VARIANTS,
    Asked,
    Ids,
    Reads,
    forms,
    known,
    names_in_code,
    only,
    sent,
)
from tests.meta.attack_pages import nowhere, stripped, words_of_head
from tests.meta.attack_routes import Route, address, routes, view_of
from tests.meta.attack_world import (
    ABSENT_ID,
    Answer,
    Attacker,
    Victim,
    ids_of,
    marked_fields,
    tenant_models,
    victim,
    victims,
)  # fmt: skip

# An agent, a team leader, an officer, a manager, an operator, somebody at the council that takes no part, and nobody.
USERS = {
    "sam": ("other", "unshared"), "priya": ("other",), "lee": ("other", "unshared"), "jo": ("other",),
    "kit": ("other", "home"), "olive": ("home",), "nobody": ("other", "home"),
}
LIBRARY = "accounts/"  # allauth's pages know no residents: one try of each kind is enough


@pytest.fixture
def reads(monkeypatch) -> Reads:
    return Reads(monkeypatch)


BRINGS_LIVE = "onboarding/"


def hold(answer: Answer, at: Victim, what: str, told: dict[str, Any], url: str) -> None:
    """What must be so whatever was asked."""
    assert answer.status < 500, f"{what} broke: {answer.status}"
    assert answer.status != 403, f"{what} says 403: it tells that there is something"
    given = answer.gives(at.canaries, f"{url} {list(told.values())}")
    assert not given, f"{what} gave {given}"
    assert not answer.changed, f"{what} changed rows of {answer.changed}"
    assert not nowhere(answer.body), f"{what} has fields whose words a screen reader can't find: {nowhere(answer.body)}"


def test_every_name_that_pages_read_is_known():
    """A new form or field fails here until attack_names.py says whether it names an object."""
    unknown = {name: where for name, where in names_in_code().items() if not known(name) and name != OUTCOME}
    assert not unknown, f"Say in attack_names.py what these name: {unknown}"


def test_canaries_stand_in_every_kind_of_row_that_holds_free_text(world):
    marked = {f"Zqother{model.__name__}{field.name}"[: field.max_length or 99]
              for model in tenant_models() for field in marked_fields(model) if model.__name__ != "Entry"}  # fmt: skip
    assert set(victim("other", world).canaries) >= marked and len(marked) > 12


@pytest.mark.parametrize("user", USERS)
def test_foreign_ids_everywhere(world, reads, user):
    """All whom the user must not see are there at once, and each answer is searched for all of them: so what would be
    the same request about another of them is sent once."""
    attacker, tried, crowd = Attacker.named(user, world), 0, victims(USERS[user], world)
    for route in routes():
        asked = Asked(reads)
        for at in crowd[:1] if route[0].startswith(LIBRARY) else crowd:
            tried += attack(attacker, route, at, asked, crowd)
    assert tried > 100, "the routes weren't found"


def attack(attacker: Attacker, route: Route, at: Victim, asked: Asked, crowd: Sequence[Victim]) -> int:
    """Ask a route for the victim in every way in which it may understand it; how many those are. Nothing of the whole
    crowd may come out, or be changed."""
    url, tried = address(route, at.ids), 0
    for verb in ("get", "post", *(("put", "delete") if attacker.name == "sam" else ())):
        for variant in range(VARIANTS):
            told = sent(at.ids, at.ids, variant)
            if asked.again(verb, url, told):
                continue  # it reads nothing of what would be different
            asked.reads.read = set()
            answer = attacker.ask(verb, url, told, at=crowd, fragment=bool(variant % 2))
            if attacker.name == "kit" and route[0].startswith(BRINGS_LIVE):
                answer = replace(answer, changed="")  # an operator brings every council live, and sees no resident
            for each in crowd:
                hold(answer, each, f"{verb} {url} as {attacker.name}, way {variant}", told, url)
            unknown = {name for name in asked.note(verb, url, told, answer.status) if not known(name)} - {"*"}
            assert not unknown, f"{view_of(route)} reads {unknown}, which is not sent: see attack_names.py"
            tried += 1
    return tried


@pytest.mark.parametrize("user", ["sam", "lee", "jo", "olive", "nobody"])
def test_a_foreign_object_and_none_are_answered_alike(world, reads, user):
    """What is asked about something foreign is answered as about something that never was; 404s to the very byte."""
    attacker, at = Attacker.named(user, world), victim(USERS[user][0], world)
    for route in routes():
        if route[0].startswith((LIBRARY, "demo/")):
            continue
        there, absent, asked = address(route, at.ids), address(route, at.absent()), Asked(reads)
        for verb in ("get", "post"):
            for variant in range(VARIANTS):
                told, other = sent(at.ids, at.ids, variant), sent(at.absent(), at.absent(), variant)
                if asked.again(verb, there, told):
                    continue
                reads.read = set()
                first = attacker.ask(verb, there, told, at=None, fragment=True)
                read = asked.note(verb, there, told, first.status)
                if there == absent and only(read, told) == only(read, other):
                    break  # nothing foreign was named
                second = attacker.ask(verb, absent, other, at=None, fragment=True)
                assert first.status == second.status, f"{verb} {there} as {user}, way {variant}"
                if first.status == 404:
                    assert stripped(first.body) == stripped(second.body), f"{verb} {there} as {user}: not alike"
                if user == "nobody":
                    break


@pytest.mark.parametrize("name", ["other", "home"])
def test_the_public_pages_know_no_residents(world, settings, name):
    """Neither as they are asked by the public, nor by a browser that is signed in at the staff pages of this host."""
    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "moothall.web.urls_public", ["*"]
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each not in settings.STAFF_MIDDLEWARE]
    at = victim(name, world)
    for attacker in (Attacker.named("nobody", world), Attacker.named("sam", world)):
        for route in routes():
            url, told = address(route, at.ids), sent(at.ids, at.ids, 0)
            for verb in ("get", "post"):
                hold(attacker.ask(verb, url, told, at=at, role="public"), at, f"{verb} {url}", told, url)


@pytest.mark.parametrize("user", ["sam", "jo"])
def test_every_page_of_somebody_signed_in_says_no_store(world, user):
    attacker, ids = Attacker.named(user, world), ids_of("home", world)
    for route in routes():
        answer = attacker.ask("get", address(route, ids), at=None)
        if answer.status == 200:
            assert "no-store" in answer.head, f"{route[0]} may be kept by a cache"
            assert not words_of_head(answer.body), f"{route[0]} tells its head's words above the page"


# -- one's own, with a foreign one among it ---------------------------------------------------------------------------


class Scenes:
    """What Sam may have before him, and Lee: whose it is, and the ids of it."""

    def __init__(self, world: Any, sams: Any) -> None:
        self.desk = sams
        self.home = {**ids_of("home", world), "run": ABSENT_ID}  # the cast's run has no script that can be gone on with

    def ringing(self) -> tuple[str, Ids]:
        self.desk.ring()
        return "sam", {**self.home, "contact": self.desk.call}

    def talking(self) -> tuple[str, Ids]:
        """At the question which house it is, which is answered by a property's id."""
        return "sam", self._at(say(self.desk, begin(self.desk), "LE16 7AA"))

    def finishing(self) -> tuple[str, Ids]:
        ids = self._at(say(self.desk, begin(self.desk), "LE16 7AA"))
        self.desk.hung_up()
        return "sam", ids

    def broken_off(self) -> tuple[str, Ids]:
        """A script to take up, and no call."""
        run = leave_half_way(self.desk)
        return "sam", {**self.home, "contact": self.desk.call, "run": int(run)}

    def taken_up(self) -> tuple[str, Ids]:
        """The same, and it is being gone on with."""
        taken = self.desk.act("again", run=leave_half_way(self.desk))
        return "sam", self._at(self.desk.ask(taken["Location"], whole=True))

    def case(self) -> tuple[str, Ids]:
        return "lee", self.home

    def commented(self) -> tuple[str, Ids]:
        """What is said of a step of a script, for its council's manager to answer."""
        return "jo", self.home

    def _at(self, shown: Any) -> Ids:
        with scope(System("load")):
            need = Need.objects.filter(contact_id=self.desk.call).latest("pk").pk
        return {
            **self.home, "contact": self.desk.call, "run": int(hidden(shown, "run")), "need": need,
            "step": hidden(shown, "step"), "seen": int(hidden(shown, "seen")),
        }


SCENES = ("ringing", "talking", "finishing", "broken_off", "taken_up", "case", "commented")
# POSTs that no scene here comes to, and why that is enough.
ELSEWHERE = {
    "moothall.web.desk.code_views.take": "needs a code: web/public/tests/test_codes.py",
    "moothall.web.desk.council_views.council": "needs a partnership's agreement: desk/tests/test_shared_line.py",
    "moothall.web.desk.ring_views": "needs somebody who asked to be rung: desk/tests/test_ring_back.py",
    "moothall.queueing.consults.desk": "needs a colleague who is asked: desk/tests/test_consult.py",
    "moothall.web.desk.passing_views": "needs a colleague who is free: desk/tests/test_passing.py",
    "moothall.web.identity.views": "managers' alone, and no residents: web/identity/tests/test_pages.py",
    "moothall.web.configure.sign_views": "agreements hold no residents: configure/tests",
    "moothall.web.configure.edit_views": "the same: configure/tests/test_edit.py",
    "moothall.web.configure.begin_views": "the same: configure/tests/test_begin.py",
    "moothall.web.configure.start_views": "the same: configure/tests/test_edit.py",
    "moothall.web.control.glass_views": "leaders' alone, who read: control/tests/test_glass_pages.py",
    "moothall.web.control.views": "shares hold no residents: control/tests/test_room.py",
    "moothall.web.protected.views": "a manager's, and whose they gave the right to: web/protected/tests",
    "moothall.web.cases.protected_views": "the same, and whoever sees the case: web/protected/tests",
    "moothall.web.desk.protect_views": "needs a checked caller: test_protected_people.py",
    "moothall.web.demo.views": "the demo's own pages, which place calls",
    "moothall.web.onboarding": "a manager's and an operator's: web/onboarding/tests",
}
# Forms that name nothing of a resident's: the second factor's, the demo's, the agreements'.
UNFILLED = {
    "SignInForm", "FirstCodeForm", "SignInCodeForm", "CodeAgainForm", "RingForm", "SignForm", "NoticeForm",
    "PasswordForm", "LookForm", "CouncilForm", "BackForm", "RowsForm", "ProposeForm", "CopyForm", "EntryForm",
    "BeginForm", "IdentityForm", "ShareForm", "CoverForm", "LineForm", "PeriodForm", "Form", "KeyNameForm",
    "ReasonForm", "GroundForm", "PauseForm", "GlassForm", "FindForm", "PartyForm", "TeamForm", "HoursForm",
    "AnswerForm", "SendForm", "CodeForm", "TakeCodeForm", "StandingForm",  # a resident's own run: web/public/tests
    "WhatForm", "WhereForm",  # the regional pages, which know no residents
    "GroupForm", "EmergencyForm", "NamedForm", "FirstPasswordForm", "ServicesForm", "ParametersForm",
    "StaffForm", "BrandForm", "ComingForm", "SuccessionForm",
    "HurtsForm", "RowForm", "WebFigureForm",  # whose days and figures: web/reports/tests
    "FilesForm",  # what a resident sends: web/public/tests/test_files.py
    "MapForm", "MoveForm",  # of maps, which show open borders: web/public/tests/test_map.py
    "GiveSightForm", "EndSightForm", "FindProtectedForm", "FreeForm",  # whoever may: web/protected/tests
    "SendCodeForm",  # where a resident has their own code sent: web/public/tests
}


@pytest.mark.usefixtures("scripts")
def test_ones_own_with_a_foreign_one_among_it(world, desk, reads):  # noqa: F811
    at, work = victim("other", world), Work(reads)
    reason = Reason("agent", Key(world.sam, 0, 1, 1), 1, 0)
    scenes = Scenes(world, desk)
    for name in SCENES:
        with transaction.atomic():
            user, own = getattr(scenes, name)()
            with scope(System("load")):
                Offer.objects.filter(contact_id=own["contact"]).update(why=reason.as_body())
            attacker = Attacker.named(user, world)
            for route in routes():
                if not route[0].startswith((LIBRARY, "demo/")):
                    work.exchange(attacker, route, own, at)
            transaction.set_rollback(True)
    missed = {view for view in work.posts - work.done if not view.startswith(tuple(ELSEWHERE))}
    assert not missed, f"No scene comes as far as these: {missed}. Add one, or say where they are attacked."
    idle = {form.__name__ for form in forms()} - {form.__name__ for form in reads.valid} - UNFILLED
    assert not idle, f"These forms were never filled so that they are valid: {idle}. See attack_names.py"


class Work:
    """One's own things, which must come to something, and then the same with foreign ones among them."""

    def __init__(self, reads: Reads) -> None:
        self.reads = reads
        self.posts: set[str] = set()  # the views that take a POST
        self.done: set[str] = set()  # those of them that one's own ids let write something
        self.spoiled: set[tuple[str, int]] = set()
        self.read_once: set[tuple[str, str]] = set()
        self.not_taken: set[tuple[str, str]] = set()  # views and the verbs that they don't take

    def exchange(self, attacker: Attacker, route: Route, own: Ids, at: Victim) -> None:
        view, asked, url = view_of(route), Asked(self.reads), address(route, own)
        for verb in ("get", "post") if (attacker.name, view) not in self.read_once else ("post",):
            for variant in range(VARIANTS):
                told = sent(own, None, variant)
                if (view, verb) in self.not_taken or asked.again(verb, url, told):
                    continue
                self.reads.read = set()
                answer = attacker.ask(verb, url, told, at=at, fragment=True)
                hold(answer, at, f"{verb} {url} as {attacker.name}", {}, url)
                read = asked.note(verb, url, told, answer.status)
                if asked.not_taken:
                    self.not_taken |= {(view, each) for each in asked.not_taken}
                    continue
                if verb == "post":
                    self.posts.add(view)
                    self.done |= {view} if answer.wrote else set()
                if answer.wrote if verb == "post" else answer.status == 200 and read & set(OBJECTS):
                    for other, foreign in self._ways(route, view, (own, at, variant), read):
                        self._with_foreign(attacker, (verb, other, foreign), at, asked)
        self.read_once.add((attacker.name, view))

    def _with_foreign(
        self, attacker: Attacker, request: tuple[str, str, dict[str, Any]], at: Victim, asked: Asked
    ) -> None:
        verb, url, told = request
        if not asked.again(verb, url, told):
            self.reads.read = set()
            answer = attacker.ask(verb, url, told, at=at, fragment=True)
            what = f"{verb} {url} as {attacker.name} with {only(self.reads.read, told)}"
            hold(answer, at, what, told, url)
            asked.note(verb, url, told, answer.status)

    def _ways(
        self, route: Route, view: str, things: tuple[Ids, Victim, int], read: set[str]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Addresses and what is sent: one foreign name at a time, then all; once a view, one spoiled or left out."""
        own, at, variant = things
        url, told = address(route, own), sent(own, None, variant)
        names = sorted((read & set(OBJECTS)) | ({OUTCOME} if "*" in read else set()))
        for swapped in [*(frozenset({name}) for name in names), *([frozenset(names)] if len(names) > 1 else [])]:
            if (foreign := sent(own, at.ids, variant, swapped)) != told:
                yield url, foreign
        if route[1].pattern.converters:
            yield address(route, at.ids), told
        if (view, variant) not in self.spoiled:
            self.spoiled.add((view, variant))
            for name in names:
                yield url, {**sent(own, at.ids, variant), name: "x"}
                yield url, {key: value for key, value in sent(own, at.ids, variant).items() if key != name}
