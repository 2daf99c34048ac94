"""`moothall doctor [--json]`: what is wrong with this installation, and what to do about it."""
from __future__ import annotations

import argparse
import json
import sys

ROLE = "owner"
HELP = "say what is wrong with this installation; exit 1 on any finding"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    from moothall.doctor.checks import examine
    from moothall.domain.findings import as_dicts, as_lines
    from moothall.domain.plural import count_of

    results = examine()
    findings = [finding for _, found in results for finding in found]
    if args.json:
        json.dump({"checks": [name for name, _ in results], "findings": as_dicts(findings)}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        for name, found in results:
            sys.stdout.write(f"{'ok  ' if not found else 'LOOK'}  {name}\n")
            sys.stdout.writelines(f"      {line}\n" for line in as_lines(found))
        sys.stdout.write(f"{count_of(len(findings), 'finding')} in {count_of(len(results), 'check')}.\n")
    return 1 if findings else 0
