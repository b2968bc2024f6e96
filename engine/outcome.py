"""How one call of a department's plugin ended. The worker turns a job's into a step of the instance or a retry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Completed:
    """It returned. `outputs` are plain JSON and fit the declaration."""

    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Raised:
    """It raised a BusinessError that its declaration names."""

    code: str
    message: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not finish, or broke its declaration.

    Attributes:
        message: one line for the operator; no form contents.
        retryable: whether another attempt may end differently. A wrong output or an undeclared error will not.
        after: seconds to wait before the next attempt, when the far system said so.
        trace: the end of the plugin's traceback, where there is one.
        counts: whether it speaks against the plugin's health; not what the case itself has wrong.
        spared: whether it was no attempt at all: the job is to be tried again as if nothing had been.
    """

    message: str
    retryable: bool = True
    after: float | None = None
    trace: str = ""
    counts: bool = True
    spared: bool = False


Outcome = Completed | Raised | Failed


@dataclass(frozen=True, slots=True)
class Answered:
    """A hook returned. `value` is plain JSON that nobody has checked yet: its caller does."""

    value: Any
