# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications: packages come as a form, and what runs is not removed without a word."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import requests

from lab.apps.build import APPLICATIONS, archive, package
from lab.testing import RunningLab
from tests.lab.api_client import make_tenant, system

HPO = next(one for one in APPLICATIONS if one.id == "hpo")
NEWER = dataclasses.replace(HPO, version="1.11.0")


def upload(lab: RunningLab, files: dict[str, bytes], **options: str) -> Any:
    """What becomes of files that are sent as a browser does."""
    answer = requests.post(
        f"{lab.url}/apps.upload",
        params=options,
        files=[("file", (name, content)) for name, content in files.items()],
        auth=(lab.system_key, lab.system_secret),
        timeout=10,
    )
    return answer.json()["data"]


def enabled(lab: RunningLab) -> dict[str, bool]:
    """The versions of HPO."""
    (app,) = system(lab).get("apps.get_all_apps")["apps"]
    return {row["version"]: row["enabled"] for row in app["versions"]}


def test_packages_are_taken_each_for_itself(lab: RunningLab) -> None:
    done = upload(lab, {"hpo.zip": package(HPO), "text.zip": b"text", "all.zip": archive()})
    assert done["succeeded"] == ["hpo.zip"] and [one["name"] for one in done["failed"]] == ["text.zip", "all.zip"]
    assert "exists" in upload(lab, {"hpo.zip": package(HPO)})["failed"][0]["error"]
    assert upload(lab, {"hpo.zip": package(HPO)}, update_existing="true")["failed"] == []
    assert lab.control.violations() == []


def test_which_versions_are_enabled(lab: RunningLab) -> None:
    upload(lab, {"b.zip": package(NEWER)})
    upload(lab, {"a.zip": package(HPO)})
    assert enabled(lab) == {"1.10.0": True, "1.11.0": True}
    upload(lab, {"a.zip": package(HPO)}, update_existing="true", make_latest="true")
    assert enabled(lab) == {"1.10.0": True, "1.11.0": False}
    system(lab).get("apps.enable", app="hpo", version="1.11.0", enable=True, single_active=True)
    assert enabled(lab) == {"1.10.0": False, "1.11.0": True}


@pytest.mark.parametrize(
    ("endpoint", "which"), [("apps.delete", {"app": "hpo"}), ("apps.batch_delete", {"ids": ["hpo"]})]
)
def test_what_runs_stays_unless_somebody_confirms(lab: RunningLab, endpoint: str, which: dict[str, Any]) -> None:
    tenant = make_tenant(lab, "One")
    upload(lab, {"a.zip": package(HPO)})
    state = lab.control.state()
    state["application_instances"] = [{"id": "i", "company": tenant.id, "app": "hpo", "version": "1.10.0"}]
    lab.control.put_state(state)
    dry = system(lab).get(endpoint, **which)
    where = dry.get("affected_tenants") or dry["apps"][0]["affected_tenants"]
    assert dry["requires_confirmation"] and where == [{"id": tenant.id, "name": "One", "running": 1}]
    assert enabled(lab) == {"1.10.0": True}
    assert system(lab).get(endpoint, **which, confirm_stop=True)["stopped_instances"] == 1
    assert system(lab).get("apps.get_all_apps")["apps"] == lab.control.state()["application_instances"] == []
