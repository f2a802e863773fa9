# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the real server itself checks of a request: required fields and the outermost types.

The server builds a model from the body and complains about one field at a time, with 400/12 and
lower-cased text.  Fields it does not know are dropped without a word; numbers in strings become
numbers and any value becomes a truth value.  The stricter check of our own is in ``violations``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab.schema.catalog import Endpoint
from lab.wire import errors
from lab.world.records import Json

_ONLY_CHECKED: dict[str, frozenset[str]] = {
    "queues.get_all": frozenset({"max_task_entries", "search_hidden"}),
    "queues.get_all_ex": frozenset({"max_task_entries", "search_hidden"}),
    "users.get_all": frozenset({"include_auth", "include_providers_info"}),
    "users.get_all_ex": frozenset({"include_auth", "include_activity", "include_providers_info"}),
    "users.update": frozenset({"user"}),
}
"""Endpoints without a model: filters and paging reach the database layer as they came."""

_ALSO_REQUIRED = {"auth.revoke_credentials": {"access_key"}, "auth.edit_user": {"user"}}
_NOT_REQUIRED = {"auth.get_token_for_user": {"company"}}
_MORE_CHOICES = {
    ("auth.create_user", "role"): ("guest", "root", "system"),
    ("auth.edit_user", "role"): ("guest",),
}
_NOT_EMPTY = {("queues.add_or_update_metadata", "metadata"), ("queues.delete_metadata", "keys")}
_MAXIMUM = {("auth.login", "expiration_sec"): 31_536_000, ("auth.get_token_for_user", "expiration_sec"): 31_536_000}

_PYTHON_TYPE: dict[str, type] = {"string": str, "array": list, "object": dict}


@dataclass(frozen=True)
class Field:
    """One checked field of a request."""

    name: str
    kind: str | None
    required: bool
    choices: tuple[str, ...] = ()
    item_kind: str | None = None
    item_choices: tuple[str, ...] = ()
    not_empty: bool = False
    maximum: int | None = None


class WireModel:
    """The server's model of one endpoint's request."""

    def __init__(self, endpoint: Endpoint) -> None:
        properties: Json = endpoint.request.get("properties", {})
        required = set(endpoint.request.get("required", ()))
        required |= _ALSO_REQUIRED.get(endpoint.name, set())
        required -= _NOT_REQUIRED.get(endpoint.name, set())
        checked = _ONLY_CHECKED.get(endpoint.name, properties.keys())
        # Fields are visited by name: of two wrong ones the server reports the alphabetically first.
        self.fields = [
            _field(endpoint.name, name, properties[name], name in required)
            for name in sorted(properties)
            if name in checked
        ]
        self._is_queue_metadata = endpoint.name.startswith("queues.") and "metadata" in properties

    def parse(self, body: Json) -> Json:
        """The body with converted values; ApiError 400/12 for the first field that is wrong."""
        parsed = dict(body)
        for field in self.fields:
            if field.name in body:
                parsed[field.name] = _convert(field, body[field.name])
                if field.name == "metadata" and self._is_queue_metadata:
                    _check_metadata(body["metadata"])
        for field in self.fields:
            if field.name in body:
                if field.required and body[field.name] is None:
                    raise errors.validation(f"error for field '{field.name}': field is required!.")
            elif field.not_empty:
                raise errors.validation(
                    f"error for field '{field.name}'. value '[]' length is lower than allowed minimum '1'."
                )
            elif field.required:
                raise errors.validation(f"error for field '{field.name}'. field is required!")
        return parsed


def _field(endpoint: str, name: str, schema: Json, required: bool) -> Field:
    items: Json = schema.get("items", {})
    return Field(
        name=name,
        kind=schema.get("type"),
        required=required,
        choices=(*schema["enum"], *_MORE_CHOICES.get((endpoint, name), ())) if "enum" in schema else (),
        item_kind=items.get("type"),
        item_choices=tuple(items.get("enum", ())),
        not_empty=(endpoint, name) in _NOT_EMPTY,
        maximum=_MAXIMUM.get((endpoint, name)),
    )


def _convert(field: Field, value: Any) -> Any:
    if field.choices:
        # Null counts as a choice of its own here, and a wrong one (recorded for a role of null).
        if value not in field.choices:
            raise _wrong_choice(field.name, value)
        return value
    if value is None:
        return None
    convert = _CONVERSIONS.get(field.kind or "")
    return convert(field, value) if convert else value


def _integer(field: Field, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError) as error:
        raise errors.validation(str(error).lower()) from None
    if field.maximum is not None and number > field.maximum:
        raise errors.validation(
            f"error for field '{field.name}': '{number}' is bigger than maximum ('{field.maximum}').."
        )
    return number


def _boolean(_field: Field, value: Any) -> bool:
    return bool(value)


def _typed(field: Field, value: Any) -> Any:
    expected = _PYTHON_TYPE[str(field.kind)]
    if not isinstance(value, expected):
        problem = f"('value is wrong, expected type \"{expected.__name__}\"', {value!r})"
        raise errors.validation(f"error for field '{field.name}': {problem}.".lower())
    return value


def _list(field: Field, value: Any) -> Any:
    _typed(field, value)
    if field.not_empty and not value:
        raise errors.validation(
            f"error for field '{field.name}': value '[]' length is lower than allowed minimum '1'.."
        )
    expected = _PYTHON_TYPE.get(field.item_kind or "")
    # Metadata items are built into models of their own, which complain for themselves.
    if expected is not None and field.name != "metadata":
        for item in value:
            if not isinstance(item, expected):
                raise errors.validation(
                    f"error for field '{field.name}': all items must be instances of \"{expected.__name__}\", "
                    f'and not "{type(item).__name__.lower()}"..'
                )
    for item in value:
        if field.item_choices and item not in field.item_choices:
            raise _wrong_choice(field.name, item)
    return value


def _wrong_choice(name: str, value: Any) -> errors.ApiError:
    return errors.validation(f"error for field '{name}': value '{value}' is not a valid choice..".lower())


_CONVERSIONS: dict[str, Callable[[Field, Any], Any]] = {
    "string": _typed,
    "object": _typed,
    "array": _list,
    "integer": _integer,
    "boolean": _boolean,
}


def _check_metadata(value: Any) -> None:
    """Items of queue metadata: a mapping of them on create and update, a list elsewhere."""
    in_list = isinstance(value, list)
    for key, item in enumerate(value or ()) if in_list else (value or {}).items():
        if not isinstance(item, dict):
            raise errors.validation(
                "apiserver.apimodels.metadata.MetadataItem() argument after ** must be a mapping, "
                f"not {type(item).__name__}"
            )
        if not in_list and not key:
            raise errors.validation("Empty key is not allowed")
        for name in ("key", "type", "value"):
            if name not in item:
                if in_list:
                    raise errors.validation(
                        f"error for field 'metadata': (\"error for field '{name}'.\", "
                        "validationerror('field is required!'))."
                    )
                raise errors.validation(f"Error for field '{name}'.", reason="Field is required!")
            if not isinstance(item[name], str):
                raise errors.validation(
                    f"error for field 'metadata': error for field '{name}': "
                    f"('value is wrong, expected type \"str\"', {item[name]!r}).."
                )
