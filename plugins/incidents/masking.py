"""Numbers and addresses of people that stand in free texts: people write them though they are asked not to (I20).

Found are runs of digits as long as a telephone number, in whatever digits and with whatever between them: full-width
and Chinese ones, spaces, dots, brackets, signs that are not seen. Dates, coordinates and numbers of incidents stay.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MASKED: Final = "***"
_CHINESE: Final = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_DIGIT: Final = rf"[\d{_CHINESE}]"
_BETWEEN: Final = r"[\s\-‐-―_.．·•,，、。/\\()（）:：*#|~+＋\u200b-\u200f\u2060\ufe0f\u20e3\ufeff]{0,4}"
_RUN: Final = rf"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{6,}}(?:{_BETWEEN}[xXｘＸ](?![A-Za-z]))?"
_MAIL: Final = r"[\w.+-]+\s*[@＠]\s*[\w-]+(?:[.．。][\w-]+)+"
_DATE: Final = r"(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?(?:[T ]?\d{1,2}:\d{2}(?::\d{2})?)?"
_POINT: Final = r"\d{1,2}\.\d{3,6}, ?\d{2,3}\.\d{3,6}"
_KNOWN: Final = rf"(?<![\d.])(?:SJ-\d{{6}}-\d{{8}}-\d{{5}}|{_DATE}|{_POINT})(?![\d.])"
_FOUND: Final = re.compile(rf"(?P<known>{_KNOWN})|(?P<mail>{_MAIL})|(?P<run>{_RUN})")
_MOBILE: Final = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
IDENTITY: Final = 15
"""Digits of the shorter kind of identity card: what is as long is no office's number."""


def masked(text: str) -> str:
    """Return a text in which no number of a telephone or identity card, and no address of mail, can be read."""
    return _FOUND.sub(lambda found: found[0] if found["known"] else MASKED, text)


def masked_answer(text: str) -> str:
    """Return an official's text without mobile numbers, identity cards and addresses of mail: offices' numbers stay."""
    return _FOUND.sub(lambda found: MASKED if found["mail"] or _is_personal(found["run"] or "") else found[0], text)


def _is_personal(run: str) -> bool:
    digits = "".join(str(_value(sign)) for sign in run if _value(sign) is not None)
    return len(digits) >= IDENTITY or _MOBILE.fullmatch(digits) is not None


def _value(sign: str) -> int | None:
    if sign == "幺":
        return 1
    number = unicodedata.numeric(sign, None)
    return None if number is None or not 0 <= number <= 9 else int(number)
