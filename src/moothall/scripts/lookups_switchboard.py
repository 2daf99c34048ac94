"""Look-ups of the switchboard: what it is about, who does that there, and who is rung. Nothing about a resident."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moothall.agreements.queries import members
from moothall.directory.models import Listing
from moothall.directory.queries import in_place_of, listing, people_called, team_of_role
from moothall.domain.calendar import wall_clock
from moothall.domain.signposting import Place, who_does
from moothall.domain.telephone import telephone
from moothall.places.models import Property
from moothall.places.queries import council_of_postcode
from moothall.scripts.subjects import signposts
from moothall.scripts.surroundings import Args, Found, Surroundings
from moothall.tenancy.models import Council

OFFERED = 5
LIST, DIRECTORY = "list of subjects", "directory"
OUR_OWN = ("ours", "team", "now")
DESTINATION = ("name", "phone", "hours", "website", "ask", "team", "number")


def subjects(_run: Surroundings, args: Args) -> Found:
    """The subjects that fit what somebody said, best first."""
    posts = signposts()
    found = [[match.key, posts.subjects[match.key].name] for match in posts.about(str(args["said"]), OFFERED)]
    return Found({"subjects": found, "subject_count": len(found)}, LIST)


def subject(_run: Surroundings, args: Args) -> Found:
    """What is known of a subject: its name, whether it waits, and whether the place matters."""
    known = signposts().subjects.get(str(args["subject"]))
    if known is None:
        return Found(dict.fromkeys(("name", "place", "urgent", "level", "risk")), LIST)
    told = {"name": known.name, "place": known.place, "urgent": known.urgent, "level": known.level}
    return Found({**told, "risk": bool(known.interrupt)}, LIST)


def who_does_it(run: Surroundings, args: Args) -> Found:
    """The one destination of a subject for a postcode, or for an address where one was chosen."""
    posts = signposts()
    known = posts.subjects.get(str(args["subject"]))
    if known is None:
        return Found({"doer": "unknown", **dict.fromkeys(DESTINATION)}, LIST)
    to = who_does(known, _place(run, args) if known.place else None, posts.bodies)
    day, own = wall_clock(run.at)[0], to.kind in OUR_OWN
    team = team_of_role(run.council.pk, known.role, day) if known.role and own else None
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
    row = Property.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
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
    "subjects": subjects,
    "subject": subject,
    "who_does": who_does_it,
    "people": people,
    "person": person,
}
