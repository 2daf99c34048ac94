"""Look-ups of the switchboard: what it is about, who does that there, and who is rung. Nothing about a resident."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moothall.agreements.queries import members
from moothall.contacts.models import Leg
from moothall.directory.models import Listing
from moothall.directory.queries import in_place_of, listing, people_called, team_of_role
from moothall.domain.calendar import wall_clock
from moothall.domain.signposting import Place, who_does
from moothall.domain.telephone import telephone
from moothall.places.queries import addresses, council_of_postcode, open_address_list
from moothall.scripts.subjects import signposts
from moothall.scripts.surroundings import Args, Found, Surroundings
from moothall.tenancy.models import Council

OFFERED = 5
EMERGENCY = "emergency"  # the body that 999 is, which every page and step names by itself
LIST, DIRECTORY = "list of subjects", "directory"
OUR_OWN = ("ours", "team", "now")
DESTINATION = ("name", "phone", "hours", "website", "ask", "team", "number", "address")


def subjects(_run: Surroundings, args: Args) -> Found:
    """The subjects that fit what somebody said, best first."""
    posts = signposts()
    known = [posts.subjects[match.key] for match in posts.about(str(args["said"]), OFFERED)]
    found = [[each.key, each.name] for each in known]
    delicate = any(each.discreet or each.interrupt for each in known)
    return Found({"subjects": found, "subject_count": len(found), "delicate": delicate}, LIST)


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
    helps = [posts.bodies[key] for key in (known.body, *known.more) if key and key != EMERGENCY]
    rings = " or ".join(f"{body.name} on {body.phone}" for body in helps if body.phone)
    return Found({**told, "risk": bool(known.interrupt), "calm": known.calm or None, "rings": rings or None}, LIST)


def who_does_it(run: Surroundings, args: Args) -> Found:
    """The one destination of a subject for a postcode, or for an address where one was chosen."""
    posts = signposts()
    known = posts.subjects.get(str(args["subject"]))
    if known is None:
        return Found({"doer": "unknown", **dict.fromkeys(DESTINATION)}, LIST)
    to = who_does(known, _place(run, args) if known.place else None, posts.bodies)
    day, own = wall_clock(run.at)[0], to.kind in OUR_OWN
    inside = known.role and own and not run.resident  # the directory is for those who answer the switchboard
    team = team_of_role(run.council.pk, known.role, day) if inside else None
    return Found(
        {
            "doer": to.kind,
            "name": to.name or None,
            "phone": as_dialled(to.phone),
            "hours": to.hours or None,
            "website": to.website or None,
            "ask": to.ask or None,
            "team": team.name if team else None,
            "number": as_dialled(team.number) if team else None,
            "address": run.council.address or None if own else None,
        },
        LIST,
    )


def as_dialled(number: str) -> str | None:
    """As people say and dial it; a list's own, like 116 123, stands there so already."""
    return (telephone(number) if number.startswith("+") else number) or None


def _place(run: Surroundings, args: Args) -> Place | None:
    """Whose the address is, if one was chosen, else whose most of the postcode is."""
    where = council_of_postcode(str(args["postcode"])) if args.get("postcode") else None
    chosen = str(args.get("property") or "")
    if run.resident and where:
        open_address_list(str(args["postcode"]))
    row = addresses().filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    council = Council.objects.get(pk=row.council_id) if row else where.council if where else None
    if council is not None:
        county = where.county_name if where and where.county_gss == council.county_gss else ""
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
    "who_does": who_does_it,
    "people": people,
    "person": person,
}
