# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The defaults of pods and containers."""

from __future__ import annotations

from typing import Any

from lab.kube.documents import Json


def fill(place: Json, **defaults: Any) -> None:
    """Set what is not there."""
    for key, value in defaults.items():
        if place.get(key) is None:
            place[key] = value


def default_pod_spec(spec: Json, restart: str = "Always") -> None:
    """Complete a pod's spec; an empty ``restart`` leaves the policy alone."""
    if restart:
        fill(spec, restartPolicy=restart)
    fill(spec, terminationGracePeriodSeconds=30, dnsPolicy="ClusterFirst", securityContext={})
    fill(spec, schedulerName="default-scheduler")
    if spec.get("serviceAccountName"):
        fill(spec, serviceAccount=spec["serviceAccountName"])
    for container in [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]:
        _container(container)
    for volume in spec.get("volumes") or ():
        _volume(volume)


def _container(container: Json) -> None:
    image = str(container.get("image", ""))
    tag = image.rpartition("/")[2].partition("@")[0].partition(":")[2]
    pull = "IfNotPresent" if "@" in image or tag not in ("", "latest") else "Always"
    fill(container, resources={}, terminationMessagePath="/dev/termination-log", terminationMessagePolicy="File")
    fill(container, imagePullPolicy=pull)
    limits = container["resources"].get("limits") or {}
    if limits:
        requests = container["resources"].setdefault("requests", {})
        for name, value in limits.items():
            requests.setdefault(name, value)
    for port in container.get("ports") or ():
        fill(port, protocol="TCP")
    for variable in container.get("env") or ():
        reference = (variable.get("valueFrom") or {}).get("fieldRef")
        if reference:
            fill(reference, apiVersion="v1")
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(name)
        if probe is not None:
            fill(probe, timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)
            if "httpGet" in probe:
                fill(probe["httpGet"], path="/", scheme="HTTP")


def _volume(volume: Json) -> None:
    for name in ("configMap", "secret", "projected", "downwardAPI"):
        if isinstance(volume.get(name), dict):
            fill(volume[name], defaultMode=420)
    if isinstance(volume.get("hostPath"), dict):
        fill(volume["hostPath"], type="")
    if set(volume) == {"name"}:
        volume["emptyDir"] = {}
