# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment that a pod's first container starts with."""

from __future__ import annotations

import base64
import re

from lab.kube.documents import Json, dig
from lab.kube.objects.store import Store

_REFERENCE = re.compile(r"\$(\$|\((\w[\w.-]*)\))")


def environment(store: Store, pod: Json) -> dict[str, str]:
    """Names and values; of a name given twice the last one counts, and what a reference lacks is left out."""
    container = pod["spec"]["containers"][0]
    namespace = pod["metadata"]["namespace"]
    found: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        for part, read in (("configMapRef", _config_map), ("secretRef", _secret)):
            name = dig(source, part, "name")
            if name:
                prefix = source.get("prefix", "")
                found.update({prefix + key: text for key, text in read(store, namespace, name).items()})
    for variable in container.get("env") or ():
        text = _value(store, pod, variable, found)
        if text is not None:
            found[variable["name"]] = text
    return found


def _value(store: Store, pod: Json, variable: Json, before: dict[str, str]) -> str | None:
    source = variable.get("valueFrom")
    if not source:
        return _expanded(variable.get("value") or "", before)
    namespace = pod["metadata"]["namespace"]
    for part, read in (("configMapKeyRef", _config_map), ("secretKeyRef", _secret)):
        if part in source:
            return read(store, namespace, source[part]["name"]).get(source[part]["key"])
    path = dig(source, "fieldRef", "fieldPath")
    return None if path is None else str(dig(pod, *path.split("."), default=""))


def _expanded(text: str, values: dict[str, str]) -> str:
    """Text with its ``$(NAME)`` replaced; unknown names stay, and ``$$`` is a dollar."""

    def replaced(match: re.Match[str]) -> str:
        return "$" if match[1] == "$" else values.get(match[2], match[0])

    return _REFERENCE.sub(replaced, text)


def _config_map(store: Store, namespace: str, name: str) -> dict[str, str]:
    return dict(dig(store.get("configmaps", namespace, name), "data", default={}))


def _secret(store: Store, namespace: str, name: str) -> dict[str, str]:
    data = dig(store.get("secrets", namespace, name), "data", default={})
    return {key: base64.b64decode(text).decode("utf-8", "replace") for key, text in data.items()}
