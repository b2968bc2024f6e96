"""What the studio's calls answer with: a process with its files, findings, differences. Plain JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from engine.bpmn import guard
from engine.bpmn.reading import read
from engine.designing import obstacle
from engine.errors import DeploymentRefused, NotFound
from engine.trial.lines import Line, finding_as_json
from web.language import current_language, translated
from web.studio_words import words_for
from web.texts import gettext, in_readers_language

if TYPE_CHECKING:
    from engine.bpmn.merging import Clash
    from engine.bpmn.revision import Revision
    from engine.findings import Finding
    from engine.merging import Merged
    from engine.services.versions import Version
    from engine.work import Work

Json = dict[str, Any]

KINDS = (
    (".bpmn", "bpmn"),
    (".dmn", "dmn"),
    (".form.json", "form"),
    ("messages.json", "messages"),
    (".i18n.json", "texts"),
    (".feature", "scenario"),
)


def kind_of(name: str) -> str:
    """Return what kind of file a name is of, `other` for none of ours."""
    return next((kind for ending, kind in KINDS if name.endswith(ending)), "other")


def bundle(work: Work, key: str, number: int | None) -> Json:
    """Return a process as the studio opens it: the newest version with the actor's draft, or an older one to look at.

    Raises:
        NotFound: no such version, and no draft of a new process.
    """
    draft = None if number else work.drafts.of(key)
    if number is None and not work.definitions.knows(key):
        if draft is None:
            raise NotFound(f"没有流程“{key}”。", key=key)
        return {
            **{
                "key": key,
                "name": drawn_name(draft.files, key),
                "version": 0,
                "digest": "",
                "deployed": None,
                "files": [],
            },
            **{"draft": _draft(draft), "readonly": False, "why_readonly": ""},
        }
    version = work.versions.one(key, number)
    newest = number is None or number == work.definitions.latest(key).version
    why = why_not(work, version)
    return {
        "key": key,
        "name": name_of(work, version),
        "version": version.definition.version,
        "digest": version.deployment.digest,
        "deployed": deployed(version),
        "files": _files(work.versions.files(version.deployment.id)),
        "draft": _draft(draft) if draft is not None and not why else None,
        "readonly": bool(why) or not newest,
        "why_readonly": in_readers_language(why)
        if why or newest
        else in_readers_language("这是以前的版本，只能查看。"),
    }


def why_not(work: Work, version: Version) -> str:
    """Return why the actor may not change a process, "" when they may."""
    found = obstacle(work, version)
    return "" if found is None else in_readers_language(str(found))


def name_of(work: Work, version: Version) -> str:
    """Return what a process is called, in the reader's language where its bundle says so."""
    try:
        return translated(work.definitions.of(version.definition.id), version.definition.name)
    except DeploymentRefused:  # by an older engine, and not read by this one
        return version.definition.name


def drawn_name(files: Mapping[str, str | None], key: str) -> str:
    """Return what a process is called that was never deployed: as it is drawn, or its key."""
    for name, text in files.items():
        if not name.endswith(".bpmn") or not text or guard.inspect(text.encode(), name):
            continue
        found = next((each for each in read(text.encode(), name).processes if each.id == key), None)
        if found is not None:
            return found.name or key
    return key


def deployed(version: Version) -> Json:
    """Return by whom, when and why a version was deployed."""
    return {
        "by": version.by,
        "at": version.deployment.deployed_at.isoformat(),
        "reason": version.deployment.reason,
        "owner": version.deployment.owner,
    }


def _files(files: Mapping[str, bytes]) -> list[Json]:
    return [
        {"name": name, "kind": kind_of(name), "text": content.decode("utf-8", "replace")}
        for name, content in files.items()
    ]


def _draft(draft: Any) -> Json:
    return {"files": draft.files, "base_version": draft.base_version, "saved_at": draft.saved_at.isoformat()}


def findings(found: Iterable[Line | Finding]) -> list[Json]:
    """Return findings in the reader's language, errors first."""
    lines = [each if isinstance(each, dict) else finding_as_json(each) for each in found]
    language = "zh" if current_language() == "zh" else "en"
    said = [
        {
            **{name: line[name] for name in ("severity", "code", "file", "line", "element")},
            "message": line[f"message_{language}"],
            "hint": line[f"hint_{language}"],
        }
        for line in lines
    ]
    return sorted(said, key=lambda each: each["severity"] != "error")


def clashes(merged: Merged) -> list[Json]:
    """Return what two designers have both changed, as warnings at its elements."""
    return [
        {
            **{"severity": "warning", "code": "merge.both", "file": file, "line": 0, "element": clash.element},
            "message": _told(clash),
            "hint": gettext("已保留您的；请与对方的核对。"),
        }
        for file, clash in merged.clashes
    ]


def _told(clash: Clash) -> str:
    if not clash.element:
        return gettext("两人都改了这个文件")
    sides = {
        side: gettext("删去了") if text is None else gettext("“%(said)s”", said=text)
        for side, text in (("mine", clash.mine), ("theirs", clash.theirs))
    }
    if clash.what == "place":
        return gettext("两人都移动了它")
    if not clash.what:
        return gettext("两人都改了它：您：%(mine)s；对方：%(theirs)s", **sides)
    return gettext("两人都改了“%(what)s”：您：%(mine)s；对方：%(theirs)s", what=words_for(clash.what), **sides)


def differences(revision: Revision) -> Json:
    """Return what is different as JSON, the properties called as people call them."""
    return {
        "elements": [
            {
                **{"id": each.id, "name": each.name, "type": each.type, "file": each.file, "change": each.change},
                "details": [
                    {"what": words_for(name), "property": name, "before": before, "after": after}
                    for name, before, after in each.details
                    if not name.endswith("]/@type")  # of a parameter: what it is given says all of it
                ],
            }
            for each in revision.elements
        ],
        "files": [{"name": each.name, "change": each.change, "lines": each.lines} for each in revision.files],
    }
