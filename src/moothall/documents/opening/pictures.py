"""A picture made anew: its dots and nothing else. What stood beside them (place, camera, comments, what was hung on at
the end) isn't copied, since only the dots are.
"""
from __future__ import annotations

import io

from PIL import Image, ImageFile, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin

from moothall.documents.opening.refused import Refused

# Loaded before the limits are set: afterwards no module can be read any more.
PRELOADED = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin)
MOST_DOTS = 60_000_000  # that are held in memory at once
MOST_DOTS_JPEG = 120_000_000  # which is read at half or a quarter of its size
LONGEST_SIDE = 4_000  # of what is kept: a letter can be read at it, and it is small
QUALITY = 85
LARGEST = 8_000_000  # bytes of what is kept


def open_picture(kind: str, data: bytes) -> tuple[str, bytes]:
    """The kind and the bytes of the picture as it is kept. Raises Refused."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # half a picture isn't one, whatever a library of this process has set
    try:
        with Image.open(io.BytesIO(data), formats=[kind.upper()]) as found:
            if found.width * found.height > (MOST_DOTS_JPEG if kind == "jpeg" else MOST_DOTS):
                raise Refused("dots")
            found.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
            found.load()
            turned = ImageOps.exif_transpose(found)
    except Image.DecompressionBombError as bomb:
        raise Refused("dots") from bomb
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, MemoryError) as damaged:
        raise Refused("damaged") from damaged
    return _written(kind, _plain(turned))


def _plain(picture: Image.Image) -> Image.Image:
    """The dots alone, on white where they let through, and no larger than they need be."""
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        return ground
    mode = "L" if picture.mode in ("1", "L") else "RGB"
    clean = Image.new(mode, picture.size)
    clean.paste(picture.convert(mode))
    return clean


def _written(kind: str, picture: Image.Image) -> tuple[str, bytes]:
    out = io.BytesIO()
    if kind == "png":
        picture.save(out, "PNG")
        if out.tell() <= LARGEST:
            return "png", out.getvalue()
    for quality in (QUALITY, QUALITY // 2):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if out.tell() <= LARGEST:
            break
    return "jpeg", out.getvalue()
