# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs of the API server's image that delete what a company has left in the databases.

As on a real server they ask nothing and have no way back: the first deletes the data of any company that it is given.
"""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from lab.kube.scripts import Outcome
from lab.platform import commands
from lab.world.tables import Table
from lab.world.world import World

_PATH = ("PYTHONPATH", "../trains-server-repo")
_PACKAGE = "jobs.management."


class _Wrong(Exception):
    """Arguments that a job does not take; the text is what it says."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Wrong(message)


def execute(command: list[str], world: World | None) -> Outcome | None:
    """Run ``python3 -m jobs.management.<job>``; None for any other command.

    :param world: the data; None while the databases do not answer
    """
    line = commands.read(command)
    if line.words[:2] != ["python3", "-m"] or not line.words[2:]:
        return None
    module, arguments = line.words[2], line.words[3:]
    if line.variables.get(_PATH[0]) != _PATH[1]:
        return Outcome(stderr=f"Error while finding module specification for '{module}'\n", exit_code=1)
    job = _JOBS.get(module.removeprefix(_PACKAGE))
    if job is None:
        return Outcome(stderr=f"python3: No module named {module}\n", exit_code=1)
    if world is None:
        return Outcome(stderr="ServerSelectionTimeoutError: connection refused\n", exit_code=1)
    try:
        return job(world, arguments)
    except _Wrong as wrong:
        return Outcome(stderr=f"{module}: error: {wrong}\n", exit_code=2)


def _delete_data(world: World, arguments: list[str]) -> Outcome:
    """Delete what a company has, its people too if that is asked for; the company itself stays."""
    parser = _Parser()
    parser.add_argument("--id", required=True)
    parser.add_argument("--name")
    parser.add_argument("--delete-user", action="store_true")
    given = parser.parse_args(arguments)
    company = world.companies.get(given.id)
    if company is None or given.name not in (None, company.name):
        return Outcome(stderr=f"No company {given.id} of that name\n", exit_code=1)
    tables: tuple[Table[Any], ...] = (
        world.queues,
        world.projects,
        world.tasks,
        world.workers,
        world.provider_configurations,
        world.groups,
        world.access_rules,
        world.vaults,
        world.vault_operations,
        world.routes,
        world.routers,
    )
    count = 0
    for table in tables:
        for record in table.of(company.id):
            table.remove(record.id)
            count += 1
    if given.delete_user:
        for entry in world.people(company.id, service=None):
            world.remove_entry(entry)
        for profile in world.profiles.of(company.id):
            world.profiles.remove(profile.id)
    return Outcome(f"Deleted {count} documents of company {company.id}\n")


def _clean_up(world: World, arguments: list[str]) -> Outcome:
    """Delete what is left of companies that are marked as deleted, and on request themselves; others are passed by."""
    parser = _Parser()
    parser.add_argument("--ids", nargs="+", required=True)
    parser.add_argument("--delete-company", action="store_true")
    given = parser.parse_args(arguments)
    found = [one for one in map(world.companies.get, given.ids) if one is not None and not one.active]
    if given.delete_company:
        for company in found:
            del world.companies[company.id]
    return Outcome(f"Cleaned up {len(found)} deleted companies\n")


_JOBS = {"delete_company_data_from_mongo": _delete_data, "cleanup_deleted_companies": _clean_up}
