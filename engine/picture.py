"""Pictures that people send: read whole, turned upright, made smaller, and written anew with nothing else in them.

What is written has pixels only: no place where it was taken, no camera, no comment, and nothing behind its end.
"""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

LONGEST_SIDE: Final = 2048
PREVIEW_SIDE: Final = 320
MOST_PIXELS: Final = 64_000_000
"""Of what is read: 200 MB of memory. Larger than any phone's ordinary picture."""

FORMATS: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
UNREADABLE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    MemoryError,
    struct.error,
    Image.DecompressionBombError,
)
"""What a damaged or forged picture makes the reader raise."""

_one_at_a_time = threading.Lock()  # a picture in hand takes up to half a gigabyte


class PictureUnreadable(ValueError):
    """The picture is damaged, or not of a kind that is read."""


class PictureTooLarge(ValueError):
    """The picture has more pixels than are read."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept. `preview` is a JPEG."""

    content: bytes
    media_type: str
    preview: bytes


def rewritten(content: bytes) -> Picture:
    """Return the picture as it is kept: at most 2048 pixels wide and high, PNG where it was or has a transparent part.

    Raises:
        PictureUnreadable: it is damaged, or no JPEG, PNG or WebP.
        PictureTooLarge: it has more than 64 million pixels.
    """
    with _one_at_a_time:
        try:
            return _rewritten(content)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise PictureTooLarge from error
        except PictureTooLarge:
            raise
        except UNREADABLE as error:
            raise PictureUnreadable from error


def _rewritten(content: bytes) -> Picture:
    with Image.open(BytesIO(content), formats=tuple(FORMATS)) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise PictureTooLarge
        as_png = opened.format == "PNG" or opened.has_transparency_data
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(opened)
        mode = "RGBA" if upright.has_transparency_data else "RGB"
        pixels = upright.convert(mode)
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new(mode, pixels.size)
    clean.paste(pixels)  # without what a picture carries beside its pixels
    small = Image.new("RGB", clean.size, "white")
    small.paste(clean, mask=clean if mode == "RGBA" else None)
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    kept = _written(clean, "PNG") if as_png else _written(clean, "JPEG")
    return Picture(kept, FORMATS["PNG" if as_png else "JPEG"], _written(small, "JPEG"))


def _written(picture: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    if kind == "PNG":
        picture.save(out, "PNG")
    else:
        picture.save(out, "JPEG", quality=85)
    return out.getvalue()
