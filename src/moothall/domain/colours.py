"""Colours of a council: whether they can be read where they are used, and the nearest one that can. Pure.

Contrast is WCAG 2.2's. "Nearest" is the same hue with the smallest change of lightness in OKLCH, where equal steps look
equally far; the chroma is lowered only where that lightness has no such colour on a screen.
"""
from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

WHITE, INK, FOCUS = "#FFFFFF", "#16202A", "#FFD33D"  # the pages' own (scss/_tokens.scss); a test compares them
FORM = re.compile(r"#[0-9A-Fa-f]{6}")
STEPS = 1000  # of lightness, from black to white
TEXT, SHAPE = 4.5, 3.0
Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Use:
    """Where a colour stands: it needs this contrast with one of `beside`, whichever the page then takes."""

    key: str
    words: str
    ratio: float
    beside: tuple[str, ...]

    def reached(self, colour: str) -> float:
        return max(contrast(colour, each) for each in self.beside)

    def passes(self, colour: str) -> bool:
        return self.reached(colour) >= self.ratio


# Where the pages put a council's colour. They never use it for words or links on white: those keep the pages' own blue.
BAND = Use("band", "the council’s name on its band", TEXT, (WHITE, INK))
FOCUS_ON_BAND = Use("focus", "the mark of where the keyboard is, on the band", SHAPE, (FOCUS, INK))
SQUARE = Use("square", "the letters in its square on the desk", TEXT, (WHITE, INK))
LINK = Use("link", "a link on white", TEXT, (WHITE,))
BRAND_USES = (BAND, FOCUS_ON_BAND, SQUARE)


def luminance(colour: str) -> float:
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 for the same colour, 21 for black on white."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def words_on(colour: str) -> str:
    """White or ink, whichever is read better on this colour; white where both are alike."""
    return max((WHITE, INK), key=lambda each: contrast(colour, each))


def failing(colour: str, uses: Iterable[Use] = BRAND_USES) -> tuple[Use, ...]:
    return tuple(use for use in uses if not use.passes(colour))


def nearest_passing(colour: str, uses: Iterable[Use] = BRAND_USES) -> str:
    """The colour itself where it passes, else that of the nearest lightness that does, the darker of two as near.

    Each set of uses that the pages have is passed by black or by white, so there is always one.
    """
    wanted = tuple(uses)
    if not failing(colour, wanted):
        return colour.upper()
    for _, made in steps_from(colour):
        if not failing(made, wanted):
            return made
    raise ValueError("no lightness passes all of these uses")


def steps_from(colour: str) -> Iterable[tuple[float, str]]:
    """The same hue at other lightnesses, the nearest first: how far, and the colour."""
    lightness, chroma, hue = _oklch(colour)
    for step in range(1, STEPS + 1):
        for way in (-1, 1):
            other = lightness + way * step / STEPS
            if 0 <= other <= 1:
                yield step / STEPS, _on_screen(other, chroma, hue)


def _parts(colour: str) -> Triple:
    if FORM.fullmatch(colour) is None:
        raise ValueError(f"{colour!r} is no colour like #1E5B4F")
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _curved(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


def _oklch(colour: str) -> Triple:
    """Lightness 0 to 1, chroma, hue in radians (Ottosson's OKLab)."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _rgb(lightness: float, chroma: float, hue: float) -> Triple:
    """Linear, and outside 0 to 1 where no screen shows it."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _on_screen(lightness: float, chroma: float, hue: float) -> str:
    """The most colourful of this lightness and hue, up to `chroma`, that a screen shows."""
    least, most = 0.0, chroma
    if _shown(_rgb(lightness, chroma, hue)):
        least = chroma
    for _ in range(20 if least < most else 0):
        middle = (least + most) / 2
        if _shown(_rgb(lightness, middle, hue)):
            least = middle
        else:
            most = middle
    parts = (round(_curved(min(1.0, max(0.0, part))) * 255) for part in _rgb(lightness, least, hue))
    return "#" + "".join(f"{part:02X}" for part in parts)


def _shown(parts: Triple) -> bool:
    return all(-1e-4 <= part <= 1 + 1e-4 for part in parts)
