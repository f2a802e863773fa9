# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who reaches whom in the lab's cluster, which keeps NetworkPolicies and lets everybody through."""

from __future__ import annotations

import ipaddress
import typing as t

from lab.kube.control import Control
from lab.kube.objects.selectors import selects

Json = dict[str, t.Any]
INGRESSES, POLICIES = "ingresses.networking.k8s.io", "networkpolicies.networking.k8s.io"
#: Somebody outside of the cluster.
OUTSIDE: Json = {"metadata": {}, "status": {"podIP": "203.0.113.77"}}


def stranger(namespace: str, **labels: str) -> Json:
    """A pod that nobody has to start: what a policy knows of one."""
    return {"metadata": {"namespace": namespace, "labels": labels}, "status": {"podIP": "10.244.7.7"}}


class Network:
    """The cluster as it was when this was made, by the rules that Kubernetes documents."""

    def __init__(self, control: Control) -> None:
        self._objects: dict[str, list[Json]] = {}
        for entry in control.state()["objects"]:
            self._objects.setdefault(entry["resource"], []).append(entry["object"])

    def of(self, resource: str, namespace: str = "") -> list[Json]:
        """Objects of a namespace, or of all."""
        found = self._objects.get(resource, [])
        return [one for one in found if namespace in ("", one["metadata"].get("namespace"))]

    def pods(self, namespace: str, **labels: str) -> list[Json]:
        """The pods of a namespace that have these labels."""
        return [one for one in self.of("pods", namespace) if selects(labels, one["metadata"].get("labels") or {})]

    # ---- names

    def behind(self, service: str, namespace: str, port: int) -> list[Json]:
        """The ready pods that a Service has behind one of its ports."""
        found = [one for one in self.of("services", namespace) if one["metadata"]["name"] == service]
        ports = [one["port"] for each in found for one in each["spec"]["ports"]]
        assert port in ports, f"{service} in {namespace} has the ports {ports}, and not {port}"
        endpoints = [one for one in self.of("endpoints", namespace) if one["metadata"]["name"] == service]
        subsets = [one for part in endpoints for one in part.get("subsets") or ()]
        addresses = [one for subset in subsets for one in subset["addresses"]]
        names = {one["targetRef"]["name"] for one in addresses}
        return [one for one in self.of("pods", namespace) if one["metadata"]["name"] in names]

    def at(self, address: str) -> list[Json]:
        """The ready pods behind ``service.namespace:port``."""
        name, _colon, port = address.rpartition(":")
        service, namespace = name.split(".")[:2]
        return self.behind(service, namespace, int(port))

    def led_to(self, host: str) -> list[Json]:
        """The ready pods that an ingress controller sends requests for a host to; none if nobody serves its Ingress."""
        found: list[Json] = []
        for ingress in self.of(INGRESSES):
            if ingress.get("status", {}).get("loadBalancer", {}).get("ingress"):
                rules = [one for one in ingress["spec"]["rules"] if one["host"] == host]
                for backend in [path["backend"]["service"] for one in rules for path in one["http"]["paths"]]:
                    namespace = ingress["metadata"]["namespace"]
                    found += self.behind(backend["name"], namespace, backend["port"]["number"])
        return found

    # ---- policies

    def admits(self, source: Json, target: Json, port: int) -> bool:
        """Whether a pod takes a TCP connection from another one. Only a pod that a policy is about refuses any."""
        about = target["metadata"]
        policies = [
            one["spec"]
            for one in self.of(POLICIES, about["namespace"])
            if "Ingress" in one["spec"].get("policyTypes", ["Ingress"])
            and selects(one["spec"]["podSelector"], about.get("labels") or {})
        ]
        rules = [rule for one in policies for rule in one.get("ingress") or ()]
        return not policies or any(
            self._comes_from(rule, source, about["namespace"]) and _goes_to(rule, target, port) for rule in rules
        )

    def _comes_from(self, rule: Json, source: Json, namespace: str) -> bool:
        """A rule that names nobody is about everybody."""
        return not rule.get("from") or any(self._is(peer, source, namespace) for peer in rule["from"])

    def _is(self, peer: Json, source: Json, namespace: str) -> bool:
        where = source["metadata"].get("namespace")
        if "ipBlock" in peer:
            address = ipaddress.ip_address(source["status"]["podIP"])
            block = peer["ipBlock"]
            return address in ipaddress.ip_network(block["cidr"]) and not any(
                address in ipaddress.ip_network(one) for one in block.get("except") or ()
            )
        if where is None:
            return False
        if "namespaceSelector" in peer:
            labels = {"kubernetes.io/metadata.name": where}
            for one in self.of("namespaces"):
                if one["metadata"]["name"] == where:
                    labels |= one["metadata"].get("labels") or {}
            if not selects(peer["namespaceSelector"], labels):
                return False
        elif where != namespace:
            return False
        return selects(peer.get("podSelector", {}), source["metadata"].get("labels") or {})


def _goes_to(rule: Json, target: Json, port: int) -> bool:
    """A rule that names no port is about all; ports may go by the names that the pod's containers give them."""
    containers = target.get("spec", {}).get("containers") or ()
    named = {one.get("name"): one["containerPort"] for part in containers for one in part.get("ports") or ()}
    ranges = [
        (named.get(one["port"], one["port"]), one.get("endPort")) if "port" in one else (1, 65535)
        for one in rule.get("ports") or ()
        if one.get("protocol", "TCP") == "TCP"
    ]
    return not rule.get("ports") or any(first == port or (last and first <= port <= last) for first, last in ranges)


def container_port(pod: Json) -> int:
    """The first port of a pod."""
    port: int = pod["spec"]["containers"][0]["ports"][0]["containerPort"]
    return port


def is_up(pod: Json) -> bool:
    """Whether a pod runs with all of its containers ready, or is done."""
    status = pod.get("status", {})
    states = status.get("containerStatuses") or []
    ready = len(states) == len(pod["spec"]["containers"]) and all(one["ready"] for one in states)
    return status.get("phase") == "Succeeded" or (status.get("phase") == "Running" and ready)
