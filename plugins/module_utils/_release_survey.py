# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All releases of a cluster, and other objects, compared with what is wanted of them, out of a few lists."""

from __future__ import annotations

import fnmatch
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Object
from ansible_collections.clearml.enterprise.plugins.module_utils._kube_lists import ListedKube
from ansible_collections.clearml.enterprise.plugins.module_utils._manifest import live_differences
from ansible_collections.clearml.enterprise.plugins.module_utils._releases import FAILED, Release, newest_of
from ansible_collections.clearml.enterprise.plugins.module_utils._upgrade import Wanted, compare
from ansible_collections.clearml.enterprise.plugins.module_utils._values import (
    Difference,
    Path,
    masked_values,
    secret_texts,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._values_from import filled

#: Superseded records are history, and each of them holds a whole chart.
RECORDS = "owner=helm,status!=superseded"
#: A record may be a megabyte.
PAGE = 50
REASONS = {"version": "version differs", "values": "values differ", "live": "live objects differ"}
Key = tuple[str, str]
Described = dict[str, t.Any]


@dataclass
class Survey:
    """What there is and what there should be.

    :param desired: maps with name, namespace, chart, version, values, values_from
    :param unmanaged: whether releases that nobody desires are told
    :ivar errors: what could not be looked at, and why
    """

    kube: ListedKube
    desired: t.Sequence[Object]
    compare_live: bool
    pending_timeout: int
    unmanaged: bool = True
    ignore: t.Sequence[str] = ()
    errors: list[str] = field(default_factory=list)

    def releases(self) -> list[Described]:
        """All releases that are, or should be, by namespace and name."""
        wanted: dict[Key, Object] = {}
        for one in self.desired:
            key = (one["namespace"], one["name"])
            if key in wanted:
                raise InvalidInput(f"desired has release {key[1]} in namespace {key[0]} more than once")
            wanted[key] = one
        there = self._there(wanted)
        told = [self._told(there.get(key), wanted.get(key), key) for key in sorted({*there, *wanted})]
        return [one for one in told if one is not None]

    def _there(self, wanted: t.Mapping[Key, Object]) -> dict[Key, Release]:
        """The newest record of each release; what a record holds is kept only as far as it is needed."""
        found: dict[Key, Release] = {}
        for page in self.kube.pages("v1", "Secret", RECORDS, size=PAGE):
            for record in page:
                metadata = record["metadata"]
                key = (metadata["namespace"], str((metadata.get("labels") or {}).get("name") or ""))
                try:
                    release = newest_of([record], key[1], key[0], found.get(key))
                except ClearMLError as error:
                    self.errors.append(f"Namespace {key[0]}: {error}")
                    continue
                if release is not None:
                    found[key] = release
        return found

    def _told(self, release: Release | None, wanted: Object | None, key: Key) -> Described | None:
        if release is None:
            namespace, name = key
            absent = [Difference("status", "status", None, "deployed")]
            return _described({"name": name, "namespace": namespace}, "absent", ["absent"], absent)
        if wanted is None and not (self.unmanaged and self._is_ours_to_tell(key)):
            return None
        hidden: frozenset[Path] = frozenset()
        differences: list[Difference] = []
        try:
            if wanted is not None:
                hidden, differences = self._differences(release, wanted)
            elif self.compare_live and not release.pending:
                differences = live_differences(self.kube, release.manifest, release.namespace)
        except ClearMLError as error:
            differences = [Difference("chart" if isinstance(error, Refused) else "values", str(error), None, None)]
        facts = {**release.describe(), "age": int(release.age), "values": masked_values(release.values, hidden)}
        state, reasons = self._judged(release, differences, wanted is None)
        return _described(facts, state, reasons, differences)

    def _is_ours_to_tell(self, key: Key) -> bool:
        return not any(fnmatch.fnmatchcase("/".join(key), pattern) for pattern in self.ignore)

    def _differences(self, release: Release, wanted: Object) -> tuple[frozenset[Path], list[Difference]]:
        filling = filled(self.kube, wanted["values"], wanted["values_from"], release.namespace)
        whole = Wanted(
            name=release.name,
            namespace=release.namespace,
            chart="",
            chart_name=wanted["chart"] or "",
            version=wanted["version"] or "",
            wait=False,
            timeout=0,
            pending_timeout=self.pending_timeout,
            compare_live=self.compare_live,
            create_namespace=False,
            keep_history=0,
            values=filling.values,
            hidden=filling.hidden,
            secrets=frozenset({*filling.texts, *secret_texts(filling.values)}),
        )
        found = compare(self.kube, whole, release)
        return filling.hidden, [one for one in found if one.path not in wanted["ignore"]]

    def _judged(self, release: Release, differences: list[Difference], unmanaged: bool) -> tuple[str, list[str]]:
        reasons = [text for kind, text in REASONS.items() if any(one.kind == kind for one in differences)]
        if release.pending:
            stuck = release.age >= self.pending_timeout
            return ("stuck" if stuck else "drifted"), [f"{release.status} for {int(release.age)} s", *reasons]
        if release.status == FAILED:
            return "failed", ["the last run of helm failed", *reasons]
        if unmanaged:
            return "unmanaged", ["nobody declares it", *reasons]
        if any(one.kind == "chart" for one in differences):
            reasons.append("chart differs")
        if differences and not reasons:
            reasons.append(f"status is {release.status}")
        return ("drifted" if differences else "in_sync"), reasons

    def objects(self, definitions: t.Sequence[Object]) -> list[Described]:
        """Objects that should be there with what their definitions set; of Secrets, only the keys."""
        return [(self._secret if one["kind"] == "Secret" else self._object)(one) for one in definitions]

    def _object(self, wanted: Object) -> Described:
        kind, name, place = _where(wanted)
        differences = live_differences(self.kube, wanted, place)
        absent = any(one.path == f"{kind} {name}" for one in differences)
        state = "absent" if absent else "differs" if differences else "in_sync"
        told = [] if absent else [_shown(one, f"{kind} {name}: ") for one in differences]
        return {"kind": kind, "name": name, "namespace": place, "state": state, "differences": told}

    def _secret(self, wanted: Object) -> Described:
        kind, name, place = _where(wanted)
        live = self.kube.find("v1", kind, name, place)
        keys = {*(wanted.get("data") or {}), *(wanted.get("stringData") or {})}
        lacking = sorted(keys - set((live or {}).get("data") or {}))
        state = "absent" if live is None else "differs" if lacking else "in_sync"
        told = [{"path": f"data.{key}", "before": None, "after": "present"} for key in lacking] if live else []
        return {"kind": kind, "name": name, "namespace": place, "state": state, "differences": told}


def _where(wanted: Object) -> tuple[str, str, str]:
    """Kind, name and namespace of a definition.

    :raises InvalidInput: if it has none of the first two
    """
    metadata = wanted.get("metadata") or {}
    if not (wanted.get("apiVersion") and wanted.get("kind") and metadata.get("name")):
        raise InvalidInput(f"objects has one without apiVersion, kind or metadata.name; it has {', '.join(wanted)}")
    return wanted["kind"], metadata["name"], str(metadata.get("namespace") or "")


def _shown(one: Difference, prefix: str) -> Described:
    return {"path": one.path.removeprefix(prefix), "before": one.before, "after": one.after}


def _described(facts: Described, state: str, reasons: list[str], differences: t.Sequence[Difference]) -> Described:
    told = [{"what": one.kind, "path": one.path, "before": one.before, "after": one.after} for one in differences]
    return {**facts, "state": state, "reasons": reasons, "differences": told}
