"""Service packs on disk: a folder of YAML. Reading one gives a `Pack` and findings with file, line and column."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from moothall.domain.findings import Finding, has_errors
from moothall.domain.interview.check import check
from moothall.domain.interview.declare import typed
from moothall.domain.interview.examples import play
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.model import Script
from moothall.domain.interview.parse import parse
from moothall.scripts.knowledge import check_knowledge
from moothall.scripts.library import Shelf, parted, with_used
from moothall.scripts.ports import check_ports
from moothall.scripts.yaml_files import place_in, read_yaml, top_of, yaml

SPLIT = "\n---\n"  # between a script and its council's parameters, in a published text
FOLDER = Path(__file__).resolve().parents[3] / "packs"  # of the checkout
Parameters = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class ScriptText:
    """One script of a pack: its text is what is published, `script` what was made of it."""

    key: str
    text: str
    script: Script


@dataclass(frozen=True, slots=True)
class ParameterText:
    """What one council fills in: GSS code, the text, and the values as the scripts' kinds hold them."""

    gss: str
    text: str
    values: Parameters


@dataclass(frozen=True, slots=True)
class Pack:
    slug: str
    service: str
    scripts: tuple[ScriptText, ...]
    parameters: tuple[ParameterText, ...]
    examples: tuple[Mapping[str, Any], ...] = ()


def load_pack(folder: Path) -> tuple[Pack | None, list[Finding]]:
    """The pack in a folder, or None when a finding forbids it."""
    findings: list[Finding] = []
    head = read_yaml(folder / "pack.yaml", findings)
    if not isinstance(head, Mapping) or not head.get("pack"):
        findings = findings or [
            Finding("pack-form", "This is no service pack", "Add pack: with its name.", top_of(folder / "pack.yaml"))
        ]
        return None, findings
    scripts = tuple(
        script for key in head.get("scripts") or () if (script := _script(folder / "scripts" / f"{key}.yaml", findings))
    )
    files = sorted((folder / "parameters").glob("*.yaml"))
    parameters = tuple(found for file in files if (found := _parameters(file, scripts, findings)))
    examples = tuple(e for file in sorted((folder / "examples").glob("*.yaml")) for e in _examples(file, findings))
    if has_errors(findings):
        return None, findings
    return Pack(str(head["pack"]), str(head.get("service", head["pack"])), scripts, parameters, examples), findings


def play_examples(pack: Pack) -> list[Finding]:
    """Every example of the pack, played; a finding for each that comes out otherwise."""
    values = {council.gss: council.values for council in pack.parameters}
    scripts = {script.key: script.script for script in pack.scripts}
    found: list[Finding] = []
    for example in pack.examples:
        script = scripts.get(str(example.get("script")))
        if script is None:
            found.append(Finding("example", f"“{example.get('name')}” names no script of this pack"))
            continue
        found += play(script, example, values.get(str(example.get("council")), {}))[1]
    return found


def published_text(script: ScriptText, parameters: ParameterText | None) -> str:
    """What a version is made of: the script and, if it is a council's, that council's parameters."""
    return script.text if parameters is None else f"{script.text.rstrip()}{SPLIT}{parameters.text}"


def hash_of(text: str) -> str:
    """A version's address: the SHA-256 of its text."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=256)
def read_published(text: str) -> tuple[Script, Parameters]:
    """Script and parameters of a published text. It was checked before it was published, so findings can't be here."""
    base, _, told = text.partition(SPLIT)
    script = _read_script(base.rstrip())
    return script, _values(yaml().load(told) if told else None, (script,), Path("published"), [])


@lru_cache(maxsize=64)
def _read_script(text: str) -> Script:
    """The script of a text, which all councils that follow it share: reading and compiling it takes half a second."""
    own, used = parted(text)
    script, findings = parse(yaml().load(own), library=used)
    if script is None:
        raise ValueError(f"This published script can't be read: {findings[0].words}")
    return script


def _script(path: Path, findings: list[Finding]) -> ScriptText | None:
    before = len(findings)
    data = read_yaml(path, findings)
    if len(findings) > before:
        return None
    shelf = Shelf(pack := path.parents[1], findings)
    script, found = parse(data, partial(place_in, path), shelf)
    findings += found
    if script is None:
        return None
    findings += [*check(script), *check_ports(script), *check_knowledge(script, pack)]
    return ScriptText(script.key, with_used(path.read_text(), shelf.taken), script)


def _examples(path: Path, findings: list[Finding]) -> Iterator[Mapping[str, Any]]:
    """The examples of a file; what it gives as `home` and `holidays` holds for each."""
    data = read_yaml(path, findings)
    if isinstance(data, Mapping):
        for example in data.get("examples") or ():
            facts = {**(data.get("home") or {}), **(example.get("facts") or {})}
            yield {"holidays": data.get("holidays") or [], **example, "facts": facts}


def _parameters(path: Path, scripts: tuple[ScriptText, ...], findings: list[Finding]) -> ParameterText | None:
    data = read_yaml(path, findings)
    if not isinstance(data, Mapping):
        return None
    if data.get("council") != path.stem:
        words = f"The file is {path.stem}'s and names {data.get('council')}"
        findings.append(Finding("council", words, "", top_of(path)))
    values = _values(data, tuple(script.script for script in scripts), path, findings)
    return ParameterText(path.stem, path.read_text(), values)


def _values(data: Any, scripts: tuple[Script, ...], path: Path, findings: list[Finding]) -> Parameters:
    told = data.get("parameters") if isinstance(data, Mapping) else None
    variables = {
        name: variable
        for script in scripts
        for name, variable in script.variables.items()
        if variable.source == "parameter"
    }
    values: dict[str, str | int | bool] = {}
    for name, value in (told or {}).items():
        if name not in variables:
            words = f"No script of this pack has a parameter “{name}”"
            findings.append(Finding("unknown-parameter", words, "", place_in(path, told, name)))
            continue
        found = typed(value, variables[name])
        if isinstance(found, Refusal):
            findings.append(Finding("parameter", f"{name}: {found.words}", found.remedy, place_in(path, told, name)))
        else:
            values[name] = found
    return values
