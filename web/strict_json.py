"""JSON as programs and our own scripts send it: what cannot be written again is not taken.

Python's own reader takes lone surrogates, NaN, numbers without end and nesting until the stack is full: the database
refuses each of them only later, as a fault of ours.
"""

from __future__ import annotations

from typing import Any

import orjson
from flask.json.provider import DefaultJSONProvider


class StrictJSON(DefaultJSONProvider):
    """Flask's JSON, read strictly."""

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """Return what a text says; raise ValueError for what is no JSON, or could not be kept."""
        value = orjson.loads(s)
        try:
            orjson.dumps(value)
        except TypeError as error:  # nested deeper than it writes
            raise ValueError(str(error)) from error
        return value
