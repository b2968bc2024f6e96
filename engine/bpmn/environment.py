"""What a process needs of the world around it: expressions, the time, and which handlers there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.clock import Clock
    from engine.declaration import Handler
    from engine.feel.runtime import Feel


@dataclass(frozen=True, slots=True)
class Environment:
    """Expressions (`feel`), time (`clock`) and the declared task handlers by id."""

    feel: Feel
    clock: Clock
    handlers: Mapping[str, Handler]
