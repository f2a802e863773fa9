# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes with GPUs: divided for the pods that wait, and offered as the device plugin says."""

from __future__ import annotations

from lab.kube.cluster import Cluster
from lab.kube.mig_operator import divide


def reconcile(cluster: Cluster) -> float | None:
    """See to all nodes."""
    divide(cluster)
    for node in cluster.store.all("nodes"):
        cluster.gpus.show(node["metadata"]["name"])
    return None
