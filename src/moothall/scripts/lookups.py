"""What a script can look up, by name. A look-up reads, never writes; what it can't tell it gives as None.

Each takes the run's surroundings and its arguments by name, and gives facts with their source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from moothall.agreements.queries import council_now, members
from moothall.cases.queries import find_duplicate
from moothall.domain.calendar import wall_clock
from moothall.domain.interview.words import short_day
from moothall.places.models import Collection, Property
from moothall.places.queries import (
    council_of_postcode,
    holidays,
    next_collections,
    open_address_list,
    past_collections,
    properties_at,
)
from moothall.scripts import (
    lookups_benefits,
    lookups_bulky,
    lookups_places,
    lookups_revenues,
    lookups_switchboard,
    shared,
)
from moothall.scripts.access import home_within_sight
from moothall.scripts.surroundings import AT_POSTCODE, Args, Found, Surroundings, postcodes_shown
from moothall.tenancy.models import Council

HOLIDAY_SPAN = timedelta(days=120)
AHEAD = 120  # days in which the next collection is sought: a garden round rests all winter
STREAMS = ("refuse", "recycling", "food", "garden")
COUNCIL = lookups_places.COUNCIL


def today(run: Surroundings, _args: Args) -> Found:
    """The civil day and minute, and the bank holidays around it, by which working days are counted."""
    day, minute = wall_clock(run.at)
    near = [holiday.isoformat() for holiday in holidays(run.council.division) if abs(holiday - day) <= HOLIDAY_SPAN]
    return Found({"today": day.isoformat(), "now_minute": minute, "holidays": near}, "clock")


def properties_at_postcode(run: Surroundings, args: Args) -> Found:
    """What stands at a postcode, of every council within sight; and whose most of the postcode is."""
    key = str(args["postcode"])
    if run.partnership is not None or run.resident:
        open_address_list(key)
    rows = properties_at(key)
    several = len({row.council_id for row in rows}) > 1
    names = dict(Council.objects.values_list("number", "short_name")) if several else {}
    where = council_of_postcode(key)
    shown = {**postcodes_shown(run.known), **{str(row.pk): key for row in rows}}
    decides = shared.of_others(run.line_council.pk, run.known, rows) if run.resident else {}
    if run.partnership is not None:
        decides = shared.facts_at_postcode(run.partnership, run.known, rows, where)
    if args.get("other_than"):  # a second home: whose the call is was decided by the first
        decides.pop(shared.DECIDED, None)
    return Found(
        {
            **decides,
            **({AT_POSTCODE: shown} if run.resident else {}),
            "properties": [[str(row.pk), _label(row, names)] for row in rows],
            "property_count": len(rows),
            "postcode_ours": bool(where and where.council and _serves(run, where.council)),
            "postcode_council": where.name or None if where else None,
            "postcode_website": where.website or None if where else None,
        },
        "address list",
    )


def _label(row: Property, names: Mapping[int, str]) -> str:
    return f"{row.line} ({names[row.council_id]})" if names else row.line


def _serves(run: Surroundings, council: Council) -> bool:
    """Whether the line is that council's, or of a partnership that it belongs to."""
    if run.partnership is not None:
        return council.pk in members(run.partnership)
    return not _is_other(run, council)


def _is_other(run: Surroundings, council: Council) -> bool:
    """Whether a council is another than the line's; two that have become one are not."""
    return council_now(council).pk != council_now(run.line_council).pk


def home(run: Surroundings, args: Args) -> Found:
    """The chosen property. From here on its own council's rules apply.

    In a call on a shared line an address of another council is not within sight: the call goes on there first.
    """
    whose = shared.council_of(run.known, args["property"]) if run.partnership is not None else None
    if whose is not None and whose != run.line_council.pk:
        return Found({shared.DECIDED: whose}, "address list")
    row = home_within_sight(args["property"])
    council = Council.objects.get(pk=row.council_id)
    other = _is_other(run, council)
    return Found(
        {
            "address": row.line,
            "property_council": council_now(council).name,
            "other_council": other,
            "assisted": row.assisted if "assisted" in row.__dict__ else False,  # on the web nobody is told
            "street_code": str(row.usrn) if row.usrn else None,
            COUNCIL: council.pk,
        },
        "address list",
    )


def other_home(run: Surroundings, args: Args) -> Found:
    """A second home that somebody names, whose council's rules don't apply: the run goes on where it is. On a shared
    line another council's isn't within sight once the call is one's: then its list alone was."""
    whose = shared.council_of(run.known, args["property"]) if run.partnership is not None else None
    row = home_within_sight(args["property"]) if whose is None or whose == run.council.pk else None
    council = council_now(Council.objects.get(pk=row.council_id if row else whose))
    other = council.pk != council_now(run.council).pk
    return Found({"address": row.line if row else "", "whose": council.name, "website": council.website or None,
                  "other_council": other}, "address list")  # fmt: skip


def collections(_run: Surroundings, args: Args) -> Found:
    """The crew's last two visits for a stream within the look-back, and the next one; by the actual date."""
    row, day, stream = home_within_sight(args["property"]), date.fromisoformat(args["today"]), args["stream"]
    past: list[Collection] = []
    coming: list[Collection] = []
    if row.round_code:
        past = past_collections(row.council_id, row.round_code, day, int(args["lookback_days"]))
        coming = next_collections(row.council_id, row.round_code, day + timedelta(days=1), AHEAD)
    last = [visit.actual for visit in past if visit.stream == stream][:2]
    following = [visit.actual for visit in coming if visit.stream == stream][:1]
    return Found(
        {
            "schedule_known": bool(past or coming),
            "days": [[visit.isoformat(), short_day(visit)] for visit in last],
            "last_day": _iso(last[:1]),
            "day_before": _iso(last[1:]),
            "next_day": _iso(following),
        },
        "collection calendar",
    )


def next_days(_run: Surroundings, args: Args) -> Found:
    """The next visit for each stream, from today on, by the actual date."""
    row, day = home_within_sight(args["property"]), date.fromisoformat(args["today"])
    coming = next_collections(row.council_id, row.round_code, day, AHEAD) if row.round_code else []
    first = {visit.stream: visit.actual.isoformat() for visit in reversed(coming)}
    return Found({f"next_{stream}": first.get(stream) for stream in STREAMS}, "collection calendar")


def crew_log(_run: Surroundings, _args: Args) -> Found:
    """What the crew logged. No waste system is connected, so nothing is known, and nobody is refused for that."""
    names = ("suspended", "road_blocked", "crew_event", "crew_time", "subscribed", "proven_misses")
    return Found(dict.fromkeys(names), "no waste system is connected")


def open_cases_for(run: Surroundings, args: Args) -> Found:
    """The open case about the same thing, if there is one; `about` names the thing for a new one."""
    about = ":".join(str(part) for part in args.values())
    case = find_duplicate(council=run.council.pk, about=about)
    due = wall_clock(case.due_at)[0] if case and case.due_at else None
    return Found(
        {
            "about": about,
            "open_case": str(case.pk) if case else None,
            "open_reference": case.reference or None if case else None,
            "open_due": due.isoformat() if due else None,
        },
        "cases",
    )


def _iso(days: list[date]) -> str | None:
    return days[0].isoformat() if days else None


LOOK_UPS: dict[str, Callable[[Surroundings, Args], Found]] = {
    "today": today,
    "properties_at_postcode": properties_at_postcode,
    "property": home,
    "other_home": other_home,
    "collections": collections,
    "next_days": next_days,
    "crew_log": crew_log,
    "open_cases_for": open_cases_for,
    **lookups_benefits.LOOK_UPS,
    **lookups_bulky.LOOK_UPS,
    **lookups_places.LOOK_UPS,
    **lookups_revenues.LOOK_UPS,
    **lookups_switchboard.LOOK_UPS,
}
