"""From a script's data (as YAML gives it) to a `Script`, with findings that say where and what.

Pure: the reader of the file hands in plain mappings and a function that tells where a key stands.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from moothall.domain.findings import Finding, Place
from moothall.domain.interview.expressions import KINDS, KNOWN, Condition, Kind, Refusal, Vocabulary
from moothall.domain.interview.model import (
    KIND_OF_FIELD,
    NO_WORDS,
    Call,
    Ending,
    Field,
    FieldKind,
    Mark,
    Option,
    Script,
    Step,
    StepKind,
    Variable,
    Words,
)
from moothall.domain.typed import LONGEST_NOTE

PlaceOf = Callable[[Any, Any], Place]
Data = Mapping[str, Any]
LONGEST = {"notes": LONGEST_NOTE, "phone": 30, "email": 254, "reach": 254}
FIELDS: tuple[FieldKind, ...] = tuple(kind for kind in KIND_OF_FIELD if kind != "none")
OUTCOMES = ("resolved", "case_opened", "signposted", "referred", "callback")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_TOP = frozenset({"script", "service", "title", "about", "rank", "parameters", "steps"})
_WORDS = frozenset({"say", "do", "why", "short", "if_they_say"})
_STEP = _WORDS | {"key", "when"}
_BY_VERB: dict[str, frozenset[str]] = {
    "ask": frozenset({"ask", "options", "options_from", "optional", "longest", "missing"}),
    "look_up": frozenset({"look_up", "with", "fixed", "gives"}),
    "work_out": frozenset({"work_out", "kind"}),
    "effect": frozenset({"effect", "with", "fixed", "gives", "marks", "told", "title"}),
    "end": frozenset({"end", "outcome", "code"}),
    "group": frozenset({"group", "steps"}),
}


def parse(data: Any, place: PlaceOf = lambda _data, _key: Place()) -> tuple[Script | None, list[Finding]]:
    """The script, or None when a finding forbids it. `place(mapping, key)` tells where a key stands in its file."""
    return _Parser(place).script(data)


def minutes(text: Any) -> int | None:
    """`"17:30"` as minutes after midnight; `"24:00"` is the end of the day; None for anything else."""
    match = _TIME.fullmatch(str(text))
    if not match:
        return None
    value = int(match[1]) * 60 + int(match[2])
    return value if value <= 1440 else None


class _Parser:
    def __init__(self, place: PlaceOf) -> None:
        self.place = place
        self.findings: list[Finding] = []
        self.variables: dict[str, Variable] = {}
        self.defaults: dict[str, str | int | bool] = {}
        self.vocabulary = Vocabulary({})

    def script(self, data: Any) -> tuple[Script | None, list[Finding]]:
        if not isinstance(data, Mapping):
            self.find("script-form", "A script is a mapping with script, service, title and steps", data, None)
            return None, self.findings
        self.keys(data, _TOP)
        for key in ("script", "service", "title", "steps"):
            if key not in data:
                self.find("script-form", f"“{key}” is missing", data, None, f"Add {key}: to the script.")
        if self.findings:
            return None, self.findings
        self.parameters(data.get("parameters") or {})
        self.declare(data["steps"])
        self.vocabulary = Vocabulary({name: variable.kind for name, variable in self.variables.items()})
        steps = tuple(self.steps(data["steps"], ()))
        if any(finding.severity == "error" for finding in self.findings):
            return None, self.findings
        script = Script(
            str(data["script"]),
            str(data["service"]),
            self.words(data, "title"),
            MappingProxyType(self.variables),
            steps,
            MappingProxyType(self.defaults),
            self.vocabulary,
            int(data.get("about", 8)),
            int(data.get("rank", 5)),
        )
        return script, self.findings

    # what is declared

    def parameters(self, data: Data) -> None:
        for name, short in data.items():
            told = short if isinstance(short, Mapping) else {"kind": short}
            default = told.get("default")
            values = tuple(str(value) for value in told.get("values", ()))
            variable = self.variable(name, told.get("kind"), (data, name), source="parameter", values=values)
            if variable and default is not None:
                value = typed(default, variable)
                if isinstance(value, Refusal):
                    self.find("parameter-default", f"{name}: {value.words}", data, name, value.remedy)
                else:
                    self.defaults[name] = value
                    self.variables[name] = Variable(name, variable.kind, "parameter", True, values)

    def declare(self, steps: Any) -> None:
        for step in self.listed(steps):
            verb = _verb(step)
            if verb == "group":
                self.declare(step.get("steps"))
            elif verb in ("look_up", "effect"):
                self.given(step, "fact" if verb == "look_up" else "result")
            elif verb in ("ask", "work_out", "say"):
                self.answer(step, verb)

    def given(self, step: Data, source: Any) -> None:
        for name, short in (step.get("gives") or {}).items():
            told = short if isinstance(short, Mapping) else {"kind": short}
            values = tuple(str(value) for value in told.get("values", ()))
            self.variable(
                name,
                told.get("kind"),
                (step["gives"], name),
                source=source,
                always=bool(told.get("always")),
                values=values,
            )

    def answer(self, step: Data, verb: str) -> None:
        values: tuple[str, ...] = ()
        if verb == "work_out":
            kind = step.get("kind", "truth")
        else:
            kind = KIND_OF_FIELD.get(cast(FieldKind, step.get("ask", "none")), "text")
            if not step.get("options_from"):  # else what can be chosen is only known in the call
                values = tuple(str(value) for value in step.get("options") or {})
        source: Any = "worked_out" if verb == "work_out" else "answer"
        self.variable(
            step.get("key"), kind, (step, "key"), source=source, always=not step.get("optional"), values=values
        )

    def variable(self, name: Any, kind: Any, where: tuple[Any, Any], **told: Any) -> Variable | None:
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name.startswith(KNOWN):
            self.find(
                "name",
                f"“{name}” can't be a name",
                *where,
                "Use small letters, digits and _, not beginning with known_.",
            )
            return None
        if name in self.variables:
            self.find("duplicate-name", f"“{name}” is declared twice", *where, "Give one of them another name.")
            return None
        if kind not in KINDS:
            self.find("kind", f"“{kind}” isn't a kind of value", *where, f"There are {', '.join(KINDS)}.")
            return None
        self.variables[name] = Variable(name, kind, **told)
        return self.variables[name]

    # the steps

    def steps(self, data: Any, conditions: tuple[Condition, ...]) -> Iterable[Step]:
        for item in self.listed(data):
            verb = _verb(item)
            if not verb:
                self.find(
                    "step-form",
                    "This step does nothing",
                    item,
                    None,
                    "Give it say, ask, look_up, work_out, effect, end or group.",
                )
                continue
            self.keys(item, _STEP | _BY_VERB.get(verb, frozenset()))
            own = (*conditions, *self.condition(item, "when"))
            if verb == "group":
                yield from self.steps(item.get("steps"), own)
            else:
                yield self.step(item, verb, own)

    def step(self, data: Data, verb: str, conditions: tuple[Condition, ...]) -> Step:
        key = data.get("key") or data.get(verb)
        if not isinstance(key, str):
            self.find("step-form", "This step has no key", data, None, "Add key: with a short name.")
        value = self.condition(data, "work_out", data.get("kind", "truth"))
        return Step(
            key=str(key),
            kind=cast(StepKind, verb),
            conditions=conditions,
            say=self.words(data, "say"),
            do=self.words(data, "do"),
            why=self.words(data, "why"),
            short=self.words(data, "short"),
            if_they_say=tuple(
                (self.words(pair, "they"), self.words(pair, "you"))
                for pair in self.listed(data.get("if_they_say") or [])
            ),
            field=self.field(data) if verb == "ask" else Field(),
            call=self.call(data, verb) if verb in ("look_up", "effect") else None,
            value=value[0] if value else None,
            ending=self.ending(data) if verb == "end" else None,
            place=self.place(data, verb),
        )

    def field(self, data: Data) -> Field:
        kind = data["ask"]
        if kind not in FIELDS:
            self.find("field", f"“{kind}” isn't a kind of field", data, "ask", f"There are {', '.join(FIELDS)}.")
        options = tuple(self.option(data["options"], value) for value in data.get("options") or {})
        if kind in ("radio", "property") and not options and not data.get("options_from"):
            self.find("field", "There is nothing to choose from", data, "ask", "Add options: or options_from:.")
        longest = int(data.get("longest", LONGEST.get(kind, 200)))
        return Field(
            kind,
            options,
            str(data.get("options_from", "")),
            bool(data.get("optional")),
            longest,
            self.words(data, "missing"),
        )

    def option(self, data: Data, value: Any) -> Option:
        told = data[value]
        if isinstance(told, Mapping) and "label" in told:
            when = self.condition(told, "when")
            return Option(str(value), self.words(told, "label"), when[0] if when else None)
        return Option(str(value), self.words(data, value))

    def call(self, data: Data, verb: str) -> Call:
        marks = []
        for item in data.get("marks") or []:
            when = self.condition(item, "when")
            marks.append(Mark(str(item.get("mark")), when[0] if when else None))
        return Call(
            str(data[verb]),
            tuple((str(k), str(v)) for k, v in (data.get("with") or {}).items()),
            tuple((str(k), v) for k, v in (data.get("fixed") or {}).items()),
            tuple(marks),
            self.words(data, "told"),
            self.words(data, "title"),
            tuple(_given_as(data)),
        )

    def ending(self, data: Data) -> Ending:
        outcome = data.get("outcome")
        if outcome not in OUTCOMES:
            self.find("outcome", f"“{outcome}” isn't an outcome", data, "outcome", f"There are {', '.join(OUTCOMES)}.")
        if not data.get("code"):
            self.find("outcome-code", "This end has no wrap-up code", data, "end", "Add code:.")
        return Ending(str(outcome), str(data.get("code", "")))

    # small parts

    def condition(self, data: Data, key: str, result: Kind = "truth") -> tuple[Condition, ...]:
        if key not in data or result not in KINDS:
            return ()
        compiled = self.vocabulary.compile(str(data[key]), result)
        if isinstance(compiled, Refusal):
            where = f" (character {compiled.column})" if compiled.column else ""
            self.find("expression", f"{compiled.words}{where}: {data[key]}", data, key, compiled.remedy)
            return ()
        return (compiled,)

    def words(self, data: Data, key: str) -> Words:
        told = data.get(key)
        if told is None:
            return NO_WORDS
        if not isinstance(told, Mapping) or not all(isinstance(text, str) for text in told.values()):
            self.find("words", f"“{key}” isn't keyed by language", data, key, "Write it as en: with the text beneath.")
            return NO_WORDS
        return Words(tuple((str(language), " ".join(text.split())) for language, text in told.items()))

    def listed(self, data: Any) -> list[Data]:
        if isinstance(data, Sequence) and not isinstance(data, str) and all(isinstance(item, Mapping) for item in data):
            return list(data)
        self.find("script-form", "A list of steps is expected here", data, None)
        return []

    def keys(self, data: Data, allowed: Iterable[str]) -> None:
        known = list(allowed)
        for key in data:
            if key not in known:
                near = difflib.get_close_matches(str(key), known, n=1)
                remedy = f"Did you mean “{near[0]}”?" if near else f"There are {', '.join(sorted(known))}."
                self.find("unknown-key", f"“{key}” isn't known here", data, key, remedy)

    def find(self, code: str, words: str, data: Any, key: Any, remedy: str = "") -> None:
        self.findings.append(Finding(code, words, remedy, self.place(data, key)))


def typed(value: Any, variable: Variable) -> str | int | bool | Refusal:
    """A parameter's value as its kind holds it (times as minutes), or what is wrong with it."""
    kind = variable.kind
    if kind == "time":
        found = minutes(value)
        return Refusal(f"“{value}” isn't a time", 0, 'Write it quoted, like "17:30".') if found is None else found
    if kind == "truth":
        return value if isinstance(value, bool) else Refusal(f"“{value}” isn't true or false")
    if kind == "whole":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return value if whole else Refusal(f"“{value}” isn't a whole number", 0, "Write pence, days or per mille.")
    if not isinstance(value, str):
        return Refusal(f"“{value}” isn't a text", 0, "Put it in quotation marks.")
    if variable.values and value not in variable.values:
        return Refusal(f"“{value}” isn't one of {', '.join(variable.values)}")
    return value


def _given_as(data: Data) -> Iterable[tuple[str, str]]:
    for name, told in (data.get("gives") or {}).items():
        yield str(name), str(told.get("from", name)) if isinstance(told, Mapping) else str(name)


def _verb(data: Data) -> str:
    for verb in _BY_VERB:
        if verb in data:
            return verb
    return "say" if "say" in data else ""
