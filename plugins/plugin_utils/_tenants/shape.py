# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the schema finds wrong with a tenant's variables, in words."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import (
    Path,
    kind_of,
    listed,
    nearest,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.schema import (
    COMMAND_LINE_ONLY,
    PREFIX,
    TenantSchema,
    is_supported,
)

KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
    "null": "empty",
}


@dataclass(frozen=True)
class Finding:
    """Something wrong at a path.

    :ivar show: whether it is about the value, which is then shown if it can be no secret
    """

    path: Path
    problem: str
    advice: str
    show: bool = True


def judge(validator: t.Any, schema: TenantSchema, values: t.Mapping[str, t.Any]) -> t.Iterator[Finding]:
    """Everything that the schema says against the values.

    :param validator: a jsonschema validator of the effective schema
    """
    for error in validator.iter_errors(values):
        yield from translated(error, schema, tuple(error.absolute_path))
    yield from unsupported(values, schema, ())


def unsupported(value: t.Any, schema: TenantSchema, path: Path) -> t.Iterator[Finding]:
    """Keys that this version of the collection knows and cannot act on yet."""
    if not isinstance(value, dict):
        return
    node = schema.at(path)
    for key in value:
        if not is_supported(schema.child(node, key)):
            yield Finding(
                (*path, key),
                f"{key} is not yet supported by this version of the collection",
                "Take it out until a later version can do it",
                show=False,
            )
        elif path == ():
            yield from unsupported(value[key], schema, (key,))


def translated(error: t.Any, schema: TenantSchema, path: Path) -> t.Iterator[Finding]:
    """One error of the validator as findings."""
    if "propertyNames" in error.absolute_schema_path:
        yield unknown_key((error.instance,), schema.variables)
        return
    rule = error.validator
    if rule == "additionalProperties":
        known = error.schema.get("properties", {})
        for key in error.instance:
            if key not in known:
                yield unknown_key((*path, key), known)
    elif rule == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield Finding((*path, key), "it is missing", "Add it", show=False)
    elif rule == "type":
        yield wrong_type(error, path)
    else:
        problem, advice = sentence(error)
        yield Finding(path, problem, advice)


def unknown_key(path: Path, known: t.Iterable[str]) -> Finding:
    """A key that the schema does not have. Its value is not shown: it may belong to a secret's key."""
    key = str(path[-1])
    if key in COMMAND_LINE_ONLY:
        return Finding(
            path, "it is for the command line only", f"Take it out of the file, and give it with -e {key}=…", show=False
        )
    guess = nearest_variable(key, known) if len(path) == 1 else nearest(key, known)
    if guess:
        return Finding(path, "there is no such key", f"Did you mean {guess}?", show=False)
    if len(path) == 1:
        return Finding(
            path,
            "there is no such variable of a tenant",
            f"Use another prefix than {PREFIX} for variables of your own",
            show=False,
        )
    return Finding(path, "there is no such key", f"The keys here are {listed(known)}", show=False)


def nearest_variable(key: str, known: t.Iterable[str]) -> str:
    """The same for variables, where the prefix that they share says nothing."""
    guess = nearest(key.removeprefix(PREFIX), [one.removeprefix(PREFIX) for one in known])
    return PREFIX + guess if guess else ""


def wrong_type(error: t.Any, path: Path) -> Finding:
    """A value of the wrong type."""
    value = error.instance
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    words = " or ".join(KINDS[str(kind)] for kind in wanted)
    if value is None:
        return Finding(path, f"it is empty, and has to be {words}", "Give it a value, or take the key out", show=False)
    advice = f"Write {words}"
    if "string" in wanted and not isinstance(value, (dict, list)):
        advice = "Put it in quotes"
    elif isinstance(value, str) and value.strip().lstrip("+-").isdigit() and set(wanted) & {"integer", "number"}:
        advice = "Take the quotes away"
    elif wanted == ["array"] and not isinstance(value, dict):
        advice = "Write a list, even of one: [ … ]"
    return Finding(path, f"it is {kind_of(value)}, and has to be {words}", advice)


def sentence(error: t.Any) -> tuple[str, str]:
    """Problem and advice for what is wrong with a value of the right type."""
    rule, value, limit = error.validator, error.instance, error.validator_value
    if rule == "enum":
        guess = nearest(str(value), [str(one) for one in limit])
        return f"it has to be one of {listed(limit)}", f"Did you mean {guess}?" if guess else "Choose one of them"
    if rule == "pattern":
        reason = error.schema.get("patternErrorMessage", f"It has to match {limit}.").rstrip(".")
        return reason[0].lower() + reason[1:], "Correct it"
    numbers = {
        "minLength": ("it is shorter than {} characters", "Make it longer"),
        "maxLength": ("it is longer than {} characters", "Make it shorter"),
        "minimum": ("it has to be at least {}", "Choose a greater number"),
        "maximum": ("it has to be at most {}", "Choose a smaller number"),
        "exclusiveMinimum": ("it has to be more than {}", "Choose a greater number"),
    }
    if rule == "minLength" and limit == 1:
        return "it is an empty text", "Write something, or take the key out"
    if rule in numbers:
        problem, advice = numbers[rule]
        return problem.format(limit), advice
    if rule == "uniqueItems":
        doubled = sorted({str(one) for one in value if value.count(one) > 1})
        return f"{listed(doubled)} is in it more than once", "Keep one of each"
    return f"it does not fit the schema ({rule})", "Compare it with the schema"
