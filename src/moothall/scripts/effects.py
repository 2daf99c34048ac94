"""What a script can do in the world, by name. Each runs once for a run and a step; its results become facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

from moothall.cases import actions as cases
from moothall.cases.changes import AlreadyClosed, AlreadyOpen
from moothall.cases.models import Case
from moothall.cases.numbering import Ready
from moothall.cases.queries import lead_need
from moothall.contacts.models import Need
from moothall.domain.calendar import wall_clock, working_days_between
from moothall.lib import clock
from moothall.places.queries import holidays
from moothall.queueing.leases import lease_also
from moothall.scripts import effects_bulky, effects_identity
from moothall.scripts.access import whose_home
from moothall.scripts.models import Run
from moothall.scripts.orders import Order
from moothall.scripts.surroundings import home_number
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Resident
from moothall.tenancy.scope import current_person, current_principal

HOME_ELSEWHERE = "home_elsewhere"  # a mark: the home is another council's, or can't be seen by whoever told it


def open_case(run: Run, council: int, order: Order) -> Mapping[str, Any]:
    """A case for the team that resolves it. One about the same thing that was opened meanwhile is linked instead.

    It is the council's whose home it names, whichever home was told last; else of the council whose rules apply.
    """
    council, home, unfit = about_home(run, council, order.args.get("property"))
    own = council == run.council_id  # rows never point across councils: another council's case stands alone
    open_it = partial(
        cases.open_case,
        council=council,
        service=run.service_id,
        kind=str(order.args["kind"]),
        title=order.title,
        about=str(order.args.get("about") or ""),
        property=home,
        customer=run.contact.customer_id if own and run.contact else None,
        contact=run.contact_id if own else None,
        need=run.need_id if own else None,
        answers=order.answers,
        marks=[*order.marks, *unfit],
        told=order.told,
        due_working_days=_working_days(council, order.args),
    )
    case, opened = _opened_or_linked(open_it, run.need if own else None, order.ready)
    _lead_to(run, case)
    due = wall_clock(case.due_at)[0].isoformat() if case.due_at else None
    return {"case_reference": case.reference, "case_due": due, "case": case.pk, "opened": opened}


def about_home(run: Run, council: int, told: object) -> tuple[int, int | None, list[str]]:
    """Whose a case about a home is, the home, and a mark where it can't be named: an officer then looks for it by what
    was answered. A resident's case is their own council's, and a home is never written under another's."""
    home = home_number(told)
    whose = whose_home(run, home) if home else None
    if home is None or whose == council:
        return council, home, []
    if whose is None or isinstance(current_principal(), Resident):
        return council, None, [HOME_ELSEWHERE]
    return whose, home, []


def _opened_or_linked(open_it: Callable[..., Case], need: Need | None, ready: Ready | None) -> tuple[Case, bool]:
    """The case, and whether it is a new one. One that is closed in the same moment is no duplicate any more."""
    try:
        return open_it(ready=ready), True
    except AlreadyOpen as already:
        with suppress(AlreadyClosed):
            return cases.link_case(already.case, need), False
    return open_it(), True


def _working_days(council: int, args: Mapping[str, Any]) -> int | None:
    """In how many working days it is due; `due_on` names the day itself."""
    if not args.get("due_on"):
        return args.get("due_working_days")
    free = holidays(Council.objects.get(pk=council).division)
    return max(0, working_days_between(wall_clock(clock.now())[0], date.fromisoformat(args["due_on"]), free))


def link_case(run: Run, _council: int, order: Order) -> Mapping[str, Any]:
    """The need leads to a case that is open already; AlreadyClosed where it isn't any more (steps.look_again)."""
    number = int(order.args["case"])
    resident = isinstance(current_principal(), Resident)  # who doesn't see it
    unseen = Case(pk=number, council_id=run.council_id, service_id=run.service_id)
    case = unseen if resident else Case.objects.get(pk=number)
    cases.link_case(case, run.need if case.council_id == run.council_id else None)
    return {"linked": True, "case": case.pk}


def _lead_to(run: Run, case: Case) -> None:
    """The need leads to its case, and the agent in the call keeps sight of it to the end."""
    if run.need is not None and case.council_id == run.council_id and run.need.case_id != case.pk:
        run.need.case = case
        lead_need(run.need.pk, case.pk)
    person = current_person()
    if person is not None and run.contact_id:
        lease_also(person, run.contact_id, case=case.pk)


EFFECTS: dict[str, Callable[[Run, int, Order], Mapping[str, Any]]] = {
    "open_case": open_case,
    "link_case": link_case,
    **effects_bulky.EFFECTS,
    "check_identity": effects_identity.check_identity,
}
