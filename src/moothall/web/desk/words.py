"""The desk's own words, by the codes that the queue and its buttons use."""
from __future__ import annotations

NOTICES = {
    "taken": "{who} took this call. You are ready again.",
    "rang_off": "They rang off before you answered. You are ready again.",
    "no_answer": "You didn’t answer in time, so the call went on. You are on a pause.",
    "declined": "The call went on to the next. You are on a pause.",
    "link_lost": "The phone link was lost. Use the buttons on your phone.",
}
NOTICE_ELSE = "That call is no longer yours. You are ready again."

REFUSALS = {
    "gone": "That call is no longer yours.",
    "taken": "You have answered this call already.",
    "no_link": "The phone link is down. Use the buttons on your phone.",
    "in_call": "Finish the call first.",
    "not_at_a_desk": "Open your desk first.",
    "not_yours": "That call is no longer yours to finish.",
}
REFUSAL_ELSE = "That didn’t work. Try again, or use the buttons on your phone."

PAUSES = {
    "signed_in": "You have just sat down.",
    "taking_up": "You took up a script again. No calls come to you.",
    "pause": "No calls come to you.",
    "no_answer": "The last call rang out. No calls come to you.",
    "declined": "No calls come to you.",
}
WITHHELD = "a withheld number"
UNKNOWN = "a number we don’t know"


def notice(code: str, who: str = "") -> str:
    """What to tell about a call that left the desk; nothing for no code."""
    if not code:
        return ""
    return NOTICES.get(code, NOTICE_ELSE).format(who=who or "Somebody else")


def refusal(code: str) -> str:
    return REFUSALS.get(code, REFUSAL_ELSE) if code else ""
