"""Contrast by the known ends; the nearest colour that passes does pass, keeps its hue, and no nearer step would."""
from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.domain.colours import (
    BRAND_USES,
    FOCUS,
    FOCUS_ON_BAND,
    INK,
    LINK,
    WHITE,
    contrast,
    failing,
    nearest_passing,
    steps_from,
    words_on,
)
from moothall.domain.colours import _oklch as parts_of

TOKENS = Path(__file__).parents[2] / "web/scss/_tokens.scss"
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")
NEAR_THE_MIDDLE = st.tuples(*[st.integers(0x60, 0xA0)] * 3).map(lambda parts: "#{:02X}{:02X}{:02X}".format(*parts))


def test_the_formula_gives_the_known_ends() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#164A8A", WHITE) == pytest.approx(8.82, abs=0.01)
    assert contrast("#7A7F86", WHITE) == pytest.approx(4.03, abs=0.01)


def test_the_colours_are_the_pages_own() -> None:
    light = TOKENS.read_text(encoding="utf-8").split("mixin dark")[0]
    tokens = dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", light))
    assert (tokens["ink"], tokens["ground"], tokens["focus"]) == (INK, WHITE, FOCUS)


@given(COLOURS | NEAR_THE_MIDDLE, st.sampled_from([BRAND_USES, (LINK,)]))
def test_the_nearest_passes_and_no_nearer_step_does(colour: str, uses: tuple) -> None:  # type: ignore[type-arg]
    found = nearest_passing(colour, uses)
    assert not failing(found, uses)
    if not failing(colour, uses):
        assert found == colour
        return
    far = next(distance for distance, made in steps_from(colour) if made == found)
    nearer = [made for distance, made in steps_from(colour) if distance < far]
    assert all(failing(made, uses) for made in nearer)


def hue_of(colour: str) -> float | None:
    """In degrees; None for a grey, which has none."""
    _, chroma, hue = parts_of(colour)
    return math.degrees(hue) % 360 if chroma > 0.02 else None


@given(COLOURS)
def test_the_hue_stays(colour: str) -> None:
    was, found = hue_of(colour), hue_of(nearest_passing(colour, (LINK,)))
    if was is not None and found is not None:
        apart = abs(was - found) % 360
        assert min(apart, 360 - apart) < 12, "eight bits a part leave so much"


@given(COLOURS)
def test_where_the_keyboard_is_can_be_seen_on_every_band(colour: str) -> None:
    """Yellow beside ink: one of the two stands out from whatever a council chose."""
    assert FOCUS_ON_BAND.passes(colour)


def test_a_middle_grey_is_refused_and_its_neighbour_named() -> None:
    assert [use.key for use in failing("#7A7F86")] == ["band", "square"]
    assert nearest_passing("#7A7F86") == "#81868E"
    assert words_on("#81868E") == INK and words_on("#1E5B4F") == WHITE


@pytest.mark.parametrize("wrong", ["red", "#12345", "#1234567", "#12345G", "", "url(#a)"])
def test_what_is_no_colour_is_said_so(wrong: str) -> None:
    with pytest.raises(ValueError, match="no colour like"):
        contrast(wrong, WHITE)
