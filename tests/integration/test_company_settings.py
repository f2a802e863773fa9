# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of a company, under each way in which a server may show and keep them."""

from __future__ import annotations

import base64
import typing as t
from pathlib import Path

import pytest

from tests.entities.company import SAMPLE, UNREADABLE
from tests.support.modules import Modules, Result

PNG = b"\x89PNG\r\n\x1a\n"


def stored(modules: Modules, name: str = "acme") -> dict[str, t.Any]:
    """The company as the lab holds it."""
    companies = modules.lab.control.state()["companies"]
    return next(t.cast("dict[str, t.Any]", one) for one in companies if one["name"] == name)


def settle(modules: Modules, **options: t.Any) -> Result:
    """A check run, the run that it foresaw, and one that has nothing to do."""
    before = modules.lab.control.writes()
    foreseen = modules.checking().company(name="acme", **options)
    assert modules.lab.control.writes() == before
    done = modules.company(name="acme", **options)
    assert done["changed"] and done["actions"] == foreseen["actions"] and done["diff"] == foreseen["diff"]
    again = modules.company(name="acme", **options)
    assert not again["changed"], again["actions"]
    return done


@pytest.mark.parametrize("option", UNREADABLE)
def test_settings_that_the_server_shows_are_compared(acme: Modules, option: str) -> None:
    acme.lab.control.set_switches(
        company_info_shows_settings=True, company_info_shows_sso=True, settings_update="merge"
    )
    for value in UNREADABLE[option]:
        done = settle(acme, **{option: value})
        assert done["actions"][0]["fields"] == [option]
    assert acme.company_info(name="acme")["companies"][0]["settings"][option] == done["company"][option]


def test_all_settings_at_once(acme: Modules) -> None:
    """They arrive as the API calls them, with a new company and with one that stands."""
    options = {key: value for key, value in SAMPLE.first.items() if key != "name"}
    acme.company(**SAMPLE.first)
    acme.company(name="acme", **options, update_unreadable="always")
    for name in ("globex", "acme"):
        company = stored(acme, name)
        assert company["settings"]["cookie_options"] == {"domain": "acme.example"}
        assert company["settings"]["supported_application_ids"] == ["jupyter", "vscode"]
        assert company["settings"]["app_access_by_owners"] == ["jupyter"]
        assert company["settings"]["admin_access_all_apps"] is True
        assert company["custom_events"] == {"a": {"b": [1, "x"]}}
        assert company["app_access"] == {
            "allowed": "groups",
            "admin_access_all": True,
            "applications": {"jupyter": {"allowed": "owner"}},
            "categories": {},
        }
        assert company["sso"] == {
            "tenant": "ext-1",
            "group_mapping": {"research": "Modellers", "it": ["Admins", "Ops"]},
            "admin_groups": ["it"],
            "case_sensitive": False,
        }


def test_null_clears_the_cookie_domain(acme: Modules) -> None:
    acme.company(name="acme", cookie_domain="acme.example", update_unreadable="always")
    acme.company(name="acme", cookie_domain=None, update_unreadable="always")
    assert "cookie_options" not in stored(acme)["settings"]


@pytest.mark.parametrize("update", ["replace", "merge"])
def test_rules_that_are_not_given_stay(acme: Modules, update: str) -> None:
    acme.lab.control.set_switches(app_access_update=update)
    settle(acme, app_instance_access={"allowed": "owner", "applications": {"a": "all", "b": "groups"}})
    settle(acme, app_instance_access={"admin_access_all": True, "categories": {"ide": "all"}})
    done = settle(acme, app_instance_access={"applications": {"b": "owner"}})
    assert done["company"]["app_instance_access"] == {
        "allowed": "owner",
        "admin_access_all": True,
        "applications": {"a": "all", "b": "owner"},
        "categories": {"ide": "all"},
    }
    assert not acme.company(name="acme", app_instance_access={})["changed"]


def test_a_rule_that_is_null_goes(acme: Modules) -> None:
    settle(acme, app_instance_access={"allowed": "owner", "applications": {"a": "all", "b": "groups"}})
    done = settle(acme, app_instance_access={"applications": {"b": None}})
    assert done["company"]["app_instance_access"]["applications"] == {"a": "all"}


def test_a_server_that_keeps_the_rule_is_found_out(acme: Modules) -> None:
    """One that adds to the rules cannot remove any, and the run does not say that it did."""
    acme.lab.control.set_switches(app_access_update="merge")
    settle(acme, app_instance_access={"applications": {"a": "all"}})
    result = acme.run("company", name="acme", app_instance_access={"applications": {"a": None}})
    assert result["failed"] and "a later read does not show it" in result["msg"]


def test_single_sign_on_is_sent_once_where_it_cannot_be_read(acme: Modules) -> None:
    sso = {"external_tenant": "ext", "group_mapping": {"it": "Ops"}}
    assert not acme.company(name="acme", sso=sso)["changed"]
    assert acme.company(name="acme", sso=sso, update_unreadable="always")["changed"]
    assert stored(acme)["sso"] == {"tenant": "ext", "group_mapping": {"it": "Ops"}}


def test_single_sign_on_that_shows_is_completed(acme: Modules) -> None:
    acme.lab.control.set_switches(company_info_shows_sso=True)
    settle(acme, sso={"external_tenant": "ext", "group_mapping": {"it": "Ops"}, "other": {"x": 1, "y": 2}})
    settle(acme, sso={"admin_groups": ["b", "a"], "other": {"y": None}})
    assert not acme.company(name="acme", sso={"admin_groups": ["a", "b", "a"], "group_mapping": {"it": ["Ops"]}})[
        "changed"
    ]
    shown = {"tenant": "ext", "group_mapping": {"it": "Ops"}, "admin_groups": ["a", "b"], "x": 1}
    assert stored(acme)["sso"] == shown
    settle(acme, sso=None)
    assert stored(acme)["sso"] == {}


@pytest.mark.parametrize(
    ("name", "content"),
    [("a b.png", PNG + bytes(1000)), ("l.jpg", b"\xff\xd8\xff\xe0x"), ("ü.svg", b'<?xml version="1.0"?>\n<svg/>')],
)
def test_a_logo_is_sent_if_asked(acme: Modules, tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert not acme.company(name="acme", logo=str(file))["changed"]
    foreseen = acme.checking().company(name="acme", logo=str(file), update_unreadable="always")
    done = acme.company(name="acme", logo=str(file), update_unreadable="always")
    assert done["actions"] == foreseen["actions"] and done["diff"] == foreseen["diff"]
    assert done["actions"][0]["calls"] == ["organization.update_company_logo"]
    assert done["diff"]["after"]["logo"] == str(file)
    assert stored(acme)["logo"] == {"data": base64.b64encode(content).decode(), "format": "base64"}


def test_a_logo_may_be_an_address(acme: Modules) -> None:
    url = "https://acme.example/logo.png?x=1"
    acme.company(name="acme", logo=url, update_unreadable="always")
    assert stored(acme)["logo"] == {"data": url, "format": "url"}


def test_a_logo_needs_an_admin(modules: Modules) -> None:
    """While a company is made there is none; later the server says who may."""
    options = {"name": "acme", "logo": "https://acme.example/logo.png", "update_unreadable": "always"}
    assert "Leave logo out now" in modules.refuse("company", **options)
    modules.company(name="acme")
    refused = modules.run("company", **options)
    assert "not allowed for role" in refused["msg"] and not refused["changed"]
    modules.lab.control.set_switches(rename_scope="admin_or_system")
    assert modules.company(**options)["changed"]


def test_the_largest_logo(acme: Modules, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(PNG + bytes(75_000 - len(PNG)))
    assert acme.company(name="acme", logo=str(file), update_unreadable="always")["changed"]
    file.write_bytes(PNG + bytes(75_001 - len(PNG)))
    assert "75001 bytes" in acme.refuse("company", name="acme", logo=str(file))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"logo": "/no/such/logo.png"}, "cannot be read (No such file"),
        ({"logo": __file__}, "is no PNG, JPEG or SVG image"),
        ({"logo": "ftp://acme.example/logo.png"}, "an http or https address"),
        ({"logo": "a\0b"}, "cannot be read"),
        ({"logo": None}, "logo is null"),
        (
            {"app_instance_access": {"applications": {"a": "everybody"}}},
            "app_instance_access.applications['a'] is 'every",
        ),
        ({"app_instance_access": {"categories": {"a": ["all"]}}}, "app_instance_access.categories['a'] is ['all']"),
        ({"app_instance_access": {"allowed": "everybody"}}, "allowed"),
        ({"app_instance_access": None}, "app_instance_access is null"),
        ({"sso": {"group_mapping": {"it": 1}}}, "sso.group_mapping['it'] is 1"),
        ({"sso": {"other": {"tenant": "x"}}}, "give it as sso.external_tenant"),
        ({"features": ["queues"], "exclude_features": ["queues"]}, "queues: both in features and"),
        (
            {"supported_application_categories": ["x"], "excluded_application_categories": ["x"]},
            "x: both in supported_application_categories and",
        ),
    ],
)
def test_what_cannot_work_is_refused(acme: Modules, options: dict[str, t.Any], words: str) -> None:
    assert words in acme.refuse("company", name="acme", **options)


def test_an_old_server_shows_less(acme: Modules) -> None:
    """What is not asked for is not missed, and what is asked for is named."""
    reads = ["system.get_company_app_instance_access", "system.get_company_custom_events_config"]
    assert {"app_instance_access", "custom_events"} <= set(acme.company_info(name="acme")["companies"][0]["settings"])
    acme.lab.control.set_switches(missing_endpoints=reads)
    assert set(acme.company_info(name="acme")["companies"][0]["settings"]) == {"allowed_users"}
    assert not acme.company(name="acme", allowed_users=20)["changed"]
    assert reads[1] in acme.refuse("company", name="acme", custom_events={"a": 1})
