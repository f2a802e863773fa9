# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request field of every endpoint that is used can be reached by an option, or there is a reason why not."""

from __future__ import annotations

import typing as t
from pathlib import Path

from tests.entities.sample import samples
from tests.support.modules import Modules
from tests.tools.api_coverage import Reasons, contract, matching, used_by

ROOT = Path(__file__).resolve().parents[2]
ACME = {"company": "acme"}
OIDC = {"client_id": "clearml", "client_secret": "hunter2"}
SAML_METADATA = '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://ad.acme.example"/>'
READ = {"access_permission": "read"}
#: Runs of modules that no sample has, in a world with acme, its admin and ann: options that say how, and modules that
#: manage no object of their own. ``fails`` has part of the message of one that has to. A text such as ``$queue:gpu`` is
#: the ID of what an earlier run made.
RUNS: list[tuple[str, dict[str, t.Any]]] = [
    (
        "api",
        {
            "company": "acme",
            "endpoint": "routers.add_or_update_route",
            "data": {"name": "app", "type": "path", "path": "app"},
        },
    ),
    ("access_rule", {"company": "acme", "name": "app", "entity_type": "route", "entity": "app", **READ}),
    ("access_rule", {"company": "acme", "name": "all", "entity_type": "project", "entity": None, **READ}),
    ("credentials", {"company": "acme", "user": "ann@acme.example", "label": "ci", "expires_in": 3600}),
    ("credentials", {"company": "acme", "user": "ann@acme.example", "label": "ci", "state": "absent"}),
    ("company", {"id": "$company:acme", "name": "Acme Inc"}),
    ("company", {"id": "$company:acme", "name": "acme"}),
    ("company", {"name": "acme", "logo": "https://acme.example/logo.png", "update_unreadable": "always"}),
    ("vault", {**ACME, "scope": "user", "user": "ann@acme.example", "description": "Git", "content": "a = 1"}),
    ("idp", {**ACME, "provider": "keycloak", "display_name": "K", "validate": True, "well_known_url": "$oidc", **OIDC}),
    ("idp", {**ACME, "provider": "duo", "display_name": "Duo", "entity_id": "x", "idp_metadata": SAML_METADATA}),
    ("idp_info", {**ACME, "sp_metadata": True}),
    ("queue", {"company": "acme", "name": "gone", "tags": ["x"]}),
    ("queue", {"company": "acme", "name": "gone", "state": "absent", "force": True}),
    ("queue", {"company": "acme", "name": "gpu"}),
    ("api", {**ACME, "endpoint": "workers.register", "data": {"worker": "agent", "queues": ["$queue:gpu"]}}),
    ("project", {"company": "acme", "name": "smoke"}),
    ("task", {"company": "acme", "queue": "gpu", "project": "smoke", "container": {"image": "python"}}),
    ("worker_info", ACME),
    ("queue", {"company": "acme", "name": "idle"}),
    ("task", {"company": "acme", "queue": "idle", "wait_timeout": 1, "fails": "idle"}),
    ("api", {**ACME, "endpoint": "workers.register", "data": {"worker": "stuck", "queues": ["$queue:idle"]}}),
    ("task", {"company": "acme", "queue": "idle", "wait_timeout": 1, "tasks_run": "stuck", "fails": "still runs"}),
    ("project", {"company": "acme", "name": "smoke", "state": "absent", "force": True, "delete_contents": True}),
    ("api", {"endpoint": "users.delete", "data": {"user": "$user:ann@acme.example"}}),
    ("user", {"company": "acme", "email": "ann@acme.example", "name": "Ann Lee"}),
    ("company", {"name": "acme", "state": "absent", "confirm_name": "acme", "force": True}),
]


def run_everything(modules: Modules) -> dict[str, set[str]]:
    """The fields that were sent to each endpoint."""
    sent: dict[str, set[str]] = {}

    def gather() -> None:
        for request in modules.lab.control.requests():
            sent.setdefault(request["endpoint"], set()).update(request["body"] or {})

    for sample in samples():
        populate(modules)
        for module, options in sample.before:
            getattr(modules, module)(**options)
        run = getattr(modules, sample.module)
        shown = run(**sample.whole)[sample.module]
        for option, values in sample.changes.items():
            for value in values:
                run(**sample.change(option, value))
            run(**sample.whole)
        if sample.renamed:
            for name in (sample.renamed, sample.first[sample.key]):
                run(**{**sample.place, **sample.beside, "id": shown["id"], sample.key: name})
        if sample.removable:
            run(**sample.gone)
        gather()
    ids = {**populate(modules), "$oidc": modules.lab.control.oidc_url}
    pair = modules.credentials(company="acme", user="admin@acme.invalid", label="own")["credentials"]
    Modules(modules.lab, pair["access_key"], pair["secret_key"]).user_info()
    for module, options in RUNS:
        given = known(options, ids)
        modules.lab.control.set_switches(tasks_run=given.pop("tasks_run", "completed"))
        fails = given.pop("fails", "")
        done = modules.run(module, **given)
        assert fails in done["msg"] if fails else not done.get("failed"), done
        made = done.get(module) or {}
        ids[f"${module}:{options.get('name')}"] = made.get("id", "") if isinstance(made, dict) else ""
    gather()
    return sent


def known(value: t.Any, ids: dict[str, str]) -> t.Any:
    """The value with the IDs that it refers to."""
    if isinstance(value, dict):
        return {key: known(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [known(item, ids) for item in value]
    return ids.get(value, value) if isinstance(value, str) else value


def populate(modules: Modules) -> dict[str, str]:
    """Acme, its admin and ann on a fresh server; their IDs."""
    modules.lab.control.reset()
    company = modules.company(name="acme", allowed_users=20)["company"]["id"]
    modules.user(company="acme", email="admin@acme.invalid", name="Acme automation", role="admin", internal=True)
    ann = modules.user(company="acme", email="ann@acme.example", name="Ann Lee", role="user")["user"]["id"]
    return {"$company:acme": company, "$user:ann@acme.example": ann}


def test_every_field_is_sent_or_has_a_reason(modules: Modules) -> None:
    endpoints, reasons = contract(ROOT), Reasons.load(ROOT)
    sent = run_everything(modules)
    unreachable, pointless = [], []
    for name in used_by(ROOT, endpoints):
        for field in endpoints[name]:
            excused = matching(reasons.unsent, f"{name}.{field}")
            if field not in sent.get(name, ()) and not excused:
                unreachable.append(f"{name}.{field}")
            if field in sent.get(name, ()) and excused:
                pointless.append(f"{name}.{field}")
    assert not unreachable, "no option reaches them, and docs/api-coverage.yml does not say why"
    assert not pointless, "they are sent, and docs/api-coverage.yml says that they are not"
