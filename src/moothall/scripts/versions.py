"""Published scripts: putting packs into the table, and finding the version that a council's runs follow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from moothall.domain.findings import Finding, as_lines, has_errors
from moothall.domain.interview.model import Script
from moothall.lib import clock
from moothall.scripts.agreed import functions_in_force, outside_agreement
from moothall.scripts.conflicts import open_conflicts
from moothall.scripts.models import Run, ScriptVersion
from moothall.scripts.packs import (
    FOLDER,
    Pack,
    Parameters,
    ParameterText,
    hash_of,
    keep_script,
    load_pack,
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
    here; the hashes of all versions. PackRefused where one of them has errors, or a council must decide first: then
    nothing of any pack was changed."""
    if folders is None:
        folders = sorted(path.parent for path in packs_folder().glob("*/pack.yaml"))
    return _put(folders, clock.now(), chosen)


def publish_pack(folder: Path, *, at: datetime, chosen: Chosen | None = None) -> list[str]:
    """Publish every script of a pack, for each council that it has parameters of; the versions' hashes.

    `chosen` gives the parameters that councils told here, which go before those of the pack's own files. A text that
    is published already isn't written again. Raises PackRefused, and then nothing was changed.
    """
    return _put([folder], at, chosen)


def _put(folders: Sequence[Path], at: datetime, chosen: Chosen | None) -> list[str]:
    packs: list[Pack] = []
    wrong: list[Finding] = []
    for folder in folders:
        pack, findings = _ready(folder)
        packs += [pack] if pack else []
        wrong += findings if has_errors(findings) else []
    if wrong:
        raise PackRefused(wrong)
    made: list[tuple[Pack, list[_Version]]] = []
    with transaction.atomic():
        for pack in packs:
            versions = list(_texts(_with_chosen(pack, chosen) if chosen else pack))
            _publish(pack.slug, versions, at)
            made.append((pack, versions))
    for pack, versions in made:
        for script in pack.scripts:
            keep_script(script.text, script.script)
        for each in versions:
            _keep(each.address, each.seen)  # what was checked just now needn't be read again from its text
    return [each.address for _, versions in made for each in versions]


def _ready(folder: Path) -> tuple[Pack | None, list[Finding]]:
    """The pack in a folder, with all that keeps it from being published."""
    pack, findings = load_pack(folder)
    if pack is not None:
        conflicts = open_conflicts(pack, folder)
        findings = [*findings, *play_examples(pack), *outside_agreement(pack), *conflicts]
    return pack, findings


def _with_chosen(pack: Pack, chosen: Chosen) -> Pack:
    told = {each.gss: each for each in pack.parameters}
    told |= {each.gss: with_overlay(each, told.get(each.gss)) for each in chosen(pack)}
    return replace(pack, parameters=tuple(told.values()))


def published_outside() -> Iterator[Finding]:
    """What `outside_agreement` says, of all that is published: where the agreements came after the scripts."""
    for script in published_scripts().values():
        if script.service != "any":
            agreed = functions_in_force(script.service)
            yield from check_agreed(script, frozenset(agreed), agreed)


@dataclass(frozen=True, slots=True)
class _Version:
    """A text as it is published, under its key, and what it says."""

    key: str
    text: str
    seen: _Seen
    address: str


def _texts(pack: Pack) -> Iterator[_Version]:
    """Every version of a pack."""

    def version(key: str, text: str, script: Script, asked: Parameters) -> _Version:
        return _Version(key, text, _Seen(script, asked, pack.slug), hash_of(text))

    begun = [script for script in pack.scripts if not script.script.sub]  # the others stand in the texts of these
    for script in begun:
        yield version(script.key, published_text(script, None), script.script, {})
    for script in begun:
        for council in pack.parameters:
            own = pack.variants.get((script.key, council.gss), script)
            asked = {name: value for name, value in council.values.items() if name in own.script.variables}
            yield version(version_key(script.key, council.gss), published_text(own, council), own.script, asked)


def _publish(pack: str, versions: Sequence[_Version], at: datetime) -> None:
    """Those that aren't the latest of their key become it, all at once."""
    known = ScriptVersion.objects.filter(key__in={each.key for each in versions}).order_by("published_at", "-hash")
    latest = {key: (address, when) for key, address, when in known.values_list("key", "hash", "published_at")}
    new = {}
    for each in versions:
        last, when = latest.get(each.key, ("", None))
        if last != each.address:
            then = at if when is None else max(at, when + timedelta(microseconds=1))  # the latest counts
            row = ScriptVersion(hash=each.address, pack=pack, key=each.key, text=each.text, published_at=then)
            new[each.address] = row
    said = ["pack", "key", "text", "published_at"]
    ScriptVersion.objects.bulk_create(new.values(), update_conflicts=True, unique_fields=["hash"], update_fields=said)


def version_key(script_key: str, gss: str) -> str:
    """A council's version is kept as `missed-bin/GSS`; the bare key is the script by its defaults."""
    return f"{script_key}/{gss}"


def own_keys(gss: str) -> set[str]:
    """The keys of a council's own versions."""
    return set(ScriptVersion.objects.filter(key__endswith=f"/{gss}").values_list("key", flat=True))


def in_force() -> dict[str, str]:
    """The text that holds for each key now, by its hash."""
    rows = ScriptVersion.objects.order_by("published_at", "-hash").values_list("key", "hash")
    return dict(rows)


def published_when(addresses: Collection[str]) -> list[tuple[str, datetime, bool]]:
    """When each of these texts was published, the latest first, and whether it is a council's own."""
    rows = ScriptVersion.objects.filter(pk__in=addresses).order_by("-published_at", "pk")
    return [(pk, at, "/" in key) for pk, at, key in rows.values_list("pk", "published_at", "key")]


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
