"""Two bells in the database: one for desks that changed, one for the router. Payloads are ids; both ring at commit."""
from __future__ import annotations

from moothall.queueing.queries import DESK, ROUTER, notify, ring_desk

__all__ = ["DESK", "ROUTER", "ring", "wake_router"]


def ring(person_id: int) -> int:
    """Raise the version of this person's desk and tell the live process; the new version. Once a transaction."""
    return ring_desk(person_id)


def wake_router(payload: str = "") -> None:
    """`presence:<person>`, `command`, or nothing, which means: look at everything."""
    notify(ROUTER, payload)
