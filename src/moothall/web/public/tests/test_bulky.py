"""A resident books a day for large items alone: held when it is sent, and paid at the link that comes next."""
from __future__ import annotations

import re
from typing import Any

from django.db import connection

from moothall.backoffice.models import Errand
from moothall.cases.models import Case
from moothall.lib import clock
from moothall.messages.models import Message
from moothall.payments.models import PaymentRequest
from moothall.payments.tests.conftest import pay_process, type_card  # noqa: F401
from moothall.scripts.tests.test_bulky import WEDNESDAY, bookings_there, waste, waste_process  # noqa: F401
from moothall.tenancy.models import Service
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.public.tests.conftest import Resident

TOLD = {"web_wish": "book", "from_home": "yes", "kinds": "wood", "wood": "2", "outside": "yes", "where": "By the wall",
        "slot": WEDNESDAY, "tell": "email", "tell_email": "ana@example.org"}  # fmt: skip
CALLED_OFF = 'Ask us under “<a href="/do/bulky-collection/">'


def sent(resident: Resident, town: Any) -> None:
    resident.begin("bulky-collection")
    resident.say("le16 7zz")
    resident.say(str(town.mill_lane))
    while "/q/" in resident.path:
        resident.say(TOLD[resident.path.split("/")[-2]])
    assert resident.path.endswith("/check/"), resident.words


def rows(model: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    with scope(System("load")):
        over = ("done", "paid", "delivered")  # the world's own
        return list(model.objects.filter(council=2).exclude(state__in=over))


def test_booked_sent_and_paid_by_the_next_step(resident: Resident, waste: Any, town: Any) -> None:  # noqa: F811
    sent(resident, town)
    assert bookings_there(waste) == [], "nothing is held before it is sent"
    resident.send(resident.path, seen=resident.seen)
    assert resident.path.endswith("/done/") and "One step is left: pay" in resident.words
    assert "Wednesday 2 December" in resident.words
    assert CALLED_OFF not in resident.page, "what isn’t paid is let go"
    assert "panel-good--open" in resident.page and "#circle-check" not in resident.page, "no tick until it is paid"
    there_again = resident.path
    reference = re.search(r"HB-\d+-[A-Z]", resident.words)
    code = re.search(r"this code: ((?: ?\w\w){4})", resident.words)
    assert reference and code
    asked = {"reference": reference[0], "code": code[1]}
    resident.send("/how-it-stands/", **asked)
    assert "It isn’t paid yet" in resident.words and "dealing with it" not in resident.words
    assert "/pay/" in resident.page and "Pay now" in resident.words
    resident.get(there_again)
    link = re.search(r'href="http://harborough\.[^/]+(/pay/[^"]+)"', resident.page)
    assert link and bookings_there(waste) == [(WEDNESDAY, "held")]
    page = resident.get(link[1])
    assert "Pay £35.00" in page
    there = resident.client.post(link[1])["Location"]
    type_card(there)
    assert "We have your payment" in resident.get(link[1])
    assert CALLED_OFF in resident.page and "Until then nothing is cancelled" in resident.words
    resident.get(there_again)
    assert "We have your payment" in resident.words and "Pay now" not in resident.words, "by Back or a bookmark"
    assert "We collect 2 things on Wednesday 2 December" in resident.words and "Your reference HB-" in resident.words
    assert CALLED_OFF in resident.page
    resident.send("/how-it-stands/", **asked)
    assert "We have your payment. We are dealing with it." in resident.words and "Pay now" not in resident.words
    assert CALLED_OFF in resident.page
    assert "Pay £" not in resident.words and "let it go" not in resident.words, "only what is so by now"
    assert "We collect 2 things on Wednesday 2 December" in resident.words
    (request,) = rows(PaymentRequest)
    assert (request.state, request.pence) == ("begun", 3500)
    (errand,), (message,) = rows(Errand), rows(Message)
    assert (errand.state, message.template) == ("waiting", "link-to-pay")


def test_a_day_that_is_gone_by_then_becomes_an_officers_case(resident: Resident, waste: Any, town: Any) -> None:  # noqa: F811
    sent(resident, town)
    waste.fault("error", paths="/bookings")
    resident.send(resident.path, seen=resident.seen)
    assert "We have what you told us" in resident.words and "Pay now" not in resident.words
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    with scope(System("load")):
        assert Case.objects.latest("pk").marks == ["no_day_yet"]


def test_a_changed_number_says_what_it_costs_now_before_it_is_sent(resident: Resident, waste: Any, town: Any) -> None:  # noqa: F811
    sent(resident, town)
    assert "Price £35.00" in resident.words and "The price has changed" not in resident.words
    check = resident.path
    resident.get(check.replace("check/", "q/wood/"))
    resident.say("9")
    assert resident.path == check, "no other question hangs on it"
    assert "it was £35.00 and is now £83.00" in resident.words and "Price £83.00" in resident.words
    resident.send(check, seen=resident.seen)
    assert "Pay £83" in resident.words
    (request,) = rows(PaymentRequest)
    assert request.pence == 8300


def test_a_change_before_the_end_is_said_on_the_next_question(resident: Resident, waste: Any, town: Any) -> None:  # noqa: F811
    resident.begin("bulky-collection")
    resident.say("le16 7zz")
    resident.say(str(town.mill_lane))
    while not resident.path.endswith("/q/tell/"):
        resident.say(TOLD[resident.path.split("/")[-2]])
    there = resident.path
    resident.get(there.replace("q/tell", "q/wood"))
    resident.say("9")
    assert resident.path == there and "it was £35.00 and is now £83.00" in resident.words
    resident.say("email")
    assert "The price has changed" not in resident.words, "told, and gone on with"


def in_wish(resident: Resident, town: Any, wish: str) -> None:
    resident.begin("bulky-collection")
    resident.say("le16 7zz")
    resident.say(str(town.mill_lane))
    resident.say(wish)


def booked(town: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
        cursor.execute("SET LOCAL ROLE NONE")
    with scope(System("load")):
        bulky = Service.objects.get(slug="bulky").pk
        Case.objects.create(council_id=2, service_id=bulky, kind="bulky", about=f"bulky:{town.mill_lane}",
                            reference="HB-48213-K", title="Collect 1 large item", opened_at=clock.now())  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")


def test_whether_a_neighbour_has_a_booking_is_told_to_nobody(resident: Resident, waste: Any, town: Any) -> None:  # noqa: F811
    """The same pages, word for word, with a booking and without."""
    seen = []
    for known in (False, True):
        if known:
            booked(town)
        for wish in ("book", "change"):
            in_wish(resident, town, wish)
            assert resident.step == ("from_home" if wish == "book" else "booked_wish"), resident.words
            seen.append((wish, resident.words))
    assert seen[:2] == seen[2:] and "There is a collection" not in str(seen)


def test_nothing_is_cancelled_on_the_web_without_a_whole_reference(resident: Resident, waste: Any, town: Any) -> None:  # noqa: F811
    booked(town)
    in_wish(resident, town, "change")
    assert "Neither" not in resident.words
    resident.say("cancel")
    misread = "A letter or figure of that reference is wrong"
    for typed, words in (("", "Enter your whole reference"), ("HB-48213-Z", misread)):
        resident.say(typed)
        assert resident.step == "web_reference" and words in resident.words, resident.words
    resident.say("hb 48213 k")
    assert resident.path.endswith("/check/"), resident.words
    resident.send(resident.path, seen=resident.seen)
    assert "Nothing is cancelled yet" in resident.words and "by the number or e-mail address" in resident.words
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    with scope(System("load")):
        assert Case.objects.latest("pk").marks == ["not_proved"]
        assert Case.objects.get(reference="HB-48213-K").state == "open"


def test_a_second_booking_is_a_case_of_its_own(resident: Resident, waste: Any, town: Any) -> None:  # noqa: F811
    booked(town)
    sent(resident, town)
    resident.send(resident.path, seen=resident.seen)
    assert "One step is left: pay" in resident.words and "HB-48213-K" not in resident.words
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    with scope(System("load")):
        assert Case.objects.latest("pk").marks == ["second_booking"]


def test_a_number_past_what_is_taken_at_a_time_is_refused_with_it(resident: Resident, waste: Any, town: Any) -> None:  # noqa: F811
    sent(resident, town)
    resident.get(resident.path.replace("check/", "q/wood/"))
    resident.say("60")
    assert "We take up to 10 things at a time" in resident.words
