"""Builds the front-end files: copies what npm brought, compiles the style sheets. `python -m moothall.web.assets`.

Nothing here is bundled or minified by us: fonts, htmx and the library's modules are copied as they are, the icons are
joined into one sprite, and Sass makes two sheets. Everything goes to `web/static/built`, which is never committed.
Beside each text that browsers fetch, our own modules too, goes a compressed one, which is sent to whoever takes it.
"""
from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent
BUILT = WEB / "static" / "built"
SHEETS = ("staff", "public")
FONTS = {
    "atkinson-next-latin": "next/files/atkinson-hyperlegible-next-latin-wght-normal",
    "atkinson-next-latin-ext": "next/files/atkinson-hyperlegible-next-latin-ext-wght-normal",
    "atkinson-mono-latin": "mono/files/atkinson-hyperlegible-mono-latin-wght-normal",
    "atkinson-mono-latin-ext": "mono/files/atkinson-hyperlegible-mono-latin-ext-wght-normal",
}
# At most 28, and each stands beside a word.
ICONS = (
    "triangle-alert", "octagon-x", "circle-check", "info", "phone-incoming", "pause", "wifi-off",
    "message-square-quote", "list-todo", "circle", "circle-dot", "phone", "phone-off", "search", "shield-alert",
    "life-buoy", "eye-off", "clock", "arrow-left", "keyboard", "menu", "external-link", "download", "user", "map-pin",
)  # fmt: skip
COMPRESSED = {".css", ".js", ".svg"}  # fonts are already
COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "govuk-frontend/dist/govuk/govuk-frontend.min.js": "govuk-frontend.js",
}


class AssetsMissing(RuntimeError):
    """What npm brings isn't there, or doesn't work."""


def repository() -> Path:
    return WEB.parents[2]


def build(modules: Path, target: Path = BUILT) -> list[Path]:
    """Build everything from `modules` (a node_modules folder) into `target`; the files written, sorted.

    Raises AssetsMissing with a remedy where npm's files aren't there or Sass fails.
    """
    if not (modules / "govuk-frontend").is_dir():
        raise AssetsMissing(f"{modules} holds no govuk-frontend. Run `npm ci --ignore-scripts` in {modules.parent}.")
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "fonts").mkdir(parents=True)
    _copy(modules, fresh)
    (fresh / "icons.svg").write_text(sprite(modules), encoding="utf-8")
    _compile(modules, fresh)
    written = sorted(path for path in fresh.rglob("*") if path.is_file())
    manifest = {str(path.relative_to(fresh)): _digest(path) for path in written}
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    compress(fresh)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return sorted(path for path in target.rglob("*") if path.is_file())


def compress(folder: Path) -> None:
    """Beside each sheet, module and drawing of `folder` one that is sent in its place."""
    for path in folder.iterdir():
        if path.suffix in COMPRESSED:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def sprite(modules: Path) -> str:
    """One SVG that holds every icon as a symbol by its name."""
    symbols = []
    for name in ICONS:
        source = (modules / "lucide-static" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        found = re.search(r"<svg[^>]*>(.*)</svg>", source, re.S)
        if found is None:
            raise AssetsMissing(f"The icon {name} can't be read.")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(found[1].split())}</symbol>')
    licence = "<!-- lucide, ISC; parts MIT: https://lucide.dev/license -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">{licence}\n' + "\n".join(symbols) + "\n</svg>\n"


def _copy(modules: Path, target: Path) -> None:
    for name, source in FONTS.items():
        family, _, file = source.partition("/")
        folder = modules / "@fontsource-variable" / f"atkinson-hyperlegible-{family}"
        shutil.copyfile(folder / f"{file}.woff2", target / "fonts" / f"{name}.woff2")
    for source, name in COPIES.items():
        shutil.copyfile(modules / source, target / name)


def _compile(modules: Path, target: Path) -> None:
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None:
        raise AssetsMissing("There is no node. Install the extra `demo`, which brings it as a wheel.")
    sheets = [f"{WEB / 'scss' / sheet}.scss:{target / sheet}.css" for sheet in SHEETS]
    command = [node, str(modules / "sass" / "sass.js"), "--no-source-map", "--style=compressed", "--quiet-deps"]
    done = subprocess.run([*command, f"--load-path={modules}", *sheets], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssetsMissing(f"Sass failed:\n{done.stderr}")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", type=Path, default=repository() / "node_modules")
    parser.add_argument("--target", type=Path, default=BUILT)
    chosen = parser.parse_args(arguments)
    try:
        written = build(chosen.modules, chosen.target)
        compress(WEB / "static")
    except AssetsMissing as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    size = sum(path.stat().st_size for path in written)
    sys.stdout.write(f"{len(written)} front-end files, {size // 1024} kB, in {chosen.target}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
