"""What becomes of a booked day: fixed when it is paid, let go when it isn't in time; and whoever booked it is told."""
from __future__ import annotations

from datetime import date

from moothall.backoffice.errands import Wanted, drop_errand, post_errand, start_errand
from moothall.backoffice.models import Errand
from moothall.cases.actions import close_case, note_case
from moothall.cases.endings import endings_of
from moothall.cases.models import Case
from moothall.domain.interview.words import spoken_day
from moothall.messages.actions import About, send_message
from moothall.payments.models import PaymentRequest
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

NOT_PAID = "not_paid"


class NotEnded(RuntimeError):
    """What the job is about hasn't ended: it comes again later."""


def settle(payment: str, council: int) -> None:
    """The payment for a day that is held has ended. Told twice, it acts once: the confirmation waits only once."""
    with scope(System("post", council)):
        request = PaymentRequest.objects.get(key=payment)
        if not request.over:
            raise NotEnded(f"payment {payment}")
        rows = Errand.objects.select_for_update().filter(case=request.case_id, state=Errand.State.WAITING)
        errand = rows.first()
        if errand is None or request.case_id is None:
            return
        case = Case.objects.get(pk=request.case_id)
        if request.state == PaymentRequest.State.PAID:
            note_case(case, f"Paid £{request.pounds} by link.")
            start_errand(errand)
            return
        _let_go(errand, case, request)


def _let_go(errand: Errand, case: Case, request: PaymentRequest) -> None:
    drop_errand(errand)
    ref = errand.key.partition("-")[2]
    post_errand(Wanted(
        council=errand.council_id, service=errand.service_id, key=f"release-{ref}", system=errand.system,
        operation="release", case=case.pk,
    ))  # fmt: skip
    ending = next(each for each in endings_of(case.kind) if each.code == NOT_PAID)
    if case.state == Case.State.OPEN:
        close_case(case, outcome=ending.code, words=ending.words, told=ending.told)
    _tell("bulky-let-go", request.receipt_to, case, {"reference": case.reference})


def tell(key: str, council: int) -> None:
    """The confirmation has ended: they are told that the day is theirs, or the officer that it isn't."""
    with scope(System("post", council)):
        errand = Errand.objects.select_related("council").get(key=key)
        if errand.settled_at is None:
            raise NotEnded(f"errand {key}")
        case = Case.objects.get(pk=errand.case_id or 0)
        if errand.state != Errand.State.DONE:
            note_case(case, "It was booked, but the waste system gave the day away. Agree another with them.")
            return
        day = spoken_day(date.fromisoformat(errand.body["day"])) if errand.body.get("day") else "the day that you chose"
        note_case(case, f"The day is fixed: {errand.theirs}.")
        _tell("bulky-booked", str(errand.body.get("to") or ""), case, {"day": day, "reference": case.reference})


def _tell(template: str, to: str, case: Case, values: dict[str, str]) -> None:
    if to:
        send_message(template, to, values, council=case.council_id, service=case.service_id, about=About(case=case.pk))
