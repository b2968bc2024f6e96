"""The README's pictures: small files, the same on every run as long as the pages are."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parents[4] / "web" / "pictures"
COLOURS = 192
MOST_BYTES = 150_000


def keep(screenshot: bytes, name: str) -> None:
    """Write a screenshot as a PNG with a palette."""
    image = Image.open(BytesIO(screenshot)).convert("RGB")
    file = FOLDER / f"{name}.png"
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    assert file.stat().st_size <= MOST_BYTES, f"{file.name} is too large for a README"
