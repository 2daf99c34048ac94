"""What the pages read from a request, derived from the code, and what an attack sends under each name.

A name is found three ways: as a field of a form, as a name that a view reads by itself, as a field of a template or
script. One that stands in none of the tables below fails a test: say here whether it names an object. At the attack
itself every name that a view reads is written down as well, so that none is missed that the code hides.
"""
from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.forms import BaseForm
from django.http import QueryDict

import moothall.web
from moothall.web.configure.edit_hours import DAYS
from tests.meta.sources import CODE, sources

ABSENT = None
OUTCOME = "outcome-"  # a name with an id in it: the outcome of that need
Ids = dict[str, Any]
Values = Callable[[Ids], list[Any]]

# Names of objects: what each is called in a request, from the ids of one set of objects. Where a name means different
# things on different pages, or an id might be guessed otherwise, each value has its turn.
OBJECTS: dict[str, Values] = {
    "contact": lambda ids: [ids["contact"]],
    "run": lambda ids: [ids["run"]],
    "case": lambda ids: [ids["case"]],  # that asks for a call
    "customer": lambda ids: [ids["customer"], ABSENT, ABSENT],  # else the name and postcode aren't looked at
    "name": lambda ids: [ids["name"]],
    "postcode": lambda ids: [ids["postcode"]],
    "council": lambda ids: [ids["council"], ids["gss"]],
    "service": lambda ids: [ids["service"], ids["service_slug"]],
    "reference": lambda ids: [ids["reference"]],
    "words": lambda ids: [ids["reference"], ids["name"]],
    "narrow": lambda ids: [ABSENT, ids["reference"], ids["name"]],  # a reference leads away from the list
    "property": lambda ids: [ids["property"]],
    "step": lambda ids: [ids["step"]],
    "value": lambda ids: [ids["property"], ids["postcode"], ids["case"]],
    "to": lambda ids: [f"{ids['team']}:{ids['officer']}", f"{ids['team']}:", 4_102_444_800],
    "receiver": lambda ids: [f"team-{ids['team']}-{ids['service']}",
                             f"person-{ids['officer']}-{ids['team']}-{ids['service']}"],
    "gss": lambda ids: [ids["gss"]],  # of a council that is to come
    "predecessors": lambda ids: [ids["gss"]], "successor": lambda ids: [ids["gss"]],
    "login": lambda ids: [ids["email"]], "person": lambda ids: [ids["officer"]],
    "who": lambda ids: ["tom", ids["email"], "answer"],
    OUTCOME: lambda ids: ["resolved", "broken_off"],
}
# Names of nothing: what makes a form valid and a page say the most.
PLAIN: dict[str, list[Any]] = {
    "phone": ["07700 900123"], "need": ["refuse"],  # of the regional pages: a subject's key
    "again": [ABSENT, "yes"], "nobody": [ABSENT, ABSENT, "yes"], "notes": ["Attacked"],
    "was": [ABSENT], "plain": [ABSENT, "1"], "sent_last": [ABSENT],
    "then": ["ready", "pause", "saved", "ring"],
    "script": ["missed-bin"], "text": ["Attacked"], "outcome": ["emptied"], "told": ["Attacked"],
    "tab": ["mine", "team", "closed"], "sort": ["due", "opened"], "page": [1], "date": [ABSENT],
    "what": ["offered", "answered", "cases"], "channel": [ABSENT, "phone"], "more": ["yes"], "have": ["0"],
    "find": [ABSENT, "yes"], "rung": ["yes"], "try_again": ["morning"], "beside": [ABSENT, "later", "without"],
    "removed": [ABSENT, "1"], "sure": [ABSENT, "yes"], "at_most_minutes": [ABSENT, "5"],
    # A map shows open borders, and nobody.
    "spot_x": ["9"], "spot_y": ["9"], "spot": ["9"], "look": ["closer"], "map_at": ["52.5,-1.0"], "map_metres": ["900"],
    "at": ["52.5,-1.0"], "metres": ["900"], "size": ["288x288"], "mark": ["52.5,-1.0"],
    "asked": ["1"], "anew": [ABSENT, "1"], "sent": [ABSENT, "1"], "change": [ABSENT, "1"], "after": ["0"],
    "said": ["0", "1"], "patience": ["60"], "next": ["/desk/"], "code": ["000000"], "credential": ["{}"],
    "remember": ["on"], "password": ["moothall-demo"], "oldpassword": ["moothall-demo"], "passwordless": ["yes"],
    "password1": ["a long pass word"], "password2": ["a long pass word"], "way": ["phone"], "time": ["10:00"],
    "as": ["list"], "day": ["1"], "from": ["2026-11"], "until": ["2027-09-01"], "read": ["yes"], "sha256": ["0" * 64],
    "sight": ["on"], "short_name": ["Northlands"], "letters": ["NQ"], "vesting_day": ["2028-04-01"],
    "teams": [ABSENT], "carries_on": [ABSENT],
    # What a draft's text says.
    "before": ["{}"], "starts": ["2027-03-01"], "ends": ["2027-09-01"], "cover": ["0"], "saved": ["shares"],
    "clients": ["E07000131"], "councils": ["E07000131"], "services": ["refuse"], "functions": ["answer"],
    "function": ["answer"], "channels": ["phone"], "team": ["new"], "new_team": ["Attacked"], "employer": [""],
    "tier": ["1"], "after_s": ["60"], "hours": ["own", "always"], **{day: ["09:00-17:00"] for day in DAYS},
    "named_days": [""], "answered_within_s": ["60"], "resolved_within_working_days": ["3"], "by": ["17:00"],
    "for_percent": ["80"], "per_contact_pence": ["2.25"], "per_minute_pence": [""], "per_month_pence": [""],
    "guarantee": ["1"], "cap": ["9"], "sees": ["refuse"], "sight_confirmed_by": ["Attacked"], "purpose": ["Attacked"],
    "lawful_basis": ["Attacked"], "number": ["5999"], "public": ["+441509900099"], "greeting": ["Hello"],
    "called": ["attacked"], "signatory": ["Attacked"], "grounds": ["Attacked"], "message": ["Attacked"],
    "entry": ["own"], "fallback": [""],
    "form": ["hub_and_client"], "hub": ["E07000130"], "open": ["09:00-17:00"],
    # Of a council's identity, which its managers alone write.
    "brand": ["#1E5B4F"], "host": [""], "logo": [ABSENT], "no_logo": [ABSENT], "nearest": [ABSENT],
    "name_en": ["Attacked"], "short_name_en": ["Attacked"], "greeting_en": ["Hello"], "privacy_en": [""],
    "tone_en": [""],
    "notice_months": ["6"], "notice_days": ["0"], "overrides": ["own"],
    # Of a council that comes live.
    "address": ["Attacked"], "website": [""], "file": [ABSENT],
    "rows": ["name,email,team,role\nA Tack,a.tack@harborough.example,Attacked,agent\n"], "act": ["load", ABSENT],
    "files": [ABSENT], "remove": [ABSENT, "1"],  # what a resident sends with their own run
    "version": [ABSENT], "word": ["Attacked"],  # a script's text; the word back to who commented on a step
    "proposed": ["0" * 64],  # by which words are known that a page proposed
    "first": ["yes"], "minutes": ["5"], "reason": ["Attacked"], "ground": [""], "share": [ABSENT, "1"],
    "held": ["1"], "last": ["2027-03-31"],  # the right to see protected people, and its last day
}  # fmt: skip
# Counts of changes, which must be those of one's own object for an attack to come so far.
SEEN = "seen"
VARIANTS = 3
METHOD_NOT_ALLOWED = 405


def sent(own: Ids, foreign: Ids | None, variant: int, swapped: frozenset[str] = frozenset(OBJECTS)) -> dict[str, Any]:
    """A request's names and values, of the `variant`-th value each: foreign under `swapped`, one's own else."""
    told: dict[str, Any] = {SEEN: own["seen"]}
    for name, values in PLAIN.items():
        told[name] = values[min(variant, len(values) - 1)]
    for name, of in OBJECTS.items():
        ids = foreign if foreign is not None and name in swapped else own
        values = of(ids)
        told[f"{OUTCOME}{ids['need']}" if name == OUTCOME else name] = values[min(variant, len(values) - 1)]
    return {name: value for name, value in told.items() if value is not ABSENT}


def known(name: str) -> bool:
    return name in OBJECTS or name in PLAIN or name == SEEN or re.fullmatch(rf"{OUTCOME}\d+", name) is not None


# -- what the code reads --------------------------------------------------------------------------------------------

TEMPLATE_NAME = re.compile(r"""<(?:input|select|textarea|button)\b[^>]*?\sname="([^"]*)\"""", re.S)
SCRIPT_NAME = re.compile(r"""\b(?:body|data|form)\.(?:set|append)\("([^"]+)\"""")
READ_NAME = re.compile(r"""(?:\.(?:GET|POST)|\bdata)(?:\.get|\.getlist)?[(\[]"([^"]+)\"""")
NOT_SENT = {"csrfmiddlewaretoken", "htmx-config", "viewport"}
# Names that a template makes: of what each is one.
MADE = {"outcome-{{ need.pk }}": OUTCOME, "{{ name }}": "name", "{{ bound.html_name }}": "fallback"}


def forms() -> list[type[BaseForm]]:
    """Every form of our pages."""
    for module in pkgutil.walk_packages(moothall.web.__path__, "moothall.web."):
        if ".tests" not in module.name and not module.name.endswith(".live"):  # live is a process of its own
            importlib.import_module(module.name)
    made = (form for form in _heirs(BaseForm) if form.__module__.startswith("moothall.web"))
    ours = (form for form in made if ".tests" not in form.__module__)  # a test's own form may have been imported
    return sorted(ours, key=lambda form: form.__qualname__)


def _heirs(parent: type) -> Iterator[type]:
    for heir in parent.__subclasses__():
        yield heir
        yield from _heirs(heir)


def names_in_code() -> dict[str, str]:
    """Each name that a page reads or sends, and where it stands."""
    found: dict[str, str] = {}
    for form in forms():
        found |= dict.fromkeys(form.base_fields, f"{form.__module__}.{form.__qualname__}")
    for source in sources("src/moothall/web"):
        found |= dict.fromkeys(READ_NAME.findall(source.text), source.name)
    for path in sorted((CODE / "web/templates").rglob("*.html")):
        found |= {MADE.get(name, name): str(path) for name in TEMPLATE_NAME.findall(path.read_text(encoding="utf-8"))}
    for path in sorted((CODE / "web/static").glob("*.js")):
        found |= {name: str(path) for name in SCRIPT_NAME.findall(path.read_text(encoding="utf-8"))}
    return {name: where for name, where in found.items() if name not in NOT_SENT}


class Reads:
    """Writes down which names a view reads; "*" where it goes through all of them."""

    def __init__(self, monkeypatch: Any) -> None:
        self.read: set[str] = set()
        self.valid: set[type[BaseForm]] = set()
        get, has, clean = QueryDict.__getitem__, QueryDict.__contains__, BaseForm.full_clean

        def __getitem__(data: QueryDict, name: str) -> Any:
            self.read.add(name)
            return get(data, name)

        def __contains__(data: QueryDict, name: object) -> bool:
            if not data._mutable:  # while it is being filled, it looks itself
                self.read.add(str(name))
            return has(data, name)

        def items(data: QueryDict) -> Iterator[tuple[str, Any]]:
            self.read.add("*")
            return iter([(name, get(data, name)) for name in data])

        def full_clean(form: BaseForm) -> None:
            clean(form)
            if form.is_bound and not form._errors:
                self.valid.add(type(form))

        monkeypatch.setattr(QueryDict, "__getitem__", __getitem__)
        monkeypatch.setattr(QueryDict, "__contains__", __contains__)
        monkeypatch.setattr(QueryDict, "items", items)
        monkeypatch.setattr(BaseForm, "full_clean", full_clean)


class Asked:
    """What a route was asked so far. A view knows of a request its verb, its address and what it reads: one that is
    the same in these gets the same answer."""

    def __init__(self, reads: Reads) -> None:
        self.reads = reads
        self.ways: list[tuple[str, str, set[str], dict[str, Any]]] = []
        self.not_taken: set[str] = set()  # verbs that the route takes at no address

    def again(self, verb: str, url: str, told: dict[str, Any]) -> bool:
        same = ((read, values) for way, at, read, values in self.ways if (way, at) == (verb, url))
        return verb in self.not_taken or any(only(read, told) == values for read, values in same)

    def note(self, verb: str, url: str, told: dict[str, Any], status: int) -> set[str]:
        """What was read of it."""
        read = set(self.reads.read)
        self.ways.append((verb, url, read, only(read, told)))
        if status == METHOD_NOT_ALLOWED:
            self.not_taken.add(verb)
        return read


def only(names: set[str], told: dict[str, Any]) -> dict[str, Any]:
    """What a view takes notice of."""
    return {name: value for name, value in told.items() if name in names or "*" in names}
