# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One company of many: brought into the state that its tenant declares, kind after kind."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._converge import Attempt, confirm_all, converge_all
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError
from ansible_collections.clearml.enterprise.plugins.module_utils._module import unexpected
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import secrets_in
from ansible_collections.clearml.enterprise.plugins.module_utils._values import scrubbed
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, enter, find_company
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state import pairs
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.kinds import KINDS, Kind, Tenant
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.unmentioned import Unmentioned, unmentioned

COMPANY, USER, *INSIDE = KINDS
Item = dict[str, t.Any]
#: What becomes of an object that this run does nothing about.
ENDED = ("failed", "left")


@dataclass
class CompanyState:
    """What was done for a tenant, or would be done in check mode.

    :ivar scope: names of the kinds to look at
    :ivar in_cluster: whether an agent and a gateway log in from a cluster
    :ivar prune: whether to look for what the tenant does not mention
    :ivar items: objects that are not as declared, in the words of results
    """

    client: Client
    tenant: Tenant
    scope: t.Collection[str]
    in_cluster: bool = False
    prune: bool = True
    ignored: t.Callable[[str, str, str], bool] = lambda tenant, kind, name: False
    items: list[Item] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unmentioned: list[Unmentioned] = field(default_factory=list)
    declared: int = 0
    name: str = ""
    _malformed: set[str] = field(default_factory=set)
    _tried: list[tuple[Kind, World, list[Attempt]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._check = self.client.read_only

    def run(self) -> None:
        """Look at everything that is in scope, and do what differs. Every error is kept, none gets out."""
        self._guarded(self._run)

    def remove(self) -> None:
        """Remove what is not mentioned; in check mode only say so."""
        self._guarded(self._remove)

    def describe(self) -> dict[str, t.Any]:
        """The tenant in a result."""
        return {
            "company": self.name or self.tenant.variables["tenant_company"]["name"],
            "changed": any(item["status"] in ("planned", "done") for item in self.items) or self.client.wrote,
            "failed": bool(self.errors),
            "errors": [scrubbed(one, self._secrets()) for one in self.errors],
            "objects": self.items,
            "unmentioned": [one.describe() for one in self.unmentioned],
            "counts": self._counts(),
        }

    def _counts(self) -> dict[str, int]:
        counts = {"declared": self.declared, "create": 0, "update": 0, "delete": 0}
        for item in self.items:
            if item["status"] not in ENDED:
                counts[item["action"]] += 1
        ended = {status: sum(item["status"] == status for item in self.items) for status in ENDED}
        return {**counts, **ended, "unmentioned": len(self.unmentioned)}

    def _secrets(self) -> set[str]:
        return secrets_in(dict(self.tenant.variables))

    def _guarded(self, work: t.Callable[[], None]) -> None:
        try:
            work()
        except ClearMLError as error:
            self.errors.append(str(error))
        except Exception as error:
            # One tenant's trouble is not the others'; its text may hold anything.
            self.errors.append(unexpected(error))

    def _run(self) -> None:
        if self.tenant.absent:
            self._note_presence()
            return
        try:
            made = self._converge(COMPANY, World(self.client)) if COMPANY.name in self.scope else False
            world = self._enter(newborn=made and not self._check)
            for kind in INSIDE:
                if world is not None and kind.name in self.scope:
                    self._converge(kind, world)
            if world is not None and pairs.NAME in self.scope:
                self._look_at_pairs(world)
        finally:
            self._finish()

    def _note_presence(self) -> None:
        """A company is removed by the playbook that asks for its name, never in bulk."""
        found = find_company(self.client, self.tenant.company)
        if found is not None and COMPANY.name in self.scope:
            self.items.append(_item(COMPANY.name, str(found["name"]), "delete", status="left"))

    def _enter(self, newborn: bool) -> World | None:
        """The company, seen by the tenant's admin, who is made first; None if there is no way in."""
        world = self._look_in(newborn)
        if USER.name in self.scope:
            if self._check or newborn or not world.unborn:
                self._converge(USER, world)
                if newborn:
                    world.acting_user = self._tried[-1][-1][0].outcome.id
            else:
                inside = enter(self.client, self.tenant.company, None, needs_admin=False)
                self._converge(USER, inside, [USER.declared(self.tenant)[0]])
                world = enter(self.client, self.tenant.company, self.tenant.admin, needs_admin=False)
                if not world.unborn:
                    self._converge(USER, world, USER.declared(self.tenant)[1:])
        self.name = world.company_name
        if not (world.acting_user or world.unborn):
            # Whoever acts as nobody would act in the company of the key.
            world.unborn = f"user {self.tenant.admin!r} in company {world.company_name!r}"
        if world.unborn and not self._check:
            if not any(one.error for _kind, _world, attempts in self._tried for one in attempts):
                self.errors.append(f"There is no {world.unborn}; it is made where scope has company and user")
            return None
        return world

    def _look_in(self, newborn: bool) -> World:
        if newborn:
            found = find_company(self.client, self.tenant.company) or {}
            return World(self.client, str(found.get("id")), str(found.get("name")), newborn=True)
        world = enter(self.client, self.tenant.company, self.tenant.admin, needs_admin=False)
        if world.company and world.unborn and self._check:
            # Somebody else sees today what the admin will see.
            other = enter(self.client, self.tenant.company, None, needs_admin=False)
            return other if other.acting_user else world
        return world

    def _converge(self, kind: Kind, world: World, options: list[dict[str, t.Any]] | None = None) -> bool:
        """Bring all objects of a kind into their state; True if the kind's only object was made."""
        declared = kind.declared(self.tenant) if options is None else options
        self.declared += len(declared)
        wanted: list[Desired] = []
        for one in declared:
            try:
                wanted.append(kind.desired(one))
            except ClearMLError as error:
                self._fail(kind, str(one.get(kind.entity.key, "")), error)
                self._malformed.add(kind.name)
        attempts = converge_all(kind.entity, world, wanted) if wanted else []
        self._tried.append((kind, world, attempts))
        return any(one.error is None and _created(one) for one in attempts)

    def _finish(self) -> None:
        """Read back what was written, and look at what else there is, when nothing is written any more.

        Each list is read once for all kinds.
        """
        for kind, world, attempts in self._tried:
            confirm_all(kind.entity, world, attempts)
            for attempt in attempts:
                self._note(kind, attempt)
        for world in {id(world): world for _kind, world, _attempts in self._tried}.values():
            self.warnings += world.warnings
        for kind in KINDS if self.prune else ():
            worlds = [world for tried, world, _attempts in self._tried if tried is kind]
            attempts = [one for tried, _world, some in self._tried if tried is kind for one in some]
            if worlds and not worlds[-1].bare and kind.name not in self._malformed:
                found = unmentioned(kind, worlds[-1], self.tenant, attempts)
                self.unmentioned += [one for one in found if not self.ignored(self.tenant.name, kind.name, one.name)]
        # They hold all that was read, and there are hundreds of companies.
        self._tried.clear()

    def _look_at_pairs(self, world: World) -> None:
        """Say which key pairs are not as declared. Roles make them, where a secret that is shown once is kept."""
        wanted = pairs.declared(self.tenant, self.in_cluster)
        self.declared += len(wanted)
        for pair, attempt in pairs.look(world, self.tenant, wanted):
            self._note(pairs.KIND, attempt, left=True)
            end = pairs.end_of(pair, attempt)
            if end is not None:
                fields = [{"field": "expire", "before": end, "after": "later"}]
                self.items.append(_item(pairs.NAME, str(pair.options["label"]), "update", fields, status="left"))

    def _note(self, kind: Kind, attempt: Attempt, left: bool = False) -> None:
        if attempt.error is not None:
            self._fail(kind, str(attempt.asked.values.get(kind.entity.key, "")), attempt.error)
            return
        outcome = attempt.outcome
        for action in outcome.actions:
            before, after = outcome.before, outcome.after
            fields = [{"field": name, "before": before.get(name), "after": after.get(name)} for name in action.fields]
            calls = [call.endpoint for call in action.calls]
            status = "left" if left else "planned" if self._check else "done"
            self.items.append(_item(action.kind, action.name, action.verb, fields, calls, status))

    def _fail(self, kind: Kind, name: str, error: ClearMLError) -> None:
        label = f"{kind.name} {name!r}" if name else kind.name
        self.errors.append(f"{label}: {error}")
        text = scrubbed(str(error), self._secrets())
        self.items.append(_item(kind.name, name or kind.name, "update", status="failed", error=text))

    def _remove(self) -> None:
        world = enter(self.client, self.tenant.company, self.tenant.admin, needs_admin=False)
        for kind in reversed(KINDS):
            mine = [one for one in self.unmentioned if one.kind == kind.name]
            attempts = converge_all(kind.entity, world, [one.removal for one in mine]) if mine else []
            confirm_all(kind.entity, world, attempts)
            for one, attempt in zip(mine, attempts, strict=True):
                self._note(kind, attempt)
                one.removed = attempt.error is None and not self._check
        self.warnings += world.warnings


def _created(attempt: Attempt) -> bool:
    return any(action.verb == "create" for action in attempt.outcome.actions)


def _item(
    kind: str,
    name: str,
    action: str,
    fields: t.Sequence[Item] = (),
    calls: t.Sequence[str] = (),
    status: str = "planned",
    error: str = "",
) -> Item:
    return {
        "kind": kind,
        "name": name,
        "action": action,
        "status": status,
        "fields": list(fields),
        "calls": list(calls),
        "error": error,
    }
