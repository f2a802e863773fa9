# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked on the specs of pods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.kube.documents import Json, dig
from lab.kube.wire.errors import Cause, duplicate, required, wrong

_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")


def pod_spec_causes(spec: Json, where: str, claims: Sequence[str] = ()) -> list[Cause]:
    """What is wrong with a pod's spec; ``claims`` are volumes that its controller will add."""
    causes: list[Cause] = []
    volumes = [volume.get("name") for volume in spec.get("volumes") or ()]
    for index, name in enumerate(volumes):
        if name in volumes[:index]:
            causes.append(duplicate(f"{where}.volumes[{index}].name", name))
    if not spec.get("containers"):
        causes.append(required(f"{where}.containers"))
    seen: list[Any] = []
    for group in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(group) or ()):
            causes += _container_causes(container, f"{where}.{group}[{index}]", [*volumes, *claims])
            if container.get("name") in seen:
                causes.append(duplicate(f"{where}.{group}[{index}].name", container.get("name")))
            seen.append(container.get("name"))
    return causes


def _container_causes(container: Json, where: str, volumes: list[Any]) -> list[Cause]:
    causes: list[Cause] = []
    if not container.get("name"):
        causes.append(required(f"{where}.name"))
    if not container.get("image"):
        causes.append(required(f"{where}.image"))
    elif str(container["image"]) != str(container["image"]).strip():
        causes.append(wrong(f"{where}.image", container["image"], "must not have leading or trailing whitespace"))
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        if mount.get("name") not in volumes:
            causes.append(
                Cause("FieldValueNotFound", f'Not found: "{mount.get("name")}"', f"{where}.volumeMounts[{index}].name")
            )
    for index, variable in enumerate(container.get("env") or ()):
        causes += _variable_causes(variable, f"{where}.env[{index}]")
    for name in ("requests", "limits"):
        causes += resource_causes(dig(container, "resources", name, default={}), f"{where}.resources.{name}")
    limits = dig(container, "resources", "limits", default={})
    for name, value in dig(container, "resources", "requests", default={}).items():
        if "/" in name and str(limits.get(name)) != str(value):
            why = f"must be equal to {name} limit of {limits.get(name, 0)}"
            causes.append(wrong(f"{where}.resources.requests", str(value), why))
    return causes


def _variable_causes(variable: Json, where: str) -> list[Cause]:
    if not variable.get("name"):
        return [required(f"{where}.name")]
    source = variable.get("valueFrom")
    if source is None:
        return []
    if variable.get("value"):
        return [wrong(f"{where}.valueFrom", "", "may not be specified when `value` is not empty")]
    given = [name for name in _SOURCES if source.get(name)]
    if len(given) != 1:
        why = (
            "may not have more than one field specified at a time"
            if given
            else "must specify one of: " + "`fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        )
        return [wrong(f"{where}.valueFrom", "", why)]
    reference = source[given[0]]
    if given[0].endswith("KeyRef") and not reference.get("key"):
        return [required(f"{where}.valueFrom.{given[0]}.key")]
    return []


def resource_causes(amounts: Json, where: str) -> list[Cause]:
    """What is wrong with a map of resource amounts."""
    return [
        wrong(f"{where}[{name}]", str(value), "must be greater than or equal to 0")
        for name, value in amounts.items()
        if str(value).startswith("-")
    ]
