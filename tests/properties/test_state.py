# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What clearml_state promises, whatever stands and whatever is declared."""

from __future__ import annotations

import json
import os
import typing as t

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.kinds import KINDS, Tenant
from lab.testing import RunningLab
from tests.integration.test_export import export, loaded
from tests.properties.platforms import Variables, platform, server, shuffled, there
from tests.support.modules import Modules
from tests.support.state import converge, foreseen, objects

# The gate takes few examples, always the same ones; make properties takes many, and others each time.
MANY = "CLEARML_TEST_EXAMPLES" in os.environ
examples = settings(
    max_examples=int(os.environ.get("CLEARML_TEST_EXAMPLES", "6")),
    derandomize=not MANY,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
Platform = dict[str, Variables]
NAMED = {
    "user": ("tenant_users", "email"),
    "service_account": ("tenant_service_accounts", "name"),
    "group": ("tenant_groups", "name"),
    "queue": ("tenant_queues", "name"),
    "access_rule": ("tenant_access_rules", "name"),
    "vault": ("tenant_vaults", "description"),
}


def made(lab: RunningLab, tenants: Platform) -> None:
    """A server that has these tenants, and nothing else."""
    lab.control.reset()
    done = converge(lab, tenants)
    assert done["failed_tenants"] == [], {name: one["errors"] for name, one in done["tenants"].items()}


@examples
@given(actual=platform(), desired=platform())
def test_it_gets_there_as_foreseen_and_stays(lab: RunningLab, actual: Platform, desired: Platform) -> None:
    """From any state to any other: the check run told what would be done, and a second run does nothing."""
    made(lab, actual)
    done = foreseen(lab, desired)
    assert done["failed_tenants"] == [], {name: one["errors"] for name, one in done["tenants"].items()}


@examples
@given(actual=platform(), desired=platform())
def test_pruning_removes_exactly_what_is_not_mentioned(lab: RunningLab, actual: Platform, desired: Platform) -> None:
    made(lab, actual)
    stranger = {
        (name, kind, one)
        for name in actual.keys() & desired.keys()
        for kind, (variable, key) in NAMED.items()
        if variable in desired[name]
        for one in there(actual[name].get(variable, []), key)
        if one not in [entry[key] for entry in desired[name][variable]]
    }
    done = foreseen(lab, desired, prune="delete", prune_limit=1000)
    assert done["failed_tenants"] == []
    declared_absent = {
        (name, kind, entry[key])
        for name in desired
        for kind, (variable, key) in NAMED.items()
        for entry in desired[name].get(variable, [])
        if entry.get("state") == "absent"
    }
    removed = {key for key, (action, _fields, _calls) in objects(done).items() if action == "delete"}
    assert removed - declared_absent == stranger
    assert all(one["unmentioned"] == [] for one in converge(lab, desired)["tenants"].values())


@examples
@given(data=st.data(), desired=platform())
def test_order_does_not_matter(lab: RunningLab, data: t.Any, desired: Platform) -> None:
    made(lab, desired)
    first = server(lab.control.state())
    made(lab, data.draw(shuffled(desired)))
    assert server(lab.control.state()) == first


@examples
@given(actual=platform(), desired=platform())
def test_it_equals_the_modules_one_by_one(lab: RunningLab, actual: Platform, desired: Platform) -> None:
    made(lab, actual)
    start = lab.control.state()
    converge(lab, desired)
    together = server(lab.control.state())
    lab.control.put_state(start)
    modules = Modules(lab)
    for name, variables in desired.items():
        tenant = Tenant(name, variables)
        for kind in KINDS:
            for options in kind.declared(tenant):
                inside: dict[str, t.Any] = {"company": tenant.company, "acting_user": tenant.admin}
                if kind.name == "company" or options.get("email") == tenant.admin:
                    inside = {} if kind.name == "company" else {"company": tenant.company}
                getattr(modules, kind.name)(**inside, **options)
    assert server(lab.control.state()) == together


@examples
@given(actual=platform())
def test_an_export_is_what_stands(lab: RunningLab, tmp_path_factory: pytest.TempPathFactory, actual: Platform) -> None:
    """Its files, with the secrets filled in, change nothing, and mention all that there is."""
    made(lab, actual)
    folder = tmp_path_factory.mktemp("exported")
    done = export(lab, folder, projects="all", personal_vaults=True)
    assert done["failed_tenants"] == [] and all(one["left_out"] == [] for one in done["tenants"].values())
    exported = {name: loaded(folder, name, {}) for name in done["tenants"]}
    assert exported.keys() == {f"company-{name}" for name in actual}
    for name, variables in actual.items():
        contents = {one["description"]: one.get("content") for one in variables.get("tenant_vaults", [])}
        for vault in exported[f"company-{name}"].get("tenant_vaults", []):
            vault["content"] = json.dumps(contents[vault["description"]])
    stands = foreseen(lab, exported)
    assert objects(stands) == {} and not stands["changed"]
    assert all(one["unmentioned"] == [] for one in stands["tenants"].values())


@examples
@given(desired=platform(), wrong=st.sampled_from(["tenant_groups", "tenant_queues"]))
def test_one_tenants_failure_changes_nothing_for_the_others(lab: RunningLab, desired: Platform, wrong: str) -> None:
    made(lab, desired)
    alone = server(lab.control.state())
    lab.control.reset()
    broken = {
        "tenant_company": {"name": "Broken"},
        wrong: [{"name": "x", "users": ["nobody@broken.example"]} if wrong == "tenant_groups" else {"name": " "}],
    }
    done = converge(lab, {**desired, "broken": broken})
    assert done["failed_tenants"] == ["broken"]
    found = server(lab.control.state())
    for kind, rows in alone.items():
        assert [one for one in found[kind] if "roken" not in one] == rows


@pytest.mark.parametrize("kind", sorted(NAMED))
def test_each_kind_is_drawn(kind: str) -> None:
    """A property that never sees a kind would hold of it for nothing."""
    variable, key = NAMED[kind]
    seen: set[bool] = set()

    @settings(max_examples=60, derandomize=True, database=None)
    @given(tenants=platform())
    def look(tenants: Platform) -> None:
        seen.update(bool(there(one.get(variable, []), key)) for one in tenants.values())

    look()
    assert seen == {True, False}
