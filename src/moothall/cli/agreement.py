"""`moothall agreement check | expand | load | diff | pdf | schema`: prove a text, store it, say what it changes."""
from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from types import SimpleNamespace
from typing import TYPE_CHECKING

from moothall.cli import agreement_diff, agreement_pdf, given
from moothall.domain.findings import Finding, as_dicts, as_lines, has_errors
from moothall.domain.plural import count

if TYPE_CHECKING:
    from moothall.agreements.check import Checked

HELP = "check an agreement's file, load it, or compare it with another"
ROLE = None  # a check needs no database; `--here`, `load` and `diff` set it up themselves
UNREADABLE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="what", required=True, metavar="check | expand | load | diff | pdf | schema")
    for word, text in (("check", "say what is wrong with a file; exit 1 on an error"), ("load", "store a version")):
        one = words.add_parser(word, help=text)
        one.add_argument("file", type=given.path, metavar="FILE")
        one.add_argument("--json", action="store_true", help="for programs")
        if word == "check":
            one.add_argument("--here", action="store_true", help="with this installation's people and versions")
        else:
            one.add_argument("--in-force", action="store_true", help="put it in force at once; for demonstrations only")
    expand = words.add_parser("expand", help="write the short forms (macros) out as the plain shares that are signed")
    expand.add_argument("file", type=given.path, metavar="FILE")
    expand.add_argument("-o", "--output", type=given.path, metavar="FILE", help="write it there; the screen without it")
    agreement_diff.add_diff(words)
    agreement_pdf.add_pdf(words)
    words.add_parser("schema", help="print the JSON Schema of an agreement's file, for editors")


def run(args: argparse.Namespace) -> int:
    """0 when it is sound, 1 when not (nothing is changed then), 2 when the file can't be read."""
    if args.what == "diff":
        return agreement_diff.run_diff(args)
    if args.what == "pdf":
        return agreement_pdf.run_pdf(args)
    if args.what == "schema":
        return _schema()
    try:
        text = args.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it isn't UTF-8 text"
        sys.stderr.write(f"moothall agreement: {args.file} can't be read: {why}\n")
        return UNREADABLE
    does = {"check": _check, "expand": _expand, "load": _load}[args.what]
    return does(args, text)


def _schema() -> int:
    from moothall.agreements.text_schema import schema_text

    sys.stdout.write(schema_text())
    return 0


def _expand(args: argparse.Namespace, text: str) -> int:
    """The text as it would be hashed, shown and signed; 1 with what is wrong, and nothing is written then."""
    from moothall.agreements.reader import read_agreement
    from moothall.agreements.register import register_from_files

    read = read_agreement(text, register=register_from_files(), file=str(args.file))
    if has_errors(read.findings):
        sys.stderr.writelines(f"{line}\n" for line in as_lines(read.findings))
        return 1
    if args.output is None:
        sys.stdout.write(read.text)
        return 0
    try:
        args.output.write_text(read.text, encoding="utf-8", newline="")
    except OSError as problem:
        sys.stderr.write(f"moothall agreement: {args.output} can't be written: {problem.strerror}\n")
        return UNREADABLE
    return 0


def _checked(args: argparse.Namespace, text: str) -> Checked:
    """By the shipped register alone, or `--here`, where teams have people and a version may be in force."""
    if args.here:
        _set_up_as_owner()
        from moothall.agreements.check_here import check_here
        from moothall.lib import clock

        return check_here(text, at=clock.now(), file=str(args.file))
    from moothall.agreements.check import check_text
    from moothall.agreements.register import register_from_files

    return check_text(text, register=register_from_files(), file=str(args.file))


def _set_up_as_owner() -> None:
    from moothall.cli.main import set_up_django

    set_up_django(SimpleNamespace(ROLE="owner"))  # type: ignore[arg-type]  # it asks for the role alone


def _check(args: argparse.Namespace, text: str) -> int:
    checked = _checked(args, text)
    summary = ""
    if checked.terms and checked.sound:
        terms = checked.terms
        parties, lines = count(len(terms.parties), "party", "parties"), count(len(terms.lines), "line")
        shares = count(len(terms.shares), "share")
        summary = f"{terms.name}: {shares} for {parties}, {lines}. Every promise is kept by one share."
    _tell(args, checked.findings, summary, {"sound": checked.sound})
    return 0 if checked.sound else 1


def _load(args: argparse.Namespace, text: str) -> int:
    _set_up_as_owner()
    from django.conf import settings

    from moothall.agreements.actions import NotSound, load_version

    if args.in_force and not settings.DEMO:
        sys.stderr.write("moothall agreement: --in-force is for demonstrations (MOOTHALL_DEMO=1). "
                         "Without it the version is stored as a draft.\n")
        return UNREADABLE
    try:
        version = load_version(text, in_force=args.in_force, file=str(args.file))
    except NotSound as problem:
        _tell(args, problem.findings, "Nothing was changed.", {"sound": False})
        return 1
    words = "in force" if version.state == version.State.IN_FORCE else "a draft"
    summary = f"{version.agreement.name}, version {version.number}, is {words}."
    facts = {"sound": True, "version": version.number, "state": version.state, "sha256": version.sha256}
    _tell(args, (), summary, facts)
    return 0


def _tell(args: argparse.Namespace, findings: Iterable[Finding], summary: str, facts: dict[str, object]) -> None:
    found = list(findings)
    if args.json:
        told = {"file": str(args.file), **facts, "findings": as_dicts(found)}
        json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return
    sys.stdout.writelines(f"{line}\n" for line in as_lines(found))
    if summary:
        sys.stdout.write(f"{summary}\n")
    elif has_errors(found):
        sys.stdout.write(f"{count(sum(f.severity == 'error' for f in found), 'error')}. Nothing was changed.\n")
