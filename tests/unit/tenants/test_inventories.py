# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mistakes in their surroundings: groups, folders, vaulted files, several tenants, several mistakes."""

from __future__ import annotations

import time
import typing as t
from pathlib import Path
from unittest import mock

import pytest
from ansible.constants import DEFAULT_VAULT_ID_MATCH
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.clearml.enterprise.plugins.action import clearml_tenants_validate
from tests.unit.tenants.inventory import HOSTS, Inventory

ACME = "tenant_company: {name: Acme Inc}\n"


def texts(result: dict[str, t.Any]) -> list[str]:
    return [mistake["text"] for mistake in result["mistakes"]]


def test_no_mistakes(inventory: Inventory) -> None:
    inventory.write("host_vars/acme.yml", ACME)
    result = inventory.validate()
    assert result["tenants"] == ["acme", "globex"]
    assert result["mistakes"] == [] and "failed" not in result
    assert result["msg"] == "2 tenants, no mistakes"


def test_everything_at_once(inventory: Inventory) -> None:
    inventory.write("host_vars/acme.yml", ACME + "tenant_queus: []\ntenant_settings: {allowed_users: x}\n")
    inventory.write("host_vars/globex.yml", "tenant_company: {name: G}\ntenant_policies: []\n")
    inventory.write("group_vars/clearml_tenants.yml", "tenant_admin: {nmae: x}\n")
    found = texts(inventory.validate())
    assert [text.split(": ")[0] for text in found] == [
        "site/group_vars/clearml_tenants.yml:1",
        "site/group_vars/clearml_tenants.yml:1",
        "site/host_vars/acme.yml:2",
        "site/host_vars/acme.yml:3",
        "site/host_vars/globex.yml:1",
        "site/host_vars/globex.yml:2",
    ]


def test_a_tenant_without_a_company(inventory: Inventory) -> None:
    found = inventory.validate()["mistakes"]
    assert [(one["file"], one["path"], one["problem"]) for one in found] == [
        ("site/host_vars/acme.yml", "tenant_company", "it is missing")
    ]


def test_the_file_that_counts_is_named(inventory: Inventory) -> None:
    inventory.write("group_vars/all.yml", "tenant_settings: {allowed_users: a}\n")
    inventory.write("group_vars/clearml_tenants.yml", "# 1\ntenant_settings: {allowed_users: b}\n")
    inventory.write("host_vars/acme/b.yml", "# 1\n# 2\ntenant_settings: {allowed_users: c}\n")
    inventory.write("host_vars/acme/a.yml", ACME)
    places = {(one["tenant"], one["file"], one["line"], one["value"]) for one in inventory.validate()["mistakes"]}
    assert places == {
        ("acme", "site/host_vars/acme/b.yml", 3, "'c'"),
        ("globex", "site/group_vars/clearml_tenants.yml", 2, "'b'"),
    }


def test_smaller_groups_win(inventory: Inventory) -> None:
    inventory.write("hosts.yml", HOSTS + "  children:\n    small: {hosts: {hooli: }}\n")
    inventory.write("host_vars/acme.yml", ACME)
    inventory.write("group_vars/clearml_tenants.yml", "tenant_settings: {allowed_users: 3}\n")
    inventory.write("group_vars/small.yml", "tenant_company: {name: Hooli}\ntenant_settings: {allowed_users: a}\n")
    assert [one["file"] for one in inventory.validate()["mistakes"]] == ["site/group_vars/small.yml"]


def test_variables_in_the_inventory_itself(inventory: Inventory) -> None:
    inventory.write("hosts.yml", "clearml_tenants:\n  hosts:\n    acme: {tenant_company: {name: x}}\n")
    (inventory.folder / "host_vars/globex.yml").unlink()
    found = inventory.validate()["mistakes"]
    assert [(one["path"], one["value"]) for one in found] == [("tenant_company.name", "'x'")]


def test_templates_are_resolved_with_the_tenants_own_variables(inventory: Inventory) -> None:
    inventory.write("host_vars/acme.yml", ACME + "limit: 5\n")
    inventory.write("host_vars/globex.yml", "tenant_company: {name: Globex}\nlimit: many\n")
    inventory.write("group_vars/clearml_tenants.yml", 'tenant_settings: {allowed_users: "{{ limit }}"}\n')
    found = inventory.validate()["mistakes"]
    assert [one["tenant"] for one in found] == ["globex"]


@pytest.mark.parametrize(
    "text",
    [
        "tenant_queues: '{{ mine }}'\nmine: [{name: default}]",
        "tenant_queues: \"{{ [{'name': 'default'}] }}\"",
        'tenant_settings: {allowed_users: "{{ 2 + 3 }}", allow_service_user_admins: "{{ \'acme\' in group_names }}"}',
        'tenant_settings: {allowed_users: "{{ nowhere | default(7) }}"}',
        "tenant_queues: [{name: !unsafe '{{ as it is }}'}]",
        "tenant_queues: &q [{name: default, tags: [a]}]\nmine: *q",
        "base: &base {name: default}\ntenant_queues: [{<<: *base, display_name: Default}]",
        "tenant_state: absent",
        "tenant_users: [{email: cid@acme.example, state: absent}]",
        "my_tenant_queues: 1\nqueues: 2\ntenancy: 3\nclient_id: 4",
    ],
)
def test_fine(inventory: Inventory, text: str) -> None:
    inventory.write("host_vars/acme.yml", ACME + text + "\n")
    assert texts(inventory.validate()) == []


@pytest.mark.parametrize("name", ["Acme", "acme_1", "-acme", "a.b", "a" * 64])
def test_host_names_that_cannot_be_slugs(inventory: Inventory, name: str) -> None:
    inventory.write("hosts.yml", f"clearml_tenants: {{hosts: {{'{name}': , globex: }}}}\n")
    inventory.write(f"host_vars/{name}.yml", ACME)
    found = inventory.validate()["mistakes"]
    assert len(found) == 1 and found[0]["tenant"] == name
    assert f"host {name!r}" in found[0]["problem"] and found[0]["advice"] == "Rename the host"


CLAIMS = [
    ("tenant_company: {name: Globex}", "tenant_company.name", "company name", "tenant_company.name"),
    (ACME + "tenant_admin: {email: h@g.example}", "tenant_admin.email", "address", "tenant_users[0].email"),
    (
        ACME + "tenant_users: [{email: H@g.example, name: H}]",
        "tenant_users[0].email",
        "address",
        "tenant_users[0].email",
    ),
    (
        ACME + "tenant_login_rules: {whitelist: [{email: h@g.example}]}",
        "tenant_login_rules.whitelist[0].email",
        "address",
        "tenant_users[0].email",
    ),
    (
        ACME + "tenant_users: [{email: admin@globex.invalid, name: H}]",
        "tenant_users[0].email",
        "address",
        "tenant_admin",
    ),
    (
        ACME + "tenant_login_rules: {domains: [a.example, G.example]}",
        "tenant_login_rules.domains[1]",
        "domain",
        "tenant_login_rules.domains[0]",
    ),
    (
        ACME + "tenant_credentials: [{label: x, file: g.env}]",
        "tenant_credentials[0].file",
        "file of a key pair",
        "tenant_credentials[0].file",
    ),
]
GLOBEX = """
tenant_company: {name: Globex}
tenant_users: [{email: h@g.example, name: Hank}]
tenant_login_rules: {domains: [g.example]}
tenant_credentials: [{label: nightly, file: g.env}]
"""


@pytest.mark.parametrize(("text", "path", "kind", "other"), CLAIMS)
def test_what_two_tenants_claim(inventory: Inventory, text: str, path: str, kind: str, other: str) -> None:
    """The tenant that comes first has it; the mistake is at the second, and names both places."""
    inventory.write("hosts.yml", "clearml_tenants: {hosts: {globex: , zeta: }}\n")
    inventory.write("host_vars/globex.yml", GLOBEX)
    inventory.write("host_vars/zeta.yml", text + "\n")
    found = inventory.validate()["mistakes"]
    assert [(one["tenant"], one["path"]) for one in found] == [("zeta", path)]
    assert f"tenant globex has the same {kind} ({other}, site/host_vars/globex.yml" in found[0]["problem"]


SESSIONS = (
    "tenant_agent: {{sessions: {{enabled: true, external_ip: 192.0.2.1, starting_port: {0}, max_services: {1}}}}}\n"
)


@pytest.mark.parametrize(
    ("blocks", "meets", "free"),
    [
        ([(31010, 10), (31019, 10)], "ports 31020-31029 meet 31011-31020 of tenant acme", "29999 is free for 10 ports"),
        ([(29999, 10), (30000, 5)], "ports 30001-30005 meet 30000-30009 of tenant acme", "30009 is free for 5 ports"),
        ([(30000, 2000), (29999, 2000)], "ports 30000-31999 meet 30001-32000 of tenant acme", "Make blocks smaller"),
        ([(31010, 10), (31020, 10)], "", ""),
    ],
    ids=["one port in common", "inside", "no room", "side by side"],
)
def test_blocks_of_ports(inventory: Inventory, blocks: list[tuple[int, int]], meets: str, free: str) -> None:
    """The chart takes the ports after the start, so that side by side means start plus size."""
    for (name, text), block in zip(
        (("acme", ACME), ("globex", "tenant_company: {name: Globex}\n")), blocks, strict=True
    ):
        inventory.write(f"host_vars/{name}.yml", text + SESSIONS.format(*block))
    found = inventory.validate()["mistakes"]
    if not meets:
        assert found == []
        return
    ((tenant, path, problem, advice),) = [(one["tenant"], one["path"], one["problem"], one["advice"]) for one in found]
    assert (tenant, path) == ("globex", "tenant_agent.sessions.starting_port")
    assert problem.startswith(meets) and "site/host_vars/acme.yml:" in problem
    assert advice == free


GATEWAY = (
    "tenant_gateway: {{host_name: {0}.example.com, "
    "tcp: {{address: {1}, first_port: 31015, last_port: 31024, service_type: {2}}}}}\n"
)


@pytest.mark.parametrize(
    ("acme", "globex", "meets"),
    [
        (SESSIONS.format(31010, 10), GATEWAY.format("b", "t", "NodePort"), "31015-31024 meet 31011-31020"),
        (SESSIONS.format(31010, 10), GATEWAY.format("b", "t", "LoadBalancer"), ""),
        (GATEWAY.format("a", "t", "LoadBalancer"), GATEWAY.format("b", "t", "LoadBalancer"), "31015-31024 meet"),
        (GATEWAY.format("a", "t", "LoadBalancer"), GATEWAY.format("b", "u", "LoadBalancer"), ""),
    ],
    ids=["a node port of an agent", "a load balancer", "one address", "two addresses"],
)
def test_ports_of_gateways(inventory: Inventory, acme: str, globex: str, meets: str) -> None:
    inventory.write("host_vars/acme.yml", ACME + acme)
    inventory.write("host_vars/globex.yml", "tenant_company: {name: Globex}\n" + globex)
    found = inventory.validate()["mistakes"]
    assert [one["path"] for one in found] == (["tenant_gateway.tcp.first_port"] if meets else [])
    assert all(meets in one["problem"] and one["advice"] == "30000 is free for 10 ports" for one in found)


def test_blocks_of_two_clusters_may_meet(inventory: Inventory) -> None:
    elsewhere = "tenant_namespace: {context: other}\n"
    inventory.write("host_vars/acme.yml", ACME + SESSIONS.format(31010, 10))
    inventory.write("host_vars/globex.yml", "tenant_company: {name: Globex}\n" + SESSIONS.format(31010, 10) + elsewhere)
    assert texts(inventory.validate()) == []


def test_a_namespace_has_one_tenant(inventory: Inventory) -> None:
    inventory.write("host_vars/acme.yml", ACME)
    inventory.write("host_vars/globex.yml", "tenant_company: {name: Globex}\ntenant_namespace: {name: acme}\n")
    (found,) = inventory.validate()["mistakes"]
    assert found["path"] == "tenant_namespace.name" and "tenant acme has the same namespace" in found["problem"]


def test_a_removed_tenant_claims_its_name_only(inventory: Inventory) -> None:
    inventory.write("host_vars/globex.yml", GLOBEX)
    inventory.write("host_vars/acme.yml", GLOBEX + "tenant_state: absent\n")
    assert [one["path"] for one in inventory.validate()["mistakes"]] == ["tenant_company.name"]


def test_a_user_may_move(inventory: Inventory) -> None:
    inventory.write("host_vars/globex.yml", GLOBEX)
    inventory.write("host_vars/acme.yml", ACME + "tenant_users: [{email: h@g.example, state: absent}]\n")
    assert texts(inventory.validate()) == []


def test_files_of_no_tenant(inventory: Inventory) -> None:
    inventory.write("hosts.yml", HOSTS + "other: {hosts: {initech: , server: }}\n")
    inventory.write("host_vars/acme.yml", ACME)
    inventory.write("host_vars/amce.yml", "x: 1\ntenant_company: {name: Amce}\n")
    inventory.write("host_vars/initech/main.yml", "tenant_company: {name: Initech}\n")
    inventory.write("host_vars/server.yml", "port: 1\n")
    inventory.write("host_vars/README.md", "tenant_company: {name: x}\n")
    first, second = inventory.validate()["mistakes"]
    assert (first["file"], first["line"]) == ("site/host_vars/amce.yml", 2)
    assert "no host 'amce'" in first["problem"] and "did you mean acme?" in first["advice"]
    assert second["file"] == "site/host_vars/initech/main.yml"
    assert "not in the group clearml_tenants" in second["problem"]


def test_a_broken_group_file_is_told_once(inventory: Inventory) -> None:
    inventory.write("host_vars/acme.yml", ACME)
    inventory.write("group_vars/clearml_tenants.yml", "a: [1\npassword: hunter2\n")
    result = inventory.validate()
    assert [one["file"] for one in result["mistakes"]] == ["site/group_vars/clearml_tenants.yml"]
    assert "hunter2" not in str(result)


@pytest.mark.parametrize(
    "content", [b"- a\n- b\n", b"just text\n", b"a: 1\n---\nb: 2\n", b"name: \xff\n", b"a: \x07\n"]
)
def test_files_that_are_no_maps(inventory: Inventory, content: bytes) -> None:
    (inventory.folder / "host_vars/acme.yml").write_bytes(content)
    result = inventory.validate()
    assert [one["file"] for one in result["mistakes"]] == ["site/host_vars/acme.yml"]


def test_an_empty_file(inventory: Inventory) -> None:
    inventory.write("host_vars/acme.yml", "---\n# nothing yet\n")
    assert [one["path"] for one in inventory.validate()["mistakes"]] == ["tenant_company"]


def vaulted(text: str) -> str:
    secrets = [(DEFAULT_VAULT_ID_MATCH, VaultSecret(b"password"))]
    return str(VaultLib(secrets).encrypt(text).decode())


def test_a_vaulted_file_is_opened_and_never_shown(inventory: Inventory) -> None:
    vault = "tenant_vaults: [{description: x, scope: user, content: hunter2}]\n"
    text = f"{ACME}tenant_settings: {{allowed_users: hunter2}}\n{vault}"
    inventory.write("host_vars/acme/vault.yml", vaulted(text))
    inventory.vault_password = b"password"
    result = inventory.validate()
    assert {(one["file"], one["line"], one["path"]) for one in result["mistakes"]} >= {
        ("site/host_vars/acme/vault.yml", None, "tenant_settings.allowed_users"),
        ("site/host_vars/acme/vault.yml", None, "tenant_vaults[0]"),
    }
    assert "hunter2" not in str(result) and "plain text" not in str(result)


def test_a_vaulted_file_without_the_password(inventory: Inventory) -> None:
    inventory.write("host_vars/acme.yml", vaulted(ACME))
    found = inventory.validate()["mistakes"]
    assert len(found) == 1 and "cannot be opened" in found[0]["problem"] and "--ask-vault-pass" in found[0]["advice"]


def test_no_tenants(inventory: Inventory) -> None:
    result = inventory.validate(group="clearml_tenant")
    assert result["tenants"] == [] and "did you mean clearml_tenants?" in result["warnings"][0]


def test_jsonschema_is_missing(inventory: Inventory) -> None:
    with mock.patch.object(clearml_tenants_validate, "HAS_JSONSCHEMA", False):
        result = inventory.validate()
    assert result["failed"] and "jsonschema" in result["msg"] and "mistakes" not in result


def test_two_hundred_tenants(inventory: Inventory, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"t{number:03}" for number in range(200)]
    inventory.write("hosts.yml", "clearml_tenants:\n  hosts:\n" + "".join(f"    {name}:\n" for name in names))
    (inventory.folder / "host_vars/globex.yml").unlink()
    inventory.write("group_vars/clearml_tenants.yml", 'tenant_admin: {name: "{{ inventory_hostname }} automation"}\n')
    for name in names:
        users = "".join(f"  - {{email: u{n}@{name}.example, name: User, role: user}}\n" for n in range(10))
        queues = "".join(f"  - name: queue-{n}\n    tags: [a, b]\n    metadata: {{x: '1'}}\n" for n in range(10))
        inventory.write(
            f"host_vars/{name}.yml",
            f"tenant_company: {{name: Tenant {name}}}\ntenant_users:\n{users}tenant_queues:\n{queues}",
        )
    started = time.perf_counter()
    result = inventory.validate()
    seconds = time.perf_counter() - started
    with capsys.disabled():
        print(f"\n200 tenants validated in {seconds:.2f} s")
    assert result["msg"] == "200 tenants, no mistakes"
