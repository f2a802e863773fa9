# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Things that no built endpoint can bring about, but tests need: waiting tasks, workers, expired keys."""

from __future__ import annotations

from collections.abc import Callable

from lab.endpoints.sso_forms import PROVIDERS
from lab.endpoints.sso_rows import row_id
from lab.wire.api import Api
from lab.world.records import (
    AuthEntry,
    Credential,
    Json,
    Profile,
    ProviderConfiguration,
    QueueEntry,
    Task,
    new_access_key,
    new_id,
    new_secret_key,
    now,
)


class SeedError(ValueError):
    """There is nothing of that name."""


def seed(api: Api, what: str, order: Json) -> Json:
    """Carry out one order; the answer names what was made."""
    if what not in _SEEDS:
        raise SeedError(f"there is no {what!r}; there are {', '.join(_SEEDS)}")
    return _SEEDS[what](api, **order)


def _task(api: Api, queue: str | None = None, company: str | None = None, name: str = "task") -> Json:
    """A task, waiting in a queue if one is given."""
    target = api.world.queues.get(queue) if queue else None
    if queue and target is None or target is None and company is None:
        raise SeedError(f"no queue {queue!r}, and no company")
    task = api.world.tasks.add(Task(new_id(), name, target.company if target else str(company)))
    if target is not None:
        task.status = "queued"
        target.entries.append(QueueEntry(task.id))
    return {"task": task.id}


def _running(api: Api, company: str, **counts: int) -> Json:
    """Running tasks, workers and routes of a company: the names of tenants.get_tenant_resources.running."""
    known = {"tasks", "app_tasks", "pipeline_tasks", "connected_workers", "active_routes"}
    if not counts.keys() <= known or company not in api.world.companies:
        raise SeedError(f"an existing company and some of {', '.join(sorted(known))}")
    api.world.companies[company].running.update(counts)
    return {"running": api.world.companies[company].running}


def _profile_connection(api: Api, queue: str, connection: Json | None = None) -> Json:
    """Make a queue one that belongs to a resource policy (null undoes it)."""
    target = api.world.queues.get(queue)
    if target is None:
        raise SeedError(f"no queue {queue!r}")
    target.profile_connection = connection
    return {}


def _accept(api: Api, company: str, email: str) -> Json:
    """Mark an invitation as accepted, without a user behind it."""
    found = api.world.invitation(api.world.companies[company], email)
    if found is None:
        raise SeedError(f"{email} is not invited")
    found.accepted = now()
    return {}


def _expire_tokens(api: Api) -> Json:
    """Make every token issued so far look expired."""
    return {"expired": api.tokens.expire_all()}


def _expire_key(api: Api, access_key: str) -> Json:
    """Let a key's lifetime be over."""
    api.world.keys[access_key][1].expire = now(-1)
    return {}


def _token(api: Api, claims: Json) -> Json:
    """A well-signed token with any claims, for tests of strange ones."""
    return {"token": api.tokens.sign(claims)}


def _identity(
    api: Api,
    user: str,
    company: str,
    role: str,
    name: str | None = None,
    email: str | None = None,
    profile: bool = True,
) -> Json:
    """A user with any id and role, with a key."""
    entry = api.world.add_entry(AuthEntry(user, name or user, company, role, email=email))
    credential = api.world.add_credential(entry, Credential(new_access_key(), new_secret_key()))
    if profile:
        api.world.profiles.add(Profile(user, name or user, company))
    return {"id": user, "access_key": credential.key, "secret_key": credential.secret}


def _readonly_provider(
    api: Api, company: str, provider: str, display_name: str | None = None, active: bool = True
) -> Json:
    """A provider of the server's environment, as a company's list shows it: its id is the provider's."""
    known = PROVIDERS.get(provider)
    if known is None or company not in api.world.companies:
        raise SeedError(f"an existing company and one of {', '.join(PROVIDERS)}")
    row = ProviderConfiguration(
        row_id(company, provider), provider, company, provider, display_name or known.display_name, active, True
    )
    api.world.provider_configurations.add(row)
    return {"id": row.key}


_SEEDS: dict[str, Callable[..., Json]] = {
    "task": _task,
    "running": _running,
    "profile_connection": _profile_connection,
    "accept": _accept,
    "expire_tokens": _expire_tokens,
    "expire_key": _expire_key,
    "token": _token,
    "identity": _identity,
    "readonly_provider": _readonly_provider,
}
