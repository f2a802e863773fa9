# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every call that an entity can plan, held against the API's contract: endpoint, fields, types, who may call it."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field, replace

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client, Session, is_read
from ansible_collections.clearml.enterprise.plugins.module_utils._configuration import Configuration
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._company_settings import FEATURES
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._idp_fields import SETTINGS
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._memberships import Membership
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.access_rule import (
    ACCESS_RULE,
    ENTITY_TYPES,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.company import COMPANY
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.credentials import CREDENTIALS
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.group import GROUP
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.idp import IDP
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.login_rules import LOGIN_RULES
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.project import PROJECT
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.queue import QUEUE
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.service_account import SERVICE_ACCOUNT
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.storage_settings import STORAGE_SETTINGS
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import ROLES, USER
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.vault import VAULT
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Call, Desired, Entity, Identity, Ref
from ansible_collections.clearml.enterprise.plugins.module_utils._plan import check_values, plan, resolve
from ansible_collections.clearml.enterprise.plugins.module_utils._transport import Reply
from lab.schema import catalog
from lab.schema.violations import ContractCheck

ENDPOINTS = catalog.load()
COMPANY_ID, NEW_ID, OLD_ID = "c" * 32, "e" * 32, "d" * 32
#: Roles that a call is made with. Behind a header the server checks the caller's role and the resulting one.
PLATFORM: dict[Identity, set[str]] = {
    Identity.OWN: {"system"},
    Identity.USER: {"system", "admin"},
    Identity.ACTING: {"system"},
    Identity.SIGNED_IN: {"admin"},
}
#: The same with the key of a tenant's admin, who works in the own company and needs no header.
TENANT_ADMIN = {identity: {"admin"} for identity in Identity}


@dataclass(frozen=True)
class Sample:
    """An entity with values for all of its options.

    :ivar first: every option that there is, as for a new object
    :ivar others: other values of each option; null where null clears it
    :ivar raw: the object of ``first`` as the server shows it
    :ivar raws: further states of it in which something has to be repaired or removed
    :ivar steering: options that say how
    :ivar needed: options besides the key without which the guard refuses a creation
    :ivar beside: what every change has to bring along
    :ivar inside: a tenant's own admin may make all these calls too
    :ivar acting: roles that the acting user may have besides admin
    """

    entity: Entity
    first: dict[str, t.Any]
    others: dict[str, list[t.Any]]
    raw: dict[str, t.Any]
    raws: tuple[dict[str, t.Any], ...] = ()
    steering: tuple[dict[str, t.Any], ...] = ({},)
    needed: tuple[str, ...] = ()
    beside: dict[str, t.Any] = field(default_factory=dict)
    inside: bool = True
    acting: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return self.entity.kind


QUEUE_ITEM = {"a": {"key": "a", "type": "str", "value": "1"}}
PERSON = {
    "id": OLD_ID,
    "email": "ann@acme.example",
    "name": "Ann Lee",
    "given_name": "Ann",
    "family_name": "Lee",
    "avatar": "https://x.example/a.png",
    "role": "user",
    "created": "2026-01-01T00:00:00.000000+00:00",
    "has_profile": True,
    "by_platform": True,
}
ANN, AGENT = Ref("a" * 32, "ann@acme.example"), Ref("b" * 32, "agent")
MODELLERS, GPU = Ref("7" * 32, "Modellers"), Ref("8" * 32, "gpu")
RULE = {
    "id": OLD_ID,
    "name": "GPUs",
    "description": "d",
    "entity_type": "queue",
    "entity": GPU,
    "access_permission": "read",
    "users": [{"id": str(ANN), "name": "Ann Lee", "email": "ann@acme.example"}],
    "groups": [{"id": str(MODELLERS), "name": "Modellers"}],
    "service_accounts": [{"id": str(AGENT), "name": "agent", "email": None}],
}
MEMBERSHIP = Membership(str(MODELLERS), "Modellers", {"id": str(MODELLERS), "users": [{"id": str(ANN)}]})
ACCOUNT = {
    "id": OLD_ID,
    "name": "agents",
    "allow_running_as_owner": True,
    "role": "user",
    "groups": [MEMBERSHIP],
    "by_platform": False,
}
OLD_VAULT = {
    "id": OLD_ID,
    "description": "Git",
    "scope": "group",
    "group": MODELLERS,
    "type": "config",
    "format": "yaml",
    "content": Configuration("a: 1", {"a": 1}, True),
    "enabled": True,
}
IDP_SETTINGS = {one.option: {"bool": True, "list": ["a", "b"]}.get(one.type, "text") for one in SETTINGS}
IDP_RAW = {
    "id": OLD_ID,
    "display_name": "SSO",
    "provider": "keycloak",
    "active": True,
    "settings": {
        option: value for option, value in IDP_SETTINGS.items() if option not in ("client_secret", "private_key")
    },
    "configuration": {"authorization_parameters": {"prompt": "login"}},
}
BUCKET = {"bucket": "b", "subdir": "s", "host": "h", "key": "k", "secret": "x", "token": "t", "region": "r", "acl": "a"}
FLAGS = {"multipart": False, "secure": False, "verify": False, "use_credentials_chain": True}
GOOGLE_BUCKET = {"bucket": "b", "subdir": "s", "project": "p", "credentials_json": {"private_key": "x"}}
CONTAINER = {"account_name": "a", "account_key": "k", "container_name": "c"}
STORAGE = {
    "aws": {
        **{name: BUCKET[name] for name in ("key", "secret", "token", "region")},
        "use_credentials_chain": True,
        "buckets": [{**BUCKET, **FLAGS}],
    },
    "google": {"project": "p", "credentials_json": "{}", "buckets": [GOOGLE_BUCKET]},
    "azure": {"containers": [CONTAINER]},
}
SAMPLES = [
    Sample(
        ACCESS_RULE,
        {
            "name": "GPUs",
            "description": "d",
            "entity_type": "queue",
            "entity": GPU,
            "access_permission": "read",
            "users": [ANN],
            "groups": [MODELLERS],
            "service_accounts": [AGENT],
        },
        {
            "name": ["Other"],
            "description": ["e", None],
            "entity_type": [one for one in ENTITY_TYPES if one != "queue"],
            "entity": [Ref("9" * 32, "cpu"), None],
            "access_permission": ["read_write"],
            "users": [[], None],
            "groups": [[], None],
            "service_accounts": [[], None],
        },
        RULE,
        ({**RULE, "entity_type": "project", "entity": None, "groups": [{"id": str(MODELLERS), "name": None}]},),
        needed=("entity_type", "entity", "access_permission"),
    ),
    Sample(
        GROUP,
        {"name": "Modellers", "description": "d", "users": [ANN], "service_accounts": [AGENT]},
        {
            "name": ["Other"],
            "description": ["e", None],
            "users": [[], None],
            "service_accounts": [[], None],
        },
        {name: RULE[name] for name in ("id", "description", "users", "service_accounts")} | {"name": "Modellers"},
    ),
    Sample(
        QUEUE,
        {"name": "gpu", "display_name": "GPU", "tags": ["a"], "system_tags": ["b"], "metadata": {"a": 1, "b": True}},
        {
            "name": ["gpu-2"],
            "display_name": ["GPU 2"],
            "tags": [["x", "y"], [], None],
            "system_tags": [["x"], [], None],
            "metadata": [{"c": {"type": "int", "value": 2}}, {"d": None}, {"e": 1.5}, {}, None],
        },
        {
            "id": OLD_ID,
            "name": "gpu",
            "display_name": "GPU",
            "tags": ["a"],
            "system_tags": ["b"],
            "metadata": QUEUE_ITEM,
        },
        ({"id": OLD_ID, "name": "gpu", "tags": [], "system_tags": [], "metadata": {}},),
        ({}, {"force": True}),
        acting={"user"},
    ),
    Sample(
        PROJECT,
        {
            "name": "research/vision",
            "description": "All that sees",
            "tags": ["a"],
            "system_tags": ["b"],
            "default_output_destination": "s3://models/vision",
        },
        {
            "name": ["research/sight"],
            "description": ["Other", "", None],
            "tags": [["x", "y"], [], None],
            "system_tags": [["hidden"], [], None],
            "default_output_destination": ["s3://other", "", None],
        },
        {
            "id": OLD_ID,
            "name": "research/vision",
            "description": "All that sees",
            "tags": ["a"],
            "system_tags": ["b"],
            "default_output_destination": "s3://models/vision",
        },
        ({"id": OLD_ID, "name": "research/vision", "tags": [], "system_tags": []},),
        ({}, {"force": True}, {"force": True, "delete_contents": True}),
        acting={"user"},
    ),
    Sample(
        COMPANY,
        {
            "name": "acme",
            "allowed_users": 20,
            "allowed_service_users": 4,
            "allow_service_user_admins": True,
            "max_running_apps": 3,
            "feature_set": "basic",
            "features": ["queues"],
            "exclude_features": ["reports"],
            "supported_application_ids": ["jupyter"],
            "supported_application_categories": ["ide"],
            "excluded_application_categories": ["llm"],
            "app_access_by_owners": ["jupyter"],
            "admin_access_all_apps": True,
            "cookie_domain": "acme.example",
            "app_instance_access": {
                "allowed": "owner",
                "admin_access_all": True,
                "applications": {"jupyter": "all"},
                "categories": {"ide": "groups", "llm": None},
            },
            "custom_events": {"a": 1},
            "sso": {
                "external_tenant": "ext",
                "group_mapping": {"it": "Ops"},
                "admin_groups": ["it"],
                "other": {"x": 1},
            },
            "logo": {"from": "/logo.png", "data": "aGk=", "format": "base64"},
        },
        {
            "name": ["Acme Inc"],
            "allowed_users": [0, 21],
            "allowed_service_users": [0, 5],
            "allow_service_user_admins": [False],
            "max_running_apps": [0, 4],
            "feature_set": ["advanced"],
            "features": [FEATURES, []],
            "exclude_features": [FEATURES, []],
            "supported_application_ids": [[]],
            "supported_application_categories": [[]],
            "excluded_application_categories": [[]],
            "app_access_by_owners": [["vscode"], []],
            "admin_access_all_apps": [False],
            "cookie_domain": ["b.example", "", None],
            "app_instance_access": [{"allowed": None, "applications": {"jupyter": None}}, {"admin_access_all": False}],
            "custom_events": [{}, None],
            "sso": [
                {"external_tenant": None, "group_mapping": {"it": ["Ops", "Admins"]}},
                {"other": {"x": None}},
                None,
            ],
            "logo": [{"from": "https://x.example/a.png", "data": "https://x.example/a.png", "format": "url"}],
        },
        {"id": OLD_ID, "name": "acme", "active": True, "users": [], "running": {}},
        (
            {"id": OLD_ID, "name": "acme", "allowed_users": 1, "users": [PERSON], "running": {"tasks": 1}},
            {
                "id": OLD_ID,
                "name": "acme",
                "cookie_domain": None,
                "app_instance_access": {"allowed": "all", "applications": {"jupyter": {"allowed": "owner"}}},
                "custom_events": {"b": 2},
                "sso": {"tenant": "ext", "group_mapping": {"it": "Ops"}, "x": 1},
                "users": [],
                "running": {},
            },
            {
                "id": OLD_ID,
                "name": "acme",
                "allowed_users": None,
                "users": [{**PERSON, "has_profile": False}],
                "running": {},
            },
        ),
        ({}, {"update_unreadable": "always"}, {"force": True, "confirm_name": "acme"}),
        inside=False,
    ),
    Sample(
        USER,
        {
            "email": "ann@acme.example",
            "name": "Ann Lee",
            "given_name": "Ann",
            "family_name": "Lee",
            "avatar": "https://x.example/a.png",
            "role": "user",
            "internal": True,
        },
        {
            "name": ["Ann Ray"],
            "given_name": ["Anna"],
            "family_name": ["Ray"],
            "avatar": ["https://x.example/b.png"],
            "role": [role for role in ROLES if role != "user"],
            "internal": [False],
        },
        PERSON,
        (
            {**PERSON, "by_platform": False},
            {**PERSON, "has_profile": False},
            {**PERSON, "name": None, "has_profile": False},
        ),
        needed=("name",),
    ),
    Sample(
        CREDENTIALS,
        {"label": "ci", "expires_in": 3600},
        {"label": ["nightly"], "expires_in": [60]},
        {"access_key": "KEY", "label": "ci", "expire": None, "created": "2026-01-01T00:00:00.000000+00:00"},
        ({"access_key": "KEY", "label": "ci"},),
        acting={"user", "consumer"},
    ),
    Sample(
        IDP,
        {
            "display_name": "SSO",
            "provider": "keycloak",
            **IDP_SETTINGS,
            "configuration": {"authorization_parameters": {"prompt": "login"}},
            "secrets": {"another_secret": "s"},
            "active": True,
        },
        {
            "display_name": ["Other"],
            **{option: [None] for option in IDP_SETTINGS},
            "configuration": [{"authorization_parameters": None}],
            "active": [False],
        },
        IDP_RAW,
        ({**IDP_RAW, "settings": {}, "configuration": {}, "active": False},),
        steering=({}, {"update_secret": "always"}),
        needed=("provider",),
        beside={"client_secret": "s"},
    ),
    Sample(
        LOGIN_RULES,
        {"domains": ["acme.example"], "whitelist": [{"email": "x@y.example", "role": "user"}]},
        {
            "domains": [["acme.example", "acme.test"], [], None],
            "whitelist": [
                [{"email": "x@y.example", "role": "admin"}],
                [{"email": f"{role}@y.example", "role": role} for role in ("admin", "user", "consumer")],
                [{"email": "z@y.example", "role": None}, {"email": "w@y.example"}],
                [],
                None,
            ],
        },
        {"domains": ["acme.example"], "whitelist": [{"email": "x@y.example", "role": "user"}], "accepted": []},
        (
            {"domains": [], "whitelist": [], "accepted": []},
            {"domains": [], "whitelist": [{"email": "x@y.example", "role": None}], "accepted": ["z@y.example"]},
        ),
    ),
    Sample(
        SERVICE_ACCOUNT,
        {"name": "agents", "allow_running_as_owner": True, "role": "admin", "groups": [MEMBERSHIP]},
        {
            "name": ["builders"],
            "allow_running_as_owner": [False],
            "role": ["admin"],
            "groups": [[Membership("8" * 32, "Builders", {"id": "8" * 32})], [], None],
        },
        ACCOUNT,
        tuple({**ACCOUNT, "by_platform": True, "has_profile": has_profile} for has_profile in (True, False)),
    ),
    Sample(
        VAULT,
        {
            **{name: value for name, value in OLD_VAULT.items() if name != "id"},
            "user": ANN,
            "service_account": AGENT,
        },
        {
            "description": ["Other"],
            "format": ["json", "hocon"],
            "content": [Configuration("b: 2", {"b": 2}, True)],
            "enabled": [False],
        },
        OLD_VAULT,
        ({name: value for name, value in OLD_VAULT.items() if name != "content"},),
        steering=({}, {"update_secret": "always"}),
        needed=("scope", "group", "type", "content"),
        beside={"scope": "group", "type": "config"},
    ),
    Sample(
        STORAGE_SETTINGS,
        {**STORAGE, "secrets": "********"},
        {
            "aws": [{"region": ""}, {"buckets": [], "exclusive": True}, {"buckets": [{"bucket": "c"}]}, {}, None],
            "google": [{"project": "", "credentials_json": ""}, {"buckets": [{**GOOGLE_BUCKET, "subdir": ""}]}, None],
            "azure": [{"containers": [{**CONTAINER, "account_key": "other"}, {"account_name": "b"}]}, None],
        },
        STORAGE,
        ({}, {"aws": STORAGE["aws"]}),
        steering=({}, {"update_secret": "always"}),
    ),
]


def wishes(sample: Sample) -> t.Iterator[tuple[Desired, list[dict[str, t.Any]]]]:
    """Everything that can be asked: nothing there yet, each option alone, all at once, and removal."""
    entity = sample.entity
    key = {entity.key: sample.first[entity.key]} if entity.key else {}
    given_id = sample.raw.get(entity.id_path)
    for steering in sample.steering:
        if entity.create is not None:
            yield Desired(sample.first, steering=steering), []
            least = {**key, **{option: sample.first[option] for option in sample.needed}}
            yield Desired(least, steering=steering), []
            for option, value in sample.first.items():
                yield Desired({**least, option: value}, steering=steering), []
            for option, values in sample.others.items():
                for value in values:
                    yield Desired({**sample.first, option: value}, steering=steering), []
        for raw in (sample.raw, *sample.raws):
            yield Desired({**key}, steering=steering), [raw]
            yield Desired(sample.first, steering=steering), [raw]
            for option, values in sample.others.items():
                for value in values:
                    if option == entity.key:
                        yield Desired({option: value, **sample.beside}, id=str(given_id), steering=steering), [raw]
                    elif option != "expires_in":
                        yield Desired({**key, option: value, **sample.beside}, steering=steering), [raw]
                        yield Desired({**sample.first, option: value}, steering=steering), [raw]
            if entity.remove is not None:
                yield Desired(key, "absent", steering=steering), [raw]


@dataclass(frozen=True)
class Planned:
    """One call of a plan, with the raw row that it was made for."""

    call: Call
    raw: dict[str, t.Any] | None

    @property
    def body(self) -> dict[str, t.Any]:
        """The body as it goes out: markers replaced, and through JSON."""
        body = resolve(self.call, self.raw.get("id", NEW_ID) if self.raw else NEW_ID, COMPANY_ID).body
        return t.cast("dict[str, t.Any]", json.loads(json.dumps(body)))


def all_calls(sample: Sample) -> list[Planned]:
    """Every call of every plan for every wish."""
    found: list[Planned] = []
    for desired, raws in wishes(sample):
        check_values(sample.entity, desired)
        rows = [sample.entity.row(raw) for raw in raws]
        for born in (False, True) if rows else (False,):
            result = plan(sample.entity, rows, desired, COMPANY_ID, born=born)
            found += [Planned(call, raws[0] if raws else None) for action in result.actions for call in action.calls]
    return found


@pytest.fixture(scope="module", params=SAMPLES, ids=str)
def sample(request: pytest.FixtureRequest) -> Sample:
    return t.cast("Sample", request.param)


@pytest.fixture(scope="module")
def planned(sample: Sample) -> list[Planned]:
    return all_calls(sample)


def test_the_sample_is_complete(sample: Sample, planned: list[Planned]) -> None:
    """Every option has a value, every endpoint of the declaration is called, every option's field is sent."""
    entity = sample.entity
    shown_only = {"credentials": {"expire"}, "login_rules": {"accepted"}}.get(entity.kind, set())
    assert sample.first.keys() == {one.option for one in entity.fields} - shown_only
    declared = {update.endpoint for update in entity.updates} | ({entity.create.endpoint} if entity.create else set())
    called = {one.call.endpoint for one in planned}
    assert declared <= called
    assert sample.entity.remove is None or len(called - declared) >= 1


def test_calls_are_writes_of_the_contract(planned: list[Planned]) -> None:
    for one in planned:
        assert one.call.endpoint in ENDPOINTS
        assert not is_read(one.call.endpoint), "check mode would let it pass"


def test_bodies_fit_the_contract(planned: list[Planned]) -> None:
    """Each field is known and of the right type, and none that is required is missing."""
    check = ContractCheck()
    for one in planned:
        check.check(ENDPOINTS[one.call.endpoint], json.dumps(one.body).encode(), one.body)
    assert check.found() == []


def test_no_id_is_missing(planned: list[Planned]) -> None:
    for one in planned:
        required = ENDPOINTS[one.call.endpoint].request.get("required", ())
        asked = set(required) - {"description"}  # which may be empty
        assert all(one.body[name] not in ("", None) for name in asked), (one.call.endpoint, one.body)
        if not one.call.creates and one.raw and "id" in one.raw:
            assert one.raw["id"] in str(one.body) or one.raw.get("users") or one.raw.get("groups"), (
                one.call.endpoint,
                one.body,
            )


def lacking(one: Planned, roles: set[str]) -> set[str]:
    """The roles that the endpoint does not let in."""
    scopes = ENDPOINTS[one.call.endpoint].scopes
    return roles - set(scopes) if scopes else set()


def test_a_platform_key_may_make_the_calls(sample: Sample, planned: list[Planned]) -> None:
    for one in planned:
        roles = PLATFORM[one.call.identity]
        assert not lacking(one, roles), (one.call.endpoint, one.call.identity)
        if one.call.identity in (Identity.OWN, Identity.ACTING):
            assert not lacking(one, {"root"})


def test_a_tenants_admin_may_make_the_calls(sample: Sample, planned: list[Planned]) -> None:
    """All but those that only a platform key's view of a company leads to."""
    for one in planned if sample.inside else ():
        if one.raw is None or not one.raw.get("by_platform"):
            assert not lacking(one, TENANT_ADMIN[one.call.identity]), one.call.endpoint


def test_whoever_acts_may_make_the_calls(sample: Sample, planned: list[Planned]) -> None:
    """Where the acting user need not be an admin: queues, and everybody's own keys."""
    for one in planned:
        if one.call.identity is Identity.USER:
            assert not lacking(one, sample.acting), one.call.endpoint


def test_the_token_of_another_user_fits_the_contract() -> None:
    """What a call signed in as somebody costs besides: a token, which a platform key may mint."""
    sent: list[tuple[str, dict[str, t.Any]]] = []

    class Recording:
        connection = Connection("http://api.example", "KEY", "secret")

        def post(self, endpoint: str, body: t.Mapping[str, t.Any], *rest: t.Any) -> Reply:
            sent.append((endpoint, dict(body)))
            return Reply({"token": "e30.eyJpZGVudGl0eSI6IHsidXNlciI6ICJ1In19.x"}, {})

    client = Client(Session(t.cast("t.Any", Recording())), read_only=False)
    client.with_token_of(COMPANY_ID, OLD_ID)
    check = ContractCheck()
    for endpoint, body in sent:
        check.check(ENDPOINTS[endpoint], json.dumps(body).encode(), body)
    assert check.found() == [] and [endpoint for endpoint, _body in sent] == ["auth.login", "auth.get_token_for_user"]
    assert {"system", "root"} <= set(ENDPOINTS["auth.get_token_for_user"].scopes)


def test_the_check_itself_finds_mistakes() -> None:
    """A body with a wrong type, an unknown field and a missing one is noticed."""
    check = ContractCheck()
    check.check(ENDPOINTS["queues.create"], b"{}", {"nam": "gpu", "tags": "a", "metadata": []})
    assert {violation["field"] for violation in check.found()} >= {"nam", "tags", "metadata", ""}
    call = Planned(replace(all_calls(SAMPLES[0])[0].call, endpoint="system.create_company"), None)
    assert lacking(call, {"admin"}) == {"admin"}
