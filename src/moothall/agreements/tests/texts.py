"""A small agreement's text for tests, and a way to change it. Lichfield lets the hub answer for it."""
from __future__ import annotations

from moothall.agreements.check import Checked, check_text
from moothall.agreements.register import register_from_files
from moothall.domain.findings import Finding

SMALL = """\
moothall: 1
agreement: small
name: Small agreement
from: 2026-09-01
to: 2027-09-01
parties: [Charnwood, Lichfield]
teams:
  charnwood-contact-centre: {name: Charnwood contact centre, employer: Charnwood}
  lichfield-waste: {name: Lichfield waste, employer: Lichfield}
hours:
  office:
    weekdays: "09:00-17:00"
covers:
  - {council: Lichfield, services: [refuse, switchboard], channels: [phone], functions: [answer], hours: office}
  - {council: Lichfield, services: refuse, functions: [resolve], hours: office}
  - {council: Charnwood, services: garden, functions: [resolve], hours: office}
shares:
  lichfield-answered:
    client: Lichfield
    services: [refuse, switchboard]
    function: answer
    channels: [phone]
    team: charnwood-contact-centre
    hours: office
    standard: {answered_within_s: 45, for_percent: 80}
  lichfield-overflow:
    client: Lichfield
    services: [refuse]
    function: answer
    channels: [phone]
    team: lichfield-waste
    tier: 1
    after_s: 120
    hours: office
  lichfield-resolved:
    client: Lichfield
    services: [refuse]
    function: resolve
    team: lichfield-waste
    standard: {resolved_within_working_days: 3}
  garden-resolved:
    client: Charnwood
    services: [garden]
    function: resolve
    team: charnwood-contact-centre
lines:
  - {number: "5903", public: "+441543900001", council: Lichfield, service: refuse, name: Lichfield bins}
"""


def changed(*changes: tuple[str, str]) -> str:
    """The small agreement with words replaced; each must be in it."""
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def check(text: str) -> Checked:
    return check_text(text, register=register_from_files(), file="x.yaml")


def only(text: str) -> Finding:
    [finding] = check(text).findings
    return finding


def where(finding: Finding) -> tuple[int, int]:
    return finding.place.line, finding.place.column


def position(text: str, words: str) -> tuple[int, int]:
    """Where these words first stand in a text."""
    before = text[: text.index(words)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")
