# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches and field ownership, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from lab.kube.model.kinds import Kinds
from lab.kube.objects.apply import apply
from lab.kube.objects.field_sets import fields_of, from_fields_v1, to_fields_v1
from lab.kube.objects.json_patch import PatchError, json_patch, merge_patch
from lab.kube.objects.strategic_merge import strategic_merge
from lab.kube.wire.errors import ApiError

KINDS = Kinds()
DEPLOYMENT = KINDS.find("apps", "v1", "deployments")
SERVICE = KINDS.find("", "v1", "services")
assert DEPLOYMENT is not None and SERVICE is not None


def containers(*found: dict[str, Any]) -> dict[str, Any]:
    spec = {"template": {"spec": {"containers": list(found)}}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec}


def names(document: dict[str, Any]) -> list[str]:
    return [one["name"] for one in document["spec"]["template"]["spec"]["containers"]]


def test_merge_patch() -> None:
    assert merge_patch({"a": {"b": 1, "c": 2}}, {"a": {"b": None, "d": [1]}}) == {"a": {"c": 2, "d": [1]}}


@pytest.mark.parametrize(
    ("operation", "result"),
    [
        ({"op": "add", "path": "/l/-", "value": 3}, {"l": [1, 2, 3], "m": {"a/b": 1}}),
        ({"op": "add", "path": "/l/0", "value": 0}, {"l": [0, 1, 2], "m": {"a/b": 1}}),
        ({"op": "remove", "path": "/m/a~1b"}, {"l": [1, 2], "m": {}}),
        ({"op": "replace", "path": "/l", "value": []}, {"l": [], "m": {"a/b": 1}}),
        ({"op": "move", "from": "/l/0", "path": "/x"}, {"l": [2], "m": {"a/b": 1}, "x": 1}),
    ],
)
def test_json_patch(operation: dict[str, Any], result: dict[str, Any]) -> None:
    assert json_patch({"l": [1, 2], "m": {"a/b": 1}}, [operation]) == result


@pytest.mark.parametrize("path", ["/none/a", "/l/7", "l"])
def test_json_patches_that_do_not_fit(path: str) -> None:
    with pytest.raises(PatchError):
        json_patch({"l": [1]}, [{"op": "replace", "path": path, "value": 1}])


def test_strategic_merge_by_key_with_deletion_and_order() -> None:
    assert DEPLOYMENT is not None
    live = containers({"name": "a", "image": "1"}, {"name": "b", "image": "1"})
    patch = containers({"name": "c", "image": "1"}, {"name": "a", "image": "2"}, {"name": "b", "$patch": "delete"})
    patch["spec"]["template"]["spec"]["$setElementOrder/containers"] = [{"name": "c"}, {"name": "a"}]
    merged = strategic_merge(live, patch, DEPLOYMENT.schema)
    assert names(merged) == ["c", "a"]
    assert merged["spec"]["template"]["spec"]["containers"][1] == {"name": "a", "image": "2"}


def test_fields_survive_their_written_form() -> None:
    assert SERVICE is not None
    service = {"metadata": {"labels": {"a": "b"}}, "spec": {"ports": [{"port": 80, "protocol": "TCP", "name": "x"}]}}
    fields = fields_of(service, SERVICE.schema)
    assert ("f:spec", "f:ports", 'k:{"port":80,"protocol":"TCP"}', "f:name") in fields
    assert from_fields_v1(to_fields_v1(fields)) == fields


def test_apply_adds_removes_and_refuses() -> None:
    assert DEPLOYMENT is not None
    first = apply(DEPLOYMENT, None, containers({"name": "a", "image": "1"}, {"name": "b", "image": "1"}), "one", False)
    second = apply(DEPLOYMENT, first, containers({"name": "c", "image": "1"}), "two", False)
    assert sorted(names(second)) == ["a", "b", "c"]
    third = apply(DEPLOYMENT, second, containers({"name": "a", "image": "1"}), "one", False)
    assert sorted(names(third)) == ["a", "c"]
    with pytest.raises(ApiError) as refused:
        apply(DEPLOYMENT, third, containers({"name": "a", "image": "2"}), "two", False)
    assert 'conflict with "one": .spec.template.spec.containers[name="a"].image' in refused.value.message
    forced = apply(DEPLOYMENT, third, containers({"name": "a", "image": "2"}), "two", True)
    assert {one["manager"] for one in forced["metadata"]["managedFields"]} == {"one", "two"}
    assert sorted(names(forced)) == ["a"]
