"""Settings, read from the environment once, at the start. Nobody else reads the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from engine.vault import KEY_FILE

PREFIX = "ONEGRID_"
ROOT = Path(__file__).resolve().parent.parent


class SettingsInvalid(ValueError):
    """Settings are wrong; the text lists every fault, one a line."""


@dataclass(frozen=True)
class Settings:
    """How this process runs.

    Attributes:
        home: folder of the database, the secret key and the demo's password (ONEGRID_HOME, default ./var).
        database_url: ONEGRID_DATABASE_URL; default: SQLite in `home`. On PostgreSQL with roles: that of onegrid_app.
        apply_database_url: ONEGRID_APPLY_DATABASE_URL, that of onegrid_apply; only for the process that runs what is
            reserved.
        owner_database_url: ONEGRID_OWNER_DATABASE_URL, for `onegrid database` alone: a login that may act as the owner.
        processes: folder of the process folders to deploy (ONEGRID_PROCESSES, default: those beside the packages).
        host, port: where to listen (ONEGRID_HOST, PORT).
        secret_key: signs cookies; made at the first start and kept in `home`, readable by its owner only.
        secure_cookies: send cookies over HTTPS only (ONEGRID_SECURE_COOKIES=1, behind a proxy with TLS).
        trusted_proxy: address of the proxy before us, whose X-Forwarded-For and X-Forwarded-Proto are believed
            (ONEGRID_TRUSTED_PROXY, e.g. 127.0.0.1; default: nobody's). Without it all behind a proxy count as one.
        threads: of the web server (ONEGRID_THREADS).
        settings_key: file of the key that seals plugins' secrets (ONEGRID_SECRET_KEY_FILE, default: made in `home`).
        strict_plugins: a plugin that does not load stops the start (ONEGRID_STRICT_PLUGINS=1, for CI).
        plugin_places: where departments' plugins are beside those installed with us (ONEGRID_PLUGINS, separated by
            colons; default: `plugins` in `home`); see engine/plugins/places.py.
    """

    home: Path
    database_url: str
    processes: Path
    host: str
    port: int
    secret_key: str
    secure_cookies: bool
    threads: int
    strict_plugins: bool
    settings_key: Path
    plugin_places: tuple[Path, ...] = ()
    apply_database_url: str | None = None
    owner_database_url: str | None = None
    trusted_proxy: str | None = None


KNOWN = frozenset(
    PREFIX + name
    for name in (
        "HOME",
        "DATABASE_URL",
        "APPLY_DATABASE_URL",
        "OWNER_DATABASE_URL",
        "PROCESSES",
        "HOST",
        "SECURE_COOKIES",
        "TRUSTED_PROXY",
        "THREADS",
        "STRICT_PLUGINS",
        "SECRET_KEY_FILE",
        "PLUGINS",
        "REQUIRE_BROWSER",
    )
)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raise SettingsInvalid with all faults, unknown ONEGRID_ names among them."""
    env = os.environ if environment is None else environment
    faults = [f"{name}: 未知的设置 / unknown setting" for name in sorted(env) if _unknown(name)]
    port = _number(env, "PORT", 8080, range(65536), faults)
    threads = _number(env, PREFIX + "THREADS", 8, range(1, 257), faults)
    home = Path(env.get(PREFIX + "HOME") or "var").absolute()
    processes = Path(env.get(PREFIX + "PROCESSES") or ROOT / "processes").absolute()
    given = env.get(PREFIX + "PLUGINS")
    places = [Path(place).absolute() for place in given.split(os.pathsep)] if given else [home / "plugins"]
    faults += [
        f"{PREFIX}PLUGINS: 没有文件夹 {place} / no such folder" for place in places if given and not place.is_dir()
    ]
    proxy = _address(env, PREFIX + "TRUSTED_PROXY", faults)
    if not processes.is_dir():
        faults.append(f"{PREFIX}PROCESSES: 没有文件夹 {processes} / no such folder")
    if faults:
        raise SettingsInvalid("\n".join(faults))
    home.mkdir(parents=True, exist_ok=True)
    return Settings(
        home=home,
        database_url=env.get(PREFIX + "DATABASE_URL") or f"sqlite:///{home / 'onegrid.db'}",
        processes=processes,
        host=env.get(PREFIX + "HOST") or "127.0.0.1",
        port=port,
        secret_key=_secret_key(home / "secret-key"),
        secure_cookies=env.get(PREFIX + "SECURE_COOKIES") == "1",
        threads=threads,
        strict_plugins=env.get(PREFIX + "STRICT_PLUGINS") == "1",
        plugin_places=tuple(places),
        apply_database_url=env.get(PREFIX + "APPLY_DATABASE_URL") or None,
        owner_database_url=env.get(PREFIX + "OWNER_DATABASE_URL") or None,
        trusted_proxy=proxy,
        settings_key=Path(env.get(PREFIX + "SECRET_KEY_FILE") or home / KEY_FILE).absolute(),
    )


def _unknown(name: str) -> bool:
    return name.startswith(PREFIX) and name not in KNOWN


def _number(env: Mapping[str, str], name: str, default: int, allowed: range, faults: list[str]) -> int:
    text = env.get(name) or str(default)
    if text.isascii() and text.isdigit() and int(text) in allowed:
        return int(text)
    faults.append(f"{name}={text}: 应为 {allowed.start} 到 {allowed.stop - 1} 的整数 / not a number in that range")
    return default


def _address(env: Mapping[str, str], name: str, faults: list[str]) -> str | None:
    text = env.get(name) or None
    try:
        return str(ip_address(text)) if text else None
    except ValueError:
        faults.append(f"{name}={text}: 应为一个 IP 地址 / not an address like 127.0.0.1")
        return None


def _secret_key(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key
