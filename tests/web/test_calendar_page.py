"""The operators' page of the working calendar: upload with findings, preview, confirm, take back, due times."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from click.testing import CliRunner

from engine.application import Engine
from engine.feel import Feel
from engine.limits import Counted, Limit, Unit
from engine.tables.tasks import UserTask
from engine.types import SYSTEM
from tests.web.conftest import Visitor
from web.cli_calendar import calendar

PAGE = "/operations/calendar"
NOTICE = "date,kind,name\r\n" + "".join(f"2027-01-0{day},holiday,元旦\r\n" for day in range(1, 8))


@pytest.fixture(autouse=True)
def own_feel(engine: Engine) -> Any:
    """An isolate of the test's own: what it counts with is changed."""
    with Feel() as feel:
        object.__setattr__(engine.runtime, "feel", feel)
        yield


@pytest.fixture
def operator(as_person: Any) -> Visitor:
    browser: Visitor = as_person("operator")
    return browser


@pytest.fixture
def due_task(engine: Engine, task_id: str) -> str:
    counted = Counted(datetime.fromisoformat("2026-12-30T10:00:00+08:00"), Limit(3, Unit.WORKING_DAYS))
    with engine.begin(SYSTEM) as work:
        row = work.session.get_one(UserTask, task_id)
        row.due_at = work.calendar.deadline(counted.start, counted.limit).at
        row.due_basis = counted.as_json()
    return task_id


def upload(browser: Visitor, text: str, source: str = "国办发明电〔2026〕9号") -> Any:
    file = (BytesIO(text.encode("gb18030")), "2027.csv")
    return browser.post(f"{PAGE}/preview", {"source": source, "file": file}, content_type="multipart/form-data")


def bring_in(browser: Visitor) -> Any:
    html = upload(browser, NOTICE).text
    content = re.search(r'<textarea[^>]*name="content"[^>]*>(.*?)</textarea>', html, re.S)
    assert content
    return browser.post(f"{PAGE}/import", {"source": "国办发明电〔2026〕9号", "content": content[1]})


def test_a_notice_is_previewed_then_brought_in(operator: Visitor, due_task: str, engine: Engine) -> None:
    assert PAGE in operator.get("/operations").text
    assert "未公布" in operator.get(PAGE).text
    html = upload(operator, NOTICE).text
    assert "2027-01-04" in html
    assert "有 1 个任务的期限会不同" in html
    with engine.begin(SYSTEM, write=False) as work:
        assert work.calendars.newest() == 0, "a preview changes nothing"

    assert bring_in(operator).status_code == 302
    html = operator.get(PAGE).text
    assert "国办发明电〔2026〕9号" in html
    assert f'value="{due_task}"' in html
    assert "2027-01-11 17:30" in html
    assert 2027 in engine.runtime.feel.calendar.official, "this process counts by it"


def test_due_times_are_moved_when_confirmed(operator: Visitor, due_task: str, engine: Engine) -> None:
    bring_in(operator)
    assert operator.post(f"{PAGE}/dues", {"task": ["another"]}).status_code == 302
    with engine.begin(SYSTEM, write=False) as work:
        assert len(list(work.dues.changed(work.calendars.read()))) == 1
    assert operator.post(f"{PAGE}/dues", {"task": [due_task]}).status_code == 302
    page = operator.get(PAGE).text
    assert "没有应变更的期限" in page
    assert "已调整 1 个任务的期限" in page


def test_faults_are_said_at_their_lines_and_nothing_typed_is_lost(operator: Visitor) -> None:
    answer = upload(operator, NOTICE + "2027-02-30,holiday,春节\r\n", source="通知甲")
    assert answer.status_code == 422
    assert "第 9 行" in answer.text
    assert "2027-02-30" in answer.text
    assert 'value="通知甲"' in answer.text
    assert upload(operator, NOTICE, source="").status_code == 422


def test_a_year_is_taken_back_after_it_was_shown(operator: Visitor, engine: Engine) -> None:
    bring_in(operator)
    shown = operator.post(f"{PAGE}/restore", {"part": "2027", "import_id": "0"})
    assert shown.status_code == 200
    assert "确认恢复" in shown.text
    assert operator.post(f"{PAGE}/restore", {"part": "2027", "import_id": "0", "sure": "1"}).status_code == 302
    with engine.begin(SYSTEM, write=False) as work:
        assert 2027 not in work.calendars.read().official
        assert len(work.calendars.imports()) == 2


def test_the_command_line_does_the_same(engine: Engine, due_task: str, tmp_path: Any) -> None:
    file = tmp_path / "notice.csv"
    file.write_text(NOTICE, "utf-8")

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(calendar, arguments, obj=lambda: engine, catch_exceptions=False)

    assert "休息 元旦" in run("import", str(file), "--source", "通知", "--dry-run").output
    assert "通知" not in run("show").output
    assert run("import", str(file), "--source", "通知").exit_code == 0
    assert "2027" in run("show").output
    assert due_task in run("dues").output
    assert "已变更 1 个" in run("dues", "--confirm").output
    assert run("restore", "2027").exit_code == 0
    file.write_text("date,kind,name\nx,holiday,y\n", "utf-8")
    broken = run("import", str(file), "--source", "通知")
    assert broken.exit_code == 2
    assert ":2:" in broken.output
