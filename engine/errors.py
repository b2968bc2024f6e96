"""Errors of the engine. The docstring is the default message (zh) and tells the reader what to do; `code` is stable.

Facts are attributes, never only in the text. `web/errors.py` translates them once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar


class EngineError(Exception):
    """操作未完成，请重试；若仍失败请联系管理员。"""

    code: ClassVar[str] = "engine.error"

    def __init__(self, message: str | None = None, **facts: Any) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.facts = facts
        for name, value in facts.items():
            setattr(self, name, value)


class NotFound(EngineError):
    """没有找到，或您无权查看。"""

    code = "not-found"


class Forbidden(EngineError):
    """您的岗位不能执行此操作。"""

    code = "forbidden"


class TaskAlreadyCompleted(EngineError):
    """该任务已由他人办结，无需再办。"""

    code = "task.already-completed"
    by: str
    at: datetime


class TaskCancelled(EngineError):
    """该任务已取消：流程已转入其他步骤。"""

    code = "task.cancelled"


class TaskClaimed(EngineError):
    """该任务已由他人认领，正在办理。"""

    code = "task.claimed"
    by: str


class InstanceChanged(EngineError):
    """办理期间流程已有变化，请刷新页面后再试；已填写的内容已保留。"""

    code = "instance.changed"


class InstanceEnded(EngineError):
    """流程已经结束。"""

    code = "instance.ended"


class MessageNotAwaited(EngineError):
    """流程当前不接受此操作，请刷新页面查看最新进展。"""

    code = "message.not-awaited"


class MessageInvalid(EngineError):
    """消息的内容不符合约定，未送达。"""

    code = "message.invalid"
    name: str
    errors: dict[str, str]


class FormInvalid(EngineError):
    """有内容需要修改，请查看标出的字段。"""

    code = "form.invalid"
    errors: dict[str, list[str]]


class DeploymentRefused(EngineError):
    """流程文件有错误，未部署。"""

    code = "deployment.refused"
    findings: list[Any]


class VersionSuperseded(EngineError):
    """流程已有更新的版本，未部署；您的草稿已保留。请查看差异，再以新版为基础部署。"""

    code = "version.superseded"
    by: str
    at: datetime
    version: int


class KeyTaken(EngineError):
    """这个流程编号不能使用。"""

    code = "key.taken"
    key: str


class FilesInvalid(EngineError):
    """文件不能保存。"""

    code = "files.invalid"
    file: str


class StateFormatUnknown(EngineError):
    """实例的存储格式不是本版本所能读取的，请使用写入它的版本或先升级。"""

    code = "state.format-unknown"


class IdempotencyKeyReused(EngineError):
    """同一请求编号被用于不同的内容，请刷新页面后重新提交。"""

    code = "idempotency.key-reused"


class PluginRefused(EngineError):
    """插件未能加载。"""

    code = "plugin.refused"


class PluginUnknown(EngineError):
    """没有这个部门插件。"""

    code = "plugin.unknown"
    plugin: str


class ReasonMissing(EngineError):
    """请填写理由：它会记入日志。"""

    code = "reason.missing"


class GuardRefused(EngineError):
    """此写入被拒绝。"""

    code = "guard.refused"


class TokenNotWaiting(EngineError):
    """流程已不在此步骤，请刷新页面查看最新进展。"""

    code = "token.not-waiting"
    token: str


class TimerNotDue(EngineError):
    """定时尚未到期。"""

    code = "timer.not-due"
    due_at: datetime


class ProcessFailed(EngineError):
    """流程图在此步骤无法继续，请联系流程设计人员。"""

    code = "process.failed"
    element_id: str


class SettingInvalid(EngineError):
    """此设置的值不符合插件的要求。"""

    code = "setting.invalid"
    key: str


class SettingUnreadable(EngineError):
    """不能解密插件的设置：密钥文件不是写入时所用的那一个。请恢复密钥文件，或重新填写。"""

    code = "setting.unreadable"


class RepairRefused(EngineError):
    """此项修复不能执行。"""

    code = "repair.refused"


class VariableInvalid(EngineError):
    """变量的名称或值不能使用。"""

    code = "variable.invalid"
    name: str


class MigrationRefused(EngineError):
    """该实例不能迁移到此版本。"""

    code = "migration.refused"
    obstacles: list[Any]


class TryAgain(EngineError):
    """系统正忙，请稍后重发同一请求。"""

    code = "try-again"


class TopicForbidden(EngineError):
    """此令牌无权领取其中的主题，或没有这个主题。"""

    code = "topic.forbidden"
    topics: list[str]
    known: list[str]


class JobCancelled(EngineError):
    """作业已取消：流程已转入其他步骤，或已结束。请停止办理。"""

    code = "job.cancelled"


class LockLost(EngineError):
    """作业的锁已失去：已到期、已另交他人，或作业已了结。请放弃本次结果。"""

    code = "lock.lost"


class OutputsInvalid(EngineError):
    """输出不符合声明；锁仍有效，改正后可再次报告。"""

    code = "outputs.invalid"
    errors: dict[str, Any]


class ErrorUndeclared(EngineError):
    """处理器没有声明这个错误代码；锁仍有效，改正后可再次报告。"""

    code = "error.undeclared"
    declared: list[str]


class TokenRefused(EngineError):
    """不能这样设置令牌。"""

    code = "token.refused"


class ArchiveRefused(EngineError):
    """不能制作档案。"""

    code = "archive.refused"
