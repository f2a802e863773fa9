# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records the lab stores, one dataclass each; every value is plain JSON data.

Times are ISO 8601 strings with six decimals and an offset, as the real server writes them
(``2026-11-22T04:21:05.306000+00:00``), so they also sort as text.
"""

from __future__ import annotations

import secrets
import string
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

DEFAULT_COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b"
"""The id that the server's own configuration gives to its first company."""

_KEY_LETTERS = string.ascii_uppercase + string.digits


def now(offset_sec: float = 0) -> str:
    """The time in the server's notation, cut to milliseconds as its database stores them."""
    moment = datetime.now(timezone.utc) + timedelta(seconds=offset_sec)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000).isoformat(timespec="microseconds")


def new_id() -> str:
    """An object id: 32 lower-case hex digits."""
    return uuid.uuid4().hex


def new_access_key() -> str:
    """30 characters of A-Z and 0-9, the recorded shape of an access key."""
    return "".join(secrets.choice(_KEY_LETTERS) for _index in range(30))


def new_secret_key() -> str:
    """67 characters: the URL-safe base64 of 50 random bytes, without padding."""
    return secrets.token_urlsafe(50)


@dataclass
class Credential:
    """One access key; the secret is kept in clear because the lab guards nothing of value."""

    key: str
    secret: str
    label: str | None = None
    created: str = field(default_factory=now)
    expire: str | None = None
    last_used: str | None = None
    last_used_from: str | None = None


@dataclass
class AuthEntry:
    """Who may log in.  Roles and addresses live here, never in the profile."""

    id: str
    name: str
    company: str
    role: str
    email: str | None = None
    created: str = field(default_factory=now)
    credentials: list[Credential] = field(default_factory=list)
    internal: bool = False
    service: bool = False
    allow_running_as_owner: bool = False
    groups: list[str] = field(default_factory=list)

    @property
    def protected(self) -> bool:
        """Identities of the server itself have ids in double underscores and keep their keys."""
        return self.id.startswith("__") and self.id.endswith("__")


@dataclass
class Profile:
    """How a person is shown; users.delete and users.create deal with this half only."""

    id: str
    name: str
    company: str
    given_name: str | None = None
    family_name: str | None = None
    avatar: str | None = None
    created: str = field(default_factory=now)
    created_in_version: str = ""
    preferences: Json = field(default_factory=dict)


@dataclass
class WhitelistEntry:
    """An address that may sign in to a company; accepted once a user has it."""

    email: str
    role: str
    added: str = field(default_factory=now)
    accepted: str | None = None
    user: str | None = None


@dataclass
class Company:
    """A tenant with everything the administration endpoints store about it."""

    id: str
    name: str
    active: bool = True
    created: str = field(default_factory=now)
    defaults: Json = field(default_factory=dict)
    settings: Json = field(default_factory=dict)
    sso: Json = field(default_factory=dict)
    app_access: Json = field(default_factory=dict)
    custom_events: Json = field(default_factory=dict)
    logo: Json = field(default_factory=dict)
    domains: list[str] = field(default_factory=list)
    whitelist: list[WhitelistEntry] = field(default_factory=list)
    running: dict[str, int] = field(default_factory=dict)
    tenant_admin: str | None = None


@dataclass
class QueueEntry:
    """A task waiting in a queue."""

    task: str
    added: str = field(default_factory=now)


@dataclass
class Queue:
    """An execution queue; ``profile_connection`` marks one that a resource policy owns."""

    id: str
    name: str
    company: str
    display_name: str | None = None
    user: str | None = None
    created: str = field(default_factory=now)
    last_update: str = field(default_factory=now)
    tags: list[str] = field(default_factory=list)
    system_tags: list[str] = field(default_factory=list)
    entries: list[QueueEntry] = field(default_factory=list)
    metadata: Json = field(default_factory=dict)
    profile_connection: Json | None = None


@dataclass
class Worker:
    """An agent's worker; ``id`` has the company in front, since names repeat between companies."""

    id: str
    name: str
    company: str
    user: str
    queues: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    system_tags: list[str] = field(default_factory=list)
    register_time: str = field(default_factory=now)
    last_report_time: str = field(default_factory=now)
    timeout: int = 600
    expires: str = field(default_factory=lambda: now(600))


@dataclass
class ProviderConfiguration:
    """One identity provider of a company; ``id`` has the company in front, ``key`` is the id that callers see.

    ``readonly`` marks one that comes from the server's environment, ``support`` one for the vendor's staff.
    """

    id: str
    key: str
    company: str
    provider: str
    display_name: str
    active: bool = False
    readonly: bool = False
    support: bool = False
    last_update: str = field(default_factory=now)
    settings: Json = field(default_factory=dict)


@dataclass
class Task:
    """Just enough of a task to wait in a queue."""

    id: str
    name: str
    company: str
    user: str | None = None
    status: str = "created"
    previous_status: str = "created"
