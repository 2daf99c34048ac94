"""A council's services: which scripts serve them, what each asks the council for, what is said if it tells nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moothall.agreements.document import nearest
from moothall.domain.findings import Finding, Place
from moothall.domain.interview.declare import typed
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.model import NO_WORDS, NOT_SAID, Asked, Script, Variable
from moothall.onboarding.models import ChosenService
from moothall.scripts.library import COMMON
from moothall.scripts.models import ScriptVersion
from moothall.scripts.packs import SPLIT, Pack, ParameterText, overlay_block
from moothall.scripts.versions import NotPublished, parameters_of, published_scripts, version_for
from moothall.tenancy.models import Council

Plain = str | int | bool
EVERY = "core"  # the service under which stands what the scripts of every service ask a council for
OWN_NAME = "council_name"  # a parameter of this name is the council's full name unless it says otherwise
LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a service's scripts ask a council for. `value` is as it is typed; `told` says that the council told it."""

    name: str
    kind: str
    values: tuple[str, ...]
    value: Plain | None
    default: Plain | None
    told: bool
    asked: Asked = NOT_SAID

    @property
    def label(self) -> str:
        return self.asked.label.get(LANGUAGE) or self.name.replace("_", " ").capitalize()

    @property
    def hint(self) -> str:
        return self.asked.hint.get(LANGUAGE)

    @property
    def missing(self) -> bool:
        return self.value is None and self.default is None

    def shown(self, value: Plain | None) -> str:
        """A value as people read and type it: pence as pounds, one of a few by its words."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if self.asked.field == "money" and isinstance(value, int):
            return f"{value // 100}.{value % 100:02}"
        return dict(self.asked.values).get(str(value), NO_WORDS).get(LANGUAGE) or str(value)


def scripts_for(service: str) -> dict[str, Script]:
    """The published scripts of a service by key, those of its pack that serve any service included; of EVERY those
    that may be entered from any script."""
    pack = COMMON if service == EVERY else service
    packs = dict(ScriptVersion.objects.exclude(key__contains="/").values_list("key", "pack"))
    return {
        key: script
        for key, script in sorted(published_scripts().items(), key=lambda pair: pair[1].rank)
        if script.service == service or (script.service == "any" and packs.get(key) == pack)
    }


def parameters_for(council: Council, service: str, values: Mapping[str, Plain] | None = None) -> list[Parameter]:
    """All that the scripts of a service ask a council for; `values` in the place of those that it chose."""
    found: dict[str, Parameter] = {}
    chosen = ChosenService.objects.filter(council=council, service__slug=service).values_list("values", flat=True)
    own = dict(next(iter(chosen), {})) if values is None else dict(values)
    for key, script in scripts_for(service).items():
        known = _known(key, council.gss)
        for name, variable in script.variables.items():
            if variable.source == "parameter" and name not in found:
                told = own.get(name, _plain(variable, known.get(name)))
                if told is None and name == OWN_NAME:
                    told = council.name
                default = _plain(variable, script.defaults.get(name))
                allowed = tuple(str(each) for each in variable.values)
                asked = script.asked.get(name, NOT_SAID)
                found[name] = Parameter(name, variable.kind, allowed, told, default, told is not None, asked)
    return list(found.values())


def check_values(service: str, values: Mapping[str, Any], place: str = "") -> tuple[dict[str, Plain], list[Finding]]:
    """Values as the scripts' kinds hold them, as typed in a form or a file; a finding for each that isn't one."""
    variables = {
        name: variable
        for script in scripts_for(service).values()
        for name, variable in script.variables.items()
        if variable.source == "parameter"
    }
    kept: dict[str, Plain] = {}
    findings: list[Finding] = []
    for name, value in values.items():
        where = Place(f"{place or service}, {name}")
        if name not in variables:
            findings.append(
                Finding("unknown-parameter", f"{service} asks for no “{name}”.", nearest(name, variables), where)
            )
            continue
        given = _given(variables[name], value)
        result = typed(given, variables[name])
        if isinstance(result, Refusal):
            findings.append(Finding("parameter", f"{result.words}.", result.remedy, where))
        else:
            kept[name] = given
    return kept, findings


def published_texts(council: Council, service: str, values: Mapping[str, Plain]) -> list[dict[str, str]]:
    """The council's versions of a service's scripts, where it has something of its own to say."""
    told = {each.name: each.value for each in parameters_for(council, service, values) if each.told}
    if not told:
        return []
    found = []
    for key in scripts_for(service):
        before = _latest(key, council.gss) or ""
        if before and not values:
            continue  # it told nothing new
        latest = (
            ScriptVersion.objects.filter(key=key).order_by("-published_at", "hash").values_list("text", flat=True)[0]
        )
        base, _, council_text = before.partition(SPLIT)
        kept = overlay_block(council_text)  # its own way, which may use sub-scripts that the base doesn't
        told_text = parameter_text(council.gss, told).rstrip() + (kept or "\n")
        text = f"{(base if kept else latest).rstrip()}{SPLIT}{told_text}"
        if text != before:
            found.append({"key": key, "text": text})
    return found


def parameter_text(gss: str, values: Mapping[str, Plain | None]) -> str:
    """As the files of a pack say it; the same words for the same values, whoever publishes them."""
    lines = [f"  {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in sorted(values.items())]
    return "\n".join([f"council: {gss}", "parameters:", *lines, ""])


def chosen_parameters(pack: Pack) -> Iterable[ParameterText]:
    """What councils chose for a pack's service, for when the pack is published anew."""
    slug = EVERY if pack.slug == COMMON else pack.service
    rows = ChosenService.objects.filter(service__slug=slug).select_related("council").order_by("council")
    shipped = {each.gss: each.values for each in pack.parameters}
    for row in rows:
        variables = {
            name: variable
            for script in pack.scripts
            for name, variable in script.script.variables.items()
            if variable.source == "parameter"
        }
        told = {name: _plain(variables[name], value) for name, value in shipped.get(row.council.gss, {}).items()}
        if OWN_NAME in variables:
            told.setdefault(OWN_NAME, row.council.name)
        told |= {name: value for name, value in row.values.items() if name in variables}
        if told and (row.values or row.council.gss not in shipped):
            kept = {name: typed(value, variables[name]) for name, value in told.items()}
            yield ParameterText(row.council.gss, parameter_text(row.council.gss, told), kept)  # type: ignore[arg-type]


def chosen_services(council: Council) -> list[ChosenService]:
    """What a council has chosen, by name; what it told of every service isn't a service of its own."""
    rows = ChosenService.objects.filter(council=council).exclude(service__slug=EVERY)
    return list(rows.select_related("service").order_by("service__name"))


def told_of_every(council: Council) -> Mapping[str, Plain]:
    """What a council told of every service."""
    rows = ChosenService.objects.filter(council=council, service__slug=EVERY)
    return rows.values_list("values", flat=True).first() or {}


def _known(key: str, gss: str) -> Mapping[str, Any]:
    """What is published for the council: what its pack knows of it, or what it chose."""
    try:
        return parameters_of(version_for(key, gss))
    except (NotPublished, ValueError):
        return {}


def _latest(key: str, gss: str) -> str | None:
    rows = ScriptVersion.objects.filter(key=f"{key}/{gss}").order_by("-published_at", "hash")
    return rows.values_list("text", flat=True).first()


def _plain(variable: Variable, value: Any) -> Plain | None:
    """A value as it is typed: a time is minutes within, and `07:00` outside."""
    if variable.kind == "time" and isinstance(value, int) and not isinstance(value, bool):
        return f"{value // 60:02}:{value % 60:02}"
    return value  # type: ignore[no-any-return]


def _given(variable: Variable, value: Any) -> Any:
    if isinstance(value, str) and variable.kind == "whole" and value.strip().isdigit() and len(value) < 7:
        return int(value)
    if isinstance(value, str) and variable.kind == "truth":
        return {"yes": True, "true": True, "no": False, "false": False}.get(value.strip().lower(), value)
    return value.strip() if isinstance(value, str) else value
