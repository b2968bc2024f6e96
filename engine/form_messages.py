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


def files_fewer(least: int) -> Message:
    """Say that a field has too few files."""
    return Message("至少 %(least)s 个文件", least=least)


def files_more(most: int) -> Message:
    """Say that a field has too many files."""
    return Message("最多 %(most)s 个文件，请删去多余的", most=most)


def file_gone() -> Message:
    """Say that a file is not there, or was sent for something else."""
    return Message("文件已不在，请重新上传")


def file_not_accepted(name: str, accept: str) -> Message:
    """Say that a field takes other kinds of file."""
    return Message("“%(name)s”不是此处需要的文件，请上传 %(accept)s", name=name, accept=accept)


def file_empty(name: str) -> Message:
    """Say that a file has no content."""
    return Message("“%(name)s”是空文件，请重新选择", name=name)


def file_too_large(name: str, most: int) -> Message:
    """Say that a file has too many bytes."""
    return Message("“%(name)s”超过 %(most)s MB，请压缩或拆分后再上传", name=name, most=most)


def file_many_pixels(name: str) -> Message:
    """Say that a picture has too many pixels."""
    return Message("图片“%(name)s”的像素过多，请缩小后再上传", name=name)


def file_later(name: str) -> Message:
    """Say that others' pictures are being read."""
    return Message("现在上传图片的人太多，“%(name)s”没有收下，请稍候再传", name=name)


def file_damaged(name: str) -> Message:
    """Say that a picture cannot be read."""
    return Message("图片“%(name)s”已损坏，无法读取，请重新拍摄或另存后再上传", name=name)


def file_heic(name: str) -> Message:
    """Say that a picture is in a format of some phones."""
    return Message(
        "“%(name)s”是 HEIC 或 AVIF 图片，请在相册中另存为 JPEG，或把相机格式改为“兼容性最佳”后再拍", name=name
    )


def file_kind(name: str) -> Message:
    """Say that a file is of a kind that is not taken."""
    return Message("“%(name)s”不是可以上传的文件，只接受 JPEG、PNG、WebP 图片和 PDF，请转换后再上传", name=name)


def files_waiting(most: int) -> Message:
    """Say that too many files were sent without the form."""
    return Message("已上传而未提交的文件超过 %(most)s 个，请先提交或保存，明天再传其余的", most=most)


OTHER_PERSON = Message("请选择本岗位的其他人员")


def why_handed(least: int, most: int) -> Message:
    """Say that a reason is missing for which a task is handed to another."""
    return Message("请写明转交的理由，%(least)s至%(most)s字", least=least, most=most)
