# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that are kept in Kubernetes."""

from __future__ import annotations

import base64
import json
import re
import string
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lab.kube.testing import RunningKube, running_kube
from tests.integration.parity.playbook import HERE, Task, run_playbook, wrapped_python
from tests.support.cluster import Cluster
from tests.support.modules import Result, run_module

SECRETS = "/api/v1/namespaces/clearml/secrets"
MASK = "********"
#: Printed in the public charts.
PUBLISHED = "GGS9F4M6XB2DXJ5AFT9F"


@pytest.fixture(scope="module")
def kube_server() -> t.Iterator[RunningKube]:
    """One cluster for all tests of this file."""
    with running_kube() as kube:
        yield kube


class Site:
    """The Secret ``site`` in the namespace ``clearml``."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.where = {"name": "site", "namespace": "clearml", "kubeconfig": cluster.kubeconfig}

    def try_(self, check: bool = False, **options: t.Any) -> Result:
        """One run, whatever comes of it; it shows no value."""
        result = run_module("clearml_secret", {**self.where, **options}, check=check)
        shown = repr({key: value for key, value in result.items() if key != "invocation"})
        for text in self.texts().values():
            assert len(text) < 5 or text not in shown
        return result

    def run(self, **options: t.Any) -> Result:
        """A check run, which writes nothing, and the real one, which does what the first said."""
        before = self.cluster.control.writes()
        foreseen = self.try_(check=True, **options)
        assert self.cluster.control.writes() == before, "the check run wrote something"
        result = self.try_(**options)
        assert not result.get("failed"), result["msg"]
        assert {**foreseen, "secret": None, "invocation": None} == {**result, "secret": None, "invocation": None}
        if result["secret"]:
            news = any(one["fields"] != ["metadata.labels"] for one in result["actions"])
            assert foreseen["secret"] == {**result["secret"], **({"checksum": None} if news else {})}
        return result

    def settle(self, **options: t.Any) -> Result:
        """The same, and once more: nothing is left to do."""
        result = self.run(**options)
        again = self.run(**options)
        assert not again["changed"] and again["actions"] == []
        assert again["secret"] == result["secret"]
        return result

    def refuse(self, **options: t.Any) -> str:
        """The message of a run that writes nothing."""
        before = self.cluster.control.counts()["writes_done"]
        results = [self.try_(check, **options) for check in (True, False)]
        assert all(result.get("failed") for result in results), results
        assert self.cluster.control.counts()["writes_done"] == before, "it wrote something"
        assert results[0]["msg"] == results[1]["msg"] and PUBLISHED not in results[1]["msg"]
        return str(results[1]["msg"])

    def texts(self) -> dict[str, str]:
        """What the Secret holds, but for the salt."""
        found = self.cluster.secret("site", "clearml")
        found.pop(".salt", None)
        return found


@pytest.fixture
def site(kube_server: RunningKube) -> Site:
    kube_server.control.reset()
    kube_server.control.set_access()
    cluster = Cluster(kube_server)
    cluster.add_namespace("clearml")
    return Site(cluster)


def test_values_are_made_once(site: Site) -> None:
    generate = {"key": {"length": 30}, "secret": None, "pin": {"alphabet": string.digits, "length": "12"}}
    result = site.settle(generate=generate, labels={"part-of": "clearml"})
    texts = site.texts()
    assert re.fullmatch("[A-Za-z][A-Za-z0-9]{29}", texts["key"]) and re.fullmatch("[0-9]{12}", texts["pin"])
    assert re.fullmatch("[A-Za-z][A-Za-z0-9]{39}", texts["secret"])
    assert result["actions"] == [
        {
            "action": "create",
            "kind": "secret",
            "name": "clearml/site",
            "fields": [".salt", "key", "pin", "secret"],
            "calls": [f"POST {SECRETS}"],
        }
    ]
    labels = {"app.kubernetes.io/managed-by": "clearml.enterprise", "part-of": "clearml"}
    assert result["diff"]["after"]["clearml/site"] == {
        **dict.fromkeys((".salt", "key", "pin", "secret"), MASK),
        "metadata.labels": labels,
    }
    assert result["secret"]["key_names"] == ["key", "pin", "secret"]
    document = site.cluster.read(f"{SECRETS}/site")
    assert document["metadata"]["labels"] == labels and document["type"] == "Opaque"
    # One that was removed is made anew; its neighbours stay, and so does what nobody declared.
    site.cluster.patch(f"{SECRETS}/site", {"data": {"key": None, "other": "b3RoZXI="}})
    assert site.settle(generate=generate)["actions"][0]["fields"] == ["key"]
    new = site.texts()["key"]
    assert site.texts() == {**texts, "key": new, "other": "other"} and new != texts["key"]


def test_given_values_follow(site: Site) -> None:
    first = site.settle(data={"password": "one two", "other": "o" * 9})
    assert site.texts() == {"password": "one two", "other": "o" * 9}
    second = site.settle(data={"password": "three", "other": "o" * 9})
    assert second["actions"][0] == {
        "action": "update",
        "kind": "secret",
        "name": "clearml/site",
        "fields": ["password"],
        "calls": [f"PATCH {SECRETS}/site"],
    }
    before, after = second["diff"]["before"]["clearml/site"], second["diff"]["after"]["clearml/site"]
    assert before["password"] == MASK and after["password"] == f"{MASK} (changed)" and after["other"] == MASK
    assert first["secret"]["checksum"] != second["secret"]["checksum"]
    assert site.settle(data={"password": "three"}, remove_others=True)["actions"][0]["fields"] == ["other"]
    assert site.texts() == {"password": "three"}


def test_labels_alone_do_not_change_the_checksum(site: Site) -> None:
    first = site.run(generate={"key": {}})
    result = site.settle(generate={"key": {}}, labels={"tenant": "acme"})
    assert result["actions"][0]["fields"] == ["metadata.labels"] and result["secret"] == first["secret"]


def test_the_checksum_tells_nothing(site: Site) -> None:
    """The same short value twice: nobody who does not know the salt can tell."""
    first = site.run(data={"pin": "1234"})
    site.run(state="absent")
    second = site.run(data={"pin": "1234"})
    assert first["secret"]["checksum"] != second["secret"]["checksum"]
    site.cluster.patch(f"{SECRETS}/site", {"data": {"other": "b3RoZXI="}})
    assert site.run(data={"pin": "1234"})["secret"] == second["secret"], "what is not declared does not count"


def test_values_are_copied_and_follow(site: Site) -> None:
    site.cluster.add_namespace("shared")
    site.cluster.add_secret("redis", "shared", {"password": 'a "b" #c'}, ours=False)
    site.cluster.add_secret("local", "clearml", {"user": "kim-kim"})
    copies = [
        {"from_name": "redis", "from_namespace": "shared", "key": "password", "to_key": "REDIS"},
        {"from_name": "redis", "from_namespace": "shared", "key": "password"},
        {"from_name": "local", "key": "user"},
    ]
    site.settle(copy=copies, data={"number": "0123"}, quoted=["REDIS", "number"])
    assert site.texts() == {
        "REDIS": json.dumps('a "b" #c'),
        "password": 'a "b" #c',
        "user": "kim-kim",
        "number": '"0123"',
    }
    site.cluster.patch("/api/v1/namespaces/shared/secrets/redis", {"data": {"password": "bmV3"}})
    result = site.settle(copy=copies, data={"number": "0123"}, quoted=["REDIS", "number"])
    assert result["actions"][0]["fields"] == ["REDIS", "password"] and site.texts()["REDIS"] == '"new"'


def test_a_source_that_is_not_there_yet(site: Site) -> None:
    options: dict[str, t.Any] = {"copy": [{"from_name": "pair", "key": "access_key"}]}
    foreseen = site.try_(check=True, **options)
    assert foreseen["assumes"] == ["key 'access_key' of the Secret clearml/pair"] and foreseen["changed"]
    assert "no key 'access_key' of the Secret clearml/pair" in site.try_(**options)["msg"]
    site.cluster.add_secret("pair", "clearml", {"access_key": "A" * 20})
    assert site.run(**options)["actions"] == foreseen["actions"]


def test_a_namespace_that_is_not_there_yet(site: Site) -> None:
    options: dict[str, t.Any] = {"namespace": "other", "generate": {"key": {}}}
    foreseen = site.try_(check=True, **options)
    assert foreseen["assumes"] == ["namespace 'other'"] and foreseen["changed"]
    assert "no namespace 'other'" in site.try_(**options)["msg"]
    site.cluster.add_namespace("other")
    assert site.try_(**options)["actions"] == foreseen["actions"]


def test_a_pull_secret(site: Site) -> None:
    registry = {"server": "https://registry.acme.example/v1/", "username": "acme", "password": "p@ss word"}
    site.settle(registry=registry, data={"token": "p@ss word"})
    document = site.cluster.read(f"{SECRETS}/site")
    assert document["type"] == "kubernetes.io/dockerconfigjson"
    config = json.loads(site.texts()[".dockerconfigjson"])
    login = config["auths"]["https://registry.acme.example/v1/"]
    assert base64.b64decode(login["auth"]) == b"acme:p@ss word" and login["password"] == "p@ss word"
    site.settle(registry={**registry, "password": "another"})
    assert "cannot be changed" in site.refuse(data={"a": "bcdef"}, type="Opaque")


def test_absent(site: Site) -> None:
    assert not site.run(state="absent")["changed"]
    site.run(generate={"key": {}})
    result = site.settle(state="absent")
    assert result["actions"][0]["action"] == "delete" and result["secret"] == {} and site.texts() == {}


def test_what_belongs_to_somebody_else_is_left_alone(site: Site) -> None:
    site.cluster.add_secret("site", "clearml", {"key": "value-of-theirs"}, ours=False)
    refused: tuple[dict[str, t.Any], ...] = ({"state": "absent"}, {"generate": {"key": {}}})
    for options in refused:
        assert "kubectl -n clearml label --overwrite secret site app.kubernetes.io" in site.refuse(**options)
    site.cluster.patch(
        f"{SECRETS}/site", {"metadata": {"labels": {"app.kubernetes.io/managed-by": "clearml.enterprise"}}}
    )
    site.settle(generate={"key": {}})
    assert site.texts()["key"] == "value-of-theirs"


@pytest.mark.parametrize("published", [PUBLISHED, "MyStrongPassword123", f' "{PUBLISHED}"\n'])
def test_published_examples_are_refused(site: Site, published: str) -> None:
    site.cluster.add_secret("theirs", "clearml", {"key": published})
    assert "data.key is an example" in site.refuse(data={"key": published, "other": "fine"})
    copied = site.refuse(copy=[{"from_name": "theirs", "key": "key"}])
    assert "The key 'key' of the Secret clearml/theirs" in copied
    registry = {"server": "https://registry.acme.example", "username": "acme"}
    if published == PUBLISHED:
        assert "registry.password is an example" in site.refuse(registry={**registry, "password": published})
    site.cluster.add_secret("site", "clearml", {"key": published})
    assert "Remove it from the Secret" in site.refuse(generate={"key": {}})
    assert "Remove it from the Secret" in site.refuse(data={"other": "fine!"})
    site.settle(data={"key": "a better one"})


def test_the_default_company_is_no_secret(site: Site) -> None:
    site.settle(data={"company": "d1bd92a3b039400cbafc60a7a5b1e52b"})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "nothing to keep"),
        ({"data": {"a": 5}}, "data.a is not text"),
        ({"data": {"a": ""}}, "data.a is empty"),
        ({"data": {"a": None}}, "data.a is not text"),
        ({"data": {"a": "b"}, "generate": {"a": {}}}, "declared twice: data.a and generate.a"),
        ({"generate": {"a": {"length": 5}}}, "generate.a.length is 5"),
        ({"generate": {"a": {"length": "many"}}}, "generate.a.length is 'many'"),
        ({"generate": {"a": {"alphabet": "aaab"}}}, "has 2 different characters"),
        ({"generate": {"a": {"size": 5}}}, "generate.a takes a map"),
        ({"generate": {"a": "b"}}, "generate.a takes a map"),
        ({"generate": {".salt": {}}}, "reserved"),
        ({"generate": {"a": {}}, "quoted": ["a"]}, "quoted names 'a'"),
        ({"data": {"a": "value", "b c": "value"}}, "data.b c: a key"),
        ({"name": " ", "data": {"a": "b"}}, "name is empty"),
    ],
)
def test_options_that_cannot_work(site: Site, options: dict[str, t.Any], said: str) -> None:
    assert said in site.refuse(**options)


def test_rights_that_lack(site: Site) -> None:
    site.cluster.control.set_access(denials=[{"verb": "create", "resource": "secrets"}])
    assert "needs this right" in site.refuse(generate={"key": {}})
    site.cluster.control.set_access()
    site.run(generate={"key": {}})
    for verb, options in (("patch", {"generate": {"other": {}}}), ("delete", {"state": "absent"})):
        site.cluster.control.set_access(denials=[{"verb": verb, "resource": "secrets"}])
        assert "403" in site.refuse(**options)


@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize("times", [1, 9])
def test_every_write_cut_off(site: Site, effect: str, times: int) -> None:
    """What is made is made once: a write whose answer was lost is looked at before anything is made again."""
    site.cluster.control.order_fault("drop", requests="writes", times=times, effect=effect)
    cut = site.try_(generate={"key": {}})
    site.cluster.control.clear_faults()
    assert cut["changed"] and bool(cut.get("failed")) == (times == 9 and effect == "before")
    texts = site.texts()
    site.settle(generate={"key": {}})
    assert texts in ({}, site.texts())
    site.cluster.control.order_fault("drop", requests="writes", times=times, effect=effect)
    cut = site.try_(state="absent")
    site.cluster.control.clear_faults()
    assert bool(cut.get("failed")) == (times == 9)
    site.settle(state="absent")


def test_two_runs_at_once(site: Site) -> None:
    """Somebody else was faster: what stands then is what counts."""
    site.cluster.control.order_fault(
        "status", requests="writes", verb="create", status=409, reason="AlreadyExists", message="already exists"
    )
    assert site.try_(generate={"key": {}})["changed"]
    first = site.texts()
    conflict = {"verb": "patch", "status": 409, "reason": "Conflict", "message": "was modified"}
    site.cluster.control.order_fault("status", times=2, **conflict)
    assert site.try_(generate={"key": {}, "other": {}})["changed"]
    assert site.texts()["key"] == first["key"] and site.texts()["other"]
    site.cluster.control.order_fault("status", times=9, **conflict)
    assert "was modified" in site.try_(generate={"third": {}})["msg"]


def test_what_somebody_else_made_meanwhile_is_kept(site: Site) -> None:
    """Between reading and writing another run makes the same value: there is one, and both find it."""
    site.run(generate={"key": {}})
    site.cluster.control.order_fault("delay", verb="patch", seconds=0.5)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(site.try_, generate={"other": {}})
        while not site.cluster.control.faults()[0]["struck"]:
            assert not running.done()
        site.cluster.patch(f"{SECRETS}/site", {"data": {"other": base64.b64encode(b"made by another run").decode()}})
        result = running.result()
    assert not result["changed"] and result["actions"] == []
    assert site.texts()["other"] == "made by another run"


@pytest.mark.parametrize("process", [False, True])
def test_nothing_is_printed(site: Site, tmp_path: Path, process: bool) -> None:
    """The whole way through Ansible at the highest verbosity, the cluster in module_defaults."""
    module = "clearml.enterprise.clearml_secret"
    where = {"name": "site", "namespace": "clearml"}
    keep = {**where, "data": {"given": "{{ given }}"}, "generate": {"made": {}}}
    changed = {**keep, "data": {"given": "{{ given }} more"}}
    broken = {**where, "data": {"a b": "{{ given }}"}}
    tasks: list[Task] = [
        {"name": "made", module: keep},
        {"name": "found", module: keep},
        {"name": "changed", module: changed},
        {"name": "broken", module: broken, "ignore_errors": True},
    ]
    tasks.append({"name": "known", "ansible.builtin.debug": {"msg": "{{ result_0 }} {{ result_2 }} {{ result_3 }}"}})
    defaults = {"group/clearml.enterprise.kubernetes": {"kubeconfig": site.cluster.kubeconfig}}
    ran = run_playbook(
        tmp_path / "run",
        [{"module_defaults": defaults, "tasks": tasks}],
        "-vvv",
        "--diff",
        variables={"given": "a given secret"},
        interpreter=wrapped_python(tmp_path) if process else HERE,
    )
    assert ran.code == 0, ran.output
    assert [ran.results[name]["changed"] for name in ("made", "found", "changed")] == [True, False, True]
    assert ran.results["broken"]["failed"] and ran.processes()["made"] is process
    assert site.texts()["given"] == "a given secret more"
    for text in ["a given secret", *site.cluster.secret("site", "clearml").values()]:
        assert text not in ran.output and base64.b64encode(text.encode()).decode() not in ran.output
