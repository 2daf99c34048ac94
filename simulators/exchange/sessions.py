"""Application sessions (ECMA-354) and their monitors; a session outlives its connection for the clean-up delay."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field

from .faults import Outgoing

MOST_SESSIONS = 20
MOST_MONITORS = 20_000


@dataclass(eq=False)
class Session:
    """`monitors` maps monitorCrossRefID → device and back."""

    session_id: str
    duration_s: int
    cleanup_s: int
    out: Outgoing | None
    deadline: float = 0.0
    monitors: dict[int, str] = field(default_factory=dict)
    by_device: dict[str, list[int]] = field(default_factory=dict)

    def prolong(self) -> None:
        self.deadline = time.monotonic() + self.duration_s

    def watch(self, reference: int, device: str) -> None:
        self.monitors[reference] = device
        self.by_device.setdefault(device, []).append(reference)

    def unwatch(self, reference: int) -> bool:
        device = self.monitors.pop(reference, None)
        if device is None:
            return False
        self.by_device[device].remove(reference)
        if not self.by_device[device]:
            del self.by_device[device]
        return True


class Sessions:
    """All sessions of the exchange."""

    def __init__(self, *, longest_s: int = 60, user: str = "", password: str = "") -> None:
        self.longest_s, self._user, self._password = longest_s, user, password
        self.living: dict[str, Session] = {}
        self._references = itertools.count(7)
        self._ids = itertools.count(int(time.time()) & 0xFFFFFF)

    def admits(self, user: str, password: str) -> bool:
        return not self._user or (user, password) == (self._user, self._password)

    def start(self, *, asked_s: int, cleanup_s: int, out: Outgoing) -> Session | None:
        """A new session, or None if there are too many."""
        self.sweep()
        if len(self.living) >= MOST_SESSIONS:
            return None
        duration = max(1, min(asked_s or self.longest_s, self.longest_s))
        session = Session(f"{next(self._ids):X}", duration, min(cleanup_s, 600), out)
        session.prolong()
        self.living[session.session_id] = session
        return session

    def resume(self, session_id: str, out: Outgoing) -> Session | None:
        """The session of that id with this connection, if its clean-up delay isn't over."""
        self.sweep()
        session = self.living.get(session_id)
        if session is None:
            return None
        if session.out is not None:
            session.out.abort()
        session.out = out
        session.prolong()
        return session

    def disconnected(self, session: Session, out: Outgoing) -> None:
        if session.out is out:
            session.out = None
            session.deadline = time.monotonic() + session.cleanup_s

    def stop(self, session: Session) -> None:
        self.living.pop(session.session_id, None)

    def sweep(self) -> None:
        """End sessions whose timer ran out, with their connections."""
        for session in [s for s in self.living.values() if s.deadline < time.monotonic()]:
            self.stop(session)
            if session.out is not None:
                session.out.close()

    def new_reference(self) -> int:
        return next(self._references)
