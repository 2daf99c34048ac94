"""The way through the regional pages, kept in their addresses, so that Back leads to the page before."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

FOUND, WHERE = "/find/", "/where/"


@dataclass(frozen=True, slots=True)
class Trail:
    """`what`: the words that led here, empty where a need was chosen at once; `asked`: the postcode was asked for;
    `chosen`: an address was."""

    need: str
    what: str = ""
    postcode: str = ""
    asked: str = ""
    chosen: bool = False

    @classmethod
    def of(cls, said: dict[str, Any], there: Mapping[str, str]) -> Trail:
        """Of what was said; `there`: as the address of the page has it."""
        return cls(said["need"], there.get("what", ""), there.get("postcode", ""), said["asked"])

    def start(self) -> str:
        """What the words led to; the first page where there are none."""
        at = "" if self.asked else self.postcode
        return _address(FOUND, what=self.what, postcode=at) if self.what else "/"

    def ask(self) -> str:
        """The question where it is, with what was typed; what came before it where it wasn't asked."""
        if not self.asked:
            return self.start()
        return _address(WHERE, need=self.need, what=self.what, postcode=self.postcode, asked=self.asked, change="1")

    def before(self) -> str:
        """The page before the answer."""
        return self.choose() if self.chosen else self.ask()

    def choose(self) -> str:
        """The addresses at the postcode."""
        return _address(WHERE, need=self.need, what=self.what, postcode=self.postcode, asked=self.asked)


def _address(path: str, **said: str) -> str:
    return path + "?" + urlencode({name: value for name, value in said.items() if value})
