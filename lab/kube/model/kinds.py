# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds that the server knows: those built in and those that came with a CustomResourceDefinition."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lab.kube.documents import Json, dig
from lab.kube.model.schemas import Schema, builtin_schema, custom_schema

# Kinds whose metadata.generation counts the changes of their spec.
_COUNTED = {
    "daemonsets.apps", "deployments.apps", "replicasets.apps", "statefulsets.apps", "jobs.batch", "cronjobs.batch",
    "ingresses.networking.k8s.io", "networkpolicies.networking.k8s.io", "poddisruptionbudgets.policy", "pods",
    "customresourcedefinitions.apiextensions.k8s.io", "validatingwebhookconfigurations.admissionregistration.k8s.io",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io", "ingressclasses.networking.k8s.io",
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One served kind in one version."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    namespaced: bool
    verbs: tuple[str, ...]
    schema: Schema
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: Mapping[str, Json] = field(default_factory=dict)
    custom: bool = False
    columns: tuple[Json, ...] = ()

    @property
    def resource(self) -> str:
        """``deployments.apps``: what messages call it, and the place where its objects are kept."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def api_version(self) -> str:
        """``apps/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """``Deployment.apps``, as messages about invalid objects have it."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @property
    def has_status(self) -> bool:
        """Whether the status is written by a subresource only."""
        return "status" in self.subresources

    @property
    def counts_generation(self) -> bool:
        """Whether metadata.generation counts its changes."""
        return self.custom or self.resource in _COUNTED


class Kinds:
    """All served kinds; the custom ones follow the definitions among the objects."""

    def __init__(self) -> None:
        self._builtin: dict[tuple[str, str, str], Kind] = {}
        self._custom: dict[tuple[str, str, str], Kind] = {}
        text = (Path(__file__).parent / "builtin_kinds.json").read_text(encoding="utf-8")
        for entry in json.loads(text):
            for name in ("verbs", "short_names", "categories"):
                entry[name] = tuple(entry.get(name, ()))
            kind = Kind(**entry, schema=builtin_schema(entry["group"], entry["version"], entry["kind"]))
            self._builtin[(kind.group, kind.version, kind.plural)] = kind
        self.revision = 0

    def find(self, group: str, version: str, plural: str) -> Kind | None:
        """The kind behind a path."""
        key = (group, version, plural)
        return self._builtin.get(key) or self._custom.get(key)

    def by_kind(self, api_version: str, name: str) -> Kind | None:
        """The kind that an object names."""
        return next((kind for kind in self if kind.api_version == api_version and kind.kind == name), None)

    def by_resource(self, resource: str) -> Kind | None:
        """The kind of a resource such as ``deployments.apps``, in any served version."""
        return next((kind for kind in self if kind.resource == resource), None)

    def __iter__(self) -> Iterator[Kind]:
        yield from self._builtin.values()
        yield from self._custom.values()

    def set_custom(self, definitions: list[Json]) -> None:
        """Serve exactly the custom kinds of these definitions."""
        self._custom = {}
        for definition in definitions:
            for kind in _kinds_of(definition):
                self._custom[(kind.group, kind.version, kind.plural)] = kind
        self.revision += 1


def _kinds_of(definition: Json) -> Iterator[Kind]:
    spec = definition["spec"]
    names = spec["names"]
    for version in spec.get("versions", []):
        if not version.get("served"):
            continue
        subresources: dict[str, Json] = {}
        if dig(version, "subresources", "status") is not None:
            answer = {"group": "", "version": "", "kind": names["kind"]}
            subresources["status"] = answer | {"verbs": ["get", "patch", "update"]}
        if dig(version, "subresources", "scale") is not None:
            answer = {"group": "autoscaling", "version": "v1", "kind": "Scale"}
            subresources["scale"] = answer | {"verbs": ["get", "patch", "update"]}
            subresources["scale"]["paths"] = version["subresources"]["scale"]
        yield Kind(
            group=spec["group"],
            version=version["name"],
            kind=names["kind"],
            plural=names["plural"],
            singular=names.get("singular") or names["kind"].lower(),
            namespaced=spec.get("scope") == "Namespaced",
            verbs=("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"),
            schema=custom_schema(dig(version, "schema", "openAPIV3Schema", default={})),
            short_names=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            subresources=subresources,
            custom=True,
            columns=tuple(version.get("additionalPrinterColumns") or ()),
        )
