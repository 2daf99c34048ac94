"""What a script compares with a word that can't be: a misspelt option, which nothing ever is."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from moothall.domain.findings import Finding
from moothall.domain.interview.model import Script, Step, conditions
from moothall.domain.interview.terms import offered
from moothall.domain.interview.tree import Call, Const, Items, Name, Node, walk

CODE = "no-such-option"
FOLLOWS = frozenset({"unreachable", "dead-end", "no-option"})


def strayed(script: Script) -> Iterator[Finding]:
    """Each once, where it is first compared. What a script that uses another has fixed is one word on purpose."""
    seen: set[tuple[str, str]] = set()
    for step in script.steps:
        for name, word in _compared(step):
            variable = script.variables.get(name)
            known = [] if variable and variable.source == "fixed" else [str(value) for value in offered(script, name)]
            if known and word not in known and (name, word) not in seen:
                seen.add((name, word))
                near = get_close_matches(word, known, n=1)
                words = f"“{step.key}” compares {name} with “{word}”, which is none of its options ({', '.join(known)})"
                remedy = f"Did you mean “{near[0]}”?" if near else "Name one of them, or add it to its options."
                yield Finding(CODE, words, remedy, step.place)


def _compared(step: Step) -> Iterator[tuple[str, str]]:
    """Each name that is compared with a word, and the word."""
    for condition in conditions(step):
        for node in walk(condition.tree):
            yield from _pairs(node)


def _pairs(node: Node) -> Iterator[tuple[str, str]]:
    match node:
        case Call("_==_" | "_!=_", (Name(name), Const(str() as word)) | (Const(str() as word), Name(name))):
            yield name, word
        case Call("@in", (Name(name), Items(items))):
            yield from ((name, item.value) for item in items if isinstance(item, Const) and isinstance(item.value, str))
        case Call("@in", (Const(str() as word), Name(name))):
            yield name, word
