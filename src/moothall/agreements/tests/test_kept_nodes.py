"""Texts that were read last are kept as nodes, for a page asks the same text for its parts again and again."""
from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml.nodes import Node, ScalarNode

from moothall.agreements import document
from moothall.agreements.document import Reading, parse
from moothall.agreements.editing import Drop, Put, edit, values
from moothall.agreements.macros import expand
from moothall.agreements.register import register_from_files
from moothall.agreements.tests.edits import EIGHT, HUB
from moothall.agreements.tests.texts import SMALL, check


def said(node: Any) -> Any:
    """All that a node and those within it say, and where they stand."""
    if isinstance(node, tuple):
        return tuple(said(each) for each in node)
    if not isinstance(node, Node):
        return node
    inner = node.value if isinstance(node, ScalarNode) else [said(each) for each in node.value]
    return node.tag, inner, node.start_mark.index, node.end_mark.index, getattr(node, "style", None)


@pytest.mark.parametrize("text", [HUB, EIGHT, SMALL], ids=["hub", "eight", "small"])
def test_a_text_is_composed_once_and_whoever_reads_it_changes_nothing(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed: list[str] = []
    modest = document._is_modest
    monkeypatch.setattr(document, "_composed", {})
    monkeypatch.setattr(document, "_is_modest", lambda *told: composed.append(told[0]) or modest(*told))
    root = parse(text, Reading())
    before = said(root)
    check(text)
    expand(text, register=register_from_files(), reading=Reading())
    plain = values(text)
    edit(text, [Drop(("shares", next(iter(plain["shares"]))))])
    edit(text, [Put(("name",), "Another name")])
    assert (parse(text, Reading()) is root, composed.count(text)) == (True, 1)
    assert said(root) == before == said(document._yaml().compose(text))
