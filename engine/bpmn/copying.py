"""Data associations as they run: values copied into what an activity has of its own, and out of it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.bpmn.tokens import Token


@dataclass(frozen=True, slots=True)
class Copy:
    """One value copied.

    Attributes:
        source: FEEL; with `is_name` a variable, whatever it is called.
        target: the variable that takes the value; with `path` an entry of the context that it holds.
    """

    source: str
    target: str
    path: tuple[str, ...] = ()
    is_name: bool = False


class Layer(ChainMap[str, Any]):
    """Variables of an activity or subprocess on top of those around it.

    What is declared here is written here; everything else is written where it would be without the layer.
    """

    def _home(self, name: str) -> MutableMapping[str, Any]:
        own, around = self.maps
        return own if name in own else around

    def __setitem__(self, name: str, value: Any) -> None:
        self._home(name)[name] = value

    def __delitem__(self, name: str) -> None:
        del self._home(name)[name]


def perform(my_task: Token, copies: Iterable[Copy], over: Mapping[str, Any], into: MutableMapping[str, Any]) -> None:
    """Copy in order; raise FeelError."""
    for copy in copies:
        if copy.is_name:
            value = over.get(copy.source)
        else:
            value = my_task.workflow.top_workflow.evaluate_over(my_task, [copy.source], over)[0]
        into[copy.target] = _placed(into.get(copy.target), copy.path, value)


def _placed(known: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return what a variable holds with one entry replaced; what it held is not changed, for others may share it."""
    if not path:
        return value
    entries = dict(known) if isinstance(known, Mapping) else {}
    entries[path[0]] = _placed(entries.get(path[0]), path[1:], value)
    return entries
