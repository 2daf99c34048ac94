"""The page of a link: what is paid, to whom and how much, and at the same address what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from moothall.agreements import in_force
from moothall.agreements.control import mend_council, sever_council
from moothall.lib import clock
from moothall.payments.follow import NotPayable, begin_payment
from moothall.payments.tests.conftest import DECLINED, SLOW, ask, later, pay_process, provider, type_card  # noqa: F401
from moothall.tenancy.models import Council
from moothall.web.public import pay
from moothall.web.public.tests.test_codes import become


@pytest.fixture
def asked(world, provider):  # noqa: F811
    return ask(world)


@pytest.fixture
def public(settings, asked, as_role):
    """A client of the public site, whose process speaks as the role public."""
    settings.ROOT_URLCONF = "moothall.web.urls_public"
    in_force.forget()
    with as_role("public"):
        yield Client(headers={"Host": "harborough.localhost"})
    in_force.forget()


def text(answer):
    return " ".join(answer.content.decode().split())


def test_a_payer_sees_what_for_pays_and_comes_back(public, asked, provider):  # noqa: F811
    address = f"/pay/{asked[1]}/"
    page = public.get(address)
    told = ("<h1>Pay £35.00</h1>", "Collection of 2 large items", "Harborough District Council", "HB-10007-Y")
    assert [words for words in told if words not in text(page)] == []
    assert page["Referrer-Policy"] == "same-origin"
    assert page["Cache-Control"] == "no-store"
    assert "In danger? Call" in text(page) and 'href="tel:999"' in text(page)
    assert f"form-action 'self' http://localhost:{provider.port}" in page["Content-Security-Policy"]
    assert "noindex" in page["X-Robots-Tag"]
    gone = public.post(address)
    assert gone.status_code == 302
    assert "Go on to pay" in text(public.get(address)), "they came back without paying"
    type_card(gone["Location"])
    assert "We have your payment" in text(public.get(address))
    assert "Pay now" not in text(public.get(address))
    again = public.post(address)
    assert "We have your payment" in text(again), "the back button and a second click pay nothing"
    assert len(provider.ask("GET", "/simulator/payments")["payments"]) == 1


def test_a_declined_card_is_told_plainly_and_may_be_tried_again(public, asked):
    address = f"/pay/{asked[1]}/"
    type_card(public.post(address)["Location"], DECLINED)
    page = text(public.get(address))
    assert "Your bank said no. No money was taken" in page
    assert "Pay now" in page
    assert "/secure/" in public.post(address)["Location"], "at once"


def test_stopped_at_the_provider_is_no_failure_of_the_bank(public, asked):
    address = f"/pay/{asked[1]}/"
    type_card(public.post(address)["Location"], cancel="1")
    assert "You stopped the payment" in text(public.get(address))


@pytest.mark.parametrize("how", ["slow", "no answer"])
def test_while_it_isnt_known_nobody_is_asked_to_pay_again(public, asked, provider, how):  # noqa: F811
    address = f"/pay/{asked[1]}/"
    type_card(public.post(address)["Location"], SLOW if how == "slow" else DECLINED)
    if how == "no answer":
        provider.fault("error", times=2)
    page = text(public.get(address))
    assert "We’re waiting for your bank" in page
    assert "Please don’t pay again" in page
    assert "Pay now" not in page


@pytest.mark.parametrize("how", ["busy", "error"])
def test_a_provider_that_is_away_is_said_and_nothing_is_lost(public, asked, provider, how):  # noqa: F811
    """Also where nobody knows whether the payment was begun there: no card was typed, so no bank was asked."""
    provider.fault(how, paths="/v1/payments")
    page = text(public.post(f"/pay/{asked[1]}/"))
    assert "You can’t pay just now" in page
    assert "No money was taken" in page
    assert "Pay now" in page and "waiting for your bank" not in page
    assert public.post(f"/pay/{asked[1]}/").status_code == 302
    assert len(provider.ask("GET", "/simulator/payments")["payments"]) == 1


@pytest.mark.parametrize(
    ("secret", "host"), [("guess", "harborough"), ("a" * 500, "harborough"), ("%00", "harborough"), ("", "lichfield")]
)
def test_a_guess_and_another_councils_host_are_not_found(public, asked, secret, host):
    answer = public.get(f"/pay/{secret or asked[1]}/", headers={"Host": f"{host}.localhost"})
    assert answer.status_code == 404
    assert "35.00" not in text(answer)


def test_a_link_that_ran_out_says_so(public, asked, monkeypatch):
    begun = clock.now()
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(hours=25))
    page = text(public.get(f"/pay/{asked[1]}/"))
    assert "You can’t pay with this link any more" in page
    assert "Pay now" not in page
    assert public.post(f"/pay/{asked[1]}/").status_code == 200


def test_while_its_council_is_cut_off_nothing_is_paid_by_a_link_and_that_is_said(public, asked, provider):  # noqa: F811
    """Whoever is on the provider's page already is led no further by us; the council's return lets them go on."""
    address = f"/pay/{asked[1]}/"
    become("")
    sever_council(Council.objects.get(pk=2), reason="Test")
    become("public")
    in_force.forget()
    for page in (public.get(address), public.post(address)):
        assert page.status_code == 503 and "Opening this page took no money" in text(page), text(page)
        assert "Collection of" not in text(page) and page["Cache-Control"] == "no-store"
    with pytest.raises(NotPayable):
        begin_payment(asked[1])
    assert provider.ask("GET", "/simulator/payments")["payments"] == []
    become("")
    mend_council(Council.objects.get(pk=2))
    become("public")
    in_force.forget()
    assert public.post(address).status_code == 302


def test_a_council_that_is_cut_off_while_somebody_pays_says_so(public, asked, provider, monkeypatch):  # noqa: F811
    """The cut falls between their pressing the button and the payment's beginning."""

    def cut_first(secret):
        become("")
        sever_council(Council.objects.get(pk=2), reason="Test")
        become("public")
        in_force.forget()
        return begin_payment(secret)

    monkeypatch.setattr(pay, "begin_payment", cut_first)
    page = public.post(f"/pay/{asked[1]}/")
    assert page.status_code == 503 and "Opening this page took no money" in text(page), text(page)
    assert page["Cache-Control"] == "no-store" and provider.ask("GET", "/simulator/payments")["payments"] == []
