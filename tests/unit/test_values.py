# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of charts: merged, compared, set by path, masked, written."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.clearml.enterprise.plugins.filter.helm_values import helm_values
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._helm import essential
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK, SECRET
from ansible_collections.clearml.enterprise.plugins.module_utils._values import (
    as_yaml,
    changes,
    masked_values,
    parsed_path,
    put,
    scrubbed,
    secret_texts,
    shown_path,
    value_differences,
)


@pytest.mark.parametrize(
    ("contributors", "expected"),
    [
        ([], {}),
        ([{"a": {"b": 1, "c": 2}}, {"a": {"c": 3}}], {"a": {"b": 1, "c": 3}}),
        ([{"a": {"b": 1}}, {"a": None}], {"a": None}),
        ([{"a": None}, {"a": {"b": 1}}], {"a": {"b": 1}}),
        ([{"a": {"b": 1}}, None, {"a": {}}], {"a": {"b": 1}}),
        ([{"hosts": ["x", "y"]}, {"hosts": ["z"]}], {"hosts": ["z"]}),
        ([{"hosts": ["x"]}, {"hosts": []}], {"hosts": []}),
        (
            [{"env": [{"name": "A", "value": "1"}, {"name": "B"}]}, {"env": [{"name": "C"}, {"name": "A", "x": "2"}]}],
            {"env": [{"name": "A", "x": "2"}, {"name": "B"}, {"name": "C"}]},
        ),
        ([{"env": [{"name": "A"}]}, {"env": [{"host": "b"}]}], {"env": [{"host": "b"}]}),
        ([{"env": [{"name": "A"}]}, {"env": []}], {"env": [{"name": "A"}]}),
    ],
)
def test_merging(contributors: list[t.Any], expected: dict[str, t.Any]) -> None:
    assert helm_values(contributors) == expected


@pytest.mark.parametrize("wrong", [{"a": 1}, [{"a": 1}, ["b"]], "text"])
def test_only_maps_are_merged(wrong: t.Any) -> None:
    with pytest.raises(AnsibleFilterError, match="helm_values takes"):
        helm_values(wrong)


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 2**53}, {"a": 2**53 + 1}, []),
        ({"a": 1}, {"a": True}, ["a"]),
        ({"a": 1}, {"a": "1"}, ["a"]),
        ({}, {"a": None}, ["a"]),
        ({"a": {}}, {}, ["a"]),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ["a[1].b"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a"]),
        ({"a": {"b": 1}}, {"a": [1]}, ["a"]),
        ({"b": 1, "a": 1}, {"a": 1, "b": 1}, []),
    ],
)
def test_comparing(before: t.Any, after: t.Any, paths: list[str]) -> None:
    assert [shown_path(path) for path in changes(before, after)] == paths


@pytest.mark.parametrize(
    ("values", "path", "expected"),
    [
        ({}, "a.b", {"a": {"b": "x"}}),
        ({"a": None}, "a.b", {"a": {"b": "x"}}),
        ({"a": {"c": 1}}, "a.b", {"a": {"b": "x", "c": 1}}),
        ({}, r"a\.b", {"a.b": "x"}),
        ({"a": [{"b": 1}]}, "a[0].b", {"a": [{"b": "x"}]}),
        ({"a": ["b"]}, "a[0]", {"a": ["x"]}),
        ({}, "a[N].value", {"a": [{"name": "N", "value": "x"}]}),
        ({"a": [{"name": "N"}]}, "a[N].value", {"a": [{"name": "N", "value": "x"}]}),
    ],
)
def test_putting(values: dict[str, t.Any], path: str, expected: t.Any) -> None:
    hidden = put(values, path, "x")
    assert values == expected
    assert "x" not in str(masked_values(values, {hidden}))


@pytest.mark.parametrize("path", ["", ".a", "a.", "a..b", "[0]", "a[0]b", "a[]", "a.[0]", "a[0"])
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(InvalidInput, match="is no path"):
        parsed_path(path)


@pytest.mark.parametrize("path", ["a.b", "list.b", "list[5]", "map[0]", "map[N]"])
def test_places_that_do_not_exist(path: str) -> None:
    with pytest.raises(InvalidInput, match="no place for"):
        put({"a": 1, "list": [1], "map": {"x": 1}}, path, "x")


def test_masking() -> None:
    values = {
        "rootPassword": "s1",
        "apiserverSecret": "s2",
        "existingSecret": "name",
        "env": [
            {"name": "API_KEY", "value": "s3"},
            {"name": "B", "value": "shown"},
            {"name": "C_TOKEN", "valueFrom": {}},
        ],
        "auth": {"accessToken": "s4", "token": "", "secret": {"create": True}},
    }
    assert masked_values(values) == {
        "rootPassword": MASK,
        "apiserverSecret": MASK,
        "existingSecret": "name",
        "env": [{"name": "API_KEY", "value": MASK}, *t.cast("list[t.Any]", values["env"])[1:]],
        "auth": {"accessToken": MASK, "token": "", "secret": {"create": True}},
    }
    assert secret_texts(values) == {"s1", "s2", "s3", "s4"}


def test_what_came_from_a_secret_is_hidden_wherever_its_entry_stands() -> None:
    values: dict[str, t.Any] = {"env": [{"name": "A", "value": "1"}], "args": ["--user", "u"]}
    hidden = {put(values, "env[B].value", "new"), put(values, "args[1]", "new")}
    before = {"env": [{"name": "B", "value": "old"}], "args": ["old"]}
    shown = value_differences(before, values, hidden)
    assert [one.path for one in shown] == ["args", "env"]
    assert "old" not in str(shown) and "new" not in str(shown)


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        ("secret_key", True),
        ("client_secret", True),
        ("secret", True),
        ("update_secret", False),
        ("existingSecret", False),
    ],
)
def test_keys(key: str, secret: bool) -> None:
    assert bool(SECRET.search(key)) == secret


def test_scrubbing() -> None:
    assert (
        scrubbed("plain hunter22, base64 aHVudGVyMjI=, ab", {"hunter22", "ab", ""})
        == f"plain {MASK}, base64 {MASK}, ab"
    )


def test_texts_survive_yaml() -> None:
    values = {"text": "é😀\u2028\x7f\x85\ufeff\t\n'\"\\ yes 0123 # :", "n": None, "l": [True, 1.5]}
    assert yaml.safe_load(as_yaml(values)) == values


def test_the_essential_line() -> None:
    said = "level=WARN msg=x\nError: first\nW1122 x\nError: UPGRADE FAILED: why\ncontext deadline\n"
    assert essential(said) == "UPGRADE FAILED: why; context deadline"
    assert essential("WARNING: x\nsomething\n") == "something"
