# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, labels and annotations: what they may look like."""

from __future__ import annotations

import re

from lab.kube.documents import Json
from lab.kube.model.kinds import Kind
from lab.kube.wire.errors import Cause, required, wrong

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_SERVICE = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_PATH_SEGMENT = re.compile(r"(?!\.\.?$)[^/%]+")
_QUALIFIED = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")

_LABEL_TEXT = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_SUBDOMAIN_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_SERVICE_TEXT = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')"
)
_QUALIFIED_TEXT = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_VALUE_TEXT = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_RBAC = "rbac.authorization.k8s.io"


def name_causes(kind: Kind, name: str, field: str = "metadata.name") -> list[Cause]:
    """What is wrong with an object's name."""
    if not name:
        return [required(field, "name or generateName is required")]
    if kind.group == _RBAC:
        return [] if _PATH_SEGMENT.fullmatch(name) else [wrong(field, name, "may not contain '/'")]
    if kind.resource == "services":
        return _causes(_SERVICE, _SERVICE_TEXT, 63, name, field)
    if kind.resource == "namespaces":
        return _causes(_LABEL, _LABEL_TEXT, 63, name, field)
    return _causes(_SUBDOMAIN, _SUBDOMAIN_TEXT, 253, name, field)


def _causes(pattern: re.Pattern[str], text: str, longest: int, name: str, field: str) -> list[Cause]:
    causes = []
    if len(name) > longest:
        causes.append(wrong(field, name, f"must be no more than {longest} characters"))
    if not pattern.fullmatch(name):
        causes.append(wrong(field, name, text))
    return causes


def metadata_causes(metadata: Json, prefix: str = "metadata") -> list[Cause]:
    """What is wrong with labels and annotations."""
    causes = []
    for key, value in (metadata.get("labels") or {}).items():
        causes += _key_causes(key, f"{prefix}.labels")
        if len(value) > 63:
            causes.append(wrong(f"{prefix}.labels", value, "must be no more than 63 characters"))
        elif not _VALUE.fullmatch(value):
            causes.append(wrong(f"{prefix}.labels", value, _VALUE_TEXT))
    for key in metadata.get("annotations") or {}:
        causes += _key_causes(key.lower(), f"{prefix}.annotations", key)
    return causes


def _key_causes(key: str, field: str, shown: str | None = None) -> list[Cause]:
    shown = key if shown is None else shown
    prefix, slash, name = key.rpartition("/")
    if slash and not (_SUBDOMAIN.fullmatch(prefix) and len(prefix) <= 253):
        return [wrong(field, shown, "prefix part " + _SUBDOMAIN_TEXT)]
    if len(name) > 63:
        return [wrong(field, shown, "name part must be no more than 63 characters")]
    if not _QUALIFIED.fullmatch(name):
        return [wrong(field, shown, _QUALIFIED_TEXT)]
    return []
