# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The key pair of the API, from a Secret into a file that lives as long as the run of Ansible."""

from __future__ import annotations

import base64
import binascii
import json
import os
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, kube_argument_spec

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    **kube_argument_spec(),
    "api_host": {"type": "str", "required": True},
    "name": {"type": "str", "default": "clearml-conf"},
    "namespace": {"type": "str", "default": "clearml"},
    "access_key_name": {"type": "str", "default": "apiserver_key", "no_log": False},
    "secret_key_name": {"type": "str", "default": "apiserver_secret", "no_log": False},
    "folder": {"type": "path", "default": "~/.cache/clearml.enterprise/runs"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
#: Folders of runs are named after their process.
RUN = "run-"


def key_pair(options: t.Mapping[str, t.Any]) -> tuple[str, str] | None:
    """Access key and secret key; None if there is no such Secret.

    :raises InvalidInput: if the Secret has no usable pair
    """
    secret = Kube.connect(options).find("v1", "Secret", options["name"], options["namespace"])
    if secret is None:
        return None
    texts = []
    for name in (options["access_key_name"], options["secret_key_name"]):
        try:
            texts.append(base64.b64decode((secret.get("data") or {})[name], validate=True).decode())
        except (KeyError, ValueError, binascii.Error):
            raise InvalidInput(
                f"Secret {options['name']} in namespace {options['namespace']} has no text under {name!r}; say with "
                "access_key_name and secret_key_name where the pair is"
            ) from None
    return texts[0], texts[1]


def write(home: str, api_host: str, access_key: str, secret_key: str) -> str:
    """The path of a clearml.conf that was readable by its owner only from its first moment."""
    os.makedirs(os.path.dirname(home), mode=0o700, exist_ok=True)
    os.makedirs(home, mode=0o700, exist_ok=True)
    path = os.path.join(home, "clearml.conf")
    api = {"api_server": api_host, "credentials": {"access_key": access_key, "secret_key": secret_key}}
    new = f"{path}.{os.getpid()}"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        # JSON is HOCON, and is read in a hundredth of the time.
        json.dump({"api": api}, file)
    os.replace(new, path)
    return path
