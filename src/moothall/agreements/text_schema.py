"""The JSON Schema of an agreement's text, for editors that help while one writes. `./moot agreement schema` prints it.

It knows the form alone; what a text means, `check` proves. The names of keys are those that the readers know.
"""
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from moothall.agreements import emergency, macro_shares, reader, share_reader, succession_reader
from moothall.agreements.hours import day_keys
from moothall.domain.responsibility.shares import CHANNELS, FUNCTIONS

Schema = dict[str, Any]
Keys = tuple[Iterable[str], Iterable[str]]  # needed, others

DATE = r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d)?$"
DAY = r"^\d{4}-\d\d-\d\d$"
TIME = r"^\d{1,2}:\d\d$"
SPAN = r"^\s*\d{1,2}:\d\d\s*(-|–|to)\s*\d{1,2}:\d\d\s*$"
KEY = f"^{reader.KEY.pattern}$"


def schema_text() -> str:
    """The schema as it is published."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def schema() -> Schema:
    """The whole of it."""
    top = [each for each in reader.TOP[0] if each != "shares"], [*reader.TOP[1], "shares", "macros"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Moothall agreement",
        **_one_of("shares", "macros", _object(top, {
            "moothall": {"enum": [1, reader.FORMAT], "description": "The format of this file"},
            "agreement": {"type": "string", "pattern": KEY, "maxLength": 60},
            "name": _text(120),
            "from": _ref("instant"),
            "to": {**_ref("instant"), "description": "The first day on which it no longer holds"},
            "parties": _several({"anyOf": [_text(), _object(reader.PARTY, {"signatory": _text()})]}),
            "partnership": _text(),
            "teams": _named(_object(reader.TEAM, {"name": _text(80)})),
            "hours": _named(_ref("week")),
            "groups": _named(_ref("services")),
            "covers": _several(_ref("cover")),
            "shares": _named(_ref("share")),
            "macros": {**_several({"anyOf": [_object(((name,), ()), {}, _ref(name)) for name in macro_shares.FORMS]}),
                       "description": "Short forms; ./moot agreement expand writes them out as shares"},
            "lines": _several(_ref("line")),
            "emergency": _object(((), emergency.KEYS), {
                "by": _several(_text()), "grounds": _several(_text(emergency.LONGEST_GROUND)),
                "fallback": {**_named(_text(60)), "description": "Each council's team that takes over"},
                "message": {**_text(), "description": "What callers are told where nobody takes over"},
                "break_glass": _object(((), emergency.GLASS_KEYS), {"at_most_minutes": {
                    **_whole(0, emergency.MOST_MINUTES),
                    "description": "How long another party may see a client's records in an emergency; 0 is never",
                }}),
            }),
            "succession": _several(_ref("succession")),
            **_notice(),
        })),
        "$defs": {**_parts(), **_macros()},
    }


def _parts() -> dict[str, Schema]:
    functions = _several({"enum": list(FUNCTIONS)})
    channels = _several({"enum": list(CHANNELS)})
    period = {"from": _ref("instant"), "to": _ref("instant")}
    share = _object((share_reader.REQUIRED, share_reader.OPTIONAL), {
        "services": _ref("services"), "function": {"enum": list(FUNCTIONS)}, "channels": channels,
        "clients": _several(_text()), "hours": _ref("hours"), "tier": _whole(0, 9), "after_s": _whole(0, 86_400),
        "standard": _ref("standard"), "price": _object(((), share_reader.PRICES), {}, _whole(0, 99_999_999)),
        "guarantee": _whole(0, 1_000), "cap": _whole(0, 10_000), "overrides": _several(_text()),
        "sees": _ref("services"), "sight_confirmed_by": _text(80), **period, **_notice(),
    })
    return {
        "instant": {"type": "string", "pattern": DATE},
        "services": _several({"type": ["string", "integer"]}),
        "span": {"anyOf": [
            {"enum": ["closed"]}, {"type": "string", "pattern": SPAN},
            _object((("from", "to"), ()), {}, {"type": "string", "pattern": TIME}),
        ]},
        "spans": _several(_ref("span")),
        "week": _week(),
        "hours": {"anyOf": [{"type": "string", "description": "hours by name, or always"}, _ref("week")]},
        "standard": _object(((), share_reader.STANDARDS), {
            "answered_within_s": _whole(1, 86_400), "for_percent": _whole(1, 100),
            "resolved_within_working_days": _whole(0, 366), "by": {"type": "string", "pattern": TIME},
        }),
        "cover": _one_of("council", "councils", _object(reader.COVER, {
            "services": _ref("services"), "hours": _ref("hours"), "councils": _several(_text()), "channels": channels,
            "functions": functions, "standard": _ref("standard"), **period,
        })),
        "succession": _object(succession_reader.SUCCESSION, {
            "successor": {"type": "string", "pattern": f"^{succession_reader.GSS.pattern}$"}, "name": _text(120),
            "short_name": _text(60), "letters": {"type": "string", "pattern": f"^{succession_reader.LETTERS.pattern}$"},
            "vesting_day": _ref("instant"), "predecessors": _several(_text()), "teams": _named(_text()),
            "carries_on": _several(_text()),
        }),
        "share": _one_of("client", "clients", share),
        "line": _object(reader.LINE, {
            "number": {"type": ["string", "integer"]}, "public": {"type": ["string", "integer"]},
            "service": {"type": ["string", "integer"]}, "channel": {"enum": list(CHANNELS)}, "name": _text(80),
            "aliases": _several({"type": ["string", "integer"]}),
        }),
    }


def _macros() -> dict[str, Schema]:
    """The short forms. Words that go into a share are the share's."""
    share = _parts()["share"]["properties"]
    kept = {name: share[name] for name in macro_shares.AS_IT_IS}
    each = {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": _ref("hours")}, _ref("week")]}
    resolved = _named(_object(macro_shares.RESOLVED, kept | {"services": _ref("services")}))
    more = {
        **kept, "key": {"type": "string", "pattern": KEY, "maxLength": 40}, "services": _ref("services"), "hours": each,
        "clients": _several(_text()), "councils": _several(_text()), "after_s": _whole(0, 86_400), "resolved": resolved,
        "overflow": _object(macro_shares.OVERFLOW, {"after_s": _whole(0, 86_400), "services": _ref("services")}),
        "pooled": {"enum": ["true", "false", True, False]},
    }
    return {"hub_and_client": _object(macro_shares.HUB, more), "many_together": _object(macro_shares.MANY, more)}


def _week() -> Schema:
    named = {"type": "object", "patternProperties": {DAY: _ref("spans")}, "additionalProperties": False}
    holidays = {"anyOf": [_ref("spans"), _object((("as",), ()), {"as": {"enum": ["sunday"]}})]}
    return _object(((), (*day_keys(), "bank-holidays", "on")), {"bank-holidays": holidays, "on": named}, _ref("spans"))


def _notice() -> dict[str, Schema]:
    return {
        "notice_months": _whole(0, share_reader.MOST_MONTHS), "notice_days": _whole(0, share_reader.MOST_DAYS),
    }


def _object(keys: Keys, known: Mapping[str, Schema], other: Schema | None = None) -> Schema:
    """Lines with these keys and no others; `other` is what those are that aren't told."""
    needed, others = keys
    properties = {name: known.get(name, other or _text()) for name in (*needed, *others)}
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**made, "required": list(needed)} if list(needed) else made


def _named(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value}


def _several(one: Schema) -> Schema:
    """A list; one alone counts as a list of one."""
    return {"anyOf": [one, {"type": "array", "items": one}]}


def _one_of(one: str, several: str, made: Schema) -> Schema:
    return {**made, "anyOf": [{"required": [one]}, {"required": [several]}]}


def _text(longest: int = 200) -> Schema:
    return {"type": "string", "maxLength": longest}


def _whole(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
