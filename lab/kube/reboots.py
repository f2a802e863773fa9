# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that go down and come back."""

from __future__ import annotations

import asyncio

from lab.kube.cluster import Cluster
from lab.kube.documents import Json, clone, dig, new_uid, now


def is_up(node: Json | None) -> bool:
    """Whether a node's kubelet answers."""
    conditions = dig(node, "status", "conditions", default=[])
    return not any(one["type"] == "Ready" and one["status"] != "True" for one in conditions)


def reboot(cluster: Cluster, node: str, seconds: float, comes_back: bool) -> None:
    """Let a node go down; it comes back later with another boot ID, and with what was pending for its GPUs.

    :raises KeyError: if there is no such node
    """
    if cluster.store.get("nodes", "", node) is None:
        raise KeyError(node)
    _say(cluster, node, up=False)
    if comes_back:
        asyncio.get_running_loop().call_later(seconds, _come_back, cluster, node)


def _come_back(cluster: Cluster, node: str) -> None:
    cluster.gpus.reboot(node)
    _say(cluster, node, up=True)


def _say(cluster: Cluster, name: str, up: bool) -> None:
    live = cluster.store.get("nodes", "", name)
    if live is None:
        return
    new: Json = clone(live)
    for condition in new["status"]["conditions"]:
        if condition["type"] == "Ready":
            words = ("True", "KubeletReady") if up else ("Unknown", "NodeStatusUnknown")
            condition |= {"status": words[0], "reason": words[1], "message": words[1], "lastTransitionTime": now()}
    if up:
        new["status"]["nodeInfo"]["bootID"] = new_uid()
    cluster.store.put("nodes", new)
