"""Answers the questions of departments' handlers. There is no question that writes."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from engine.types import Actor, ActorKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.hookspecs import Capability, PluginInfo

log = logging.getLogger(__name__)


class HasSession(Protocol):
    """What a question is answered with: a unit of work."""

    @property
    def session(self) -> Session:
        """The session of the unit of work."""
        ...


Begin = Callable[..., AbstractContextManager[HasSession]]
"""`Engine.begin`: called as begin(actor, write=False)."""


@dataclass(frozen=True, slots=True)
class Asker:
    """On whose behalf a question is asked.

    Attributes:
        plugin: whose process asks.
        running: the handler or hook that is running, and `uses` what it may ask.
        org_path: the place of its case.
        begin: gives the unit of work that the question is answered in.
    """

    plugin: PluginInfo
    running: str
    uses: frozenset[str]
    org_path: str
    begin: Begin


class Broker:
    """The questions that are there, and who may ask them."""

    def __init__(self, capabilities: Iterable[Capability] = ()) -> None:
        self._questions = {
            question: (capability.name, answer)
            for capability in capabilities
            for question, answer in capability.questions.items()
        }

    def answer(self, asker: Asker, question: str, arguments: list[Any], named: Mapping[str, Any]) -> dict[str, Any]:
        """Return `{"answer": …}`, `{"denied": why}` or, when the host could not answer, `{"failed": why}`.

        The right is that of what is running *and* of its plugin; what the other end claims is not asked.
        """
        capability, function = self._questions.get(question, (None, None))
        if capability is None or function is None:
            return {"denied": f"there is no question {question!r}"}
        if capability not in asker.uses & asker.plugin.uses:
            return {"denied": f"{question} needs {capability!r}, which {asker.running} does not declare"}
        try:
            inspect.signature(function).bind(None, asker.org_path, *arguments, **named)
        except TypeError as error:
            return {"denied": f"{question}: {error}"}
        return self._answer(asker, question, lambda session: function(session, asker.org_path, *arguments, **named))

    def _answer(self, asker: Asker, question: str, ask: Callable[[Session], Any]) -> dict[str, Any]:
        actor = Actor(asker.plugin.name, asker.plugin.title, ActorKind.PLUGIN)
        try:
            with asker.begin(actor, write=False) as work:
                # written out while the session is open: an answer may load what it names
                return {"answer": orjson.Fragment(orjson.dumps(ask(work.session)))}
        except Exception:  # the host's own fault must not be told to a stranger, nor end the worker
            log.exception("question failed", extra={"question": question, "running": asker.running})
            return {"failed": f"{question} could not be answered"}
