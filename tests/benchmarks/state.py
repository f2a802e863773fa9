# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""clearml_state against a bare script, against loops of modules, and as it grows."""

from __future__ import annotations

import argparse
import collections
import json
import os
import sys
import tempfile
import time
import typing as t
from pathlib import Path

import yaml

from lab.testing import RunningLab, running_lab
from tests.benchmarks.bare import Bare
from tests.benchmarks.measure import Table, median, peak
from tests.benchmarks.tenants import objects, platform
from tests.support.plays import Site
from tests.support.state import converge

PARALLEL = 8
DELAYS = (0, 10)
STATE = "clearml.enterprise.clearml_state"
Tenants = dict[str, dict[str, t.Any]]


def measure(options: argparse.Namespace) -> list[Table]:
    """All tables about the API."""
    with running_lab() as lab, tempfile.TemporaryDirectory(prefix="clearml-bench-") as folder:
        bench = Bench(lab, Path(folder), options)
        return [*bench.quiet(), bench.requests(), bench.growth(), bench.memory(), bench.creation()]


class Bench:
    """A laboratory with a platform of that many tenants."""

    def __init__(self, lab: RunningLab, folder: Path, options: argparse.Namespace) -> None:
        self.lab = lab
        self.folder = folder
        self.options = options
        self.rounds: int = options.rounds
        self.tenants = platform(options.tenants)
        self.objects = sum(map(objects, self.tenants.values()))
        self.seeded = self.seed(self.tenants)

    def seed(self, tenants: Tenants) -> t.Any:
        """A snapshot of the server with these tenants on it."""
        self.lab.control.reset()
        done = converge(self.lab, tenants)
        assert not done["failed_tenants"], done["tenants"][done["failed_tenants"][0]]["errors"]
        return self.lab.control.state()

    def slow(self, milliseconds: int) -> None:
        """From now on the server answers after so long."""
        self.lab.control.clear_faults()
        if milliseconds:
            self.lab.control.order_fault("*", "delay", times=10**9, seconds=milliseconds / 1000)

    def look(self, tenants: Tenants, **wishes: t.Any) -> dict[str, t.Any]:
        """A night in which nothing drifted."""
        done = converge(self.lab, tenants, max_parallel=PARALLEL, **wishes)
        assert not done["changed"] and not done["failed_tenants"]
        return done

    def quiet(self) -> list[Table]:
        """Nothing drifted: the engine against bare requests, the run against loops of modules."""
        self.lab.control.put_state(self.seeded)
        self.lab.control.clear_requests()
        self.look(self.tenants)
        bare = Bare(self.lab, self.lab.control.requests(), PARALLEL)
        engine = Table(
            "A quiet night: the engine",
            f"{len(self.tenants)} companies, {self.objects:,} objects, nothing drifted; {bare.requests:,} requests, "
            f"{PARALLEL} companies at the same time. The bare script sends the same requests with the same concurrency "
            "and throws the answers away. Seconds.",
            "planning and HTTP at most twice the bare script",
            ("server answers after", "bare script", "planning and HTTP", "of it planning", "ratio"),
        )
        found = {}
        for delay in DELAYS:
            self.slow(delay)
            sent = median(bare.run, self.rounds)
            ours = found[delay] = median(lambda: self.look(self.tenants), self.rounds)
            engine.add(f"{delay} ms", sent, ours, max(ours - sent, 0.0), ours / sent)
        self.slow(0)
        return [engine, self.runs(found[0])]

    def runs(self, engine: float) -> Table:
        """Whole runs of ansible-playbook."""
        site = Site(self.lab, self.folder)
        site.declare(self.tenants)
        table = Table(
            "A quiet night: the run",
            f"The same as runs of ansible-playbook. The empty engine resolves the variables of the {len(self.tenants)} "
            "hosts and does no more. A loop is of clearml_queue that finds nothing to do, "
            f"{self.options.loop} items measured, the start-up taken off, the rest extrapolated to {self.objects:,} "
            "objects.",
            "the engine at least 200 times as fast as the loop of processes, the whole run at least 100 times; a loop "
            "in the controller's process at least 40 times as fast as one of processes",
            ("what", "seconds", "an object, ms", "the loop of processes is so many times as long"),
        )
        empty = median(lambda: self.play("- empty_state:"), self.rounds)
        whole = median(lambda: self.play(f"- {STATE}:"), self.rounds)
        start = median(lambda: self.play("- ansible.builtin.debug:"), self.rounds)
        count = self.options.loop
        queues = [{"name": f"queue-{number}"} for number in range(count)]
        converge(self.lab, {"loop": {"tenant_company": {"name": "Loop"}, "tenant_queues": queues}})
        here = (median(lambda: self.play(self.loop()), self.rounds) - start) / count
        process = (median(lambda: self.play(self.loop(), self.other_python()), 1) - start) / count
        loop = process * self.objects
        for what, seconds in (
            ("loop of module processes (extrapolated)", loop),
            ("loop in the controller's process (extrapolated)", here * self.objects),
            ("clearml_state: the whole run", whole),
            ("of it start of ansible-playbook", start),
            ("of it variables of the hosts (empty engine)", empty - start),
            ("of it planning and HTTP", engine),
        ):
            table.add(what, seconds, seconds / self.objects * 1000, loop / seconds)
        return table

    def loop(self) -> str:
        """A task that looks at the queues of one company, one by one."""
        task = {
            "clearml.enterprise.clearml_queue": {"company": "Loop", "name": "queue-{{ item }}"},
            "loop": list(range(self.options.loop)),
        }
        return yaml.safe_dump([task])

    def other_python(self) -> str:
        """Another name of the same Python, for which modules run as processes."""
        path = self.folder / "python"
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        path.chmod(0o755)
        return str(path)

    def play(self, tasks: str, interpreter: str = sys.executable) -> tuple[float, int]:
        """Seconds and bytes of one run of ansible-playbook that changes nothing."""
        playbook = self.folder / "play.yml"
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": interpreter},
            "tasks": yaml.safe_load(tasks),
        }
        playbook.write_text(yaml.safe_dump([play]))
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        environment = {
            **os.environ,
            "CLEARML_API_HOST": self.lab.url,
            "CLEARML_API_ACCESS_KEY": self.lab.system_key,
            "CLEARML_API_SECRET_KEY": self.lab.system_secret,
            "ANSIBLE_ACTION_PLUGINS": str(Path(__file__).parent / "action_plugins"),
            "ANSIBLE_NOCOLOR": "true",
        }
        command = [program, "-i", str(self.folder / "hosts.yml"), str(playbook)]
        seconds, most, output = peak(command, env=environment, cwd=self.folder)
        assert "changed=0" in output, output
        return seconds, most

    def requests(self) -> Table:
        """What is asked, and how often."""
        self.lab.control.put_state(self.seeded)
        self.lab.control.clear_requests()
        self.look(self.tenants)
        counted = collections.Counter(one["endpoint"] for one in self.lab.control.requests())
        kinds = 11
        table = Table(
            "Requests of a quiet night",
            f"{len(self.tenants)} companies, {self.objects:,} objects, all {kinds} kinds in scope; these tenants "
            "declare eight.",
            "at most one for each company and kind in scope, lists of the whole server once, none for an object",
            ("endpoint", "requests", "a company"),
        )
        for endpoint, number in counted.most_common():
            table.add(f"`{endpoint}`", number, number / len(self.tenants))
        total = sum(counted.values())
        table.result = f"{total:,} requests, {total / len(self.tenants) / kinds:.2f} for each company and kind"
        return table

    def growth(self) -> Table:
        """Twice as many objects, twice as many companies."""
        table = Table(
            "Growth",
            "Quiet nights of platforms of different sizes, the server answering at once.",
            "twice the objects of a company: less than 10 % more requests; twice the companies: at most twice the time",
            ("companies", "objects", "requests", "seconds"),
        )
        number = max(2, len(self.tenants) // 2)
        figures = []
        for tenants in (platform(number), platform(number, 2), platform(2 * number)):
            self.lab.control.put_state(self.seed(tenants))
            reads = self.look(tenants)["requests"]["reads"]
            seconds = median(lambda tenants=tenants: self.look(tenants), self.rounds)  # type: ignore[misc]
            figures.append((reads, seconds))
            table.add(len(tenants), sum(map(objects, tenants.values())), reads, seconds)
        (reads, seconds), (more_reads, _more), (_reads, twice) = figures
        requests = 100 * (more_reads / reads - 1)
        table.result = (
            f"twice the objects: {requests:+.1f} % requests; twice the companies: {twice / seconds:.2f} times"
        )
        return table

    def memory(self) -> Table:
        """A large platform, against the empty engine."""
        tenants = platform(self.options.large, 2)
        total = sum(map(objects, tenants.values()))
        table = Table(
            "Memory",
            f"{len(tenants):,} companies and {total:,} objects, one run of ansible-playbook each: the most that one of "
            "its processes held.",
            "less than 150 MB more than the empty engine",
            ("what", "MB", "seconds"),
        )
        self.lab.control.put_state(self.seed(tenants))
        Site(self.lab, self.folder).declare(tenants)
        found = {}
        for what, task in (("the empty engine", "- empty_state:"), ("clearml_state", f"- {STATE}:")):
            seconds, most = self.play(task)
            found[what] = most / 1e6
            table.add(what, found[what], seconds)
        table.result = f"{found['clearml_state'] - found['the empty engine']:,.0f} MB more"
        return table

    def creation(self) -> Table:
        """Tenants from nothing."""
        tenants = platform(max(2, self.options.tenants // 4))
        total = sum(map(objects, tenants.values()))
        table = Table(
            "Tenants from nothing",
            f"{len(tenants)} tenants with {total:,} objects on an empty server.",
            "at most 1.5 requests an object; companies side by side",
            ("server answers after", "companies at a time", "seconds", "requests", "an object"),
        )
        for delay in DELAYS:
            for parallel in (1, PARALLEL):
                self.lab.control.reset()
                self.slow(delay)
                began = time.perf_counter()
                done = converge(self.lab, tenants, max_parallel=parallel)
                seconds = time.perf_counter() - began
                assert not done["failed_tenants"], json.dumps(done["tenants"])[:2000]
                sent = sum(done["requests"].values())
                table.add(f"{delay} ms", parallel, seconds, sent, sent / total)
        self.slow(0)
        return table
