"""The words of the web's part of the report: what each figure is called, and what it means."""
from __future__ import annotations

from moothall.contacts.models import Need
from moothall.domain.plural import count_of
from moothall.reports.step_facts import RunFact
from moothall.reports.web_facts import ALONE, HANDED_ON, LEFT, UNDER_WAY, by_phone
from moothall.web.reports.words import Figure

WEB_FIGURES: dict[str, Figure] = {
    what: Figure(*words)
    for what, *words in (
        ("begun", "Begun", "begun on the web", "Somebody began to fill it in on the council’s own pages. What was "
         "begun in a call and gone on with on the web counts as that call."),
        ("alone", "Finished alone", "finished alone", "They came to its end by themselves: sent to us, or answered at "
         "once. In brackets is what chance alone allows, of those that are over. Below 10 there is no per cent."),
        ("with_case", "Of these with a case", "finished alone with a case", "An officer deals with it now."),
        ("handed_on", "Handed on", "handed on", "They asked to be rung, or an agent went on with it by its code."),
        ("call_asked", "To ring back", "in which they asked to be rung", "They asked us to ring them. Some finish "
         "alone all the same, and are rung all the same."),
        ("by_phone", "Gone on by phone", "gone on with by phone", "They rang, and an agent went on by its code."),
        ("left", "Left", "left", "Nobody touched it for an hour. Their answers are kept for 7 days, so that it may "
         "still be finished: then it counts so."),
        ("under_way", "Under way", "under way", "Somebody was at it within the last hour."),
    )
}
WEB_SHOWN = ("begun", "alone", "with_case", "handed_on", "call_asked", "by_phone", "left", "under_way")
STATES = {ALONE: "Finished alone", HANDED_ON: "Handed on", LEFT: "Left", UNDER_WAY: "Under way"}


def runs_in_words(count: int, what: str) -> str:
    """`9 forms left`: on the web people fill in a form, whatever a script is to us."""
    return f"{count_of(count, 'form')} {WEB_FIGURES[what].phrase}"


def came_of(run: RunFact, state: str) -> str:
    """What came of one, in a few words."""
    if state == ALONE:
        outcome = dict(Need.Outcome.choices).get(run.outcome, "")
        if run.outcome == Need.Outcome.REFERRED and not run.sent:
            outcome = "The page said whom to turn to"
        return f"Finished alone. {outcome}".strip(". ") + "."
    if state == HANDED_ON:
        ways = (("They asked to be rung.", run.call_asked), ("An agent went on with it.", by_phone(run)))
        return " ".join(words for words, so in ways if so)
    return f"{STATES[state]}."
