"""What a run tells whoever it is about, kept with its cases: pages and officers tell what was really said or shown."""
from __future__ import annotations

from moothall.cases.queries import tell_case
from moothall.domain.interview.run import End
from moothall.domain.interview.words import fill, read_not_heard, unquoted
from moothall.scripts.models import Run
from moothall.scripts.on_the_web import WEB
from moothall.scripts.steps import LANGUAGE, shown, walk_of
from moothall.scripts.versions import script_of


def tell_at_end(run: Run) -> None:
    """The cases that the run opened tell what it says at the end where it stands; linked ones are somebody else's."""
    opened = [effect["case"] for effect in run.effects.values() if effect.get("opened")]
    words = said_at_end(run) if opened else ""
    for case in opened if words else ():
        tell_case(int(case), words)


def said_at_end(run: Run) -> str:
    """What its page shows on the web, or what is said at the desk; empty where the run stands at no end."""
    stop = walk_of(run).next
    if not isinstance(stop, End):
        return ""
    script, say = script_of(run), read_not_heard(stop.step.say.get(LANGUAGE))
    page = stop.step.page.get(LANGUAGE) if run.channel == WEB else ""
    return unquoted(fill(page or say, shown(script, stop.values), script.kinds()))
