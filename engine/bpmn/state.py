"""The stored form of a running process: zstd(orjson([FORMAT, …])). Its specification is not in it.

Why not the library's serializer: it stores the specification with each instance, every task ever passed, and revives
user data that happens to look like one of its classes. Here a row is a live token; finished ones are in the history.

    [FORMAT, variables, [[token, parent, process, node, state, internal, own variables], …]]

`parent` and `process` are row numbers: the token it hangs on, and the token at the subprocess it is in; -1: the root,
the process itself. Rows are in the order in which tokens were made, so both come before. Values are packed
(engine/feel/values.py).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Container
from typing import Any
from uuid import UUID

import orjson
import zstandard
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.running import InnerProcess, RunningProcess
from engine.bpmn.tokens import Token
from engine.errors import StateFormatUnknown
from engine.feel.values import pack, unpack

FORMAT = 1
NONE = -1

# the library's numbers may change with a release; what is stored may not
_CODES = {
    TaskState.WAITING: "waiting",
    TaskState.READY: "ready",
    TaskState.STARTED: "started",
    TaskState.COMPLETED: "done",
}
_STATES = {code: state for state, code in _CODES.items()}


def encode(process: RunningProcess) -> bytes:
    """Return the process as bytes."""
    tokens = [
        token
        for each in process.processes()
        for token in each.tasks.values()
        # what was cancelled is kept nowhere: it lives on until the end of the step that took it away
        if token is not each.task_tree and token._state != TaskState.CANCELLED
    ]
    tokens.sort(key=lambda token: token.order)
    numbers = {token.id: number for number, token in enumerate(tokens)}
    rows = [_row(token, numbers) for token in tokens]
    content = [FORMAT, pack(process.task_tree.data), rows]
    return zstandard.compress(orjson.dumps(content))


def _row(token: Token, numbers: dict[UUID, int]) -> list[Any]:
    inner = isinstance(token.workflow, InnerProcess)
    own = isinstance(token.data, ChainMap) and token.data is not token.parent.data
    return [
        token.id.hex,
        NONE if token.parent_id is None else numbers.get(token.parent_id, NONE),
        numbers[token.workflow.parent_task_id] if inner else NONE,
        token.task_spec.name,
        _CODES[token._state],
        pack(token.internal_data) if token.internal_data else 0,
        pack(token.data.maps[0]) if own else 0,
    ]


def decode(definition: Definition, state: bytes, environment: Environment) -> RunningProcess:
    """Return the process that was encoded; raise StateFormatUnknown for bytes that this version did not write."""
    found: Any = None
    try:
        found, *content = orjson.loads(zstandard.decompress(state))
        if found == FORMAT:
            return _decode(RunningProcess(definition, environment), *content)
    except (zstandard.ZstdError, ValueError, TypeError, LookupError) as error:
        raise StateFormatUnknown(found=found) from error
    raise StateFormatUnknown(found=found)


def rename(state: bytes, tokens: Container[str], name: Callable[[str], str]) -> bytes:
    """Return a state in which some tokens are at nodes that are called otherwise."""
    form, variables, rows = orjson.loads(zstandard.decompress(state))
    for row in rows:
        if row[0] in tokens:
            row[3] = name(row[3])
            _rename_known(row[5] or {}, name)
    return zstandard.compress(orjson.dumps([form, variables, rows]))


def _rename_known(internal: dict[str, Any], name: Callable[[str], str]) -> None:
    """Rename the nodes that a token knows: by which flows tokens came to a join, and what it has yet to undo."""
    if isinstance(internal.get("from"), str):
        internal["from"] = name(internal["from"])
    if isinstance(internal.get("only"), str):
        internal["only"] = name(internal["only"])
    for known in ("undoing", "consumed"):
        if isinstance(internal.get(known), list):
            internal[known] = [name(each) for each in internal[known]]


def _decode(process: RunningProcess, variables: Any, rows: list[list[Any]]) -> RunningProcess:
    process.plant(unpack(variables))._state = TaskState.COMPLETED
    tokens: list[Token] = []
    for row in rows:
        tokens.append(_token(process, tokens, row))
    return process


def _token(process: RunningProcess, tokens: list[Token], row: list[Any]) -> Token:
    token_id, parent_number, owner_number, node, code, internal, own = row
    home = process if owner_number == NONE else _inside(process, tokens[owner_number])
    parent = home.task_tree if parent_number == NONE else tokens[parent_number]
    token = Token(home, home.spec.task_specs[node], parent, _STATES[code], UUID(hex=token_id))
    if internal:
        token.internal_data = unpack(internal)
    if own != 0:
        token.data = parent.task_spec.layer(unpack(own), parent.data)
    if code == "waiting":
        process.watch(token)
    token.entered = token.live and not (code == "waiting" and token.task_spec.lurks(token))
    return token


def _inside(process: RunningProcess, owner: Token) -> InnerProcess:
    if owner.id not in process.subprocesses:
        process.open_inside(owner).task_tree._state = TaskState.COMPLETED
    return process.subprocesses[owner.id]
