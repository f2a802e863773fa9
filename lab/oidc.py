# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tiny OIDC provider: the documents that a server reads to set itself up, and pages for the rest.

It answers in threads of its own, because the API server waits for it in the middle of a call.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from types import TracebackType
from typing import Any

WELL_KNOWN = "/.well-known/openid-configuration"
_REALM = "/realms/lab"
_BROKEN = "/realms/broken"
_PAGE = "<!doctype html>\n<html lang=en>\n<title>{0}</title>\n<h1>{0}</h1>\n"

# The public key of RFC 7517, appendix A.1; nothing is ever signed with it.
_KEYS = {
    "keys": [
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
            "use": "sig",
            "kid": "1",
        }
    ]
}
_CLAIMS = {"sub": "1", "name": "Lab User", "email": "user@lab.example", "email_verified": True}


class OidcProvider:
    """The provider on a free port; a context manager that answers while it is open."""

    def __init__(self, host: str) -> None:
        # Not the HTTP server of the library, which asks the name service for its own name.
        self._server = ThreadingTCPServer((host, 0), _handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._base = f"http://{host}:{self._server.server_address[1]}"

    def __enter__(self) -> OidcProvider:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def issuer(self) -> str:
        """The provider's name."""
        return self._base + _REALM

    @property
    def url(self) -> str:
        """Its discovery document."""
        return self.issuer + WELL_KNOWN

    @property
    def broken_url(self) -> str:
        """A discovery URL with a page instead of a document."""
        return self._base + _BROKEN + WELL_KNOWN

    def document(self) -> dict[str, Any]:
        """The discovery document; more than the API server is interested in."""
        protocol = f"{self.issuer}/protocol/openid-connect"
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{protocol}/auth",
            "token_endpoint": f"{protocol}/token",
            "revocation_endpoint": f"{protocol}/revoke",
            "end_session_endpoint": f"{protocol}/logout",
            "userinfo_endpoint": f"{protocol}/userinfo",
            "jwks_uri": f"{protocol}/certs",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "scopes_supported": ["openid", "profile", "email"],
            "claims_supported": sorted(_CLAIMS),
            "code_challenge_methods_supported": ["plain", "S256"],
        }

    def answer(self, method: str, path: str) -> tuple[int, Any]:
        """Status and answer of a request; text is a page, everything else a JSON document."""
        protocol = f"{_REALM}/protocol/openid-connect/"
        answers: dict[tuple[str, str], tuple[int, Any]] = {
            ("GET", _REALM + WELL_KNOWN): (200, self.document()),
            ("GET", _BROKEN + WELL_KNOWN): (200, _PAGE.format("Moved")),
            ("GET", protocol + "certs"): (200, _KEYS),
            ("GET", protocol + "userinfo"): (200, _CLAIMS),
            ("GET", protocol + "auth"): (200, _PAGE.format("Sign in")),
            ("GET", protocol + "logout"): (200, _PAGE.format("Signed out")),
            ("POST", protocol + "token"): (400, {"error": "invalid_grant"}),
            ("POST", protocol + "revoke"): (200, {}),
        }
        return answers.get((method, path.partition("?")[0]), (404, {"error": "not_found"}))


def _handler_for(provider: OidcProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply("GET")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._reply("POST")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
            """The lab's log is for what goes wrong."""

        def _reply(self, method: str) -> None:
            status, answer = provider.answer(method, self.path)
            content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(answer, str) else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler
