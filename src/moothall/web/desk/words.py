"""The desk's own words, by the codes that the queue and its buttons use."""
from __future__ import annotations

from datetime import date, datetime

from moothall.cases.models import Case
from moothall.contacts.models import Contact
from moothall.domain.telephone import telephone
from moothall.people.models import Person
from moothall.queueing.legs import Elsewhere
from moothall.web.formats import clock_time, day, day_and_time, in_london, public_day, public_time

NOTICES = {
    "taken": "{who} took this call. You are ready again.",
    "rang_off": "They rang off before you answered. You are ready again.",
    "no_answer": "You didn’t answer in time, so the call went on. You are on a pause.",
    "declined": "The call went on to the next. You are on a pause.",
    "moved": "That call went elsewhere: the council no longer sends its calls here. You are ready again.",
    "passed_rang_off": "They rang off before anybody took the call. All of it is yours to finish.",
    "ask_declined": "They can’t now. The caller is still on hold. Go back to them, or ask somebody else.",
    "ask_no_answer": "They didn’t answer. The caller is still on hold. Go back to them, or ask somebody else.",
    "ask_busy": "Their line is busy. The caller is still on hold. Go back to them, or ask somebody else.",
    "ask_hung_up": "They have rung off. The caller is still on hold. Go back to them.",
    "ask_lost": "The talk with them was lost. Look whether the caller is on hold.",
    "ask_wrong_number": "That number doesn’t exist. The caller is still on hold. Go back to them.",
    "ask_not_taking_calls": "Their telephone takes no calls. The caller is still on hold. Go back to them.",
    "ask_network": "They couldn’t be reached. The caller is still on hold. Go back to them.",
    "asked_over": "Your colleague has gone back to the caller. You are ready again.",
    "asked_rang_off": "The caller has rung off, so the talk was ended. You are ready again.",
    "asked_missed": "You didn’t answer a colleague who asked you. You are on a pause.",
    "link_lost": "The phone link was lost. Use the buttons on your phone.",
}
NOTICE_ELSE = "That call is no longer yours. You are ready again."

REFUSALS = {
    "gone": "That call is no longer yours.",
    "earlier_call": "That was of a call before this one, so nothing was changed. Look for them again.",
    "over": "The call is over. Write in the note which council it was about.",
    "taken": "You have answered this call already.",
    "no_link": "The phone link is down. Use the buttons on your phone.",
    "not_supported": "Your telephone system can’t do that. Use the buttons on your phone.",
    "no_call": "Your telephone system has no such call any more. Listen whether they are still there.",
    "wrong_state": "Your telephone system says that the call isn’t as this page shows it. Look again, then try again.",
    "busy": "The line is busy. Try again in a moment.",
    "in_call": "Finish the call first.",
    "passing_already": "The call is being passed on already. Look again in a moment.",
    "not_theirs": "They don’t answer for this council now, so the call can’t go to them. Choose somebody else.",
    "not_free": "They aren’t free any more. Choose somebody else, or their team.",
    "nobody_free": "Nobody of that team is free. Ask somebody else, or pass the call on to the team.",
    "asking": "You ask somebody about this call now. Go back to the caller first, then say which council it is.",
    "no_number": "No number that can be rung from the desk stands there. Read the case, or ask your team leader.",
    "rung_by_another": "A colleague rings them already. The case says who.",
    "nobody_there": "Nobody of that team is there. Choose another.",
    "no_such_device": "Your telephone system doesn’t know that number. The call is still with you.",
    "no_answer": "Your telephone system didn’t say whether it passed the call on. Listen whether they are still there.",
    "late": "That came too late to be done. Try again.",
    "not_at_a_desk": "Open your desk first.",
    "sealed": "The case was opened with that answer, so it can’t be changed here. Write what is different in the "
    "notes: they go to the officer with the case.",
    "on_the_web": "They go on with that by themselves on the web, so nothing was changed here. Once nothing else is "
    "open in this call, the code of their page brings it back.",
    "not_yours": "That call is no longer yours to finish.",
}
REFUSAL_ELSE = "That didn’t work. Try again, or use the buttons on your phone."

# How they came to us, by the channel.
WAYS = {
    "phone": "They rang", "web": "On the web", "email": "They wrote", "chat": "They chatted", "counter": "They came in",
}  # fmt: skip

PAUSES = {
    "signed_in": "You have just sat down.",
    "taking_up": "You took up a script again. No calls come to you.",
    "pause": "No calls come to you.",
    "unheard": "Your desk was closed, or your sign-in had ended. No calls come to you.",
    "no_answer": "The last call rang out. No calls come to you.",
    "declined": "No calls come to you.",
}
# Of a call that an agent made: why nobody was reached, by the exchange's cause.
NOT_REACHED = {
    "no_answer": "Nobody answered.", "busy": "Their line was busy.", "wrong_number": "That number doesn’t exist.",
    "network": "The telephone network couldn’t reach them.", "not_taking_calls": "Their telephone takes no calls.",
    "late": "It was asked for too late, so nobody was rung.", "lost": "The phone link was lost, so nobody knows.",
}
NOT_REACHED_ELSE = "They were not reached."
# Each letter must be as it is kept, so that nobody is guessed; Find forgives a slip, and shows only who may be seen.
CHANGED = "You wrote this note in another window too. Both are below: read it through"
TOO_LONG_TOGETHER = "You wrote this note in another window too, and both are too long together. Make this one shorter"
NAME_NOT_FOUND = "Ask how it is spelt, look for it in Find, or go on without"
REFUSED = "refused_"
WITHHELD = "a withheld number"
UNKNOWN = "a number we don’t know"


def others_say(found: Elsewhere) -> str:
    """To the caller, about a council for which this agent doesn't answer."""
    name, number = found.council.name, telephone(found.number).replace(" ", "\u00a0") if found.number else ""
    if found.teams:
        return f"{name} can help you with that." + (f" The number is {number}." if number else "")
    if found.opens:
        since = f"from {public_time(found.opens)} on {public_day(found.opens)}"
        return f"Nobody is there for {name} now. You can ring {number or 'again'} {since}."
    return f"I can't answer that for {name}." + (f" You can ring {number}." if number else "")


def others_do(found: Elsewhere, now: datetime) -> str:
    """To the agent: who answers, why nothing is shown, and how to end it."""
    short, service = found.council.short_name, found.service
    if found.teams:
        verb = "answer" if len(found.teams) > 1 else "answers"
        who = f"{' and '.join(found.teams)} {verb} {service} for {short}. Your team doesn't, so you see nothing of it."
    elif found.opens:
        who = f"By the agreement nobody answers {service} for {short} before {when_ahead(found.opens, now)}."
    else:
        who = f"The agreement names nobody who answers {service} for {short}, so you see nothing of it."
    give = "Give them the number" if found.number else "Tell them to look for the number on the council's website"
    return f"{who} {give}, and write in the notes what they wanted."


def when_ahead(at: datetime, now: datetime) -> str:
    """`17:00` today, else the day and the time."""
    today = in_london(now).date()
    return clock_time(at) if in_london(at).date() == today else day_and_time(at, today)


def notice(code: str, who: str = "") -> str:
    """What to tell about a call that left the desk; nothing for no code."""
    if not code or code.startswith(REFUSED):
        return ""
    return NOTICES.get(code, NOTICE_ELSE).format(who=who or "Somebody else")


def refusal_of_notice(code: str) -> str:
    """What the exchange answered to a button, where it didn't do it; nothing for another notice."""
    return refusal(code.removeprefix(REFUSED)) if code.startswith(REFUSED) else ""


def _named(agent: Person | None) -> str:
    return f"{agent.name}, {agent.employer.short_name}" if agent and agent.employer else agent.name if agent else ""


def contact_words(contact: Contact, first: Person | None = None) -> str:
    """Of an earlier contact: how they came to us, and whom of us they met; `first` if it was passed on."""
    agent = contact.agent
    who = _named(agent)
    if contact.outgoing:
        reached = "" if contact.answered_at else f". {not_reached(contact.cause)}"
        return f"{f'{who},' if who else 'We'} rang them{reached or '.'}"
    way = WAYS.get(contact.channel, "In touch")
    if who and contact.answered_at and first is not None and agent is not None and first.pk != agent.pk:
        return f"{way}. {_named(first)}, answered and passed it on to {who}."
    if who and contact.answered_at:
        return f"{way}. {who}, answered."
    return f"{way}." if contact.channel == "web" or contact.answered_at else f"{way}. Nobody answered."


def case_words(case: Case, today: date) -> str:
    """How a case stands, or ended."""
    if case.state == Case.State.CLOSED:
        ended = f": {case.outcome_words.rstrip('.')}" if case.outcome_words else ""
        return f"Closed {day(case.closed_at, today)}{ended}"
    return f"Open, due {day(case.due_at, today)}" if case.due_at else "Open"


def not_reached(cause: str) -> str:
    """Why a call that an agent made reached nobody."""
    return NOT_REACHED.get(cause, NOT_REACHED_ELSE)


def refusal(code: str) -> str:
    return REFUSALS.get(code, REFUSAL_ELSE) if code else ""
