# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The discovery documents, as one aggregated list and one by one."""

from __future__ import annotations

from lab.kube.documents import Json
from lab.kube.model.kinds import Kind, Kinds

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_FIRST_GROUPS = ["apps", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "networking.k8s.io"]


def groups(kinds: Kinds) -> dict[str, list[str]]:
    """Every named group with its versions, preferred one first."""
    found: dict[str, list[str]] = {name: [] for name in _FIRST_GROUPS}
    for kind in kinds:
        if kind.group and kind.version not in found.setdefault(kind.group, []):
            found[kind.group].append(kind.version)
    return {name: sorted(versions, key=_rank) for name, versions in found.items() if versions}


def _rank(version: str) -> tuple[bool, bool, str]:
    return "alpha" in version, "beta" in version, version


def aggregated(kinds: Kinds, core: bool) -> Json:
    """What /api (core) or /apis answers to a client that asks for everything at once."""
    served = {"": ["v1"]} if core else groups(kinds)
    items = []
    for group, versions in served.items():
        entries = [
            {"version": version, "resources": _discovered(kinds, group, version), "freshness": "Current"}
            for version in versions
        ]
        items.append({"metadata": {"name": group} if group else {}, "versions": entries})
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _discovered(kinds: Kinds, group: str, version: str) -> list[Json]:
    found = []
    for kind in _of(kinds, group, version):
        entry: Json = {
            "resource": kind.plural,
            "responseKind": {"group": kind.group, "version": kind.version, "kind": kind.kind},
            "scope": "Namespaced" if kind.namespaced else "Cluster",
            "singularResource": kind.singular,
            "verbs": list(kind.verbs),
        }
        if kind.short_names:
            entry["shortNames"] = list(kind.short_names)
        if kind.categories:
            entry["categories"] = list(kind.categories)
        subresources = [
            {
                "subresource": name,
                "responseKind": {
                    "group": sub["group"] or (kind.group if sub["kind"] == kind.kind else ""),
                    "version": sub["version"] or kind.version,
                    "kind": sub["kind"],
                },
                "verbs": sub["verbs"],
            }
            for name, sub in kind.subresources.items()
        ]
        found.append(entry | ({"subresources": subresources} if subresources else {}))
    return found


def _of(kinds: Kinds, group: str, version: str) -> list[Kind]:
    return [kind for kind in kinds if kind.group == group and kind.version == version]


def legacy_versions(address: str) -> Json:
    """What /api answers to other clients."""
    servers = [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": servers}


def group_list(kinds: Kinds) -> Json:
    """What /apis answers to other clients."""
    items = [_group(name, versions) for name, versions in groups(kinds).items()]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": items}


def one_group(kinds: Kinds, name: str) -> Json | None:
    """What /apis/<group> answers."""
    versions = groups(kinds).get(name)
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(name, versions)} if versions else None


def _group(name: str, versions: list[str]) -> Json:
    entries = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": entries, "preferredVersion": entries[0]}


def resource_list(kinds: Kinds, group: str, version: str) -> Json | None:
    """What /api/v1 and /apis/<group>/<version> answer."""
    served = _of(kinds, group, version)
    if not served:
        return None
    resources: list[Json] = []
    for kind in served:
        entry: Json = {"name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced}
        entry |= {"kind": kind.kind, "verbs": list(kind.verbs)}
        if kind.short_names:
            entry["shortNames"] = list(kind.short_names)
        if kind.categories:
            entry["categories"] = list(kind.categories)
        resources.append(entry)
        for name, sub in kind.subresources.items():
            entry = {"name": f"{kind.plural}/{name}", "singularName": "", "namespaced": kind.namespaced}
            if sub["group"] and sub["kind"] != kind.kind:
                entry |= {"group": sub["group"], "version": sub["version"]}
            resources.append(entry | {"kind": sub["kind"], "verbs": sub["verbs"]})
    api_version = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": api_version, "resources": resources}
