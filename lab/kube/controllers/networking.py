# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of load balancers and ingresses, and the endpoints of Services."""

from __future__ import annotations

from lab.kube.cluster import Cluster
from lab.kube.controllers.templates import is_ready
from lab.kube.documents import Json, dig
from lab.kube.objects.allocation import INGRESS_ADDRESS, load_balancer_address
from lab.kube.objects.selectors import selects

SERVICES, INGRESSES, CLASSES = "services", "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io"
_DEFAULT = "ingressclass.kubernetes.io/is-default-class"


def reconcile(cluster: Cluster) -> float | None:
    """See to all Services and Ingresses."""
    for service in cluster.store.all(SERVICES):
        _balance(cluster, service)
        _connect(cluster, service)
    names = {service["metadata"]["uid"] for service in cluster.store.all(SERVICES)}
    for endpoints in cluster.store.all("endpoints"):
        owner = dig(endpoints, "metadata", "annotations", "lab.clearml.enterprise/service")
        if owner and owner not in names:
            cluster.store.remove("endpoints", endpoints)
    for ingress in cluster.store.all(INGRESSES):
        _admit(cluster, ingress)
    return None


def _balance(cluster: Cluster, service: Json) -> None:
    ingress = dig(service, "status", "loadBalancer", "ingress")
    if dig(service, "spec", "type") == "LoadBalancer":
        if not ingress:
            wanted = dig(service, "spec", "loadBalancerIP") or load_balancer_address(cluster.store)
            address = {"ip": wanted, "ipMode": "VIP"}
            cluster.change(SERVICES, service, status={"loadBalancer": {"ingress": [address]}})
    elif ingress:
        cluster.change(SERVICES, service, status={"loadBalancer": {}})


def _connect(cluster: Cluster, service: Json) -> None:
    """Keep the Endpoints of a Service with a selector."""
    selector = dig(service, "spec", "selector")
    if not selector:
        return
    namespace, name = service["metadata"]["namespace"], service["metadata"]["name"]
    addresses = [
        {
            "ip": dig(pod, "status", "podIP"),
            "nodeName": dig(pod, "spec", "nodeName"),
            "targetRef": {
                "kind": "Pod",
                "namespace": namespace,
                "name": pod["metadata"]["name"],
                "uid": pod["metadata"]["uid"],
            },
        }
        for pod in cluster.store.all("pods", namespace)
        if is_ready(pod) and selects(selector, dig(pod, "metadata", "labels", default={}))
    ]
    ports = [
        {"port": port["port"], "protocol": port.get("protocol", "TCP")}
        | ({"name": port["name"]} if "name" in port else {})
        for port in dig(service, "spec", "ports", default=[])
    ]
    subsets = [{"addresses": addresses, "ports": ports}] if addresses else []
    live = cluster.store.get("endpoints", namespace, name)
    if live is None:
        annotations = {"lab.clearml.enterprise/service": service["metadata"]["uid"]}
        metadata = {"name": name, "namespace": namespace, "annotations": annotations}
        cluster.add("endpoints", {"metadata": metadata, "subsets": subsets})
    else:
        cluster.change("endpoints", live, subsets=subsets)


def _admit(cluster: Cluster, ingress: Json) -> None:
    """Give an Ingress of a class that is there the controller's address."""
    name = dig(ingress, "spec", "ingressClassName") or dig(
        ingress, "metadata", "annotations", "kubernetes.io/ingress.class"
    )
    if name is None:
        served = any(dig(one, "metadata", "annotations", _DEFAULT) == "true" for one in cluster.store.all(CLASSES))
    else:
        served = cluster.store.get(CLASSES, "", name) is not None
    wanted = {"loadBalancer": {"ingress": [{"ip": INGRESS_ADDRESS}]} if served else {}}
    if "deletionTimestamp" not in ingress["metadata"] and ingress.get("status") != wanted:
        cluster.change(INGRESSES, ingress, status=wanted)
