# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Today's companies of a server as the files of tenants."""

from __future__ import annotations

import collections
import contextlib
import os
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, EndpointMissing, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._module import unexpected
from ansible_collections.clearml.enterprise.plugins.module_utils._world import (
    DEFAULT_COMPANY,
    all_companies,
    enter,
    require_platform,
    tenant_users,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._inventory.companies import Company, host_names, match
from ansible_collections.clearml.enterprise.plugins.plugin_utils._inventory.files import TenantFiles
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state import export_rows as stands
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.export_draft import COMPANY, USER, Draft
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.export_files import (
    KEPT,
    Folder,
    Written,
    listing,
    tenant_file,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.export_site import site_of
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.export_text import text_of
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.kinds import KINDS, Tenant
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.schema import SCHEMA_FILE, TenantSchema

#: Names that mean something else in an inventory.
RESERVED = ("all", "localhost", "ungrouped", "platform")
CONNECTION = "group_vars/all/connection.yml"
SITE = "group_vars/all/site.yml"
CONTROLLER = "group_vars/all/controller.yml"
HOSTS = "hosts.yml"
LOCAL = """---
# The modules only speak HTTP: run in the controller's own process, they cost milliseconds instead of half a second.
ansible_connection: local
ansible_python_interpreter: "{{ ansible_playbook_python }}"
"""


@dataclass(frozen=True)
class Choice:
    """What is to be exported.

    :ivar companies: names or IDs; empty: all
    :ivar projects: none, named (in access rules), or all
    :ivar personal_vaults: those of people and accounts too
    :ivar releases: what is in the cluster; None: no file about the site
    """

    companies: t.Sequence[str] = ()
    exclude: t.Sequence[str] = ()
    projects: str = "none"
    personal_vaults: bool = False
    releases: t.Sequence[t.Mapping[str, t.Any]] | None = None
    layout: str = "file"
    group: str = "clearml_tenants"
    max_parallel: int = 8


@dataclass
class Exported:
    """A company as a tenant.

    :ivar error: why it could not be read; it has no file then
    """

    company: Company
    draft: Draft
    client: Client
    error: str = ""
    text: str = ""
    file: Written | None = None

    def read(self, choice: Choice) -> None:
        """Look at all that the company has. An error is kept, none gets out."""
        try:
            self._read(choice)
        except ClearMLError as error:
            self.error = str(error)
        except Exception as error:
            # One company's trouble is not the others'; its text may hold anything.
            self.error = unexpected(error)

    def _read(self, choice: Choice) -> None:
        world = enter(self.client, self.company.id, None, needs_admin=False)
        people = tenant_users(self.client, self.company.id)
        self.draft.admin = next((str(one["email"]) for one in people if one["id"] == world.acting_user), "")
        tenant = Tenant(self.draft.tenant, {})
        read = {"project": stands.PROJECTS[choice.projects]}
        for kind in KINDS if world.acting_user else (COMPANY, USER):
            try:
                found = stands.rows(kind, world, tenant, read.get(kind.name))
            except EndpointMissing:
                self.draft.note(kind, self.company.name, "this server does not have it")
                continue
            if kind.name == "vault" and choice.personal_vaults:
                found += stands.rows(kind, world, tenant, stands.personal_vaults)
            if kind is USER and world.acting_user:
                found = stands.admin(world) + found
            for row in found:
                self.draft.add(kind, stands.options(kind, world, row))
        if not world.acting_user:
            self.draft.note(COMPANY, self.company.name, "it has no admin to look as: only settings and people are here")
        self.draft.mend(self.client)
        self.text = text_of(self.draft.variables())

    def describe(self) -> dict[str, t.Any]:
        """The tenant in a result."""
        return {
            "company": self.company.name,
            "id": self.company.id,
            "file": self.file.path if self.file else "",
            "status": self.file.status if self.file else "failed",
            "error": self.error,
            "to_fill_in": [vars(one) for one in self.draft.blanks],
            "left_out": self.draft.left_out,
        }


@dataclass
class Export:
    """All companies that are asked for, and the folder that they go to.

    :ivar schema: what the first line of each file calls the schema; empty: the path to that of this collection
    :ivar progress: told how many companies there are, it makes what is told of each that is done
    """

    client: Client
    choice: Choice
    folder: Folder
    loader: t.Any
    schema: str = ""
    progress: t.Callable[[int], t.Callable[[int], None]] = lambda total: lambda done: None
    tenants: dict[str, Exported] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Read all, then write all.

        :raises Refused: or InvalidInput before anything is written
        """
        self.client.session.fresh_for = float("inf")
        require_platform(self.client, "Exporting companies")
        chosen = self._chosen()
        with contextlib.suppress(EndpointMissing):
            self.client.read("login.get_whitelist", {})
        for name, (company, namesake) in sorted(chosen.items()):
            draft = Draft(name, {"id": company.id, "name": company.name}, "", TenantSchema.load(), namesake)
            self.tenants[name] = Exported(company, draft, self.client.branch())
        self._read()
        for name, one in self.tenants.items():
            if not one.error:
                path = tenant_file(self.folder, name, self.choice.layout)
                one.file = self.folder.put(path, self._head(path, one) + one.text)
        self._surroundings()

    def _chosen(self) -> dict[str, tuple[Company, bool]]:
        """The companies by the names of their tenants, and whether another company has the same name."""
        rows = [Company(str(row["id"]), str(row.get("name") or "")) for row in all_companies(self.client)]
        rows = [one for one in rows if one.id != DEFAULT_COMPANY]
        wanted = set(self.choice.companies)
        unknown = sorted(wanted - {text for one in rows for text in (one.id, one.name)})
        if unknown:
            raise Refused(f"There is no company {', '.join(map(repr, unknown))} on this server; nothing was written")
        names = collections.Counter(one.name for one in rows)
        known = self._known(rows)
        hosts = {**host_names([one for one in rows if one not in known.values()], {*RESERVED, *known}), **known}
        exclude = set(self.choice.exclude)
        return {
            host: (one, names[one.name] > 1)
            for host, one in hosts.items()
            if not {one.id, one.name} & exclude and (not wanted or {one.id, one.name} & wanted)
        }

    def _known(self, companies: t.Sequence[Company]) -> dict[str, Company]:
        """Tenants that have a file in the folder keep its name."""
        home = os.path.join(self.folder.path, "host_vars")
        if not os.path.isdir(home):
            return {}
        files = TenantFiles(home, self.loader)
        declared = {name: files.variables(name).get("tenant_company") for name in files.tenants()}
        return match({name: one for name, one in declared.items() if isinstance(one, dict)}, companies)

    def _read(self) -> None:
        def finish(one: Exported) -> None:
            one.read(self.choice)
            # What was read of a company is of no more use, and there are hundreds.
            one.client.session.reads.clear()

        progress = self.progress(len(self.tenants))
        with ThreadPoolExecutor(self.choice.max_parallel) as pool:
            for done, _nothing in enumerate(pool.map(finish, self.tenants.values()), start=1):
                progress(done)

    def _head(self, path: str, one: Exported) -> str:
        here = os.path.dirname(os.path.join(os.path.abspath(self.folder.path), path))
        lines = [f"# yaml-language-server: $schema={self.schema or os.path.relpath(SCHEMA_FILE, here)}"]
        if one.draft.blanks:
            lines += ["# To fill in, in a vaulted file. No secret is exported:"]
            lines += [f"#   {blank.variable}: {_line(blank.path)}" for blank in one.draft.blanks]
        if one.draft.left_out:
            lines += ["# Left out, and left alone by a run:"]
            lines += [f"#   {_line(_told(entry))}" for entry in one.draft.left_out]
        return "\n".join([*lines, "", "---", ""])

    def _surroundings(self) -> None:
        """What an inventory has besides its tenants, where there is none; nobody's own is touched."""
        host = self.client.session.transport.connection.host
        good = [name for name, one in self.tenants.items() if not one.error]
        usual = {
            HOSTS: "---\n" + text_of(listing(good, self.choice.group)),
            CONNECTION: "---\n" + text_of({"clearml_api_host": host}),
            CONTROLLER: LOCAL,
        }
        for name, text in usual.items():
            if self.folder.lacks(name, text):
                self.folder.put(name, text)
        if self.choice.releases is not None:
            site, notes = site_of(self.choice.releases, host)
            text = "".join(f"# {_line(note)}\n" for note in notes) + "---\n" + text_of(site)
            self.folder.put(SITE, text)
        known = self.folder.words(HOSTS)
        missing = [name for name in good if name not in known]
        if missing and known:
            self.warnings.append(
                f"{self.folder.path}/{HOSTS} has no host {', '.join(missing)}; add it to the group {self.choice.group}"
            )

    def describe(self) -> dict[str, t.Any]:
        """The result."""
        files = self.folder.files
        return {
            "changed": any(one.status == "written" for one in files),
            "tenants": {name: one.describe() for name, one in self.tenants.items()},
            "failed_tenants": [name for name, one in self.tenants.items() if one.error],
            "files": {one.path: one.status for one in files},
            "kept": [one.path for one in files if one.status == KEPT],
            "requests": self.client.session.sent + sum(one.client.session.sent for one in self.tenants.values()),
        }


def _told(entry: t.Mapping[str, t.Any]) -> str:
    fields = f" ({', '.join(entry['fields'])})" if entry["fields"] else ""
    return f"{entry['kind']} {entry['name']}{fields}: {entry['why']}"


def _line(text: str) -> str:
    """A text for a comment: one line, whatever is in it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
