"""Two designers beside the others: one may change every process, one those of the stones' guild as well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from engine.application import Engine
from engine.tables.people import Person, PersonPost
from engine.trial.judging import Judges
from engine.types import SYSTEM
from tests.web.conftest import Settings, Visitor
from web.app import create_app
from web.assets_manifest import Assets
from web.pages.studio_calls import JUDGES
from web.security import limiter

DESIGNERS = {"designer": ("周画图", ["process_designer"]), "master": ("吴掌门", ["process_designer", "stone_master"])}


@pytest.fixture(scope="session")
def judges() -> Iterator[Judges]:
    """One process that checks, for all tests: each start takes longer than most checks."""
    judges = Judges()
    yield judges
    judges.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the processes, as it is on disk."""
    (tmp_path / "processes").mkdir()
    return tmp_path / "processes"


@pytest.fixture
def app(engine: Engine, assets: Assets, folder: Path, judges: Judges, password_hash: str) -> Flask:
    """The application, with the designers."""
    with engine.begin(SYSTEM) as work:
        for login, (name, groups) in DESIGNERS.items():
            work.session.add(Person(id=f"p-{login}", login=login, name=name, password_hash=password_hash))
            work.session.flush()
            work.session.add_all(
                PersonPost(
                    id=f"{login}-{group}",
                    person_id=f"p-{login}",
                    group=group,
                    org_unit="11",
                    valid_from=date(2026, 1, 1),
                )
                for group in groups
            )
    built = create_app(engine, Settings(processes=folder), assets)
    with built.app_context():
        limiter.reset()
    built.extensions[JUDGES] = judges
    return built


class Designer(Visitor):
    """A browser whose scripts speak JSON, as the studio's do."""

    def __init__(self, visitor: Visitor) -> None:
        super().__init__(visitor.client)
        self._token = self.token("/studio/")

    def bundle(self, key: str = "stones", **query: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/studio/{key}/bundle", query_string=query).json
        return found

    def text(self, name: str, key: str = "stones") -> str:
        return next(str(file["text"]) for file in self.bundle(key)["files"] if file["name"] == name)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.open(
            path,
            method=method,
            json=body,
            headers={"X-CSRFToken": self._token, "Accept": "application/json", **headers},
        )

    def deploy(self, files: dict[str, str | None], reason: str = "把名称说清楚", **more: Any) -> Any:
        key = more.get("key", "stones")
        body = {"files": files, "reason": reason, "base_version": more.get("base_version", 1)}
        return self.send(
            "POST", f"/studio/{key}/deploy", body, **{"Idempotency-Key": more.get("once", "key-of-deploy")}
        )


@pytest.fixture
def designer(as_person: Any) -> Designer:
    return Designer(as_person("designer"))


@pytest.fixture
def master(as_person: Any) -> Designer:
    return Designer(as_person("master"))
