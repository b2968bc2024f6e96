"""Who can log in to the demo: invented people and the posts they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.core_api import OPERATOR
from plugins.demo.divisions import CITY, COUNTY, NEIGHBOUR, OFFICES_OF, departments

URBAN_TOWNSHIP, RURAL_TOWNSHIP = "431103001", "431103102"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can log in. `title` is what the list of accounts says of the post; `also` a second group held."""

    login: str
    name: str
    group: str
    org_unit: str
    title: str
    also: str = ""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups held, in the same unit."""
        return (self.group, self.also) if self.also else (self.group,)

    @property
    def person_id(self) -> str:
        """The person's id; stable, so that a second load finds the first."""
        return f"demo.{self.login}"


_OFFICES: Final = (
    Account("mw.clerk", "何清禾", "township_clerk", URBAN_TOWNSHIP, "梅湾街道 经办"),
    Account("mw.worker1", "陈巷暖", "grid_worker", URBAN_TOWNSHIP, "梅湾街道 网格员一"),
    Account("mw.worker2", "秦晓桥", "grid_worker", URBAN_TOWNSHIP, "梅湾街道 网格员二"),
    Account("mw.worker3", "罗向晴", "grid_worker", URBAN_TOWNSHIP, "梅湾街道 网格员三"),
    Account("mw.leader", "唐望舒", "township_leader", URBAN_TOWNSHIP, "梅湾街道 负责人"),
    Account("plq.clerk", "蒋禾田", "township_clerk", RURAL_TOWNSHIP, "普利桥镇 经办"),
    Account("plq.worker1", "伍青禾", "grid_worker", RURAL_TOWNSHIP, "普利桥镇 网格员一"),
    Account("plq.worker2", "龙穗丰", "grid_worker", RURAL_TOWNSHIP, "普利桥镇 网格员二"),
    Account("plq.leader", "欧阳山青", "township_leader", RURAL_TOWNSHIP, "普利桥镇 负责人"),
    Account("lst.reviewer1", "周明衡", "county_reviewer", COUNTY, "冷水滩区 审核一"),
    Account("lst.reviewer2", "吕知微", "county_reviewer", COUNTY, "冷水滩区 审核二", also="catalogue_approver"),
    Account("lst.leader", "李守正", "county_leader", COUNTY, "冷水滩区 负责人"),
    Account("yz.city", "文以载", "city_agency", CITY, "永州市 备案"),
    Account("lst.clerk", "郑理清", "agency_clerk", COUNTY, "冷水滩区 清单经办"),
    Account("lst.legal", "秦守则", "legality_reviewer", f"{COUNTY}-JB", "冷水滩区司法局 合法性审查"),
    Account("lst.approver", "魏公允", "catalogue_approver", COUNTY, "冷水滩区 清单批准"),
    Account("lst.designer", "苏绘流", "process_designer", COUNTY, "冷水滩区 流程设计"),
    Account(
        "lst.division_designer",
        "顾正则",
        "process_designer",
        COUNTY,
        "冷水滩区 网格划分流程设计",
        also="grid_division_designer",
    ),
    Account("yz.auditor", "沈明察", "auditor", CITY, "永州市 审计"),
    Account("admin", "系统管理员", OPERATOR, CITY, "运行维护"),
)

_STAFF: Final = {
    f"{COUNTY}-PSB": ("lst.psb", "卢守夜", "于靖安"),
    f"{COUNTY}-UMB": ("lst.umb", "邓巡安", "段修街"),
    f"{COUNTY}-HUD": ("lst.hud", "盘筑安", "成广厦"),
    f"{COUNTY}-EMB": ("lst.emb", "伍应平", "何备豫"),
    f"{COUNTY}-AMR": ("lst.amr", "尹衡量", "商信孚"),
    f"{COUNTY}-NHC": ("lst.nhc", "申济和", "白杏林"),
    f"{COUNTY}-MCA": ("lst.mca", "贺温言", "安惠民"),
    f"{COUNTY}-JB": ("lst.jb", "文调和", "律明之"),
    f"{COUNTY}-EEB": ("lst.eeb", "江碧水", "云天青"),
    f"{COUNTY}-FRB": ("lst.frb", "雷迅铃", "霍无焰"),
    f"{CITY}-EEB": ("yz.eeb", "潇清源", "湘长流"),
    f"{NEIGHBOUR}-UMB": ("ll.umb", "柳巡河", "黄愚溪"),
    f"{OFFICES_OF}-LET": ("mw.let", "武执衡", "钟立规"),
    f"{OFFICES_OF}-PSC": ("mw.psc", "向惠民", "舒便民"),
}
"""Department or office → login of its staff, and the names of staff and leader, whose login ends with `.leader`."""


def _departments() -> Iterator[Account]:
    names = {each.code: each.name for each in departments()}
    for unit, (login, staff, leader) in _STAFF.items():
        yield Account(login, staff, "department_staff", unit, f"{names[unit]} 经办")
        yield Account(f"{login}.leader", leader, "department_leader", unit, f"{names[unit]} 负责人")


ACCOUNTS: Final = (*_OFFICES, *_departments())
