"""The script language as a JSON Schema, for editors and other programs: made from the same tables as the parser's."""

from __future__ import annotations

from typing import Any

from moothall.domain.interview import grammar
from moothall.domain.interview.declare import TYPED
from moothall.domain.interview.expressions import KINDS
from moothall.domain.interview.fields import FIELDS
from moothall.domain.interview.model import HIGHEST_LEVEL

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_TRUTH: Schema = {"type": "boolean"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_PLAIN: Schema = {"type": ["string", "integer", "boolean"]}
_CEL: Schema = {"type": ["string", "boolean"], "description": "A condition, like known(x) && x > 2"}
_NAME: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_SCRIPT_KEY: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"}
_WORDS = {"$ref": "#/$defs/words"}
_KIND: Schema = {"enum": list(KINDS)}
_VALUES: Schema = {"anyOf": [{"type": "array"}, {"type": "object", "additionalProperties": {"$ref": "#/$defs/words"}}]}
_PHRASES: Schema = {"type": "object", "additionalProperties": {"type": "array", "items": _TEXT}}

_TYPES: dict[str, Schema] = {
    "script": _SCRIPT_KEY, "service": _TEXT, "title": _WORDS, "found_by": _PHRASES, "about": _WHOLE, "rank": _WHOLE,
    "longest": _WHOLE, "level": {**_WHOLE, "maximum": HIGHEST_LEVEL}, "web": _TRUTH, "sub": _TRUTH, "interrupt": _NAME,
    "discreet": _CEL,
    "parameters": {"$ref": "#/$defs/parameters"}, "steps": {"$ref": "#/$defs/steps"},
    "key": _TEXT, "when": _CEL, "say": _WORDS, "do": _WORDS, "why": _WORDS, "short": _WORDS, "page": _WORDS,
    "hint": _WORDS, "help": _WORDS, "know": _SCRIPT_KEY, "missing": _WORDS, "told": _WORDS,
    "if_they_say": {"type": "array", "items": {"$ref": "#/$defs/reply"}},
    "use": _SCRIPT_KEY, "as": _NAME, "ask": {"enum": list(FIELDS)}, "options": {"$ref": "#/$defs/options"},
    "options_from": _NAME, "optional": _TRUTH, "least": _WHOLE, "most": _WHOLE,
    "must": {"type": "array", "items": {"$ref": "#/$defs/must"}},
    "look_up": _TEXT, "work_out": _CEL, "kind": _KIND, "effect": _TEXT, "undo": _TEXT, "protect": _CEL,
    "fixed": {"type": "object", "additionalProperties": _PLAIN}, "gives": {"$ref": "#/$defs/gives"},
    "marks": {"type": "array", "items": {"$ref": "#/$defs/mark"}},
    "end": _TEXT, "outcome": {"enum": list(grammar.OUTCOMES)}, "code": _TEXT, "then": _SCRIPT_KEY,
    "group": {"type": ["string", "null"]}, "repeat": {"$ref": "#/$defs/repeat"},
    "that": _CEL, "words": _WORDS, "mark": _TEXT, "they": _WORDS, "you": _WORDS, "label": _WORDS, "alone": _TRUTH,
    "texts": {"type": "object", "additionalProperties": _WORDS}, "drop": {"type": "array", "items": _TEXT},
    "default": _PLAIN, "values": _VALUES, "always": _TRUTH, "from": _TEXT, "over": _NAME,
}  # fmt: skip
_OTHERWISE: dict[tuple[str, str], Schema] = {  # where one word means something else by where it stands
    ("parameter", "fixed"): _PLAIN,
    ("parameter", "ask"): {"enum": list(TYPED)},
    ("use", "as"): {**_NAME, "pattern": f"{_NAME['pattern']}|^$"},
    ("use", "with"): {"type": "object", "additionalProperties": {"anyOf": [_PLAIN, {"$ref": "#/$defs/passed"}]}},
    ("look_up", "with"): {"type": "object", "additionalProperties": _NAME},
    ("effect", "with"): {"type": "object", "additionalProperties": _NAME},
}
_NEEDED = {
    "end": ["end", "outcome", "code"],
    "ask": ["ask", "key"],
    "say": ["say", "key"],
    "work_out": ["work_out", "key"],
    "group": ["group", "steps"],
}


def schema() -> Schema:
    """The schema of one script's file."""
    told = "A script of Moothall; see docs/guides/script-writer.md"
    top = _object("top", grammar.TOP, ["script", "service", "title", "steps"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": told, **top, "$defs": _parts()}


def _parts() -> Schema:
    verbs = [*grammar.BY_VERB, "say"]
    return {
        "words": {"type": "object", "additionalProperties": _TEXT, "description": "A text by language: {en: …}"},
        "steps": {"type": "array", "items": {"anyOf": [{"$ref": f"#/$defs/step_{verb}"} for verb in verbs]}},
        **{
            f"step_{verb}": _object(verb, grammar.allowed(verb) | {verb}, _NEEDED.get(verb, [verb])) for verb in verbs
        },
        "reply": _object("reply", grammar.REPLY, ["they", "you"]),
        "option": _object("option", grammar.OPTION, ["label"]),
        "options": {
            "type": "object",
            "additionalProperties": {"anyOf": [_WORDS, {"$ref": "#/$defs/option"}]},
        },
        "must": _object("must", grammar.MUST, ["that", "words"]),
        "mark": _object("mark", grammar.MARK, ["mark"]),
        "given": _object("given", grammar.GIVEN, ["kind"]),
        "gives": {"type": "object", "additionalProperties": {"anyOf": [_KIND, {"$ref": "#/$defs/given"}]}},
        "parameter": _object("parameter", grammar.PARAMETER, ["kind"]),
        "parameters": {"type": "object", "additionalProperties": {"anyOf": [_KIND, {"$ref": "#/$defs/parameter"}]}},
        "passed": {
            "type": "object", "properties": {"from": _NAME}, "required": ["from"], "additionalProperties": False,
        },
        "repeat": _object("repeat", grammar.REPEAT, ["over", "as"]),
    }  # fmt: skip


def _object(where: str, keys: frozenset[str], needed: list[str]) -> Schema:
    properties = {key: _OTHERWISE.get((where, key)) or _TYPES[key] for key in sorted(keys)}
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}
