"""People who are protected, attacked in the database itself: each row of each table is read as each kind of login."""
from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from moothall.cases import actions as cases
from moothall.cases.models import Case, CaseNote
from moothall.contacts.models import Contact
from moothall.customers.models import Customer, CustomerPhone, CustomerToken, KeptApart, NameWord, ProtectedSight
from moothall.lib import clock
from moothall.people.models import Membership, Person
from moothall.queueing.models import Passing
from moothall.scripts.models import Run
from moothall.tenancy.principals import Principal, Staff, System
from moothall.tenancy.privileges import PURPOSES, TENANT
from moothall.tenancy.protection import (
    count_apart,
    end_sight,
    give_sight,
    number_of_protected,
    protect,
    somebody_protected,
)
from moothall.tenancy.scope import scope
from protected_person import Told, protected_person, unprotected_twin

YEAR = timedelta(days=365)
ADDRESSES = "places_property"  # the list of all addresses, which says nothing of who lives there
WORDS = "customers_nameword"  # whose rows come again with other numbers
# Tables that name a case, a contact or a customer, and hold no word of a resident's and no address.
NOTHING_TOLD = {"contacts_leg", "contacts_need", "journal_entry", "queueing_offer", "scripts_stepcomment",
                "customers_keptapart", "queueing_lease", "queueing_presence", "queueing_command", "scripts_runkey"}
NAMED_IN = ("case_id", "contact_id", "contact_number", "customer_id")


@pytest.fixture
def zelda(world: Any) -> Told:
    return protected_person(world)


def everything(*but: str) -> str:
    """All rows of all tables that the role and the open scope show, but for the list of addresses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT c.relname FROM pg_class c WHERE c.relname = ANY(%s) "
                       "AND has_table_privilege(c.oid, 'SELECT')", [sorted({*TENANT} - {ADDRESSES, *but})])
        shown = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            shown += [row for (row,) in cursor.fetchall()]
    return "\n".join(shown)


def given_away(who: Told, text: str) -> list[str]:
    return [secret for secret in who.secrets if secret in text]


def seen(role: AbstractContextManager[None], principal: Principal) -> str:
    with role, scope(principal):
        return everything()


def has_sight(world: Any, person: int) -> None:
    assert give_sight(2, person, clock.now() + YEAR, by=world.jo, at=clock.now()) == "given"


@pytest.mark.parametrize("who", ["sam", "priya", "lee", "jo", "olive", "kit"])
def test_nobody_reads_them_in_any_row_of_any_table(world, zelda, as_role, who):
    assert given_away(zelda, seen(as_role("web"), Staff(getattr(world, who)))) == []


def test_the_same_rows_of_somebody_else_are_read(world, as_role):
    """So the test above would see something."""
    twin = unprotected_twin(world)
    assert set(given_away(twin, seen(as_role("web"), Staff(world.sam)))) == set(twin.secrets)
    with scope(System("load")):
        Customer.objects.filter(pk=twin.ids["customer"]).update(protected=True)
    assert given_away(twin, seen(as_role("web"), Staff(world.sam))) == []


@pytest.mark.parametrize(("purpose", "role"), [
    (purpose, role) for purpose, role, arrays in PURPOSES if "protected" not in arrays and role not in ("test", "owner")
])  # fmt: skip
def test_what_the_installation_does_by_itself_reads_them_only_where_it_must(world, zelda, as_role, purpose, role):
    assert given_away(zelda, seen(as_role(role), System(purpose, 2))) == []


def test_sending_reads_them_since_it_asks_at_the_last_moment_whether_it_may(world, zelda, as_role):
    assert given_away(zelda, seen(as_role("worker"), System("send", 2)))


def test_neither_case_nor_call_nor_check_leads_to_their_address(world, zelda, as_role):
    with as_role("web"), scope(Staff(world.sam)):
        assert Case.objects.get(pk=zelda.ids["case"]).property_id is None
        assert Contact.objects.get(pk=zelda.ids["contact"]).property_id is None
        assert not Case.objects.filter(property=zelda.ids["property"]).exists()
        rows = everything()
    assert f",{zelda.ids['property']}," not in "".join(row for row in rows.splitlines() if "household" in row)


def test_the_right_shows_them_to_whoever_asks_for_it_and_only_then(world, zelda, as_role):
    has_sight(world, world.lee)
    assert given_away(zelda, seen(as_role("web"), Staff(world.lee))) == [], "it isn't asked for"
    assert given_away(zelda, seen(as_role("web"), Staff(world.sam, protected=True))) == [], "it isn't theirs"
    assert set(given_away(zelda, seen(as_role("web"), Staff(world.lee, protected=True)))) == set(zelda.secrets)


@pytest.mark.parametrize("over", ["ended", "date", "employer", "inactive", "team", "starts"])
def test_the_right_ends(world, zelda, as_role, over):
    has_sight(world, world.lee)
    sight = ProtectedSight.objects.get()
    if over == "ended":
        assert end_sight(sight.pk, by=world.jo, at=clock.now()) == "ended"
    elif over == "employer":
        Person.objects.filter(pk=world.lee).update(employer=1)
    elif over == "inactive":
        Person.objects.filter(pk=world.lee).update(is_active=False)
    elif over == "team":  # and with it the sight of cases
        Membership.objects.filter(person=world.lee).update(valid_to=clock.now())
    else:
        ahead = timedelta(days=1) if over == "starts" else timedelta()
        ProtectedSight.objects.update(starts=sight.starts + ahead, ends=clock.now() + 2 * ahead)
    assert given_away(zelda, seen(as_role("web"), Staff(world.lee, protected=True))) == []


def test_a_managers_word_alone_gives_and_ends_the_right(world, as_role):
    now = clock.now()
    with as_role("web"):
        for by in (world.lee, world.olive, world.kit, world.priya):
            assert give_sight(2, world.lee, now + YEAR, by=by, at=now) == "no_right"
        for stranger in (world.sam, world.olive, world.kit):
            assert give_sight(2, stranger, now + YEAR, by=world.jo, at=now) == "not_ours"
        assert give_sight(2, world.lee, now, by=world.jo, at=now) == "ends_early"
        assert give_sight(2, world.lee, now + timedelta(days=367), by=world.jo, at=now) == "too_long"
        assert give_sight(2, world.lee, now + YEAR, by=world.jo, at=now) == "given"
        assert give_sight(2, world.lee, now + YEAR, by=world.jo, at=now) == "has_it"
        sight = ProtectedSight.objects.get()
        assert end_sight(sight.pk, by=world.lee, at=now) == "no_right"
        assert end_sight(sight.pk + 1, by=world.jo, at=now) == "no_right"
        assert end_sight(sight.pk, by=world.jo, at=now) == "ended"
        assert end_sight(sight.pk, by=world.jo, at=now) == "over"
        with pytest.raises(ProgrammingError), transaction.atomic():
            ProtectedSight.objects.update(ends=now + YEAR)


def test_what_was_told_comes_back_to_the_letter_when_they_are_no_longer_protected(world):
    twin = unprotected_twin(world)
    with scope(System("load")):
        before = everything(WORDS)
        Customer.objects.filter(pk=twin.ids["customer"]).update(protected=True)
        assert everything(WORDS) != before
        Customer.objects.filter(pk=twin.ids["customer"]).update(protected=False)
        assert sorted(everything(WORDS).splitlines()) == sorted(before.splitlines())


def test_the_case_is_worked_on_and_what_is_written_is_kept_apart(world, zelda, as_role):
    with as_role("web"), scope(Staff(world.lee)):
        case = cases.claim_case(Case.objects.get(pk=zelda.ids["case"]))
        note = cases.note_case(case, f"Rang {zelda.phone}")
        cases.close_case(case, outcome="done", words="Collected", told=f"We came to 7 {zelda.street}")
        assert not CaseNote.objects.filter(pk=note.pk).exists()
        again = Case.objects.get(pk=zelda.ids["case"])
        assert (again.state, again.officer_id, again.told, again.title) == (
            "closed", world.lee, "", "Missed bin, address hidden")
    has_sight(world, world.lee)
    with as_role("web"), scope(Staff(world.lee, protected=True)):
        assert CaseNote.objects.get(pk=note.pk).text == f"Rang {zelda.phone}"
        kept = KeptApart.objects.get(what="case", row=zelda.ids["case"]).texts
        first, second = kept["told"].split("\f")
        assert zelda.name in first and second == f"We came to 7 {zelda.street}"
        assert kept["title"] == f"Missed bin at 7 {zelda.street}, Kibworth"


def test_what_the_first_agent_has_not_finished_is_put_apart_when_they_have(world, zelda, as_role):
    with scope(System("load")):
        passing = Passing.objects.get(contact=zelda.ids["contact"])
        Passing.objects.filter(pk=passing.pk).update(finished_at=None)
        contact = Contact.objects.filter(pk=zelda.ids["contact"])
        contact.update(customer=None)  # its agent still works with it
        Customer.objects.filter(pk=zelda.ids["customer"]).update(protected=False)
        contact.update(customer=zelda.ids["customer"])
        Customer.objects.filter(pk=zelda.ids["customer"]).update(protected=True)
    with as_role("web"), scope(Staff(world.sam)):
        mine = Passing.objects.get(pk=passing.pk)
        mine.finished_at = clock.now()
        mine.save(update_fields=["finished_at"])
        assert not Passing.objects.filter(pk=passing.pk).exists()


def test_no_word_of_their_name_is_among_those_that_are_searched(world, zelda):
    """Unless somebody else bears it, who is found by it."""
    def words() -> set[str]:
        return set(NameWord.objects.filter(council_id=2).values_list("word", flat=True))

    with scope(System("load")):
        assert not words() & {"zelda", "quillfeather"}
        CustomerToken.objects.create(council_id=2, customer_id=world.home["customer"], token="zelda")
        assert words() & {"zelda", "quillfeather"} == {"zelda"}
        Customer.objects.filter(pk=zelda.ids["customer"]).update(protected=False)
        assert words() >= {"zelda", "quillfeather"}
        Customer.objects.filter(pk__in=[zelda.ids["customer"], world.home["customer"]]).update(protected=True)
        assert not words() & {"zelda", "quillfeather", "ana", "kowalska"}


def test_nobody_takes_a_case_back_by_saying_that_it_isnt_apart(world, zelda, as_role):
    with as_role("web"), scope(Staff(world.lee)):
        Case.objects.filter(pk=zelda.ids["case"]).update(apart=False)
        Case.objects.filter(pk=zelda.ids["case"]).update(customer=None)
        Case.objects.filter(pk=zelda.ids["case"]).update(customer=world.home["customer"], title="x")
        assert given_away(zelda, everything()) == []
        other = Case.objects.get(pk=world.home["case"])
        Case.objects.filter(pk=other.pk).update(apart=True)
        other.refresh_from_db()
        assert not other.apart and other.title == "Missed bin", "nor is one hidden whose customer isn't protected"


def test_a_case_that_turns_out_to_be_theirs_is_put_apart_then(world, zelda, as_role):
    with scope(System("load")):
        Case.objects.filter(pk=world.home["case"]).update(title=f"At {zelda.street}")
    with as_role("web"), scope(Staff(world.sam)):
        cases.name_case(Case.objects.get(pk=world.home["case"]), zelda.ids["customer"])
        assert given_away(zelda, everything()) == []
        assert not CaseNote.objects.filter(case=world.home["case"]).exists()


def test_a_call_keeps_what_its_agent_works_with_until_it_is_over(world, zelda, as_role):
    with scope(System("load")):
        made = Contact.objects.create(
            council_id=2, service_id=524, line="5001", from_kind="number", from_number=zelda.phone, call_key="live",
            state="answered", offered_at=clock.now(), customer_id=zelda.ids["customer"], notes=zelda.name,
        )
        run = Run.objects.create(
            council_id=2, service_id=524, contact=made, script_id="0" * 64, started_at=clock.now(),
            changed_at=clock.now(), answers={"x": zelda.name},
        )
    with as_role("web"), scope(Staff(world.sam)):
        assert Contact.objects.get(pk=made.pk).notes == zelda.name
        Contact.objects.filter(pk=made.pk).update(notes=f"{zelda.name} rang", state="wrap_up")
        assert Run.objects.filter(pk=run.pk).exists()
        Contact.objects.filter(pk=made.pk).update(state="done")
        over = Contact.objects.get(pk=made.pk)
        assert (over.notes, over.from_number) == ("", "")
        assert not Run.objects.filter(pk=run.pk).exists()
    with scope(System("load")):
        assert KeptApart.objects.get(what="contact", row=made.pk).texts["notes"] == f"{zelda.name} rang"


def test_whom_one_sees_one_may_protect_and_nobody_lets_go_whom_they_do_not_see(world, zelda, as_role):
    ana = world.home["customer"]
    with as_role("web"):
        with scope(Staff(world.olive)):
            assert protect(ana, True) == "no_right"
        with scope(Staff(world.sam)):
            assert protect(ana, False) == "so_already"
            assert protect(ana, True) == "done"
            assert not Customer.objects.filter(pk=ana).exists()
            assert protect(ana, False) == "no_right"
            assert protect(zelda.ids["customer"], False) == "no_right"
        has_sight(world, world.lee)
        with scope(Staff(world.lee)):
            assert protect(ana, False) == "no_right"
        with scope(Staff(world.lee, protected=True)):
            assert protect(ana, False) == "done"
        with scope(Staff(world.sam)):
            assert Customer.objects.filter(pk=ana).exists()


def test_nobody_writes_a_protected_row_blindly(world, zelda, as_role):
    with as_role("web"), scope(Staff(world.sam)):
        assert Customer.objects.filter(pk=zelda.ids["customer"]).update(name="x") == 0
        with connection.cursor() as cursor:
            cursor.execute("UPDATE customers_customer SET email = 'x@y.example'")
        with pytest.raises(ProgrammingError), transaction.atomic():
            Customer.objects.filter(pk=world.home["customer"]).update(protected=True)
        for statement in ("INSERT INTO customers_keptapart (council_id, customer_id, what, \"row\", texts) "
                          "VALUES (2, 1, 'case', 1, '{}')", "UPDATE customers_keptapart SET texts = '{}'"):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
    with scope(System("load")):
        assert Customer.objects.get(pk=zelda.ids["customer"]).email == zelda.email


def test_that_somebody_protected_lives_there_is_said_of_addresses_within_sight(world, zelda, as_role):
    home = zelda.ids["property"]
    with as_role("web"):
        for person, said in ((world.sam, True), (world.lee, True), (world.olive, False), (world.kit, False)):
            with scope(Staff(person)):
                assert somebody_protected(home) is said
                assert not somebody_protected(world.home["property"])
                assert given_away(zelda, everything()) == [], "the question left something open"


def test_that_a_number_is_somebody_protecteds_is_told_of_councils_within_sight(world, zelda, as_role):
    """Where it isn't, each number is one that isn't rung, so that the answer tells nothing."""
    with scope(System("load")):
        number = CustomerPhone.objects.get(customer_id=zelda.ids["customer"]).number
    with as_role("web"):
        for person, councils in ((world.sam, {2}), (world.olive, {13}), (world.kit, set())):
            with scope(Staff(person)):
                told = {council: (number_of_protected(council, number), number_of_protected(council, "+441632960999"))
                        for council in (2, 13)}  # fmt: skip
                assert given_away(zelda, everything()) == [], "the question left something open"
            seen = {council: (council == 2, False) if council in councils else (True, True) for council in (2, 13)}
            assert told == seen


def test_what_is_left_out_is_counted(world, zelda, as_role):
    with as_role("worker"):
        found = count_apart(2)
    assert found == {
        "backoffice_errand": 1, "cases_casenote": 1, "customers_customer": 1, "customers_customerphone": 1,
        "customers_customertoken": 2, "customers_keptapart": 2, "documents_document": 1, "outbox_message": 1,
        "payments_paymentrequest": 1, "queueing_passing": 1, "scripts_identitycheck": 1, "scripts_run": 1,
    }  # fmt: skip
    with as_role("worker"):
        assert count_apart(13) == {} and count_apart(999) == {}


def test_every_table_that_names_somebody_is_kept_apart_or_tells_nothing(world):
    """A new table fails here until its migration says KeepApart, or it is on the list above."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public' "
                       "AND column_name = ANY(%s)", [list(NAMED_IN)])
        named = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
                       "WHERE p.polname = 'apart' AND NOT p.polpermissive AND p.polcmd = '*'")
        kept = {name for (name,) in cursor.fetchall()}
    assert named - kept - {"cases_case", "contacts_contact"} == NOTHING_TOLD
