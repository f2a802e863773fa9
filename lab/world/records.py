# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records the lab stores, one dataclass each; every value is plain JSON data.

Times are ISO 8601 strings with six decimals and an offset, as the real server writes them
(``2026-11-22T04:21:05.306000+00:00``), so they also sort as text.
"""

from __future__ import annotations

import secrets
import string
import time
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
    storage: Json = field(default_factory=dict)


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
    storage: Json = field(default_factory=dict)
    domains: list[str] = field(default_factory=list)
    whitelist: list[WhitelistEntry] = field(default_factory=list)
    running: dict[str, int] = field(default_factory=dict)
    tenant_admin: str | None = None


@dataclass
class Group:
    """A user group; ``id`` has the company in front, ``key`` is the id that callers see.

    Everybody is in the built-in Users, and every admin in Admins; ``left`` are the admins who were taken out.
    """

    id: str
    key: str
    company: str
    name: str
    description: str = ""
    builtin: str = ""
    users: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@dataclass
class AccessRule:
    """What some users and groups may do with an entity; without ``entity_id`` with all projects."""

    id: str
    company: str
    name: str
    description: str
    entity_type: str
    access_permission: str
    entity_id: str | None = None
    users: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    autocreated: bool = False


@dataclass
class Vault:
    """Configuration for the tasks of everybody, of a group or of a user; ``data`` as it was given."""

    id: str
    company: str
    scope: str
    type: str = "config"
    description: str = ""
    data: str = ""
    format: str = "hocon"
    enabled: bool = True
    group: str | None = None
    user: str | None = None
    last_update: str = field(default_factory=now)


@dataclass
class VaultOperation:
    """What somebody did to a vault; ``scope`` tells service accounts from users."""

    id: str
    company: str
    operation: str
    scope: str
    vault: str
    vault_description: str
    user: str
    created: str = field(default_factory=now)


@dataclass
class Route:
    """A static route of an application gateway."""

    id: str
    name: str
    company: str
    type: str
    path: str | None = None
    subdomain: str | None = None
    enabled: bool = True
    auth_enabled: bool = True
    user_groups: list[str] = field(default_factory=list)
    load_balancer: Json = field(default_factory=dict)
    created: str = field(default_factory=now)
    last_update: str = field(default_factory=now)
    updated_by: str | None = None


@dataclass
class ApplicationVersion:
    """One version of a GUI application; its id is ``<app>/<version>``, and every company sees it."""

    id: str
    company: str
    app: str
    version: str
    name: str
    provider: str = ""
    category: str | None = None
    enabled: bool = True
    origin: str = "manual"
    last_update: str = field(default_factory=now)


@dataclass
class ApplicationInstance:
    """A running instance of an application; nobody launches one here, a test puts it."""

    id: str
    company: str
    app: str
    version: str


@dataclass
class Router:
    """A gateway that reports; ``id`` has the company in front, since names repeat between companies."""

    id: str
    name: str
    company: str
    url: str
    version: str | None = None
    status: Json = field(default_factory=dict)
    last_update: float = field(default_factory=time.time)
    expires: str = field(default_factory=lambda: now(600))


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
    """An agent's worker; ``id`` has the company in front, since names repeat between companies.

    ``makes_pods`` marks one that makes a pod for each task; any other gets on when somebody looks at its task.
    """

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
    makes_pods: bool = False


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
class Project:
    """A project; the slashes of its name say which ones it belongs to. A public one has no company."""

    id: str
    name: str
    company: str
    user: str | None = None
    description: str | None = None
    created: str = field(default_factory=now)
    last_update: str = field(default_factory=now)
    tags: list[str] = field(default_factory=list)
    system_tags: list[str] = field(default_factory=list)
    default_output_destination: str | None = None


@dataclass
class Task:
    """A task; ``log`` has the lines that its run has printed so far, each with its time and worker.

    ``in_pod`` marks one that runs in a pod, which sees to its end.
    """

    id: str
    name: str
    company: str
    user: str | None = None
    status: str = "created"
    previous_status: str = "created"
    type: str = "training"
    project: str | None = None
    tags: list[str] = field(default_factory=list)
    system_tags: list[str] = field(default_factory=list)
    script: Json = field(default_factory=dict)
    container: Json = field(default_factory=dict)
    queue: str | None = None
    created: str = field(default_factory=now)
    started: str | None = None
    completed: str | None = None
    status_changed: str = field(default_factory=now)
    status_reason: str = ""
    status_message: str = ""
    last_worker: str | None = None
    in_pod: bool = False
    log: list[Json] = field(default_factory=list)
