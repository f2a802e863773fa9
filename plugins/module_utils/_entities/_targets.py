# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an access rule is about, by the name that people give to it."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entities.project import gather as gather_projects
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Ref, Values
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._references import references
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

#: Kinds of which the API offers no list to look a name up in.
BY_ID = ("task", "model", "dataset", "dataview")
#: Kinds whose ID is a text that people know: that of an application's template, and the words of a category.
LITERAL = ("app", "app_category")
ID = re.compile(r"[0-9a-f]{32}")
ALL = "*"


def target(world: World, kind: str, given: str | None) -> Ref | None:
    """The entity of a rule; None is the top level, which is all projects.

    :raises InvalidInput: for what cannot be the target of such a rule, or does not exist
    """
    if given is None:
        if kind == "project":
            return None
        raise InvalidInput(
            f"entity is null, which stands for all projects, and entity_type is {kind}; name the {kind} in entity"
        )
    if not given.strip():
        raise InvalidInput(f"entity is empty ({given!r}); give the {kind}'s name or ID")
    if given == ALL and kind != "app_category":
        hint = "; leave entity out for all projects" if kind == "project" else f"; name one {kind} in entity"
        raise InvalidInput(f"entity is '*', which stands for all categories of applications and not for a {kind}{hint}")
    if kind in LITERAL:
        return Ref(given, given)
    if kind in BY_ID:
        if ID.fullmatch(given):
            return Ref(given, given)
        raise InvalidInput(
            f"entity is {given!r}; the API has no list to find a {kind} by its name, so give its ID (32 hex digits)"
        )
    rows = {"queue": _queues, "project": _projects, "route": _routes}[kind]
    return references(
        world, kind, lambda: rows(world, given), [given], "entity", lambda name: _displayed(rows(world, name), name)
    )[0]


def _displayed(rows: list[Values], name: str) -> Values | None:
    """What the web UI shows under this name, where that is another one."""
    shown = [row for row in rows if row.get("display_name") == name]
    if len(shown) > 1:
        ids = ", ".join(row["id"] for row in shown)
        raise Refused(f"entity has {name!r}, which is the display name of several: {ids}; give the ID")
    return shown[0] if shown else None


def _queues(world: World, given: str) -> list[Values]:
    return list(world.user.read_all("queues.get_all", "queues", {"search_hidden": True}))


def _projects(world: World, given: str) -> list[Values]:
    """There may be many: only those that can be meant."""
    wanted = {"id": [given]} if ID.fullmatch(given) else {"name": f"^{re.escape(given)}$"}
    return list(world.user.read_all("projects.get_all", "projects", {**wanted, "search_hidden": True}))


def gather(world: World, targets: t.Iterable[tuple[str | None, str | None]]) -> None:
    """Read at once what many targets, by type and name, would be looked for alone."""
    names = [given for kind, given in targets if kind == "project" and given and not ID.fullmatch(given)]
    gather_projects(world, names)


def _routes(world: World, given: str) -> list[Values]:
    return list(world.user.read_all("routers.get_routes", "routes", {}))
