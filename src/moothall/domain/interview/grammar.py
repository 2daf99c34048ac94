"""The words of the script language: which keys may stand where. The parser, the schema and the guide follow it."""

from __future__ import annotations

from collections.abc import Mapping

TOP = frozenset({
    "script", "service", "title", "found_by", "about", "rank", "longest", "level", "web", "sub", "interrupt",
    "discreet", "parameters", "steps",
})  # fmt: skip
PARAMETER = frozenset({
    "kind", "default", "values", "label", "hint", "ask",
    "fixed",  # no council changes it
})  # fmt: skip
STEP = frozenset({"key", "when"})
SPOKEN = frozenset({"say", "do", "why", "short", "if_they_say", "page", "hint", "help", "know"})
REPLY = frozenset({"they", "you"})
OPTION = frozenset({"label", "when", "why", "alone"})
MUST = frozenset({"that", "words"})
MARK = frozenset({"mark", "when"})
GIVEN = frozenset({"kind", "always", "values", "from"})
REPEAT = frozenset({"over", "most", "as"})
BY_VERB: dict[str, frozenset[str]] = {
    "use": frozenset({"use", "as", "with", "texts", "drop"}),
    "ask": frozenset(
        {"ask", "options", "options_from", "optional", "longest", "missing", "must", "least", "most"}
    ),
    "look_up": frozenset({"look_up", "with", "fixed", "gives"}),
    "work_out": frozenset({"work_out", "kind"}),
    "effect": frozenset({"effect", "with", "fixed", "gives", "marks", "told", "title", "undo", "protect"}),
    "end": frozenset({"end", "outcome", "code", "then"}),
    "group": frozenset({"group", "steps", "repeat"}),
}
UNSPOKEN = frozenset({"use", "group"})  # verbs whose steps say nothing of their own
OUTCOMES = ("resolved", "case_opened", "signposted", "referred", "callback")


def verb_of(step: object) -> str:
    """What a step does; "" where it does nothing."""
    if not isinstance(step, Mapping):
        return ""
    for verb in BY_VERB:
        if verb in step:
            return verb
    return "say" if "say" in step else ""


def allowed(verb: str) -> frozenset[str]:
    """The keys that a step of that verb may have."""
    own = STEP | BY_VERB.get(verb, frozenset())
    return own if verb in UNSPOKEN else own | SPOKEN
