# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site's variables, as far as the releases of its cluster tell them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

Release = t.Mapping[str, t.Any]
CLASSIC, OCI = "classic", "oci"


@dataclass(frozen=True)
class Part:
    """A chart, and the role that installs it.

    :ivar prefix: of the role's variables
    :ivar component: its name among the site's components; empty if it is none
    :ivar namespaces: where the role installs it in each packaging; empty if it is not one for a whole site
    :ivar releases: what the role calls it in each packaging
    """

    prefix: str
    component: str
    namespaces: t.Mapping[str, str]
    releases: t.Mapping[str, str]


def _both(name: str) -> dict[str, str]:
    return {CLASSIC: name, OCI: name}


PARTS = {
    "clearml-enterprise": Part("clearml_server", "", _both("clearml"), {CLASSIC: "clearml", OCI: "clearml-enterprise"}),
    "gpu-operator": Part("gpu_operator", "gpu_operator", _both("gpu-operator"), _both("gpu-operator")),
    "clearml-dynamic-mig-operator": Part("cdmo", "cdmo", {CLASSIC: "cdmo-operator", OCI: "cdmo"}, _both("cdmo")),
    "clearml-fractional-gpu-injector": Part("cfgi", "cfgi", _both("cfgi"), _both("cfgi")),
    "redis": Part("shared_redis", "shared_redis", _both("redis-shared"), _both("redis")),
    "clearml-billing": Part("billing", "billing", _both("clearml-billing"), _both("clearml-billing")),
}
#: What each tenant has one of, and the variable with its version.
AGENTS = {
    "clearml-enterprise-agent": "clearml_agent_chart_version",
    "clearml-enterprise-app-gateway": "app_gateway_chart_version",
    "clearml-task-traffic-router": "task_traffic_router_chart_version",
}
#: Which releases tell the packaging, by chart and name; the surest first.
SIGNS = (
    ("clearml-task-traffic-router", "", CLASSIC),
    ("clearml-enterprise-app-gateway", "", OCI),
    ("clearml-enterprise", "clearml", CLASSIC),
    ("clearml-enterprise", "clearml-enterprise", OCI),
    ("clearml-enterprise-agent", "clearml-agent", CLASSIC),
    ("clearml-enterprise-agent", "clearml-enterprise-agent", OCI),
)


def site_of(releases: t.Sequence[Release], api_host: str) -> tuple[dict[str, t.Any], list[str]]:
    """The variables, and what has to be said beside them."""
    packaging = _packaging(releases)
    variables: dict[str, t.Any] = {} if packaging is None else {"clearml_packaging": packaging}
    notes = [] if packaging else ["clearml_packaging: neither release says whether it is oci or classic"]
    host = urlsplit(api_host).hostname or ""
    if host.startswith("api."):
        variables["clearml_base_domain"] = host.removeprefix("api.")
    else:
        notes.append("clearml_base_domain: the domain under which the server has its names")
    components: dict[str, str] = {}
    for chart, part in PARTS.items():
        found = [one for one in releases if one["chart"] == chart]
        if len(found) > 1:
            notes.append(f"{chart} is installed more than once: {', '.join(map(_place, found))}")
        elif found:
            variables |= _one(part, found[0], packaging or OCI)
            components |= {part.component: "present"} if part.component else {}
    for chart, variable in AGENTS.items():
        found = [one for one in releases if one["chart"] == chart]
        versions = sorted({str(one["version"]) for one in found})
        if len(versions) == 1:
            variables[variable] = versions[0]
        notes += [f"{chart} {one['version']}: {_place(one)}" for one in found]
    return {**variables, **({"clearml_components": components} if components else {})}, notes


def _packaging(releases: t.Sequence[Release]) -> str | None:
    for chart, name, packaging in SIGNS:
        if any(one["chart"] == chart and name in ("", one["name"]) for one in releases):
            return packaging
    return None


def _one(part: Part, release: Release, packaging: str) -> dict[str, t.Any]:
    """Where it is, if that is not where the role has it, and its version."""
    found = {f"{part.prefix}_chart_version": str(release["version"])} if part.component != "billing" else {}
    if release["namespace"] != part.namespaces[packaging]:
        found[f"{part.prefix}_namespace"] = str(release["namespace"])
    if release["name"] != part.releases[packaging]:
        found[f"{part.prefix}_release"] = str(release["name"])
    return found


def _place(release: Release) -> str:
    return f"release {release['name']} in namespace {release['namespace']}"
