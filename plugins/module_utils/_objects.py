# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain objects of Kubernetes: there as declared, or gone.

Whether an object differs is asked of the server by a dry run: it alone knows its defaults and how it writes an amount.
What is declared under ``spec`` is all of it; labels, annotations and the rest are added to what there is.
"""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Action, Call
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError, Object

#: What the server writes itself.
SERVERS_OWN = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid")
METHODS = {"create": "POST", "update": "PATCH", "delete": "DELETE"}


class Plan:
    """What has to be done; the server was asked about each step in a dry run, where that can be.

    :ivar before: the objects that differ, by name, as they are
    :ivar after: the same as they will be; without those that will be gone
    :ivar leaving: the objects, as they are, that will be gone or already are on their way
    :ivar assumed: namespaces that an earlier part of the run would create, as phrases
    """

    def __init__(self, kube: Kube, wanted: t.Sequence[Object], unwanted: t.Sequence[Object], namespace: str) -> None:
        """Plan to create, change and delete objects, in this order; namespaces come before what may be in them.

        :param namespace: of those that live in one and name none
        :raises InvalidInput: naming a definition that is none
        :raises KubeError: if the server refuses one
        """
        self._kube = kube
        self._steps: list[t.Callable[[], t.Any]] = []
        self.actions: list[Action] = []
        self.before: dict[str, Object] = {}
        self.after: dict[str, Object] = {}
        self.leaving: list[Object] = []
        self.assumed: list[str] = []
        present = [_placed(kube, one, namespace, f"definitions[{number}]") for number, one in enumerate(wanted)]
        served = [(one, f"absent[{number}]") for number, one in enumerate(unwanted) if _is_served(kube, one)]
        absent = [_placed(kube, one, namespace, where) for one, where in served]
        _refuse_twins([*present, *absent])
        present.sort(key=lambda one: bool(one["kind"] != "Namespace"))
        self._namespaces = {one["metadata"]["name"] for one in present if one["kind"] == "Namespace"}
        for document in present:
            self._have(document)
        for document in absent:
            self._lose(document)

    def carry_out(self) -> None:
        """Do it.

        :raises KubeError: if the server refuses something that it could not judge before, or changed its mind
        """
        for step in self._steps:
            step()

    def _have(self, document: Object) -> None:
        live = find(self._kube, document)
        if live is None:
            self._try_to_create(document)
            self._add("create", document, {}, document, partial(_create, self._kube, document))
            return
        if _is_leaving(live):
            raise KubeError(
                f"{name_of(document)} is being deleted; wait until it is gone. What keeps it is in its "
                "metadata.finalizers"
            )
        patch = _changes(document, live)
        result = self._kube.patch(document, patch, dry_run=True)
        if shown(result) != shown(live):
            self._add("update", document, live, result, partial(self._kube.patch, document, patch))

    def _try_to_create(self, document: Object) -> None:
        """Let the server judge a new object; it cannot if the namespace is not there yet."""
        namespace = document["metadata"].get("namespace", "")
        try:
            _create(self._kube, document, dry_run=True)
        except KubeError as error:
            if error.status != 404 or not namespace:
                raise
        else:
            return
        if namespace in self._namespaces:
            return
        if not self._kube.read_only:
            raise InvalidInput(
                f"Namespace {namespace} does not exist, and {name_of(document)} belongs in it; create it first"
            )
        phrase = f"namespace {namespace!r}"
        if phrase not in self.assumed:
            self.assumed.append(phrase)

    def _lose(self, document: Object) -> None:
        live = find(self._kube, document)
        if live is None:
            return
        self.leaving.append(live)
        if not _is_leaving(live):
            self._kube.delete(document, dry_run=True)
            self._add("delete", document, live, {}, partial(self._kube.delete, document))

    def _add(self, verb: str, document: Object, before: Object, after: Object, step: t.Callable[[], t.Any]) -> None:
        name = name_of(document)
        self._steps.append(step)
        for state, states in ((before, self.before), (after, self.after)):
            if state:
                states[name] = shown(state)
        fields = _differing(self.before[name], self.after[name]) if verb == "update" else ()
        metadata = document["metadata"]
        namespace, own_name = metadata.get("namespace", ""), metadata["name"]
        full_name = f"{namespace}/{own_name}" if namespace else own_name
        place = (document["apiVersion"], document["kind"], "" if verb == "create" else own_name, namespace)
        call = Call(f"{METHODS[verb]} {self._kube.path(*place)}", {})
        self.actions.append(Action(verb, document["kind"], full_name, (call,), fields))


def find(kube: Kube, document: Object) -> Object | None:
    """The live object; None if there is none."""
    metadata = document["metadata"]
    return kube.find(document["apiVersion"], document["kind"], metadata["name"], metadata.get("namespace", ""))


def is_gone(kube: Kube, live: Object) -> bool:
    """Whether an object is there no more, even if another one has its name by now."""
    now = find(kube, live)
    return now is None or bool(now["metadata"].get("uid") != live["metadata"].get("uid"))


def name_of(document: Object) -> str:
    """An object as people would name it."""
    namespace = document["metadata"].get("namespace", "")
    return f"{document['kind']} {document['metadata']['name']}" + (f" in namespace {namespace}" if namespace else "")


def shown(document: Object) -> Object:
    """The part of an object that people declare."""
    kept = {key: item for key, item in document.items() if key != "status"}
    kept["metadata"] = {key: item for key, item in document["metadata"].items() if key not in SERVERS_OWN and item}
    return kept


def _placed(kube: Kube, document: Object, namespace: str, where: str) -> Object:
    """The definition with the namespace that it lives in, if it lives in one.

    :raises InvalidInput: if it is no object of Kubernetes, or a Secret
    """
    metadata = document.get("metadata")
    texts = [document.get("apiVersion"), document.get("kind")]
    texts += [metadata.get("name"), metadata.get("namespace") or "-"] if isinstance(metadata, dict) else [None]
    if metadata is None or not all(isinstance(text, str) and text for text in texts):
        raise InvalidInput(f"{where} needs apiVersion, kind and metadata.name, and each has to be a text")
    kind = document["kind"]
    if kind == "Secret":
        raise InvalidInput(
            f"Secret {metadata['name']} cannot be declared here, where it would be shown; use clearml_secret"
        )
    own = {key: item for key, item in metadata.items() if key != "namespace"}
    if kube.namespaced(document["apiVersion"], kind):
        own["namespace"] = metadata.get("namespace") or namespace
        if not own["namespace"]:
            raise InvalidInput(
                f"{kind} {own['name']} lives in a namespace; name it in namespace or in its metadata.namespace"
            )
    return {**document, "metadata": own}


def _is_served(kube: Kube, document: Object) -> bool:
    """Whether there can be such an object; what is no definition is left to others to refuse."""
    try:
        kube.namespaced(str(document.get("apiVersion")), str(document.get("kind")))
    except KubeError as error:
        if error.status != 404:
            raise
        return not (document.get("apiVersion") and document.get("kind"))
    return True


def _refuse_twins(documents: list[Object]) -> None:
    """:raises InvalidInput: if something is declared twice, or as there and as gone"""
    names: set[str] = set()
    for document in documents:
        name = f"{document['apiVersion'].rpartition('/')[0]} {name_of(document)}"
        if name in names:
            raise InvalidInput(f"{name_of(document)} is declared twice; leave one out")
        names.add(name)


def _create(kube: Kube, document: Object, dry_run: bool = False) -> None:
    """Create an object. If another run was faster, which is likely for a namespace of several, it gets ours too."""
    try:
        kube.create(_without_nulls(document), dry_run)
    except KubeError as error:
        if error.reason != "AlreadyExists":
            raise
        kube.patch(document, _changes(document, {}), dry_run)


def _changes(document: Object, live: Object) -> Object:
    """The merge patch that makes a live object as declared."""
    patch = {key: item for key, item in document.items() if key not in ("apiVersion", "kind", "status")}
    if "spec" in patch:
        patch["spec"] = _all_of(patch["spec"], live.get("spec"))
    return patch


def _all_of(wanted: t.Any, live: t.Any) -> t.Any:
    """The wanted map, with null for what only the live one has."""
    if not isinstance(wanted, dict) or not isinstance(live, dict):
        return wanted
    return {
        **dict.fromkeys(live.keys() - wanted.keys()),
        **{key: _all_of(item, live.get(key)) for key, item in wanted.items()},
    }


def _without_nulls(document: t.Any) -> t.Any:
    """What a merge patch makes of nothing."""
    if not isinstance(document, dict):
        return document
    return {key: _without_nulls(item) for key, item in document.items() if item is not None}


def _is_leaving(live: Object) -> bool:
    return bool(live["metadata"].get("deletionTimestamp"))


def _differing(before: Object, after: Object) -> tuple[str, ...]:
    """What differs, as ``spec.hard``."""
    flat = [dict(_flat(one)) for one in (before, after)]
    return tuple(key for key in sorted(flat[0].keys() | flat[1].keys()) if flat[0].get(key) != flat[1].get(key))


def _flat(document: Object) -> t.Iterator[tuple[str, t.Any]]:
    for key, item in document.items():
        if isinstance(item, dict):
            yield from ((f"{key}.{inner}", value) for inner, value in item.items())
        else:
            yield key, item
