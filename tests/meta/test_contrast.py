"""Every contrast of the interface, worked out again from the tokens: text 4.5, edges and shapes 3."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "src/moothall/web/scss/_tokens.scss"
GROUNDS = ("ground", "sunk", "well")
TEXT = ("ink", "ink2", "act", "act-hover", "visited", "good", "warn", "bad", "ring")
TINTS = ("good-tint", "warn-tint", "bad-tint", "ring-tint", "act-tint")
TEXT_NEEDS, EDGE_NEEDS, INK_ON_TINT_NEEDS = 4.5, 3.0, 7.0


def _mixin(name: str) -> dict[str, str]:
    text = TOKENS.read_text(encoding="utf-8")
    body = re.search(rf"@mixin {name} {{(.*?)\n}}", text, re.S)
    assert body, f"_tokens.scss holds no mixin {name}"
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", body[1]))


THEMES = {name: _mixin(name) for name in ("light", "dark")}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_known_ends() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#164A8A", "#FFFFFF") == pytest.approx(8.82, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("token", TEXT)
def test_text_is_readable_on_every_ground(theme: str, ground: str, token: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours[token], colours[ground]) >= TEXT_NEEDS


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_edges_are_seen_on_every_ground(theme: str, ground: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours["edge"], colours[ground]) >= EDGE_NEEDS


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tint", TINTS)
def test_a_tag_is_readable_in_its_own_colour_and_in_ink(theme: str, tint: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours[tint.removesuffix("-tint")], colours[tint]) >= TEXT_NEEDS
    assert contrast(colours["ink"], colours[tint]) >= INK_ON_TINT_NEEDS
    assert contrast(colours["ink2"], colours[tint]) >= TEXT_NEEDS


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [("on-act", "act"), ("on-act", "act-hover"), ("on-bad", "bad"), ("on-ring", "ring"), ("focus-ink", "focus"),
     ("on-top", "top")],
)  # fmt: skip
def test_words_on_filled_things_are_readable(theme: str, text: str, ground: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours[text], colours[ground]) >= TEXT_NEEDS


def test_the_dark_theme_has_every_token_of_the_light_one() -> None:
    assert THEMES["dark"].keys() == THEMES["light"].keys()
