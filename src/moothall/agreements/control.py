"""What a council does when it must act at once: pause a share, let it go on, take it back; and cut a council off.

The database's functions decide (control.sql). Each step is in the journal of the client and of the provider.
"""
from __future__ import annotations

from datetime import datetime

from moothall.agreements.halts import Halted, halts_to_come
from moothall.agreements.in_force import build, held
from moothall.agreements.life import Refused, ask_for, step
from moothall.agreements.models import Share
from moothall.domain.responsibility.lookup import stretch_at
from moothall.domain.responsibility.shares import Cell
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Person, Team
from moothall.tenancy.models import CORE, Council, Grant


def pause_share(
    share: Share, *, by: Person, reason: str, starts: datetime | None = None, ends: datetime | None = None
) -> None:
    """Its contacts go elsewhere and its team sees nothing of the client, from `starts` (now) until it goes on."""
    at = clock.now()
    with step():
        _ask("halt_share", "pause", share.pk, by.pk, starts or at, ends, reason, at, done="pause")
        for council in _told(share):
            write("share.pause", council=council, service=CORE, at=at, body=_body(
                share, by, reason=reason, starts=(starts or at).isoformat(), ends=ends.isoformat() if ends else None,
            ))


def resume_share(share: Share, *, by: Person) -> None:
    """A paused share goes on."""
    at = clock.now()
    with step():
        _ask("resume_share", share.pk, by.pk, at, done="resumed")
        for council in _told(share):
            write("share.resume", council=council, service=CORE, at=at, body=_body(share, by))


def recall_share(share: Share, *, by: Person, reason: str, starts: datetime | None = None) -> None:
    """The share ends for good; only another version, signed after this, gives it again."""
    at = clock.now()
    with step():
        _ask("halt_share", "recall", share.pk, by.pk, starts or at, None, reason, at, done="recall")
        for council in _told(share):
            write("share.recall", council=council, service=CORE, at=at, body=_body(
                share, by, reason=reason, starts=(starts or at).isoformat(),
            ))


def sever_council(council: Council, *, reason: str, by: Person | None = None) -> None:
    """Cut a council off: asked by one of its managers, or, without `by`, as the owner. Its people's sessions end."""
    at = clock.now()
    with step():
        if by is None:
            _ask("cut_council", council.number, None, reason, at, done="cut")
        else:
            _ask("sever_own", council.number, by.pk, reason, at, done="cut")
        write("council.sever", council=council.number, service=CORE, at=at,
              body={"person": by.pk if by else None, "reason": reason})


def mend_council(council: Council) -> None:
    """Let a council that was cut off take part again. As the owner; its people sign in anew."""
    at = clock.now()
    with step():
        _ask("mend_council", council.number, at, done="mended")
        write("council.mend", council=council.number, service=CORE, at=at, body={})


def grounds_of(share: Share) -> tuple[str, ...]:
    """The grounds that the share's clause names; none where it names none and any reason will do."""
    return tuple((share.body.get("emergency") or {}).get("grounds") or ())


def without(share: Share, at: datetime) -> list[tuple[Cell, tuple[str, ...]]]:
    """Who would answer each of the share's cells at an instant if it were halted then: the teams' names, or nobody."""
    halt = Halted("pause", share.client_id, share.pk, share.team_id, at, None)
    would = build(held(at), (*halts_to_come(at), halt), at)
    names = dict(Team.objects.values_list("slug", "name"))
    cells = [Cell(share.client_id, int(number), channel, share.function)
             for number in share.body.get("services", ()) for channel in share.body.get("channels", ())]
    plans = [(cell, stretch_at(would.table, cell, at).plan) for cell in cells]
    return [(cell, tuple(names[team] for _, team in plan.tiers) if plan else ()) for cell, plan in plans]


def councils_without(council: int, at: datetime) -> int:
    """How many other councils' teams would lose sight of a council that is cut off."""
    grants = Grant.objects.open_at(at).filter(council=council).exclude(team__employer=council)
    return grants.exclude(team__employer=None).values("team__employer").distinct().count()


def _ask(function: str, *values: object, done: str) -> None:
    answer = ask_for(function, *values)
    if answer != done:
        raise Refused(answer)


def _told(share: Share) -> list[int]:
    """The client, and the council whose team it is."""
    return sorted({share.client_id, share.team.employer_id or share.client_id})


def _body(share: Share, by: Person, **more: object) -> dict[str, object]:
    return {"share": share.pk, "version": share.version_id, "key": share.key, "person": by.pk, **more}
