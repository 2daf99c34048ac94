"""What differs between two texts about which councils become one: told before anybody signs."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from moothall.domain.responsibility.phrases import Phrases, from_words
from moothall.domain.responsibility.shares import NOWHERE, AgreementTerms, SuccessionTerms
from moothall.domain.responsibility.times import listed
from moothall.domain.responsibility.told import Change


def succession_sentences(before: AgreementTerms, after: AgreementTerms, phrases: Phrases) -> Iterator[Change]:
    """Successions that come, go, or are otherwise than they were."""
    then = {each.gss: _bare(each) for each in before.successions}
    now = {each.gss: _bare(each) for each in after.successions}
    for gss, each in now.items():
        if gss not in then:
            yield _told("succession-added", each, f"{_becomes(each, phrases)}. {_teams(each, phrases)}")
        elif then[gss] != each:
            was = then[gss]
            words = f"{_becomes(each, phrases)}, instead of: {_becomes(was, phrases)}."
            if _becomes(each, phrases) == _becomes(was, phrases):
                words = f"What becomes of teams and shares when {each.name} begins changes. {_teams(each, phrases)}"
            yield _told("succession-changed", each, words)
    for gss, each in then.items():
        if gss not in now:
            yield _told("succession-removed", each, f"It is no longer so that {_becomes(each, phrases)}.")


def _bare(each: SuccessionTerms) -> SuccessionTerms:
    """Without where it stands, and what depends on where it is read."""
    return replace(each, place=NOWHERE, known=False, letters_of="", number=0)


def _becomes(each: SuccessionTerms, phrases: Phrases) -> str:
    """"Northby and Southby become Northby and Southby Council on 1 April 2028; its references begin with NS"."""
    who = phrases.councils(each.predecessors)
    verb = "becomes" if len(each.predecessors) == 1 else "become"
    return f"{who} {verb} {each.name} ({each.gss}) on {from_words(each.at)}; new references begin with {each.letters}"


def _teams(each: SuccessionTerms, phrases: Phrases) -> str:
    said = [f"{phrases.team(team)} {'stays' if team == becomes else f'goes on as {phrases.team(becomes)}'}"
            for team, becomes in each.teams]
    return f"{listed(said)}." if said else "Nothing is said of their teams."


def _told(kind: str, each: SuccessionTerms, words: str) -> Change:
    return Change(kind, "agreement", words, councils=each.predecessors, teams=tuple(team for team, _ in each.teams),
                  starts=each.at)
