"""What differs between two texts beside who answers, what it costs and who sees: lines, parties, dates, names."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

from moothall.domain.plural import count_of
from moothall.domain.responsibility.phrases import Phrases, end_words, from_words, plain
from moothall.domain.responsibility.shares import AgreementTerms, Emergency, LineTerms
from moothall.domain.responsibility.succession_words import succession_sentences
from moothall.domain.responsibility.told import Change
from moothall.domain.responsibility.wording import heard
from moothall.domain.telephone import telephone

USUAL_GREETING = "the usual words"
# What has a sentence of its own; of every other field it is told that it differs.
AGREEMENT = frozenset({
    "slug", "name", "starts", "ends", "parties", "teams", "covers", "shares", "lines", "bodies", "place", "notice",
    "emergency", "successions",
})
LINE = frozenset({
    "number", "council", "service", "channel", "name", "public_number", "aliases", "greeting", "place",
})


def line_sentences(before: AgreementTerms, after: AgreementTerms, phrases: Phrases) -> Iterator[Change]:
    """Lines that come, go, lead elsewhere, or are called, published or greeted differently."""
    pairs = _pairs(before.lines, after.lines)
    for was, becomes in pairs:
        if was and becomes:
            yield from _line_changes(was, becomes, phrases)
        elif becomes:
            words = f"The line {_named(becomes)} is new. It leads to {_leads(becomes, phrases)}."
            yield _line_change("line-added", "calls", words, becomes, after=_leads(becomes, phrases))
            if becomes.greeting:
                words = f"Who rings {_named(becomes)} hears {_greeting(becomes, phrases)}."
                yield _line_change("greeting", "greetings", words, becomes, after=becomes.greeting)
        elif was:
            words = f"The line {_named(was)} is no longer part of the agreement. It led to {_leads(was, phrases)}."
            yield _line_change("line-removed", "calls", words, was, before=_leads(was, phrases))


def _pairs(
    before: Iterable[LineTerms], after: Iterable[LineTerms]
) -> list[tuple[LineTerms | None, LineTerms | None]]:
    """Lines of both texts by number; one that has another number now, by its public number, else by its name."""
    left = list(before)
    found: list[tuple[LineTerms | None, LineTerms | None]] = []
    waiting = list(after)
    for same in (_same_number, _same_public_number, _same_name):
        for line in list(waiting):
            was = next((other for other in left if same(other, line)), None)
            if was:
                left.remove(was)
                waiting.remove(line)
                found.append((was, line))
    places = {id(line): index for index, line in enumerate(after)}
    found += [(None, line) for line in waiting]
    found.sort(key=lambda pair: places[id(pair[1])])
    return [*found, *((line, None) for line in left)]


def _same_number(one: LineTerms, other: LineTerms) -> bool:
    return one.number == other.number


def _same_public_number(one: LineTerms, other: LineTerms) -> bool:
    return bool(one.public_number) and one.public_number == other.public_number


def _same_name(one: LineTerms, other: LineTerms) -> bool:
    return (one.name, one.council, one.service) == (other.name, other.council, other.service)


def _line_changes(was: LineTerms, line: LineTerms, phrases: Phrases) -> Iterator[Change]:
    said = _named(line)
    then, now = _leads(was, phrases), _leads(line, phrases)
    if was.cell != line.cell:
        words = f"The line {said} leads to {now} instead of {then}."
        yield _line_change("line-moved", "calls", words, line, before=then, after=now)
    for kind, (old, new) in (
        ("line-renumbered", (was.number, line.number)),
        ("line-published", (was.public_number, line.public_number)),
        ("line-aliases", (", ".join(was.aliases), ", ".join(line.aliases))),
    ):
        if old != new:
            words = f"The line {line.name if kind == 'line-renumbered' else said} {_reached(kind, old, new)}."
            yield _line_change(kind, "calls", words, line, before=old, after=new)
    if was.name != line.name:
        words = f"The line {line.number} is called {line.name} instead of {was.name}."
        yield _line_change("line-named", "greetings", words, line, before=was.name, after=line.name)
    for name, (one, other) in _beyond(was, line, LINE):
        words = f"Of {name.replace('_', ' ')} the line {said} says “{plain(other)}” instead of “{plain(one)}”."
        yield _line_change("line-detail", "greetings", words, line, before=plain(one), after=plain(other))
    if was.greeting != line.greeting:
        words = f"Who rings {said} hears {_greeting(line, phrases)} instead of {_greeting(was, phrases)}."
        yield _line_change("greeting", "greetings", words, line, before=was.greeting, after=line.greeting)


def _line_change(
    kind: str, group: str, words: str, line: LineTerms, *, before: str | None = None, after: str | None = None
) -> Change:
    return Change(
        kind, group, words, councils=(line.council,), services=(line.service,), channels=(line.channel,),
        function="answer", lines=(line.number,), before=before, after=after,
    )


def _named(line: LineTerms) -> str:
    return f"{line.name} ({line.number})"


def _leads(line: LineTerms, phrases: Phrases) -> str:
    return f"{phrases.whose([line.council])} {phrases.services([line.service])}"


def _greeting(line: LineTerms, phrases: Phrases) -> str:
    return f"“{heard(line.greeting, phrases.names.council(line.council))}”" if line.greeting else USUAL_GREETING


def _reached(kind: str, old: str, new: str) -> str:
    """By which numbers; a line may have none that is published, and none besides its own."""
    says = {"line-renumbered": "at the exchange as", "line-published": "by the public as", "line-aliases": "also as"}
    if kind != "line-renumbered":  # the exchange's own stays as it is dialled there
        old, new = (", ".join(telephone(each) for each in said.split(", ")) for said in (old, new))
    if not new:
        return f"is no longer dialled {says[kind]} {old}"
    return f"is dialled {says[kind]} {new}{f' instead of {old}' if old else ''}"


def agreement_sentences(before: AgreementTerms, after: AgreementTerms, phrases: Phrases) -> Iterator[Change]:
    """Parties, period, name, notice and teams."""
    for kind, numbers, says in (
        ("party-joins", [n for n in after.parties if n not in before.parties], "joins the agreement"),
        ("party-leaves", [n for n in before.parties if n not in after.parties], "leaves the agreement"),
    ):
        for number in numbers:
            yield Change(kind, "agreement", f"{phrases.councils([number])} {says}.", councils=(number,))
    for kind, words, (old, new) in (
        ("begins", "This text holds from {} instead of {}.", (before.starts, after.starts)),
        ("ends", "The agreement runs to {} instead of {}.", (before.ends, after.ends)),
    ):
        if old != new:
            said = from_words if kind == "begins" else end_words
            yield Change(kind, "agreement", words.format(said(new), said(old)), before=old, after=new)
    if before.name != after.name:
        words = f"The agreement is called {after.name} instead of {before.name}."
        yield Change("named", "agreement", words, before=before.name, after=after.name)
    yield from _notice(before, after)
    yield from _emergency(before, after, phrases)
    yield from succession_sentences(before, after, phrases)
    yield from _clauses(before, after)
    yield from _teams(before, after, phrases)


def first_sentences(terms: AgreementTerms, phrases: Phrases) -> Iterator[Change]:
    """What a first text says of itself: whom it binds, for how long, notice, emergency clause, successions. Told even
    where the text is silent, since a silent clause has its effect too."""
    yield Change("parties", "agreement", f"It binds {phrases.councils(terms.parties)}.", councils=terms.parties)
    words = f"It holds from {from_words(terms.starts)} to {end_words(terms.ends)}."
    yield Change("period", "agreement", words, starts=terms.starts, ends=terms.ends)
    notice = str(terms.notice)
    sooner = f"sooner with {notice} of notice" if notice else "at any time, without notice"
    yield Change("notice", "agreement", f"It can be ended {sooner}.", after=notice)
    for name, says in _in_emergency(terms.emergency, phrases).items():
        yield Change("emergency", "agreement", f"In an emergency {says}", figure=name, after=says)
    yield from succession_sentences(replace(terms, successions=()), terms, phrases)


def _notice(before: AgreementTerms, after: AgreementTerms) -> Iterator[Change]:
    old, new = (str(terms.notice) for terms in (before, after))
    if old != new:
        words = f"Notice is {new or 'not asked for'} instead of {old or 'none'}."
        yield Change("notice", "agreement", words, before=old, after=new)


def _emergency(before: AgreementTerms, after: AgreementTerms, phrases: Phrases) -> Iterator[Change]:
    """Who may pause and take back, why, and where contacts go then: each that differs, as it will be and as it was."""
    was, becomes = _in_emergency(before.emergency, phrases), _in_emergency(after.emergency, phrases)
    for name, now in becomes.items():
        if now != was[name]:
            words = f"In an emergency {now} Until now {was[name]}"
            yield Change("emergency", "agreement", words, figure=name, before=was[name], after=now)


def _in_emergency(said: Emergency, phrases: Phrases) -> dict[str, str]:
    who = f"the client and {phrases.councils(said.by)}" if said.by else "only the client"
    grounds = f"for {'; '.join(said.grounds)}" if said.grounds else "for any reason"
    minutes = said.look_minutes
    goes = "; ".join(f"{phrases.whose([client])} contacts go to {phrases.team(team)}" for client, team in said.fallback)
    return {
        "by": f"{who} may pause a share or take it back.",
        "grounds": f"that is allowed {grounds}.",
        "fallback": f"{goes}." if goes else "contacts go to whoever is next by the shares.",
        "break_glass": f"another party may see a client's records for at most {count_of(minutes, 'minute')}." if minutes
        else "no other party may see a client's records outside its shares.",
        "message": f"callers are told “{said.message}”." if said.message else "callers are told nothing of their own.",
    }


def _clauses(before: AgreementTerms, after: AgreementTerms) -> Iterator[Change]:
    """Whatever else the agreement itself says, so that nothing that is signed goes untold."""
    for name, (old, new) in _beyond(before, after, AGREEMENT):
        then, now = (f"“{plain(value)}”" if value else "nothing" for value in (old, new))
        words = f"Of {name.replace('_', ' ')} the agreement says {now} instead of {then}."
        yield Change("clause", "agreement", words, figure=name, before=plain(old), after=plain(new))


def _beyond(before: object, after: Any, known: frozenset[str]) -> Iterator[tuple[str, tuple[object, object]]]:
    """Fields with other values that no sentence of its own tells."""
    for each in fields(after):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if each.name not in known and old != new:
            yield each.name, (old, new)


def _teams(before: AgreementTerms, after: AgreementTerms, phrases: Phrases) -> Iterator[Change]:
    known = {team.slug: team for team in before.teams}
    for team in after.teams:
        was = known.get(team.slug)
        if was and was.name != team.name:
            words = f"The team {was.name} is called {team.name}."
            yield Change("team-named", "agreement", words, teams=(team.slug,), before=was.name, after=team.name)
        if was and was.employer != team.employer:
            then, now = (phrases.councils([number]) if number else "several councils" for number in
                         (was.employer, team.employer))
            words = f"The people of {team.name} are employed by {now} instead of {then}."
            yield Change("team-employer", "agreement", words, teams=(team.slug,), before=was.employer,
                         after=team.employer)
