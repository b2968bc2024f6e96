"""Assisting units: what one returns goes to another at once; the lead answers when all results have reached it."""

from __future__ import annotations

import pytest

from engine.errors import FormInvalid
from engine.tables.people import OrgUnit
from engine.types import SYSTEM
from tests.plugins.incidents.desk import EMB, UMB
from tests.plugins.incidents.stage import HANDLED, RETURN, Stage

HUD, MSB = "431103-HUD", "431103-MSB"
COUNTY = "431103"


@pytest.fixture
def shared(stage: Stage) -> Stage:
    """An incident outside the catalogue, led by UMB, assisted by EMB and HUD; the lead has signed."""
    with stage.engine.begin(SYSTEM) as work:
        for code in (HUD, MSB):
            path = f"/431100/{COUNTY}/{code}/"
            work.session.add(OrgUnit(code=code, parent_code=COUNTY, name=code, kind="department", path=path))
    stage.report(item=None)
    stage.act("triage", decision="refer", lead=UMB, assists=[EMB, HUD], reason="涉及三个部门")
    stage.at(UMB, "sign", action="sign")
    return stage


def test_what_an_assisting_unit_returns_goes_to_another_at_once(shared: Stage) -> None:
    shared.at(EMB, "sign", **RETURN)
    shared.act("decide_return", decision="agree_redispatch", unit=MSB, reason="确属市场监管职责")
    assert shared.referrals == [f"{UMB} signed", f"{EMB} returned", f"{HUD} dispatched", f"{MSB} dispatched"]
    assert sorted(shared.waiting) == [f"handle@{UMB}", f"sign@{HUD}", f"sign@{MSB}"], "nobody waits for the others"
    for unit in (HUD, MSB):
        shared.at(unit, "sign", action="sign")
        shared.at(unit, "handle", **{**HANDLED, "measures": f"{unit} 已协助"})
    shared.at(UMB, "handle", **HANDLED)
    [task] = shared.open()
    assert task.element_id == "feedback"
    assert f"{MSB} 已协助" in str(task.data)
    shared.act("feedback", reply="各部门已经处理完毕")
    assert shared.referrals[0] == f"{UMB} completed"


def test_an_assisting_unit_may_return_what_another_returned(shared: Stage) -> None:
    shared.at(EMB, "sign", **RETURN)
    shared.act("decide_return", decision="agree_redispatch", unit=MSB, reason="确属市场监管职责")
    shared.at(MSB, "sign", **{**RETURN, "suggested_department": HUD})
    shared.act("decide_return", decision="agree_redispatch", unit=HUD, reason="确属住建职责")
    assert shared.referrals == [f"{UMB} signed", f"{EMB} returned", f"{HUD} dispatched", f"{MSB} returned"]
    assert sorted(shared.waiting) == [f"handle@{UMB}", f"sign@{HUD}"], "it assists already"


def test_nobody_assists_in_place_of_whom_the_lead_replaces(shared: Stage) -> None:
    shared.at(EMB, "sign", **RETURN)
    shared.act("decide_return", decision="agree_redispatch", unit=UMB, reason="主办单位自行办理")
    assert shared.referrals == [f"{UMB} signed", f"{EMB} returned", f"{HUD} dispatched"]


def test_who_is_ruled_to_assist_instead_cannot_return_it(shared: Stage) -> None:
    shared.at(EMB, "sign", **RETURN)
    shared.act("decide_return", decision="to_dispute", departments=[MSB], reason="两家都不认")
    for unit in (EMB, MSB):
        shared.at(unit, "position", ours="other", text="不属本局职责", basis="三定方案")
    shared.act("rule_county", decision="rule", lead=MSB, assists=[], reasons="职责法定", basis="《规定》第四条")
    assert shared.referrals[-1] == f"{MSB} designated"
    with pytest.raises(FormInvalid) as refused:
        shared.at(MSB, "sign", **RETURN)
    assert "action" in refused.value.errors, "I12: the form does not offer it"
    assert shared.referrals[-1] == f"{MSB} designated"


def test_a_ruling_adds_assisting_units_to_a_lead_that_stays(shared: Stage) -> None:
    shared.report(item=None)
    shared.act("triage", decision="refer", lead=UMB, assists=[], reason="由城管负责")
    shared.at(UMB, "sign", **RETURN)
    shared.act("decide_return", decision="to_dispute", departments=[EMB], reason="两家都不认")
    for unit in (UMB, EMB):
        shared.at(unit, "position", ours="other", text="不属本局职责", basis="三定方案")
    shared.act("rule_county", decision="rule", lead=UMB, assists=[EMB], reasons="职责法定", basis="《规定》第四条")
    assert shared.referrals == [f"{UMB} signed", f"{EMB} designated"]
    shared.at(UMB, "handle", **HANDLED)
    assert shared.referrals[0] == f"{UMB} signed", "the lead waits for the unit that was added"
    shared.at(EMB, "sign", action="sign")
    shared.at(EMB, "handle", **HANDLED)
    shared.act("feedback", reply="已经处理")
    assert shared.referrals == [f"{UMB} completed", f"{EMB} completed"]
