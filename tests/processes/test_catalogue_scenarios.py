"""Every row of D3 and every path of the catalogue has a scenario that shows it; the table says which.

`processes`: played when the bundle is checked, with stand-ins for the handlers. `features`: through the real forms, on
the demo county. D3 is asked row by row in `test_catalogue_inclusion.py` too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {"processes": ROOT / "processes/catalogue_inclusion/scenarios", "features": ROOT / "features/catalogue"}

INCLUSION = ("features", "inclusion")
ROWS = {
    "D3 1": (*INCLUSION, "| 纳入的事项没有依据 "),
    "D3 2": (*INCLUSION, "| 纳入的事项只有规范性文件 "),
    "D3 3, not in force": (*INCLUSION, "| 纳入的事项依据已经失效 "),
    "D3 3, not quoted": (*INCLUSION, "| 纳入的事项没有写条文原文 "),
    "D3 4": (*INCLUSION, "| 纳入的事项让网格员处理执法事项 "),
    "D3 5": (*INCLUSION, "| 纳入的事项没有业务指导专人 "),
    "D3 6": (*INCLUSION, "| 纳入的事项没有资源也没有经费 "),
    "D3 7": (*INCLUSION, "| 纳入的事项与在用事项相近 "),
    "D3 8, no end": (*INCLUSION, "| 临时纳入的事项没有截止日期 "),
    "D3 8, too long": (*INCLUSION, "| 临时纳入的事项截止日期超过90日 "),
    "D3 8, renewed twice": (*INCLUSION, "申请表在“截止日期”处指出“至多续期一次”"),
    "D3 9": (*INCLUSION, "| 纳入的事项自己划片定人 "),
    "D3 10": (*INCLUSION, "| 纳入的事项工作量过大 "),
    "D3, everything at once": (*INCLUSION, "场景: 形式审查一次查出全部问题"),
}
"""Row of the table → where it is shown: file and line."""

PATHS = {
    "include": (*INCLUSION, "场景: 从提请到生效，社会公众先看到公示"),
    "amend": (*INCLUSION, "场景: 调整在用的事项，审查人看到原来的内容"),
    "amend, simplified": (*INCLUSION, "场景: 依据、资格要求和网格员做什么都不变的调整，走简化程序"),
    "amend, simplified, I14": (*INCLUSION, "场景: 审查人在主管部门任职的，简化程序的调整仍须批准"),
    "remove": (*INCLUSION, "场景: 事项退出清单，到期以前仍在用"),
    "temporary": (*INCLUSION, "场景: 临时事项走简化程序，到期不再在用"),
    "temporary, expiry and renewal": (*INCLUSION, "场景: 临时事项到期，流程随之办结，至多续期一次"),
    "correction": (*INCLUSION, "场景: 一次性告知补正"),
    "correction, late": (*INCLUSION, "场景: 逾期没有补正，视为撤回"),
    "correction, failed": (*INCLUSION, "场景: 补正后仍不符合要求的，不予受理"),
    "correction, once": (*INCLUSION, "场景: 已经补正过一次的，不能再要求补正"),
    "not accepted": (*INCLUSION, "场景: 不予受理"),
    "silence and objection": (*INCLUSION, "场景: 有部门不同意、有部门没有答复，协调后注明"),
    "revised after an objection": (*INCLUSION, "场景: 协调后修改，重新会签"),
    "townships, agreement": (*INCLUSION, "场景: 抽选的乡镇（街道）参加会签，没有答复的记为逾期"),
    "legality refused": (*INCLUSION, "场景: 让网格员执法的，合法性审查退回"),
    "consultation": (*INCLUSION, "场景: 征求社会意见，逐条处理并公布"),
    "consultation, silence": (*INCLUSION, "场景: 没有收到意见的，期满直接严格审查"),
    "refused by the review": (*INCLUSION, "场景: 严格审查不予纳入"),
    "refused by the approver": (*INCLUSION, "场景: 批准机关不予批准"),
    "I14": (*INCLUSION, "场景: 批准人在申请部门任职的，须回避"),
    "returned": (*INCLUSION, "场景大纲: 审查、批准的各个环节都可以退回修改"),
    "withdrawn": (*INCLUSION, "场景大纲: 批准前的各个环节都可以撤回"),
    "withdrawn while the public is asked": ("processes", "inclusion", "场景: 征求意见中撤回"),
    "not withdrawn after the approval": (*INCLUSION, "场景: 批准以后不能撤回"),
    "guarantees late": (*INCLUSION, "场景: 没有落实保障的不生效，逾期提醒"),
    "I9 at the effective day": (*INCLUSION, "场景: 到生效日期依据已经失效的，不形成新版清单"),
    "superseded": ("processes", "inclusion", "场景: 其间被后一决定取代的，不生效"),
    "suspended and taken up again, D4 6": (
        "features",
        "suspension",
        "场景: 暂停的事项网格员不办理，恢复保障后才恢复使用",
    ),
    "suspended, by whom": ("features", "suspension", "场景: 只有本县区的审核人可以暂停，须说明原因"),
    "suspended, late": ("processes", "suspension", "场景: 没有恢复的退回；逾期提醒县级负责人"),
    "guidance person left, found by the watch": (
        "features",
        "suspension",
        "场景: 业务指导专人离岗的，系统提请县级核实",
    ),
    "too few trained, not suspended": ("features", "suspension", "场景: 参训比例不足的，系统写明人数"),
    "lapse settled meanwhile": ("processes", "lapse", "场景: 已经在核实的，不须处理"),
    "one review at a time": ("processes", "watch", "场景: 已经在复核的，不再复核"),
    "basis repealed": ("features", "suspension", "场景: 依据失效的事项自动发起复核，决定以前仍然有效"),
    "yearly review": ("processes", "watch", "场景: 复核由主管部门办理，内容先按现行事项填好"),
    "which grid, by a point": ("features", "public", "场景: 居民按所在位置查到网格、管理机构和网格员"),
}
"""Path → where it is shown."""


@pytest.mark.parametrize("what", [*ROWS, *PATHS])
def test_a_scenario_shows_it(what: str) -> None:
    kind, file, wanted = (ROWS | PATHS)[what]
    lines = (FOLDERS[kind] / f"{file}.feature").read_text(encoding="utf-8").splitlines()
    assert any(wanted in line for line in lines), f"{what}: {wanted}"
