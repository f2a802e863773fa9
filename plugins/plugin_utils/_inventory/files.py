# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder with files of tenants, laid out as host_vars is: ``<tenant>.yml``, or several files in ``<tenant>/``."""

from __future__ import annotations

import inspect
import os
import typing as t
from dataclasses import dataclass

from ansible import constants
from ansible.errors import AnsibleError
from ansible.utils.vars import combine_vars

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.documents import read_document
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.schema import PREFIX

Variables = dict[str, t.Any]


@dataclass
class TenantFiles:
    """The files below a folder.

    :ivar loader: Ansible's loader, which has the vault's secrets
    """

    folder: str
    loader: t.Any

    def tenants(self) -> list[str]:
        """Whose files set a variable of a tenant; other hosts may have theirs in the same folder.

        :raises InvalidInput: naming a file that cannot be read, or two of which Ansible would ignore one
        """
        entries: dict[str, str] = {}
        for entry in sorted(os.listdir(self.folder)):
            name = self._host(entry)
            if not name:
                continue
            if name in entries:
                raise InvalidInput(
                    f"{self.folder} has both {entries[name]} and {entry}, and Ansible reads one of them only; "
                    f"put all files of tenant {name} into the folder {name}/"
                )
            entries[name] = entry
        return [name for name in entries if any(self._declares(path) for path in self.paths(name))]

    def paths(self, tenant: str) -> list[str]:
        """The files of a tenant, as Ansible finds them."""
        return [os.fsdecode(path) for path in self.loader.find_vars_files(self.folder, tenant)]

    def variables(self, tenant: str) -> Variables:
        """The variables that a tenant's files set; of a variable in two files, the later one counts."""
        found: Variables = {}
        for path in self.paths(tenant):
            found = combine_vars(found, load(self.loader, path) or {})
        return found

    def _host(self, entry: str) -> str:
        """The host to which a file or folder belongs; empty if Ansible does not read it."""
        if entry.startswith(".") or entry.endswith("~"):
            return ""
        if os.path.isdir(os.path.join(self.folder, entry)):
            return entry
        stem, ending = os.path.splitext(entry)
        known = constants.config.get_config_value("YAML_FILENAME_EXTENSIONS")
        return stem if ending in known else "" if ending else entry

    def _declares(self, path: str) -> bool:
        return any(key.startswith(PREFIX) for key in self._keys(path))

    def _keys(self, path: str) -> t.Iterable[str]:
        """What a file sets. The text around a mistake is never quoted: it may hold a secret."""
        try:
            with open(path, "rb") as file:
                content = file.read()
            if content.startswith(b"$ANSIBLE_VAULT"):
                return self._keys_of_vaulted(path)
            document = read_document(path, content.decode("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"{path} cannot be read ({type(error).__name__})") from None
        if document.broken:
            flaw = document.flaws[-1]
            raise InvalidInput(f"{path}:{flaw.line or 1}: {flaw.problem}. {flaw.advice}")
        return document.keys

    def _keys_of_vaulted(self, path: str) -> t.Iterable[str]:
        try:
            found = load(self.loader, path)
        except AnsibleError:
            raise InvalidInput(
                f"{path} is vaulted and cannot be opened, or is not valid YAML inside; give the vault's password "
                "(--ask-vault-pass, --vault-password-file)"
            ) from None
        if found and not isinstance(found, dict):
            raise InvalidInput(f"{path} is vaulted, and inside is no map of variables")
        return [str(key) for key in found or ()]


def load(loader: t.Any, path: str) -> t.Any:
    """The contents of a YAML file. It is the user's own, so its templates are trusted where Ansible asks (2.19)."""
    trusting = "trusted_as_template" in inspect.signature(loader.load_from_file).parameters
    return loader.load_from_file(path, **({"trusted_as_template": True} if trusting else {}))
