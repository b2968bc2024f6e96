"""A catalogue as a JSON file: how a county brings along the one it had before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from plugins.catalogue.listing import read_basis
from plugins.catalogue.model import Guarantees, Item, WorkerAction
from plugins.catalogue.register import Enactment


def read_enactment(data: Mapping[str, Any]) -> Enactment:
    """Return the decision that a file tells of.

    Its keys are the fields of `Enactment`; an item's those of `Item`, with `legal_bases` and `guarantees`.

    Raises:
        ValueError: a field is missing or is not what it should be; the text names the item and the field.
    """
    try:
        return Enactment(
            county=str(data["county"]),
            decision_no=str(data["decision_no"]),
            approved_by=str(data["approved_by"]),
            approved_on=date.fromisoformat(data["approved_on"]),
            published_on=date.fromisoformat(data["published_on"]),
            effective_from=date.fromisoformat(data["effective_from"]),
            items=[_item(item) for item in data["items"]],
        )
    except KeyError as error:
        raise ValueError(f"缺少 {error.args[0]}") from error
    except TypeError as error:
        raise ValueError(f"格式不对：{error}") from error


def _item(data: Mapping[str, Any]) -> Item:
    code = data.get("code", "?")
    try:
        return Item(
            code=str(data["code"]),
            name_zh=str(data["name_zh"]),
            name_en=str(data["name_en"]),
            description=str(data.get("description", "")),
            worker_action=WorkerAction(data["worker_action"]),
            requires_professional_skill=_flag(data, "requires_professional_skill"),
            requires_enforcement_qualification=_flag(data, "requires_enforcement_qualification"),
            legal_bases=[read_basis(basis) for basis in data["legal_bases"]],
            guarantees=Guarantees(**data["guarantees"]),
            temporary_until=date.fromisoformat(data["temporary_until"]) if data.get("temporary_until") else None,
        )
    except KeyError as error:
        raise ValueError(f"事项 {code} 缺少 {error.args[0]}") from error
    except (TypeError, ValueError) as error:
        raise ValueError(f"事项 {code}：{error}") from error


def _flag(data: Mapping[str, Any], name: str) -> bool:
    if not isinstance(data[name], bool):
        raise ValueError(f"{name} 应为 true 或 false")
    return bool(data[name])
