"""`moothall report today [--json] [--date D] [--council GSS]`: a day's figures, worst first, from the journal."""
from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from moothall.cli import given
from moothall.cli.councils import BY_NAME, COUNCIL, council_called

if TYPE_CHECKING:
    from moothall.reports.queries import Report
    from moothall.reports.tally import Tally
    from moothall.reports.web import WebReport
    from moothall.reports.web_facts import WebTally

ROLE = "report"
HELP = "count a day by council, service and channel, worst first"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("which", choices=["today"], help="the report")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.add_argument("--date", type=given.day, help="another day, like 2026-11-25")
    parser.add_argument("--council", metavar=COUNCIL, help=f"one council alone, {BY_NAME}")


def run(args: argparse.Namespace) -> int:
    from moothall.lib import clock
    from moothall.reports.queries import day_of, report
    from moothall.reports.web import web_report
    from moothall.tenancy.principals import System
    from moothall.tenancy.scope import scope

    now, council = clock.now(), None
    if args.council:
        council = council_called(args.council, partnerships=True)
    with scope(System("count")):
        day, number = args.date or day_of(now), council.pk if council else None
        found, web = report(day, at=now, council=number), web_report(day, at=now, council=number)
    sys.stdout.write(as_json(found, web) if args.json else as_text(found, web))
    return 0


def as_json(report: Report, web: WebReport) -> str:
    """The day with its rows and their total, every figure by its name."""
    councils, services = _names()
    rows = [_told(row, councils, services) for row in report.rows]
    told = {"date": report.day.isoformat(), "counted_to": report.at.isoformat(), "rows": rows,
            "total": _told(report.total, councils, services),
            "web": {"rows": [_web(row, councils, services) for row in web.rows],
                    "total": _web(web.total, councils, services)}}  # fmt: skip
    return json.dumps(told, indent=2) + "\n"


def as_text(report: Report, web: WebReport) -> str:
    """A table for a terminal."""
    councils, services = _names()
    heads = (
        "Council", "Service", "Way", "Offered", "Answered", "Rang off", "In time", "Promise", "Resolved", "Handed on",
        "Cases",
    )  # fmt: skip
    lines: list[tuple[str, ...]] = [heads]
    for row in (*report.rows, report.total):
        told, counts = _told(row, councils, services), row.counts
        promise = f"{row.promise_percent}%" if row.promise_percent else ""
        lines.append((
            told["council_name"], told["service_name"], told["channel"],
            *(str(counts[name]) for name in ("offered", "answered", "rang_off")), str(row.in_time), promise,
            *(str(counts[name]) for name in ("resolved", "referred", "case_opened")),
        ))  # fmt: skip
    parts = [f"{report.day:%A %d %B %Y}, worst first", "", *_columns(lines), ""]
    if web.rows:
        parts += ["On the web, where fewest finish alone first", "", *_columns(_web_lines(web, councils, services)), ""]
    return "\n".join(parts)


def _web_lines(web: WebReport, councils: dict[int, Any], services: dict[int, Any]) -> list[tuple[str, ...]]:
    names = ("begun", "alone", "handed_on", "left", "under_way")
    lines = [("Council", "Service", "Begun", "Finished alone", "Handed on", "Left", "Under way")]
    for row in (*web.rows, web.total):
        told = _web(row, councils, services)
        lines.append((told["council_name"], told["service_name"], *(str(row.counts[name]) for name in names)))
    return lines


def _columns(lines: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _web(row: WebTally, councils: dict[int, Any], services: dict[int, Any]) -> dict[str, Any]:
    return {**_place(row.key, councils, services), **row.counts, "alone_percent": row.alone.percent}


def _place(
    key: tuple[int, int] | None, councils: dict[int, Any], services: dict[int, Any]
) -> dict[str, Any]:
    council, service = key or (None, None)
    return {
        "council": councils[council].gss if council else None,
        "council_name": councils[council].short_name if council else "All",
        "service": services[service].slug if service is not None else None,
        "service_name": services[service].name if service is not None else "",
    }


def _told(row: Tally, councils: dict[int, Any], services: dict[int, Any]) -> dict[str, Any]:
    low, high = row.in_time.range or (None, None)
    return {
        **_place(row.key[:2] if row.key else None, councils, services), "channel": row.key[2] if row.key else "",
        **row.counts,
        "in_time_percent": row.in_time.percent, "in_time_low": low, "in_time_high": high, "verdict": row.verdict,
        "promise_percent": row.promise_percent, "promise_s": list(row.promise_s),
        "waited_median_s": row.waited_median_s, "waited_longest_s": row.waited_longest_s,
        "held_median_s": row.held_median_s, "held_longest_s": row.held_longest_s,
    }  # fmt: skip


def _names() -> tuple[dict[int, Any], dict[int, Any]]:
    from moothall.reports.queries import councils_and_services

    return councils_and_services()
