# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an agent's release says of the pods that it makes: one template for all, and what each queue adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from lab.kube.documents import Json, clone, dig
from lab.kube.objects.store import Store

_VOLUME = "templates"
_SPEC = {
    "podSecurityContext": "securityContext",
    **{
        name: name
        for name in (
            "affinity", "hostAliases", "initContainers", "nodeSelector", "priorityClassName", "schedulerName",
            "tolerations", "volumes",
        )
    },
}  # fmt: skip
_CONTAINER = {"containerSecurityContext": "securityContext", "resources": "resources", "volumeMounts": "volumeMounts"}
_ADDED = {"extraVolumes": "volumes", "extraVolumeMounts": "volumeMounts"}


@dataclass(frozen=True)
class PodTemplates:
    """The templates of one agent.

    :ivar base: what every pod has
    :ivar queues: templateOverrides and queueSettings by the name of a queue
    :ivar applications: the same of the queue for applications
    """

    base: Json = field(default_factory=dict)
    queues: Json = field(default_factory=dict)
    applications: Json = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store, agent: Json) -> PodTemplates:
        """Those that an agent's pod has in a volume; none if it has no such volume."""
        names = [
            dig(volume, "configMap", "name")
            for volume in dig(agent, "spec", "volumes", default=[])
            if volume["name"] == _VOLUME
        ]
        data: Json = {}
        for name in filter(None, names):
            data = dig(store.get("configmaps", agent["metadata"]["namespace"], name), "data", default={})
        files = ("template.yaml", "queues.yaml", "apps-queue.yaml")
        return cls(*(yaml.safe_load(data.get(file) or "{}") or {} for file in files))

    def limit(self, queue: str) -> int | None:
        """How many pods of a queue may be there at once; None for any number."""
        limit: int | None = dig(self._of(queue), "queueSettings", "maxPods")
        return limit

    def pod(self, name: str, queue: str, image: str, variables: Mapping[str, str]) -> Json:
        """The pod of a task."""
        own = self._of(queue)
        asked = merged(self.base, dig(own, "templateOverrides", default={}))
        for extra, part in _ADDED.items():
            asked[part] = [*(asked.get(part) or ()), *(asked.get(extra) or ())]
        env = [*(asked.get("env") or ()), *({"name": key, "value": text} for key, text in variables.items())]
        container = {
            "name": name,
            "image": image or dig(own, "queueSettings", "defaultImage") or variables["CLEARML_DOCKER_IMAGE"],
            "env": env,
            **_parts(asked, _CONTAINER),
        }
        return {
            "metadata": {"name": name, **_parts(asked, {"labels": "labels", "annotations": "annotations"})},
            "spec": {"restartPolicy": "Never", "containers": [container], **_parts(asked, _SPEC)},
        }

    def _of(self, queue: str) -> Json:
        own: Json = self.queues.get(queue, self.applications) or {}
        return own


def merged(base: Json, changes: Json) -> Json:
    """Maps into maps; anything else takes the place of what was there."""
    result: Json = clone(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else clone(value)
    return result


def _parts(asked: Json, names: Mapping[str, str]) -> dict[str, Any]:
    return {there: asked[here] for here, there in names.items() if asked.get(here)}
