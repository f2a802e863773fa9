# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor's archive of GUI applications: what is in it, and running its scripts.

A script takes its key pair as arguments only, and arguments are there for everybody on the machine to see. So Python is
started with a few lines that read the arguments from standard input, and run the script with them.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import typing as t
import zipfile
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._values import scrubbed

UPLOAD, CONVERT = "upload_apps.py", "convert_image_registry.py"
#: Variables that could send a script elsewhere, or hold secrets that are none of its business.
KEPT_BACK = ("ANSIBLE_", "CLEARML_", "HELM_", "K8S_AUTH_", "TRAINS_")
#: Lines of a script's output that a message has.
TAIL = 10
#: Seconds for a script to say what it takes, and to rewrite packages.
SHORT, LONG = 60, 600
_RUNNER = """
import json, os, runpy, sys
sys.argv = json.load(sys.stdin)
sys.path[0] = os.path.dirname(sys.argv[0])
runpy.run_path(sys.argv[0], run_name="__main__")
"""
_CONFIGURATION = re.compile(r"[^/]+\.app\.conf$")
_WORDS = re.compile(
    r'"""(?P<long>.*?)"""|"(?P<text>(?:[^"\\]|\\.)*)"|(?:#|//)[^\n]*|(?P<opening>[{\[])|(?P<closing>[}\]])'
    r'|(?P<is>[:=])|(?P<end>[,\n])|(?P<bare>[^\s"{}\[\]:=,#]+)',
    re.DOTALL,
)
_OPTION = re.compile(r"(?<![\w-])--?[a-z][\w-]*")
_IMAGE = re.compile(r"make sure (\S+) was added to \S+")


@dataclass(frozen=True)
class Package:
    """One application in one version.

    :ivar member: where it is in the archive
    """

    id: str
    version: str
    member: str = ""

    def __str__(self) -> str:
        return f"{self.id} {self.version}".rstrip()


def rank(version: str) -> list[tuple[int, str]]:
    """Where a version stands among others."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"[.\-+]", version)]


class Archive:
    """The archive, in a file.

    :raises InvalidInput: if it is none
    """

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            with zipfile.ZipFile(path) as bundle:
                self._scripts = self._folder_of_scripts(bundle)
                members = [name for name in bundle.namelist() if name.endswith(".zip")]
                found = [self._package(name, bundle.read(name)) for name in members]
        except (OSError, zipfile.BadZipFile, RuntimeError) as error:
            raise InvalidInput(f"archive {path} cannot be read as a zip file ({type(error).__name__})") from None
        self.packages = [one for one in found if one is not None]
        if not self.packages:
            raise InvalidInput(f"archive {path} has no package of an application in it (a .zip with an .app.conf)")

    def _folder_of_scripts(self, bundle: zipfile.ZipFile) -> str:
        places = [name for name in bundle.namelist() if os.path.basename(name) == UPLOAD]
        if not places:
            raise InvalidInput(f"archive {self.path} has no {UPLOAD}; give the one that ClearML hands over")
        return os.path.dirname(min(places, key=lambda name: name.count("/")))

    def _package(self, member: str, content: bytes) -> Package | None:
        """A package; None for a zip file that is something else."""
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            names = [name for name in bundle.namelist() if _CONFIGURATION.match(name)]
            if not names:
                return None
            about = head(bundle.read(names[0]).decode("utf-8", "replace"))
        if not about.get("id") or not about.get("version"):
            raise InvalidInput(f"{member} in archive {self.path} does not say its id and its version")
        return Package(about["id"], about["version"], member)

    def unpack(self, packages: t.Iterable[Package], folder: str) -> str:
        """Write the scripts into a folder, and these packages into one below; answers the latter."""
        below = os.path.join(folder, "apps")
        os.mkdir(below)
        with zipfile.ZipFile(self.path) as bundle:
            places = {one.member: below for one in packages}
            for name in bundle.namelist():
                if os.path.dirname(name) == self._scripts and not name.endswith((".zip", "/")):
                    places[name] = folder
            for member, place in places.items():
                with open(os.path.join(place, os.path.basename(member)), "wb") as file:
                    file.write(bundle.read(member))
        return below


def head(text: str) -> dict[str, str]:
    """The plain settings at the top of an application's configuration, which is HOCON; blocks are skipped.

    No library is needed for that, and the whole of it may refer to what only the server knows.
    """
    found: dict[str, str] = {}
    depth, base, key, assigns = 0, -1, "", False
    for match in _WORDS.finditer(text):
        kind, word = match.lastgroup, match[match.lastgroup or 0]
        if kind is None or (kind == "end" and base < 0):
            continue
        if base < 0:
            base = int(kind == "opening")
        if kind in ("opening", "closing"):
            depth += 1 if kind == "opening" else -1
        if depth != base or kind in ("opening", "closing", "end"):
            key, assigns = "", False
        elif kind == "is":
            assigns = bool(key)
        elif assigns:
            found.setdefault(key, word)
            assigns = False
        else:
            key = word
    return found


class Scripts:
    """The scripts of an archive, once they are unpacked.

    :param limit: seconds that an upload may take
    """

    def __init__(self, folder: str, packages: str, connection: Connection, limit: int) -> None:
        self._folder = folder
        self._packages = packages
        self._connection = connection
        self._limit = limit

    def upload(self, make_latest: bool) -> str:
        """Upload the packages; answers what the script said.

        :raises InvalidInput: if it is a script that this does not know
        :raises ClearMLError: if it ended badly
        """
        connection = self._connection
        known = self._options(UPLOAD)
        pair = next((pair for pair in (("--key", "--secret"), ("--user", "--password")) if known >= {*pair}), None)
        wanted = {"--host", "--dir", *(["-ml"] if make_latest else [])}
        if pair is None or wanted - known:
            lacks = ", ".join(sorted(wanted - known)) or "--key and --secret"
            raise InvalidInput(f"{UPLOAD} of this archive does not know {lacks}; it is of an age that is not supported")
        command = ["--command", "upload"] if "--command" in known else []
        login = ["--host", connection.host, pair[0], connection.access_key, pair[1], connection.secret_key]
        latest = ["-ml"] if make_latest else []
        return self._run(UPLOAD, *login, *command, "--dir", self._packages, *latest, limit=self._limit)

    def convert(self, registry: str) -> list[str]:
        """Let the packages take their images from a registry; answers which ones it has to have.

        :raises InvalidInput: if it is a script that this does not know
        """
        known = self._options(CONVERT)
        option = next((one for one in ("--artifactory", "--repo") if one in known), None)
        if option is None:
            raise InvalidInput(f"{CONVERT} of this archive knows neither --artifactory nor --repo; leave out registry")
        said = self._run(CONVERT, "--apps-dir", self._packages, option, registry, limit=LONG)
        return sorted(set(_IMAGE.findall(said)))

    def _options(self, script: str) -> set[str]:
        if not os.path.isfile(os.path.join(self._folder, script)):
            raise InvalidInput(f"There is no {script} in this archive")
        return set(_OPTION.findall(self._run(script, "--help", limit=SHORT)))

    def _run(self, script: str, *arguments: str, limit: int) -> str:
        path = os.path.join(self._folder, script)
        try:
            done = subprocess.run(
                [sys.executable, "-c", _RUNNER],
                input=json.dumps([path, *arguments]),
                env=environment(self._connection),
                cwd=self._folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ClearMLError(f"{script} was stopped after {limit} seconds (script_timeout)") from None
        said = scrubbed(done.stdout, [self._connection.secret_key])
        if done.returncode:
            raise ClearMLError(f"{script} ended with status {done.returncode}{tail(said)}")
        return said


def tail(said: str) -> str:
    """The end of a script's output, to be put behind a message."""
    lines = [line.rstrip() for line in said.splitlines() if line.strip()][-TAIL:]
    return "".join(["; the end of what it said:", *(f"\n  {line}" for line in lines)]) if lines else ""


def environment(connection: Connection) -> dict[str, str]:
    """What a script finds around it: the usual variables for certificates and proxies say what our options say."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(KEPT_BACK)}
    if isinstance(connection.verify, str):
        kept.update(dict.fromkeys(("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"), connection.verify))
        kept["SSL_CERT_DIR" if os.path.isdir(connection.verify) else "SSL_CERT_FILE"] = connection.verify
    if connection.proxy:
        kept.update(dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), connection.proxy))
    return kept
