"""Values as they are written into an agreement's YAML: one style, and quotes wherever a reader could be in doubt."""
from __future__ import annotations

import json
import re
from collections.abc import Mapping

Value = str | int | list["Value"] | dict[str, "Value"]

PLAIN = re.compile(r"[A-Za-z][\w ./&()’'-]*(?<! )")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
DOUBTFUL = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}  # what YAML 1.1 takes for something else
FLOW = 6  # a mapping of so few plain values stands on one line


def flow(value: Value) -> str:
    """On one line: `{council: Northby, services: [refuse, garden]}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return word(value)


def entry(key: str, value: Value, indent: int, newline: str = "\n") -> str:
    """`key: value` without its first indentation and last newline; a mapping that holds others goes over lines."""
    if isinstance(value, Mapping) and value and not _short(value):
        pad = newline + " " * (indent + 2)
        return f"{_key(key)}:{pad}" + pad.join(entry(name, each, indent + 2, newline) for name, each in value.items())
    return f"{_key(key)}: {flow(value)}"


def _key(name: str) -> str:
    """The key `on` of named days stands as people write it; nothing here reads it as a truth."""
    return name if name == "on" else word(name)


def word(value: str | int) -> str:
    """A scalar. Times, numbers that are texts and whatever is special stand in quotes."""
    text = str(value)
    if isinstance(value, int) or DATE.fullmatch(text):
        return text
    if PLAIN.fullmatch(text) and text.casefold() not in DOUBTFUL:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else _escaped(each) for each in quoted)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x1_0000 else f"\\U{code:08x}"


def _short(value: Mapping[str, Value]) -> bool:
    return len(value) <= FLOW and not any(isinstance(each, Mapping | list) for each in value.values())
