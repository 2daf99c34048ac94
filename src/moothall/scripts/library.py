"""The sub-scripts that a script may use: of its own pack, then of the pack that all share. A published text holds them,
so that its address covers them too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from moothall.domain.findings import Finding
from moothall.domain.interview.expand import Used
from moothall.scripts.yaml_files import place_in, quick_yaml, read_yaml

COMMON = "common"  # the pack that all packs may use
SHIPPED = Path(__file__).resolve().parents[3] / "packs" / COMMON  # of the checkout
_KEY = re.compile(r"[a-z][a-z0-9-]*")
_USED = re.compile(r"^--- # use ([a-z][a-z0-9-]*)\n", re.MULTILINE)


def common_to(pack: Path) -> Path:
    """The pack that all share: the one beside it, else the one that is shipped."""
    beside = pack.parent / COMMON
    return beside if beside.is_dir() else SHIPPED


class Shelf(Mapping[str, Used]):
    """The scripts that stand in a pack's folder and in the common one beside it, else in the one that is shipped; read
    when they are asked for.

    `taken` holds the text of each that was asked for; what can't be read goes to `findings`.
    """

    def __init__(self, pack: Path, findings: list[Finding]) -> None:
        self.folders = (pack / "scripts", common_to(pack) / "scripts")
        self.findings = findings
        self.taken: dict[str, str] = {}

    def __getitem__(self, key: str) -> Used:
        path = self._path(key)
        if path is None:
            raise KeyError(key)
        before = len(self.findings)
        data = read_yaml(path, self.findings)
        if len(self.findings) == before:
            self.taken[key] = path.read_text()
        return Used(data, partial(place_in, path))

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(path.stem for folder in self.folders for path in sorted(folder.glob("*.yaml"))))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _path(self, key: str) -> Path | None:
        paths = (folder / f"{key}.yaml" for folder in self.folders) if _KEY.fullmatch(key) else ()
        return next((path for path in paths if path.is_file()), None)


def with_used(text: str, used: Mapping[str, str]) -> str:
    """A script's text with those that it uses behind it."""
    parts = (f"\n--- # use {key}\n{used[key].rstrip()}\n" for key in sorted(used))
    return text if not used else text.rstrip() + "".join(parts)


def parted(text: str) -> tuple[str, Mapping[str, Used]]:
    """The two again: the script's text, and what it uses."""
    own, *used = _USED.split(text)
    library = {key: Used(quick_yaml().load(each), lambda _item, _key: place_in(Path("published"), None, None))
               for key, each in zip(used[::2], used[1::2], strict=True)}  # fmt: skip
    return own.rstrip() if used else own, library
