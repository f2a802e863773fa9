# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be known of a cluster before anything in it is touched: its version, its classes, the user's rights."""

from __future__ import annotations

import base64
import binascii
import gzip
import importlib.metadata
import importlib.util
import json
import re
import socket
import sys
import typing as t
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from ansible.module_utils.compat.version import LooseVersion

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError, Object
from ansible_collections.clearml.enterprise.plugins.module_utils._published import is_published
from ansible_collections.clearml.enterprise.plugins.module_utils._rights import lacking, wanted_rights
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import texts_in

WHOAMI = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
#: How many names are looked up at once.
AT_ONCE = 8
LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
#: How many names a message lists before it says how many more there are.
NAMED = 5
#: Labels that say what GPUs a node has and how they are shared.
GPU_LABEL = re.compile(r"nvidia\.com/(gpu\.(present|product|count|memory|replicas)|mig\..*|device-plugin\.config)")


@dataclass(frozen=True)
class Problem:
    """Something that would stop a run.

    :ivar where: the option that the value comes from, or the name that a secret goes by
    """

    what: str
    where: str
    advice: str


@dataclass(frozen=True)
class ClassKind:
    """A kind of which every cluster has its own set, and one of them may be the default."""

    option: str
    need: str
    api_version: str
    kind: str
    mark: str
    fact: str
    source: str


STORAGE = ClassKind(
    "storage_class",
    "storage",
    "storage.k8s.io/v1",
    "StorageClass",
    "storageclass.kubernetes.io/is-default-class",
    "storage_classes",
    "a storage provisioner",
)
INGRESS = ClassKind(
    "ingress_class",
    "ingress",
    "networking.k8s.io/v1",
    "IngressClass",
    "ingressclass.kubernetes.io/is-default-class",
    "ingress_classes",
    "an ingress controller",
)


def examine(
    options: t.Mapping[str, t.Any], connect: t.Callable[[], Kube]
) -> tuple[list[dict[str, str]], dict[str, t.Any]]:
    """All problems, and what the cluster is like as far as it could be seen.

    :raises InvalidInput: if a version among the options is none
    """
    limits = {name: _version(options, name) for name in ("minimum_version", "maximum_version")}
    problems = [
        *_wrong_libraries(options["libraries"]),
        *_wrong_names(options["namespaces"]),
        *_no_secrets(options["secrets"]),
    ]
    facts: dict[str, t.Any] = {}
    problems += _unknown_hosts(options["hosts"], facts)
    try:
        kube = connect()
        facts["version"] = kube.version()
    except (InvalidInput, KubeError) as error:
        advice = "Name a kubeconfig and a context with which kubectl version gets an answer on this machine"
        problems.append(Problem(str(error), "kubeconfig", advice))
        return [asdict(problem) for problem in problems], facts
    problems += _wrong_version(facts["version"], limits)
    for part in (
        _nodes,
        _user,
        *(_classes(kind) for kind in (STORAGE, INGRESS)),
        _terminating,
        _releases,
        _missing_rights,
    ):
        try:
            problems += part(kube, options, facts)
        except KubeError as error:
            problems.append(Problem(str(error), "kubeconfig", "Without this answer the cluster cannot be judged"))
    return [asdict(problem) for problem in problems], facts


def _version(options: t.Mapping[str, t.Any], name: str) -> tuple[int, int] | None:
    text = options[name]
    if not text:
        return None
    found = re.fullmatch(r"v?(\d+)\.(\d+)", text)
    if not found:
        raise InvalidInput(f"{name} is {text!r}; give major and minor number in quotes, such as '1.30'")
    return int(found[1]), int(found[2])


def _wrong_version(text: str, limits: t.Mapping[str, tuple[int, int] | None]) -> t.Iterator[Problem]:
    found = re.match(r"v?(\d+)\.(\d+)", text)
    if not found:
        return
    version = int(found[1]), int(found[2])
    low, high = limits["minimum_version"], limits["maximum_version"]
    if low and version < low:
        what = f"The cluster has Kubernetes {text}, and {low[0]}.{low[1]} is the oldest that will do"
        yield Problem(what, "minimum_version", "Upgrade the cluster")
    if high and version > high:
        what = f"The cluster has Kubernetes {text}, and {high[0]}.{high[1]} is the newest that will do"
        yield Problem(what, "maximum_version", "Install charts that allow this version, and raise the limit")


def _wrong_libraries(libraries: t.Mapping[str, t.Any]) -> t.Iterator[Problem]:
    for name, oldest in libraries.items():
        found = _installed(name)
        advice = f"Install {name} {oldest} or newer for {sys.executable}, which is the Python that modules run with"
        if found is None:
            yield Problem(f"The Python library {name} is missing", "libraries", advice)
        elif found and LooseVersion(found) < LooseVersion(str(oldest)):
            yield Problem(f"The Python library {name} {found} is too old", "libraries", advice)


def _installed(name: str) -> str | None:
    """The version of a library; empty if it does not say, None if there is none."""
    if importlib.util.find_spec(name) is None:
        return None
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _wrong_names(namespaces: t.Iterable[Object]) -> t.Iterator[Problem]:
    for name in dict.fromkeys(namespace["name"] for namespace in namespaces):
        if not LABEL.fullmatch(name):
            advice = "Use small letters, digits and hyphens between them, 63 characters at most"
            yield Problem(f"{name!r} is no name for a namespace", "namespaces", advice)
        elif name.startswith("kube-"):
            yield Problem(f"Namespace {name} belongs to Kubernetes itself", "namespaces", "Choose another name")


def _no_secrets(secrets: t.Mapping[str, t.Any]) -> t.Iterator[Problem]:
    for name, value in secrets.items():
        if any(is_published(text) for text in texts_in(value)):
            advice = "Choose another one, or leave it out where one is generated then"
            yield Problem("The value is printed in public charts and guides, so it is no secret", name, advice)


def _unknown_hosts(hosts: t.Sequence[str], facts: dict[str, t.Any]) -> t.Iterator[Problem]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        facts["addresses"] = dict(zip(hosts, pool.map(_addresses, hosts), strict=True))
    for host, addresses in facts["addresses"].items():
        if not addresses:
            advice = "Let it lead to the ingress controller in the DNS that this machine asks"
            yield Problem(f"{host} has no address", "hosts", advice)


def _addresses(host: str) -> list[str]:
    try:
        return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError):  # The latter where a label is too long.
        return []


def _nodes(kube: Kube, options: t.Mapping[str, t.Any], facts: dict[str, t.Any]) -> list[Problem]:
    facts["nodes"] = facts["gpus"] = None
    try:
        rows = kube.every("v1", "Node")
    except KubeError as error:
        if error.status == 403 and not options["resources"]:  # No role needs to see nodes.
            return []
        raise
    facts["gpus"] = [gpus for row in rows if (gpus := _gpus(row))]
    facts["nodes"] = sorted(row["metadata"]["name"] for row in rows)
    facts["ready_nodes"] = sorted(row["metadata"]["name"] for row in rows if _is_ready(row))
    if not facts["ready_nodes"]:
        advice = "Look at kubectl get nodes, and let one come up"
        return [Problem(f"None of the cluster's {len(rows)} nodes can run a pod", "kubeconfig", advice)]
    offered = {name for row in rows if _is_ready(row) for name in _offered(row)}
    advice = f"Those with such devices offer {_some(sorted(offered))}" if offered else "None has any such device"
    advice += ": correct the name, or let the nodes offer it, with a device plugin and its configuration"
    return [
        Problem(f"No node that can run a pod offers {name}", "resources", advice)
        for name in options["resources"]
        if name not in offered
    ]


def _offered(node: Object) -> dict[str, int]:
    """How many devices pods may have, by resource; those have names with a slash, and CPU and memory have not."""
    allocatable = (node.get("status") or {}).get("allocatable") or {}
    return {
        name: int(text)
        for name, text in sorted(allocatable.items())
        if "/" in name and str(text).isdecimal() and text != "0"
    }


def _gpus(node: Object) -> dict[str, t.Any] | None:
    """What a node has of GPUs; None if it has none."""
    labels = {name: text for name, text in (node["metadata"].get("labels") or {}).items() if GPU_LABEL.fullmatch(name)}
    offered = _offered(node)
    return {"node": node["metadata"]["name"], "resources": offered, "labels": labels} if offered or labels else None


def _is_ready(node: Object) -> bool:
    conditions = (node.get("status") or {}).get("conditions") or []
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
    return ready and not (node.get("spec") or {}).get("unschedulable")


def _user(kube: Kube, options: t.Mapping[str, t.Any], facts: dict[str, t.Any]) -> list[Problem]:
    facts["user"] = None
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    try:
        facts["user"] = kube.request("POST", WHOAMI, review)["status"]["userInfo"]["username"]
    except KubeError as error:
        if error.status not in (403, 404):  # Clusters before 1.28 do not answer this.
            raise
    return []


def _classes(about: ClassKind) -> t.Callable[[Kube, t.Mapping[str, t.Any], dict[str, t.Any]], list[Problem]]:
    def look(kube: Kube, options: t.Mapping[str, t.Any], facts: dict[str, t.Any]) -> list[Problem]:
        wanted, needs = options[about.option], options["needs"]
        # Something may name no class whatever the others do.
        only_default = f"default_{about.need}" in needs
        wants_default = only_default or (not wanted and about.need in needs)
        facts[about.fact] = facts[f"default_{about.option}"] = None
        try:
            rows = kube.every(about.api_version, about.kind)
        except KubeError as error:
            if error.status == 403 and not wanted and not wants_default:
                return []
            raise
        names = sorted(row["metadata"]["name"] for row in rows)
        marked = [row for row in rows if (row["metadata"].get("annotations") or {}).get(about.mark) == "true"]
        # Of several, Kubernetes takes the newest.
        newest = max(marked, key=lambda row: str(row["metadata"].get("creationTimestamp")), default=None)
        facts[about.fact] = names
        facts[f"default_{about.option}"] = None if newest is None else newest["metadata"]["name"]
        problems = []
        if wanted and wanted not in names:
            problems.append(_no_class(about, names, f"{about.kind} {wanted!r}"))
        if newest is None and wants_default:
            problems.append(_no_class(about, names, f"default {about.kind}", only_default))
        return problems

    return look


def _no_class(about: ClassKind, names: t.Sequence[str], missing: str, only_default: bool = False) -> Problem:
    advice = f"Annotate one with {about.mark}=true: {_some(names)}" if only_default else f"Choose one of {_some(names)}"
    if not names:
        advice = f"It has none at all: install {about.source} first"
    return Problem(f"The cluster has no {missing}", "needs" if only_default else about.option, advice)


def _terminating(kube: Kube, options: t.Mapping[str, t.Any], facts: dict[str, t.Any]) -> list[Problem]:
    names = list(dict.fromkeys(one["name"] for one in options["namespaces"] if LABEL.fullmatch(one["name"])))
    if not names:
        return []
    try:
        rows: list[Object | None] = list(kube.every("v1", "Namespace"))
    except KubeError as error:
        if error.status != 403:
            raise
        rows = [kube.find("v1", "Namespace", name) for name in names]
    going = {row["metadata"]["name"] for row in rows if row and row["metadata"].get("deletionTimestamp")}
    return [
        Problem(
            f"Namespace {name} is about to be removed",
            "namespaces",
            f"Wait until it is gone; kubectl get namespace {name} -o yaml says what it waits for",
        )
        for name in names
        if name in going
    ]


def _releases(kube: Kube, options: t.Mapping[str, t.Any], facts: dict[str, t.Any]) -> list[Problem]:
    """Never a problem: a release that cannot be seen is like one that is not there, and the rights say why."""
    facts["releases"] = []
    for release in options["releases"]:
        selector = f"owner=helm,name={release['name']}"
        try:
            records = kube.every("v1", "Secret", release["namespace"], selector)
        except KubeError as error:
            if error.status != 403:
                raise
            records = []
        newest = max(records, key=lambda one: int(one["metadata"]["labels"].get("version", 0)), default=None)
        about = {"name": release["name"], "namespace": release["namespace"], "chart_version": None, "status": None}
        if newest is not None:
            about |= {"chart_version": _chart_version(newest), "status": newest["metadata"]["labels"].get("status")}
        facts["releases"].append(about)
    return []


def _chart_version(record: Object) -> str | None:
    try:
        packed = base64.b64decode(base64.b64decode(record["data"]["release"]))
        return str(json.loads(gzip.decompress(packed))["chart"]["metadata"]["version"])
    except (KeyError, TypeError, ValueError, OSError, EOFError, zlib.error, binascii.Error):
        return None


def _missing_rights(kube: Kube, options: t.Mapping[str, t.Any], facts: dict[str, t.Any]) -> list[Problem]:
    missing: dict[tuple[str, str], list[str]] = {}  # verbs by resource and namespace
    for right in lacking(kube, wanted_rights(options)):
        missing.setdefault((right.resource, right.namespace), []).append(right.verb)
    # Namespaces in which the same is missing share one sentence.
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (resource, namespace), verbs in missing.items():
        alike.setdefault((resource, tuple(verbs)), []).append(namespace)
    user = facts.get("user") or "the user of the kubeconfig"
    found = []
    for (resource, lost), namespaces in alike.items():
        there = [name for name in namespaces if name]
        where = f" in namespace{'s' if len(there) > 1 else ''} {_some(there)}" if there else ""
        what = f"{user} has no right to {', '.join(lost)} {resource}{where}"
        found.append(Problem(what, "rights", "Let whoever administers the cluster grant it by a role and its binding"))
    return found


#: Each fills in its facts and answers its problems. The rights come last: their problems name the user.
PARTS = (_nodes, _user, _classes(STORAGE), _classes(INGRESS), _terminating, _releases, _missing_rights)


def _some(names: t.Sequence[str]) -> str:
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
