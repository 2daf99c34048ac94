"""Large items from the question to the lorry: held, paid by link, fixed; or let go. By the systems' programs."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from moothall.backoffice import errands
from moothall.backoffice.models import Errand
from moothall.cases.models import Case, CaseNote
from moothall.cases.told import parts_told, timed_told
from moothall.lib import clock
from moothall.messages.models import Message
from moothall.payments.follow import NotPayable, begin_payment, payment_now, watch
from moothall.payments.models import PaymentRequest
from moothall.payments.tasks import withdraw_for_case
from moothall.payments.tests.conftest import KEY, pay_process, type_card  # noqa: F401
from moothall.scripts import bookings
from moothall.scripts.answering import reopen_step
from moothall.scripts.queries import current
from moothall.scripts.tasks import give_back_booking
from moothall.scripts.tests.walks import answered, begun
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope
from simulator_process import simulator

WHAT = {"from_home": "yes", "kinds": "wood", "wood": "2", "outside": "yes", "where": "By the wall"}
WEDNESDAY, FRIDAY = "2026-12-02", "2026-12-04"  # the simulator's crews come to Harborough on these
AT = {"tell": "text", "tell_number": "07700 900123"}
REACH = {**AT, "check_all": "said"}


@pytest.fixture(scope="module")
def waste_process(tmp_path_factory):
    file = tmp_path_factory.mktemp("waste") / "services.json"
    file.write_text(json.dumps([{"key": KEY, "name": "Harborough District Council"}]))
    with simulator("waste", "--services", str(file)) as running:
        yield running


@pytest.fixture
def waste(waste_process, pay_process, town, settings, tmp_path):  # noqa: F811
    """Harborough joined to a waste system and a payment provider, both well and empty."""
    for each in (waste_process, pay_process):
        each.well_again()
    waste_process.ask("DELETE", "/simulator/bookings")
    pay_process.ask("DELETE", "/simulator/payments")
    own = {"E07000131": {"api_key": KEY}}
    entry = {"private": True, "councils": own}
    file = tmp_path / "connections.json"
    file.write_text(json.dumps({
        "waste": {"vendor": "waste", "address": waste_process.address, **entry},
        "payments": {"vendor": "govuk_pay", "address": pay_process.address, **entry},
    }))  # fmt: skip
    settings.CONNECTIONS = str(file)
    return waste_process


@pytest.fixture
def at_the_desk(world, town, as_role):
    """Sam's hands: `with at_the_desk(): …`"""

    class Desk:
        def __enter__(self):
            self.role, self.scope = as_role("web"), scope(Staff(world.sam))
            self.role.__enter__()
            self.scope.__enter__()
            return world

        def __exit__(self, *gone):
            self.scope.__exit__(*gone)
            self.role.__exit__(*gone)

    return Desk


def asked(world, town):
    return answered(begun(world, "bulky-collection"), postcode="le16 7zz", property=str(town.mill_lane), **WHAT)


def booked(world, town):
    """All the way to the link; its secret."""
    run = answered(asked(world, town), slot=WEDNESDAY, **AT)
    assert "Cancel by the end of Monday 30 November, and your money comes back. Shall I" in current(run).say
    run = answered(run, check_all="said")
    assert current(run).key == "LINK_SENT"
    return run.effects["ask_money"]["pay_link"].rstrip("/").rpartition("/")[2]


def bookings_there(waste):
    return [(each["day"], each["status"]) for each in waste.ask("GET", "/simulator/bookings")["bookings"]]


def row(model, **which):
    with scope(System("post", 2)):
        return model.objects.filter(**which).latest("pk")


def told(template):
    with scope(System("post", 2)):
        return list(Message.objects.filter(template=template, state="queued").values_list("body", flat=True))


def notes(case):
    with scope(System("post", 2)):
        return list(CaseNote.objects.filter(case=case).order_by("pk").values_list("text", flat=True))


def pay(secret):
    """By card; and the money is there."""
    request = row(PaymentRequest)
    type_card(begin_payment(secret))
    payment_now(secret)
    assert watch(str(request.key), 2) == "paid"
    bookings.settle(str(request.key), 2)
    return request


def test_held_paid_and_fixed_once(waste, at_the_desk, town):
    with at_the_desk() as world:
        secret = booked(world, town)
    assert bookings_there(waste) == [(WEDNESDAY, "held")]
    request, case = row(PaymentRequest), row(Case)
    assert (request.pence, request.reference, request.what) == (3500, case.reference, "collection of 2 large items")
    assert request.case_id == case.pk
    assert case.due_at.date().isoformat() == WEDNESDAY
    pay(secret)
    errand = row(Errand)
    assert errands.run(errand.key, 2) == "done"
    for _ in range(2):  # a worker that is killed after its job leaves it to be done again
        bookings.tell(errand.key, 2)
    bookings.settle(str(request.key), 2)
    assert bookings_there(waste) == [(WEDNESDAY, "confirmed")]
    (text,) = told("bulky-booked")
    assert "collects your large items on Wednesday 2 December. Put them outside by 7am. Cancel" in text
    paid, fixed = notes(case)
    assert paid == "Paid £35.00 by link." and fixed.startswith("The day is fixed: BULK-")
    assert row(Case).state == "open"
    (at_first, _), (later, _) = timed_told(row(Case).told)
    assert at_first is None and later is not None and later >= request.made_at, "each has its own time"
    asked, fixed = parts_told(row(Case).told)
    assert "Pay £35 by " in asked and case.reference in asked, "what the agent said at the end"
    assert fixed == "We have your payment, and collect your large items on Wednesday 2 December. " \
        "Put them outside by 7am that day."


def test_not_paid_in_time_gives_the_day_back_and_closes_the_case(waste, at_the_desk, town, monkeypatch):
    with at_the_desk() as world:
        booked(world, town)
    now, request = clock.now(), row(PaymentRequest)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=25))
    assert watch(str(request.key), 2) == "lapsed"
    bookings.settle(str(request.key), 2)
    bookings.settle(str(request.key), 2)
    errand = row(Errand)
    assert (errand.operation, errands.run(errand.key, 2)) == ("release", "done")
    assert bookings_there(waste) == [(WEDNESDAY, "released")]
    case = row(Case)
    assert (case.state, case.outcome) == ("closed", "not_paid")
    assert len(told("bulky-let-go")) == 1
    assert "No money was taken" in told("bulky-let-go")[0]


def test_paid_but_the_confirmation_has_no_answer_is_probed_and_told_once(waste, at_the_desk, town, monkeypatch):
    with at_the_desk() as world:
        secret = booked(world, town)
    pay(secret)
    waste.fault("silent", paths="/confirm")
    errand = row(Errand)
    assert errands.run(errand.key, 2) == "unknown"
    assert told("bulky-booked") == []
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=2))
    assert errands.run(errand.key, 2) == "done"
    assert errands.run(errand.key, 2) == ""
    assert bookings_there(waste) == [(WEDNESDAY, "confirmed")]


def test_a_job_that_comes_before_the_payment_has_ended_lets_nothing_go(waste, at_the_desk, town):
    with at_the_desk() as world:
        booked(world, town)
    request = row(PaymentRequest)
    with pytest.raises(bookings.NotEnded):
        bookings.settle(str(request.key), 2)
    assert bookings_there(waste) == [(WEDNESDAY, "held")]
    assert row(Case).state == "open"


def test_another_day_gives_the_first_one_back(waste, at_the_desk, town):
    with at_the_desk() as world:
        run = answered(asked(world, town), slot=WEDNESDAY, **AT)
        run = answered(reopen_step(run, to="slot"), slot=FRIDAY)
        assert current(run).key == "check_all"
    assert sorted(bookings_there(waste)) == [(WEDNESDAY, "released"), (FRIDAY, "held")]


def test_a_day_that_somebody_else_took_is_said_and_another_may_be_chosen(waste, at_the_desk, town):
    with at_the_desk() as world:
        run = asked(world, town)
        assert current(run).key == "slot"
        take_all(waste, WEDNESDAY)
        run = answered(run, slot=WEDNESDAY, **AT)
        assert current(run).key == "day_gone"
        run = answered(reopen_step(run, to="slot"), slot=FRIDAY)
        assert current(run).key == "check_all"


def take_all(waste, day):
    """Others are quicker."""
    import urllib.request

    for number in range(6):
        body = json.dumps({"ref": f"other{number}", "day": day, "premises": "1"}).encode()
        headers = {"X-Api-Key": KEY, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{waste.address}/bookings", body, headers, method="POST")
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert answer.status == 201


def test_a_waste_system_that_is_away_refuses_nobody(waste, at_the_desk, town):
    waste.fault("error", times=9)
    with at_the_desk() as world:
        run = answered(asked(world, town), tell="text", tell_number="07700 900123")
        assert current(run).key == "DAY_LATER"
    assert row(Case).marks == ["no_day_yet"]
    assert bookings_there(waste) == []


@pytest.fixture
def cancelled(world, as_person):
    """Lee closes the case on its page, since they called it off; then the jobs that this left are done."""

    def close(*, meanwhile=None):
        case = row(Case)
        with scope(System("load")):
            Case.objects.filter(pk=case.pk).update(team_id=world.waste_team)
        sent = {"outcome": "cancelled", "told": "", "seen": case.changed}
        assert as_person("lee", f"/cases/{case.reference}/close/", sent).status_code == 302
        assert row(Case).outcome == "cancelled"
        if meanwhile:
            meanwhile()
        for task in (withdraw_for_case, give_back_booking):
            for left in jobs_left(task):
                task(**left)
        return case

    return close


def jobs_left(task):
    return list(ProcrastinateJob.objects.filter(task_name=task.name).order_by("id").values_list("args", flat=True))


def test_called_off_before_it_is_paid_nobody_can_pay_and_the_day_goes_back(waste, at_the_desk, town, cancelled):
    with at_the_desk() as world:
        secret = booked(world, town)
    case, request = cancelled(), row(PaymentRequest)
    with pytest.raises(NotPayable):
        begin_payment(secret)
    assert watch(str(request.key), 2) == "withdrawn"
    bookings.settle(str(request.key), 2)
    assert errands.run(row(Errand).key, 2) == "done"
    assert bookings_there(waste) == [(WEDNESDAY, "released")]
    assert (row(Case).outcome, notes(case), told("bulky-let-go")) == ("cancelled", [], [])


def test_paid_in_the_minute_in_which_it_is_called_off_fixes_no_day_and_says_so(waste, at_the_desk, town, cancelled):
    with at_the_desk() as world:
        secret = booked(world, town)
    page = begin_payment(secret)
    case, request = cancelled(meanwhile=lambda: type_card(page)), row(PaymentRequest)
    assert watch(str(request.key), 2) == "paid"
    bookings.settle(str(request.key), 2)
    assert [each.operation for each in errands_due()] == ["release"]
    assert notes(case) == [f"Paid £35.00 by link while this was being closed. {bookings.REFUND}"]
    assert told("bulky-booked") == []


def test_called_off_when_the_day_is_fixed_gives_it_back_and_says_what_was_paid(waste, at_the_desk, town, cancelled):
    with at_the_desk() as world:
        secret = booked(world, town)
    pay(secret)
    assert errands.run(row(Errand).key, 2) == "done"
    case = cancelled()
    assert jobs_left(withdraw_for_case) == [], "nothing is asked any more"
    bookings.give_back(case.pk, 2)
    assert errands.run(row(Errand).key, 2) == "done"
    assert bookings_there(waste) == [(WEDNESDAY, "released")]
    assert notes(case)[1:] == [f"£35.00 was paid for it. {bookings.REFUND}"]


def errands_due():
    with scope(System("post", 2)):
        return list(Errand.objects.filter(state="queued").order_by("pk"))
