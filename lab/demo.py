# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The main job, shown on a lab: an empty cluster becomes a service for tenants, and stays as the files say."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from lab.platform.testing import RunningPlatform, running_platform
from lab.site import INVENTORY, Run, Site

HEADLINE = re.compile(r"(PLAY|TASK|RUNNING HANDLER) \[")
NOTHING_NEW = re.compile(
    r"(ok|skipping): \[[^\]]+\](: .*)?( => \(item=.*\) *)?$|included: |skipping: |\[WARNING\]|PLAY RECAP"
)
AGENT = "clearml-enterprise-agent"
#: What the night says of a difference.
FOUND = ("kind", "name", "action")
#: Where the night's report stays for whoever wants to look at it.
REPORTS = Path("build/drift").resolve()


@dataclass
class Demo:
    """A platform, and the runs that were made on it."""

    platform: RunningPlatform
    site: Site
    runs: list[tuple[str, Run]] = field(default_factory=list)

    def play(self, title: str, playbook: str, *options: str, quiet: bool = False) -> Run:
        """Run one of the collection's playbooks; what it changed or said is shown."""
        print(f"\n$ {' '.join(self.site.command(playbook, *options))}", flush=True)
        run = self.site.play(playbook, *options)
        if run.code or not quiet:
            print("\n".join(f"  | {line}" for line in worth_reading(run.output.splitlines())), flush=True)
        if run.code:
            sys.exit(f"{playbook} failed")
        self.runs.append((title, run))
        changed, cost = len(run.changed), run.cost
        print(f"  = changed={changed}, {cost.requests} requests, {cost.writes} writes, {run.seconds:.1f} s", flush=True)
        return run

    def call_as(self, user: str, endpoint: str, /, **body: Any) -> None:
        """A change that no file knows of, made as somebody in the web UI would make it."""
        key, secret = self.root_pair()
        answer = requests.post(
            f"{self.platform.api_url}/{endpoint}",
            json=body,
            auth=(key, secret),
            headers={"X-Clearml-Impersonate-As": user},
            timeout=10,
        )
        answer.raise_for_status()

    def root_pair(self) -> tuple[str, str]:
        """The server's own key pair, from where the chart keeps it."""
        data = next(one["data"] for one in self.site.objects("secrets") if one["metadata"]["name"] == "clearml-conf")
        key, secret = (base64.b64decode(data[name]).decode() for name in ("apiserver_key", "apiserver_secret"))
        return key, secret

    def admin_of(self, company: str) -> str:
        """ID of an admin of the company of that name."""
        state = self.platform.control.state()
        wanted = next(one["id"] for one in state["companies"] if one["name"] == company)
        return str(next(u["id"] for u in state["auth_entries"] if u["company"] == wanted and u["role"] == "admin"))


def worth_reading(lines: list[str]) -> list[str]:
    """What changed, failed or was said; without hosts that are fine, and without headlines that nothing follows."""
    kept: list[str] = []
    for line in [line for line in lines if line.strip() and not NOTHING_NEW.match(line)]:
        if kept and HEADLINE.match(line) and HEADLINE.match(kept[-1]):
            kept.pop()
        kept.append(line)
    return kept


def expect(condition: bool, promise: str) -> None:
    """Stop the demo where it does not show what it claims to."""
    if not condition:
        sys.exit(f"\nThis should be so, and is not: {promise}")
    print(f"  ✓ {promise}", flush=True)


def step(number: int, text: str) -> None:
    """A headline."""
    print(f"\n━━ {number}. {text} ".ljust(100, "━"), flush=True)


def meddle(demo: Demo) -> None:
    """Drift: an upgrade that failed, and queues deleted."""
    image = "agentk8sglue.defaultContainerImage=python:3.8"
    upgrade = ("upgrade", AGENT, demo.site.chart(AGENT), "--reuse-values", "--set", image)
    kube = demo.platform.kube.control
    order = kube.never_ready(namespace="acme")
    demo.site.helm_by_hand(*upgrade, "-n", "acme", "--wait", "--timeout", "2s", fails=True)
    kube.clear_orders(order)
    print("  - somebody's upgrade of acme's agent, with another image for tasks, failed half way")
    state = demo.platform.control.state()
    companies = {one["id"]: one["name"] for one in state["companies"]}
    for company, name in (("Acme Inc", "gpu-fraction-0_50"), ("Globex", "default")):
        queues = [one for one in state["queues"] if (companies.get(one["company"]), one["name"]) == (company, name)]
        demo.call_as(demo.admin_of(company), "queues.delete", queue=queues[0]["id"])
        print(f"  - somebody deleted the queue {name} of {company}")


def table(head: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """A table as wide as its content; numbers stand right."""
    cells = [tuple(head), *[tuple(str(cell) for cell in row) for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    print()
    for number, row in enumerate(cells):
        line = "  ".join(c.rjust(w) if c.isdigit() else c.ljust(w) for c, w in zip(row, widths, strict=True))
        print(f"  {line}".rstrip())
        if number == 0:
            print("  " + "  ".join("─" * width for width in widths))


def releases(demo: Demo) -> list[tuple[Any, ...]]:
    """The Helm releases of the cluster."""
    return [
        (one["namespace"], one["name"], one["chart"]["metadata"]["version"], one["version"], one["info"]["status"])
        for one in demo.site.releases()
    ]


def tenants(demo: Demo) -> list[tuple[Any, ...]]:
    """The tenants as the server and the cluster have them."""
    state = demo.platform.control.state()
    rows = []
    for company in sorted(state["companies"], key=lambda one: one["name"]):
        if company["name"] == "clearml" or not company["active"]:
            continue
        users = [user for user in state["auth_entries"] if user["company"] == company["id"]]
        queues = [queue for queue in state["queues"] if queue["company"] == company["id"]]
        workers = [worker for worker in state["workers"] if worker["company"] == company["id"]]
        providers = [one for one in state["provider_configurations"] if one["company"] == company["id"]]
        names = ", ".join(one["display_name"] for one in providers) or "-"
        rows.append((company["name"], len(users), len(queues), len(workers), names, ", ".join(company["domains"])))
    return rows


def summary(demo: Demo) -> None:
    """What stands now, and what it took."""
    table(("tenant", "users", "queues", "agents", "sign-in", "domains"), tenants(demo))
    table(("namespace", "release", "chart", "revision", "status"), releases(demo))
    runs = [
        (title, len(run.changed), run.cost.requests, run.cost.writes, f"{run.seconds:.1f} s")
        for title, run in demo.runs
    ]
    table(("run", "changed", "requests", "writes", "time"), runs)
    violations = demo.platform.control.violations()
    print(f"\n  Requests that the contract of the API does not allow: {len(violations)}")
    for violation in violations:
        print(f"    {json.dumps(violation)}")


def main() -> int:
    """Run the demo on a fresh platform, and leave nothing of it behind."""
    start = time.monotonic()
    with running_platform() as platform, tempfile.TemporaryDirectory(prefix="clearml-demo-") as folder:
        site = Site(platform, Path(folder))
        site.keys.mkdir()
        show(Demo(platform, site))
    print(f"\n  Done in {time.monotonic() - start:.0f} s. The files are in {INVENTORY}.")
    print(f"  The night's report: {REPORTS / 'latest.html'}\n")
    return 0


def show(demo: Demo) -> None:
    """The steps of the demo."""
    step(1, "An empty Kubernetes cluster, a chart registry, and no ClearML")
    answer = requests.get(f"{demo.platform.api_url}/debug.ping", timeout=10)
    print(
        f"  {demo.platform.api_url}/debug.ping answers {answer.status_code}, {len(releases(demo))} releases installed"
    )
    step(2, "A check run on the empty cluster foresees everything")
    foreseen = demo.play("check, nothing there yet", "site", "--check", quiet=True)
    expect(foreseen.cost.writes == 0, "it wrote nothing")
    step(3, "First run: Helm installs the server, its API comes up, the tenants move in")
    first = demo.play("first run", "site")
    expect(
        sorted(first.changed) == sorted(foreseen.changed),
        f"the check run had foreseen its {len(first.changed)} changes",
    )
    step(4, "Second run: nothing to do")
    fetched = demo.platform.registry.counts()
    second = demo.play("second run", "site", quiet=True)
    expect(not second.changed and second.cost.writes == 0, "changed=0, and not one write")
    expect(demo.platform.registry.counts() == fetched, "the chart registry was not asked either")
    step(5, "Somebody changes things by hand")
    meddle(demo)
    step(6, "The night compares everything at once, repairs what drifted, and reports it")
    shutil.rmtree(REPORTS, ignore_errors=True)
    demo.play("night", "drift", "-e", f"drift_folder={REPORTS}")
    report = json.loads((REPORTS / "latest.json").read_text(encoding="utf-8"))
    states = {one["tenant"]: one["state"] for one in report["tenants"]}
    found = [(one["tenant"], *(item[key] for key in FOUND)) for one in report["tenants"] for item in one["items"]]
    table(("tenant", *FOUND), found)
    expect(len(found) == 3, "exactly the three changes were found")
    expect(states == {"acme": "repaired", "globex": "repaired"}, "both tenants drifted and are repaired")
    expect(report["platform"]["state"] == "in sync", "the platform had not drifted, and was left alone")
    step(7, "What stands now")
    summary(demo)


if __name__ == "__main__":
    sys.exit(main())
