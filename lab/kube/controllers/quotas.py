# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ResourceQuotas tell what is used."""

from __future__ import annotations

from lab.kube.cluster import Cluster
from lab.kube.documents import dig
from lab.kube.objects.quotas import QUOTAS, usage, written


def reconcile(cluster: Cluster) -> float | None:
    """See to all quotas."""
    for quota in cluster.store.all(QUOTAS):
        hard = dig(quota, "spec", "hard", default={})
        used = usage(cluster.store, quota["metadata"]["namespace"], list(hard))
        status = {"hard": hard, "used": {name: written(amount) for name, amount in used.items()}}
        cluster.change(QUOTAS, quota, status=status)
    return None
