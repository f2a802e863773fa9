# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A manifest compared with what the cluster made of it."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube
from ansible_collections.clearml.enterprise.plugins.module_utils._manifest import amount, documents, live_differences


class Fake(Kube):
    """A cluster that has one object, or none."""

    def __init__(self, live: dict[str, t.Any] | None) -> None:
        self.live = live

    def find(self, api_version: str, kind: str, name: str, namespace: str = "") -> dict[str, t.Any] | None:
        return self.live


def compare(wanted: str, live: dict[str, t.Any] | None, kind: str = "Deployment") -> list[tuple[t.Any, ...]]:
    manifest = f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: x}}\n{wanted}"
    whole = None if live is None else {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x", "uid": "1"}, **live}
    return [(one.path, one.before, one.after) for one in live_differences(Fake(whole), manifest, "space")]


@pytest.mark.parametrize(
    ("wanted", "live"),
    [
        ("spec: {replicas: 1}", {"spec": {"replicas": 1, "paused": False}, "status": {"replicas": 0}}),
        (
            "spec: {a: {requests: {cpu: 1000m, memory: 1Gi}}}",
            {"spec": {"a": {"requests": {"cpu": "1", "memory": "1024Mi"}}}},
        ),
        ("spec: {a: {limits: {cpu: 0.5}}}", {"spec": {"a": {"limits": {"cpu": "500m"}}}}),
        ("spec: {clusterIP: '', hostNetwork: false, n: 0}", {"spec": {"clusterIP": "10.0.0.1"}}),
        ("spec: {a: null, b: {}, c: []}", {"spec": {"a": 1, "c": [1]}}),
        ("spec: {mode: 0644, date: 2020-01-01}", {"spec": {"mode": 420, "date": "2020-01-01"}}),
        ("spec: {env: [{name: B, value: b}]}", {"spec": {"env": [{"name": "A"}, {"name": "B", "value": "b", "x": 1}]}}),
        ("spec: {ports: [{port: 80}]}", {"spec": {"ports": [{"port": 80, "protocol": "TCP", "nodePort": 31000}]}}),
    ],
)
def test_what_is_the_same(wanted: str, live: dict[str, t.Any]) -> None:
    assert compare(wanted, live) == []


@pytest.mark.parametrize(
    ("wanted", "live", "path", "before", "after"),
    [
        ("spec: {replicas: 1}", {"spec": {"replicas": 2}}, "spec.replicas", 2, 1),
        ("spec: {args: [a, b]}", {"spec": {"args": ["a"]}}, "spec.args", ["a"], ["a", "b"]),
        ("spec: {args: [a]}", {"spec": {"args": ["b"]}}, "spec.args[0]", "b", "a"),
        ("spec: {env: [{name: A}]}", {"spec": {"env": []}}, "spec.env[0]", None, {"name": "A"}),
        ("spec: {a: {limits: {cpu: 1}}}", {"spec": {"a": {"limits": {"cpu": "2"}}}}, "spec.a.limits.cpu", "2", 1),
        ("spec: {a: {b: c}}", {"spec": {"a": {}}}, "spec.a.b", None, "c"),
        (
            "spec: {env: [{name: MY_KEY, value: wanted}]}",
            {"spec": {"env": [{"name": "MY_KEY", "value": "live"}]}},
            "spec.env[0].value",
            "********",
            "********",
        ),
    ],
)
def test_what_differs(wanted: str, live: dict[str, t.Any], path: str, before: t.Any, after: t.Any) -> None:
    assert compare(wanted, live) == [(f"Deployment x: {path}", before, after)]


def test_a_missing_object() -> None:
    assert compare("spec: {}", None) == [("Deployment x", None, "present")]


def test_secrets_are_compared_in_clear_and_shown_masked() -> None:
    live = {"data": {"a": "eA==", "b": "eQ=="}}
    assert compare("stringData: {a: x}\ndata: {b: eQ==}", live, "Secret") == []
    assert compare("stringData: {a: z}", live, "Secret") == [("Secret x: data.a", "********", "********")]


def test_a_claim_may_have_grown() -> None:
    live = {"spec": {"resources": {"requests": {"storage": "2Gi"}}}}
    assert compare("spec: {resources: {requests: {storage: 1Gi}}}", live, "PersistentVolumeClaim") == []


def test_lists_of_objects_and_namespaces() -> None:
    manifest = (
        "---\n# nothing\n---\nkind: List\nitems: [{metadata: {name: a}}, {metadata: {name: b, namespace: own}}]\n"
    )
    assert [one["metadata"]["namespace"] for one in documents(manifest, "space")] == ["space", "own"]


@pytest.mark.parametrize(
    ("text", "number"), [("1000m", 1), ("1Ki", 1024), ("1e3", 1000), (".5", 0.5), (2, 2), ("x", None)]
)
def test_amounts(text: t.Any, number: float | None) -> None:
    found = amount(text)
    assert (None if found is None else float(found)) == number
