# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pods: placed on a node, started, ready after a while; or crashing, or never ready, as ordered."""

from __future__ import annotations

import time

from lab.kube.cluster import Cluster
from lab.kube.controllers.placing import place
from lab.kube.documents import Json, clone, dig, now
from lab.kube.programs import Run

_FIRST_BACK_OFF = 0.5


def reconcile(cluster: Cluster) -> float | None:
    """See to all pods; answers when the next one changes."""
    due: list[float] = []
    living = set()
    for pod in cluster.store.all("pods"):
        living.add(pod["metadata"]["uid"])
        wait = _stop(cluster, pod) if "deletionTimestamp" in pod["metadata"] else _live(cluster, pod)
        if wait is not None:
            due.append(wait)
    for times in (cluster.started, cluster.stopping):
        for uid in set(times) - living:
            del times[uid]
    cluster.programs.keep(living)
    return min(due, default=None)


def _stop(cluster: Cluster, pod: Json) -> float | None:
    cluster.programs.stop(pod["metadata"]["uid"])
    began = cluster.stopping.setdefault(pod["metadata"]["uid"], time.monotonic())
    left = cluster.settings.stop_seconds - (time.monotonic() - began)
    if left > 0:
        return left
    if not dig(pod, "metadata", "finalizers"):
        cluster.store.remove("pods", pod)
    return None


def _live(cluster: Cluster, pod: Json) -> float | None:
    if dig(pod, "status", "phase") in ("Succeeded", "Failed"):
        return None
    if not dig(pod, "spec", "nodeName"):
        placed = place(cluster, pod)
        if placed is None:
            return None
        pod = placed
    if not _volumes_are_there(cluster, pod):
        return 0.5
    began = cluster.started.setdefault(pod["metadata"]["uid"], time.monotonic())
    running = time.monotonic() - began
    settings = cluster.settings
    containers = pod["spec"]["containers"]
    crash = next((text for one in containers if (text := cluster.orders.crash(pod, one)) is not None), None)
    is_job = dig(pod, "spec", "restartPolicy") in ("Never", "OnFailure")
    wait = settings.finish_seconds if is_job else settings.ready_seconds
    if crash is not None:
        return _crash(cluster, pod, running, wait)
    run = cluster.programs.run(cluster.store, pod)
    if run is not None:
        return _play(cluster, pod, run)
    if is_job and any(one.get("kind") == "Job" for one in dig(pod, "metadata", "ownerReferences", default=[])):
        if running >= wait:
            _report(cluster, pod, "Succeeded", {"terminated": _ended(0, "Completed")}, ready=False)
            return None
        _report(cluster, pod, "Running", {"running": {"startedAt": now()}}, ready=True)
        return wait - running
    never = any(cluster.orders.never_ready(pod, one) for one in containers)
    ready = running >= wait and not never
    _report(cluster, pod, "Running", {"running": {"startedAt": now()}}, ready)
    return None if ready or never else wait - running


def _volumes_are_there(cluster: Cluster, pod: Json) -> bool:
    """Whether claims are bound and the needed Secrets and ConfigMaps exist."""
    problem = _mount_problem(cluster, pod)
    if problem is None:
        return True
    waiting = {"waiting": {"reason": "ContainerCreating"}}
    if problem[0] == "CreateContainerConfigError":
        waiting = {"waiting": {"reason": problem[0], "message": problem[1]}}
    if _report(cluster, pod, "Pending", waiting, ready=False):
        cluster.event(pod, "Failed" if "Config" in problem[0] else problem[0], problem[1], warning=True)
    return False


def _mount_problem(cluster: Cluster, pod: Json) -> tuple[str, str] | None:
    namespace = pod["metadata"]["namespace"]
    for volume in dig(pod, "spec", "volumes", default=[]):
        claim = dig(volume, "persistentVolumeClaim", "claimName")
        if claim and dig(cluster.store.get("persistentvolumeclaims", namespace, claim), "status", "phase") != "Bound":
            return "FailedScheduling", f'pod has unbound immediate PersistentVolumeClaims or "{claim}" is missing'
        for resource, part, key in (("secrets", "secret", "secretName"), ("configmaps", "configMap", "name")):
            source = volume.get(part) or {}
            name = source.get(key)
            if name and not source.get("optional") and cluster.store.get(resource, namespace, name) is None:
                return (
                    "FailedMount",
                    f'MountVolume.SetUp failed for volume "{volume["name"]}" : {part.lower()} "{name}" not found',
                )
    for container in dig(pod, "spec", "containers", default=[]):
        problem = _variable_problem(cluster, namespace, container)
        if problem:
            return "CreateContainerConfigError", problem
    return None


def _variable_problem(cluster: Cluster, namespace: str, container: Json) -> str | None:
    wanted = []
    for variable in container.get("env") or ():
        source = variable.get("valueFrom") or {}
        wanted += [("secrets", source.get("secretKeyRef")), ("configmaps", source.get("configMapKeyRef"))]
    for source in container.get("envFrom") or ():
        wanted += [("secrets", source.get("secretRef")), ("configmaps", source.get("configMapRef"))]
    for resource, reference in wanted:
        if not reference or reference.get("optional"):
            continue
        found = cluster.store.get(resource, namespace, reference["name"])
        if found is None:
            return f'{resource[:-1]} "{reference["name"]}" not found'
        if "key" in reference and reference["key"] not in (found.get("data") or {}):
            return (
                f"couldn't find key {reference['key']} in {resource[:-1].capitalize()} {namespace}/{reference['name']}"
            )
    return None


def _play(cluster: Cluster, pod: Json, run: Run) -> float | None:
    """Report how the pod's program is doing."""
    if run.exit_code is not None:
        phase, reason = ("Failed", "Error") if run.exit_code else ("Succeeded", "Completed")
        _report(cluster, pod, phase, {"terminated": _ended(run.exit_code, reason)}, ready=False)
        return None
    if run.crashed:
        _back_off(cluster, pod, run.restarts + 1)
        return None
    left = cluster.settings.ready_seconds - (time.monotonic() - run.began)
    never = any(cluster.orders.never_ready(pod, one) for one in pod["spec"]["containers"])
    ready = run.ready and not never and left <= 0
    _report(cluster, pod, "Running", {"running": {"startedAt": now()}}, ready, run.restarts)
    return left if run.ready and left > 0 else None


def _crash(cluster: Cluster, pod: Json, running: float, wait: float) -> float | None:
    if running < wait:
        _report(cluster, pod, "Running", {"running": {"startedAt": now()}}, ready=False)
        return wait - running
    if dig(pod, "spec", "restartPolicy") == "Never":
        _report(cluster, pod, "Failed", {"terminated": _ended(1, "Error")}, ready=False)
        return None
    _back_off(cluster, pod, 1 + int(running // max(10.0, _FIRST_BACK_OFF)))
    return 10.0


def _back_off(cluster: Cluster, pod: Json, restarts: int) -> None:
    message = (
        f"back-off restarting failed container={pod['spec']['containers'][0]['name']} pod={pod['metadata']['name']}"
    )
    state = {"waiting": {"reason": "CrashLoopBackOff", "message": message}}
    if _report(cluster, pod, "Running", state, ready=False, restarts=restarts):
        cluster.event(pod, "BackOff", message, warning=True)


def _ended(code: int, reason: str) -> Json:
    return {"exitCode": code, "reason": reason, "startedAt": now(), "finishedAt": now()}


def _report(cluster: Cluster, pod: Json, phase: str, state: Json, ready: bool, restarts: int = 0) -> bool:
    """Write a pod's status; answers whether it changed."""
    old = pod.get("status") or {}
    known = {one["name"]: one for one in old.get("containerStatuses") or ()}
    statuses = []
    for container in pod["spec"]["containers"]:
        before = known.get(container["name"], {})
        same = list(before.get("state") or {}) == list(state) and "waiting" not in state
        status: Json = {"name": container["name"], "state": before["state"] if same else clone(state)}
        status |= {"lastState": {"terminated": _last_end(before)} if restarts else {}, "ready": ready}
        status |= {
            "restartCount": restarts,
            "image": container.get("image", ""),
            "imageID": "lab",
            "started": "running" in state,
        }
        statuses.append(status)
    conditions = _conditions(old.get("conditions") or [], phase, ready)
    new: Json = {**old, "phase": phase, "conditions": conditions, "containerStatuses": statuses}
    if phase != "Pending" or dig(pod, "spec", "nodeName"):
        new.setdefault("startTime", now())
    if phase != "Pending":
        if "podIP" not in new:
            new["podIP"] = _address(cluster)
        new.setdefault("podIPs", [{"ip": new["podIP"]}])
        new.setdefault("hostIP", "192.0.2.11")
    inits = [
        {"name": one["name"], "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}, "ready": True,
         "restartCount": 0, "image": one.get("image", ""), "imageID": "lab", "lastState": {}}
        for one in dig(pod, "spec", "initContainers", default=[])
    ]  # fmt: skip
    if inits and phase != "Pending":
        new["initContainerStatuses"] = inits
    if new == old:
        return False
    cluster.change("pods", pod, status=new)
    return True


def _last_end(before: Json) -> Json:
    ended: Json = dig(before, "lastState", "terminated") or _ended(1, "Error")
    return ended


def _conditions(known: list[Json], phase: str, ready: bool) -> list[Json]:
    done = phase in ("Succeeded", "Failed")
    wanted = {
        "Initialized": phase != "Pending",
        "Ready": ready,
        "ContainersReady": ready,
        "PodScheduled": True,
    }
    conditions = []
    for kind, status in wanted.items():
        word = "True" if status else "False"
        old = next((one for one in known if one["type"] == kind and one["status"] == word), None)
        reason = {} if status else {"reason": "PodCompleted" if done else "ContainersNotReady"}
        new = {"type": kind, "status": word, "lastProbeTime": None, "lastTransitionTime": now(), **reason}
        conditions.append(old if old is not None and old.get("reason") == new.get("reason") else new)
    return conditions


def _address(cluster: Cluster) -> str:
    taken = {dig(pod, "status", "podIP") for pod in cluster.store.all("pods")}
    number = 2
    while (address := f"10.244.{number // 250}.{number % 250 + 1}") in taken:
        number += 1
    return address
