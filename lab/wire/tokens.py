# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bearer tokens: HS256, with the caller's identity inside."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Any

import jwt

from lab.wire import errors
from lab.wire.identity import Identity
from lab.world.records import Json

DEFAULT_EXPIRATION_SEC = 2_592_000
COOKIE = "clearml_token_basic"


@dataclass(frozen=True)
class Verified:
    """A token whose signature was checked; ``expires`` is None for one without an end."""

    identity: Identity
    session: str
    expires: float | None


class Tokens:
    """Makes tokens and checks them; a checked token is remembered, since HMAC and JSON cost time."""

    def __init__(self) -> None:
        self._key = secrets.token_hex(32)
        self._verified: dict[str, Verified] = {}
        self._issued: set[str] = set()
        self._expired: set[str] = set()
        self._revoked: set[str] = set()

    def issue(
        self, identity: Identity, auth_type: str, version: dict[str, str], expiration_sec: int | None = None
    ) -> str:
        """A token for an identity, whose role is frozen in it."""
        seconds = DEFAULT_EXPIRATION_SEC if expiration_sec is None else expiration_sec
        claims: Json = {
            "identity": identity.claims(),
            "session_id": uuid.uuid4().hex,
            "env": "<unknown>",
            "auth_type": auth_type,
            "iat": int(time.time()),
            **version,
            "feature_set": "basic",
        }
        if expiration_sec is not None or identity.role != "system":
            claims["exp"] = claims["iat"] + seconds
        return self.sign(claims)

    def sign(self, claims: Json) -> str:
        """A token with any claims at all, for tests of broken ones."""
        self._issued.add(str(claims.get("session_id", "")))
        return jwt.encode(claims, self._key, algorithm="HS256")

    def verify(self, token: str) -> Verified:
        """The token's content; ApiError 401/30 if it cannot be used."""
        verified = self._verified.get(token)
        if verified is None:
            verified = self._decode(token)
            if len(self._verified) > 10_000:
                self._verified.clear()
            self._verified[token] = verified
        if verified.session in self._expired or verified.expires is not None and verified.expires <= time.time():
            raise errors.bad_token("Signature has expired")
        if verified.session in self._revoked:
            raise errors.revoked_token()
        return verified

    def _decode(self, token: str) -> Verified:
        try:
            claims: dict[str, Any] = jwt.decode(token, self._key, algorithms=["HS256"])
        except jwt.InvalidTokenError as error:
            raise errors.bad_token(str(error)) from None
        if not isinstance(claims.get("identity"), dict):
            # Recorded: a signed token without an identity trips the server itself.
            raise errors.ApiError(500, 0, "tuple index out of range", stack="IndexError: tuple index out of range\n")
        return Verified(Identity.from_claims(claims["identity"]), str(claims.get("session_id", "")), claims.get("exp"))

    def revoke(self, token: str) -> None:
        """Log a token out."""
        self._revoked.add(self.verify(token).session)

    def expire(self, token: str) -> None:
        """Make one token look expired."""
        try:
            self._expired.add(self.verify(token).session)
        except errors.ApiError:
            return

    def expire_all(self) -> int:
        """Make every token issued so far look expired; answers how many there were."""
        count = len(self._issued)
        self._expired |= self._issued
        self._issued = set()
        return count

    def forget_marks(self) -> None:
        """Expired and revoked tokens work again, for a reset."""
        self._expired.clear()
        self._revoked.clear()
