# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The removal of a tenant is killed after each of its steps. The next run finishes it."""

from __future__ import annotations

import subprocess
import time
import typing as t
from pathlib import Path

import pytest

from lab.platform.testing import running_platform
from lab.site import COLLECTION
from tests.integration.site.conftest import AGENT, Hands
from tests.integration.site.processes import kill
from tests.integration.site.server_pods import ServerPods

CONFIRMED = {"tenant_confirm_removal": "globex"}
#: By the step that is done: a look at what is left.
MOMENTS: dict[str, t.Callable[[ServerPods], bool]] = {
    "agent": lambda pods: not pods.hands.release(AGENT, "globex"),
    "namespace": lambda pods: "globex" not in pods.hands.names("namespaces"),
    "users": lambda pods: pods.hands.api.counts()["by_endpoint"].get("auth.delete_user", 0) > 0,
    "company": lambda pods: not pods.hands.company("Globex"),
    "files": lambda pods: any(command.startswith("rm ") for command in pods.commands()),
    "data": lambda pods: any("delete_company_data" in command for command in pods.commands()),
}


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Hands]:
    """A site that stands."""
    with running_platform(ready_seconds=0.1, finish_seconds=0.1) as platform:
        hands = Hands(platform, Path(tmp_path_factory.mktemp("removal")))
        hands.play("site")
        yield hands


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_next_run_finishes_it(hands: Hands, moment: str) -> None:
    hands.play("tenants", "--limit", "globex")
    pods, doomed = ServerPods(hands), str(hands.company("Globex")["id"])
    pods.add_files(doomed)
    hands.api.clear_requests()
    hands.kube.clear_requests()
    # Commands in pods take their time, from the one that deletes something on.
    slow = hands.kube.order_fault("delay", resource="pods/exec", nth=3, times=2, seconds=1.0)
    assert slow
    run = subprocess.Popen(
        hands.site.command("remove_tenant", "-e", "tenant_confirm_removal=globex"),
        cwd=COLLECTION,
        env=hands.site.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not MOMENTS[moment](pods):
            assert run.poll() is None, "the run ended before it could be killed"
            time.sleep(0.005)
    finally:
        kill(run.pid)
        run.wait()
        hands.kube.clear_faults()
    assert "Globex" in pods.listed(), "the last step was done already"
    hands.play("remove_tenant", **CONFIRMED)
    assert "Globex" not in pods.listed() and doomed not in pods.folders()
    assert pods.documents(doomed) == 0 and "globex" not in hands.names("namespaces")
    hands.stands("remove_tenant", **CONFIRMED)
