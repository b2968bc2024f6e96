"""What a bundle holds beside its diagrams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.bpmn.message_types import MessageType
    from engine.feel.decisions import Decision
    from engine.form import Form


@dataclass
class Parts:
    """Forms and decisions by id, texts by their Chinese source, and messages by name; None: nobody declares any."""

    forms: dict[str, Form] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    translations: dict[str, str] = field(default_factory=dict)
    messages: dict[str, MessageType] | None = None
