"""Each shipped script that asks for an address, with "Not in this list", to its end: on the web and by phone."""

import random
from contextlib import contextmanager, nullcontext
from functools import partial

from django.db import connection, transaction

from moothall.cases.models import Case
from moothall.contacts.actions import open_need
from moothall.contacts.models import Contact
from moothall.domain.interview.answers import accept, choices
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.run import Ask, Effect, LookUp
from moothall.scripts import steps
from moothall.scripts.access import access_run
from moothall.scripts.actions import begin_run, go_on, send_run, start_run, write_entry
from moothall.scripts.steps import walk_of
from moothall.scripts.tests.chance import Chance
from moothall.scripts.tests.walks import THURSDAY
from moothall.scripts.versions import parameters_of, published_scripts, script_of, version_for
from moothall.scripts.web_scripts import may_be_followed
from moothall.tenancy import residents
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Resident, System
from moothall.tenancy.residents import Keys
from moothall.tenancy.scope import scope

TOLD = "Plot 7, The Orchard"
WALKS = 30  # by chance; some stop at a question that only a lucky answer passes


def walked(run, chance):
    """Answer by chance up to the first thing that a script does, or its end; no address is in the list."""
    while True:
        script, stop = script_of(run), walk_of(run).next
        if isinstance(stop, LookUp):
            steps.look_up(run, stop.step, stop.values)
        elif isinstance(stop, Ask):
            kept = answer(script, stop, chance)
            if isinstance(kept, Refusal):
                return stop
            run.answers = {**run.answers, stop.step.key: {"value": kept, "at": THURSDAY.isoformat()}}
        else:
            return stop


def answer(script, stop, chance):
    step, listed = stop.step, [value for value, _ in choices(script, stop.step, stop.values)]
    told = {"postcode": "LE167ZZ", "property": "not_listed"}.get(step.field.kind)
    if step.key.endswith("address_text"):
        told = TOLD
    for _ in range(4):
        typed = chance.typed(step.field, listed) if told is None else told
        kept = accept(script, step, typed, stop.values)
        if not isinstance(kept, Refusal):
            break
    return kept


def opens(stop):
    return isinstance(stop, Effect) and stop.step.call.name == "open_case"


def told_none(run):
    return "not_listed" in {each["value"] for each in run.answers.values()}


def forms(alone):
    """The scripts that ask for an address; those that the public may follow `alone`, or all."""
    return sorted(
        key for key, script in published_scripts().items()
        if not script.sub and (may_be_followed(script) or not alone)
        and any(step.field.kind == "property" for step in script.steps)
    )


def opened(begin, send, seen, *, alone=False):
    """The kinds of case that were opened, by script, whichever way led to them."""
    found = set()
    for key in forms(alone):
        for seed in range(WALKS):
            chance = Chance(published_scripts()[key], random.Random(seed).choice)
            with transaction.atomic():
                with begin(key) as run:
                    stop = walked(run, chance)
                    kind = (key, dict(stop.step.call.fixed).get("kind")) if opens(stop) else None
                    kind = (key, stop.values.get("kind")) if kind and kind[1] is None else kind
                    new = kind and kind not in found and told_none(run)
                    if new:
                        send(run)
                if new:
                    assert as_typed(run, seen), (kind, seed)
                    found.add(kind)
                transaction.set_rollback(True)
    return found


@contextmanager
def seen_whole():
    """What stands in the tables, whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    with scope(System("load")):
        yield


def test_by_phone_each_opens_its_case(desk, town):
    def by_phone(key):
        contact = Contact.objects.get(pk=desk.home["contact"])
        need = open_need(contact=contact, service=524, kind=key, title="A form")
        return nullcontext(start_run(contact=contact, need=need, script_key=key))

    assert_each(opened(by_phone, lambda run: write_entry("step.answer", run, {}, then=go_on(run)), nullcontext))


def test_on_the_web_each_opens_its_case(world, town, as_role):
    @contextmanager
    def on_the_web(key):
        council, version = Council.objects.get(pk=2), version_for(key, "E07000131")
        keys = Keys(key.ljust(43, "_"), "K74P9MXR")
        number = residents.begin_run(council.pk, 524, version.pk, parameters_of(version), keys)
        with scope(Resident(number, keys.secret)):
            yield begin_run(access_run(number))

    with as_role("public"):
        send = partial(send_run, locked=True)
        assert_each(opened(on_the_web, lambda run: send(run, seen_version=run.version), seen_whole, alone=True))


def assert_each(kinds):
    assert {key for key, _ in kinds} == {"balance", "missed-bin", "moving", "rent-help"}
    assert len(kinds) >= 10, kinds


def as_typed(run, seen):
    """The case that was opened stands at no address of the list, and has the one that was told, where one was asked."""
    with seen():
        case = Case.objects.get(pk=next(iter(run.effects.values()))["case"])
    if case.apart:  # whoever says that they must not be found
        return case.answers == [] and case.property_id is None
    asked = [each for key, each in run.answers.items() if key.endswith("address_text")]
    return case.property_id is None and all(TOLD in [said["answer"] for said in case.answers] for _ in asked)
