"""Somebody who is protected, whose name, address, telephone, e-mail and household nobody may be told, with all that a
council may hold of them; and a twin who isn't, by whom a test of the attacks shows that it would see something."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cast_of_tests import NOW, REFUSE
from moothall.backoffice.models import Errand
from moothall.cases.models import Case, CaseNote
from moothall.contacts.models import Contact, Need
from moothall.customers.models import Customer, CustomerPhone, CustomerToken
from moothall.customers.names import tokens
from moothall.documents.models import Document
from moothall.journal.actions import write
from moothall.messages.models import Message
from moothall.payments.models import PaymentRequest
from moothall.places.models import Property
from moothall.queueing.models import Passing
from moothall.scripts.models import IdentityCheck, Run
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

HARBOROUGH = 2


@dataclass(frozen=True, slots=True)
class Told:
    """What must not be told of one person, and what is theirs. `household` is whom they are linked with."""

    name: str
    household: str
    street: str
    postcode: str
    phone: str
    email: str
    reference: str
    ids: dict[str, int]

    @property
    def secrets(self) -> tuple[str, ...]:
        """As they would stand on a page or in a row, whole or in part."""
        return (*self.name.split(), self.name.split()[1].lower(), self.household, self.street,
                self.phone, f"0{self.phone[3:7]} {self.phone[7:]}", self.email, self.email.split("@")[0])


def protected_person(world: Any) -> Told:
    return _somebody(world, ZELDA, protected=True)


def unprotected_twin(world: Any) -> Told:
    return _somebody(world, XANTHE, protected=False)


# Name, household, street, postcode, telephone, reference.
ZELDA = ("Zelda Quillfeather", "Ottoline Brackenbury", "Vervain Hollow", "LE16 9QX", "+441632960777", "HB-30001-J")
XANTHE = ("Xanthe Thornapple", "Peregrine Mugwort", "Bryony Steep", "LE16 9QY", "+441632960888", "HB-30002-H")


def _somebody(world: Any, who: tuple[str, str, str, str, str, str], *, protected: bool) -> Told:
    """Whatever is written about them names all that may be told to nobody."""
    name, household, street, postcode, phone, reference = who
    what: dict[str, Any] = {"council_id": HARBOROUGH, "service_id": REFUSE}
    email = f"{name.split()[1].lower()}@safe.example"
    line = f"7 {street}, Kibworth"
    told = f"{name}, {line}, {postcode}, {phone} (0{phone[3:7]} {phone[7:]}), {email}, with {household}"
    with scope(System("load")):
        customer = _customer(name, street, postcode, phone, email=email, protected=protected)
        home = customer.property
        contact = Contact.objects.create(
            **what, line="5001", from_kind="number", from_number=phone, call_key=f"told-{reference}", state="done",
            offered_at=NOW, answered_at=NOW, ended_at=NOW, customer=customer, property=home, notes=told,
            agent_id=world.sam,
        )
        case = Case.objects.create(
            **what, reference=reference, kind="missed-bin", title=f"Missed bin at {line}"[:120], opened_at=NOW,
            property=home, customer=customer, contact=contact, about=f"missed:{home.uprn}", told=told,
            answers=[{"question": "Who are you?", "answer": told}], team_id=world.waste_team,
        )  # fmt: skip
        note = CaseNote.objects.create(**what, case=case, text=told, at=NOW, by_id=world.lee)
        need = Need.objects.create(
            **what, contact=contact, kind="missed-bin", title="Missed bin", case=case, created_at=NOW
        )
        run = Run.objects.create(
            **what, contact=contact, need=need, script_id="0" * 64, state="left", started_at=NOW, changed_at=NOW,
            started_by_id=world.sam, answers={"who": {"value": told}}, facts={"home": {"value": told}},
            effects={"case": {"case": case.pk}},
        )  # fmt: skip
        document = _document(run, name, told)
        IdentityCheck.objects.create(
            **what, run_number=run.pk, contact_number=contact.pk, property=home, fact="household", matched=True, at=NOW
        )
        Passing.objects.create(
            **what, contact=contact, kind="handset", state="taken", by_id=world.sam, wanted_id=REFUSE, words=told,
            note=told, asked_at=NOW, passed_at=NOW, settled_at=NOW, finished_at=NOW,
        )
        _sent_and_owed(case, phone, line, told)
        write("case.open", council=HARBOROUGH, service=REFUSE, contact=contact.pk, need=need.pk, case=case.pk)
        write("case.note", council=HARBOROUGH, service=REFUSE, case=case.pk, body={"note": note.pk})
    ids = {"customer": customer.pk, "property": home.pk, "contact": contact.pk, "case": case.pk, "note": note.pk,
           "need": need.pk, "run": run.pk, "document": document.pk}  # fmt: skip
    return Told(name, household, street, postcode, phone, email, reference, ids)


def _customer(name: str, street: str, postcode: str, phone: str, *, email: str, protected: bool) -> Customer:
    where: dict[str, Any] = {"council_id": HARBOROUGH}
    home = Property.objects.create(
        **where, uprn=880000000000 + int(phone[-3:]), number="7", street=street, town="Kibworth", postcode=postcode,
        postcode_key=postcode.replace(" ", ""), round_code="R1",
    )
    customer = Customer.objects.create(**where, name=name, property=home, email=email, protected=protected)
    CustomerPhone.objects.create(**where, customer=customer, number=phone)
    for word in tokens(name):
        CustomerToken.objects.create(**where, customer=customer, token=word)
    return customer


def _document(run: Run, name: str, told: str) -> Document:
    content = told.encode()
    return Document.objects.create(
        council_id=HARBOROUGH, service_id=REFUSE, run=run, contact=run.contact, step="proofs", name=f"{name}.pdf",
        kind="pdf", size=len(content), sha256="1" * 64, sent_sha256="1" * 64, came_at=NOW, content=content,
    )


def _sent_and_owed(case: Case, phone: str, line: str, told: str) -> None:
    of: dict[str, Any] = {"council_id": HARBOROUGH, "service_id": REFUSE, "case": case, "contact": case.contact}
    Message.objects.create(
        **of, template="code-to-return", channel="sms", to=phone, shown=told, body=told, customer=case.customer,
        state=Message.State.QUEUED, made_at=NOW,
    )
    PaymentRequest.objects.create(
        **of, link=f"{phone:0>64}", pence=3500, what=line, reference=case.reference, receipt_to=phone, made_at=NOW,
        until=NOW,
    )
    Errand.objects.create(
        **of, key=f"told-{case.reference}", system="waste", operation="confirm", body={"to": phone, "told": told},
        state=Errand.State.DONE, made_at=NOW, settled_at=NOW,
    )
