# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of every module run as they are printed, and what comes back is what RETURN documents."""

from __future__ import annotations

import contextlib
import copy
import importlib
import re
import typing as t
from pathlib import Path

import pytest
import yaml

from lab.apps.build import archive
from lab.kube.testing import running_kube
from tests.integration.parity.playbook import COLLECTION, GROUP, Task, own_module, run_playbook
from tests.support.cluster import Cluster
from tests.support.gpu_nodes import add_device_plugin
from tests.support.modules import Modules

#: Modules that need the real helm; tests/kube/test_helm_examples.py runs their examples.
HELM = {"clearml_chart", "clearml_release"}
MODULES = sorted({path.stem for path in (COLLECTION / "plugins" / "modules").glob("*.py")} - HELM)
#: What Ansible itself puts into results.
ANSIBLES_OWN = {
    *("ansible_loop_var", "attempts", "changed", "deprecations", "diff", "exception", "failed", "invocation", "item"),
    *("skip_reason", "skipped", "warnings"),
}
TYPES: dict[str, type | tuple[type, ...]] = {
    "bool": bool,
    "dict": dict,
    "float": (int, float),
    "int": int,
    "list": list,
    "path": str,
    "str": str,
}

#: What RETURN says of a map whose keys are nobody's to document, but whose values are.
BY_NAME = re.compile(r"\bby (the |host )?names?\b")
#: Secrets that examples take from a vault.
VAULT = ("aws_key", "aws_secret", "keycloak_secret", "minio_key", "minio_secret", "okta_secret", "s3_secret")

#: What a SAML provider offers for download.
SAML_METADATA = '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://ad.acme.example"/>'

Documentation = t.Mapping[str, t.Any]


def text_of(name: str, what: str) -> t.Any:
    """DOCUMENTATION (without fragments), EXAMPLES or RETURN of a module."""
    module = importlib.import_module(f"ansible_collections.clearml.enterprise.plugins.modules.{name}")
    return yaml.safe_load(getattr(module, what))


def is_idempotent(name: str) -> bool:
    """Whether the documentation promises that a second run changes nothing."""
    attributes = text_of(name, "DOCUMENTATION").get("attributes", {})
    return bool(attributes.get("idempotent", {"support": "full"})["support"] == "full")


def fits(value: t.Any, kind: str) -> bool:
    """Whether a value has a documented type."""
    return kind == "raw" or (isinstance(value, TYPES[kind]) and (kind == "bool" or not isinstance(value, bool)))


def undocumented(values: t.Mapping[str, t.Any], documentation: Documentation, where: str = "") -> list[str]:
    """The keys of a result that are not documented, or have another type. A key may be null if its text says so."""
    wrong = []
    for key, value in values.items():
        path = f"{where}{key}"
        if key not in documentation:
            wrong.append(f"{path} is not documented")
            continue
        about = documentation[key]
        if value is None and "null" in str(about["description"]):
            continue
        if not fits(value, about["type"]):
            wrong.append(f"{path} is {value!r}, documented as {about['type']}")
            continue
        elements = value if isinstance(value, list) else []
        wrong += [
            f"{path} has {one!r}, documented as {about['elements']}"
            for one in elements
            if not fits(one, about["elements"])
        ]
        if "contains" in about:
            by_name = isinstance(value, dict) and BY_NAME.search(str(about["description"]))
            for one in value.values() if by_name else [value] if isinstance(value, dict) else elements:
                wrong += undocumented(one, about["contains"], f"{path}.")
    return wrong


@contextlib.contextmanager
def surroundings(name: str) -> t.Iterator[dict[str, str]]:
    """The environment in which the examples of a module run: a cluster with namespaces, if it can work on one."""
    documentation = str(text_of(name, "DOCUMENTATION"))
    if "clearml.enterprise.kubernetes" not in documentation and "kubernetes >=" not in documentation:
        yield {}
        return
    with running_kube() as kube:
        for namespace in ("acme", "clearml"):
            Cluster(kube).add_namespace(namespace)
        if name == "clearml_mig":
            add_device_plugin(kube)
        Cluster(kube).add_secret("clearml-conf", "clearml", {"apiserver_key": "K" * 20, "apiserver_secret": "S" * 40})
        yield {"K8S_AUTH_KUBECONFIG": str(kube.kubeconfig)}


def documented_as_always(name: str) -> set[str]:
    """The keys that a successful result has, whatever was asked."""
    return {key for key, about in text_of(name, "RETURN").items() if about["returned"] in ("success", "always")}


def prepare(name: str, modules: Modules) -> None:
    """What the examples presuppose: the company, unless they make it, and something in it to be found."""
    if name in ("clearml_company", "clearml_server_info", "clearml_tenants_validate"):
        return
    modules.company(name="acme", allowed_users=20)
    if name == "clearml_user":
        return
    modules.user(company="acme", email="admin@acme.invalid", name="Acme automation", role="admin", internal=True)
    modules.user(company="acme", email="ann@acme.example", name="Ann Lee", role="user")
    queue = modules.queue(company="acme", name="default", tags=["a"])["queue"]["id"]
    modules.lab.control.add_task(queue)
    if name == "clearml_idp_info":
        saml = {"provider": "microsoft_ad", "entity_id": "clearml", "idp_metadata": SAML_METADATA}
        modules.idp(company="acme", display_name="Acme AD", **saml)
    if name in ("clearml_task", "clearml_worker_info"):
        worker = {"worker": "agent-1", "queues": [queue]}
        modules.api(company="acme", endpoint="workers.register", data=worker)


def with_repetition(examples: list[Task]) -> list[Task]:
    """The tasks, each followed by the same again if that has to change nothing."""
    tasks = []
    for number, task in enumerate(examples):
        tasks.append({**task, "name": f"{number}: {task['name']}"})
        module = own_module(task)
        if module and is_idempotent(module) and "check_mode" not in task:
            again = {key: value for key, value in copy.deepcopy(task).items() if key not in ("register", "until")}
            tasks.append({**again, "name": f"{number}: {task['name']}, again"})
    return tasks


@pytest.mark.parametrize("name", MODULES)
def test_examples_run_and_return_what_is_documented(modules: Modules, tmp_path: Path, name: str) -> None:
    """In the printed order, with the connection in module_defaults; what is idempotent twice."""
    prepare(name, modules)
    tasks = with_repetition(text_of(name, "EXAMPLES"))
    play = {"module_defaults": {GROUP: {key: f"{{{{ {key} }}}}" for key in modules.connection}}, "tasks": tasks}
    vault = {f"vault_acme_{what}": "x" for what in VAULT}
    issuer = modules.lab.oidc_url.removesuffix("/.well-known/openid-configuration")
    (tmp_path / "apps.zip").write_bytes(archive())
    providers = {
        "apps_archive": str(tmp_path / "apps.zip"),
        "acme_okta_issuer": issuer,
        "acme_ad_metadata": SAML_METADATA,
    }
    variables = {**modules.connection, "tenant_company": {"name": "acme"}, **vault, **providers}
    with surroundings(name) as environment:
        done = run_playbook(tmp_path / "run", [play], variables=variables, environment=environment)
    assert done.code == 0, done.output
    wrong = []
    for task in tasks:
        module = own_module(task)
        result = done.results[task["name"]]
        if not module or result.get("skipped"):
            continue
        for one in result.get("results", [result]):
            values = {key: value for key, value in one.items() if key not in ANSIBLES_OWN}
            wrong += [f"{task['name']}: {line}" for line in undocumented(values, text_of(module, "RETURN"))]
            wrong += [f"{task['name']}: {key} is missing" for key in documented_as_always(module) - values.keys()]
        if task["name"].endswith(", again") and result["changed"]:
            wrong.append(f"{task['name']}: changed {result['actions']}")
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    ran = {task["name"] for task in tasks if own_module(task) == name and not done.results[task["name"]].get("skipped")}
    assert ran, "no example of the module itself was run"
