# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop that lets the controllers look at the cluster after every change."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from lab.kube.cluster import Cluster
from lab.kube.controllers import (
    claims,
    definitions,
    devices,
    garbage,
    jobs,
    namespaces,
    networking,
    pods,
    quotas,
    sets,
    workloads,
)
from lab.kube.objects.store import Change

Controller = Callable[[Cluster], float | None]
"""Looks at everything and does what is due; answers in how many seconds it has to look again, None for no need."""

CONTROLLERS: tuple[Controller, ...] = (
    namespaces.reconcile,
    definitions.reconcile,
    garbage.reconcile,
    workloads.reconcile,
    sets.reconcile,
    jobs.reconcile,
    claims.reconcile,
    networking.reconcile,
    devices.reconcile,
    pods.reconcile,
    quotas.reconcile,
)
_QUIET = {"events"}
_ROUNDS = 20
_PAUSE = 0.01


class Manager:
    """Runs the controllers."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._changed = asyncio.Event()
        self._due: float | None = None
        cluster.store.on_change.append(self._notice)

    def wake(self) -> None:
        """Look again soon."""
        self._changed.set()

    def _notice(self, change: Change) -> None:
        if change.resource not in _QUIET:
            self._changed.set()

    async def run(self) -> None:
        """Forever."""
        while True:
            self._changed.clear()
            due = self.step()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), due)
            # Clients often send several objects at once; one look at all of them is cheaper.
            await asyncio.sleep(_PAUSE)

    def step(self) -> float | None:
        """Let every controller look until nothing changes any more; answers when something is due."""
        due: float | None = None
        for _round in range(_ROUNDS):
            version, due = self._cluster.store.version, None
            for controller in CONTROLLERS:
                try:
                    wanted = controller(self._cluster)
                except Exception:
                    logging.exception("a controller failed")
                    wanted = 1.0
                if wanted is not None:
                    due = wanted if due is None else min(due, wanted)
            if self._cluster.store.version == version:
                break
        return None if due is None else max(due, 0.01)
