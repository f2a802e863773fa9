# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the bodies of requests."""

from __future__ import annotations

import json
from typing import Any

import yaml

from lab.kube.documents import Json
from lab.kube.wire.errors import bad_request, not_implemented, unsupported_media
from lab.kube.wire.protobuf import ProtobufError, decode

JSON_TYPE = "application/json"
PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf"
YAML_TYPE = "application/yaml"
_ACCEPTED = f"{JSON_TYPE}, {YAML_TYPE}, {PROTOBUF_TYPE}, application/cbor"


def read_object(body: bytes, content_type: str) -> Json:
    """The object that a request brings; an empty one for no body."""
    if not body:
        return {}
    media = content_type.partition(";")[0].strip() or JSON_TYPE
    if media == PROTOBUF_TYPE:
        try:
            return decode(body)
        except ProtobufError as error:
            if str(error).startswith("no protobuf table"):
                raise not_implemented(f"reading this object as protobuf ({error})") from None
            raise bad_request(str(error)) from None
    if media == JSON_TYPE:
        value = read_json(body)
    elif media in (YAML_TYPE, "application/apply-patch+yaml", "text/yaml"):
        value = read_yaml(body)
    else:
        raise unsupported_media(_ACCEPTED)
    if not isinstance(value, dict):
        raise bad_request("couldn't get version/kind; json parse error: the body is no object")
    return value


def read_json(body: bytes) -> Any:
    """A JSON value."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"couldn't get version/kind; json parse error: {error}") from None


def read_yaml(body: bytes) -> Any:
    """A YAML value (JSON is YAML, too, and read faster as JSON)."""
    try:
        return json.loads(body)
    except ValueError:
        try:
            return yaml.load(body, Loader=_Loader)
        except yaml.YAMLError as error:
            raise bad_request(f"error converting YAML to JSON: {error}") from None


class _Loader(yaml.SafeLoader):
    """YAML without timestamps, as Kubernetes reads it."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
