# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Storage settings, under each way in which a server may show secrets and read requests."""

from __future__ import annotations

import itertools
import json
import typing as t

import pytest

from tests.entities.storage_settings import FIRST, MASK, SECRETS
from tests.support.modules import Modules, Result

SHOWN = ("clear", "masked", "absent")
READINGS = list(itertools.product(SHOWN, ("replace", "per_provider", "merge")))
ONE = {"bucket": "one", "key": "k1", "secret": "s3cr3t-1"}
TWO = {"bucket": "two", "key": "k2", "secret": "s3cr3t-2"}
TEXTS = ("s3cr3t", "t0k3n", "pk-own", "pk-b1", "k3y")


def stored(modules: Modules) -> dict[str, t.Any]:
    """What the lab holds for acme."""
    company = next(one for one in modules.lab.control.state()["companies"] if one["name"] == "acme")
    return t.cast("dict[str, t.Any]", company["storage"])


def buckets(modules: Modules) -> dict[str, str]:
    """The secrets of acme's buckets on AWS."""
    return {one["bucket"]: one.get("secret") for one in stored(modules).get("aws", {}).get("buckets", [])}


def settle(modules: Modules, **options: t.Any) -> Result:
    """A check run, the run that it foresaw, and one that has nothing to do; no secret in any of them."""
    foreseen = modules.checking().storage_settings(company="acme", **options)
    done = modules.storage_settings(company="acme", **options)
    assert done["changed"] and done["actions"] == foreseen["actions"] and done["diff"] == foreseen["diff"]
    again = modules.storage_settings(company="acme", **options)
    assert not again["changed"], again
    for result in (foreseen, done, again):
        assert not [one for one in TEXTS if one in json.dumps(result)]
    return done


@pytest.mark.parametrize(("secrets", "update"), READINGS)
def test_everything_is_stored_whatever_the_server_shows(acme: Modules, secrets: str, update: str) -> None:
    acme.lab.control.set_switches(storage_secrets=secrets, storage_update=update)
    settle(acme, **FIRST)
    assert set(stored(acme)) == {"aws", "google", "azure", "last_update"}
    assert stored(acme)["aws"]["token"] == "t0k3n-own" and buckets(acme) == {"models": "s3cr3t-minio"}
    assert json.loads(stored(acme)["google"]["buckets"][0]["credentials_json"]) == {
        "private_key": "pk-b1",
        "type": "sa",
    }
    settle(acme, **{**FIRST, "aws": {**FIRST["aws"], "region": ""}})
    assert not stored(acme)["aws"]["region"] and stored(acme)["azure"] == FIRST["azure"]
    assert buckets(acme) == {"models": "s3cr3t-minio"}
    settle(acme, google=None)
    assert "google" not in stored(acme) and buckets(acme) == {"models": "s3cr3t-minio"}


@pytest.mark.parametrize("update", ["replace", "per_provider", "merge"])
def test_where_secrets_show_the_rest_is_left_alone(acme: Modules, update: str) -> None:
    acme.lab.control.set_switches(storage_secrets="clear", storage_update=update)
    settle(acme, **FIRST)
    before = stored(acme)
    settle(
        acme, aws={"buckets": [{"bucket": "models", "subdir": "a b/ü", "host": "minio.acme.example:9000", "acl": "x"}]}
    )
    settle(acme, aws={"buckets": [ONE]})
    after = stored(acme)
    assert after["google"] == before["google"] and after["azure"] == before["azure"]
    assert {key: after["aws"][key] for key in ("key", "secret", "token")} == {
        key: before["aws"][key] for key in ("key", "secret", "token")
    }
    assert buckets(acme) == {"models": "s3cr3t-minio", "one": "s3cr3t-1"}
    settle(acme, aws={"buckets": [{**ONE, "secret": "s3cr3t-9"}]})
    assert buckets(acme) == {"models": "s3cr3t-minio", "one": "s3cr3t-9"}
    settle(acme, aws={"secret": "", "token": ""})
    assert not stored(acme)["aws"]["secret"] and buckets(acme)["one"] == "s3cr3t-9"


@pytest.mark.parametrize("secrets", ["masked", "absent"])
def test_where_secrets_do_not_show_all_are_needed(acme: Modules, secrets: str) -> None:
    acme.lab.control.set_switches(storage_secrets=secrets)
    acme.storage_settings(company="acme", **FIRST)
    message = acme.refuse("storage_settings", company="acme", aws={"buckets": [ONE]})
    for one in (
        "secret of aws",
        "secret of aws 'models/a b/ü/minio.acme.example:9000'",
        "account_key of azure 'acc/c'",
    ):
        assert one in message
    assert "credentials_json of google" in message and not [one for one in TEXTS if one in message]
    assert not acme.storage_settings(company="acme", aws={"region": "eu-central-1"})["changed"]
    settle(acme, **{**FIRST, "aws": {**FIRST["aws"], "buckets": [*FIRST["aws"]["buckets"], ONE]}})
    assert buckets(acme) == {"models": "s3cr3t-minio", "one": "s3cr3t-1"}
    assert stored(acme)["google"]["credentials_json"] == FIRST["google"]["credentials_json"]


@pytest.mark.parametrize("secrets", SHOWN)
def test_other_buckets_stay_unless_the_list_is_exclusive(acme: Modules, secrets: str) -> None:
    acme.lab.control.set_switches(storage_secrets=secrets)
    settle(acme, aws={"buckets": [ONE, TWO]})
    assert not acme.storage_settings(company="acme", aws={"buckets": [TWO]})["changed"]
    assert not acme.storage_settings(company="acme", aws={}, exclusive=True)["changed"]
    done = settle(acme, aws={"buckets": [TWO]}, exclusive=True)
    assert [one["bucket"] for one in done["storage_settings"]["aws"]["buckets"]] == ["two"]
    assert buckets(acme) == {"two": "s3cr3t-2"}
    gone = settle(acme, aws={"buckets": []}, exclusive=True)
    assert gone["actions"][0]["calls"] == ["storage.reset_settings"] and "aws" not in stored(acme)


def test_a_bucket_is_known_by_host_and_path_too(acme: Modules) -> None:
    acme.lab.control.set_switches(storage_secrets="clear")
    settle(acme, aws={"buckets": [ONE]})
    settle(acme, aws={"buckets": [{**TWO, "bucket": "one", "host": "h"}]})
    settle(acme, aws={"buckets": [{**TWO, "bucket": "one", "subdir": "s"}]})
    assert len(stored(acme)["aws"]["buckets"]) == 3
    assert not acme.storage_settings(company="acme", aws={"buckets": [{"bucket": "one", "host": "", "subdir": ""}]})[
        "changed"
    ]


@pytest.mark.parametrize("secrets", ["masked", "absent"])
def test_secrets_that_are_not_shown_are_sent_if_asked(acme: Modules, secrets: str) -> None:
    acme.lab.control.set_switches(storage_secrets=secrets)
    acme.storage_settings(company="acme", aws={"buckets": [ONE]})
    other = {"aws": {"buckets": [{**ONE, "secret": "s3cr3t-9"}]}}
    assert not acme.storage_settings(company="acme", **other)["changed"]
    foreseen = acme.checking().storage_settings(company="acme", **other, update_secret="always")
    done = acme.storage_settings(company="acme", **other, update_secret="always")
    assert done["actions"] == foreseen["actions"] and done["diff"] == foreseen["diff"]
    assert done["actions"][0]["fields"] == ["secrets"] and "s3cr3t" not in json.dumps([done, foreseen])
    assert buckets(acme) == {"one": "s3cr3t-9"}
    assert acme.storage_settings(company="acme", **other, update_secret="always")["changed"]


def test_shown_secrets_are_compared_and_never_sent_for_nothing(acme: Modules) -> None:
    acme.lab.control.set_switches(storage_secrets="clear")
    acme.storage_settings(company="acme", **FIRST)
    assert not acme.storage_settings(company="acme", **FIRST, update_secret="always")["changed"]


def test_a_new_secret_beside_hidden_ones_is_noticed(acme: Modules) -> None:
    acme.storage_settings(company="acme", aws={"key": "k", "secret": "s3cr3t", "buckets": [{"bucket": "b"}]})
    settle(acme, aws={"secret": "s3cr3t", "buckets": [{"bucket": "b", "token": "t0k3n"}]})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"aws": {"buckets": [ONE, {**ONE, "key": "x"}]}}, "aws.buckets has 'one' more than once"),
        ({"aws": {"buckets": [{"bucket": ""}]}}, "aws.buckets has an entry with an empty bucket"),
        ({"azure": {"containers": [{"account_name": ""}]}}, "azure.containers has an entry with an empty account_name"),
        ({"aws": {"secret": MASK}}, "A secret of aws is the mask"),
        ({"azure": {"containers": [{"container_name": "c"}]}}, "account_name"),
        ({"aws": {"bucket": "b"}}, "bucket"),
    ],
)
def test_what_cannot_work_is_refused(acme: Modules, options: dict[str, t.Any], words: str) -> None:
    assert words in acme.refuse("storage_settings", company="acme", **options)


def test_nobody_elses_settings_are_touched(acme: Modules) -> None:
    """Neither those of another company nor the personal ones of whoever acts."""
    own = {"aws": {"key": "mine", "secret": "s"}}
    acme.api(company="acme", endpoint="storage.set_user_settings", data=own)
    settle(acme, **FIRST)
    settle(acme, aws=None)
    state = acme.lab.control.state()
    assert [one["storage"]["aws"] for one in state["profiles"] if one["storage"]] == [own["aws"]]
    assert [one["name"] for one in state["companies"] if one["storage"]] == ["acme"]


@pytest.mark.parametrize("secrets", SHOWN)
def test_info_masks_secrets(acme: Modules, secrets: str) -> None:
    acme.lab.control.set_switches(storage_secrets=secrets)
    nothing = acme.storage_settings_info(company="acme")
    assert nothing["storage_settings"] == {"aws": None, "google": None, "azure": None}
    acme.storage_settings(company="acme", **FIRST)
    shown = acme.storage_settings_info(company="acme")
    assert not [one for one in TEXTS if one in json.dumps(shown)]
    settings = shown["storage_settings"]
    entries = [settings["aws"], *settings["aws"]["buckets"], settings["google"], *settings["google"]["buckets"]]
    assert all(one[name] == MASK for one in entries for name in SECRETS[:3:2] if name in one)
    assert settings["azure"]["containers"] == [{"account_name": "acc", "account_key": MASK, "container_name": "c"}]
    assert acme.lab.control.counts()["by_endpoint"].get("storage.get_user_settings") is None


def test_info_of_a_company_that_is_not_there_yet(modules: Modules) -> None:
    shown = modules.checking().storage_settings_info(company="acme")
    assert shown["assumes"] == ["company 'acme'"]
    assert shown["storage_settings"] == {"aws": None, "google": None, "azure": None}
