"""Lines that a council means to have: numbers in one form each, nobody else's, for a service that it has chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from string import Formatter
from typing import Any

from moothall.agreements.document import nearest
from moothall.domain.findings import Finding, Place
from moothall.onboarding.queries import line_taken, services_to_choose
from moothall.telephony.numbers import caller_of
from moothall.tenancy.models import Council, Service

PUBLIC = re.compile(r"\+44[0-9]{9,10}|\+(?!44)[0-9]{8,15}", re.ASCII)
NUMBER = re.compile(r"[0-9*#]{2,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is as the exchange dials it, `public_number` as people do (E.164)."""

    service: int
    number: str
    public_number: str
    name: str
    greeting: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def check_lines(council: Council, rows: Sequence[Mapping[str, Any]], at: datetime) -> tuple[list[Line], list[Finding]]:
    """The lines that were typed, and what is wrong; a finding's place is `line N, field`."""
    services = {service.slug: service for service in services_to_choose()}
    lines: list[Line] = []
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    for index, row in enumerate(rows, 1):
        told = {key: str(row.get(key) or "").strip() for key in ("service", "number", "public", "name", "greeting")}
        public, wrong = _read(council, told, services)
        for number in {told["number"], public} - {""}:
            field = "number" if number == told["number"] else "public"
            if number in seen:
                wrong[field] = (f"{number} is the line before, number {seen[number]}, too.", "Enter another number.")
            elif line_taken(number, council.pk, at):
                wrong[field] = (f"{number} is another council’s line.", "Each number is one council’s. Enter another.")
            seen.setdefault(number, index)
        findings += [
            Finding("line", words, remedy, Place(f"line {index}, {field}")) for field, (words, remedy) in wrong.items()
        ]
        if not wrong:
            name = told["name"] or f"{council.short_name} {services[told['service']].name.lower()}"
            lines.append(Line(services[told["service"]].number, told["number"], public, name[:80], told["greeting"]))
    return lines, findings


def _read(
    council: Council, told: Mapping[str, str], services: Mapping[str, Service]
) -> tuple[str, dict[str, tuple[str, str]]]:
    wrong: dict[str, tuple[str, str]] = {}
    if told["service"] not in services:
        wrong["service"] = (
            f"“{told['service'][:40]}” isn’t a service here." if told["service"] else "Choose a service.",
            nearest(told["service"], services) if told["service"] else "",
        )
    if not NUMBER.fullmatch(told["number"]):
        wrong["number"] = ("Enter the number as the exchange dials it, like 5001.", "")
    public = caller_of(told["public"]).number
    if not PUBLIC.fullmatch(public):
        wrong["public"] = ("Enter the number as people dial it, like 01632 960001.", "")
    if len(told["name"]) > 80 or len(told["greeting"]) > 200:
        wrong["name"] = ("A name has 80 characters at most, a greeting 200.", "Shorten it.")
    try:
        names = {name for _, name, _, _ in Formatter().parse(told["greeting"]) if name is not None}
    except ValueError:
        names = {"{"}
    if names - {"agent", "council"}:
        wrong["greeting"] = ("A greeting may hold {agent} and {council}, no more.", "")
    return public, wrong
