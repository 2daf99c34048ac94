"""Paying by a link: what is paid, to whom, how much; a button that leads to the provider's own page; and, at the same
address, what became of it. The card is typed there, never here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from moothall.agreements.queries import is_cut_off
from moothall.identity.queries import identity_of
from moothall.lib import clock
from moothall.payments.actions import until_words
from moothall.payments.follow import NotPayable, begin_payment, payment_now
from moothall.payments.links import secret_in
from moothall.payments.models import PaymentRequest
from moothall.payments.port import Payment
from moothall.payments.registry import pages_of
from moothall.tenancy.models import Council
from moothall.web.public.contexts import council_now, phone_about
from moothall.web.public.hosts import council_of
from moothall.web.public.offers import calls_off

# Why the last try took nothing, in the payer's words. Nobody is told more than their bank tells them.
NOTHING_TAKEN = {
    "declined": "Your bank said no. No money was taken, though it may show as pending for some days.",
    "expired": "You didn’t finish in time. No money was taken.",
    "cancelled": "You stopped the payment. No money was taken.",
    "fault": "Something went wrong at the payment company. No money was taken.",
}
State = PaymentRequest.State


@dataclass(frozen=True, slots=True)
class PayPage:
    """`stands`: to_pay, begun, waiting, paid, over. `why`: what came of the last try. `stuck`: the provider could
    not be reached just now."""

    stands: str
    pounds: str
    what: str
    reference: str
    until: str
    why: str = ""
    stuck: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, secret: str) -> HttpResponse:
    """Show it; by POST begin to pay, and go to the provider's page."""
    named = council_of(request)
    stuck = False
    try:
        if request.method == "POST":
            page = begin_payment(secret)
            if page:
                return _private(redirect(page), "")
            stuck = True
    except NotPayable:
        pass  # the page says how it stands, or isn't there
    try:
        found, heard = payment_now(secret)
    except NotPayable:
        if named is not None and is_cut_off(named.pk, clock.now()):  # then the database shows no link of its
            return _cut(request, named)
        raise Http404("No such link") from None
    if named is None or council_now(named)[0].pk != council_now(found.council)[0].pk:
        raise Http404("The link is another council's")
    council = council_now(named)[0]
    phone = phone_about(council, found.service_id)
    context = {"page": _page(found, heard, stuck=stuck), "phone": phone, **_whose(council),
               "calls_off": calls_off(council, found.service_id)}  # fmt: skip
    return _private(render(request, "public/pay.html", context), pages_of(found.council.gss))


def _cut(request: HttpRequest, council: Council) -> HttpResponse:
    """While its council is cut off a link leads nowhere, and that is said."""
    return _private(render(request, "public/pay_cut.html", _whose(council), status=503), "")


def _whose(council: Council) -> dict[str, Any]:
    return {"council": council, "privacy": identity_of(council).text("privacy"), "answered_by": ""}


def stands_of(link: str) -> str:
    """How it stands with what a link asks for, as its own page tells it; over where it leads nowhere any more."""
    try:
        return _stands(*payment_now(secret_in(link)))[0]
    except NotPayable:
        return "over"


def _page(found: PaymentRequest, heard: object, *, stuck: bool) -> PayPage:
    stands, code = _stands(found, heard)
    return PayPage(
        stands=stands, pounds=found.pounds, what=found.what, reference=found.reference,
        until=until_words(found.until), why=NOTHING_TAKEN.get(code, ""), stuck=stuck and stands in ("to_pay", "begun"),
    )  # fmt: skip


def _stands(found: PaymentRequest, heard: object) -> tuple[str, str]:
    """The row says how it stands where it is over; else the provider, just asked; unknown is never called failed."""
    if found.over:
        return ("paid" if found.state == State.PAID else "over"), ""
    if isinstance(heard, Payment) and found.state != State.ASKED:
        if heard.standing == "failed":
            return ("to_pay" if found.until > clock.now() else "over"), heard.code
        standings = {"created": "begun", "begun": "begun", "submitted": "waiting", "paid": "paid"}
        return standings[heard.standing], ""
    if found.state in (State.ASKED, State.OPENING):  # nobody was led to the provider's page of this try yet
        return ("to_pay" if found.until > clock.now() else "over"), found.code
    return "waiting", ""


def _private(response: HttpResponse, provider: str) -> HttpResponse:
    """The address is a secret, so that nobody keeps or lists it; and our form may lead to the provider's pages."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"  # the provider isn’t told it; without any, our own form has no origin
    response["Cache-Control"] = "no-store"
    if provider:
        response._csp_update = {"form-action": [provider]}  # type: ignore[attr-defined]
    return response
