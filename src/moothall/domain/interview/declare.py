"""What a script declares: its parameters, and the names that its steps bring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from moothall.domain.interview import grammar
from moothall.domain.interview.expressions import KINDS, KNOWN, Kind, Refusal
from moothall.domain.interview.model import BUILT_IN, KIND_OF_FIELD, Asked, FieldKind, Variable
from moothall.domain.interview.reading import Data, PlaceOf, Reader

NAME = re.compile(r"[a-z][a-z0-9_]*")
TYPED: tuple[FieldKind, ...] = ("money", "phone")  # what a parameter may be asked as
_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")


def minutes(text: Any) -> int | None:
    """`"17:30"` as minutes after midnight; `"24:00"` is the end of the day; None for anything else."""
    match = _TIME.fullmatch(str(text))
    if not match:
        return None
    value = int(match[1]) * 60 + int(match[2])
    return value if value <= 1440 else None


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
        return Refusal(f"“{value}” isn't one of {', '.join(str(each) for each in variable.values)}")
    return value


class Declaring(Reader):
    def __init__(self, place: PlaceOf) -> None:
        super().__init__(place)
        self.variables: dict[str, Variable] = {variable.name: variable for variable in BUILT_IN}
        self.defaults: dict[str, str | int | bool] = {}
        self.asked: dict[str, Asked] = {}

    def parameters(self, data: Data) -> None:
        for name, short in data.items():
            told: Data = short if isinstance(short, Mapping) else {"kind": short}
            self.keys(told, grammar.PARAMETER)
            default = told.get("fixed", told.get("default"))
            source = "fixed" if "fixed" in told else "parameter"
            values = self.values(told)
            variable = self.variable(name, told.get("kind"), (data, name), source=source, values=values)
            if variable and source == "parameter":
                self.asked[name] = self.asked_for(told, variable)
            if variable and default is not None:
                value = typed(default, variable)
                if isinstance(value, Refusal):
                    self.find("parameter-default", f"{name}: {value.words}", data, name, value.remedy)
                else:
                    self.defaults[name] = value
                    known = (value,) if source == "fixed" else values
                    self.variables[name] = Variable(name, variable.kind, variable.source, True, known)

    def asked_for(self, told: Data, variable: Variable) -> Asked:
        """The words with which a council is asked for it, and how the answer is typed."""
        field = told.get("ask", "none")
        if field != "none" and (field not in TYPED or KIND_OF_FIELD[field] != variable.kind):
            remedy = "Write money beside kind: whole, or phone beside kind: text."
            self.find("parameter-form", f"“{field}” doesn't say how a {variable.kind} is typed", told, "ask", remedy)
            field = "none"
        values = told.get("values")
        words = tuple((str(each), self.words(values, each)) for each in values) if isinstance(values, Mapping) else ()
        return Asked(self.words(told, "label"), self.words(told, "hint"), cast(FieldKind, field), words)

    def declare(self, steps: Any) -> None:
        for step in steps if isinstance(steps, list) else ():
            verb = grammar.verb_of(step)
            if verb == "group":
                self.declare(step.get("steps"))
            elif verb in ("look_up", "effect"):
                self.given(step, "fact" if verb == "look_up" else "result")
            elif verb in ("ask", "work_out", "say"):
                self.answer(step, verb)

    def given(self, step: Data, source: Any) -> None:
        gives = self.mapping(step, "gives")
        for name, short in gives.items():
            told: Data = short if isinstance(short, Mapping) else {"kind": short}
            self.keys(told, grammar.GIVEN)
            always = self.truth(told, "always")
            values = self.values(told)
            self.variable(name, told.get("kind"), (gives, name), source=source, always=always, values=values)

    def answer(self, step: Data, verb: str) -> None:
        values: tuple[str, ...] = ()
        limits: dict[str, int] = {}
        if verb == "work_out":
            kind: Any = step.get("kind", "truth")
        else:
            field = step.get("ask", "none")
            kind = KIND_OF_FIELD.get(cast(FieldKind, field), "text") if isinstance(field, str) else "text"
            options = step.get("options")
            if not step.get("options_from") and kind == "text":  # else what can be chosen is only known in the call
                values = tuple(str(value) for value in options) if isinstance(options, Mapping) else ()
            if kind == "whole":  # a count or money: nothing below 0 is taken, unless the step says so
                limits = {"least": 0} | {key: self.whole(step, key, 0) for key in ("least", "most") if key in step}
        self.variable(
            step.get("key"),
            kind,
            (step, "key"),
            source="worked_out" if verb == "work_out" else "answer",
            always=not step.get("optional"),
            values=values,
            **limits,
        )

    def values(self, told: Data) -> tuple[str, ...]:
        values = told.get("values", ())
        if isinstance(values, (list, tuple, Mapping)):
            return tuple(str(value) for value in values)
        remedy = "Write it as [one, other], or each with its words."
        self.find("script-form", "“values” is a list of texts", told, "values", remedy)
        return ()

    def variable(self, name: Any, kind: Any, where: tuple[Any, Any], **told: Any) -> Variable | None:
        if not isinstance(name, str) or not NAME.fullmatch(name) or name.startswith(KNOWN):
            remedy = "Use small letters, digits and _, not beginning with known_."
            self.find("name", f"“{name}” can't be a name", *where, remedy)
            return None
        if name in self.variables:
            built_in = self.variables[name].source == "run"
            words = "every script has already" if built_in else "is declared twice"
            self.find("duplicate-name", f"“{name}” {words}", *where, "Give one of them another name.")
            return None
        if kind not in KINDS:
            self.find("kind", f"“{kind}” isn't a kind of value", *where, f"There are {', '.join(KINDS)}.")
            return None
        self.variables[name] = Variable(name, cast(Kind, kind), **told)
        return self.variables[name]


def given_as(data: Data) -> Iterable[tuple[str, str]]:
    """The names that a call gives, each with the result's own name."""
    gives = data.get("gives")
    for name, told in gives.items() if isinstance(gives, Mapping) else ():
        yield str(name), str(told.get("from", name)) if isinstance(told, Mapping) else str(name)
