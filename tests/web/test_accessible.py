"""The main pages under axe-core: what a reader with a keyboard, a screen reader or weak eyes would stumble over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from engine.application import Engine
from engine.tables.instances import ProcessInstance
from tests.web.test_access_matrix import bring_to_review
from tests.web.test_browser import log_in, pytestmark, site

__all__ = ["pytestmark", "site"]

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("axe-core is not installed (npm ci in web/assets)")
    return AXE.read_text(encoding="utf-8")


def faults(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, exclude: [['.bjs-powered-by']]})", STANDARD
    )
    return [
        f"{page.url} {each['id']}: {each['help']} {[node['html'][:160] for node in each['nodes'][:3]]}"
        for each in found["violations"]
    ]


def test_the_pages_of_a_person_have_no_obstacles(
    page: Page, site: str, axe: str, instance: ProcessInstance, task_id: str
) -> None:
    page.goto(f"{site}/login")
    found = faults(page, axe)
    log_in(page, site, "clerk")
    for path in ("/tasks", f"/tasks/{task_id}", "/instances", f"/instances/{instance.id}", "/absent"):
        page.goto(f"{site}{path}")
        if path.endswith(instance.id):
            expect(page.locator("[data-diagram][data-ready]")).to_be_visible()
        found += faults(page, axe)
    assert found == []


def test_the_pages_of_an_operator_and_designer_have_no_obstacles(
    page: Page, site: str, axe: str, app: Flask, engine: Engine, instance: ProcessInstance, task_id: str
) -> None:
    job_id = bring_to_review(app, engine, task_id, broken=True)
    log_in(page, site, "operator")
    found = []
    for path in (
        f"/instances/{instance.id}",
        f"/instances/{instance.id}/repair",
        "/operations",
        f"/operations/jobs/{job_id}",
        "/studio/",
        "/studio/stones/versions",
        "/studio/stones/compare?old=1&new=1",
    ):
        page.goto(f"{site}{path}")
        found += faults(page, axe)
    assert found == []
