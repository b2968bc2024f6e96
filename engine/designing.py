"""Changing a process by drawing it: from the files somebody sends to a bundle that may be deployed.

A designer is trusted with less than whoever has the folder `processes/`: a process that only some may change stays
theirs, and no bundle takes over what belongs to another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access import may_design
from engine.bpmn.ownership import prefix
from engine.bundle import KINDS, Bundle
from engine.errors import DeploymentRefused, FilesInvalid, Forbidden, KeyTaken, ReasonMissing, VersionSuperseded
from engine.findings import Finding, Severity
from engine.tables.definitions import Deployment, Origin, ProcessDefinition

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.services.versions import Version
    from engine.work import Work

KEY = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
LONGEST_KEY = 60
FILE_LIMIT = 1 << 20
"""Bytes of one file."""
TOTAL_LIMIT = 3 << 20
COUNT_LIMIT = 200
SHORTEST_REASON = 5
"""Characters."""
_PATH = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,79}/){0,2}[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")

Changes = Mapping[str, str | None]
"""Name → text of the files that differ from a version; None for one taken away."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants to deploy.

    Attributes:
        key: of the process.
        base_version: the version that it began with; 0: the process is new.
        bundle: all files as they would be.
    """

    key: str
    base_version: int
    bundle: Bundle


def propose(work: Work, key: str, changes: Changes, base_version: int) -> Proposal:
    """Return what changes of a version come to. Whether it may be deployed is asked later.

    Raises:
        NotFound: there is no such version.
        FilesInvalid: a name or a size that is not taken.
    """
    base = work.versions.one(key, base_version) if base_version else None
    files = work.versions.files(base.deployment.id) if base else {}
    for name, text in changes.items():
        if text is None:
            files.pop(name, None)
        else:
            files[name] = _encoded(name, text)
    _check_sizes(files)
    return Proposal(key, base_version, Bundle(base.deployment.name if base else key, files))


def check_changes(changes: Changes) -> None:
    """Raise FilesInvalid for files that could never be deployed: their names, their sizes."""
    _check_sizes({name: _encoded(name, text) for name, text in changes.items() if text is not None})


def _encoded(name: str, text: str) -> bytes:
    if len(name) > 200 or not _PATH.fullmatch(name) or not name.endswith(KINDS):
        raise FilesInvalid(
            f"文件名“{name[:200]}”不能使用：只用字母、数字、下划线和连字符，以 {'、'.join(KINDS)} 结尾。", file=name
        )
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise FilesInvalid(f"文件“{name}”含有不能保存的字符。", file=name) from error


def _check_sizes(files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        if len(content) > FILE_LIMIT:
            raise FilesInvalid(f"文件“{name}”超过 {FILE_LIMIT >> 20} MiB。", file=name)
    if len(files) > COUNT_LIMIT or sum(map(len, files.values())) > TOTAL_LIMIT:
        raise FilesInvalid(f"流程包超过 {COUNT_LIMIT} 个文件或 {TOTAL_LIMIT >> 20} MiB。", file="")


def check_key(work: Work, key: str) -> None:
    """Raise KeyTaken for a key that a new process cannot have."""
    if fault := _key_fault(work, key):
        raise fault
    if work.definitions.knows(key) or work.definitions.deployments(key):
        raise KeyTaken(f"已有流程“{key}”，请换一个编号。", key=key)


def _key_fault(work: Work, key: str) -> KeyTaken | None:
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        return KeyTaken(
            f"流程编号“{key[:100]}”不能使用：小写字母开头，只含小写字母、数字、_ 和 -，至多 {LONGEST_KEY} 个字符。",
            key=key,
        )
    owner = next((owner for owner in sorted(work.versions.owners()) if key.startswith(prefix(owner))), None)
    if owner is None:
        return None
    return KeyTaken(f"以“{prefix(owner)}”开头的编号属于部门插件“{owner}”，请换一个编号。", key=key)


def obstacle(work: Work, version: Version) -> Forbidden | None:
    """Return why the actor may not change a process, None when they may."""
    owner = version.deployment.owner
    if owner:
        return Forbidden(f"此流程由部门插件“{owner}”提供，随插件更新，不能在此修改。")
    try:
        groups = _designers(work, version.deployment)
    except DeploymentRefused:  # by an older engine, and not read by this one
        return Forbidden("现行版本不能被本系统读取，不能在此修改；请由管理员用文件重新部署。")
    if may_design(work.actor, groups):
        return None
    return Forbidden(f"此流程只能由岗位组 {'、'.join(sorted(groups))} 修改。")


def _designers(work: Work, deployment: Deployment) -> frozenset[str]:
    """Return the groups of which one must be held to change a bundle: of all its processes that name some."""
    groups: frozenset[str] | None = None
    for row in work.definitions.in_deployment(deployment.id):
        named = work.definitions.of(row.id).designers
        if named:
            groups = named if groups is None else groups & named
    # two processes of a bundle that have nobody in common: nobody may
    return frozenset({""}) if groups is not None and not groups else groups or frozenset()


def permit(work: Work, proposal: Proposal) -> None:
    """Raise Forbidden unless the actor may change the process."""
    if proposal.base_version and (refusal := obstacle(work, work.versions.one(proposal.key))):
        raise refusal
    if not may_design(work.actor):
        raise Forbidden


def objections(work: Work, proposal: Proposal, definitions: Sequence[Definition]) -> list[Finding]:
    """Return what stands against deploying processes that the deploy gate has read, beside what it says itself."""
    found = [finding for definition in definitions for finding in _objections(work, proposal, definition)]
    if all(definition.key != proposal.key for definition in definitions):
        found.append(
            Finding(
                Severity.ERROR,
                "process.gone",
                "",
                0,
                proposal.key,
                f"文件中没有流程“{proposal.key}”",
                f"the process {proposal.key!r} is in none of the files",
                "流程的编号不能更改；要停用它，请联系管理员。",
                "The id of a process cannot change; ask an administrator to retire it.",
            )
        )
    return found


def _objections(work: Work, proposal: Proposal, definition: Definition) -> Iterator[Finding]:
    def fault(code: str, zh: str, en: str, hint_zh: str, hint_en: str) -> Finding:
        return Finding(Severity.ERROR, code, definition.file, 1, definition.key, zh, en, hint_zh, hint_en)

    key = definition.key
    if not may_design(work.actor, definition.designers):
        groups = ", ".join(sorted(definition.designers))
        yield fault(
            "process.designers",
            f"属性 designers 设为 {groups}，您自己将不能再修改流程“{key}”",
            f"with designers = {groups} you could not change {key!r} any more yourself",
            "请写入一个您所在的岗位组。",
            "Name a group that you hold.",
        )
    if work.definitions.knows(key):
        place = work.versions.one(key).deployment
        if (place.name, place.owner) != (proposal.bundle.name, ""):
            yield fault(
                "process.elsewhere",
                f"流程“{key}”已在流程包“{place.name}”中",
                f"the process {key!r} is in the bundle {place.name!r} already",
                "请换一个编号。",
                "Choose another id.",
            )
    elif refusal := _key_fault(work, key):
        yield fault(
            "process.key",
            str(refusal).removesuffix("。"),
            f"the id {key!r} cannot be used: lower-case letters, digits, - and _; no department's prefix",
            "请换一个编号。",
            "Choose another id.",
        )


def deploy(work: Work, proposal: Proposal, definitions: Sequence[Definition], reason: str) -> Deployment:
    """Deploy what has passed the gate and met no objection, and throw the draft away.

    Raises:
        ReasonMissing: shorter than SHORTEST_REASON.
        Forbidden: the actor may not.
        VersionSuperseded: somebody has deployed the process since; `by`, `at` and `version` tell.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing(f"请用至少 {SHORTEST_REASON} 个字说明改了什么、为什么。")
    permit(work, proposal)
    _check_newest(work, proposal)
    deployment = work.definitions.accept(proposal.bundle, definitions, reason.strip(), origin=Origin.STUDIO)
    work.drafts.discard(proposal.key)
    return deployment


def _check_newest(work: Work, proposal: Proposal) -> None:
    newest = (
        sa.select(ProcessDefinition.version)
        .where(ProcessDefinition.key == proposal.key)
        .order_by(ProcessDefinition.version.desc())
        .limit(1)
        .with_for_update()  # of two who deploy at once, the second waits here, and sees the first one's version
    )
    work.session.scalar(newest)
    version = work.session.scalar(newest)
    if (version or 0) != proposal.base_version:
        raise superseded(work, proposal.key)


def superseded(work: Work, key: str) -> VersionSuperseded:
    """Return the error that tells who has deployed the newest version of a process, and when."""
    newest = work.versions.one(key)
    return VersionSuperseded(by=newest.by, at=newest.deployment.deployed_at, version=newest.definition.version)


def changes_to(wanted: Mapping[str, bytes], newest: Mapping[str, bytes]) -> dict[str, str | None]:
    """Return the changes that make files of the newest ones."""
    changed: dict[str, str | None] = {
        name: content.decode() for name, content in wanted.items() if newest.get(name) != content
    }
    return changed | {name: None for name in newest if name not in wanted}
