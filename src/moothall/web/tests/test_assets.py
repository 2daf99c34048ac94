"""The build of the front end: what it makes, and what it refuses."""
from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from moothall.web import assets

MODULES = assets.repository() / "node_modules"
needs_npm = pytest.mark.skipif(not MODULES.is_dir(), reason="npm ci has not been run")


@needs_npm
def test_sheets_fonts_icons_and_modules_are_built(tmp_path: Path):
    names = {path.relative_to(tmp_path / "built").as_posix() for path in assets.build(MODULES, tmp_path / "built")}
    assert {"staff.css", "public.css", "icons.svg", "htmx.js", "govuk-frontend.js", "manifest.json"} <= names
    for sheet in ("staff.css", "public.css"):
        text = (tmp_path / "built" / sheet).read_text(encoding="utf-8")
        breaks = re.search(r"p,[^{}]*\bbdi\b[^{}]*\{overflow-wrap:anywhere\}", text)
        assert breaks and {"p", "li", "dd", "bdi", "h1", "label"} <= set(breaks[0].split("{")[0].split(",")), (
            "a name of 58 letters would make the page wider than a phone"
        )
        assert "GDS Transport" not in text and "--brand" in text and "url(http" not in text


@needs_npm
def test_a_second_build_replaces_the_first(tmp_path: Path):
    target = tmp_path / "built"
    target.mkdir()
    (target / "old.css").write_text("old", encoding="utf-8")
    assets.build(MODULES, target)
    assert not (target / "old.css").exists()


def test_the_icons_are_few_and_each_named_once():
    assert len(assets.ICONS) <= 28 and len(set(assets.ICONS)) == len(assets.ICONS)


def test_without_npm_the_remedy_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert assets.main(["--modules", str(tmp_path / "node_modules"), "--target", str(tmp_path / "built")]) == 1
    assert "npm ci --ignore-scripts" in capsys.readouterr().err


def test_what_is_sent_compressed_is_what_stands_beside_it():
    texts = [path for path in (assets.WEB / "static").rglob("*") if path.suffix in assets.COMPRESSED]
    assert len(texts) > 15
    for path in texts:
        assert gzip.decompress(Path(f"{path}.gz").read_bytes()) == path.read_bytes(), f"{path.name}: build it again"
