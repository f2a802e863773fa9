# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""clearml_export: companies as the files of tenants."""

from __future__ import annotations

import json
import re
import typing as t
from collections import Counter
from pathlib import Path

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import Refused
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.export import Choice, Export
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.export_files import Folder
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.export_site import PARTS, site_of
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.export_text import text_of
from lab.testing import RunningLab
from tests.benchmarks.tenants import variables
from tests.integration.test_idp import KEYCLOAK
from tests.integration.test_idp_providers import AD, METADATA, SIGNING
from tests.integration.test_state import ACME, tenant, unmentioned
from tests.support.modules import Modules
from tests.support.state import converge, objects

ROOT = Path(__file__).resolve().parents[2]
Result = dict[str, t.Any]

SECRETS = {
    "vault_acme_inc_vault_defaults_content": json.dumps(ACME["tenant_vaults"][0]["content"]),
    "vault_acme_inc_vault_mine_content": "a: 1",
    "vault_acme_inc_idp_acme_keycloak_client_secret": KEYCLOAK["client_secret"],
    "vault_acme_inc_storage_aws_secret": "s3cr3t-of-aws",
    "vault_acme_inc_storage_google_credentials_json": "s3cr3t-of-google",
    "vault_acme_inc_storage_google_buckets_raw_credentials_json": "s3cr3t-of-raw",
    "vault_acme_inc_storage_google_buckets_raw_credentials_json_2": "s3cr3t-of-more",
}
FULL: dict[str, t.Any] = {
    **ACME,
    "tenant_settings": {
        **ACME["tenant_settings"],
        "app_instance_access": {"allowed": "groups", "applications": {"notebook": "owner"}},
        "custom_events": {"fields": [], "empty": None},
        "sso": {"external_tenant": "acme", "group_mapping": {"ml": "researchers"}},
        "cookie_domain": "acme.example",
    },
    "tenant_idp": [{name: value for name, value in KEYCLOAK.items() if name != "company"}],
    "tenant_storage": {
        **ACME["tenant_storage"],
        "google": {
            "project": "acme",
            "credentials_json": "s3cr3t-of-google",
            "buckets": [
                {"bucket": "raw", "credentials_json": "s3cr3t-of-raw"},
                {"bucket": "raw", "subdir": "more", "credentials_json": "s3cr3t-of-more"},
            ],
        },
    },
}


class Loader(yaml.SafeLoader):
    """Knows texts that are no templates."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def export(lab: RunningLab, folder: Path, *, force: bool = False, check: bool = False, **choice: t.Any) -> Result:
    """The result of clearml_export."""
    client = Client.connect(Connection(lab.url, lab.system_key, lab.system_secret), read_only=True)
    done = Export(client, Choice(**choice), Folder(str(folder), force, check), DataLoader(), "tenant.schema.json")
    done.run()
    assert lab.system_secret not in json.dumps(done.describe())
    return {**done.describe(), "warnings": done.warnings}


def loaded(folder: Path, name: str, secrets: t.Mapping[str, str] | None = None) -> dict[str, t.Any]:
    """A tenant's variables as they stand in its file, with its secrets filled in: those of Acme, if none are given."""
    known = SECRETS if secrets is None else secrets
    text = (folder / "host_vars" / f"{name}.yml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=tenant.schema.json\n")

    def fill(value: t.Any) -> t.Any:
        if isinstance(value, dict):
            return {key: fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [fill(item) for item in value]
        found = re.fullmatch(r"\{\{ (vault_\w+) \}\}", value) if isinstance(value, str) else None
        return known.get(found[1], "{}") if found else value

    return t.cast("dict[str, t.Any]", fill(yaml.load(text, Loader=Loader)))


def assert_stands(lab: RunningLab, tenants: t.Mapping[str, t.Any]) -> Result:
    """What the files say is what there is, and they mention all of it."""
    before = lab.control.writes()
    for check in (True, False):
        done = converge(lab, tenants, check=check)
        assert done["failed_tenants"] == [], done["tenants"]
        assert objects(done) == {} and not done["changed"]
        assert unmentioned(done) == set()
    assert lab.control.writes() == before
    return done


READINGS: list[dict[str, t.Any]] = [
    {},
    {"storage_secrets": "clear", "sso_template_secrets": "clear", "company_info_shows_settings": True},
    {"storage_secrets": "absent", "sso_template_secrets": "absent", "company_info_shows_sso": True},
    {"sso_template_shape": "flat", "vault_data": "verbatim", "service_users_in_user_lists": False},
    {"sso_template_shape": "opaque", "organization_vaults_have_users": True, "users_info_keyed_by": "email"},
    {"vaults_readable": False, "group_system_means": "editable"},
]


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: "-".join(reading) or "usual")
def test_what_is_declared_comes_back(lab: RunningLab, tmp_path: Path, reading: dict[str, t.Any]) -> None:
    assert converge(lab, {"acme": FULL})["failed_tenants"] == []
    lab.control.set_switches(**reading)
    before = lab.control.writes()
    done = export(lab, tmp_path, projects="all", personal_vaults=True)
    assert lab.control.writes() == before and done["failed_tenants"] == [] and done["changed"]
    assert done["tenants"]["acme-inc"]["left_out"] == []
    blanks = {one["variable"] for one in done["tenants"]["acme-inc"]["to_fill_in"]}
    assert blanks <= set(SECRETS)
    everything = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file()) + json.dumps(done)
    for secret in ("s3cr3t", KEYCLOAK["client_secret"], "git_user", lab.system_secret, lab.system_key):
        assert secret not in everything
    declared = loaded(tmp_path, "acme-inc")
    assert_stands(lab, {"acme-inc": declared})
    assert declared["tenant_company"] == {"name": "Acme Inc"}
    assert declared["tenant_admin"] == {"email": "admin@acme.invalid"}
    assert set(declared) == {*FULL, "tenant_admin"}
    for section in ("tenant_users", "tenant_service_accounts", "tenant_projects", "tenant_login_rules"):
        assert declared[section] == FULL[section], section
    assert [one["name"] for one in declared["tenant_groups"]] == ["leads", "researchers"]


def test_it_makes_the_same_on_another_server(lab: RunningLab, tmp_path: Path) -> None:
    """The files say enough to begin with nothing."""
    converge(lab, {"acme": FULL})
    export(lab, tmp_path, projects="all", personal_vaults=True)
    before = lab.control.state()
    lab.control.reset()
    converge(lab, {"acme-inc": loaded(tmp_path, "acme-inc")})
    after = lab.control.state()
    for kind in ("queues", "projects", "groups", "access_rules", "vaults", "storage"):
        assert Counter(_names(before.get(kind))) == Counter(_names(after.get(kind)))


def _names(rows: t.Any) -> list[str]:
    keys = ("name", "description", "tags", "display_name", "access_permission", "scope", "format", "data")
    return [json.dumps({key: row.get(key) for key in keys}, sort_keys=True) for row in rows or [] if row]


ODD = [
    "Grüße \u201ean alle\u201c",
    'it\'s "quoted" \\ back',
    "rocket 🚀 café",
    "{{ lookup('pipe', 'id') }}",
    "{% raw %} # no comment",
    "{# neither #}",
    "yes",
    "1e3",
    "0x1F",
    "null",
    "12:30:45",
    "2024-01-01",
    "- dash: colon",
    "!unsafe tag",
    "a: b # c",
    "line one\nline two\n\n  indented ",
    "\u202eright to left",
    "tab\there",
    "*anchor &x",
    "~~~",
    "%percent",
    "@at `tick`",
]
#: Those that can be a name.
NAMES = [one for one in ODD if one == one.strip() and "\n" not in one]


@pytest.mark.parametrize("odd", ODD)
def test_a_text_is_written_as_what_it_is(odd: str) -> None:
    text = text_of({"a": odd, "b": {odd: [odd]}})
    assert yaml.load(text, Loader=Loader) == {"a": odd, "b": {odd: [odd]}}
    if "{" in odd:
        assert "!unsafe" in text


def test_odd_names(modules: Modules, tmp_path: Path) -> None:
    acme = {"company": "Ünï {{ 'x' }} & Co"}
    modules.company(name=acme["company"])
    modules.user(**acme, email="chief@acme.example", name="{{ chief }}", role="admin")
    for name in NAMES:
        modules.queue(**acme, name=name, display_name=name, tags=[name], metadata={name: name})
        modules.group(**acme, name=name, description=name, users=["chief@acme.example"])
        modules.access_rule(
            **acme,
            name=name,
            entity_type="queue",
            entity=name,
            access_permission="read",
            groups=[name],
            description=name,
        )
        modules.vault(**acme, description=name, scope="group", group=name, content="a = 1")
    done = export(modules.lab, tmp_path)
    assert done["tenants"]["uni-x-co"]["left_out"] == []
    declared = loaded(tmp_path, "uni-x-co", {})
    for section, key in (("queues", "name"), ("groups", "name"), ("access_rules", "name"), ("vaults", "description")):
        assert sorted(one[key] for one in declared[f"tenant_{section}"]) == sorted(NAMES)
    for one in declared["tenant_vaults"]:
        one["content"] = "a = 1"
    assert_stands(modules.lab, {"uni-x-co": declared})
    blanks = [one["variable"] for one in done["tenants"]["uni-x-co"]["to_fill_in"]]
    assert len(set(blanks)) == len(NAMES) and all(one.isidentifier() and one.isascii() for one in blanks)


@pytest.fixture
def strays(modules: Modules) -> RunningLab:
    """A company with what no file can say."""
    converge(modules.lab, {"acme": ACME})
    acme = {"company": "Acme Inc", "acting_user": "admin@acme.invalid"}
    modules.group(**acme, name="xy")
    modules.group(**acme, name="gone")
    modules.user(**acme, email="left@acme.example", name="Left", role="user")
    modules.queue(**acme, name="gone queue")
    rule = {"entity_type": "queue", "access_permission": "read"}
    modules.access_rule(**acme, **rule, name="of a lost queue", entity="gone queue", groups=["leads"])
    modules.access_rule(**acme, **rule, name="for a lost group", entity="gpu-1", groups=["gone", "leads"])
    modules.group(**acme, name="gone", state="absent")
    modules.queue(**acme, name="gone queue", state="absent")
    modules.access_rule(
        **acme, name="of a task", entity_type="task", entity="0" * 32, access_permission="read", users=["Ann Lee"]
    )
    modules.queue(**acme, name="of the agent", system_tags=["k8s-glue"])
    return modules.lab


def test_what_no_file_can_say_is_left_out(strays: RunningLab, tmp_path: Path) -> None:
    done = export(strays, tmp_path)
    left = {(one["kind"], one["name"], tuple(one["fields"])) for one in done["tenants"]["acme-inc"]["left_out"]}
    assert left == {
        ("group", "xy", ()),
        ("access_rule", "of a lost queue", ()),
        ("access_rule", "for a lost group", ("groups",)),
    }
    head = (tmp_path / "host_vars" / "acme-inc.yml").read_text().split("---")[0]
    assert "#   access_rule for a lost group (groups): " in head
    declared = loaded(tmp_path, "acme-inc")
    assert [one["entity"] for one in declared["tenant_access_rules"] if one["name"] == "of a task"] == ["0" * 32]
    done = converge(strays, {"acme-inc": declared}, check=True)
    assert objects(done) == {} and unmentioned(done) == {
        ("group", "xy"),
        ("access_rule", "of a lost queue"),
    }


def test_names_that_are_not_unique_go_by_id(modules: Modules, tmp_path: Path) -> None:
    """Two groups of one name cannot be declared, and a rule for one of them says which."""
    converge(modules.lab, {"acme": ACME})
    acme = {"company": "Acme Inc", "acting_user": "admin@acme.invalid"}
    made = modules.group(**acme, name="twins")["group"]["id"]
    modules.access_rule(**acme, name="of one", entity_type="project", access_permission="read", groups=["twins"])
    admin = next(one for one in modules.lab.control.state()["auth_entries"] if one["email"] == "admin@acme.invalid")
    client = Client.connect(Connection(modules.lab.url, modules.lab.system_key, modules.lab.system_secret))
    client.as_user(admin["id"]).write(
        "permissions.add_or_update_user_group", {"id": "f" * 32, "name": "twins", "description": "", "users": []}
    )
    done = export(modules.lab, tmp_path)
    assert {(one["kind"], one["name"]) for one in done["tenants"]["acme-inc"]["left_out"]} == {("group", "twins")}
    declared = loaded(tmp_path, "acme-inc")
    assert [one["groups"] for one in declared["tenant_access_rules"] if one["name"] == "of one"] == [[made]]
    assert objects(converge(modules.lab, {"acme-inc": declared}, check=True)) == {}


@pytest.mark.parametrize(("projects", "names"), [("none", []), ("named", ["Shared"])])
def test_projects(lab: RunningLab, tmp_path: Path, projects: str, names: list[str]) -> None:
    converge(lab, {"acme": ACME})
    export(lab, tmp_path, projects=projects)
    declared = loaded(tmp_path, "acme-inc")
    assert [one["name"] for one in declared.get("tenant_projects", [])] == names
    assert [one["description"] for one in declared["tenant_vaults"]] == ["defaults"], "a person's vault is her own"
    assert_stands(lab, {"acme-inc": declared})


def test_a_company_without_an_admin(modules: Modules, tmp_path: Path) -> None:
    modules.company(name="Empty", allowed_users=7)
    done = export(modules.lab, tmp_path)
    (left,) = done["tenants"]["empty"]["left_out"]
    assert left["why"].startswith("it has no admin to look as")
    declared = loaded(tmp_path, "empty")
    assert declared == {"tenant_company": {"name": "Empty"}, "tenant_settings": {"allowed_users": 7}}
    done = converge(modules.lab, {"empty": declared}, check=True)
    assert list(objects(done)) == [("empty", "user", "admin@empty.invalid")]


def test_the_admin_that_every_tenant_has_is_not_said(lab: RunningLab, tmp_path: Path) -> None:
    converge(lab, {"acme": tenant("Acme")})
    export(lab, tmp_path)
    assert loaded(tmp_path, "acme") == tenant("Acme", tenant_settings={"allow_service_user_admins": False})


def test_built_in_groups(modules: Modules, tmp_path: Path) -> None:
    converge(modules.lab, {"acme": ACME})
    modules.group(company="Acme Inc", name="Queue admins", users=["ann@acme.example"])
    export(modules.lab, tmp_path)
    declared = loaded(tmp_path, "acme-inc")
    assert [one for one in declared["tenant_groups"] if one["name"][0].isupper()] == [
        {"name": "Queue admins", "users": ["ann@acme.example"]}
    ]
    assert_stands(modules.lab, {"acme-inc": declared})


@pytest.mark.parametrize("options", [{}, SIGNING, {"require_signed_assertions": True, "sign_client_requests": False}])
def test_saml(acme: Modules, tmp_path: Path, options: dict[str, t.Any]) -> None:
    """A private key is asked for unless nothing is signed; what the server's environment has is not declared."""
    acme.idp(**AD, active=True, **options)
    acme.lab.control.add_readonly_provider(acme.company(name="acme")["company"]["id"], "auth0")
    done = export(acme.lab, tmp_path)
    assert done["tenants"]["acme"]["left_out"] == []
    declared = loaded(tmp_path, "acme", {})
    (idp,) = declared["tenant_idp"]
    assert ("private_key" in idp) == ("private_key" in options) and idp["idp_metadata"] == METADATA
    assert "hunter2" not in "".join(path.read_text() for path in tmp_path.rglob("*.yml"))
    assert_stands(acme.lab, {"acme": declared})


def test_the_site_of_a_cluster() -> None:
    """Components, versions, and what is not where the roles have it."""
    releases = [
        {"chart": chart, "name": name, "namespace": namespace, "version": version}
        for chart, name, namespace, version in (
            ("clearml-enterprise", "clearml-enterprise", "clearml-prod", "11.0.2"),
            ("clearml-dynamic-mig-operator", "cdmo", "cdmo", "1.3.0"),
            ("gpu-operator", "nvidia", "gpu-operator", "v25.3.0"),
            ("redis", "redis", "redis-shared", "17.8.3"),
            ("redis", "redis", "elsewhere", "18.0.0"),
            ("clearml-enterprise-agent", "a", "acme", "6.14.6"),
            ("clearml-enterprise-agent", "a", "globex", "6.14.6"),
            ("clearml-enterprise-app-gateway", "g", "acme", "3.2.0"),
            ("somebody-elses", "x", "y", "1"),
        )
    ]
    site, notes = site_of(releases, "https://api.clearml.example.com:8443")
    assert site == {
        "clearml_packaging": "oci",
        "clearml_base_domain": "clearml.example.com",
        "clearml_server_chart_version": "11.0.2",
        "clearml_server_namespace": "clearml-prod",
        "gpu_operator_chart_version": "v25.3.0",
        "gpu_operator_release": "nvidia",
        "cdmo_chart_version": "1.3.0",
        "clearml_agent_chart_version": "6.14.6",
        "app_gateway_chart_version": "3.2.0",
        "clearml_components": {"gpu_operator": "present", "cdmo": "present"},
    }
    assert notes[0].startswith("redis is installed more than once: release redis in namespace redis-shared, release")
    assert "clearml-enterprise-agent 6.14.6: release a in namespace globex" in notes
    classic = [{"chart": "clearml-enterprise", "name": "clearml", "namespace": "clearml", "version": "7.1.0"}]
    site, notes = site_of(classic, "http://127.0.0.1:8008")
    assert site == {"clearml_packaging": "classic", "clearml_server_chart_version": "7.1.0"}
    assert [note.partition(":")[0] for note in notes] == ["clearml_base_domain"]


def test_the_parts_of_a_site_are_where_their_roles_have_them() -> None:
    for chart, part in PARTS.items():
        role = ROOT / "roles" / part.prefix
        defaults, own = (yaml.safe_load((role / kind / "main.yml").read_text()) for kind in ("defaults", "vars"))
        assert own[f"_{part.prefix}_chart"] == chart
        for option, values in (("namespace", part.namespaces), ("release", part.releases)):
            usual = defaults[f"{part.prefix}_{option}"]
            packagings = own.get(f"_{part.prefix}_packagings", {})
            for packaging, value in values.items():
                assert value == (packagings[packaging][option] if "{{" in usual else usual), (chart, option)


# ---- files


def test_a_second_run_and_files_of_ones_own(lab: RunningLab, tmp_path: Path) -> None:
    converge(lab, {"acme": ACME, "globex": tenant("Globex")})
    checked = export(lab, tmp_path, check=True)
    assert checked["changed"] and list(tmp_path.iterdir()) == []
    done = export(lab, tmp_path)
    assert done == checked
    modes = {path.relative_to(tmp_path).as_posix(): path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.yml")}
    assert modes == dict.fromkeys(
        (
            "hosts.yml",
            "group_vars/all/connection.yml",
            "group_vars/all/controller.yml",
            "host_vars/acme-inc.yml",
            "host_vars/globex.yml",
        ),
        0o644,
    )
    assert yaml.safe_load((tmp_path / "hosts.yml").read_text()) == {
        "clearml_tenants": {"hosts": {"acme-inc": None, "globex": None}}
    }
    assert yaml.safe_load((tmp_path / "group_vars/all/connection.yml").read_text()) == {"clearml_api_host": lab.url}
    again = export(lab, tmp_path)
    assert not again["changed"] and set(again["files"].values()) == {"unchanged"}
    mine = tmp_path / "host_vars" / "globex.yml"
    mine.write_text(mine.read_text() + "# mine\n")
    kept = export(lab, tmp_path)
    assert not kept["changed"] and kept["kept"] == [str(mine)] and kept["tenants"]["globex"]["status"] == "kept"
    assert mine.read_text().endswith("# mine\n")
    forced = export(lab, tmp_path, force=True)
    assert forced["changed"] and not mine.read_text().endswith("# mine\n")


def test_a_tenant_that_is_declared_keeps_its_name(lab: RunningLab, tmp_path: Path) -> None:
    converge(lab, {"acme": ACME, "globex": tenant("Globex")})
    home = tmp_path / "host_vars" / "the-acme"
    home.mkdir(parents=True)
    (home / "company.yml").write_text("tenant_company: {name: Acme Inc}\n")
    (tmp_path / "hosts.yml").write_text("clearml_tenants: {hosts: {the-acme: }}\n")
    done = export(lab, tmp_path, layout="folder")
    assert {name: Path(one["file"]).relative_to(tmp_path).as_posix() for name, one in done["tenants"].items()} == {
        "the-acme": "host_vars/the-acme/tenant.yml",
        "globex": "host_vars/globex/tenant.yml",
    }
    assert (tmp_path / "hosts.yml").read_text() == "clearml_tenants: {hosts: {the-acme: }}\n"
    assert done["warnings"] == [f"{tmp_path}/hosts.yml has no host globex; add it to the group clearml_tenants"]


def test_some_companies(lab: RunningLab, tmp_path: Path) -> None:
    names = ["Acme", "Globex", "Hooli"]
    converge(lab, {name.lower(): tenant(name) for name in names})
    assert set(export(lab, tmp_path, companies=["Acme", "Hooli"], exclude=["Hooli"])["tenants"]) == {"acme"}
    assert set(export(lab, tmp_path, exclude=["Acme"])["tenants"]) == {"globex", "hooli"}
    with pytest.raises(Refused, match=r"There is no company 'Initech' on this server; nothing was written"):
        export(lab, tmp_path, companies=["Initech"])


def test_companies_of_one_name(modules: Modules, tmp_path: Path) -> None:
    modules.lab.control.set_switches(unique_company_names=False)
    modules.company(name="Twin")
    identity = modules.lab.control.state()["companies"][-1]["id"]
    client = Client.connect(Connection(modules.lab.url, modules.lab.system_key, modules.lab.system_secret))
    client.write("system.create_company", {"name": "Twin"})
    done = export(modules.lab, tmp_path)
    assert len(done["tenants"]) == 2
    declared = [loaded(tmp_path, name)["tenant_company"] for name in done["tenants"]]
    assert {one["name"] for one in declared} == {"Twin"} and identity in {one["id"] for one in declared}


def test_a_company_that_cannot_be_read(lab: RunningLab, tmp_path: Path) -> None:
    converge(lab, {"acme": tenant("Acme"), "globex": tenant("Globex")})
    lab.control.order_fault("queues.get_all", "not_json")
    done = export(lab, tmp_path, max_parallel=1)
    assert done["failed_tenants"] == ["acme"] and "queues.get_all" in done["tenants"]["acme"]["error"]
    assert [path.name for path in (tmp_path / "host_vars").iterdir()] == ["globex.yml"]
    assert "acme" not in (tmp_path / "hosts.yml").read_text()


def test_an_older_server(lab: RunningLab, tmp_path: Path) -> None:
    converge(lab, {"acme": ACME})
    lab.control.set_switches(missing_endpoints=["sso.get_provider_configurations", "login.get_whitelist"])
    done = export(lab, tmp_path)
    left = [(one["kind"], one["why"]) for one in done["tenants"]["acme-inc"]["left_out"]]
    assert ("idp", "this server does not have it") in left and done["failed_tenants"] == []


def test_no_request_for_an_object(lab: RunningLab, tmp_path: Path) -> None:
    """Each endpoint is asked once for a company, whatever is in it."""
    names = [f"company-{number}" for number in range(12)]
    assert converge(lab, {name: variables(name, 2) for name in names})["failed_tenants"] == []
    lab.control.clear_requests()
    done = export(lab, tmp_path, projects="all")
    asked = Counter(one["endpoint"] for one in lab.control.requests())
    assert len(done["tenants"]) == len(names)
    assert max(asked.values()) <= len(names), asked
    assert asked["system.get_companies"] == 1 and asked["login.get_whitelist"] <= 1
