"""A small committed world for tests: three councils, one shared contact centre, somebody who must see nothing.

Harborough's bins and council tax are answered by the hub's agents; its waste team resolves bins. Lichfield takes no
part: Olive works there and must never see a row of Harborough.
"""
from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from moothall.domain.calendar import wall_clock

if TYPE_CHECKING:
    from moothall.cases.models import Case
    from moothall.customers.models import Customer
    from moothall.places.models import Property
    from moothall.scripts.models import Run

NOW = datetime.now(UTC).replace(microsecond=0)
LONG_AGO = min(NOW - timedelta(days=100), datetime(2026, 1, 1, tzinfo=UTC))  # before any day at which a test stops time
TODAY = wall_clock(NOW)[0]
NEXT_YEAR = NOW + timedelta(days=500)  # so that each day of the calendar comes once more
REFUSE, COUNCIL_TAX = 524, 57
REFERENCES = {2: "HB-10007-Y", 13: "LI-10001-B"}  # true ones, with their check characters


@dataclass(frozen=True, slots=True)
class World:
    """Ids of the cast. `home` is Harborough's, `other` Lichfield's."""

    charnwood: int
    harborough: int
    lichfield: int
    sam: int  # agent of the hub: answers Charnwood and Harborough
    priya: int  # team leader of the hub, answers too
    lee: int  # officer: resolves Harborough's bins
    jo: int  # manager of Harborough: reads figures
    olive: int  # agent and officer of Lichfield
    kit: int  # operator
    hub_team: int
    waste_team: int
    share: int
    resolve_share: int
    version: int
    home: dict[str, int]
    other: dict[str, int]


def make_world() -> World:
    """Insert and commit the world in System("load") scope. Called once, as the test role, before any test."""
    from moothall.tenancy.catalogue import load_catalogue
    from moothall.tenancy.models import Council
    from moothall.tenancy.principals import System
    from moothall.tenancy.privileges import DEMO_PURPOSES, add_purpose
    from moothall.tenancy.scope import scope

    load_catalogue()
    for purpose, role, arrays in DEMO_PURPOSES:  # the demo's pages are among the routes that are attacked
        add_purpose(purpose, role, arrays)
    for number, gss, name, letters in (
        (1, "E07000130", "Charnwood Borough Council", "CH"),
        (2, "E07000131", "Harborough District Council", "HB"),
        (13, "E07000194", "Lichfield District Council", "LI"),
    ):
        short = name.split(" ", 1)[0]
        Council.objects.create(
            number=number, gss=gss, slug=short.lower(), name=name, short_name=short, letters=letters,
            reference_prefix=letters, county_gss="E10000018", brand="#1D5E3A", phone="01632 960000",
        )
    Council.objects.create(
        number=101, gss="P00000001", slug="test-hub", name="Test hub of councils", short_name="Test hub", letters="TH",
        reference_prefix="TH", kind=Council.Kind.PARTNERSHIP, tier="",
    )
    _holidays()
    people = _people()
    teams = _teams(people)
    agreement = _agreement(teams)
    _grants(teams, agreement)
    with scope(System("load")):
        home = _resident(2, "Ana Kowalska", "LE167AA", "+441632960123")
        other = _resident(13, "Bea Lichfield", "WS136AA", "+441632960124")
    return World(
        charnwood=1, harborough=2, lichfield=13, **people, hub_team=teams["charnwood-contact-centre"],
        waste_team=teams["harborough-waste"], share=agreement["share"], resolve_share=agreement["resolve_share"],
        version=agreement["version"], home=home, other=other,
    )


def _holidays() -> None:
    from moothall.places.models import Holiday

    for day, title in ((date(2026, 12, 25), "Christmas Day"), (date(2026, 12, 28), "Boxing Day")):
        Holiday.objects.create(division="england-and-wales", date=day, title=title)


def _people() -> dict[str, int]:
    from moothall.people.models import Person, Skill

    rows = {
        "sam": ("Sam Okafor", 1, "4001"), "priya": ("Priya Shah", 1, "4002"), "lee": ("Lee Marsh", 2, ""),
        "jo": ("Jo Bell", 2, ""), "olive": ("Olive Grant", 13, "4101"), "kit": ("Kit Lowe", None, ""),
    }
    people: dict[str, int] = {}
    for key, (name, employer, station) in rows.items():
        person = Person.objects.create_user(
            f"{key}@example.test", "moothall-demo", name=name, employer_id=employer, station=station,
            is_operator=key == "kit",
        )
        people[key] = person.pk
    for key in ("sam", "priya", "olive"):
        for service in (REFUSE, COUNCIL_TAX, 9001):
            Skill.objects.create(person_id=people[key], service_id=service, level=2)
    return people


def _teams(people: dict[str, int]) -> dict[str, int]:
    from moothall.people.models import Membership, Team

    cast = {
        ("charnwood-contact-centre", 1): (("sam", "agent"), ("priya", "leader")),
        ("harborough-waste", 2): (("lee", "officer"),),
        ("harborough-managers", 2): (("jo", "manager"),),
        ("lichfield-everything", 13): (("olive", "agent"),),
    }
    teams: dict[str, int] = {}
    for (slug, employer), members in cast.items():
        team = Team.objects.create(slug=slug, name=slug.replace("-", " ").capitalize(), employer_id=employer)
        teams[slug] = team.pk
        for key, job in members:
            Membership.objects.create(team=team, person_id=people[key], job=job, valid_from=LONG_AGO)
    return teams


def _agreement(teams: dict[str, int]) -> dict[str, int]:
    from moothall.agreements.models import Agreement, AgreementVersion, Line, Share
    from moothall.agreements.schema import plain_body

    body = plain_body([REFUSE], ["phone", "web"])
    agreement = Agreement.objects.create(slug="test-hub", name="Test hub")
    text = "test"
    version = AgreementVersion.objects.create(
        agreement=agreement, number=1, state="draft", text=text, sha256=hashlib.sha256(text.encode()).hexdigest(),
        starts=LONG_AGO, ends=NEXT_YEAR, loaded_at=LONG_AGO, parties=[1, 2],
    )
    share = Share.objects.create(
        version=version, number=1, key="harborough-bins-answer", client_id=2, function="answer",
        team_id=teams["charnwood-contact-centre"], starts=LONG_AGO, ends=NEXT_YEAR, body=body,
    )
    resolve = Share.objects.create(
        version=version, number=2, key="harborough-bins-resolve", client_id=2, function="resolve",
        team_id=teams["harborough-waste"], starts=LONG_AGO, ends=NEXT_YEAR, body=body,
    )
    Line.objects.create(
        version=version, number="5001", public_number="+441632960001", council_id=2, service_id=REFUSE,
        name="Missed bins",
        greeting="Hello, Harborough District Council, {agent} speaking.",
    )
    AgreementVersion.objects.filter(pk=version.pk).update(state="in_force")
    return {"version": version.pk, "share": share.pk, "resolve_share": resolve.pk}


def _grants(teams: dict[str, int], agreement: dict[str, int]) -> None:
    from moothall.tenancy.models import Grant

    rows: list[tuple[str, int, int, str, int | None]] = [
        ("charnwood-contact-centre", 2, REFUSE, "answer", agreement["share"]),
        ("charnwood-contact-centre", 1, REFUSE, "answer", None),
        ("charnwood-contact-centre", 1, COUNCIL_TAX, "answer", None),
        ("charnwood-contact-centre", 101, 9001, "answer", None),
        ("harborough-waste", 2, REFUSE, "resolve", agreement["resolve_share"]),
        ("harborough-managers", 2, REFUSE, "report", None),
        ("harborough-managers", 2, COUNCIL_TAX, "report", None),
        ("lichfield-everything", 13, REFUSE, "answer", None),
        ("lichfield-everything", 13, REFUSE, "resolve", None),
    ]
    for team, council, service, right, share in rows:
        Grant.objects.create(
            team_id=teams[team], council_id=council, service_id=service, right=right, valid_from=LONG_AGO,
            valid_to=NEXT_YEAR, share_id=share,
        )


def _resident(council: int, name: str, postcode: str, phone: str) -> dict[str, int]:
    """One of everything for one council: property, customer, contact, leg, need, case, note, run, journal entry."""
    from moothall.cases.models import Case, CaseNote
    from moothall.contacts.models import Contact, Leg, Need
    from moothall.journal.actions import write
    from moothall.scripts.models import Run, ScriptVersion

    what: dict[str, Any] = {"council_id": council, "service_id": REFUSE}
    home = _home(council, postcode)
    customer = _customer(council, name, phone, home)
    contact = Contact.objects.create(
        **what, line="5001", from_kind="number", from_number=phone, call_key=f"world-{council}", state="done",
        offered_at=NOW - timedelta(hours=2), answered_at=NOW - timedelta(hours=2), ended_at=NOW - timedelta(hours=1),
        customer=customer, property=home,
    )
    leg = Leg.objects.create(**what, contact=contact, started_at=contact.offered_at)
    case = Case.objects.create(
        **what, reference=REFERENCES[council], kind="missed-bin", title="Missed bin", opened_at=NOW, property=home,
        customer=customer, contact=contact, about=f"missed:{home.uprn}",
    )
    note = CaseNote.objects.create(**what, case=case, text="A note", at=NOW)
    need = Need.objects.create(
        **what, contact=contact, kind="missed-bin", title="Missed bin", case=case, created_at=NOW, outcome="case_opened"
    )
    script, _ = ScriptVersion.objects.get_or_create(
        hash="0" * 64, defaults={"pack": "refuse", "key": "none", "text": "{}", "published_at": NOW}
    )
    run = Run.objects.create(
        **what, contact=contact, need=need, script=script, state="done", started_at=NOW, changed_at=NOW,
        effects={"case": {"case": case.pk}},
    )
    _sent_and_owed(case, phone)
    ids = _left_of_run(run, home)
    write("case.open", council=council, service=REFUSE, contact=contact.pk, need=need.pk, case=case.pk)
    return {
        "property": home.pk, "customer": customer.pk, "contact": contact.pk, "leg": leg.pk, "case": case.pk,
        "note": note.pk, "need": need.pk, "run": run.pk, **ids,
    }


def _home(council: int, postcode: str) -> Property:
    """With its days of collection."""
    from moothall.places.models import Collection, Property

    home = Property.objects.create(
        council_id=council, uprn=990000000000 + council, number="14", street="Mill Lane", town="Kibworth",
        postcode_key=postcode, postcode=f"{postcode[:-3]} {postcode[-3:]}", round_code="R1",
    )
    for week in range(-2, 6):
        day = TODAY + timedelta(days=7 * week + 1)
        Collection.objects.create(council_id=council, round_code="R1", stream="refuse", scheduled=day, actual=day)
    return home


def _customer(council: int, name: str, phone: str, home: Property) -> Customer:
    """As search finds them."""
    from moothall.customers.models import Customer, CustomerPhone, CustomerToken

    customer = Customer.objects.create(council_id=council, name=name, property=home)
    CustomerPhone.objects.create(council_id=council, customer=customer, number=phone)
    for word in name.lower().split():
        CustomerToken.objects.create(council_id=council, customer=customer, token=word)
    return customer


def _sent_and_owed(case: Case, phone: str) -> None:
    """A message, a payment and an errand of a case."""
    from moothall.backoffice.models import Errand
    from moothall.messages.models import Message
    from moothall.payments.models import PaymentRequest

    of: dict[str, Any] = {"council_id": case.council_id, "service_id": REFUSE, "case": case, "contact": case.contact}
    Message.objects.create(
        **of, template="code-to-return", channel="sms", to=phone, shown="Your code is ••••", customer=case.customer,
        state=Message.State.DELIVERED, made_at=NOW, settled_at=NOW,
    )
    PaymentRequest.objects.create(
        **of, link=f"{case.council_id:064}", pence=3500, what="Two large items", reference=case.reference,
        receipt_to=phone, state=PaymentRequest.State.PAID, made_at=NOW, until=NOW, settled_at=NOW,
    )
    Errand.objects.create(
        **of, key=f"confirm-world-{case.council_id}", system="waste", operation="confirm", body={"to": phone},
        state=Errand.State.DONE, made_at=NOW, settled_at=NOW,
    )


def _left_of_run(run: Run, home: Property) -> dict[str, int]:
    """What was asked to know who speaks, a file that came, and what an agent said of a step."""
    from moothall.documents.models import Document
    from moothall.people.models import Person
    from moothall.scripts.models import IdentityCheck, StepComment

    what: dict[str, Any] = {"council_id": run.council_id, "service_id": REFUSE}
    IdentityCheck.objects.create(
        **what, run_number=run.pk, contact_number=run.contact_id, property=home, fact="household", matched=False, at=NOW
    )
    content = b"\xff\xd8\xff dots"
    document = Document.objects.create(
        **what, run=run, contact=run.contact, step="proofs", item="bank", name="bank.jpg", kind="jpeg",
        size=len(content), sha256=hashlib.sha256(content).hexdigest(), sent_sha256="0" * 64, came_at=NOW,
        content=content,
    )
    comment = StepComment.objects.create(
        **what, contact=run.contact, run_number=run.pk, script=run.script, step="bin", text="Unclear", written_at=NOW,
        written_by_id=Person.objects.filter(employer_id=run.council_id).order_by("pk")[0].pk,
    )
    return {"comment": comment.pk, "document": document.pk}


def add_rows_of_both(world: World) -> None:
    """What the cast lacks, for tests that attack every table: one of each council, over or of no call."""
    from moothall.customers.models import KeptApart
    from moothall.directory.models import Listing
    from moothall.identity.models import IdentityDraft
    from moothall.queueing.models import Offer, Passing
    from moothall.tenancy.principals import System
    from moothall.tenancy.scope import scope

    with scope(System("load")):
        for council, whose, person in ((2, world.home, world.sam), (13, world.other, world.olive)):
            where: dict[str, Any] = {"council_id": council}
            call: dict[str, Any] = {**where, "service_id": REFUSE, "contact_id": whose["contact"]}
            Offer.objects.create(**call, person_id=person, state=Offer.State.ACCEPTED, offered_at=NOW)
            Passing.objects.create(
                **call, kind="handset", state="lost", by_id=person, wanted_id=REFUSE, words="x", asked_at=NOW)
            Listing.objects.create(
                **where, service_id=9002, kind="person", code=f"p{council}", name="Alex Doe", valid_from=TODAY,
                checked_on=TODAY)
            IdentityDraft.objects.create(**where, brand="#1D5E3A", on_brand="#FFFFFF", saved_at=NOW)
            KeptApart.objects.create(**where, customer_id=whose["customer"], what="case", row=0)
