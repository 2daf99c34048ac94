"""Two clients of the hub, each with a line of its own and what its share says of it. Their terms are the test's."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from moothall.domain.calendar import wall_clock
from moothall.queueing.calls import Calls
from moothall.telephony.numbers import Caller
from moothall.telephony.port import Abandoned, Alerting, Answered, CallEvent, Ended, Offered

LINES = {"C": "5901", "L": "5902"}  # a call's key begins with the letter of its client
TEXT = """\
moothall: 1
agreement: two-clients
name: Two clients
from: {starts}
to: {ends}
parties: [Charnwood, Lichfield]
teams:
  charnwood-contact-centre: {{name: Charnwood contact centre, employer: Charnwood}}
covers: []
shares:
  charnwood-answered: {{client: Charnwood, services: refuse, function: answer, channels: [phone],
    team: charnwood-contact-centre, hours: always{charnwood}}}
  lichfield-answered: {{client: Lichfield, services: refuse, function: answer, channels: [phone],
    team: charnwood-contact-centre, hours: always{lichfield}}}
lines:
  - {{number: "5901", public: "+441509900009", council: Charnwood, service: refuse, name: Charnwood bins}}
  - {{number: "{line}", public: "+441543900009", council: Lichfield, service: refuse, name: Lichfield bins}}
"""


def two_clients(
    *, charnwood: str = "", lichfield: str = "", starts: datetime | None = None, line: str = LINES["L"]
) -> Any:
    """The agreement in force; the version. `lichfield`: more of its share, as "guarantee: 1"; `line`: its number."""
    from moothall.agreements.actions import load_version

    today = wall_clock(datetime.now(UTC))[0]
    begins = wall_clock(starts)[0] if starts else today - timedelta(days=30)
    more = {name: f", {terms}" if terms else "" for name, terms in (("charnwood", charnwood), ("lichfield", lichfield))}
    text = TEXT.format(starts=begins, line=line, ends=today + timedelta(days=300), **more)
    return load_version(text, in_force=True)


@dataclass
class Exchange:
    """What the exchange tells the router, in seconds since the start."""

    calls: Calls
    start: datetime

    def at(self, seconds: float) -> datetime:
        return self.start + timedelta(seconds=seconds)

    def hear(self, kind: type[CallEvent], call: str, seconds: float, **more: Any) -> list[Any]:
        line = LINES[call[0]]
        fields = {"line": line, "device": line, "caller": Caller("number", "+441632960123"), **more}
        return self.calls.hear(kind(at=self.at(seconds), monotonic_ns=0, call=call, **fields), self.at(seconds))

    def offered(self, call: str, seconds: float) -> list[Any]:
        return self.hear(Offered, call, seconds)

    def answered(self, call: str, seconds: float, station: str) -> list[Any]:
        self.hear(Alerting, call, seconds, device=station)
        return self.hear(Answered, call, seconds, device=station)

    def abandoned(self, call: str, seconds: float) -> list[Any]:
        return self.hear(Abandoned, call, seconds, after_ms=0)

    def ended(self, call: str, seconds: float) -> list[Any]:
        return self.hear(Ended, call, seconds, by="caller")
