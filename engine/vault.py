"""The vault: seals secrets before they are stored. The key is a file beside the database, never a row in it."""

from __future__ import annotations

import hashlib
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from functools import cached_property
from pathlib import Path

from engine.declaration import SecretText
from engine.errors import SettingUnreadable

KEY_FILE = "settings-key"
"""Name of the key's file in the installation's home."""

KEY = 32
"""Bytes of the key: AES-256."""
_VERSION = b"\x01"
_NAME = 4
_NONCE = 12


class Vault:
    """Seals and opens with AES-GCM. A sealed text belongs to one place, and does not open in another."""

    def __init__(self, file: Path) -> None:
        """Name the key's file; it is read, or made, when it is first needed."""
        self._file = file

    def prepare(self) -> None:
        """Make the key if there is none, readable by its owner only; raise SettingUnreadable when it is no key."""
        try:
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            _ = self._key
            return
        with os.fdopen(descriptor, "wb") as file:
            file.write(urlsafe_b64encode(secrets.token_bytes(KEY)) + b"\n")

    def seal(self, secret: SecretText, place: str) -> bytes:
        """Return the secret encrypted for a place, e.g. `emergency/431103/token`."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  50 ms that few need

        self.prepare()
        nonce = secrets.token_bytes(_NONCE)
        head = _VERSION + self._name
        return head + nonce + AESGCM(self._key).encrypt(nonce, secret.reveal().encode(), head + place.encode())

    def open(self, sealed: bytes, place: str) -> SecretText:
        """Return the secret that was sealed for a place.

        Raises:
            SettingUnreadable: it was sealed with another key, for another place, or is damaged.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  as above
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  as above

        head, rest = sealed[: 1 + _NAME], sealed[1 + _NAME :]
        if head != _VERSION + self._name:
            raise SettingUnreadable(place=place)
        try:
            text = AESGCM(self._key).decrypt(rest[:_NONCE], rest[_NONCE:], head + place.encode())
        except (InvalidTag, ValueError) as error:
            raise SettingUnreadable(place=place) from error
        return SecretText(text.decode())

    @cached_property
    def _key(self) -> bytes:
        try:
            key = urlsafe_b64decode(self._file.read_bytes().strip())
        except (OSError, NotBase64) as error:
            raise SettingUnreadable(f"不能读取密钥文件 {self._file}。", file=str(self._file)) from error
        if len(key) != KEY:
            raise SettingUnreadable(f"{self._file} 不是密钥文件。", file=str(self._file))
        return key

    @property
    def _name(self) -> bytes:
        """What tells keys apart, without telling anything of them."""
        return hashlib.sha256(b"name of the key" + self._key).digest()[:_NAME]
