# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validates the variables of all tenants of the inventory; the module of this name documents it."""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.action import ActionBase

from ansible_collections.clearml.enterprise.plugins.plugin_utils._preload import preload
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.documents import Document, Flaw, read_document
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.inspection import (
    HAS_JSONSCHEMA,
    Inspection,
    Stray,
    Tenant,
    summary,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import nearest
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.templates import HostTemplates

# The playbooks begin with this plugin, and Ansible loads it before it forks.
preload()

ARGUMENT_SPEC = {"group": {"type": "str", "default": "clearml_tenants"}}


class Files:
    """The files that the variables of the inventory come from."""

    def __init__(self, loader: t.Any, inventory: t.Any, sources: t.Iterable[str]) -> None:
        self._loader = loader
        self._inventory = inventory
        self.sources = [os.path.abspath(source) for source in sources if os.path.exists(source)]
        folders = [source if os.path.isdir(source) else os.path.dirname(source) for source in self.sources]
        self.folders = list(dict.fromkeys([*folders, os.path.abspath(loader.get_basedir())]))
        self._documents: dict[str, Document] = {}

    def name(self, path: str) -> str:
        """The file as seen from where Ansible was started, or else from its inventory."""
        here = os.path.relpath(path, os.getcwd())
        if not here.startswith(os.pardir):
            return here
        for folder in self.folders:
            inside = os.path.relpath(path, os.path.dirname(folder))
            if not inside.startswith(os.pardir):
                return inside
        return os.path.basename(path)

    def document(self, path: str) -> Document:
        """The document of a file, read once."""
        if path not in self._documents:
            self._documents[path] = self._read(path)
        return self._documents[path]

    def _read(self, path: str) -> Document:
        name = self.name(path)
        try:
            with open(path, "rb") as file:
                content = file.read()
            if content.startswith(b"$ANSIBLE_VAULT"):
                return self._read_vaulted(path, name)
            return read_document(name, content.decode("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            return unreadable(name, f"this file cannot be read ({type(error).__name__})", "Correct it")

    def _read_vaulted(self, path: str, name: str) -> Document:
        try:
            data = self._loader.load_from_file(path) or {}
        except AnsibleError:
            return unreadable(
                name,
                "this vaulted file cannot be opened",
                "Give the vault's password (--ask-vault-pass, --vault-password-file)",
            )
        return Document(name, keys=tuple(str(key) for key in data), encrypted=True)

    def of_host(self, host: t.Any) -> list[Document]:
        """The files of a host and its groups, the strongest first."""
        groups = sorted(host.get_groups(), key=lambda group: (group.depth, group.priority, group.name), reverse=True)
        folders = list(reversed(self.folders))
        found = [path for folder in folders for path in self._find(folder, "host_vars", host.name)]
        for group in groups:
            found += [path for folder in folders for path in self._find(folder, "group_vars", group.name)]
        return [self.document(path) for path in found]

    def _find(self, folder: str, kind: str, name: str) -> list[str]:
        place = os.path.join(folder, kind)
        if not os.path.isdir(place):
            return []
        return [os.fsdecode(path) for path in reversed(self._loader.find_vars_files(place, name))]

    def home(self, host: str) -> str:
        """The file that a host's variables are in, or belong in."""
        for folder in self.folders:
            found = self._find(folder, "host_vars", host)
            if found:
                return self.name(found[-1])
        return self.name(os.path.join(self.folders[0], "host_vars", f"{host}.yml"))

    def strays(self, tenants: t.Collection[str]) -> t.Iterator[Stray]:
        """Files of host_vars that are no tenant's."""
        for folder in self.folders:
            place = os.path.join(folder, "host_vars")
            for entry in sorted(os.listdir(place)) if os.path.isdir(place) else ():
                host = entry if os.path.isdir(os.path.join(place, entry)) else os.path.splitext(entry)[0]
                if host in tenants or entry.startswith("."):
                    continue
                for path in self._find(folder, "host_vars", host):
                    yield Stray(host, self.document(path), known=host in self._inventory.hosts)


def unreadable(name: str, problem: str, advice: str) -> Document:
    """A document that Ansible cannot read either."""
    return Document(name, flaws=[Flaw(None, "", problem, advice)], broken=True)


class ActionModule(ActionBase):
    """Runs on the controller: the inventory and its files are here."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Inspect all tenants, and fail if there is a mistake."""
        variables = task_vars or {}
        result: dict[str, t.Any] = super().run(tmp, variables)
        _checked, arguments = self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)  # type: ignore[no-untyped-call]
        if not HAS_JSONSCHEMA:
            return {**result, "failed": True, "msg": missing_required_lib("jsonschema")}
        group = arguments["group"]
        tenants = sorted(str(name) for name in variables["groups"].get(group, ()))
        result.update(changed=False, tenants=tenants)
        if not tenants:
            guess = nearest(group, variables["groups"])
            advice = f"; did you mean {guess}?" if guess else ""
            result["warnings"] = [f"The inventory has no host in the group {group}{advice}"]
        mistakes = self._inspect(group, tenants, variables)
        result["mistakes"] = [mistake.describe() for mistake in mistakes]
        result["msg"] = summary(mistakes, len(tenants))
        if mistakes:
            result["failed"] = True
        return result

    def _inspect(self, group: str, tenants: list[str], variables: dict[str, t.Any]) -> list[t.Any]:
        inventory = self._task.get_variable_manager()._inventory
        files = Files(self._loader, inventory, variables.get("ansible_inventory_sources") or ())
        inspection = Inspection(group)
        for name in tenants:
            documents = files.of_host(inventory.get_host(name))
            inspection.add(self._tenant(name, documents, files, variables))
        return inspection.finish(files.strays(tenants))

    def _tenant(self, name: str, documents: list[Document], files: Files, variables: dict[str, t.Any]) -> Tenant:
        """One tenant with its variables. Each host's are asked for alone: all hostvars at once take minutes."""
        own: dict[str, t.Any] = {}
        problem = ""
        if not any(document.broken for document in documents):
            try:
                own = variables["hostvars"].raw_get(name)
            except AnsibleError as error:
                problem = f"the variables of host {name!r} cannot be read ({type(error).__name__})"
        omit = variables.get("omit")
        available = {**own, "groups": variables["groups"], **({} if omit is None else {"omit": omit})}
        templar = self._templar.copy_with_new_env(available_variables=available)
        return Tenant(name, own, documents, files.home(name), HostTemplates(templar, omit), problem)
