# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mistakes in what a site is given are named, all at once, before anything is touched."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from lab.site import COLLECTION, INVENTORY, Run
from tests.integration.site.conftest import Hands

#: The pair that the open-source chart publishes, in parts for those who search for secrets.
PUBLISHED = {
    "access_key": "GGS9F4M6" + "XB2DXJ5AFT9F",
    "secret_key": "2oGujVFhPfaozhpuz2GzQfA5" + "OyxmMsR3WVJpsCR5hrgHFs20PO",
}


def refused(hands: Hands, *options: str, **variables: object) -> Run:
    """A run that stops before it writes anything."""
    before = hands.fingerprint()
    run = hands.play("site", *options, fails=True, **variables)
    assert run.cost.writes == 0 and run.changed == []
    assert hands.fingerprint() == before
    assert "nothing was touched" in run.output
    return run


def told(run: Run) -> list[str]:
    """The lines of the report."""
    return re.findall(r'^ {8}"(.*)",?$', run.output, re.MULTILINE)


def test_mistakes_of_the_site(empty: Hands) -> None:
    empty.kube.set_access(denials=[{"verb": "create", "resource": "networkpolicies.networking.k8s.io"}])
    run = refused(
        empty,
        clearml_registry_token="not-the-token",
        clearml_server_storage={"class_name": "nowhere"},
        clearml_server_ingress={"class_name": "nobody"},
        clearml_server_supervisor_pair=PUBLISHED,
    )
    empty.kube.set_access()
    lines = told(run)
    for beginning, words in (
        ("clearml_chart_source, ", "clearml-enterprise 11.0.2"),
        ("clearml_chart_source, ", "clearml-enterprise-agent 6.14.6"),
        ("clearml_server_storage.class_name: ", "nowhere"),
        ("clearml_server_ingress.class_name: ", "nobody"),
        ("clearml_server_supervisor_pair: ", "printed in public"),
        ("", "no right to create networkpolicies.networking.k8s.io in namespaces acme, globex"),
    ):
        assert [line for line in lines if line.startswith(beginning) and words in line], (words, lines)
    assert not [text for text in ("not-the-token", *PUBLISHED.values()) if text in run.output]

    run = refused(empty, clearml_server_chart_version="99.0.0")
    assert len(told(run)) == 1 and "99.0.0" in told(run)[0]


def test_no_cluster(empty: Hands) -> None:
    text = empty.platform.kube.kubeconfig.read_text(encoding="utf-8")
    nobody = empty.site.folder / "kubeconfig"
    nobody.write_text(text.replace(empty.platform.kube.url, "https://127.0.0.1:9"), encoding="utf-8")
    lines = told(refused(empty, clearml_kubeconfig=str(nobody)))
    assert [line for line in lines if line.startswith("clearml_kubeconfig: ") and "127.0.0.1" in line], lines


def test_tenants_that_claim_the_same(empty: Hands, tmp_path: Path) -> None:
    """Both are named, and what is free is proposed. One of them alone is refused as well."""
    empty.site.inventory = tmp_path / "inventory"
    shutil.copytree(COLLECTION / INVENTORY, empty.site.inventory)
    globex = empty.site.inventory / "host_vars" / "globex.yml"
    text = globex.read_text(encoding="utf-8").replace("domains: [globex.example]", "domains: [acme.example]")
    sessions = "sessions: {enabled: true, external_ip: 192.0.2.12, starting_port: 31012, max_services: 3}"
    globex.write_text(text.replace("  max_resources: 1\n", f"  max_resources: 1\n  {sessions}\n"), encoding="utf-8")
    for options in ((), ("--limit", "acme")):
        lines = told(refused(empty, *options))
        ports = next((line for line in lines if "starting_port" in line), "")
        assert "acme" in ports and "globex" in ports and re.search(r"3\d{4}", ports), lines
        domain = next((line for line in lines if "acme.example" in line), "")
        assert "acme" in domain and "globex" in domain
