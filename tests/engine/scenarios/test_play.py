"""A process's own scenarios gate its deployment: what comes true is silent, what does not is said at its step."""

from __future__ import annotations

from pathlib import Path

import pytest
from marshmallow import fields

from engine.bpmn.environment import Environment
from engine.bundle import Bundle, read_bundle
from engine.clock import SystemClock
from engine.declaration import handler
from engine.feel.runtime import Feel
from engine.findings import Finding
from engine.gate import judge
from engine.plugins.host import PluginHost
from engine.scenarios import phrases
from engine.scenarios.feature import read_scenarios
from tests.engine.bpmn.drawing import boundary, catch, draw, end, error, exclusive, message, service, start, timer, user

ROOT = Path(__file__).parents[3]


@handler(
    "shop.order",
    "Order",
    inputs={"what": fields.String(required=True)},
    outputs={"price": fields.Integer(required=True)},
    errors={"SOLD_OUT": "None is left"},
)
def order(ctx: object, what: str) -> dict[str, int]:
    return {"price": 1}


DIAGRAM = draw(
    start("s"),
    user("wish", "wish"),
    service("order", "shop.order", result="bought", what="wish.thing"),
    boundary("gone", "order", error("sold_out")),
    exclusive("dear", default="dear-wait"),
    user("approve"),
    catch("wait", timer("P2D")),
    end("none_left"),
    end("bought"),
    flows="s>wish wish>order order>dear dear>approve[bought.price > 100] dear>wait approve>wait "
    "wait>bought gone>none_left",
    ends=False,
    more='<bpmn:error id="sold_out" name="sold out" errorCode="SOLD_OUT"/>',
)


@pytest.fixture(scope="module")
def environment() -> Environment:
    return Environment(Feel(), SystemClock(), {order.id: order})


def judged(
    environment: Environment, *steps: str, head: str = "# language: zh-CN\n功能: 买\n  场景: 一\n"
) -> list[Finding]:
    feature = head + "".join(f"    {step}\n" for step in steps)
    _, findings = judge(Bundle("test", {"p.bpmn": DIAGRAM, "p.feature": feature.encode()}), environment)
    return findings


WISHED = ("当 流程启动", "当 办理“wish”，填写：", '"""', '{"thing": "chair"}', '"""')


def test_what_comes_true_is_silent(environment: Environment) -> None:
    found = judged(
        environment,
        "假如 现在是“2026-03-02T08:00”",
        *WISHED,
        "那么 停在“order”",
        "当 “order”返回：",
        '"""',
        '{"price": 99}',
        '"""',
        "那么 停在“wait”",
        "而且 没有经过“approve”",
        '而且 `bought.price = 99 and wish.thing = "chair"`成立',
        "当 过了“P1DT23H”",
        "那么 停在“wait”",
        "当 过了“PT1H”",
        "那么 流程办结于“bought”",
        "而且 流程办结",
    )
    assert found == []


def test_english_is_understood(environment: Environment) -> None:
    found = judged(
        environment,
        'Given the handler "shop.order" always raises the error "SOLD_OUT"',
        "When the process starts",
        'And "wish" is completed with:',
        '"""',
        '{"thing": "chair"}',
        '"""',
        'Then the process has ended at "none_left"',
        'And it has not passed "dear"',
        head="Feature: buy\n  Scenario: one\n",
    )
    assert found == []


FALLS = {
    "the wrong place": ((*WISHED, "那么 停在“approve”"), "现在停在 “order”"),
    "one place too few": ((*WISHED, "那么 停在“order”“wish”"), "应当停在 “order”、“wish”"),
    "not passed": ((*WISHED, "那么 经过了“approve”"), "没有经过“approve”"),
    "passed": ((*WISHED, "那么 没有经过“wish”"), "经过了“wish”"),
    "a condition that is not true": ((*WISHED, '那么 `wish.thing = "table"`成立'), "条件不成立（得 False）"),
    "a condition that is not FEEL": ((*WISHED, "那么 `wish = = 1`成立"), "语法错误"),
    "not ended": ((*WISHED, "那么 流程办结"), "流程尚未办结；现在停在 “order”"),
    "not failed": ((*WISHED, "那么 流程因错误码“X”失败"), "没有因错误“X”失败"),
    "a task that does not wait": (("当 流程启动", "当 办理“approve”"), "“approve”此时不在等待；现在停在 “wish”"),
    "an element that is not there": (("当 流程启动", "当 办理“wash”"), "图中没有“wash”"),
    "outputs that the handler cannot give": (
        (*WISHED, "当 “order”返回：", '"""', '{"prize": 1}', '"""'),
        "shop.order 不会返回这样的结果",
    ),
    "an error that it does not declare": ((*WISHED, "当 “order”报错误码“FIRE”"), "没有声明错误 FIRE，只有 SOLD_OUT"),
    "started twice": (("当 流程启动", "当 流程启动"), "流程已经启动"),
    "not started": (("那么 停在“wish”",), "流程还没有启动"),
    "a message that nobody waits for": (("当 流程启动", "当 收到“paid”"), "没有等待“paid”的事件"),
    "a message that starts nothing": (("当 收到“paid”",), "没有由“paid”启动的开始事件"),
    "a process that is not there": (("假如 流程是“q”",), "没有流程“q”，只有 p"),
    "a moment that is none": (("假如 现在是“明天”",), "不是时间：明天"),
    "a duration that is none": (("当 流程启动", "当 过了“两天”"), "不是时长：两天"),
    "a phrase that nobody knows": (("当 一切都好",), "没有这样的说法：一切都好"),
    "a block that is missing": (("假如 启动变量为：",), "要有一段文字"),
    "a block that is no context": (("假如 启动变量为：", '"""', "[1]", '"""'), "应为一组名称和值"),
}


@pytest.mark.parametrize(("steps", "words"), FALLS.values(), ids=FALLS.keys())
def test_what_does_not_come_true_refuses_the_deployment(
    steps: tuple[str, ...], words: str, environment: Environment
) -> None:
    (finding,) = judged(environment, *steps)
    assert (finding.code, finding.file) == ("scenario.fails", "p.feature")
    assert words in finding.message_zh
    assert all((finding.message_en, finding.hint_zh, finding.hint_en))
    last = max(number for number, step in enumerate(steps) if step[0] in "假当那而")
    assert finding.line == 4 + last, "at its step"


MALFORMED = {
    "nothing": (b"", 1),
    "no scenario": ("# language: zh-CN\n功能: 买\n".encode(), 1),
    "no step": ("# language: zh-CN\n功能: 买\n  场景: 一\n".encode(), 3),
    "no language": (b"# language: xx\nFeature: a\n", 1),
    "no Gherkin": ("# language: zh-CN\n功能: 买\n  场景: 一\n    买一把椅子\n    当 流程启动\n    椅子\n".encode(), 6),
    "no text": (b"\xff\xfe\x00", 1),
    "too much": (b"#" * 200_001, 0),
}


@pytest.mark.parametrize(("content", "line"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_file_that_is_no_feature_is_said_with_its_line(content: bytes, line: int) -> None:
    _, (finding, *_) = read_scenarios(content, "p.feature")
    assert (finding.code, finding.line) == ("scenario.malformed", line)


def test_each_row_of_an_outline_is_a_scenario() -> None:
    text = (
        "# language: zh-CN\n功能: 买\n  场景大纲: 甲\n    当 办理“<谁>”\n    例子:\n      | 谁 |\n"
        "      | a |\n      | b |\n"
    )
    scenarios, findings = read_scenarios(text.encode(), "p.feature")
    assert findings == []
    assert [step.text for scenario in scenarios for step in scenario.steps] == ["办理“a”", "办理“b”"]


def test_a_scenario_is_not_played_on_a_diagram_that_cannot_run(environment: Environment) -> None:
    broken = draw(user("wish"), flows="s>wish")
    feature = "# language: zh-CN\n功能: 买\n  场景: 一\n    当 流程启动\n    那么 停在“nowhere”\n".encode()
    _, findings = judge(Bundle("test", {"p.bpmn": broken, "p.feature": feature}), environment)
    assert findings
    assert "scenario.fails" not in {finding.code for finding in findings}


def test_the_process_may_be_started_by_a_message_and_hear_another(environment: Environment) -> None:
    diagram = draw(
        f'<bpmn:startEvent id="s">{message("m")}</bpmn:startEvent><bpmn:endEvent id="e"/>',
        user("a", senders="clerk"),
        boundary("b", "a", message("n")),
        flows="s>a a>e b>e",
        ends=False,
        more='<bpmn:message id="m" name="begin"/><bpmn:message id="n" name="stop"/>',
    )
    feature = (
        "# language: zh-CN\n功能: 听\n  场景: 一\n    当 收到“begin”，内容为：\n"
        '    """\n    {"x": 1}\n    """\n    那么 `x = 1`成立\n    当 收到“stop”\n    那么 流程办结\n'
    )
    _, findings = judge(Bundle("test", {"p.bpmn": diagram, "p.feature": feature.encode()}), environment)
    assert [finding for finding in findings if finding.code.startswith("scenario")] == []


def test_every_phrase_is_in_the_documentation() -> None:
    text = (ROOT / "processes" / "README.md").read_text("utf-8")
    missing = [each for shape in phrases.shapes() for each in shape if f"{each}" not in text]
    assert missing == []


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in (ROOT / "processes").glob("*/*.bpmn")), ids=lambda p: p.name
)
def test_the_scenarios_of_the_processes_come_true(folder: Path) -> None:
    """With the declarations of the installed plugins: a scenario cannot let a handler say what it never says."""
    bundle = read_bundle(folder)
    written = [text for file, text in bundle.files.items() if file.endswith(".feature")]
    assert written, "a process says by scenarios what it is for"
    host = PluginHost()
    host.load()
    host.close()
    with Feel() as feel:
        _, findings = judge(bundle, Environment(feel, SystemClock(), host.handlers))
    assert [str(finding) for finding in findings if finding.code.startswith("scenario")] == []
