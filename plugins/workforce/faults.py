"""What is wrong with something typed, field by field, as the engine's forms say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.core_api import FormInvalid, Message

Faults = Iterator[tuple[str, Message]]
"""Field and what is said of it."""


def refuse(faults: Iterable[tuple[str, Message]]) -> None:
    """Raise FormInvalid when there is any fault."""
    errors: dict[str, list[str]] = {}
    for field, message in faults:
        errors.setdefault(field, []).append(message)
    if errors:
        raise FormInvalid(errors=errors)
