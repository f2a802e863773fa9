# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queues."""

from __future__ import annotations

import typing as t

from tests.entities.sample import Sample


def items(given: t.Any) -> dict[str, dict[str, str]]:
    """Metadata as the server holds it."""
    return {
        key: one if isinstance(one, dict) else {"type": "", "value": str(one)} for key, one in (given or {}).items()
    }


def tags(given: t.Any) -> list[str]:
    """A set of texts; null is the empty one."""
    return sorted(set(given or []))


SAMPLE = Sample(
    module="queue",
    key="name",
    first={"name": "gpu-1", "display_name": "GPU", "tags": ["b", "a"], "system_tags": ["s"], "metadata": {"cost": 1}},
    changes={
        "display_name": ("Half a GPU",),
        "tags": (["x", "x", "y"], [], ["z"], None),
        "system_tags": (["k8s-glue"], None),
        "metadata": ({"b": {"type": "int", "value": "2"}}, None),
    },
    shows={"tags": tags, "system_tags": tags, "metadata": items},
    steering={"force": "test_queue.py::test_waiting_tasks_need_force"},
    renamed="gpu 2",
    everybody=True,
    table="queues",
)
