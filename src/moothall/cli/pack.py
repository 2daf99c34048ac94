"""`moothall pack check | test | graph | diff | publish`: service packs, looked at and put in force."""
from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

from moothall.cli import given
from moothall.cli.main import set_up_django
from moothall.domain.findings import Finding, as_dicts, as_lines, has_errors
from moothall.domain.plural import count

ROLE = None  # only `publish`, `diff` with what is published, and `check --here` need the database
AGAIN = "the same way, told above"
HELP = "check, test, draw, compare or publish service packs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="check | test | graph | diff | publish")
    check = _verb(verbs, "check", "find what is wrong, with line and column; exit 1 on an error")
    check.add_argument("--here", action="store_true", help="also against the agreements in force in this installation")
    _verb(verbs, "test", "play the examples of a pack; exit 1 where one comes out otherwise")
    about = "put packs in force; nothing changes while one has errors or a council must choose"
    publish = _verb(verbs, "publish", about)
    for verb in (check, publish):
        verb.add_argument("--json", action="store_true", help="print it as JSON")
    graph = verbs.add_parser("graph", help="draw a script: its steps in order, each with its when in words")
    graph.add_argument("pack", type=given.path, help="the pack's folder, or its name under packs/")
    graph.add_argument("script", help="the script's key")
    graph.add_argument("--council", default="", help="as the council with this code has it")
    graph.add_argument("--as", dest="form", choices=("svg", "mermaid"), default="svg", help="the form of the picture")
    graph.add_argument("--into", type=given.path, help="the file to write; it is printed otherwise")
    diff = verbs.add_parser("diff", help="what changed beneath each council's own way; exit 1 where one must choose")
    diff.add_argument("pack", type=given.path, help="the pack's folder, or its name under packs/")
    diff.add_argument("--from", dest="before", default="published", help="an older folder of the pack, or: published")


def _verb(verbs: argparse._SubParsersAction[argparse.ArgumentParser], word: str, about: str) -> argparse.ArgumentParser:
    made = verbs.add_parser(word, help=about)
    named = "folders, or names under packs/; all where none is named"
    made.add_argument("packs", nargs="*", type=given.path, help=named)
    return made


def run(args: argparse.Namespace) -> int:
    match args.verb:
        case "check":
            return check(folders(args.packs), as_json=args.json, here=args.here)
        case "test":
            return test(folders(args.packs))
        case "graph":
            return graph(folder_of(args.pack), args.script, args.council, form=args.form, into=args.into)
        case "diff":
            from moothall.cli.pack_diff import diff

            return diff(folder_of(args.pack), args.before)
    return publish(folders(args.packs) if args.packs else None, as_json=args.json)


def folder_of(pack: Path) -> Path:
    """The folder itself, or the pack of that name in the checkout."""
    from moothall.domain.interview.reading import nearest
    from moothall.scripts.packs import FOLDER

    if pack.is_dir():
        return pack
    if pack.is_file():
        raise given.Misnamed(f"“{pack}” is a file. Name the pack's folder, the one that holds pack.yaml.")
    if not (FOLDER / pack).is_dir():
        there = [path.parent.name for path in FOLDER.glob("*/pack.yaml")]
        raise given.Misnamed(f"There is no pack “{pack}”. {nearest(pack, there)}")
    return FOLDER / pack


def folders(packs: list[Path]) -> list[Path]:
    from moothall.scripts.packs import FOLDER

    return [folder_of(pack) for pack in packs] or sorted(path.parent for path in FOLDER.glob("*/pack.yaml"))


def check(packs: Iterable[Path], *, as_json: bool, here: bool = False) -> int:
    """Print what is wrong with packs, and how much was looked at; 1 when something is an error."""
    from moothall.scripts.packs import play_examples, read_pack

    if here:
        set_up_django(SimpleNamespace(ROLE="owner"))  # type: ignore[arg-type]  # it asks for the role alone
    found: list[Finding] = []
    told = []
    for folder in packs:
        pack, findings = read_pack(folder)
        if pack is not None:
            findings += play_examples(pack)
            if here:
                from moothall.scripts.agreed import outside_agreement

                findings += outside_agreement(pack)
            told += [{"pack": pack.slug, **_looked(looked)} for looked in pack.looked]
        found += findings
        if pack is not None and not as_json:
            wrong = f"{count(len(findings), 'finding')}." if findings else "Nothing found."
            words = [count(len(pack.scripts), "script"), count(len(pack.parameters), "council")]
            words.append(count(len(pack.examples), "example"))
            sys.stdout.write(f"{pack.slug}: {', '.join(words)}. {wrong}\n")
            sys.stdout.writelines(f"  {_looked_line(each)}\n" for each in told if each["pack"] == pack.slug)
    if as_json:
        sys.stdout.write(json.dumps({"findings": as_dicts(found), "looked": told}, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in as_lines(found, again=AGAIN))
    return 1 if has_errors(found) else 0


def _looked(looked: object) -> dict[str, object]:
    names = ("script", "council", "states", "longest", "seconds")
    return {name: getattr(looked, name) for name in names}


def _looked_line(told: dict[str, object]) -> str:
    from moothall.scripts.sources import council_name

    whose = f"as {council_name(str(told['council']))} has it" if told["council"] else "the base"
    states = f"{told['states']:,} states in {told['seconds']:.2f} s"
    return f"{told['script']}, {whose}: {states}; the longest way asks {told['longest']}."


def test(packs: Iterable[Path]) -> int:
    """Play every example, and say of each how it came out; 1 when one came out otherwise."""
    from moothall.scripts.packs import Ends, load_pack, play_example, summed_up

    ends: Ends = {}
    wrong: list[Finding] = []
    for folder in packs:
        pack, findings = load_pack(folder)
        if pack is None:
            wrong += findings
            continue
        for example in pack.examples:
            found = play_example(pack, example, ends)
            wrong += found
            sys.stdout.write(f"{'NOT SO' if found else 'as told'}  {example.get('script')}: {example.get('name')}\n")
    sys.stdout.writelines(f"{line}\n" for line in as_lines([*wrong, *summed_up(ends)]))
    return 1 if has_errors(wrong) else 0


def graph(folder: Path, script: str, council: str, *, form: str, into: Path | None) -> int:
    """Write or print a script's picture."""
    from moothall.domain.interview.picture import mermaid, svg
    from moothall.domain.interview.reading import nearest
    from moothall.scripts.packs import read_pack

    pack, findings = read_pack(folder)
    found = pack.script_for(script, council) if pack else None
    if pack is None or found is None:
        keys = [each.key for each in pack.scripts] if pack else []
        if pack and not has_errors(findings):
            raise given.Refused(f"“{folder.name}” has no script “{script}”. {nearest(script, keys)}")
        sys.stdout.writelines(f"{line}\n" for line in as_lines(findings))
        return 1
    if council and council not in {each.gss for each in pack.parameters}:
        raise given.Refused(f"“{folder.name}” has no file for the council {council}.")
    drawn = mermaid(found.script) if form == "mermaid" else svg(found.script)
    if into is None:
        sys.stdout.write(drawn)
    else:
        into.write_text(drawn)
        sys.stdout.write(f"{into} holds {count(len(found.script.steps), 'step')}.\n")
    return 0


def publish(packs: list[Path] | None, *, as_json: bool) -> int:
    """Put packs in force, with what councils chose here; 1 where one has errors or a council must decide first, and
    then nothing changed."""
    set_up_django(SimpleNamespace(ROLE="owner"))  # type: ignore[arg-type]  # it asks for the role alone
    from moothall.onboarding.services import chosen_parameters
    from moothall.scripts.versions import PackRefused, in_force, publish_packs

    before = in_force()
    try:
        versions = publish_packs(chosen_parameters, packs)
    except PackRefused as refused:
        lines = [json.dumps(as_dicts(refused.findings), indent=2)] if as_json else as_lines(refused.findings)
        sys.stdout.writelines(f"{line}\n" for line in lines)
        if not as_json:
            sys.stdout.write("Nothing was published: all is in force as it was before.\n")
        return 1
    if as_json:
        sys.stdout.write(json.dumps(versions) + "\n")
        return 0
    sys.stdout.writelines(f"{line}\n" for line in _changed(before, in_force()))
    sys.stdout.write(f"{count(len(versions), 'version is', 'versions are')} in force.\n")
    return 0


def _changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """By script: for whom its text is another than before."""
    from moothall.scripts.sources import council_name
    from moothall.scripts.versions import base_key

    changed: dict[str, list[str]] = {}
    for key in sorted(key for key, address in now.items() if before.get(key) != address):
        gss = key.partition("/")[2]
        whose = council_name(gss) if gss else "the base"
        changed.setdefault(base_key(key), []).append(f"{whose}{'' if key in before else ' (new)'}")
    if not changed:
        return ["Nothing changed: each text was in force already."]
    return [f"Changed: {script}, {', '.join(whose)}." for script, whose in changed.items()]
