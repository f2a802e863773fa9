# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's own, stricter check: is a request what the contract says?

A real server ignores a misspelt field and takes text for a truth value, so the answer must not
change.  The lab notes the mistake instead, and a test of a client asserts that nothing was noted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from lab.schema.catalog import CONTRACT, Endpoint
from lab.world.records import Json, now


@dataclass(frozen=True)
class Problem:
    """One departure from the contract; ``rule`` is the schema keyword, or ``unknown field``."""

    field: str
    rule: str
    problem: str


@dataclass(frozen=True)
class Violation:
    """A problem in one request."""

    time: str
    endpoint: str
    field: str
    rule: str
    problem: str


class ContractCheck:
    """Holds requests against their schemas and remembers what did not fit."""

    def __init__(self, capacity: int = 10_000) -> None:
        self._found: deque[Violation] = deque(maxlen=capacity)
        self._known: dict[tuple[str, bytes], list[Problem]] = {}
        self._validators: dict[str, Draft202012Validator] = {}

    def check(self, endpoint: Endpoint, raw: bytes, body: Json) -> None:
        """Note every problem of a request; ``raw`` only serves to recognise a repeated one."""
        # Clients repeat themselves, and a schema costs more time than the rest of a small call.
        key = (endpoint.name, raw)
        problems = self._known.get(key)
        if problems is None:
            problems = list(find_problems(endpoint, body, self._validator(endpoint)))
            if len(self._known) > 4096:
                self._known.clear()
            self._known[key] = problems
        for problem in problems:
            self._found.append(Violation(now(), endpoint.name, problem.field, problem.rule, problem.problem))

    def _validator(self, endpoint: Endpoint) -> Draft202012Validator:
        validator = self._validators.get(endpoint.name)
        if validator is None:
            validator = Draft202012Validator(endpoint.request, registry=_registry())
            self._validators[endpoint.name] = validator
        return validator

    def found(self) -> list[Json]:
        """All violations, oldest first."""
        return [asdict(violation) for violation in self._found]

    def clear(self) -> None:
        """Forget them."""
        self._found.clear()


def find_problems(endpoint: Endpoint, body: Json, validator: Draft202012Validator) -> Iterator[Problem]:
    """The departures of one body from its schema."""
    required = set(endpoint.request.get("required", ()))
    # A null says "clear this"; only where the field must be there is it as wrong as no field.
    given = {name: value for name, value in body.items() if value is not None or name in required}
    yield from _unknown_fields(endpoint.request, given, "")
    for error in validator.iter_errors(given):
        if error.validator != "additionalProperties":
            path = ".".join(map(str, error.absolute_path))
            yield Problem(path, str(error.validator), error.message[:300])


def _unknown_fields(schema: Json, value: Any, path: str) -> Iterator[Problem]:
    properties: Json = schema.get("properties", {})
    if isinstance(value, dict):
        others = schema.get("additionalProperties")
        for name, item in value.items():
            where = f"{path}.{name}" if path else str(name)
            if name in properties:
                yield from _unknown_fields(properties[name], item, where)
            elif isinstance(others, dict):
                yield from _unknown_fields(others, item, where)
            elif properties or others is False or not path:
                yield Problem(where, "unknown field", f"{where} is not in the contract")
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for index, item in enumerate(value):
            yield from _unknown_fields(schema["items"], item, f"{path}.{index}")


@lru_cache(maxsize=1)
def _registry() -> Registry[Any]:
    definitions = yaml.safe_load((CONTRACT / "definitions.yml").read_text(encoding="utf-8"))
    resource = Resource.from_contents(definitions, default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("definitions.yml", resource)
    return registry
