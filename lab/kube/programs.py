# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that play containers: they see a container's environment, get ready, write logs, and crash.

A pod's annotation ``lab.clearml.enterprise/plays: <name>`` gives its first container to the program of that name;
containers that no program plays are just there.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from lab.kube.documents import Json, dig
from lab.kube.environment import environment
from lab.kube.objects.store import Store
from lab.kube.scripts import Outcome

PLAYS_ANNOTATION = "lab.clearml.enterprise/plays"
_LOOK_SECONDS = 0.1
_FIRST_BACK_OFF, _LONGEST_BACK_OFF = 0.25, 0.75


class Crash(Exception):
    """A program that ends; its text are the last words in the log."""


class Done(Exception):
    """A program that has done its work; its container ends and does not start again."""


@dataclass
class Container:
    """What a program knows of the container that it plays; every restart makes a new one."""

    pod: Json
    environment: dict[str, str]
    log: list[str] = field(default_factory=list)

    @property
    def namespace(self) -> str:
        """Where the pod is."""
        return str(self.pod["metadata"]["namespace"])

    @property
    def release(self) -> str:
        """The helm release that the pod belongs to."""
        return str(dig(self.pod, "metadata", "labels", "app.kubernetes.io/instance", default=""))

    def say(self, line: str) -> None:
        """Write a line to the log, unless it is the last one already."""
        if self.log[-1:] != [line]:
            self.log.append(line)


class Playing(Protocol):
    """A program at work in one container."""

    def look(self) -> bool:
        """Called several times a second: whether it is ready, after whatever is due.

        :raises Crash: if it ends
        :raises Done: if it ends well
        """

    def stop(self) -> None:
        """Its pod goes, or it has crashed."""


@runtime_checkable
class Obeying(Playing, Protocol):
    """A program whose container also has commands."""

    def execute(self, command: list[str]) -> Outcome | None:
        """What a command does; None if there is none of that name."""


Program = Callable[[Container], Playing]
"""Starts a program in a container; may raise Crash itself."""


class Run:
    """One pod's program over all its restarts."""

    def __init__(self, store: Store, pod: Json, program: Program) -> None:
        self._store = store
        self._program = program
        self._playing: Playing | None = None
        self._back_off = _FIRST_BACK_OFF
        self._again = 0.0
        self.pod = pod
        self.ready = False
        self.restarts = 0
        #: Of a container that ended for good.
        self.exit_code: int | None = None
        self.began = 0.0
        self.container = Container(pod, {})
        self.last_log: list[str] | None = None
        self.start()

    @property
    def crashed(self) -> bool:
        """Whether it waits for its next start."""
        return self._playing is None

    def start(self) -> None:
        """Start with the environment as it is now."""
        self.container = Container(self.pod, environment(self._store, self.pod))
        self.began = time.monotonic()
        with self._ending():
            self._playing = self._program(self.container)

    def step(self) -> bool:
        """Look after the program; answers whether that changed anything about the pod."""
        if self.exit_code is not None:
            return False
        before = (self.crashed, self.ready, self.restarts)
        if self._playing is None:
            if time.monotonic() >= self._again:
                self.restarts += 1
                self.start()
        else:
            with self._ending():
                self.ready = self._playing.look()
        return before != (self.crashed, self.ready, self.restarts)

    def execute(self, command: list[str]) -> Outcome | None:
        """Run a command beside the program."""
        return self._playing.execute(command) if isinstance(self._playing, Obeying) else None

    def stop(self) -> None:
        """The pod goes."""
        if self._playing is not None:
            self._playing.stop()
            self._playing = None

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """A crash inside is the program's end."""
        try:
            yield
        except Done:
            self._playing, self.ready, self.exit_code = None, False, 0
        except Crash as crash:
            self._end(str(crash))
        except Exception:
            logging.exception("the program of %s", self.pod["metadata"]["name"])
            self._end("the laboratory failed; its log says how")

    def _end(self, words: str) -> None:
        self.stop()
        self.container.say(words)
        self.last_log = self.container.log
        self.ready = False
        if dig(self.pod, "spec", "restartPolicy") == "Never":
            self.exit_code = 1
        long_lived = time.monotonic() - self.began > 10 * _LONGEST_BACK_OFF
        self._back_off = _FIRST_BACK_OFF if long_lived else min(2 * self._back_off, _LONGEST_BACK_OFF)
        self._again = time.monotonic() + self._back_off


class Programs:
    """The known programs, and the pods that they play."""

    def __init__(self) -> None:
        self._programs: dict[str, Program] = {}
        self._runs: dict[str, Run] = {}

    def add(self, name: str, program: Program) -> None:
        """Let a program play the pods that ask for it."""
        self._programs[name] = program

    def run(self, store: Store, pod: Json) -> Run | None:
        """The run of a pod that is placed and has its volumes; None if no program plays it."""
        program = self._programs.get(dig(pod, "metadata", "annotations", PLAYS_ANNOTATION, default=""))
        if program is None:
            return None
        uid = pod["metadata"]["uid"]
        if uid not in self._runs:
            self._runs[uid] = Run(store, pod, program)
        return self._runs[uid]

    def log(self, pod: Json, container: Json, previous: bool) -> str | None:
        """What a played container has written; ``previous`` asks for the run before the last restart."""
        run = self._runs.get(pod["metadata"]["uid"])
        if run is None or container["name"] != pod["spec"]["containers"][0]["name"]:
            return None
        lines = run.last_log or [] if previous else run.container.log
        return "".join(f"{line}\n" for line in lines)

    def execute(self, pod: Json, container: str, command: list[str]) -> Outcome | None:
        """Run a command in a container; None if no program plays it, or it has no such command."""
        run = self._runs.get(pod["metadata"]["uid"])
        if run is None or container != pod["spec"]["containers"][0]["name"]:
            return None
        return run.execute(command)

    def stop(self, uid: str) -> None:
        """A pod goes."""
        run = self._runs.pop(uid, None)
        if run is not None:
            run.stop()

    def keep(self, uids: set[str]) -> None:
        """Stop the runs of all other pods."""
        for uid in self._runs.keys() - uids:
            self.stop(uid)

    async def look_after(self, wake: Callable[[], None]) -> None:
        """Forever; ``wake`` is called when there is news for the controllers."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            news = [run.step() for run in list(self._runs.values())]
            if any(news):
                wake()
