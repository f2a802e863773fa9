# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pods of a site's server, and what companies have on its disk and in its databases."""

from __future__ import annotations

from ansible_collections.clearml.enterprise.plugins.module_utils._exec import Done, execute
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube
from tests.integration.site.conftest import Hands

DISK = "/mnt/fileserver"


class ServerPods:
    """Those of one site."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self._kube = Kube.connect({"kubeconfig": str(hands.platform.kube.kubeconfig)})

    def run(self, container: str, *command: str) -> Done:
        """A command of somebody who looks around."""
        pods = self._kube.every("v1", "Pod", "clearml")
        pod = next(one for one in pods if one["spec"]["containers"][0]["name"] == container)
        return execute(self._kube, pod, command)

    def add_files(self, company: str) -> None:
        """A file of a company."""
        done = self.run("clearml-fileserver", "touch", f"{DISK}/{company}/model.bin")
        assert done.code == 0, done.text

    def folders(self) -> set[str]:
        """The companies that have files."""
        return set(self.run("clearml-fileserver", "ls", DISK).output.split())

    def listed(self) -> dict[str, bool]:
        """All companies by name, and whether they are active."""
        return {one["name"]: one["active"] for one in self.hands.api.state()["companies"]}

    def documents(self, company: str) -> int:
        """How many documents of a company the databases hold."""
        state = self.hands.api.state()
        tables = [rows for name, rows in state.items() if isinstance(rows, list) and name != "companies"]
        return sum(row.get("company") == company for rows in tables for row in rows if isinstance(row, dict))

    def commands(self) -> list[str]:
        """What was run in pods, by whomever."""
        log = self.hands.kube.requests()
        return [" ".join(one["query"]["command"]) for one in log if one["resource"] == "pods/exec"]
