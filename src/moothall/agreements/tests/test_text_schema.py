"""The published JSON Schema: current, true of the texts that are sound, and as strict as the reader where it can be."""
from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from moothall.agreements.tests.texts import SMALL, changed
from moothall.agreements.text_schema import schema, schema_text

ROOT = Path(__file__).resolve().parents[4]
PUBLISHED = ROOT / "agreements" / "agreement.schema.json"
TYPES = {"string": str, "integer": int, "object": dict, "array": list}


def plain(node: Node) -> Any:
    """A text as an editor sees it: whole numbers are numbers, all else is text."""
    if isinstance(node, MappingNode):
        return {plain(key): plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.value]
    return int(node.value) if re.fullmatch(r"-?\d+", node.value) and not node.style else node.value


def faults(value: Any, rule: dict[str, Any], at: str = "") -> list[str]:
    """As much of JSON Schema as ours uses. A keyword that isn't known here fails the test."""
    found: list[str] = []
    for word, wanted in rule.items():
        if word in {"$schema", "$defs", "title", "description"}:
            continue
        if word == "$ref":
            found += faults(value, schema()["$defs"][wanted.rpartition("/")[2]], at)
        elif word == "anyOf":
            found += [] if any(not faults(value, each, at) for each in wanted) else [f"{at}: fits nothing"]
        elif word == "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            found += [] if isinstance(value, tuple(TYPES[kind] for kind in kinds)) else [f"{at}: no {wanted}"]
        elif word in {"properties", "patternProperties", "additionalProperties", "items"}:
            found += [fault for where, each, one in members(value, rule, word) for fault in faults(each, one, where)]
            if wanted is False and isinstance(value, dict):
                found += [f"{key}: unknown" for key in others(value, rule)]
        else:
            found += [] if keeps(value, word, wanted) else [f"{at}: {word}"]
    return found


def others(value: dict[str, Any], rule: dict[str, Any]) -> list[str]:
    patterns = rule.get("patternProperties", {})
    return [k for k in value if k not in rule.get("properties", {}) and not any(re.search(p, k) for p in patterns)]


def members(value: Any, rule: dict[str, Any], word: str) -> list[tuple[str, Any, dict[str, Any]]]:
    if word == "items":
        return [(str(n), each, rule["items"]) for n, each in enumerate(value)] if isinstance(value, list) else []
    if not isinstance(value, dict):
        return []
    if word == "properties":
        return [(key, each, rule[word][key]) for key, each in value.items() if key in rule[word]]
    if word == "patternProperties":
        return [(k, each, one) for k, each in value.items() for p, one in rule[word].items() if re.search(p, k)]
    return [(key, value[key], rule[word]) for key in others(value, rule) if rule[word]]


def keeps(value: Any, word: str, wanted: Any) -> bool:
    checks = {
        "enum": lambda: value in wanted,
        "required": lambda: not isinstance(value, dict) or all(key in value for key in wanted),
        "pattern": lambda: not isinstance(value, str) or re.search(wanted, value) is not None,
        "maxLength": lambda: not isinstance(value, str) or len(value) <= wanted,
        "minimum": lambda: not isinstance(value, int) or value >= wanted,
        "maximum": lambda: not isinstance(value, int) or value <= wanted,
    }
    return checks[word]()


def faults_of(text: str) -> list[str]:
    return faults(plain(YAML(typ="rt", pure=True).compose(text)), schema())


def test_what_is_published_is_current() -> None:
    """`./moot agreement schema > agreements/agreement.schema.json` renews it."""
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text()
    assert json.loads(schema_text()) == schema()


@pytest.mark.parametrize("path", sorted((ROOT / "agreements").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_agreements_keep_it(path: Path) -> None:
    assert faults_of(path.read_text(encoding="utf-8")) == []


def test_every_part_of_the_language_keeps_it() -> None:
    text = changed(
        ("to: 2027-09-01", 'to: "2027-09-01 08:30"\nnotice_months: 6\nnotice_days: 10'),
        ("functions: [answer], hours: office}", "functions: [answer], hours: office, standard: {for_percent: 80}}"),
        ("    after_s: 120", "    after_s: 120\n    sees: [benefits]\n    sight_confirmed_by: Jo\n    notice_days: 30"),
        ('weekdays: "09:00-17:00"', 'weekdays: [{from: "09:00", to: "12:00"}, "13:00 to 17:00"]\n    sat: closed\n'
                                    '    bank-holidays: {as: sunday}\n    on: {2026-12-24: "09:00-12:00"}'),
    )
    assert faults_of(text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("standard: {answered", "standrad: {answered"), ("function: answer\n", "function: answers\n"),
        ("after_s: 120", "after_s: two"), ("after_s: 120", "after_s: 86401"), ("from: 2026-09-01", "from: soon"),
        ("moothall: 1", "moothall: 2"), ('weekdays: "09:00-17:00"', 'weekdays: "nine to five"'),
        ("    team: charnwood-contact-centre\n    hours", "    hours"), ("    client: Lichfield\n", ""),
        ("agreement: small", "agreement: Small One"),
    ],
)
def test_what_the_reader_refuses_for_its_form_is_refused(old: str, new: str) -> None:
    assert faults_of(SMALL) == []
    assert faults_of(changed((old, new)))
