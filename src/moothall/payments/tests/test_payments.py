"""Paid once and told once, whatever the provider and the payer do; and never called failed while that isn't known."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from moothall.cases.actions import close_case
from moothall.cases.models import Case
from moothall.journal.models import Entry
from moothall.messages.models import Message
from moothall.messages.templates import MessageRefused
from moothall.payments.actions import NothingToPay, withdraw_payment
from moothall.payments.follow import NotPayable, begin_payment, payment_now, seen_by_link, watch
from moothall.payments.models import PaymentRequest
from moothall.payments.queries import requests_of_case
from moothall.payments.tasks import withdraw_for_case
from moothall.payments.tests.conftest import DECLINED, SLOW, ask, type_card
from moothall.tenancy.principals import LinkHolder, Staff, System
from moothall.tenancy.scope import scope
from protected_person import protected_person

State = PaymentRequest.State


def row(key):
    with scope(System("pay", 2)):
        return PaymentRequest.objects.get(key=key)


def there(provider):
    return provider.ask("GET", "/simulator/payments")["payments"]


def messages(template):
    with scope(System("send", 2)):
        return list(Message.objects.filter(template=template, state="queued").values_list("body", flat=True))


def test_the_link_is_sent_and_nothing_is_begun_before_it_is_opened(world, provider, later):
    _, secret = ask(world)
    assert there(provider) == []
    (text,) = messages("link-to-pay")
    assert text.startswith("Harborough District Council: pay £35.00 for Collection of 2 large items by ")
    assert f"http://harborough.localhost:8001/pay/{secret}/" in text
    assert secret not in seen_by_link(secret).link, "the row can't tell the link"
    later(hours=23)
    page = begin_payment(secret)
    (payment,) = there(provider)
    assert (payment["amount"], payment["reference"], payment["status"]) == (3500, "HB-10007-Y", "created")
    assert page == f"http://localhost:{provider.port}/secure/{payment['token']}"


def test_paid_is_settled_once_with_one_receipt_and_the_job_that_waits(world, provider, later):
    key, secret = ask(world, after="moothall.payments.tests.told")
    back = type_card(begin_payment(secret))
    assert back.endswith(f"/pay/{secret}/")
    assert payment_now(secret)[1].standing == "paid"
    assert [watch(key, 2), watch(key, 2)] == ["paid", ""]
    (receipt,) = messages("paid")
    assert receipt.endswith("we have your £35.00 for Collection of 2 large items. Your reference is HB-10007-Y.")
    with scope(System("load")):
        kinds = list(Entry.objects.filter(body__payment=key).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["payment.request", "payment.begin", "payment.settle"]
    with pytest.raises(NotPayable):
        begin_payment(secret)
    assert len(there(provider)) == 1


def test_declined_may_be_tried_again_and_that_is_another_payment(world, provider, later):
    key, secret = ask(world)
    type_card(begin_payment(secret), DECLINED)
    assert payment_now(secret)[1].code == "declined"
    assert watch(key, 2) == "asked"
    assert row(key).code == "declined"
    type_card(begin_payment(secret))
    payment_now(secret)
    assert watch(key, 2) == "paid"
    assert sorted(payment["status"] for payment in there(provider)) == ["failed", "success"]


def test_declined_may_be_tried_again_at_once_before_any_job_has_looked(world, provider, as_role):
    key, secret = ask(world)
    with as_role("public"):
        type_card(begin_payment(secret), DECLINED)
        again = begin_payment(secret)
        assert again == begin_payment(secret) != ""
        type_card(again)
        assert payment_now(secret)[1].standing == "paid"
    assert len(there(provider)) == 2
    assert row(key).attempt == 2


def test_two_clicks_lead_to_one_payment(world, provider, later):
    _, secret = ask(world)
    assert begin_payment(secret) == begin_payment(secret) != ""
    assert len(there(provider)) == 1


def test_a_beginning_without_an_answer_is_found_again_by_its_key(world, provider, later):
    key, secret = ask(world)
    provider.fault("silent", paths="/v1/payments")
    assert begin_payment(secret) == ""
    assert row(key).state == "opening"
    later(minutes=2)
    assert watch(key, 2) == "begun"
    type_card(begin_payment(secret))
    payment_now(secret)
    assert watch(key, 2) == "paid"
    assert len(there(provider)) == 1


def test_a_second_click_after_no_answer_goes_on_with_the_first(world, provider, later):
    key, secret = ask(world)
    provider.fault("silent", paths="/v1/payments")
    assert begin_payment(secret) == ""
    assert begin_payment(secret) == f"http://localhost:{provider.port}/secure/{there(provider)[0]['token']}"
    assert len(there(provider)) == 1
    assert row(key).attempt == 1


@pytest.mark.parametrize("fault", ["busy", "error"])
def test_what_cant_be_begun_takes_nothing_and_may_be_tried_again(world, provider, later, fault):
    key, secret = ask(world)
    provider.fault(fault, paths="/v1/payments")
    assert begin_payment(secret) == ""
    later(minutes=2)
    watch(key, 2)
    assert begin_payment(secret).startswith(f"http://localhost:{provider.port}/secure/")
    assert len(there(provider)) == 1


def test_no_answer_while_looking_leaves_it_as_it_is(world, provider, later):
    key, secret = ask(world)
    type_card(begin_payment(secret))
    later(minutes=2)
    provider.fault("error", times=1, paths="/v1/payments")
    assert watch(key, 2) == "begun", "not failed: nobody knows"
    later(minutes=2)
    assert watch(key, 2) == "paid"


def test_the_bank_thinks_about_it_and_then_says_yes_after_the_time_is_over(world, provider, later):
    key, secret = ask(world)
    type_card(begin_payment(secret), SLOW)
    later(hours=30)
    assert watch(key, 2) == "submitted"
    with pytest.raises(NotPayable):
        begin_payment(secret)
    provider.ask("POST", f"/simulator/settle/{there(provider)[0]['id']}", {"status": "success"})
    later(minutes=2)
    assert watch(key, 2) == "paid"


def test_what_nobody_pays_lapses_and_a_payer_half_way_is_stopped_first(world, provider, later):
    unopened, _ = ask(world)
    halfway, secret = ask(world)
    begin_payment(secret)
    assert watch(unopened, 2) == ""
    later(hours=25)
    assert (watch(unopened, 2), watch(halfway, 2)) == ("lapsed", "lapsed")
    assert [(payment["status"], payment["code"]) for payment in there(provider)] == [("cancelled", "P0040")]
    assert messages("paid") == []


def test_withdrawn_is_cancelled_there_but_not_what_is_paid_meanwhile(world, provider, later):
    key, secret = ask(world)
    type_card(begin_payment(secret))
    with scope(Staff(world.sam)):
        withdraw_payment(PaymentRequest.objects.get(key=key))
    assert watch(key, 2) == "paid"


def test_what_is_asked_of_somebody_protected_is_withdrawn_when_their_case_is_closed(world, as_role):
    told = protected_person(world)
    with as_role("web"), scope(Staff(world.lee)):
        case = Case.objects.get(pk=told.ids["case"])
        assert requests_of_case(case.pk) == [], "Lee doesn't see it"
        close_case(case, outcome="done", words="", told="")
    (left,) = ProcrastinateJob.objects.filter(task_name=withdraw_for_case.name).values_list("args", flat=True)
    assert (withdraw_for_case(**left), withdraw_for_case(**left)) == (1, 0), "told twice, it is written once"
    with scope(System("pay", 2)):
        (request,) = requests_of_case(case.pk)
    assert (request.withdrawn, watch(str(request.key), 2)) == (True, "withdrawn")


def test_an_expired_attempt_is_begun_anew(world, provider, later):
    key, secret = ask(world)
    begin_payment(secret)
    provider.ask("POST", "/simulator/age", {"seconds": 6000})
    later(hours=2)
    assert watch(key, 2) == "asked"
    assert row(key).code == "expired"
    assert begin_payment(secret) != ""
    assert len(there(provider)) == 2


def test_a_link_shows_its_own_row_and_no_other(world, provider, as_role):
    key, secret = ask(world)
    ask(world)
    with as_role("public"):
        with scope(LinkHolder(seen_by_link(secret).link)):
            assert [str(each.key) for each in PaymentRequest.objects.all()] == [key]
        with scope(LinkHolder("0" * 64)):
            assert not PaymentRequest.objects.exists()
        with scope(LinkHolder("")):
            assert not PaymentRequest.objects.exists()
        with pytest.raises(NotPayable):
            seen_by_link("guess")


def test_the_holder_of_a_link_pays_as_the_role_public(world, provider, as_role):
    _, secret = ask(world)
    with as_role("public"):
        type_card(begin_payment(secret))
        assert payment_now(secret)[1].standing == "paid"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"pence": 0}, NothingToPay), ({"pence": 10_000_001}, NothingToPay), ({"send_to": "12"}, MessageRefused)],
)
def test_what_nobody_can_pay_is_refused_and_leaves_nothing(world, provider, wrong, error):
    before = {each.pk for each in all_rows()}
    with pytest.raises(error):
        ask(world, **wrong)
    assert {each.pk for each in all_rows()} == before


def all_rows():
    with scope(System("pay", 2)):
        return list(PaymentRequest.objects.all())


def test_no_table_and_no_answer_has_a_place_for_a_card(world, provider, later):
    """What the provider tells of the card is dropped where it is read: not four digits of it are kept."""
    key, secret = ask(world)
    type_card(begin_payment(secret))
    payment_now(secret)
    watch(key, 2)
    assert there(provider)[0]["last_four"] == "1111"
    fields = {str(getattr(row(key), field.attname)) for field in PaymentRequest._meta.concrete_fields}
    assert not any("1111" in value and len(value) < 30 for value in fields)
    with scope(System("load")):
        assert not any("last" in str(body) for body in Entry.objects.values_list("body", flat=True))
