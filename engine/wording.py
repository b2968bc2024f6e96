"""A text that is kept: what a person wrote, a string; what the system says, `{"zh": …, "en": …}`, for every reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Wording = str | Mapping[str, str]
"""Stored in a JSON column as it is."""


def worded(zh: str | None, en: str | None) -> Wording:
    """Return a text in two languages; without English it is what a person wrote, in whichever language they did."""
    return {"zh": zh or "", "en": en} if en else zh or ""


def in_chinese(wording: Wording | None) -> str:
    """Return a text as it is kept for the record and for far systems."""
    return in_language(wording, "zh")


def in_language(wording: Wording | None, language: str) -> str:
    """Return a text in `zh` or `en`; a person's words as they wrote them."""
    if wording is None or isinstance(wording, str):
        return wording or ""
    return wording.get(language) or wording.get("zh") or ""


def rewritten(wording: Wording | None, change: Callable[[str], str]) -> Wording:
    """Return a text with a change made to it, in each of its languages."""
    if wording is None or isinstance(wording, str):
        return change(wording or "")
    return {language: change(text) for language, text in wording.items()}
