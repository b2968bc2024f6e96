"""The process that a department's plugin lives in: `python -I -m engine.plugins.child '{"name": …}'`.

It holds no address and no secret of the host. It imports the plugin, says what it declares, and then runs one job or
hook at a time; it may ask, the host decides. Only light modules are imported here, and all of them before it says
ready: an import left to the first job would be charged to the handler's time limit.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import resource
import signal
import site
import sys
import threading
import traceback
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from marshmallow import ValidationError

from engine.declaration import BusinessError, Handler, RetryLater
from engine.plugins.checks import Unfit
from engine.plugins.context import CapabilityDenied, Context
from engine.plugins.loading import Loaded, load

GRACE = 5.0
"""Seconds after a time limit at which the process ends itself, should the host be gone that ought to stop it."""

OPEN_FILES = 256
TRACE_LENGTH = 4000

Message = dict[str, Any]
Transaction = contextlib.AbstractContextManager[Any]


class WrongOutputs(Exception):
    """What a handler returned does not fit its declaration."""


class Wire:
    """The pipe to the host. Jobs and answers come in by a thread of their own, so that the host's end is noticed."""

    def __init__(self, reader: BinaryIO, writer: BinaryIO) -> None:
        self._reader, self._writer = reader, writer
        self._asking = threading.Lock()
        self._answers: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.jobs: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.job = 0

    def listen(self) -> None:
        """Take in messages for ever; end this process and its children when the host is gone."""
        for line in self._reader:
            message = json.loads(line)
            (self.jobs if "context" in message else self._answers).put(message)
        _end()

    def send(self, **message: Any) -> None:
        """Send one message about the present job; raise TypeError or ValueError for what JSON cannot say."""
        line = json.dumps({"job": self.job, **message}, default=_plain, allow_nan=False)
        self._writer.write(line.encode() + b"\n")
        self._writer.flush()

    def ask(self, job: int, question: str, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """Ask the host on behalf of a job; raise CapabilityDenied, or RetryLater when it cannot answer now."""
        with self._asking:
            if job != self.job:
                raise CapabilityDenied("the job that asks is over")
            self.send(ask=question, arguments=list(arguments), named=dict(named))
            answer = self._answers.get()
        if "denied" in answer:
            raise CapabilityDenied(answer["denied"])
        if "failed" in answer:
            raise RetryLater(answer["failed"])
        return answer["answer"]


def serve(wire: Wire, loaded: Loaded) -> None:
    """Run jobs and hooks, one after the other, for ever."""
    while True:
        message = wire.jobs.get()
        wire.job = message["job"]
        handler = loaded.handlers.get(message.get("handler", ""))
        signal.setitimer(signal.ITIMER_REAL, (handler.timeout if handler else message["timeout"]) + GRACE)
        result = _perform(wire, loaded, handler, message)
        signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            wire.send(**result)
        except (TypeError, ValueError) as error:
            wire.send(failed=f"the result is not JSON: {error}", retryable=False)


def _perform(wire: Wire, loaded: Loaded, handler: Handler | None, message: Message) -> Message:
    number = wire.job
    try:
        settings = loaded.settings(message.get("settings", {}), partial=not message["context"]["county"])
    except ValidationError as error:
        return {"failed": f"settings: {error.messages}", "retryable": True}
    context = Context(message["context"], lambda *question: wire.ask(number, *question), settings)
    transaction = loaded.transaction(message.get("database"))
    if handler is None:
        return _call(loaded, context, message, transaction)
    try:
        inputs = handler.load_inputs(message["inputs"])
    except ValidationError as error:
        return {"failed": f"inputs: {error.messages}", "retryable": False}
    return _handle(handler, context, inputs, transaction)


def _call(loaded: Loaded, context: Context, message: Message, transaction: Transaction) -> Message:
    function = loaded.functions.get(message.get("call", ""))
    if function is None:
        return {"failed": "there is no such handler or hook here", "retryable": False}
    try:
        with context.working_in(transaction):
            return {"answer": function(context, message["payload"])}
    except BaseException as error:  # noqa: BLE001  as in _handle
        return _failed(error)


def _handle(handler: Handler, context: Context, inputs: Mapping[str, Any], transaction: Transaction) -> Message:
    if handler.function is None:
        return {"failed": f"{handler.id} has no function", "retryable": False}
    try:
        with context.working_in(transaction):
            return _outputs(handler, handler.function(context, **inputs))
    except WrongOutputs as error:
        return {"failed": f"outputs: {error}", "retryable": False}
    except BusinessError as error:
        return {"raised": error.code, "message": str(error), "variables": error.variables}
    except BaseException as error:  # noqa: BLE001  sys.exit() included: the host is told, and decides what follows
        return _failed(error)


def _outputs(handler: Handler, outputs: Mapping[str, Any] | None) -> Message:
    """Return the outputs as they are sent; inside the transaction, so that wrong ones undo it."""
    try:
        return {"outputs": handler.dump_outputs(outputs)}
    except (ValidationError, TypeError, ValueError) as error:
        raise WrongOutputs(str(error)) from error


def _failed(error: BaseException) -> Message:
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, RetryLater):
        return {"failed": text, "retryable": True, "after": error.after}
    trace = "".join(traceback.format_exception(error, limit=-5))[-TRACE_LENGTH:]
    return {"failed": text, "retryable": not isinstance(error, CapabilityDenied), "trace": trace}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _end() -> None:
    if os.getsid(0) == os.getpid():  # as the host starts it; by hand, the group would be the shell's
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _limit(memory: int) -> None:
    limits = {resource.RLIMIT_AS: memory, resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: OPEN_FILES}
    for limit, value in limits.items():
        # macOS refuses to limit the address space; there the other walls have to do
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def _take_wire() -> Wire:
    """Take stdin and stdout for the protocol alone: what a plugin prints goes to the log, what it reads is empty."""
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return Wire(reader, writer)


def main(argument: str) -> None:
    """Live as the plugin that the argument names: `{"name", "module", "site", "memory"}`."""
    orders = json.loads(argument)
    _limit(orders["memory"])
    wire = _take_wire()
    threading.Thread(target=wire.listen, name="wire", daemon=True).start()
    if orders["site"]:
        site.addsitedir(orders["site"])
    try:
        loaded = load(orders["name"], orders["module"])
    except Unfit as unfit:
        trace = "".join(traceback.format_exception(unfit.__cause__ or unfit, limit=-5))[-TRACE_LENGTH:]
        wire.send(unfit=str(unfit), stage=unfit.stage, trace=trace)
        return
    except BaseException as error:  # noqa: BLE001  whatever a hook of the plugin raises, the host is told
        wire.send(unfit=f"{type(error).__name__}: {error}", stage="hooks", trace=traceback.format_exc(limit=-5))
        return
    wire.send(ready=loaded.described)
    serve(wire, loaded)


if __name__ == "__main__":
    main(sys.argv[1])
