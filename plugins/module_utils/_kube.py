# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Kubernetes API server, as far as these modules need one: objects read and written by kind and name.

The ``kubernetes`` library knows how to sign in (certificates, tokens, exec plugins, service accounts) and speaks HTTP.
Objects stay plain maps, so that one code serves every kind.
"""

from __future__ import annotations

import json
import os
import typing as t
from urllib.parse import quote, urlencode

from ansible.module_utils.basic import env_fallback, missing_required_lib

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, InvalidInput

if t.TYPE_CHECKING:
    from kubernetes.client import ApiClient

Object = dict[str, t.Any]

#: Seconds for a connection, and for an answer.
TIMEOUTS = (10.0, 60.0)
MERGE_PATCH = "application/merge-patch+json"
#: A field that the kind has not is an error; without this the server drops it and says nothing.
STRICT = {"fieldValidation": "Strict"}


def kube_argument_spec() -> dict[str, dict[str, t.Any]]:
    """The options that say which cluster (documented in the fragment ``kubernetes``)."""
    return {
        "kubeconfig": {"type": "path", "fallback": (env_fallback, ["K8S_AUTH_KUBECONFIG"])},
        "context": {"type": "str", "fallback": (env_fallback, ["K8S_AUTH_CONTEXT"])},
    }


class KubeError(ClearMLError):
    """The cluster answered with an error, or not at all.

    :ivar status: HTTP status; 0 if no answer came
    :ivar reason: the Status object's machine-readable word, such as ``AlreadyExists``
    """

    def __init__(self, text: str, status: int = 0, reason: str = "") -> None:
        self.status = status
        self.reason = reason
        super().__init__(text)


class Kube:
    """One cluster, as one user.

    :param read_only: refuse every write that is no dry run (check mode); no caller can forget it
    """

    def __init__(self, client: ApiClient, where: str, read_only: bool) -> None:
        self._client = client
        self._where = where
        self._resources: dict[str, dict[str, Object]] = {}
        self.read_only = read_only
        self.wrote = False

    @classmethod
    def connect(cls, options: t.Mapping[str, t.Any], read_only: bool = False) -> Kube:
        """By the named kubeconfig, else KUBECONFIG, ``~/.kube/config``, or the service account of the own pod.

        :param options: ``kubeconfig`` and ``context``
        :raises InvalidInput: if the library or the configuration is missing or cannot work
        """
        try:
            from kubernetes import client, config
        except ImportError:
            raise InvalidInput(missing_required_lib("kubernetes")) from None
        named = options.get("kubeconfig") or os.environ.get("KUBECONFIG")
        context = options.get("context")
        configuration = client.Configuration()
        where = f"kubeconfig {named or '~/.kube/config'}" + (f", context {context}" if context else "")
        try:
            if named or context or os.path.exists(os.path.expanduser("~/.kube/config")):
                # The library reads KUBECONFIG when it is imported; a task's own environment comes later.
                path = named or os.path.expanduser("~/.kube/config")
                config.load_kube_config(path, context, configuration, persist_config=False)  # type: ignore[no-untyped-call]
            else:
                where = "the pod's own service account"
                config.load_incluster_config(configuration)  # type: ignore[no-untyped-call]
            api = client.ApiClient(configuration)
            _read_certificates(api)
        except (config.ConfigException, OSError, ValueError, KeyError, TypeError) as error:
            # Its text names files and contexts; a mistake in the YAML would quote what stands around it.
            reason = str(error) if isinstance(error, config.ConfigException | OSError) else type(error).__name__
            raise InvalidInput(f"No cluster can be reached with {where}: {reason}") from None
        return cls(api, where, read_only)

    def version(self) -> str:
        """The server's version, such as ``v1.33.2``."""
        return str(self.request("GET", "/version")["gitVersion"])

    def find(self, api_version: str, kind: str, name: str, namespace: str = "") -> Object | None:
        """One object; None if there is none, nor its namespace.

        :raises InvalidInput: if the name is empty, which would be a list of all
        """
        if not name:
            raise InvalidInput(f"The name of a {kind} is empty")
        try:
            return self.request("GET", self.path(api_version, kind, name, namespace))
        except KubeError as error:
            if error.status == 404:
                return None
            raise

    def every(
        self, api_version: str, kind: str, namespace: str = "", selector: str = "", fields: str = ""
    ) -> list[Object]:
        """All objects of a kind, in one namespace or in all, chosen by labels and fields; page by page."""
        query = {"limit": "500", **({"labelSelector": selector} if selector else {})}
        query |= {"fieldSelector": fields} if fields else {}
        found: list[Object] = []
        while True:
            page = self.request("GET", self.path(api_version, kind, "", namespace), query=query)
            found += page.get("items") or []
            query["continue"] = (page.get("metadata") or {}).get("continue") or ""
            if not query["continue"]:
                return found

    def create(self, document: Object, dry_run: bool = False) -> Object:
        """Create an object.

        :raises KubeError: with reason ``AlreadyExists`` if it exists
        """
        metadata = document["metadata"]
        path = self.path(document["apiVersion"], document["kind"], "", metadata.get("namespace", ""))
        return self._write("POST", path, document, dry_run, STRICT)

    def patch(self, document: Object, changes: Object, dry_run: bool = False) -> Object:
        """Change parts of an object; null removes one. With metadata.resourceVersion it fails if another was faster."""
        return self._write("PATCH", self.path_of(document), changes, dry_run, STRICT)

    def delete(self, document: Object, dry_run: bool = False) -> None:
        """Delete an object; one that is gone already is fine."""
        # All in the query: a server that gets a body looks for dryRun there, and nowhere else.
        try:
            self._write("DELETE", self.path_of(document), None, dry_run, {"propagationPolicy": "Background"})
        except KubeError as error:
            if error.status != 404:
                raise

    def write(self, method: str, path: str, body: Object) -> Object:
        """A write that is none of the usual ones, such as an eviction."""
        return self._write(method, path, body, False, {})

    def _write(self, method: str, path: str, body: Object | None, dry_run: bool, query: t.Mapping[str, str]) -> Object:
        if self.read_only and not dry_run:
            raise ClearMLError(f"{method} {path} would write, and this is a check run")
        if not dry_run:
            self.wrote = True
        return self.request(method, path, body, {**query, "dryRun": "All"} if dry_run else query)

    def path_of(self, document: Object) -> str:
        """Where an object is."""
        metadata = document["metadata"]
        return self.path(document["apiVersion"], document["kind"], metadata["name"], metadata.get("namespace", ""))

    def path(self, api_version: str, kind: str, name: str = "", namespace: str = "") -> str:
        """The path of an object, or of a list if no name is given; kinds without namespaces ignore one.

        :raises KubeError: with status 404 if the cluster does not serve the kind
        """
        resource = self._resource(api_version, kind)
        within = f"/namespaces/{_step(namespace)}" if resource["namespaced"] and namespace else ""
        return f"{_root(api_version)}{within}/{resource['name']}" + (f"/{_step(name)}" if name else "")

    def namespaced(self, api_version: str, kind: str) -> bool:
        """Whether objects of a kind live in namespaces.

        :raises KubeError: with status 404 if the cluster does not serve the kind
        """
        return bool(self._resource(api_version, kind)["namespaced"])

    def _resource(self, api_version: str, kind: str) -> Object:
        resource = self._served(_root(api_version)).get(kind)
        if resource is None:
            raise KubeError(f"The cluster ({self._where}) serves no {kind} of {api_version}", 404, "NotFound")
        return resource

    def _served(self, root: str) -> dict[str, Object]:
        if root not in self._resources:
            try:
                rows = self.request("GET", root).get("resources") or []
            except KubeError as error:
                if error.status != 404:
                    raise
                rows = []
            self._resources[root] = {row["kind"]: row for row in rows if "/" not in row["name"]}
        return self._resources[root]

    def request(
        self, method: str, path: str, body: Object | None = None, query: t.Mapping[str, str] | None = None
    ) -> Object:
        """One exchange; the answer's JSON.

        :raises KubeError: in the words of the server's Status object, which never quotes a Secret's data
        """
        document: Object = json.loads(self._exchange(method, path, "application/json", body, query))
        return document

    def text(self, path: str, query: t.Mapping[str, str]) -> str:
        """What is no object, such as the log of a container."""
        return self._exchange("GET", path, "*/*", None, query).decode(errors="replace")

    def url(self, path: str) -> str:
        """The address of a path."""
        return str(self._client.configuration.host).rstrip("/") + path

    def headers(self) -> dict[str, str]:
        """Those that say who asks."""
        # Asked for anew each time: the library renews a token that is about to expire.
        token = self._client.configuration.auth_settings().get("BearerToken", {}).get("value")
        return {"User-Agent": "clearml.enterprise", **({"Authorization": str(token)} if token else {})}

    def tls(self) -> dict[str, t.Any]:
        """Whom to trust under which name, and the client's certificate, as websockets take it."""
        configuration = self._client.configuration
        context = self._client.rest_client.pool_manager.connection_pool_kw["ssl_context"]
        # Old versions of urllib3 compare the names themselves, and leave it out of the context.
        if configuration.verify_ssl and configuration.assert_hostname is not False:
            context.check_hostname = True
        name = getattr(configuration, "tls_server_name", None)
        return {"context": context, **({"server_hostname": name} if name else {})}

    def proxy(self) -> str:
        """The proxy between here and the cluster; empty if there is none."""
        # The library has chosen already, by the variables for proxies too.
        return str(getattr(self._client.rest_client.pool_manager, "proxy", None) or "")

    def _exchange(
        self, method: str, path: str, accept: str, body: Object | None, query: t.Mapping[str, str] | None
    ) -> bytes:
        from urllib3 import Timeout
        from urllib3.exceptions import HTTPError

        headers = {"Accept": accept, **self.headers()}
        if body is not None:
            headers["Content-Type"] = MERGE_PATCH if method == "PATCH" else "application/json"
        url = self.url(path) + (f"?{urlencode(query)}" if query else "")
        try:
            answer = self._client.rest_client.pool_manager.request(
                method,
                url,
                body=None if body is None else json.dumps(body),
                headers=headers,
                timeout=Timeout(connect=TIMEOUTS[0], read=TIMEOUTS[1]),
                retries=1 if method == "GET" else 0,
            )
        except HTTPError as error:
            cause = getattr(error, "reason", None) or error
            raise self.silence(cause) from None
        if answer.status >= 300:
            raise self.refusal(method, path, answer.status, answer.data)
        content: bytes = answer.data
        return content

    def silence(self, cause: object) -> KubeError:
        """What an exchange without an answer comes to."""
        return KubeError(f"The cluster ({self._where}) gives no answer: {_first_line(cause)}")

    def refusal(self, method: str, path: str, code: int, body: bytes) -> KubeError:
        """What an answer that is an error comes to."""
        try:
            status = json.loads(body)
        except ValueError:
            status = {}
        status = status if isinstance(status, dict) else {}
        said = status.get("message") or f"HTTP {code}"
        advice = {
            401: f". Its credentials are not accepted: renew those of {self._where}",
            # Quotas and policies say 403 too.
            403: f". The user of {self._where} needs this right" if 'User "' in said else "",
        }.get(code, "")
        text = f"The cluster refused {method} {path} with {code}: {said}{advice}"
        return KubeError(text, code, str(status.get("reason") or ""))


def _read_certificates(api: ApiClient) -> None:
    """Hold certificates and keys in memory.

    The library puts those that stand in a kubeconfig into files, which it removes when Python ends. The processes that
    Ansible forks for tasks end without that.
    """
    from kubernetes.config import kube_config
    from urllib3.util.ssl_ import create_urllib3_context

    settings = api.rest_client.pool_manager.connection_pool_kw
    authorities, certificate, key = (settings.pop(name, None) for name in ("ca_certs", "cert_file", "key_file"))
    context = create_urllib3_context(cert_reqs=settings["cert_reqs"])
    if authorities:
        context.load_verify_locations(authorities)
    elif not settings.get("ca_cert_data"):
        context.load_default_certs()
    if certificate:
        context.load_cert_chain(certificate, key)
    settings["ssl_context"] = context
    kube_config._cleanup_temp_files()  # type: ignore[no-untyped-call]


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _step(name: str) -> str:
    """A name in a path; a dot alone would be a step of the path itself, which ends at a list."""
    if name in (".", ".."):
        raise InvalidInput(f"{name!r} is no name")
    return quote(name, safe="")


def _first_line(error: object) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0].rpartition(": ")[2] if "object at 0x" in lines[0] else lines[0]
