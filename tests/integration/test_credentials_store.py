# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Key pairs that live in a Secret of Kubernetes."""

from __future__ import annotations

import base64
import re
import typing as t
from pathlib import Path

import pytest

from lab.kube.testing import RunningKube, running_kube
from tests.integration.parity.playbook import GROUP, HERE, Task, run_playbook, wrapped_python
from tests.support.cluster import Cluster
from tests.support.modules import Modules, Result

ANN = {"company": "acme", "user": "ann@acme.example"}
DAY = 86400
KEYS = {"agentk8sglue_key", "agentk8sglue_secret"}
SECRETS = "/api/v1/namespaces/acme/secrets"


@pytest.fixture(scope="module")
def kube_server() -> t.Iterator[RunningKube]:
    """One cluster for all tests of this file."""
    with running_kube() as kube:
        yield kube


class Keeping:
    """The pair of Ann's agent in acme's namespace: the modules, the cluster, and how the two fit together."""

    def __init__(self, acme: Modules, cluster: Cluster) -> None:
        self.acme = acme
        self.cluster = cluster
        self.store = {"name": "agent-pair", "namespace": "acme", "kubeconfig": cluster.kubeconfig}

    def options(self, **options: t.Any) -> dict[str, t.Any]:
        return {**ANN, "label": "agent", "store": {**self.store, **options.pop("store", {})}, **options}

    def run(self, **options: t.Any) -> Result:
        """A check run, which writes nothing, then the real one, which does what the first said."""
        options = self.options(**options)
        before = self.writes()
        foreseen = self.acme.checking().run("credentials", **options)
        assert self.writes() == before, "the check run wrote something"
        result = self.acme.run("credentials", **options)
        assert not result.get("failed"), result["msg"]
        assert foreseen["actions"] == result["actions"], foreseen
        assert foreseen["diff"] == result["diff"] and foreseen["changed"] == result["changed"]
        assert foreseen.get("replaced") == result.get("replaced")
        if "store" in result:
            made = [one["action"] for one in result["actions"] if one["kind"] == "credentials"].count("create")
            assert foreseen["store"]["checksum"] == (None if made else result["store"]["checksum"])
        self.shows_no_secret(foreseen, result)
        return result

    def settle(self, **options: t.Any) -> Result:
        """The same, and once more: nothing is left to do."""
        result = self.run(**options)
        again = self.run(**options)
        assert not again["changed"] and again["actions"] == [], again["actions"]
        assert again.get("store") == result.get("store")
        return result

    def refuse(self, **options: t.Any) -> str:
        """The message of a run that changes nothing, and of the check run before it."""
        before = self.writes()
        results = [
            modules.run("credentials", **self.options(**options)) for modules in (self.acme.checking(), self.acme)
        ]
        assert all(result.get("failed") for result in results), results
        assert self.writes() == before, "it wrote something"
        self.shows_no_secret(*results)
        assert results[0]["msg"] == results[1]["msg"]
        return str(results[1]["msg"])

    def writes(self) -> tuple[int, int]:
        return self.acme.lab.control.writes(), self.cluster.control.writes()

    def shows_no_secret(self, *results: Result) -> None:
        for secret in self.secrets():
            assert secret not in repr(results)

    def secrets(self) -> set[str]:
        """Every secret of a pair that there is now."""
        entries = self.acme.lab.control.state()["auth_entries"]
        return {pair["secret"] for entry in entries for pair in entry["credentials"]} | {self.held()[1]} - {""}

    def pairs(self) -> dict[str, str]:
        """Ann's access keys and their labels."""
        answer = self.acme.api(company="acme", acting_user=ANN["user"], endpoint="auth.get_credentials", data={})
        return {row["access_key"]: row["label"] for row in answer["data"]["credentials"]}

    def held(self) -> tuple[str, str]:
        """The pair in the Secret."""
        texts = self.cluster.secret("agent-pair", "acme")
        return texts.get("agentk8sglue_key", ""), texts.get("agentk8sglue_secret", "")

    def leave(self, label: str = "agent") -> str:
        """A pair as a run that was killed leaves it."""
        made = self.acme.credentials(**ANN, label=label)["credentials"]
        return str(made["access_key"])

    def works(self) -> bool:
        """Whether the pair in the Secret is Ann's only one with the label, and signs her in."""
        key, secret = self.held()
        signed_in = Modules(self.acme.lab, key, secret).server_info()["caller"]["role"] == "user"
        return signed_in and [one for one, label in self.pairs().items() if label == "agent"] == [key]


@pytest.fixture
def keeping(acme: Modules, kube_server: RunningKube) -> Keeping:
    kube_server.control.reset()
    kube_server.control.set_access()
    cluster = Cluster(kube_server)
    cluster.add_namespace("acme")
    return Keeping(acme, cluster)


def done(result: Result) -> list[tuple[str, str]]:
    return [(one["action"], one["kind"]) for one in result["actions"]]


MADE = [("create", "credentials"), ("create", "secret")]
RENEWED = [("create", "credentials"), ("update", "secret"), ("delete", "credentials")]


def test_a_pair_is_made_and_found_again(keeping: Keeping) -> None:
    result = keeping.settle(expires_in=30 * DAY, store={"labels": {"tenant": "acme"}})
    assert done(result) == MADE and keeping.works()
    assert result["credentials"]["access_key"] == keeping.held()[0] and "secret_key" not in result["credentials"]
    assert result["credentials"]["label"] == "agent" and result["credentials"]["expire"]
    assert re.fullmatch("[0-9a-f]{64}", result["store"].pop("checksum"))
    assert result["store"] == {"name": "agent-pair", "namespace": "acme"} and result["replaced"] == []
    assert result["actions"][1] == {
        "action": "create",
        "kind": "secret",
        "name": "acme/agent-pair",
        "fields": sorted(KEYS),
        "calls": [f"POST {SECRETS}"],
    }
    document = keeping.cluster.read(f"{SECRETS}/agent-pair")
    assert document["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "clearml.enterprise", "tenant": "acme"}
    assert set(document["data"]) == KEYS and document["type"] == "Opaque"


def test_keys_of_the_secret_have_the_names_that_are_given(keeping: Keeping) -> None:
    keeping.settle(store={"access_key_name": "user", "secret_key_name": "word"})
    assert set(keeping.cluster.secret("agent-pair", "acme")) == {"user", "word"}


def test_labels_are_kept(keeping: Keeping) -> None:
    keeping.run()
    result = keeping.settle(store={"labels": {"tenant": "acme"}})
    assert done(result) == [("update", "secret")] and result["actions"][0]["fields"] == ["metadata.labels"]
    assert keeping.works()


def test_a_secret_that_was_deleted_gets_a_new_pair(keeping: Keeping) -> None:
    old = keeping.run()
    keeping.cluster.delete(f"{SECRETS}/agent-pair")
    result = keeping.settle()
    assert done(result) == [*MADE, ("delete", "credentials")] and keeping.works()
    assert result["store"]["checksum"] != old["store"]["checksum"]


def test_a_pair_that_was_revoked_is_replaced(keeping: Keeping) -> None:
    old = keeping.run()["credentials"]["access_key"]
    keeping.acme.credentials(**ANN, label="agent", access_key=old, state="absent")
    assert done(keeping.settle()) == RENEWED[:2] and keeping.works()


def test_a_pair_that_ends_is_renewed(keeping: Keeping) -> None:
    keeping.run(expires_in=10 * DAY)
    assert not keeping.run(expires_in=30 * DAY, renew_before=9 * DAY)["changed"]
    result = keeping.settle(expires_in=30 * DAY, renew_before=11 * DAY)
    assert done(result) == RENEWED and keeping.works()
    assert result["actions"][1]["fields"] == sorted(KEYS) and result["actions"][1]["calls"] == [
        f"PATCH {SECRETS}/agent-pair"
    ]


def test_a_pair_that_has_ended_is_renewed_in_any_case(keeping: Keeping) -> None:
    key = keeping.run(expires_in=10 * DAY)["credentials"]["access_key"]
    keeping.acme.lab.control.expire_key(key)
    keeping.acme.lab.control.set_switches(max_credentials=1)
    result = keeping.settle(expires_in=10 * DAY)
    # There is room for one pair, and this one is of no use to anybody.
    assert done(result) == [("delete", "credentials"), *RENEWED[:2]] and keeping.works()


def test_the_old_pair_stays_until_nobody_uses_it(keeping: Keeping) -> None:
    renewal = {"expires_in": 30 * DAY, "renew_before": 11 * DAY, "keep_replaced": True}
    old = keeping.run(expires_in=10 * DAY)["credentials"]["access_key"]
    result = keeping.run(**renewal)
    assert done(result) == RENEWED[:2] and result["replaced"] == [old]
    assert keeping.pairs() == {old: "agent", keeping.held()[0]: "agent"}
    # Killed here, the next run knows the same.
    again = keeping.run(**renewal)
    assert not again["changed"] and again["replaced"] == [old] and again["store"] == result["store"]
    assert done(keeping.run(renew_before=DAY)) == [("delete", "credentials")]
    assert keeping.works()


def test_the_old_pair_is_revoked_by_its_key(keeping: Keeping) -> None:
    keeping.run()
    keeping.cluster.delete(f"{SECRETS}/agent-pair")
    for key in keeping.run(keep_replaced=True)["replaced"]:
        assert keeping.acme.credentials(**ANN, label="agent", access_key=key, state="absent")["changed"]
    assert keeping.works()


def test_what_a_killed_run_left_is_revoked(keeping: Keeping) -> None:
    left = {keeping.leave(), *(str(_made(keeping)) for _each in range(2))}
    other = keeping.leave("other")
    result = keeping.settle()
    assert done(result) == [*MADE, *[("delete", "credentials")] * 3] and keeping.works()
    assert not left & set(keeping.pairs()) and other in keeping.pairs()


def _made(keeping: Keeping) -> str:
    """One more pair of the same label."""
    answer = keeping.acme.api(
        company="acme", acting_user=ANN["user"], endpoint="auth.create_credentials", data={"label": "agent"}
    )
    return str(answer["data"]["credentials"]["access_key"])


@pytest.mark.parametrize("keep", [False, True])
def test_no_room_for_both(keeping: Keeping, keep: bool) -> None:
    keeping.acme.lab.control.set_switches(max_credentials=1)
    keeping.leave()
    result = keeping.settle(keep_replaced=keep)
    assert done(result) == [("delete", "credentials"), *MADE] and keeping.works() and result["replaced"] == []


def test_no_room_at_all(keeping: Keeping) -> None:
    keeping.leave("other")
    keeping.acme.lab.control.set_switches(max_credentials=1)
    assert "may have 1" in keeping.refuse()
    keeping.acme.lab.control.set_switches(max_credentials=2)
    keeping.run(expires_in=10 * DAY)
    assert "may have 2" in keeping.refuse(expires_in=30 * DAY, renew_before=11 * DAY)
    assert keeping.works()


def test_nothing_is_made_that_the_cluster_would_not_take(keeping: Keeping) -> None:
    keeping.cluster.control.set_access(denials=[{"verb": "create", "resource": "secrets"}])
    assert "needs this right" in keeping.refuse()
    keeping.cluster.control.set_access(denials=[{"verb": "get", "resource": "secrets"}])
    assert "403" in keeping.refuse()
    keeping.cluster.control.set_access()
    keeping.run(expires_in=10 * DAY)
    keeping.cluster.control.set_access(denials=[{"verb": "patch", "resource": "secrets"}])
    assert "403" in keeping.refuse(expires_in=30 * DAY, renew_before=11 * DAY)
    keeping.cluster.control.set_access(denials=[{"verb": "delete", "resource": "secrets"}])
    assert "403" in keeping.refuse(state="absent")
    assert keeping.works()


def test_a_cluster_that_does_not_answer(keeping: Keeping) -> None:
    keeping.cluster.control.order_fault("drop", times=99)
    assert "no answer" in keeping.acme.refuse("credentials", **keeping.options())
    keeping.cluster.control.clear_faults()
    assert "No cluster can be reached" in keeping.refuse(store={"kubeconfig": "/nowhere/config"})
    assert "context" in keeping.refuse(store={"context": "other"})


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({}, "agentk8sglue_key"),
        ({"agentk8sglue_key": "A" * 30}, "agentk8sglue_secret"),
        ({"agentk8sglue_key": "", "agentk8sglue_secret": "S" * 40}, "agentk8sglue_key"),
        ({"agentk8sglue_key": "A" * 30, "agentk8sglue_secret": "two words"}, "agentk8sglue_secret"),
        ({"agentk8sglue_key": "A" * 30 + "\n", "agentk8sglue_secret": "S" * 40}, "agentk8sglue_key"),
    ],
)
def test_a_secret_without_a_pair_is_left_alone(keeping: Keeping, data: dict[str, str], named: str) -> None:
    keeping.cluster.add_secret("agent-pair", "acme", data)
    assert f"its key {named!r}" in keeping.refuse()
    assert done(keeping.run(state="absent")) == [("delete", "secret")]


def test_a_secret_of_somebody_else_is_left_alone(keeping: Keeping) -> None:
    keeping.cluster.add_secret("agent-pair", "acme", dict.fromkeys(KEYS, "S" * 40), ours=False)
    for state in ("present", "absent"):
        assert "label --overwrite secret agent-pair" in keeping.refuse(state=state)


def test_a_secret_with_a_pair_of_another_label(keeping: Keeping) -> None:
    keeping.run()
    for state in ("present", "absent"):
        assert "'agent', not 'other'" in keeping.refuse(label="other", state=state)


def test_a_namespace_that_is_not_there(keeping: Keeping) -> None:
    options = keeping.options(store={"namespace": "globex"})
    foreseen = keeping.acme.checking().credentials(**options)
    assert done(foreseen) == MADE and foreseen["assumes"] == ["namespace 'globex'"]
    assert "no namespace 'globex'" in keeping.acme.refuse("credentials", **options)
    assert keeping.pairs() == {}
    keeping.cluster.add_namespace("globex")
    assert keeping.acme.credentials(**options)["actions"] == foreseen["actions"]


def test_nothing_is_there_yet(keeping: Keeping) -> None:
    options = keeping.options(user="new@acme.example", store={"namespace": "globex"}, renew_before=DAY)
    foreseen = keeping.acme.checking().credentials(**options)
    assert done(foreseen) == MADE and len(foreseen["assumes"]) == 2
    assert "new@acme.example" in keeping.acme.refuse("credentials", **options)
    keeping.acme.user(company="acme", email="new@acme.example", name="New", role="user")
    keeping.cluster.add_namespace("globex")
    assert keeping.acme.credentials(**options)["actions"] == foreseen["actions"]
    company = {**options, "company": "globex", "user": None}
    assert done(keeping.acme.checking().credentials(**{**company, "store": keeping.store})) == MADE


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"renew_before": 30 * DAY, "expires_in": 30 * DAY}, "every run would make a new pair"),
        ({"renew_before": -1}, "renew_before is -1"),
        ({"access_key": "A" * 30}, "exclude each other"),
        ({"store": {"namespace": ""}}, "store.namespace is empty"),
        ({"store": None, "keep_replaced": True}, "keep_replaced needs store"),
        ({"store": None, "renew_before": 1}, "renew_before needs store"),
    ],
)
def test_options_that_cannot_work(keeping: Keeping, options: dict[str, t.Any], said: str) -> None:
    whole = {**keeping.options(), **options}
    if options.get("store"):
        whole["store"] = {**keeping.store, **options["store"]}
    assert said in keeping.acme.refuse("credentials", **whole)


def test_the_servers_lifetime_counts_where_none_is_given(keeping: Keeping) -> None:
    keeping.acme.lab.control.set_switches(default_expiration_sec=1000)
    assert "default lifetime is 1000 s" in keeping.refuse(renew_before=1000)
    keeping.settle(renew_before=500)


def test_a_write_that_fails_takes_the_pair_back(keeping: Keeping) -> None:
    keeping.cluster.control.order_fault(
        "status", requests="writes", resource="secrets", status=403, reason="Forbidden", message="not today"
    )
    result = keeping.acme.run("credentials", **keeping.options())
    assert result["failed"] and "not today" in result["msg"] and "was revoked again" in result["msg"]
    assert result["changed"] and keeping.pairs() == {} and keeping.held() == ("", "")
    keeping.shows_no_secret(result)
    keeping.cluster.control.clear_faults()
    keeping.settle()
    assert keeping.works()


def test_a_pair_that_cannot_be_taken_back_is_revoked_by_the_next_run(keeping: Keeping) -> None:
    keeping.cluster.control.order_fault("status", requests="writes", resource="secrets", status=403, reason="Forbidden")
    keeping.acme.lab.control.order_fault("auth.revoke_credentials", "status", status=500, times=99)
    result = keeping.acme.run("credentials", **keeping.options())
    (left,) = keeping.pairs()
    assert f"The new pair {left} could not be revoked" in result["msg"]
    keeping.cluster.control.clear_faults()
    keeping.acme.lab.control.clear_faults()
    keeping.settle()
    assert keeping.works()


def test_somebody_was_faster(keeping: Keeping) -> None:
    """Two runs at once: the Secret of the first stays, and the second takes its pair back."""
    keeping.cluster.control.order_fault(
        "status", requests="writes", resource="secrets", status=409, reason="AlreadyExists", message="already exists"
    )
    result = keeping.acme.run("credentials", **keeping.options())
    assert "already exists" in result["msg"] and keeping.pairs() == {}


@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("renewal", [False, True])
def test_every_write_cut_off(keeping: Keeping, effect: str, times: int, renewal: bool) -> None:
    """Whichever write is lost, on the server or in the cluster: the next run ends with one pair that works."""
    options: dict[str, t.Any] = {"expires_in": 30 * DAY}
    if renewal:
        keeping.run(expires_in=10 * DAY)
        options["renew_before"] = 11 * DAY
    lab, cluster = keeping.acme.lab.control, keeping.cluster.control
    world, objects = lab.state(), cluster.state()
    orders: list[tuple[str, int]] = [("lab", number) for number in range(1, 3 if renewal else 2)] + [("cluster", 1)]
    for where, nth in orders:
        lab.put_state(world)
        cluster.put_state(objects)
        if where == "lab":
            lab.order_fault("writes", "drop", nth=nth, times=times, effect=effect)
        else:
            cluster.order_fault("drop", requests="writes", resource="secrets", times=times, effect=effect)
        cut = keeping.acme.run("credentials", **keeping.options(**options))
        lab.clear_faults()
        cluster.clear_faults()
        if times == 1:
            assert not cut.get("failed"), (where, nth, cut)
        keeping.settle(**options)
        assert keeping.works(), (where, nth)


def test_absent_revokes_and_removes(keeping: Keeping) -> None:
    keeping.run()
    _made(keeping)
    other = keeping.leave("other")
    result = keeping.settle(state="absent")
    assert done(result) == [("delete", "credentials")] * 2 + [("delete", "secret")]
    assert keeping.pairs() == {other: "other"} and keeping.held() == ("", "")
    assert result["credentials"] == {} and "store" not in result


def test_the_key_that_the_task_uses_is_not_revoked(keeping: Keeping) -> None:
    keeping.run(expires_in=10 * DAY)
    keeping.acme = Modules(keeping.acme.lab, *keeping.held())
    own = {"company": None, "user": None}
    assert "itself uses" in keeping.refuse(**own, expires_in=30 * DAY, renew_before=11 * DAY)
    assert "itself uses" in keeping.refuse(**own, state="absent")
    assert done(keeping.run(**own, expires_in=30 * DAY, renew_before=11 * DAY, keep_replaced=True)) == RENEWED[:2]


@pytest.mark.parametrize("process", [False, True])
def test_nothing_is_printed(keeping: Keeping, tmp_path: Path, process: bool) -> None:
    """The whole way through Ansible at the highest verbosity, with the kubeconfig from the task's environment."""
    module = "clearml.enterprise.clearml_credentials"
    arguments = {**keeping.options(expires_in=10 * DAY), "store": {"name": "agent-pair", "namespace": "acme"}}
    renewal = {**arguments, "expires_in": 30 * DAY, "renew_before": 11 * DAY}
    environment = {"K8S_AUTH_KUBECONFIG": keeping.cluster.kubeconfig}
    tasks: list[Task] = [
        {"name": name, module: options, "environment": environment}
        for name, options in (("made", arguments), ("found", arguments), ("renewed", renewal))
    ]
    tasks.append({"name": "known", "ansible.builtin.debug": {"msg": "{{ result_0 }} {{ result_1 }} {{ result_2 }}"}})
    play = {"module_defaults": {GROUP: keeping.acme.connection}, "tasks": tasks}
    interpreter = wrapped_python(tmp_path) if process else HERE
    ran = run_playbook(tmp_path / "run", [play], "-vvv", "--diff", interpreter=interpreter)
    assert ran.code == 0, ran.output
    assert [ran.results[name]["changed"] for name in ("made", "found", "renewed")] == [True, False, True]
    assert ran.processes()["made"] is process
    assert keeping.works()
    for secret in keeping.secrets() - {keeping.acme.connection["api_secret_key"]}:
        assert secret not in ran.output and base64.b64encode(secret.encode()).decode() not in ran.output
    assert keeping.held()[0] in ran.sections()["known"], "what is no secret is shown"
