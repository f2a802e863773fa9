# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""server: versions, configuration and health."""

from __future__ import annotations

from lab.endpoints.query import python_error
from lab.endpoints.registry import Call, endpoint
from lab.world.records import DEFAULT_COMPANY, Json, now


@endpoint("server.info", writes=False)
def info(call: Call) -> Json:
    """Versions, for everybody."""
    return {
        "version": call.switches.text("server_version"),
        "build": "lab",
        "commit": "",
        "api_version": call.switches.text("api_version"),
    }


@endpoint("server.config", writes=False)
def config(call: Call) -> Json:
    """The part of the configuration that matters to administration, or one path of it."""
    document: Json = {
        "apiserver": {
            "company": {"unique_names": call.switches.on("unique_company_names")},
            "auth": {
                "credentials": {
                    "max_credentials": call.switches.number("max_credentials"),
                    "default_expiration_sec": call.switches.number("default_expiration_sec"),
                    "max_expiration_sec": call.switches.number("max_expiration_sec"),
                }
            },
            "default_company": DEFAULT_COMPANY,
        }
    }
    path = call.body.get("path")
    found: object = document
    for part in path.split(".") if path else ():
        found = found.get(part) if isinstance(found, dict) else None
    if found is None:
        raise python_error(KeyError(f"Unable to find value for key '{path}' and default value was not provided."))
    return found if isinstance(found, dict) else {"value": found}


@endpoint("server.endpoints", writes=False)
def endpoints(call: Call) -> Json:
    """The names of all endpoints that this server answers for."""
    return {"endpoints": call.endpoint_names}


@endpoint("server.health_check", writes=False)
def health_check(_call: Call) -> Json:
    """The lab is always well; a fault makes it ill."""
    return {}


@endpoint("server.health_status", writes=False)
def health_status(_call: Call) -> Json:
    """The same in the longer form."""
    return {"dbs": {}, "failed": False}


@endpoint("server.db_version", writes=False)
def db_version(call: Call) -> Json:
    """The lab keeps everything in memory, in the version of the server."""
    version = call.switches.text("server_version")
    answer: Json = {"version": version}
    if call.body.get("history"):
        answer["history"] = [{"version": version, "created": now()}]
    return answer


@endpoint("server.report_stats_option", writes=False)
def report_stats_option(_call: Call) -> Json:
    """Statistics are never sent."""
    return {"supported": False, "enabled": False}
