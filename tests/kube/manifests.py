# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that several tests use."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]


def config_map(name: str = "cm", **data: str) -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def pod_template(app: str, image: str = "busybox:1", annotations: Json | None = None, **container: Any) -> Json:
    metadata: Json = {"labels": {"app": app}} | ({"annotations": annotations} if annotations else {})
    return {"metadata": metadata, "spec": {"containers": [{"name": "c", "image": image, **container}]}}


def workload(kind: str, name: str, replicas: int | None = 1, **template: Any) -> Json:
    spec: Json = {"selector": {"matchLabels": {"app": name}}, "template": pod_template(name, **template)}
    if replicas is not None:
        spec["replicas"] = replicas
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def text(*objects: Json) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})
