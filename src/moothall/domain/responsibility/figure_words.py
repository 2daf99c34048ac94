"""Sentences about standards, prices, guarantees, caps and clauses that differ."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from moothall.domain.plural import count
from moothall.domain.responsibility.figures import CLAUSE, Figure, FigureChange
from moothall.domain.responsibility.phrases import Block, Phrases, plain, pounds, upper
from moothall.domain.responsibility.times import clock, listed
from moothall.domain.responsibility.told import Change
from moothall.domain.responsibility.wording import seconds

KINDS = {"answered": "standard", "resolved": "standard", "guarantee": "guarantee", "cap": "cap"}
BOUNDS = {
    "guarantee": ("is guaranteed", "is no longer guaranteed", "guarantee"),
    "cap": ("gets at most", "is no longer limited to", "cap"),
}
CLAUSE_NAMES = {"sight_confirmed_by": "confirmation of sight"}
ONE = {"phone": "call", "email": "e-mail", "chat": "chat", "web": "web form", "counter": "visit"}


def figure_sentences(found: Iterable[FigureChange], phrases: Phrases) -> Iterator[Change]:
    """One sentence for each block of cells in which a figure differs alike."""
    for change in found:
        clause = change.figure.startswith(CLAUSE)
        for block in phrases.blocks(change.cells):
            words = _words(change, block, phrases)
            behind = f"This stands in “{change.shares[0]}”, which never comes first." if change.behind else ""
            yield Change(
                "clause" if clause else KINDS.get(change.figure, "price"), "agreement" if clause else "promises", words,
                change.times, block.councils, block.services, block.channels, block.function, shares=change.shares,
                figure=change.figure, before=change.before, after=change.after, note="" if clause else behind,
            )


def _words(change: FigureChange, block: Block, phrases: Phrases) -> str:
    if change.figure.startswith(CLAUSE):
        return _clause(change, block, phrases)
    match change.figure:
        case "answered" | "resolved":
            return _promised(change, block, phrases)
        case "guarantee" | "cap":
            return _bound(change, block, phrases)
    return _price(change, block, phrases)


def minimum_sentences(found: Iterable[FigureChange], phrases: Phrases) -> Iterator[Change]:
    """What councils ask of every share that serves their public."""
    for change in found:
        for block in phrases.blocks(change.cells):
            who, things = upper(phrases.each(block.councils)), phrases.things(block)
            ended = f"{who} no longer asks how soon {things} are {change.figure}; it was within"
            words = _standard(change, f"{who} asks that {things} are {change.figure} within", ended)
            yield Change(
                "minimum", "promises", words, change.times, block.councils, block.services, block.channels,
                block.function, figure=change.figure, before=change.before, after=change.after,
            )


def _promised(change: FigureChange, block: Block, phrases: Phrases) -> str:
    subject, done = phrases.subject(block), change.figure
    ended = f"There is no longer a promise of how soon {subject} are {done}; it was within"
    return _standard(change, f"{upper(subject)} are to be {done} within", ended)


def _standard(change: FigureChange, says: str, ended: str) -> str:
    """`says` and `ended` begin the sentence, where there is a standard and where there is none any more."""
    before, after = change.before, change.after
    if after is None:
        return f"{ended} {_promise(before)}."
    if before is None:
        return f"{says} {_promise(after)}{'' if change.new else '; nothing was asked for before'}."
    (*soon, share), (*was_soon, was_share) = after, before
    if share == was_share:
        return f"{says} {_soon(soon)} instead of {_soon(was_soon)}{_of(share)}."
    if soon == was_soon and share and was_share:
        return f"{says} {_soon(soon)}{_of(share)} instead of {was_share} in 100."
    return f"{says} {_promise(after)}, instead of {_promise(before)}."


def _promise(figure: Figure) -> str:
    *soon, share = figure
    return f"{_soon(soon)}{_of(share)}"


def _soon(soon: Sequence[int]) -> str:
    """"45 seconds"; "3 working days by 17:00"."""
    if len(soon) == 1:
        return seconds(soon[0])
    return f"{count(soon[0], 'working day')} by {clock(soon[1])}"


def _of(share: int | None) -> str:
    return f" for {share} in 100" if share is not None else ""


def _bound(change: FigureChange, block: Block, phrases: Phrases) -> str:
    """A number of agents: what is kept for a council, and what it gets at most."""
    who, about = upper(phrases.each(block.councils)), f", for {phrases.about(block)}"
    says, ended, noun = BOUNDS[change.figure]
    if change.after is None:
        return f"{who} {ended} {count(change.before, 'agent')} at a time{about}."
    words = f"{who} {says} {count(change.after, 'agent')} at a time"
    if change.before is not None:
        return f"{words} instead of {change.before}{about}."
    return f"{words}{about}{'' if change.new else f'; there was no {noun}'}."


def _price(change: FigureChange, block: Block, phrases: Phrases) -> str:
    whose, about = phrases.councils(block.councils), f", for {phrases.about(block)}"
    thing, unit = _thing(change.figure, block)
    before, after = (pounds(value) + unit if value is not None else "" for value in (change.before, change.after))
    if not after:
        return f"{thing} no longer has a price for {whose}{about}; it was {before}."
    costs = f"{thing} costs {whose} {after}"
    if before:
        return f"{costs} instead of {before}{about}."
    return f"{costs}{about}{'' if change.new else '; there was no such price'}."


def _thing(figure: str, block: Block) -> tuple[str, str]:
    """What is paid for, and the words behind the sum."""
    one = "case" if block.function == "resolve" else listed([ONE[channel] for channel in block.channels], "or")
    doing = "resolving" if block.function == "resolve" else "answering"
    known = {
        "price.per_contact_pence": (f"A{'n' if one[0] == 'e' else ''} {one}", ""),
        "price.per_minute_pence": (f"A minute of a{'n' if one[0] == 'e' else ''} {one}", ""),
        "price.per_month_pence": (f"{doing.capitalize()}", " a month"),
    }
    if figure in known:
        return known[figure]
    unit = figure.removeprefix("price.").removesuffix("_pence").replace("_", " ")
    return doing.capitalize(), f" {unit}"


def _clause(change: FigureChange, block: Block, phrases: Phrases) -> str:
    name = change.figure.removeprefix(CLAUSE)
    name = CLAUSE_NAMES.get(name, name.replace("_", " "))
    of = f"The {name} of {phrases.subject(block)}"
    before, after = (plain(value) for value in (change.before, change.after))
    if not after:
        return f"{of} is no longer stated; it was “{before}”."
    if not before:
        return f"{of} is stated: “{after}”."
    return f"{of} is “{after}” instead of “{before}”."
