# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One wrong tenant file each: exactly one mistake, with file, line, path, value and advice."""

from __future__ import annotations

import typing as t

import pytest

from tests.unit.tenants.inventory import Inventory

ACME = """
tenant_company:
  name: Acme Inc
"""


class Wrong(t.NamedTuple):
    """A wrong file for acme, and what is said of it."""

    name: str
    text: str
    line: int
    path: str
    value: str
    problem: str
    advice: str


WRONG = [
    Wrong("unknown variable", "tenant_queus: []", 3, "tenant_queus", "", "no such key", "Did you mean tenant_queues?"),
    Wrong("own variable with our prefix", "tenant_x1: 5", 3, "tenant_x1", "", "no such variable", "another prefix"),
    Wrong("misspelt prefix", "tennant_queues: []", 3, "tennant_queues", "", "misspelt", "Did you mean tenant_queues?"),
    Wrong("plural prefix", "tenants_queues: []", 3, "tenants_queues", "", "misspelt", "Did you mean tenant_queues?"),
    Wrong(
        "unknown key in a map",
        "tenant_settings:\n  allowed_user: 5",
        4,
        "tenant_settings.allowed_user",
        "",
        "no such key",
        "Did you mean allowed_users?",
    ),
    Wrong(
        "unknown key like no other",
        "tenant_login_rules:\n  zzz: 5",
        4,
        "tenant_login_rules.zzz",
        "",
        "no such key",
        "The keys here are domains, whitelist",
    ),
    Wrong(
        "unknown key in a list",
        "tenant_queues:\n  - name: default\n    tag: [a]",
        5,
        "tenant_queues[0].tag",
        "",
        "no such key",
        "Did you mean tags?",
    ),
    Wrong(
        "text for a number",
        "tenant_settings:\n  allowed_users: fifty",
        4,
        "tenant_settings.allowed_users",
        "'fifty'",
        "it is text, and has to be a whole number",
        "Write a whole number",
    ),
    Wrong(
        "number in quotes",
        'tenant_settings:\n  allowed_users: "50"',
        4,
        "tenant_settings.allowed_users",
        "'50'",
        "it is text",
        "Take the quotes away",
    ),
    Wrong(
        "fraction for a whole number",
        "tenant_settings:\n  allowed_users: 1.5",
        4,
        "tenant_settings.allowed_users",
        "1.5",
        "it is a number, and has to be a whole number",
        "Write a whole number",
    ),
    Wrong(
        "negative number",
        "tenant_settings:\n  allowed_users: -1",
        4,
        "tenant_settings.allowed_users",
        "-1",
        "it has to be at least 0",
        "greater",
    ),
    Wrong(
        "number for text",
        "tenant_queues:\n  - name: 2024",
        4,
        "tenant_queues[0].name",
        "2024",
        "it is a whole number, and has to be text",
        "Put it in quotes",
    ),
    Wrong(
        "boolean for text",
        "tenant_queues:\n  - name: yes",
        4,
        "tenant_queues[0].name",
        "true",
        "it is true or false, and has to be text",
        "Put it in quotes",
    ),
    Wrong(
        "date for text",
        "tenant_queues:\n  - name: 2024-01-31",
        4,
        "tenant_queues[0].name",
        "2024-01-31",
        "it is a date, and has to be text",
        "Put it in quotes",
    ),
    Wrong(
        "text for a boolean",
        'tenant_settings:\n  allow_service_user_admins: "maybe"',
        4,
        "tenant_settings.allow_service_user_admins",
        "'maybe'",
        "it is text, and has to be true or false",
        "Write true or false",
    ),
    Wrong(
        "text for a list",
        "tenant_login_rules:\n  domains: acme.example",
        4,
        "tenant_login_rules.domains",
        "'acme.example'",
        "it is text, and has to be a list",
        "even of one",
    ),
    Wrong(
        "map for a list",
        "tenant_queues:\n  name: default",
        3,
        "tenant_queues",
        "",
        "it is a map, and has to be a list",
        "list",
    ),
    Wrong("nothing for a list", "tenant_queues:", 3, "tenant_queues", "", "it is empty", "take the key out"),
    Wrong(
        "text for a map",
        "tenant_queues:\n  - default",
        4,
        "tenant_queues[0]",
        "'default'",
        "has to be a map",
        "Write a map",
    ),
    Wrong(
        "misspelt choice",
        "tenant_users:\n  - email: ann@acme.example\n    name: Ann\n    role: amdin",
        6,
        "tenant_users[0].role",
        "'amdin'",
        "one of admin, user, consumer",
        "Did you mean admin?",
    ),
    Wrong(
        "unknown feature",
        "tenant_settings:\n  features: [queues, flying]",
        4,
        "tenant_settings.features[1]",
        "'flying'",
        "it has to be one of user_management",
        "Choose one",
    ),
    Wrong(
        "unknown state", "tenant_state: deleted", 3, "tenant_state", "'deleted'", "one of present, absent", "Choose one"
    ),
    Wrong(
        "short name",
        "tenant_queues:\n  - name: q1",
        4,
        "tenant_queues[0].name",
        "'q1'",
        "shorter than 3",
        "Make it longer",
    ),
    Wrong(
        "space around a name",
        'tenant_queues:\n  - name: "default "',
        4,
        "tenant_queues[0].name",
        "'default '",
        "no space around it",
        "Correct it",
    ),
    Wrong(
        "no address",
        "tenant_users:\n  - email: ann\n    name: Ann",
        4,
        "tenant_users[0].email",
        "'ann'",
        "an address such as ann@example.com",
        "Correct it",
    ),
    Wrong(
        "domain with @",
        "tenant_login_rules:\n  domains:\n    - '@acme.example'",
        5,
        "tenant_login_rules.domains[0]",
        "'@acme.example'",
        "without @ or *",
        "Correct it",
    ),
    Wrong(
        "user without a name",
        "tenant_users:\n  - email: ann@acme.example",
        4,
        "tenant_users[0].name",
        "",
        "it is missing",
        "Add it",
    ),
    Wrong("queue without a name", "tenant_queues:\n  - tags: [a]", 4, "tenant_queues[0].name", "", "missing", "Add it"),
    Wrong(
        "key pair without a file",
        "tenant_credentials:\n  - label: nightly",
        4,
        "tenant_credentials[0].file",
        "",
        "missing",
        "Add it",
    ),
    Wrong(
        "domain twice",
        "tenant_login_rules:\n  domains: [a.example, a.example]",
        4,
        "tenant_login_rules.domains",
        "",
        "a.example is in it more than once",
        "Keep one",
    ),
    Wrong(
        "queue twice",
        "tenant_queues:\n  - name: gpu\n  - name: gpu",
        5,
        "tenant_queues[1].name",
        "'gpu'",
        "tenant_queues[0].name has the same queue name",
        "Keep one",
    ),
    Wrong(
        "address twice, with capitals",
        "tenant_users:\n  - {email: ann@acme.example, name: Ann}\n  - {email: Ann@acme.example, name: Ann}",
        5,
        "tenant_users[1].email",
        "'Ann@acme.example'",
        "tenant_users[0].email has the same address",
        "Keep one",
    ),
    Wrong(
        "admin among the users",
        "tenant_users:\n  - {email: admin@acme.invalid, name: Admin}",
        4,
        "tenant_users[0].email",
        "'admin@acme.invalid'",
        "tenant_admin has the same address",
        "Keep one",
    ),
    Wrong(
        "label twice",
        "tenant_credentials:\n  - {label: nightly, file: a}\n  - {label: nightly, file: b}",
        5,
        "tenant_credentials[1].label",
        "'nightly'",
        "tenant_credentials[0].label has the same label",
        "Keep one",
    ),
    *(
        Wrong(
            f"{kind} twice",
            f"tenant_{section}:\n  - {{name: one two, {more}}}\n  - {{name: one two, {more}}}",
            5,
            f"tenant_{section}[1].name",
            "'one two'",
            f"tenant_{section}[0].name has the same {kind} name",
            "Keep one",
        )
        for section, kind, more in (
            ("service_accounts", "account", "role: user"),
            ("groups", "group", "description: x"),
            ("projects", "project", "description: x"),
            ("access_rules", "rule", "entity_type: project, access_permission: read"),
        )
    ),
    Wrong(
        "vault twice",
        "tenant_vaults:\n  - {description: aws}\n  - {description: aws}",
        5,
        "tenant_vaults[1].description",
        "'aws'",
        "tenant_vaults[0].description has the same description of a vault",
        "Keep one",
    ),
    Wrong(
        "vault of a group without the group",
        "tenant_vaults:\n  - {description: aws, scope: group}",
        4,
        "tenant_vaults[0]",
        "",
        "scope is group, and group is missing",
        "Say which group",
    ),
    Wrong(
        "vault of the organization with a user",
        "tenant_vaults:\n  - {description: aws, user: ann@acme.example}",
        4,
        "tenant_vaults[0].user",
        "'ann@acme.example'",
        "scope is organization",
        "set scope to user",
    ),
    Wrong(
        "vault in plain text",
        "tenant_vaults:\n  - {description: aws, content: 'a: 1'}",
        4,
        "tenant_vaults[0].content",
        "",
        "plain text",
        "",
    ),
    Wrong(
        "member who is declared absent",
        "tenant_users:\n  - {email: ann@acme.example, state: absent}\ntenant_groups:\n"
        "  - {name: team, users: [bob@acme.example, ann@acme.example]}",
        6,
        "tenant_groups[0].users[1]",
        "'ann@acme.example'",
        "tenant_users[0] declares it absent",
        "Take it out here",
    ),
    Wrong(
        "rule about a queue that is declared absent",
        "tenant_queues:\n  - {name: gpu, state: absent}\ntenant_access_rules:\n"
        "  - {name: rule, entity_type: queue, entity: gpu, access_permission: read}",
        6,
        "tenant_access_rules[0].entity",
        "'gpu'",
        "tenant_queues[0] declares it absent",
        "Take it out here",
    ),
    Wrong(
        "rule without its kind",
        "tenant_access_rules:\n  - {name: rule, access_permission: read}",
        4,
        "tenant_access_rules[0].entity_type",
        "",
        "missing",
        "",
    ),
    Wrong(
        "feature wanted and denied",
        "tenant_settings:\n  features: [queues]\n  exclude_features: [queues]",
        5,
        "tenant_settings.exclude_features[0]",
        "'queues'",
        "in tenant_settings.features too",
        "one of them",
    ),
    Wrong("not built yet", "tenant_policies: []", 3, "tenant_policies", "", "not yet supported", "later version"),
    Wrong(
        "gateway without an agent",
        "tenant_agent: {enabled: false}\ntenant_gateway: {host_name: acme.example.com}",
        4,
        "tenant_gateway",
        "",
        "the tenant has none",
        "Enable tenant_agent",
    ),
    Wrong(
        "gateway that nobody reaches",
        "tenant_gateway: {service_type: NodePort}",
        3,
        "tenant_gateway",
        "",
        "nobody would reach the gateway",
        "Give host_name",
    ),
    Wrong(
        "gateway of a service account that goes",
        "tenant_service_accounts:\n  - {name: gates, state: absent}\n"
        "tenant_gateway: {host_name: acme.example.com, service_account: gates}",
        5,
        "tenant_gateway.service_account",
        "'gates'",
        "tenant_service_accounts[0] declares it absent",
        "Take it out",
    ),
    Wrong(
        "agent and gateway with one label",
        "tenant_gateway: {host_name: acme.example.com, credentials_label: agent}",
        3,
        "tenant_gateway.credentials_label",
        "'agent'",
        "the agent's key pair has the same label",
        "Choose another",
    ),
    Wrong(
        "ports of a gateway the wrong way round",
        "tenant_gateway:\n  host_name: acme.example.com\n  tcp: {address: a, first_port: 31010, last_port: 31000}",
        5,
        "tenant_gateway.tcp.last_port",
        "31000",
        "below first_port, which is 31010",
        "Exchange",
    ),
    Wrong(
        "ports of a gateway beyond the node ports",
        "tenant_gateway:\n  host_name: acme.example.com\n  tcp: {address: a, first_port: 8000, last_port: 8009}",
        5,
        "tenant_gateway.tcp.first_port",
        "8000",
        "the ports would be 8000 to 8009",
        "Choose a number from 30000 to 32758",
    ),
    Wrong(
        "owners' tasks without a service account",
        "tenant_agent:\n  use_owner_token: true",
        4,
        "tenant_agent.use_owner_token",
        "",
        "only the key pair of a service account",
        "service_account",
    ),
    Wrong(
        "owners' tasks with an account that may not run them",
        "tenant_service_accounts:\n  - name: agents\ntenant_agent: {service_account: agents, use_owner_token: true}",
        5,
        "tenant_agent.use_owner_token",
        "",
        "tenant_service_accounts[0] is not allowed",
        "allow_running_as_owner",
    ),
    Wrong(
        "agent of a service account that goes",
        "tenant_service_accounts:\n  - {name: agents, state: absent}\ntenant_agent: {service_account: agents}",
        5,
        "tenant_agent.service_account",
        "'agents'",
        "tenant_service_accounts[0] declares it absent",
        "Take it out",
    ),
    Wrong(
        "sessions without a block",
        "tenant_agent:\n  sessions: {enabled: true, external_ip: 192.0.2.1, starting_port: 31000}",
        4,
        "tenant_agent.sessions",
        "",
        "max_services is missing, and sessions are enabled",
        "Give max_services",
    ),
    Wrong(
        "sessions beyond the node ports",
        "tenant_agent:\n  sessions: {enabled: true, external_ip: 192.0.2.1, starting_port: 32760, max_services: 10}",
        4,
        "tenant_agent.sessions.starting_port",
        "32760",
        "the ports would be 32761 to 32770, and Kubernetes has node ports from 30000 to 32767",
        "Choose a number from 29999 to 32757",
    ),
    Wrong(
        "undefined variable",
        'tenant_settings:\n  allowed_users: "{{ site_limit }}"',
        4,
        "tenant_settings.allowed_users",
        "'{{ site_limit }}'",
        "'site_limit' is undefined",
        "Define what it refers to",
    ),
    Wrong(
        "template that comes to something else",
        'site_limit: many\ntenant_settings:\n  allowed_users: "{{ site_limit }}"',
        5,
        "tenant_settings.allowed_users",
        "'{{ site_limit }}'",
        "it is text, and has to be a whole number",
        "Write a whole number",
    ),
    Wrong(
        "broken template",
        'tenant_admin:\n  name: "{{ 1 +"',
        4,
        "tenant_admin.name",
        "'{{ 1 +'",
        "the template cannot be resolved",
        "correct it",
    ),
    Wrong(
        "key twice",
        "tenant_admin:\n  name: Robot\n  name: Android",
        5,
        "tenant_admin.name",
        "",
        "second time, after line 4",
        "Make one",
    ),
    Wrong(
        "variable twice",
        "tenant_company: {name: Acme}",
        3,
        "tenant_company",
        "",
        "second time, after line 1",
        "Make one",
    ),
    Wrong(
        "confirmation in the file",
        "tenant_confirm_removal: acme",
        3,
        "tenant_confirm_removal",
        "",
        "for the command line only",
        "-e tenant_confirm_removal",
    ),
    Wrong("broken YAML", "tenant_admin: {name: Robot", 4, "", "", "not valid YAML", "Correct it there"),
    Wrong("tab", "tenant_admin:\n\tname: Robot", 4, "", "", "not valid YAML", "Correct it there"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_one_mistake(inventory: Inventory, wrong: Wrong) -> None:
    inventory.write("host_vars/acme.yml", ACME.lstrip() + wrong.text + "\n")
    result = inventory.validate()
    assert result["failed"] and not result["changed"]
    assert [mistake["text"] for mistake in result["mistakes"]] == [result["mistakes"][0]["text"]]
    found = result["mistakes"][0]
    assert (found["tenant"], found["file"]) == ("acme", "site/host_vars/acme.yml")
    assert (found["line"], found["path"], found["value"]) == (wrong.line, wrong.path, wrong.value)
    assert wrong.problem in found["problem"]
    assert wrong.advice in found["advice"]
    for part in (
        f"{found['file']}:{found['line']}: ",
        found["path"],
        found["value"],
        found["problem"],
        found["advice"],
    ):
        assert part in found["text"]
    assert found["text"] in result["msg"]


def test_there_are_enough() -> None:
    assert len(WRONG) >= 35
    assert len({wrong.name for wrong in WRONG}) == len(WRONG)


PLAIN_SECRETS = [
    ("tenant_idp:\n  - provider: keycloak\n    client_secret: hunter2", "tenant_idp[0].client_secret"),
    ("tenant_vaults:\n  - description: aws\n    content: 'aws: hunter2'", "tenant_vaults[0].content"),
    ("tenant_storage:\n  aws:\n    buckets:\n      - secret: hunter2", "tenant_storage.aws.buckets[0].secret"),
    ("tenant_idp:\n  - secrets:\n      pass: hunter2", "tenant_idp[0].secrets.pass"),
]


@pytest.mark.parametrize(("text", "path"), PLAIN_SECRETS)
def test_secrets_in_plain_text_are_refused_and_not_shown(inventory: Inventory, text: str, path: str) -> None:
    inventory.write("host_vars/acme.yml", ACME.lstrip() + text + "\n")
    result = inventory.validate()
    found = next(mistake for mistake in result["mistakes"] if mistake["path"] == path)
    assert "in plain text" in found["problem"] and "ansible-vault" in found["advice"]
    assert found["line"] == 2 + text[: text.index("hunter2")].count("\n") + 1
    assert "hunter2" not in str(result)


@pytest.mark.parametrize(
    "value",
    [
        '"{{ vault_secret }}"',
        "\"{{ lookup('ansible.builtin.env', 'NOT_LOOKED_UP') }}\"",
        "!vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      6162",
    ],
)
def test_references_and_vaulted_secrets_are_fine(inventory: Inventory, value: str) -> None:
    text = f"tenant_idp:\n  - provider: keycloak\n    display_name: Acme\n    client_secret: {value}\n"
    inventory.write("host_vars/acme.yml", ACME.lstrip() + text)
    assert inventory.validate()["mistakes"] == []


@pytest.mark.parametrize(
    "text",
    [
        "tenant_idp:\n  - client_secert: hunter2",
        "tenant_secret: hunter2",
        "tennant_idp: hunter2",
        "tenant_settings: {pass word: hunter2}",
        "password: hunter2\ntenant_queues: [{name: a",
        "tenant_company: {name: '{{ vault_name }}'}\nvault_name: [hunter2]",
        "tenant_queues: '{{ vault_secret | int(base=\"hunter\") }}'\nvault_secret: hunter2",
    ],
)
def test_what_may_be_a_secret_is_not_shown(inventory: Inventory, text: str) -> None:
    inventory.write("host_vars/acme.yml", text + "\n")
    result = inventory.validate()
    assert result["mistakes"] and "hunter2" not in str(result)
