"""The demo's accounts: invented people and the posts they hold. One password for all, made at the first load."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import OPERATOR, Actor, OrgUnit, Person, PersonPost, Post, hash_password
from plugins.demo.divisions import CITY, COUNTY

URBAN_TOWNSHIP, RURAL_TOWNSHIP = "431103001", "431103102"

PASSWORD_FILE = "demo-password"  # noqa: S105  the file's name
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # no l, o, i, 0, 1: read from a screen and typed


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


ACCOUNTS: Final = (
    Account("mw.clerk", "何清禾", "township_clerk", URBAN_TOWNSHIP, "梅湾街道 经办"),
    Account("mw.worker1", "陈巷暖", "grid_worker", URBAN_TOWNSHIP, "梅湾街道 网格员一"),
    Account("mw.worker2", "秦晓桥", "grid_worker", URBAN_TOWNSHIP, "梅湾街道 网格员二"),
    Account("mw.leader", "唐望舒", "township_leader", URBAN_TOWNSHIP, "梅湾街道 负责人"),
    Account("plq.clerk", "蒋禾田", "township_clerk", RURAL_TOWNSHIP, "普利桥镇 经办"),
    Account("plq.worker1", "伍青禾", "grid_worker", RURAL_TOWNSHIP, "普利桥镇 网格员"),
    Account("plq.leader", "欧阳山青", "township_leader", RURAL_TOWNSHIP, "普利桥镇 负责人"),
    Account("lst.reviewer1", "周明衡", "county_reviewer", COUNTY, "冷水滩区 审核一"),
    Account("lst.reviewer2", "吕知微", "county_reviewer", COUNTY, "冷水滩区 审核二"),
    Account("lst.leader", "李守正", "county_leader", COUNTY, "冷水滩区 负责人"),
    Account("yz.city", "文以载", "city_agency", CITY, "永州市 备案"),
    Account("lst.umb", "邓巡安", "department_staff", f"{COUNTY}-UMB", "冷水滩区城管局"),
    Account("lst.hud", "盘筑安", "department_staff", f"{COUNTY}-HUD", "冷水滩区住建局"),
    Account("lst.emb", "伍应平", "department_staff", f"{COUNTY}-EMB", "冷水滩区应急局"),
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


def account(group: str, org_unit: str) -> Account:
    """Return the first account with a post."""
    return next(each for each in ACCOUNTS if (each.group, each.org_unit) == (group, org_unit))


def actor(session: Session, who: Account) -> Actor:
    """Return the account as whoever acts."""
    unit = session.get_one(OrgUnit, who.org_unit)
    return Actor(who.person_id, who.name, posts=tuple(Post(group, unit.code, unit.path) for group in who.groups))


def add_people(session: Session, password: str, since: date) -> None:
    """Add the accounts with their posts from a day on."""
    hashed = hash_password(password)  # one hash for all: that they share a password is printed anyway
    session.add_all(
        Person(id=each.person_id, login=each.login, name=each.name, password_hash=hashed) for each in ACCOUNTS
    )
    session.flush()
    session.add_all(
        PersonPost(
            id=each.person_id if group == each.group else f"{each.person_id}.2",
            person_id=each.person_id,
            group=group,
            org_unit=each.org_unit,
            valid_from=since,
        )
        for each in ACCOUNTS
        for group in each.groups
    )


def post_since(session: Session) -> date | None:
    """Return the day from which the accounts hold their posts, or None before they are added."""
    return session.scalar(sa.select(PersonPost.valid_from).where(PersonPost.id == ACCOUNTS[0].person_id))


def change_password(session: Session, password: str) -> None:
    """Give the accounts another password."""
    ids = [each.person_id for each in ACCOUNTS]
    session.execute(sa.update(Person).where(Person.id.in_(ids)).values(password_hash=hash_password(password)))


def ensure_password(home: Path) -> tuple[str, bool]:
    """Return the demo's password, and whether it was made just now. Its file is readable by the owner only."""
    path = home / PASSWORD_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip(), False
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{password}\n")
    return password, True
