"""What in a text refers to a party, a team, hours or a group of it: what would be left hanging without them."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

FIELDS: dict[str, dict[str, tuple[str, ...]]] = {  # of what is referred to: where, and in which lines
    "parties": {
        "teams": ("employer",), "covers": ("council", "councils"), "shares": ("client", "clients"),
        "lines": ("council",), "emergency": ("by", "fallback"), "succession": ("predecessors",),
    },
    "teams": {"shares": ("team",), "emergency": ("fallback",), "succession": ("teams",)},
    "hours": {"hours": ("",), "covers": ("hours",), "shares": ("hours",)},
    "groups": {"groups": ("",), "covers": ("services",), "shares": ("services", "sees"), "lines": ("service",)},
}
ALONE = ("emergency",)  # these are one entry, not several


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry that refers to it: the text's key, and the entry's own or its place in the list."""

    key: str
    entry: str


def references(
    said: Mapping[str, Any], key: str, name: str, same: Callable[[str], str] = str
) -> list[Reference]:
    """What refers to `name` of `key`. `same` is the one name of what has several, as councils have."""
    if key == "parties" and same(str(said.get("partnership", ""))) == same(name):
        return []  # it takes part as the partnership all the same
    return [
        Reference(where, entry) for where, fields in FIELDS.get(key, {}).items()
        for entry, value in _entries(said, where)
        if same(name) in {same(each) for field in fields for each in _told(value, field, key)}
        and (where, entry) != (key, name)
    ]  # fmt: skip


def _entries(said: Mapping[str, Any], where: str) -> Iterator[tuple[str, Any]]:
    found = said.get(where)
    if found is None or isinstance(found, str):
        return
    if where in ALONE:
        yield "", found
    elif isinstance(found, Mapping) and where != "succession" and where not in ("covers", "lines"):
        yield from found.items()
    else:
        yield from ((str(index), each) for index, each in enumerate(found if isinstance(found, list) else [found]))


def _told(value: Any, field: str, key: str) -> list[str]:
    """The names that stand in a line of an entry; without a line, the entry itself."""
    found = value if not field else value.get(field) if isinstance(value, Mapping) else None
    if isinstance(found, Mapping):
        if not field:
            return []  # hours that are written out
        return [*(found if field == "teams" or key == "parties" else ()), *(found.values() if key == "teams" else ())]
    return [str(each) for each in found] if isinstance(found, list) else [] if found is None else [str(found)]
