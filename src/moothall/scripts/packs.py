"""Service packs on disk: a folder of YAML. Reading one gives a `Pack` and findings with file, line and column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any

from moothall.domain.findings import Finding, Place, has_errors
from moothall.domain.interview.check import on_the_way
from moothall.domain.interview.declare import typed
from moothall.domain.interview.examples import PLACE, at_another_end, play, where
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.model import Script
from moothall.domain.interview.parse import parse
from moothall.domain.interview.reading import nearest
from moothall.domain.interview.usage import codes
from moothall.domain.plural import count
from moothall.scripts.conversations import read_examples
from moothall.scripts.library import SHIPPED, parted
from moothall.scripts.pack_heads import misnamed, script_files, script_keys, unnamed
from moothall.scripts.sources import Looked, ScriptText, Source, read_source, varied
from moothall.scripts.sums import SUMS
from moothall.scripts.yaml_files import place_in, quick_yaml, read_yaml, top_of

SPLIT = "\n---\n"  # between a script and its council's parameters, in a published text
MOST_SCRIPTS, MOST_TEXTS = 64, 256  # kept as they were read; the texts have councils' parameters too
FOLDER = SHIPPED.parent
FILE = ("council", "parameters", "overlay")  # of a council's file
OF_A_SCRIPT = frozenset({"unknown-parameter", "overlay-gone"})  # findings of a council's file
_OVERLAY = re.compile(r"^overlay:.*\n?(?:[ \t#].*\n?|-.*\n?|\n)*", re.MULTILINE)
Parameters = Mapping[str, str | int | bool]
Ends = dict[str, list[tuple[str, str]]]  # by script: where each of its examples came to, and where it should have


@dataclass(frozen=True, slots=True)
class ParameterText:
    """What one council fills in: GSS code, the text, the values as the scripts' kinds hold them, and by script its own
    way with it."""

    gss: str
    text: str
    values: Parameters
    overlays: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pack:
    slug: str
    service: str
    scripts: tuple[ScriptText, ...]
    parameters: tuple[ParameterText, ...]
    examples: tuple[Mapping[str, Any], ...] = ()
    variants: Mapping[tuple[str, str], ScriptText] = field(default_factory=dict)  # by script and council
    looked: tuple[Looked, ...] = ()
    faulty: frozenset[tuple[str, str]] = frozenset()  # by script and council ("": any) where errors stand

    def script_for(self, key: str, gss: str) -> ScriptText | None:
        """The script as that council has it."""
        base = next((script for script in self.scripts if script.key == key), None)
        return self.variants.get((key, gss), base)


def load_pack(folder: Path) -> tuple[Pack | None, list[Finding]]:
    """The pack in a folder, or None when a finding forbids it."""
    pack, findings = read_pack(folder)
    return (None if has_errors(findings) else pack), findings


def read_pack(folder: Path) -> tuple[Pack | None, list[Finding]]:
    """As much of the pack in a folder as can be read, and what is wrong with it; None when it is no pack at all."""
    findings: list[Finding] = []
    head = read_yaml(folder / "pack.yaml", findings)
    if not isinstance(head, Mapping) or not head.get("pack"):
        findings = findings or [
            Finding("pack-form", "This is no service pack", "Add pack: with its name.", top_of(folder / "pack.yaml"))
        ]
        return None, findings
    keys = script_keys(head, folder, findings)
    if findings:
        return None, findings
    paths = script_files(folder, keys, findings)
    sources = [source for path in paths if (source := read_source(path, findings))]
    findings += [found for source in sources for found in misnamed(source)]
    findings += unnamed(folder, keys)
    scripts = tuple(source.base for source in sources)
    twice = list(codes(script.script for script in scripts))
    for source in sources:
        twice = list(on_the_way(twice, source.base.script, source.proof))
    findings += twice
    files = sorted((folder / "parameters").glob("*.yaml"))
    told: list[Finding] = []
    parameters = tuple(found for file in files if (found := _parameters(file, scripts, told)))
    whole = [script.key for script in scripts] == keys  # what belongs to one that can't be read isn't unknown for that
    told = [each for each in told if whole or each.code not in OF_A_SCRIPT]
    findings += told
    faulty = {(source.base.key, "") for source in sources if has_errors(source.findings)}
    faulty |= {("", Path(each.place.file).stem) for each in told if each.severity == "error"}
    variants = dict(_variants(folder, sources, parameters, findings, faulty))
    read = {script.key for script in scripts}
    played = (e for file in sorted((folder / "examples").glob("*.yaml")) for e in read_examples(file, findings))
    unread = {file.stem for file in files} - {council.gss for council in parameters}
    examples = tuple(
        each for each in played
        if (each["script"] in read or each["script"] not in keys) and each.get("council") not in unread
    )  # no example is blamed for what can't be read
    return Pack(
        str(head["pack"]),
        str(head.get("service", head["pack"])),
        scripts,
        parameters,
        examples,
        {key: text for key, (text, _) in variants.items()},
        (*(source.looked for source in sources), *(looked for _, looked in variants.values())),
        frozenset(faulty),
    ), findings


def _variants(
    folder: Path,
    sources: list[Source],
    parameters: tuple[ParameterText, ...],
    findings: list[Finding],
    faulty: set[tuple[str, str]],
) -> Iterator[tuple[tuple[str, str], tuple[ScriptText, Looked]]]:
    for council in parameters:
        for source in sources:
            overlay = council.overlays.get(source.base.key)
            path = folder / "parameters" / f"{council.gss}.yaml"
            before = len(findings)
            found = varied(source, path, overlay, findings) if overlay is not None else None
            if has_errors(findings[before:]):
                faulty.add((source.base.key, council.gss))
            if found:
                yield (source.base.key, council.gss), found


def overlays_of(data: Any) -> Mapping[str, Any]:
    """The overlays of a council's file by script; what isn't one is left out."""
    told = data.get("overlay") if isinstance(data, Mapping) else None
    listed = told.items() if isinstance(told, Mapping) else ()
    return {str(key): each for key, each in listed if isinstance(each, Mapping)}


def play_examples(pack: Pack) -> list[Finding]:
    """Every example of the pack, played; a finding for each that comes out otherwise. Where a script, or a council's
    file, has errors of its own its examples would tell the same once more each: they are counted in a line."""
    found: list[Finding] = []
    left: dict[str, list[Mapping[str, Any]]] = {}
    ends: Ends = {}
    for example in pack.examples:
        key, gss = str(example.get("script")), str(example.get("council"))
        faults = pack.faulty & {(key, ""), (key, gss), ("", gss)}
        if faults:
            left.setdefault(key, []).append(example)
        else:
            found += play_example(pack, example, ends)
    for key, examples in left.items():
        words = f"{count(len(examples), 'example')} of “{key}”, not played while it or its council's file has errors"
        place = examples[0].get(PLACE, Place())
        found.append(Finding("not-played", words, "Mend those first.", place, "note"))
    return [*found, *summed_up(ends)]


def play_example(pack: Pack, example: Mapping[str, Any], ends: Ends | None = None) -> list[Finding]:
    """One example, by the script and the parameters of the council that it names. `ends` is told where it came to."""
    gss, key = str(example.get("council")), str(example.get("script"))
    script = pack.script_for(key, gss)
    if script is None:
        words = f"Example “{example.get('name')}”: this pack has no script “{example.get('script')}”"
        remedy = nearest(example.get("script"), (each.key for each in pack.scripts))
        return [Finding("example", words, remedy, example.get(PLACE, Place()))]
    values = next((council.values for council in pack.parameters if council.gss == gss), {})
    walked, found = play(script.script, example, values, sums=SUMS)
    if ends is not None:
        ends.setdefault(key, []).append((where(walked), str(example.get("result"))))
    return found


def summed_up(ends: Ends) -> list[Finding]:
    """By script: at which step many of its examples end that shouldn't."""
    return [found for key, each in ends.items() for found in at_another_end(key, each)]


def published_text(script: ScriptText, parameters: ParameterText | None) -> str:
    """What a version is made of: the script and, if it is a council's, that council's parameters."""
    return script.text if parameters is None else f"{script.text.rstrip()}{SPLIT}{parameters.text}"


def with_overlay(chosen: ParameterText, file: ParameterText | None) -> ParameterText:
    """What a council chose here, with its own way with the scripts, which stands in its file."""
    if file is None or not file.overlays:
        return chosen
    return replace(chosen, text=chosen.text.rstrip() + overlay_block(file.text), overlays=file.overlays)


def overlay_block(text: str) -> str:
    """The lines of a council's text that hold its overlay, with a line break before them; "" where it has none."""
    found = _OVERLAY.search(text)
    return f"\n{found[0].rstrip()}\n" if found else ""


def hash_of(text: str) -> str:
    """A version's address: the SHA-256 of its text."""
    return hashlib.sha256(text.encode()).hexdigest()


_reading = Lock()
_published: dict[str, tuple[Script, Parameters]] = {}  # by text


def read_published(text: str) -> tuple[Script, Parameters]:
    """Script and parameters of a published text. It was checked before it was published, so findings can't be here.

    One thread reads at a time: when a process has just begun, every request of its first second asks for the same
    texts, and if each read them for itself, all would wait as many times as long. Who asks for one that was read waits
    for nobody.
    """
    if (found := _published.get(text)) is not None:
        return found
    with _reading:
        if (found := _published.get(text)) is None:
            found = _read_published(text)
            if len(_published) >= MOST_TEXTS:
                _published.clear()
            _published[text] = found
        return found


def _read_published(text: str) -> tuple[Script, Parameters]:
    base, data = text.partition(SPLIT)[0], council_data(text)
    script = base_of(base)
    overlay = overlays_of(data).get(script.key)
    if overlay is not None:
        script = _made(base.rstrip(), overlay)
    return script, _values(data, (script,), Path("published"), [])


def base_of(text: str) -> Script:
    """The base of a published text, without what its council has otherwise; ValueError where it can't be read."""
    return _read_script(text.partition(SPLIT)[0].rstrip())


def council_data(text: str) -> Any:
    """What a published text holds of its council."""
    told = text.partition(SPLIT)[2]
    return quick_yaml().load(told) if told else None


_scripts: dict[str, Script] = {}  # by text


def keep_script(text: str, script: Script) -> None:
    """What a published text was made from is known, so that it needn't be read."""
    if len(_scripts) >= MOST_SCRIPTS:
        _scripts.clear()
    _scripts[text.rstrip()] = script


def _read_script(text: str) -> Script:
    """The script of a text, which all councils that follow it share: reading and compiling it takes half a second."""
    if text not in _scripts:
        keep_script(text, _made(text))
    return _scripts[text]


def _made(text: str, overlay: Any = None) -> Script:
    own, used = parted(text)
    script, findings = parse(quick_yaml().load(own), library=used, overlay=overlay)
    if script is None:
        raise ValueError(f"This published script can't be read: {findings[0].words}")
    return script


def _parameters(path: Path, scripts: tuple[ScriptText, ...], findings: list[Finding]) -> ParameterText | None:
    before = len(findings)
    data = read_yaml(path, findings)
    if not isinstance(data, Mapping):
        if len(findings) == before:
            words, remedy = "This file holds nothing of a council", f"Write council: {path.stem} and parameters:."
            findings.append(Finding("council", words, remedy, top_of(path)))
        return None
    if data.get("council") != path.stem:
        words = f"The file is {path.stem}'s and names {data.get('council')}"
        findings.append(Finding("council", words, f"Write council: {path.stem}.", top_of(path)))
    for key in data:
        if key not in FILE:
            words = f"“{key}” isn't known here"
            findings.append(Finding("unknown-key", words, nearest(key, FILE), place_in(path, data, key)))
    values = _values(data, tuple(script.script for script in scripts), path, findings)
    return ParameterText(path.stem, path.read_text(), values, _overlays(data, path, scripts, findings))


def _overlays(
    data: Mapping[str, Any], path: Path, scripts: tuple[ScriptText, ...], findings: list[Finding]
) -> Mapping[str, Any]:
    told = data.get("overlay")
    keys = [script.key for script in scripts]
    found: dict[str, Any] = {}
    if told is not None and not isinstance(told, Mapping):
        words = "“overlay” holds scripts with what this council has otherwise"
        remedy = "Write the script's key, then texts:, insert: or drop:."
        findings.append(Finding("overlay", words, remedy, place_in(path, data, "overlay")))
        return found
    for key, overlay in (told or {}).items():
        if key in keys and isinstance(overlay, Mapping):
            found[str(key)] = overlay
            continue
        words = f"This pack has no script “{key}”" if key not in keys else f"“{key}” needs texts, insert or drop"
        findings.append(Finding("overlay-gone", words, nearest(key, keys), place_in(path, told, key)))
    return found


def _values(data: Any, scripts: tuple[Script, ...], path: Path, findings: list[Finding]) -> Parameters:
    told = data.get("parameters") if isinstance(data, Mapping) else None
    variables = {
        name: variable
        for script in scripts
        for name, variable in script.variables.items()
        if variable.source == "parameter"
    }
    values: dict[str, str | int | bool] = {}
    for name, variable in variables.items():
        if not variable.always and name not in (told or {}):
            words = f"{path.stem} doesn't tell “{name}”, which has no usual value"
            remedy = f"Add {name}: under parameters:, or {name}: null where this council has none."
            findings.append(Finding("missing-parameter", words, remedy, top_of(path)))
    for name, value in (told or {}).items():
        if name not in variables:
            words = f"No script of this pack has a parameter “{name}”"
            remedy = nearest(name, variables)
            findings.append(Finding("unknown-parameter", words, remedy, place_in(path, told, name)))
            continue
        if value is None and not variables[name].always:
            continue  # the council says that it has none
        found = typed(value, variables[name])
        if isinstance(found, Refusal):
            findings.append(Finding("parameter", f"{name}: {found.words}", found.remedy, place_in(path, told, name)))
        else:
            values[name] = found
    return values
