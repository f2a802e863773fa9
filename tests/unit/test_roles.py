# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every role says the same in its defaults, its argument specs and its README."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())


def load(role: str, path: str) -> t.Any:
    return yaml.safe_load((ROOT / "roles" / role / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("role", ROLES)
def test_options_and_defaults_are_the_same_variables(role: str) -> None:
    """A default that is a template cannot stand in the specs; every other one does, with the same value."""
    options = load(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    defaults = load(role, "defaults/main.yml") or {}
    assert set(defaults) == {name for name, one in options.items() if not one.get("required")}
    plain = {name: value for name, value in defaults.items() if "{{" not in str(value)}
    assert {name: options[name].get("default") for name in plain} == plain
    assert [name for name in set(defaults) - set(plain) if "default" in options[name]] == []


@pytest.mark.parametrize("role", ROLES)
def test_variables_have_the_roles_prefix(role: str) -> None:
    """Also those that only the role itself sees."""
    names = [*load(role, "defaults/main.yml"), *((load(role, "vars/main.yml") or {}) if has_vars(role) else {})]
    assert [name for name in names if not re.match(rf"_?{role}_", name)] == []


def has_vars(role: str) -> bool:
    return (ROOT / "roles" / role / "vars" / "main.yml").exists()


@pytest.mark.parametrize("role", ROLES)
def test_secrets_are_marked(role: str) -> None:
    """An option that sounds secret is no_log, so that the validation of arguments does not print it."""
    options = load(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    for name, one in options.items():
        if re.search(r"(password|token|_secrets|secret_settings|_pair)$", name) and one["type"] != "bool":
            assert one.get("no_log") is True, name


@pytest.mark.parametrize("role", ROLES)
def test_the_readme_names_the_role(role: str) -> None:
    text = (ROOT / "roles" / role / "README.md").read_text(encoding="utf-8")
    assert f"# {role}\n" in text
    assert f"ansible-doc -t role clearml.enterprise.{role}" in text


def test_the_packagings_are_called_the_same_everywhere() -> None:
    """Roles stand alone, so that each has the table; the playbooks have to know the names before."""
    server = load("clearml_server", "vars/main.yml")["_clearml_server_packagings"]
    agent = load("agent", "vars/main.yml")["_agent_packagings"]
    text = (ROOT / "playbooks" / "vars" / "site.yml").read_text(encoding="utf-8")
    sources = yaml.safe_load(text)["clearml_site_chart_sources"]
    assert set(server) == set(agent) == set(sources)
    for packaging, source in sources.items():
        assert server[packaging]["source"] == agent[packaging]["source"] == source
        for table in (server, agent):
            assert f"'{table[packaging]['release']}'" in text


def test_tenants_may_name_the_models_that_the_agent_knows() -> None:
    schema = yaml.safe_load((ROOT / "schemas" / "tenant.schema.json").read_text(encoding="utf-8"))
    known = load("agent", "vars/main.yml")["_agent_gpu_models"]
    assert schema["properties"]["tenant_agent"]["properties"]["gpu_model"]["enum"] == list(known)
