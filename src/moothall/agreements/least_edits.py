"""The edits that make a part of a text say something else and touch as little of it as can be.

Lists and groups of lines are compared item by item, so that the comments beside what stays are kept.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moothall.agreements.editing import Drop, Edit, Path, Put
from moothall.agreements.yaml_words import Value


def least_edits(path: Path, before: Any, after: Value) -> list[Edit]:
    """From what stands at `path` to what shall stand there."""
    if isinstance(before, Mapping) and isinstance(after, Mapping) and after:
        return _lines(path, before, after)
    if isinstance(before, list) and isinstance(after, list) and after:
        return _items(path, before, after)
    return [] if _same(before, after) else [Put(path, after)]


def _lines(path: Path, before: Mapping[str, Any], after: Mapping[str, Value]) -> list[Edit]:
    found: list[Edit] = []
    for key, value in after.items():
        found += least_edits((*path, key), before[key], value) if key in before else [Put((*path, key), value)]
    return [*found, *(Drop((*path, key)) for key in before if key not in after)]


def _items(path: Path, before: list[Any], after: list[Value]) -> list[Edit]:
    """Those that go are taken out and the new ones added behind; where the order is another, it is written anew."""
    stays = [each for each in before if any(_same(each, other) for other in after)]
    if stays and len(stays) <= len(after) and _same(stays, after[: len(stays)]):
        gone = [index for index, each in enumerate(before) if each not in stays]
        more = [Put((*path, len(before) + number), each) for number, each in enumerate(after[len(stays):])]
        return [*more, *(Drop((*path, index)) for index in reversed(gone))]
    if len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [edit for index, (old, new) in pairs for edit in least_edits((*path, index), old, new)]
    return [Put(path, after)]


def _same(before: Any, after: Any) -> bool:
    """Every scalar of a text is as it is written."""
    if isinstance(after, Mapping):
        keys = isinstance(before, Mapping) and set(before) == set(after)
        return keys and all(_same(before[key], value) for key, value in after.items())
    if isinstance(after, list):
        alike = isinstance(before, list) and len(before) == len(after)
        return alike and all(_same(old, new) for old, new in zip(before, after, strict=True))
    return bool(before == str(after))
