# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""clearml_state as ansible-playbook runs it: tenants out of the inventory, limits, batches, diffs, secrets."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from lab.testing import RunningLab
from tests.integration.test_state import ACME, tenant
from tests.support.plays import Site

STATE = """
- clearml.enterprise.clearml_state:
    prune: {prune}
  register: result
"""


@pytest.fixture
def site(lab: RunningLab, tmp_path: Path) -> Site:
    """Three tenants, one of them with all that a tenant can have."""
    site = Site(lab, tmp_path)
    site.declare({"acme": ACME, "globex": tenant("Globex"), "hooli": tenant("Hooli {{ 'GmbH' }}")})
    return site


def result(site: Site, *options: str, prune: str = "report", **play: t.Any) -> dict[str, t.Any]:
    done = site.play(STATE.format(prune=prune), *options, **play)
    assert done.code == 0 and done.result is not None, done.output
    return done.result


def test_check_run_run_and_second_run(site: Site) -> None:
    before = site.lab.control.writes()
    checked = result(site, "--check", "--diff")
    assert site.lab.control.writes() == before
    done = result(site)
    assert done["failed_tenants"] == [], done["tenants"]
    assert done["changed"]
    assert done["counts"] == checked["counts"] and done["counts"]["tenants"] == 3
    assert done["tenants"]["hooli"]["company"] == "Hooli GmbH", "templates are resolved host by host"
    assert not result(site)["changed"]


def test_limit_and_batches(site: Site) -> None:
    assert list(result(site, "--limit", "localhost,globex")["tenants"]) == ["globex"]
    done = site.play(STATE.format(prune="report"), hosts="clearml_tenants", header="serial: 2")
    assert done.code == 0, done.output
    assert done.result is not None and set(done.result["tenants"]) == {"hooli"}, "the last batch has one"
    again = result(site)
    assert not again["changed"], "all batches together were all tenants"


@pytest.mark.parametrize(
    ("options", "play", "told"),
    [
        (("--limit", "localhost,globex"), {}, "prune is delete under --limit localhost,globex"),
        ((), {"hosts": "clearml_tenants", "header": "serial: 2"}, "prune is delete in a play with serial"),
        (("-e", "tenant_queues=[{{nothing}}]"), {}, "what these tenants declare is not known: acme, globex, hooli"),
    ],
)
def test_pruning_needs_all_files(site: Site, options: tuple[str, ...], play: dict[str, str], told: str) -> None:
    before = site.lab.control.writes()
    done = site.play(STATE.format(prune="delete"), *options, **play)
    assert done.code != 0 and told in done.output.replace("\n", " ")
    assert site.lab.control.writes() == before


def test_a_variable_that_cannot_be_resolved_fails_its_tenant_alone(site: Site) -> None:
    site.declare({"acme": tenant("Acme", tenant_queues="{{ not_there }}"), "globex": tenant("Globex")})
    done = result(site)
    assert done["failed_tenants"] == ["acme"]
    assert done["tenants"]["acme"]["errors"] == [
        "A variable of host 'acme' cannot be resolved: 'not_there' is undefined"
    ]
    assert done["tenants"]["globex"]["changed"]


def test_no_secret_is_shown(site: Site) -> None:
    """Neither in a diff, nor at the highest verbosity, nor in the message of a vault that cannot be read."""
    broken = [{"description": "bad", "format": "json", "content": '{"api": "t0p-s3cret-t3xt"'}]
    site.declare({"acme": ACME, "bad": tenant("Bad", tenant_vaults=broken)})
    done = site.play(STATE.format(prune="report"), "--diff", "-vvvv")
    assert done.result is not None and done.result["failed_tenants"] == ["bad"]
    for secret in ("s3cr3t-of-aws", "t0p-s3cret-t3xt", '"git_user": "robot"', site.lab.system_secret):
        assert secret not in done.output, secret
        assert secret not in str(done.result)
    assert "vault defaults" in done.output, "the diff names what differs"


def test_without_a_server(site: Site) -> None:
    done = site.play(STATE.format(prune="report").replace("prune", "api_host: http://127.0.0.1:9\n    prune"))
    assert done.code != 0 and "nothing listens there" in done.output and "Traceback" not in done.output
