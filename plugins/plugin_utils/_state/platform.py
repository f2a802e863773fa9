# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All tenants of a server at once: their companies side by side, every error kept."""

from __future__ import annotations

import collections
import fnmatch
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._client import PAGE_SIZE, Client
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import INFO, ask_for
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, all_companies, require_platform
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state import pairs
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.company import CompanyState
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.kinds import KINDS, Tenant, users

NAMES = (*(kind.name for kind in KINDS), pairs.NAME)
COUNTS = ("declared", "create", "update", "delete", "left", "failed", "unmentioned")


@dataclass(frozen=True)
class Wishes:
    """How the state of a platform is to be brought about.

    :ivar scope: names of kinds
    :ivar in_cluster: whether tenants have a place in a cluster
    :ivar prune: no, report or delete
    :ivar prune_limit: how many objects may be deleted at the most; with more of them, none is
    :ivar ignore: maps with kind, name and tenant, each of which may have wildcards or be left out
    """

    scope: t.Collection[str] = NAMES
    in_cluster: bool = False
    prune: str = "report"
    prune_limit: int = 20
    ignore: t.Sequence[t.Mapping[str, str | None]] = ()
    max_parallel: int = 8

    def ignored(self, tenant: str, kind: str, name: str) -> bool:
        """Whether an object that no file mentions is known and left alone."""
        given = {"tenant": tenant, "kind": kind, "name": name}
        return any(
            all(fnmatch.fnmatchcase(given[key], str(entry.get(key) or "*")) for key in given) for entry in self.ignore
        )


@dataclass
class Platform:
    """The companies of many tenants on one server.

    :ivar progress: told of every tenant that is done
    """

    client: Client
    wishes: Wishes
    progress: t.Callable[[int], None] = lambda done: None
    states: dict[str, CompanyState] = field(default_factory=dict)
    refusal: str = ""

    def converge(self, tenants: t.Sequence[Tenant], broken: t.Mapping[str, str]) -> None:
        """Look at all tenants, and do what differs.

        :param broken: tenants whose variables could not be had, and why
        :raises Refused: before anything is touched: two tenants mean one company, or prune does not know all files
        """
        self._refuse_shared(tenants)
        if broken and self.wishes.prune == "delete":
            raise Refused(
                f"prune is delete, and what these tenants declare is not known: {', '.join(sorted(broken))}. "
                "Nothing was touched: correct their files, or set prune to report"
            )
        self._read_ahead()
        for tenant in tenants:
            self.states[tenant.name] = CompanyState(
                self.client.branch(),
                tenant,
                self.wishes.scope,
                self.wishes.in_cluster,
                self.wishes.prune != "no",
                self.wishes.ignored,
            )
        self._ask_for_people(tenants)
        self._each(list(self.states.values()), CompanyState.run)
        if self.wishes.prune == "delete":
            self._prune()

    def _refuse_shared(self, tenants: t.Sequence[Tenant]) -> None:
        owners = collections.defaultdict(list)
        for tenant in tenants:
            if not tenant.absent:
                owners[tenant.company].append(tenant.name)
        shared = [f"{company!r} ({', '.join(names)})" for company, names in owners.items() if len(names) > 1]
        if shared:
            raise Refused(f"Several tenants declare one company: {'; '.join(shared)}. Each has to have its own")

    def _read_ahead(self) -> None:
        """What the server tells of all companies at once is read once."""
        self.client.session.fresh_for = float("inf")
        require_platform(self.client, "Managing companies")
        all_companies(self.client)
        if "login_rules" in self.wishes.scope:
            self.client.read("login.get_whitelist", {})

    def _ask_for_people(self, tenants: t.Sequence[Tenant]) -> None:
        """Where companies are yet to be made: whose are the addresses of their users, in few requests."""
        known = {row.get(key) for row in all_companies(self.client) for key in ("id", "name")}
        new = [tenant for tenant in tenants if not tenant.absent and tenant.company not in known]
        people = {tenant.name: [one["email"] for one in users(tenant)] for tenant in new if "user" in self.wishes.scope}
        every = [email for emails in people.values() for email in emails]
        for first in range(0, len(every), PAGE_SIZE):
            ask_for(World(self.client), every[first : first + PAGE_SIZE])
        for name, emails in people.items():
            for email in emails:
                answer = self.client.read(INFO, {"emails": [email]})
                self.states[name].client.remember(INFO, {"emails": [email]}, answer)

    def _each(self, states: list[CompanyState], work: t.Callable[[CompanyState], None]) -> None:
        def finish(state: CompanyState) -> None:
            work(state)
            # What was read of a company is of no more use, and there are hundreds.
            state.client.session.reads.clear()

        with ThreadPoolExecutor(self.wishes.max_parallel) as pool:
            for done, _nothing in enumerate(pool.map(finish, states), start=1):
                self.progress(done)

    def _prune(self) -> None:
        found = sum(len(state.unmentioned) for state in self.states.values())
        if found > self.wishes.prune_limit:
            self.refusal = (
                f"{found} objects are in no file, and prune_limit is {self.wishes.prune_limit}: none was deleted. Look "
                "at the list (unmentioned), declare or ignore what is right, and raise prune_limit for the rest"
            )
            return
        self._each([one for one in self.states.values() if one.unmentioned and not one.errors], CompanyState.remove)

    def describe(self, broken: t.Mapping[str, str]) -> dict[str, t.Any]:
        """The result of all tenants."""
        tenants = {name: state.describe() for name, state in self.states.items()}
        for name, problem in broken.items():
            tenants[name] = _unknown(problem)
        counts = {name: sum(one["counts"][name] for one in tenants.values()) for name in COUNTS}
        return {
            "changed": any(one["changed"] for one in tenants.values()),
            "tenants": dict(sorted(tenants.items())),
            "left_to_roles": sorted(name for name, one in tenants.items() if _has_pairs_left(one)),
            "failed_tenants": sorted(name for name, one in tenants.items() if one["failed"]),
            "counts": {"tenants": len(tenants), **counts},
            "requests": self._requests(),
        }

    def _requests(self) -> dict[str, int]:
        sessions = [self.client.session, *(state.client.session for state in self.states.values())]
        writes = sum(session.writes for session in sessions)
        return {"reads": sum(session.sent for session in sessions) - writes, "writes": writes}


def _has_pairs_left(tenant: t.Mapping[str, t.Any]) -> bool:
    return any(one["kind"] == pairs.NAME and one["status"] == "left" for one in tenant["objects"])


def _unknown(problem: str) -> dict[str, t.Any]:
    return {
        "company": "",
        "changed": False,
        "failed": True,
        "errors": [problem],
        "objects": [],
        "unmentioned": [],
        "counts": dict.fromkeys(COUNTS, 0) | {"failed": 1},
    }
