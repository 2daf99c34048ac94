"""`moothall script hurts [--council GSS] [--script KEY] [--days N] [--json]`: where scripts hurt, step by step, from
the journal: the same figures as on the pages."""
from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from moothall.cli import given
from moothall.cli.councils import BY_NAME, COUNCIL, council_called

if TYPE_CHECKING:
    from moothall.reports.steps import Hurt

ROLE = "report"
HEADS = ("Step", "Reached", "Time (s)", "Went back", "Left", "Handed on", "Commented")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--council", metavar=COUNCIL, help=f"one council alone, {BY_NAME}")
    parser.add_argument("--script", metavar="KEY", help="one script alone, by its key")
    parser.add_argument("--days", type=given.whole(1, 366), default=28, metavar="N",
                        help="runs that began in the last N days, today among them (default 28)")
    parser.add_argument("--channel", choices=["desk", "web"], default="", help="at the desk or on the web alone")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def tell_hurts(args: argparse.Namespace) -> int:
    from moothall.lib import clock
    from moothall.reports.steps import hurts, last_days
    from moothall.tenancy.models import Council
    from moothall.tenancy.principals import System
    from moothall.tenancy.scope import scope

    council = None
    if args.council:
        council = council_called(args.council, partnerships=True)
    days = last_days(args.days, at=clock.now())
    with scope(System("count")):
        found = hurts(days, keys=None, council=council.pk if council else None, way=args.channel)
    found = [each for each in found if args.script in (None, each.script)]
    names = dict(Council.objects.values_list("number", "gss"))
    told = [_told(each, names) for each in found]
    between = {"from": days.first.isoformat(), "until": days.last.isoformat(), "counted_to": days.at.isoformat()}
    as_json = json.dumps({**between, "scripts": told}, indent=2, ensure_ascii=False) + "\n"
    sys.stdout.write(as_json if args.json else _as_text(told))
    return 0


def _told(hurt: Hurt, names: dict[int, str]) -> dict[str, Any]:
    steps = [{"step": each.step, **each.counts, "seconds": each.seconds} for each in hurt.in_order()]
    worst = hurt.worst
    return {
        "council": names[hurt.council], "script": hurt.script, "title": hurt.title, "runs": len(hurt.runs),
        "worst": worst.step if worst else None, "steps": steps,
    }  # fmt: skip


def _as_text(told: list[dict[str, Any]]) -> str:
    if not told:
        return "Nobody has used a script in these days.\n"
    lines: list[str] = []
    for script in told:
        worst = f"It hurts most at {script['worst']}." if script["worst"] else "It hurt nobody."
        runs = "1 run" if script["runs"] == 1 else f"{script['runs']:,} runs"
        lines.append(f"{script['council']} {script['title']} ({script['script']}): {runs}. {worst}")
        rows = [HEADS, *(_row(step) for step in script["steps"])]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
        lines += ["  " + "  ".join(_cell(row, column, widths) for column in range(len(HEADS))) for row in rows]
        lines.append("")
    return "\n".join(lines)


def _cell(row: tuple[str, ...], column: int, widths: list[int]) -> str:
    return row[column].rjust(widths[column]) if column else row[column].ljust(widths[column])


def _row(step: dict[str, Any]) -> tuple[str, ...]:
    time = "-" if step["seconds"] is None else f"{step['seconds']:.0f}"
    counts = (str(step[name]) for name in ("went_back", "left", "referred", "commented"))
    return (step["step"], str(step["reached"]), time, *counts)
