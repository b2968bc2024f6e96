"""Every row of D4–D8 and every path of an incident has a scenario that shows it; the table says which.

`processes`: played when the bundle is checked, with stand-ins for the handlers. `features`: through the real forms, on
the demo county. D7's measures, whom each row tells, are asked row by row in `test_incident_referral.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {"processes": ROOT / "processes/incident_referral/scenarios", "features": ROOT / "features"}

ROWS = {
    **{f"D4 {row}": ("processes", "routing", f"D4 第{row}行") for row in range(1, 13)},
    **{
        f"D5 {name}": ("processes", "limits", f"D5：{name}")
        for name in ("emergency", "urgent", "enquiry", "normal", "complex", "statutory")
    },
    **{f"D6 {row}": ("processes", "disputes", f"D6 第{row}行") for row in range(1, 6)},
    "D6 4, a new legal basis": ("processes", "disputes", "提出新的法律依据的提请上一级"),
    **{
        f"D7 {row}, {urgency}": ("processes", "escalation", f"D7 第{row}行：{when}，{urgency}")
        for row, when in enumerate(("过半", "八成", "到期", "逾期1个工作日", "逾期5个工作日"), 1)
        for urgency in ("一般", "急件", "紧急险情")
    },
    "D7 6, rework": ("processes", "escalation", "D7 第6行：返工两次"),
    "D7 6, disputes": ("processes", "escalation", "D7 第6行：争议两次落败"),
    **{f"D8 {row}": ("processes", "closing", f"D8 第{row}行") for row in range(1, 7)},
}
"""Row of a table → where it is shown: file and title, or the beginning of one."""

PATHS = {
    "4, a worker reports on the phone": ("features", "incidents/worker", "不须资格的事项，由该网格的网格员自行处置"),
    "4, a resident reports": ("features", "incidents/public", "反映后得到回执号"),
    "4, sent twice": ("features", "incidents/public", "同一张表单重复提交"),
    "4, a point on the map": ("features", "incidents/worker", "系统找不到网格的，街道经办人在图上点出位置"),
    "4, duplicates are merged": ("processes", "routing", "D4 第4行：重复的合并后结束"),
    "4, referral only (I10)": ("features", "incidents/must_refer", "绕过流程把它留给网格员，数据库拒绝"),
    "4, outside the catalogue (I11)": ("features", "incidents/worker", "清单外的事件人工研判"),
    "5, self-handled with evidence": ("features", "incidents/worker", "处置后的照片随结果留存"),
    "5, the worker cannot solve it": ("features", "incidents/worker", "网格员解决不了的"),
    "5, signed and handled": ("features", "incidents/referral", "部门签收、办理，他人核查"),
    "5, assisting results reach the lead": ("features", "incidents/assisting", "协办单位办结以前，主办单位不能办结"),
    "5, an assisting unit returns": ("features", "incidents/assisting", "同意协办单位退回的，随即改派"),
    "5, return agreed": ("features", "incidents/referral", "退回得到同意，改派另一部门"),
    "5, return refused": ("features", "incidents/returns", "退回没有得到同意"),
    "5, return without its basis": ("features", "incidents/referral", "退回说不出法律依据的"),
    "5, return too late": ("features", "incidents/returns", "超过一个工作日的不得退回"),
    "5, the reporter is asked": ("processes", "returns", "先向报事人了解情况"),
    "5, a ruling binds (I12)": ("features", "incidents/referral", "争议由县级负责人裁定，被指定的不能再退回"),
    "5, a ruling is a precedent": ("features", "incidents/returns", "裁定留作先例"),
    "5, a ruling passes up": ("features", "incidents/returns", "县级逾期没有裁定的，提请市级"),
    "5, D6 1, offices of one township": ("features", "incidents/returns", "同一街道各办公机构之间的争议"),
    "5, D6 3, between counties": ("features", "incidents/returns", "与相邻县区同类部门的争议"),
    "5, D6 5, city and county": ("features", "incidents/returns", "市、县两级部门都有职责的"),
    "5, a ruling adds assistants": ("processes", "disputes", "维持主办、另定协办的，随即增派协办"),
    "5, extension granted": ("features", "incidents/clock", "同意延期，任务的期限随之改变"),
    "5, extension refused, the second": ("features", "incidents/clock", "不同意延期，期限不变；第二次由县级负责人决定"),
    "5, extension, engineering": ("features", "incidents/clock", "工程类的延期由县级负责人决定"),
    "5, extension, beyond the limit": ("features", "incidents/clock", "延长超过原期限的"),
    "5, extension, silence": ("features", "incidents/clock", "一个工作日没有决定的，视为不同意"),
    "5, suspension and resumption": ("features", "incidents/clock", "挂账停止计时，恢复后期限顺延"),
    "5, suspension ends with its review": ("features", "incidents/clock", "没有人恢复的，到复核日期继续计时"),
    "5, suspension refused": ("features", "incidents/clock", "不同意挂账的，照常计时"),
    "5, termination": ("features", "incidents/clock", "终止办理，转其他法定途径"),
    "5, a department's own process": ("features", "incidents/referral", "部门有自己流程的事项"),
    "5, rework and the second": ("features", "incidents/closing", "第一次返工期限减半，第二次返工县级督办"),
    "5, a low score reopens": ("features", "incidents/closing", "反映人评分低的"),
    "5, explained": ("features", "incidents/closing", "反映人不满意，平台解释后结案"),
    "5, silence closes, reopened in time": ("features", "incidents/closing", "没有评价的期满结案"),
    "5, reopened too late": ("features", "incidents/closing", "十个工作日以后不能重新启动"),
    "5, the ladder and supervision": ("features", "incidents/clock", "逾期逐级催办、督办"),
    "5, one supervision at a time": ("processes", "escalation", "还有没办的督办的，不另开一件"),
    "7, an untrained worker": ("features", "incidents/hands", "网格员未经专题培训的，由街道组织处置"),
    "7, handed to another worker": ("features", "incidents/hands", "街道把任务转交另一名网格员"),
    "7, the grid is changed meanwhile": ("features", "incidents/hands", "网格拆分以后，未结的事件仍属发生时的网格"),
    "7, who changes a grid is told": ("features", "incidents/hands", "拟调整网格的，看到其中有几件未结事件"),
    "7, training": ("features", "workforce", "缺席培训的不得自行处置，补训以后可以"),
}
"""Point of the mission and path → where it is shown."""


def titles(kind: str, file: str) -> Iterator[str]:
    place = FOLDERS[kind] / file
    for path in sorted(place.rglob("*.feature")) if place.is_dir() else [place.with_suffix(".feature")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            keyword, _, title = line.strip().partition(":")
            if keyword in ("场景", "场景大纲"):
                yield title.strip()


@pytest.mark.parametrize("what", [*ROWS, *PATHS])
def test_a_scenario_shows_it(what: str) -> None:
    kind, file, wanted = (ROWS | PATHS)[what]
    assert any(title.startswith(wanted) or wanted in title for title in titles(kind, file)), f"{what}: {wanted}"
