# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one algorithm: find, compare, plan, apply, read back."""

from __future__ import annotations

from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    Action,
    Desired,
    Entity,
    Row,
    Values,
    dig,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, NotApplied, ReplyLost
from ansible_collections.clearml.enterprise.plugins.module_utils._plan import (
    Plan,
    check_values,
    match,
    plan,
    resolve,
    shown,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, require

#: How often a plan is made anew after a lost reply.
ROUNDS = 3


@dataclass
class Outcome:
    """What was done, or would be done in check mode.

    :ivar state: the object afterwards; empty if it does not exist
    :ivar answer: what the create call answered, where one was made
    """

    actions: tuple[Action, ...]
    before: Values
    after: Values
    state: Values
    answer: Values = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether anything changed."""
        return bool(self.actions)


def converge(entity: Entity, world: World, desired: Desired) -> Outcome:
    """Bring one object into the desired state; in check mode (a read-only client) only say how.

    :raises Refused: or InvalidInput before anything is written
    :raises NotApplied: if the server accepted the writes and does not show them
    """
    check_values(entity, desired)
    if not world.own.read_only:
        require(world)
    desired = entity.resolve(world, desired)
    rows = [entity.row(raw) for raw in entity.at_birth] if world.unborn else look(entity, world, desired)
    first = plan(entity, rows, desired, world.home)
    entity.guard(world, desired, first.row)
    outcome = Outcome(first.actions, first.before, first.after, _state(first.row, first.after))
    if not first.changed or world.own.read_only:
        return outcome
    outcome.answer = _apply(entity, world, desired, first, {row.id for row in rows})
    try:
        row = _read_back(entity, world, desired)
    except ClearMLError as error:
        if not (entity.secret_once and outcome.answer):
            raise
        # Failing now would lose the secret for good.
        world.warnings.append(f"The {entity.kind} was made and could not be read back: {error}")
        row = Row(_new_id(entity, outcome.answer), first.after)
    outcome.state = _state(row, shown(entity, row.values) if row is not None else {})
    return outcome


def _state(row: Row | None, values: Values) -> Values:
    return {"id": row.id, **values} if row is not None and row.id and values else values


def look(entity: Entity, world: World, desired: Desired) -> list[Row]:
    """All objects of the kind; about the one that is meant, everything that there is to know."""
    rows = [entity.row(raw) for raw in entity.read(world, desired)]
    if entity.enrich is None:
        return rows
    meant = match(entity, rows, desired, world.home)
    return [row if row is not meant else entity.row(entity.enrich(world, desired, row.raw)) for row in rows]


def _apply(entity: Entity, world: World, desired: Desired, first: Plan, known: set[str]) -> Values:
    """Make the calls; after a lost reply, or one that does not tell the ID, look what took effect and plan the rest."""
    current, born = first, False
    answer: Values = {}
    for last in (*[False] * (ROUNDS - 1), True):
        try:
            for action in current.actions:
                answer = _carry_out(entity, world, action, current) or answer
            if not _unnamed(entity, current):
                return answer
        except ReplyLost:
            if last:
                raise
            born = born or first.row is None
        rows = look(entity, world, desired)
        if entity.secret_once and first.row is None and not answer:
            rows = _discard(entity, world, desired, rows, known)
        current = plan(entity, rows, desired, world.home, born=born)
    return answer


def _carry_out(entity: Entity, world: World, action: Action, current: Plan) -> Values:
    new_id = current.row.id if current.row else ""
    answer: Values = {}
    for call in action.calls:
        ready = resolve(call, new_id, world.home, answer)
        client = world.own.as_user(ready.on_behalf) if ready.on_behalf else world.client(ready.identity)
        data = client.write(ready.endpoint, ready.body)
        if call.creates:
            answer = data
            new_id = _new_id(entity, data)
            if _unnamed(entity, current):
                break
    return answer


def _unnamed(entity: Entity, current: Plan) -> bool:
    """Whether a plan creates an object of which the answer does not tell the ID."""
    creates = any(call.creates for action in current.actions for call in action.calls)
    return creates and entity.create is not None and entity.create.look_again


def _new_id(entity: Entity, answer: Values) -> str:
    return str(dig(answer, entity.create.id_path)[1] or "") if entity.create else ""


def _discard(entity: Entity, world: World, desired: Desired, rows: list[Row], known: set[str]) -> list[Row]:
    """Remove what a lost create call made: nobody will ever know its secret."""
    key = desired.values.get(entity.key)
    lost = [row for row in rows if row.id not in known and row.values.get(entity.key) == key]
    for row in lost:
        for action in entity.remove(row, desired) if entity.remove else ():
            _carry_out(entity, world, action, Plan((), {}, {}, row))
    return [row for row in rows if row not in lost]


def _read_back(entity: Entity, world: World, desired: Desired) -> Row | None:
    """The object as it stands now.

    :raises NotApplied: if it is not as it should be
    """
    rows = look(entity, world, desired)
    rest = plan(entity, rows, desired, world.home, settled=True)
    if rest.changed:
        action = rest.actions[0]
        if action.fields and rest.row is not None:
            details = "; ".join(
                f"{name} is {rest.before.get(name)!r}, not {rest.after.get(name)!r}" for name in action.fields
            )
        else:
            details = f"it would still have to {action.verb} it"
        raise NotApplied(
            f"The server accepted the change of {entity.kind} {action.name!r}, and a later read does not show "
            f"it: {details}"
        )
    return rest.row
