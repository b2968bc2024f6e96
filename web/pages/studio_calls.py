"""What the studio in the browser asks for: a process with its files, the palette, drafts, findings, differences.

Checking takes seconds, so it happens in no transaction and in a process of its own, which is stopped at its limits.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from engine.access import may_design
from engine.bpmn.definition import Definition
from engine.bpmn.revision import revise
from engine.designing import (
    SHORTEST_REASON,
    Changes,
    Proposal,
    changes_to,
    check_changes,
    check_key,
    deploy,
    objections,
    obstacle,
    permit,
    propose,
    superseded,
)
from engine.errors import DeploymentRefused, FilesInvalid, Forbidden, ReasonMissing
from engine.findings import Finding, refuses
from engine.merging import merge_files
from engine.trial.judging import Judges
from engine.trial.lines import Line
from web import studio_view
from web.idempotency import fingerprint, posted_key
from web.request import current_actor, current_engine, current_work, end_work, read_only, separate_work
from web.studio_palette import palette
from web.texts import gettext

calls = Blueprint("studio_calls", __name__, url_prefix="/studio/<key>")

JUDGES = "onegrid.judges"
REASON_LENGTH = 1000


@calls.before_request
def enter() -> None:
    """Let designers in, and nobody else."""
    if not may_design(current_actor()):
        raise Forbidden


@calls.get("/bundle")
def bundle(key: str) -> ResponseReturnValue:
    """The process with its files and the actor's draft; `?version=n`: an older version."""
    return jsonify(studio_view.bundle(current_work(), key, request.args.get("version", type=int)))


@calls.get("/palette")
def show_palette(key: str) -> ResponseReturnValue:
    """What may be put on the diagram."""
    return jsonify(palette(current_work(), current_engine(), key))


@calls.put("/draft")
def keep(key: str) -> ResponseReturnValue:
    """Keep what the actor has drawn."""
    work = current_work()
    changes, base_version = _asked()
    check_changes(changes)
    if work.definitions.knows(key):
        if refusal := obstacle(work, work.versions.one(key)):
            raise refusal
    else:
        check_key(work, key)
    work.drafts.keep(key, changes, base_version)
    return Response(status=204)


@calls.delete("/draft")
def discard(key: str) -> ResponseReturnValue:
    """Throw the actor's draft away."""
    current_work().drafts.discard(key)
    return Response(status=204)


@calls.post("/check")
@read_only
def check(key: str) -> ResponseReturnValue:
    """What the deploy gate says of the changes, the scenarios played too."""
    proposal = _proposal(key)
    lines, _ = _judged(proposal)
    return jsonify({"findings": studio_view.findings(lines)})


@calls.post("/diff")
@read_only
def diff(key: str) -> ResponseReturnValue:
    """What the changes make different from the version that is deployed now."""
    work = current_work()
    proposal = _proposal(key)
    known = work.definitions.knows(key)
    running = work.versions.files(work.versions.one(key).deployment.id) if known else {}
    try:
        revision = revise(running, proposal.bundle.files, work.feel)
    except DeploymentRefused as refused:
        return _refusal(refused.findings)
    return jsonify(studio_view.differences(revision))


@calls.post("/rebase")
@read_only
def rebase(key: str) -> ResponseReturnValue:
    """The changes on the newest version instead of the one they began with, and what others have changed as well."""
    proposal = _proposal(key)
    versions = current_work().versions
    base = versions.files(versions.one(key, proposal.base_version).deployment.id) if proposal.base_version else {}
    newest = versions.one(key)
    files = versions.files(newest.deployment.id)
    merged = merge_files(base, proposal.bundle.files, files)
    return jsonify(
        {
            "version": newest.definition.version,
            "files": changes_to(merged.files, files),
            "findings": studio_view.clashes(merged),
        }
    )


@calls.post("/deploy")
@read_only
def deploy_changes(key: str) -> ResponseReturnValue:
    """Deploy the changes, for the reason given."""
    reason = str(_body().get("reason") or "").strip()[:REASON_LENGTH]
    if len(reason) < SHORTEST_REASON:
        raise ReasonMissing(f"请用至少 {SHORTEST_REASON} 个字说明改了什么、为什么。")
    proposal = _proposal(key)
    permit(current_work(), proposal)
    asked = fingerprint(request.path, [proposal.bundle.digest, proposal.base_version, reason])
    lines, definitions = _judged(proposal)
    if any(_refuses(line) for line in lines):
        return _refusal(lines)
    try:
        with separate_work(current_actor(), write=True) as work:

            def do() -> dict[str, Any]:
                deployment = deploy(work, proposal, definitions, reason)
                rows = work.definitions.in_deployment(deployment.id)
                version = next(row.version for row in rows if row.key == key)
                return {"version": version, "url": url_for("studio.edit", key=key)}

            answer = work.once(posted_key(), asked, do)
    except IntegrityError as error:  # two new processes of one key at the same moment
        with separate_work(current_actor(), write=False) as work:
            raise superseded(work, key) from error
    return jsonify(answer), 201


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise FilesInvalid(gettext("请求的内容应为 JSON 对象。"), file="")
    return body


def _asked() -> tuple[Changes, int]:
    """Return the changed files and the version that they began with."""
    body = _body()
    files, base_version = body.get("files", {}), body.get("base_version")
    if not isinstance(files, dict) or not all(text is None or isinstance(text, str) for text in files.values()):
        raise FilesInvalid(gettext("files 应为：文件名 → 文字，删去的为 null。"), file="")
    if base_version is None:
        work = current_work()
        key = (request.view_args or {})["key"]
        base_version = work.definitions.latest(key).version if work.definitions.knows(key) else 0
    if not isinstance(base_version, int) or base_version < 0:
        raise FilesInvalid(gettext("base_version 应为版本号；新的流程为 0。"), file="")
    return files, base_version


def _proposal(key: str) -> Proposal:
    changes, base_version = _asked()
    return propose(current_work(), key, changes, base_version)


def _judged(proposal: Proposal) -> tuple[list[Line | Finding], list[Definition]]:
    """Return all that stands against a proposal, and its processes; the request's transaction ends before."""
    engine, actor = current_engine(), current_actor()
    contents = list(proposal.bundle.files.values())
    shelf = current_work().versions.mentioned(contents, proposal.bundle.name)
    end_work()
    plugins = engine.plugins
    lines: list[Line | Finding] = [*_judges().judge(proposal.bundle, plugins.handlers, plugins.field_types, shelf)]
    if any(_refuses(line) for line in lines):
        return lines, []
    with separate_work(actor, write=False) as work:
        definitions, found = work.definitions.read(proposal.bundle)
        said = {(line["code"], line["file"], line["line"], line["element"]) for line in lines if isinstance(line, dict)}
        lines += [each for each in found if (each.code, each.file, each.line, each.element_id) not in said]
        lines += objections(work, proposal, definitions)
    return lines, definitions


def _refuses(line: Line | Finding) -> bool:
    return line["severity"] == "error" if isinstance(line, dict) else refuses([line])


def _refusal(found: list[Any]) -> ResponseReturnValue:
    body = {
        **{"type": "about:blank", "status": 422, "code": DeploymentRefused.code},
        "title": gettext("内容需要修改"),
        "detail": gettext("流程文件有错误，未部署。"),
        "findings": studio_view.findings(found),
    }
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response, 422


def _judges() -> Judges:
    return cast(Judges, current_app.extensions[JUDGES])
