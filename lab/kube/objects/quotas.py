# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ResourceQuotas: what is used of them, and what would be too much."""

from __future__ import annotations

from fractions import Fraction

from lab.kube.documents import Json, dig
from lab.kube.objects.quantities import BINARY, parse
from lab.kube.objects.store import Store

QUOTAS = "resourcequotas"
_COUNTED = ("pods", "services", "secrets", "configmaps", "persistentvolumeclaims", "resourcequotas")
_DEMANDED = ("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")


def written(amount: Fraction) -> str:
    """A number as a quantity."""
    if amount.denominator != 1:
        return f"{int(amount * 1000)}m"
    whole = int(amount)
    for unit, size in reversed(BINARY.items()):
        if whole and whole % size == 0:
            return f"{whole // size}{unit}"
    return str(whole)


def demand(resource: str, document: Json) -> dict[str, Fraction]:
    """What an object takes."""
    found: dict[str, Fraction] = {f"count/{resource}": Fraction(1)}
    if resource in _COUNTED:
        found[resource] = Fraction(1)
    if resource == "pods":
        if dig(document, "status", "phase") in ("Succeeded", "Failed"):
            return {"count/pods": Fraction(1)}
        for container in dig(document, "spec", "containers", default=[]):
            for part in ("requests", "limits"):
                for name, amount in dig(container, "resources", part, default={}).items():
                    found[f"{part}.{name}"] = found.get(f"{part}.{name}", Fraction(0)) + parse(amount)
        for name in ("cpu", "memory"):
            if f"requests.{name}" in found:
                found[name] = found[f"requests.{name}"]
    elif resource == "services":
        kind = dig(document, "spec", "type")
        found["services.loadbalancers"] = Fraction(kind == "LoadBalancer")
        ports = len(dig(document, "spec", "ports", default=[]))
        found["services.nodeports"] = Fraction(ports if kind in ("NodePort", "LoadBalancer") else 0)
    elif resource == "persistentvolumeclaims":
        storage = parse(dig(document, "spec", "resources", "requests", "storage", default=0))
        found["requests.storage"] = storage
        storage_class = dig(document, "spec", "storageClassName")
        if storage_class:
            found[f"{storage_class}.storageclass.storage.k8s.io/requests.storage"] = storage
    return found


def usage(store: Store, namespace: str, names: list[str]) -> dict[str, Fraction]:
    """How much of the named amounts a namespace uses."""
    used = dict.fromkeys(names, Fraction(0))
    for resource in store.resources():
        for item in store.all(resource, namespace) if namespace else ():
            for name, amount in demand(resource, item).items():
                if name in used:
                    used[name] += amount
    return used


def excess(store: Store, namespace: str, resource: str, document: Json) -> str | None:
    """Why an object must not be created; None if it may be."""
    wanted = demand(resource, document)
    for quota in store.all(QUOTAS, namespace):
        hard = dig(quota, "spec", "hard", default={})
        name = quota["metadata"]["name"]
        if resource == "pods":
            missing = [one for one in hard if one in _DEMANDED and one not in wanted]
            if missing:
                containers = ",".join(one["name"] for one in document["spec"]["containers"])
                return f"failed quota: {name}: must specify " + "; ".join(f"{one} for: {containers}" for one in missing)
        used = usage(store, namespace, [one for one in hard if wanted.get(one)])
        over = [one for one, amount in used.items() if amount + wanted[one] > parse(hard[one])]
        if over:
            requested = ",".join(f"{one}={written(wanted[one])}" for one in over)
            taken = ",".join(f"{one}={written(used[one])}" for one in over)
            limited = ",".join(f"{one}={hard[one]}" for one in over)
            return f"exceeded quota: {name}, requested: {requested}, used: {taken}, limited: {limited}"
    return None
