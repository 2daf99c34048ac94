"""What a new base of a pack means to councils that have something otherwise: compared with what each follows now.

A council's own way is laid against the base that its own last version holds, which is what it decided about last. Once
a pack is published that base is the new one, so a decision that nobody took would be lost: a pack with an open conflict
isn't published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from moothall.domain.findings import Finding, Place
from moothall.domain.interview.model import Script
from moothall.domain.interview.threeway import Held
from moothall.scripts.models import ScriptVersion
from moothall.scripts.opened import Opened, held_by
from moothall.scripts.packs import Pack, base_of, council_data, overlays_of
from moothall.scripts.yaml_files import place_in, top_of


def published_pack(slug: str, keys: frozenset[str] | None = None) -> Opened:
    """The scripts of a pack (or those of `keys` alone) as they were published last, with the councils' own ways; empty
    where none was. A text in the language of an older installation can't be compared, and is left out."""
    scripts: dict[str, Script] = {}
    overlays: dict[str, dict[str, Any]] = {}
    followed: dict[tuple[str, str], Script] = {}
    rows = ScriptVersion.objects.filter(pack=slug).order_by("key", "published_at", "hash")
    latest = dict(rows.values_list("key", "hash"))  # the latest of a key comes last
    wanted = [address for key, address in latest.items() if keys is None or key.partition("/")[0] in keys]
    for key, text in ScriptVersion.objects.filter(pk__in=wanted).order_by("key").values_list("key", "text"):
        script, _, gss = key.partition("/")
        own = overlays_of(council_data(text)).get(script) if gss and "\noverlay:" in text else None
        if own:
            overlays.setdefault(gss, {})[script] = own
        elif gss:
            continue
        with suppress(ValueError):
            base = base_of(text)
            if gss:
                followed[gss, script] = base
            else:
                scripts[script] = base
    return Opened(scripts, overlays, {}, followed)


def open_conflicts(pack: Pack, folder: Path) -> Iterator[Finding]:
    """A finding for each thing that a council must decide before the pack is put in force, at its line of the council's
    file."""
    overlays = {council.gss: council.overlays for council in pack.parameters if council.overlays}
    keys = frozenset(key for each in overlays.values() for key in each)
    if not keys:
        return
    names = {each.gss: str(each.values.get("council_name", each.gss)) for each in pack.parameters}
    new = Opened({each.key: each.script for each in pack.scripts if each.key in keys}, overlays, names)
    old = published_pack(pack.slug, keys)
    for key in new.scripts:
        for gss, held in held_by(old, new, key):
            file = folder / "parameters" / f"{gss}.yaml"
            for each in held:
                if each.bearing == "choose":
                    yield Finding("conflict", each.words, each.remedy, _place(file, key, overlays[gss][key], each))


def _place(file: Path, script: str, overlay: Mapping[str, Any], held: Held) -> Place:
    part, name = held.where
    texts = overlay.get(part)
    if not file.is_file():
        found = top_of(file)
    elif isinstance(texts, Mapping) and name in texts:
        found = place_in(file, texts, name)
    else:
        found = place_in(file, overlay, part)
    return replace(found, what=f"{script}, {part} “{name}”")
