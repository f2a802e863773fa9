# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may not change once an object is there."""

from __future__ import annotations

from collections.abc import Callable

from lab.kube.documents import Json, dig
from lab.kube.model.kinds import Kind
from lab.kube.wire.errors import Cause, forbidden_field, wrong

_IMMUTABLE = "field is immutable"
_CHANGEABLE = {
    "statefulsets.apps": ("replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
                          "persistentVolumeClaimRetentionPolicy", "minReadySeconds"),
    "pods": ("tolerations", "activeDeadlineSeconds", "terminationGracePeriodSeconds", "nodeName", "schedulingGates"),
}  # fmt: skip


def change_causes(kind: Kind, before: Json, after: Json) -> list[Cause]:
    """What is wrong with changing one object into another."""
    causes: list[Cause] = []
    finalizers = [one for one in dig(after, "metadata", "finalizers", default=[]) if isinstance(one, str)]
    if "deletionTimestamp" in before["metadata"]:
        new = [one for one in finalizers if one not in dig(before, "metadata", "finalizers", default=[])]
        if new:
            why = "no new finalizers can be added if the object is being deleted, found new finalizers "
            shown = ", ".join(f'"{one}"' for one in new)
            causes.append(forbidden_field("metadata.finalizers", why + f"[]string{{{shown}}}"))
    check = _CHANGE_CHECKS.get(kind.resource)
    return causes + (check(before, after) if check else [])


def _fixed(*path: str) -> Callable[[Json, Json], list[Cause]]:
    def check(before: Json, after: Json) -> list[Cause]:
        value = dig(after, *path)
        return [] if dig(before, *path) == value else [wrong(".".join(path), value, _IMMUTABLE)]

    return check


def _stateful_change(before: Json, after: Json) -> list[Cause]:
    names = _CHANGEABLE["statefulsets.apps"]
    old, new = ({key: value for key, value in one["spec"].items() if key not in names} for one in (before, after))
    if old == new:
        return []
    why = (
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
        "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
    )
    return [forbidden_field("spec", why)]


def _claim_change(before: Json, after: Json) -> list[Cause]:
    def fixed(one: Json) -> Json:
        spec = {
            key: value for key, value in one["spec"].items() if key not in ("resources", "volumeAttributesClassName")
        }
        # The claim controller fills in the class and the volume after the creation.
        if not dig(before, "spec", "volumeName"):
            spec.pop("volumeName", None)
        if dig(before, "spec", "storageClassName") is None:
            spec.pop("storageClassName", None)
        return spec

    if fixed(before) == fixed(after):
        return []
    why = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
    return [forbidden_field("spec", why)]


def _service_change(before: Json, after: Json) -> list[Cause]:
    old, new = dig(before, "spec", "clusterIP"), dig(after, "spec", "clusterIP")
    if old and new and old != new and "ExternalName" not in (before["spec"]["type"], after["spec"]["type"]):
        return [wrong("spec.clusterIPs[0]", dig(after, "spec", "clusterIPs", default=[new]), "may not change once set")]
    return []


def _data_change(before: Json, after: Json) -> list[Cause]:
    causes = []
    if before.get("immutable"):
        why = "field is immutable when `immutable` is set"
        causes += [forbidden_field(name, why) for name in ("data", "binaryData") if before.get(name) != after.get(name)]
        if not after.get("immutable"):
            causes.append(forbidden_field("immutable", why))
    return causes


def _secret_change(before: Json, after: Json) -> list[Cause]:
    causes = _data_change(before, after)
    return causes + ([wrong("type", after["type"], _IMMUTABLE)] if before.get("type") != after["type"] else [])


def _job_change(before: Json, after: Json) -> list[Cause]:
    return [
        wrong(f"spec.{name}", dig(after, "spec", name), _IMMUTABLE)
        for name in ("completions", "selector", "template")
        if dig(before, "spec", name) != dig(after, "spec", name) and not dig(before, "spec", "suspend")
    ]


def _pod_change(before: Json, after: Json) -> list[Cause]:
    def fixed(one: Json) -> Json:
        spec = {key: value for key, value in one["spec"].items() if key not in _CHANGEABLE["pods"]}
        for name in ("containers", "initContainers"):
            spec[name] = [{**container, "image": ""} for container in spec.get(name) or ()]
        return spec

    if fixed(before) == fixed(after):
        return []
    why = (
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
        "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
        "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
    )
    return [forbidden_field("spec", why)]


def _binding_change(before: Json, after: Json) -> list[Cause]:
    same = before.get("roleRef") == after.get("roleRef")
    return [] if same else [wrong("roleRef", after.get("roleRef"), "cannot change roleRef")]


def _class_change(before: Json, after: Json) -> list[Cause]:
    return [
        forbidden_field(name, "updates to " + name + " are forbidden.")
        for name in ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode")
        if before.get(name) != after.get(name)
    ]


_CHANGE_CHECKS: dict[str, Callable[[Json, Json], list[Cause]]] = {
    "deployments.apps": _fixed("spec", "selector"),
    "replicasets.apps": _fixed("spec", "selector"),
    "daemonsets.apps": _fixed("spec", "selector"),
    "statefulsets.apps": _stateful_change,
    "persistentvolumeclaims": _claim_change,
    "services": _service_change,
    "configmaps": _data_change,
    "secrets": _secret_change,
    "jobs.batch": _job_change,
    "pods": _pod_change,
    "rolebindings.rbac.authorization.k8s.io": _binding_change,
    "clusterrolebindings.rbac.authorization.k8s.io": _binding_change,
    "storageclasses.storage.k8s.io": _class_change,
}
