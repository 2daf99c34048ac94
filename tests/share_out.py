"""Who runs what where tests run in several processes: whole files, but those together that share something dear; the
longest first, so that no process is left alone with one at the end."""
from __future__ import annotations

from collections import Counter
from typing import Any

from xdist.scheduler import LoadFileScheduling

# Each is one share, in this order: the run's demo and the floor that is killed, one after the other, since each is a
# whole house of processes; the loaded demo, the walks over all pages.
TOGETHER = (
    ("tests/e2e/", "tests/faults/"), ("src/moothall/demo/tests/",),
    ("tests/meta/test_protected_people.py",), ("tests/meta/test_routes.py",), ("tests/",),
)  # fmt: skip
APART = 4  # from here on each file is a share of its own


class Shares(LoadFileScheduling):
    """Hands out shares of tests. What orders them is `in_order`, in each process."""

    def _split_scope(self, nodeid: str) -> str:
        rank = rank_of(nodeid)
        return f"share {rank}" if rank < APART else str(super()._split_scope(nodeid))


def rank_of(nodeid: str) -> int:
    return next((rank for rank, names in enumerate(TOGETHER) if nodeid.startswith(names)), len(TOGETHER))


def in_order(items: list[Any]) -> None:
    """What is long first, then the files with most tests; within a share, those that want the run's demo first."""
    sizes = Counter(map(file_of, items))

    def key(item: Any) -> tuple[int, bool, int]:
        rank = rank_of(item.nodeid)
        return rank, "kept_demo" not in item.fixturenames, 0 if rank < APART else -sizes[file_of(item)]

    items.sort(key=key)


def file_of(item: Any) -> str:
    return str(item.nodeid.partition("::")[0])
