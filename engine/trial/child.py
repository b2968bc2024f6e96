"""The process in which files are checked and tried: it may be killed at any time, and is then replaced.

Reads one JSON request a line, writes JSON answers a line: `{"findings": […]}`, or `{"line": …}` any number of times,
then `{"done": exit code}`. Started by `pool`, which watches its time and memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields

from engine.bpmn.environment import Environment
from engine.bundle import Bundle
from engine.clock import SystemClock
from engine.declaration import Handler
from engine.description import restore_handler
from engine.feel.runtime import Feel
from engine.findings import Finding, Severity
from engine.gate import judge
from engine.trial.lines import finding_as_json, text_of
from engine.trial.running import Wish, run
from engine.trial.shelf import Shelf, unpacked
from engine.trial.trial import FAILED, Given
from engine.trial.units import Unit, Unreadable

Answer = Callable[[Mapping[str, Any]], None]


def main() -> None:
    """Serve requests until the pipe closes."""
    out = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no answer
    work = _Work()

    def answer(message: Mapping[str, Any]) -> None:
        out.write(text_of(message).encode() + b"\n")
        out.flush()

    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            done = getattr(work, request["do"])(request, answer)
        except Exception as error:  # noqa: BLE001  the edge of the process: whatever a file does to us is a finding
            done = _failed(request, error, answer)
        answer({"done": done})


class _Work:
    """What the process does; keeps what is dear to start."""

    def __init__(self) -> None:
        self._feel = Feel()
        self._handlers: dict[str, Handler] = {}
        self._field_types: Collection[str] | None = None

    def prepare(self, request: Mapping[str, Any], answer: Answer) -> int:
        self._handlers = {id_: _handler(id_, said) for id_, said in request["handlers"].items()}
        self._field_types = request["field_types"]
        return 0

    def check(self, request: Mapping[str, Any], answer: Answer) -> int:
        unit = Unit(request["path"], request["files"], request["beside"])
        try:
            bundle = unit.bundle()
        except Unreadable as error:
            answer({"findings": [finding_as_json(_unreadable(unit.path, str(error)))]})
            return 2
        _, findings = judge(bundle, self._environment())
        judged = [finding for finding in findings if finding.file in unit.files]
        answer({"findings": [finding_as_json(replace(each, file=unit.files[each.file])) for each in judged]})
        return 0

    def judge(self, request: Mapping[str, Any], answer: Answer) -> int:
        environment = self._environment()
        shelf = Shelf(request["shelf"], environment)
        bundle = Bundle(request["path"], unpacked(request["files"]))
        _, findings = judge(bundle, replace(environment, library=shelf))
        answer({"findings": [finding_as_json(finding) for finding in findings]})
        return 0

    def _environment(self) -> Environment:
        return Environment(self._feel, SystemClock(), self._handlers, field_types=self._field_types)

    def run(self, request: Mapping[str, Any], answer: Answer) -> int:
        path = Path(request["path"])
        unit = Unit(request["path"], {path.name + request["suffix"]: request["path"]}, request["beside"])
        try:
            files = dict(unit.bundle().files)
        except Unreadable as error:
            finding = finding_as_json(_unreadable(unit.path, str(error)))
            answer({"line": {"event": "refused", "element": None, "code": "file.unreadable", "data": finding}})
            return 2
        name = next(iter(unit.files))
        wish = Wish(
            file=name,
            content=files.pop(name),
            beside=files,
            now=datetime.fromisoformat(request["now"]),
            process=request["process"],
            variables=request["input"],
            completions=tuple(Given(**each) for each in request["completions"]),
            messages=tuple(Given(**each) for each in request["messages"]),
            advances=tuple(timedelta(seconds=seconds) for seconds in request["advances"]),
            complete_all=request["complete_all"],
            ignore_scripts=request["ignore_scripts"],
            trace=request["trace"],
        )
        return run(wish, self._feel, lambda line: answer({"line": line}))


def _handler(id_: str, said: Mapping[str, Any]) -> Handler:
    described = said["described"]
    if "id" in described:
        return replace(restore_handler(described), only_in=tuple(said["only_in"]))
    inputs, outputs = (_named(described[part]) for part in ("inputs", "outputs"))
    return Handler(id_, id_, inputs, outputs, errors=described["errors"], only_in=tuple(said["only_in"]))


def _named(names: Mapping[str, bool]) -> type[Schema]:
    """Return a schema of fields of which only the names are known, and whether they are required."""
    return Schema.from_dict({name: fields.Raw(required=required, allow_none=True) for name, required in names.items()})


def _unreadable(path: str, reason: str) -> Finding:
    return Finding(
        Severity.ERROR, "file.unreadable", path, 0, None, f"无法读取文件：{reason}", f"cannot be read: {reason}"
    )


def _failed(request: Mapping[str, Any], error: Exception, answer: Answer) -> int:
    reason = f"{type(error).__name__}: {error}"[:300]
    path = request.get("path", "")
    code = "check.memory-limit" if isinstance(error, MemoryError) else "check.failed"
    if request["do"] == "run":
        answer({"line": {"event": "error", "element": None, "code": code, "data": {"message": reason}}})
        return FAILED
    finding = Finding(
        Severity.ERROR, code, path, 0, None, f"检查中断：{reason}", f"the check broke off: {reason}",
        "请把该文件发给系统维护人员。", "Send the file to whoever maintains this system.",
    )  # fmt: skip
    answer({"findings": [finding_as_json(finding)]})
    return 2


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        main()
    os._exit(0)  # at once: the JavaScript engine's own threads would be waited for
