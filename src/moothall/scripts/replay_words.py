"""A run as it was walked, told to people: what each step does in words, what its council had filled in, London's times.

Nothing that anybody said is in it, so a text shows what a council fills in and leaves open what the call brought.
"""
from __future__ import annotations

from datetime import datetime
from typing import Any

from moothall.contacts.models import Need
from moothall.domain.calendar import LONDON
from moothall.domain.interview.model import Script, Step
from moothall.domain.interview.words import OPTIONAL, PLACEHOLDER, fill
from moothall.scripts.models import Run
from moothall.scripts.replay import replay
from moothall.scripts.steps import LANGUAGE
from moothall.scripts.versions import script_of
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

_DOES = {
    "ask": "Asked", "say": "Said", "look_up": "Looked up", "work_out": "Worked out", "effect": "Done", "end": "End",
}  # fmt: skip


def replayed(number: int) -> list[str] | None:
    """The lines of the run; None where there is none that can be told."""
    story = replay(number)
    if story is None:
        return None
    with scope(System("replay")):
        run = Run.objects.select_related("script").get(pk=number)
        script, given = script_of(run), run.parameters
    since = "its text is in force still" if story["still_in_force"] else "its text was replaced since"
    title = script.title.get(LANGUAGE)
    lines = [f"Run {story['run']} of “{title}” ({story['script']}, {story['hash'][:12]}; {since}).",
             f"It began on {_day(story['began_at'])}, London time."]  # fmt: skip
    for place, told in enumerate(story["steps"], 1):
        step = script.step(told["step"])
        said = _said(script, step, told["says"], given) if step else told["step"]
        lines.append(f"{place:3}. {said}{_time(told['at'])}")
    return [*lines, _stands(script, story, given)]


def _stands(script: Script, story: dict[str, Any], given: Any) -> str:
    """Where it is now, and what came of it."""
    step = script.step(story["at"])
    words = _said(script, step, story["says"], given) if step else story["at"]
    match story["stands"]:
        case "end":
            outcome = dict(Need.Outcome.choices).get(story["outcome"], story["outcome"])
            return f"It is at its end. {words}\n{outcome}; wrap-up code {story['code']}."
        case "stuck":
            return f"It can’t go on at “{story['at']}”: {story['says']}."
        case _:
            return f"It isn’t finished. Next comes: {words}"


def _said(script: Script, step: Step, says: str, given: Any) -> str:
    """The step in words; one that asks and says nothing by its name, with its key, which is what stands in the file."""
    does = _DOES.get(step.kind, "Step")
    words = _filled(script, says, given)
    if words:
        return f"{does}: “{words}”"
    name = step.key.replace("_", " ").lower()
    called = step.call.name.replace("_", " ") if step.call and step.call.name != step.key else ""
    return f"{does}: {called or name}{f' ({step.key})' if called or name != step.key else ''}"


def _filled(script: Script, text: str, given: Any) -> str:
    """The text with what the council filled in; what the call brought is left open."""
    kinds = script.kinds()
    told = {**script.defaults, **given}
    once = PLACEHOLDER.sub(lambda found: fill(found[0], told, kinds) if told.get(found[1]) is not None else "…", text)
    return " ".join(OPTIONAL.sub(r"\1", once).split())


def _day(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(LONDON):%-d %B %Y at %H:%M}"


def _time(at: str) -> str:
    return f"  [{datetime.fromisoformat(at).astimezone(LONDON):%H:%M:%S}]" if at else ""
