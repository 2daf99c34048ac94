"""Names that only a script knows, in a text that people see: written there by a slip, or put there by a {variable}."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moothall.domain.findings import Finding
from moothall.domain.interview.model import Script, Step, Words
from moothall.domain.interview.tree import Call, Const, Name, Node
from moothall.domain.interview.words import PLACEHOLDER, placeholders

_RAW = re.compile(r"(?<![\w./@:-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w/@]|\.\w)")  # an address may well have a _
_KEYS = ("radio", "property")  # what such a field keeps is the option's key, or the address's number


def raw_names(script: Script, step: Step, words: Words) -> Iterator[Finding]:
    """A finding for each name in the text, and for each variable that would print one."""
    for text in words.values():
        for found in _RAW.finditer(PLACEHOLDER.sub("", text)):
            told = f"“{step.key}” shows people the name “{found[0]}”: {text}"
            yield Finding("raw-name", told, "Write it in words.", step.place)
        for name, _ in placeholders(text):
            if printed := printed_raw(script, name):
                told = f"“{step.key}” shows people “{printed}” where it says {{{name}}}: that is a key, and no words"
                remedy = f"Say a look-up's words there, or work out a text: {name} == … ? … : …."
                yield Finding("raw-name", told, remedy, step.place)


def printed_raw(script: Script, name: str) -> str:
    """What a variable may print that isn't meant for people, as an example; "" where there is nothing."""
    variable, step = script.variables.get(name), script.step(name)
    if variable is None or variable.kind != "text":
        return ""
    if step and step.value:
        return _of_a_sum(script, step.value.tree)
    if step and step.field.kind in _KEYS:
        return next((option.value for option in step.field.options), name)
    default = script.defaults.get(name, "")
    return next((str(value) for value in (*variable.values, default) if _RAW.fullmatch(str(value))), "")


def _of_a_sum(script: Script, node: Node) -> str:
    match node:
        case Const(str() as text):
            found = _RAW.search(text)
            return found[0] if found else ""
        case Name(name):
            return printed_raw(script, name)
        case Call("_?_:_", (_, then, other)):
            return _of_a_sum(script, then) or _of_a_sum(script, other)
    return ""
