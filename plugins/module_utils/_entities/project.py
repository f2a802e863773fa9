# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects of a company."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    Action,
    Call,
    Create,
    Desired,
    Entity,
    Field,
    Row,
    Update,
    Values,
    as_set,
    check_name,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import EndpointMissing, InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

#: What projects.validate_delete counts, as people call it.
CONTENTS = {"tasks": "task", "models": "model", "reports": "report", "pipelines": "pipeline", "datasets": "dataset"}


def read(world: World, desired: Desired) -> list[Values]:
    """The projects that may be meant, hidden ones too: a company can have thousands, so not all of them."""
    name = desired.values.get("name")
    rows = matching(world, named(str(name)) if name is not None else {})
    if desired.id is not None and all(row["id"] != desired.id for row in rows):
        rows += matching(world, {"id": [desired.id]})
    return rows


def matching(world: World, wanted: Values) -> list[Values]:
    """The company's own projects that a list call finds; public ones belong to nobody."""
    rows = world.user.read_all("projects.get_all", "projects", {"search_hidden": True, **wanted})
    return [row for row in rows if row.get("company", world.home) == world.home]


def gather(world: World, names: t.Collection[str]) -> None:
    """Read the projects of these names in one request, unless they are known."""
    wanted = sorted(name for name in set(names) if not world.user.remembers_all("projects.get_all", named(name)))
    if len(wanted) > 1:
        anyone = "|".join(re.escape(name) for name in wanted)
        body = {"search_hidden": True, "name": f"^({anyone})$"}
        remember(world, world.user.read_all("projects.get_all", "projects", body), wanted)


def named(name: str) -> dict[str, t.Any]:
    """What a list of the projects of a name is asked for."""
    return {"search_hidden": True, "name": f"^{re.escape(name)}$"}


def remember(world: World, rows: t.Sequence[Values], names: t.Iterable[str]) -> None:
    """Of a list that has all projects of these names, nobody has to ask for one."""
    by_name: dict[str, list[dict[str, t.Any]]] = {name: [] for name in names}
    for row in rows:
        by_name.get(str(row.get("name")), []).append(dict(row))
    for name, found in by_name.items():
        world.user.remember_all("projects.get_all", "projects", named(name), found)


def gather_wanted(world: World, wanted: t.Sequence[Desired], written: bool) -> None:
    """Read the projects that are meant."""
    if written or not world.newborn:
        gather(world, [one.values["name"] for one in wanted if one.values.get("name")])


def listed_by(desired: Desired) -> t.Hashable:
    """A list has the projects of one name, or ID."""
    return desired.values.get("name"), desired.id


def or_none(value: t.Any) -> t.Any:
    """A text, where the API holds an empty one for none."""
    return value or None


def or_empty(value: t.Any) -> t.Any:
    """The text as the API holds it."""
    return value or ""


def guard(world: World, desired: Desired, row: Row | None) -> None:
    """A name that the API would change; a project that would move; contents that would go, or lose their project."""
    name = desired.values.get("name")
    check_name("project", name)
    if name is not None and any(not part or part != part.strip() for part in name.split("/")):
        raise InvalidInput(
            f"name is {name!r}; between its slashes a project's name has texts without space around them"
        )
    if row is None:
        return
    label = row.values["name"]
    if desired.absent:
        if not desired.steering.get("force"):
            _refuse_contents(world, row)
    elif name is not None and name.rpartition("/")[0] != label.rpartition("/")[0]:
        raise Refused(
            f"Project {label!r} cannot become {name!r}: a new name leaves it where it is. Move it in the web UI first"
        )


def _refuse_contents(world: World, row: Row) -> None:
    label = row.values["name"]
    below = len(matching(world, {"name": f"^{re.escape(label)}/"}))
    counts = [(below, "project")]
    try:
        found = world.user.read("projects.validate_delete", {"project": row.id})
        counts += [(found.get(key) or 0, word) for key, word in CONTENTS.items()]
    except EndpointMissing:
        # The server refuses by itself then, though it names tasks and models only.
        pass
    parts = [f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count]
    if parts:
        raise Refused(
            f"Project {label!r} has {', '.join(parts)} in it; set force to remove it with the projects in it (what "
            "else is in it then belongs to no project, unless delete_contents says that it goes too)"
        )


def remove(row: Row, desired: Desired) -> tuple[Action, ...]:
    """One call; force only if it was asked for."""
    asked = {option: True for option in ("force", "delete_contents") if desired.steering.get(option)}
    return (Action("delete", "project", row.values["name"], (Call("projects.delete", {"project": row.id, **asked}),)),)


UPDATE = "projects.update"
PROJECT = Entity(
    kind="project",
    key="name",
    read=read,
    alike=listed_by,
    gather=gather_wanted,
    guard=guard,
    remove=remove,
    # Servers before 2.13 insist on a description.
    create=Create("projects.create", body={"description": ""}),
    updates=(Update(UPDATE, "project"),),
    fields=(
        Field("name", UPDATE),
        Field("description", UPDATE, normal=or_none, encode=or_empty, null=""),
        Field("tags", UPDATE, normal=as_set, null=()),
        Field("system_tags", UPDATE, normal=as_set, null=()),
        Field("default_output_destination", UPDATE, normal=or_none, encode=or_empty, null=""),
    ),
)
