# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reasons not to upgrade a release."""

from __future__ import annotations

DOCUMENTATION = r"""
name: release_refusals
short_description: Say what stands in the way of an upgrade
version_added: 0.1.0
author:
  - The clearml.enterprise authors (@clearml-enterprise)
description:
  - Compares what M(clearml.enterprise.clearml_release) found in check mode with values that must not change, and with
    steps that no upgrade may leave out.
  - Of a version, only the numbers count. A candidate of a release is as far as the release.
positional: _input, version, values
options:
  _input:
    description: The result of the module.
    type: dict
    required: true
  version:
    description: The version that is wanted. Nothing stands in the way of none, which keeps the installed one.
    type: str
    required: true
  values:
    description: The values that are wanted.
    type: dict
    required: true
  unchangeable:
    description:
      - Values that must not change, each with C(path), C(default) (what its absence means) and C(why).
    type: list
    elements: dict
    default: []
  steps:
    description:
      - Steps on the way to newer versions. Each has C(version), the first one behind it; C(from), the version that
        has to be installed before it; C(done), whether somebody says that it was done; C(done_if), values of the
        installed release one of which says so too; and C(todo), what to do.
    type: list
    elements: dict
    default: []
seealso:
  - module: clearml.enterprise.clearml_release
"""

EXAMPLES = r"""
- name: Nothing stands in the way
  ansible.builtin.assert:
    that: plan | clearml.enterprise.release_refusals('11.0.2', values, steps=steps) == []
  vars:
    values: {fileserver: {enabled: true}}
    steps:
      - version: 11.0.0
        from: 10.11.7
        done_if: {fileserver.enabled: false}
        todo: Give the volume to the user 65532 first
"""

RETURN = r"""
_value:
  description: One text for each reason; none if nothing stands in the way.
  type: list
  elements: str
"""

import re
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._values import at

_Json = dict[str, t.Any]


def release_refusals(
    plan: _Json,
    version: str,
    values: _Json,
    unchangeable: t.Sequence[_Json] = (),
    steps: t.Sequence[_Json] = (),
) -> list[str]:
    """The reasons, in the order of what they come from."""
    release = plan.get("release")
    if not release:
        return []
    where = f"the release {release['name']} in namespace {release['namespace']}"
    installed = _Installed(plan["differences"], values)
    return [
        *_changes(where, installed, values, unchangeable),
        *_left_out(where, installed, release["version"], version or release["version"], steps),
    ]


class _Installed:
    """The values of the installed release: where nothing differs, they are the wanted ones."""

    def __init__(self, differences: t.Sequence[_Json], wanted: _Json) -> None:
        self._differing = {
            tuple(one["path"].split(".")): one["before"] for one in differences if one["kind"] == "values"
        }
        self._wanted = wanted

    def at(self, path: str) -> t.Any:
        """What a path leads to; null if it leads nowhere."""
        parts = tuple(path.split("."))
        for length in range(1, len(parts) + 1):
            if parts[:length] in self._differing:
                return at(self._differing[parts[:length]], parts[length:])
        return at(self._wanted, parts)


def _changes(where: str, installed: _Installed, values: _Json, unchangeable: t.Sequence[_Json]) -> t.Iterator[str]:
    said = set()
    for fixed in unchangeable:
        path, default = fixed["path"], fixed["default"]
        before, after = installed.at(path), at(values, tuple(path.split(".")))
        before, after = (default if one is None else one for one in (before, after))
        if before != after and fixed["why"] not in said:
            said.add(fixed["why"])
            yield f"{path} of {where} would change from {before} to {after}. {fixed['why']}."


def _left_out(where: str, installed: _Installed, now: str, wanted: str, steps: t.Sequence[_Json]) -> t.Iterator[str]:
    for step in steps:
        if not _numbers(now) < _numbers(step["version"]) <= _numbers(wanted):
            continue
        if _numbers(now) < _numbers(step.get("from", "0")):
            what = f"before it was at version {step['from']}"
        elif step.get("done") or any(installed.at(path) == value for path, value in step.get("done_if", {}).items()):
            continue
        else:
            what = "before something was done by hand"
        yield f"{where[0].upper()}{where[1:]} cannot go from version {now} to {wanted} {what}. {step['todo']}."


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", re.split(r"[-+]", version)[0]))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """For Ansible."""
        return {"release_refusals": release_refusals}
