"""What scripts may call: each look-up and effect with its arguments and results. No Django: a pack is checked alone."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from moothall.domain.findings import Finding
from moothall.domain.interview.model import Script, Step
from moothall.scripts import ports_benefits, ports_bulky, ports_revenues, ports_switchboard
from moothall.scripts.port import Port

LOOK_UPS: Mapping[str, Port] = {
    "today": Port({"today": "date", "now_minute": "time"}),
    "properties_at_postcode": Port(
        {
            "properties": "choices",
            "property_count": "whole",
            "postcode_ours": "truth",
            "postcode_council": "text",
            "postcode_website": "text",
        },
        frozenset({"postcode"}),
        frozenset({"other_than"}),
    ),
    "property": Port(
        {
            "address": "text",
            "property_council": "text",
            "other_council": "truth",
            "assisted": "truth",
            "street_code": "text",
        },
        frozenset({"property"}),
    ),
    "other_home": Port(
        {"address": "text", "whose": "text", "website": "text", "other_council": "truth"}, frozenset({"property"})
    ),
    "place": Port(
        {
            "place_marked": "truth",
            "place_ours": "truth",
            "place_council": "text",
            "place_website": "text",
            "place_near": "text",
            "other_council": "truth",
        },
        frozenset({"point"}),
    ),
    "collections": Port(
        {"schedule_known": "truth", "days": "choices", "last_day": "date", "day_before": "date", "next_day": "date"},
        frozenset({"property", "stream", "today", "lookback_days"}),
    ),
    "next_days": Port(
        {"next_refuse": "date", "next_recycling": "date", "next_food": "date", "next_garden": "date"},
        frozenset({"property", "today"}),
    ),
    "crew_log": Port(
        {
            "suspended": "truth",
            "road_blocked": "truth",
            "crew_event": "text",
            "crew_time": "time",
            "subscribed": "truth",
            "proven_misses": "whole",
        },
        frozenset({"property", "stream", "due"}),
    ),
    "open_cases_for": Port(
        {"about": "text", "open_case": "text", "open_reference": "text", "open_due": "date"}, frozenset({"kind"}), None
    ),
    **ports_benefits.LOOK_UPS,
    **ports_bulky.LOOK_UPS,
    **ports_revenues.LOOK_UPS,
    **ports_switchboard.LOOK_UPS,
}
EFFECTS: Mapping[str, Port] = {
    "open_case": Port(
        {"case_reference": "text", "case_due": "date"},
        frozenset({"kind"}),
        frozenset({"property", "about", "due_working_days", "due_on", "text"}),
        tells=True,
        needs="resolve",
        case=True,
    ),
    "link_case": Port({"linked": "truth"}, frozenset({"case"}), case=True),
    **ports_bulky.EFFECTS,
    **ports_revenues.EFFECTS,
}
TELLING = frozenset(name for name, port in EFFECTS.items() if port.tells)


def check_ports(script: Script) -> Iterator[Finding]:
    """A finding for each call that no port answers, and each argument or result that a port doesn't know."""
    for step in script.steps:
        if step.call is None:
            continue
        ports = LOOK_UPS if step.kind == "look_up" else EFFECTS
        port = ports.get(step.call.name)
        if port is None:
            yield _unknown(step, "look-up" if step.kind == "look_up" else "effect", step.call.name, ports)
        else:
            yield from _arguments(step, port)
            yield from _results(script, step, port)
            yield from _undoing(step, port)
            if step.call.protect and not port.case:
                words = f"“{step.key}” protects somebody, and no case says whom"
                yield Finding("protect", words, "Say protect: at an effect that opens a case.", step.place)


def _arguments(step: Step, port: Port) -> Iterator[Finding]:
    assert step.call is not None
    given = {name for name, _ in (*step.call.with_, *step.call.fixed)}
    for name in sorted(port.takes - given):
        yield Finding("argument", f"“{step.key}” lacks “{name}”", "Add it under with: or fixed:.", step.place)
    if port.also is not None:
        for name in sorted(given - port.takes - port.also):
            yield _unknown(step, "argument of it", name, dict.fromkeys(port.takes | port.also))


def _results(script: Script, step: Step, port: Port) -> Iterator[Finding]:
    assert step.call is not None
    for name, result in step.call.gives:
        if result not in port.gives:
            yield _unknown(step, "result of it", result, port.gives)
        elif script.variables[name].kind != port.gives[result]:
            words = f"“{step.key}” gives “{name}” as {script.variables[name].kind}; it is {port.gives[result]}"
            yield Finding("result", words, "", step.place)


def _undoing(step: Step, port: Port) -> Iterator[Finding]:
    """What takes the effect back is given all that the effect was given, and what it gave."""
    assert step.call is not None
    if not step.call.undo:
        return
    undo = EFFECTS.get(step.call.undo)
    if undo is None:
        yield _unknown(step, "effect", step.call.undo, EFFECTS)
        return
    given = {name for name, _ in (*step.call.with_, *step.call.fixed)} | set(port.gives)
    for name in sorted(undo.takes - given):
        words = f"“{step.call.undo}” needs “{name}”, which “{step.key}” neither has nor gives"
        yield Finding("undo", words, "Undo it by another effect.", step.place)


def _unknown(step: Step, what: str, name: str, known: Mapping[str, object]) -> Finding:
    near = difflib.get_close_matches(name, known, n=1)
    remedy = f"Did you mean “{near[0]}”?" if near else f"There are {', '.join(sorted(known))}."
    return Finding("port", f"“{step.key}”: there is no {what} called “{name}”", remedy, step.place)


def check_agreed(
    script: Script, adopting: frozenset[str], agreed: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """Findings where an effect needs a function that no adopting council has agreed, or that some of them lack.

    `agreed` gives each council's functions for the script's service. While no agreement is about any of the adopting
    councils there is nothing to compare with.
    """
    served = sorted(adopting & set(agreed))
    for step in script.steps if served else ():
        effect = EFFECTS.get(step.call.name) if step.kind == "effect" and step.call else None
        needs = effect.needs if effect else ""
        without = [gss for gss in served if needs and needs not in agreed[gss]]
        if without:
            everybody = len(without) == len(served)
            words = f"“{step.key}” needs somebody to {needs} it, and the agreements in force name nobody for "
            words += "any council" if everybody else ", ".join(without)
            remedy = f"Add a share with function {needs} for {script.service}, or end in another way."
            yield Finding("outside-agreement", words, remedy, step.place, "error" if everybody else "warning")
