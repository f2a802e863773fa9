# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster that is asked for lists: one object costs nothing once its kind has been read."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError, Object

#: Records of Helm hold whole charts; whoever looks for other Secrets does not want them.
NO_RECORDS = "type!=helm.sh/release.v1"


class ListedKube(Kube):
    """The same cluster as another client's, read by the list: of all namespaces where the user may, else of some.

    :param namespaces: those to ask one by one; they limit everything if ``limited``
    :ivar sent: requests that were sent
    :ivar refused: kinds of which the user may not list all
    """

    def __init__(self, kube: Kube, namespaces: t.Collection[str], limited: bool = False) -> None:
        super().__init__(kube._client, kube._where, read_only=True)
        self._namespaces = sorted(namespaces)
        self._limited = limited
        self._lists: dict[tuple[str, str], dict[tuple[str, str], Object]] = {}
        self.sent = 0
        self.refused: set[str] = set()

    def request(
        self, method: str, path: str, body: Object | None = None, query: t.Mapping[str, str] | None = None
    ) -> Object:
        """One exchange, which is counted."""
        self.sent += 1
        return super().request(method, path, body, query)

    def find(self, api_version: str, kind: str, name: str, namespace: str = "") -> Object | None:
        """One object out of the list of its kind; None if it is not there."""
        known = self._lists.get((api_version, kind))
        if known is None:
            fields = NO_RECORDS if kind == "Secret" else ""
            listed = [one for page in self.pages(api_version, kind, fields=fields) for one in page]
            known = {(one["metadata"].get("namespace") or "", one["metadata"]["name"]): one for one in listed}
            self._lists[api_version, kind] = known
        found = known.get((namespace if self.namespaced(api_version, kind) else "", name))
        # In a list the server leaves out what all objects have in common.
        return None if found is None else {"apiVersion": api_version, "kind": kind, **found}

    def pages(
        self, api_version: str, kind: str, selector: str = "", fields: str = "", size: int = 500
    ) -> t.Iterator[list[Object]]:
        """All objects of a kind, page by page, so that nobody has to hold all of them.

        :raises KubeError: if the user may not even list those of one namespace
        """
        places = [""]
        if self.namespaced(api_version, kind) and self._limited:
            places = self._namespaces
        for place in places:
            try:
                yield from self._pages(api_version, kind, place, selector, fields, size)
            except KubeError as error:
                if error.status != 403 or place or not self.namespaced(api_version, kind):
                    raise
                self.refused.add(kind)
                for one in self._namespaces:
                    yield from self._pages(api_version, kind, one, selector, fields, size)

    def _pages(
        self, api_version: str, kind: str, namespace: str, selector: str, fields: str, size: int
    ) -> t.Iterator[list[Object]]:
        query = {"limit": str(size), **({"labelSelector": selector} if selector else {})}
        query |= {"fieldSelector": fields} if fields else {}
        while True:
            page = self.request("GET", self.path(api_version, kind, "", namespace), query=query)
            yield page.get("items") or []
            query["continue"] = (page.get("metadata") or {}).get("continue") or ""
            if not query["continue"]:
                return
