# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""routers: static routes, as far as access rules name them, and gateways that report."""

from __future__ import annotations

from dataclasses import asdict

from lab.endpoints import query
from lab.endpoints.registry import Call, endpoint
from lab.wire import errors
from lab.world.records import Json, Route, Router, new_id, now

_TIMEOUT_SEC = 600
_GIVEN = ("path", "subdomain", "enabled", "auth_enabled", "user_groups", "load_balancer")
_LISTING = query.Listing(frozenset({"id", "name", "type", "status", "created", "last_update", "updated_by", *_GIVEN}))


def _shown(route: Route) -> Json:
    return {key: value for key, value in asdict(route).items() if key != "company"} | {"status": "available"}


@endpoint("routers.get_routes", writes=False)
def get_routes(call: Call) -> Json:
    """The company's static routes, by id and name."""
    only = call.body.get("only_fields")
    for name in only or ():
        query.check_field(_LISTING, name)
    routes = query.select(_LISTING, [_shown(route) for route in call.world.routes.of(call.company_id)], call.body)
    return {"routes": [query.project(route, only) if only else route for route in query.page(routes, call.body)]}


@endpoint("routers.add_or_update_route", writes=True)
def add_or_update_route(call: Call) -> Json:
    """A new route, or another form of an existing one; a name stands for one route."""
    body = call.body
    route_id = body.get("id") or new_id()
    if body.get("id") and call.world.routes.get(route_id, call.company_id) is None:
        raise errors.bad_value("no such route", id=route_id)
    if body.get(body["type"]) is None:
        raise errors.bad_value("the type needs its field", field=body["type"])
    if any(other.name == body["name"] and other.id != route_id for other in call.world.routes.of(call.company_id)):
        raise errors.not_unique(name=body["name"], company=call.company_id)
    given = {key: body[key] for key in _GIVEN if body.get(key) is not None}
    route = Route(route_id, body["name"], call.company_id, body["type"], **given)
    route.updated_by, route.last_update = call.identity.user, now()
    call.world.routes.add(route)
    return {"id": route_id}


@endpoint("routers.delete_routes", writes=True)
def delete_routes(call: Call) -> Json:
    """Remove routes; unknown ids do not count."""
    found = [route for route in call.world.routes.of(call.company_id) if route.id in (call.body.get("ids") or ())]
    for route in found:
        call.world.routes.remove(route.id)
    return {"deleted": len(found)}


def _key(call: Call, name: str) -> str:
    """Names of routers are unique within a company only."""
    return f"{call.company_id}:{name}"


@endpoint("routers.task_router_report", writes=True)
def task_router_report(call: Call) -> Json:
    """A gateway is there; the first report registers it."""
    body = call.body
    call.world.routers.add(
        Router(
            id=_key(call, body["router"]),
            name=body["router"],
            company=call.company_id,
            url=body["url"],
            version=body.get("version"),
            status=body.get("status") or {},
            expires=now(body.get("timeout") or _TIMEOUT_SEC),
        )
    )
    return {}


@endpoint("routers.unregister", writes=True)
def unregister(call: Call) -> Json:
    """A gateway goes; one that never reported may say so too."""
    call.world.routers.remove(_key(call, call.body["router"]))
    return {}


@endpoint("routers.get_task_routers", writes=False)
def get_task_routers(call: Call) -> Json:
    """The gateways of the company that reported within their timeout; the lab's lead to no tasks."""
    moment = now()
    return {"routers": [_reported(one) for one in call.world.routers.of(call.company_id) if one.expires > moment]}


def _reported(router: Router) -> Json:
    return {
        "router": router.name,
        "url": router.url,
        "version": router.version,
        "uptime": router.status.get("uptime", 0),
        "last_update_timestamp": int(router.last_update),
        "routes": [],
        "tasks": [],
    }
