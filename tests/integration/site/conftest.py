# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites on the lab's platform: an empty one, and one that stands."""

from __future__ import annotations

import base64
import contextlib
import json
import typing as t
from pathlib import Path

import pytest
import requests

from lab.platform.testing import RunningPlatform, running_platform
from lab.site import Run, Site
from tests.support.cluster import Cluster

#: Task and host, as a run tells them.
Change = tuple[str, str]
#: What controllers write, and nobody else.
PASSING = {"endpoints", "events", "nodes", "persistentvolumes", "pods", "replicasets.apps"}
AGENT, SERVER = "clearml-enterprise-agent", "clearml-enterprise"

RELEASE = "clearml.enterprise.helm_release : The release"
PLACE = "clearml.enterprise.tenant : Its namespace, and what holds in it"
QUEUES = "clearml.enterprise.tenant : Its queues"
AGENT_PAIR = "clearml.enterprise.tenant : The agent's key pair, straight into a Secret"
REVOKE = "clearml.enterprise.tenant : Revoke the agent's replaced key pairs"


class Hands:
    """A site, and what people do to it beside the playbooks."""

    def __init__(
        self, platform: RunningPlatform, folder: Path, packaging: str = "oci", whole: bool = False, **variables: str
    ) -> None:
        self.platform = platform
        self.kube = platform.kube.control
        self.api = platform.control
        self.cluster = Cluster(platform.kube)
        self.site = Site(platform, folder, packaging, whole=whole, variables=variables)
        self.site.keys.mkdir(exist_ok=True)

    # ---- runs

    def play(self, playbook: str, *options: str, fails: bool = False, **variables: t.Any) -> Run:
        """Run a playbook; it succeeds, or fails where that is expected. Nobody sends the API what it does not have."""
        extra = ("-e", json.dumps(variables)) if variables else ()
        run = self.site.play(playbook, *options, *extra)
        assert bool(run.code) is fails, run.output[-8000:]
        assert self.api.violations() == []
        return run

    def check(self, playbook: str, *options: str, **variables: t.Any) -> list[Change]:
        """What a check run foresees; it writes nothing."""
        before = self.fingerprint()
        run = self.play(playbook, "--check", "--diff", *options, **variables)
        assert run.cost.writes == 0, "the check run wrote something"
        assert self.fingerprint() == before
        return sorted(run.changed)

    def change(self, playbook: str, *options: str, **variables: t.Any) -> list[Change]:
        """A check run, and the run that does what the first foresaw."""
        foreseen = self.check(playbook, *options, **variables)
        run = self.play(playbook, *options, **variables)
        assert sorted(run.changed) == foreseen
        return foreseen

    def settle(self, playbook: str, *options: str, **variables: t.Any) -> list[Change]:
        """The same, and a run that finds nothing more to do."""
        foreseen = self.change(playbook, *options, **variables)
        self.stands(playbook, *options, **variables)
        return foreseen

    def stands(self, playbook: str, *options: str, **variables: t.Any) -> None:
        """Nothing is left to do: no change is told, and none is made."""
        before, fetched = self.fingerprint(), self.platform.registry.counts()
        run = self.play(playbook, *options, **variables)
        assert run.changed == [] and run.cost.writes == 0
        assert self.fingerprint() == before
        assert self.platform.registry.counts() == fetched, "a night without drift needs no registry"

    # ---- people

    def helm(self, *arguments: str, fails: bool = False) -> None:
        """Helm, as a person would run it."""
        self.site.helm_by_hand(*arguments, fails=fails)

    def call(self, company: str, endpoint: str, /, **body: t.Any) -> None:
        """A request to the API as the admin of a company."""
        pair = self.secret("clearml-conf", "clearml")
        wanted = self.company(company)["id"]
        users = self.api.state()["auth_entries"]
        admin = next(one["id"] for one in users if one["company"] == wanted and one["role"] == "admin")
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                f"{self.platform.api_url}/{endpoint}",
                json=body,
                auth=(pair["apiserver_key"], pair["apiserver_secret"]),
                headers={"X-Clearml-Impersonate-As": admin},
                timeout=10,
            )
        assert answer.status_code == 200, answer.text

    def delete_queue(self, company: str, name: str) -> None:
        """Somebody deletes a queue."""
        wanted = self.company(company)["id"]
        queues = self.api.state()["queues"]
        found = next(one["id"] for one in queues if one["company"] == wanted and one["name"] == name)
        self.call(company, "queues.delete", queue=found)

    # ---- what there is

    def objects(self, resource: str, namespace: str = "") -> list[dict[str, t.Any]]:
        """The cluster's objects of a resource."""
        found = self.site.objects(resource)
        return [one for one in found if not namespace or one["metadata"].get("namespace") == namespace]

    def names(self, resource: str, namespace: str = "") -> set[str]:
        """Their names."""
        return {one["metadata"]["name"] for one in self.objects(resource, namespace)}

    def fingerprint(self) -> set[str]:
        """What people or playbooks made of the cluster and the server; what these write for themselves is left out."""
        found = set()
        for entry in self.kube.state()["objects"]:
            one = entry["object"]
            if entry["resource"] not in PASSING:
                metadata = {k: v for k, v in one["metadata"].items() if k not in ("resourceVersion", "managedFields")}
                rest = {k: v for k, v in one.items() if k not in ("metadata", "status")}
                found.add(json.dumps([entry["resource"], metadata, rest], sort_keys=True))
        state = self.api.state()
        for kind in ("companies", "queues", "profiles", "provider_configurations"):
            found |= {json.dumps([kind, one], sort_keys=True) for one in state.get(kind, [])}
        for user in state.get("auth_entries", []):
            keys = sorted(pair["key"] for pair in user["credentials"])
            found.add(json.dumps([user["id"], user["role"], user["name"], keys]))
        return found

    def secret(self, name: str, namespace: str) -> dict[str, str]:
        """The texts of a Secret; none if there is none."""
        for one in self.objects("secrets", namespace):
            if one["metadata"]["name"] == name:
                return {key: base64.b64decode(text).decode() for key, text in one["data"].items()}
        return {}

    def release(self, name: str, namespace: str) -> dict[str, t.Any]:
        """The newest record of a release: chart, values, status; empty if there is none."""
        return self.site.release(name, namespace)

    def statuses(self) -> set[tuple[str, str]]:
        """Namespace and status of every release."""
        return {(one["namespace"], one["info"]["status"]) for one in self.site.releases()}

    def company(self, name: str) -> dict[str, t.Any]:
        """A company of the server; empty if there is none."""
        return next((one for one in self.api.state().get("companies", []) if one["name"] == name and one["active"]), {})

    def companies(self) -> set[str]:
        """Names of the companies, without the one that every server is born with."""
        return {one["name"] for one in self.api.state()["companies"] if one["active"] and one["name"] != "clearml"}

    def queues(self, company: str) -> set[str]:
        """Names of a company's queues."""
        wanted = self.company(company)["id"]
        return {one["name"] for one in self.api.state()["queues"] if one["company"] == wanted}

    def workers(self, company: str) -> int:
        """How many agents of a company report for work."""
        wanted = self.company(company)["id"]
        return len([one for one in self.api.state()["workers"] if one["company"] == wanted])

    def keys(self, company: str, label: str) -> list[str]:
        """Access keys of all pairs of a company that have a label."""
        wanted = self.company(company)["id"]
        users = [one for one in self.api.state()["auth_entries"] if one["company"] == wanted]
        return [pair["key"] for user in users for pair in user["credentials"] if pair["label"] == label]


class Standing:
    """One site for all tests of a process, which take it over from each other and leave it as the files say."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = contextlib.ExitStack()
        self._hands: Hands | None = None
        self._built = 0

    def hands(self) -> Hands:
        """The site; it is built if there is none."""
        if self._hands is None:
            self._built += 1
            folder = self._folder / str(self._built)
            folder.mkdir()
            platform = self._open.enter_context(running_platform(ready_seconds=0.1, finish_seconds=0.1))
            self._hands = Hands(platform, folder)
            self._hands.play("site")
        return self._hands

    def discard(self) -> None:
        """Who comes next gets a new one."""
        self._hands = None
        self._open.close()


@pytest.fixture
def empty(tmp_path: Path) -> t.Iterator[Hands]:
    """An empty cluster."""
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        yield Hands(platform, tmp_path)


@pytest.fixture(scope="session")
def standing_site(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Standing]:
    """Builds the site when the first test asks for it."""
    site = Standing(tmp_path_factory.mktemp("standing"))
    yield site
    site.discard()


@pytest.fixture
def standing(standing_site: Standing, request: pytest.FixtureRequest) -> t.Iterator[Hands]:
    """A platform with its tenants, as the inventory says; what a failed test has left is not handed on."""
    failed = request.session.testsfailed
    yield standing_site.hands()
    if request.session.testsfailed != failed:
        standing_site.discard()
