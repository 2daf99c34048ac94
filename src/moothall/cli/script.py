"""`moothall script check PACK [--json]`: what is wrong with a pack. `moothall script publish`: put all in force.
`moothall script replay RUN|REFERENCE [--json]`: the steps of a run, as they stood then. `moothall script schema`: what
may stand in a script. `moothall script hurts [--council GSS] [--json]`: at which steps people go back, leave or are
handed on."""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from types import SimpleNamespace

from moothall.cli import given, pack, script_hurts
from moothall.cli.main import set_up_django
from moothall.domain.findings import Finding, as_dicts, as_lines, has_errors
from moothall.domain.plural import count

ROLE = None  # checking needs no database; publishing asks for it itself
HELP = "check a service pack's scripts, or publish all of them"

NO_RUN = (
    "There is {}, or none that can be told: of a protected person nothing is told here.\n"
    "A run's number stands in the address of its page on the web (/form/NUMBER/). Of a call, give the reference of the "
    "case that came of it: ./moot script replay HB-48213-K.\n"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="check | publish | replay | schema | hurts")
    check = verbs.add_parser("check", help="find what is wrong, with line and column; exit 1 on an error")
    check.add_argument("pack", type=given.path, help="the pack's folder, or its name under packs/")
    check.add_argument("--json", action="store_true", help="print the findings as JSON")
    publish = verbs.add_parser("publish", help="publish every pack as it stands; nothing changes while one can't be")
    publish.add_argument("--json", action="store_true", help="print the versions as JSON")
    again = verbs.add_parser("replay", help="print the steps that a run passed, by the script as it stood then")
    again.add_argument("run", type=_run, help="the run's number, or the reference of the case that came of it")
    again.add_argument("--json", action="store_true", help="as JSON")
    verbs.add_parser("schema", help="print the script language as a JSON Schema")
    script_hurts.add_arguments(verbs.add_parser("hurts", help="count by script and step where people go back or leave"))


def _run(text: str) -> int | str:
    """A number, or a reference as it is read out; anything else is refused as a number is."""
    from moothall.domain.references import parse

    found = parse(text)
    if found is None and any(letter.isalpha() for letter in text):
        words = f"“{text}” is no reference: a letter or a digit in it is wrong, or is missing"
        raise argparse.ArgumentTypeError(f"{words}. Give it like HB-48213-K, or a run's number like 4711")
    return str(found) if found else given.key(text)


def run(args: argparse.Namespace) -> int:
    if args.verb == "check":
        return check(args.pack, as_json=args.json)
    if args.verb == "schema":
        return print_schema()
    if args.verb == "hurts":
        set_up_django(script_hurts)
        return script_hurts.tell_hurts(args)
    if args.verb == "publish":
        return pack.publish(None, as_json=args.json)
    set_up_django(SimpleNamespace(ROLE="owner"))  # type: ignore[arg-type]  # it asks for the role alone
    return print_replay(args.run, as_json=args.json)


def print_schema() -> int:
    from moothall.domain.interview.schema import schema

    sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
    return 0


def print_replay(run: int | str, *, as_json: bool) -> int:
    from moothall.scripts.replay import replay, runs_behind
    from moothall.scripts.replay_words import replayed

    numbers = [run] if isinstance(run, int) else runs_behind(run)
    if as_json:
        told = [json.dumps(story, indent=2, ensure_ascii=False) for each in numbers if (story := replay(each))]
    else:
        told = ["\n".join(lines) for each in numbers if (lines := replayed(each))]
    if not told:
        sys.stderr.write(NO_RUN.format(f"no run {run}" if isinstance(run, int) else f"no run behind {run}"))
        return 1
    sys.stdout.writelines(f"{each}\n" for each in told)
    return 0


def check(folder: Path, *, as_json: bool) -> int:
    """Print the findings of a pack; 1 when one is an error."""
    from moothall.scripts.packs import load_pack, play_examples

    loaded, findings = load_pack(pack.folder_of(folder))
    if loaded is not None:
        findings += play_examples(loaded)
        if not findings and not as_json:
            words = f"{loaded.slug}: {count(len(loaded.scripts), 'script')}, {count(len(loaded.parameters), 'council')}"
            sys.stdout.write(f"{words}, {count(len(loaded.examples), 'example')}. Nothing found.\n")
    return _tell(findings, as_json=as_json)


def _tell(findings: list[Finding], *, as_json: bool) -> int:
    text = json.dumps(as_dicts(findings), indent=2) if as_json else "\n".join(as_lines(findings, again=pack.AGAIN))
    if text:
        sys.stdout.write(text + "\n")
    return 1 if has_errors(findings) else 0
