# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""GUI applications of a server: what is there, what lacks, and the vendor's script for what lacks."""

from __future__ import annotations

import os
import tempfile
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._app_packages import Archive, Package, Scripts, rank
from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Action, Call, Values
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import (
    ClearMLError,
    EndpointMissing,
    InvalidInput,
    NotApplied,
    RefusedByServer,
    ReplyLost,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._module import ClearMLModule, refuse_empty
from ansible_collections.clearml.enterprise.plugins.module_utils._world import require_admin

#: Versions by application, each with whether it is enabled.
Standing = dict[str, dict[str, bool]]


@dataclass
class Plan:
    """What has to be done.

    :ivar unknown: what only an archive that is not there could tell, as phrases
    """

    uploads: list[Package] = field(default_factory=list)
    calls: list[Action] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def actions(self) -> list[Action]:
        """All of it."""
        uploads = [Action("upload", "application", str(one), (Call("apps.upload", {}),)) for one in self.uploads]
        return [*uploads, *self.calls]


def manage(module: ClearMLModule, client: Client) -> dict[str, t.Any]:
    """The body of clearml_applications."""
    params = module.params
    refuse_empty(params, ("archive",))
    wanted = named(params["applications"])
    require_admin(client, "Managing applications")
    before = standing(client)
    archive = Archive(params["archive"]) if params["archive"] and os.path.exists(params["archive"]) else None
    if params["state"] == "absent":
        plan = to_remove(wanted, before)
    else:
        plan = to_upload(wanted, before, archive, params["make_latest"])
        if archive is None and (plan.uploads or plan.unknown) and not module.check_mode:
            raise InvalidInput(
                f"archive {params['archive']} does not exist; it is needed for "
                f"{', '.join([str(one) for one in plan.uploads] + plan.unknown)}"
                if params["archive"]
                else "archive is missing: applications have to be uploaded, or are not named with their versions"
            )
    images = bring(module, client, plan, archive)
    if not module.check_mode:
        for action in plan.calls:
            for call in action.calls:
                send(client, call, params["stop_instances"])
    after = standing(client)
    lost = [action for action in plan.calls if not all(took_effect(call, after) for call in action.calls)]
    if lost and not module.check_mode:
        raise NotApplied(f"The server agreed to {lost[0].verb} {lost[0].name}, and a later look does not show it")
    result: dict[str, t.Any] = {
        "changed": bool(plan.actions or plan.unknown),
        "actions": [action.describe(None) for action in plan.actions],
        "applications": shown(after),
        "images": images,
    }
    if plan.unknown:
        result["assumes"] = plan.unknown
    if module._diff:
        foreseen = forecast(before, plan, params["make_latest"]) if module.check_mode else after
        result["diff"] = {
            "before": {"applications": shown(before)},
            "after": {"applications": shown(foreseen)},
        }
    return result


def named(given: t.Sequence[Values] | None) -> list[Package]:
    """What the option applications names.

    :raises InvalidInput: for a name that is empty or there twice
    """
    wanted = [Package(str(one["id"]).strip(), str(one.get("version") or "")) for one in given or ()]
    ids = [one.id for one in wanted]
    for name in ids:
        if not name or ids.count(name) > 1:
            raise InvalidInput(f"applications has {'an empty id' if not name else f'{name!r} more than once'}")
    return wanted


def standing(client: Client) -> Standing:
    """What the server has. An older one shows only what is enabled."""
    try:
        rows = client.read("apps.get_all_apps", {}).get("apps") or []
    except EndpointMissing:
        active = client.read("apps.get_apps", {}).get("apps") or []
        found: Standing = {}
        for row in active:
            found.setdefault(row["id"], {})[str(row.get("version") or "")] = row.get("active") is not False
        return found
    return {
        row["app_id"]: {one["version"]: bool(one.get("enabled")) for one in row.get("versions") or []} for row in rows
    }


def to_upload(wanted: list[Package], before: Standing, archive: Archive | None, make_latest: bool) -> Plan:
    """What has to be uploaded or enabled.

    A named version is to be the enabled one; without a version, the archive's one is the least.
    """
    plan = Plan()
    packed = latest(archive.packages) if archive else {}
    if not wanted and archive is None:
        plan.unknown.append("the applications of an archive that is not there yet")
    for one in wanted or [Package(name, "") for name in packed]:
        versions = before.get(one.id, {})
        version = one.version or (packed[one.id].version if one.id in packed else "")
        if not version and archive is None:
            if versions:
                plan.unknown.append(f"the version of {one.id} in an archive that is not there yet")
            else:
                plan.uploads.append(one)
        elif not one.version and (versions.get(version) or outranked(version, versions)):
            continue
        elif version not in versions:
            plan.uploads.append(chosen(one, archive) if archive else one)
        elif not versions[version] or (make_latest and outranked(version, versions)):
            body = {"app": one.id, "version": version, "enable": True, "single_active": make_latest}
            name = str(Package(one.id, version))
            plan.calls.append(Action("enable", "application", name, (Call("apps.enable", body),)))
    return plan


def latest(packages: t.Iterable[Package]) -> dict[str, Package]:
    """The highest version of each application."""
    return {one.id: one for one in sorted(packages, key=lambda one: rank(one.version))}


def chosen(wanted: Package, archive: Archive) -> Package:
    """The package that was asked for.

    :raises InvalidInput: if the archive does not have it
    """
    mine = [one for one in archive.packages if one.id == wanted.id]
    found = [one for one in mine if one.version == wanted.version] if wanted.version else list(latest(mine).values())
    if found:
        return found[0]
    has = ", ".join(str(one) for one in (mine or archive.packages))
    raise InvalidInput(f"archive {archive.path} has no application {wanted}; it has {has}")


def to_remove(wanted: list[Package], before: Standing) -> Plan:
    """What has to be removed: applications with all their versions in one call, so that all go or none.

    :raises InvalidInput: if none is named
    """
    if not wanted:
        raise InvalidInput("applications is empty; name those that should be removed")
    plan = Plan()
    whole = [one.id for one in wanted if not one.version and before.get(one.id)]
    if whole:
        call = Call("apps.batch_delete", {"ids": whole})
        plan.calls.append(Action("delete", "application", ", ".join(whole), (call,)))
    for one in wanted:
        if one.version in before.get(one.id, {}):
            call = Call("apps.delete", {"app": one.id, "version": one.version})
            plan.calls.append(Action("delete", "application", str(one), (call,)))
    return plan


def bring(module: ClearMLModule, client: Client, plan: Plan, archive: Archive | None) -> list[str]:
    """Upload what lacks, in check mode only look at it; answers the images that the registry has to have.

    :raises NotApplied: if the script is content, and the server does not show the applications
    """
    params = module.params
    if archive is None or not plan.uploads or (module.check_mode and not params["registry"]):
        return []
    connection = client.session.transport.connection
    if connection.verify is False and connection.host.startswith("https"):
        raise InvalidInput("validate_certs is false, which the script for uploads cannot be told; give ca_path instead")
    with tempfile.TemporaryDirectory(prefix="clearml-applications-") as folder:
        scripts = Scripts(folder, archive.unpack(plan.uploads, folder), connection, params["script_timeout"])
        images = scripts.convert(params["registry"]) if params["registry"] else []
        if module.check_mode:
            return images
        # From here on something may have been written, whatever becomes of the script.
        client.session.writes += 1
        problem: ClearMLError | None = None
        try:
            scripts.upload(params["make_latest"])
        except ClearMLError as error:
            problem = error
    client.session.forget("apps.upload")
    after = standing(client)
    lost = [str(one) for one in plan.uploads if one.version not in after.get(one.id, {})]
    if problem is not None:
        raise ClearMLError(f"{problem}\nNot uploaded: {', '.join(lost) or 'nothing, all of them are there'}")
    if lost:
        raise NotApplied(f"The script uploaded without complaint, and the server does not show {', '.join(lost)}")
    return images


def send(client: Client, call: Call, confirm: bool) -> None:
    """Make a call that enables or removes; after a lost answer the server tells whether it took effect.

    :param confirm: stop what runs
    :raises RefusedByServer: if something runs
    """
    body = {**call.body, "confirm_stop": True} if confirm else call.body
    try:
        client.write(call.endpoint, body)
    except RefusedByServer as error:
        about = call.body.get("app") or ", ".join(call.body["ids"])
        option = "; the option is stop_instances" if "(requires_confirmation)" in str(error) else ""
        raise RefusedByServer(f"{error}{option} (application {about})") from None
    except ReplyLost:
        if not took_effect(call, standing(client)):
            client.write(call.endpoint, body)


def took_effect(call: Call, now: Standing) -> bool:
    """Whether the server shows what the call was for."""
    if call.endpoint == "apps.batch_delete":
        return not any(now.get(name) for name in call.body["ids"])
    versions, version = now.get(call.body["app"], {}), call.body["version"]
    if call.endpoint == "apps.delete":
        return version not in versions
    return versions.get(version, False) and not (call.body["single_active"] and outranked(version, versions))


def outranked(version: str, versions: t.Mapping[str, bool]) -> bool:
    """Whether a higher version is enabled."""
    return any(on and rank(each) > rank(version) for each, on in versions.items())


def forecast(before: Standing, plan: Plan, make_latest: bool) -> Standing:
    """What the server will have."""
    after = {name: dict(versions) for name, versions in before.items()}
    for one in plan.uploads:
        versions = after.setdefault(one.id, {})
        versions[one.version] = True
        if make_latest:
            versions.update({each: False for each in versions if rank(each) > rank(one.version)})
    for action in plan.calls:
        for call in action.calls:
            if call.endpoint == "apps.batch_delete":
                for name in call.body["ids"]:
                    del after[name]
            elif call.endpoint == "apps.delete":
                del after[call.body["app"]][call.body["version"]]
            else:
                versions = after[call.body["app"]]
                if call.body["single_active"]:
                    versions.update(dict.fromkeys(versions, False))
                versions[call.body["version"]] = True
    return after


def shown(now: Standing) -> list[dict[str, t.Any]]:
    """Applications as a result has them, by ID, each with its versions from the lowest up."""
    return [
        {
            "id": name,
            "versions": [
                {"version": version, "enabled": on}
                for version, on in sorted(versions.items(), key=lambda one: rank(one[0]))
            ],
        }
        for name, versions in sorted(now.items())
        if versions
    ]
