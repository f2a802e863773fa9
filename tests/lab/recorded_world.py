# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The world in which the errors of observed.yml were recorded, as a state of the lab."""

from __future__ import annotations

import copy
from typing import Any

Json = dict[str, Any]

COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b"
COMPANY_2 = "2" * 32
ANN = "9aedc37aa81c4db89a0fdf5c4c0ff717"
USER_2 = "14f8b47bfa334666a110ea08bd25b319"
TO_BE_DELETED = "596653de468a4df3a0085084214c6233"
QUEUE_GPU = "1b09e291b58544c69a88c61dd862a665"
QUEUE_CPU = "543db80c4afd4d849d8b24c6ba6b48aa"
QUEUE_OTHER = "9c777fa3edc2404eb0c6e655c3c66d7b"
TWO_DEFAULTS = ("da16fa3baf9f4a91964ba7b3c589c726", "483704befaf5462398db0edd39250d1d")
TASK = "685d7e06dccf429dbbc9295cefc45441"
SECRET = "the-same-for-everybody"
TESTS_KEY = "EGRTCO8JMSIGI6S39GTP43NFWXDQOW"
SECOND_USER_KEY = "XQYEWUPU84R2B2N14TAKVJ1O8JLAAY"

KEYS = {
    "Basic user key (__tests__)": TESTS_KEY,
    "Basic key of a user": "USERKEY",
    "Basic key of a admin": "ADMINKEY",
    "Basic key of a superuser": "SUPERUSERKEY",
    "Basic key of a annotator": "ANNOTATORKEY",
    "Basic key of a guest": "GUESTKEY",
    "Basic key of a root": "ROOTKEY",
    "Basic key of a user of company 2": "COMPANY2KEY",
    "Basic key of the user to be deleted": "DELETEDKEY",
}
"""Access keys by the words with which the record names the caller."""


def recorded_world(fresh: Json) -> Json:
    """A fresh lab's state with the recorded companies, people, queues and task added."""
    world = copy.deepcopy(fresh)
    world["companies"].append({"id": COMPANY_2, "name": "company 2"})
    for user, role, key, email in (
        ("48f67e33d3e442b4aa3d23a72efa6c71", "admin", "ADMINKEY", "admin@example.com"),
        ("f56d4d5cfb744798af76aa36b92b0f40", "user", "USERKEY", "user@example.com"),
        ("a" * 32, "superuser", "SUPERUSERKEY", "superuser@example.com"),
        ("b" * 32, "annotator", "ANNOTATORKEY", "annotator@example.com"),
        ("c" * 32, "guest", "GUESTKEY", "guest@example.com"),
        ("d" * 32, "root", "ROOTKEY", "root@example.com"),
        (ANN, "user", "ANNKEY", "ann@example.com"),
        (TO_BE_DELETED, "user", "DELETEDKEY", "del@example.com"),
    ):
        _add_person(world, user, COMPANY, role, key, email)
    world["auth_entries"][-7]["credentials"].append({"key": SECOND_USER_KEY, "secret": SECRET})
    _add_person(world, USER_2, COMPANY_2, "user", "COMPANY2KEY", "user2@example.com")
    _add_person(world, "__tests__", COMPANY, "user", TESTS_KEY, None)
    world["queues"] = [
        _queue("e" * 32, "default", ["default"]),
        _queue(QUEUE_GPU, "gpu"),
        _queue(QUEUE_CPU, "cpu"),
        _queue(QUEUE_OTHER, "other"),
    ]
    world["tasks"] = [{"id": TASK, "name": "task", "company": COMPANY}]
    return world


def _add_person(world: Json, user: str, company: str, role: str, key: str, email: str | None) -> None:
    credentials = [{"key": key, "secret": SECRET}]
    world["auth_entries"].append(
        {"id": user, "name": role, "company": company, "role": role, "email": email, "credentials": credentials}
    )
    world["profiles"].append({"id": user, "name": role, "company": company})


def _queue(queue: str, name: str, system_tags: list[str] | None = None) -> Json:
    return {"id": queue, "name": name, "company": COMPANY, "system_tags": system_tags or []}


def prepare(case: str, world: Json) -> None:
    """Bring the world to the moment of one case, where that differs from the common one."""
    if case in ("D81", "D86", "F41"):
        world["profiles"].append({"id": "u-x", "name": "X", "company": COMPANY})
    if case in ("D123", "D127", "D130"):
        world["profiles"] = [profile for profile in world["profiles"] if profile["id"] != TO_BE_DELETED]
    gone = {"E39": SECOND_USER_KEY, "J12": TESTS_KEY}.get(case)
    if gone is not None:
        for entry in world["auth_entries"]:
            entry["credentials"] = [c for c in entry["credentials"] if c["key"] != gone]
    if case == "G117":
        world["queues"] = [_queue(queue, queue, ["default"]) for queue in TWO_DEFAULTS]
    if case == "G123":
        world["queues"] = [queue for queue in world["queues"] if queue["id"] != QUEUE_CPU]
    if case == "G140":
        world["queues"] = [queue for queue in world["queues"] if queue["name"] != "default"]
    if case in ("G132", "G133", "G134"):
        world["queues"][1]["entries"] = [{"task": TASK}]
