# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""apps: what the catalog has, in which versions, and who runs it. It is one catalog for all companies."""

from __future__ import annotations

from typing import Any

from lab.endpoints.apps_packages import NotAPackage, opened, rank
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import DEFAULT_COMPANY, ApplicationInstance, ApplicationVersion, Json


@endpoint("apps.upload", writes=True)
def upload(call: Call) -> Json:
    """Take packages in, each for itself. A form's fields are lost, so the options come in the query."""
    done: list[str] = []
    failed: list[Json] = []
    for name, content in call.files.items():
        try:
            _store(call, content)
        except NotAPackage as error:
            failed.append({"name": name, "error": str(error)})
        else:
            done.append(name)
    return {"succeeded": done, "failed": failed}


def _store(call: Call, content: bytes) -> None:
    about = opened(content)
    stored = call.world.application_versions
    key = f"{about['id']}/{about['version']}"
    if stored.get(key) is not None and not call.body.get("update_existing"):
        raise NotAPackage(f"application {about['id']} version {about['version']} exists")
    new = ApplicationVersion(
        id=key,
        company=DEFAULT_COMPANY,
        app=about["id"],
        version=about["version"],
        name=str(about.get("name") or about["id"]),
        provider=str(about.get("provider") or ""),
        category=about.get("category"),
        enabled=call.body.get("enable") is not False,
        origin=call.body.get("origin") or "manual",
    )
    stored.add(new)
    if call.body.get("make_latest"):
        for other in _versions(call, new.app):
            other.enabled = other.enabled and rank(other.version) <= rank(new.version)


@endpoint("apps.get_all_apps", writes=False)
def get_all_apps(call: Call) -> Json:
    """Every application with all its versions."""
    names = dict.fromkeys(row.app for row in call.world.application_versions)
    return {"apps": [_entry(_versions(call, app)) for app in names]}


def _entry(versions: list[ApplicationVersion]) -> Json:
    latest = versions[-1]
    deployed = next((row.version for row in reversed(versions) if row.enabled), None)
    return {
        "app_id": latest.app,
        "name": latest.name,
        "provider": latest.provider,
        "category": latest.category,
        "deployed": deployed is not None,
        "deployed_version": deployed,
        "latest_version": latest.version,
        "customizations": [],
        "versions": [
            {"version": row.version, "enabled": row.enabled, "origin": row.origin, "last_update": row.last_update}
            for row in versions
        ],
    }


@endpoint("apps.get_apps", writes=False)
def get_apps(call: Call) -> Json:
    """The versions that the calling company can launch."""
    rows = [
        {"id": row.app, "version": row.version, "name": row.name, "provider": row.provider, "active": True}
        for row in call.world.application_versions
        if row.enabled
    ]
    return {"apps": rows}


@endpoint("apps.enable", writes=True)
def enable(call: Call) -> Json:
    """Turn a version on or off; ``single_active`` turns all others off."""
    found = _found(call, call.body["app"], call.body.get("version"))
    chosen = found[-1]
    on = call.body.get("enable") is not False
    before = [(row, row.enabled) for row in _versions(call, chosen.app)]
    for row, _was in before:
        if row is chosen:
            row.enabled = on
        elif on and call.body.get("single_active"):
            row.enabled = False
    return {"updated": sum(row.enabled is not was for row, was in before), "running_instances": 0}


@endpoint("apps.delete", writes=True)
def delete(call: Call) -> Json:
    """Remove an application, or one version of it; while instances run, only with ``confirm_stop``."""
    found = _found(call, call.body["app"], call.body.get("version"))
    versions = {row.version for row in found}
    running = [
        one
        for one in call.world.application_instances
        if one.app == call.body["app"] and (call.body.get("version") is None or one.version in versions)
    ]
    if running and not _confirmed(call):
        return {"deleted": 0, "requires_confirmation": True, "stopped_instances": 0, **_affected(call, running)}
    _remove(call, found, running)
    return {"deleted": len(found), "stopped_instances": len(running)}


@endpoint("apps.batch_delete", writes=True)
def batch_delete(call: Call) -> Json:
    """Remove several; if one of them runs and nobody confirms, none is."""
    known = {app: _versions(call, app) for app in dict.fromkeys(call.body["ids"])}
    running = {app: [one for one in call.world.application_instances if one.app == app] for app in known}
    if any(running.values()) and not _confirmed(call):
        apps = [{"app_id": app, **_affected(call, some)} for app, some in running.items() if some]
        total = sum(map(len, running.values()))
        return {"requires_confirmation": True, "apps": apps, "running_instances": total, "succeeded": [], "failed": {}}
    for app, versions in known.items():
        _remove(call, versions, running[app])
    return {
        "succeeded": [app for app, versions in known.items() if versions],
        "failed": {app: "application not found" for app, versions in known.items() if not versions},
        "stopped_instances": sum(map(len, running.values())),
    }


def _confirmed(call: Call) -> bool:
    chosen = call.body.get("confirm_stop")
    return bool(call.body.get("force") if chosen is None else chosen)


def _affected(call: Call, running: list[ApplicationInstance]) -> Json:
    tenants: dict[str, Json] = {}
    for one in running:
        name = call.company(one.company).name
        row: dict[str, Any] = tenants.setdefault(one.company, {"id": one.company, "name": name, "running": 0})
        row["running"] += 1
    return {"running_instances": len(running), "affected_tenants": list(tenants.values())}


def _remove(call: Call, versions: list[ApplicationVersion], running: list[ApplicationInstance]) -> None:
    for one in running:
        call.world.application_instances.remove(one.id)
    for row in versions:
        call.world.application_versions.remove(row.id)


def _versions(call: Call, app: object) -> list[ApplicationVersion]:
    """The versions of an application, lowest first."""
    rows = [row for row in call.world.application_versions if row.app == app]
    return sorted(rows, key=lambda row: rank(row.version))


def _found(call: Call, app: object, version: object) -> list[ApplicationVersion]:
    found = [row for row in _versions(call, app) if version in (None, row.version)]
    if not found:
        raise errors.bad_value("no such application", app=app, version=version)
    return found
