# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a removed company leaves behind: documents in the server's databases, files on its file server.

There is no way back, and the commands that delete it ask nothing: with an empty ID, the one for the files would delete
those of all companies. So every ID is looked at here, and nowhere else is a command made of one.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Action, Call
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, NotApplied, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._exec import execute
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError, Object
from ansible_collections.clearml.enterprise.plugins.module_utils._nodes import is_ready, some_pods
from ansible_collections.clearml.enterprise.plugins.module_utils._world import DEFAULT_COMPANY

ID = re.compile(r"[0-9a-f]{32}")
#: The containers in which the commands are, whatever the release is called.
API_SERVER, FILE_SERVER = "clearml-apiserver", "clearml-fileserver"
STORE = "/mnt/fileserver"
#: Relative to where the container starts, as the vendor's own commands have it.
JOB = ("env", "PYTHONPATH=../trains-server-repo", "python3", "-m")
#: How much of what a failed command wrote is told.
LAST_WORDS = 5


@dataclass(frozen=True)
class Company:
    """A company that was removed.

    :ivar listed: the server still shows it, as inactive
    :ivar active: it was not removed yet, which a check run takes as about to happen
    """

    id: str
    name: str
    listed: bool = True
    active: bool = False


def check_id(company: str) -> None:
    """Stop before anything is made of an ID that is none.

    :raises InvalidInput: if it is not 32 hexadecimal digits
    :raises Refused: if it is the server's own company's
    """
    if not ID.fullmatch(company):
        raise InvalidInput(
            f"{company!r} is no ID of a company, which has 32 digits from 0 to f; nothing is deleted. Leave id out, or "
            "give the one that clearml_company_info shows"
        )
    if company == DEFAULT_COMPANY:
        raise Refused(f"Company {company} is the server's own; its data is never deleted")


def removed_company(client: Client, name: str, wanted: str | None, unlisted: bool) -> Company | None:
    """The removed company whose data is to go; None if there is nothing of it left.

    :param wanted: its ID, if it is known
    :param unlisted: take the ID for one of a removed company even if the server does not show it
    :raises Refused: if it is not certain which one is meant, or it is not removed and this is no check run
    """
    if wanted is not None:
        check_id(wanted)
    elif unlisted:
        raise InvalidInput("unlisted needs id: without the server's list nothing tells the company's ID")
    rows = client.read("system.get_companies", {}).get("companies") or []
    found = [row for row in rows if (row.get("name") if wanted is None else row.get("id")) == (wanted or name)]
    if wanted is None:
        found = [row for row in found if row.get("active") is False] or found
    if len(found) > 1:
        ids = ", ".join(sorted(str(row["id"]) for row in found))
        raise Refused(f"{len(found)} companies were named {name!r}: {ids}. Say by id whose data is to go")
    if not found:
        return Company(wanted, name, listed=False) if wanted and unlisted else None
    row = found[0]
    company = Company(str(row["id"]), str(row.get("name")), active=row.get("active") is not False)
    check_id(company.id)
    if company.id == client.caller.company:
        raise Refused(f"Company {company.name!r} ({company.id}) is the key's own; its data is never deleted")
    if company.name != name:
        raise Refused(
            f"Company {company.id} is named {company.name!r}, and the data of {name!r} is to go; nothing is deleted. "
            "Correct id or name"
        )
    if company.active and not client.read_only:
        raise Refused(
            f"Company {name!r} ({company.id}) exists; its data is deleted only once it is removed. Remove it first, "
            "with clearml_company and state absent"
        )
    return company


class Leftovers:
    """What has to be done about one company.

    Its files go first and its entry in the server's list goes last: as long as anything is left, the list tells of it.

    :ivar actions: in order
    :ivar without_files: the server has no file server, so that nobody knows where its files are
    """

    def __init__(self, kube: Kube, namespace: str, company: Company, silence: float) -> None:
        self._kube = kube
        self._namespace = namespace
        self._company = company
        self._silence = silence
        self._api_pod = self._pod(API_SERVER)
        self.without_files = not self._has(FILE_SERVER)
        self._file_pod = None if self.without_files else self._pod(FILE_SERVER)
        self._steps = list(self._planned())
        self.actions = [
            Action("delete", kind, company.name, (Call(" ".join(command), {}),))
            for kind, _pod, _container, command in self._steps
        ]

    def _planned(self) -> t.Iterator[tuple[str, Object, str, tuple[str, ...]]]:
        company, name = self._company.id, self._company.name
        check_id(company)
        if self._file_pod is not None:
            yield "company files", self._file_pod, FILE_SERVER, ("rm", "-rf", "--", f"{STORE}/{company}")
        for kind, job, options in (
            ("company data", "delete_company_data_from_mongo", ("--id", company, "--name", name, "--delete-user")),
            ("company entry", "cleanup_deleted_companies", ("--ids", company, "--delete-company")),
        ):
            yield kind, self._api_pod, API_SERVER, (*JOB, f"jobs.management.{job}", *options)

    def delete(self, client: Client) -> None:
        """Run the commands; not in check mode.

        :raises KubeError: if one fails; those after it are left to the next run
        :raises NotApplied: if the server still shows the company in the end
        """
        if self._file_pod is not None:
            seen = execute(self._kube, self._file_pod, ("test", "-d", STORE), reads=True, container=FILE_SERVER)
            if seen.code != 0:
                raise Refused(
                    f"The file server of namespace {self._namespace} has no folder {STORE}, so that nobody knows where "
                    "its files are; nothing was deleted. Look at its volume"
                )
        # What these commands change goes past the client, which remembers what it has read.
        client.session.writes += 1
        client.session.forget("system.get_companies")
        for _kind, pod, container, command in self._steps:
            done = execute(self._kube, pod, command, container=container, silence=self._silence)
            if done.code != 0:
                said = " | ".join(done.text.strip().splitlines()[-LAST_WORDS:])
                raise KubeError(
                    f"{' '.join(command)} in pod {pod['metadata']['name']} ended with {done.code}: {said}. Run it "
                    "again once the reason is gone; what was deleted stays deleted"
                )
        rows = client.read("system.get_companies", {}).get("companies") or []
        if any(row.get("id") == self._company.id for row in rows):
            raise NotApplied(
                f"The jobs that delete company {self._company.name!r} ({self._company.id}) ended well, and the server "
                "still shows it. Look at the log of the API server"
            )

    def _has(self, container: str) -> bool:
        """Whether the server has such a container, running or not."""
        return any(_contains(one["spec"]["template"], container) for one in self._every("apps/v1", "Deployment"))

    def _pod(self, container: str) -> Object:
        pods = [pod for pod in self._every("v1", "Pod") if _contains(pod, container)]
        ready = [pod for pod in pods if is_ready(pod) and not pod["metadata"].get("deletionTimestamp")]
        if ready:
            return ready[0]
        where = f"namespace {self._namespace} has a container {container}"
        if pods:
            raise KubeError(f"No ready pod of {where}; nothing was deleted. Look at {some_pods(pods)}")
        raise KubeError(f"No pod of {where}; nothing was deleted. Name the server's namespace, or start the server")

    def _every(self, api_version: str, kind: str) -> list[Object]:
        return self._kube.every(api_version, kind, self._namespace)


def _contains(pod: Object, container: str) -> bool:
    """Whether a pod or its template has a container of that name."""
    return any(one["name"] == container for one in pod["spec"]["containers"])
