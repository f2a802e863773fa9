# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node offers of its GPUs: whole ones, MIG instances or shares, as its device plugin is configured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import yaml

from lab.kube.documents import Json, dig
from lab.kube.objects.store import Store

WHOLE, INSTANCE = "nvidia.com/gpu", "nvidia.com/mig-"
_APP = "nvidia-device-plugin-daemonset"
_CHOICE, _STRATEGY = "nvidia.com/device-plugin.config", "nvidia.com/mig.strategy"


class Divisible(Protocol):
    """What counts of a GPU here."""

    @property
    def is_divided(self) -> bool:
        """Whether its MIG mode is on."""

    @property
    def instances(self) -> list[str]:
        """Its MIG instances, by profile."""


def plugin_on(store: Store, node: Json) -> Json | None:
    """The device plugin's ready pod on a node."""
    for pod in store.all("pods"):
        is_plugin = dig(pod, "metadata", "labels", "app") == _APP
        if is_plugin and dig(pod, "spec", "nodeName") == node["metadata"]["name"] and _is_ready(pod):
            return pod
    return None


def offer(store: Store, node: Json, gpus: Sequence[Divisible]) -> dict[str, int]:
    """Amounts by resource; none at all without a device plugin."""
    plugin = plugin_on(store, node)
    if plugin is None:
        return {}
    config = _configuration(store, plugin, node)
    strategy = dig(config, "flags", "migStrategy") or _variable(plugin, "MIG_STRATEGY")
    strategy = strategy or dig(node, "metadata", "labels", _STRATEGY)
    instances = Counter(f"{INSTANCE}{profile}" for gpu in gpus for profile in gpu.instances)
    undivided = [str(index) for index, gpu in enumerate(gpus) if not gpu.is_divided]
    if strategy == "mixed":
        return _shared(config, undivided) | dict(instances)
    if strategy == "single" and not undivided:
        return {WHOLE: instances.total()}
    return _shared(config, undivided if strategy == "single" else [str(index) for index in range(len(gpus))])


def _shared(config: Json, gpus: list[str]) -> dict[str, int]:
    """GPUs by index, as often as time slicing has them; those that get another name are no whole ones any more."""
    amounts, named = Counter({WHOLE: 0}), set()
    for one in dig(config, "sharing", "timeSlicing", "resources", default=[]):
        chosen = [index for index in one.get("devices") or gpus if index in gpus and index not in named]
        amounts[one.get("rename") or one["name"]] += len(chosen) * one["replicas"]
        named |= set(chosen)
    amounts[WHOLE] += len(set(gpus) - named)
    return dict(amounts)


def _configuration(store: Store, plugin: Json, node: Json) -> Json:
    """The one of the plugin's configurations that a label of the node chooses, or the default."""
    chosen = dig(node, "metadata", "labels", _CHOICE) or _variable(plugin, "DEFAULT_CONFIG")
    for volume in dig(plugin, "spec", "volumes", default=[]):
        name = dig(volume, "configMap", "name")
        data = dig(store.get("configmaps", plugin["metadata"]["namespace"], name or ""), "data", default={})
        if chosen in data:
            found: Json = yaml.safe_load(data[chosen]) or {}
            return found
    return {}


def _variable(pod: Json, name: str) -> str:
    for container in pod["spec"]["containers"]:
        for one in container.get("env") or ():
            if one["name"] == name:
                return str(one.get("value", ""))
    return ""


def _is_ready(pod: Json) -> bool:
    conditions = dig(pod, "status", "conditions", default=[])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
