# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin tenants, asked by ansible-inventory on the lab."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.clearml.enterprise.plugins.inventory import tenants
from ansible_collections.clearml.enterprise.plugins.module_utils import _connection
from ansible_collections.clearml.enterprise.plugins.module_utils._world import DEFAULT_COMPANY
from lab.testing import RunningLab
from tests.support.modules import Modules

NAME = "clearml.enterprise.tenants"
ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED: dict[str, t.Any] = yaml.safe_load(tenants.DOCUMENTATION)

Listing = dict[str, t.Any]


def plain(value: t.Any) -> t.Any:
    """A listing without the marks that older ansible-cores put around texts that are no templates."""
    if isinstance(value, dict):
        return value["__ansible_unsafe"] if "__ansible_unsafe" in value else {k: plain(v) for k, v in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


class Site:
    """A folder with a configuration of the plugin."""

    def __init__(self, folder: Path, lab: RunningLab) -> None:
        self.folder = folder
        self.lab = lab
        self.config = folder / "clearml_tenants.yml"
        self.environment = {
            "CLEARML_API_HOST": lab.url,
            "CLEARML_API_ACCESS_KEY": lab.system_key,
            "CLEARML_API_SECRET_KEY": lab.system_secret,
        }
        self.sources = [str(self.config)]
        self.configure()

    def configure(self, **options: t.Any) -> None:
        """Write the configuration."""
        self.config.write_text(yaml.safe_dump({"plugin": NAME, **options}, sort_keys=False), encoding="utf-8")

    def write(self, name: str, text: str) -> Path:
        """Write a file beside the configuration."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of Ansible with the sources."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("CLEARML_", "ANSIBLE_"))}
        sources = [one for source in self.sources for one in ("-i", source)]
        return subprocess.run(
            [str(Path(sys.executable).with_name(command)), *sources, *arguments],
            cwd=self.folder,
            env={
                **clean,
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
                "ANSIBLE_HOME": str(self.folder / ".home"),
                "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
                "LC_ALL": "C.UTF-8",
                **self.environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def list(self, *arguments: str) -> Listing:
        """What ansible-inventory --list says."""
        done = self.run("ansible-inventory", "--list", *arguments)
        assert done.returncode == 0, done.stderr
        return t.cast("Listing", plain(json.loads(done.stdout)))

    def refuse(self, *arguments: str) -> str:
        """The message of a source that cannot be read, and no secret in it."""
        done = self.run("ansible-inventory", "--list", "-vvv", *arguments)
        output = done.stdout + done.stderr
        assert done.returncode != 0, output
        assert f"{NAME}: " in output and self.lab.system_secret not in output
        return " ".join(output.split())


@pytest.fixture
def site(tmp_path: Path, lab: RunningLab) -> Site:
    """With no file yet, and no company but the server's own."""
    return Site(tmp_path, lab)


def hosts(listing: Listing, group: str) -> list[str]:
    """The hosts of a group."""
    return sorted((listing.get(group) or {}).get("hosts", []))


def variables(listing: Listing, host: str) -> dict[str, t.Any]:
    """The variables of a host."""
    return t.cast("dict[str, t.Any]", listing["_meta"]["hostvars"].get(host, {}))


def test_files_and_server(site: Site, modules: Modules) -> None:
    """Each tenant is where it belongs; what the server says of a company is its name and ID."""
    renamed = modules.company(name="Globex Worldwide")["company"]["id"]
    modules.company(name="Acme Inc")
    stray = modules.company(name="Initech")["company"]["id"]
    modules.user(company="Initech", email="ann@initech.example", name="Ann", role="admin")
    site.write("host_vars/acme.yml", "tenant_company:\n  name: Acme Inc\n")
    site.write("host_vars/globex/tenant.yml", f"tenant_company:\n  name: Globex\n  id: {renamed}\n")
    site.write("host_vars/hooli.yml", "tenant_company: {name: Hooli}\n")
    site.write("host_vars/platform.yml", "some_port: 22\n")
    site.write("host_vars/README.md", "{{ not: yaml")
    site.lab.control.clear_requests()
    listing = site.list()
    assert hosts(listing, "clearml_tenants") == ["acme", "globex", "hooli"]
    assert hosts(listing, "only_in_files") == ["hooli"]
    assert hosts(listing, "only_on_server") == ["initech"]
    assert variables(listing, "initech") == {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "tenant_company": {"name": "Initech", "id": stray},
    }
    assert variables(listing, "acme")["tenant_company"] == {"name": "Acme Inc"}
    asked = [one["endpoint"] for one in site.lab.control.requests()]
    assert asked == ["auth.login", "system.get_companies"]
    graph = site.run("ansible-inventory", "--graph").stdout
    assert "|--@only_on_server:\n  |  |--initech" in graph


def test_a_limit(site: Site, modules: Modules) -> None:
    modules.company(name="Initech")
    site.write("host_vars/hooli.yml", "tenant_company: {name: Hooli}\n")
    for limit, expected in (("only_on_server", {"initech"}), ("clearml_tenants:!only_in_files", set())):
        assert set(site.list("--limit", limit)["_meta"]["hostvars"]) == expected
    task = ("-m", "ansible.builtin.debug", "-a", "var=tenant_company")
    done = site.run("ansible", "all", "--limit", "only_on_server", *task)
    assert done.returncode == 0 and "initech | SUCCESS" in done.stdout and "hooli" not in done.stdout, done.stdout


def test_names_become_labels(site: Site, modules: Modules) -> None:
    """Whatever a company is called; those that would meet all get digits of their IDs."""
    ids = {}
    for name in (
        "Größe & Co",
        "Café 🚀  Nord",
        "🚀🚀🚀",
        "acme",
        "ACME!",
        "hooli",
        "localhost",
        "x" * 80,
        "{{ 7 * 7 }}",
    ):
        ids[name] = modules.company(name=name)["company"]["id"]
    site.write("host_vars/hooli.yml", "tenant_company: {name: Other}\n")
    listing = site.list()
    found = {variables(listing, host)["tenant_company"]["name"]: host for host in hosts(listing, "only_on_server")}
    assert found == {
        "Größe & Co": "grosse-co",
        "Café 🚀  Nord": "cafe-nord",
        "🚀🚀🚀": f"company-{ids['🚀🚀🚀'][:8]}",
        "acme": f"acme-{ids['acme'][:8]}",
        "ACME!": f"acme-{ids['ACME!'][:8]}",
        "hooli": f"hooli-{ids['hooli'][:8]}",
        "localhost": f"localhost-{ids['localhost'][:8]}",
        "x" * 80: "x" * 63,
        "{{ 7 * 7 }}": "7-7",
    }
    task = ("-m", "ansible.builtin.debug", "-a", "var=tenant_company.name")
    assert "{{ 7 * 7 }}" in site.run("ansible", "7-7", *task).stdout, "what the server says is no template"
    site.configure(slug="id")
    assert hosts(site.list(), "only_on_server") == sorted(ids.values())


def test_companies_that_are_left_out(site: Site, modules: Modules) -> None:
    """Removed ones, the server's own, and those that are excluded, unless a file declares them."""
    for name in ("Acme Inc", "Initech", "Sandbox", "Hooli"):
        modules.company(name=name)
    sandbox = modules.company(name="Sandbox")["company"]["id"]
    modules.company(name="Initech", state="absent", confirm_name="Initech")
    site.lab.control.set_switches(deleted_companies_listed=True)
    site.configure(exclude=["Acme Inc", sandbox])
    site.write("host_vars/acme.yml", "tenant_company: {name: Acme Inc}\n")
    listing = site.list()
    assert hosts(listing, "only_on_server") == ["hooli"] and hosts(listing, "only_in_files") == []
    assert DEFAULT_COMPANY not in json.dumps(listing)


def test_many_companies_take_one_request(site: Site, modules: Modules) -> None:
    state = site.lab.control.state()
    like = state["companies"][0]
    state["companies"] += [{**like, "id": f"{number:032x}", "name": f"Company {number}"} for number in range(1, 1203)]
    site.lab.control.put_state(state)
    site.lab.control.clear_requests()
    assert len(hosts(site.list(), "only_on_server")) == 1202
    assert [one["endpoint"] for one in site.lab.control.requests()] == ["auth.login", "system.get_companies"]


def test_the_connection_comes_from_the_file(site: Site, modules: Modules) -> None:
    """A vaulted secret and templates; the file counts more than the environment."""
    modules.company(name="Initech")
    password = site.write(".password", "open sesame")
    vault = Path(sys.executable).with_name("ansible-vault")
    command = [str(vault), "encrypt_string", "--vault-password-file", str(password), site.lab.system_secret]
    secret = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    site.environment = {"SITE_HOST": site.lab.url, "CLEARML_API_SECRET_KEY": "wrong"}
    site.configure(api_host="{{ lookup('ansible.builtin.env', 'SITE_HOST') }}", api_access_key=site.lab.system_key)
    with site.config.open("a", encoding="utf-8") as file:
        file.write(f"api_secret_key: {secret}\n")
    listing = site.list("--vault-password-file", str(password))
    assert hosts(listing, "only_on_server") == ["initech"]
    done = site.run("ansible-inventory", "--list")
    assert done.returncode != 0 and "vault" in done.stderr


def test_a_connection_that_does_not_work(site: Site, modules: Modules) -> None:
    """One sentence each, and nothing of the files either."""
    site.write("host_vars/acme.yml", "tenant_company: {name: Acme Inc}\n")
    site.environment["CLEARML_API_HOST"] = "http://127.0.0.1:9"
    assert "127.0.0.1:9" in site.refuse()
    site.configure(source="files")
    assert hosts(site.list(), "clearml_tenants") == ["acme"], "no server is asked"
    site.configure()
    site.environment = {}
    assert "missing: api_host" in site.refuse()
    site.configure(api_host="{{ undefined_host }}")
    assert "api_host is a template that cannot be resolved" in site.refuse()
    modules.company(name="acme")
    modules.user(company="acme", email="ann@acme.example", name="Ann", role="admin")
    pair = modules.credentials(company="acme", user="ann@acme.example", label="x")["credentials"]
    site.configure(api_host=site.lab.url, api_access_key=pair["access_key"], api_secret_key=pair["secret_key"])
    assert "Listing companies needs a key with role system or root" in site.refuse()


def test_two_of_one_name(site: Site, modules: Modules) -> None:
    """Companies, tenants, files: each is told by name, and guessed by nobody."""
    first = modules.company(name="Acme Inc")["company"]["id"]
    state = site.lab.control.state()
    like = next(one for one in state["companies"] if one["id"] == first)
    state["companies"].append({**like, "id": "f" * 32})
    site.lab.control.put_state(state)
    site.write("host_vars/acme.yml", "tenant_company: {name: Acme Inc}\n")
    message = site.refuse()
    assert "2 companies are named 'Acme Inc'" in message and first in message and "tenant acme" in message
    site.write("host_vars/acme.yml", f"tenant_company: {{name: Acme Inc, id: {first}}}\n")
    assert hosts(site.list(), "only_on_server") == ["acme-inc"]
    site.write("host_vars/acme2.yml", f"tenant_company: {{name: Acme Two, id: {first}}}\n")
    assert "Tenants acme and acme2 both are company 'Acme Inc'" in site.refuse()
    site.write("host_vars/acme/tenant.yml", "tenant_queues: []\n")
    assert "both acme and acme.yml" in site.refuse()


def test_a_file_that_cannot_be_read(site: Site) -> None:
    """Which file and which line, and nothing of what is in it."""
    site.configure(source="files")
    site.write("host_vars/acme/a.yml", "tenant_company:\n  name: Acme Inc\n   hunter2: x\n")
    message = site.refuse()
    assert "host_vars/acme/a.yml:3: this is not valid YAML" in message and "hunter2" not in message
    site.write("host_vars/acme/a.yml", "- a list\n")
    assert "a.yml:1: the file is not a map of variables" in site.refuse()


def test_a_vaulted_file(site: Site) -> None:
    """The loader opens it; without its password nothing of it is told."""
    site.configure(source="files", files="tenants")
    site.sources = [str(site.config)]
    password = site.write(".password", "open sesame")
    file = site.write("tenants/acme.yml", "tenant_company: {name: hunter2}\n")
    vault = Path(sys.executable).with_name("ansible-vault")
    subprocess.run([str(vault), "encrypt", "--vault-password-file", str(password), str(file)], check=True)
    listing = site.list("--vault-password-file", str(password))
    assert variables(listing, "acme")["tenant_company"] == {"name": "hunter2"}
    assert "acme.yml is vaulted and cannot be opened" in site.refuse()


def test_a_folder_of_ones_own(site: Site, modules: Modules) -> None:
    """Its variables are set on the hosts, templates and all; group_vars beside the configuration count too."""
    modules.company(name="Tenant hooli")
    site.configure(files="tenants", group="customers")
    site.write("group_vars/customers.yml", 'tenant_company:\n  name: "Tenant {{ inventory_hostname }}"\nnumber: 7\n')
    site.write("tenants/hooli.yml", 'tenant_queues:\n  - name: "{{ inventory_hostname }}-{{ number }}"\n')
    listing = site.list()
    assert hosts(listing, "customers") == ["hooli"]
    assert hosts(listing, "only_in_files") == hosts(listing, "only_on_server") == []
    done = site.run("ansible", "hooli", "-m", "ansible.builtin.debug", "-a", "var=tenant_queues[0].name")
    assert "hooli-7" in done.stdout
    site.configure(files="elsewhere")
    assert "files is 'elsewhere', and there is no folder" in site.refuse()


def test_beside_an_inventory_of_hosts(site: Site, modules: Modules) -> None:
    """Tenants that other sources name count as declared, with what their groups say of them."""
    for name in ("Hooli", "Acme Corporation"):
        modules.company(name=name)
    for folder in ("group_vars", "host_vars"):
        shutil.copytree(ROOT / "inventories" / "example" / folder, site.folder / folder)
    hosts_file = shutil.copy(ROOT / "inventories" / "example" / "hosts.yml", site.folder)
    site.sources = [str(hosts_file), str(site.config)]
    listing = site.list()
    assert {"acme", "initech"} <= set(hosts(listing, "only_in_files")) and "hooli" not in hosts(
        listing, "only_in_files"
    )
    assert hosts(listing, "only_on_server") == ["acme-corporation"]
    site.config.rename(site.folder / "zz_clearml_tenants.yml")
    site.sources = [str(site.folder)]
    assert site.list() == listing, "a folder is read in the order of its names"


def test_the_server_alone(site: Site, modules: Modules) -> None:
    modules.company(name="Acme Inc")
    site.write("host_vars/acme.yml", "{{ not yaml")
    site.configure(source="server")
    listing = site.list()
    assert hosts(listing, "clearml_tenants") == ["acme-inc"] and "only_on_server" not in listing


def test_constructed_features(site: Site, modules: Modules) -> None:
    """Expressions see what files say, and what the server says."""
    modules.company(name="Initech")
    site.write("host_vars/acme.yml", "tenant_company: {name: Acme Inc}\ntenant_settings: {feature_set: advanced}\n")
    expressions = {
        "compose": {"title": "tenant_company.name | upper"},
        "groups": {"named_by_i": "title.startswith('I')"},
        "keyed_groups": [{"prefix": "features", "key": "tenant_settings.feature_set"}],
    }
    site.configure(**expressions)
    listing = site.list()
    assert (variables(listing, "acme")["title"], variables(listing, "initech")["title"]) == ("ACME INC", "INITECH")
    assert hosts(listing, "features_advanced") == ["acme"] and hosts(listing, "named_by_i") == ["initech"]
    site.configure(strict=True, **expressions)
    done = site.run("ansible-inventory", "--list")
    assert done.returncode != 0 and "initech" in done.stderr


def test_the_cache(site: Site, modules: Modules) -> None:
    """It spares the server, keeps no key, and is forgotten on demand or for another server."""
    modules.company(name="Initech")
    cache = site.folder / ".cache"
    site.configure(cache=True, cache_plugin="ansible.builtin.jsonfile", cache_connection=str(cache))
    assert hosts(site.list(), "only_on_server") == ["initech"]
    kept = "".join(file.read_text() for file in cache.iterdir())
    assert "Initech" in kept and site.lab.system_secret not in kept and site.lab.system_key not in kept
    modules.company(name="Hooli")
    site.lab.control.clear_requests()
    assert hosts(site.list(), "only_on_server") == ["initech"] and site.lab.control.requests() == []
    book = site.write("book.yml", "- hosts: only_on_server\n")
    assert "hooli" in site.run("ansible-playbook", "--flush-cache", "--list-hosts", str(book)).stdout
    site.environment["CLEARML_API_ACCESS_KEY"] = site.lab.root_key
    site.environment["CLEARML_API_SECRET_KEY"] = site.lab.root_secret
    modules.company(name="Pied Piper")
    assert hosts(site.list(), "only_on_server") == ["hooli", "initech", "pied-piper"]


def test_options_are_those_of_the_modules() -> None:
    """Same names, types, defaults and environment."""
    options = DOCUMENTED["options"]
    for name, spec in _connection.connection_argument_spec().items():
        if name != "unborn_server":
            assert options[name]["type"] == spec["type"] and options[name].get("default") == spec.get("default"), name
            assert [one["name"] for one in options[name].get("env", [])] == list(spec.get("fallback", ((), []))[1])


def test_its_documentation(site: Site) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-doc")), "-t", "inventory", "--json", NAME],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)[NAME]["doc"]
    assert {"api_host", "compose", "cache", "strict"} <= set(found["options"])
