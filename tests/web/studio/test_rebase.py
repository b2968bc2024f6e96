"""Somebody else has deployed meanwhile: one's own changes on their version."""

from __future__ import annotations

from typing import Any

from tests.web.studio.conftest import Designer
from tests.web.studio.test_deploying import renamed


def rebase(designer: Designer, files: dict[str, str | None], base_version: int = 1) -> Any:
    return designer.send("POST", "/studio/stones/rebase", {"files": files, "base_version": base_version})


def test_what_both_did_is_in_the_files_and_can_be_deployed(designer: Designer, master: Designer) -> None:
    mine = renamed(designer) | {"note.i18n.json": "{}"}
    assert master.deploy(renamed(master, 'name="办结"', 'name="全部办结"')).status_code == 201

    found = rebase(designer, mine).json
    assert (found["version"], found["findings"]) == (2, [])
    assert set(found["files"]) == {"stones.bpmn", "note.i18n.json"}
    for name in ("填写采石申请", "全部办结"):
        assert f'name="{name}"' in found["files"]["stones.bpmn"]
    assert designer.deploy(found["files"], base_version=2, once="another-key").json["version"] == 3


def test_of_what_both_changed_ones_own_is_kept_and_said_at_its_element(designer: Designer, master: Designer) -> None:
    mine = renamed(designer)
    master.deploy(renamed(master, after='name="写申请"'))
    found = rebase(designer, mine).json
    assert found["files"] == mine
    (finding,) = found["findings"]
    assert (finding["severity"], finding["file"], finding["element"]) == ("warning", "stones.bpmn", "apply")
    assert finding["message"] == "两人都改了“名称”：您：“填写采石申请”；对方：“写申请”"


def test_with_nothing_new_nothing_is_different(designer: Designer) -> None:
    mine = renamed(designer)
    assert rebase(designer, mine).json == {"version": 1, "files": mine, "findings": []}
    assert rebase(designer, mine, 9).status_code == 404
