"""Errors as people and programs get them: a page that says what to do next, or problem+json with a stable code.

The one place where an EngineError becomes a status. No traceback ever leaves the server: the log has it, under the
request's id, and the page shows that id.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from flask_babel import lazy_gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine import errors
from engine.transient import is_away
from web import formats, programs
from web.security import limiter
from web.texts import gettext, in_readers_language

log = logging.getLogger(__name__)

STATUS: dict[type[errors.EngineError], int] = {
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.TaskAlreadyCompleted: 409,
    errors.TaskCancelled: 409,
    errors.TaskClaimed: 409,
    errors.InstanceChanged: 409,
    errors.InstanceEnded: 409,
    errors.MessageNotAwaited: 409,
    errors.MessageInvalid: 422,
    errors.IdempotencyKeyReused: 422,
    errors.FormInvalid: 422,
    errors.DeploymentRefused: 422,
    errors.VersionSuperseded: 409,
    errors.KeyTaken: 422,
    errors.FilesInvalid: 422,
    errors.GuardRefused: 422,
    errors.PluginUnknown: 404,
    errors.ReasonMissing: 422,
    errors.TopicForbidden: 403,
    errors.JobCancelled: 404,
    errors.LockLost: 409,
    errors.OutputsInvalid: 422,
    errors.ErrorUndeclared: 422,
    errors.TryAgain: 503,
    errors.RepairRefused: 422,
    errors.VariableInvalid: 422,
    errors.ProcessFailed: 422,
    errors.TokenNotWaiting: 409,
}

TITLES = {
    400: lazy_gettext("请求有误"),
    401: lazy_gettext("令牌缺失、未知或已失效"),
    403: lazy_gettext("没有权限"),
    404: lazy_gettext("没有找到"),
    405: lazy_gettext("请求有误"),
    409: lazy_gettext("情况已有变化"),
    413: lazy_gettext("内容过大"),
    422: lazy_gettext("内容需要修改"),
    429: lazy_gettext("操作过于频繁"),
    500: lazy_gettext("系统出错了"),
    503: lazy_gettext("系统暂时不可用"),
}

ADVICE = {
    400: lazy_gettext("请返回上一页，刷新后重试。"),
    403: lazy_gettext("如确需办理，请联系管理员核对您的岗位。"),
    404: lazy_gettext("请检查网址；该内容也可能不在您的辖区内。您可以从待办或办件列表进入。"),
    409: lazy_gettext("请查看最新进展，再决定下一步。"),
    413: lazy_gettext("请返回上一页，把文件压缩，或分几次上传。"),
    422: lazy_gettext("请返回修改后重新提交。"),
    429: lazy_gettext("请稍候再试。"),
    500: lazy_gettext("您已提交的内容若未显示成功，请重试；若仍失败，请把下面的编号告诉管理员。"),
}


@dataclass(frozen=True)
class Problem:
    """What went wrong, for one answer. `code` is stable; `facts` are plain JSON."""

    status: int
    code: str
    message: str
    facts: dict[str, Any]


def attach(app: Flask) -> None:
    """Let the application answer errors through this module."""
    app.register_error_handler(errors.EngineError, on_engine_error)
    app.register_error_handler(RateLimitExceeded, on_too_many)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_unforeseen)


def message_of(error: errors.EngineError) -> str:
    """Return what the error says to the reader, with its facts, in the reader's language."""
    if isinstance(error, errors.TaskAlreadyCompleted):
        when = formats.moment(error.at)
        return gettext("该任务已由%(by)s于%(at)s办结。", by=error.by, at=when)
    if isinstance(error, errors.TaskClaimed):
        return gettext("该任务已由%(by)s认领，正在办理。", by=error.by)
    return in_readers_language(str(error))


def status_of(error: errors.EngineError) -> int:
    """Return the HTTP status of an engine error; 500 for one that no request should cause."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def on_engine_error(error: errors.EngineError) -> Response:
    """Answer an error that the engine raised in a view."""
    status = status_of(error)
    if status == 500:
        log.error("engine error", exc_info=error)
    facts = {name: _plain(value) for name, value in error.facts.items()}
    return answer(Problem(status, error.code, message_of(error), facts))


def on_too_many(_error: RateLimitExceeded) -> Response:
    """Answer a client that asked too often, and say when it may again."""
    limit = limiter.current_limit
    seconds = max(1, math.ceil(limit.reset_at - time.time())) if limit else 60
    message = gettext("尝试次数过多，请在 %(seconds)d 秒后再试。", seconds=seconds)
    response = answer(Problem(429, "too-many-requests", message, {"retry_after": seconds}))
    response.headers["Retry-After"] = str(seconds)
    return response


def on_csrf_error(_error: CSRFError) -> Response:
    """Answer a post without the page's own token."""
    message = gettext("页面已过期或来源不明，内容未提交。请返回上一页，刷新后重试。")
    return answer(Problem(400, "csrf", message, {}))


def on_http_error(error: HTTPException) -> Response:
    """Answer what Flask itself refuses: unknown address, wrong method, too large."""
    if error.code is None or error.response is not None:
        return Response(error.get_response().response, status=error.code)
    message = str(TITLES.get(error.code, error.name))
    return answer(Problem(error.code, f"http.{error.code}", message, {}))


def on_unforeseen(error: Exception) -> Response:
    """Answer a fault of ours. Everything about it goes to the log, nothing to the reader."""
    log.error("unforeseen error", exc_info=error)
    if is_away(error):
        message = gettext(
            "数据库暂时不可用，或者存储空间已满：刚才的内容没有保存。请稍候再提交；一直如此的，请告诉管理员。"
        )
        return answer(Problem(503, "database.away", message, {}))
    message = gettext("系统遇到了没有预料到的情况，已记录。")
    return answer(Problem(500, "internal", message, {}))


def answer(problem: Problem) -> Response:
    """Return the problem as a page, or as problem+json to a program, or as the standard has it that it speaks."""
    own = programs.own_fault()
    if own is not None:
        return own(problem.status, problem.message)
    response = _json(problem) if wants_json() else Response(_page(problem))
    response.status_code = problem.status
    return response


def wants_json() -> bool:
    """Return whether the client asked for JSON rather than for a page; calls for programs get nothing else."""
    accepted = request.accept_mimetypes
    return programs.asks() or request.is_json or accepted["application/json"] > accepted["text/html"]


def _json(problem: Problem) -> Response:
    body = {
        "type": "about:blank",
        "title": str(TITLES.get(problem.status, "")),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.message,
        "request_id": g.get("request_id"),
        **problem.facts,
    }
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response


def _page(problem: Problem) -> str:
    title = TITLES.get(problem.status, TITLES[500])
    return render_template("error.html", problem=problem, title=title, advice=ADVICE.get(problem.status, ""))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str | int | float | bool | dict | None):
        return value
    return [str(item) for item in value] if isinstance(value, list) else str(value)
