"""Photos that residents send: a few, pictures only. For whoever deals with the case, shown to nobody else (I20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.core_api import Message

MOST_PHOTOS: Final = 3
"""With one report, and with each supplement."""


def fault_of(files: Sequence[Mapping[str, Any]], refused: Sequence[Any]) -> Any:
    """Return what is wrong with what was sent, for people; None when all of it is taken.

    Args:
        files: `{media_type, …}` of those that can be kept.
        refused: what was said of the others.
    """
    if refused:
        return refused[0]
    if len(files) > MOST_PHOTOS:
        return Message("最多%(most)s张照片，多余的没有保留。", most=MOST_PHOTOS)
    return None if len(pictures(files)) == len(files) else Message("这里只收照片。")


def pictures(files: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return those of the files that are pictures, as many as are taken."""
    return [each for each in files if str(each["media_type"]).startswith("image/")][:MOST_PHOTOS]
