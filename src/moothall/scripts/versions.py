"""Published scripts: putting packs into the table, and finding the version that a council's runs follow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from moothall.domain.findings import Finding, as_lines, has_errors
from moothall.domain.interview.model import Script
from moothall.lib import clock
from moothall.scripts.agreed import functions_in_force, outside_agreement
from moothall.scripts.models import Run, ScriptVersion
from moothall.scripts.packs import (
    FOLDER,
    Opened,
    Pack,
    Parameters,
    ParameterText,
    council_data,
    hash_of,
    keep_script,
    load_pack,
    overlays_of,
    play_examples,
    published_text,
    read_published,
    with_overlay,
)
from moothall.scripts.ports import check_agreed

LARGEST_SHELF = 500


class PackRefused(Exception):
    """A pack isn't published: its findings say why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(as_lines(findings)))
        self.findings = findings


class NotPublished(LookupError):
    """No script of that key is published."""


def packs_folder() -> Path:
    """Where the packs stand: the setting PACKS, else `packs/` of the checkout."""
    return Path(getattr(settings, "PACKS", FOLDER))


Chosen = Callable[[Pack], Iterable[ParameterText]]


def publish_packs(chosen: Chosen | None = None, folders: Sequence[Path] | None = None) -> list[str]:
    """Publish packs as they stand on disk (all, unless some are named), with the parameters that councils have chosen
    here; the hashes of all versions. PackRefused where a pack has errors."""
    at = clock.now()
    if folders is None:
        folders = sorted(path.parent for path in packs_folder().glob("*/pack.yaml"))
    return [address for folder in folders for address in publish_pack(folder, at=at, chosen=chosen)]


def publish_pack(folder: Path, *, at: datetime, chosen: Chosen | None = None) -> list[str]:
    """Publish every script of a pack, for each council that it has parameters of; the versions' hashes.

    `chosen` gives the parameters that councils told here, which go before those of the pack's own files. A text that
    is published already isn't written again. Raises PackRefused, and then nothing was changed.
    """
    pack, findings = load_pack(folder)
    if pack is not None:
        findings = [*findings, *play_examples(pack), *outside_agreement(pack)]
    if pack is None or has_errors(findings):
        raise PackRefused(findings)
    if chosen is not None:
        told = {each.gss: each for each in pack.parameters}
        told |= {each.gss: with_overlay(each, told.get(each.gss)) for each in chosen(pack)}
        pack = replace(pack, parameters=tuple(told.values()))
    made = [(key, hash_of(text), text, seen) for key, text, seen in _texts(pack)]
    _publish(pack.slug, [(key, address, text) for key, address, text, _ in made], at)
    for script in pack.scripts:
        keep_script(script.text, script.script)
    for _, address, _, seen in made:
        _keep(address, seen)  # what was checked just now needn't be read again from its text
    return [address for _, address, _, _ in made]


def published_outside() -> Iterator[Finding]:
    """What `outside_agreement` says, of all that is published: where the agreements came after the scripts."""
    for script in published_scripts().values():
        if script.service != "any":
            agreed = functions_in_force(script.service)
            yield from check_agreed(script, frozenset(agreed), agreed)


def _texts(pack: Pack) -> Iterator[tuple[str, str, _Seen]]:
    """Key, text and what the text says, of every version of a pack."""
    begun = [script for script in pack.scripts if not script.script.sub]  # the others stand in the texts of these
    for script in begun:
        yield script.key, published_text(script, None), _Seen(script.script, {}, pack.slug)
    for script in begun:
        for council in pack.parameters:
            own = pack.variants.get((script.key, council.gss), script)
            asked = {name: value for name, value in council.values.items() if name in own.script.variables}
            yield (
                version_key(script.key, council.gss), published_text(own, council), _Seen(own.script, asked, pack.slug)
            )


def _publish(pack: str, texts: Sequence[tuple[str, str, str]], at: datetime) -> None:
    """Key, hash and text of each: those that aren't the latest of their key become it, all at once."""
    known = ScriptVersion.objects.filter(key__in={key for key, _, _ in texts}).order_by("published_at", "-hash")
    latest = {key: (address, when) for key, address, when in known.values_list("key", "hash", "published_at")}
    new = {}
    for key, address, text in texts:
        last, when = latest.get(key, ("", None))
        if last != address:
            then = at if when is None else max(at, when + timedelta(microseconds=1))  # the latest counts
            new[address] = ScriptVersion(hash=address, pack=pack, key=key, text=text, published_at=then)
    said = ["pack", "key", "text", "published_at"]
    ScriptVersion.objects.bulk_create(new.values(), update_conflicts=True, unique_fields=["hash"], update_fields=said)


def published_pack(slug: str) -> Opened:
    """The scripts of a pack as they were published last, with the councils' own ways; empty where none was."""
    scripts: dict[str, Script] = {}
    overlays: dict[str, dict[str, Any]] = {}
    rows = ScriptVersion.objects.filter(pack=slug).order_by("key", "published_at", "hash")
    for key, text in dict(rows.values_list("key", "text")).items():  # the latest of a key comes last
        script, _, gss = key.partition("/")
        if gss:
            own = overlays_of(council_data(text)).get(script)
            overlays.setdefault(gss, {}).update({script: own} if own else {})
            continue
        with suppress(ValueError):  # a text in the language of an older installation can't be compared
            scripts[script] = read_published(text)[0]
    return Opened(scripts, overlays, {})


def version_key(script_key: str, gss: str) -> str:
    """A council's version is kept as `missed-bin/GSS`; the bare key is the script by its defaults."""
    return f"{script_key}/{gss}"


def own_keys(gss: str) -> set[str]:
    """The keys of a council's own versions."""
    return set(ScriptVersion.objects.filter(key__endswith=f"/{gss}").values_list("key", flat=True))


def published_when(addresses: Collection[str]) -> list[tuple[str, datetime]]:
    """When each of these texts was published, the latest first."""
    rows = ScriptVersion.objects.filter(pk__in=addresses).order_by("-published_at", "pk")
    return list(rows.values_list("pk", "published_at"))


def base_key(key: str) -> str:
    """The script's own key, of a council's version or of the script by its defaults."""
    return key.partition("/")[0]


def version_for(script_key: str, gss: str) -> ScriptVersion:
    """The version that a run of that council follows from now: its own, else the script by its defaults."""
    for key in (version_key(script_key, gss), script_key):
        latest = ScriptVersion.objects.filter(key=key).order_by("-published_at", "hash").defer("text").first()
        if latest is not None:
            return latest
    raise NotPublished(f"No script “{script_key}” is published. Run `moothall pack publish`.")


def script_of(run: Run) -> Script:
    """The script that a run follows, as it stood when the run began."""
    return _seen_at(run.script_id).script


def script_at(address: str) -> Script:
    """The script of a published text, by its hash."""
    return _seen_at(address).script


def pack_of(run: Run) -> str:
    """The slug of the pack that the run's script is of."""
    return _seen_at(run.script_id).pack


def parameters_of(version: ScriptVersion) -> Parameters:
    """A council's parameters in a version. They are shared by whoever asks: nobody changes them."""
    return _seen_at(version.pk).parameters


def published_scripts() -> Mapping[str, Script]:
    """Every published script by its key, the latest text of each. One query, once the texts were read."""
    rows = ScriptVersion.objects.exclude(key__contains="/").order_by("key", "-published_at", "hash")
    latest: dict[str, str] = {}
    for key, address in rows.values_list("key", "hash"):
        latest.setdefault(key, address)
    found: dict[str, Script] = {}
    for key, address in latest.items():
        with suppress(ValueError):  # a text in the language of an older installation isn't offered any more
            found[key] = _seen_at(address).script
    return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """A published text as it was read."""

    script: Script
    parameters: Parameters
    pack: str


_seen: dict[str, _Seen] = {}  # by hash, and a hash's text never changes
_unread: dict[str, str] = {}  # why a text can't be read: each page of the public would read it anew


def _seen_at(address: str) -> _Seen:
    found = _seen.get(address)
    if found is None:
        if address in _unread:
            raise ValueError(_unread[address])
        version = ScriptVersion.objects.get(pk=address)
        try:
            read = read_published(version.text)
        except ValueError as refused:
            if len(_unread) > LARGEST_SHELF:
                _unread.clear()
            _unread[address] = str(refused)
            raise
        found = _keep(address, _Seen(*read, version.pack))
    return found


def _keep(address: str, seen: _Seen) -> _Seen:
    """What everybody shares: of two who read it at once, the first one's."""
    if len(_seen) > LARGEST_SHELF:
        _seen.clear()
    return _seen.setdefault(address, seen)
