"""A text in which two councils of the tests' world become one on a 1 April to come; the hub answers before and after.

The database's own clock decides what is begun by then, so no fixed year would do.
"""
from __future__ import annotations

from datetime import UTC, datetime, timedelta

from moothall.domain.calendar import midnight, wall_clock

TODAY = wall_clock(datetime.now(UTC))[0]
VESTING_DAY = next(day for day in (TODAY.replace(TODAY.year + n, 4, 1) for n in range(3)) if (day - TODAY).days > 30)
MERGING = f"""\
moothall: 1
agreement: test-hub
name: Test hub
from: 2026-01-01
to: {VESTING_DAY.year + 1}-09-01
parties: [Charnwood, Harborough, Lichfield]
teams:
  charnwood-contact-centre: {{name: Charnwood contact centre, employer: Charnwood}}
  harborough-waste: {{name: Harborough waste, employer: Harborough}}
  harborough-managers: {{name: Harborough managers, employer: Harborough}}
  lichfield-everything: {{name: Lichfield everything, employer: Lichfield}}
  northlands-waste: {{name: Northlands waste, employer: E06999901}}
  northlands-managers: {{name: Northlands managers, employer: E06999901}}
succession:
  - successor: E06999901
    name: Northlands Council
    short_name: Northlands
    letters: NQ
    vesting_day: {VESTING_DAY}
    predecessors: [Harborough, Lichfield]
    teams:
      charnwood-contact-centre: stays
      harborough-waste: northlands-waste
      harborough-managers: northlands-managers
    carries_on: [answered]
covers:
  - {{councils: [Harborough, Lichfield], services: refuse, channels: [phone], functions: [answer], hours: always}}
  - {{council: E06999901, services: refuse, channels: [phone], functions: [answer], hours: always, from: {VESTING_DAY}}}
  - {{council: Charnwood, services: garden, functions: [resolve], hours: always}}
shares:
  answered:
    clients: [Harborough, Lichfield]
    services: [refuse]
    function: answer
    channels: [phone]
    team: charnwood-contact-centre
    hours: always
    standard: {{answered_within_s: 45, for_percent: 80}}
  harborough-resolved: {{client: Harborough, services: [refuse], function: resolve, team: harborough-waste}}
  lichfield-resolved: {{client: Lichfield, services: [refuse], function: resolve, team: lichfield-everything}}
  northlands-resolved:
    client: E06999901
    services: [refuse]
    function: resolve
    team: northlands-waste
    from: {VESTING_DAY}
    standard: {{resolved_within_working_days: 5}}
  garden-resolved: {{client: Charnwood, services: [garden], function: resolve, team: charnwood-contact-centre}}
lines:
  - {{number: "5001", public: "+441632960001", council: Harborough, service: refuse, name: Harborough bins,
     greeting: "Hello, {{council}}, {{agent}} here."}}
  - {{number: "5903", public: "+441543900001", council: Lichfield, service: refuse, name: Lichfield bins}}
"""
VESTING = midnight(VESTING_DAY)
SECOND = timedelta(seconds=1)


def merging(*changes: tuple[str, str]) -> str:
    """The text with words replaced; each must be in it."""
    text = MERGING
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
