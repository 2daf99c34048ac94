"""What the script for large items does: hold a day, let it go, fix it, and ask for the money by a link.

A day is held at once, since somebody waits to hear whether it is theirs; the hold lapses by itself, so that one whose
answer was lost blocks nobody for long. What follows the payment is in bookings.py.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.crypto import salted_hmac

from moothall.backoffice.errands import Wanted, post_errand
from moothall.backoffice.port import Done, Posting
from moothall.backoffice.waste import SYSTEM, waste_of
from moothall.cases.models import Case
from moothall.lib import clock
from moothall.payments.actions import Ask, request_payment, until_words
from moothall.places.queries import addresses, open_address_list
from moothall.scripts.models import Run
from moothall.scripts.orders import Order
from moothall.scripts.surroundings import home_number, postcode_of
from moothall.tenancy.models import Council

SLACK_MINUTES = 120  # a payment that was begun in the last minute lives for ninety
TOLD_PAID = "moothall.scripts.tasks.settle_booking"
TOLD_FIXED = "moothall.scripts.tasks.tell_booking"


def hold_slot(run: Run, council: int, order: Order) -> Mapping[str, Any]:
    """Hold the day while they pay. Not held: it is gone, or the system doesn't answer."""
    office = waste_of(Council.objects.get(pk=council).gss)
    if key := postcode_of(run.facts, order.args["property"]):  # a resident, who sees one postcode's addresses alone
        open_address_list(key)
    home = addresses().filter(pk=home_number(order.args["property"])).first()
    if home is None or home.council_id != council:  # another council's crew comes there
        return {"held": False, "hold": None, "slot_day": None}
    day = str(order.args["slot"])
    ref = salted_hmac("moothall.bulky", f"{run.pk}:{run.version}:{day}").hexdigest()[:32]
    minutes = int(order.args["hours"]) * 60 + SLACK_MINUTES
    body = {"day": day, "premises": str(home.uprn), "pieces": order.args["items"], "minutes": minutes}
    held = isinstance(office.send(f"hold-{ref}", Posting("hold", body)), Done) if office else False
    return {"held": held, "hold": ref if held else None, "slot_day": day if held else None}


def release_slot(_run: Run, council: int, order: Order) -> Mapping[str, Any]:
    """Another day is wanted. If nobody hears us, the hold lapses by itself."""
    office, ref = waste_of(Council.objects.get(pk=council).gss), order.args.get("hold")
    done = office.send(f"release-{ref}", Posting("release")) if office and ref else None
    return {"released": isinstance(done, Done)}


def confirm_slot(run: Run, council: int, order: Order) -> Mapping[str, Any]:
    """There is nothing to pay: the day is fixed by a job, and they are told."""
    post_errand(_confirmation(run, council, order, waits=False))
    return {"fixed": True}


def ask_for_payment(run: Run, council: int, order: Order) -> Mapping[str, Any]:
    """Send the link to pay. The day that is held is fixed when it is paid, and let go when it isn't in time."""
    hold = order.args.get("hold")
    if hold:
        post_errand(_confirmation(run, council, order, waits=True))
    case = _case(council, order)
    until = clock.now() + timedelta(hours=int(order.args["hours"]))
    asked = request_payment(Ask(
        council=council, service=run.service_id, pence=int(order.args["pence"]), what=order.title,
        reference=case.reference, until=until, case=case.pk, contact=_contact(run, council),
        send_to=str(order.args["to"] or ""), after=TOLD_PAID if hold else "",
    ))  # fmt: skip
    return {"pay_link": asked.link, "pay_until": until_words(until)}


def _confirmation(run: Run, council: int, order: Order, *, waits: bool) -> Wanted:
    return Wanted(
        council=council, service=run.service_id, key=f"confirm-{order.args['hold']}", system=SYSTEM,
        operation="confirm", body={"to": str(order.args["to"] or ""), "day": order.args.get("day")},
        case=_case(council, order).pk, contact=_contact(run, council), waits=waits, after=TOLD_FIXED,
    )  # fmt: skip


def _case(council: int, order: Order) -> Case:
    return Case.objects.get(council_id=council, reference=order.args["reference"])


def _contact(run: Run, council: int) -> int | None:
    """Rows never point across councils."""
    return run.contact_id if council == run.council_id else None


EFFECTS: dict[str, Callable[[Run, int, Order], Mapping[str, Any]]] = {
    "hold_slot": hold_slot,
    "release_slot": release_slot,
    "confirm_slot": confirm_slot,
    "request_payment": ask_for_payment,
}
