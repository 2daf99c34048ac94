"""What becomes of a booked day: fixed when it is paid, let go when it isn't in time; and whoever booked it is told."""
from __future__ import annotations

from datetime import date

from moothall.backoffice.errands import Wanted, drop_errand, post_errand, start_errand
from moothall.backoffice.models import Errand
from moothall.cases.actions import close_case, note_case
from moothall.cases.endings import endings_of
from moothall.cases.models import Case, CaseNote
from moothall.cases.queries import tell_more
from moothall.domain.interview.words import spoken_day, spoken_time
from moothall.lib.jobs import leave
from moothall.messages.actions import About, send_message
from moothall.messages.templates import words_of
from moothall.payments.models import PaymentRequest
from moothall.scripts.versions import parameters_of, script_at, version_for
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

NOT_PAID = "not_paid"
BOOKED = "bulky-booked"  # the message that the day is fixed; its words for the page follow a payment
BOOKS = "bulky-collection"  # the script in which a day is booked
GIVE_BACK = "moothall.scripts.tasks.give_back_booking"
REFUND = "If it is to be given back, do that in the payment provider’s own pages."
GOING = (Errand.State.QUEUED, Errand.State.SENDING, Errand.State.UNKNOWN, Errand.State.DONE)


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
        case = Case.objects.select_for_update().get(pk=request.case_id)  # whoever closes it waits, or was first
        paid, wanted = request.state == PaymentRequest.State.PAID, case.state == Case.State.OPEN
        if paid and wanted:
            note_case(case, f"Paid £{request.pounds} by link.")
            start_errand(errand)
            return
        drop_errand(errand)
        _release(errand, case)
        if paid:
            note_case(case, f"Paid £{request.pounds} by link while this was being closed. {REFUND}")
        elif wanted:
            _close_unpaid(case, request)


def call_off(case: Case) -> None:
    """What was booked for a case goes back, by a job: whoever closes it waits for nobody's system."""
    leave(GIVE_BACK, case=case.pk, council=case.council_id)


def give_back(number: int, council: int) -> None:
    """The day that was fixed, or is being fixed, goes back; one that still waits for its payment goes with that. Told
    twice, it acts once."""
    with scope(System("post", council)):
        case = Case.objects.select_for_update().get(pk=number)
        errand = Errand.objects.filter(case=case, operation="confirm", state__in=GOING).first()
        if errand is not None and not Errand.objects.filter(key=_release_key(errand)).exists():
            _release(errand, case)
        for request in PaymentRequest.objects.filter(case=case, state=PaymentRequest.State.PAID):
            words = f"£{request.pounds} was paid for it. {REFUND}"
            if not CaseNote.objects.filter(case=case, text=words).exists():
                note_case(case, words)


def _release(errand: Errand, case: Case) -> None:
    post_errand(Wanted(
        council=errand.council_id, service=errand.service_id, key=_release_key(errand), system=errand.system,
        operation="release", case=case.pk,
    ))  # fmt: skip


def _release_key(errand: Errand) -> str:
    return f"release-{errand.key.partition('-')[2]}"


def _close_unpaid(case: Case, request: PaymentRequest) -> None:
    ending = next(each for each in endings_of(case.kind) if each.code == NOT_PAID)
    close_case(case, outcome=ending.code, words=ending.words, told=ending.told)
    _tell("bulky-let-go", request.receipt_to, case, {"reference": case.reference})


def tell(key: str, council: int) -> None:
    """The confirmation has ended: they are told that the day is theirs, or the officer that it isn't. Told twice, it
    acts once: the errand then names nobody any more who is to be told."""
    with scope(System("post", council)):
        errand = Errand.objects.select_for_update(of=("self",)).select_related("council").get(key=key)
        if errand.settled_at is None:
            raise NotEnded(f"errand {key}")
        if not errand.after:
            return
        errand.after = ""
        errand.save(update_fields=["after"])
        case = Case.objects.get(pk=errand.case_id or 0)
        if case.state != Case.State.OPEN:  # it was called off meanwhile
            return
        if errand.state != Errand.State.DONE:
            note_case(case, "It was booked, but the waste system gave the day away. Agree another with them.")
            return
        day = spoken_day(date.fromisoformat(errand.body["day"])) if errand.body.get("day") else "the day that you chose"
        note_case(case, f"The day is fixed: {errand.theirs}.")
        said = {"day": day, "out_by": _out_by(errand.council.gss), "reference": case.reference}
        if PaymentRequest.objects.filter(case=case, state=PaymentRequest.State.PAID).exists():
            words = words_of(BOOKED, "page", council=errand.council.gss)  # they were told to pay
            tell_more(case.pk, words.filled(said)[1])
        _tell(BOOKED, str(errand.body.get("to") or ""), case, said)


def _out_by(gss: str) -> str:
    """Until when on the day the council wants things outside, as its script says it."""
    version = version_for(BOOKS, gss)
    at = {**script_at(version.pk).defaults, **parameters_of(version)}["out_by"]
    return spoken_time(int(at))


def _tell(template: str, to: str, case: Case, values: dict[str, str]) -> None:
    if to:
        send_message(template, to, values, council=case.council_id, service=case.service_id, about=About(case=case.pk))
