# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Storage settings."""

from __future__ import annotations

import typing as t

from tests.entities.sample import Options, Sample

MASK = "********"
SECRETS = ("secret", "token", "credentials_json", "account_key")
OWN: dict[str, Options] = {
    "aws": {"key": None, "secret": None, "token": None, "region": None, "use_credentials_chain": False},
    "google": {"project": None, "credentials_json": None},
    "azure": {},
}
ENTRY: dict[str, Options] = {
    "buckets": {
        "bucket": None,
        "subdir": None,
        "host": None,
        "key": None,
        "secret": None,
        "token": None,
        "region": None,
        "acl": None,
        "multipart": True,
        "secure": True,
        "verify": True,
        "use_credentials_chain": False,
    },
    "google buckets": {"bucket": None, "subdir": None, "project": None, "credentials_json": None},
    "containers": {"account_name": None, "account_key": None, "container_name": None},
}
AWS: Options = {
    "key": "AKIA1",
    "secret": "s3cr3t-own",
    "token": "t0k3n-own",
    "region": "eu-central-1",
    "use_credentials_chain": False,
}
MODELS: Options = {
    "bucket": "models",
    "subdir": "a b/ü",
    "host": "minio.acme.example:9000",
    "key": "minio",
    "secret": "s3cr3t-minio",
    "token": "t0k3n-minio",
    "region": "r1",
    "acl": "private",
    "multipart": False,
    "secure": False,
    "verify": False,
    "use_credentials_chain": False,
}
GOOGLE: Options = {
    "project": "vision",
    "credentials_json": '{"private_key": "pk-own"}',
    "buckets": [
        {"bucket": "b1", "subdir": "x", "project": "p1", "credentials_json": {"private_key": "pk-b1", "type": "sa"}}
    ],
}
AZURE: Options = {"containers": [{"account_name": "acc", "account_key": "k3y", "container_name": "c"}]}
FIRST: Options = {"aws": {**AWS, "buckets": [MODELS]}, "google": GOOGLE, "azure": AZURE}


def shown(name: str) -> t.Callable[[t.Any], t.Any]:
    """What a result shows for a provider that was not there, or is given whole: all keys, and no secret."""
    entries = "containers" if name == "azure" else "buckets"

    def whole(given: t.Any) -> t.Any:
        if given is None:
            return None
        entry = ENTRY["google buckets" if name == "google" else entries]
        inner = [masked({**entry, **one}) for one in given.get(entries, [])]
        own = masked({**OWN[name], **{key: value for key, value in given.items() if key != entries}})
        return {**own, entries: sorted(inner, key=lambda one: one.get("bucket") or one.get("account_name"))}

    return whole


def masked(entry: Options) -> Options:
    """An entry as results show it; an empty text is none."""
    return {key: MASK if value and key in SECRETS else None if value == "" else value for key, value in entry.items()}


SAMPLE = Sample(
    module="storage_settings",
    key="",
    first=FIRST,
    changes={
        "aws": (
            {**AWS, "region": "", "use_credentials_chain": True, "buckets": [{**MODELS, "region": "", "secure": True}]},
            {**AWS, "key": "AKIA2", "buckets": [MODELS, {"bucket": "a.*'b\"", "key": "k", "secret": "s3cr3t-odd"}]},
            {**AWS, "token": "", "buckets": []},
            None,
        ),
        "google": (
            {**GOOGLE, "project": "sight"},
            {**GOOGLE, "buckets": [*GOOGLE["buckets"], {"bucket": "b0", "credentials_json": "{}"}]},
            {**GOOGLE, "project": "", "credentials_json": ""},
            None,
        ),
        "azure": (
            {"containers": [*AZURE["containers"], {"account_name": "a2", "account_key": "k2"}]},
            {"containers": AZURE["containers"]},
            None,
        ),
    },
    shows={name: shown(name) for name in FIRST},
    beside={**FIRST, "exclusive": True},
    steering={
        "exclusive": "test_storage_settings.py::test_other_buckets_stay_unless_the_list_is_exclusive",
        "update_secret": "test_storage_settings.py::test_secrets_that_are_not_shown_are_sent_if_asked",
    },
    removable=False,
)
