# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The main job, shown on a lab: tenants in files become tenants on a server, and stay as the files say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from lab import instance
from lab.control import Control

NAME = "demo"
COLLECTION = Path(__file__).resolve().parent.parent
INVENTORY = Path("inventories") / "lab"
HEADLINE = re.compile(r"(PLAY|TASK|RUNNING HANDLER) \[")
NOTHING_NEW = re.compile(r"(ok|skipping): \[[^\]]+\](: .*)?( => \(item=.*\) *)?$|included: |skipping: |\[WARNING\]")
CHANGED = re.compile(r"^changed: \[", re.MULTILINE)


@dataclass
class Run:
    """One run of a playbook, and what it cost."""

    title: str
    changed: int
    seconds: float
    requests: int
    writes: int


@dataclass
class Demo:
    """A lab, and the runs that were made on it."""

    info: instance.Info
    control: Control
    keys: Path
    runs: list[Run] = field(default_factory=list)

    def play(self, title: str, playbook: str, *options: str, quiet: bool = False) -> Run:
        """Run one of the collection's playbooks; what it prints is shown as it comes."""
        command = ["ansible-playbook", f"clearml.enterprise.{playbook}", "-i", str(INVENTORY), *options]
        print(f"\n$ {' '.join(command)}", flush=True)
        before = self.control.counts()
        start = time.monotonic()
        environment = {
            **os.environ,
            "CLEARML_API_HOST": self.info.api_url,
            "CLEARML_API_ACCESS_KEY": self.info.system_key,
            "CLEARML_API_SECRET_KEY": self.info.system_secret,
            "CLEARML_LAB_KEYS": str(self.keys),
            "ANSIBLE_NOCOLOR": "true",
        }
        done = subprocess.run(command, check=False, cwd=COLLECTION, env=environment, capture_output=True, text=True)
        seconds = time.monotonic() - start
        if done.returncode or not quiet:
            print("\n".join(f"  | {line}" for line in worth_reading(done.stdout.splitlines())), flush=True)
        if done.returncode:
            sys.exit(f"{playbook} failed:\n{done.stderr}")
        after = self.control.counts()
        changed = len(CHANGED.findall(done.stdout))
        run = Run(title, changed, seconds, after["total"] - before["total"], after["writes"] - before["writes"])
        self.runs.append(run)
        print(
            f"  = changed={changed}, {run.requests} requests, {run.writes} of them writes, {seconds:.1f} s", flush=True
        )
        return run

    def call_as(self, user: str, endpoint: str, /, **body: Any) -> None:
        """A change that no file knows of, made as somebody in the web UI would make it."""
        answer = requests.post(
            f"{self.info.api_url}/{endpoint}",
            json=body,
            auth=(self.info.root_key, self.info.root_secret),
            headers={"X-Clearml-Impersonate-As": user},
            timeout=10,
        )
        answer.raise_for_status()

    def admin_of(self, company: str) -> str:
        """ID of an admin of the company of that name."""
        state = self.control.state()
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
    """Drift: a queue deleted, a user promoted, a queue's tags changed."""
    state = demo.control.state()
    names = {company["id"]: company["name"] for company in state["companies"]}
    queues = [queue for queue in state["queues"] if queue["display_name"] and names[queue["company"]] != "clearml"]
    first = queues[0]
    last = next(queue for queue in queues if queue["company"] != first["company"])
    person = next(u for u in state["auth_entries"] if u["role"] == "user" and names[u["company"]] != "clearml")
    demo.call_as(demo.admin_of(names[first["company"]]), "queues.delete", queue=first["id"])
    demo.call_as(demo.admin_of(names[last["company"]]), "queues.update", queue=last["id"], tags=["mine"])
    demo.call_as(demo.admin_of(names[person["company"]]), "users.set_role", user=person["id"], role="admin")
    print(f"  - queue {first['name']} of {names[first['company']]} is deleted")
    print(f"  - queue {last['name']} of {names[last['company']]} has other tags")
    print(f"  - {person['email']} of {names[person['company']]} is an admin now")


def table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """A table as wide as its content; numbers stand right."""
    cells = [head, *[tuple(str(cell) for cell in row) for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    for number, row in enumerate(cells):
        line = "  ".join(c.rjust(w) if c.isdigit() else c.ljust(w) for c, w in zip(row, widths, strict=True))
        print(f"  {line}".rstrip())
        if number == 0:
            print("  " + "  ".join("─" * width for width in widths))


def summary(demo: Demo) -> None:
    """What stands now, and what it took."""
    state = demo.control.state()
    tenants = []
    for company in state["companies"]:
        if company["name"] == "clearml" or not company["active"]:
            continue
        users = [user for user in state["auth_entries"] if user["company"] == company["id"]]
        queues = [queue for queue in state["queues"] if queue["company"] == company["id"]]
        invited = [entry for entry in company["whitelist"] if not entry.get("accepted")]
        domains = ", ".join(company["domains"])
        admins = sum(user["role"] == "admin" for user in users)
        tenants.append((company["name"], len(users), admins, len(queues), len(invited), domains))
    print()
    table(("tenant", "users", "admins", "queues", "invited", "sign-in domains"), tenants)
    print()
    runs = [(run.title, run.changed, run.requests, run.writes, f"{run.seconds:.1f} s") for run in demo.runs]
    table(("run", "changed", "requests", "writes", "time"), runs)
    violations = demo.control.violations()
    print(f"\n  Requests that the contract of the API does not allow: {len(violations)}")
    for violation in violations:
        print(f"    {json.dumps(violation)}")


def main() -> int:
    """Run the demo on a fresh lab, and leave nothing of it behind."""
    start = time.monotonic()
    instance.down(NAME)
    info, _started = instance.up(NAME, instance.Options())
    try:
        with tempfile.TemporaryDirectory(prefix="clearml-demo-keys-") as keys:
            show(Demo(info, info.control(), Path(keys)))
        print(f"\n  Done in {time.monotonic() - start:.0f} s. The files are in {INVENTORY}/host_vars.\n")
    finally:
        instance.down(NAME)
    return 0


def show(demo: Demo) -> None:
    """The steps of the demo."""
    step(1, "A ClearML Enterprise API on loopback")
    version = requests.get(f"{demo.info.api_url}/server.info", timeout=10).json()["data"]
    print(f"  {demo.info.api_url} says: version {version['version']}, API {version['api_version']}")
    step(2, "The tenants' files are checked before anything is touched")
    demo.play("validate the files", "validate")
    step(3, "First run: tenants in files become companies, users, queues and sign-in rules")
    foreseen = demo.play("check, nothing there yet", "tenants", "--check", quiet=True)
    expect(foreseen.writes == 0, "the check run wrote nothing")
    first = demo.play("first run", "tenants")
    expect(first.changed == foreseen.changed, f"the check run had foreseen its {first.changed} changes")
    step(4, "Second run: nothing to do")
    second = demo.play("second run", "tenants", quiet=True)
    expect(second.changed == 0 and second.writes == 0, "changed=0, and not one write")
    step(5, "Somebody changes things by hand")
    meddle(demo)
    step(6, "A check run finds it, with before and after")
    drift = demo.play("check run", "tenants", "--check", "--diff")
    expect(drift.changed == 3 and drift.writes == 0, "exactly the three changes are found, and nothing is written")
    step(7, "The next run repairs it")
    repair = demo.play("repair", "tenants")
    expect(repair.changed == 3, "three changes, no more")
    after = demo.play("run after it", "tenants", quiet=True)
    expect(after.changed == 0, "and the next run has nothing to do")
    step(8, "What stands now")
    summary(demo)


if __name__ == "__main__":
    sys.exit(main())
