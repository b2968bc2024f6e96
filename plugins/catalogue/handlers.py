"""What the process `catalogue-inclusion` calls: check, check the approver, enact and publish, tell, take effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from engine.core_api import TIMEZONE, Actor, Completion, HandlerContext, OrgUnit, today
from engine.plugin_api import BusinessError, Retry, fields, handler, validate
from plugins.catalogue import applications, draft, listing, reviews
from plugins.catalogue.draft import Kind
from plugins.catalogue.model import Item
from plugins.catalogue.register import Enactment, NotReady, enact, next_code
from plugins.catalogue.tables import Catalogue, CatalogueApplication
from plugins.notifications.api import Message, send

# a lock or a connection may fail; an application does not get better by waiting
AT_ONCE = Retry(attempts=5, backoff=1.0, factor=2.0, max_delay=30.0)
WHAT: Mapping[Kind, str] = {
    Kind.INCLUDE: "纳入",
    Kind.AMEND: "调整",
    Kind.REMOVE: "退出",
    Kind.TEMPORARY: "临时纳入",
}
RECIPIENTS: Mapping[str, str] = {"department": applications.APPLICANT, "township": "township_leader"}
"""Kind of unit → the group that is told there."""

APPLICATION = {"application_no": fields.String(required=True, metadata={"title": "申请编号"})}


@handler(
    "catalogue.check_application",
    title="核对事项申请",
    inputs={**APPLICATION, "draft": fields.Dict(keys=fields.String(), required=True, metadata={"title": "申请内容"})},
    outputs={
        "kind": fields.String(required=True, metadata={"title": "申请种类"}),
        "bases": fields.Integer(required=True, metadata={"title": "依据条数"}),
        "rank": fields.String(
            required=True, validate=validate.OneOf(["sufficient", "low"]), metadata={"title": "依据的最高位阶"}
        ),
        "quoted": fields.Boolean(required=True, metadata={"title": "引用了条文"}),
        "bases_in_force": fields.Boolean(required=True, metadata={"title": "依据现行有效"}),
        "qualified": fields.Boolean(required=True, metadata={"title": "须专业能力或者执法资格"}),
        "worker_action": fields.String(required=True, metadata={"title": "网格员做什么"}),
        "guarantees_complete": fields.Boolean(required=True, metadata={"title": "保障措施齐全"}),
        "provided": fields.Boolean(required=True, metadata={"title": "有资源或者经费"}),
        "is_duplicate": fields.Boolean(required=True, metadata={"title": "有相近的在用事项"}),
        "duplicate": fields.String(required=True, metadata={"title": "相近的在用事项"}),
        "term_days": fields.Integer(required=True, allow_none=True, metadata={"title": "临时期限（日）"}),
        "own_areas": fields.Boolean(required=True, metadata={"title": "另行划定片区"}),
        "minutes": fields.Integer(required=True, metadata={"title": "每网格每年分钟"}),
        "minutes_taken": fields.Integer(required=True, metadata={"title": "其他事项每网格每年分钟"}),
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=applications.PROCESS,
)
def check_application(context: HandlerContext, application_no: str, **given: Any) -> Mapping[str, Any]:
    """留存所核对的申请，给出决策表 D3 所需的事实。"""
    session, day = context.session, today(context.clock)
    application = applications.of_instance(session, application_no, context.instance_id)
    content = applications.keep(application, given["draft"], context.clock.now())
    others = [
        version
        for version in listing.in_force(session, application.county, day)
        if version.item.department == application.department and version.item.code != application.item_code
    ]
    taken = applications.minutes_taken(session, application.county, application_no)
    return draft.facts(Kind(application.kind), content, others, taken, day)


@handler(
    "catalogue.check_approval",
    title="核对批准人",
    inputs=APPLICATION,
    errors={"NOT_INDEPENDENT": "批准人须回避"},
    retry=AT_ONCE,
    transactional=True,
    only_in=applications.PROCESS,
)
def check_approval(context: HandlerContext, application_no: str) -> Mapping[str, Any]:
    """批准人不得是提请人、审查人，也不得是申请部门的人（I14）。"""
    application = applications.of_instance(context.session, application_no, context.instance_id)
    against = reviews.dependence(context, application)
    if against:
        zh, en = against
        finding = _finding(
            "I14", f"批准无效：{zh}，请由他人批准", f"The approval is void: {en}. Somebody else approves."
        )
        raise BusinessError("NOT_INDEPENDENT", zh, findings=[finding])
    reviews.approval(context, application)
    return {}


@handler(
    "catalogue.publish",
    title="形成新版清单并公示",
    inputs={
        **APPLICATION,
        "guarantees": fields.Dict(keys=fields.String(), load_default=None, allow_none=True, metadata={"title": "保障"}),
        "publication_days": fields.Integer(
            required=True, validate=validate.Range(min=0, max=60), metadata={"title": "公示工作日"}
        ),
    },
    outputs={
        "number": fields.Integer(required=True, metadata={"title": "清单版本"}),
        "item": fields.String(required=True, metadata={"title": "事项编码"}),
        "published_on": fields.String(required=True, metadata={"title": "公示日期"}),
        "effective_from": fields.String(required=True, metadata={"title": "生效日期"}),
    },
    errors={"NOT_READY": "事项尚不具备生效条件"},
    retry=AT_ONCE,
    transactional=True,
    only_in=applications.PROCESS,
)
def publish(
    context: HandlerContext, application_no: str, guarantees: Mapping[str, Any] | None, publication_days: int
) -> Mapping[str, Any]:
    """形成新一版清单，自公示期满、批准的生效日期起生效；不具备生效条件的（I9），什么都不写。"""
    session = context.session
    application = applications.of_instance(session, application_no, context.instance_id)
    session.get(OrgUnit, application.county, with_for_update=True)  # one version of a county's catalogue after another
    approval = reviews.approval(context, application)
    enactment = _enactment(context, application, approval, guarantees or {}, publication_days)
    try:
        number = enact(session, context.clock, Actor(approval.actor_id, approval.actor_name), enactment)
    except NotReady as refused:
        findings = [_finding("I9", fault) for fault in refused.facts["faults"]]
        raise BusinessError("NOT_READY", str(refused), findings=findings) from refused
    code = enactment.removed[0] if enactment.removed else enactment.items[0].code
    application.catalogue_number, application.item_code = number, code
    return {
        "number": number,
        "item": code,
        "published_on": enactment.published_on.isoformat(),
        "effective_from": enactment.effective_from.isoformat(),
    }


def _enactment(
    context: HandlerContext,
    application: CatalogueApplication,
    approval: Completion,
    guarantees: Mapping[str, Any],
    publication_days: int,
) -> Enactment:
    day, removed = today(context.clock), application.kind == Kind.REMOVE
    effective = max(approval.detail["effective_from"], _noticed(context, publication_days))
    for basis in draft.bases_of(application.content):
        if not draft.holds(basis, effective):
            finding = _finding("I9", f"到生效日期 {effective:%Y-%m-%d}，依据《{basis['title']}》已经失效")
            raise BusinessError("NOT_READY", "依据失效", findings=[finding])
    return Enactment(
        county=application.county,
        decision_no=str(approval.detail["doc_no"]),
        approved_by=str(approval.detail["approved_by"]),
        approved_on=approval.at.astimezone(TIMEZONE).date(),
        published_on=day,
        effective_from=effective,
        items=[] if removed else [_item(context, application, guarantees)],
        removed=[str(application.item_code)] if removed else [],
        process_instance_id=context.instance_id,
    )


def _noticed(context: HandlerContext, working_days: int) -> date:
    """Return the first day after a publication that begins today."""
    if not working_days:
        return today(context.clock)
    last = context.calendar.working_days_after(context.clock.now(), working_days)
    return last.astimezone(TIMEZONE).date() + timedelta(days=1)


def _item(context: HandlerContext, application: CatalogueApplication, guarantees: Mapping[str, Any]) -> Item:
    code = application.item_code or next_code(context.session, application.department)
    return draft.read_item(code, application.content, draft.read_guarantees(draft.plain(guarantees)))


@handler(
    "catalogue.announce",
    title="告知清单变动",
    inputs=APPLICATION,
    outputs={"notices": fields.Integer(required=True, metadata={"title": "通知份数"})},
    retry=AT_ONCE,
    transactional=True,
    only_in=applications.PROCESS,
    icon="megaphone",
)
def announce(context: HandlerContext, application_no: str) -> Mapping[str, Any]:
    """告知本县区各部门和各乡镇（街道）：哪个事项自何时起有何变动（R45）。"""
    application = applications.of_instance(context.session, application_no, context.instance_id)
    decision = context.session.get_one(Catalogue, (application.county, application.catalogue_number))
    name = listing.versions(context.session, str(application.item_code))[0].item.name_zh
    subject = f"事项清单第 {decision.number} 版公示：{WHAT[Kind(application.kind)]}“{name}”"
    code, published = application.item_code, decision.published_on
    body = f"{decision.approved_by} {decision.decision_no}。{code}，{published:%Y-%m-%d} 起公示。"
    units = context.session.execute(
        sa.select(OrgUnit.code, OrgUnit.kind)
        .where(OrgUnit.parent_code == application.county, OrgUnit.kind.in_(RECIPIENTS))
        .order_by(OrgUnit.code)
    )
    return {"notices": send(context, _messages(units, subject, body))}


def _messages(units: Iterable[Any], subject: str, body: str) -> list[Message]:
    return [Message(RECIPIENTS[kind], code, subject, body) for code, kind in units]


@handler(
    "catalogue.take_effect",
    title="核对生效",
    inputs=APPLICATION,
    outputs={"in_force": fields.Boolean(required=True, metadata={"title": "已生效"})},
    retry=AT_ONCE,
    transactional=True,
    only_in=applications.PROCESS,
)
def take_effect(context: HandlerContext, application_no: str) -> Mapping[str, Any]:
    """到生效日期核对：变动是否生效；其间被后一决定取代的，没有生效。"""
    application = applications.of_instance(context.session, application_no, context.instance_id)
    day = today(context.clock)
    versions = listing.versions(context.session, str(application.item_code))
    if application.kind == Kind.REMOVE:
        return {"in_force": not any(version.in_force(day) for version in versions)}
    own = [version for version in versions if version.decision.number == application.catalogue_number]
    return {"in_force": any(version.in_force(day) and not version.item.obstacles() for version in own)}


def _finding(rule: str, zh: str, en: str = "") -> dict[str, str]:
    return {
        "field": "",
        "severity": "error",
        "code": rule,
        "rule": rule,
        "message_zh": zh,
        "message_en": en or f"Not ready to take effect: {zh}",
    }
