# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret of a site is shown, handed over in the open, or left behind, whatever a run has to do."""

from __future__ import annotations

import base64
import json
import secrets
import typing as t
from pathlib import Path

import pytest

from lab.site import Run
from tests.integration.site.conftest import Hands
from tests.integration.site.processes import Watch, holding

#: What the test itself passes by environment.
GIVEN = ("CLEARML_LAB_TOKEN=", "CLEARML_LAB_OIDC_SECRET=")


class Keeper:
    """Runs playbooks as talkatively as they can be, and looks for secrets everywhere."""

    def __init__(self, hands: Hands, folder: Path) -> None:
        self.hands = hands
        registry = hands.platform.registry
        login = base64.b64encode(f"{registry.username}:{registry.token}".encode()).decode()
        self.given = [registry.token, secrets.token_hex(16), secrets.token_hex(16), login]
        self.scratch = hands.site.folder / "tmp"
        self.scratch.mkdir()
        self.file = folder / "secret-settings.json"
        self.file.touch(mode=0o600)
        settings = {"clearml_server_secret_settings": {"services": {"billing": {"token": self.given[2]}}}}
        self.file.write_text(json.dumps(settings), encoding="utf-8")
        hands.site.variables |= {"CLEARML_LAB_OIDC_SECRET": self.given[1], "TMPDIR": str(self.scratch)}

    def play(self, playbook: str, *options: str) -> Run:
        """Run a playbook, and find no secret but where it belongs."""
        before = self.secrets()
        with Watch() as watch:
            run = self.hands.play(playbook, "-vvv", "--diff", "-e", f"@{self.file}", *options)
        kept = before | self.secrets()
        assert not holding(run.output.splitlines(), kept)
        assert not holding(watch.arguments, kept)
        assert not holding((one for one in watch.variables if not one.startswith(GIVEN)), kept)
        assert [one for one in watch.arguments if one == "upgrade"], "it was looked at what helm is given"
        self.look_at_what_is_left(kept)
        return run

    def secrets(self) -> set[str]:
        """All that nobody should see."""
        found = set(self.given)
        for one in self.hands.objects("secrets"):
            for name, text in one.get("data", {}).items():
                plain = base64.b64decode(text).decode(errors="replace")
                # An access key says who somebody is, and opens nothing.
                if len(plain) > 8 and not (name.endswith("_key") and name != "secret_key"):
                    found |= {plain, text}
        for file in self.hands.site.keys.iterdir():
            found.add(file.read_text(encoding="utf-8").partition("CLEARML_API_SECRET_KEY=")[2].strip())
        return found

    def look_at_what_is_left(self, kept: t.Collection[str]) -> None:
        """Of the files that a run leaves, only those with tenants' key pairs hold secrets, for their owner only."""
        for path in (one for one in self.hands.site.folder.rglob("*") if one.is_file()):
            if holding([path.read_bytes().decode(errors="replace")], kept):
                assert path.parent == self.hands.site.keys, path
                assert path.stat().st_mode & 0o077 == 0, path
        assert not list(self.scratch.iterdir())
        runs = self.hands.site.folder / ".cache" / "clearml.enterprise" / "runs"
        assert not list(runs.iterdir())


@pytest.fixture
def keeper(empty: Hands, tmp_path_factory: pytest.TempPathFactory) -> Keeper:
    """A site that nobody has set up."""
    return Keeper(empty, tmp_path_factory.mktemp("given"))


def test_todays_packaging(keeper: Keeper) -> None:
    """A first run, and one that replaces key pairs."""
    keeper.play("site")
    hands = keeper.hands
    hands.call("Globex", "auth.revoke_credentials", access_key=hands.keys("Globex", "nightly")[0])
    hands.cluster.delete("/api/v1/namespaces/acme/secrets/clearml-agent-credentials")
    hands.cluster.delete("/api/v1/namespaces/clearml/secrets/clearml-server-settings")
    (hands.site.keys / "globex-nightly.env").unlink()
    keeper.play("site")
    assert (hands.site.keys / "globex-nightly.env").stat().st_mode & 0o777 == 0o600


def test_classic_packaging(keeper: Keeper) -> None:
    """Its chart takes keys and token as values."""
    keeper.hands.site.packaging = "classic"
    keeper.play("site")
