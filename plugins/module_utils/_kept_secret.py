# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Secret of Kubernetes that this collection keeps: read, compared, written, and told from those of others."""

from __future__ import annotations

import base64
import hashlib
import json
import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Action, Call
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError, Object
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK

#: What is written into every Secret that we keep. One without it belongs to somebody else.
MANAGER = "app.kubernetes.io/managed-by"
OURS = "clearml.enterprise"
LABELS = "metadata.labels"
#: Stands in a diff for a text that will be another one.
CHANGED = f"{MASK} (changed)"

#: Texts by key; null removes a key.
Texts: t.TypeAlias = "t.Mapping[str, str | None]"


@dataclass(frozen=True)
class OnCluster(Action):
    """What happens to an object of Kubernetes, which lives in no company."""

    def describe(self, company: str | None) -> dict[str, t.Any]:
        """The action as a module returns it."""
        return super().describe(None)


def lost(error: KubeError) -> bool:
    """Whether a write that ended like this may have taken effect."""
    return error.status == 0 or error.status >= 500


def checksum(texts: Texts) -> str:
    """SHA-256 over texts by key. Whoever shows it sees to it that one of them cannot be guessed."""
    there = {key: text for key, text in texts.items() if text is not None}
    return hashlib.sha256(json.dumps(there, sort_keys=True).encode()).hexdigest()


class KeptSecret:
    """One Secret, as it stood when it was last looked at.

    :ivar texts: its values by key; empty if it does not exist
    :ivar unborn: the namespace as a phrase, once check mode found that it does not exist yet
    :param kind: the Secret's type, if it matters which
    :raises Refused: if it exists and is not ours, or of another type
    """

    def __init__(
        self, kube: Kube, name: str, namespace: str, labels: t.Mapping[str, str] | None = None, kind: str = ""
    ) -> None:
        self.kube = kube
        self.name, self.namespace = name, namespace
        self._kind = kind
        self.full_name = f"{namespace}/{name}"
        self.unborn = ""
        self._labels = {**(labels or {}), MANAGER: OURS}
        self._new: Object = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": namespace, "labels": self._labels},
            "type": kind or "Opaque",
        }
        self.document: Object | None = None
        self.texts: dict[str, str] = {}
        self.look()

    def look(self) -> None:
        """Read it again."""
        self.document = self.kube.find("v1", "Secret", self.name, self.namespace)
        self.texts = texts_of(self.document)
        if self.document is not None and self._own_labels().get(MANAGER) != OURS:
            raise Refused(
                f"The Secret {self.full_name} exists and is not kept by {OURS}. Choose another name, or hand it over: "
                f"kubectl -n {self.namespace} label --overwrite secret {self.name} {MANAGER}={OURS}"
            )
        if self.document is not None and self._kind not in ("", self.document.get("type")):
            raise Refused(
                f"The Secret {self.full_name} is of type {self.document.get('type')}, not {self._kind}, and a type "
                "cannot be changed. Delete it, or choose another name"
            )

    def _own_labels(self) -> t.Mapping[str, str]:
        return ((self.document or {}).get("metadata") or {}).get("labels") or {}

    def changes(self, wanted: Texts) -> tuple[str, ...]:
        """The keys whose texts differ, and ``metadata.labels`` if those do; keys that are not in ``wanted`` stay."""
        keys = [key for key in sorted(wanted) if self.texts.get(key) != wanted[key]]
        stale = self.document is not None and any(self._own_labels().get(k) != v for k, v in self._labels.items())
        return (*keys, *([LABELS] if stale else []))

    def diff(self, wanted: Texts) -> tuple[Object, Object]:
        """Before and after ``write``: the keys without their texts, and our labels."""
        own = self._own_labels()
        before: Object = {key: MASK for key in sorted(wanted) if key in self.texts}
        after: Object = {
            key: MASK if self.texts.get(key, wanted[key]) == wanted[key] else CHANGED
            for key in sorted(wanted)
            if wanted[key] is not None
        }
        if self.document is None:
            return {}, {self.full_name: {**after, LABELS: self._labels}}
        shown = {key: own[key] for key in self._labels if key in own}
        return {self.full_name: {**before, LABELS: shown}}, {self.full_name: {**after, LABELS: self._labels}}

    def writing(self, wanted: Texts) -> tuple[Action, ...]:
        """The action that ``write`` is; none if nothing differs."""
        fields = self.changes(wanted)
        if self.document is None:
            path = self.kube.path("v1", "Secret", "", self.namespace)
            return (OnCluster("create", "secret", self.full_name, (Call(f"POST {path}", {}),), fields),)
        call = Call(f"PATCH {self.kube.path_of(self._new)}", {})
        return (OnCluster("update", "secret", self.full_name, (call,), fields),) if fields else ()

    def removal(self) -> tuple[Action, ...]:
        """The action that ``remove`` is."""
        call = Call(f"DELETE {self.kube.path_of(self._new)}", {})
        return (OnCluster("delete", "secret", self.full_name, (call,)),) if self.document is not None else ()

    def write(self, wanted: Texts, dry_run: bool = False) -> None:
        """Make the Secret have the texts and our labels; in check mode the cluster only says whether it would.

        :raises Refused: if its namespace does not exist
        :raises KubeError: with reason ``AlreadyExists`` or ``Conflict`` if somebody was faster
        """
        dry_run = dry_run or self.kube.read_only
        data = {key: None if text is None else encoded(text) for key, text in wanted.items()}
        if self.document is not None:
            version = self.document["metadata"]["resourceVersion"]
            metadata = {"labels": self._labels, "resourceVersion": version}
            self.kube.patch(self._new, {"metadata": metadata, "data": data}, dry_run)
            return
        try:
            filled = {key: text for key, text in data.items() if text is not None}
            self.kube.create({**self._new, "data": filled}, dry_run)
        except KubeError as error:
            if error.status != 404:
                raise
            namespace = f"namespace {self.namespace!r}"
            if not self.kube.read_only:
                raise Refused(f"There is no {namespace} for the Secret {self.full_name}; create it first") from None
            self.unborn = namespace

    def remove(self, dry_run: bool = False) -> None:
        """Delete it; in check mode the cluster only says whether it would."""
        if self.document is None:
            return
        dry_run = dry_run or self.kube.read_only
        try:
            self.kube.delete(self._new, dry_run)
        except KubeError as error:
            if not lost(error):
                raise
            self.kube.delete(self._new, dry_run)


def texts_of(document: Object | None) -> dict[str, str]:
    """The values of a Secret by key; bytes that are no text survive a round trip."""
    data = (document or {}).get("data") or {}
    return {key: base64.b64decode(value or "").decode(errors="surrogateescape") for key, value in data.items()}


def encoded(text: str) -> str:
    """A text as a Secret has it."""
    return base64.b64encode(text.encode(errors="surrogateescape")).decode()
