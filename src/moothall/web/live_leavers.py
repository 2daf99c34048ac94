"""Desks at which nobody listens any more: a page that was closed, a sign-in that has ended. After a while no call is
laid before them. A person may listen at another live process, so the others are asked first.
"""
from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from moothall.web.live_people import retire, tell_the_others

logger = logging.getLogger("moothall.live")
GRACE = timedelta(seconds=45)  # a page that is loaded again, or has lost its link for a moment, is back by then
ANSWERED_WITHIN = timedelta(seconds=3)
ANYONE, HERE = "anyone", "here"
Ask = Callable[..., Awaitable[object]]


class Leavers:
    """Who left, and since when. `listens` says whether a person listens at this process."""

    def __init__(self, ask: Ask, listens: Callable[[int], bool]) -> None:
        self._ask, self._listens = ask, listens
        self._due: dict[int, datetime] = {}
        self._asked: dict[int, datetime] = {}
        self._answers: set[asyncio.Task[None]] = set()

    def left(self, person: int, at: datetime) -> None:
        """Their last page here has gone."""
        self._due.setdefault(person, at + GRACE)

    def ended(self, person: int, at: datetime) -> None:
        """Their sign-in has ended: there is nothing to wait for."""
        self._due[person] = at

    def returned(self, person: int) -> None:
        self._due.pop(person, None)
        self._asked.pop(person, None)

    def rung(self, word: str, person: int) -> None:
        """Another process, or this one, asks whether anybody listens for this person, or says that somebody does."""
        if word == HERE:
            self.returned(person)
        elif word == ANYONE and self._listens(person):
            task = asyncio.create_task(self._try(tell_the_others, f"{HERE}:{person}"))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def look(self, at: datetime) -> None:
        """Ask about those who have been away long enough; put to rest those for whom nobody has answered."""
        for person in [person for person, due in self._due.items() if due <= at]:
            del self._due[person]
            self._asked[person] = at
            await self._try(tell_the_others, f"{ANYONE}:{person}")
        for person in [person for person, asked in self._asked.items() if asked + ANSWERED_WITHIN <= at]:
            if self._asked.pop(person, None) is not None:
                await self._try(retire, person)

    async def _try(self, question: Callable[..., object], about: object) -> None:
        try:
            await self._ask(question, about)
        except Exception:  # the database is away: whoever rings in vain is put on a pause by the router
            logger.warning("Could not %s %s", question.__name__, about, exc_info=True)
