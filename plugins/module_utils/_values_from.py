# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that are read from Secrets of the cluster, so that no variable and no argument ever holds them."""

from __future__ import annotations

import base64
import copy
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._kept_secret import checksum
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, Object
from ansible_collections.clearml.enterprise.plugins.module_utils._values import Path, put

#: Stands for a text that an earlier task would have made, in a check run; no Secret holds it.
UNBORN = "\0unborn"


class Filled(t.NamedTuple):
    """Values with what came from Secrets.

    :ivar hidden: where they came in
    :ivar texts: what came in
    :ivar assumed: the Secrets that do not exist yet, in a check run
    """

    values: dict[str, t.Any]
    hidden: frozenset[Path]
    texts: frozenset[str]
    assumed: list[str]


def filled(kube: Kube, values: dict[str, t.Any], sources: list[Object], namespace: str) -> Filled:
    """Put texts from Secrets into the values.

    :param sources: each with name, namespace, key, path, optional, and checksum for that of all that is in the Secret
    :raises InvalidInput: if a Secret or a key is missing, or a path leads nowhere
    """
    values = copy.deepcopy(values)
    secrets: dict[tuple[str, str], Object | None] = {}
    hidden, texts, assumed = set(), set(), []
    for source in sources:
        where = (source.get("namespace") or namespace, source["name"])
        if where not in secrets:
            secrets[where] = kube.find("v1", "Secret", where[1], where[0])
        text = _text(secrets[where], source, f"Secret {where[1]} in namespace {where[0]}", kube.read_only)
        if text is None:
            continue
        hidden.add(put(values, source["path"], text))
        if text == UNBORN:
            assumed.append(f"Secret {where[1]} in namespace {where[0]}")
        else:
            texts.add(text)
    return Filled(values, frozenset(hidden), frozenset(texts), list(dict.fromkeys(assumed)))


def _text(secret: Object | None, source: Object, where: str, read_only: bool) -> str | None:
    data = (secret or {}).get("data") or {}
    if source.get("checksum") and data:
        return checksum({key: base64.b64decode(text).decode(errors="replace") for key, text in data.items()})
    if source["key"] in data:
        try:
            return base64.b64decode(data[source["key"]]).decode()
        except UnicodeDecodeError:
            raise InvalidInput(f"values_from: {source['key']} of {where} is no text") from None
    if source.get("optional"):
        return None
    if read_only:
        return UNBORN
    if secret is None:
        raise InvalidInput(f"values_from: there is no {where}; make it, or set optional: true")
    keys = ", ".join(sorted(data)) or "nothing"
    raise InvalidInput(f"values_from: {where} has no key {source['key']}; it has {keys}")
