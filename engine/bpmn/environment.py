"""What a process needs of the world around it: expressions, the time, handlers, and the processes it may call."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.clock import Clock
    from engine.declaration import Handler
    from engine.feel.runtime import Feel


class Library(Protocol):
    """The deployed processes, for call activities that name one of another bundle."""

    def knows(self, key: str) -> bool:
        """Return whether there is any version of a key."""
        ...

    def newest(self, key: str) -> Definition | None:
        """Return the newest version of a key, or None."""
        ...

    def pinned(self, key: str, digest: str) -> Definition:
        """Return the version of a key that was deployed with a bundle of this digest; raise NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class Environment:
    """What a process needs.

    Attributes:
        feel: expressions.
        clock: the time.
        handlers: the declared task handlers by id.
        library: the deployed processes.
        field_types: types of form fields that plugins supply; None: those that are drawn are taken to be there.
        owner: the plugin whose diagrams are read, with fewer rights; "" for those of the installation.
    """

    feel: Feel
    clock: Clock
    handlers: Mapping[str, Handler]
    library: Library | None = None
    field_types: Collection[str] | None = None
    owner: str = ""

    def find_called(self, caller: Definition, key: str) -> Definition | None:
        """Return what a call activity calls now: the process of its own bundle, else the newest deployed; or None."""
        if key in caller.bundled:
            return caller.bundled[key]
        return None if self.library is None else self.library.newest(key)

    def pinned(self, caller: Definition, key: str, digest: str) -> Definition:
        """Return what a call activity has called; raise LookupError or NotFound when it is not there any more."""
        if digest == caller.digest:
            return caller.bundled[key]
        if self.library is None:
            raise LookupError(key)
        return self.library.pinned(key, digest)
