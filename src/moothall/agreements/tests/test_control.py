"""Paused, gone on, taken back: what each changes at its second, who may do it, and what nobody can."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from moothall.agreements import queries
from moothall.agreements.actions import load_version
from moothall.agreements.changes import what_would_change
from moothall.agreements.control import pause_share, recall_share, resume_share
from moothall.agreements.grants import extra_grants
from moothall.agreements.in_force import forget
from moothall.agreements.life import Refused, propose_version, sign_version
from moothall.agreements.models import Halt, Share
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_files
from moothall.agreements.tests.texts import changed
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
REFUSE, CHARNWOOD, LICHFIELD = 524, 1, 13
Role = Callable[[str], AbstractContextManager[None]]
ALWAYS = ('    weekdays: "09:00-17:00"', '    every_day: "00:00-24:00"')
Turn = Callable[[datetime], None]
WHY = "Their people looked up who they shouldn't"


@pytest.fixture
def share(world: Any) -> Iterator[Share]:
    """Lichfield's calls, answered by Charnwood's contact centre; after two minutes by Lichfield's own people."""
    version = load_version(changed(("from: 2026-09-01", "from: 2026-01-01")), in_force=True)
    yield version.shares.select_related("team", "version").get(key="lichfield-answered")
    forget()


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code, str(caught.value)


def sees(person: int, as_role: Role, at: datetime | None = None) -> bool:
    """Whether the person's scope holds Lichfield's bins."""
    with as_role("web"), scope(Staff(person), at=at), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('moothall.line')")
        return str(LICHFIELD * 10_000 + REFUSE) in cursor.fetchone()[0]


def who(at: datetime) -> Any:
    return queries.responsible(LICHFIELD, REFUSE, "phone", "answer", at)


def noon() -> datetime:
    """A moment of a day on which the office is open."""
    found = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
    while found.weekday() > 4:
        found += timedelta(days=1)
    return found


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock; it stands at noon at first."""

    def to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    to(noon())
    return to


@pytest.fixture
def at_noon(turn: Turn) -> datetime:
    return clock.now()


def test_a_paused_share_goes_to_the_next_tier_and_its_team_sees_nothing(
    world: Any, share: Share, managers: dict[str, Person], as_role: Role, at_noon: datetime
) -> None:
    assert who(at_noon).tiers[0] == (0, world.hub_team) and sees(world.sam, as_role, at_noon)
    with as_role("web"):
        pause_share(share, by=managers["Nia"], reason=WHY)
    assert who(at_noon).teams == ("lichfield-waste",) and who(at_noon).tiers[0][0] == 0
    assert queries.stopped() == {share.pk: "paused"}
    assert not sees(world.sam, as_role, at_noon)
    switchboard = queries.responsible(LICHFIELD, 9002, "phone", "answer", at_noon)
    assert isinstance(switchboard, queries.Gap) and switchboard.code == "paused"
    with as_role("web"):
        resume_share(share, by=managers["Nia"])
    assert who(at_noon).tiers[0] == (0, world.hub_team) and sees(world.sam, as_role, at_noon)
    assert not queries.stopped()


def test_it_holds_from_its_second_with_nobody_awake_and_until_its_last(
    world: Any, share: Share, managers: dict[str, Person], as_role: Role, turn: Turn
) -> None:
    at_noon = clock.now()
    start, end = at_noon + timedelta(hours=1), at_noon + timedelta(hours=2)
    with as_role("web"):
        pause_share(share, by=managers["Nia"], reason=WHY, starts=start, ends=end)
    second = timedelta(seconds=1)
    for moment, open_then in ((start - second, True), (start, False), (end - second, False), (end, True)):
        turn(moment)
        assert sees(world.sam, as_role, moment) is open_then, moment
        assert (world.hub_team in [team for _, team in who(moment).tiers]) is open_then, moment
        found = queries.responsible(LICHFIELD, 9002, "phone", "answer", moment)
        assert isinstance(found, queries.Answer) is open_then
        if isinstance(found, queries.Gap):
            assert found.next_at == end, "whoever asks is told when it goes on"


def test_taken_back_it_stays_so_though_somebody_signs_late(
    world: Any, share: Share, managers: dict[str, Person], as_role: Role, turn: Turn
) -> None:
    """A version that the client signed before it took its calls back doesn't give them away again."""
    at_noon = clock.now()
    later = load_version(changed(("from: 2026-09-01", "from: 2027-02-01")))
    with as_role("web"):
        propose_version(later, by=managers["Mo"])
        sign_version(later, council=LICHFIELD, by=managers["Nia"], sha256=later.sha256, way="password")
        turn(at_noon + timedelta(minutes=1))
        recall_share(share, by=managers["Nia"], reason=WHY)
        with refused("recalled"):
            resume_share(share, by=managers["Nia"])
        with refused("halted"):
            pause_share(share, by=managers["Nia"], reason=WHY)
        turn(at_noon + timedelta(minutes=2))
        assert sign_version(later, council=CHARNWOOD, by=managers["Mo"], sha256=later.sha256, way="password")
    for moment in (at_noon + timedelta(minutes=3), datetime(2027, 3, 3, 12, tzinfo=at_noon.tzinfo)):
        turn(moment)
        forget()
        assert who(moment).teams == ("lichfield-waste",), moment
        assert not sees(world.sam, as_role, moment), moment


def test_what_the_client_signs_afterwards_is_agreed_anew(
    world: Any, share: Share, managers: dict[str, Person], as_role: Role, turn: Turn
) -> None:
    at_noon = clock.now()
    with as_role("web"):
        recall_share(share, by=managers["Nia"], reason=WHY)
    later = load_version(changed(("from: 2026-09-01", "from: 2027-02-01")))
    turn(at_noon + timedelta(minutes=1))
    with as_role("web"):
        propose_version(later, by=managers["Mo"])
        sign_version(later, council=CHARNWOOD, by=managers["Mo"], sha256=later.sha256, way="password")
        sign_version(later, council=LICHFIELD, by=managers["Nia"], sha256=later.sha256, way="password")
    moment = datetime(2027, 3, 3, 12, tzinfo=at_noon.tzinfo)
    turn(moment)
    assert who(moment).teams[0] == "charnwood-contact-centre" and sees(world.sam, as_role, moment)


def test_a_pause_outlives_the_version(
    world: Any, share: Share, managers: dict[str, Person], as_role: Role, turn: Turn
) -> None:
    at_noon = clock.now()
    with as_role("web"):
        pause_share(share, by=managers["Nia"], reason=WHY)
    load_version(changed(("from: 2026-09-01", "from: 2026-01-01"), ("answered_within_s: 45", "answered_within_s: 60")),
                 in_force=True)
    assert who(at_noon).teams == ("lichfield-waste",) and not sees(world.sam, as_role, at_noon)
    with as_role("web"):
        resume_share(share, by=managers["Nia"])
    assert who(at_noon).teams[0] == "charnwood-contact-centre" and sees(world.sam, as_role, at_noon)


def test_who_may_not(world: Any, share: Share, managers: dict[str, Person], as_role: Role, at_noon: datetime) -> None:
    """The provider's manager, another council's, the client's own agent, an operator; and nobody without a reason."""
    people = [managers["Mo"], *Person.objects.filter(pk__in=(world.jo, world.olive, world.sam, world.kit))]
    with as_role("web"):
        for person in people:
            for act in (pause_share, recall_share):
                with refused("no_right"):
                    act(share, by=person, reason=WHY)
            with refused("no_right"):
                resume_share(share, by=person)
        with refused("no_ground"):
            pause_share(share, by=managers["Nia"], reason="  ")
        with refused("ends_early"):
            pause_share(share, by=managers["Nia"], reason=WHY, ends=at_noon)
        pause_share(share, by=managers["Nia"], reason=WHY)
        with refused("halted"):
            pause_share(share, by=managers["Nia"], reason=WHY)
        with refused("no_right"):
            resume_share(share, by=managers["Mo"])
    assert Halt.objects.count() == 1 and sees(world.sam, as_role, at_noon) is False


@pytest.mark.parametrize("role", ["web", "worker", "router", "report", "public"])
@pytest.mark.parametrize("statement", [
    "INSERT INTO agreements_halt (kind, council_id, starts, reason, at) VALUES ('cut', 2, now(), 'x', now())",
    "UPDATE agreements_halt SET ends = starts",
    "DELETE FROM agreements_halt",
    "SELECT moothall.cut_council(2, NULL, 'x', now())",
    "SELECT moothall.mend_council(13, now())",
    "SELECT moothall.put_halt('pause', 1, NULL, now(), NULL, 'x', now())",
    "SELECT moothall.carry_halts(1, now())",
])
def test_no_role_writes_such_a_row_by_itself(role: str, statement: str, world: Any, as_role: Role) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), as_role(role), connection.cursor() as cursor:
        cursor.execute(statement)


def test_both_journals_say_who_did_what_and_why(
    world: Any, share: Share, managers: dict[str, Person], as_role: Role, at_noon: datetime
) -> None:
    with as_role("web"):
        pause_share(share, by=managers["Nia"], reason=WHY)
        resume_share(share, by=managers["Nia"])
        recall_share(share, by=managers["Nia"], reason=WHY)
    with scope(System("load")):
        rows = Entry.objects.filter(kind__startswith="share.", body__share=share.pk).order_by("id")
        told = [(row.kind, row.council_id, row.body["person"], row.body.get("reason")) for row in rows]
    assert told == [
        (kind, council, managers["Nia"].pk, why) for kind, why in
        (("share.pause", WHY), ("share.resume", None), ("share.recall", WHY)) for council in (CHARNWOOD, LICHFIELD)
    ]


def test_the_grants_as_pages_read_them_are_those_of_the_scope(
    world: Any, share: Share, managers: dict[str, Person], as_role: Role, at_noon: datetime
) -> None:
    mine = Grant.objects.filter(team=world.hub_team, council=LICHFIELD)
    assert mine.open_at(at_noon).exists()
    with as_role("web"):
        pause_share(share, by=managers["Nia"], reason=WHY)
    assert not mine.open_at(at_noon).exists()


def test_nothing_is_half_done(share: Share, managers: dict[str, Person], as_role: Role, at_noon: datetime) -> None:
    """Where the journal can't be written the share isn't paused."""
    with pytest.raises(RuntimeError), transaction.atomic(), as_role("web"):
        pause_share(share, by=managers["Nia"], reason=WHY)
        raise RuntimeError
    assert not Halt.objects.exists()


CLAUSE = """emergency:
  by: Charnwood
  grounds: [Data loss, Calls not answered]
  fallback: {Lichfield: lichfield-waste}
  message: Please look at our website.
teams:
"""


@pytest.fixture
def claused(world: Any) -> Iterator[Share]:
    """The same share, under a clause."""
    text = changed(("from: 2026-09-01", "from: 2026-01-01"), ("teams:\n", CLAUSE))
    version = load_version(text, in_force=True)
    yield version.shares.select_related("team", "version").get(key="lichfield-answered")
    forget()


def test_the_clause_says_who_why_and_where_the_contacts_go(
    world: Any, claused: Share, managers: dict[str, Person], as_role: Role, at_noon: datetime
) -> None:
    Membership.objects.create(person_id=world.olive, team=Team.objects.get(slug="lichfield-waste"), job="agent",
                              valid_from=at_noon - timedelta(days=1))
    switchboard = LICHFIELD * 10_000 + 9002

    def olive_sees() -> bool:
        with as_role("web"), scope(Staff(world.olive), at=at_noon), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('moothall.line')")
            return str(switchboard) in cursor.fetchone()[0]

    assert not olive_sees()
    with as_role("web"):
        with refused("no_ground"):
            pause_share(claused, by=managers["Nia"], reason="I feel like it")
        pause_share(claused, by=managers["Mo"], reason="Data loss: a laptop")  # the clause names Charnwood too
    found = queries.responsible(LICHFIELD, 9002, "phone", "answer", at_noon)
    assert isinstance(found, queries.Answer) and found.teams[0] == "lichfield-waste" and found.share_id == claused.pk
    assert olive_sees() and not sees(world.sam, as_role, at_noon)
    assert not [grant for grant in extra_grants(at_noon) if grant.share_id]
    with as_role("web"):
        resume_share(claused, by=managers["Nia"])
    assert not olive_sees() and sees(world.sam, as_role, at_noon)


def test_where_nobody_takes_over_callers_hear_the_clauses_message(
    world: Any, managers: dict[str, Person], as_role: Role, at_noon: datetime
) -> None:
    clause = CLAUSE.replace("  fallback: {Lichfield: lichfield-waste}\n", "")
    version = load_version(changed(("from: 2026-09-01", "from: 2026-01-01"), ("teams:\n", clause)), in_force=True)
    share = version.shares.select_related("team").get(key="lichfield-answered")
    with as_role("web"):
        pause_share(share, by=managers["Nia"], reason="Data loss")
    found = queries.responsible(LICHFIELD, 9002, "phone", "answer", at_noon)
    assert isinstance(found, queries.Gap) and (found.code, found.message) == ("paused", "Please look at our website.")
    forget()


def test_a_change_of_the_clause_is_told_in_words(world: Any) -> None:
    with scope(System("load")):
        found = what_would_change(changed(), changed(("teams:\n", CLAUSE)), at=clock.now()).changes
    told = {change.figure: change.sentence for change in found if change.kind == "emergency"}
    assert told["by"] == ("In an emergency the client and Charnwood may pause a share or take it back. "
                          "Until now only the client may pause a share or take it back.")
    assert told["grounds"].startswith("In an emergency that is allowed for Data loss; Calls not answered.")
    assert "Lichfield's contacts go to Lichfield waste" in told["fallback"]
    assert "“Please look at our website.”" in told["message"]


@pytest.mark.parametrize(("old", "new", "code"), [
    ("by: Charnwood", "by: Rutland", "unknown-council"),
    ("lichfield-waste}\n  message", "lichfield-wast}\n  message", "unknown-team"),
    ("Data loss", "'Data: loss'", "colon-in-ground"),
    ("  message:", "  mesage:", "unknown-key"),
])
def test_what_is_wrong_in_the_clause_is_said(world: Any, old: str, new: str, code: str) -> None:
    clause = CLAUSE.replace(old, new)
    assert clause != CLAUSE
    found = read_agreement(changed(("teams:\n", clause)), register=register_from_files()).findings
    assert code in {finding.code for finding in found}, found
