# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""People and groups of an export, as a tenant's file declares them."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tenant_people
short_description: Turn an export of people and groups into variables of a tenant
version_added: 0.1.0
author:
  - The clearml.enterprise authors (@clearml-enterprise)
description:
  - Reads CSV, LDIF as C(ldapsearch -LLL) writes it, and JSON of SCIM or Keycloak, and returns C(tenant_users) and
    C(tenant_groups) as files of tenants have them.
  - Who is in several rows or groups comes out once, with all groups. Who is disabled in SCIM or Keycloak is left out.
  - All mistakes of the export are told at once, each with its line.
positional: _input
options:
  _input:
    description:
      - The export as text, or with O(encoding) as base64 of its bytes; so mistakes of encoding are told by line.
      - A list of maps is taken as rows.
    type: raw
    required: true
  format:
    description:
      - V(auto) knows JSON by its first bracket, and LDIF by its C(dn).
      - Columns of V(csv) are C(email), C(name), C(given_name), C(family_name), C(role) and C(groups). Groups are
        separated by C(;). The delimiter is comma, semicolon or tab, whichever the first line has most of.
      - V(json) is a SCIM list, a list of several, a realm of Keycloak, a list of its users, a list of groups with their
        members, or a list of maps with the columns of V(csv).
    type: str
    choices: [auto, csv, ldif, json]
    default: auto
  encoding:
    description: Name of the encoding, such as V(utf-8) or V(cp1252), if the input is base64. A text has none.
    type: str
  origin:
    description: What messages call the export, such as the name of its file.
    type: str
    default: export
  columns:
    description:
      - What a column is called in the export, by its name in this collection. In LDIF it is an attribute.
      - The case of letters does not count, and a space, a dash and an underscore are the same.
    type: dict
    default: {}
  ignore:
    description: Columns that mean nothing here. Any other unknown one is an error.
    type: list
    elements: str
    default: []
  groups:
    description:
      - Names in ClearML, by the names of groups in the export; null leaves a group out. Names that are not in it stay.
      - The DN of a group (in small letters, without spaces around commas) or its path counts more than its name, where
        two have the same.
    type: dict
    default: {}
  only_groups:
    description: Leave out all groups that O(groups) does not name.
    type: bool
    default: false
  roles:
    description:
      - Roles, by the names of groups in the export. The first of them that somebody is in counts.
      - A role that somebody's own row names counts more.
    type: dict
    default: {}
  default_role:
    description: Role of everybody else. Without it the server decides about new users, and others keep theirs.
    type: str
  unknown_members:
    description: What to do about members of groups who are not in the export.
    type: str
    choices: [fail, ignore]
    default: fail
seealso:
  - plugin: clearml.enterprise.people_file
    plugin_type: filter
"""

EXAMPLES = r"""
- name: People of a table
  ansible.builtin.debug:
    msg: "{{ table | clearml.enterprise.tenant_people(roles={'Leads': 'admin'}, default_role='user') }}"
  vars:
    table: |
      email,name,groups
      ann@acme.example,Ann Lee,Leads;Vision
      bob@acme.example,Bob Ray,Vision
  # tenant_users:
  #   - {email: ann@acme.example, name: Ann Lee, role: admin}
  #   - {email: bob@acme.example, name: Bob Ray, role: user}
  # tenant_groups:
  #   - {name: Leads, users: [ann@acme.example]}
  #   - {name: Vision, users: [ann@acme.example, bob@acme.example]}

- name: People of a directory
  ansible.builtin.debug:
    msg: >-
      {{ lookup('ansible.builtin.file', 'acme.ldif')
         | clearml.enterprise.tenant_people(groups={'gg-ml-users': 'researchers'}, only_groups=true) }}
"""

RETURN = r"""
_value:
  description: C(tenant_users), sorted by address, and C(tenant_groups), sorted by name.
  type: dict
"""

import base64
import binascii
import codecs
import re
import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.clearml.enterprise.plugins.plugin_utils._people.documents import (
    is_directory,
    parse,
    read_directory,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._people.ldif import read_ldif
from ansible_collections.clearml.enterprise.plugins.plugin_utils._people.people import (
    Export,
    Mapping,
    Mistakes,
    declare,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._people.tables import read_csv, read_rows

FORMATS = ("auto", "csv", "ldif", "json")


def tenant_people(
    export: t.Any,
    format: str = "auto",  # noqa: A002
    encoding: str | None = None,
    origin: str = "export",
    columns: dict[str, str] | None = None,
    ignore: list[str] | None = None,
    groups: dict[str, str | None] | None = None,
    only_groups: bool = False,
    roles: dict[str, str] | None = None,
    default_role: str | None = None,
    unknown_members: str = "fail",
) -> dict[str, t.Any]:
    """Read an export.

    :raises AnsibleFilterError: with all mistakes
    """
    strangers = _one_of("unknown_members", unknown_members, ("fail", "ignore")) == "ignore"
    _one_of("format", format, FORMATS)
    mapping = Mapping(groups or {}, roles or {}, default_role or "", only_groups)
    try:
        content = _text(export, encoding, origin) if isinstance(export, str) else export
        found = _read(content, format, origin, columns or {}, ignore or [], strangers)
        return declare(found, mapping)
    except Mistakes as mistakes:
        raise AnsibleFilterError(f"tenant_people: {mistakes}") from None


def _one_of(option: str, value: str, choices: t.Sequence[str]) -> str:
    if value not in choices:
        raise AnsibleFilterError(f"tenant_people: {option} is {value!r}; it must be one of {', '.join(choices)}")
    return value


def _text(export: str, encoding: str | None, origin: str) -> str:
    """The export as text, without a byte order mark.

    :raises Mistakes: naming the line with a byte that the encoding does not have
    """
    if encoding is None:
        return export.removeprefix("\ufeff")
    try:
        content = base64.b64decode(export, validate=True)
        return content.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise Mistakes([f"encoding is {encoding!r}, and there is no such encoding"]) from None
    except binascii.Error:
        raise Mistakes([f"{origin}: with encoding, the input is base64, and this is not"]) from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        name = codecs.lookup(encoding).name
        problem = f"byte 0x{content[error.start]:02x} is not {name}; save the file so, or give its encoding"
        raise Mistakes([f"{origin}:{line}: {problem}"]) from None


def _read(
    content: t.Any,
    kind: str,
    origin: str,
    columns: dict[str, str],
    ignore: list[str],
    strangers: bool,
) -> Export:
    if isinstance(content, str):
        kind = _guessed(content) if kind == "auto" else kind
        if kind == "csv":
            return read_csv(content, origin, columns, ignore)
        if kind == "ldif":
            return read_ldif(content, origin, columns, strangers)
        content = parse(content, origin)
    if is_directory(content):
        return read_directory(content, origin, strangers)
    if isinstance(content, list):
        return read_rows(content, origin, columns, ignore)
    raise Mistakes([f"{origin}: this is neither a text nor a list of rows"])


def _guessed(text: str) -> str:
    if text.lstrip().startswith(("{", "[")):
        return "json"
    return "ldif" if re.search(r"^(dn|version)::? ", text, re.MULTILINE | re.IGNORECASE) else "csv"


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """For Ansible."""
        return {"tenant_people": tenant_people}
