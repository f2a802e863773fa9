# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain objects of Kubernetes: there as declared, or gone; the server says what differs."""

from __future__ import annotations

import copy
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils import _objects as objects
from lab.kube.testing import RunningKube, running_kube
from tests.integration.parity.playbook import HERE, run_playbook, wrapped_python
from tests.support.cluster import Cluster, Json
from tests.support.modules import Result, run_module

ACME = "/api/v1/namespaces/acme"
MAPS = f"{ACME}/configmaps"
QUOTAS = f"{ACME}/resourcequotas"


def declared(kind: str, name: str, version: str = "v1", **parts: t.Any) -> Json:
    """A definition; ``labels`` and ``annotations`` go into its metadata."""
    metadata = {"name": name, **{key: parts.pop(key) for key in ("labels", "annotations", "namespace") if key in parts}}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **parts}


NAMESPACE = declared("Namespace", "acme", labels={"tenant": "acme"})
MAP = declared("ConfigMap", "notes", data={"a": "1"})
POLICY = declared(
    "NetworkPolicy",
    "sessions",
    "networking.k8s.io/v1",
    labels={"tenant": "acme"},
    spec={"podSelector": {"matchLabels": {"app": "a"}}, "ingress": [{"ports": [{"port": 10022}]}]},
)
QUOTA = declared(
    "ResourceQuota", "quota", spec={"hard": {"requests.cpu": "1000m", "pods": 20, "limits.memory": "1024Mi"}}
)
LIMITS = declared(
    "LimitRange",
    "limits",
    spec={"limits": [{"type": "Container", "default": {"cpu": "2", "memory": "1Gi"}, "defaultRequest": {"cpu": 0.5}}]},
)
WIDGETS = declared(
    "CustomResourceDefinition",
    "widgets.example.com",
    "apiextensions.k8s.io/v1",
    spec={
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "properties": {
                                    "size": {"type": "integer", "minimum": 1},
                                    "color": {"type": "string", "default": "red"},
                                },
                            }
                        },
                    }
                },
            }
        ],
    },
)


@pytest.fixture(scope="module")
def kube_server() -> t.Iterator[RunningKube]:
    """One cluster for all tests of this file."""
    with running_kube() as kube:
        yield kube


class Site:
    """Runs of the module in the namespace ``acme``."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.where = {"namespace": "acme", "kubeconfig": cluster.kubeconfig}

    def try_(self, *definitions: Json, check: bool = False, **options: t.Any) -> Result:
        """One run, whatever comes of it."""
        return run_module("clearml_objects", {**self.where, "definitions": definitions, **options}, check=check)

    def run(self, *definitions: Json, **options: t.Any) -> Result:
        """A check run, which writes nothing, and the real one, which does what the first said."""
        before = self.cluster.control.writes()
        foreseen = self.try_(*definitions, check=True, **options)
        assert self.cluster.control.writes() == before, "the check run wrote something"
        result = self.try_(*definitions, **options)
        assert not result.get("failed"), result["msg"]
        assert {**foreseen, "invocation": None} == {**result, "invocation": None}
        calls = [call for action in result["actions"] for call in action["calls"]]
        assert self.cluster.control.writes() == before + len(calls)
        assert bool(calls) == result["changed"]
        return result

    def settle(self, *definitions: Json, **options: t.Any) -> Result:
        """The same, and once more: nothing is left to do, and nothing is written."""
        result = self.run(*definitions, **options)
        again = self.run(*definitions, **options)
        assert not again["changed"] and again["actions"] == [] and again["diff"] == {"before": {}, "after": {}}
        return result

    def fields(self, *definitions: Json) -> list[str]:
        """What the only update changes."""
        (action,) = self.settle(*definitions)["actions"]
        assert action["action"] == "update"
        found: list[str] = action["fields"]
        return found

    def refuse(self, *definitions: Json, checks: bool = True, **options: t.Any) -> str:
        """The message of a run that writes nothing.

        :param checks: whether a check run says the same
        """
        before = self.cluster.control.writes()
        messages = []
        for check in (True, False) if checks else (False,):
            result = self.try_(*definitions, check=check, **options)
            assert result.get("failed") and not result.get("changed"), result
            assert "\n" not in result["msg"] and "Unexpected" not in result["msg"]
            messages.append(str(result["msg"]))
        assert self.cluster.control.writes() == before, "it wrote something"
        assert len(set(messages)) == 1
        return messages[0]


@pytest.fixture
def site(kube_server: RunningKube) -> Site:
    """The cluster as it is when it starts, with the namespace acme."""
    kube_server.control.reset()
    kube_server.control.set_access()
    cluster = Cluster(kube_server)
    cluster.add_namespace("acme")
    return Site(cluster)


def changed(definition: Json, **parts: t.Any) -> Json:
    """The same with other parts; null takes one out."""
    other: Json = {**copy.deepcopy(definition), **parts}
    return {key: value for key, value in other.items() if value is not None}


def labelled(definition: Json, **labels: str | None) -> Json:
    """The same with these labels."""
    return {**definition, "metadata": {**definition["metadata"], "labels": labels}}


# ---- there


def test_what_a_tenant_needs_in_one_task(site: Site) -> None:
    """The server's defaults and its way of writing amounts are no difference."""
    site.cluster.delete(ACME)
    result = site.run(POLICY, QUOTA, LIMITS, NAMESPACE, MAP, namespace="acme", wait=True)
    assert [(one["action"], one["kind"], one["name"]) for one in result["actions"]] == [
        ("create", "Namespace", "acme"),
        ("create", "NetworkPolicy", "acme/sessions"),
        ("create", "ResourceQuota", "acme/quota"),
        ("create", "LimitRange", "acme/limits"),
        ("create", "ConfigMap", "acme/notes"),
    ]
    assert result["actions"][1]["calls"] == ["POST /apis/networking.k8s.io/v1/namespaces/acme/networkpolicies"]
    assert result["diff"]["before"] == {} and "assumes" not in result
    assert result["diff"]["after"]["ConfigMap notes in namespace acme"]["data"] == {"a": "1"}
    assert site.cluster.read(f"{QUOTAS}/quota")["spec"]["hard"]["requests.cpu"] == "1"
    assert not site.settle(NAMESPACE, POLICY, QUOTA, LIMITS, MAP)["changed"]
    same = changed(QUOTA, spec={"hard": {"requests.cpu": "1", "pods": "20", "limits.memory": "1Gi"}})
    assert not site.settle(same)["changed"]


def test_a_quiet_run_reads_twice(site: Site) -> None:
    """And never writes."""
    site.run(NAMESPACE, QUOTA)
    site.cluster.control.clear_requests()
    site.try_(NAMESPACE, QUOTA)
    assert site.cluster.control.counts()["by_request"] == {
        "get namespaces": 1,
        "patch namespaces (dry run)": 1,
        "get resourcequotas": 1,
        "patch resourcequotas (dry run)": 1,
    }


@pytest.mark.parametrize(
    ("definition", "parts", "fields"),
    [
        (QUOTA, {"spec": {"hard": {"requests.cpu": "2", "pods": 20, "limits.memory": "1Gi"}}}, ["spec.hard"]),
        (QUOTA, {"spec": {"hard": {"pods": 20}}}, ["spec.hard"]),
        (QUOTA, {"spec": {"hard": {}}}, ["spec.hard"]),
        (POLICY, {"spec": {"podSelector": {}, "ingress": POLICY["spec"]["ingress"]}}, ["spec.podSelector"]),
        (POLICY, {"spec": {**POLICY["spec"], "ingress": [{"ports": [{"port": 22}]}]}}, ["spec.ingress"]),
        (POLICY, {"spec": {"podSelector": {}}}, ["spec.ingress", "spec.podSelector"]),
        (POLICY, {"spec": {**POLICY["spec"], "policyTypes": ["Ingress", "Egress"]}}, ["spec.policyTypes"]),
        (LIMITS, {"spec": {"limits": [{"type": "Container", "default": {"cpu": "2"}}]}}, ["spec.limits"]),
        (MAP, {"data": {"a": "2"}}, ["data.a"]),
        (MAP, {"data": {"b": "2"}}, ["data.b"]),
        (MAP, {"data": {"a": None}}, ["data.a"]),
        (NAMESPACE, {"metadata": {"name": "acme", "annotations": {"note": "x"}}}, ["metadata.annotations"]),
        (NAMESPACE, {"metadata": {"name": "acme", "labels": {"tenant": None}}}, ["metadata.labels"]),
    ],
)
def test_every_field_follows(site: Site, definition: Json, parts: Json, fields: list[str]) -> None:
    """Under spec a key that is no longer declared goes; elsewhere null takes one out."""
    site.run(definition)
    assert site.fields(changed(definition, **parts)) == fields


def test_a_limit_that_is_no_longer_declared_goes(site: Site) -> None:
    site.run(QUOTA)
    site.fields(changed(QUOTA, spec={"hard": {"pods": 20}}))
    assert site.cluster.read(f"{QUOTAS}/quota")["spec"]["hard"] == {"pods": "20"}
    site.fields(QUOTA)
    assert site.cluster.read(f"{QUOTAS}/quota")["spec"]["hard"]["limits.memory"] == "1Gi"


def test_what_others_wrote_stays(site: Site) -> None:
    """Their labels and annotations; ours are put back."""
    site.run(NAMESPACE)
    metadata = {"labels": {"team": "ops", "tenant": "other"}, "annotations": {"note": "mine"}}
    site.cluster.patch(ACME, {"metadata": metadata})
    assert site.fields(NAMESPACE) == ["metadata.labels"]
    after = site.cluster.read(ACME)["metadata"]
    assert after["labels"] == {"kubernetes.io/metadata.name": "acme", "team": "ops", "tenant": "acme"}
    assert after["annotations"] == {"note": "mine"}
    assert site.fields(labelled(NAMESPACE, team=None)) == ["metadata.labels"]
    assert "team" not in site.cluster.read(ACME)["metadata"]["labels"]


def test_nothing_is_made_of_null(site: Site) -> None:
    """A new object is what the same declaration makes of an old one."""
    site.settle(labelled(changed(MAP, data={"a": "1", "b": None}), team=None))
    assert site.cluster.read(f"{MAPS}/notes")["data"] == {"a": "1"}


def test_the_difference_is_readable(site: Site, tmp_path: Path) -> None:
    site.run(QUOTA)
    other = changed(QUOTA, spec={"hard": {"pods": 30}})
    result = site.try_(other, check=True, absent=[MAP])
    name = "ResourceQuota quota in namespace acme"
    assert result["diff"]["after"][name] == {
        **declared("ResourceQuota", "quota", namespace="acme"),
        "spec": {"hard": {"pods": "30"}},
    }
    task = {"name": "Objects", "clearml.enterprise.clearml_objects": {**site.where, "definitions": [other]}}
    done = run_playbook(tmp_path / "run", [{"tasks": [task]}], "--check", "--diff")
    shown = done.sections()["Objects"]
    assert '-                "limits.memory": "1Gi",' in shown and '+                "pods": "30"' in shown
    assert "WARNING" not in shown


def test_custom_objects(site: Site) -> None:
    """They know merge patches only, and have defaults too."""
    widget = declared("Widget", "w", "example.com/v1", spec={"size": 1})
    assert "serves no Widget of example.com/v1" in site.refuse(WIDGETS, widget)
    site.settle(WIDGETS)
    site.settle(widget)
    assert site.cluster.read("/apis/example.com/v1/namespaces/acme/widgets/w")["spec"] == {"size": 1, "color": "red"}
    assert site.fields(changed(widget, spec={"size": 2, "color": "blue"})) == ["spec.color", "spec.size"]
    assert site.fields(widget) == ["spec.color", "spec.size"]
    assert "spec.size" in site.refuse(changed(widget, spec={"size": 0}))
    assert 'unknown field "spec.sise"' in site.refuse(changed(widget, spec={"sise": 1}))
    assert site.settle(absent=[widget, WIDGETS], wait=True)["changed"]
    assert not site.run(absent=[widget])["changed"]


def test_objects_outside_of_namespaces(site: Site) -> None:
    """The task's namespace is not theirs."""
    priority = declared("PriorityClass", "low", "scheduling.k8s.io/v1", value=1, namespace="nowhere")
    (action,) = site.settle(priority, namespace="nowhere")["actions"]
    assert action["name"] == "low"
    assert site.settle(absent=[priority])["changed"]


def test_a_namespace_of_its_own_beats_that_of_the_task(site: Site) -> None:
    site.cluster.add_namespace("other")
    (action,) = site.settle(declared("ConfigMap", "notes", namespace="other"))["actions"]
    assert action["name"] == "other/notes"


# ---- gone


def test_gone(site: Site) -> None:
    site.run(MAP, QUOTA)
    result = site.settle(NAMESPACE, absent=[MAP, QUOTA], wait=True)
    assert [(one["action"], one["name"]) for one in result["actions"]] == [
        ("update", "acme"),
        ("delete", "acme/notes"),
        ("delete", "acme/quota"),
    ]
    assert result["actions"][1]["calls"] == [f"DELETE {MAPS}/notes"]
    name = "ConfigMap notes in namespace acme"
    assert result["diff"]["before"][name]["data"] == {"a": "1"} and name not in result["diff"]["after"]
    assert not site.run(absent=[declared("ConfigMap", "notes", namespace="nowhere")])["changed"]


def test_a_check_run_deletes_nothing(site: Site) -> None:
    """Not even where the server asks the body for what the parameters say."""
    site.run(MAP)
    assert site.try_(check=True, absent=[MAP])["changed"]
    assert site.cluster.read(f"{MAPS}/notes")["data"] == {"a": "1"}


def test_a_namespace_goes_with_what_is_in_it(site: Site) -> None:
    site.run(MAP)
    assert site.settle(absent=[NAMESPACE], wait=True)["changed"]
    assert site.cluster.read(ACME)["code"] == 404


def test_what_something_keeps(site: Site) -> None:
    """It is told once to go, waited for, and named; what is on its way cannot be had."""
    site.run(MAP)
    site.cluster.patch(f"{MAPS}/notes", {"metadata": {"finalizers": ["example.com/hold"]}})
    stuck = site.try_(absent=[MAP], wait=True, wait_timeout=0)
    assert stuck["failed"] and stuck["changed"]
    assert stuck["msg"].startswith("Still being deleted after 0 s: ConfigMap notes in namespace acme. ")
    assert not site.run(absent=[MAP])["changed"]
    assert "Still being deleted" in site.refuse(absent=[MAP], wait=True, wait_timeout=0, checks=False)
    assert "ConfigMap notes in namespace acme is being deleted" in site.refuse(QUOTA, MAP)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(site.try_, absent=[MAP], wait=True)
        site.cluster.patch(f"{MAPS}/notes", {"metadata": {"finalizers": None}})
        result = waiting.result()
    assert not result.get("failed") and not result["changed"]


# ---- refused


def test_a_namespace_that_is_not_there(site: Site) -> None:
    """An error before anything is written; a check run takes it as one that an earlier task would make."""
    message = site.refuse(NAMESPACE, MAP, QUOTA, namespace="later", checks=False)
    assert (
        message
        == "Namespace later does not exist, and ConfigMap notes in namespace later belongs in it; create it first"
    )
    result = site.try_(MAP, QUOTA, namespace="later", check=True)
    assert result["assumes"] == ["namespace 'later'"]
    assert [one["action"] for one in result["actions"]] == ["create", "create"]


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        (changed(QUOTA, spec={"hard": {"pods": "many"}}), "quantities must match the regular expression"),
        (changed(QUOTA, spec={"hart": {}}), 'unknown field "spec.hart"'),
        (labelled(MAP, tenant="not a value"), "metadata.labels"),
        (declared("ConfigMap", "Not_a_name"), "Not_a_name"),
        (declared("Gadget", "g", "example.com/v1"), "serves no Gadget of example.com/v1"),
        (declared("Secret", "s", data={"a": "c2VjcmV0"}), "Secret s cannot be declared here"),
        (declared("ConfigMap", ".."), "'..' is no name"),
        ({"kind": "ConfigMap", "metadata": {"name": "a"}}, "definitions[1] needs apiVersion, kind and metadata.name"),
        ({"apiVersion": "v1", "kind": "ConfigMap"}, "definitions[1] needs"),
        ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": 5}}, "definitions[1] needs"),
        ({"apiVersion": 1, "kind": "ConfigMap", "metadata": {"name": "a"}}, "definitions[1] needs"),
        ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": "a"}, "definitions[1] needs"),
        (labelled(POLICY, other="1"), "NetworkPolicy sessions in namespace acme is declared twice"),
    ],
)
@pytest.mark.parametrize("exists", [False, True], ids=["new", "old"])
def test_the_second_is_wrong(site: Site, exists: bool, definition: Json, said: str) -> None:
    """Nothing is written of the first, whether it is there or not."""
    if exists:
        site.run(POLICY, QUOTA, MAP)
    message = site.refuse(labelled(POLICY, tenant="new"), definition)
    assert said in message and "c2VjcmV0" not in message


def test_what_may_not_change(site: Site) -> None:
    site.run(changed(MAP, immutable=True))
    assert "immutable" in site.refuse(changed(QUOTA), changed(MAP, data={"a": "2"}))


def test_both_there_and_gone(site: Site) -> None:
    assert "ConfigMap notes in namespace acme is declared twice" in site.refuse(MAP, absent=[MAP])


def test_what_is_not_declared_absent(site: Site) -> None:
    """A definition that is none, and a Secret, whose values a diff would show."""
    assert "absent[1] needs" in site.refuse(absent=[MAP, {"kind": "ConfigMap", "metadata": {"name": "a"}}])
    assert "Secret s cannot be declared here" in site.refuse(absent=[declared("Secret", "s")])


@pytest.mark.parametrize("options", [{"definitions": [MAP]}, {"absent": [MAP]}])
def test_an_object_without_a_namespace(site: Site, options: Json) -> None:
    assert "ConfigMap notes lives in a namespace" in site.refuse(namespace=None, **options)
    assert "namespace is empty" in site.refuse(namespace="", **options)


@pytest.mark.parametrize(
    ("verb", "options"),
    [
        ("get", {"definitions": [NAMESPACE, MAP]}),
        ("patch", {"definitions": [NAMESPACE, MAP]}),
        ("create", {"definitions": [NAMESPACE, declared("ConfigMap", "new")]}),
        ("delete", {"definitions": [NAMESPACE], "absent": [MAP]}),
    ],
)
def test_a_right_that_is_missing(site: Site, verb: str, options: Json) -> None:
    """It is noticed before anything is written, by a check run too."""
    site.cluster.add(MAPS, MAP)
    site.cluster.control.set_access(denials=[{"verb": verb, "resource": "configmaps"}])
    message = site.refuse(**options)
    assert f"cannot {verb} resource" in message and "needs this right" in message


def test_a_full_quota_is_no_missing_right(site: Site) -> None:
    site.run(declared("ResourceQuota", "few", spec={"hard": {"count/configmaps": "0"}}))
    message = site.refuse(MAP)
    assert "exceeded quota" in message and "right" not in message


def test_a_namespace_that_is_being_deleted(site: Site) -> None:
    site.cluster.add(MAPS, {**MAP, "metadata": {"name": "held", "finalizers": ["example.com/hold"]}})
    site.cluster.delete(ACME)
    assert "Namespace acme is being deleted" in site.refuse(NAMESPACE, MAP)
    message = site.refuse(MAP)
    assert "because it is being terminated" in message and "right" not in message


# ---- at the same time


def test_somebody_was_faster(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the write: the object gets what is declared, and keeps what it has."""
    look = objects.find

    def find(kube: t.Any, document: Json) -> Json | None:
        found = look(kube, document)
        if found is None:
            site.cluster.add(MAPS, {**MAP, "data": {"a": "0", "b": "2"}})
        return found

    monkeypatch.setattr(objects, "find", find)
    assert site.try_(MAP)["changed"]
    assert site.cluster.read(f"{MAPS}/notes")["data"] == {"a": "1", "b": "2"}
    monkeypatch.undo()
    assert not site.run(MAP)["changed"]


def test_many_see_to_one_namespace(site: Site, tmp_path: Path) -> None:
    """Hosts of one play at the same time; none fails, and all labels are there."""
    site.cluster.delete(ACME)
    labels = "{'of-' ~ inventory_hostname: 'x'}"
    task = {
        "name": "Objects",
        "clearml.enterprise.clearml_objects": {
            "kubeconfig": site.cluster.kubeconfig,
            "definitions": "{{ [{'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': 'acme', 'labels': "
            f"{labels}}}}}] }}}}",
        },
    }
    names = [f"host{number}" for number in range(4)]
    add = {"name": "Hosts", "ansible.builtin.add_host": {"name": "{{ item }}", "groups": "many"}, "loop": names}
    done = run_playbook(tmp_path / "run", [{"tasks": [add]}, {"hosts": "many", "tasks": [task]}], "--forks", "4")
    assert done.code == 0, done.output
    assert {f"of-{name}" for name in names} <= site.cluster.read(ACME)["metadata"]["labels"].keys()


# ---- through Ansible


@pytest.mark.parametrize("here", [True, False], ids=["here", "process"])
def test_with_ansible(site: Site, tmp_path: Path, here: bool) -> None:
    """In the controller's process and as a process; the kubeconfig comes from the group's defaults."""
    definitions = [NAMESPACE, QUOTA, LIMITS, POLICY]
    tasks: list[Json] = [
        {"name": "First", "clearml.enterprise.clearml_objects": {"namespace": "acme", "definitions": definitions}},
        {"name": "Second", "clearml.enterprise.clearml_objects": {"namespace": "acme", "definitions": definitions}},
        {"name": "Read", "clearml.enterprise.clearml_objects_info": {"kind": "ResourceQuota", "namespace": "acme"}},
        {"name": "Gone", "clearml.enterprise.clearml_objects": {"absent": [NAMESPACE], "wait": True}},
    ]
    defaults = {"group/clearml.enterprise.kubernetes": {"kubeconfig": site.cluster.kubeconfig}}
    interpreter = HERE if here else wrapped_python(tmp_path)
    done = run_playbook(
        tmp_path / "run", [{"module_defaults": defaults, "tasks": tasks}], "-vvv", "--diff", interpreter=interpreter
    )
    assert done.code == 0, done.output
    assert {done.processes()[task["name"]] for task in tasks} == {not here}
    assert [done.results[task["name"]]["changed"] for task in tasks] == [True, False, False, True]
    (quota,) = done.results["Read"]["resources"]
    assert quota["kind"] == "ResourceQuota" and quota["spec"]["hard"]["requests.cpu"] == "1"


# ---- reading


def read(site: Site, **options: t.Any) -> Result:
    """One run of the module that reads, which does the same in check mode."""
    results = [
        run_module("clearml_objects_info", {"kubeconfig": site.cluster.kubeconfig, **options}, check=check)
        for check in (True, False)
    ]
    assert results[0] == results[1] and not results[0].get("changed")
    return results[0]


def found(site: Site, **options: t.Any) -> list[str]:
    """The names of what was found."""
    result = read(site, **options)
    assert not result.get("failed"), result["msg"]
    for one in result["resources"]:
        assert one["kind"] == options["kind"] and one["apiVersion"] and "managedFields" not in one["metadata"]
    return [one["metadata"]["name"] for one in result["resources"]]


def test_reading(site: Site) -> None:
    """One, those with a label, all of a namespace, all, none."""
    site.cluster.add_namespace("other")
    site.run(
        labelled(MAP, tenant="acme"), declared("ConfigMap", "plain"), declared("ConfigMap", "far", namespace="other")
    )
    own = "kube-root-ca.crt"
    assert found(site, kind="Namespace", name="acme") == ["acme"]
    assert found(site, kind="Namespace", name="none") == []
    assert found(site, kind="ConfigMap", name="notes", namespace="acme") == ["notes"]
    assert found(site, kind="ConfigMap", name="notes", namespace="other") == []
    assert found(site, kind="ConfigMap", name="notes", namespace="none") == []
    assert found(site, kind="ConfigMap", selector="tenant=acme") == ["notes"]
    assert found(site, kind="ConfigMap", selector="tenant in (a, b)", namespace="acme") == []
    assert set(found(site, kind="ConfigMap", namespace="acme")) == {"notes", "plain", own}
    assert {"far", "notes", "plain"} <= set(found(site, kind="ConfigMap"))
    assert found(site, kind="NetworkPolicy", api_version="networking.k8s.io/v1") == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"kind": "Secret", "namespace": "acme"}, "Secrets are not read here"),
        ({"kind": "ConfigMap", "name": "notes"}, "ConfigMap notes lives in a namespace"),
        ({"kind": "Namespace", "name": "acme", "selector": "a=b"}, "name and selector do not go together"),
        ({"kind": "Namespace", "name": ""}, "name is empty"),
        ({"kind": "Namespace", "selector": ""}, "selector is empty"),
        ({"kind": "Namespace", "selector": "a=b=c"}, "400"),
        ({"kind": "Gadget"}, "serves no Gadget of v1"),
        ({"kind": "Gadget", "name": "g", "namespace": "acme"}, "serves no Gadget of v1"),
        ({"kind": "Node"}, "cannot list resource"),
    ],
)
def test_what_cannot_be_read(site: Site, options: Json, said: str) -> None:
    site.cluster.control.set_access(denials=[{"resource": "nodes"}])
    result = read(site, **options)
    assert result["failed"] and said in result["msg"]
