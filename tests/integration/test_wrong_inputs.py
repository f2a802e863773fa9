# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong inputs: each ends in one message that names the value and the option, and nothing is written."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

import pytest

from lab.testing import RunningLab
from tests.support.modules import Modules

ACME = {"company": "acme"}
ANN = "ann@acme.example"
NOBODY = "0" * 32


@dataclass(frozen=True)
class Wrong:
    """One wrong input and the words that its message has.

    :ivar options: a value such as ``$queue`` stands for an ID that only the prepared world knows
    :ivar check: whether check mode refuses it too; it does not where an earlier task may still make what is missing
    """

    module: str
    options: dict[str, t.Any]
    words: tuple[str, ...]
    check: bool = True


def wrong(module: str, *words: str, check: bool = True, **options: t.Any) -> Wrong:
    return Wrong(module, options, words, check)


QUEUE = [
    wrong("queue", "nam", "name", **ACME, nam="gpu-1"),
    wrong("queue", "name", "missing", **ACME),
    wrong("queue", "name", **ACME, name=None),
    wrong("queue", "name", **ACME, name=None, state="absent"),
    wrong("queue", "name", "''", "3 characters", **ACME, name=""),
    wrong("queue", "name", "'ab'", "3 characters", **ACME, name="ab"),
    wrong("queue", "name", "' gpu'", "space", **ACME, name=" gpu"),
    wrong("queue", "name", "'gpu '", "space", **ACME, name="gpu ", state="absent"),
    wrong("queue", "state", "gone", "absent", **ACME, name="gpu-1", state="gone"),
    wrong("queue", "force", "perhaps", **ACME, name="gpu-1", force="perhaps"),
    wrong("queue", "tags", **ACME, name="gpu-1", tags={"a": 1}),
    wrong("queue", "metadata", "dict", **ACME, name="gpu-1", metadata="plain"),
    wrong("queue", "metadata", "dict", **ACME, name="gpu-1", metadata=["a"]),
    wrong("queue", "metadata", "'cost'", "vale", **ACME, name="gpu-1", metadata={"cost": {"vale": "1"}}),
    wrong("queue", "metadata", "'cost'", **ACME, name="gpu-1", metadata={"cost": ["1", "2"]}),
    wrong("queue", "display_name", "null", **ACME, name="gpu-1", display_name=None),
    wrong("queue", "id", NOBODY, "leave id out", **ACME, name="gpu-1", id=NOBODY),
    wrong("queue", "id", "''", **ACME, name="gpu-1", id=""),
    wrong("queue", "'busy'", "$queue", **ACME, name="busy", id="$queue"),
    wrong("queue", "'busy'", "1 waiting task", "force", **ACME, name="busy", state="absent"),
    wrong("queue", "'policy-q'", "'Team A'", "policy", **ACME, name="policy-q", tags=["a"]),
    wrong("queue", "'policy-q'", "'Team A'", "policy", **ACME, name="policy-q", state="absent", force=True),
    wrong("queue", "company 'nowhere'", "spelling", check=False, company="nowhere", name="gpu-1"),
    wrong("queue", "company", "''", company="", name="gpu-1"),
    wrong(
        "queue", "user 'who@acme.example'", "'acme'", check=False, **ACME, name="gpu-1", acting_user="who@acme.example"
    ),
    wrong("queue", "admin in company 'globex'", "acting_user", check=False, company="globex", name="gpu-1"),
    wrong("queue", "unknown user", NOBODY, name="gpu-1", acting_user=NOBODY),
    wrong("queue", "timeout", "0", "above 0", **ACME, name="gpu-1", timeout=0),
    wrong("queue", "connect_timeout", "-1", "above 0", **ACME, name="gpu-1", connect_timeout=-1),
    wrong("queue", "timeout", "float", **ACME, name="gpu-1", timeout="soon"),
    wrong("queue", "timeout", "nan", **ACME, name="gpu-1", timeout="nan"),
    wrong("queue", "timeout", "inf", **ACME, name="gpu-1", timeout="inf"),
    wrong("queue", "validate_certs", "perhaps", **ACME, name="gpu-1", validate_certs="perhaps"),
]
COMPANY = [
    wrong("company", "allowed_user", "allowed_users", name="globex", allowed_user=1),
    wrong("company", "name", "missing", allowed_users=1),
    wrong("company", "name", name=None),
    wrong("company", "name", name=None, state="absent", confirm_name="globex"),
    wrong("company", "name", "''", "3 characters", name=""),
    wrong("company", "name", "'ab'", "3 characters", name="ab"),
    wrong("company", "name", "'globex '", "space", name="globex "),
    wrong("company", "allowed_users", "many", "int", name="globex", allowed_users="many"),
    wrong("company", "allowed_users", "null", "Leave it out", name="globex", allowed_users=None),
    wrong("company", "max_running_apps", "1.5", name="globex", max_running_apps=1.5),
    wrong("company", "allow_service_user_admins", "perhaps", name="globex", allow_service_user_admins="perhaps"),
    wrong("company", "feature_set", "gold", "basic", name="globex", feature_set="gold"),
    wrong("company", "feature_set", "None", name="globex", feature_set=None),
    wrong("company", "features", "queue", "queues", name="globex", features=["queue"]),
    wrong("company", "exclude_features", "nope", name="globex", exclude_features="queues,nope"),
    wrong(
        "company",
        "features",
        "exclude_features",
        "queues",
        name="globex",
        features=["queues"],
        exclude_features=["queues"],
    ),
    wrong("company", "update_unreadable", "never", "on_create", name="globex", update_unreadable="never"),
    wrong("company", "id", NOBODY, name="globex", id=NOBODY),
    wrong("company", "'acme'", "$globex", "renamed", name="acme", id="$globex"),
    wrong("company", "'globex'", "confirm_name", name="globex", state="absent"),
    wrong("company", "'globex'", "'Globex'", "confirm_name", name="globex", state="absent", confirm_name="Globex"),
    wrong("company", "'acme'", "tasks: 2", "force", name="acme", state="absent", confirm_name="acme"),
    wrong("company", "$own", "never removed", name="$own_name", state="absent", confirm_name="$own_name", force=True),
    wrong("company", "$twin_1", "$twin_2", "'twin'", "ID", name="twin", allowed_users=1),
]
USER = [
    wrong("user", "mail", "email", **ACME, mail=ANN),
    wrong("user", "email", "missing", **ACME, name="Bob"),
    wrong("user", "email", **ACME, email=None, name="Bob"),
    wrong("user", "email", email=None, state="absent"),
    *(
        wrong("user", "email", repr(email), "ann@example.com", **ACME, email=email, name="Bob")
        for email in (
            "",
            "bob",
            "bob@",
            "@acme.example",
            "bob ray@acme.example",
            "bob@acme..example",
            "bob@acme.example\n",
        )
    ),
    wrong("user", "'bob@acme.example'", "name is needed", **ACME, email="bob@acme.example", role="user"),
    wrong("user", "name", "empty", **ACME, email="bob@acme.example", name=""),
    wrong("user", "name", "empty", **ACME, email=ANN, name="  "),
    wrong("user", "name", "null", **ACME, email=ANN, name=None),
    wrong("user", "avatar", "null", **ACME, email=ANN, avatar=None),
    wrong("user", "role", "boss", "consumer", **ACME, email=ANN, role="boss"),
    wrong("user", "role", "None", **ACME, email=ANN, role=None),
    wrong("user", "internal", "sometimes", **ACME, email=ANN, internal="sometimes"),
    wrong("user", "'Ann@acme.example'", f"'{ANN}'", **ACME, email="Ann@acme.example", name="Ann"),
    wrong("user", ANN, "'acme'", "one company", company="globex", email=ANN, name="Ann"),
    wrong("user", "id", NOBODY, **ACME, email=ANN, id=NOBODY),
    wrong("user", "email", ANN, "'other@acme.example'", **ACME, email="other@acme.example", id="$ann"),
    wrong("user", ANN, "other@acme.example", **ACME, email="other@acme.example", id="$ann", state="absent"),
    wrong("user", "company 'nowhere'", check=False, company="nowhere", email="bob@acme.example", name="Bob"),
    wrong("user", "company", "''", company="", email=ANN, name="Ann"),
    wrong(
        "user", "'full'", "bob@full.example", "allowed_users", "1", company="full", email="bob@full.example", name="Bob"
    ),
]
CREDENTIALS = [
    wrong("credentials", "lable", "label", **ACME, user=ANN, label="ci", lable="ci"),
    wrong("credentials", "label", "missing", **ACME, user=ANN),
    wrong("credentials", "label", **ACME, user=ANN, label=None),
    wrong("credentials", "label", **ACME, user=ANN, label=None, state="absent"),
    wrong("credentials", "label", "empty", **ACME, user=ANN, label=""),
    wrong("credentials", "label", "empty", **ACME, user=ANN, label="  "),
    *(
        wrong("credentials", "expires_in", str(value), **ACME, user=ANN, label="ci", expires_in=value)
        for value in (0, -5, "soon", 1.5)
    ),
    wrong("credentials", "expires_in", "null", **ACME, user=ANN, label="ci", expires_in=None),
    wrong("credentials", "expires_in", "2000 s", "1000 s", **ACME, user=ANN, label="ci", expires_in=2000),
    wrong("credentials", "has 3 key pairs", "may have 3", "'ci'", **ACME, user="admin@acme.invalid", label="ci"),
    wrong("credentials", "access_key", NOBODY, **ACME, user=ANN, label="ci", access_key=NOBODY),
    wrong("credentials", "'first'", "'other'", **ACME, user=ANN, label="other", access_key="$first", state="absent"),
    wrong("credentials", "'double'", "$double_1", "$double_2", **ACME, user="admin@acme.invalid", label="double"),
    wrong("credentials", "'double'", "$double_1", **ACME, user="admin@acme.invalid", label="double", state="absent"),
    wrong("credentials", "user 'who@acme.example'", "'acme'", check=False, **ACME, user="who@acme.example", label="ci"),
    wrong("credentials", "user", "''", **ACME, user="", label="ci"),
    wrong("credentials", "user", "''", user="", label="ci"),
    wrong("credentials", "company", "''", company="", label="ci"),
]
LOGIN_RULES = [
    wrong("login_rules", "domain", "domains", **ACME, domain="acme.example"),
    *(
        wrong("login_rules", "domains", repr(domain), "example.com", **ACME, domains=[domain])
        for domain in (
            "",
            "acme",
            "@acme.example",
            "*.acme.example",
            "acme example.org",
            "-acme.example",
            "http://acme.example",
        )
    ),
    wrong("login_rules", "domains", "acme.example", "more than once", **ACME, domains=["acme.example", "Acme.example"]),
    wrong("login_rules", "domains", **ACME, domains=[None]),
    wrong("login_rules", "domains", **ACME, domains={"a": 1}),
    wrong(
        "login_rules",
        "domain",
        "'acme.test'",
        "'acme'",
        "'globex'",
        company="globex",
        acting_user="$gus",
        domains=["acme.test"],
    ),
    # ansible-core's own words, which leave out the option.
    wrong("login_rules", "dictionary requested", **ACME, whitelist=["x@y.example"]),
    wrong("login_rules", "whitelist", "email", "missing", **ACME, whitelist=[{"role": "user"}]),
    wrong("login_rules", "whitelist", "email", **ACME, whitelist=[{"email": None}]),
    wrong("login_rules", "whitelist", "roll", **ACME, whitelist=[{"email": "x@y.example", "roll": "user"}]),
    wrong(
        "login_rules",
        "whitelist",
        "superuser",
        "consumer",
        **ACME,
        whitelist=[{"email": "x@y.example", "role": "superuser"}],
    ),
    *(
        wrong("login_rules", "whitelist", "email", repr(email), **ACME, whitelist=[{"email": email}])
        for email in ("", "x", "x y@y.example")
    ),
    wrong(
        "login_rules",
        "whitelist",
        "x@y.example",
        "more than once",
        **ACME,
        whitelist=[{"email": "x@y.example"}, {"email": "X@y.example"}],
    ),
    wrong(
        "login_rules",
        "'in@y.example'",
        "'acme'",
        "'globex'",
        company="globex",
        acting_user="$gus",
        whitelist=[{"email": "in@y.example"}],
    ),
    wrong("login_rules", "company 'nowhere'", check=False, company="nowhere", domains=[]),
]
API = [
    wrong("api", "endpoint", "missing"),
    *(
        wrong("api", "endpoint", repr(endpoint), "service.action", endpoint=endpoint)
        for endpoint in ("", "queues", "queues/get_all", "v2.30/queues.get_all", "queues.get_all ", "queues.get-all")
    ),
    wrong("api", "endpoint", endpoint=None),
    wrong("api", "data", "dict", endpoint="queues.get_all", data=["a"]),
    wrong("api", "data", "dict", endpoint="queues.get_all", data="plain"),
    wrong("api", "data", endpoint="queues.create", data=None),
    wrong("api", "identity", "root", "acting", endpoint="queues.get_all", identity="root"),
    wrong("api", "changes", "sometimes", "auto", endpoint="queues.get_all", changes="sometimes"),
    wrong("api", "queues.nothing", "3.30.0", check=False, endpoint="queues.nothing"),
    wrong("api", "queues.get_by_id", NOBODY, endpoint="queues.get_by_id", data={"queue": NOBODY}),
    wrong("api", "company 'nowhere'", check=False, endpoint="queues.get_all", company="nowhere"),
    wrong(
        "api", "user 'who@acme.example'", check=False, endpoint="queues.get_all", acting_user="who@acme.example", **ACME
    ),
]
INFO = [
    wrong("queue_info", "nam", "name", **ACME, nam="gpu-1"),
    wrong("queue_info", "company 'nowhere'", check=False, company="nowhere"),
    wrong("queue_info", "user 'who@acme.example'", check=False, **ACME, acting_user="who@acme.example"),
    wrong("queue_info", "admin in company 'globex'", "acting_user", check=False, company="globex"),
    wrong("user_info", "mail", "email", **ACME, mail=ANN),
    wrong("user_info", "company 'nowhere'", check=False, company="nowhere"),
    wrong("company_info", "id", "name", id=NOBODY),
    wrong("server_info", "company", "api_host", company="acme"),
]
CASES = [*QUEUE, *COMPANY, *USER, *CREDENTIALS, *LOGIN_RULES, *API, *INFO]


@dataclass(frozen=True)
class World:
    """Two companies with something of everything, and the IDs in them."""

    modules: Modules
    names: dict[str, str]

    def fill(self, value: t.Any) -> t.Any:
        """The value with ``$name`` replaced by what it stands for."""
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        return self.names[value[1:]] if isinstance(value, str) and value.startswith("$") else value


@pytest.fixture(scope="module")
def filled(lab_server: RunningLab) -> tuple[World, dict[str, t.Any], dict[str, t.Any]]:
    """The prepared world, its state and its switches."""
    control = lab_server.control
    control.reset()
    modules = Modules(lab_server)
    names: dict[str, str] = {}
    control.set_switches(unique_company_names=False)
    names["acme"] = modules.company(name="acme", allowed_users=20)["company"]["id"]
    modules.user(company="acme", email="admin@acme.invalid", name="Acme automation", role="admin", internal=True)
    names["ann"] = modules.user(company="acme", email=ANN, name="Ann Lee", role="user")["user"]["id"]
    names["globex"] = modules.company(name="globex")["company"]["id"]
    names["gus"] = modules.user(company="globex", email="gus@globex.example", name="Gus", role="user")["user"]["id"]
    modules.company(name="full", allowed_users=1)
    modules.user(company="full", email="fay@full.example", name="Fay", role="user")
    names["twin_1"] = modules.company(name="twin")["company"]["id"]
    names["twin_2"] = modules.api(endpoint="system.create_company", data={"name": "twin"})["data"]["id"]
    own = modules.server_info()["caller"]
    names |= {"own": own["company"], "own_name": own["company_name"]}
    names["queue"] = modules.queue(company="acme", name="gpu-1")["queue"]["id"]
    control.add_task(modules.queue(company="acme", name="busy")["queue"]["id"])
    policys = modules.queue(company="acme", name="policy-q")["queue"]["id"]
    control.set_profile_connection(policys, {"policy": "p1", "policy_name": "Team A", "profile": "x"})
    control.set_running(names["acme"], tasks=2)
    names["first"] = modules.credentials(company="acme", user=ANN, label="first")["credentials"]["access_key"]
    for number in (1, 2):
        made = modules.api(company="acme", endpoint="auth.create_credentials", data={"label": "double"})
        names[f"double_{number}"] = made["data"]["credentials"]["access_key"]
    modules.api(company="acme", endpoint="auth.create_credentials", data={})
    modules.login_rules(company="acme", domains=["acme.test"], whitelist=[{"email": "in@y.example"}])
    switches = {**control.switches(), "max_credentials": 3, "max_expiration_sec": 1000}
    return World(modules, names), control.state(), switches


@pytest.fixture
def world(filled: tuple[World, dict[str, t.Any], dict[str, t.Any]], lab: RunningLab) -> World:
    """The prepared world, put back for each test."""
    prepared, state, switches = filled
    lab.control.put_state(state)
    lab.control.set_switches(**switches)
    return prepared


def name_of(case: Wrong) -> str:
    return f"{case.module}({', '.join(f'{key}={value!r}' for key, value in case.options.items())})"


def no_riddle(message: str) -> None:
    """The message is one, and not the one for a fault of the collection."""
    assert "Unexpected" not in message and "\n" not in message, message


def test_there_are_many() -> None:
    assert len(CASES) >= 50
    assert len({name_of(case) for case in CASES}) == len(CASES), "one is there twice"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_it_is_refused(world: World, case: Wrong) -> None:
    message = world.modules.refuse(case.module, **world.fill(case.options))
    no_riddle(message)
    for word in case.words:
        assert world.fill(word) in message, message


@pytest.mark.parametrize("case", [case for case in CASES if case.check], ids=name_of)
def test_check_mode_refuses_it_too(world: World, case: Wrong) -> None:
    message = world.modules.checking().refuse(case.module, **world.fill(case.options))
    no_riddle(message)
    for word in case.words:
        assert world.fill(word) in message, message


@pytest.mark.parametrize("case", [case for case in CASES if not case.check and "nothing" not in str(case)], ids=name_of)
def test_check_mode_assumes_what_an_earlier_task_may_make(world: World, case: Wrong) -> None:
    result = world.modules.checking().run(case.module, **world.fill(case.options))
    assert not result.get("failed"), result["msg"]
    assert result["assumes"]


@dataclass(frozen=True)
class Inside:
    """The modules with the key of somebody in acme."""

    admin: Modules
    ann: Modules


@pytest.fixture
def inside(acme: Modules) -> Inside:
    """The key of the tenant's admin, and that of a plain user."""

    def keyed(user: str) -> Modules:
        pair = acme.credentials(company="acme", user=user, label="theirs")["credentials"]
        return Modules(acme.lab, pair["access_key"], pair["secret_key"])

    return Inside(keyed("admin@acme.invalid"), keyed(ANN))


NEED_PLATFORM = [
    ("company", {"name": "globex"}),
    ("company", {"name": "acme", "state": "absent", "confirm_name": "acme"}),
    ("company_info", {}),
    ("queue", {"company": "globex", "name": "gpu-1"}),
    ("user", {"company": "globex", "email": "x@globex.example", "name": "X"}),
    ("credentials", {"company": "globex", "label": "ci"}),
    ("login_rules", {"company": "globex", "domains": ["globex.example"]}),
    ("queue_info", {"company": "globex"}),
    ("user_info", {"company": "globex"}),
    ("api", {"company": "globex", "endpoint": "queues.get_all"}),
]


@pytest.mark.parametrize("who", ["admin", "ann"])
@pytest.mark.parametrize(("module", "options"), NEED_PLATFORM)
def test_what_needs_a_platform_key(inside: Inside, who: str, module: str, options: dict[str, t.Any]) -> None:
    for modules in (getattr(inside, who), getattr(inside, who).checking()):
        message = modules.refuse(module, **options)
        no_riddle(message)
        role = {"admin": "'admin'", "ann": "'user'"}[who]
        assert role in message and "system or root" in message
        assert options.get("company", modules.connection["api_access_key"]) in message


def test_an_internal_user_needs_a_platform_key(inside: Inside) -> None:
    for modules in (inside.admin, inside.admin.checking()):
        message = modules.refuse("user", email="bob@acme.example", name="Bob", internal=True)
        assert "internal" in message and "system or root" in message


def test_a_plain_users_key_may_not_read_login_rules(inside: Inside) -> None:
    key = inside.ann.connection["api_access_key"]
    for modules in (inside.ann, inside.ann.checking()):
        message = modules.refuse("login_rules", domains=["acme.example"])
        assert "403/20" in message and key in message and "admin" in message


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("user", {"email": "bob@acme.example", "name": "Bob"}),
        ("user", {"email": ANN, "role": "admin"}),
        ("user", {"email": ANN, "name": "Ann"}),
        ("user", {"email": "admin@acme.invalid", "state": "absent"}),
        ("user_info", {}),
        ("user_info", {"email": ANN}),
    ],
)
def test_a_plain_users_key_may_not_see_addresses(inside: Inside, module: str, options: dict[str, t.Any]) -> None:
    """The server leaves them out for anybody but admins, without an error: nobody seems to be there."""
    for modules in (inside.ann, inside.ann.checking()):
        message = modules.refuse(module, **options)
        no_riddle(message)
        assert modules.connection["api_access_key"] in message and "'user'" in message and "admin" in message


def test_own_key_and_own_user_stay(inside: Inside) -> None:
    for modules in (inside.admin, inside.admin.checking()):
        message = modules.refuse("credentials", label="theirs", state="absent")
        assert modules.connection["api_access_key"] in message and "another key" in message
        message = modules.refuse("user", email="admin@acme.invalid", state="absent")
        assert "admin@acme.invalid" in message and "another key" in message


def test_an_empty_company_is_not_the_keys_own(acme: Modules) -> None:
    """A key whose token does not name its company."""
    nameless = acme.lab.control.add_identity("robot", "nowhere", "admin", profile=False)
    modules = Modules(acme.lab, nameless["access_key"], nameless["secret_key"])
    for one in (modules, modules.checking()):
        message = one.refuse("queue", company="", name="gpu-1")
        no_riddle(message)
        assert "company" in message and "''" in message


def test_unlabelled_keys_and_users_without_address_survive_a_null(acme: Modules) -> None:
    """``label: null`` and ``email: null`` (an undefined variable) never mean "the one that has none"."""
    acme.api(company="acme", acting_user=ANN, endpoint="auth.create_credentials", data={})
    assert "label" in acme.refuse("credentials", company="acme", user=ANN, label=None, state="absent")
    company = acme.company(name="acme")["company"]["id"]
    acme.lab.control.add_identity("robot", company, "user")
    assert "email" in acme.refuse("user", company="acme", email=None, state="absent")
