"""A run as it was walked, by the script's text as it stood when the run began, however long ago that was."""
from __future__ import annotations

from typing import Any

from moothall.cases.models import Case
from moothall.domain.interview.model import Step
from moothall.domain.interview.run import End, Stuck
from moothall.domain.references import parse
from moothall.scripts.models import Run, ScriptVersion
from moothall.scripts.on_the_web import WEB
from moothall.scripts.queries import result_of
from moothall.scripts.steps import LANGUAGE, walk_of
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope


def runs_behind(reference: str) -> list[int]:
    """The runs that led to the case of this reference, the first one first; none of a protected person's."""
    found = parse(reference)
    if found is None:
        return []
    with scope(System("replay")):
        runs = Run.objects.filter(need__case__reference=str(found)) | Run.objects.filter(
            need=None, contact__in=Case.objects.filter(reference=str(found)).values("contact")
        )
        return sorted(runs.values_list("pk", flat=True))


def replay(number: int) -> dict[str, Any] | None:
    """The steps that the run passed and where it stands, without what people said; None where there is no such run.

    Answers, facts and results stay in the database: the walk is made of them, and shows which were given, and when.
    """
    with scope(System("replay")):
        run = Run.objects.select_related("script").filter(pk=number).first()
        if run is None:
            return None
        walked = walk_of(run, whole=True)
        stop = walked.next
        result, outcome, code = result_of(run)
        latest = ScriptVersion.objects.filter(key=run.script.key).order_by("-published_at", "hash").first()
        return {
            "run": run.pk,
            "script": run.script.key,
            "hash": run.script_id,
            "published_at": run.script.published_at.isoformat(),
            "still_in_force": latest is not None and latest.pk == run.script_id,
            "began_at": run.started_at.isoformat(),
            "steps": [_told(run, step) for step in walked.passed],
            "stands": "end" if isinstance(stop, End) else "stuck" if isinstance(stop, Stuck) else "open",
            "at": stop.key if isinstance(stop, Stuck) else stop.step.key,
            "says": stop.words if isinstance(stop, Stuck) else _says(run, stop.step),
            "result": result,
            "outcome": outcome,
            "code": code,
        }


def _says(run: Run, step: Step) -> str:
    """What the agent said, or what the page did."""
    return (run.channel == WEB and step.page.get(LANGUAGE)) or step.say.get(LANGUAGE)


def _told(run: Run, step: Step) -> dict[str, str]:
    given = run.answers.get(step.key) or {}
    looked_up = next((fact for fact in run.facts.values() if fact.get("step") == step.key), {})
    return {
        "step": step.key,
        "does": step.kind,
        "says": _says(run, step),
        "what": step.call.name if step.call else step.field.kind if step.kind == "ask" else "",
        "at": str(given.get("at") or looked_up.get("at") or ""),
        "source": str(looked_up.get("source", "")),
    }
