# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a ClearML API server is and how to reach it."""

from __future__ import annotations

import functools
import json
import os
import ssl
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ansible.module_utils.basic import env_fallback, missing_required_lib

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._hocon import read_file


def connection_argument_spec() -> dict[str, dict[str, t.Any]]:
    """The connection options that all modules share (documented in the fragment ``connection``)."""

    def from_env(*names: str) -> tuple[t.Callable[..., t.Any], list[str]]:
        return env_fallback, list(names)

    return {
        "api_host": {"type": "str", "fallback": from_env("CLEARML_API_HOST")},
        "api_access_key": {"type": "str", "no_log": False, "fallback": from_env("CLEARML_API_ACCESS_KEY")},
        "api_secret_key": {"type": "str", "no_log": True, "fallback": from_env("CLEARML_API_SECRET_KEY")},
        "config_file": {"type": "path", "fallback": from_env("CLEARML_CONFIG_FILE")},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "proxy": {"type": "str", "no_log": True},
        "connect_timeout": {"type": "float", "default": 10.0},
        "timeout": {"type": "float", "default": 60.0},
        "unborn_server": {"type": "bool", "default": False},
    }


#: Seconds in a day: more is a mistake, and much more is refused by the operating system.
LONGEST_TIMEOUT = 86400


@dataclass(frozen=True)
class Connection:
    """All that is needed to talk to one server as one caller; timeouts are in seconds."""

    host: str
    access_key: str
    secret_key: str = field(repr=False)
    verify: bool | str = True
    proxy: str | None = field(default=None, repr=False)
    connect_timeout: float = 10.0
    timeout: float = 60.0

    @classmethod
    def from_options(cls, options: t.Mapping[str, t.Any]) -> Connection:
        """Options first (the environment is already in them as fallback), then the named clearml.conf.

        :raises InvalidInput: naming the value that is missing or cannot work
        """
        config = read_config_file(options["config_file"]) if options.get("config_file") else {}
        missing = []
        found: dict[str, str] = {}
        for option, path, variable in (
            ("api_host", "api_server", "CLEARML_API_HOST"),
            ("api_access_key", "credentials.access_key", "CLEARML_API_ACCESS_KEY"),
            ("api_secret_key", "credentials.secret_key", "CLEARML_API_SECRET_KEY"),
        ):
            value = options.get(option) or config.get(path)
            if value:
                found[option] = str(value)
            else:
                missing.append(f"{option} (or {variable}, or api.{path} in a clearml.conf named by config_file)")
        if missing:
            raise InvalidInput("The connection to the ClearML API is incomplete; missing: " + "; ".join(missing))
        for name in ("connect_timeout", "timeout"):
            if options.get(name) is not None and not 0 < options[name] <= LONGEST_TIMEOUT:
                raise InvalidInput(f"{name} is {options[name]}; it must be seconds above 0, at most {LONGEST_TIMEOUT}")
        return cls(
            host=_checked_url(found["api_host"]),
            access_key=found["api_access_key"],
            secret_key=found["api_secret_key"],
            verify=_verification(options, config),
            proxy=_checked_proxy(options.get("proxy") or None),
            connect_timeout=options.get("connect_timeout") or 10.0,
            timeout=options.get("timeout") or 60.0,
        )


def _checked_url(url: str) -> str:
    url = url.strip()
    if "@" in url:
        raise InvalidInput(
            "api_host holds a user name or a password (there is an @ in it); give them as api_access_key and "
            "api_secret_key"
        )
    if not _is_web_address(url):
        raise InvalidInput(f"api_host is {url!r}; it must be a URL such as https://api.example.com")
    return url.rstrip("/")


def _checked_proxy(url: str | None) -> str | None:
    # A proxy's URL may hold a password, so it is not repeated.
    if url is not None and not _is_web_address(url):
        raise InvalidInput("proxy must be a URL such as http://proxy.example.com:3128; other schemes are not supported")
    return url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and not any(letter.isspace() for letter in url)
        return named and parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return False


def _verification(options: t.Mapping[str, t.Any], config: t.Mapping[str, t.Any]) -> bool | str:
    """Whether and by what to check the server's certificate: options, environment, clearml.conf, in this order."""
    if not options.get("validate_certs", True):
        return False
    for where, value in (
        ("ca_path", options.get("ca_path")),
        ("REQUESTS_CA_BUNDLE", os.environ.get("REQUESTS_CA_BUNDLE")),
        ("CURL_CA_BUNDLE", os.environ.get("CURL_CA_BUNDLE")),
        ("api.verify_certificate of config_file", config.get("verify_certificate")),
    ):
        if isinstance(value, bool):
            return value
        if value:
            return _checked_bundle(where, str(value))
    return True


def _checked_bundle(where: str, path: str) -> str:
    if not os.path.exists(path):
        raise InvalidInput(f"{where} is {path!r}, and there is no such file or directory")
    if os.path.isfile(path) and not _has_certificates(path, os.stat(path).st_mtime_ns):
        raise InvalidInput(f"{where} is {path!r}, and there are no certificates in PEM form in it")
    return path


@functools.lru_cache
def _has_certificates(path: str, written: int) -> bool:
    """Whether a file can be used to check certificates; a usual bundle takes as long to read as ten items of a loop."""
    try:
        ssl.create_default_context(cafile=path)
    except (ssl.SSLError, OSError):
        return False
    return True


def read_config_file(path: str) -> dict[str, t.Any]:
    """The ``api`` section of a clearml.conf as dotted keys.

    The file is HOCON, so pyhocon reads it; nothing else needs that library.

    :raises InvalidInput: if the file or pyhocon is missing, or the file cannot be parsed
    """
    path = os.path.expanduser(path)
    if not os.path.isfile(path):
        raise InvalidInput(f"config_file is {path!r}, and there is no such file")
    tree = _read_json(path) or _read_hocon(path)
    values = {}
    for key in ("api_server", "credentials.access_key", "credentials.secret_key", "verify_certificate"):
        value: t.Any = tree
        for step in ("api", *key.split(".")):
            value = value.get(step) if isinstance(value, dict) else None
        if value is not None:
            values[key] = value
    return values


def _read_json(path: str) -> dict[str, t.Any] | None:
    """The tree of a file that is JSON, which needs no other library; None for all others."""
    try:
        with open(path, encoding="utf-8") as file:
            tree = json.load(file)
    except ValueError:
        return None
    except OSError as error:
        raise InvalidInput(f"config_file {path!r} cannot be read ({error.strerror})") from None
    return tree if isinstance(tree, dict) else None


def _read_hocon(path: str) -> dict[str, t.Any]:
    try:
        tree = read_file(path)
    except ImportError:
        raise InvalidInput(f"config_file {path!r} cannot be read. {missing_required_lib('pyhocon')}") from None
    except ValueError as error:
        raise InvalidInput(f"config_file {path!r} is not valid HOCON ({error})") from None
    if tree is None:
        raise InvalidInput(f"config_file {path!r} is no map of sections; it needs api.api_server and api.credentials")
    return t.cast("dict[str, t.Any]", tree)
