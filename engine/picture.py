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
"""Of a JPEG, which is read at the size that is kept. Larger than any phone's ordinary picture."""

MOST_READ_WHOLE: Final = 36_000_000
"""Of others: 150 MB of memory, and a second. A sheet of A4 at 600 dots an inch; a few bytes can claim as many."""

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

LONGEST_READ: Final = 65_535
"""Pixels of a side: each row takes memory of its own, be it one pixel long."""

WAITING: Final = 3
"""Who else may wait for a picture to be done: whoever sends many keeps no more of the server's threads busy."""
PATIENCE: Final = 2.0
"""Seconds that others look for a place to wait."""

_places = threading.BoundedSemaphore(1 + WAITING)
_one_at_a_time = threading.Lock()  # a picture in hand takes up to 200 MB


class PictureUnreadable(ValueError):
    """The picture is damaged, or not of a kind that is read."""


class PicturesBusy(RuntimeError):
    """Too many pictures are sent at the same moment."""


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
        PictureTooLarge: it has more than 64 million pixels, or 36 million where it is no JPEG.
        PicturesBusy: others are before it; the same may be sent again in a while.
    """
    if not _places.acquire(timeout=PATIENCE):
        raise PicturesBusy
    try:
        with _one_at_a_time:
            return _rewritten(content)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureTooLarge from error
    except PictureTooLarge:
        raise
    except UNREADABLE as error:
        raise PictureUnreadable from error
    finally:
        _places.release()


def _rewritten(content: bytes) -> Picture:
    with Image.open(BytesIO(content), formats=tuple(FORMATS)) as opened:
        most = MOST_PIXELS if opened.format == "JPEG" else MOST_READ_WHOLE
        if opened.width * opened.height > most or max(opened.size) > LONGEST_READ:
            raise PictureTooLarge
        as_png = opened.format == "PNG" or opened.has_transparency_data
        mode = "RGBA" if opened.has_transparency_data else "RGB"
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        pixels = opened if opened.mode == mode else opened.convert(mode)
        pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # before anything that makes a copy
        upright = ImageOps.exif_transpose(pixels)
    clean = Image.new(mode, upright.size)
    clean.paste(upright)  # without what a picture carries beside its pixels
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
