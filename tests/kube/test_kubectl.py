# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real kubectl against the cluster."""

from __future__ import annotations

import json
import threading
import time

import pytest

from lab.kube.testing import RunningKube
from tests.kube.manifests import config_map, text, workload
from tests.kube.programs import Program


def test_apply_get_change_and_delete(kubectl: Program) -> None:
    objects = text(config_map(a="1"), workload("Deployment", "dep", 2))
    assert "configmap/cm created" in kubectl("apply", "-f", "-", stdin=objects)
    kubectl("wait", "deploy/dep", "--for=condition=Available", "--timeout=10s")
    assert "2/2" in kubectl("get", "deploy", "dep")
    assert 'data:\n  a: "1"' in kubectl("get", "cm", "cm", "-o", "yaml")
    assert "unchanged" in kubectl("apply", "-f", "-", stdin=objects)

    changed = text(config_map(b="2"), workload("Deployment", "dep", 1, image="busybox:2"))
    difference = kubectl.run("diff", "-f", "-", stdin=changed)
    assert difference.returncode == 1 and "+      - image: busybox:2" in difference.stdout
    assert "deployment.apps/dep configured" in kubectl("apply", "-f", "-", stdin=changed)
    assert kubectl.json("get", "cm", "cm")["data"] == {"b": "2"}
    assert "successfully rolled out" in kubectl("rollout", "status", "deploy/dep", "--timeout=10s")
    kubectl("delete", "deploy", "dep", "--cascade=foreground", "--timeout=10s")
    assert kubectl.json("get", "pods,replicasets")["items"] == []


def test_patches(kubectl: Program) -> None:
    kubectl("create", "configmap", "cm", "--from-literal=a=1")
    kubectl("patch", "cm", "cm", "--type=merge", "-p", '{"data":{"a":null,"b":"2"}}')
    kubectl("patch", "cm", "cm", "--type=json", "-p", '[{"op":"add","path":"/data/c","value":"3"}]')
    assert kubectl.json("get", "cm", "cm")["data"] == {"b": "2", "c": "3"}
    kubectl.fails("patch", "cm", "cm", "--type=json", "-p", '[{"op":"test","path":"/data/c","value":"4"}]')
    kubectl("apply", "-f", "-", stdin=text(workload("Deployment", "dep", env=[{"name": "A", "value": "1"}])))
    containers = [{"name": "c", "env": [{"name": "B", "value": "2"}]}, {"name": "d", "image": "busybox:1"}]
    kubectl("patch", "deploy", "dep", "-p", json.dumps({"spec": {"template": {"spec": {"containers": containers}}}}))
    found = kubectl.json("get", "deploy", "dep")["spec"]["template"]["spec"]["containers"]
    assert [one["name"] for one in found] == ["c", "d"]
    assert {one["name"] for one in found[0]["env"]} == {"A", "B"}
    assert found[0]["image"] == "busybox:1"


def test_labels_of_a_node(kubectl: Program) -> None:
    kubectl("label", "node", "gpu-node-1", "nvidia.com/mig.config=all-1g.10gb", "--overwrite")
    node = kubectl.json("get", "node", "gpu-node-1")
    assert node["metadata"]["labels"]["nvidia.com/mig.config"] == "all-1g.10gb"
    assert node["metadata"]["labels"]["nvidia.com/gpu.count"] == "2"
    kubectl("label", "node", "gpu-node-1", "nvidia.com/mig.config-")
    labels = kubectl.json(
        "get", "nodes", "-l", "nvidia.com/gpu.present=true", "--field-selector=metadata.name=gpu-node-1"
    )
    assert "nvidia.com/mig.config" not in labels["items"][0]["metadata"]["labels"]


def test_server_side_apply(kubectl: Program) -> None:
    apply = ("apply", "--server-side", "-f", "-")
    kubectl(*apply, "--field-manager=one", stdin=text(config_map(a="1", b="1")))
    version = kubectl.json("get", "cm", "cm")["metadata"]["resourceVersion"]
    kubectl(*apply, "--field-manager=one", stdin=text(config_map(a="1", b="1")))
    assert kubectl.json("get", "cm", "cm")["metadata"]["resourceVersion"] == version
    assert 'conflict with "one": .data.a' in kubectl.fails(*apply, "--field-manager=two", stdin=text(config_map(a="2")))
    kubectl(*apply, "--field-manager=two", "--force-conflicts", stdin=text(config_map(a="2")))
    kubectl(*apply, "--field-manager=one", stdin=text(config_map(b="1")))
    assert kubectl.json("get", "cm", "cm")["data"] == {"a": "2", "b": "1"}
    kubectl(*apply, "--field-manager=one", stdin=text(config_map()))
    assert kubectl.json("get", "cm", "cm")["data"] == {"a": "2"}


def test_dry_run_is_a_read(kubectl: Program, kube: RunningKube) -> None:
    kube.control.clear_requests()
    assert "server dry run" in kubectl("apply", "--dry-run=server", "-f", "-", stdin=text(config_map(a="1")))
    assert "NotFound" in kubectl.fails("get", "cm", "cm")
    counts = kube.control.counts()
    assert (counts["writes"], counts["dry_runs"]) == (0, 1)
    bad = text({**config_map(), "metadata": {"name": "Bad_"}})
    assert "RFC 1123" in kubectl.fails("apply", "--dry-run=server", "-f", "-", stdin=bad)


def test_secrets_and_what_the_log_shows(kubectl: Program, kube: RunningKube) -> None:
    kubectl("create", "secret", "generic", "s", "--from-literal=password=hunter2")
    kubectl(
        "apply",
        "-f",
        "-",
        stdin=json.dumps(
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "t"}, "stringData": {"key": "hunter2"}}
        ),
    )
    assert kubectl.json("get", "secret", "s")["data"] == {"password": "aHVudGVyMg=="}
    assert "already exists" in kubectl.fails("create", "secret", "generic", "s")
    log = json.dumps(kube.control.requests())
    assert "hunter2" not in log and "aHVudGVyMg" not in log and "***" in log


def test_logs_and_exec(kubectl: Program, kube: RunningKube) -> None:
    kubectl("create", "deployment", "d", "--image=busybox:1")
    kubectl("rollout", "status", "deploy/d", "--timeout=10s")
    kube.control.log("ready to serve", pod="d-*")
    assert kubectl("logs", "deploy/d") == "ready to serve\n"
    kube.control.add_script(
        r"nvidia-smi -mig 1",
        stdout="Enabled MIG Mode\n",
        sets={"mig": "on"},
        labels={"mig": "on"},
        resources={"nvidia.com/mig-1g.10gb": "7"},
    )
    kube.control.add_script(r"nvidia-smi -L", stdout="GPU 0: A100 (MIG: $mig)\n")
    kube.control.add_script(r"nvidia-smi --broken", stderr="no such option\n", exit_code=2)
    kubectl("exec", "deploy/d", "--", "nvidia-smi", "-mig", "1")
    assert kubectl("exec", "deploy/d", "--", "nvidia-smi", "-L") == "GPU 0: A100 (MIG: on)\n"
    broken = kubectl.run("exec", "deploy/d", "--", "nvidia-smi", "--broken")
    assert (broken.returncode, "no such option" in broken.stderr) == (2, True)
    assert "executable file not found" in kubectl.fails("exec", "deploy/d", "--", "unheard-of")
    assert kubectl("exec", "-i", "deploy/d", "--", "echo", "a", "b", stdin="x") == "a b\n"
    node = kubectl.json("get", "pods")["items"][0]["spec"]["nodeName"]
    found = kubectl.json("get", "node", node)
    assert found["metadata"]["labels"]["mig"] == "on"
    assert found["status"]["allocatable"]["nvidia.com/mig-1g.10gb"] == "7"


def test_namespaces_go_with_their_content(kubectl: Program) -> None:
    kubectl("create", "namespace", "n")
    held = config_map("held", a="1")
    held["metadata"]["finalizers"] = ["example.com/hold"]
    kubectl("apply", "-n", "n", "-f", "-", stdin=text(held, workload("Deployment", "d")))
    kubectl("delete", "namespace", "n", "--wait=false")
    assert kubectl.json("get", "namespace", "n")["status"]["phase"] == "Terminating"
    assert "being terminated" in kubectl.fails("create", "configmap", "late", "-n", "n")
    kubectl("patch", "cm", "held", "-n", "n", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
    kubectl("wait", "namespace/n", "--for=delete", "--timeout=10s")
    assert "NotFound" in kubectl.fails("get", "namespace", "n")


def test_watching(kubectl: Program) -> None:
    def later() -> None:
        time.sleep(0.5)
        kubectl("create", "configmap", "late", "--from-literal=a=1")

    thread = threading.Thread(target=later)
    thread.start()
    kubectl("wait", "--for=create", "cm/late", "--timeout=10s")
    thread.join()
    assert kubectl("get", "cm", "late", "-o", "jsonpath={.data.a}") == "1"


@pytest.mark.parametrize(
    "command",
    [
        "create namespace n",
        "create configmap c --from-literal=a=b",
        "create secret docker-registry r --docker-server=x --docker-username=u --docker-password=p",
        "create serviceaccount s",
        "create token default",
        "create deployment d --image=busybox:1 --port=80",
        "create job j --image=busybox:1 -- sleep 1",
        "create role r --verb=get --resource=pods",
        "create rolebinding r --role=r --serviceaccount=default:default",
        "create quota q --hard=pods=10",
        "create ingress i --rule=a.example.com/=s:80",
        "create service loadbalancer l --tcp=80:80",
        "auth can-i create pods",
        "auth whoami",
    ],
)
def test_objects_that_come_as_protobuf(newest_kubectl: Program, command: str) -> None:
    newest_kubectl(*command.split())


def test_what_is_not_there(kubectl: Program) -> None:
    kubectl("create", "deployment", "d", "--image=busybox:1")
    assert "does not implement" in kubectl.fails("port-forward", "deploy/d", "1:80", "--pod-running-timeout=10s")
    assert "doesn't have a resource type" in kubectl.fails("get", "nonsense")
    stranger = Program(kubectl.path, kubectl.env)
    assert "Unauthorized" in stranger.fails("--token=wrong", "get", "nodes")
