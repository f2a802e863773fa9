# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Blocks of node ports for sessions: every node of a cluster has each port once, whatever the namespace."""

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


@dataclass(frozen=True)
class Block:
    """The ports of one tenant: those after ``start``, as the chart counts.

    :ivar cluster: what tells two clusters apart in the tenants' files; empty for the site's own
    """

    tenant: str
    cluster: tuple[str, str]
    start: int
    size: int

    @property
    def first(self) -> int:
        """The lowest port."""
        return self.start + 1

    @property
    def last(self) -> int:
        """The highest port."""
        return self.start + self.size

    def meets(self, other: Block) -> bool:
        """Whether both have a port of one cluster."""
        return self.cluster == other.cluster and self.first <= other.last and other.first <= self.last


def sessions(values: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The sessions of a tenant that has them; empty otherwise."""
    agent = values.get("tenant_agent")
    found = agent.get("sessions") if isinstance(agent, dict) and agent.get("enabled") is not False else None
    present = values.get("tenant_state") != "absent"
    return found if present and isinstance(found, dict) and found.get("enabled") is True else {}


def block(tenant: str, values: t.Mapping[str, t.Any]) -> Block | None:
    """The block of a tenant, if it has a whole one."""
    found = sessions(values)
    start, size = found.get("starting_port"), found.get("max_services")
    if not isinstance(start, int) or not isinstance(size, int) or size < 1:
        return None
    place = values.get("tenant_namespace")
    place = place if isinstance(place, dict) else {}
    return Block(tenant, (str(place.get("kubeconfig") or ""), str(place.get("context") or "")), start, size)


def own(tenant: str, values: t.Mapping[str, t.Any]) -> t.Iterator[Finding]:
    """What is wrong with a block by itself."""
    found = sessions(values)
    for name in NEEDED if found else ():
        if name not in found:
            yield Finding(SESSIONS, f"{name} is missing, and sessions are enabled", f"Give {name}")
    mine = block(tenant, values)
    if mine is not None and not LOWEST <= mine.first <= mine.last <= HIGHEST:
        yield Finding(
            START,
            f"the ports would be {mine.first} to {mine.last}, and Kubernetes has node ports from {LOWEST} to {HIGHEST}",
            f"Choose a number from {LOWEST - 1} to {HIGHEST - mine.size}",
        )


def shared(tenants: t.Mapping[str, t.Mapping[str, t.Any]]) -> t.Iterator[tuple[str, Finding, str, Path]]:
    """Blocks that meet: the later tenant, what is wrong there, and where the earlier one has it."""
    blocks = [found for name, values in tenants.items() if (found := block(name, values)) is not None]
    for index, mine in enumerate(blocks):
        for other in blocks[:index]:
            if mine.meets(other):
                free = propose(mine, blocks)
                advice = f"{free} is free for {mine.size} ports" if free is not None else "Make blocks smaller"
                problem = f"ports {mine.first}-{mine.last} meet {other.first}-{other.last} of tenant {other.tenant}"
                yield mine.tenant, Finding(START, problem, advice), other.tenant, START
                break


def propose(wanted: Block, blocks: t.Iterable[Block]) -> int | None:
    """The lowest start at which a block of that size meets no other; None if there is no room."""
    others = [one for one in blocks if one.cluster == wanted.cluster and one != wanted]
    start = LOWEST - 1
    for one in sorted(others, key=lambda one: one.start):
        if one.first > start + wanted.size:
            break
        start = max(start, one.last)
    return start if start + wanted.size <= HIGHEST else None
