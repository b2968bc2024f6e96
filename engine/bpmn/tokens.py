"""The token: SpiffWorkflow's task object, corrected. What each kind of element does with it is in the node files.

What the stock class does, and why this one differs:
- it predicts the tasks that may come and keeps them in the tree: here a token exists when it has arrived, not before;
- it copies variables from task to task and merges lists at joins wrongly: here tokens share the variables of their
  process, as BPMN's data scopes do, and only an instance of a multi-instance activity has variables of its own;
- it reads the wall clock and formats a log record at each change of state: here a change of state is counted;
- it cancels by dropping children without telling them: here whatever is cancelled learns of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.types import TokenId

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition, Element

LIVE = TaskState.DEFINITE_MASK
"""States of a token that is somewhere in the diagram: FUTURE (only within a step), WAITING, READY or STARTED."""


class Token(Task):  # type: ignore[misc]  # the library is untyped
    """A token. `order` counts up with each token made in an instance: parents come before children."""

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Token | None = None,
        state: int = TaskState.FUTURE,
        token_id: UUID | None = None,
    ) -> None:
        self.id: UUID = token_id or uuid4()
        self.workflow = workflow
        self.task_spec = task_spec
        self.order: int = workflow.top_workflow.next_order()
        self.last_state_change = self.order
        self.data: Any = parent.data if parent is not None else {}
        self.internal_data: dict[str, Any] = {}
        self.entered = False
        self.triggered = False
        self.thread_id = 0
        self._state = state
        self._children: list[UUID] = []
        self._parent = parent.id if parent is not None else None
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._child_added_notify(self)

    @property
    def token_id(self) -> TokenId:
        """The id as the engine's rows have it."""
        return TokenId(self.id.hex)

    @property
    def parent_id(self) -> UUID | None:
        """The parent's id; None for the root."""
        return self._parent

    @property
    def element_id(self) -> str:
        """Id of the element that the token is at."""
        return str(self.task_spec.bpmn_id)

    @property
    def live(self) -> bool:
        """Whether the token is somewhere in the diagram."""
        return bool(self._state & LIVE)

    @property
    def siblings(self) -> list[Token]:
        """The other tokens with the same parent."""
        return [token for token in self.parent.children if token is not self]

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> Token:
        return Token(self.workflow, task_spec, self, state)

    def _inherit_data(self) -> None:
        """Nothing to copy: the variables are shared."""

    def _set_state(self, value: int) -> None:
        if value == self._state:
            return
        self._state = value
        self.last_state_change = self.workflow.top_workflow.next_order()
        self.workflow.top_workflow.moved(self, value)

    def complete(self) -> None:
        """Leave the element and go on; a token that was cancelled while it ran does not."""
        if self._state != TaskState.CANCELLED:
            super().complete()

    @property
    def element(self) -> Element:
        """The element that the token is at, of whichever definition it runs in."""
        element: Element = self.workflow.definition.elements[self.element_id]
        return element

    def cancel(self) -> None:
        """Take the token away, with the instances of a multi-instance activity and what runs inside a subprocess."""
        if not self.live:
            return
        for child in self.children:
            child.cancel()
        self._set_state(TaskState.CANCELLED)
        self.task_spec._on_cancel(self)


class Tokens:
    """What a process and an embedded subprocess have in common: a root and the tokens under it."""

    tasks: dict[UUID, Token]
    spec: Any
    definition: Definition
    task_tree: Token

    def plant(self, variables: Any) -> Token:
        """Put the root token, which holds the variables, and return it."""
        self.task_tree = Token(self, self.spec.start)
        self.task_tree.data = variables
        return self.task_tree

    def live(self) -> list[Token]:
        """Return the live tokens, oldest first."""
        return [token for token in self.tasks.values() if token._state & LIVE]

    @property
    def alive(self) -> bool:
        """Whether any token is left that keeps the process going."""
        return any(token._state & LIVE and not token.task_spec.idles(token) for token in self.tasks.values())

    def cancel_all(self) -> None:
        """Take all live tokens away."""
        for token in self.live():
            token.cancel()

    def prune(self) -> None:
        """Forget finished tokens; live ones hang on the root, or on the group that they belong to.

        Nothing else needs its ancestors: joins remember by which flow a token arrived.
        """
        root, kept = self.task_tree, {}
        for token in self.live():
            parent = token.parent
            if parent is not None and (parent.task_spec.is_group or parent.live):
                kept[parent.id] = parent
            elif token is not root:
                token.parent = root
            kept[token.id] = token
        kept.pop(root.id, None)
        for token in kept.values():
            if token._parent != root.id and token._parent not in kept:
                token.parent = root
        self.tasks = {root.id: root, **dict(sorted(kept.items(), key=lambda item: item[1].order))}
        for token in self.tasks.values():
            token._children = []
        for token in kept.values():
            token.parent._children.append(token.id)
