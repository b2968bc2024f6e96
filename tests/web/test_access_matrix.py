"""Every route against every role. A route without a row here fails: who may see a new page is always decided."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from engine.application import Engine
from engine.jobs.table_queue import drain
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM
from tests.web.conftest import PEOPLE, Visitor
from tests.web.test_attachments import PICTURE
from tests.web.test_task_pages import GOOD

VISITOR = "visitor"
ROLES = (VISITOR, *PEOPLE)
OPEN = dict.fromkeys(ROLES, 200)
EVERYONE = {**OPEN, VISITOR: 302}
MINE = {VISITOR: 302, "clerk": 200, "colleague": 200, "reviewer": 200, "stranger": 404, "operator": 200}
"""What belongs to unit 111: seen from it and from above, by nobody beside it."""
DOING = {VISITOR: 302, "clerk": 302, "colleague": 302, "reviewer": 404, "stranger": 404, "operator": 404}
OPERATOR = {**dict.fromkeys(ROLES, 403), VISITOR: 302, "operator": 200}
TOKEN = dict.fromkeys(ROLES, 401)
"""For programs: a login counts for nothing there."""

ROWS: dict[tuple[str, str], dict[str, int]] = {
    ("GET", "/static/<path:filename>"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/login"): {**dict.fromkeys(ROLES, 302), VISITOR: 200},
    ("POST", "/login"): dict.fromkeys(ROLES, 401),
    ("POST", "/logout"): dict.fromkeys(ROLES, 302),
    ("GET", "/language/<code>"): dict.fromkeys(ROLES, 302),
    ("GET", "/"): dict.fromkeys(ROLES, 302),
    ("GET", "/tasks"): EVERYONE,
    ("GET", "/tasks/<task_id>"): MINE,
    ("POST", "/tasks/<task_id>"): DOING,
    ("POST", "/tasks/<task_id>/draft"): DOING,
    ("POST", "/tasks/<task_id>/files"): {role: 200 if code == 302 else code for role, code in DOING.items()}
    | {VISITOR: 302},
    ("GET", "/attachments/<attachment_id>"): MINE,
    ("POST", "/tasks/<task_id>/claim"): DOING,
    ("POST", "/tasks/<task_id>/release"): DOING,
    ("POST", "/tasks/<task_id>/reassign"): {
        **dict.fromkeys(ROLES, 404),
        VISITOR: 302,
    },  # no diagram there names who may
    ("POST", "/tasks/<task_id>/hidden"): {role: 200 if code == 302 else code for role, code in DOING.items()}
    | {VISITOR: 302},
    ("GET", "/instances"): EVERYONE,
    ("GET", "/instances/<instance_id>"): MINE,
    ("GET", "/instances/<instance_id>/progress"): MINE,
    ("GET", "/instances/<instance_id>/diagram.bpmn"): MINE,
    ("POST", "/instances/<instance_id>/messages/<name>"): {
        **dict.fromkeys(ROLES, 409),
        VISITOR: 302,
        "clerk": 302,
        "colleague": 302,
        "stranger": 404,
    },
    ("GET", "/instances/<instance_id>/repair"): OPERATOR,
    ("POST", "/instances/<instance_id>/repair/<act>/preview"): OPERATOR,
    ("POST", "/instances/<instance_id>/repair/<act>"): {**OPERATOR, "operator": 302},
    ("GET", "/operations"): OPERATOR,
    ("GET", "/operations/calendar"): OPERATOR,
    ("POST", "/operations/calendar/preview"): {**OPERATOR, "operator": 422},  # no file
    ("POST", "/operations/calendar/import"): {**OPERATOR, "operator": 422},
    ("POST", "/operations/calendar/restore"): {**OPERATOR, "operator": 404},
    ("POST", "/operations/calendar/dues"): {**OPERATOR, "operator": 302},
    ("POST", "/operations/jobs/<job_id>/revive"): {**OPERATOR, "operator": 302},
    ("GET", "/operations/jobs/<job_id>"): OPERATOR,
    ("POST", "/operations/jobs/<job_id>/preview"): OPERATOR,
    ("POST", "/operations/jobs/<job_id>/skip"): {**OPERATOR, "operator": 302},
    ("GET", "/operations/plugins/<plugin>"): OPERATOR,
    **{
        ("POST", f"/operations/plugins/<plugin>/{act}"): {**OPERATOR, "operator": 302}
        for act in ("switch", "reload", "breaker")
    },
    ("GET", "/operations/plugins/<plugin>/settings"): {**OPERATOR, "operator": 404},  # the plugin is not loaded
    ("POST", "/operations/plugins/<plugin>/settings"): {**OPERATOR, "operator": 404},
    **{("GET", f"/studio/{page}"): OPERATOR for page in ("", "<key>", "<key>/bundle", "<key>/palette")},
    **{("GET", f"/studio/<key>/{page}"): OPERATOR for page in ("versions", "compare")},
    ("POST", "/studio/"): {**OPERATOR, "operator": 422},  # no key
    ("PUT", "/studio/<key>/draft"): {**OPERATOR, "operator": 422},  # no JSON
    ("DELETE", "/studio/<key>/draft"): {**OPERATOR, "operator": 204},
    **{
        ("POST", f"/studio/<key>/{call}"): {**OPERATOR, "operator": 422}
        for call in ("check", "diff", "rebase", "deploy")
    },
    ("POST", "/studio/<key>/versions/<int:number>/draft"): {**OPERATOR, "operator": 302},
    ("POST", "/studio/<key>/folder/draft"): {**OPERATOR, "operator": 302},
    ("GET", "/worker/v1/openapi.json"): TOKEN,
    ("POST", "/worker/v1/jobs/fetch"): TOKEN,
    **{
        ("POST", f"/worker/v1/jobs/<fetched_id>/{report}"): TOKEN
        for report in ("complete", "failure", "error", "extend", "release")
    },
    ("GET", "/stones/"): EVERYONE,
    ("POST", "/stones/broken"): {**dict.fromkeys(ROLES, 500), VISITOR: 302},
    ("POST", "/stones/preview"): EVERYONE,
}


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method in {"GET", "POST", "PUT", "PATCH", "DELETE"}
    }


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    assert routes(app) == set(ROWS)
    assert all(set(row) == set(ROLES) for row in ROWS.values())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "rule"), sorted(ROWS))
def test_the_role_gets_what_its_row_says(
    app: Flask, engine: Engine, instance: ProcessInstance, task_id: str, method: str, rule: str, role: str
) -> None:
    values = {
        "<path:filename>": "icon.svg",
        "<code>": "en",
        "<task_id>": task_id,
        "<instance_id>": instance.id,
        "<attachment_id>": attached(engine, instance),
        "<name>": "withdraw",
        "<act>": "cancel",
        "<job_id>": "",
        "<plugin>": "absent",
        "<key>": "stones",
        "<int:number>": "1",
    }
    if "<name>" in rule or "<job_id>" in rule:
        values["<job_id>"] = bring_to_review(app, engine, task_id, broken="<job_id>" in rule)
    if "<plugin>" in rule:
        with engine.begin(SYSTEM) as work:
            work.breakers.failed("absent", "没有应答")  # known to the database alone
    path = rule
    for place, value in values.items():
        path = path.replace(place, value)
    browser = Visitor(app.test_client())
    if role != VISITOR:
        browser.log_in(role)
    answer = ask(browser, method, path)
    assert answer.status_code == ROWS[method, rule][role], answer.text[:2000]


def attached(engine: Engine, instance: ProcessInstance) -> str:
    """Return the id of a file that the instance refers to."""
    with engine.begin(SYSTEM) as work:
        kept = work.attachments.keep("图.png", "image/png", BytesIO(PICTURE), kept_for="another form of it")
        work.attachments.refer([kept.id], instance)
        return kept.id


def ask(browser: Visitor, method: str, path: str) -> Any:
    if method == "GET":
        return browser.get(path)
    if method != "POST":
        return browser.client.open(path, method=method, headers={"X-CSRFToken": browser.token()})
    return browser.post(
        path, {**GOOD, "reason": "因为", "outputs": '{"number": 3}', "idempotency_key": "key-of-matrix"}
    )


def bring_to_review(app: Flask, engine: Engine, task_id: str, *, broken: bool) -> str:
    """Take the instance to the review, where it can be withdrawn, or to a dead job; return the job's id then."""
    clerk = Visitor(app.test_client())
    clerk.log_in("clerk")
    name = "坏" if broken else "青石"
    clerk.post(f"/tasks/{task_id}", {**GOOD, "stones.0.name": name, "idempotency_key": "key-of-before"})
    drain(engine)
    operator = Visitor(app.test_client())
    operator.log_in("operator")
    html = operator.get("/operations").text
    return html.split("/operations/jobs/")[1].split("/")[0] if broken else ""
