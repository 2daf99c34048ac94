"""Reports that somebody made before anybody knew who they were lead to them: they go behind the wall with them."""
from __future__ import annotations

from typing import Any

from cast_of_tests import NOW, REFUSE
from moothall.cases.models import Case
from moothall.contacts.models import Contact, Need
from moothall.customers.models import Customer, CustomerPhone
from moothall.places.models import Property
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.protection import protect
from moothall.tenancy.scope import scope

OWN, OTHER = "+441632960701", "+441632960702"
WHAT: dict[str, Any] = {"council_id": 2, "service_id": REFUSE}


def home(number: str) -> Property:
    return Property.objects.create(council_id=2, uprn=77_000 + int(number), number=number, street="Gorse Rise",
                                   town="Kibworth", postcode="LE16 9QX", postcode_key="LE169QX")  # fmt: skip


def call(key: str, number: str, at: Property, **more: Any) -> Contact:
    over: dict[str, Any] = {"offered_at": NOW, "answered_at": NOW, "ended_at": NOW, "state": "done"}
    return Contact.objects.create(**WHAT, **over, line="5001", from_kind="number", from_number=number, call_key=key,
                                  property=at, **more)  # fmt: skip


def case(reference: str, contact: Contact | None, at: Property) -> Case:
    return Case.objects.create(**WHAT, reference=reference, kind="missed-bin", title=f"Missed bin at {at.line}",
                               opened_at=NOW, property=at, contact=contact, told="Gorse Rise")  # fmt: skip


def test_what_led_to_them_before_they_were_known_goes_with_them(world: Any, as_role: Any) -> None:
    with scope(System("load")):
        theirs, neighbour = home("1"), home("2")
        them = Customer.objects.create(council_id=2, name="Ida Fenwick", email="", property=theirs)
        CustomerPhone.objects.create(council_id=2, customer=them, number=OWN)
        unchecked = case("HB-30101-A", call("unchecked", OWN, theirs), theirs)
        in_call = call("checked", OWN, theirs, customer=them)
        opened = case("HB-30102-A", in_call, theirs)
        joined = case("HB-30103-A", None, theirs)
        away = case("HB-30104-A", None, neighbour)  # joined as well, and somebody else's
        beside = case("HB-30105-A", call("beside", OTHER, neighbour), neighbour)
        for each in (joined, away):
            Need.objects.create(**WHAT, contact=in_call, kind="missed-bin", title="Bin", case=each, created_at=NOW)
        assert protect(them.pk, True) == "done"
    with as_role("web"), scope(Staff(world.lee)):
        rows = {row.pk: row for row in Case.objects.filter(pk__in=(each.pk for each in (
            unchecked, opened, joined, away, beside)))}
        for each in (unchecked, opened, joined):
            assert rows[each.pk].apart and rows[each.pk].property_id is None and "Gorse" not in rows[each.pk].title
        for each in (away, beside):
            assert not rows[each.pk].apart and "Gorse Rise" in rows[each.pk].told
        told = Contact.objects.filter(call_key__in=("unchecked", "checked")).values_list("from_number", "property_id")
        assert set(told) <= {("", None)}
    with scope(System("load")):
        protect(them.pk, False)
        back = Case.objects.get(pk=unchecked.pk)
        assert back.property_id == theirs.pk and "Gorse Rise" in back.title
