"""A made-up photo: the demo has no real ones. It shows a place in a few colours, so that people see that it is none."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageDraw

from engine.core_api import Work

SIZE: Final = (320, 240)
HORIZON: Final = 150


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo to be kept with what somebody fills in. Those of one name look the same."""

    name: str

    def kept(self, work: Work, kept_for: str) -> list[dict[str, Any]]:
        """Keep it for a form, as if it was sent, and return what the form's field holds."""
        file = f"{self.name}.png"
        kept = work.attachments.keep(file, "image/png", BytesIO(drawn(self.name)), kept_for=kept_for)
        return work.attachments.find([kept.id], kept_for)


@cache
def drawn(name: str) -> bytes:
    """Return a small PNG: sky, ground and a shape whose place and colour come from the name."""
    seed = zlib.crc32(name.encode())
    picture = Image.new("RGB", SIZE, (196, 214, 226))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, HORIZON, *SIZE), fill=(158, 154, 142))
    left, colour = 40 + seed % 160, (90 + seed % 120, 80 + seed // 7 % 110, 70 + seed // 49 % 90)
    draw.rectangle((left, HORIZON - 60, left + 80, HORIZON + 30), fill=colour, outline=(60, 60, 60))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
