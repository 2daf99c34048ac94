"""A drawing made harmless: an SVG that somebody uploads, rebuilt from the few things that a logo needs. Pure.

Nothing is taken away from what came; what is known is put together anew. So a trick that nobody thought of is left out
by itself: scripts, event handlers, foreign content, addresses, animation, entities and comments aren't among the known.
It is shown in an <img>, where a browser runs nothing either; this is the wall behind that one.
"""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from moothall.domain.typed import without_unseen

LARGEST = 100_000  # bytes
DEEPEST, MOST = 40, 4000  # levels, elements
SVG = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
DRAWN = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text"}
ELEMENTS = DRAWN | {
    "svg", "g", "defs", "title", "desc", "tspan", "use", "symbol", "clipPath", "linearGradient", "radialGradient",
    "stop",
}  # fmt: skip
SHAPE = {
    "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fr", "dx", "dy", "points", "width",
    "height", "transform", "viewBox", "preserveAspectRatio", "gradientUnits", "gradientTransform", "spreadMethod",
    "offset", "clipPathUnits", "textLength", "lengthAdjust", "rotate", "pathLength", "version",
}  # fmt: skip
PAINT = {
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "opacity", "color", "stop-color",
    "stop-opacity", "clip-path", "clip-rule", "display", "visibility", "font-family", "font-size", "font-weight",
    "font-style", "text-anchor", "letter-spacing", "word-spacing", "dominant-baseline", "vector-effect",
}  # fmt: skip
NAME = re.compile(r"[A-Za-z_][\w.-]{0,99}")
# No colon and no backslash: no address and no escape; `url(` only of something in the drawing itself.
OTHERS = r"(?:url|rgba?|hsla?|matrix|translate|scale|rotate|skew[xy])"
VALUE = re.compile(
    rf"(?:url\(\s*['\"]?#[A-Za-z_][\w.-]{{0,99}}['\"]?\s*\)|{OTHERS.replace('url|', '')}\s*\([\w\s.,%+-]*\)"
    rf"|(?!{OTHERS}\s*\()[\w\s.,%#+\-'\"])*", re.I,
)  # fmt: skip
NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)(?:px|pt|mm|cm|in)?\s*")


class NotHarmless(ValueError):
    """It can't be used; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """`svg` is all that is kept; `left_out` says in words what wasn't."""

    svg: str
    left_out: tuple[str, ...]


def make_harmless(given: bytes) -> Drawing:
    """Rebuild a drawing from what a logo needs. NotHarmless where it is none, or too large."""
    if len(given) > LARGEST:
        raise NotHarmless(f"The logo has {len(given) // 1000 + 1} kB; send one of at most {LARGEST // 1000} kB")
    try:
        root = fromstring(given, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise NotHarmless("The logo declares a document type (<!DOCTYPE …>). Save it as “plain SVG”, then send that") \
            from None
    except (ParseError, ValueError, LookupError, RecursionError):
        raise NotHarmless("The logo isn’t an SVG drawing. Send a file that ends in .svg, saved as “plain SVG”") \
            from None
    if root.tag != f"{{{SVG}}}svg":
        raise NotHarmless("The logo isn’t an SVG drawing: it doesn’t begin with an svg element of SVG’s namespace")
    return _Rebuilt(root).drawing()


class _Rebuilt:
    def __init__(self, root: Element) -> None:
        self.root = root
        self.left_out: Counter[str] = Counter()
        self.count = 0
        self.styles = self._classes()

    def drawing(self) -> Drawing:
        made = Element("svg", {"xmlns": SVG})  # said outright, since any library may change the registry of prefixes
        self._attributes(self.root, made)
        self._size(made)
        self._fill(self.root, made, 1)
        self._cut_loops(made)
        if not any(_local(each.tag) in DRAWN for each in made.iter()):
            raise NotHarmless("Nothing of the logo is left that could be drawn. Pictures inside it aren’t taken: send "
                              "one that is made of shapes")
        words = tuple(f"{what} ({count})" if count > 1 else what for what, count in sorted(self.left_out.items()))
        return Drawing(tostring(made, encoding="unicode"), words)

    def _fill(self, given: Element, made: Element, depth: int) -> None:
        if depth > DEEPEST:
            raise NotHarmless(f"The logo has more than {DEEPEST} levels. Save it as “plain SVG”, with groups undone")
        for child in given:
            self.count += 1
            if self.count > MOST:
                raise NotHarmless(f"The logo has more than {MOST:,} parts. Send a simpler one")
            name = _local(child.tag)
            if child.tag != f"{{{SVG}}}{name}" or name not in ELEMENTS or name == "svg":
                if name != "style":  # whose classes were read
                    self.left_out[f"<{name[:30]}>"] += 1
                continue
            kept = SubElement(made, name)
            self._attributes(child, kept)
            if name in {"text", "tspan", "title", "desc"}:
                kept.text, kept.tail = _plain(child.text), _plain(child.tail)
            self._fill(child, kept, depth + 1)

    def _attributes(self, given: Element, made: Element) -> None:
        painted = [self.styles.get(name, {}) for name in given.get("class", "").split()]
        own = _declared(given.get("style", ""))
        for key, value in given.attrib.items():
            if key in {"style", "class"} or key.startswith("{http://www.w3.org/2000/xmlns/}"):
                continue
            if key in SHAPE | PAINT and VALUE.fullmatch(value):
                made.set(key, value)
            elif key == "id" and NAME.fullmatch(value):
                made.set("id", value)
            elif key in {"href", XLINK_HREF} and re.fullmatch(rf"#{NAME.pattern}", value):
                made.set("href", value)
            else:
                self.left_out[f"{_local(key)[:30]} of <{_local(given.tag)}>"] += 1
        for painting in (*painted, own):
            for key, value in painting.items():
                if key in PAINT and VALUE.fullmatch(value):
                    made.set(key, value)

    def _size(self, made: Element) -> None:
        """A drawing has a viewBox, so that it fits wherever it stands."""
        if made.get("viewBox") is None:
            sides = [NUMBER.fullmatch(made.get(side, "")) for side in ("width", "height")]
            if not all(sides):
                raise NotHarmless("The logo says no size. Save it with a viewBox, or with width and height")
            made.set("viewBox", "0 0 " + " ".join(side[1] for side in sides if side))
        for side in ("width", "height", "x", "y"):
            made.attrib.pop(side, None)

    def _cut_loops(self, made: Element) -> None:
        """What is used uses nothing itself, and what clips isn't clipped: so a few lines never become a million parts,
        nor a part its own."""
        named = {each.get("id"): each for each in made.iter() if each.get("id")}
        for use in [each for each in made.iter() if _local(each.tag) == "use"]:
            target = named.get(use.get("href", "")[1:])
            if target is None or any(_local(each.tag) == "use" for each in target.iter()):
                self.left_out["<use> of something that uses again"] += 1
                use.attrib.pop("href", None)
        for clip in [each for each in made.iter() if _local(each.tag) == "clipPath"]:
            for inner in clip.iter():
                inner.attrib.pop("clip-path", None)
        for gradient in (each for each in made.iter() if _local(each.tag).endswith("Gradient")):
            target = named.get(gradient.get("href", "")[1:])
            if target is None or target.get("href"):
                gradient.attrib.pop("href", None)

    def _classes(self) -> Mapping[str, Mapping[str, str]]:
        """What `.name {…}` paints, which many programs write for plain colours; every other rule is left out."""
        found: dict[str, dict[str, str]] = {}
        for style in self.root.iter(f"{{{SVG}}}style"):
            for names, body in _rules(style.text or ""):
                for name in names.split(","):
                    if re.fullmatch(rf"\.{NAME.pattern}", name.strip()):
                        found.setdefault(name.strip()[1:], {}).update(_declared(body))
                    else:
                        self.left_out["a rule of <style>"] += 1
        return found


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Selectors and bodies. By splitting, since a pattern could be made to look for hours."""
    first, *others = text.split("/*")
    for rule in (first + "".join(each.partition("*/")[2] for each in others)).split("}"):
        names, opened, body = rule.partition("{")
        if opened:
            yield names.strip(), body


def _declared(text: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in text.split(";"))
    return {key.strip().lower(): value.strip() for key, _, value in pairs if value.strip()}


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _plain(text: str | None) -> str | None:
    return without_unseen(text) if text else None
