# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python client against the cluster."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client, config, dynamic, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import stream

from lab.kube.testing import RunningKube
from tests.kube.manifests import config_map, workload


@pytest.fixture
def api(kube: RunningKube) -> Iterator[client.ApiClient]:
    with config.new_client_from_config(str(kube.kubeconfig)) as found:
        yield found


@pytest.fixture
def everything(api: client.ApiClient, tmp_path: Any) -> dynamic.DynamicClient:
    return dynamic.DynamicClient(api, cache_file=str(tmp_path / "discovery"))


def test_typed_objects(api: client.ApiClient) -> None:
    core = client.CoreV1Api(api)
    core.create_namespaced_config_map("default", client.V1ConfigMap(metadata={"name": "cm"}, data={"a": "1"}))
    found = core.read_namespaced_config_map("cm", "default")
    found.data["b"] = "2"
    core.replace_namespaced_config_map("cm", "default", found)
    with pytest.raises(ApiException) as stale:
        core.replace_namespaced_config_map(
            "cm", "default", {**api.sanitize_for_serialization(found), "data": {"c": "3"}}
        )
    assert (stale.value.status, stale.value.reason) == (409, "Conflict")
    core.patch_namespaced_config_map("cm", "default", {"data": {"a": None}})
    assert core.read_namespaced_config_map("cm", "default").data == {"b": "2"}
    core.delete_namespaced_config_map("cm", "default", body=client.V1DeleteOptions(grace_period_seconds=0))
    with pytest.raises(ApiException) as missing:
        core.read_namespaced_config_map("cm", "default")
    assert missing.value.status == 404


def test_pages(api: client.ApiClient) -> None:
    core = client.CoreV1Api(api)
    for number in range(5):
        core.create_namespaced_config_map("default", config_map(f"c{number}"))
    first = core.list_namespaced_config_map("default", limit=4)
    rest = core.list_namespaced_config_map("default", limit=4, _continue=first.metadata._continue)
    assert [len(first.items), len(rest.items), first.metadata.remaining_item_count] == [4, 2, 2]
    assert rest.metadata._continue is None
    with pytest.raises(ApiException) as wrong:
        core.list_namespaced_config_map("default", _continue="nonsense")
    assert wrong.value.status == 400


def test_dynamic_apply_and_wait(everything: dynamic.DynamicClient) -> None:
    deployments = everything.resources.get(api_version="apps/v1", kind="Deployment")
    body = workload("Deployment", "d")
    deployments.server_side_apply(body=body, name="d", namespace="default", field_manager="test")
    for event in deployments.watch(namespace="default", timeout=10):
        if (event["object"].status.readyReplicas or 0) == 1:
            break
    found = deployments.get(name="d", namespace="default")
    assert found.status.availableReplicas == 1
    assert [entry.manager for entry in found.metadata.managedFields] == ["test"]
    assert [item.metadata.name for item in deployments.get(namespace="default").items] == ["d"]


def test_custom_resources(everything: dynamic.DynamicClient) -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
    versions = [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}]
    names = {"plural": "gadgets", "kind": "Gadget", "singular": "gadget"}
    definitions = everything.resources.get(api_version="apiextensions.k8s.io/v1", kind="CustomResourceDefinition")
    definitions.create(
        body={
            "metadata": {"name": "gadgets.example.com"},
            "spec": {"group": "example.com", "scope": "Cluster", "names": names, "versions": versions},
        }
    )
    everything.resources.invalidate_cache()
    gadgets = everything.resources.get(api_version="example.com/v1", kind="Gadget")
    gadgets.create(body={"metadata": {"name": "g"}, "spec": {"size": 1, "unheard": 2}})
    assert gadgets.get(name="g").spec.to_dict() == {"size": 1}
    with pytest.raises(ApiException) as wrong:
        gadgets.patch(name="g", body={"spec": {"size": "x"}}, content_type="application/merge-patch+json")
    assert wrong.value.status == 422
    with pytest.raises(ApiException) as strategic:
        gadgets.patch(name="g", body={"spec": {}}, content_type="application/strategic-merge-patch+json")
    assert strategic.value.status == 415
    definitions.delete(name="gadgets.example.com")
    with contextlib.suppress(ApiException):
        for _attempt in range(50):
            definitions.get(name="gadgets.example.com")
            time.sleep(0.05)
    with pytest.raises(ApiException) as gone:
        gadgets.get(name="g")
    assert gone.value.status == 404


def test_a_watch_sees_what_a_selector_fits(api: client.ApiClient) -> None:
    core = client.CoreV1Api(api)
    seen: list[tuple[str, str]] = []

    def follow() -> None:
        events = watch.Watch().stream(
            core.list_namespaced_config_map, "default", label_selector="w=y", timeout_seconds=2
        )
        seen.extend((event["type"], event["object"].metadata.name) for event in events)

    thread = threading.Thread(target=follow)
    thread.start()
    time.sleep(0.3)
    core.create_namespaced_config_map("default", {"metadata": {"name": "a", "labels": {"w": "y"}}})
    core.create_namespaced_config_map("default", {"metadata": {"name": "b"}})
    core.patch_namespaced_config_map("a", "default", {"data": {"k": "v"}})
    core.patch_namespaced_config_map("a", "default", {"metadata": {"labels": {"w": "n"}}})
    thread.join()
    assert seen == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]


def test_a_watch_from_too_long_ago(api: client.ApiClient) -> None:
    core = client.CoreV1Api(api)
    with pytest.raises(ApiException) as expired:
        list(watch.Watch().stream(core.list_namespaced_config_map, "default", resource_version="1", timeout_seconds=2))
    assert expired.value.status == 410


def test_exec(api: client.ApiClient, kube: RunningKube) -> None:
    core = client.CoreV1Api(api)
    core.create_namespaced_pod(
        "default", {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i:1"}]}}
    )
    while core.read_namespaced_pod("p", "default").status.phase != "Running":
        time.sleep(0.02)
    kube.control.add_script("fail", stdout="some", stderr="more", exit_code=3)
    run = stream(
        core.connect_get_namespaced_pod_exec,
        "p",
        "default",
        command=["fail"],
        stdout=True,
        stderr=True,
        _preload_content=False,
    )
    run.run_forever(timeout=5)
    assert (run.read_stdout(), run.read_stderr(), run.returncode) == ("some", "more", 3)
