"""Whom an attack is on, by whom, and how it is seen that it came to nothing: canaries in every text of the rows, and a
look at all rows that are theirs or name them."""
from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test import Client
from django.test.client import ClientHandler
from psycopg.pq import TransactionStatus

from cast_of_tests import NOW, REFERENCES, TODAY
from moothall.cases.models import Case, CaseNote
from moothall.contacts.models import Contact, Leg, Need
from moothall.customers.models import Customer, KeptApart
from moothall.directory.models import Listing
from moothall.documents.models import Document
from moothall.identity.models import IdentityDraft
from moothall.journal.actions import write
from moothall.people.models import Person, Team
from moothall.queueing.models import Offer, Passing
from moothall.scripts.models import IdentityCheck, Run, StepComment
from moothall.tenancy.models import TenantModel
from moothall.tenancy.principals import System
from moothall.tenancy.privileges import TENANT
from moothall.tenancy.roles import role_name
from moothall.tenancy.scope import scope
from moothall.web.staff import FRAGMENT
from tests.meta.attack_names import Ids

UNSHARED_REFERENCE = "HB-10008-W"
UNSHARED = 860  # a service of Harborough that nobody here answers, resolves or counts
ABSENT_ID = 987_654_321
# Texts that rules go by, which must stay as they are: a canary in them would make the attack miss.
WORKING = {
    "Case.about", "Case.kind", "Case.outcome", "Case.reference", "Collection.round_code", "Collection.stream",
    "IdentityDraft.brand", "IdentityDraft.on_brand", "IdentityDraft.host", "IdentityDraft.logo_sha256",
    "Contact.call_key", "Contact.cause", "Contact.channel", "Contact.ended_by", "Contact.from_number", "Contact.line",
    "CustomerPhone.number", "CustomerToken.token", "Leg.cause", "Leg.device", "NameWord.word", "Need.kind",
    "Message.language", "Message.template", "Need.outcome_code",
    "Property.postcode", "Property.postcode_key", "Property.round_code", "Property.ward", "Run.channel",
}
NEVER_CHANGED = {"Entry"}  # the journal is append-only
NOT_TEXT = {"Contact.tiers", "Case.marks", "Offer.why", "Run.parameters", "Run.effects"}  # read by rules as they are


@dataclass(frozen=True)
class Victim:
    """One set of rows that the attacker must not see: what names them, and the canaries that stand in them."""

    name: str
    ids: Ids
    canaries: tuple[str, ...]
    council: int
    before: str = ""  # how its rows look

    def absent(self) -> Ids:
        """The names of a set that never was."""
        other = {key: ABSENT_ID for key, value in self.ids.items() if isinstance(value, int)}
        return {**self.ids, **other, "reference": "LI-20002-E", "council": self.ids["council"], "seen": 1}


# Council, GSS code, an officer there and their team, the resident's postcode and telephone.
PLACES = {
    "other": (13, "E07000194", "olive", "lichfield-everything", "WS13 6AA", "+441632960124"),
    "home": (2, "E07000131", "lee", "harborough-waste", "LE16 7AA", "+441632960123"),
    "unshared": (2, "E07000131", "lee", "harborough-waste", "LE16 7AA", ""),
}


def victim(name: str, world: Any) -> Victim:
    """Of "other" Lichfield's resident, of "home" Harborough's; "unshared" is what Harborough keeps of a service that it
    shares with nobody."""
    ids = ids_of(name, world, {**world.home, **_unshared(world)} if name == "unshared" else None)
    with scope(System("load")):
        IdentityDraft.objects.create(council_id=ids["council"], brand="#1D5E3A", on_brand="#FFFFFF", saved_at=NOW)
        _listed_and_checked(ids)
    canaries = _mark(name, ids["council"])
    phone = PLACES[name][5]
    numbers = (phone, f"0{phone[3:7]} {phone[7:]}") if phone else ()
    with scope(System("load")):
        ids["name"] = Customer.objects.get(pk=ids["customer"]).name
        Offer.objects.create(
            council_id=ids["council"], service_id=ids["service"], contact_id=ids["contact"], person_id=world.olive,
            state=Offer.State.ACCEPTED, offered_at=NOW,
        )
    made = Victim(name, ids, (*canaries, *numbers, ids["reference"]), ids["council"])
    return replace(made, before=look_at(made))


def _listed_and_checked(ids: Ids) -> None:
    """Somebody in the council's directory, somebody who was asked to prove who they are, a call that was passed on."""
    what = {"council_id": ids["council"], "service_id": ids["service"]}
    Listing.objects.create(**what, kind="person", code="x", name="x", valid_from=TODAY, checked_on=TODAY)
    KeptApart.objects.create(council_id=ids["council"], customer_id=ids["customer"], what="case", row=0)
    IdentityCheck.objects.create(
        **what, run_number=ids["run"], property_id=ids["property"], fact="x", matched=False, at=NOW
    )  # fmt: skip
    Passing.objects.create(
        **what, contact_id=ids["contact"], kind="handset", state="lost", by_id=ids["officer"], wanted_id=ids["service"],
        asked_at=NOW,
    )


def ids_of(name: str, world: Any, rows: dict[str, int] | None = None) -> Ids:
    """What a request may name of one set of rows."""
    council, gss, officer, team, postcode, _ = PLACES[name]
    with scope(System("load")):
        customer = Customer.objects.get(pk=(rows or getattr(world, name))["customer"])
    return {
        **(rows or getattr(world, name)), "council": council, "gss": gss, "service_slug": "refuse",
        "service": UNSHARED if name == "unshared" else 524, "name": customer.name, "postcode": postcode, "seen": 1,
        "reference": UNSHARED_REFERENCE if name == "unshared" else REFERENCES[council], "step": "property",
        "team": Team.objects.get(slug=team).pk, "officer": getattr(world, officer), "email": f"{officer}@example.test",
    }  # fmt: skip


def _unshared(world: Any) -> dict[str, int]:
    """One of everything that belongs to a service, for the service that is shared with nobody."""
    what: dict[str, Any] = {"council_id": 2, "service_id": UNSHARED}
    with scope(System("load")):
        contact = Contact.objects.create(
            **what, line="5009", from_kind="withheld", call_key="unshared", state="done", offered_at=NOW, notes="x"
        )
        leg = Leg.objects.create(**what, contact=contact, started_at=NOW)
        case = Case.objects.create(
            **what, reference=UNSHARED_REFERENCE, kind="licence", title="x", opened_at=NOW, contact=contact, told="x",
            answers=[{"question": "x", "answer": "x"}],
        )  # fmt: skip
        note = CaseNote.objects.create(**what, case=case, text="x", at=NOW)
        need = Need.objects.create(**what, contact=contact, kind="licence", title="x", case=case, created_at=NOW)
        run = Run.objects.create(
            **what, contact=contact, need=need, script_id="0" * 64, state="left", started_by_id=world.sam,
            started_at=NOW, changed_at=NOW, answers={"x": {"value": "x"}}, effects={"case": {"case": case.pk}},
        )
        comment = StepComment.objects.create(
            **what, contact=contact, run_number=run.pk, script_id="0" * 64, step="x", text="x", written_by_id=world.lee,
            written_at=NOW,
        )
        document = Document.objects.create(
            **what, run=run, contact=contact, step="x", name="x", kind="pdf", size=1, sha256="x", sent_sha256="x",
            came_at=NOW, content=b"x",
        )
        write("case.open", council=2, service=UNSHARED, contact=contact.pk, need=need.pk, case=case.pk)
    return {"contact": contact.pk, "leg": leg.pk, "case": case.pk, "note": note.pk, "need": need.pk, "run": run.pk,
            "comment": comment.pk, "document": document.pk}  # fmt: skip


# -- canaries -------------------------------------------------------------------------------------------------------


def marked_fields(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """Every free text of a model; one that is new is among them by itself."""
    for field in model._meta.concrete_fields:
        name = f"{model.__name__}.{field.name}"
        text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if (text or isinstance(field, models.JSONField)) and name not in WORKING | NOT_TEXT:
            yield field


def _mark(name: str, council: int) -> list[str]:
    canaries: list[str] = []
    with scope(System("load")):
        for model in tenant_models():
            if model.__name__ in NEVER_CHANGED:
                continue
            marks = {field.name: f"Zq{name}{model.__name__}{field.name}"[: field.max_length or 99]
                     for field in marked_fields(model)}  # fmt: skip
            if not marks:
                continue
            texts = {field: _in_json(model, field, mark) for field, mark in marks.items()}
            if _theirs(model, name, council).update(**texts):
                canaries += marks.values()
    return canaries


def _in_json(model: type[models.Model], field: str, mark: str) -> Any:
    if not isinstance(model._meta.get_field(field), models.JSONField):
        return mark
    return [{"question": mark, "answer": mark}] if field == "answers" and model is Case else {
        "x": {"value": mark, "at": NOW.isoformat(), "source": mark, "step": "x"}
    }


def _theirs(model: type[TenantModel], name: str, council: int) -> models.QuerySet[Any]:
    found = model.objects.filter(council_id=council)
    if not hasattr(model, "service"):
        return found.none() if name == "unshared" else found  # the council's core is seen with any of its services
    return found.filter(service_id=UNSHARED) if name == "unshared" else found.exclude(service_id=UNSHARED)


def victims(names: Iterable[str], world: Any) -> list[Victim]:
    """Several at once, each as it is when all are there."""
    return [replace(each, before=look_at(each)) for each in [victim(name, world) for name in names]]


def tenant_models() -> list[type[TenantModel]]:
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


# -- the look -------------------------------------------------------------------------------------------------------


def look_at(victim: Victim) -> str:
    """A hash over every row of the victim's council (of the unshared service alone, where that is it), and over what
    names one of their things without being the council's."""
    ids, where = victim.ids, f"council_id = {victim.council}"
    if victim.name == "unshared":
        where = f"scope_key = {victim.council * 10_000 + UNSHARED}"
    parts = [f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t WHERE {where}"
             for table in sorted(TENANT)]  # fmt: skip
    things = {"contact": ids["contact"], "need": ids["need"], "case": ids["case"]}
    parts += [f"SELECT 'names a {name}', count(*)::text FROM journal_entry WHERE {name}_id = {number}"
              for name, number in things.items()]  # fmt: skip
    parts += [f"SELECT '{table}', count(*)::text FROM {table} WHERE contact_id = {ids['contact']}"
              for table in ("queueing_presence", "queueing_command", "queueing_lease")]  # fmt: skip
    held = {"cases": "case"}
    if victim.name != "unshared":  # whose customer is the whole council's
        held |= {"customers": "customer", "properties": "property"}
    parts += [f"SELECT 'leased {column}', count(*)::text FROM queueing_lease WHERE {ids[name]} = ANY({column})"
              for column, name in held.items()]  # fmt: skip
    with scope(System("load")), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        rows = sorted(cursor.fetchall())
    return hashlib.sha256(repr(rows).encode()).hexdigest()


class Wrote:
    """Notices whether anything was sent to the database that may have changed a row."""

    READS = re.compile(r"\s*(SAVEPOINT|RELEASE|ROLLBACK|SET |SELECT (?!moothall\.(?!open_scope|close_scope)))", re.I)

    def __init__(self) -> None:
        self.anything = False

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.anything |= self.READS.match(str(sql)) is None
        return execute(sql, params, many, context)


# -- the attacker ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What came of one request, and of which victims it changed anything."""

    status: int
    body: bytes
    head: str
    changed: str
    wrote: bool = False

    def gives(self, canaries: Iterable[str], told: str) -> list[str]:
        """The canaries in it that the request didn't hold itself."""
        text = self.body.decode("utf-8", "replace") + self.head
        return [canary for canary in canaries if canary in text and canary not in told]


@dataclass(frozen=True)
class Attacker:
    name: str
    session: str

    @classmethod
    def named(cls, name: str, world: Any) -> Attacker:
        if name == "nobody":
            return cls(name, "")
        client = Client()
        client.force_login(Person.objects.get(pk=getattr(world, name)))
        return cls(name, client.cookies[settings.SESSION_COOKIE_NAME].value)

    def ask(
        self, verb: str, url: str, data: Any = None, *, at: Victim | Sequence[Victim] | None, fragment: bool = False,
        role: str = "web",
    ) -> Answer:  # fmt: skip
        """One request in the role of the pages, as a browser sends it from our own; what it does is looked at and then
        undone. `at` is whose rows must not change, one set of them or several."""
        own = {"origin": "http://testserver"}
        client = Client(raise_request_exception=False, headers={**own, FRAGMENT: "1"} if fragment else own)
        client.handler = _handler()
        if self.session:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.session
        wrote, watched = Wrote(), () if at is None else (at,) if isinstance(at, Victim) else at
        with undone(role) as back:
            with connection.execute_wrapper(wrote):
                response = getattr(client, verb)(url, **_as_sent(verb, data))
                body = b"".join(response.streaming_content) if response.streaming else response.content
            if wrote.anything and watched:
                back()
            changed = [each.name for each in watched if wrote.anything and look_at(each) != each.before]
        head = "\n".join(f"{name}: {value}" for name, value in response.headers.items()) + str(response.cookies)
        return Answer(response.status_code, body, head, " and ".join(changed), wrote.anything)


def _as_sent(verb: str, data: Any) -> dict[str, Any]:
    """A form without files comes as browsers send it, which is read in a third of the time of one with files."""
    if verb == "post":
        return {"data": urlencode(data or {}, doseq=True), "content_type": "application/x-www-form-urlencoded"}
    return {"data": data} if verb == "get" else {}


_handlers: dict[tuple[str, ...], ClientHandler] = {}


def _handler() -> ClientHandler:
    """Each Client would make all the middleware anew."""
    return _handlers.setdefault(tuple(settings.MIDDLEWARE), ClientHandler(enforce_csrf_checks=False))


@contextmanager
def undone(role: str) -> Iterator[Callable[[], None]]:
    """Within, the database is spoken to as that role, until what is given is called; then all of it is taken back. One
    statement before and one after: two blocks of Django's, and the role, were seven, most of what a refusal costs."""
    name = connection.ops.quote_name(role_name(connection.settings_dict["NAME"], role))
    hooks = list(connection.run_on_commit)
    with connection.cursor() as cursor:
        cursor.execute(f"SAVEPOINT undone; SET LOCAL ROLE {name}")
        try:
            yield lambda: cursor.execute("SET LOCAL ROLE NONE")
            broken = connection.connection.info.transaction_status == TransactionStatus.INERROR
            assert not broken and not connection.needs_rollback, "a statement failed, and the view went on"
        finally:
            connection.needs_rollback, connection.run_on_commit = False, hooks
            cursor.execute("ROLLBACK TO SAVEPOINT undone; RELEASE SAVEPOINT undone")
