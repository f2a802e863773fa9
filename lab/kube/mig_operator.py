# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator that divides GPUs: it makes MIG instances for pods that wait for them, on nodes with its label."""

from __future__ import annotations

import re
from collections import Counter

from lab.kube.cluster import Cluster
from lab.kube.controllers.placing import devices_of, taken_on
from lab.kube.controllers.templates import is_ready
from lab.kube.device_plugin import INSTANCE
from lab.kube.documents import Json, dig
from lab.kube.gpus import Gpu

LABEL, _NAME = "cdmo.clear.ml/gpu-partitioning", "dynamic-mig-operator"
#: Sevenths of the processors and eighths of the memory that an instance takes, by the first part of its profile.
_SHARES = {"1g": (1, 1), "2g": (2, 2), "3g": (3, 4), "4g": (4, 4), "7g": (7, 8)}
_MEMORY = {40: (5, 10, 20, 20, 40), 80: (10, 20, 40, 40, 80), 141: (18, 35, 71, 71, 141)}


def divide(cluster: Cluster) -> None:
    """Make the instances that pods without a node ask for, if the operator runs."""
    waiting = [pod for pod in cluster.store.all("pods") if not dig(pod, "spec", "nodeName") and _instances(pod)]
    nodes = [one for one in cluster.store.all("nodes") if dig(one, "metadata", "labels", LABEL) == "mig"]
    if not waiting or not nodes or not _runs(cluster):
        return
    for pod in waiting:
        for node in nodes:
            gpus = [gpu for gpu in cluster.gpus.of(node["metadata"]["name"]) if gpu.is_divided]
            if _make(gpus, Counter(taken_on(cluster, node)), _instances(pod)):
                break


def profiles(model: str) -> tuple[str, ...]:
    """The profiles of a GPU's model, by its memory; none of one that cannot be divided."""
    size = re.search(r"(\d+)GB", model)
    memory = _MEMORY.get(141 if "H200" in model else int(size[1]) if size else 0, ())
    return tuple(f"{share}.{amount}gb" for share, amount in zip(_SHARES, memory, strict=False))


def _runs(cluster: Cluster) -> bool:
    label = "app.kubernetes.io/name"
    return any(
        _NAME in dig(pod, "metadata", "labels", label, default="") and is_ready(pod)
        for pod in cluster.store.all("pods")
    )


def _instances(pod: Json) -> Counter[str]:
    """What a pod asks for, by profile."""
    asked = devices_of(pod).items()
    return Counter({name.removeprefix(INSTANCE): amount for name, amount in asked if name.startswith(INSTANCE)})


def _make(gpus: list[Gpu], taken: Counter[str], wanted: Counter[str]) -> bool:
    """Let GPUs have the instances; answers whether they do. Those that no pod has make room."""
    busy: list[list[str]] = []
    for gpu in gpus:
        mine: list[str] = []
        for profile in gpu.instances:
            if taken[f"{INSTANCE}{profile}"]:
                taken[f"{INSTANCE}{profile}"] -= 1
                mine.append(profile)
        busy.append(mine)
    planned = [list(one) for one in busy]
    for profile in wanted.elements():
        here = [
            number
            for number, gpu in enumerate(gpus)
            if profile in profiles(gpu.model) and _fit([*planned[number], profile])
        ]
        # Rather where such an instance is free already.
        here.sort(key=lambda number: planned[number].count(profile) >= gpus[number].instances.count(profile))
        if not here:
            return False
        planned[here[0]].append(profile)
    for gpu, plan in zip(gpus, planned, strict=True):
        idle = Counter(gpu.instances) - Counter(plan)
        for profile in idle.elements():
            if _fit([*plan, profile]):
                plan.append(profile)
        if Counter(plan) != Counter(gpu.instances):
            gpu.instances = plan
    return True


def _fit(instances: list[str]) -> bool:
    shares = [_SHARES.get(profile.partition(".")[0], _SHARES["7g"]) for profile in instances]
    return sum(one for one, _memory in shares) <= 7 and sum(memory for _one, memory in shares) <= 8
