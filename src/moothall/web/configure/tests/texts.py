"""A draft with a gap: nobody answers Harborough's calls about licensing on Wednesday evenings until February."""
from __future__ import annotations

GAPPED = """\
moothall: 1
agreement: evenings
name: Evening agreement
from: 2026-12-01
to: 2028-03-01
notice_months: 6
parties: [Charnwood, Harborough]
teams:
  charnwood-contact-centre: {name: Charnwood contact centre, employer: Charnwood}
  harborough-customer-services: {name: Harborough customer services, employer: Harborough}
hours:
  late: {weekdays: "08:45-20:00"}
  day:
    weekdays: "08:45-17:00"
    on: {2026-12-24: "08:45-12:30"}
  evening: {weekdays: "17:00-20:00"}
  winter: {mon-tue: "17:00-20:00", thu-fri: "17:00-20:00", on: {2026-12-24: "12:30-20:00"}}
covers:
  - {council: Harborough, services: licensing, functions: [answer], hours: late}
  - {council: Charnwood, services: [licensing, council-tax], functions: [answer], hours: day}
shares:
  by-day:
    client: Harborough
    services: licensing
    function: answer
    channels: [phone]
    team: charnwood-contact-centre
    hours: day
    standard: {answered_within_s: 45, for_percent: 80}
  overflow:
    client: Harborough
    services: licensing
    function: answer
    channels: [phone]
    team: harborough-customer-services
    tier: 1
    after_s: 120
    hours: day
  winter-evenings:
    client: Harborough
    services: licensing
    function: answer
    channels: [phone]
    team: harborough-customer-services
    hours: winter
    to: 2027-02-01
  evenings:
    client: Harborough
    services: licensing
    function: answer
    channels: [phone]
    team: harborough-customer-services
    hours: evening
    from: 2027-02-01
  own:
    client: Charnwood
    services: [licensing, council-tax]
    function: answer
    channels: [phone]
    team: charnwood-contact-centre
    hours: day
"""
