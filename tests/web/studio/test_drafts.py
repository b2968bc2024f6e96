"""Drafts, new processes, older versions."""

from __future__ import annotations

from tests.web.studio.conftest import Designer
from tests.web.studio.test_deploying import renamed


def test_a_draft_is_there_again_after_the_login_was_lost(designer: Designer, master: Designer) -> None:
    changes = renamed(designer)
    kept = designer.send("PUT", "/studio/stones/draft", {"files": changes, "base_version": 1})
    assert kept.status_code == 204
    designer.client.delete_cookie("onegrid_login")
    assert designer.send("PUT", "/studio/stones/draft", {"files": {}, "base_version": 1}).status_code == 401
    designer.log_in("designer")

    draft = designer.bundle()["draft"]
    assert (draft["files"], draft["base_version"]) == (changes, 1)
    assert draft["saved_at"]
    assert master.bundle()["draft"] is None  # everybody their own


def test_a_draft_goes_when_it_is_thrown_away_or_deployed(designer: Designer) -> None:
    changes = renamed(designer)
    for act in ("discard", "deploy"):
        designer.send("PUT", "/studio/stones/draft", {"files": changes, "base_version": 1})
        if act == "discard":
            assert designer.send("DELETE", "/studio/stones/draft").status_code == 204
        else:
            designer.deploy(changes)
        assert designer.bundle()["draft"] is None


def test_a_new_process_is_drawn_and_deployed(designer: Designer) -> None:
    answer = designer.post("/studio/", {"key": "leave-request", "name": "请假 <审批>"})
    assert answer.headers["Location"] == "/studio/leave-request"
    assert "尚未部署" in designer.get("/studio/").text
    assert "<h1>请假 &lt;审批&gt;</h1>" in designer.get("/studio/leave-request").text
    found = designer.bundle("leave-request")
    assert (found["version"], found["files"], found["draft"]["base_version"]) == (0, [], 0)

    deployed = designer.deploy(found["draft"]["files"], "一个新的流程", key="leave-request", base_version=0)
    assert deployed.json == {"version": 1, "url": "/studio/leave-request"}
    assert designer.bundle("leave-request")["name"] == "请假 <审批>"
    again = designer.deploy(
        found["draft"]["files"], "一个新的流程", key="leave-request", base_version=0, once="another-key"
    )
    assert (again.status_code, again.json["version"]) == (409, 1)


def test_nobody_sees_the_new_process_of_another(designer: Designer, master: Designer) -> None:
    designer.post("/studio/", {"key": "leave-request", "name": "请假"})
    assert master.get("/studio/leave-request").status_code == 404


def test_an_older_version_is_looked_at_and_taken_back(designer: Designer) -> None:
    first = designer.text("stones.bpmn")
    designer.deploy({**renamed(designer), "extra.dmn": None, "note.i18n.json": "{}"})

    old = designer.bundle(version=1)
    assert (old["version"], old["readonly"], old["draft"]) == (1, True, None)
    assert designer.get("/studio/stones?version=1").status_code == 200
    assert designer.get("/studio/stones?version=9").status_code == 404

    taken = designer.post("/studio/stones/versions/1/draft")
    assert taken.headers["Location"] == "/studio/stones"
    draft = designer.bundle()["draft"]
    assert (draft["files"], draft["base_version"]) == ({"stones.bpmn": first, "note.i18n.json": None}, 2)
    assert designer.post("/studio/stones/versions/1/draft").headers["Location"] == "/studio/stones/versions"  # asks
    assert designer.post("/studio/stones/versions/1/draft", {"replace": "1"}).headers["Location"] == "/studio/stones"
    assert designer.deploy(draft["files"], "退回第一版", base_version=2, once="another-key").json["version"] == 3
    assert designer.text("stones.bpmn") == first


def test_the_difference_of_two_versions(designer: Designer) -> None:
    changes = renamed(designer)
    text = changes["stones.bpmn"]
    assert text
    changes["stones.bpmn"] = text.replace('value="application.stones"', 'value="application.pebbles"')
    designer.deploy(changes)
    html = designer.get("/studio/stones/compare?old=1&new=2").text
    assert "填写采石申请" in html
    assert "参数 stones" in html
    assert "<del>application.stones</del>" in html
    assert "两个版本没有差异" in designer.get("/studio/stones/compare?old=2&new=2").text


def test_the_difference_from_what_runs(designer: Designer) -> None:
    text = designer.text("stones.bpmn")
    moved = text.replace('bpmnElement="count"', 'bpmnElement="count"', 1)
    at = moved.index("<dc:Bounds", moved.index('bpmnElement="count"'))
    moved = moved[:at] + moved[at:].replace('x="', 'x="1', 1)
    found = designer.send(
        "POST", "/studio/stones/diff", {"files": {"stones.bpmn": moved, "apply.form.json": None}}
    ).json
    assert [(each["id"], each["change"]) for each in found["elements"] if each["type"] != "form"] == [
        ("count", "moved")
    ]
    assert [(each["name"], each["change"]) for each in found["files"]] == [
        ("apply.form.json", "removed"),
        ("stones.bpmn", "changed"),
    ]
    broken = designer.send("POST", "/studio/stones/diff", {"files": {"stones.bpmn": "<no"}})
    assert (broken.status_code, broken.json["findings"][0]["code"]) == (422, "xml.malformed")


def test_the_palette(designer: Designer) -> None:
    found = designer.get("/studio/stones/palette").json
    count = next(each for each in found["handlers"] if each["id"] == "plugin_stones.count_stones")
    assert [each["id"] for each in count["inputs"]] == ["stones"]
    assert {each["id"] for each in found["forms"]} == {"apply", "review"}
    assert {"id": "reviewer", "title": "审核"} in found["groups"]
    assert {each["key"] for each in found["processes"]} == {"stones"}
    assert {each["id"] for each in found["properties"]["lane"]} == {"group", "unit"}
