# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Planning: what stands and what is wanted in, actions out. Pure functions: no HTTP, no clock, no shared state."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    COMPANY_ID,
    NEW_ID,
    REFUSED,
    Action,
    Call,
    Desired,
    Entity,
    Field,
    FromAnswer,
    Ref,
    Row,
    Update,
    Values,
    computed_id,
    dig,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused

UNREADABLE = "(cannot be read)"


@dataclass(frozen=True)
class Plan:
    """The way from what stands to what is wanted; no actions if they agree."""

    actions: tuple[Action, ...]
    before: Values
    after: Values
    row: Row | None

    @property
    def changed(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.actions)


def match(entity: Entity, rows: t.Iterable[Row], desired: Desired, company: str = "") -> Row | None:
    """The object that is meant: by ID if one was given, else by its exact key.

    :raises Refused: if the key fits several objects, or the ID that we would choose is taken by another name
    """
    rows = list(rows)
    if not entity.key:
        return rows[0] if rows else Row("", {one.option: one.normal(None) for one in entity.fields if one.readable})
    key = desired.values.get(entity.key)
    if desired.id is not None:
        return _match_id(entity, rows, desired, key)
    found = [row for row in rows if row.values[entity.key] == key]
    if len(found) > 1:
        ids = ", ".join(row.id for row in found)
        raise Refused(
            f"{len(found)} objects of kind {entity.kind} have the {entity.key} {key!r}: {ids}; say which by its ID"
        )
    if entity.chosen_id and not found:
        chosen = computed_id(entity.kind, company, str(key))
        for row in rows:
            if row.id == chosen:
                raise Refused(
                    f"The ID {chosen} of {entity.kind} {key!r} belongs to {row.values[entity.key]!r}: it was "
                    f"renamed. Give {entity.key} as it is now, or id to rename it back"
                )
    return found[0] if found else None


def _match_id(entity: Entity, rows: list[Row], desired: Desired, key: t.Any) -> Row | None:
    found = next((row for row in rows if row.id == desired.id), None)
    what = f"{entity.kind} with the {entity.id_option} {desired.id!r}"
    if found is None:
        if desired.absent:
            return None
        raise Refused(f"There is no {what}; leave {entity.id_option} out to create one")
    name = found.values[entity.key]
    if desired.absent and key not in (None, name):
        raise Refused(f"The {what} has the {entity.key} {name!r}, not {key!r}; nothing is removed before the two agree")
    taken = [row.id for row in rows if row.values[entity.key] == key and row is not found]
    if taken and key != name:
        raise Refused(f"The {what} cannot be renamed to {key!r}, which is the {entity.key} of {', '.join(taken)}")
    return found


def check_values(entity: Entity, desired: Desired) -> None:
    """Refuse null where the API ignores it.

    :raises InvalidInput: naming the option
    """
    if desired.absent:
        return
    for option, value in desired.values.items():
        if value is None and entity.field(option).null is REFUSED:
            raise InvalidInput(
                f"{option} is null, and the API cannot clear it. Leave it out to keep what is there, or "
                "give the value that you want"
            )


def plan(
    entity: Entity,
    rows: t.Iterable[Row],
    desired: Desired,
    company: str = "",
    born: bool = False,
    settled: bool = False,
) -> Plan:
    """What has to be done so that ``desired`` holds.

    :param born: the object was made by this very run, so what the create call does not take, and no read shows, counts
        as not yet set
    :param settled: everything was sent, so what cannot be read counts as set
    """
    row = match(entity, rows, desired, company)
    if desired.absent:
        if row is None:
            return Plan((), {}, {}, None)
        if entity.remove is None:
            raise InvalidInput(f"A {entity.kind} cannot be removed")
        return Plan(entity.remove(row, desired), shown(entity, row.values), {}, row)
    if row is None:
        return _creation(entity, desired, company)
    return _change(entity, row, desired, born, settled)


def _creation(entity: Entity, desired: Desired, company: str) -> Plan:
    create = entity.create
    if create is None:
        raise InvalidInput(f"A {entity.kind} cannot be created")
    given = {option: value for option, value in desired.values.items() if value is not None}
    chosen = computed_id(entity.kind, company, str(given[entity.key])) if entity.chosen_id else ""
    at_once = [one for one in entity.fields if one.option in given and one.create]
    later = [one.option for one in entity.fields if one.option in given and not one.create]
    body: Values = {**create.body, **({"id": chosen} if chosen else {})}
    if create.build is not None:
        body = create.build(chosen, {one.option: one.encode(given[one.option]) for one in at_once})
    else:
        body = {**body, **{one.request or one.option: one.encode(given[one.option]) for one in at_once}}
    calls = [Call(create.endpoint, body, create.identity, creates=True), *create.then]
    unborn = Row("", {})
    for update, options in _by_endpoint(entity, later, given):
        calls.extend(_calls(entity, update, options, given, unborn))
    name = str(given.get(entity.key, entity.kind))
    after = {option: entity.field(option).normal(value) for option, value in given.items()}
    action = Action("create", entity.kind, name, tuple(calls), tuple(sorted(given)))
    return Plan((action,), {}, shown(entity, after), None)


@dataclass(frozen=True)
class _Comparison:
    """What was asked, as it comes to for a row; and which of it differs, or cannot be compared."""

    wanted: Values
    different: tuple[str, ...]
    unreadable: tuple[str, ...]


def _compare(entity: Entity, row: Row, desired: Desired) -> _Comparison:
    wanted: dict[str, t.Any] = {}
    different: list[str] = []
    unreadable: list[str] = []
    for option, value in desired.values.items():
        one = entity.field(option)
        wanted[option] = one.normal(one.adapt(value, row) if one.adapt else value)
        if option not in row.values:
            unreadable.extend([option] if one.update else [])
        elif row.values[option] != wanted[option]:
            if not one.update:
                raise Refused(
                    f"{option} of {entity.kind} {_name(entity, row)!r} is {labelled(row.values[option])!r} and cannot "
                    f"be changed to {labelled(value)!r} after creation; remove it and create it again, or leave "
                    f"{option} out"
                )
            different.append(option)
    return _Comparison(wanted, tuple(different), tuple(unreadable))


def _to_send(entity: Entity, compared: _Comparison, desired: Desired, born: bool) -> tuple[str, ...]:
    """Of what cannot be read, what is to be sent all the same."""
    fields = [entity.field(option) for option in compared.unreadable]
    return tuple(
        one.option for one in fields if (born and not one.create) or desired.steering.get(one.rewrite) == "always"
    )


def _change(entity: Entity, row: Row, desired: Desired, born: bool, settled: bool) -> Plan:
    compared = _compare(entity, row, desired)
    unreadable = () if settled else _to_send(entity, compared, desired, born)
    changing = compared.different + unreadable
    given = {
        option: compared.wanted[option] if entity.field(option).adapt else value
        for option, value in desired.values.items()
    }
    calls: list[Call] = list(entity.repair(row)) if entity.repair else []
    sent: list[str] = []
    for update, options in _by_endpoint(entity, changing, given):
        if update.whole:
            options = [one for one in given if _endpoint(entity.field(one), given) == update.endpoint]
        sent.extend(options)
        calls.extend(_calls(entity, update, options, given, row))
    before = {**row.values, **{option: UNREADABLE for option in sent if option not in row.values}}
    if not calls:
        return Plan((), shown(entity, before), shown(entity, before), row)
    after = {**before, **{option: compared.wanted[option] for option in sent}}
    action = Action("update", entity.kind, _name(entity, row), tuple(calls), tuple(sorted(changing)))
    return Plan((action,), shown(entity, before), shown(entity, after), row)


def _name(entity: Entity, row: Row) -> str:
    return str(row.values.get(entity.key) or entity.kind) if entity.key else entity.kind


def _endpoint(one: Field, given: Values) -> str:
    return one.update(given[one.option]) if callable(one.update) else one.update


def _by_endpoint(entity: Entity, options: t.Iterable[str], given: Values) -> list[tuple[Update, list[str]]]:
    """The options to write, grouped by the endpoint that writes them, in the order of the declaration."""
    groups = []
    for update in entity.updates:
        mine = [option for option in options if _endpoint(entity.field(option), given) == update.endpoint]
        if mine:
            groups.append((update, mine))
    return groups


def _calls(entity: Entity, update: Update, options: list[str], given: Values, row: Row) -> tuple[Call, ...]:
    if update.calls is not None:
        return update.calls(row, {option: given[option] for option in options})
    body: dict[str, t.Any] = {update.id_field: row.id or NEW_ID} if update.id_field else {}
    for option in options:
        one = entity.field(option)
        value = given[option]
        body[one.request or option] = one.null if value is None else one.encode(value)
    return (Call(update.endpoint, body, update.identity),)


def shown(entity: Entity, values: Values) -> dict[str, t.Any]:
    """Values as people may see them."""
    masks = {one.option: one.mask for one in entity.fields if one.mask is not None}
    return {option: labelled(masks[option](value) if option in masks else value) for option, value in values.items()}


def labelled(value: t.Any) -> t.Any:
    """A value with names in place of references."""
    if isinstance(value, Ref):
        return value.label
    if isinstance(value, t.Mapping):
        return {key: labelled(item) for key, item in value.items()}
    if isinstance(value, list):
        names = [labelled(item) for item in value]
        return sorted(names) if any(isinstance(item, Ref) for item in value) else names
    return value


def resolve(call: Call, new_id: str, company: str, answer: Values | None = None) -> Call:
    """The call with what was not known when it was planned: IDs, and parts of the creating call's answer."""
    known = {NEW_ID: new_id, COMPANY_ID: company}

    def fill(value: t.Any) -> t.Any:
        if isinstance(value, FromAnswer):
            return dig(answer or {}, value.path)[1]
        if isinstance(value, t.Mapping):
            return {key: fill(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [fill(item) for item in value]
        return known.get(value, value) if isinstance(value, type(NEW_ID)) else value

    return replace(call, body=fill(call.body), on_behalf=fill(call.on_behalf))
