"""A text in which two councils of the tests' world become one on 1 April 2027; the hub answers before and after."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta

MERGING = """\
moothall: 1
agreement: test-hub
name: Test hub
from: 2026-09-01
to: 2028-09-01
parties: [Charnwood, Harborough, Lichfield]
teams:
  charnwood-contact-centre: {name: Charnwood contact centre, employer: Charnwood}
  harborough-waste: {name: Harborough waste, employer: Harborough}
  harborough-managers: {name: Harborough managers, employer: Harborough}
  lichfield-everything: {name: Lichfield everything, employer: Lichfield}
  northlands-waste: {name: Northlands waste, employer: E06999901}
  northlands-managers: {name: Northlands managers, employer: E06999901}
succession:
  - successor: E06999901
    name: Northlands Council
    short_name: Northlands
    letters: NQ
    vesting_day: 2027-04-01
    predecessors: [Harborough, Lichfield]
    teams:
      charnwood-contact-centre: stays
      harborough-waste: northlands-waste
      harborough-managers: northlands-managers
    carries_on: [answered]
covers:
  - {councils: [Harborough, Lichfield], services: refuse, channels: [phone], functions: [answer], hours: always}
  - {council: E06999901, services: refuse, channels: [phone], functions: [answer], hours: always, from: 2027-04-01}
  - {council: Charnwood, services: garden, functions: [resolve], hours: always}
shares:
  answered:
    clients: [Harborough, Lichfield]
    services: [refuse]
    function: answer
    channels: [phone]
    team: charnwood-contact-centre
    hours: always
    standard: {answered_within_s: 45, for_percent: 80}
  harborough-resolved: {client: Harborough, services: [refuse], function: resolve, team: harborough-waste}
  lichfield-resolved: {client: Lichfield, services: [refuse], function: resolve, team: lichfield-everything}
  northlands-resolved:
    client: E06999901
    services: [refuse]
    function: resolve
    team: northlands-waste
    from: 2027-04-01
    standard: {resolved_within_working_days: 5}
  garden-resolved: {client: Charnwood, services: [garden], function: resolve, team: charnwood-contact-centre}
lines:
  - {number: "5001", public: "+441632960001", council: Harborough, service: refuse, name: Harborough bins,
     greeting: "Hello, {council}, {agent} here."}
  - {number: "5903", public: "+441543900001", council: Lichfield, service: refuse, name: Lichfield bins}
"""
VESTING = datetime(2027, 3, 31, 23, tzinfo=UTC)  # midnight of 1 April by London's clocks
SECOND = timedelta(seconds=1)


def merging(*changes: tuple[str, str]) -> str:
    """The text with words replaced; each must be in it."""
    text = MERGING
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
