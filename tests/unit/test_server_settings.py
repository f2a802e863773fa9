# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings as variables, read back by the parser that the server uses."""

from __future__ import annotations

import typing as t

import pyhocon
import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.clearml.enterprise.plugins.filter.secret_environment import secret_environment
from ansible_collections.clearml.enterprise.plugins.filter.server_settings import server_settings


def read_by_the_server(name: str, value: str) -> t.Any:
    """As the server reads a variable: the path in small letters, the value as HOCON."""
    path = name.removeprefix("CLEARML__").lower().replace("__", ".")
    return pyhocon.ConfigFactory.parse_string(f"{path}: {value}").get(path)


@pytest.mark.parametrize(
    "value",
    [
        "ops@example.com",
        "a#b",
        "https://idp.example.com/authorize?a=b&c=d",
        "0123",
        "1e5",
        "true",
        "null",
        'with "quotes" and \\',
        "${HOME}",
        "{a: b}",
        "ümlaut 🙂",
        "",
        True,
        False,
        3,
        0.5,
        ["users", "admins"],
        [],
        "clearml-billing-kafka.clearml-billing:9092",
    ],
)
def test_the_server_reads_what_was_written(value: t.Any) -> None:
    ((name, text),) = server_settings({"services": {"one": {"setting": value}}}).items()
    assert name == "CLEARML__services__one__setting"
    assert isinstance(text, str)
    assert read_by_the_server(name, text) == value


def test_names_are_sorted_and_keep_their_case() -> None:
    found = server_settings({"services": {"auth": {"default_groups": {"Data": {"id": "x"}}}}, "apiserver": {"a": 1}})
    assert list(found) == ["CLEARML__apiserver__a", "CLEARML__services__auth__default_groups__Data__id"]


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"services": {"a": 1, "A": 2}}, "CLEARML__services__a and CLEARML__services__A are the same setting"),
        ({"services": {"a__b": 1}}, "services.a__b cannot be set"),
        ({"services": {"a": None}}, "services.a has no value"),
        ({"debug": True}, "debug is a value; the first level names a file"),
        (["a"], "takes a map of settings, not a list"),
    ],
)
def test_what_cannot_become_a_variable_is_refused(tree: t.Any, message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=message):
        server_settings(tree)


def test_secret_variables_name_their_secret() -> None:
    assert secret_environment(["A"], "s") == [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "A"}}}]
    (one,) = secret_environment({"A": "b"}, "s")
    assert one["valueFrom"]["secretKeyRef"]["key"] == "b"
    for names, secret in (("A", "s"), (["A"], "")):
        with pytest.raises(AnsibleFilterError):
            secret_environment(names, secret)
