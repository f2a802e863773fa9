# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A site that stands, as the people see it for whom it was built."""

from __future__ import annotations

import requests

from lab.kube.documents import dig
from tests.integration.site.conftest import AGENT, Hands
from tests.kube.server_release import Client
from tests.support.cluster import Json
from tests.support.gpu_nodes import wait_until
from tests.support.network import OUTSIDE, Network, container_port, is_up, stranger

COMPANIES = {"acme": "Acme Inc", "globex": "Globex"}
SESSIONS = 10022


def caller(hands: Hands, secret: str, namespace: str, key: str, word: str) -> Client:
    """Whoever has the key pair of a Secret."""
    pair = hands.secret(secret, namespace)
    return Client(hands.platform.api_url, (pair[key], pair[word]))


def agent(hands: Hands, tenant: str) -> Client:
    """A tenant's agent."""
    return caller(hands, "clearml-agent-credentials", tenant, "agentk8sglue_key", "agentk8sglue_secret")


def running(hands: Hands, namespace: str) -> list[Json]:
    """The pods of a namespace, as soon as all of them run; those of before may still be on their way out."""
    wait_until(lambda: all(is_up(one) for one in Network(hands.kube).pods(namespace)))
    return Network(hands.kube).pods(namespace)


def test_the_server_is_there_for_people_and_for_the_supervisor(standing: Hands) -> None:
    """Every pod is ready, each name leads to its own server, the API answers, and the pair that was made signs in."""
    assert len(running(standing, "clearml")) == 7
    network = Network(standing.kube)
    for host, container in (("api", "apiserver"), ("app", "webserver"), ("files", "fileserver")):
        (pod,) = network.led_to(f"{host}.clearml.lab")
        assert pod["spec"]["containers"][0]["name"] == f"clearml-{container}"
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(f"{standing.platform.api_url}/debug.ping", timeout=10).status_code == 200

    supervisor = caller(standing, "clearml-supervisor", "clearml", "access_key", "secret_key")
    listed = {one["name"] for one in supervisor.get("system.get_companies")["companies"]}
    assert listed >= set(COMPANIES.values()), "it sees all tenants"
    nobody = Client(standing.platform.api_url, ("ROOTKEY", "root-secret"))
    assert nobody.send("system.get_companies").status_code == 401


def worked_off(hands: Hands, tenant: str, own: Client, queue: str) -> str:
    """Who did the work of a task that was put into a queue, in a pod of the tenant's namespace."""
    task = own.get("tasks.create", name="of the guide", type="testing")["id"]
    own.get("tasks.enqueue", task=task, queue=queue)
    wait_until(lambda: own.get("tasks.get_by_id", task=task)["task"]["status"] == "completed")
    worker: str = own.get("tasks.get_by_id", task=task)["task"]["last_worker"]
    assert f"clearml-id-{task}" in {one["metadata"]["name"] for one in Network(hands.kube).pods(tenant)}
    own.get("tasks.delete", task=task, force=True)
    return worker


def offer_what_is_asked_for(hands: Hands, queues: Json) -> None:
    """A node with one of each part of a GPU that queues have: GPUs are none of this site's."""
    limits = [dig(one, "templateOverrides", "resources", "limits", default={}) for one in queues.values()]
    offered = {name: "1" for each in limits for name in each}
    hands.cluster.patch("/api/v1/nodes/gpu-node-2/status", {"status": {"allocatable": offered}})


def test_an_agent_works_off_all_of_its_queues(standing: Hands) -> None:
    """It is ready and registered under its tenant, by whose own key pair a task of each queue gets done."""
    for tenant in COMPANIES:
        own = agent(standing, tenant)
        wait_until(lambda own=own: len(own.get("workers.get_all")["workers"]) == 1)
        (worker,) = own.get("workers.get_all")["workers"]
        assert worker["id"] in {f"k8s:{one['metadata']['name']}" for one in running(standing, tenant)}
        queues = {one["name"]: one["id"] for one in own.get("queues.get_all")["queues"]}
        served = {one["id"] for one in worker["queues"]}
        declared = standing.release(AGENT, tenant)["config"]["agentk8sglue"]["queues"]
        assert {queues[name] for name in declared} == served and "default" in declared
        offer_what_is_asked_for(standing, declared)
        assert {worked_off(standing, tenant, own, queues[name]) for name in declared} == {worker["id"]}


def test_tenants_do_not_reach_each_other(standing: Hands) -> None:
    """Nor does anybody else, but for the ingress controller, and people in sessions where a tenant has them."""
    network = Network(standing.kube)
    acme, globex = stranger("acme", app="task"), stranger("globex", app="task")
    for port in (8888, SESSIONS):
        for source in (globex, stranger("ingress-nginx")):
            assert network.admits(source, globex, port)
        for source in (acme, stranger("clearml"), stranger("default"), OUTSIDE):
            assert not network.admits(source, globex, port)
    assert network.admits(OUTSIDE, acme, SESSIONS) and not network.admits(OUTSIDE, acme, 8888)
    (apiserver,) = network.led_to("api.clearml.lab")
    assert network.admits(acme, apiserver, container_port(apiserver)), "agents reach the API"


def test_a_tenants_pairs_open_its_own_company_only(standing: Hands) -> None:
    """The agent's, which is a Secret, and the one that a file was written for."""
    for tenant, company in COMPANIES.items():
        file = standing.site.keys / f"{tenant}-nightly.env"
        pair = dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines())
        nightly = pair["CLEARML_API_ACCESS_KEY"], pair["CLEARML_API_SECRET_KEY"]
        for own in (agent(standing, tenant), Client(standing.platform.api_url, nightly)):
            assert own.get("users.get_current_user")["user"]["company"]["name"] == company
            assert own.send("system.get_companies").status_code == 403


def test_every_pod_has_a_login_for_its_image(standing: Hands) -> None:
    """In its own namespace, where it has to be."""
    for namespace in ("clearml", *COMPANIES):
        secrets = {one["metadata"]["name"]: one["type"] for one in standing.objects("secrets", namespace)}
        for pod in running(standing, namespace):
            names = [one["name"] for one in pod["spec"].get("imagePullSecrets") or ()]
            assert [secrets[name] for name in names] == ["kubernetes.io/dockerconfigjson"], pod["metadata"]["name"]


def modes(hands: Hands) -> tuple[bool, bool]:
    """Whether people of the server's own settings may sign in, and whether each tenant has a page for that."""
    root = caller(hands, "clearml-conf", "clearml", "apiserver_key", "apiserver_secret")
    shown = root.get("login.supported_modes")
    return shown["basic"]["enabled"], shown["tenant_login"]


def test_people_of_a_fixed_list_may_sign_in(standing: Hands) -> None:
    """As long as the site has a list."""
    people = [{"username": "jane", "password": "not-to-be-seen-4711", "name": "Jane Doe"}]
    site = {"clearml_server_fixed_users": people, "clearml_server_sso": {"tenant_login": True}}
    assert modes(standing) == (False, False)
    standing.settle("cluster", "--tags", "server", **site)
    assert modes(standing) == (True, True)
    kept = standing.secret("clearml-server-settings", "clearml")
    assert "jane" in str(kept) and "not-to-be-seen-4711" not in str(kept), "a hash of it"
    standing.change("cluster", "--tags", "server")
    assert modes(standing) == (False, False)
