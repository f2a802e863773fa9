# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked on objects beyond their schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab.kube.documents import Json, dig
from lab.kube.model.kinds import Kind
from lab.kube.objects.names import metadata_causes
from lab.kube.objects.pod_rules import pod_spec_causes, resource_causes
from lab.kube.objects.selectors import selects
from lab.kube.wire.errors import Cause, duplicate, forbidden_field, required, unsupported, wrong


def object_causes(kind: Kind, document: Json) -> list[Cause]:
    """What is wrong with an object on its own."""
    causes = metadata_causes(document["metadata"])
    check = _CHECKS.get(kind.resource)
    return causes + (check(document) if check else [])


def _template_causes(document: Json) -> list[Cause]:
    spec = document["spec"]
    template = dig(spec, "template", default={})
    labels = dig(template, "metadata", "labels", default={})
    claims = [claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates") or ()]
    causes = pod_spec_causes(template.get("spec") or {}, "spec.template.spec", claims)
    if not dig(spec, "selector"):
        causes.insert(0, required("spec.selector"))
    elif not selects(spec["selector"], labels):
        why = "`selector` does not match template `labels`"
        causes.insert(0, wrong("spec.template.metadata.labels", labels, why))
    policy = dig(template, "spec", "restartPolicy")
    if policy not in (None, "Always"):
        causes.append(unsupported("spec.template.spec.restartPolicy", policy, ["Always"]))
    causes += metadata_causes(template.get("metadata") or {}, "spec.template")
    if isinstance(spec.get("replicas"), int) and spec["replicas"] < 0:
        causes.append(wrong("spec.replicas", spec["replicas"], "must be greater than or equal to 0"))
    return causes


def _job_causes(document: Json) -> list[Cause]:
    spec = dig(document, "spec", "template", "spec", default={})
    causes = pod_spec_causes(spec, "spec.template.spec")
    policy = spec.get("restartPolicy")
    if policy not in ("OnFailure", "Never"):
        where = "spec.template.spec.restartPolicy"
        supported = ["OnFailure", "Never"]
        missing = required(where, 'valid values: "OnFailure", "Never"')
        causes.append(missing if not policy else unsupported(where, policy, supported))
    return causes


def _service_causes(document: Json) -> list[Cause]:
    spec = document["spec"]
    causes: list[Cause] = []
    kinds = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
    if spec["type"] not in kinds:
        causes.append(unsupported("spec.type", spec["type"], kinds))
    ports = spec.get("ports") or []
    if not ports and spec["type"] != "ExternalName" and spec.get("clusterIP") != "None":
        causes.append(required("spec.ports"))
    seen: set[Any] = set()
    for index, port in enumerate(ports):
        where = f"spec.ports[{index}]"
        if len(ports) > 1 and not port.get("name"):
            causes.append(required(f"{where}.name"))
        if not isinstance(port.get("port"), int) or not 1 <= port["port"] <= 65535:
            causes.append(wrong(f"{where}.port", port.get("port"), "must be between 1 and 65535, inclusive"))
        for mark in (("name", port.get("name")), (port.get("protocol"), port.get("port"))):
            if mark in seen and mark[1]:
                what = port.get("name") if mark[0] == "name" else {"port": port.get("port"), "protocol": mark[0]}
                causes.append(duplicate(f"{where}.name" if mark[0] == "name" else where, what))
            seen.add(mark)
    return causes


def _secret_causes(document: Json) -> list[Cause]:
    needed = {
        "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
        "kubernetes.io/tls": ["tls.crt", "tls.key"],
        "kubernetes.io/basic-auth": [],
    }.get(document["type"], [])
    return [required(f"data[{key}]") for key in needed if key not in (document.get("data") or {})]


def _ingress_causes(document: Json) -> list[Cause]:
    spec = document.get("spec") or {}
    causes: list[Cause] = []
    if not spec.get("rules") and not spec.get("defaultBackend"):
        causes.append(wrong("spec", [], "either `defaultBackend` or `rules` must be specified"))
    for number, rule in enumerate(spec.get("rules") or ()):
        for index, path in enumerate(dig(rule, "http", "paths", default=[])):
            where = f"spec.rules[{number}].http.paths[{index}]"
            if not path.get("pathType"):
                causes.append(required(f"{where}.pathType", "pathType must be specified"))
            elif path["pathType"] not in ("Exact", "Prefix", "ImplementationSpecific"):
                choices = ["Exact", "ImplementationSpecific", "Prefix"]
                causes.append(unsupported(f"{where}.pathType", path["pathType"], choices))
            elif path["pathType"] != "ImplementationSpecific" and not str(path.get("path", "")).startswith("/"):
                causes.append(wrong(f"{where}.path", path.get("path", ""), "must be an absolute path"))
    return causes


def _claim_causes(document: Json) -> list[Cause]:
    spec = document["spec"]
    causes = [] if spec.get("accessModes") else [required("spec.accessModes", "at least 1 access mode is required")]
    if dig(spec, "resources", "requests", "storage") is None:
        causes.append(required("spec.resources[storage]"))
    return causes


def _definition_causes(document: Json) -> list[Cause]:
    spec = document["spec"]
    name = f"{dig(spec, 'names', 'plural', default='')}.{spec.get('group', '')}"
    causes: list[Cause] = []
    if document["metadata"]["name"] != name:
        causes.append(wrong("metadata.name", document["metadata"]["name"], 'must be spec.names.plural+"."+spec.group'))
    versions = spec.get("versions") or []
    if sum(bool(version.get("storage")) for version in versions) != 1:
        causes.append(
            wrong(
                "spec.versions",
                [one.get("name") for one in versions],
                "must have exactly one version marked as storage version",
            )
        )
    for index, version in enumerate(versions):
        if dig(version, "schema", "openAPIV3Schema") is None:
            causes.append(required(f"spec.versions[{index}].schema.openAPIV3Schema", "schemas are required"))
    if dig(spec, "conversion", "strategy") == "Webhook":
        causes.append(forbidden_field("spec.conversion.strategy", "the laboratory calls no webhooks"))
    return causes


def _quota_causes(document: Json) -> list[Cause]:
    return resource_causes(dig(document, "spec", "hard", default={}), "spec.hard")


def _pod_causes(document: Json) -> list[Cause]:
    return pod_spec_causes(document["spec"], "spec")


_CHECKS: dict[str, Callable[[Json], list[Cause]]] = {
    "deployments.apps": _template_causes,
    "replicasets.apps": _template_causes,
    "statefulsets.apps": _template_causes,
    "daemonsets.apps": _template_causes,
    "jobs.batch": _job_causes,
    "pods": _pod_causes,
    "services": _service_causes,
    "secrets": _secret_causes,
    "ingresses.networking.k8s.io": _ingress_causes,
    "persistentvolumeclaims": _claim_causes,
    "customresourcedefinitions.apiextensions.k8s.io": _definition_causes,
    "resourcequotas": _quota_causes,
}
