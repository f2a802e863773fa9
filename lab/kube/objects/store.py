# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where objects are: by resource, then by namespace and name; and the changes that watchers follow.

A stored object is never changed in place: whoever wants another one puts a new copy.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lab.kube.documents import Json, clone

Place = tuple[str, str]
_REMEMBERED = 50_000
FIRST_VERSION = 100


@dataclass(frozen=True)
class Change:
    """One change; ``before`` is None for a new object."""

    type: str
    resource: str
    object: Json
    before: Json | None
    version: int


class Store:
    """All objects."""

    def __init__(self) -> None:
        self.version = FIRST_VERSION
        self.oldest = FIRST_VERSION
        self._objects: dict[str, dict[Place, Json]] = {}
        self._changes: deque[Change] = deque(maxlen=_REMEMBERED)
        self._followers: set[asyncio.Queue[Change | None]] = set()
        self.on_change: list[Callable[[Change], None]] = []

    def get(self, resource: str, namespace: str, name: str) -> Json | None:
        """One object, to look at only."""
        return self._objects.get(resource, {}).get((namespace, name))

    def all(self, resource: str, namespace: str | None = None) -> list[Json]:
        """The objects of a resource, ordered by namespace and name."""
        places = self._objects.get(resource, {})
        wanted = places if namespace is None else [place for place in places if place[0] == namespace]
        return [places[place] for place in sorted(wanted)]

    def resources(self) -> list[str]:
        """The resources that have objects."""
        return [resource for resource, places in self._objects.items() if places]

    def everything(self) -> Iterator[tuple[str, Json]]:
        """Every object with its resource."""
        for resource, places in list(self._objects.items()):
            for item in list(places.values()):
                yield resource, item

    def put(self, resource: str, document: Json) -> Json:
        """Store an object under a new resourceVersion; answers it."""
        self.version += 1
        document["metadata"]["resourceVersion"] = str(self.version)
        places = self._objects.setdefault(resource, {})
        place = _place(document)
        before = places.get(place)
        places[place] = document
        self._tell(Change("MODIFIED" if before else "ADDED", resource, document, before, self.version))
        return document

    def remove(self, resource: str, document: Json) -> Json:
        """Forget an object; answers its last state."""
        self.version += 1
        before = self._objects.get(resource, {}).pop(_place(document), None)
        last: Json = clone(document)
        last["metadata"]["resourceVersion"] = str(self.version)
        if before is not None:
            self._tell(Change("DELETED", resource, last, before, self.version))
        return last

    def changes_since(self, version: int, resource: str) -> list[Change]:
        """The remembered changes after a version."""
        return [change for change in self._changes if change.version > version and change.resource == resource]

    def follow(self) -> asyncio.Queue[Change | None]:
        """A queue that gets every change from now on; None says that the store was replaced."""
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        self._followers.add(queue)
        return queue

    def unfollow(self, queue: asyncio.Queue[Change | None]) -> None:
        """Stop it."""
        self._followers.discard(queue)

    def _tell(self, change: Change) -> None:
        if len(self._changes) == _REMEMBERED:
            self.oldest = self._changes[0].version
        self._changes.append(change)
        for queue in self._followers:
            queue.put_nowait(change)
        for listener in self.on_change:
            listener(change)

    def snapshot(self) -> Json:
        """Everything as JSON."""
        objects = [{"resource": resource, "object": item} for resource, item in self.everything()]
        return {"version": self.version, "objects": objects}

    def restore(self, state: Json) -> None:
        """Replace everything; versions go on, so that watchers notice."""
        self.version = max(self.version, int(state["version"])) + 1
        self.oldest = self.version
        self._changes.clear()
        self._objects = {}
        for entry in state["objects"]:
            document: Json = clone(entry["object"])
            self._objects.setdefault(entry["resource"], {})[_place(document)] = document
        for queue in self._followers:
            queue.put_nowait(None)


def _place(document: Json) -> Place:
    metadata = document["metadata"]
    return metadata.get("namespace", ""), metadata["name"]
