"""What departments fill in when they apply for an item of the catalogue: invented items on real laws."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from plugins.demo.accounts import ACCOUNTS
from plugins.demo.divisions import COUNTY
from plugins.demo.story import Scene

DAY = timedelta(days=1)

ITEMS: Final[Mapping[tuple[str, int], tuple[str, str, str, str, bool]]] = {
    ("HUD", 0): (
        "楼道堆物占用上报",
        "发现楼道、公共走廊堆放物品的，通过平台上报。",
        "湖南省物业管理条例",
        "第五十条",
        True,
    ),
    ("AMR", 0): (
        "预付费商户停业线索上报",
        "发现预付费商户停业、失联的，通过平台上报。",
        "消费者权益保护法",
        "第五十三条",
        True,
    ),
    ("NHC", 0): ("公共场所禁烟劝导", "劝导室内公共场所吸烟行为。", "基本医疗卫生与健康促进法", "第七十八条", False),
    ("NHC", 1): ("居民饮用水异味线索上报", "收到饮用水异味反映的，通过平台上报。", "传染病防治法", "第二十九条", True),
    ("FRB", 0): ("消防设施巡查登记", "查看消火栓、灭火器是否完好并登记。", "消防法", "第三十二条", True),
    ("FRB", 1): (
        "电动自行车楼内充电上报",
        "发现在门厅、楼道充电的，劝导并上报。",
        "高层民用建筑消防安全管理规定",
        "第三十七条",
        True,
    ),
    ("EEB", 0): (
        "沿街商铺噪声线索上报",
        "发现沿街商铺使用高音广播的，通过平台上报。",
        "噪声污染防治法",
        "第六十四条",
        True,
    ),
    ("EEB", 1): ("小河塘水体异常上报", "发现水体变色、异味的，通过平台上报。", "水污染防治法", "第十一条", True),
    ("MCA", 0): ("婚丧事宜信息采集", "采集本网格婚丧事宜信息。", "殡葬管理条例", "第十七条", False),
    ("EMB", 0): (
        "汛期低洼院落巡查上报",
        "汛期每日查看低洼院落积水，超过警戒的上报。",
        "突发事件应对法",
        "第六十四条",
        True,
    ),
}
"""Department and number → name, what the worker does, law, article, whether it needs a qualification."""


def item(scene: Scene, department: str, number: int) -> dict[str, Any]:
    """Fill in a new item of a department."""
    name, description, law, article, qualified = ITEMS[department, number]
    note = (
        {"requires_enforcement_qualification": True, "qualification_note": "责令改正须有执法资格"} if qualified else {}
    )
    return {
        "name": name,
        "description": description,
        "worker_action": "report_only" if qualified else "publicise",
        "service_object": "本网格居民、商户",
        "est_minutes_per_case": 10,
        "est_cases_per_grid_year": 12,
        **note,
        "legal_bases": [_basis(law, article, description)],
        "guidance_person": contact(department),
        "training": {"hours": 4, "on": (scene.today + 30 * DAY).isoformat(), "materials": "办理指引"},
        "resources": "办理指引",
        "funding": {"amount_cny": 3000, "source": "部门预算"},
    }


def _basis(law: str, article: str, excerpt: str) -> dict[str, Any]:
    kind = "law" if law.endswith("法") else "local_regulation"
    return {"title": law, "article": article, "doc_type": kind, "excerpt": excerpt, "effective_from": "2019-01-01"}


def amendment(scene: Scene) -> dict[str, Any]:
    """Fill in the item as it is, with what is asked of an application beside."""
    minutes = 15 if scene.turn else 10
    bases = [{**basis, "effective_from": "2021-07-01"} for basis in scene.data["draft"]["legal_bases"]]
    given = {name: value for name, value in scene.data["draft"].items() if value not in (None, "", {})}
    return given | {
        "legal_bases": bases,
        "description": "对乱涂写、乱张贴当场劝导，协助清除，拒不改正的上报。",
        "service_object": "临街商户、居民",
        "est_minutes_per_case": minutes,
        "est_cases_per_grid_year": 24,
        "training": {"hours": 4, "on": scene.today.isoformat(), "materials": "办理指引"},
    }


def contact(department: str) -> dict[str, str]:
    """Return whom workers may ask."""
    unit = f"{COUNTY}-{department}"
    who = next(each for each in ACCOUNTS if (each.group, each.org_unit) == ("department_staff", unit))
    return {"name": who.name, "phone": "0746-0000021", "unit": "业务科"}
