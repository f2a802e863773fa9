# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses and ports of Services: given out, kept, and refused when they are taken."""

from __future__ import annotations

import ipaddress

from lab.kube.documents import Json, dig
from lab.kube.objects.store import Store
from lab.kube.wire.errors import Cause, wrong

CLUSTER_NETWORK = ipaddress.ip_network("10.96.0.0/16")
NODE_PORTS = range(30000, 32768)
_LOAD_BALANCERS = ipaddress.ip_network("198.51.100.0/24")


def allocate(store: Store, service: Json, before: Json | None) -> list[Cause]:
    """Complete a Service in place; answers what is wrong with the addresses and ports that it wants."""
    spec = service["spec"]
    others = [one for one in store.all("services") if one["metadata"].get("uid") != service["metadata"].get("uid")]
    causes: list[Cause] = []
    if spec["type"] == "ExternalName":
        return []
    causes += _address(spec, before, others)
    if spec["type"] in ("NodePort", "LoadBalancer"):
        causes += _ports(spec, before, others)
    else:
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    service.setdefault("status", {}).setdefault("loadBalancer", {})
    return causes


def _address(spec: Json, before: Json | None, others: list[Json]) -> list[Cause]:
    kept = dig(before, "spec", "clusterIP") if before else None
    wanted = spec.get("clusterIP") or kept
    taken = {dig(one, "spec", "clusterIP") for one in others}
    if wanted is None:
        hosts = CLUSTER_NETWORK.hosts()
        next(hosts)
        wanted = next(str(address) for address in hosts if str(address) not in taken)
    elif wanted != "None":
        try:
            inside = ipaddress.ip_address(wanted) in CLUSTER_NETWORK
        except ValueError:
            return [
                wrong("spec.clusterIPs[0]", wanted, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")
            ]
        if not inside:
            why = f"failed to allocate IP {wanted}: the provided IP ({wanted}) is not in the valid range"
            return [wrong("spec.clusterIPs", [wanted], f"{why}. The range of valid IPs is {CLUSTER_NETWORK}")]
        if wanted in taken:
            return [
                wrong("spec.clusterIPs", [wanted], f"failed to allocate IP {wanted}: provided IP is already allocated")
            ]
    spec["clusterIP"] = wanted
    spec["clusterIPs"] = spec.get("clusterIPs") or [wanted]
    return []


def _ports(spec: Json, before: Json | None, others: list[Json]) -> list[Cause]:
    causes: list[Cause] = []
    taken = {port.get("nodePort") for one in others for port in dig(one, "spec", "ports", default=[])}
    kept = {port["port"]: port.get("nodePort") for port in dig(before, "spec", "ports", default=[])} if before else {}
    free = iter(port for port in NODE_PORTS if port not in taken)
    used: set[int] = {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}
    for index, port in enumerate(spec.get("ports") or ()):
        where = f"spec.ports[{index}].nodePort"
        wanted = port.get("nodePort") or kept.get(port["port"])
        if not wanted:
            wanted = next(number for number in free if number not in used)
        elif wanted not in NODE_PORTS:
            why = (
                f"provided port is not in the valid range. The range of valid ports is {NODE_PORTS[0]}-{NODE_PORTS[-1]}"
            )
            causes.append(wrong(where, wanted, why))
        elif wanted in taken:
            causes.append(wrong(where, wanted, "provided port is already allocated"))
        used.add(wanted)
        port["nodePort"] = wanted
    return causes


def load_balancer_address(store: Store) -> str:
    """A free address for a load balancer or an ingress controller."""
    taken = {
        entry.get("ip")
        for service in store.all("services")
        for entry in dig(service, "status", "loadBalancer", "ingress", default=[])
    }
    hosts = _LOAD_BALANCERS.hosts()
    # The first address belongs to the ingress controller.
    next(hosts)
    return next(str(address) for address in hosts if str(address) not in taken)


INGRESS_ADDRESS = str(next(_LOAD_BALANCERS.hosts()))
