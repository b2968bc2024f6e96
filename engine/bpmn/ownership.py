"""What a plugin's own diagrams may do. Names carry the plugin's name and a hyphen, which no plugin's name contains."""

from __future__ import annotations

from engine.bpmn.definition import Definition


def carries(name: str, owner: str) -> bool:
    """Return whether a process id, message or signal is its owner's to name; what has no owner names as it likes."""
    return not owner or name.startswith(prefix(owner))


def prefix(owner: str) -> str:
    """Return how the names of a plugin's processes, messages and signals begin."""
    return f"{owner}-"


def may_call(caller: Definition, called: Definition) -> bool:
    """Return whether a call activity of one process may run the other.

    A restricted one is called by its owner's own; if only some may change it, by those alone that the same may change:
    whoever draws the call must not get by it what they could not draw there.
    """
    if not called.restricted or caller.digest == called.digest:
        return True
    if caller.owner != called.owner:
        return False
    return not called.designers or (bool(caller.designers) and caller.designers <= called.designers)
