"""What the properties of an element are called where differences are shown: from the paths in the file to words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

from web.studio_palette import TITLES
from web.texts import gettext

NAMES: Mapping[str, Any] = {
    "name": lazy_gettext("名称"),
    "type": lazy_gettext("类型"),
    "scope": lazy_gettext("所在的子流程"),
    "lane": lazy_gettext("泳道"),
    "group": lazy_gettext("岗位组"),
    "unit": lazy_gettext("机构编码"),
    "from": lazy_gettext("起点"),
    "to": lazy_gettext("终点"),
    "condition": lazy_gettext("条件"),
    "default": lazy_gettext("默认分支"),
    "attachedToRef": lazy_gettext("附着于"),
    "cancelActivity": lazy_gettext("中断所附着的活动"),
    "calledElement": lazy_gettext("调用的流程"),
    "documentation": lazy_gettext("说明"),
    "script": lazy_gettext("脚本"),
    "calledDecisionId": lazy_gettext("调用的决策"),
    "variableName": lazy_gettext("存入的变量"),
    "isForCompensation": lazy_gettext("用于补偿"),
}
TIMES: Mapping[str, Any] = {
    "timeDate": lazy_gettext("定时：时刻"),
    "timeDuration": lazy_gettext("定时：时长"),
    "timeCycle": lazy_gettext("定时：周期"),
}
_PARAMETER = re.compile(r".*/parameter\[([^]]*)\]/@value")
_RESULT = re.compile(r"serviceTaskOperator(?:\[[^]]*\])?/@resultVariable")
_MAPPING = re.compile(r"ioMapping/(input|output)(?:\[[^]]*\])?/@(\w+)")
_REFERENCE = re.compile(r"(message|signal|error|escalation)EventDefinition/@\w+Ref|@?(message)Ref")
_KINDS: Mapping[str, Any] = {
    "message": lazy_gettext("消息"),
    "signal": lazy_gettext("信号"),
    "error": lazy_gettext("错误"),
    "escalation": lazy_gettext("升级"),
}


def words_for(path: str) -> str:
    """Return what a property is called; of one that has no name, its path."""
    if path in NAMES:
        return str(NAMES[path])
    kind, _, rest = path.partition(" ")
    if kind == "property" and rest:
        return str(TITLES[rest]) if rest in TITLES else gettext("属性 %(name)s", name=rest)
    if kind == "field" and rest:
        return gettext("字段 %(name)s", name=rest)
    return _inside(path)


def _inside(path: str) -> str:
    if parameter := _PARAMETER.fullmatch(path):
        return gettext("参数 %(name)s", name=parameter[1])
    if reference := _REFERENCE.fullmatch(path):
        return str(_KINDS[reference[1] or reference[2]])
    if _RESULT.fullmatch(path):
        return gettext("结果存入变量")
    if _MAPPING.fullmatch(path):
        return gettext("传入与带回的变量")
    return next((str(words) for name, words in TIMES.items() if name in path), path)
