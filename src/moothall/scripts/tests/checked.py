"""The shipped packs are published before many tests, and checked once for all of them: they don't change meanwhile."""
from __future__ import annotations

import functools

from moothall.scripts import versions
from moothall.scripts.packs import load_pack, play_examples

loaded_once = functools.cache(load_pack)
_played = {}


def check_packs_once(monkeypatch):
    """Let `publish_packs` take what this process has read, checked and played before."""
    monkeypatch.setattr(versions, "load_pack", loaded_once)
    monkeypatch.setattr(versions, "play_examples", _played_once)


def _played_once(pack):
    if id(pack) not in _played:
        _played[id(pack)] = (pack, play_examples(pack))  # with the pack, so that its id stays its own
    return _played[id(pack)][1]
