"""A process definition as the engine runs it: the parsed specification beside what the library does not keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.bpmn.message_types import MessageType
    from engine.feel.decisions import Decision


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: who works in it. `unit` is a FEEL expression over the variables that gives an org unit's code."""

    id: str
    name: str
    candidate_group: str
    unit: str


@dataclass(frozen=True, slots=True)
class Element:
    """A flow element of the diagram, with its line in the file and our extension properties.

    Attributes:
        type: BPMN's local name, e.g. `userTask`.
        lane: the lane it is drawn in, or None.
        properties: `spiffworkflow:property` name → value. Ours: `form` (form id), `due` (FEEL, a date and time),
            `title` (FEEL, the task's or case's headline), `findings` (FEEL, a list shown at the form's fields),
            `assignee` (FEEL, a person's id), `reassigners` (groups that may hand it to another), `milestone` (where the
            case stands once the element is entered), `senders` (groups that may send a message).
        handler: id of a service task's handler, `plugin.verb_noun`.
        variable: the variable that takes what a user task's form gives; None: each field is a variable.
    """

    id: str
    type: str
    name: str
    line: int
    lane: Lane | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    handler: str | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class StartTrigger:
    """A start event that waits for a message, a signal or a time (`kind`).

    Attributes:
        name: of the message or signal.
        variable: takes what it carries, or the moment at which a timer was due.
        correlation: of a message: FEEL over what it carries, the key that one instance a time is active for; "": none.
        expression: of a timer: an ISO or cron literal, or FEEL without variables.
        unit: of a timer: FEEL, the code of the unit that the instance belongs to, or a list of them; "": the top one.
            Of a message: FEEL over what it carries, a unit that is the sender's or below it; "": the sender's.
    """

    element_id: str
    kind: str
    name: str
    variable: str = ""
    correlation: str = ""
    expression: str = ""
    unit: str = ""


def groups_in(text: str) -> frozenset[str]:
    """Return the groups that a property such as `designers` or `senders` names: separated by commas."""
    return frozenset(group.strip() for group in text.split(",")) - {""}


@dataclass(frozen=True)
class Definition:
    """One process of one bundle, checked and ready to run. Immutable: shared by all its instances in a process.

    Attributes:
        key: the BPMN process id.
        digest: of the bundle.
        bpmn: the diagram's bytes, as deployed.
        process: SpiffWorkflow's specification; `subprocesses` the specifications it calls, by name.
        forms: form id → the parsed `*.form.json`.
        decisions: decision id → decision.
        properties: the process element's own extension properties (`title`: FEEL, the case's headline).
        translations: text in the diagram or a form → English.
        starts: messages, signals and times that start an instance.
        messages: the types of messages that the bundle declares, by name.
        bundled: the processes of the same bundle by key, itself among them.
        owner: the plugin whose content it is; "" for the installation's own.
    """

    key: str
    name: str
    digest: str
    file: str
    bpmn: bytes
    process: Any
    subprocesses: Mapping[str, Any]
    elements: Mapping[str, Element]
    forms: Mapping[str, Any]
    decisions: Mapping[str, Decision]
    properties: Mapping[str, str]
    translations: Mapping[str, str]
    starts: tuple[StartTrigger, ...] = ()
    messages: Mapping[str, MessageType] = field(default_factory=dict)
    bundled: Mapping[str, Definition] = field(default_factory=dict)
    owner: str = ""

    @property
    def restricted(self) -> bool:
        """Whether processes of other owners may not call it: the process's property `restricted` says so."""
        return self.properties.get("restricted") == "true"

    @property
    def designers(self) -> frozenset[str]:
        """The groups of which one must be held to change it; empty: every designer may."""
        return groups_in(self.properties.get("designers", ""))

    def element(self, element_id: str) -> Element:
        """Return the flow element; raise KeyError for one the diagram does not have."""
        return self.elements[element_id]
