# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API server and the agents follow what is deployed in the cluster."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.kube import binaries
from lab.kube.environment import environment as container_environment
from lab.kube.objects.store import Store
from lab.platform.testing import RunningPlatform, running_platform
from tests.kube.programs import Program, environment
from tests.kube.raw import Api
from tests.kube.server_release import (
    APPS,
    INGRESSES,
    ROOT,
    SPACE,
    Client,
    apiserver,
    install_agent,
    install_server,
    secret,
    uninstall_server,
)

Json = dict[str, Any]
SUPERVISOR = {
    "CLEARML__secure__credentials__supervisor__role": "system",
    "CLEARML__secure__credentials__supervisor__user_key": "SUPERVISORKEY",
    "CLEARML__secure__credentials__supervisor__user_secret": "supervisor-secret",
    "CLEARML__secure__credentials__supervisor__email": '"ops@example.com"',
    "CLEARML__secure__credentials__supervisor__sec_groups": '["users", "admins", "queue_admins"]',
}
UNIQUE = {"CLEARML__apiserver__company__unique_names": "true"}
DEFAULT_COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b"


def wait_for(condition: Callable[[], Any]) -> Any:
    """What a condition answers once it is true."""
    end = time.monotonic() + 20
    while not (answer := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return answer


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningPlatform]:
    with running_platform(ready_seconds=0.05, stop_seconds=0.0) as platform:
        yield platform


@pytest.fixture
def platform(shared: RunningPlatform) -> RunningPlatform:
    shared.kube.control.reset()
    shared.control.reset()
    return shared


@pytest.fixture
def api(platform: RunningPlatform) -> Api:
    return Api(platform.kube)


@pytest.fixture
def client(platform: RunningPlatform) -> Client:
    return Client(platform.api_url)


@pytest.fixture
def kubectl(platform: RunningPlatform, tmp_path: Path) -> Program:
    return Program(binaries.kubectl(), environment(platform.kube, tmp_path))


def answers(client: Client) -> None:
    wait_for(lambda: client.send("auth.login").status_code == 200)


def crash_loops(api: Api, space: str) -> None:
    def waiting() -> bool:
        pods = api.get(SPACE.format(space) + "/pods")["items"]
        states = [one["state"] for pod in pods for one in pod["status"].get("containerStatuses", ())]
        return any(state.get("waiting", {}).get("reason") == "CrashLoopBackOff" for state in states)

    wait_for(waiting)


def change_server(api: Api, env: dict[str, str]) -> None:
    path = APPS.format("clearml") + "/deployments/r-apiserver"
    assert api.patch(path, {"spec": apiserver(env)["spec"]}).status_code == 200


def company(client: Client, name: str) -> str:
    return str(client.get("system.create_company", name=name)["id"])


def test_the_api_is_there_as_long_as_the_release(api: Api, client: Client) -> None:
    refused = client.send("auth.login")
    assert (refused.status_code, "<center>nginx</center>" in refused.text) == (503, True)
    install_server(api, {})
    answers(client)
    assert client.get("users.get_all_ex")["users"] == []
    assert Client(client._url, ("ROOTKEY", "other")).send("auth.login").status_code == 401
    assert api.send("DELETE", INGRESSES.format("clearml") + "/r").status_code == 200
    assert client.send("auth.login").status_code == 404
    assert api.send("DELETE", APPS.format("clearml") + "/deployments/r-apiserver").status_code == 200
    wait_for(lambda: client.send("auth.login").status_code == 503)


def test_it_waits_for_its_databases(platform: RunningPlatform, api: Api, client: Client, kubectl: Program) -> None:
    order = platform.kube.control.never_ready(pod="r-mongodb-*")
    install_server(api, {})
    wait_for(lambda: "waiting for r-mongodb" in kubectl.run("logs", "-n", "clearml", "deploy/r-apiserver").stdout)
    assert client.send("auth.login").status_code == 503
    platform.kube.control.clear_orders(order)
    answers(client)


def test_a_value_that_the_loader_cannot_read(api: Api, client: Client, kubectl: Program) -> None:
    email = "CLEARML__secure__credentials__supervisor__email"
    install_server(api, {**SUPERVISOR, email: "ops@example.com"})
    crash_loops(api, "clearml")
    last = kubectl("logs", "-n", "clearml", "deploy/r-apiserver").splitlines()[-1]
    assert email in last
    assert "Parse" in last
    assert "ops@" not in last
    change_server(api, SUPERVISOR)
    answers(client)


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"CLEARML__secure__credentials__x__user_key": "k"}, "secure.credentials.x.role is not set"),
        ({**SUPERVISOR, "CLEARML__secure__credentials__supervisor__role": "boss"}, "supervisor.role is none of"),
        ({"CLEARML__services__auth__default_groups__Team__features": "[]"}, "default_groups.team.id is not set"),
        ({"CLEARML__apiserver__company__unique_names": "perhaps"}, "unique_names is neither true nor false"),
    ],
)
def test_settings_that_make_no_sense(api: Api, kubectl: Program, variables: dict[str, str], complaint: str) -> None:
    install_server(api, variables)
    crash_loops(api, "clearml")
    assert complaint in kubectl("logs", "-n", "clearml", "deploy/r-apiserver")


def test_identities_come_and_go_with_the_configuration(platform: RunningPlatform, api: Api, client: Client) -> None:
    install_server(api, SUPERVISOR)
    answers(client)
    supervisor = Client(platform.api_url, ("SUPERVISORKEY", "supervisor-secret"))
    supervisor.get("system.create_company", name="acme")
    entries = {one["id"]: one for one in platform.control.state()["auth_entries"]}
    assert entries["__supervisor__"]["role"] == "system"
    assert entries["__supervisor__"]["email"] == "ops@example.com"
    assert entries["__supervisor__"]["groups"] == ["users", "admins", "queue_admins"]
    change_server(api, {})
    wait_for(lambda: supervisor.send("auth.login").status_code == 401)
    assert [one["name"] for one in client.get("system.get_companies")["companies"]] == ["clearml", "acme"]


def test_names_are_unique_if_the_configuration_says_so(api: Api, client: Client) -> None:
    install_server(api, UNIQUE)
    answers(client)
    company(client, "acme")
    assert client.send("system.create_company", name="acme").json()["meta"]["result_subcode"] == 801
    change_server(api, {"CLEARML__apiserver__company__unique_names": "false"})
    wait_for(lambda: client.send("system.create_company", name="acme").status_code == 200)


def test_groups_features_and_providers(platform: RunningPlatform, api: Api, client: Client) -> None:
    groups = "CLEARML__services__auth__default_groups__"
    install_server(
        api,
        {
            f"{groups}users__features": '["applications", "reports", "pipelines"]',
            f"{groups}Team__id": '"b9d7"',
            f"{groups}Team__features": '["queues"]',
            "CLEARML__services__organization__features__reports": "false",
            "CLEARML__secure__login__sso__oauth_client__keycloak__client_id": '"clearml"',
        },
    )
    answers(client)
    user = client.get("auth.create_user", company=DEFAULT_COMPANY, email="a@b.example", name="A", role="user")["id"]
    pair = platform.control.add_identity("person", DEFAULT_COMPANY, "user")
    person = Client(platform.api_url, (pair["access_key"], pair["secret_key"]))
    seen = person.get("users.get_current_user", get_supported_features=True)
    assert user
    assert seen["supported_features"] == ["applications", "pipelines"]
    (provider,) = platform.control.state()["provider_configurations"]
    assert (provider["key"], provider["readonly"]) == ("keycloak", True)


def test_the_data_lives_as_long_as_its_claim(api: Api, client: Client) -> None:
    install_server(api, {})
    answers(client)
    company(client, "acme")
    uninstall_server(api)
    wait_for(lambda: client.send("auth.login").status_code == 503)
    install_server(api, {})
    answers(client)
    assert [one["name"] for one in client.get("system.get_companies")["companies"]] == ["clearml", "acme"]

    uninstall_server(api, with_claim=True)
    wait_for(lambda: client.send("auth.login").status_code == 503)
    install_server(api, {})
    answers(client)
    assert [one["name"] for one in client.get("system.get_companies")["companies"]] == ["clearml"]


def test_one_platform_has_one_api(api: Api, client: Client, kubectl: Program) -> None:
    install_server(api, {})
    answers(client)
    install_server(api, {}, "other", "second")
    crash_loops(api, "other")
    assert "'r' in the namespace 'clearml'" in kubectl("logs", "-n", "other", "deploy/second-apiserver")
    assert client.send("auth.login").status_code == 200


def test_a_reset_keeps_the_server(platform: RunningPlatform, api: Api, client: Client) -> None:
    install_server(api, SUPERVISOR | UNIQUE)
    answers(client)
    company(client, "acme")
    platform.control.reset()
    assert [one["name"] for one in client.get("system.get_companies")["companies"]] == ["clearml"]
    assert Client(platform.api_url, ("SUPERVISORKEY", "supervisor-secret")).send("auth.login").status_code == 200


def ready(api: Api, space: str, name: str) -> bool:
    found = api.get(f"{APPS.format(space)}/deployments/{name}")
    return bool(found.get("status", {}).get("readyReplicas") == 1)


def workers(platform: RunningPlatform) -> list[Json]:
    found: list[Json] = platform.control.state()["workers"]
    return found


@pytest.fixture
def pair(platform: RunningPlatform, api: Api, client: Client) -> tuple[str, str]:
    """The key pair of a tenant's agent at a server that answers."""
    install_server(api, {})
    answers(client)
    tenant = company(client, "acme")
    made = platform.control.add_identity("agent", tenant, "admin")
    platform.control.clear_requests()
    return made["access_key"], made["secret_key"]


def test_an_agent_makes_its_queues_and_registers(
    platform: RunningPlatform, api: Api, client: Client, pair: tuple[str, str]
) -> None:
    install_agent(api, "acme", pair, "small,large")
    wait_for(lambda: ready(api, "acme", "agent"))
    queues = {one["name"]: one for one in platform.control.state()["queues"] if one["user"] == "agent"}
    assert sorted(queues) == ["large", "small"]
    (worker,) = workers(platform)
    assert worker["name"].startswith("k8s:agent-")
    assert worker["queues"] == [queues["small"]["id"], queues["large"]["id"]]
    made = [one for one in platform.control.requests() if one["endpoint"] == "queues.create"]
    assert [(one["own"], one["client"], one["user"]) for one in made] == [(True, "clearml-agent/lab", "agent")] * 2
    assert platform.control.writes() == 0
    assert platform.control.counts()["total"] == 0
    assert platform.control.violations() == []
    assert api.send("DELETE", "/apis/apps/v1/namespaces/acme/deployments/agent").status_code == 200
    wait_for(lambda: not workers(platform))


def test_an_agent_waits_for_the_server(api: Api, client: Client, kubectl: Program, pair: tuple[str, str]) -> None:
    uninstall_server(api)
    wait_for(lambda: client.send("auth.login").status_code == 503)
    install_agent(api, "acme", pair, "small")
    wait_for(lambda: "does not answer" in kubectl.run("logs", "-n", "acme", "deploy/agent").stdout)
    assert not ready(api, "acme", "agent")
    install_server(api, {})
    wait_for(lambda: ready(api, "acme", "agent"))


def test_an_agent_without_its_queue(api: Api, kubectl: Program, pair: tuple[str, str]) -> None:
    install_agent(api, "acme", pair, "small", creates="false")
    crash_loops(api, "acme")
    assert "there is no queue 'small'" in kubectl("logs", "-n", "acme", "deploy/agent")


def test_a_wrong_pair_until_it_is_fixed(api: Api, kubectl: Program, pair: tuple[str, str]) -> None:
    install_agent(api, "acme", (pair[0], "not-the-secret"), "small")
    crash_loops(api, "acme")
    log = kubectl("logs", "-n", "acme", "deploy/agent")
    assert "refuses the key pair" in log.splitlines()[-1]
    assert "not-the-secret" not in log
    secret(api, "acme", "agent-ac", {"secret": pair[1]})
    wait_for(lambda: ready(api, "acme", "agent"))
    (pod,) = api.get(SPACE.format("acme") + "/pods")["items"]
    assert pod["status"]["containerStatuses"][0]["restartCount"] > 0
    assert "listens on small" in kubectl("logs", "-n", "acme", "deploy/agent")
    assert "refuses the key pair" in kubectl("logs", "-n", "acme", "deploy/agent", "--previous")


def test_a_revoked_key(platform: RunningPlatform, api: Api, client: Client, pair: tuple[str, str]) -> None:
    install_agent(api, "acme", pair, "small")
    wait_for(lambda: ready(api, "acme", "agent"))
    agent = Client(platform.api_url, pair)
    agent.get("auth.revoke_credentials", access_key=pair[0])
    crash_loops(api, "acme")
    assert workers(platform) == []


def test_the_root_pair_can_be_replaced(platform: RunningPlatform, api: Api, client: Client) -> None:
    install_server(api, {})
    answers(client)
    secret(api, "clearml", "r-conf", {"secret": "another"})
    assert client.send("auth.login").status_code == 200
    change_server(api, {"RESTART": "1"})
    wait_for(lambda: client.send("auth.login").status_code == 401)
    assert Client(platform.api_url, (ROOT[0], "another")).send("auth.login").status_code == 200


def test_the_environment_of_a_container() -> None:
    store = Store()
    store.put("secrets", {"metadata": {"namespace": "n", "name": "s"}, "data": {"k": "djE="}})
    store.put("configmaps", {"metadata": {"namespace": "n", "name": "c"}, "data": {"A": "from c", "B": "from c"}})
    env = [
        {"name": "A", "value": "first"},
        {"name": "A", "value": "last"},
        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
        {"name": "NONE", "valueFrom": {"secretKeyRef": {"name": "s", "key": "none", "optional": True}}},
        {"name": "MAPPED", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "B"}}},
        {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "BOTH", "value": "$(A)-$(KEY)-$(WHO)-$$(A)"},
    ]
    sources = [{"configMapRef": {"name": "c"}}, {"prefix": "S_", "secretRef": {"name": "s"}}]
    pod = {"metadata": {"namespace": "n", "name": "p"}, "spec": {"containers": [{"env": env, "envFrom": sources}]}}
    assert container_environment(store, pod) == {
        "A": "last",
        "B": "from c",
        "S_k": "v1",
        "KEY": "v1",
        "MAPPED": "from c",
        "POD": "p",
        "BOTH": "last-v1-$(WHO)-$(A)",
    }


def test_up_status_down(tmp_path: Path) -> None:
    def command(word: str) -> subprocess.CompletedProcess[str]:
        root = Path(__file__).parent.parent.parent
        env = {**os.environ, "LAB_HOME": str(tmp_path / "labs"), "PYTHONPATH": str(root)}
        words = [sys.executable, "-m", "lab.platform", word]
        return subprocess.run(words, env=env, capture_output=True, text=True, timeout=30, check=False)

    assert command("status").returncode == 1
    assert "is up" in command("up").stdout
    try:
        home = tmp_path / "labs" / "platform-default"
        info = json.loads((home / "platform.json").read_text(encoding="utf-8"))
        assert (home / "kube" / "kubeconfig").stat().st_mode & 0o777 == 0o600
        assert "already up" in command("up").stdout
        shown = command("status").stdout
        assert info["api_url"] in shown
        assert info["control_token"] not in shown
    finally:
        assert "is down" in command("down").stdout
    assert not home.exists()


@pytest.fixture
def helm(platform: RunningPlatform, tmp_path: Path) -> Program:
    return Program(binaries.helm("3.18"), environment(platform.kube, tmp_path))


def where(platform: RunningPlatform, helm: Program, packaging: str, chart: str) -> list[str]:
    """What makes helm find a chart in one of the platform's registries."""
    registry = platform.registry
    trust = ["--ca-file", registry.ca_file]
    if packaging == "classic":
        add = ["repo", "add", "lab", registry.classic_url, *trust, "--username", registry.token, "--force-update"]
        helm(*add, "--password-stdin", stdin=registry.token)
        return [f"lab/{chart}"]
    host = registry.oci_prefix.split("/")[2]
    helm("registry", "login", host, *trust, "--username", registry.username, "--password-stdin", stdin=registry.token)
    return [f"{registry.oci_prefix}/{chart}", *trust]


@pytest.mark.parametrize(("packaging", "release"), [("classic", "clearml"), ("oci", "clearml-enterprise")])
def test_charts_from_the_platforms_registries(
    platform: RunningPlatform, api: Api, kubectl: Program, helm: Program, packaging: str, release: str
) -> None:
    values = {
        "apiserver": {
            "ingress": {"enabled": True, "hostName": "api.example.com", "ingressClassName": "nginx"},
            "extraEnvs": [{"name": name, "value": value} for name, value in (SUPERVISOR | UNIQUE).items()],
        }
    }
    wait = ["--create-namespace", "--wait", "--timeout", "20s"]
    chart = where(platform, helm, packaging, "clearml-enterprise")
    helm("install", release, *chart, "-n", "clearml", *wait, "--values", "-", stdin=json.dumps(values))
    conf = kubectl.json("get", "secret", "clearml-conf", "-n", "clearml")["data"]
    root = [base64.b64decode(conf[key]).decode() for key in ("apiserver_key", "apiserver_secret")]
    client = Client(platform.api_url, (root[0], root[1]))
    answers(client)
    tenant = company(client, "acme")
    assert Client(platform.api_url, ("SUPERVISORKEY", "supervisor-secret")).get("system.get_companies")

    made = platform.control.add_identity("agent", tenant, "admin")
    agent_values = {
        "clearml": {"agentk8sglueKey": made["access_key"], "agentk8sglueSecret": made["secret_key"]},
        "agentk8sglue": {
            "apiServerUrlReference": "https://api.example.com",
            "createQueues": True,
            "queues": {"small": {}, "large": {}},
        },
    }
    chart = where(platform, helm, packaging, "clearml-enterprise-agent")
    helm("install", "clearml-agent", *chart, "-n", "acme", *wait, "--values", "-", stdin=json.dumps(agent_values))
    assert sorted(one["name"] for one in platform.control.state()["queues"] if one["user"] == "agent") == [
        "large",
        "small",
    ]
    assert platform.registry.counts()["refused" if packaging == "oci" else "archive"] > 0

    helm("uninstall", "clearml-agent", "-n", "acme", "--wait")
    helm("uninstall", release, "-n", "clearml", "--wait")
    assert workers(platform) == []
    assert client.send("auth.login").status_code == 503
