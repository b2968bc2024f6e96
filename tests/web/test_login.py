"""Logging in and out: passwords, sessions and their end, forged posts, too many attempts, redirects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.application import Engine
from engine.clock import FixedClock
from engine.tables.people import LoginSession, Person, PersonPost
from engine.types import SYSTEM
from tests.web.conftest import PASSWORD, Counter, Visitor
from web.auth import COOKIE, safe_target
from web.sessions import digest_of


def cookie(visitor: Visitor) -> str | None:
    found = visitor.client.get_cookie(COOKIE)
    return found.value if found else None


def test_a_visitor_is_sent_to_the_login_and_back(visitor: Visitor) -> None:
    answer = visitor.get("/instances?search=7")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/instances?search%3D7"
    entered = visitor.post("/login", {"login": "clerk", "password": PASSWORD, "next": "/instances?search=7"})
    assert entered.location == "/instances?search=7"
    assert visitor.get("/instances?search=7").status_code == 200


@pytest.mark.parametrize(("login", "password"), [("clerk", "wrong"), ("nobody", PASSWORD), ("", ""), ("clerk", "")])
def test_a_wrong_password_and_an_unknown_account_look_the_same(visitor: Visitor, login: str, password: str) -> None:
    answer = visitor.log_in(login, password)
    assert answer.status_code == 401
    assert "账号或密码不正确" in answer.text
    assert cookie(visitor) is None


def test_a_person_who_left_cannot_log_in_and_is_logged_out(clerk: Visitor, engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        work.session.execute(sa.update(Person).where(Person.login == "clerk").values(active=False))
    assert clerk.get("/tasks").status_code == 302
    assert clerk.log_in("clerk").status_code == 401


def test_a_post_counts_on_its_days_only(as_person: Any, engine: Engine, clock: FixedClock, task_id: str) -> None:
    clerk = as_person("clerk")
    with engine.begin(SYSTEM) as work:
        work.session.execute(
            sa.update(PersonPost)
            .where(PersonPost.person_id == "p-clerk")
            .values(valid_to=clock.now().date() + timedelta(days=1))
        )
    assert clerk.get(f"/tasks/{task_id}").status_code == 200
    clock.advance(timedelta(days=1) - timedelta(hours=2))
    assert as_person("clerk").get(f"/tasks/{task_id}").status_code == 404


def test_the_token_is_new_at_each_login_and_only_its_digest_is_stored(visitor: Visitor, engine: Engine) -> None:
    visitor.client.set_cookie(COOKIE, "chosen-by-an-attacker")
    visitor.log_in("clerk")
    first = cookie(visitor)
    visitor.log_in("clerk")
    second = cookie(visitor)
    assert first
    assert second
    assert len({first, second, "chosen-by-an-attacker"}) == 3
    with engine.begin(SYSTEM, write=False) as work:
        stored = set(work.session.scalars(sa.select(LoginSession.token_digest)))
    assert stored == {digest_of(second)}, "the session before is closed, none was made for the chosen token"


def test_a_logout_kills_the_token(clerk: Visitor) -> None:
    token = cookie(clerk)
    assert token
    assert clerk.post("/logout").location == "/login"
    assert cookie(clerk) is None
    clerk.client.set_cookie(COOKIE, token)
    assert clerk.get("/tasks").status_code == 302


def test_an_idle_session_ends_after_eight_hours(clerk: Visitor, clock: FixedClock) -> None:
    for _ in range(2):
        clock.advance(timedelta(hours=7, minutes=59))
        assert clerk.get("/tasks").status_code == 200
    clock.advance(timedelta(hours=8))
    assert clerk.get("/tasks").status_code == 302


def test_a_busy_session_ends_after_a_day(clerk: Visitor, clock: FixedClock) -> None:
    for _ in range(4):
        clock.advance(timedelta(hours=5, minutes=55))
        assert clerk.get("/tasks").status_code == 200
    clock.advance(timedelta(hours=1))
    assert clerk.get("/tasks").status_code == 302


def test_the_time_of_last_use_is_written_at_most_every_five_minutes(
    clerk: Visitor, clock: FixedClock, counter: Counter
) -> None:
    clerk.get("/tasks")
    assert counter.commits == 0
    clock.advance(timedelta(minutes=6))
    clerk.get("/tasks")
    assert counter.commits == 1


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Visitor, app: Flask) -> None:
    set_cookie = visitor.log_in("clerk").headers["Set-Cookie"]
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    app.config["SESSION_COOKIE_SECURE"] = True
    assert "Secure" in Visitor(app.test_client()).log_in("clerk").headers["Set-Cookie"]


def test_a_post_without_the_pages_token_is_refused(clerk: Visitor, task_id: str) -> None:
    answer = clerk.client.post(f"/tasks/{task_id}/claim")
    assert answer.status_code == 400
    assert "页面已过期或来源不明" in answer.text


def test_the_token_of_a_visitor_is_worth_nothing_after_the_login(visitor: Visitor, task_id: str) -> None:
    before = visitor.token()
    visitor.log_in("clerk")
    answer = visitor.client.post(f"/tasks/{task_id}/claim", data={"csrf_token": before})
    assert answer.status_code == 400


def test_too_many_wrong_passwords_are_stopped_with_the_time_to_wait(visitor: Visitor) -> None:
    answers = [visitor.log_in("clerk", "wrong") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "秒后再试" in answers[-1].text
    assert visitor.log_in("reviewer").status_code == 302, "another account is not locked out"


def test_who_guesses_at_one_address_locks_nobody_out_at_another(app: Flask, visitor: Visitor) -> None:
    guesser = Visitor(app.test_client())
    guesser.client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    assert [guesser.log_in("clerk", "wrong").status_code for _ in range(11)][-1] == 429
    assert visitor.log_in("clerk").status_code == 302


def test_one_account_is_not_guessed_at_from_many_addresses(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.sessions.verify_password", lambda *_: False)  # hashing takes its time
    guesser, answers = Visitor(app.test_client()), []
    for number in range(61):
        guesser.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        answers.append(guesser.log_in("clerk", "").status_code)
    assert answers == [401] * 60 + [429]


def test_right_passwords_do_not_count(visitor: Visitor) -> None:
    assert {visitor.log_in("clerk").status_code for _ in range(15)} == {302}


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\tx",
        "evil",
        "",
        None,
    ],
)
def test_a_login_never_leads_to_another_site(app: Flask, wanted: str | None) -> None:
    with app.test_request_context("/", base_url="http://here.example"):
        assert safe_target(wanted, "/tasks") == "/tasks"


def test_an_address_of_this_site_is_kept(app: Flask) -> None:
    with app.test_request_context("/", base_url="http://here.example"):
        assert safe_target("http://here.example/instances?search=a", "/") == "/instances?search=a"
        assert safe_target("///evil.example", "/") == "/evil.example", "a page of this site, if there were one"


def test_htmx_is_sent_to_the_login_as_a_whole_page(visitor: Visitor) -> None:
    answer = visitor.get("/tasks", headers={"HX-Request": "true", "Referer": "http://localhost/tasks?mine=1"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/tasks?mine%3D1"


def test_a_program_without_a_login_gets_401(visitor: Visitor) -> None:
    assert visitor.get("/tasks", headers={"Accept": "application/json"}).status_code == 401


def test_the_language_is_remembered(visitor: Visitor) -> None:
    assert "登录" in visitor.get("/login").text
    assert visitor.get("/language/en", headers={"Referer": "http://localhost/login"}).location == "/login"
    assert visitor.get("/language/xx").status_code == 404
    assert visitor.get("/language/en", headers={"Referer": "https://evil.example/"}).location == "/tasks"
    assert '<html lang="en">' in visitor.get("/login").text


def test_a_person_reads_in_the_language_of_the_account(as_person: Any, engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        work.session.execute(sa.update(Person).where(Person.login == "reviewer").values(locale="en"))
    assert '<html lang="en">' in as_person("reviewer").get("/tasks").text
