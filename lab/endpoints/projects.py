# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""projects: folders of tasks; the slashes of their names put them into each other."""

from __future__ import annotations

from lab.endpoints import query
from lab.endpoints.queue_access import checked_tags
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import Json, Project, Task, new_id, now

_LISTING = query.Listing(
    frozenset(
        {
            "id", "name", "basename", "description", "user", "company", "created", "last_update", "tags",
            "system_tags", "default_output_destination",
        }
    )
)  # fmt: skip
_MAX_DEPTH = 10
_SHORTEST_NAME = 3
_PUBLIC = ""


def _find(call: Call) -> Project:
    """The project of the request, in the caller's company."""
    project = call.world.projects.get(call.body["project"], call.company_id)
    if project is None:
        raise errors.invalid_project_id(call.body["project"])
    return project


def _clean(name: str) -> str:
    """The name without empty parts and without space around the others."""
    cleaned = "/".join(part.strip() for part in name.split("/") if part)
    if not cleaned:
        raise errors.invalid_project_name(name)
    if len(cleaned) < _SHORTEST_NAME:
        raise errors.bad_data("name", "String value is too short")
    if cleaned.count("/") >= _MAX_DEPTH:
        raise errors.project_too_deep(_MAX_DEPTH)
    return cleaned


def _named(call: Call, name: str) -> Project | None:
    return next((one for one in call.world.projects.of(call.company_id) if one.name == name), None)


def _location(name: str) -> str:
    return name.rpartition("/")[0]


@endpoint("projects.create", writes=True)
def create(call: Call) -> Json:
    """A new project; those above it that are missing come into being with it."""
    body = call.body
    name = _clean(body["name"])
    if _named(call, name) is not None:
        raise errors.not_unique(name=name, company=call.company_id)
    tags, system_tags = checked_tags(body.get("tags")), checked_tags(body.get("system_tags"))
    parts = _location(name).split("/") if _location(name) else []
    for depth in range(1, len(parts) + 1):
        above = "/".join(parts[:depth])
        if _named(call, above) is None:
            call.world.projects.add(Project(new_id(), above, call.company_id, call.identity.user, description=""))
    project = Project(
        new_id(),
        name,
        call.company_id,
        call.identity.user,
        description=body.get("description"),
        tags=tags,
        system_tags=system_tags,
        default_output_destination=body.get("default_output_destination"),
    )
    return {"id": call.world.projects.add(project).id}


@endpoint("projects.get_all", writes=False)
def get_all(call: Call) -> Json:
    """The company's projects and the public ones; hidden ones only for who asks for them."""
    body = call.body
    only = body.get("only_fields")
    for name in only or ():
        query.check_field(_LISTING, name)
    projects = [*call.world.projects.of(call.company_id), *call.world.projects.of(_PUBLIC)]
    items = [_shown(one) for one in projects if body.get("search_hidden") or "hidden" not in one.system_tags]
    chosen = query.select(_LISTING, items, body)
    if "scroll_id" in body or "size" in body:
        chosen, scroll_id = query.scroll(call.world.scrolls, chosen, body)
        return {"projects": chosen, "scroll_id": scroll_id}
    chosen = query.page(chosen, body)
    return {"projects": [query.project(item, only) if only else item for item in chosen]}


@endpoint("projects.get_by_id", writes=False)
def get_by_id(call: Call) -> Json:
    """One project."""
    return {"project": _shown(_find(call))}


@endpoint("projects.update", writes=True)
def update(call: Call) -> Json:
    """Change a project; a new name takes those below along, and may not move it elsewhere. Null is stored."""
    project = _find(call)
    body = call.body
    fields: Json = {key: body[key] for key in ("description", "default_output_destination") if key in body}
    fields |= {key: checked_tags(body[key]) for key in ("tags", "system_tags") if key in body}
    if body.get("name"):
        name = _clean(body["name"])
        if _location(name) != _location(project.name):
            raise errors.other_project_location(name)
        if _named(call, name) not in (None, project):
            raise errors.not_unique(name=name, company=call.company_id)
        for below in _below(call, project)[1:]:
            below.name = name + below.name.removeprefix(project.name)
        fields["name"] = name
    for key, value in fields.items():
        setattr(project, key, value)
    project.last_update = now()
    return {"updated": 1, "fields": fields}


def _below(call: Call, project: Project) -> list[Project]:
    """The project and all in it."""
    inside = [one for one in call.world.projects.of(project.company) if one.name.startswith(f"{project.name}/")]
    return [project, *inside]


def _tasks(call: Call, project: Project) -> list[Task]:
    ids = {one.id for one in _below(call, project)}
    return [task for task in call.world.tasks.of(project.company) if task.project in ids]


@endpoint("projects.validate_delete", writes=False)
def validate_delete(call: Call) -> Json:
    """What is in it and in those below; the lab has no models, reports, pipelines and datasets."""
    tasks = _tasks(call, _find(call))
    active = [task for task in tasks if "archived" not in task.system_tags]
    nothing = {"models": 0, "non_archived_models": 0, "reports": 0, "non_archived_reports": 0}
    return {"tasks": len(tasks), "non_archived_tasks": len(active), **nothing, "pipelines": 0, "datasets": 0}


@endpoint("projects.delete", writes=True)
def delete(call: Call) -> Json:
    """Remove a project and those below; with force its tasks stay without one, or go along with delete_contents."""
    project = _find(call)
    tasks = _tasks(call, project)
    if not call.body.get("force") and any("archived" not in task.system_tags for task in tasks):
        raise errors.project_has_tasks(project.id)
    gone = _below(call, project)
    for task in tasks:
        if call.body.get("delete_contents"):
            call.world.tasks.remove(task.id)
        else:
            task.project = None
    for one in gone:
        call.world.projects.remove(one.id)
    counted = {"deleted": len(gone)}
    if call.body.get("delete_contents"):
        urls: Json = {"model_urls": [], "event_urls": [], "artifact_urls": []}
        return {**counted, "disassociated_tasks": 0, "deleted_tasks": len(tasks), "deleted_models": 0, "urls": urls}
    return {**counted, "disassociated_tasks": len(tasks)}


def _shown(project: Project) -> Json:
    document: Json = {
        "id": project.id,
        "name": project.name,
        "basename": project.name.rpartition("/")[2],
        "company": project.company,
        "created": project.created,
        "last_update": project.last_update,
        "tags": project.tags,
        "system_tags": project.system_tags,
    }
    rest = {name: getattr(project, name) for name in ("user", "description", "default_output_destination")}
    return {**document, **{name: value for name, value in rest.items() if value is not None}}
