"""A department's plugin on a workbench: loaded as the host loads it, its handlers run in its own process."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self

from engine.hookspecs import Capability
from engine.outcome import Completed, Failed, Raised
from engine.plugins.broker import Asker, Broker
from engine.plugins.host import PluginHost
from engine.plugins.process import answering
from engine.plugins.record import PluginRecord
from engine.plugins.sources import GROUP, Source

JOB: Mapping[str, Any] = {
    "id": "0" * 32,
    "attempt": 0,
    "idempotency_key": "0" * 32,
    "county": "431103",
    "org_unit": "431103",
    "org_path": "/431100/431103/",
    "business_key": "CASE-1",
    "settings": {},
}
"""What a handler is told of its case unless the test says otherwise."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that the handler asked the host: `grid.get` and what it gave along."""

    question: str
    arguments: tuple[Any, ...]
    named: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ran:
    """How one call of a handler ended. One of `outputs`, `error` and `failure` says so.

    Attributes:
        outputs: what it returned, as the process gets it.
        error: the code of the declared error that it raised; `message` and `variables` with it.
        failure: why it failed otherwise; `retried`: whether another attempt would be made, `after` seconds.
        asked: its questions, in order.
    """

    outputs: Mapping[str, Any] | None = None
    error: str | None = None
    message: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    failure: str | None = None
    retried: bool = False
    after: float | None = None
    asked: tuple[Asked, ...] = ()


class NotFit(Exception):
    """The plugin does not load; the text says at which stage and why."""


def source_in(folder: Path) -> Source:
    """Return the plugin whose `pyproject.toml` lies in a folder, which need not be installed.

    Raises:
        NotFit: the folder has no `pyproject.toml` with one entry point in the group `onegrid.plugins`.
    """
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        ((name, module),) = project["entry-points"][GROUP].items()
    except (OSError, KeyError, ValueError, AttributeError) as error:
        raise NotFit(f"{folder}: pyproject.toml 中应有且只有一个 {GROUP} 入口 / one entry point is needed") from error
    site = folder / "src" if (folder / "src").is_dir() else folder
    return Source(name, module, project.get("name", ""), project.get("version", ""), site.resolve())


class Workbench:
    """A plugin that is loaded for as long as the `with` block lasts.

    Raises:
        NotFit: it does not load.
    """

    def __init__(self, source: Source) -> None:
        self._host = PluginHost().load(departments=[source])
        self.record: PluginRecord = self._host.records[-1]
        if self.record.reason:
            self._host.close()
            raise NotFit(
                f"{self.record.name}（{self.record.stage}）：{self.record.reason}\n{self.record.trace}".strip()
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._host.close()

    @property
    def host(self) -> PluginHost:
        """The host, with OneGrid's own plugins and this one."""
        return self._host

    def run(
        self, handler_id: str, inputs: Mapping[str, Any], *, answers: Mapping[str, Any] | None = None, **case: Any
    ) -> Ran:
        """Call a handler once, as the host would: inputs checked, in the plugin's process, with its time limit.

        Args:
            handler_id: `plugin.verb_noun`.
            inputs: as the process would give them.
            answers: question, e.g. `grid.get`, → the answer, or a function of the question's arguments. A question
                without an answer is answered with null; one that the handler may not ask is denied, as in real life.
            case: of `JOB`, what is otherwise than there.

        Raises:
            LookupError: the plugin has no such handler.
        """
        handler = self.record.handlers.get(handler_id)
        if handler is None or self.record.info is None or self.record.process is None:
            raise LookupError(
                f"{self.record.name} 没有处理器 {handler_id}，只有 {'、'.join(self.record.handlers) or '—'}"
            )
        unknown = set(case) - set(JOB)
        if unknown:
            raise TypeError(f"{', '.join(sorted(unknown))}: {', '.join(JOB)} can be said of a case")
        if faults := handler.inputs().validate(dict(inputs)):
            return Ran(failure=f"its inputs do not fit its declaration: {faults}")
        asked: list[Asked] = []
        asker = Asker(self.record.info, handler_id, handler.uses, {**JOB, **case}["org_path"], _nowhere)
        broker = self._broker(answers or {}, asked)
        outcome = self.record.process.run(handler, {**JOB, **case, "inputs": inputs}, answering(broker, asker))
        match outcome:
            case Completed(outputs):
                return Ran(outputs=outputs, asked=tuple(asked))
            case Raised(code, message, variables):
                return Ran(error=code, message=message, variables=variables, asked=tuple(asked))
            case Failed() as failed:
                return Ran(failure=failed.message, retried=failed.retryable, after=failed.after, asked=tuple(asked))

    def _broker(self, answers: Mapping[str, Any], asked: list[Asked]) -> Broker:
        """Return a broker with the rights of the real one, and the answers of the test."""

        def scripted(question: str, function: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(function)  # with its signature: a question that is asked wrongly is denied
            def answer(_session: object, _org_path: str, *arguments: Any, **named: Any) -> Any:
                asked.append(Asked(question, arguments, named))
                known = answers.get(question)
                return known(*arguments, **named) if callable(known) else known

            return answer

        return Broker(_scripted(capability, scripted) for capability in self._host.capabilities.values())


def _scripted(capability: Capability, scripted: Callable[[str, Callable[..., Any]], Callable[..., Any]]) -> Capability:
    questions = {question: scripted(question, function) for question, function in capability.questions.items()}
    return replace(capability, questions=questions)


def _nowhere(*_: Any, **__: Any) -> Any:
    """Give the unit of work that scripted answers do not need."""
    return nullcontext(SimpleNamespace(session=None))
