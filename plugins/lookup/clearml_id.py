# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""IDs by name."""

from __future__ import annotations

DOCUMENTATION = r"""
name: clearml_id
author:
  - The clearml.enterprise authors (@clearml-enterprise)
version_added: 0.1.0
short_description: Find the IDs of ClearML objects by their names
description:
  - Returns the ID of each object that is named. Names are exact; an ID is taken for itself if there is such an object.
  - A name that nothing has is an error that offers a similar one, unless O(default) says what to return instead. A name
    that several have is an error that lists their IDs.
  - It only reads, in check mode too. Each lookup signs in once, so several names are better looked up at once.
options:
  _terms:
    description: Names; for users their e-mail addresses, for identity providers their display names.
    type: list
    elements: str
    required: true
  kind:
    description:
      - What is named, such as V(company), V(user), V(service_account), V(group), V(queue), V(project), V(access_rule),
        V(vault) or V(idp). Every kind of object that a module of this collection finds by its name will do.
    type: str
    required: true
  company:
    description: Name or ID of the company (tenant) in which to look. Without it the company that the key belongs to.
    type: str
    vars:
      - name: clearml_company
  acting_user:
    description: E-mail address or ID of the user of O(company) as whom to look, as in the modules.
    type: str
    vars:
      - name: clearml_acting_user
  default:
    description: What to return for a name that nothing has. Such a name is an error without it.
    type: raw
  api_host:
    description: Address of the ClearML API server, without a path.
    type: str
    env:
      - name: CLEARML_API_HOST
    vars:
      - name: clearml_api_host
  api_access_key:
    description: Access key of the key pair to sign in with.
    type: str
    env:
      - name: CLEARML_API_ACCESS_KEY
    vars:
      - name: clearml_api_access_key
  api_secret_key:
    description: Secret of the key pair.
    type: str
    env:
      - name: CLEARML_API_SECRET_KEY
    vars:
      - name: clearml_api_secret_key
  config_file:
    description: A C(clearml.conf) to take from what nothing else gives. Reading it needs the Python library C(pyhocon).
    type: path
    env:
      - name: CLEARML_CONFIG_FILE
    vars:
      - name: clearml_config_file
  validate_certs:
    description: Whether to check the server's TLS certificate.
    type: bool
    default: true
    vars:
      - name: clearml_validate_certs
  ca_path:
    description: File or directory with the certificates of a private certificate authority, in PEM form.
    type: path
    vars:
      - name: clearml_ca_path
  proxy:
    description: URL of a proxy for the requests to the API server.
    type: str
    vars:
      - name: clearml_proxy
  connect_timeout:
    description: Longest wait for a connection, in seconds.
    type: float
    default: 10.0
    vars:
      - name: clearml_connect_timeout
  timeout:
    description: Longest wait for an answer, in seconds.
    type: float
    default: 60.0
    vars:
      - name: clearml_timeout
notes:
  - A lookup sees the environment of the Ansible process, not the C(environment) of a task, nor C(module_defaults).
requirements:
  - requests >= 2.28
"""

EXAMPLES = r"""
- name: Whose ID a ticket wants to know
  ansible.builtin.debug:
    msg: "{{ lookup('clearml.enterprise.clearml_id', 'acme', kind='company') }}"

- name: The IDs of two queues
  ansible.builtin.set_fact:
    queue_ids: "{{ query('clearml.enterprise.clearml_id', 'gpu', 'cpu', kind='queue', company='acme') }}"

- name: Only if the project is there
  ansible.builtin.debug:
    msg: It is there
  when: lookup('clearml.enterprise.clearml_id', 'Vision', kind='project', company='acme', default='') | length > 0
"""

RETURN = r"""
_list:
  description: One ID for each name, in the order of the names, or O(default) where there is none.
  type: list
  elements: str
"""

import difflib
import importlib
import pkgutil
import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.clearml.enterprise.plugins.module_utils import _entities
from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired, Entity, Row
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._module import refuse_empty, unexpected
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, enter, require

ENTITIES = "ansible_collections.clearml.enterprise.plugins.module_utils._entities."


def kinds() -> list[str]:
    """What entities there are, by the names of their files."""
    return sorted(one.name for one in pkgutil.iter_modules(_entities.__path__) if not one.name.startswith("_"))


def declared(kind: str) -> Entity | None:
    """The entity of that kind, if it has both a name and an ID; settings have neither, a key pair has an access key."""
    entity: Entity = getattr(importlib.import_module(ENTITIES + kind), kind.upper())
    return entity if entity.key and entity.id_option == "id" else None


class LookupModule(LookupBase):
    """One ID for each name."""

    def run(self, terms: list[t.Any], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[t.Any]:
        """Look the names up; any trouble becomes one sentence."""
        self.set_options(var_options=variables, direct=kwargs)  # type: ignore[no-untyped-call]
        options = self.get_options()  # type: ignore[no-untyped-call]
        try:
            return find(terms, options)
        except ClearMLError as error:
            problem = str(error)
        except Exception as error:
            # Its text may hold anything, a request's secret too.
            problem = unexpected(error)
        raise AnsibleLookupError(f"clearml_id: {problem}")


def find(terms: list[t.Any], options: t.Mapping[str, t.Any]) -> list[t.Any]:
    """The IDs, or the default for what there is not.

    :raises ClearMLError: in one sentence
    """
    kind, known = options["kind"], kinds()
    entity = declared(kind) if kind in known else None
    if entity is None:
        raise InvalidInput(f"kind is {kind!r}; it must be one of {', '.join(one for one in known if declared(one))}")
    for term in terms:
        if not isinstance(term, str) or not term.strip():
            raise InvalidInput(f"A name to look up is {term!r}; it must be a text that is not empty")
    refuse_empty(options)
    # No session is shared: a lookup may run in the process from which all workers are forked.
    client = Client.connect(Connection.from_options(options), read_only=True)
    world = World(client)
    if entity.in_company:
        world = enter(client, options["company"], options["acting_user"], entity.needs_admin)
    if world.unborn and options["default"] is not None:
        return [options["default"] for _term in terms]
    require(world)
    for warning in world.warnings:
        Display().warning(warning)
    return [identify(entity, world, term, options["default"]) for term in terms]


def identify(entity: Entity, world: World, name: str, default: t.Any) -> t.Any:
    """The ID of one object.

    :raises Refused: for a name that several have
    :raises InvalidInput: for one that nothing has, without a default
    """
    rows = rows_of(entity, world, Desired({entity.key: name}, id=name))
    found = [row.id for row in rows if row.id == name] or [row.id for row in rows if row.values[entity.key] == name]
    if len(found) > 1:
        raise Refused(f"{len(found)} objects of kind {entity.kind} have the {entity.key} {name!r}: {', '.join(found)}")
    if found:
        return found[0]
    if default is not None:
        return default
    names = [str(row.values[entity.key]) for row in rows_of(entity, world, Desired({}))]
    near = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {near[0]!r}?" if near else "check the spelling, or give a default"
    where = f" in company {world.company_name or world.home!r}" if entity.in_company else ""
    raise InvalidInput(f"There is no {entity.kind} with the {entity.key} {name!r}{where}; {hint}")


def rows_of(entity: Entity, world: World, desired: Desired) -> list[Row]:
    """The objects as they stand."""
    return [entity.row(raw) for raw in entity.read(world, desired)]
