"""What the process `catalogue-inclusion` calls: check, check the approver, enact and publish, tell, take effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from engine.core_api import TIMEZONE, Actor, Completion, HandlerContext, OrgUnit, today, worded
from engine.plugin_api import BusinessError, Retry, fields, handler, validate
from plugins.catalogue import applications, draft, listing, reviews
from plugins.catalogue.draft import Kind
from plugins.catalogue.model import Fault, HandlingMode, Item
from plugins.catalogue.news import tell_county
from plugins.catalogue.register import Enactment, NotReady, enact, next_code
from plugins.catalogue.tables import Catalogue, CatalogueApplication

# a lock or a connection may fail; an application does not get better by waiting
AT_ONCE = Retry(attempts=5, backoff=1.0, factor=2.0, max_delay=30.0)
WHAT: Mapping[Kind, tuple[str, str]] = {
    Kind.INCLUDE: ("纳入", "inclusion of"),
    Kind.AMEND: ("调整", "amendment of"),
    Kind.REMOVE: ("退出", "removal of"),
    Kind.TEMPORARY: ("临时纳入", "temporary inclusion of"),
}
"""What a decision does, in Chinese and in English."""
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
        "terms": fields.Integer(required=True, metadata={"title": "已临时纳入次数"}),
        "minor": fields.Boolean(required=True, metadata={"title": "简化程序的调整"}),
    },
    retry=AT_ONCE,
    transactional=True,
    only_in=applications.PROCESS,
)
def check_application(context: HandlerContext, application_no: str, **given: Any) -> Mapping[str, Any]:
    """留存所核对的申请，给出决策表 D3 所需的事实。"""
    application = applications.of_instance(context.session, application_no, context.instance_id)
    return applications.keep(context.session, application, given["draft"], context.clock.now())


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
        findings = not_ready(refused.facts["faults"])
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
    noticed = _noticed(context, publication_days)
    effective = max(approval.detail.get("effective_from") or noticed, noticed)
    for basis in draft.bases_of(application.content):
        if not draft.holds(basis, effective):
            zh = f"到生效日期 {effective:%Y-%m-%d}，依据《{basis['title']}》已经失效"
            en = f"on {effective:%Y-%m-%d}, when it would take effect, the basis {basis['title']} is no longer in force"
            raise BusinessError("NOT_READY", "依据失效", findings=not_ready([Fault(zh, en)]))
    county = context.session.get_one(OrgUnit, application.county)
    return Enactment(
        county=application.county,
        # a simplified amendment has no document of an approving body: the agency's own review decides it
        decision_no=str(approval.detail.get("doc_no") or application.no),
        approved_by=str(approval.detail.get("approved_by") or f"{county.name}网格化服务管理机构"),
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
    session = context.session
    if application.item_code is None:
        code = next_code(session, application.department)
        return draft.read_item(code, application.content, draft.read_guarantees(draft.plain(guarantees)))
    before = listing.versions(session, application.item_code)[0].item
    given = draft.read_guarantees(application.content if application.simplified else draft.plain(guarantees))
    kept = draft.updated(before.guarantees, given) if application.simplified else given
    return draft.read_item(application.item_code, application.content, kept, before)


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
    """告知本县区各部门、各乡镇（街道）和每名网格员：哪个事项自何时起有何变动（R45）。"""
    application = applications.of_instance(context.session, application_no, context.instance_id)
    decision = context.session.get_one(Catalogue, (application.county, application.catalogue_number))
    latest = listing.versions(context.session, str(application.item_code))[0]
    item, published = latest.item, f"{decision.published_on:%Y-%m-%d}"
    what, what_en = WHAT[Kind(application.kind)]
    subject = worded(
        f"事项清单第 {decision.number} 版公示：{what}“{item.name_zh}”",
        f"Catalogue version {decision.number} published: {what_en} “{item.name_en or item.name_zh}”",
    )
    approved, (coming, coming_en) = f"{decision.approved_by} {decision.decision_no}", _coming(application, latest)
    body = worded(
        f"{approved}。{item.code}，{published} 起公示，{coming}",
        f"{approved}. {item.code}, on public notice from {published}, {coming_en}",
    )
    return {"notices": tell_county(context, application.county, subject, body)}


def _coming(application: CatalogueApplication, latest: listing.ItemVersion) -> tuple[str, str]:
    """Return from when on what is published holds, and what it means for workers; in Chinese and in English."""
    if application.kind == Kind.REMOVE:
        day = f"{latest.valid_to:%Y-%m-%d}"
        return f"{day} 起退出清单，网格员不再办理。", f"removed from {day}: grid workers no longer handle it."
    day = f"{latest.valid_from:%Y-%m-%d}"
    if latest.item.handling_mode is HandlingMode.REPORT_AND_REFER:
        said = f"in force from {day}: grid workers report it only, the department handles it."
        return f"{day} 起生效：网格员只上报，由部门处理。", said
    return f"{day} 起生效：网格员办理。", f"in force from {day}: grid workers handle it."


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


@handler(
    "catalogue.expire",
    title="临时事项期满",
    inputs=APPLICATION,
    outputs={"notices": fields.Integer(required=True, metadata={"title": "通知份数"})},
    retry=AT_ONCE,
    transactional=True,
    only_in=applications.PROCESS,
    icon="hourglass",
)
def expire(context: HandlerContext, application_no: str) -> Mapping[str, Any]:
    """临时事项期满，告知本县区各部门、各乡镇（街道）和每名网格员；已经续期或者另行纳入的，不告知。"""
    application = applications.of_instance(context.session, application_no, context.instance_id)
    versions = listing.versions(context.session, str(application.item_code))
    if any(version.holds(today(context.clock)) for version in versions):
        return {"notices": 0}
    item = versions[0].item
    subject = worded(f"临时事项期满：“{item.name_zh}”", f"Temporary item expired: “{item.name_en or item.name_zh}”")
    body = worded(
        f"{item.code} 期满，网格员不再办理。长期需要的，由部门提请纳入清单。",
        f"{item.code} has expired: grid workers no longer handle it. Where it is needed for long, the department "
        "applies for its inclusion in the catalogue.",
    )
    return {"notices": tell_county(context, application.county, subject, body)}


def not_ready(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Return what keeps an item from being in force as findings of a form."""
    return [_finding("I9", fault.zh, f"Not ready to take effect: {fault.en}") for fault in faults]


def _finding(rule: str, zh: str, en: str) -> dict[str, str]:
    return {
        "field": "",
        "severity": "error",
        "code": rule,
        "rule": rule,
        "message_zh": zh,
        "message_en": en,
    }


HANDLERS = [check_application, check_approval, publish, announce, take_effect, expire]
