# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bringing many tenants into their state in the test's own process, as the action plugin of clearml_state does."""

from __future__ import annotations

import copy
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.kinds import Tenant
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.platform import Platform, Wishes
from lab.testing import RunningLab

Variables = t.Mapping[str, t.Any]
Result = dict[str, t.Any]


def converge(
    lab: RunningLab,
    tenants: t.Mapping[str, Variables],
    *,
    check: bool = False,
    broken: t.Mapping[str, str] | None = None,
    **wishes: t.Any,
) -> Result:
    """The result of clearml_state for tenants with these variables, by name."""
    connection = Connection(lab.url, lab.system_key, lab.system_secret)
    platform = Platform(Client.connect(connection, read_only=check), Wishes(**wishes))
    declared = [Tenant(name, copy.deepcopy(dict(variables))) for name, variables in tenants.items()]
    platform.converge(declared, broken or {})
    warnings = [text for state in platform.states.values() for text in state.warnings]
    return {**platform.describe(broken or {}), "refusal": platform.refusal, "warnings": warnings}


def foreseen(lab: RunningLab, tenants: t.Mapping[str, Variables], **wishes: t.Any) -> Result:
    """A check run that writes nothing, then the run that does what it said, then one that has nothing to do."""
    before = lab.control.writes()
    expected = converge(lab, tenants, check=True, **wishes)
    assert lab.control.writes() == before, "a check run wrote something"
    done = converge(lab, tenants, **wishes)
    assert objects(expected) == objects(done)
    assert expected["changed"] == done["changed"]
    before = lab.control.writes()
    again = converge(lab, tenants, **wishes)
    assert objects(again) == {} and not again["changed"], objects(again)
    assert lab.control.writes() == before
    return done


def objects(result: Result) -> dict[tuple[str, str, str], t.Any]:
    """What was done to which object, or would be done."""
    return {
        (tenant, item["kind"], item["name"]): (item["action"], item["fields"], item["calls"])
        for tenant, state in result["tenants"].items()
        for item in state["objects"]
    }
