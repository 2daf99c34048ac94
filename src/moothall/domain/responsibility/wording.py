"""How findings speak of cells, standards and times."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from moothall.domain.findings import Finding
from moothall.domain.responsibility.shares import Cell, Names, ShareTerms, StandardTerms
from moothall.domain.responsibility.spans import Window
from moothall.domain.responsibility.times import clock, counted, listed, weeks_in_words
from moothall.domain.weeks import Weeks

EXAMPLE_AGENT = "Sam"  # who says a greeting that is shown before anybody says it

COMES = {"phone": "calls", "email": "e-mails", "chat": "chats", "web": "web forms", "counter": "visits"}


def what_of(function: str, cells: Iterable[Cell], names: Names) -> str:
    """"Northby's calls about Bins and recycling", for cells of one council."""
    found = list(cells)
    council = names.council(found[0].council)
    things = f"{ways_of(found)} about" if function == "answer" else "cases of"
    return f"{council}'s {things} {services_of((cell.service for cell in found), names)}"


def ways_of(cells: Iterable[Cell]) -> str:
    """"calls and e-mails"."""
    return listed([COMES[channel] for channel in dict.fromkeys(cell.channel for cell in cells)])


def services_of(numbers: Iterable[int], names: Names) -> str:
    """"Bins and Council tax"."""
    return counted([names.service(number) for number in dict.fromkeys(numbers)], "services")


def keys_of(shares: Iterable[ShareTerms], held_by: Mapping[int, str] | None = None) -> str:
    """"“day” and “night”"; `held_by` says of a share's id whose it is: "“day” of this agreement"."""
    owners = held_by or {}
    named = (f"“{share.key}” of {owners[share.id]}" if share.id in owners else f"“{share.key}”" for share in shares)
    return counted(list(named), "shares")


def promise(standard: StandardTerms, function: str) -> str:
    """"answered within 45 seconds, for 80 in a hundred"; empty where it promises no time."""
    share = f", for {standard.for_percent} in a hundred" if standard.for_percent else ""
    if function == "answer":
        longest = standard.answered_within_s
        return "" if longest is None else f"answered within {seconds(longest)}{share}"
    days = standard.resolved_within_days
    if days is None:
        return ""
    return f"resolved by {clock(standard.by_minute)} of the {ordinal(days)} working day{share}"


def seconds(count: int) -> str:
    """"45 seconds", "2 minutes"."""
    if count and count % 60 == 0:
        return "1 minute" if count == 60 else f"{count // 60} minutes"
    return "1 second" if count == 1 else f"{count} seconds"


def ordinal(number: int) -> str:
    """"1st", "3rd", "10th"; the day itself is "same"."""
    if number == 0:
        return "same"
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def timed(finding: Finding, times: tuple[Weeks, ...], window: Window) -> Finding:
    """The finding with its times, in words and for a calendar."""
    return replace(finding, times=weeks_in_words(times, window.dates, window.holidays), spans=times)


def heard(greeting: str, council: str, agent: str = EXAMPLE_AGENT) -> str:
    """A greeting as it is said: with the names filled in."""
    return greeting.replace("{council}", council).replace("{agent}", agent)
