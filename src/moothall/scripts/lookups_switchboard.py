"""Look-ups of the switchboard: what it is about, who does that there, and who is rung. Nothing about a resident."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moothall.agreements.queries import Answer, lines_there, members, responsible
from moothall.contacts.models import Leg
from moothall.directory.models import Listing
from moothall.directory.queries import in_place_of, listing, people_called, team_of_role
from moothall.domain.calendar import wall_clock
from moothall.domain.interview.model import Script
from moothall.domain.plain_words import Entry
from moothall.domain.signposting import Body, Place, Subject, who_does
from moothall.domain.telephone import telephone
from moothall.places.queries import addresses, authority, council_of_postcode, open_address_list
from moothall.scripts.subjects import LANGUAGE, signposts
from moothall.scripts.surroundings import Args, Found, Surroundings
from moothall.scripts.web_scripts import offered_at
from moothall.tenancy.models import Council

OFFERED = 5
EMERGENCY = "emergency"  # the body that 999 is, which every page and step names by itself
LIST, DIRECTORY = "list of subjects", "directory"
OUR_OWN = ("ours", "team", "now")
DESTINATION = ("name", "phone", "hours", "website", "ask", "team", "number", "address", "also", "open")
FORM = "do-"  # before the key of a script, among keys of subjects
GENERAL = "first-contact"  # the service of a line for everything


def subjects(run: Surroundings, args: Args) -> Found:
    """The subjects that fit what somebody said, best first; on the web what can be done there as well. `help_now`: whom
    to ring where somebody may come to harm."""
    posts, said = signposts(), str(args["said"])
    forms = _forms(run)
    names = {**{f"{FORM}{key}": form.title.get(LANGUAGE) for key, form in forms.items()},
             **{key: each.name for key, each in posts.subjects.items()}}  # fmt: skip
    entries = [Entry(f"{FORM}{key}", (form.title.get(LANGUAGE), *form.found_by.get(LANGUAGE, ())))
               for key, form in forms.items()]  # fmt: skip
    found = [match.key for match in posts.about(said, OFFERED, entries)]
    known = [posts.subjects[key] for key in found if key in posts.subjects]
    delicate = any(each.discreet or each.interrupt for each in known)
    told = " ".join(f"{each.name}. {each.calm} {_ring_each(each)}" for each in posts.dangers(said))
    return Found({"subjects": [[key, names[key]] for key in found], "subject_count": len(found), "delicate": delicate,
                  "help_now": told or None}, LIST)  # fmt: skip


def form(run: Surroundings, args: Args) -> Found:
    """What a resident chose that can be done on these pages: its script, and what it is called."""
    chosen = str(args["subject"])
    found = _forms(run).get(chosen.removeprefix(FORM)) if chosen.startswith(FORM) else None
    title = found.title.get(LANGUAGE) if found else None
    return Found({"form": found.key if found else None, "form_title": title}, LIST)


def _forms(run: Surroundings) -> dict[str, Script]:
    """What the council lets people do on the web, but for what asks this."""
    if not run.resident:
        return {}
    return {each.key: each for each in offered_at(run.council.gss)
            if not any(step.call and step.call.name == "form" for step in each.steps)}  # fmt: skip


def _ring_each(subject: Subject) -> str:
    return " ".join(f"Ring {_spoken(body)}." for body in _helpers(subject))


def _helpers(subject: Subject) -> list[Body]:
    """Whom to ring besides 999."""
    bodies = signposts().bodies
    keys = [key for key in (subject.body, *subject.more) if key and key != EMERGENCY]
    return [bodies[key] for key in keys if bodies[key].phone]


def _spoken(body: Body) -> str:
    return f"{body.name} on {body.phone}" + (f", {body.hours}" if body.hours else "")


def call_so_far(run: Surroundings, _args: Args) -> Found:
    """How often this call was passed on before: a third time it stays with whoever has it."""
    legs = Leg.objects.filter(contact_id=run.contact).count() if run.contact else 0
    return Found({"passed_on": max(legs - 1, 0)}, "call")


def subject(_run: Surroundings, args: Args) -> Found:
    """What is known of a subject: its name, whether it waits, and whether the place matters."""
    posts = signposts()
    known = posts.subjects.get(str(args["subject"]))
    if known is None:
        return Found(dict.fromkeys(("name", "place", "urgent", "level", "risk", "calm", "rings")), LIST)
    told = {"name": known.name, "place": known.place, "urgent": known.urgent, "level": known.level}
    rings = "; or ".join(_spoken(body) for body in _helpers(known))
    return Found({**told, "risk": bool(known.interrupt), "calm": known.calm or None, "rings": rings or None}, LIST)


def who_does_it(run: Surroundings, args: Args) -> Found:
    """The one destination of a subject for a postcode, or for an address where one was chosen."""
    posts = signposts()
    known = posts.subjects.get(str(args["subject"]))
    if known is None:
        return Found({"doer": "unknown", **dict.fromkeys(DESTINATION)}, LIST)
    at_once = known.level == "person_at_once"
    to = who_does(known, _place(run, args, known) if known.place else None, posts.bodies)
    day, own = wall_clock(run.at)[0], to.kind in OUR_OWN
    inside = known.role and own and not run.resident  # the directory is for those who answer the switchboard
    team = team_of_role(run.council.pk, known.role, day) if inside else None
    return Found(
        {
            "doer": to.kind,
            "name": to.name or None,
            "phone": as_dialled(to.phone),
            "hours": to.hours or None,
            "website": to.website or (run.council.website if at_once and own else "") or None,
            "ask": to.ask or None,
            "team": team.name if team else None,
            "number": as_dialled(team.number) if team else None,
            "address": run.council.address or None if own else None,
            "also": "; or ".join(_spoken(body) for body in _helpers(known)) or None if at_once else None,
            "open": _open(run) if at_once and own else None,
        },
        LIST,
    )


def as_dialled(number: str) -> str | None:
    """As people say and dial it; a list's own, like 116 123, stands there so already."""
    return (telephone(number) if number.startswith("+") else number) or None


def _open(run: Surroundings) -> bool | None:
    """Whether somebody answers the line for this, else the council's general one; None where it has neither."""
    rows = lines_there([run.council.pk], "phone", run.at)
    own = [row for row in rows if row.service_id == run.service]
    row = next(iter([*own, *(row for row in rows if row.service.slug == GENERAL)]), None)
    if row is None:
        return None
    return isinstance(responsible(row.council_id, row.service_id, "phone", "answer", run.at), Answer)


def _place(run: Surroundings, args: Args, about: Subject) -> Place | None:
    """Whose the address is, if one was chosen, else whose most of the postcode is. What needs no postcode, and got
    none, is this council's or its county's."""
    where = council_of_postcode(str(args["postcode"])) if args.get("postcode") else None
    chosen = str(args.get("property") or "")
    if run.resident and where:
        open_address_list(str(args["postcode"]))
    row = addresses().filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    council = Council.objects.get(pk=row.council_id) if row else where.council if where else None
    if not args.get("postcode") and about.level in ("county", "person_at_once"):
        council = run.council
    if council is not None:
        over = authority(council.county_gss) if council.county_gss else None
        county = over.name if over else ""
        here = _answers(run, council)
        return Place(council.gss, council.name, council.website, council.phone, council.county_gss, county, here)
    return Place(where.gss, where.name, where.website, "", where.county_gss, where.county_name) if where else None


def _answers(run: Surroundings, council: Council) -> bool:
    """Whether this line is the council's own, or of a partnership that it belongs to."""
    if run.partnership is not None:
        return council.pk in members(run.partnership)
    return council.pk == run.council.pk


def people(run: Surroundings, args: Args) -> Found:
    """The people of the council who are called something like it. A restricted name gives nothing."""
    found = people_called(run.council.pk, str(args["said"]), wall_clock(run.at)[0])
    listed = [[str(row.pk), f"{row.name}, {row.team}" if row.team else row.name] for row in found]
    return Found({"people": listed, "people_count": len(listed)}, DIRECTORY)


def person(run: Surroundings, args: Args) -> Found:
    """Who is rung for somebody: themselves, their deputy or their team."""
    day = wall_clock(run.at)[0]
    row = listing(run.council.pk, int(args["listing"]), day)
    rung: Listing | None = in_place_of(row, day) if row else None
    facts: dict[str, Any] = {
        "asked_for": row.name if row else None,
        "team": row.team or None if row else None,
        "rung": rung.name if rung else None,
        "number": as_dialled(rung.number) if rung else None,
        "themselves": bool(row and rung and row.pk == rung.pk),
    }
    return Found(facts, DIRECTORY)


LOOK_UPS: dict[str, Callable[[Surroundings, Args], Found]] = {
    "call_so_far": call_so_far,
    "subjects": subjects,
    "subject": subject,
    "form": form,
    "who_does": who_does_it,
    "people": people,
    "person": person,
}
