# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the objects of a release are still as its manifest says.

What the manifest does not set is the server's, a controller's or another person's affair, and is not looked at: helm
would not take it back either.
"""

from __future__ import annotations

import base64
import re
import typing as t
from decimal import Decimal

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, Object
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK
from ansible_collections.clearml.enterprise.plugins.module_utils._values import (
    Difference,
    Path,
    at,
    masked_values,
    same,
    shown_path,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._yaml import documents_in

#: Their entries are amounts, which the server writes in a form of its own: 1000m is 1.
AMOUNTS = {"requests", "limits", "hard", "capacity", "sizeLimit", "divisor", "averageValue", "storage"}
_AMOUNT = re.compile(r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$")
_UNITS: dict[str, Decimal] = {
    "": Decimal(1),
    **{unit: Decimal(1000) ** power for power, unit in zip(range(-3, 0), "num", strict=True)},
    **{unit: Decimal(1000) ** power for power, unit in enumerate("kMGTPE", start=1)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", start=1)},
}


def documents(manifest: str, namespace: str) -> list[Object]:
    """The objects of a manifest, each with the namespace that it belongs in."""
    found: list[Object] = []
    for document in documents_in(manifest):
        found += document.get("items") or [] if document.get("kind") == "List" else [document]
    for document in found:
        document["metadata"].setdefault("namespace", namespace)
    return found


def live_differences(kube: Kube, manifest: str | Object, namespace: str) -> list[Difference]:
    """Where the cluster is not as a manifest says, or one definition, without secrets."""
    found: list[Difference] = []
    for wanted in documents(manifest, namespace) if isinstance(manifest, str) else [manifest]:
        metadata = wanted["metadata"]
        what = f"{wanted['kind']} {metadata['name']}"
        live = kube.find(wanted["apiVersion"], wanted["kind"], metadata["name"], metadata.get("namespace") or namespace)
        if live is None:
            found.append(Difference("live", what, None, "present"))
            continue
        secret = wanted["kind"] == "Secret"
        wanted, live = (_plain(document) for document in (wanted, live))
        shown = masked_values(wanted), masked_values(live)
        for path, place in _deviations(wanted, live, (), ()):
            hidden = secret and path[0] == "data"
            after, before = (MASK, MASK) if hidden else (at(shown[0], path), at(shown[1], place))
            found.append(Difference("live", f"{what}: {shown_path(path)}", before, after))
    return found


def _plain(document: Object) -> Object:
    """The part of an object that a manifest decides, with a Secret's data in clear."""
    kind = document["kind"]
    # A claim's size may only grow, and everything else in it never changes.
    skipped = {"status", *(("spec",) if kind == "PersistentVolumeClaim" else ())}
    kept = {key: item for key, item in document.items() if key not in skipped}
    kept["metadata"] = {key: item for key, item in document["metadata"].items() if key != "namespace"}
    if kind == "Secret":
        texts = kept.pop("stringData", None) or {}
        data = {key: base64.b64decode(item or "") for key, item in (kept.get("data") or {}).items()}
        kept["data"] = {**data, **{key: str(text).encode() for key, text in texts.items()}}
    return kept


def _deviations(wanted: t.Any, live: t.Any, path: Path, place: Path) -> t.Iterator[tuple[Path, Path]]:
    """Where a live value is not as wanted: the path in the manifest and the one in the live object."""
    if isinstance(wanted, dict) and (isinstance(live, dict) or not wanted):
        for key, item in wanted.items():
            yield from _deviations(item, live.get(key), (*path, key), (*place, key))
    elif isinstance(wanted, list) and isinstance(live, list) and wanted:
        pairs = _pairs(wanted, live)
        if pairs is None:
            yield path, place
            return
        for index, other in enumerate(pairs):
            found = live[other] if other is not None else None
            yield from _deviations(wanted[index], found, (*path, index), (*place, -1 if other is None else other))
    elif not _as_wanted(wanted, live, path):
        yield path, place


def _pairs(wanted: list[t.Any], live: list[t.Any]) -> list[int | None] | None:
    """Which live entry belongs to each wanted one; None if the lists can only be compared as wholes and differ."""
    names, others = ([item.get("name") if isinstance(item, dict) else None for item in one] for one in (wanted, live))
    if None not in names and len(set(names)) == len(names):
        return [others.index(name) if name in others else None for name in names]
    return list(range(len(wanted))) if len(wanted) == len(live) else None


def _as_wanted(wanted: t.Any, live: t.Any, path: Path) -> bool:
    if not wanted and live is None:
        # The server leaves out what is empty, zero or false.
        return True
    if wanted is None or wanted in ({}, []) or (wanted == "" and path[0] == "spec" and len(path) == 2):
        # Not set in the manifest: the server has a default, such as the address of a Service.
        return True
    if AMOUNTS.intersection(map(str, path[-2:])):
        amounts = amount(wanted), amount(live)
        if None not in amounts:
            return amounts[0] == amounts[1]
    return same(wanted, live)


def amount(value: t.Any) -> Decimal | None:
    """A quantity of Kubernetes as a number; None if it is none."""
    found = _AMOUNT.match(str(value)) if isinstance(value, str | int | float) else None
    if found is None:
        return None
    return Decimal(found[1] + (found[2] or "")) * _UNITS[found[3] or ""]
