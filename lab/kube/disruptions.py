# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PodDisruptionBudgets: how many ready pods an eviction has to leave."""

from __future__ import annotations

import math

from lab.kube.cluster import Cluster
from lab.kube.controllers.templates import is_active, is_ready
from lab.kube.documents import Json, dig
from lab.kube.objects.selectors import selects
from lab.kube.wire.errors import ApiError

BUDGETS = "poddisruptionbudgets.policy"


def check_disruption(cluster: Cluster, pod: Json) -> None:
    """Refuse an eviction that a budget does not allow; a pod that is not ready counts for none.

    :raises ApiError: 429
    """
    namespace, labels = pod["metadata"]["namespace"], dig(pod, "metadata", "labels", default={})
    for budget in cluster.store.all(BUDGETS, namespace):
        selector = dig(budget, "spec", "selector")
        if not selects(selector, labels) or not is_ready(pod):
            continue
        pods = [
            one
            for one in cluster.store.all("pods", namespace)
            if is_active(one) and selects(selector, dig(one, "metadata", "labels", default={}))
        ]
        healthy = sum(is_ready(one) for one in pods)
        wanted = _wanted(budget["spec"], len(pods))
        if healthy - 1 < wanted:
            name = budget["metadata"]["name"]
            why = f"The disruption budget {name} needs {wanted} healthy pods and has {healthy} currently"
            cause = {"reason": "DisruptionBudget", "message": why}
            text = "Cannot evict pod as it would violate the pod's disruption budget."
            raise ApiError(429, "TooManyRequests", text, {"causes": [cause]})


def _wanted(spec: Json, expected: int) -> int:
    if "minAvailable" in spec:
        return _amount(spec["minAvailable"], expected)
    return expected - _amount(spec.get("maxUnavailable", 0), expected)


def _amount(value: int | str, whole: int) -> int:
    """A number, or a share of all of them, rounded up."""
    return value if isinstance(value, int) else math.ceil(int(value.rstrip("%")) * whole / 100)
