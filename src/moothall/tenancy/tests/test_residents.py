"""The only way to a resident's run: what begins one, what a code opens, and where guessing ends. As role and owner."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from moothall.cases.models import Case
from moothall.contacts.models import Contact
from moothall.lib import clock
from moothall.scripts.models import CodeGuess, Run, RunKey
from moothall.tenancy import residents
from moothall.tenancy.principals import Resident, Staff, System
from moothall.tenancy.residents import (
    Keys,
    Opened,
    begin_run,
    case_about_same,
    case_by_code,
    own_contact,
    own_run,
    redeem_code,
)
from moothall.tenancy.scope import scope
from moothall.tenancy.tests.test_open_scope import keys

SECRET, CODE, NEXT = "twenty letters or so", "K7P49MXR", Keys("another twenty letters", "M4P9K7XR")
ABOUT = "missed:990000000002"


@pytest.fixture
def public(world: Any, as_role: Any) -> Iterator[None]:
    with as_role("public"):
        yield


def begun(service: int = 524, code: str = CODE) -> int:
    return begin_run(2, service, "0" * 64, {"a": 1}, Keys(SECRET, code))


def key_of(run: int) -> RunKey:
    """As the tests' role, which alone may look."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    return RunKey.objects.get(pk=run)


# -- a run begins -----------------------------------------------------------------------------------------------------

def test_a_run_begins_open_with_nothing_said_and_a_week_to_go_on_with(public, world):
    before = clock.now()
    run = begun()
    with scope(Resident(run, SECRET)):
        made = Run.objects.get()
        assert (made.pk, made.council_id, made.service_id, made.state, made.channel) == (run, 2, 524, "open", "web")
        assert (made.level, made.version, made.parameters, made.answers) == (0, 1, {"a": 1}, {})
    key = key_of(run)
    assert (key.council, key.service, key.contact, key.used_hash) == (2, 524, None, "")
    assert timedelta(days=7) <= key.expires_at - before < timedelta(days=7, minutes=5)
    assert SECRET not in vars(key).values() and CODE not in vars(key).values(), "hashes alone"


@pytest.mark.parametrize("days", [1, 31])
def test_a_run_may_have_the_shortest_secret_and_code_and_each_end(public, monkeypatch, days):
    monkeypatch.setattr(residents, "DAYS", days)
    assert begin_run(2, 524, "0" * 64, {}, Keys("s" * 20, "c" * 8))


@pytest.mark.parametrize(("secret", "code", "days"), [
    ("s" * 19, "c" * 8, 7), ("s" * 20, "c" * 7, 7), ("s" * 20, "c" * 8, 0), ("s" * 20, "c" * 8, 32)])
def test_no_run_begins_that_could_be_guessed_or_had_no_end(public, monkeypatch, secret, code, days):
    monkeypatch.setattr(residents, "DAYS", days)
    with pytest.raises(ProgrammingError, match="nobody guesses, and an end"), transaction.atomic():
        begin_run(2, 524, "0" * 64, {}, Keys(secret, code))


def test_beginning_a_run_opens_no_other_of_the_council(public, world):
    begun()
    assert keys("work", "line", "line_write", "core") == {"work": set(), "line": set(), "line_write": set(),
                                                          "core": set()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM scripts_run")
        assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize("lock", [False, True])
def test_a_run_is_read_with_its_secret_by_its_number_on_its_councils_pages_alone(public, world, lock):
    run = begun()

    def read(secret: str, number: int, council: int) -> Any:
        with scope(Resident(run, secret), first=own_run(number, council, lock=lock)) as found:
            return found and (found["id"], found["council_id"], found["parameters"])

    assert read(SECRET, run, 2) == (run, 2, {"a": 1})
    assert read("guess", run, 2) is None and read(SECRET, run, 13) is None
    assert read(SECRET, world.home["run"], 2) is None, "another's"


# -- the contact of a run ---------------------------------------------------------------------------------------------

def test_a_runs_contact_is_made_once_and_is_over_at_once(public, world):
    run = begun()
    with scope(Resident(run, SECRET)):
        made = own_contact(world.version, world.share)
        assert own_contact(None, None) == made, "the second time it is the same"
        found = Contact.objects.get()
        assert (found.pk, found.council_id, found.service_id) == (made, 2, 524)
        assert (found.channel, found.state) == ("web", "done"), "nobody waits in it"
        assert (found.line, found.from_kind, found.from_number) == ("web", "unknown", ""), "nobody rang"
        assert keys("own_contact", "line", "line_write") == {"own_contact": {made}, "line": set(), "line_write": set()}
    with scope(Resident(run, SECRET)):
        assert keys("own_contact")["own_contact"] == {made}, "and it comes along from then on"
    assert key_of(run).contact == made
    with scope(System("load")):
        found = Contact.objects.get(pk=made)
        assert (found.version_id, found.share_id, found.ended_by) == (world.version, world.share, "caller")
        assert found.offered_at == found.answered_at == found.ended_at == found.wrapped_at


def test_without_a_run_in_hand_there_is_no_contact(public, world):
    run = begun()
    refused = pytest.raises(ProgrammingError, match="no run of a resident")
    with scope(Resident(run, "guess")), refused, transaction.atomic():
        own_contact(None, None)


# -- somebody else has told us already --------------------------------------------------------------------------------

@pytest.fixture
def reported(world: Any) -> int:
    """The world's open case about Mill Lane's bin, and one like it of everything that must not be taken for it."""
    with scope(System("load")):
        first = Case.objects.get(pk=world.home["case"])
        Case.objects.filter(pk=first.pk).update(about=ABOUT, state="open", due_at=clock.now())
        other = {"kind": "missed-bin", "title": "x", "opened_at": clock.now(), "about": ABOUT}
        Case.objects.create(council_id=2, service_id=524, reference="S-1", **other)
        Case.objects.create(council_id=2, service_id=860, reference="S-2", **other)
        Case.objects.create(council_id=13, service_id=57, reference="S-3", **other)
    return first.pk


def test_the_first_open_case_about_the_same_is_told_by_number_and_day_alone(world, reported, as_role):
    with as_role("public"):
        run = begun()
        with scope(Resident(run, SECRET)):
            assert (found := case_about_same(ABOUT)) and found[0] == reported and found[1]
            assert case_about_same("missed:1") is None and case_about_same("") is None
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM moothall.case_about_same(%s)", [ABOUT])
                assert len(cursor.fetchall()) == 1, "what others reported after it is nobody's to know"
            assert keys("work") == {"work": set()} and not Case.objects.exists()
        with scope(Resident(run, "guess")):
            assert case_about_same(ABOUT) is None


def test_a_closed_case_and_those_of_other_services_are_not_the_same(world, reported, as_role):
    with scope(System("load")):
        Case.objects.filter(council_id=2, service_id=524, about=ABOUT).update(state="closed", closed_at=clock.now())
        Case.objects.create(council_id=2, service_id=524, reference="S-4", kind="x", title="x", opened_at=clock.now())
    with as_role("public"):
        for run in (begun(), begun(57, "C0UNC1LTX")):
            with scope(Resident(run, SECRET)):
                assert case_about_same(ABOUT) is None
                assert case_about_same("") is None, "cases about nothing in particular aren't about the same"


# -- codes ------------------------------------------------------------------------------------------------------------

def test_a_code_says_what_would_come_of_it_and_opens_once(public):
    run = begun()
    for _ in range(2):
        assert redeem_code(CODE, keys=NEXT, who="a", act=False) == Opened("open", run, 2)
    assert redeem_code(CODE, keys=NEXT, who="a", act=True) == Opened("open", run, 2)
    assert redeem_code(CODE, keys=NEXT, who="a", act=True) == Opened("used", run, 2)
    with scope(Resident(run, SECRET)):
        assert not Run.objects.exists(), "the browser of before"
    with scope(Resident(run, NEXT.secret)):
        assert Run.objects.exists()
    assert redeem_code(NEXT.code, keys=Keys("third of twenty letters", "X"), who="a", act=False).state == "open"
    assert redeem_code("22222222", keys=NEXT, who="a", act=True) == Opened("unknown", None, None)


def test_a_code_is_over_with_its_run(public, world):
    run = begun()
    key_of(run)
    RunKey.objects.filter(pk=run).update(expires_at=clock.now() - timedelta(milliseconds=1))
    assert redeem_code(CODE, keys=NEXT, who="a", act=True) == Opened("over", None, None)


def guesses(count: int, who: str, minutes_ago: float) -> None:
    at = clock.now() - timedelta(minutes=minutes_ago)
    CodeGuess.objects.bulk_create([CodeGuess(who=who, at=at) for _ in range(count)])


@pytest.mark.parametrize("asked", ["run", "case"])
@pytest.mark.parametrize(("already", "waits"), [
    ((9, "me", 1), False), ((10, "me", 1), True), ((10, "somebody else", 1), False), ((10, "me", 14.9), True),
    ((10, "me", 15.1), False), ((1999, "many", 1), False), ((2000, "many", 1), True),
])
def test_guessing_ends_after_ten_of_one_or_two_thousand_of_all_in_a_quarter_of_an_hour(
    world, already, waits, asked
):
    begun()
    guesses(*already)
    if asked == "case":  # by itself: either of the two clears away what is too old
        told = case_by_code("HB-1", CODE, who="me")
        assert (told.state if told else "") == ("wait" if waits else "")
    else:
        assert redeem_code(CODE, keys=NEXT, who="me", act=False).state == ("wait" if waits else "open")


def test_who_guessed_too_often_opens_nothing_not_even_with_the_right_code(world):
    """Told to wait, and nothing done behind that word: the code is as good afterwards as before."""
    run = begun()
    guesses(10, "me", 1)
    assert redeem_code(CODE, keys=NEXT, who="me", act=True) == Opened("wait", None, None)
    assert redeem_code("22222222", keys=NEXT, who="me", act=True).state == "wait"
    assert CodeGuess.objects.count() == 10, "what is typed meanwhile doesn't make the waiting longer"
    with scope(Resident(run, SECRET)):
        assert Run.objects.exists()
    CodeGuess.objects.all().delete()
    assert redeem_code(CODE, keys=NEXT, who="me", act=True) == Opened("open", run, 2)


def test_a_wrong_code_is_counted_and_a_right_one_is_not(world):
    begun()
    redeem_code("22222222", keys=NEXT, who="me", act=True)
    assert case_by_code("HB-10007-Y", "22222222", who="me") is None
    redeem_code(CODE, keys=NEXT, who="me", act=True)
    assert [guess.who for guess in CodeGuess.objects.all()] == ["me", "me"]


@pytest.fixture
def sent(world: Any) -> int:
    """A run that led to the world's case, long over."""
    run = begun()
    RunKey.objects.filter(pk=run).update(contact=world.home["contact"], expires_at=clock.now() - timedelta(days=90))
    return run


def test_one_good_code_is_no_leave_to_guess_references(world, sent):
    """Whoever has a code of their own tries other numbers with it: each is counted, and the tenth is the last."""
    assert case_by_code("HB-10007-Y", CODE, who="me") and not CodeGuess.objects.exists(), "the right one isn't counted"
    for number in range(10):
        assert case_by_code(f"HB-1000{number}-Z", CODE, who="me") is None
    assert CodeGuess.objects.filter(who="me").count() == 10
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM moothall.case_by_code('HB-10007-Y', %s, 'me')", [CODE])
        assert cursor.fetchall() == [("wait", *[None] * 8)], "and nothing of the case behind that word"
    assert CodeGuess.objects.count() == 10
    assert case_by_code("HB-10007-Y", CODE, who="somebody else"), "others needn't wait"


def test_a_reference_alone_tells_nothing(world, sent):
    """References are printed on letters: without the code of the run there is no case."""
    for code in ("22222222", "", SECRET, key_of(sent).code_hash):
        assert case_by_code("HB-10007-Y", code, who="me") is None


def test_two_runs_that_were_given_the_same_code_are_both_looked_at(world, sent):
    RunKey.objects.create(run=world.other["run"], council=13, service=524, secret_hash="", used_hash="",
                          code_hash=key_of(sent).code_hash, contact=world.other["contact"],
                          expires_at=clock.now() - timedelta(days=1))
    for reference in ("HB-10007-Y", "LI-10001-B"):
        assert (told := case_by_code(reference, CODE, who="me")) and told.state == "open"


# -- how a case stands ------------------------------------------------------------------------------------------------

def test_a_reference_and_the_code_of_its_run_tell_how_the_case_stands(world, as_role, sent):
    with as_role("public"):
        assert (told := case_by_code("HB-10007-Y", CODE, who="me"))
        assert (told.state, told.title, told.closed_at) == ("open", "Missed bin", None)
        assert keys("work") == {"work": set()}
        assert case_by_code("HB-10007-Z", CODE, who="me") is None, "the code's case, but not its reference"
        assert case_by_code("LI-10001-B", CODE, who="me") is None, "another council's"
    with scope(System("load")):
        Case.objects.filter(pk=world.home["case"]).update(contact=None)
    assert case_by_code("HB-10007-Y", CODE, who="me") is None, "a case that came of another contact"


def test_a_run_that_was_never_sent_has_no_case(world):
    begun()
    with scope(System("load")):
        Case.objects.filter(pk=world.home["case"]).update(contact=None)
    assert case_by_code("HB-10007-Y", CODE, who="me") is None


# -- at the desk ------------------------------------------------------------------------------------------------------

def test_an_agent_takes_over_a_run_of_a_service_they_answer(world, as_role):
    run = begun()
    with as_role("web"), scope(Staff(world.sam)):
        assert residents.take_code(CODE, who="sam") == Opened("open", run)
        assert residents.take_code(CODE, who="sam") == Opened("used", None)
    with as_role("public"), scope(Resident(run, SECRET)):
        assert not Run.objects.exists(), "the resident's browser opens it no more"
    key = key_of(run)
    assert (key.secret_hash, key.code_hash, key.contact) == ("", "", None)


def test_an_agent_of_another_council_or_service_takes_none(world, as_role):
    run, licence = begun(), begun(860, "L1CENCE22")
    with as_role("web"):
        with scope(Staff(world.olive)):
            assert residents.take_code(CODE, who="olive").state == "elsewhere"
        with scope(Staff(world.sam)):
            assert residents.take_code("L1CENCE22", who="sam").state == "elsewhere"
    for each in (run, licence):
        with scope(Resident(each, SECRET)):
            assert Run.objects.exists(), "and it is still the resident's"


@pytest.mark.parametrize(("code", "days"), [("c" * 7, 7), ("c" * 8, 0), ("c" * 8, 32)])
def test_an_agent_tells_no_code_that_could_be_guessed_or_had_no_end(world, as_role, monkeypatch, code, days):
    monkeypatch.setattr(residents, "DAYS", days)
    refused = pytest.raises(ProgrammingError, match="nobody guesses, with an end")
    with as_role("web"), scope(Staff(world.sam)), refused, transaction.atomic():
        residents.give_code(world.home["run"], code)


@pytest.mark.parametrize("days", [1, 31])
def test_a_code_that_an_agent_tells_opens_the_run_on_the_web(world, as_role, monkeypatch, days):
    monkeypatch.setattr(residents, "DAYS", days)
    code, before = "c" * 8, clock.now()
    with as_role("web"), scope(Staff(world.sam)):
        residents.give_code(world.home["run"], code)
    key = key_of(world.home["run"])
    assert (key.council, key.service, key.secret_hash, key.contact) == (2, 524, "", None)
    assert timedelta(days=days) <= key.expires_at - before < timedelta(days=days, minutes=5)
    assert redeem_code(code, keys=NEXT, who="a", act=False) == Opened("open", world.home["run"], 2)


def test_a_second_code_replaces_the_first(world, as_role):
    with as_role("web"), scope(Staff(world.sam)):
        residents.give_code(world.home["run"], "F1RSTC0DE")
        residents.give_code(world.home["run"], "SEC0NDC0DE")
    assert redeem_code("F1RSTC0DE", keys=NEXT, who="a", act=False).state == "unknown"
    assert redeem_code("SEC0NDC0DE", keys=NEXT, who="a", act=False).state == "open"


def test_nobody_gives_a_code_to_a_run_out_of_their_sight(world, as_role):
    refused = pytest.raises(ProgrammingError, match="no such run")
    with as_role("web"), scope(Staff(world.sam)), refused, transaction.atomic():
        residents.give_code(world.other["run"], CODE)
    assert not RunKey.objects.filter(pk=world.other["run"]).exists()
