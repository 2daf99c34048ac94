"""A stored run and the pure interview: what it knows, one look-up, one effect, the answers in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import date
from typing import Any, NamedTuple

from moothall.cases.models import DISCREET, NAME
from moothall.cases.numbering import Ready
from moothall.contacts.models import Contact
from moothall.domain.calendar import wall_clock
from moothall.domain.interview.answers import UPLOADED, choices, discreet
from moothall.domain.interview.dependence import outdated, sealed, taken_back
from moothall.domain.interview.model import HIGHEST_LEVEL, SEVERAL, Script, Step
from moothall.domain.interview.run import Ask, Effect, End, LookUp, Next, Stuck, Walk, go_on, marks, walk
from moothall.domain.interview.words import day_told, fill, in_words
from moothall.domain.map_words import place_in_words
from moothall.lib import clock
from moothall.places.postcodes import display_postcode
from moothall.places.queries import open_address_list
from moothall.queueing.leases import lease_also
from moothall.queueing.legs import partnership_of
from moothall.scripts.effects import EFFECTS
from moothall.scripts.lookups import COUNCIL, LOOK_UPS
from moothall.scripts.models import Run
from moothall.scripts.orders import Order
from moothall.scripts.ports import EFFECTS as EFFECT_PORTS
from moothall.scripts.shared import DECIDED, WHOSE
from moothall.scripts.surroundings import AT_POSTCODE, Surroundings, home_number, postcode_of
from moothall.scripts.versions import parameters_of, script_of, version_for
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Resident
from moothall.tenancy.scope import current_person, current_principal

LANGUAGE = "en"
HOLIDAYS = "holidays"
FROM_THE_TOP = frozenset({HOLIDAYS, UPLOADED})  # facts that any step may read
UNNAMED = (HOLIDAYS, COUNCIL, WHOSE, DECIDED, AT_POSTCODE)  # facts that no script names
UNKEPT = "(not kept)"
OPENS, LINKS = "open_case", "link_case"


class Said(NamedTuple):
    """One answer so far: its short question, the answer in words, the step, and whether it can't change any more."""

    label: str
    value: str
    step: str
    sealed: bool


def walk_of(run: Run, *, whole: bool = False) -> Walk:
    """The run replayed from the top by the script that it began with; `whole`: past an answer that is asked again.

    A page asks several times, so the last walk of each kind is kept on the run, with all that it was made of: these are
    never changed in place, only put anew.
    """
    kept: dict[bool, tuple[tuple[Any, ...], Walk]] = run.__dict__.get("_walks", {})
    made = (run.script_id, run.parameters, run.channel, run.level, run.answers, run.facts, run.effects)
    before = kept.get(whole)
    if before is not None and all(was is now for was, now in zip(before[0], made, strict=True)):
        return before[1]
    further = before is not None and _only_did(before[1].next, before[0], made)
    walked = _walk(run, before[1] if before is not None and further else None, whole=whole)
    run.__dict__["_walks"] = {**kept, whole: (made, walked)}  # put anew as well: a copy of the run has its own
    return walked


def _walk(run: Run, before: Walk | None, *, whole: bool) -> Walk:
    known = {
        "facts": {**{name: fact["value"] for name, fact in run.facts.items()}, "channel": run.channel,
                  "level": run.level},
        "answers": {name: answer["value"] for name, answer in run.answers.items() if whole or not answer.get("open")},
        "effects": run.effects,
    }  # fmt: skip
    script = script_of(run)
    return walk(script, parameters=run.parameters, **known) if before is None else go_on(script, before, **known)


def _only_did(stop: Next, before: tuple[Any, ...], made: tuple[Any, ...]) -> bool:
    """Whether nothing happened since a walk but what it stopped for: its question was answered, its facts were looked
    up (none that is read from the top), its effect was done."""
    if isinstance(stop, Stuck | End) or any(was is not now for was, now in zip(before[:4], made[:4], strict=True)):
        return False
    gained = [_gained(was, now) for was, now in zip(before[4:], made[4:], strict=True)]
    if None in gained:
        return False
    answers, facts, effects = gained
    match stop:
        case Ask(step):
            return answers == {step.key} and not (facts or effects)
        case LookUp():
            return not (answers or effects or (facts or set()) & FROM_THE_TOP)
        case Effect(step):
            return effects == {step.key} and not (answers or facts)


def _gained(was: Mapping[str, Any], now: Mapping[str, Any]) -> Set[str] | None:
    """The names that were added; None where something else changed."""
    return None if any(now.get(name) is not value for name, value in was.items()) else now.keys() - was.keys()


def look_up(run: Run, step: Step, values: Mapping[str, Any]) -> None:
    """Do the look-up of a step and keep what it gave, with source and time."""
    at = clock.now()
    assert step.call is not None
    args = _arguments(step, values)
    if run.contact is not None:
        run.contact.council = run.council  # a run and its contact are one council's: nothing to fetch
    partnership = partnership_of(run.contact) if run.contact is not None else None
    resident = isinstance(current_principal(), Resident)
    if resident and (key := postcode_of(run.facts, args.get("property"))):
        open_address_list(key)
    about = Surroundings(
        speaks_for(run), run.service_id, run.council, at, partnership, run.facts, resident=resident, run=run.pk,
        contact=run.contact_id,
    )  # fmt: skip
    found = LOOK_UPS[step.call.name](about, args)
    given = {name: found.facts.get(result) for name, result in step.call.gives}
    given |= {name: found.facts[name] for name in UNNAMED if name in found.facts}
    where = {"source": found.source, "at": at.isoformat(), "step": step.key}
    kept = {name: {"value": value, **where} for name, value in given.items()}
    for name in {AT_POSTCODE, WHOSE} & kept.keys():
        kept[name]["step"] = ""  # it stays, whichever postcode is asked for anew
    run.facts = {**run.facts, **kept}
    if COUNCIL in found.facts:
        _follow(run, int(found.facts[COUNCIL]), args)


def look_again(run: Run, step: Step) -> bool:
    """Ask the look-ups anew that named what an effect acts on; whether they name something else by now."""
    assert step.call is not None
    script, values, before = script_of(run), walk_of(run).next.values, run.facts
    named = [variable for _, variable in step.call.with_ if variable in before]
    for key in sorted({before[name]["step"] for name in named}):
        looked = script.step(key)
        if looked is not None and looked.call is not None:
            look_up(run, looked, values)
    return any(run.facts[name]["value"] != before[name]["value"] for name in named)


def links(stop: Next) -> bool:
    """Whether it is the effect that leads to a case which was open when it was looked up."""
    return isinstance(stop, Effect) and stop.step.call is not None and stop.step.call.name == LINKS


def forget(run: Run, changed: str) -> None:
    """Drop the facts that were looked up with an answer that changed, and the council that they led to."""
    gone = outdated(script_of(run), changed)
    led = run.facts.get(COUNCIL, {}).get("step") in gone
    run.facts = {name: fact for name, fact in run.facts.items() if fact["step"] not in gone}
    if led:
        _follow_rules(run, run.council)


def about_case(run: Run) -> str | None:
    """What the case is about that a run opens next; None where the next step opens none."""
    stop = walk_of(run).next
    if not isinstance(stop, Effect) or stop.step.call is None or stop.step.call.name != OPENS:
        return None
    return str(_arguments(stop.step, stop.values).get("about") or "")


def do(run: Run, step: Step, values: Mapping[str, Any], ready: Ready | None = None) -> None:
    """Do the effect of a step; its results are kept, and it isn't done again. `ready`: what was asked for its case."""
    assert step.call is not None
    script, call = script_of(run), step.call
    kinds, said = script.kinds(), shown(script, values)
    order = Order(
        args=_arguments(step, values),
        marks=[*marks(script, step, values), *discretion(run, values)],
        title=fill(call.title.get(LANGUAGE), said, kinds),
        told=fill(call.told.get(LANGUAGE), said, kinds),
        answers=answers_told(run),
        ready=ready,
    )
    results = EFFECTS[call.name](run, speaks_for(run).pk, order)
    kept = {name: results.get(result) for name, result in call.gives}
    opened = {"opened": True} if results.get("opened") else {}
    run.effects = {**run.effects, step.key: {**kept, "case": results.get("case"), **opened}}
    _forget_answers(run, [variable for name, variable in call.with_ if name in EFFECT_PORTS[call.name].unkept])
    _prove(run, results.get("level"))


def discretion(run: Run, values: Mapping[str, Any] | None = None) -> list[str]:
    """The mark of a case of which nobody should see what it is about, where the run stands or at these `values`."""
    return [DISCREET] if discreet(script_of(run), walk_of(run).next.values if values is None else values) else []


def _forget_answers(run: Run, names: Iterable[str]) -> None:
    """Answers that were only compared: that something was said stays, and what it was doesn't."""
    gone = {name: {**run.answers[name], "value": UNKEPT} for name in names if name in run.answers}
    run.answers = {**run.answers, **gone}


def _prove(run: Run, level: int | None) -> None:
    """An effect that proves who the caller is gives the `level` that is reached; in a run it never falls."""
    if level is not None:
        run.level = max(run.level, min(int(level), HIGHEST_LEVEL))


def undo(run: Run, changed: str) -> list[str]:
    """Take back the effects that read an answer that is going to change, the last first; their steps."""
    script = script_of(run)
    steps = taken_back(script, run.effects, changed)
    values = walk_of(run, whole=True).next.values if steps else {}
    for step in steps:
        assert step.call is not None
        had = run.effects[step.key]
        results = {result: had.get(name) for name, result in step.call.gives}
        order = Order(args={**_arguments(step, values), **results}, marks=(), title="", told="", answers=())
        EFFECTS[step.call.undo](run, speaks_for(run).pk, order)
        run.effects = {key: effect for key, effect in run.effects.items() if key != step.key}
    return [step.key for step in steps]


def speaks_for(run: Run) -> Council:
    """The council whose rules the run follows now: the address's once it is known, else the line's."""
    number = run.facts.get(COUNCIL, {}).get("value") or run.council_id
    return run.council if number == run.council_id else Council.objects.get(pk=number)


def so_far(run: Run, walked: Walk | None = None) -> list[Said]:
    """The answers in words, in order; `walked` is the run's replay, if it is at hand."""
    script, walked = script_of(run), walked or walk_of(run)
    fixed = sealed(script, run.effects)
    values = walked.next.values
    return [
        Said(short_of(script, step, values), answer_in_words(script, step, values), step.key, step.key in fixed)
        for step in walked.passed
        if step.kind == "ask" and step.short
    ]


def short_of(script: Script, step: Step, values: Mapping[str, Any]) -> str:
    """The short question, which may name what was answered before: “Postcode of the old home”."""
    return fill(step.short.get(LANGUAGE), values, script.kinds())


def pages_passed(run: Run, walked: Walk | None = None) -> list[tuple[str, bool]]:
    """The steps that were a page of their own, in order, asked or only said, with or without a short question; and
    whether one is sealed."""
    fixed = sealed(script_of(run), run.effects)
    return [(step.key, step.key in fixed) for step in (walked or walk_of(run)).passed if step.kind in ("ask", "say")]


def answers_told(run: Run) -> list[dict[str, str]]:
    """The answers in words, as a case keeps them; a name says that it is one."""
    fields = {step.key: step.field.kind for step in script_of(run).steps}
    return [
        {"question": said.label, "answer": said.value, **({"kind": NAME} if fields[said.step] == "person" else {})}
        for said in so_far(run)
    ]


def answer_in_words(script: Script, step: Step, values: Mapping[str, Any]) -> str:
    """The answer to a step as people read it: an option's label, a day, a postcode with its space."""
    value = values.get(step.key)
    if value is None:
        return "Not given"
    if step.field.kind == "postcode":
        return display_postcode(value)
    if step.field.kind == "date":
        return day_told(date.fromisoformat(value), wall_clock(clock.now())[0])
    if step.field.kind in SEVERAL:  # each begins as an option does: “More time; A visit at home”
        return "; ".join(str(label) for _, label in value) or "none"
    if step.field.kind == "point":
        return place_in_words(value)
    if step.field.kind == "money":
        return in_words(value, "whole", "pounds")
    for choice, label in choices(script, step, values):
        if choice == value:
            return label_of(script, label, values)
    return str(value)


def label_of(script: Script, label: Any, values: Mapping[str, Any]) -> str:
    """An option's label: a plain text from a fact, or a text of the script with its variables filled in."""
    return label if isinstance(label, str) else fill(label.get(LANGUAGE), values, script.kinds())


def _arguments(step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    assert step.call is not None
    return {**dict(step.call.fixed), **{name: values.get(variable) for name, variable in step.call.with_}}


def shown(script: Script, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as texts say them: a postcode with its space, a point in words."""
    said = {"postcode": display_postcode, "point": place_in_words}
    own = {step.key: said[step.field.kind] for step in script.steps if step.field.kind in said}
    return {**values, **{key: put(values[key]) for key, put in own.items() if values.get(key)}}


def _follow(run: Run, council: int, args: Mapping[str, Any]) -> None:
    """The address decides: its council's rules apply, and the contact gets the address where it is the same council."""
    _follow_rules(run, Council.objects.get(pk=council))
    contact = run.contact
    chosen = home_number(args.get("property"))  # None: a place on the map has no address
    if contact is not None and chosen and council == contact.council_id and contact.property_id != chosen:
        contact.property_id = chosen
        Contact.objects.filter(pk=contact.pk).update(property_id=contact.property_id)
        person = current_person()
        if person is not None:
            lease_also(person, contact.pk, property_=contact.property_id)


def _follow_rules(run: Run, council: Council) -> None:
    version = version_for(script_of(run).key, council.gss)
    if version.pk != run.script_id:
        run.script, run.parameters = version, dict(parameters_of(version))
