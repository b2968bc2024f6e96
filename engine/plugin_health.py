"""How plugins are doing: what the host knows, what the database knows, and what of it is trouble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError
from engine.findings import Severity
from engine.outcome import Answered
from engine.plugins.process import NO_CASE
from engine.plugins.record import PluginRecord, PluginState
from engine.services.breakers import BreakerState, state_of
from engine.services.plugin_figures import Queue
from engine.services.switches import EVERYWHERE

if TYPE_CHECKING:
    from engine.plugins.host import PluginHost
    from engine.services.plugin_figures import PluginFigures
    from engine.work import Work

ERROR, WARNING = "error", "warning"

SLOW_IMPORT = 2.0
"""Seconds: an import that takes longer holds up every start; it belongs inside of functions."""

LONG = timedelta(hours=1)
"""A job that waits for longer is remarked on."""

HEALTH = "onegrid_health"
HEALTH_SECONDS = 5.0
MISSING = "missing"
"""State of a plugin that the database knows of, and the host does not."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something an operator should know; an `error` is trouble. Texts in both languages."""

    severity: str
    code: str
    message_zh: str
    message_en: str


@dataclass
class PluginHealth:
    """All that is known of one plugin, for `plugins list`, `doctor` and the operations page.

    Attributes:
        host: what this process knows, see `facts`.
        breaker: closed, open or half-open; with `retry_at`, `last_error` and `last_success_at` of the database.
        off: counties in which it is switched off, "" for all.
        queue: its jobs.
        undelivered: deliveries to it that are dead.
        workers: worker's place → what that worker said last, see `facts`.
        remarks: what is wrong or odd.
    """

    name: str
    title: str
    core: bool
    host: Mapping[str, Any]
    breaker: str = BreakerState.CLOSED
    retry_at: datetime | None = None
    last_error: str = ""
    last_success_at: datetime | None = None
    off: Sequence[str] = ()
    queue: Queue = Queue()  # noqa: RUF009  frozen
    undelivered: int = 0
    workers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether there is no trouble."""
        return all(remark.severity != ERROR for remark in self.remarks)


def facts(record: PluginRecord, checks: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return what a host knows of a plugin, as JSON; `checks` are the answers of its health checks."""
    lanes = record.process
    return {
        "state": record.state,
        "stage": record.stage,
        "reason": record.reason,
        "trace": record.trace,
        "distribution": record.distribution,
        "version": record.version,
        "api": record.info.api if record.info else "",
        "handlers": len(record.handlers),
        "import_seconds": round(record.seconds, 3),
        "starts": record.starts,
        "restarts": lanes.restarts if lanes else 0,
        "kills": record.kills,
        "lanes": lanes.count if lanes else 0,
        "most_lanes": lanes.most if lanes else 0,
        "warnings": [*record.warnings, *record.deprecations],
        "checks": list(checks),
        "content": [str(finding) for finding in record.findings if finding.severity is Severity.ERROR],
    }


def installation_settings(work: Work | None, record: PluginRecord) -> Mapping[str, Any] | str | None:
    """Return the plugin's settings for the whole installation, or why they cannot be read; None: not without `work`."""
    if work is None and record.info is not None and record.info.settings is not None:
        return None
    if work is None or record.core:
        return {}
    try:
        return work.settings.of(record.name, EVERYWHERE)
    except EngineError as error:
        return str(error)


def health_checks(
    host: PluginHost, record: PluginRecord, settings: Mapping[str, Any] | str | None, seconds: float = HEALTH_SECONDS
) -> list[dict[str, Any]]:
    """Ask a department's plugin how it is; return `{name, ok, detail, hint}` each. One that cannot say is not well.

    No transaction should be open around it on a busy system. `settings` is what `installation_settings` gave.
    """
    if settings is None:
        return []
    if isinstance(settings, str):
        return [{"name": "settings", "ok": False, "detail": settings, "hint": ""}]
    if record.core or record.state is not PluginState.READY or HEALTH not in record.hooks:
        return []
    answer = host.call(record.name, HEALTH, {}, seconds, {**NO_CASE, "settings": settings})
    if not isinstance(answer, Answered):
        not_well = {"name": HEALTH, "ok": False, "detail": answer.message, "hint": ""}
        return [] if answer.spared else [not_well]  # busy is not sick
    found = answer.value if isinstance(answer.value, list) else []
    return [
        {
            "name": str(check.get("name", "")),
            "ok": check.get("ok") is True,
            "detail": str(check.get("detail", ""))[:500],
            "hint": str(check.get("hint", ""))[:500],
        }
        for check in found[:50]
        if isinstance(check, dict)
    ]


def survey(host: PluginHost, work: Work | None, *, ask: bool = False) -> list[PluginHealth]:
    """Return how every plugin is doing, those included that only the database knows of.

    Args:
        host: the plugins of this process.
        work: a unit of work to read with; None when the database is away, whose part is left out then.
        ask: whether to run the plugins' health checks here, up to HEALTH_SECONDS each.
    """
    found = {
        record.name: PluginHealth(
            record.name,
            record.title,
            record.core,
            facts(record, health_checks(host, record, installation_settings(work, record)) if ask else ()),
        )
        for record in reversed(host.records)  # of two with one name the first counts
    }
    found = dict(reversed(found.items()))
    if work is not None:
        _read(found, work)
    undelivered = work.deliveries.dead() if work else {}
    for health in found.values():
        health.undelivered = undelivered.get(health.name, 0)
        health.remarks = [*_of_host(health), *_of_database(health, work.clock.now() if work else None)]
    return list(found.values())


def _read(found: dict[str, PluginHealth], work: Work) -> None:
    """Fill in what the database knows."""

    def of(name: str) -> PluginHealth:
        return found.setdefault(name, PluginHealth(name, name, False, {"state": MISSING, "warnings": [], "checks": []}))

    figures: PluginFigures = work.plugin_figures
    for name, queue in figures.queues().items():
        of(name).queue = queue
    for name, breaker in work.breakers.all().items():
        health = of(name)
        health.breaker, health.retry_at = state_of(breaker, work.clock.now()), breaker.retry_at
        health.last_error, health.last_success_at = breaker.last_error, breaker.last_success_at
    for switch in work.switches.all():
        if not switch.enabled:
            of(switch.plugin).off = [*of(switch.plugin).off, switch.county]
    for report in figures.reports():
        if report.plugin in found:
            of(report.plugin).workers = {**of(report.plugin).workers, report.worker: report.detail}


def _of_host(health: PluginHealth) -> list[Remark]:
    """Remark on what this process and the workers say; the same of several is said once."""
    remarks: dict[tuple[str, str], Remark] = {}
    for where, said in (("", health.host), *health.workers.items()):
        for remark in _of_facts(said, where):
            remarks.setdefault((remark.code, remark.message_en.removesuffix(f" ({where})")), remark)
    return list(remarks.values())


def _of_facts(said: Mapping[str, Any], where: str) -> list[Remark]:
    at = f" ({where})" if where else ""
    remarks = []
    if said["state"] == PluginState.QUARANTINED:
        why = f"{said['stage']}: {said['reason']}"
        remarks.append(Remark(ERROR, "quarantined", f"已隔离，{why}{at}", f"quarantined, {why}{at}"))
    if (seconds := said.get("import_seconds", 0)) > SLOW_IMPORT:
        remarks.append(
            Remark(WARNING, "slow-import", f"载入用了 {seconds:g} 秒{at}", f"the import took {seconds:g} s{at}")
        )
    remarks += [Remark(WARNING, "warning", f"{text}{at}", f"{text}{at}") for text in said["warnings"]]
    for text in said.get("content", ()):
        remarks.append(Remark(ERROR, "content", f"内容有误：{text}{at}", f"an error in its content: {text}{at}"))
    for check in said["checks"]:
        if not check["ok"]:
            text = "：".join(filter(None, (check["name"], check["detail"], check["hint"])))
            remarks.append(Remark(ERROR, "check", f"检查未通过：{text}{at}", f"a check fails: {text}{at}"))
    return remarks


def _of_database(health: PluginHealth, now: datetime | None) -> list[Remark]:
    queue, remarks = health.queue, []
    if health.breaker != BreakerState.CLOSED:
        remarks.append(
            Remark(ERROR, "breaker", f"熔断：{health.last_error}", f"the breaker is open: {health.last_error}")
        )
    if health.host["state"] == MISSING and queue.waiting:
        text = f"没有安装，{queue.waiting} 个作业在等它"
        remarks.append(Remark(ERROR, "missing", text, f"not installed, and {queue.waiting} jobs wait for it"))
    if health.undelivered:
        text = f"{health.undelivered} 项事件或消息无法送达，见 onegrid plugins deliveries"
        en = f"{health.undelivered} events or messages cannot be delivered, see onegrid plugins deliveries"
        remarks.append(Remark(ERROR, "undelivered", text, en))
    if queue.dead:
        remarks.append(Remark(ERROR, "dead", f"{queue.dead} 个停摆的作业", f"{queue.dead} dead jobs"))
    if health.off:
        where = "、".join(county or "所有区县" for county in health.off)
        en = ", ".join(county or "all counties" for county in health.off)
        remarks.append(Remark(WARNING, "off", f"已停用：{where}", f"switched off: {en}"))
    if now is not None and queue.oldest is not None and now - queue.oldest > LONG and not health.core:
        since = queue.oldest.isoformat(timespec="minutes")
        remarks.append(Remark(WARNING, "waits", f"最早的作业自 {since} 等待", f"the oldest job waits since {since}"))
    return remarks
