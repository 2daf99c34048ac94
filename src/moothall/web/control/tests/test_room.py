"""The control room: who enters it, what it counts, what each act does, and what a provider can't."""
from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from moothall.agreements.actions import load_version
from moothall.agreements.control import sever_council
from moothall.agreements.in_force import forget
from moothall.agreements.models import Halt
from moothall.agreements.tests.texts import changed
from moothall.cli.main import run_word
from moothall.contacts.models import Contact, Leg
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope
from moothall.web.control.forms import GroundForm, PauseForm

pytestmark = pytest.mark.django_db
PASSWORD = {"password": "moothall-demo"}
HARBOROUGH, REFUSE = 2, 524


@pytest.fixture
def mo(world) -> Person:
    """Manages Charnwood, whose hub answers Harborough's bins."""
    team = Team.objects.create(slug="managers-1", name="Managers", employer_id=1)
    person = Person.objects.create_user("mo@example.test", "moothall-demo", name="Mo Bell", employer_id=1)
    Membership.objects.create(person=person, team=team, job="manager", valid_from=clock.now() - timedelta(days=1))
    return person


def browser(person: int) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=person))
    return client


def call(world, state: str, **more) -> int:
    with scope(System("load")):
        return Contact.objects.create(
            council_id=HARBOROUGH, service_id=REFUSE, line="5001", call_key=f"c{Contact.objects.count()}", state=state,
            share_id=world.share, version_id=world.version, answer_within_s=45,
            **{"offered_at": clock.now() - timedelta(seconds=100), **more},
        ).pk  # fmt: skip


def sees(person: int, as_role) -> bool:
    with as_role("web"), scope(Staff(person)):
        return Contact.objects.filter(council=HARBOROUGH).exists()


def test_the_client_sees_who_waits_and_what_was_kept(world, as_role):
    now = clock.now()
    call(world, "waiting")
    for waited in (10, 20, 60):
        offered = now - timedelta(minutes=5)
        call(world, "done", offered_at=offered, answered_at=offered + timedelta(seconds=waited))
    jo = browser(world.jo)
    with as_role("web"):
        page = jo.get("/control/").content.decode()
    assert "How others handle Harborough’s contacts" in page and "Charnwood" in page
    assert "2 of 4" in page and re.search(r"Worst now: [^,]+, 1 waiting, longest \d:\d\d", page), page
    assert not re.search(r'href="[^"]*/reports/contacts/', page), "the journal counts today, and has none of it"
    with as_role("web"):
        assert "See the 2 contacts not answered in time" in jo.get(f"/control/{world.share}/").content.decode()
        late = jo.get(f"/control/{world.share}/late/").content.decode()
    assert "2 contacts not answered in time" in late and "1:00" in late and "Waiting" in late


def test_what_was_counted_in_the_journal_and_here_is_the_same(world, as_role, monkeypatch):
    """Today's figure and the rows that it opens to: the journal counts as the rows do."""
    now = (clock.now() + timedelta(days=1)).replace(hour=12)  # so that five minutes ago is the same day
    monkeypatch.setattr(clock, "now", lambda: now)
    offered = now - timedelta(minutes=5)
    for waited, state in ((10, "done"), (60, "done"), (None, "waiting"), (None, "abandoned")):
        answered = offered + timedelta(seconds=waited) if waited else None
        contact = call(world, state, offered_at=offered, answered_at=answered, ended_at=None if not waited else now)
        told = {"council": HARBOROUGH, "service": REFUSE, "contact": contact}
        with scope(System("load")):
            write("contact.offer", **told, at=offered, body={"share": world.share, "answer_within_s": 45})
            if waited:
                write("contact.answer", **told, at=answered, body={"waited_ms": waited * 1000})
            elif state == "abandoned":
                write("contact.abandon", **told, at=now, body={"by": "caller", "waited_ms": 5000})
    jo = browser(world.jo)
    with as_role("web"):
        page = jo.get("/control/").content.decode()
        address = html.unescape(re.search(r'href="([^"]*/reports/contacts/[^"]*)"', page)[1])
        opened = jo.get(address).content.decode()
    assert "1 of 4" in page and "4 contacts with a promise" in opened


def test_a_call_that_was_passed_on_counts_for_whoever_promised_its_answer(world, as_role, monkeypatch):
    """Its row names the share that it went on to: the room counted one fewer than the page that its figure opens."""
    now = (clock.now() + timedelta(days=1)).replace(hour=12)
    monkeypatch.setattr(clock, "now", lambda: now)
    offered, answered = now - timedelta(minutes=5), now - timedelta(minutes=4)
    contact = call(world, "done", offered_at=offered, answered_at=answered, ended_at=now)
    told = {"council": HARBOROUGH, "service": REFUSE, "contact": contact}
    with scope(System("load")):
        write("contact.offer", **told, at=offered, body={"share": world.share, "answer_within_s": 45})
        write("contact.answer", **told, at=answered, body={"waited_ms": 60_000})
        write("call.pass_on", **told, at=now, body={"share": None, "answer_within_s": 45})
        for cause, share in (("passed_on", world.share), ("", None)):
            Leg.objects.create(
                council_id=HARBOROUGH, service_id=REFUSE, contact_id=contact, started_at=now, share_id=share,
                cause=cause, answered_at=answered,
            )  # fmt: skip
        Contact.objects.filter(pk=contact).update(share_id=None)
    jo = browser(world.jo)
    with as_role("web"):
        room, share = (jo.get(path).content.decode() for path in ("/control/", f"/control/{world.share}/"))
        address = html.unescape(re.search(r'href="([^"]*/reports/contacts/[^"]*)"', room)[1])
        opened = jo.get(address).content.decode()
    assert share.count("0 of 1") == 2, "today, and since it began"
    assert "0 of 1" in room and "1 contact with a promise" in opened
    assert "not answered in time" in share


def test_pausing_takes_effect_at_once_and_resuming_undoes_it(world, as_role):
    jo = browser(world.jo)
    assert sees(world.sam, as_role)
    with as_role("web"):
        before = jo.get(f"/control/{world.share}/").content.decode()
        assert "Pause it" in before and "nobody answers now" in before and "2 people" in before
        done = jo.post(f"/control/{world.share}/pause/", {**PASSWORD, "reason": "Test of a pause"})
        assert done.status_code == 302
        assert "Paused" in jo.get(f"/control/{world.share}/").content.decode()
    assert not sees(world.sam, as_role)
    with as_role("web"):
        assert jo.post(f"/control/{world.share}/resume/", PASSWORD).status_code == 302
    assert sees(world.sam, as_role)


def test_what_is_wrong_is_said_and_what_was_typed_stays(world, as_role):
    jo = browser(world.jo)
    with as_role("web"):
        wrong = jo.post(f"/control/{world.share}/recall/", {"password": "x", "reason": "They lost a file"})
    assert wrong.status_code == 422 and not Halt.objects.exists()
    page = wrong.content.decode()
    assert "That isn’t your password" in page and "They lost a file" in page
    with as_role("web"):
        assert "Say why" in jo.post(f"/control/{world.share}/pause/", PASSWORD).content.decode()
        past = jo.post(f"/control/{world.share}/pause/", {
            **PASSWORD, "pause-reason": "They lost a file", "reason": "They lost a file", "ends": "2020-01-01T10:00"})
    page = html.unescape(past.content.decode())
    assert past.status_code == 422 and "The end must be later than now" in page and "They lost a file" in page
    assert '<details class="fold" open>' in page


@pytest.mark.parametrize(("typed", "ends"), [
    ("2027-03-28T00:59", "2027-03-28T00:59"), ("2027-03-28T01:30", ""), ("2027-03-28T02:00", "2027-03-28T01:00"),
    ("2027-10-31T01:30", "2027-10-31T00:30"),  # it comes twice: the first
])  # fmt: skip
def test_a_pause_ends_by_londons_clocks_and_never_at_a_time_that_they_jump_over(typed, ends, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 3, 1, tzinfo=UTC))
    form = PauseForm({"ends": typed}, person=Person())
    form.full_clean()
    if ends:
        assert form.until() == datetime.fromisoformat(f"{ends}+00:00")
    else:
        assert form.errors["ends"] == ["The clocks jump over that time. Enter one before or after"]


def test_an_act_that_comes_too_late_says_so_and_halts_nothing_twice(world, as_role):
    jo = browser(world.jo)
    given = {**PASSWORD, "reason": "They lost another"}
    with as_role("web"):
        jo.post(f"/control/{world.share}/recall/", given)
        again = jo.post(f"/control/{world.share}/pause/", given)
    assert again.status_code == 409
    assert 'class="govuk-error-summary' in again.content.decode()
    assert Halt.objects.count() == 1


def test_the_address_of_an_act_opened_as_a_page_says_that_nothing_was_sent(world, as_role):
    with as_role("web"):
        opened = browser(world.jo).get(f"/control/{world.share}/pause/")
    assert opened.status_code == 405 and opened["Allow"] == "POST"
    assert "Nothing was changed" in opened.content.decode()


@pytest.mark.parametrize("act", ["pause", "resume", "recall"])
def test_the_provider_reads_and_no_more(world, as_role, mo, act):
    theirs = browser(mo.pk)
    with as_role("web"):
        page = theirs.get(f"/control/{world.share}/")
        assert page.status_code == 200 and "is for Harborough District Council" in page.content.decode()
        assert theirs.post(f"/control/{world.share}/{act}/", {**PASSWORD, "reason": "x"}).status_code == 404
    assert not Halt.objects.exists()


@pytest.mark.usefixtures("while_texts_hold")
def test_who_the_clause_names_reads_that_they_may_act_and_does(world, as_role, mo):
    text = changed(("from: 2026-09-01", "from: 2026-01-01"), ("hours:\n", "emergency: {by: [Charnwood]}\nhours:\n"))
    share = load_version(text, in_force=True).shares.get(key="lichfield-answered").pk
    theirs = browser(mo.pk)
    with as_role("web"):
        room = html.unescape(theirs.get("/control/").content.decode())
        assert "you may do so, too: Bins and recycling, Switchboard for Lichfield." in room
        page = html.unescape(theirs.get(f"/control/{share}/").content.decode())
        assert "The agreement’s emergency clause names your council" in page and "Give them back to Lichfield" in page
        sent = theirs.post(f"/control/{share}/recall/", {**PASSWORD, "reason": "We can’t answer them"})
        assert sent.status_code == 302
    assert Halt.objects.get().by == mo
    forget()


def test_letting_go_on_what_was_taken_back_meanwhile_says_so(world, as_role):
    jo = browser(world.jo)
    with as_role("web"):
        for act in ("pause", "recall"):
            jo.post(f"/control/{world.share}/{act}/", {**PASSWORD, "reason": "They lost a file"})
        late = jo.post(f"/control/{world.share}/resume/", PASSWORD)
    page = html.unescape(late.content.decode())
    assert late.status_code == 409 and "It was taken back for good meanwhile" in page
    assert "Taken back for good from" in page and "by Jo Bell of Harborough" in page
    assert not Halt.objects.filter(ends__isnull=False).exists(), "nothing was changed"


def test_an_operator_sees_on_every_page_what_is_cut_off(world, as_role):
    sever_council(Council.objects.get(pk=HARBOROUGH), reason="Their mail was broken into")
    kit = browser(world.kit)
    with as_role("web"):
        pages = [html.unescape(kit.get(address).content.decode()) for address in ("/", "/onboarding/", "/agreements/")]
    assert all("Harborough District Council is cut off" in page and "Their mail was" in page for page in pages)
    assert [page.count("Cut off") for page in pages] == [1, 2, 1], "among the councils it is told in the row, too"


def test_severing_twice_is_told_in_one_sentence(world, capsys, monkeypatch):
    monkeypatch.setenv("MOOTHALL_ROLE", "owner")
    again = ["E07000131", "--reason", "Their mail was broken into", "--yes"]
    for begins in ("Harborough District Council is cut off. ", "Harborough District Council was cut off already on "):
        assert run_word("sever", again) == 0
        told = capsys.readouterr().out
        assert told.startswith(begins) and told.count("cut off") == 1 and told.count("\n") == 1, told


@pytest.mark.parametrize("who", ["sam", "lee", "olive", "kit"])
def test_nobody_else_enters(world, as_role, who):
    other = browser(getattr(world, who))
    with as_role("web"):
        for address in ("/control/", f"/control/{world.share}/", "/control/?council=E07000131"):
            assert other.get(address).status_code == 404, address
        for act in ("pause", "recall", "resume"):
            sent = other.post(f"/control/{world.share}/{act}/", {**PASSWORD, "reason": "x"})
            assert sent.status_code == 404
        assert other.post("/control/sever/", {**PASSWORD, "reason": "x", "council": "E07000131"}).status_code == 404
    assert not Halt.objects.exists()


def test_a_manager_severs_their_own_council_and_no_other(world, as_role, mo):
    jo, theirs = browser(world.jo), browser(mo.pk)
    told = {**PASSWORD, "reason": "Break-in", "council": "E07000131"}
    with as_role("web"):
        assert theirs.post("/control/sever/", told).status_code == 404
        assert jo.post("/control/sever/", told).status_code == 302
        assert jo.get("/control/").status_code == 302, "signed out"
        assert theirs.get("/control/").status_code == 200
    assert not sees(world.sam, as_role)
    again = Client()
    with as_role("web"):
        again.post("/accounts/login/", {"login": "jo@example.test", "password": "moothall-demo"})
        assert again.get("/control/").status_code == 302, "nor can they sign in again"


def test_a_ground_is_stated_never_left_as_it_stood(world):
    jo = Person.objects.get(pk=world.jo)
    several = GroundForm({**PASSWORD, "reason": "Ring off"}, person=jo, grounds=("Data loss", "Attack"))
    assert [words for _, words in several.fields["ground"].choices] == ["Choose", "Data loss", "Attack"]
    assert "Choose one of the grounds that the agreement names" in several.errors["ground"]
    only = GroundForm({**PASSWORD, "reason": "Ring off", "ground": "Attack"}, person=jo, grounds=("Attack",))
    assert len(only.fields["ground"].choices) == 1 and only.is_valid() and only.why() == "Attack: Ring off"
