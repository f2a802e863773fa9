# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""clearml_state: all tenants of an inventory at once."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import Refused
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.unmentioned import AGENT_QUEUES
from lab.testing import RunningLab
from tests.benchmarks.tenants import variables
from tests.support.modules import Modules
from tests.support.state import converge, foreseen, objects

ROOT = Path(__file__).resolve().parents[2]
ACME: dict[str, t.Any] = {
    "tenant_company": {"name": "Acme Inc"},
    "tenant_settings": {"allowed_users": 20, "allowed_service_users": 5, "features": ["queues", "reports"]},
    "tenant_users": [
        {"email": "ann@acme.example", "name": "Ann Lee", "role": "user"},
        {"email": "bob@acme.example", "name": "Bob Ray", "role": "admin", "given_name": "Bob"},
    ],
    "tenant_service_accounts": [{"name": "agent", "allow_running_as_owner": True, "role": "user"}],
    "tenant_groups": [
        {"name": "researchers", "description": "R&D", "users": ["ann@acme.example"], "service_accounts": ["agent"]},
        {"name": "leads", "users": ["bob@acme.example", "ann@acme.example"], "exclusive": True},
    ],
    "tenant_queues": [
        {"name": "gpu-1", "display_name": "GPU", "tags": ["b", "a"], "metadata": {"cost": 1}},
        {"name": "cpu queue", "tags": []},
    ],
    "tenant_projects": [{"name": "Shared", "description": "for all"}, {"name": "Shared/vision (v2)"}],
    "tenant_access_rules": [
        {
            "name": "researchers see Shared",
            "entity_type": "project",
            "entity": "Shared",
            "access_permission": "read",
            "groups": ["researchers"],
        },
        {
            "name": "leads own gpu-1",
            "entity_type": "queue",
            "entity": "gpu-1",
            "access_permission": "read_write",
            "groups": ["leads"],
            "users": ["ann@acme.example"],
        },
    ],
    "tenant_vaults": [
        {"description": "defaults", "content": {"agent": {"git_user": "robot"}}, "format": "json"},
        {"description": "mine", "scope": "user", "user": "ann@acme.example", "content": "a: 1", "format": "yaml"},
    ],
    "tenant_storage": {
        "aws": {"key": "AKIA1", "secret": "s3cr3t-of-aws", "region": "eu-central-1"},
    },
    "tenant_login_rules": {
        "domains": ["acme.example"],
        "whitelist": [{"email": "eve@acme.example", "role": "admin"}],
    },
}


def tenant(name: str, **changes: t.Any) -> dict[str, t.Any]:
    """A tenant with a company, an admin and a queue."""
    return {"tenant_company": {"name": name}, "tenant_queues": [{"name": "gpu-1"}], **changes}


def test_a_tenant_from_nothing_and_again(lab: RunningLab) -> None:
    done = foreseen(lab, {"acme": ACME})
    assert done["tenants"]["acme"]["errors"] == [] and done["tenants"]["acme"]["company"] == "Acme Inc"
    assert {(kind, name) for _tenant, kind, name in objects(done)} >= {
        ("company", "Acme Inc"),
        ("user", "admin@acme.invalid"),
        ("user", "bob@acme.example"),
        ("group", "leads"),
        ("vault", "mine"),
        ("storage_settings", "storage_settings"),
    }
    assert done["counts"]["create"] == len(objects(done)) - 2


def test_it_agrees_with_the_single_modules(modules: Modules) -> None:
    """What the modules make one by one is what the whole finds to be right, and the other way round."""
    lab = modules.lab
    foreseen(lab, {"acme": ACME})
    for queue in ACME["tenant_queues"]:
        assert not modules.queue(company="Acme Inc", acting_user="admin@acme.invalid", **queue)["changed"]
    for group in ACME["tenant_groups"]:
        assert not modules.group(company="Acme Inc", acting_user="admin@acme.invalid", **group)["changed"]
    for vault in ACME["tenant_vaults"]:
        assert not modules.vault(company="Acme Inc", acting_user="admin@acme.invalid", **vault)["changed"]
    modules.queue(company="Acme Inc", name="gpu-1", display_name="Other")
    (change,) = converge(lab, {"acme": ACME}, check=True)["tenants"]["acme"]["objects"]
    assert change == {
        "kind": "queue",
        "name": "gpu-1",
        "action": "update",
        "status": "planned",
        "fields": [{"field": "display_name", "before": "Other", "after": "GPU"}],
        "calls": ["queues.update"],
        "error": "",
    }


def test_one_tenants_failure_is_not_the_others(lab: RunningLab) -> None:
    tenants = {
        "acme": tenant("Acme"),
        "bad": tenant("Bad Co", tenant_groups=[{"name": "g", "users": ["nobody@bad.example"]}]),
        "globex": tenant("Globex"),
    }
    done = converge(lab, tenants)
    assert done["failed_tenants"] == ["bad"]
    (error,) = done["tenants"]["bad"]["errors"]
    assert error.startswith("group 'g': users has 'nobody@bad.example', and company 'Bad Co' has no such user")
    assert ("bad", "queue", "gpu-1") in objects(done), "what does not need the group is made all the same"
    assert not done["tenants"]["globex"]["failed"]
    again = converge(lab, tenants)
    assert again["failed_tenants"] == ["bad"] and not again["tenants"]["acme"]["changed"]


@pytest.fixture
def strays(modules: Modules) -> RunningLab:
    """Acme as its file says, and by hand one more of each kind, some of which nobody may take away."""
    foreseen(modules.lab, {"acme": ACME})
    acme = {"company": "Acme Inc", "acting_user": "admin@acme.invalid"}
    modules.user(**acme, email="eve@elsewhere.example", name="Eve", role="user")
    modules.service_account(**acme, name="old robot")
    modules.group(**acme, name="old team", users=["eve@elsewhere.example"])
    modules.queue(**acme, name="scratch-1")
    modules.queue(**acme, name="default")
    modules.queue(**acme, name="of the agent", system_tags=["k8s-glue"])
    modules.access_rule(**acme, name="old rule", entity_type="project", access_permission="read", groups=["old team"])
    modules.vault(**acme, description="old vault", scope="group", group="old team", content="a = 1")
    modules.vault(**acme, description="her own", scope="user", user="bob@acme.example", content="a = 1")
    modules.project(**acme, name="People's own work")
    modules.lab.control.clear_requests()
    return modules.lab


STRAYS = {
    ("user", "eve@elsewhere.example"),
    ("service_account", "old robot"),
    ("group", "old team"),
    ("queue", "scratch-1"),
    ("access_rule", "old rule"),
    ("vault", "old vault"),
}


def unmentioned(result: dict[str, t.Any]) -> set[tuple[str, str]]:
    return {(one["kind"], one["name"]) for state in result["tenants"].values() for one in state["unmentioned"]}


def test_what_no_file_mentions_is_reported(strays: RunningLab) -> None:
    done = foreseen(strays, {"acme": ACME})
    assert unmentioned(done) == STRAYS and not done["changed"]
    assert unmentioned(converge(strays, {"acme": ACME}, prune="no")) == set()


def test_what_no_file_mentions_is_removed(strays: RunningLab) -> None:
    """In an order in which nothing is left without what it refers to; a company and what it is made of stay."""
    done = foreseen(strays, {"acme": ACME}, prune="delete")
    assert {(kind, name) for _tenant, kind, name in objects(done)} == STRAYS
    assert all(one["removed"] for one in done["tenants"]["acme"]["unmentioned"])
    assert done["counts"]["delete"] == len(STRAYS) and done["warnings"] == []
    assert unmentioned(converge(strays, {"acme": ACME})) == set()


def test_more_than_the_limit_removes_nothing(strays: RunningLab) -> None:
    done = converge(strays, {"acme": ACME}, prune="delete", prune_limit=5)
    assert done["refusal"].startswith("6 objects are in no file, and prune_limit is 5: none was deleted")
    assert strays.control.writes() == 0 and unmentioned(done) == STRAYS


def test_what_is_ignored_is_not_mentioned(strays: RunningLab) -> None:
    ignore = [{"kind": "queue", "name": "scratch-*"}, {"tenant": "ac*", "name": "old *"}, {"tenant": "other"}]
    done = converge(strays, {"acme": ACME}, prune="delete", ignore=ignore)
    assert {name for _tenant, _kind, name in objects(done)} == {"eve@elsewhere.example"}


def test_a_kind_that_a_tenant_does_not_declare_is_left_alone(strays: RunningLab) -> None:
    silent = {name: value for name, value in ACME.items() if name not in ("tenant_users", "tenant_groups")}
    found = unmentioned(converge(strays, {"acme": {**silent, "tenant_access_rules": []}}))
    assert {kind for kind, _name in found} == {"service_account", "queue", "access_rule", "vault"}
    assert ("access_rule", "leads own gpu-1") in found, "an empty list says that there should be none"


def test_queues_of_agents_count_as_declared(modules: Modules) -> None:
    agent = {"enabled": True, "queues": {"gpu-a": {}, "gpu-b": {}}}
    declared = tenant("Acme", tenant_agent=agent)
    converge(modules.lab, {"acme": declared})
    for name in ("gpu-a", "gpu-b", "gpu-fraction-0_50", "default"):
        modules.queue(company="Acme", name=name)
    assert unmentioned(converge(modules.lab, {"acme": declared})) == {("queue", "gpu-fraction-0_50")}
    usual = tenant("Acme", tenant_agent={"enabled": True})
    assert unmentioned(converge(modules.lab, {"acme": usual})) == {("queue", "gpu-a"), ("queue", "gpu-b")}


def test_the_usual_queues_are_those_of_the_role() -> None:
    role = yaml.safe_load((ROOT / "roles" / "agent" / "vars" / "main.yml").read_text(encoding="utf-8"))
    assert set(AGENT_QUEUES) == {"default", *role["_agent_guide_shares"].values()}


def test_nothing_is_pruned_if_a_file_is_missing(strays: RunningLab) -> None:
    with pytest.raises(Refused, match=r"what these tenants declare is not known: globex\. Nothing was touched"):
        converge(strays, {"acme": ACME}, prune="delete", broken={"globex": "broken"})
    done = converge(strays, {"acme": ACME}, broken={"globex": "broken"})
    assert done["failed_tenants"] == ["globex"] and done["tenants"]["globex"]["errors"] == ["broken"]


def test_a_failed_kind_is_not_pruned(strays: RunningLab) -> None:
    """Whatever could not be matched might be what is declared."""
    wrong = {**ACME, "tenant_groups": [*ACME["tenant_groups"], {"name": "x", "users": ["nobody@acme.example"]}]}
    done = converge(strays, {"acme": wrong})
    assert {kind for kind, _name in STRAYS - unmentioned(done)} == {"group"}
    assert objects(converge(strays, {"acme": wrong}, prune="delete")).keys() == {("acme", "group", "x")}


@pytest.mark.parametrize("kind", ["user", "queue", "vault"])
def test_the_scope_limits_what_is_looked_at(lab: RunningLab, kind: str) -> None:
    converge(
        lab, {"acme": {**ACME, "tenant_users": [], "tenant_queues": [], "tenant_vaults": []}}, scope=["company", "user"]
    )
    done = converge(lab, {"acme": {**ACME, "tenant_vaults": ACME["tenant_vaults"][:1]}}, scope=[kind])
    assert done["failed_tenants"] == []
    assert {found for _tenant, found, _name in objects(done)} == {kind}


def test_without_company_and_user_in_scope_a_new_tenant_fails(lab: RunningLab) -> None:
    done = converge(lab, {"acme": ACME}, scope=["queue"])
    assert done["tenants"]["acme"]["errors"] == [
        "There is no company 'Acme Inc'; it is made where scope has company and user"
    ]
    assert not done["changed"] and lab.control.writes() == 0


def test_a_new_company_without_its_admin_is_left_empty(lab: RunningLab) -> None:
    """Nothing of it gets into the company that the key belongs to."""
    queues = lab.control.state()["queues"]
    done = converge(lab, {"acme": ACME}, scope=["company", "queue"])
    assert done["tenants"]["acme"]["errors"] == [
        "There is no user 'admin@acme.invalid' in company 'Acme Inc'; it is made where scope has company and user"
    ]
    assert lab.control.state()["queues"] == queues


def test_an_absent_tenant_is_named_and_stays(lab: RunningLab) -> None:
    converge(lab, {"acme": ACME})
    gone = {"acme": {**ACME, "tenant_state": "absent"}}
    lab.control.clear_requests()
    for check in (True, False):
        done = converge(lab, gone, check=check, prune="delete")
        assert objects(done) == {("acme", "company", "Acme Inc"): ("delete", [], [])}
        assert not done["changed"] and done["tenants"]["acme"]["objects"][0]["status"] == "left"
    assert lab.control.writes() == 0
    assert objects(converge(lab, {"new": {**gone["acme"], "tenant_company": {"name": "Never was"}}})) == {}


def test_two_tenants_of_one_company_are_refused(lab: RunningLab) -> None:
    with pytest.raises(Refused, match=r"Several tenants declare one company: 'Acme Inc' \(acme, twin\)"):
        converge(lab, {"acme": ACME, "twin": tenant("Acme Inc")})
    assert lab.control.writes() == 0


def test_malformed_options_name_the_variable(lab: RunningLab) -> None:
    done = converge(lab, {"acme": tenant("Acme", tenant_queues=[{"name": "a-queue", "tagz": []}, {"name": "b-queue"}])})
    (error,) = done["tenants"]["acme"]["errors"]
    assert error.startswith("queue 'a-queue': tenant_queues: ") and "tagz" in error
    assert ("acme", "queue", "b-queue") in objects(done)


def test_a_tenant_without_admin_gets_one_and_then_the_rest(modules: Modules) -> None:
    modules.company(name="Acme")
    done = foreseen(
        modules.lab, {"acme": tenant("Acme", tenant_groups=[{"name": "g", "users": ["admin@acme.invalid"]}])}
    )
    assert [(kind, name) for _tenant, kind, name in objects(done)] == [
        ("user", "admin@acme.invalid"),
        ("group", "g"),
        ("queue", "gpu-1"),
    ]


def test_requests_do_not_grow_with_objects(lab: RunningLab) -> None:
    """One list for each kind, whatever is in it; no request for an object."""
    small, large = variables("acme", 1), variables("globex", 4)
    converge(lab, {"acme": small, "globex": large})
    reads = []
    for name, tenant_ in (("acme", small), ("globex", large)):
        done = converge(lab, {name: tenant_})
        assert done["requests"]["writes"] == 0 and not done["changed"]
        reads.append(done["requests"]["reads"])
    assert reads[0] == reads[1] <= 3 + 9


def test_companies_do_not_wait_for_each_other(lab: RunningLab) -> None:
    """With two workers, the second company is begun before the first one is done."""
    tenants = {name: tenant(name.title()) for name in ("acme", "globex")}
    converge(lab, tenants)
    for workers, begun in ((1, 1), (2, 2)):
        lab.control.clear_requests()
        lab.control.order_fault("queues.get_all", "delay", times=1, seconds=0.3)
        converge(lab, tenants, max_parallel=workers)
        asked = [one["endpoint"] for one in lab.control.requests()]
        assert asked[: asked.index("queues.get_all")].count("users.get_all_ex") == begun
