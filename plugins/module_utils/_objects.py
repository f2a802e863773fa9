# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain objects of Kubernetes: there as declared, or gone.

Whether an object differs is asked of the server by a dry run: it alone knows its defaults and how it writes an amount.
What is declared under ``spec`` is all of it; labels, annotations and the rest are added to what there is.
"""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Action
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError, Object

#: What the server writes itself.
SERVERS_OWN = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid")


class Changes(t.NamedTuple):
    """What was done or would be done to the objects.

    :ivar deleted: the objects that were told to go
    :ivar assumed: namespaces that an earlier part of the run would create, as phrases
    """

    actions: list[Action]
    before: list[Object]
    after: list[Object]
    deleted: list[Object]
    assumed: list[str]


def bring_about(kube: Kube, wanted: t.Sequence[Object], unwanted: t.Sequence[Object], namespace: str) -> Changes:
    """Create, change and delete objects, in this order.

    :param namespace: of those that name none
    :raises InvalidInput: naming a definition that is none, before anything is written
    :raises KubeError: if the server refuses one, in a dry run before anything is written where that can be
    """
    changes = Changes([], [], [], [], [])
    present = [_placed(one, namespace) for one in wanted]
    absent = [_placed(one, namespace) for one in unwanted]
    plans = [(one, *_plan(kube, one, present, changes)) for one in present]
    for document, live, patch in plans:
        if patch is None:
            continue
        if not kube.read_only:
            kube.patch(document, patch) if live else kube.create(document)
        changes.actions.append(_action("update" if live else "create", document))
    for document in absent:
        live = find(kube, document)
        if live is not None:
            if not kube.read_only:
                kube.delete(document)
            changes.deleted.append(document)
            changes.before.append(shown(live))
            changes.actions.append(_action("delete", document))
    return changes


def _plan(kube: Kube, document: Object, present: list[Object], changes: Changes) -> tuple[Object | None, Object | None]:
    """The live object, and what has to be sent to have it as declared; null for nothing."""
    live = find(kube, document)
    if live is None:
        _try_to_create(kube, document, present, changes)
        changes.after.append(shown(document))
        return None, document
    if live["metadata"].get("deletionTimestamp"):
        raise KubeError(
            f"{name_of(document)} is being deleted; wait until it is gone. What keeps it is in its metadata.finalizers"
        )
    patch = {key: item for key, item in document.items() if key not in ("apiVersion", "kind")}
    if "spec" in patch:
        patch["spec"] = _all_of(patch["spec"], live.get("spec") or {})
    result = kube.patch(document, patch, dry_run=True)
    if shown(result) == shown(live):
        return live, None
    changes.before.append(shown(live))
    changes.after.append(shown(result))
    return live, patch


def _try_to_create(kube: Kube, document: Object, present: list[Object], changes: Changes) -> None:
    """Let the server judge a new object, unless its namespace is not there yet."""
    namespace = document["metadata"].get("namespace", "")
    if namespace and kube.find("v1", "Namespace", namespace) is None:
        declared = {one["metadata"]["name"] for one in present if one["kind"] == "Namespace"}
        if namespace in declared:
            return
        if not kube.read_only:
            raise InvalidInput(
                f"Namespace {namespace} does not exist, and {name_of(document)} belongs in it; create it first"
            )
        phrase = f"namespace {namespace!r}"
        if phrase not in changes.assumed:
            changes.assumed.append(phrase)
        return
    kube.create(document, dry_run=True)


def _all_of(wanted: t.Any, live: t.Any) -> t.Any:
    """The wanted map, with null for what only the live one has."""
    if not isinstance(wanted, dict) or not isinstance(live, dict):
        return wanted
    return {
        **dict.fromkeys(live.keys() - wanted.keys()),
        **{key: _all_of(item, live.get(key)) for key, item in wanted.items()},
    }


def find(kube: Kube, document: Object) -> Object | None:
    """The live object; None if there is none."""
    metadata = document["metadata"]
    return kube.find(document["apiVersion"], document["kind"], metadata["name"], metadata.get("namespace", ""))


def _placed(document: Object, namespace: str) -> Object:
    """The definition with its namespace.

    :raises InvalidInput: if it is no object of Kubernetes, or a Secret
    """
    metadata = document.get("metadata")
    named = isinstance(metadata, dict) and isinstance(metadata.get("name"), str) and metadata["name"]
    if not (named and isinstance(metadata, dict) and document.get("apiVersion") and document.get("kind")):
        raise InvalidInput("Every definition needs apiVersion, kind and metadata.name; one has not")
    if document["kind"] == "Secret":
        raise InvalidInput(
            f"Secret {metadata['name']} cannot be declared here, where it would be shown; use clearml_secret"
        )
    if metadata.get("namespace") or not namespace or document["kind"] == "Namespace":
        return document
    return {**document, "metadata": {**metadata, "namespace": namespace}}


def shown(document: Object) -> Object:
    """The part of an object that people declare."""
    kept = {key: item for key, item in document.items() if key != "status"}
    kept["metadata"] = {key: item for key, item in document["metadata"].items() if key not in SERVERS_OWN and item}
    return kept


def name_of(document: Object) -> str:
    """An object as people would name it."""
    namespace = document["metadata"].get("namespace", "")
    return f"{document['kind']} {document['metadata']['name']}" + (f" in namespace {namespace}" if namespace else "")


def _action(verb: str, document: Object) -> Action:
    namespace = document["metadata"].get("namespace", "")
    return Action(
        verb, document["kind"], "/".join(part for part in (namespace, document["metadata"]["name"]) if part), ()
    )
