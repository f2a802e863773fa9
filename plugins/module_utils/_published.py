# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Example secrets that are printed in public charts and installation guides: whoever keeps one has no secret."""

from __future__ import annotations

import hashlib

#: SHA-256 of each, so that this file does not set off those who search for secrets.
DIGESTS = frozenset({
    "8a53dd3175bce420723507551193fa54b3d686596d154e6a4b94cf42304e93cf",  # the chart's apiserverKey
    "6c511f30e384ffd2e95c74aa0bdef875810bdb6876eba4b4638b9d573fc7cb33",  # its apiserverSecret
    "0c3b1dd110371938f488eb28f8119e640ed48b276d351dce4f86edd3b9e14cdc",  # its signing key, the router's jwksKey
    "ed7448fdb787caaf8caef0187413f67bdab058c0117c793ea041bebe3eec20c0",  # a Kafka password
    "1bbf712212f9e0526200ba848cabb04f98c03b88bb1333fe493f4dbe15266f93",  # a Redis password
    "7592e6bd0608663b43c8d1359b3f702e6edcc3cc479181ee8b0b12ffae5f2a6e",  # a password of databases
})  # fmt: skip


def is_published(text: str) -> bool:
    """Whether a text is such a secret, also between quotes or spaces."""
    return hashlib.sha256(text.strip().strip("\"'").encode(errors="surrogateescape")).hexdigest() in DIGESTS
