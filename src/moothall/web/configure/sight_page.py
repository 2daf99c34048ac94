"""Who would see more than they serve by a version, in sentences, and who has confirmed that."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from moothall.agreements.halt_words import halt_words
from moothall.agreements.models import SightConfirmed
from moothall.agreements.queries import SightBeyond, sight_beyond
from moothall.domain.responsibility.times import listed
from moothall.web.configure.halted import halts_on
from moothall.web.configure.reading import Seen

SEEN_OF = {"answer": "calls and cases about", "resolve": "cases about"}
UNSERVED = {"answer": "answer", "resolve": "resolve"}


@dataclass(frozen=True, slots=True)
class SightPage:
    """`gains` are sentences, each of a team, a council and what it sees; `confirmed` None while nobody confirmed."""

    gains: tuple[str, ...]
    confirmed: SightConfirmed | None


def sight_page(seen: Seen, now: datetime) -> SightPage:
    version = seen.version
    stopped = {share.key: halt_words(halt, now) for share, halt in halts_on(version).at(now)}
    gains: dict[tuple[str, int, str, str], list[SightBeyond]] = {}
    for gain in sight_beyond(version.pk):
        gains.setdefault((gain.team, gain.council, gain.function, stopped.get(gain.share, "")), []).append(gain)
    confirmed = version.sight_confirmed.filter(sha256=version.sha256).first() if gains else None
    stage = version.stage(now)
    return SightPage(tuple(_sentence(seen, alike, stage, why) for (*_, why), alike in gains.items()), confirmed)


def _sentence(seen: Seen, alike: Iterable[SightBeyond], stage: str, stopped: str) -> str:
    """`Northby contact centre will see Southby's calls and cases about Council tax, which it doesn't answer.`"""
    found = list(alike)
    first = found[0]
    team = seen.holders.teams.get(first.team)
    services = listed([seen.services[number].name for number in dict.fromkeys(gain.service for gain in found)])
    sees = {"in_force": "sees", "ended": "saw", "withdrawn": "would have seen"}.get(stage, "will see")
    does, ends = "doesn't", "."
    if stopped:
        sees, does, ends = "sees nothing now of", "didn't", f": that is {stopped}."
    return (
        f"{team.name if team else first.team} {sees} {seen.councils[first.council].name}'s "
        f"{SEEN_OF[first.function]} {services}, which it {does} {UNSERVED[first.function]}{ends}"
    )
