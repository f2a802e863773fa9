# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetching charts into a folder, each once."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ansible_collections.clearml.enterprise.plugins.module_utils._archive import described
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._helm import Helm, HelmFailed
from ansible_collections.clearml.enterprise.plugins.module_utils._processes import sweep
from ansible_collections.clearml.enterprise.plugins.module_utils._values import scrubbed

#: Seconds for one run of helm.
LIMIT = 300
#: Versions that a message lists.
NEWEST = 5
#: Followed by the process that works in it, so that the next one knows whether it still does.
HOME = ".fetching-"
REPOSITORY = "source"
_REFUSED = re.compile(r"\b(401|403)\b|unauthorized|forbidden|denied|credential not found", re.IGNORECASE)
_MISSING = re.compile(r"not found|no chart (name|version) found|\b404\b", re.IGNORECASE)
_EXACT = re.compile(r"v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$")


@dataclass(frozen=True)
class Source:
    """Where charts come from: a registry (``oci://``) or a classic repository."""

    url: str
    username: str
    password: str = field(repr=False)
    ca_path: str
    plain_http: bool

    @property
    def registry(self) -> bool:
        """Whether it is a registry."""
        return self.url.startswith("oci://")

    def check(self) -> None:
        """Look for mistakes.

        :raises InvalidInput: naming one
        """
        parts = urlsplit(self.url)
        if parts.scheme not in ("oci", "http", "https") or not parts.hostname:
            raise InvalidInput("source has to start with oci://, https:// or http://, and a host has to follow")
        if parts.username or parts.password:
            raise InvalidInput("source holds a user or a password; give them as username and password")
        if bool(self.username) != bool(self.password):
            raise InvalidInput("username and password go together; one of them is missing or empty")


class Fetched(t.NamedTuple):
    """A chart in the folder; its digest is empty if it is not there yet."""

    path: str
    digest: str
    new: bool


def have(
    source: Source,
    chart: str,
    version: str,
    folder: str,
    helm: t.Callable[[t.Mapping[str, str]], Helm],
    look_only: bool,
) -> Fetched:
    """A chart's archive in the folder, fetched if it is not there.

    :param helm: makes the program for an environment; not called if nothing is fetched
    """
    source.check()
    if not _EXACT.match(version):
        raise InvalidInput(f"version {version} is not exact; write it in full, such as 1.2.3")
    if not re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*$", chart):
        raise InvalidInput(f"chart {chart!r} is no name of a chart")
    place = os.path.join(folder, hashlib.sha256(source.url.rstrip("/").encode()).hexdigest()[:16])
    path = os.path.join(place, f"{chart}-{version}.tgz")
    if os.path.exists(path):
        return Fetched(path, _digest(path), new=False)
    if look_only:
        return Fetched(path, "", new=False)
    for each in (folder, place):
        os.makedirs(each, mode=0o700, exist_ok=True)
    with _alone(f"{path}.lock"):
        if os.path.exists(path):
            return Fetched(path, _digest(path), new=False)
        with _home(folder) as home:
            fetched = _fetch(source, chart, version, home, helm(_environment(home)))
            os.replace(fetched, path)
    return Fetched(path, _digest(path), new=True)


@contextlib.contextmanager
def _alone(path: str) -> t.Iterator[None]:
    with open(path, "a", opener=lambda name, flags: os.open(name, flags, 0o600)) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _home(folder: str) -> t.Iterator[str]:
    """A private home for helm, with passwords in it; those of dead processes are removed."""
    sweep(folder, HOME)
    home = tempfile.mkdtemp(prefix=f"{HOME}{os.getpid()}-", dir=folder)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _environment(home: str) -> dict[str, str]:
    return {
        "HOME": home,
        "DOCKER_CONFIG": home,
        "HELM_REGISTRY_CONFIG": os.path.join(home, "registry.json"),
        "HELM_REPOSITORY_CONFIG": os.path.join(home, "repositories.yaml"),
        **{f"HELM_{kind}_HOME": os.path.join(home, kind.lower()) for kind in ("CONFIG", "CACHE", "DATA")},
    }


def _fetch(source: Source, chart: str, version: str, home: str, helm: Helm) -> str:
    _introduce(source, home)
    secrets = [source.password] if source.password else []
    reference, options = f"{REPOSITORY}/{chart}", []
    if source.registry:
        reference = f"{source.url.rstrip('/')}/{chart}"
        options = [*(["--ca-file", source.ca_path] if source.ca_path else []), *(["--plain-http"] * source.plain_http)]
    try:
        if not source.registry:
            _read_index(helm, secrets)
        target = ["--version", version, "--destination", home]
        helm.run("pull", reference, *target, *options, limit=LIMIT, secrets=secrets)
    except HelmFailed as error:
        said = str(error)
        missing = _MISSING.search(said) and not _REFUSED.search(said)
        known = _versions(helm, source, reference, options) if missing else None
        raise ClearMLError(_reason(source, chart, version, said, known)) from None
    archives = [name for name in os.listdir(home) if name.endswith(".tgz")]
    path = os.path.join(home, archives[0])
    own = described(path)
    if own != (chart, version):
        raise ClearMLError(f"{source.url} answers with chart {own.name} {own.version} for {chart} {version}")
    return path


def _read_index(helm: Helm, secrets: list[str]) -> None:
    """Let helm read what a repository has. Why it cannot is in its output, and helm 3 is content all the same."""
    try:
        printed = helm.run("repo", "update", REPOSITORY, limit=LIMIT, secrets=secrets)
    except HelmFailed as error:
        printed = error.printed or str(error)
    _before, failed, reason = printed.partition("Unable to get an update")
    if failed:
        raise HelmFailed(scrubbed((reason.partition(":\n")[2] or reason).strip().splitlines()[0].strip(), secrets))


def _introduce(source: Source, home: str) -> None:
    """Write down what helm has to know of a source, as it would itself.

    Some sources take their token as the user too, so that not even the user may stand among a program's arguments.
    """
    if source.registry:
        pair = base64.b64encode(f"{source.username}:{source.password}".encode()).decode()
        auths = {urlsplit(source.url).netloc: {"auth": pair}} if source.password else {}
        content: dict[str, t.Any] = {"auths": auths}
        name = "registry.json"
    else:
        entry = {
            "name": REPOSITORY,
            "url": source.url,
            "username": source.username,
            "password": source.password,
            "caFile": source.ca_path,
        }
        content, name = {"apiVersion": "v1", "repositories": [entry]}, "repositories.yaml"
    with open(os.path.join(home, name), "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        json.dump(content, file)


def _versions(helm: Helm, source: Source, reference: str, options: list[str]) -> list[str]:
    """The newest versions of a chart, if they cost one request at most; empty if there is no such chart."""
    try:
        if source.registry:
            shown = helm.run("show", "chart", reference, *options, limit=LIMIT)
            return re.findall(r"^version: *[\"']?([^\s\"']+)", shown, re.MULTILINE)
        shown = helm.run("search", "repo", reference, "--versions", "--output", "json", limit=LIMIT)
    except HelmFailed:
        return []
    return [row["version"] for row in json.loads(shown) if row["name"] == reference][:NEWEST]


def _reason(source: Source, chart: str, version: str, said: str, known: list[str] | None) -> str:
    """What went wrong, in one sentence."""
    if _REFUSED.search(said):
        whom = f"username {source.username} with its password" if source.username else "a request without a password"
        return f"{source.url} refuses {whom}: {said}"
    if known:
        return f"{source.url} has no version {version} of chart {chart}; the newest there: {', '.join(known)}"
    if known == []:
        return f"{source.url} has no chart {chart} that this user may see: {said}"
    return f"{source.url} cannot be used: {said}"


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()
