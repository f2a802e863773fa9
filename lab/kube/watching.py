# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches: the changes of a resource as a stream of lines."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator

from aiohttp import web

from lab.kube.cluster import Cluster
from lab.kube.documents import Json
from lab.kube.objects.store import Change
from lab.kube.reading import expired, in_version, matcher
from lab.kube.wire.errors import bad_request
from lab.kube.wire.requests import Call
from lab.kube.wire.tables import table

_LONGEST = 1800.0


class Watch:
    """One watch."""

    def __init__(self, cluster: Cluster, call: Call) -> None:
        self._cluster = cluster
        self._call = call
        self._fits = matcher(call)
        self._bookmarks = call.flag("allowWatchBookmarks")
        self._version = call.parameter("resourceVersion") or ""
        if call.flag("sendInitialEvents") and call.parameter("resourceVersionMatch") != "NotOlderThan":
            raise bad_request("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
        if self._version not in ("", "0") and not self._version.isdigit():
            raise bad_request(f"invalid resource version {self._version!r}")
        seconds = float(call.number("timeoutSeconds") or 0) or random.uniform(_LONGEST, 2 * _LONGEST)
        self._until = time.monotonic() + seconds
        self._first_row = True

    async def stream(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer until the time is over or the client is gone."""
        response = web.StreamResponse(
            headers={"Content-Type": "application/json", "Cache-Control": "no-cache, private"}
        )
        response.enable_chunked_encoding()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            async for line in self._lines():
                await response.write(line)
            await response.write_eof()
        return response

    async def _lines(self) -> AsyncIterator[bytes]:
        store = self._cluster.store
        queue = store.follow()
        try:
            seen = store.version
            for line in self._beginning():
                yield line
            next_bookmark = time.monotonic() + self._cluster.settings.bookmark_seconds
            while (left := self._until - time.monotonic()) > 0:
                try:
                    pause = min(left, max(next_bookmark - time.monotonic(), 0.01)) if self._bookmarks else left
                    change = await asyncio.wait_for(queue.get(), pause)
                except TimeoutError:
                    if self._bookmarks and time.monotonic() >= next_bookmark:
                        yield self._bookmark()
                        next_bookmark = time.monotonic() + self._cluster.settings.bookmark_seconds
                    continue
                if change is None:
                    yield _line("ERROR", expired(self._version or str(seen), store.oldest).status())
                    return
                if (news := self._line_for(change)) is not None:
                    yield news
        finally:
            store.unfollow(queue)

    def _beginning(self) -> list[bytes]:
        """What happened before: the objects that are there, or the changes since a version."""
        store, resource = self._cluster.store, self._call.kind.resource
        initial = self._call.flag("sendInitialEvents")
        if self._version in ("", "0") or initial:
            lines = [self._event("ADDED", item) for item in store.all(resource) if self._fits(item)]
            if initial and self._bookmarks:
                lines.append(self._bookmark(end=True))
            return lines
        if int(self._version) < store.oldest:
            self._until = 0.0
            return [_line("ERROR", expired(self._version, store.oldest).status())]
        changes = store.changes_since(int(self._version), resource)
        return [line for change in changes if (line := self._line_for(change))]

    def _line_for(self, change: Change) -> bytes | None:
        if change.resource != self._call.kind.resource:
            return None
        fits = self._fits(change.object)
        if change.type == "DELETED":
            return self._event("DELETED", change.object) if fits else None
        fitted = change.before is not None and self._fits(change.before)
        if fits:
            return self._event("MODIFIED" if fitted else "ADDED", change.object)
        return self._event("DELETED", change.object) if fitted else None

    def _event(self, name: str, item: Json) -> bytes:
        item = in_version(self._call.kind, item)
        if self._call.wants_table:
            metadata = {"resourceVersion": item["metadata"]["resourceVersion"]}
            item = table(self._call.kind, [item], metadata, self._call.parameter("includeObject"), self._first_row)
            self._first_row = False
        return _line(name, item)

    def _bookmark(self, end: bool = False) -> bytes:
        metadata: Json = {"resourceVersion": str(self._cluster.store.version)}
        if end:
            metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
        kind = self._call.kind
        if self._call.wants_table:
            return _line("BOOKMARK", table(kind, [], metadata, None, False))
        return _line("BOOKMARK", {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata})


def _line(name: str, item: Json) -> bytes:
    return json.dumps({"type": name, "object": item}, separators=(",", ":")).encode() + b"\n"
