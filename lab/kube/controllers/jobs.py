# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: their pods run once and are done."""

from __future__ import annotations

from lab.kube.cluster import Cluster
from lab.kube.controllers.templates import make_pod, random_suffix
from lab.kube.deleting import Deleter
from lab.kube.documents import Json, clone, dig, now, seconds_since

JOBS = "jobs.batch"


def reconcile(cluster: Cluster) -> float | None:
    """See to all Jobs."""
    due: list[float] = []
    for job in cluster.store.all(JOBS):
        if "deletionTimestamp" in job["metadata"]:
            continue
        if not _is_over(job):
            _work(cluster, job)
        elif "ttlSecondsAfterFinished" in job["spec"]:
            due += _retire(cluster, job)
    return min(due, default=None)


def _retire(cluster: Cluster, job: Json) -> list[float]:
    """Delete a Job some time after its end; answers how long that takes."""
    ended = dig(job, "status", "completionTime") or job["status"]["conditions"][-1]["lastTransitionTime"]
    left = job["spec"]["ttlSecondsAfterFinished"] - seconds_since(ended)
    if left > 0:
        return [left]
    Deleter(cluster).delete(cluster.kind(JOBS), job, {"propagationPolicy": "Background"}, dry_run=False)
    return []


def _is_over(job: Json) -> bool:
    return any(
        one["type"] in ("Complete", "Failed") and one["status"] == "True"
        for one in dig(job, "status", "conditions", default=[])
    )


def _work(cluster: Cluster, job: Json) -> None:
    spec = job["spec"]
    pods = cluster.owned(job, "pods")
    phases = [dig(pod, "status", "phase", default="Pending") for pod in pods]
    succeeded, failed = phases.count("Succeeded"), phases.count("Failed")
    active = len(pods) - succeeded - failed
    wanted = spec.get("completions") or 1
    limit = spec.get("backoffLimit", 6)
    status: Json = clone(job.get("status") or {})
    status.setdefault("startTime", now())
    if succeeded >= wanted:
        status["completionTime"] = now()
        text = "Reached expected number of succeeded pods"
        status["conditions"] = [_condition("SuccessCriteriaMet", "CompletionsReached", text)]
        status["conditions"].append(_condition("Complete", "CompletionsReached", text))
        cluster.event(job, "Completed", "Job completed")
    elif failed > limit:
        text = "Job has reached the specified backoff limit"
        status["conditions"] = [_condition("FailureTarget", "BackoffLimitExceeded", text)]
        status["conditions"].append(_condition("Failed", "BackoffLimitExceeded", text))
        cluster.event(job, "BackoffLimitExceeded", text, warning=True)
    elif not spec.get("suspend"):
        for _number in range(min(spec.get("parallelism", 1), wanted - succeeded) - active):
            name = f"{job['metadata']['name']}-{random_suffix()}"
            active += make_pod(cluster, job, spec["template"], name, {}) is not None
    for name, count in (("active", active), ("succeeded", succeeded), ("failed", failed)):
        status.pop(name, None)
        if count:
            status[name] = count
    status["ready"] = 0
    status["terminating"] = 0
    status["uncountedTerminatedPods"] = {}
    cluster.change(JOBS, job, status=status)


def _condition(kind: str, reason: str, message: str) -> Json:
    times = {"lastProbeTime": now(), "lastTransitionTime": now()}
    return {"type": kind, "status": "True", **times, "reason": reason, "message": message}
