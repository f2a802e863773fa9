# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one algorithm: find, compare, plan, apply, read back."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    Action,
    Desired,
    Entity,
    Row,
    Values,
    dig,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import (
    ApiError,
    ClearMLError,
    InvalidInput,
    NotApplied,
    Refused,
    ReplyLost,
)
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
    :ivar id: of the object that was written, as soon as that is done
    """

    actions: tuple[Action, ...]
    before: Values
    after: Values
    state: Values
    answer: Values = field(default_factory=dict)
    id: str = ""

    @property
    def changed(self) -> bool:
        """Whether anything changed."""
        return bool(self.actions)


@dataclass
class Attempt:
    """One of many objects on its way to what was asked for.

    :ivar error: why it did not get there; what was done until then stays done
    :ivar written: whether all calls were made
    """

    asked: Desired
    desired: Desired
    first: Plan = field(default_factory=lambda: Plan((), {}, {}, None))
    known: frozenset[str] = frozenset()
    outcome: Outcome = field(default_factory=lambda: Outcome((), {}, {}, {}))
    error: ClearMLError | None = None
    written: bool = False

    @property
    def row(self) -> Row | None:
        """The object as it stood before; None if there was none, or nobody could tell."""
        return self.first.row


class Sight:
    """The objects of a kind in a company, each list read once until it is forgotten."""

    def __init__(self, entity: Entity, world: World, bare: bool = False) -> None:
        self._entity = entity
        self._world = world
        self._bare = bare
        self._rows: dict[t.Hashable, list[Row]] = {}

    def rows(self, desired: Desired) -> list[Row]:
        """All objects of the kind; about the one that is meant, everything that there is to know."""
        entity, world = self._entity, self._world
        if self._bare:
            return [entity.row(raw) for raw in entity.at_birth]
        group = entity.alike(desired)
        if group not in self._rows:
            self._rows[group] = [entity.row(raw) for raw in entity.read(world, desired)]
        rows = self._rows[group]
        if entity.unlisted is not None:
            rows = rows + [entity.row(raw) for raw in entity.unlisted(world, desired, rows)]
        meant = match(entity, rows, desired, world.home) if entity.enrich is not None else None
        if meant is None or entity.enrich is None:
            return rows
        return [row if row is not meant else entity.row(entity.enrich(world, desired, row.raw)) for row in rows]


def converge(entity: Entity, world: World, desired: Desired) -> Outcome:
    """Bring one object into the desired state; in check mode (a read-only client) only say how.

    :raises Refused: or InvalidInput before anything is written
    :raises NotApplied: if the server accepted the writes and does not show them
    """
    (attempt,) = converge_all(entity, world, [desired], gather=False)
    confirm_all(entity, world, [attempt], gather=False)
    if attempt.error is not None:
        raise attempt.error
    return attempt.outcome


def converge_all(entity: Entity, world: World, wanted: t.Sequence[Desired], gather: bool = True) -> list[Attempt]:
    """The same for many objects of a kind in one company; what happens to one does not keep the others.

    All are planned before the first is written. What could not be planned, or not be made because a company that is new
    has more than expected, is tried once more after the others. ``confirm_all`` reads back, when all kinds are written.

    :param gather: read beforehand what all would ask for
    """
    attempts = [Attempt(one, one) for one in wanted]
    _try(entity, world, attempts, world.bare, gather)
    failed = [one for one in attempts if one.error is not None and _may_pass(one.error, world)]
    if failed and not world.own.read_only and (world.newborn or any(one.written for one in attempts)):
        for one in failed:
            one.desired, one.error = one.asked, None
        _try(entity, world, failed, bool(world.unborn), gather)
    return attempts


def confirm_all(entity: Entity, world: World, attempts: t.Sequence[Attempt], gather: bool = True) -> None:
    """Read back what was written, and complete the outcomes with it; what is not as it should be is an error."""
    written = [one for one in attempts if one.written and one.error is None]
    with _kept(written):
        if written and gather:
            _gather(entity, world, written, written=True)
    sight = Sight(entity, world)
    for one in [one for one in written if one.error is None]:
        with _kept([one]):
            _confirm(entity, world, one, sight)


def _may_pass(error: ClearMLError, world: World) -> bool:
    return isinstance(error, InvalidInput | Refused) or (world.newborn and isinstance(error, ApiError))


def _try(entity: Entity, world: World, attempts: list[Attempt], bare: bool, gather: bool) -> None:
    with _kept(attempts):
        if not world.own.read_only:
            require(world)
        if gather:
            _gather(entity, world, attempts, written=False)
    sight = Sight(entity, world, bare)
    for one in [one for one in attempts if one.error is None]:
        with _kept([one]):
            _foresee(entity, world, one, sight)
    for one in [] if world.own.read_only else attempts:
        if one.error is None and one.outcome.changed:
            with _kept([one]):
                _carry_through(entity, world, one)


def _gather(entity: Entity, world: World, attempts: t.Sequence[Attempt], written: bool) -> None:
    if entity.gather is not None and not world.unborn:
        entity.gather(world, [one.asked for one in attempts], written)


@contextlib.contextmanager
def _kept(attempts: t.Sequence[Attempt]) -> t.Iterator[None]:
    """Keep an error with those whom it concerns; those that failed before have their own."""
    try:
        yield
    except ClearMLError as error:
        for one in attempts:
            one.error = one.error or error


def _foresee(entity: Entity, world: World, one: Attempt, sight: Sight) -> None:
    check_values(entity, one.asked)
    one.desired = entity.resolve(world, one.asked)
    rows = sight.rows(one.desired)
    first = one.first = plan(entity, rows, one.desired, world.home)
    entity.guard(world, one.desired, first.row)
    one.known = frozenset(row.id for row in rows)
    one.outcome = Outcome(first.actions, first.before, first.after, _state(first.row, first.after))


def _carry_through(entity: Entity, world: World, one: Attempt) -> None:
    one.outcome.answer, row = _apply(entity, world, one.desired, one.first, set(one.known))
    one.outcome.id = _new_id(entity, one.outcome.answer) or (row.id if row is not None else "")
    one.written = True


def _confirm(entity: Entity, world: World, one: Attempt, sight: Sight) -> None:
    try:
        row = _read_back(entity, world, one.desired, sight)
    except ClearMLError as error:
        if not (entity.secret_once and one.outcome.answer):
            raise
        # Failing now would lose the secret for good.
        world.warnings.append(f"The {entity.kind} was made and could not be read back: {error}")
        row = Row(_new_id(entity, one.outcome.answer), one.first.after)
    one.outcome.state = _state(row, shown(entity, row.values) if row is not None else {})


def _state(row: Row | None, values: Values) -> Values:
    return {"id": row.id, **values} if row is not None and row.id and values else values


def look(entity: Entity, world: World, desired: Desired) -> list[Row]:
    """All objects of the kind as they stand now; about the one that is meant, everything that there is to know."""
    return Sight(entity, world).rows(desired)


def _apply(entity: Entity, world: World, desired: Desired, first: Plan, known: set[str]) -> tuple[Values, Row | None]:
    """Make the calls; after a lost reply, or one that does not tell the ID, look what took effect and plan the rest.

    :returns: what the create call answered, and the object as it was before the last of the calls
    """
    current, born = first, False
    answer: Values = {}
    for last in (*[False] * (ROUNDS - 1), True):
        try:
            for action in current.actions:
                answer = _carry_out(entity, world, action, current) or answer
            if not _unnamed(entity, current):
                return answer, current.row
        except ReplyLost:
            if last:
                raise
            born = born or first.row is None
        rows = look(entity, world, desired)
        if entity.secret_once and first.row is None and not answer:
            rows = _discard(entity, world, desired, rows, known)
        current = plan(entity, rows, desired, world.home, born=born)
    return answer, current.row


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


def _read_back(entity: Entity, world: World, desired: Desired, sight: Sight) -> Row | None:
    """The object as it stands now.

    :raises NotApplied: if it is not as it should be
    """
    rows = sight.rows(desired)
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
