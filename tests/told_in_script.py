"""People who said in a shipped script that they must not be found, by web (a claim from a refuge) and by phone (a move
to be kept secret), each walked by really following it; and twins who said nothing of it, by whom a test shows that it
would see something. What may be told of each to nobody stands in what they told."""
from __future__ import annotations

from typing import Any

from cast_of_tests import NOW, REFUSE
from conftest import become
from moothall.cases.models import Case, CaseNote
from moothall.contacts.actions import open_need
from moothall.contacts.models import Contact
from moothall.domain.interview.answers import choices
from moothall.domain.interview.run import Ask
from moothall.messages.models import Message
from moothall.places.models import Postcode, Property
from moothall.scripts.access import access_run, resident_run
from moothall.scripts.actions import begin_run, send_run, start_run
from moothall.scripts.answering import answer_step
from moothall.scripts.models import Run
from moothall.scripts.steps import walk_of
from moothall.scripts.versions import parameters_of, script_of, version_for
from moothall.tenancy import residents
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Resident, Staff, System
from moothall.tenancy.scope import scope
from protected_person import HARBOROUGH, Told

GSS, KEYS = "E07000131", residents.Keys("s" * 43, "K7P49MXR")
# Name, household, street, postcode, telephone.
ISOLDE = ("Isolde Featherstone", "Lysander Hogweed", "Tansy Ginnel", "LE16 9QZ", "+441632960555")
OTTILIE = ("Ottilie Wintersweet", "Phineas Larkspur", "Yarrow Snicket", "LE16 9RB", "+441632960666")


def refuge_claim(*, fled: bool = True, secret: bool = False) -> Told:
    """Isolde claims help with her rent on the web: from a refuge, or from another home, of which somebody mustn't learn
    or not. Her claim is in the council's hands."""
    name, _, street, postcode, phone = ISOLDE
    home, email = _home(street, postcode, phone), _email(name)
    said = {
        "postcode": postcode, "property": str(home.pk), "landlord": "association", "safe_way": _way(phone, email),
        "home_kind": "refuge" if fled else "supported", "secret": "yes" if secret else "no",
        "partner": "no", "born": "1/1/1994", "savings": "under",
        "rent_often": "week", "rent": "210", "rent_began": "24/11/2025", "earlier": "yes", "reach": email,
        "late_reason": _told(ISOLDE, email), "council_tax": "yes", "support_now": "no", "who": name, "income": "none",
        "others": "no", "lately": "no",
    }  # fmt: skip
    version = version_for("rent-help", GSS)
    with become("public"):
        number = residents.begin_run(HARBOROUGH, REFUSE, version.pk, parameters_of(version), KEYS)
        with scope(Resident(number, KEYS.secret)):
            _follow(begin_run(access_run(number)), said)
        with resident_run(number, KEYS.secret, Council.objects.get(pk=HARBOROUGH), lock=True) as run:
            assert run is not None
            sent = send_run(run, seen_version=run.version, locked=True)
            assert len(sent.effects) == 2 and sent.state == Run.State.DONE, "a claim for the rent, one for the tax"
    return _known(number, ISOLDE, email, home)


def secret_move(desk: Any, *, secret: bool = True, stop_at: str = "") -> Told:
    """Ottilie rings and tells of a move, which is to be kept secret or not; the agent has her address from what she
    asked before. `stop_at`: she rings off at that question."""
    name, _, street, postcode, phone = OTTILIE
    home, email = _home(street, postcode, phone), _email(name)
    said = {"what": "in", "secret": "yes" if secret else "no", "safe_name": name, "safe_way": _way(phone, email),
            "at_postcode": postcode, "at_property": str(home.pk), "into_held": "rented", "who_name": name,
            "who_reach": email, "into_home_kinds": "none", "into_day": "20/11/2026"}  # fmt: skip
    desk.talk(phone)
    with scope(System("load")):
        Contact.objects.filter(pk=desk.call).update(property=home, notes=_told(OTTILIE, email))
    with become("web"), scope(Staff(desk.world.sam, desk.call)):
        contact = Contact.objects.select_related("council").get(pk=desk.call)
        need = open_need(contact=contact, service=REFUSE, kind="moving", title="Council tax: moving home")
        number = _follow(start_run(contact=contact, need=need, script_key="moving"), said, stop_at).pk
    return _known(number, OTTILIE, email, home)


def _follow(run: Run, said: dict[str, str], stop_at: str = "") -> Run:
    """On to where nothing is asked any more: by what is told, else by the first choice, or nothing."""
    while isinstance(stop := walk_of(run).next, Ask) and stop.step.key != stop_at:
        field = stop.step.field
        typed = {"date": "20/11/2025", "whole": "1"}.get(field.kind, "")
        offered = [value for value, _ in choices(script_of(run), stop.step, stop.values)]
        first = offered[0] if offered and not field.optional else typed
        run = answer_step(run, stop.step.key, said.get(stop.step.key, first), seen_version=run.version)
    return run


def _home(street: str, postcode: str, phone: str) -> Property:
    key = postcode.replace(" ", "")
    Postcode.objects.create(key=key, display=postcode, lad=GSS)
    with scope(System("load")):
        return Property.objects.create(
            council_id=HARBOROUGH, uprn=880000000000 + int(phone[-3:]), number="7", street=street, town="Kibworth",
            postcode=postcode, postcode_key=key, round_code="R1",
        )


def _known(number: int, who: tuple[str, ...], email: str, home: Property) -> Told:
    """What is theirs, with a note of an officer and a text about it, which came later and tell as much."""
    name, household, street, postcode, phone = who
    what: dict[str, Any] = {"council_id": HARBOROUGH, "service_id": REFUSE}
    with scope(System("load")):
        run = Run.objects.get(pk=number)
        case = Case.objects.filter(contact_id=run.contact_id).order_by("pk").first()
        if case is None:
            return Told(name, household, street, postcode, phone, email, "", {"run": number})
        told = _told(who, email)
        note = CaseNote.objects.create(**what, case=case, text=told, at=NOW)
        Message.objects.create(**what, template="code-to-return", channel="sms", to=phone, shown=told, body=told,
                               case=case, contact_id=case.contact_id, state=Message.State.FAILED, made_at=NOW)
        ids = {"customer": case.customer_id or home.pk, "property": home.pk, "contact": run.contact_id, "case": case.pk,
               "note": note.pk, "need": run.need_id, "run": number}  # fmt: skip
    return Told(name, household, street, postcode, phone, email, case.reference, ids)


def _email(name: str) -> str:
    return f"{name.split()[1].lower()}@safe.example"


def _way(phone: str, email: str) -> str:
    return f"Text 0{phone[3:7]} {phone[7:]}, or write to {email}"


def _told(who: tuple[str, ...], email: str) -> str:
    name, household, street, postcode, phone = who
    return f"{name}, 7 {street}, Kibworth, {postcode}, {phone} (0{phone[3:7]} {phone[7:]}), {email}, with {household}"
