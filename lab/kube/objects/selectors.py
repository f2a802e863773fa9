# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Label and field selectors."""

from __future__ import annotations

import re
from collections.abc import Callable

from lab.kube.documents import Json, dig
from lab.kube.wire.errors import bad_request

Matcher = Callable[[Json], bool]

_SET = re.compile(r"^\s*([^\s!=,()]+)\s+(in|notin)\s*\(([^)]*)\)\s*$")
_EQUALS = re.compile(r"^\s*([^\s!=,()<>]+)\s*(==|=|!=)\s*([^\s!=,()<>]*)\s*$")
_EXISTS = re.compile(r"^\s*(!?)\s*([^\s!=,()<>]+)\s*$")
_COMMON = ("metadata.name", "metadata.namespace")
_FIELDS = {
    "pods": ("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase",
             "status.podIP", "spec.hostNetwork"),
    "secrets": ("type",),
    "namespaces": ("status.phase",),
    "nodes": ("spec.unschedulable",),
    "services": ("spec.clusterIP", "spec.type"),
    "jobs.batch": ("status.successful",),
    "events": ("involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
               "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
               "reportingComponent", "source", "type"),
    "resourceslices.resource.k8s.io": ("spec.nodeName", "spec.driver"),
}  # fmt: skip


def label_matcher(text: str) -> Matcher:
    """What a labelSelector parameter asks for."""
    tests = [_label_test(part) for part in _parts(text)]
    return lambda item: all(test(dig(item, "metadata", "labels", default={})) for test in tests)


def _parts(text: str) -> list[str]:
    parts = re.split(r",(?![^(]*\))", text)
    return [part for part in parts if part.strip()]


def _label_test(part: str) -> Callable[[Json], bool]:
    if match := _SET.match(part):
        key, word, listed = match.groups()
        values = {value.strip() for value in listed.split(",")}
        if word == "in":
            return lambda labels: key in labels and labels[key] in values
        return lambda labels: labels.get(key) not in values
    if match := _EQUALS.match(part):
        key, operator, value = match.groups()
        if operator == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if match := _EXISTS.match(part):
        absent, key = match.groups()
        return lambda labels: (key in labels) != bool(absent)
    raise bad_request(f"unable to parse requirement: {part.strip()!r} is no requirement on a label")


def field_matcher(text: str, resource: str, custom: bool) -> Matcher:
    """What a fieldSelector parameter asks for."""
    tests = []
    for part in _parts(text):
        match = _EQUALS.match(part)
        if not match:
            raise bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
        name, operator, value = match.groups()
        if name not in _COMMON and name not in _FIELDS.get(resource, ()):
            if custom or resource in _FIELDS:
                raise bad_request(f"field label not supported: {name}")
            known = '"metadata.name", "metadata.namespace"'
            raise bad_request(f'"{name}" is not a known field selector: only {known}')
        tests.append((name.split("."), operator != "!=", value))

    def matches(item: Json) -> bool:
        return all((_text(item, path) == value) == wanted for path, wanted, value in tests)

    return matches


def _text(item: Json, path: list[str]) -> str:
    value = dig(item, *path, default="")
    if isinstance(value, dict):
        return str(value.get("component", ""))
    return str(value).lower() if isinstance(value, bool) else str(value)


def selects(selector: Json | None, labels: Json) -> bool:
    """Whether a LabelSelector object (or a plain map, as Services have) fits labels; an empty one fits all."""
    if selector is None:
        return False
    if "matchLabels" not in selector and "matchExpressions" not in selector:
        return all(labels.get(key) == value for key, value in selector.items())
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_expression_fits(entry, labels) for entry in selector.get("matchExpressions") or ())


def _expression_fits(entry: Json, labels: Json) -> bool:
    key, operator = str(entry["key"]), str(entry["operator"])
    values: list[str] = entry.get("values") or []
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (key in labels) == (operator == "Exists")


def selector_text(selector: Json) -> str:
    """A LabelSelector as a parameter would have it."""
    parts = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for entry in selector.get("matchExpressions") or ():
        words = {"In": "in", "NotIn": "notin"}
        if entry["operator"] in words:
            parts.append(f"{entry['key']} {words[entry['operator']]} ({','.join(entry['values'])})")
        else:
            parts.append(("!" if entry["operator"] == "DoesNotExist" else "") + entry["key"])
    return ",".join(parts)
