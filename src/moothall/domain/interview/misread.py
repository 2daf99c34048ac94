"""What the compiler of conditions says, in the words of somebody who writes scripts: what is wrong, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

USED = {  # the functions of a condition, and how each is used
    "known": "known(name)",
    "date": "date('2026-12-24')",
    "days_between": "days_between(one_day, other_day)",
    "add_days": "add_days(day, 3)",
    "add_working_days": "add_working_days(day, 3)",
    "same_address": "same_address(one, other)",
    "size": "size(name)",
}
KIND_WORDS = {
    "int": "a whole number",
    "double": "a number with a point",
    "string": "a text",
    "bool": "true or false",
    "google.protobuf.Timestamp": "a day",
    "list(string)": "a list of texts",
    "null_type": "nothing",
}
_INSTEAD = {"and": "&&", "or": "||", "not": "!", "=": "==", "|": "||", "&": "&&", "<>": "!=", "is": "=="}
_TEXT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_NO_FIT = re.compile(r"no matching overload for '([^']+)' applied to '\((.*)\)'")
_TOKEN = re.compile(r"(?:extraneous|mismatched) input '(.+?)' expecting|token recognition error at: '(.*)'$")
_OTHERWISE = (
    "This can't be read as a condition",
    "Compare names, whole numbers and texts by ==, !=, <, <=, > and >=; join them by &&, || and !.",
)


def in_words(said: str, source: str, declared: Iterable[str]) -> tuple[str, str]:
    """What is wrong with a condition and what to do, from what the compiler said about it."""
    unknown = re.search(r"undeclared reference to '(?:known_)?([^']*)'", said)
    if unknown:
        return _unknown(unknown[1], source, declared)
    if "recursion limit" in said:
        return "This expression is nested too deeply", "Work a part out first."
    if re.search(r"\d\.\d", source) and "double" in said:
        return "Numbers here are whole", "Write pence, days or per mille: 250, not 2.50."
    if fit := _NO_FIT.search(said):
        return _no_fit(fit[1], fit[2])
    if "int literal" in said:
        return "This number is too large", "Write a smaller one."
    if "select operation" in said:
        return "A name has no parts here", "Write the name alone, without a point."
    return _misspelt(said, _TEXT.sub("''", source))


def _unknown(name: str, source: str, declared: Iterable[str]) -> tuple[str, str]:
    if name in USED:
        return f"“{name}” isn't used like that", f"Write {USED[name]}."
    if re.search(rf"\b{re.escape(name)}\s*\(", source):
        return f"“{name}” isn't one of the functions here", f"There are {', '.join(USED)}."
    near = get_close_matches(name, declared, n=1)
    remedy = f"Did you mean “{near[0]}”?" if near else "Declare it as a fact, a parameter or an earlier step."
    return f"Nothing declares “{name}”", remedy


def _no_fit(function: str, kinds: str) -> tuple[str, str]:
    given = [KIND_WORDS.get(kind, "something else") for kind in kinds.split(", ")]
    if function in USED:
        return f"{function}() can't take {' and '.join(given)}", f"Write {USED[function]}."
    if "nothing" in given:
        return "Nothing can be compared with null", "Ask known(name), or !known(name)."
    remedy = "Texts stand in 'quotes' and numbers don't; a day is date('2026-12-24'); a choice is 'one' in name."
    return f"“{sign(function)}” can't stand at {' and '.join(given)}", remedy


def _misspelt(said: str, source: str) -> tuple[str, str]:
    """What isn't a condition by its spelling; `source` is it without its texts."""
    found = _TOKEN.search(said)
    token = (found[1] or found[2] or "").strip() if found else ""
    for slip, meant in _INSTEAD.items():
        if token == slip or (slip == "not" and re.search(r"\bnot\b", source)) or (slip == "<>" and slip in source):
            return f"“{slip}” isn't known here", f"Write {meant}"
    if token[:1] in ("'", '"'):
        return "A text isn't closed", f"Close it with {token[0]}."
    if "<EOF>' expecting" in said or "at '<EOF>'" in said:
        return _cut_short(said, source)
    if re.match(r"\s*if\b", source):
        return "“if” can't be a name", "For one or another write: condition ? one : other."
    if token:
        return f"“{token}” can't stand here", "Take it out, or write before it what is missing."
    return _OTHERWISE


def _cut_short(said: str, source: str) -> tuple[str, str]:
    if not source.strip():
        return "Nothing stands here", "Write the condition, or take the line out."
    for opened, closed in ("()", "[]", "{}"):
        if source.count(opened) > source.count(closed):
            return f"“{opened}” isn't closed", f"Write what belongs into it, and “{closed}”."
    if said.endswith("':'"):
        return "“?” lacks what holds otherwise", "Write: condition ? one : other."
    return "This stops before it is complete", "Write what comes next, or take out the last sign."


def sign(function: str) -> str:
    """An operator as it is written: `_==_` is ==."""
    return function.strip("_@") if function.startswith(("_", "@")) or function.endswith("_") else function
