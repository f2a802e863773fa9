# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The templates of a host's variables, and what may be told of one that fails."""

from __future__ import annotations

import re
import typing as t

from ansible.errors import AnsibleError

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.variables import Omitted, Unresolved

VAULTED = ("EncryptedString", "AnsibleVaultEncryptedUnicode")
UNSAFE = ("AnsibleUnsafeText", "NativeJinjaUnsafeText")
#: Messages of templating that name a variable and nothing that is in one.
HARMLESS = re.compile(r"'[\w.]+' is undefined|(object of type )?'[\w. ]+'( object)? has no attribute '\w+'")


class HostTemplates:
    """The templates of one host."""

    def __init__(self, templar: t.Any, omit: t.Any) -> None:
        self._templar = templar
        self._omit = omit

    def is_vaulted(self, value: t.Any) -> bool:
        """Whether it is a value that ansible-vault encrypted."""
        return type(value).__name__ in VAULTED

    def is_template(self, value: str) -> bool:
        """Whether Ansible would resolve it."""
        return ("{{" in value or "{%" in value) and type(value).__name__ not in UNSAFE

    def resolve(self, value: str) -> t.Any:
        """What the template comes to. Of an error, only what cannot hold a value is told."""
        result = self.template(value)
        if self._omit is not None and result == self._omit:
            raise Omitted
        return result

    def template(self, value: t.Any) -> t.Any:
        """A value with all its templates resolved. Of an error, only what cannot hold a value is told.

        :raises Unresolved: or Omitted
        """
        try:
            return self._templar.template(value)
        except AnsibleError as error:
            if type(error).__name__ == "AnsibleValueOmittedError":
                raise Omitted from None
            found = HARMLESS.search(str(error))
            raise Unresolved(found.group() if found else type(error).__name__) from None
        except Exception as error:
            raise Unresolved(type(error).__name__) from None
