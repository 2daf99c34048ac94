"""For the tests of consultations: Sam asks somebody about the call that she has."""
from __future__ import annotations

from cast_of_tests import REFUSE
from moothall.queueing.passings import desk as passings
from moothall.queueing.passings.desk import To
from moothall.queueing.tests.passed_on import as_router
from moothall.queueing.tests.test_desk import ask_router
from moothall.telephony.port import ConsultAnswered, ConsultRinging, Held, Retrieved


def ask_first(centre, sam, contact, to, words=""):
    """Asked at the desk; what the router asks of the exchange."""
    assert passings.ask_to_pass_on(sam, contact, to, words=words, first=True).ok
    return ask_router(centre, 3)


def hear(centre, kind, to, seconds=12, **more):
    """The exchange tells something of the consultation that Sam's telephone has."""
    of_caller = kind in {Held, Retrieved}
    told = more if of_caller else {**more, "to": to}
    return as_router(lambda: centre.hear(kind, "c1", seconds, device="4001", **told))


def talking_with(centre, sam, contact, person, *, asks=True):
    """Sam talks with this colleague, and the caller is on hold."""
    if asks:
        ask_first(centre, sam, contact, To(REFUSE, team=centre.world.hub_team, person=person.pk))
    hear(centre, Held, person.station, 10)
    hear(centre, ConsultRinging, person.station, 11)
    hear(centre, ConsultAnswered, person.station, 12)
