"""What a form says of a value that it cannot take. Chinese texts are the keys of the translations."""

from __future__ import annotations

from typing import Any


class Message(str):
    """A text with its facts filled in; `msgid` and `params` let the web layer say it in another language."""

    __slots__ = ("msgid", "params")
    msgid: str
    params: dict[str, Any]

    def __new__(cls, msgid: str, **params: Any) -> Message:
        """Fill `params` into a text with `%(name)s` in it."""
        message = super().__new__(cls, msgid % params if params else msgid)
        message.msgid = msgid
        message.params = params
        return message


REQUIRED = Message("必填项")
TICK = Message("请勾选确认")
NOT_TEXT = Message("请输入文字")
UNSTORABLE = Message("含有无法保存的字符")
PATTERN = Message("格式不正确")
EMAIL = Message("邮箱格式不正确")
PHONE = Message("电话号码格式不正确")
NOT_NUMBER = Message("请输入数字")
NOT_WHOLE = Message("请输入整数")
TOO_LARGE = Message("数值过大")
NOT_OPTION = Message("选项无效，请重新选择")
NOT_LIST = Message("格式不正确，请重新选择")
TWICE = Message("同一选项选了两次")
NOT_DATE = Message("日期格式不正确，应为 2026-12-31")
NOT_TIME = Message("时间格式不正确，应为 17:30")
NOT_MOMENT = Message("日期时间格式不正确，应为 2026-12-31T17:30")
DATE_RANGE = Message("日期超出范围")
PAST = Message("不能早于今天")
NOT_YES_NO = Message("请选择是或否")
UNKNOWN_FIELD = Message("表单没有此字段")
SHAPE = Message("内容格式不正确")


def too_short(least: int) -> Message:
    """Say that a text has too few characters."""
    return Message("至少 %(least)s 个字", least=least)


def too_long(most: int) -> Message:
    """Say that a text has too many characters."""
    return Message("最多 %(most)s 个字", most=most)


def below(least: Any) -> Message:
    """Say that a number is too small."""
    return Message("不能小于 %(least)s", least=least)


def above(most: Any) -> Message:
    """Say that a number is too large."""
    return Message("不能大于 %(most)s", most=most)


def digits(most: int) -> Message:
    """Say that a number has too many decimal digits."""
    return Message("最多 %(most)s 位小数", most=most)


def rows(most: int) -> Message:
    """Say that a list has too many rows."""
    return Message("最多 %(most)s 项", most=most)
