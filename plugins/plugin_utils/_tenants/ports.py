# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Blocks of ports for sessions: a cluster has each node port once, and an address each port, whatever the namespace."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import Path
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.shape import Finding

#: What Kubernetes gives out as node ports, unless its administrator chose another range.
LOWEST, HIGHEST = 30000, 32767
SESSIONS: Path = ("tenant_agent", "sessions")
START: Path = (*SESSIONS, "starting_port")
NEEDED = ("external_ip", "starting_port", "max_services")
FIRST: Path = ("tenant_gateway", "tcp", "first_port")
LAST: Path = ("tenant_gateway", "tcp", "last_port")


@dataclass(frozen=True)
class Block:
    """The ports of a tenant's agent or gateway.

    :ivar place: what has each port once: a cluster, by what tells two apart in the tenants' files, or an address
    :ivar path: where the lowest port is given
    """

    tenant: str
    place: tuple[str, ...]
    path: Path
    first: int
    last: int

    @property
    def size(self) -> int:
        """How many ports they are."""
        return self.last - self.first + 1

    @property
    def on_nodes(self) -> bool:
        """Whether they are node ports."""
        return self.place[0] == "cluster"

    def given(self, first: int) -> int:
        """What stands at the path for a lowest port: the agent's chart takes the ports after it."""
        return first - 1 if self.path == START else first

    def meets(self, other: Block) -> bool:
        """Whether both have a port of one place."""
        return self.place == other.place and self.first <= other.last and other.first <= self.last


def section(values: t.Mapping[str, t.Any], name: str) -> dict[str, t.Any]:
    """What a tenant has declared, unless it or the section is to be absent; empty then."""
    found = values.get(name)
    if values.get("tenant_state") == "absent" or not isinstance(found, dict) or found.get("enabled") is False:
        return {}
    return found


def sessions(values: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The sessions of a tenant that has them; empty otherwise."""
    found = section(values, "tenant_agent").get("sessions")
    return found if isinstance(found, dict) and found.get("enabled") is True else {}


def blocks(tenant: str, values: t.Mapping[str, t.Any]) -> t.Iterator[Block]:
    """The blocks of a tenant, those that are whole."""
    namespace = values.get("tenant_namespace")
    namespace = namespace if isinstance(namespace, dict) else {}
    cluster = ("cluster", str(namespace.get("kubeconfig") or ""), str(namespace.get("context") or ""))
    start, size = (sessions(values).get(key) for key in ("starting_port", "max_services"))
    if isinstance(start, int) and isinstance(size, int) and size >= 1:
        yield Block(tenant, cluster, START, start + 1, start + size)
    tcp = section(values, "tenant_gateway").get("tcp")
    tcp = tcp if isinstance(tcp, dict) else {}
    first, last = tcp.get("first_port"), tcp.get("last_port")
    if isinstance(first, int) and isinstance(last, int) and first <= last:
        on_nodes = tcp.get("service_type", "NodePort") == "NodePort"
        yield Block(tenant, cluster if on_nodes else ("address", str(tcp.get("address"))), FIRST, first, last)


def own(tenant: str, values: t.Mapping[str, t.Any]) -> t.Iterator[Finding]:
    """What is wrong with a block by itself."""
    found = sessions(values)
    for name in NEEDED if found else ():
        if name not in found:
            yield Finding(SESSIONS, f"{name} is missing, and sessions are enabled", f"Give {name}")
    tcp = section(values, "tenant_gateway").get("tcp")
    first, last = (tcp.get(key) if isinstance(tcp, dict) else None for key in ("first_port", "last_port"))
    if isinstance(first, int) and isinstance(last, int) and last < first:
        yield Finding(LAST, f"it is below first_port, which is {first}", "Exchange the two")
    for mine in blocks(tenant, values):
        if mine.on_nodes and not LOWEST <= mine.first <= mine.last <= HIGHEST:
            yield Finding(
                mine.path,
                f"the ports would be {mine.first} to {mine.last}, "
                f"and Kubernetes has node ports from {LOWEST} to {HIGHEST}",
                f"Choose a number from {mine.given(LOWEST)} to {mine.given(HIGHEST - mine.size + 1)}",
            )


def shared(tenants: t.Mapping[str, t.Mapping[str, t.Any]]) -> t.Iterator[tuple[str, Finding, str, Path]]:
    """Blocks that meet: the later tenant, what is wrong there, and where the earlier one has it."""
    found = [block for name, values in tenants.items() for block in blocks(name, values)]
    for index, mine in enumerate(found):
        for other in found[:index]:
            if mine.meets(other):
                free = propose(mine, found)
                advice = f"{mine.given(free)} is free for {mine.size} ports" if free else "Make blocks smaller"
                problem = f"ports {mine.first}-{mine.last} meet {other.first}-{other.last} of tenant {other.tenant}"
                yield mine.tenant, Finding(mine.path, problem, advice), other.tenant, other.path
                break


def propose(wanted: Block, known: t.Iterable[Block]) -> int | None:
    """The lowest first port with which a block of that size meets no other; None if there is no room."""
    first = LOWEST
    for one in sorted(known, key=lambda one: one.first):
        if one == wanted or one.place != wanted.place:
            continue
        if one.first >= first + wanted.size:
            break
        first = max(first, one.last + 1)
    return first if first + wanted.size - 1 <= HIGHEST else None
