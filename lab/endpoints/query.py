# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists the way the real server makes them: filters, order, pages, scrolls and projections.

None of this goes through a model there, so wrong types fail as Python or the database would.
"""

from __future__ import annotations

import re
import traceback
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from lab.wire import errors
from lab.world.records import Json

PAGE_LIMIT = 500
_OPERATORS = {"__$all", "__$and", "__$any", "__$or", "__$not", "__$nop"}


@dataclass(frozen=True)
class Listing:
    """What differs between lists: the known fields, and words in the error for a bad pattern."""

    fields: frozenset[str]
    doing: str | None = None


def python_error(error: Exception) -> errors.ApiError:
    """An unexpected exception: 500/0 with its text and a traceback."""
    return errors.ApiError(500, 0, str(error), stack="".join(traceback.format_exception(error)))


def select(listing: Listing, items: Iterable[Json], body: Json) -> list[Json]:
    """Filtered and ordered items (whole objects, ids included), not yet cut into pages."""
    chosen = _by_id(items, body.get("id"))
    chosen = _by_name(listing, chosen, body.get("name"))
    for name in ("tags", "system_tags"):
        if body.get(name):
            keep = _tag_filter(name, body[name])
            chosen = [item for item in chosen if keep(set(item.get(name, ())))]
    for name in ("_any_", "_all_"):
        if body.get(name) is not None:
            chosen = _by_pattern(listing, chosen, name, body[name])
    return _ordered(listing, chosen, body.get("order_by"))


def _by_id(items: Iterable[Json], wanted: Any) -> list[Json]:
    if not wanted:
        return list(items)
    ids = [wanted] if isinstance(wanted, str) else wanted
    for value in ids:
        if not isinstance(value, str):
            raise errors.bad_value("invalid value type, string expected", field="id", value=value)
    excluded = {value[1:] for value in ids if value.startswith("-")}
    included = {value for value in ids if not value.startswith("-")}
    return [item for item in items if (not included or item["id"] in included) and item["id"] not in excluded]


def _by_name(listing: Listing, items: list[Json], pattern: Any) -> list[Json]:
    """Unanchored and case-sensitive; an empty pattern is no filter."""
    if not pattern:
        return items
    found = _compile(listing, pattern)
    return [item for item in items if found.search(item["name"])]


def _compile(listing: Listing, pattern: Any, flags: int = 0) -> re.Pattern[str]:
    try:
        return re.compile(pattern, flags)
    except re.error as error:
        raise errors.bad_regex(error, listing.doing) from None
    except TypeError as error:
        raise python_error(error) from None


def _by_pattern(listing: Listing, items: list[Json], name: str, query: Any) -> list[Json]:
    """``{pattern, fields}``: any (or all) of the fields match, whatever their case."""
    if not isinstance(query, dict) or "pattern" not in query or "fields" not in query:
        text = f"incorrect field format: field={name}"
        raise errors.bad_value("failed parsing query field", error=text, field=name)
    found = _compile(listing, query["pattern"], re.IGNORECASE)
    combine = any if name == "_any_" else all
    return [item for item in items if combine(found.search(str(item.get(field, ""))) for field in query["fields"])]


def _tag_filter(field: str, terms: Any) -> Callable[[set[str]], bool]:
    """A list of tags means any of them; ``-tag`` excludes; the ``__$`` words change the mode."""
    wanted: list[str] = []
    excluded: set[str] = set()
    combine: Callable[[Iterable[bool]], bool] = any
    exclude_next = False
    for term in [terms] if isinstance(terms, str) else terms:
        if term.startswith("__$"):
            if term not in _OPERATORS:
                raise errors.bad_value("Unsupported operator", field=field, operator=term)
            combine = {"__$all": all, "__$and": all, "__$any": any, "__$or": any}.get(term, combine)
            exclude_next = term == "__$not"
        elif exclude_next or term.startswith("-"):
            excluded.add(term if exclude_next else term[1:])
            exclude_next = False
        else:
            wanted.append(term)

    def keep(tags: set[str]) -> bool:
        return not excluded & tags and (not wanted or combine(term in tags for term in wanted))

    return keep


def _ordered(listing: Listing, items: list[Json], order: Any) -> list[Json]:
    if not order:
        return items
    # A plain string is taken letter by letter, which is what the real server does with it.
    fields = [term.removeprefix("-") for term in order]
    if "" in fields:
        text = "FieldPath cannot be constructed with empty string"
        full = f"{{'ok': 0.0, 'errmsg': '{text}', 'code': 40352, 'codeName': 'Location40352'}}"
        raise errors.internal(f": err={text}, full error: {full}")
    for field in fields:
        check_field(listing, field)
    for term, field in reversed(list(zip(order, fields, strict=True))):
        items = sorted(items, key=partial(_sort_key, field), reverse=term.startswith("-"))
    return items


def _sort_key(field: str, item: Json) -> tuple[bool, str]:
    value = dig(item, field)
    return value is not None, str(value if value is not None else "")


def check_field(listing: Listing, name: str) -> None:
    """ApiError 400/14 for a field that the objects have not; nested parts are open only in objects."""
    head, _dot, rest = name.partition(".")
    if head not in listing.fields:
        raise errors.unknown_field(head)
    if rest and head not in ("metadata", "entries", "profile_connection", "preferences"):
        raise errors.unknown_field(rest)


def dig(item: Json, path: str) -> Any:
    """The value under a dotted path, None where it ends early."""
    value: Any = item
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def page(items: list[Json], body: Json) -> list[Json]:
    """One page; without page numbers the first 500, with no word about the rest."""
    number, size = body.get("page"), body.get("page_size")
    try:
        if number is not None and number < 0:
            raise errors.validation("page must be >=0", field="page")
        if number is not None and size is None:
            raise errors.missing_page_size()
        if size is not None and size < 1:
            raise errors.validation("page_size must be >0", field="page_size")
        if isinstance(size, float) or isinstance(number, float):
            raise TypeError("limit must be an integer")
    except TypeError as error:
        raise python_error(error) from None
    size = min(size or PAGE_LIMIT, PAGE_LIMIT)
    start = (number or 0) * size
    return items[start : start + size]


def scroll(positions: dict[str, int], items: list[Json], body: Json) -> tuple[list[Json], str]:
    """The next ``size`` items and the id that asks for more.

    An id that is not among the ``positions`` starts anew without a word, as on the real server.
    """
    size, scroll_id = body.get("size"), body.get("scroll_id")
    if not isinstance(size, int) or size < 1:
        raise errors.validation("Integer size parameter greater than 1 should be provided when working with scroll")
    if not isinstance(scroll_id, str) or scroll_id not in positions:
        scroll_id = uuid.uuid4().hex
    start = 0 if body.get("refresh_scroll") else positions.get(scroll_id, 0)
    taken = items[start : start + size]
    positions[scroll_id] = start + len(taken)
    return taken, scroll_id


def project(item: Json, fields: Iterable[str]) -> Json:
    """Only the named fields, nested ones in their place."""
    shown: Json = {}
    for name in fields:
        head, _dot, rest = name.partition(".")
        if head not in item:
            continue
        if not rest or not isinstance(item[head], dict):
            shown[head] = item[head]
        elif (value := dig(item[head], rest)) is not None:
            target = shown.setdefault(head, {})
            *parents, leaf = rest.split(".")
            for parent in parents:
                target = target.setdefault(parent, {})
            target[leaf] = value
    return shown
