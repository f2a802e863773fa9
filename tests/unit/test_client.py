# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client without a server: login, attempts, what is remembered, check mode, and which endpoints only read."""

from __future__ import annotations

import base64
import json
import random
import time
import typing as t
from dataclasses import dataclass, field
from unittest import mock

import pytest
import yaml

from ansible_collections.clearml.enterprise.plugins.module_utils import _client
from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client, Session, attempt, is_read
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import (
    ApiError,
    ClearMLError,
    ConnectionFailed,
    EndpointMissing,
    Forbidden,
    ReplyLost,
    Unauthorized,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._transport import NoReply, Reply
from lab import endpoints
from lab.schema.catalog import CONTRACT

#: Every endpoint of the contract that leaves the server as it was, by service; reviewed one by one.
READS = {
    "apps": """
        get_all_apps get_app_upgrade_impact get_apps get_assignments_summary get_categories get_customization
        get_customization_upgrade_diff get_customizations get_hub_token_status get_instances get_tenant_apps
        get_tenant_assignment
    """,
    "auth": """
        fixed_users_mode get_credentials get_router_tokens get_users_info locate_credentials validate_token
        validate_user
    """,
    "debug": "ping",
    "events": "get_task_log",
    "login": "get_settings get_whitelist supported_modes test_sso_callback",
    "organization": """
        allow_project_workloads get_entities_count get_project_company get_project_workloads get_services get_tags
        get_tenant_usages get_ui_actions get_usage_configuration get_user_companies
    """,
    "permissions": """
        check_entity_access get_access_rules get_company_users get_entity_access_categories get_user_groups
    """,
    "projects": "get_all get_by_id validate_delete",
    "queues": "get_all get_all_ex get_by_id get_default get_num_entries get_queue_metrics peek_task",
    "resources": """
        check_edit_configuration get_policies get_policy_data get_resource_configuration get_resource_pools
        get_resource_profiles test_configuration_publishing validate_move_policy
    """,
    "routers": "check_route_name check_task_route_access get_routes get_task_routers",
    "server": "config db_version endpoints get_stats health_check health_status info report_stats_option",
    "sso": """
        get_oidc_provider_data_from_well_known_url get_provider_configuration_template get_provider_configurations
        get_supported_providers test_provider_configuration
    """,
    "storage": "get_settings get_user_settings",
    "system": """
        company_info get_companies get_company_app_instance_access get_company_custom_events_config
        get_dataset_versions get_datasets
    """,
    "tasks": "get_all get_by_id",
    "tenants": """
        get_global_template_variables get_multitenant_usages get_resource_history get_resource_usages
        get_tenant_info get_tenant_resources get_tenant_usages get_tenants get_usage_configuration
        get_volume_templates
    """,
    "users": """
        get_all get_all_ex get_by_id get_current_user get_organization_vaults get_preferences get_role_options
        get_service_users get_terms_of_use get_vault_operations_log get_vault_operations_log_filters get_vaults
        get_whitelist
    """,
    "variables": "get_global_vars",
    "workers": """
        get_activity_report get_all get_count get_metric_keys get_resource_history get_resource_thresholds
        get_resource_usages get_runtime_properties get_stats
    """,
}
#: These read too, as files.
DOWNLOADS = {"sso.download_saml_sp_metadata", "tenants.download_events_log", "workers.download_events_log"}
#: A name that sounds like reading, and what it does.
ONLY_SOUND_LIKE_READING = {
    "queues.get_next_task": "takes the task out of the queue",
    "auth.get_token_for_user": "mints a token",
    "auth.get_task_token": "mints a token",
    "auth.get_task_token_for_user": "mints a token",
    "auth.validate_router_code": "redeems the code",
    "tasks.ping": "moves the task's last update",
}
SECRET = "hunter2"


def token(number: int = 1, exp: float | None = None, **identity: str) -> str:
    """A JWT as the server makes it; nobody checks its signature here."""
    identity = identity or {"user": "me", "company": "c1", "role": "user"}
    claims = {"identity": identity, "number": number, **({} if exp is None else {"exp": exp})}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


@dataclass(repr=False)
class FakeTransport:
    """Answers from a list for each endpoint (the last one again and again), and remembers what was sent."""

    answers: dict[str, list[t.Any]]
    connection: Connection = field(default_factory=lambda: Connection("http://api.example", "KEY", SECRET))
    sent: list[tuple[str, t.Any, str | None, dict[str, str]]] = field(default_factory=list)

    def post(
        self,
        endpoint: str,
        body: t.Mapping[str, t.Any],
        authorization: str | None,
        headers: t.Mapping[str, str] | None = None,
    ) -> Reply:
        self.sent.append((endpoint, body, authorization, dict(headers or {})))
        left = self.answers.get(endpoint, [{}])
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return Reply(answer, {})

    def called(self) -> list[str]:
        """The endpoints in order, without logins."""
        return [endpoint for endpoint, *_rest in self.sent if endpoint != "auth.login"]


@dataclass(frozen=True)
class Wired:
    """A client and the transport below it."""

    client: Client
    transport: FakeTransport


def wired(read_only: bool = False, **answers: t.Any) -> Wired:
    """A client; endpoints are written with two underscores in place of the dot."""
    given = {name.replace("__", "."): list(some) for name, some in answers.items()}
    transport = FakeTransport({"auth.login": [{"token": token(user="me", company="c1", role="system")}], **given})
    return Wired(Client(Session(t.cast("t.Any", transport)), read_only), transport)


@pytest.fixture(autouse=True)
def pauses() -> t.Iterator[list[float]]:
    """The pauses between attempts; nobody really waits."""
    taken: list[float] = []
    with mock.patch.object(_client.time, "sleep", taken.append):
        yield taken


BUSY = NoReply("busy", may_have_run=True)
NOT_RUN = NoReply("refused", may_have_run=False)
FINAL = NoReply("no such name", may_have_run=False, passing=False)
STALE = Unauthorized("any.thing", 401, 30, "Invalid token")


# ---- attempts


def outcome(*results: t.Any, repeat: bool) -> tuple[t.Any, int]:
    """What comes of these results of sending, and how often it was sent."""
    send = mock.Mock(side_effect=results)
    try:
        return attempt(send, "queues.create", repeat), send.call_count
    except ClearMLError as error:
        return error, send.call_count


@pytest.mark.parametrize("problem", [BUSY, NOT_RUN])
@pytest.mark.parametrize("failures", range(_client.ATTEMPTS))
def test_a_read_is_repeated(pauses: list[float], problem: NoReply, failures: int) -> None:
    reply = Reply({}, {})
    assert outcome(*[problem] * failures, reply, repeat=True) == (reply, failures + 1)
    assert len(pauses) == failures


def test_attempts_are_numbered(pauses: list[float]) -> None:
    error, sent = outcome(*[BUSY] * 99, repeat=True)
    assert isinstance(error, ConnectionFailed) and "busy" in str(error) and "queues.create" in str(error)
    assert sent == _client.ATTEMPTS and len(pauses) == sent - 1, "there is no pause after the last one"


def test_pauses_grow_and_differ(pauses: list[float]) -> None:
    for seed in range(50):
        random.seed(seed)
        outcome(*[BUSY] * 99, repeat=True)
    rounds = [pauses[start : start + 4] for start in range(0, len(pauses), 4)]
    for number in range(4):
        base = 0.1 * 2 ** (number + 1)
        column = [one[number] for one in rounds]
        assert all(0.8 * base <= pause <= 1.2 * base for pause in column)
        assert max(column) - min(column) > 0.2 * base, "all clients would come back at once"


@pytest.mark.parametrize(("asked", "kept"), [(0.0, 0.0), (7.0, 7.0), (30.0, 30.0), (3600.0, _client.LONGEST_PAUSE)])
def test_retry_after_is_kept_up_to_a_limit(pauses: list[float], asked: float, kept: float) -> None:
    for seed in range(20):
        random.seed(seed)
        outcome(NoReply("slow down", False, retry_after=asked), Reply({}, {}), repeat=False)
    assert len(pauses) == 20 and all(0.8 * kept <= pause <= 1.2 * kept for pause in pauses)


@pytest.mark.parametrize("repeat", [True, False])
def test_what_cannot_get_better_is_not_repeated(pauses: list[float], repeat: bool) -> None:
    error, sent = outcome(FINAL, repeat=repeat)
    assert isinstance(error, ConnectionFailed) and "no such name" in str(error)
    assert sent == 1 and pauses == []


def test_a_write_that_may_have_run_is_not_repeated(pauses: list[float]) -> None:
    error, sent = outcome(BUSY, repeat=False)
    assert isinstance(error, ReplyLost) and "busy" in str(error) and "queues.create" in str(error)
    assert sent == 1 and pauses == []
    error, sent = outcome(NoReply("mangled", may_have_run=True, passing=False), repeat=False)
    assert isinstance(error, ReplyLost) and sent == 1


def test_a_write_that_did_not_run_is_repeated() -> None:
    reply = Reply({}, {})
    assert outcome(NOT_RUN, NOT_RUN, reply, repeat=False) == (reply, 3)
    error, sent = outcome(NOT_RUN, NOT_RUN, BUSY, reply, repeat=False)
    assert isinstance(error, ReplyLost) and sent == 3
    error, sent = outcome(*[NOT_RUN] * 99, repeat=False)
    assert isinstance(error, ConnectionFailed) and sent == _client.ATTEMPTS


@pytest.mark.parametrize(
    "error", [ApiError("queues.create", 400, 12, "bad"), Forbidden("queues.create", 403, 20, "no")]
)
def test_an_answer_is_an_answer(error: ApiError) -> None:
    assert outcome(error, Reply({}, {}), repeat=True) == (error, 1)


# ---- login


def test_one_login_serves_all() -> None:
    one = wired()
    assert one.client.caller.role == "system" and one.client.caller.is_platform
    one.client.read("queues.get_all")
    one.client.as_user("u1").write("queues.create", {"name": "gpu"})
    assert [endpoint for endpoint, *_rest in one.transport.sent].count("auth.login") == 1
    pair = base64.b64decode(str(one.transport.sent[0][2]).removeprefix("Basic ")).decode()
    assert pair == f"KEY:{SECRET}"
    assert {sent[2] for sent in one.transport.sent[1:]} == {f"Bearer {one.client.session.token}"}


def test_a_token_is_renewed_before_it_ends() -> None:
    soon, later = time.time() + _client.RENEW_BEFORE - 1, time.time() + _client.RENEW_BEFORE + 60
    one = wired(auth__login=[{"token": token(1, soon)}, {"token": token(2, later)}])
    one.client.call("server.info", {})
    one.client.call("server.info", {})
    one.client.call("server.info", {})
    logins = [sent for sent in one.transport.sent if sent[0] == "auth.login"]
    assert len(logins) == 2 and one.transport.sent[-1][2] == f"Bearer {token(2, later)}"


@pytest.mark.parametrize("kind", ["read", "write"])
def test_a_refused_token_is_replaced_once(kind: str) -> None:
    one = wired(
        auth__login=[{"token": token(1)}, {"token": token(2)}], queues__get_all=[STALE, {}], queues__create=[STALE, {}]
    )
    endpoint = {"read": "queues.get_all", "write": "queues.create"}[kind]
    getattr(one.client, kind)(endpoint, {})
    assert [sent[2] for sent in one.transport.sent if sent[0] == endpoint] == [
        f"Bearer {token(1)}",
        f"Bearer {token(2)}",
    ]
    always = wired(queues__get_all=[STALE])
    with pytest.raises(Unauthorized):
        always.client.read("queues.get_all")
    assert always.transport.called() == ["queues.get_all"] * 2


def test_a_wrong_key_is_not_tried_again() -> None:
    one = wired(auth__login=[Unauthorized("auth.login", 401, 21, "wrong")])
    with pytest.raises(Unauthorized):
        one.client.read("queues.get_all")
    assert len(one.transport.sent) == 1


def test_two_threads_with_one_stale_token_log_in_once() -> None:
    one = wired(auth__login=[{"token": token(1)}, {"token": token(2)}, {"token": token(3)}])
    stale = one.client.session.bearer()
    assert one.client.session.bearer(stale=stale) == one.client.session.bearer(stale=stale) == f"Bearer {token(2)}"


@pytest.mark.parametrize("odd", ["opaque", "a.b.c", "e30.W10.x", "e30.eyJpZGVudGl0eSI6IG51bGx9.x", "...", "é.é.é"])
def test_a_token_that_says_nothing(odd: str) -> None:
    me = {"user": {"id": "u1", "role": "root", "company": {"id": "c1", "name": "Acme"}}}
    one = wired(auth__login=[{"token": odd}], users__get_current_user=[me])
    caller = one.client.caller
    assert (caller.user, caller.company, caller.company_name, caller.role) == ("u1", "c1", "Acme", "root")
    one.client.read("queues.get_all")
    assert one.transport.called() == ["users.get_current_user", "queues.get_all"]


def test_a_login_that_breaks_off_is_made_anew() -> None:
    """Items of a loop share the session: a failed first one must not leave it without a caller."""
    me = {"user": {"id": "u1", "role": "root", "company": {"id": "c1"}}}
    one = wired(auth__login=[{"token": "opaque"}], users__get_current_user=[FINAL, me])
    with pytest.raises(ConnectionFailed):
        one.client.read("queues.get_all")
    assert one.client.caller.user == "u1"


def test_a_token_of_somebody_else_is_not_replaced_by_our_own() -> None:
    one = wired(auth__get_token_for_user=[{"token": "theirs"}], organization__update_company_name=[STALE])
    inside = one.client.with_token_of("c2", "u2")
    with pytest.raises(Unauthorized):
        inside.write("organization.update_company_name", {})
    assert [sent[2] for sent in one.transport.sent if sent[0].startswith("organization")] == ["Bearer theirs"]


def test_secrets_are_not_shown() -> None:
    one = wired()
    session = one.client.session
    session.bearer()
    for shown in (repr(session), repr(one.client.caller), repr(session.transport.connection)):
        assert SECRET not in shown.replace(repr(session.transport), "") and session.token not in shown


def test_identities() -> None:
    one = wired()
    one.client.as_user("u1").call("queues.get_all", {})
    one.client.act_as("u1").call("queues.get_all", {})
    one.client.as_user("u1").act_as("u2").call("queues.get_all", {})
    headers = [sent[3] for sent in one.transport.sent if sent[0] == "queues.get_all"]
    assert headers == [
        {"X-Clearml-Impersonate-As": "u1"},
        {"X-Clearml-Act-As": "u1"},
        {"X-Clearml-Act-As": "u2"},
    ], "the server refuses both headers at once"


# ---- what is remembered


def test_a_read_is_remembered_for_its_identity_and_body() -> None:
    one = wired()
    client = one.client
    readers = [client, client.as_user("u1"), client.act_as("u1"), client.as_user("u2")]
    for _round in range(3):
        for reader in readers:
            for body in (None, {"name": "a"}, {"name": "b", "page": 0}):
                reader.read("queues.get_all", body)
    client.read("queues.get_all", {"page": 0, "name": "b"})
    assert len(one.transport.called()) == len(readers) * 3


@pytest.mark.parametrize(
    ("write", "dropped"),
    [
        ("queues.create", {"queues.get_all"}),
        ("workers.register", {"workers.get_all"}),
        (
            "auth.create_user",
            {"users.get_all", "tenants.get_tenant_info"},
        ),
        (
            "tenants.delete_tenant",
            {"users.get_all", "tenants.get_tenant_info", "system.get_companies", "login.get_settings"},
        ),
        ("system.create_company", {"users.get_all", "tenants.get_tenant_info", "system.get_companies"}),
        ("users.add_or_update_vault", set()),
        ("storage.set_settings", set()),
    ],
)
@pytest.mark.parametrize("how", ["write", "call", "failing write"])
def test_a_write_drops_its_family(write: str, dropped: set[str], how: str) -> None:
    reads = ["queues.get_all", "workers.get_all", "users.get_all", "tenants.get_tenant_info"]
    reads += ["system.get_companies", "login.get_settings"]
    one = wired(**({write.replace(".", "__"): [BUSY]} if how == "failing write" else {}))

    def read_all() -> set[str]:
        one.transport.sent.clear()
        for endpoint in reads:
            one.client.as_user("u1").read(endpoint)
        return set(one.transport.called())

    assert read_all() == set(reads) and read_all() == set()
    if how == "failing write":
        with pytest.raises(ReplyLost):
            one.client.write(write, {})
    else:
        getattr(one.client, how)(write, {})
    assert read_all() == dropped and read_all() == set()


def test_what_was_read_gets_old() -> None:
    one = wired()
    with mock.patch.object(_client.time, "monotonic") as clock:
        for now, calls in ((100.0, 1), (100.0 + _client.FRESH_FOR - 1, 1), (100.0 + _client.FRESH_FOR + 1, 2)):
            clock.return_value = now
            one.client.read("queues.get_all")
            assert len(one.transport.called()) == calls


def test_a_call_is_always_made() -> None:
    one = wired()
    for _round in range(2):
        one.client.read("queues.get_all")
        one.client.call("queues.get_all", {})
    assert len(one.transport.called()) == 3


def test_a_failed_read_is_not_remembered() -> None:
    one = wired(queues__get_all=[FINAL, {"queues": []}])
    with pytest.raises(ConnectionFailed):
        one.client.read("queues.get_all")
    assert one.client.read("queues.get_all") == {"queues": []}


@pytest.mark.parametrize("number", [0, 1, 499, 500, 501, 1000])
def test_all_pages(number: int) -> None:
    class Paging(FakeTransport):
        def post(self, endpoint: str, body: t.Mapping[str, t.Any], *rest: t.Any) -> Reply:
            if endpoint == "auth.login":
                return super().post(endpoint, body, *rest)
            self.sent.append((endpoint, body, None, {}))
            start = body["page"] * body["page_size"]
            return Reply({"queues": [{"id": n} for n in range(number)][start : start + body["page_size"]]}, {})

    transport = Paging({"auth.login": [{"token": token()}]})
    client = Client(Session(t.cast("t.Any", transport)), read_only=True)
    assert [row["id"] for row in client.read_all("queues.get_all", "queues", {"name": "x"})] == list(range(number))
    pages = [sent[1] for sent in transport.sent if sent[0] == "queues.get_all"]
    assert all(page["name"] == "x" for page in pages)
    assert [page["page"] for page in pages] == list(range(number // _client.PAGE_SIZE + 1))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"requires_confirmation": True}, "requires_confirmation"),
        ({"failed": [{"id": "r1", "error": {"msg": "in use"}}]}, "in use"),
    ],
)
@pytest.mark.parametrize("how", ["write", "call"])
def test_a_refusal_in_an_answer_is_an_error(data: dict[str, t.Any], words: str, how: str) -> None:
    one = wired(routers__delete_routes=[data])
    one.client.read("routers.get_routes")
    with pytest.raises(ClearMLError, match=rf"routers\.delete_routes.*{words}"):
        getattr(one.client, how)("routers.delete_routes", {})
    one.client.read("routers.get_routes")
    assert one.transport.called().count("routers.get_routes") == 2, "a part of it may have been done"


def test_an_answer_without_failures_is_none() -> None:
    one = wired(routers__delete_routes=[{"failed": [], "succeeded": ["r1"], "requires_confirmation": False}])
    assert one.client.write("routers.delete_routes", {})["succeeded"] == ["r1"]


# ---- check mode


def test_check_mode_writes_nothing_whoever_asks() -> None:
    one = wired(read_only=True)
    for client in (
        one.client,
        one.client.as_user("u1"),
        one.client.act_as("u1"),
        one.client.as_user("u1").act_as("u2"),
    ):
        for attempt_to_write in (
            lambda client=client: client.write("queues.create", {}),
            lambda client=client: client.call("queues.create", {}),
            lambda client=client: client.with_token_of("c1", "u1"),
        ):
            with pytest.raises(ClearMLError, match="check mode"):
                attempt_to_write()
    assert one.transport.sent == [], "not even a login"
    one.client.read("queues.get_all")
    one.client.call("queues.get_all", {})
    assert one.transport.called() == ["queues.get_all"] * 2


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize("endpoint", ["queues.create", "queues.get_next_task", "auth.get_token_for_user", "odd"])
def test_a_write_does_not_pass_for_a_read(read_only: bool, endpoint: str) -> None:
    one = wired(read_only=read_only)
    with pytest.raises(ClearMLError, match=endpoint):
        one.client.read(endpoint)
    assert one.transport.sent == []


# ---- a server that lacks an endpoint


def test_a_missing_endpoint_names_the_server() -> None:
    missing = EndpointMissing("queues.get_all", 404, 0, "Unable to find endpoint")
    one = wired(queues__get_all=[missing], server__info=[{"version": "3.20.1", "api_version": "2.30"}])
    with pytest.raises(EndpointMissing, match=r"queues\.get_all.*3\.20\.1.*2\.30"):
        one.client.read("queues.get_all")


@pytest.mark.parametrize("trouble", [EndpointMissing("server.info", 404, 0, "Unable"), FINAL, BUSY])
def test_a_server_that_does_not_tell_its_version(trouble: Exception) -> None:
    one = wired(queues__get_all=[EndpointMissing("queues.get_all", 404, 0, "Unable")], server__info=[trouble])
    with pytest.raises(EndpointMissing, match=r"queues\.get_all.*unknown version"):
        one.client.read("queues.get_all")
    with pytest.raises(ClearMLError):
        one.client.read("server.info")


# ---- reads and writes


def contract() -> set[str]:
    """Every endpoint of the contract, recorded ones included."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = [yaml.load(path.read_text(encoding="utf-8"), Loader=loader) for path in sorted(CONTRACT.glob("*.yml"))]
    return {name for document in documents for name in document.get("endpoints") or ()}


def test_every_endpoint_of_the_contract_is_classified() -> None:
    expected = {f"{service}.{name}" for service, names in READS.items() for name in names.split()}
    known = contract()
    assert len(known) > 200 and expected <= known
    found = {endpoint for endpoint in known if is_read(endpoint)}
    assert sorted(found - expected - DOWNLOADS) == [], "taken for reads"
    assert sorted(expected - found) == [], "taken for changes"
    assert {*DOWNLOADS} & known == DOWNLOADS and found >= DOWNLOADS


@pytest.mark.parametrize("endpoint", ONLY_SOUND_LIKE_READING)
def test_what_only_sounds_like_reading(endpoint: str) -> None:
    assert not is_read(endpoint), ONLY_SOUND_LIKE_READING[endpoint]


def test_the_lab_agrees() -> None:
    built = endpoints.HANDLERS
    assert [name for name in built if built[name].writes and is_read(name)] == []
    harmless = {name for name in built if not built[name].writes and not is_read(name)}
    assert harmless == {"auth.login", "auth.logout", "login.logout", "auth.get_token_for_user"}


@pytest.mark.parametrize("endpoint", ["", "queues", "queues.", ".get_all", "get_all", "queues.forget_all"])
def test_what_is_not_known_counts_as_a_change(endpoint: str) -> None:
    assert not is_read(endpoint) or endpoint == ".get_all"
