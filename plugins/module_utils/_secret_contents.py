# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Secret has to hold: texts that are given, made once, or copied from other Secrets of the same cluster."""

from __future__ import annotations

import base64
import json
import re
import secrets
import string
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._fixed_users import KEY as FIXED_USERS
from ansible_collections.clearml.enterprise.plugins.module_utils._fixed_users import listed
from ansible_collections.clearml.enterprise.plugins.module_utils._kept_secret import KeptSecret, texts_of
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube
from ansible_collections.clearml.enterprise.plugins.module_utils._published import is_published

#: The key of the text that makes the checksum of all others tell nothing about them.
SALT = ".salt"
PULL_TYPE = "kubernetes.io/dockerconfigjson"
PULL_KEY = ".dockerconfigjson"
KEY = re.compile(r"[-._a-zA-Z0-9]+")
LETTERS_AND_DIGITS = string.ascii_letters + string.digits
DEFAULT_LENGTH = 40
#: Shorter texts, or ones of fewer different characters, could be guessed.
LEAST_LENGTH = 12
LEAST_VARIETY = 10
#: Stands in check mode for a text whose source does not exist yet.
NOT_YET = "not-made-yet"
PUBLISHED = "is an example printed in public charts and guides, and so no secret at all"


@dataclass(frozen=True)
class Rule:
    """How a text is made."""

    length: int = DEFAULT_LENGTH
    alphabet: str = LETTERS_AND_DIGITS

    def make(self) -> str:
        """A new text. It begins with a letter if it may, so that no parser takes it for a number."""
        letters = "".join(one for one in self.alphabet if one in string.ascii_letters)
        rest = (secrets.choice(self.alphabet) for _each in range(self.length - 1))
        return secrets.choice(letters or self.alphabet) + "".join(rest)

    @classmethod
    def from_option(cls, key: str, value: t.Any) -> Rule:
        """The rule of one key of ``generate``.

        :raises InvalidInput: naming key and part
        """
        parts = {} if value is None else value
        if not isinstance(parts, dict) or not parts.keys() <= {"length", "alphabet"}:
            raise InvalidInput(f"generate.{key} takes a map with length and alphabet, or nothing")
        try:
            length = int(parts.get("length", DEFAULT_LENGTH))
        except (TypeError, ValueError):
            length = 0
        if length < LEAST_LENGTH:
            raise InvalidInput(
                f"generate.{key}.length is {parts.get('length')!r}; it is a number of characters from {LEAST_LENGTH}"
            )
        alphabet = str(parts.get("alphabet", LETTERS_AND_DIGITS))
        if len(set(alphabet)) < LEAST_VARIETY:
            raise InvalidInput(
                f"generate.{key}.alphabet has {len(set(alphabet))} different characters; it needs {LEAST_VARIETY}"
            )
        return cls(length, alphabet)


@dataclass(frozen=True)
class Source:
    """Where a text is copied from."""

    namespace: str
    name: str
    key: str


@dataclass
class Contents:
    """The keys of one Secret, and where their texts come from.

    :ivar given: texts by key
    :ivar options: which option a given text came from, for messages
    :ivar rules: how texts are made, by key
    :ivar sources: where texts are copied from, by key
    :ivar fixed_users: people whose list, with hashed passwords, is the text of a key of its own
    :ivar quoted: the keys whose texts are stored as JSON
    :ivar alone: whether the Secret has to have no other keys
    :ivar unborn: sources that check mode takes as made by an earlier task
    """

    given: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    fixed_users: list[dict[str, t.Any]] = field(default_factory=list)
    quoted: frozenset[str] = frozenset()
    alone: bool = False
    unborn: list[str] = field(default_factory=list)

    @classmethod
    def from_options(cls, params: t.Mapping[str, t.Any]) -> Contents:
        """From the module's options of these names.

        :raises InvalidInput: naming the key, never a text
        """
        contents = cls(quoted=frozenset(params["quoted"] or []), alone=params["remove_others"])
        for key, value in (params["data"] or {}).items():
            contents._give(str(key), value, f"data.{key}")
        if params["registry"]:
            contents._give(PULL_KEY, docker_config(**params["registry"]), "registry")
        for key, rule in (params["generate"] or {}).items():
            contents._declare(str(key), f"generate.{key}")
            contents.rules[str(key)] = Rule.from_option(str(key), rule)
        for one in params["copy"] or []:
            key = one["to_key"] or one["key"]
            contents._declare(key, f"copy of {one['from_name']}")
            namespace = one["from_namespace"] or params["namespace"]
            contents.sources[key] = Source(namespace, one["from_name"], one["key"])
        if params.get("fixed_users"):
            contents._declare(FIXED_USERS, "fixed_users")
            contents.fixed_users = params["fixed_users"]
        if not contents.options:
            raise InvalidInput("There is nothing to keep: give data, registry, generate, copy or fixed_users")
        wrong = sorted(contents.quoted - contents.given.keys() - contents.sources.keys() | contents.quoted & {PULL_KEY})
        if wrong:
            raise InvalidInput(f"quoted names {wrong[0]!r}, which is no key of data or copy")
        contents.rules[SALT] = Rule()
        return contents

    def _declare(self, key: str, option: str) -> None:
        if key == SALT:
            raise InvalidInput(f"{option}: the key {SALT} is reserved for the checksum")
        if not KEY.fullmatch(key):
            raise InvalidInput(f"{option}: a key of a Secret has letters, digits, dots, dashes and underscores only")
        if key in self.options:
            raise InvalidInput(f"The key {key!r} is declared twice: {self.options[key]} and {option}")
        self.options[key] = option

    def _give(self, key: str, value: t.Any, option: str) -> None:
        self._declare(key, option)
        if not isinstance(value, str):
            raise InvalidInput(f"{option} is not text; write it between quotes")
        if not value:
            raise InvalidInput(f"{option} is empty")
        self.given[key] = value

    def texts(self, secret: KeptSecret, kube: Kube) -> dict[str, str | None]:
        """The texts that the Secret has to have, by key; null for a key that has to go.

        :raises Refused: or InvalidInput if a source is missing, or a text is a published example
        """
        self.unborn = []
        found = {**self.given, **self._copies(kube)}
        for key, text in found.items():
            if is_published(text):
                raise InvalidInput(f"{self._what(key)} {PUBLISHED}")
        for user in self.fixed_users:
            if is_published(user["password"] or ""):
                raise InvalidInput(f"fixed_users: the password of {user['username']!r} {PUBLISHED}")
        if self.fixed_users:
            found[FIXED_USERS] = listed(self.fixed_users, secret.texts.get(FIXED_USERS, ""))
        kept = {
            key: text
            for key, text in secret.texts.items()
            if text and key not in found and (key in self.rules or not self.alone)
        }
        for key, text in kept.items():
            if is_published(text):
                raise Refused(
                    f"The key {key!r} of the Secret {secret.full_name} {PUBLISHED}. Remove it from the Secret (what "
                    "generate names is made anew then), and change it wherever it is used"
                )
        made = {key: kept.get(key) or rule.make() for key, rule in self.rules.items()}
        stored = {key: json.dumps(text) if key in self.quoted else text for key, text in found.items()}
        others = dict.fromkeys(key for key in secret.texts if self.alone and key not in stored and key not in made)
        return {**others, **stored, **made}

    def _what(self, key: str) -> str:
        source = self.sources.get(key)
        if source is None:
            return self.options[key]
        return f"The key {source.key!r} of the Secret {source.namespace}/{source.name}, which copy names,"

    def _copies(self, kube: Kube) -> dict[str, str]:
        documents: dict[tuple[str, str], dict[str, str]] = {}
        copies = {}
        for key, source in self.sources.items():
            where = (source.namespace, source.name)
            if where not in documents:
                documents[where] = texts_of(kube.find("v1", "Secret", source.name, source.namespace))
            text = documents[where].get(source.key)
            if not text:
                what = f"key {source.key!r} of the Secret {source.namespace}/{source.name}"
                if not kube.read_only:
                    raise Refused(f"There is no {what}, which copy names")
                self.unborn.append(what)
            copies[key] = text or NOT_YET
        return copies


def docker_config(server: str, username: str, password: str) -> str:
    """What a pull secret holds."""
    if is_published(password):
        raise InvalidInput(f"registry.password {PUBLISHED}")
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    return json.dumps({"auths": {server: {"username": username, "password": password, "auth": pair}}}, sort_keys=True)
