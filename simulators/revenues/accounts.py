"""What an account holds, made from nothing but the home's own line and the day: the same for the same, always."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from .codes import check_digit, full_charge

INSTALMENTS = 10  # April to January
FORENAMES = ("Alex", "Sam", "Jo", "Chris", "Pat", "Robin", "Kim", "Lee")
USUAL_STAGES = ["00BIL"] * 86 + ["10REM"] * 6 + ["15RM2"] * 2 + ["20BAL", "30FIN", "40SUM", "40SUM", "50LO", "60EA"]
BEHIND = {"00BIL": 0, "10REM": 1, "15RM2": 1}  # instalments not paid; from 20BAL on, three
HOLD_DAYS = {"BSM": 41, "DEC": 56, "CTR": 30, "VUL": 28}


@dataclass(frozen=True, slots=True)
class Home:
    """One line of the file that the store is filled from. `story` fixes what chance would else decide."""

    authority: str
    uprn: int
    address: str
    people: tuple[str, ...]
    guarded: bool = False
    story: Mapping[str, Any] = field(default_factory=dict)


def account_of(home: Home, today: date) -> dict[str, Any]:
    """The account for a home as it stands on a day."""
    random, story = Random(home.uprn), home.story
    year = today.year if today >= date(today.year, 4, 1) else today.year - 1
    band = story.get("band") or random.choices("ABCDEFGH", (18, 24, 22, 15, 10, 6, 4, 1))[0]
    stage = story.get("stage") or random.choice(USUAL_STAGES)
    day = story.get("day") or random.choice((1, 5, 15, 25))
    debit = story.get("debit", stage == "00BIL" and random.random() < 0.7)
    people = _people(home, random, year)
    alone = story.get("alone", len(people) == 1 and random.random() < 0.6)
    annual = full_charge(band)
    net = annual - annual // 4 if alone else annual
    instalments = _instalments(net, year, day, today, BEHIND.get(stage, 3))
    costs = 9800 if stage in ("40SUM", "50LO", "60EA") else 0
    paid = sum(int(part["pence"]) for part in instalments if part["st"] == "P")
    owing = net - paid + costs
    hold = story.get("hold") or ("" if random.random() > 0.03 else random.choice(("VUL", "CTR", "DEC", "BSM")))
    last = _last_paid(instalments)
    begun = None if stage == "00BIL" else today - timedelta(days=int(story.get("stage_days", 9)))
    return {
        "acref": _reference(home.uprn),
        "propref": f"P{home.uprn % 10_000_000:07d}",
        "uprn": home.uprn,
        "addr": home.address,
        "liabs": people,
        "chg": [_charge(year, band, net, alone)],
        "bal": [{"yr": year, "due": money(net), "paid": money(paid), "os": money(owing)}],
        "inst": [{"due": part["due"], "amt": money(part["pence"]), "st": part["st"]} for part in instalments],
        "pays": [{"dt": last["due"], "amt": money(last["pence"]), "meth": "DD" if debit else "CARD"}] if last else [],
        "rec": {"stg": stage, "dt": _day(begun) if begun else "", "costs": money(costs)},
        "holds": [{"cd": hold, "end": _day(today + timedelta(days=HOLD_DAYS.get(hold, 30)))}] if hold else [],
        "dd": {"on": debit, "day": day},
        "arr": [{"broken": True}] * int(story.get("broken", 0)),
        "clms": _claims(story, random, today),
        "idv": _identity(home, random, day, instalments),
        "grd": home.guarded,
    }


def _people(home: Home, random: Random, year: int) -> list[dict[str, Any]]:
    """Who is liable, and since when. A home of one known resident often has a second of the same surname."""
    names = list(home.people) or ["The Occupier"]
    if "joint" in home.story:
        names += list(home.story["joint"])
    elif len(names) == 1 and home.people and random.random() < 0.45:
        names.append(f"{random.choice(FORENAMES)} {names[0].split()[-1]}")
    since = home.story.get("since") or _day(date(random.randint(2008, year - 1), random.randint(1, 12), 14))
    first = home.story.get("capacity") or random.choice(("OO", "OO", "TE"))
    return [
        {"nm": name, "cap": first if place == 0 else "JT", "from": since, "to": ""} for place, name in enumerate(names)
    ]


def _instalments(net: int, year: int, day: int, today: date, behind: int) -> list[dict[str, Any]]:
    """Ten parts from April to January; the odd pence go into the first. The last `behind` that fell due aren't paid."""
    each = net // INSTALMENTS
    dues = [date(year + (month > 12), (month - 1) % 12 + 1, day) for month in range(4, 4 + INSTALMENTS)]
    fallen = [due for due in dues if due <= today]
    unpaid = set(fallen[-behind:]) if behind else set()
    return [
        {
            "due": _day(due),
            "pence": each + (net - each * INSTALMENTS if place == 0 else 0),
            "st": "F" if due > today else "U" if due in unpaid else "P",
        }
        for place, due in enumerate(dues)
    ]


def _charge(year: int, band: str, net: int, alone: bool) -> dict[str, Any]:
    period = {"from": f"{year}0401", "to": f"{year + 1}0331"}
    discount = {"disc": "D25", "pct": 25} if alone else {"disc": "", "pct": 0}
    return {**period, "band": band, "amt": money(net), **discount, "exm": ""}


def _claims(story: Mapping[str, Any], random: Random, today: date) -> list[dict[str, Any]]:
    if not story.get("claim", random.random() < 0.12):
        return []
    made = today - timedelta(days=random.randint(4, 60))
    seen = [{"typ": "IDENT", "rcv": _day(made)}, {"typ": "INCOME", "rcv": ""}]
    reference = f"CL{random.randint(100000, 999999)}"
    return [{"clref": reference, "typ": "CTR", "st": "PEND", "dt": _day(made), "docs": seen}]


def _identity(home: Home, random: Random, day: int, instalments: list[dict[str, Any]]) -> dict[str, str]:
    """What may be asked to learn whether somebody is who they say. Not every account holds everything."""
    last = _last_paid(instalments)
    held = {
        "acref": _reference(home.uprn),
        "instday": str(day),
        "nino3": f"{random.randint(10, 99)}{random.choice('ABCD')}",
        "lastref": f"CT{random.randint(10000, 99999)}",
        "hh": str(random.randint(1, 4)),
        **({"lastamt": money(last["pence"])} if last else {}),
    }
    if random.random() < 0.5:
        held.pop("nino3")
    return {**held, **{name: str(told) for name, told in (home.story.get("idv") or {}).items()}}


def _last_paid(instalments: list[dict[str, Any]]) -> dict[str, Any] | None:
    paid = [part for part in instalments if part["st"] == "P"]
    return paid[-1] if paid else None


def _reference(uprn: int) -> str:
    number = 50_000_000 + uprn % 10_000_000
    return f"{number}{check_digit(number)}"


def money(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
