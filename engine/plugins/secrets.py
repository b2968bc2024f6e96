"""The secrets that a plugin's process was given, kept out of what it says: its errors, its outputs, its log.

What goes wrong in a plugin, and what it prints while it looks for the reason, is read by many. A plugin that means to
give its own secret away can do it in other words; this is against mistakes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.declaration import REDACTED, SecretText
from engine.outcome import Failed

SHORTEST = 4
"""Characters of a secret that is looked for; a shorter one would be found in every other word."""


class Secrets:
    """Secrets, to be looked for in texts."""

    def __init__(self, values: Iterable[object] = ()) -> None:
        given = {value.reveal() for value in values if isinstance(value, SecretText) and len(value) >= SHORTEST}
        # as they stand in a text, and as JSON writes them; the longest first, for one may hold another
        self._texts = sorted(given | {json.dumps(text)[1:-1] for text in given}, key=len, reverse=True)

    def __or__(self, other: Secrets) -> Secrets:
        both = Secrets()
        both._texts = sorted({*self._texts, *other._texts}, key=len, reverse=True)
        return both

    def hide(self, text: str) -> str:
        """Return the text with every secret blacked out."""
        for secret in self._texts:
            text = text.replace(secret, REDACTED)
        return text

    def hide_failure(self, failed: Failed) -> Failed:
        """Return the failure with every secret blacked out."""
        return replace(failed, message=self.hide(failed.message), trace=self.hide(failed.trace))

    def refuse(self, said: Mapping[str, Any]) -> None:
        """Raise ValueError when an answer holds a secret: it would become a variable of a case, or a receipt."""
        if self._texts and "failed" not in said:
            text = json.dumps(said, ensure_ascii=False)
            if self.hide(text) != text:
                raise ValueError("they hold a secret of the plugin's settings")
