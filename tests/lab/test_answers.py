# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every built endpoint, called once the way the contract says: request and answer fit their schemas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from lab.endpoints import HANDLERS
from lab.schema.catalog import CONTRACT
from lab.testing import RunningLab
from tests.lab.api_client import Caller, Json, key_of, make_tenant, make_user, root, system


@dataclass
class Scene:
    """One tenant with somebody and something of every kind in it."""

    lab: RunningLab
    company: str
    admin_id: str
    admin: Caller
    user: str
    key: str
    agent: str
    queue: str
    other_queue: str
    task: str
    token: str
    group: str
    rule: str
    vault: str
    route: str
    project: str

    def without_permissions(self) -> list[str]:
        """Take the feature from the company, for the call that works without it only."""
        system(self.lab).get("system.update_company_settings", company=self.company, exclude_features=["permissions"])
        return ["users"]


def add_application(lab: RunningLab) -> None:
    """One that the catalog has."""
    state = lab.control.state()
    hpo = {"app": "hpo", "version": "1.10.0", "name": "HPO", "company": state["companies"][0]["id"]}
    state["application_versions"] = [{"id": "hpo/1.10.0", **hpo}]
    lab.control.put_state(state)


@pytest.fixture
def scene(lab: RunningLab) -> Scene:
    # Tasks get on with time, in the middle of reads too.
    lab.control.set_switches(tasks_run="ignored")
    tenant = make_tenant(lab, "One")
    user = make_user(lab, tenant.id, "user@one.example", given_name="U", family_name="Ser", avatar="http://a.example")
    queue = tenant.admin.get("queues.create", name="gpu", display_name="GPU", system_tags=["default"])["id"]
    tenant.admin.get("login.add_whitelist_entries", emails=["pending@one.example"])
    tenant.admin.get("login.set_domains", domains=["one.example"])
    pair = tenant.admin.get("auth.create_credentials", label="x", expiration_sec=60)["credentials"]
    key_of(lab, user).get("auth.login")
    tenant.admin.get("workers.register", worker="agent:1", queues=[queue])
    tenant.admin.get("sso.save_provider_configuration", provider="keycloak", configuration=IDP)
    lab.control.add_readonly_provider(tenant.id, "auth0")
    add_application(lab)
    return Scene(
        lab=lab,
        company=tenant.id,
        admin_id=tenant.admin_id,
        admin=tenant.admin,
        user=user,
        key=pair["access_key"],
        agent=tenant.admin.get("auth.create_service_user", name="agent")["id"],
        queue=queue,
        other_queue=tenant.admin.get("queues.create", name="cpu")["id"],
        task=lab.control.add_task(queue),
        token=tenant.admin.get("auth.login")["token"],
        group=tenant.admin.get("permissions.add_or_update_user_group", name="group")["id"],
        rule=tenant.admin.get("permissions.add_or_update_access_rule", **RULE)["id"],
        project=tenant.admin.get("projects.create", name="research")["id"],
        vault=tenant.admin.get("users.add_or_update_vault", vault=VAULT)["vault"],
        route=tenant.admin.get("routers.add_or_update_route", name="route", type="path", path="route")["id"],
    )


Body = Callable[[Scene], Json]
IDP = {
    "id": "idp",
    "display_name": "Sign in",
    "client_id": "client",
    "client_secret": "secret",
    "authorization_endpoint": "https://idp.example/auth",
    "token_endpoint": "https://idp.example/token",
}
RULE = {
    "name": "rule",
    "description": "",
    "entity_type": "project",
    "access_permission": "read",
    "users": [],
    "groups": [],
}
VAULT = {"scope": "organization", "description": "Git", "data": "a = 1"}
NEW_USER = {"email": "new@one.example", "name": "new"}

CALLS: dict[str, Body] = {
    "apps.batch_delete": lambda _: {"ids": ["hpo", "no-such"]},
    "apps.delete": lambda _: {"app": "hpo", "version": "1.10.0"},
    "apps.enable": lambda _: {"app": "hpo", "version": "1.10.0", "enable": False},
    "apps.get_all_apps": lambda _: {},
    "apps.get_apps": lambda _: {},
    "apps.upload": lambda _: {"update_existing": True, "make_latest": True},
    "auth.add_user": lambda _: {**NEW_USER, "given_name": "N"},
    "auth.create_credentials": lambda _: {"label": "y", "expiration_sec": 60},
    "auth.create_service_user": lambda _: {"name": "agent 2", "allow_running_as_owner": True},
    "auth.create_user": lambda s: {**NEW_USER, "company": s.company, "role": "user", "internal": True},
    "auth.delete_user": lambda s: {"user": s.user},
    "auth.edit_credentials": lambda s: {"access_key": s.key, "label": "z"},
    "auth.edit_user": lambda s: {"user": s.user, "role": "superuser"},
    "auth.fixed_users_mode": lambda _: {},
    "auth.get_credentials": lambda _: {},
    "auth.get_token_for_user": lambda s: {"user": s.user, "company": s.company, "expiration_sec": 60},
    "auth.get_users_info": lambda s: {"emails": ["user@one.example"], "include_providers_info": True},
    "auth.locate_credentials": lambda s: {"access_key": s.key},
    "auth.login": lambda _: {"expiration_sec": 60},
    "auth.logout": lambda _: {},
    "auth.revoke_credentials": lambda s: {"access_key": s.key},
    "auth.validate_token": lambda s: {"token": s.token},
    "debug.ping": lambda _: {},
    "events.get_task_log": lambda s: {"task": s.task, "batch_size": 10, "order": "asc"},
    "login.add_whitelist_entries": lambda _: {"emails": ["more@one.example"], "role": "consumer"},
    "login.get_settings": lambda _: {},
    "login.get_whitelist": lambda _: {},
    "login.logout": lambda _: {"redirect_url": "http://one.example"},
    "login.remove_whitelist_entries": lambda _: {"emails": ["pending@one.example"]},
    "login.set_domains": lambda _: {"domains": ["two.example"]},
    "login.supported_modes": lambda _: {},
    "organization.update_company_logo": lambda _: {"data": "aGk=", "format": "base64"},
    "organization.update_company_name": lambda _: {"new_name": "Two"},
    "queues.add_or_update_metadata": lambda s: {
        "queue": s.queue,
        "metadata": [{"key": "k", "type": "str", "value": "v"}],
        "replace_metadata": True,
    },
    "projects.create": lambda _: {"name": "research/vision", "description": "d", "tags": ["a"]},
    "projects.delete": lambda s: {"project": s.project, "force": True, "delete_contents": True},
    "projects.get_all": lambda _: {"name": "^re", "search_hidden": True, "page": 0, "page_size": 10},
    "projects.get_by_id": lambda s: {"project": s.project},
    "projects.update": lambda s: {"project": s.project, "name": "other", "description": "", "system_tags": ["hidden"]},
    "projects.validate_delete": lambda s: {"project": s.project},
    "queues.add_task": lambda s: {"queue": s.queue, "task": s.lab.control.add_task(company=s.company)},
    "queues.clear_queue": lambda s: {"queue": s.queue},
    "permissions.add_or_update_access_rule": lambda s: {
        "name": "r",
        "description": "",
        "entity_type": "queue",
        "entity_id": s.queue,
        "groups": [],
        "access_permission": "read",
        "users": [s.user, s.agent],
    },
    "permissions.add_or_update_user_group": lambda s: {"name": "g", "description": "d", "users": [s.user, s.agent]},
    "permissions.check_entity_access": lambda s: {"entity_type": "queue", "entity_id": s.queue},
    "permissions.delete_access_rules": lambda s: {"rules": [s.rule]},
    "permissions.delete_user_groups": lambda s: {"groups": [s.group]},
    "permissions.ensure_default_access_rules": lambda s: {"groups": s.without_permissions()},
    "permissions.get_access_rules": lambda _: {},
    "permissions.get_company_users": lambda _: {},
    "permissions.get_entity_access_categories": lambda _: {},
    "permissions.get_user_groups": lambda _: {"include_permissions": True},
    "permissions.restore_default_access_rules": lambda _: {},
    "queues.create": lambda _: {"name": "new", "tags": ["a"], "metadata": {}},
    "queues.delete": lambda s: {"queue": s.queue, "force": True},
    "queues.delete_metadata": lambda s: {"queue": s.queue, "keys": ["k"]},
    "queues.get_all": lambda _: {"name": "^gpu$", "page": 0, "page_size": 10},
    "queues.get_all_ex": lambda _: {"order_by": ["name"], "max_task_entries": 1},
    "queues.get_by_id": lambda s: {"queue": s.queue},
    "queues.get_default": lambda _: {},
    "queues.get_next_task": lambda s: {"queue": s.queue, "get_task_info": True},
    "queues.get_num_entries": lambda s: {"queue": s.queue},
    "queues.get_queue_metrics": lambda s: {"from_date": 0, "to_date": 60, "interval": 1, "queue_ids": [s.queue]},
    "queues.move_task_backward": lambda s: {"queue": s.queue, "task": s.task, "count": 1},
    "queues.move_task_forward": lambda s: {"queue": s.queue, "task": s.task},
    "queues.move_task_to_back": lambda s: {"queue": s.queue, "task": s.task},
    "queues.move_task_to_front": lambda s: {"queue": s.queue, "task": s.task},
    "queues.move_task_to_queue": lambda s: {"queue": s.queue, "task": s.task, "target_queue": s.other_queue},
    "queues.peek_task": lambda s: {"queue": s.queue},
    "queues.remove_task": lambda s: {"queue": s.queue, "task": s.task, "update_task_status": True},
    "queues.update": lambda s: {"queue": s.queue, "name": "gpu 2", "tags": ["b"]},
    "routers.add_or_update_route": lambda _: {"name": "new", "type": "path", "path": "new"},
    "routers.delete_routes": lambda s: {"ids": [s.route]},
    "routers.get_routes": lambda _: {"page": 0, "page_size": 10, "only_fields": ["id", "name", "type"]},
    "routers.task_router_report": lambda _: {"router": "gateway", "url": "https://gateway.acme.example"},
    "routers.get_task_routers": lambda _: {},
    "routers.unregister": lambda _: {"router": "gateway"},
    "server.config": lambda _: {"path": "apiserver"},
    "server.db_version": lambda _: {"history": True},
    "server.endpoints": lambda _: {},
    "server.health_check": lambda _: {},
    "server.health_status": lambda _: {},
    "server.info": lambda _: {},
    "server.report_stats_option": lambda _: {},
    "sso.delete_provider_configurations": lambda _: {"ids": ["idp"]},
    "sso.download_saml_sp_metadata": lambda _: {"provider": "saml", "configuration": {"entity_id": "clearml"}},
    "sso.get_oidc_provider_data_from_well_known_url": lambda s: {"url": s.lab.oidc_url},
    "sso.get_provider_configuration_template": lambda s: {"id": "idp", "well_known_url": s.lab.oidc_broken_url},
    "sso.get_provider_configurations": lambda _: {},
    "sso.get_supported_providers": lambda _: {},
    "sso.save_provider_configuration": lambda _: {"provider": "keycloak", "configuration": IDP | {"claim_name": "n"}},
    "sso.set_provider_configurations_active": lambda _: {"ids": ["idp"], "active": True},
    "sso.test_provider_configuration": lambda _: {"provider": "okta", "configuration": IDP, "state": "e30="},
    "storage.get_settings": lambda _: {},
    "storage.get_user_settings": lambda _: {},
    "storage.reset_settings": lambda _: {"keys": ["aws"]},
    "storage.reset_user_settings": lambda _: {"keys": ["aws"]},
    "storage.set_settings": lambda _: {"aws": {"key": "k", "secret": "s"}},
    "storage.set_user_settings": lambda _: {"google": {"project": "p"}},
    "system.company_info": lambda s: {"company": s.company},
    "system.create_company": lambda _: {"name": "Two", "defaults": {"allowed_users": 3, "sso": {}}},
    "system.get_companies": lambda _: {"name": "one", "custom_data": {"users": True}},
    "system.get_company_app_instance_access": lambda s: {"company": s.company},
    "system.get_company_custom_events_config": lambda s: {"company": s.company},
    "system.update_company_app_instance_access": lambda s: {
        "company": s.company,
        "app_instance_access": {"allowed": "owner"},
    },
    "system.update_company_custom_events_config": lambda s: {"company": s.company, "fields": {"a": 1}},
    "system.update_company_settings": lambda s: {"company": s.company, "features": ["queues"], "allowed_users": 9},
    "system.update_company_sso_config": lambda s: {"company": s.company, "sso": {"a": 1}},
    "tasks.create": lambda s: {"name": "new", "type": "testing", "project": s.project, "script": {"diff": "print(1)"}},
    "tasks.delete": lambda s: {"task": s.task, "force": True},
    "tasks.dequeue": lambda s: {"task": s.task},
    "tasks.enqueue": lambda s: {"task": s.lab.control.add_task(company=s.company), "verify_watched_queue": True},
    "tasks.get_all": lambda s: {"name": "^task$", "search_hidden": True, "page": 0, "page_size": 10},
    "tasks.get_by_id": lambda s: {"task": s.task},
    "tasks.stop": lambda s: {"task": s.task, "force": True},
    "tenants.add_tenant_admin_credentials": lambda s: {"tenant": s.company},
    "tenants.create_tenant": lambda _: {
        "name": "Two",
        "domain": "two.example",
        "admin_emails": ["admin@two.example"],
        "max_users": 3,
        "max_service_users": 3,
    },
    "tenants.delete_tenant": lambda s: {"tenant": s.company, "name": "One", "force": True},
    "tenants.get_tenant_info": lambda s: {"tenant": s.company},
    "tenants.get_tenant_resources": lambda s: {"tenant": s.company},
    "tenants.get_tenants": lambda _: {},
    "workers.get_all": lambda _: {"last_seen": 60, "worker_pattern": "agent"},
    "workers.get_count": lambda _: {},
    "workers.register": lambda s: {"worker": "agent:2", "queues": [s.queue], "timeout": 60, "tags": ["a"]},
    "workers.status_report": lambda s: {"worker": "agent:1", "queues": [s.other_queue], "timestamp": 1},
    "workers.unregister": lambda _: {"worker": "agent:1"},
    "users.add_or_update_vault": lambda s: {"vault": {**VAULT, "scope": "group", "id": s.vault}, "group": s.group},
    "users.create": lambda s: {"id": "own-id", "company": s.company, "name": "own", "given_name": "O"},
    "users.delete": lambda s: {"user": s.user},
    "users.delete_vaults": lambda s: {"vaults": [s.vault]},
    "users.get_all": lambda _: {"include_auth": True, "name": "user"},
    "users.get_all_ex": lambda _: {"include_auth": True, "include_activity": True, "page": 0, "page_size": 5},
    "users.get_by_id": lambda s: {"user": s.user},
    "users.get_current_user": lambda _: {"get_supported_features": True},
    "users.get_organization_vaults": lambda _: {"types": ["config"], "enabled": True, "preview_data": True},
    "users.get_preferences": lambda _: {},
    "users.get_role_options": lambda _: {},
    "users.get_service_users": lambda _: {},
    "users.get_vault_operations_log": lambda s: {"vaults": [s.vault], "group": {"index": -1}, "order": "asc"},
    "users.get_vault_operations_log_filters": lambda _: {},
    "users.get_vaults": lambda _: {"types": ["config"], "enabled": True},
    "users.set_admin": lambda s: {"user": s.user, "admin": True},
    "users.set_preferences": lambda _: {"preferences": {"a.b": 1}},
    "users.set_role": lambda s: {"user": s.user, "role": "consumer"},
    "users.update": lambda s: {"user": s.user, "name": "new", "family_name": "F"},
    "users.update_service_user": lambda s: {"user": s.agent, "name": "agent 3", "allow_running_as_owner": True},
}

PLATFORM = ("auth.create_user", "auth.get_", "auth.validate_", "login.get_whitelist", "server.", "system.", "tenants.")
"""Endpoints (by their beginnings) that the supervisor calls; the tenant's admin calls the others."""


def _responses() -> dict[str, Json]:
    schemas: dict[str, Json] = {}
    for path in CONTRACT.glob("*.yml"):
        endpoints = yaml.safe_load(path.read_text(encoding="utf-8")).get("endpoints", {})
        if path.name != "observed.yml":
            schemas |= {name: text.get("response") or {} for name, text in endpoints.items()}
    return schemas


@pytest.fixture(scope="module")
def responses() -> dict[str, Json]:
    return _responses()


def test_every_built_endpoint_is_called() -> None:
    assert CALLS.keys() == HANDLERS.keys()


@pytest.mark.parametrize("endpoint", sorted(CALLS))
def test_an_answer_fits_the_contract(endpoint: str, scene: Scene, responses: dict[str, Json]) -> None:
    caller = scene.admin
    if endpoint.startswith(PLATFORM) and endpoint != "auth.get_credentials":
        caller = system(scene.lab)
    elif endpoint in ("users.create", "users.delete"):
        caller = root(scene.lab)
    before = scene.lab.control.state()
    answer = caller.get(endpoint, **CALLS[endpoint](scene))
    Draft202012Validator(responses.get(endpoint, {})).validate(_as_the_page_writes_it(endpoint, answer))
    assert scene.lab.control.violations() == []
    changed = _without_use(scene.lab.control.state()) != _without_use(before)
    assert changed <= HANDLERS[endpoint].writes, "an endpoint that changes something must say so"


def _as_the_page_writes_it(endpoint: str, answer: Any) -> Any:
    """The answer without nulls (which may stand anywhere), and references in _ex lists as plain ids."""
    if isinstance(answer, dict):
        plain = {key: _as_the_page_writes_it(endpoint, item) for key, item in answer.items() if item is not None}
        if endpoint.endswith("_ex"):
            for key in ("company", "task"):
                if isinstance(plain.get(key), dict):
                    plain[key] = plain[key]["id"]
        return plain
    return [_as_the_page_writes_it(endpoint, item) for item in answer] if isinstance(answer, list) else answer


def _without_use(state: Json) -> Json:
    """The state without the marks that every login leaves, and without tasks that the test made itself."""
    for entry in state["auth_entries"]:
        for credential in entry["credentials"]:
            credential["last_used"] = credential["last_used_from"] = None
    return {table: records for table, records in state.items() if table != "tasks"}
