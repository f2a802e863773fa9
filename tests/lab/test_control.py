# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab tells about requests, and what it lets a test change."""

from __future__ import annotations

import pytest
import requests

from lab.control import Control, ControlError
from lab.testing import RunningLab
from tests.lab.api_client import DEFAULT_COMPANY, make_tenant, make_user, system


def test_the_log_and_the_counts(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    lab.control.clear_requests()
    system(lab).impersonate(tenant.admin_id).get("queues.create", name="gpu")
    system(lab).codes("queues.create", name="x")
    system(lab).get("queues.get_all")
    first = lab.control.requests()[0]
    assert (first["caller"], first["user"], first["company"]) == ("__supervisor__", tenant.admin_id, tenant.id)
    assert (first["header"], first["write"], first["auth"], first["result_code"]) == ("impersonate", True, "basic", 200)
    counts = lab.control.counts()
    assert counts["by_endpoint"] == {"queues.create": 2, "queues.get_all": 1}
    del counts["by_endpoint"]
    assert counts == {"total": 3, "reads": 1, "writes": 2, "writes_done": 1, "errors": 1, "violations": 0}


def test_secrets_are_masked_in_the_log(lab: RunningLab) -> None:
    body = {"company": DEFAULT_COMPANY, "sso": {"client_secret": "s3cret", "client_id": "id"}}
    system(lab).get("system.update_company_sso_config", **body)
    assert lab.control.requests()[-1]["body"]["sso"] == {"client_secret": "***", "client_id": "id"}


def test_a_state_can_be_put_back(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    tenant.admin.get("queues.create", name="gpu")
    tenant.admin.get("login.add_whitelist_entries", emails=["b@one.example"])
    state = lab.control.state()
    system(lab).get("auth.delete_user", user=tenant.admin_id)
    assert tenant.admin.codes("queues.get_all") == (401, 22)
    lab.control.put_state(state)
    assert [queue["name"] for queue in tenant.admin.get("queues.get_all")["queues"]] == ["gpu"]
    make_user(lab, tenant.id, "b@one.example")
    assert tenant.admin.get("login.get_settings")["whitelist_entries"][0]["status"] == "accepted"


def test_departures_from_the_contract_are_noted_but_answered(lab: RunningLab) -> None:
    api = system(lab)
    company = api.get("system.create_company", name="One", nmae="x", defaults={"allowed_user": 3})["id"]
    api.codes("auth.create_user", company=company, email="a@b.example", name="a", role="guest", internal="false")
    api.codes("auth.get_token_for_user", user="nobody")
    found = [(v["endpoint"], v["field"], v["rule"]) for v in lab.control.violations()]
    assert found == [
        ("system.create_company", "nmae", "unknown field"),
        ("system.create_company", "defaults.allowed_user", "unknown field"),
        ("auth.create_user", "internal", "type"),
        ("auth.create_user", "role", "enum"),
        ("auth.get_token_for_user", "", "required"),
    ]
    assert lab.control.counts()["violations"] == 5
    lab.control.clear_violations()
    assert lab.control.violations() == []


def test_null_is_how_a_field_is_cleared(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    queue = tenant.admin.get("queues.create", name="gpu", tags=["a"])["id"]
    tenant.admin.get("queues.update", queue=queue, tags=None)
    assert tenant.admin.get("queues.get_by_id", queue=queue)["queue"]["tags"] == []
    assert lab.control.violations() == []


def test_waiting_tasks_and_policy_queues(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    queue = tenant.admin.get("queues.create", name="gpu")["id"]
    task = lab.control.add_task(queue)
    assert tenant.admin.get("queues.get_num_entries", queue=queue) == {"num": 1}
    assert tenant.admin.get("queues.peek_task", queue=queue) == {"task": task}
    assert tenant.admin.codes("queues.delete", queue=queue) == (400, 702)
    lab.control.set_profile_connection(queue, {"policy": "p", "profile": "q"})
    assert tenant.admin.codes("queues.delete", queue=queue, force=True) == (400, 709)
    assert tenant.admin.get("queues.get_all")["queues"][0]["profile_connection"]["policy"] == "p"
    lab.control.set_profile_connection(queue, None)
    assert tenant.admin.get("queues.delete", queue=queue, force=True) == {"deleted": 1}


def test_other_seeds(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    tenant.admin.get("login.add_whitelist_entries", emails=["b@one.example"])
    lab.control.accept_invitation(tenant.id, "b@one.example")
    assert tenant.admin.get("login.remove_whitelist_entries", emails=["b@one.example"]) == {"removed": []}
    made = lab.control.add_identity("someone", tenant.id, "consumer", email="c@one.example")
    assert system(lab).get("auth.locate_credentials", access_key=made["access_key"])["user"] == "someone"
    with pytest.raises(ControlError):
        lab.control.add_task("no such queue")


def test_the_control_api_wants_its_token(lab: RunningLab) -> None:
    assert requests.get(f"{lab.control.url}/state", timeout=10).status_code == 403
    with pytest.raises(ControlError, match="missing or wrong"):
        Control(lab.control.url, "guess").state()
