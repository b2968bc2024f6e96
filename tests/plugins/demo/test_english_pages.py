"""Chinese first and English second: on English pages people's words, names and the law are Chinese, nothing of ours is.

Some of the half year is played, its pages are walked by people of each kind, and every run of Chinese on them
is looked for among the texts of our own sources: programs, diagrams, tables and forms.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.application import Engine
from engine.plugins.host import PluginHost
from plugins.demo import load as loading
from plugins.demo.load import play_history
from plugins.demo.people import ensure_password
from plugins.demo.story import Story
from tests.plugins.demo.replaying import installation, one_of_each
from web import hookspecs
from web.app import create_app
from web.config import read_settings
from web.i18n import compile_catalogues
from web.language import COOKIE
from web.pages.studio_calls import JUDGES

ROOT = Path(__file__).parents[3]
CODE = re.compile(r"(?<![\w-])(?:4311\d\d(?:-[A-Z]{2,4}(?:-\d{3})?)?|4311\d{8}-[CE]\d{3})(?![\w-])")
"""Of a county, a department, an item of the catalogue, a grid."""
RUN = re.compile("[\u3400-\u9fff]+")
PATHS = (
    "incident.self_handled",
    "incident.statutory_channel",
    "incident.enforcement",
    "incident.supervised",
    "incident.dispute",
    "incident.own_emergency",
    "incident.open_triage",
    "incident.open_return",
    "application.guarantees",
    "division.applied",
)
"""Stories that make notices, reminders, reasons, answers and closing notes of each kind."""
PEOPLE = ("mw.clerk", "lst.umb", "lst.clerk", "admin")
BEGIN = ("/tasks", "/notices", "/instances", "/incidents", "/operations")
EACH = 2
"""Pages of one kind that a person looks at."""
ELSEWHERE = ("/language", "/static", "/workforce/import")
"""Where nothing is looked at: the import quotes the Chinese headings that its file must have."""
THE_LAW = re.compile("第[一二三四五六七八九十百]+[条款]|永州市网格化服务管理规定|.*法|.*条例|.*办法")
THEIRS = frozenset(
    {"中文", "示例", "永网备", "系统", "法律", "处理", "核查", "责令改正", "同意", "办理指引", "农村以自然村"}
)
"""The switch to Chinese; what the demo's people write between two stops, as our texts do."""


class Shown(HTMLParser):
    """The runs of Chinese and the codes that a reader of a page meets, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.runs: set[str] = set()
        self.codes: set[str] = set()
        self.links: list[str] = []
        self._unseen = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in ("script", "style")
        for name, value in attrs:
            if name in ("title", "aria-label", "placeholder", "alt"):
                self.runs.update(RUN.findall(value or ""))
            if (tag, name) == ("a", "href"):
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.runs.update(RUN.findall(data))
            self.codes.update(CODE.findall(data))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[tuple[Flask, Engine]]:
    compile_catalogues()
    host = PluginHost(hookspecs=(hookspecs,)).load(strict=True)
    engine = installation(tmp_path_factory.mktemp("english"), host, sqlite_template)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "stories", some)
        play_history(engine)
    app = create_app(engine, read_settings({"ONEGRID_HOME": str(engine.home)}))
    yield app, engine
    app.extensions[JUDGES].close()
    host.close()
    engine.database.dispose()


def some(since: object, until: object) -> list[Story]:
    return [story for story in one_of_each(since, until) if story.path in PATHS]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def ours() -> frozenset[str]:
    """Runs of Chinese in the texts of our sources: of programs what is no docstring, of other files all."""
    found: set[str] = set()
    for path in [*ROOT.glob("engine/**/*.py"), *ROOT.glob("web/**/*.py"), *ROOT.glob("plugins/**/*.py")]:
        text = path.read_text()
        if not {"demo", "tests", "inspections.py"} & set(path.parts) and RUN.search(text):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.update(RUN.findall(node.value))
    for pattern in ("processes/*/*", "plugins/departments/*/src/*/content/*/*", "*/templates/**/*.html"):
        for path in ROOT.glob(pattern):
            if path.suffix in (".bpmn", ".dmn", ".html") or path.name.endswith((".form.json", ".i18n.json")):
                found.update(RUN.findall(path.read_text()))
    return frozenset(run for run in found - THEIRS if len(run) > 1 and not THE_LAW.fullmatch(run))


def test_what_the_system_says_is_english_and_histories_show_names(
    app: tuple[Flask, Engine], ours: frozenset[str]
) -> None:
    said: dict[str, str] = {}
    looked: Counter[str] = Counter()
    for login in PEOPLE:
        for path, shown in walk(reader(app, login)):
            looked[kind(path)] += 1
            if not path.endswith("/repair"):  # which shows the data as they are
                said |= {run: f"{login} {path}" for run in shown.runs & ours}
            if kind(path) == "/instances/…":
                said |= {code: f"{login} {path}" for code in shown.codes}
    assert said == {}
    assert len(looked) > 40
    assert {"/notices", "/incidents/…", "/instances/…", "/tasks/…", "/operations/plugins/emergency"} <= set(looked)


def test_what_is_chinese_is_marked_as_such(app: tuple[Flask, Engine]) -> None:
    html = reader(app, "lst.umb").get("/notices").text
    assert '<html lang="en">' in html
    assert '<span lang="zh-CN">冷水滩区城市管理和综合执法局</span>' in html


def reader(app: tuple[Flask, Engine], login: str) -> FlaskClient:
    """Somebody who has chosen English."""
    client = app[0].test_client()
    token = re.search('name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert token is not None
    client.post("/login", data={"csrf_token": token[1], "login": login, "password": ensure_password(app[1].home)[0]})
    client.set_cookie(COOKIE, "en")
    return client


def walk(client: FlaskClient) -> Iterator[tuple[str, Shown]]:
    """Go where links lead, to some pages of each kind; give what each shows."""
    waiting, known, looked = list(BEGIN), set(BEGIN), Counter[str]()
    while waiting:
        path = waiting.pop(0)
        if looked[kind(path)] >= EACH:
            continue
        looked[kind(path)] += 1
        answer = client.get(path)
        assert answer.status_code < 500, path
        if answer.status_code == 200 and answer.mimetype == "text/html":
            shown = Shown(answer.text)
            yield path, shown
            new = dict.fromkeys(link.partition("#")[0] for link in shown.links if link.startswith("/"))
            waiting += [link for link in new if link not in known and not link.startswith(ELSEWHERE)]
            known.update(new)


def kind(path: str) -> str:
    """Return what kind of page an address is: without what is one case's."""
    return re.sub(r"/(?=[^/]*\d)[^/]+", "/…", urlsplit(path).path)
