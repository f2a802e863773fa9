# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema agrees with itself, with the modules, with the role and with the documentation."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import jsonschema
import pytest
import yaml

from ansible_collections.clearml.enterprise.plugins.module_utils._entities import login_rules as login_rules_entity
from ansible_collections.clearml.enterprise.plugins.module_utils._entities import user as user_entity
from ansible_collections.clearml.enterprise.plugins.modules import (
    clearml_access_rule,
    clearml_company,
    clearml_credentials,
    clearml_group,
    clearml_idp,
    clearml_login_rules,
    clearml_project,
    clearml_queue,
    clearml_service_account,
    clearml_storage_settings,
    clearml_task,
    clearml_user,
    clearml_vault,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.schema import (
    SCHEMA_FILE,
    Node,
    TenantSchema,
    is_supported,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.sense import default_admin

ROOT = SCHEMA_FILE.parents[1]
ROLE = ROOT / "roles" / "tenant"
SCHEMA = TenantSchema.load()
SUPPORTED = [name for name in SCHEMA.variables if is_supported(SCHEMA.at((name,)))]
TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "array": "list", "object": "dict"}


def load(path: Path) -> t.Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def nodes(node: Node, path: tuple[str | int, ...] = ()) -> t.Iterator[tuple[tuple[str | int, ...], Node]]:
    """Every node that has a place in a tenant's variables."""
    node = SCHEMA.resolved(node)
    yield path, node
    for name, below in node.get("properties", {}).items():
        yield from nodes(below, (*path, name))
    for word, step in (("items", 0), ("additionalProperties", "*")):
        if isinstance(node.get(word), dict):
            yield from nodes(node[word], (*path, step))


def option(node: Node) -> dict[str, t.Any]:
    """A node as an argument spec has it: type, elements, choices."""
    node = SCHEMA.resolved(node)
    if "enum" in node:
        return {"type": "str", "choices": list(node["enum"])}
    spec: dict[str, t.Any] = {"type": TYPES[node["type"]]}
    if spec["type"] == "list":
        item = option(node["items"])
        spec["elements"] = item["type"]
        if "choices" in item:
            spec["choices"] = item["choices"]
    return spec


def plain(spec: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """An option as the schema can say it: a path and a JSON text are texts there."""
    return {
        key: list(value) if key == "choices" else {"json": "str", "path": "str"}.get(value, value)
        for key, value in spec.items()
        if key in ("type", "elements", "choices")
    }


def test_it_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA.root)
    assert SCHEMA.root["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_it_names_every_section() -> None:
    sections = (
        "company settings admin users service_accounts groups access_rules queues projects vaults login_rules idp "
        "storage policies namespace agent gateway quotas smoke_task credentials state"
    )
    assert set(SCHEMA.variables) == {f"tenant_{section}" for section in sections.split()}
    assert SCHEMA.root["propertyNames"]["then"]["enum"] == SCHEMA.variables


def test_every_node_has_a_type_and_every_key_a_description() -> None:
    for path, node in nodes(SCHEMA.root):
        assert "type" in node or "enum" in node, path
        if path and isinstance(path[-1], str) and path[-1] != "*":
            assert node.get("description", "").endswith("."), path
        if "properties" in node and path and node["type"] == "object":
            assert node["additionalProperties"] is False, path
            assert set(node.get("required", ())) <= set(node["properties"]), path


def test_what_is_not_supported_says_so() -> None:
    for path, node in nodes(SCHEMA.root):
        if not is_supported(node):
            assert node["description"].startswith("Not yet supported. "), path


def test_what_sounds_secret_is_secret() -> None:
    harmless = {"update_secret", "secrets", "tls_secret_name", "token_endpoint"}
    for path, node in nodes(SCHEMA.root):
        name = str(path[-1]) if path else ""
        if (
            re.search("secret|token|password|private_key|account_key|credentials_json|jwks_key", name)
            and name not in harmless
            and node.get("type") != "boolean"
        ):
            assert node.get("x-secret") is True, path
        if node.get("x-secret") is True:
            assert node["type"] == "string", path


@pytest.mark.parametrize(
    ("places", "module", "by_role"),
    [
        (
            (("tenant_company",), ("tenant_settings",)),
            clearml_company,
            {"state", "acting_user", "confirm_name", "force"},
        ),
        ((("tenant_admin",),), clearml_user, {"id", "state", "role", "internal"}),
        ((("tenant_users", 0),), clearml_user, set()),
        ((("tenant_queues", 0),), clearml_queue, set()),
        ((("tenant_login_rules",),), clearml_login_rules, set()),
        ((("tenant_idp", 0),), clearml_idp, set()),
        ((("tenant_credentials", 0),), clearml_credentials, {"store", "keep_replaced", "renew_before"}),
        ((("tenant_service_accounts", 0),), clearml_service_account, {"groups"}),
        ((("tenant_groups", 0),), clearml_group, set()),
        ((("tenant_projects", 0),), clearml_project, set()),
        ((("tenant_access_rules", 0),), clearml_access_rule, set()),
        ((("tenant_vaults", 0),), clearml_vault, set()),
        ((("tenant_storage",),), clearml_storage_settings, set()),
        ((("tenant_smoke_task",),), clearml_task, {"company", "acting_user"}),
    ],
)
def test_it_agrees_with_the_modules(
    places: tuple[tuple[str | int, ...], ...], module: t.Any, by_role: set[str]
) -> None:
    members = {name: node for place in places for name, node in SCHEMA.at(place)["properties"].items()}
    members = {
        name: node for name, node in members.items() if name not in ("file", "user") or name in module.ARGUMENT_SPEC
    }
    assert set(members) == set(module.ARGUMENT_SPEC) - by_role
    for name, node in members.items():
        assert option(node) == plain(module.ARGUMENT_SPEC[name]), name


def test_it_agrees_with_the_modules_in_a_list() -> None:
    entry = SCHEMA.at(("tenant_login_rules", "whitelist", 0))["properties"]
    spec = clearml_login_rules.ARGUMENT_SPEC["whitelist"]["options"]
    assert {name: option(node) for name, node in entry.items()} == {name: plain(one) for name, one in spec.items()}


def test_patterns_are_those_of_the_modules() -> None:
    template = r"|\{\{"  # for editors, which see templates as they are written
    assert SCHEMA.root["$defs"]["email"]["pattern"] == f"^{user_entity.EMAIL.pattern}$" + template
    domain = re.compile(SCHEMA.root["$defs"]["domain"]["pattern"])
    for text in (
        "a.example",
        "A-b.Example",
        "a",
        "-a.example",
        "a-.example",
        "*.example",
        "@a.example",
        "a..b",
        "x" * 64 + ".a",
    ):
        assert bool(domain.search(text)) == bool(login_rules_entity.HOSTNAME.fullmatch(text)), text


def test_the_role_has_the_supported_variables() -> None:
    options = load(ROLE / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
    assert [name for name in options if name in SCHEMA.variables] == SUPPORTED
    for name in SUPPORTED:
        compare(options[name], SCHEMA.at((name,)), name)


def compare(spec: dict[str, t.Any], node: Node, place: str) -> None:
    """An option of the role, and all below it, is what the schema says."""
    assert plain(spec) == option(node), place
    assert spec["description"] == node["description"], place
    inner = SCHEMA.child(node, 0) if node.get("type") == "array" else node
    members = inner.get("properties", {})
    assert set(spec.get("options", {})) == set(members), place
    for name, below in members.items():
        one = spec["options"][name]
        assert one.get("required", False) == (name in inner.get("required", ())), f"{place}.{name}"
        compare(one, SCHEMA.resolved(below), f"{place}.{name}")


def test_the_roles_defaults_are_those_of_its_options() -> None:
    specs = load(ROLE / "meta" / "argument_specs.yml")["argument_specs"]
    defaults = load(ROLE / "defaults" / "main.yml")
    for entry in ("main", "absent"):
        options = specs[entry]["options"]
        assert {name: one.get("default") for name, one in options.items() if not one.get("required")} == {
            name: value for name, value in defaults.items() if name in options
        }
    assert set(defaults) | {"tenant_company"} == set(specs["main"]["options"])


def test_the_admin_has_the_same_address_everywhere() -> None:
    variables = load(ROLE / "vars" / "main.yml")
    assert default_admin("x") == "admin@x.invalid"
    assert "'admin@' ~ inventory_hostname ~ '.invalid'" in variables["_tenant_admin_email"]


def test_the_example_shows_every_supported_key() -> None:
    text = (ROOT / "inventories" / "example" / "host_vars" / "acme.yml").read_text(encoding="utf-8")
    missing = []
    for path, _node in nodes(SCHEMA.root):
        shown = path and path[0] in SUPPORTED and isinstance(path[-1], str) and path[-1] not in ("*", "access_key")
        if shown and not re.search(rf"^[\s#-]*{path[-1]}:|[{{ ]{path[-1]}:", text, re.MULTILINE):
            missing.append(path)
    assert missing == []


def test_the_documentation_names_every_variable() -> None:
    text = (ROOT / "docs" / "tenant-files.md").read_text(encoding="utf-8")
    assert [name for name in SCHEMA.variables if f"`{name}`" not in text] == []


@pytest.mark.parametrize(
    "file", sorted((ROOT / "inventories").glob("*/*_vars/**/*.yml")), ids=lambda file: str(file.name)
)
def test_modelines_point_to_the_schema(file: Path) -> None:
    head = file.read_text(encoding="utf-8").splitlines()[0]
    variables = load(file) or {}
    if any(name.startswith("tenant_") for name in variables):
        prefix = "# yaml-language-server: $schema="
        assert head.startswith(prefix)
        assert (file.parent / head[len(prefix) :]).resolve() == SCHEMA_FILE.resolve()
        jsonschema.Draft202012Validator(SCHEMA.root).validate(variables)
