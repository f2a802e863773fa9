# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every call that an entity can plan, held against the API's contract: endpoint, fields, types, who may call it."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field, replace

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client, Session, is_read
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.company import COMPANY, FEATURES
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.credentials import CREDENTIALS
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.idp import IDP
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.login_rules import LOGIN_RULES
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.queue import QUEUE
from ansible_collections.clearml.enterprise.plugins.module_utils._entities.user import ROLES, USER
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Call, Desired, Entity, Identity
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
SAMPLES = [
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
        },
        {"id": OLD_ID, "name": "acme", "active": True, "users": [], "running": {}},
        (
            {"id": OLD_ID, "name": "acme", "allowed_users": 1, "users": [PERSON], "running": {"tasks": 1}},
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
        {"expires_in": [60]},
        {"access_key": "KEY", "label": "ci", "expire": None, "created": "2026-01-01T00:00:00.000000+00:00"},
        ({"access_key": "KEY", "label": "ci"},),
        acting={"user", "consumer"},
    ),
    Sample(
        IDP,
        {
            "display_name": "SSO",
            "provider": "keycloak",
            "configuration": {"client_id": "clearml"},
            "secrets": {"client_secret": "s"},
            "active": True,
        },
        {"display_name": ["Other"], "configuration": [{"client_id": "other"}], "active": [False]},
        {
            "id": OLD_ID,
            "display_name": "SSO",
            "provider": "keycloak",
            "active": True,
            "configuration": {"client_id": "clearml"},
        },
        ({"id": OLD_ID, "display_name": "SSO", "provider": "keycloak", "active": False, "configuration": {}},),
        steering=({}, {"update_secret": "always"}),
        needed=("provider", "configuration"),
        beside={"secrets": {"client_secret": "s"}},
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
        assert all(one.body[name] not in ("", None) for name in required), (one.call.endpoint, one.body)
        if not one.call.creates and one.raw and "id" in one.raw:
            assert one.raw["id"] in str(one.body) or one.raw.get("users"), (one.call.endpoint, one.body)


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
