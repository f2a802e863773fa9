# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an OIDC discovery document, as the server does it; the lab never leaves the loopback interface.

The whole lab waits for the document, so a URL of the lab's own API or control port runs into the timeout.
"""

from __future__ import annotations

import ipaddress
import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from lab.wire import errors
from lab.world.records import Json

ENDPOINTS = (
    "authorization_endpoint",
    "end_session_endpoint",
    "jwks_uri",
    "revocation_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
)
"""The keys that the API takes over."""

_TIMEOUT_SEC = 2.0
_LARGEST = 1024 * 1024


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could lead away from this machine."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())


def discover(url: str) -> Json:
    """The endpoints in the document at a well-known URL; ApiError 400/1404 if there is none."""
    if not _on_loopback(url):
        raise errors.discovery_failed(url, "the lab reads from this machine only")
    try:
        with _OPENER.open(url, timeout=_TIMEOUT_SEC) as response:
            document = json.loads(response.read(_LARGEST))
    except (OSError, HTTPException, ValueError) as error:
        raise errors.discovery_failed(url, str(error)) from None
    found = {name: document.get(name) for name in ENDPOINTS} if isinstance(document, dict) else {}
    found = {name: value for name, value in found.items() if isinstance(value, str)}
    if not found:
        raise errors.discovery_failed(url, "the document names no endpoint")
    return found


def _on_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme in ("http", "https") and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False
