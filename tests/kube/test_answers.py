# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers, compared with what a real server was seen to answer."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.kube.manifests import workload
from tests.kube.raw import Api

MAPS = "/api/v1/namespaces/default/configmaps"
APPS = "/apis/apps/v1/namespaces/default"


def failure(code: int, reason: str, message: str, **details: Any) -> dict[str, Any]:
    answer = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return {**answer, "message": message, "reason": reason, **({"details": details} if details else {}), "code": code}


def test_not_found_exists_and_conflict(api: Api) -> None:
    assert api.send("GET", f"{MAPS}/x").json() == failure(
        404, "NotFound", 'configmaps "x" not found', name="x", kind="configmaps"
    )
    found = api.create(f"{APPS}/deployments", workload("Deployment", "d"))
    assert api.send("POST", f"{APPS}/deployments", workload("Deployment", "d")).json() == failure(
        409, "AlreadyExists", 'deployments.apps "d" already exists', name="d", group="apps", kind="deployments"
    )
    found["metadata"]["resourceVersion"] = "1"
    stale = api.send("PUT", f"{APPS}/deployments/d", found).json()
    assert (stale["code"], stale["reason"]) == (409, "Conflict")
    assert stale["message"].startswith(
        'Operation cannot be fulfilled on deployments.apps "d": the object has been modified'
    )


def test_defaults_of_a_deployment(api: Api) -> None:
    spec = api.create(f"{APPS}/deployments?dryRun=All", workload("Deployment", "d", None))["spec"]
    assert spec == {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "d"}},
        "template": {
            "metadata": {"labels": {"app": "d"}},
            "spec": {
                "containers": [
                    {
                        "name": "c",
                        "image": "busybox:1",
                        "resources": {},
                        "terminationMessagePath": "/dev/termination-log",
                        "terminationMessagePolicy": "File",
                        "imagePullPolicy": "IfNotPresent",
                    }
                ],
                "restartPolicy": "Always",
                "terminationGracePeriodSeconds": 30,
                "dnsPolicy": "ClusterFirst",
                "securityContext": {},
                "schedulerName": "default-scheduler",
            },
        },
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
    }


def test_selectors_do_not_change(api: Api) -> None:
    api.create(f"{APPS}/deployments", workload("Deployment", "d"))
    patch = {"spec": {"selector": {"matchLabels": {"app": "zzz"}}}}
    answer = api.patch(f"{APPS}/deployments/d", patch).json()
    assert answer["code"] == 422
    assert answer["message"] == (
        'Deployment.apps "d" is invalid: [spec.template.metadata.labels: Invalid value: {"app":"d"}: `selector` does '
        'not match template `labels`, spec.selector: Invalid value: {"matchLabels":{"app":"zzz"}}: field is immutable]'
    )


def undecodable(kind: str, why: str) -> str:
    return f'{kind} in version "v1" cannot be handled as a {kind}: {why}'


QUANTITIES = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
NODE_PORTS = "provided port is not in the valid range. The range of valid ports is 30000-32767"
LOW_PORT = {"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]}
GO = "json: cannot unmarshal number into Go struct field ConfigMap.data.a of type string"
OPTIONS = 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["true"]: supported values: "All"'


@pytest.mark.parametrize(
    ("path", "body", "code", "message"),
    [
        ("secrets", {"data": {"k": "no!base64"}}, 400, undecodable("Secret", "illegal base64 data at input byte 2")),
        (
            "configmaps?fieldValidation=Strict",
            {"datas": {}},
            400,
            undecodable("ConfigMap", 'strict decoding error: unknown field "datas"'),
        ),
        ("configmaps", {"data": {"a": 1}}, 400, undecodable("ConfigMap", GO)),
        ("configmaps?dryRun=true", {}, 422, OPTIONS),
        (
            "services",
            {"spec": LOW_PORT},
            422,
            f'Service "x" is invalid: spec.ports[0].nodePort: Invalid value: 80: {NODE_PORTS}',
        ),
        ("pods", {"spec": {"containers": []}}, 422, 'Pod "x" is invalid: spec.containers: Required value'),
        (
            "persistentvolumeclaims",
            {"spec": {"resources": {"requests": {"storage": "lots"}}}},
            400,
            undecodable("PersistentVolumeClaim", QUANTITIES),
        ),
    ],
)
def test_what_is_refused(api: Api, path: str, body: dict[str, Any], code: int, message: str) -> None:
    answer = api.send("POST", f"/api/v1/namespaces/default/{path}", {"metadata": {"name": "x"}, **body})
    assert (answer.status_code, answer.json()["message"]) == (code, message)


def test_unknown_fields_are_dropped_with_a_warning(api: Api) -> None:
    answer = api.send("POST", MAPS, {"metadata": {"name": "x"}, "datas": {}})
    assert answer.status_code == 201 and "datas" not in answer.json()
    assert answer.headers["Warning"] == '299 - "unknown field \\"datas\\""'


def test_immutable_things(api: Api) -> None:
    secrets = "/api/v1/namespaces/default/secrets"
    api.create(secrets, {"metadata": {"name": "s"}, "immutable": True, "data": {"k": "dg=="}})
    assert "field is immutable when" in api.patch(f"{secrets}/s", {"data": {"k": "dw=="}}).json()["message"]
    assert api.patch(f"{secrets}/s", {"type": "other"}).json()["code"] == 422
    services = "/api/v1/namespaces/default/services"
    api.create(services, {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}})
    message = api.patch(f"{services}/s", {"spec": {"clusterIP": "10.96.9.9", "clusterIPs": ["10.96.9.9"]}}).json()[
        "message"
    ]
    assert (
        message == 'Service "s" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set'
    )
    claims = "/api/v1/namespaces/default/persistentvolumeclaims"
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    api.create(claims, {"metadata": {"name": "c"}, "spec": spec})
    assert api.patch(f"{claims}/c", {"spec": {"accessModes": ["ReadWriteMany"]}}).json()["code"] == 422
    assert api.patch(f"{claims}/c", {"spec": {"resources": {"requests": {"storage": "2Gi"}}}}).status_code == 200


def test_versions_and_generations(api: Api) -> None:
    api.create(f"{APPS}/deployments", workload("Deployment", "d", 0))
    labelled = api.patch(f"{APPS}/deployments/d", {"metadata": {"labels": {"a": "b"}}}).json()
    assert labelled["metadata"]["generation"] == 1
    scaled = api.patch(f"{APPS}/deployments/d", {"spec": {"paused": True}}).json()
    assert scaled["metadata"]["generation"] == 2
    again = api.patch(f"{APPS}/deployments/d", {"spec": {"paused": True}}).json()
    assert again["metadata"]["generation"] == 2
    status = api.patch(f"{APPS}/deployments/d", {"status": {"replicas": 7}}).json()
    assert status["status"].get("replicas") != 7
    scale = api.patch(f"{APPS}/deployments/d/scale", {"spec": {"replicas": 2}}).json()
    assert (scale["kind"], scale["spec"], scale["status"]["selector"]) == ("Scale", {"replicas": 2}, "app=d")


def test_what_cannot_be_done(api: Api) -> None:
    assert api.send("GET", "/apis/none.example.com/v1/things").status_code == 404
    assert api.send("POST", "/api/v1/namespaces/none/configmaps", {"metadata": {"name": "x"}}).json()["message"] == (
        'namespaces "none" not found'
    )
    assert api.send("POST", MAPS, b"<x/>", "application/xml").status_code == 415
    assert api.send("POST", MAPS, b"k8s\x00\xff").status_code == 400
    assert api.send("POST", MAPS, b"no json").status_code == 400
    assert api.send("PUT", "/api/v1/nodes").status_code == 405
    assert api.send("GET", "/api/v1/pods?fieldSelector=metadata.labels%3Dx").status_code == 400
    proxy = api.send("GET", "/api/v1/namespaces/default/services/kubernetes/proxy")
    assert (proxy.status_code, proxy.json()["reason"]) == (501, "NotImplemented")


def test_deleting(api: Api) -> None:
    made = api.create(MAPS, {"metadata": {"name": "x"}})
    wrong = {"preconditions": {"uid": "other"}}
    assert api.send("DELETE", f"{MAPS}/x", wrong).status_code == 409
    assert api.send("DELETE", f"{MAPS}/x", {"propagationPolicy": "Wrong"}).status_code == 422
    answer = api.send("DELETE", f"{MAPS}/x", {}).json()
    details = {"name": "x", "kind": "configmaps", "uid": made["metadata"]["uid"]}
    assert answer == {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
    for name in ("a", "b"):
        api.create(MAPS, {"metadata": {"name": name, "labels": {"col": "y"}}})
    removed = api.send("DELETE", f"{MAPS}?labelSelector=col%3Dy").json()
    assert [item["metadata"]["name"] for item in removed["items"]] == ["a", "b"]
    api.create(MAPS, {"metadata": {"generateName": "gen-"}})
    names = [item["metadata"]["name"] for item in api.get(f"{MAPS}?labelSelector=!col")["items"]]
    assert len(names) == 2 and names[0].startswith("gen-")


def test_a_delete_is_as_its_body_says(api: Api) -> None:
    """Parameters count only where there is none, that of a dry run too."""
    api.create(MAPS, {"metadata": {"name": "x"}})
    assert api.send("DELETE", f"{MAPS}/x", {"dryRun": ["All"]}).status_code == 200
    assert api.send("DELETE", f"{MAPS}/x?dryRun=All&propagationPolicy=Background").status_code == 200
    assert api.get(f"{MAPS}/x")
    assert api.send("DELETE", f"{MAPS}/x?dryRun=All", {"propagationPolicy": "Background"}).status_code == 200
    assert api.send("GET", f"{MAPS}/x").status_code == 404


def test_amounts_are_written_one_way(api: Api) -> None:
    """And what a container gets without asking is filled in."""
    ways = {
        "1000m": "1",
        "0.5": "500m",
        "1500m": "1500m",
        "1000": "1k",
        "20": "20",
        "0": "0",
        "0.1m": "100u",
        "1e3": "1e3",
    }
    ways |= {"1024Mi": "1Gi", "1.5Gi": "1536Mi", "1000Mi": "1000Mi", "0.5Ki": "512", "1024": "1024", "5E": "5E"}
    hard = {f"count/{number}.example.com": way for number, way in enumerate(ways)}
    quota = api.create("/api/v1/namespaces/default/resourcequotas", {"metadata": {"name": "q"}, "spec": {"hard": hard}})
    assert dict(zip(ways, quota["spec"]["hard"].values(), strict=True)) == ways
    item = {"type": "Container", "max": {"cpu": 2}, "min": {"memory": "1024Ki"}, "defaultRequest": {"cpu": 0.1}}
    limits = api.create(
        "/api/v1/namespaces/default/limitranges", {"metadata": {"name": "l"}, "spec": {"limits": [item]}}
    )
    assert limits["spec"]["limits"] == [
        {
            "type": "Container",
            "max": {"cpu": "2"},
            "min": {"memory": "1Mi"},
            "default": {"cpu": "2"},
            "defaultRequest": {"cpu": "100m", "memory": "1Mi"},
        }
    ]


def test_tables(api: Api) -> None:
    accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
    table = api.get("/api/v1/nodes", Accept=accept)
    assert [column["name"] for column in table["columnDefinitions"]][:3] == ["Name", "Status", "Roles"]
    assert table["rows"][0]["cells"][:2] == ["cpu-node-1", "Ready"]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"


def test_odd_bodies_are_no_crash(api: Api) -> None:
    path = f"{APPS}/deployments"
    for body in ([], "text", {"metadata": "x"}, {"metadata": {"name": 5}}, {"metadata": {"name": "x", "labels": []}}):
        assert api.send("POST", path, body).status_code == 400, body
    api.create(path, workload("Deployment", "d"))
    for patch in ([], {"metadata": None}, {"spec": None}, {"spec": {"template": None}}, {"spec": {"selector": "x"}}):
        for kind in ("merge-patch", "strategic-merge-patch", "json-patch"):
            assert api.patch(f"{path}/d", patch, kind).status_code in (400, 415, 422) or patch == [], (patch, kind)
    assert api.send("GET", f"{path}?limit=x").status_code == 400
    assert api.send("PATCH", f"{path}/d", b"a: [", "application/apply-patch+yaml").status_code in (400, 422)
    assert api.patch(f"{path}/d?fieldManager=x", {"apiVersion": "v1", "kind": "Pod"}, "apply-patch").status_code == 400


def test_applying_the_same_again_changes_nothing(api: Api) -> None:
    body = workload("StatefulSet", "s", 0)
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    body["spec"] |= {"serviceName": "s", "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}]}
    path = f"{APPS}/statefulsets/s?fieldManager=test"
    first = api.patch(path, body, "apply-patch")
    assert first.status_code == 201
    time.sleep(1.1)
    before = api.get(f"{APPS}/statefulsets/s")
    assert api.patch(path, body, "apply-patch").json() == before
    assert api.patch(f"{path}&dryRun=All", body, "apply-patch").json() == before
