"""Texts: every one has an English version, and composed messages find theirs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from engine.application import Engine
from engine.errors import InstanceChanged, NotFound
from engine.form_messages import too_short
from engine.tables.instances import ProcessInstance
from engine.wording import worded as both
from tests.web.conftest import Visitor
from web import i18n
from web.language import COOKIE
from web.mixed_text import marked
from web.texts import in_readers_language, worded

CHINESE = re.compile("[\u3400-\u9fff]")
PLACES = re.compile(r"%\(\w+\)[sd]|\{[^{}]*\}")


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    i18n.compile_catalogues()


@pytest.fixture
def english(app: Flask) -> Any:
    with app.test_request_context(headers={"Cookie": f"{COOKIE}=en"}):
        yield


def test_every_text_of_the_source_has_an_english_version() -> None:
    assert i18n.untranslated("en") == [], "run `python -m web.i18n extract` and translate in web/translations/en"


def test_the_catalogue_holds_no_text_that_is_gone() -> None:
    used = {str(message.id) for message in i18n.extracted()}
    assert [str(message.id) for message in i18n.read_catalogue("en") if str(message.id) not in used] == []


def test_translations_keep_the_places_for_facts() -> None:
    for message in i18n.read_catalogue("en"):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            assert sorted(PLACES.findall(text)) == sorted(PLACES.findall(ids[0])), ids[0]


def test_messages_of_forms_are_translated_with_their_facts(english: None) -> None:
    assert in_readers_language(too_short(10)) == "At least 10 characters"


def test_messages_of_the_engine_are_translated_by_text_or_pattern(english: None) -> None:
    assert in_readers_language(str(InstanceChanged())).startswith("The case changed")
    assert in_readers_language(str(NotFound("流程“a-b”尚未部署。"))) == "The process “a-b” is not deployed yet."
    assert in_readers_language("没有人翻译过的话") == "没有人翻译过的话"


def test_chinese_readers_get_the_message_as_it_is(app: Flask) -> None:
    with app.test_request_context():
        assert in_readers_language(too_short(10)) == "至少 10 个字"


def test_english_pages_show_chinese_in_names_only(
    as_person: Any, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    pages = [("clerk", "/tasks"), ("operator", "/operations"), ("clerk", "/instances"), ("clerk", "/nowhere")]
    for login, path in pages:
        browser: Visitor = as_person(login)
        browser.client.set_cookie(COOKIE, "en")
        html = browser.get(path).text
        for name in ("李经办", "孙运维", "采石申请", "中文", "石料", "填写"):
            html = html.replace(name, "")
        assert not CHINESE.findall(html), CHINESE.findall(html)


def test_chinese_in_a_page_is_marked_wherever_it_may_be() -> None:
    assert marked("<p>by 李经办, 2 tasks</p>") == '<p>by <span lang="zh-CN">李经办</span>, 2 tasks</p>'
    assert marked("<p>第 3 版（草稿）。 ok</p>") == '<p><span lang="zh-CN">第 3 版（草稿）。</span> ok</p>'
    assert marked('<option value="中">中文</option>') == '<option lang="zh-CN" value="中">中文</option>'
    same = [
        '<a lang="zh">中文</a>',
        "<title>中文</title>",
        '<script>"中文"</script>',
        '<i title="中文">x</i>',
        "<!-- 中 -->",
    ]
    assert [marked(html) for html in same] == same


@pytest.mark.parametrize(("language", "said"), [("en", "Reminder"), ("zh", "催办")])
def test_what_is_kept_in_both_languages_is_read_in_ones_own(app: Flask, language: str, said: str) -> None:
    with app.test_request_context(headers={"Cookie": f"{COOKIE}={language}"}):
        assert worded(both("催办", "Reminder")) == said
        assert worded(both("井盖坏了", "")) == "井盖坏了"
