# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Planning: what stands and what is asked in, calls out; with an entity made for the purpose."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import random
import typing as t

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    COMPANY_ID,
    NEW_ID,
    Action,
    Call,
    Create,
    Desired,
    Entity,
    Field,
    Identity,
    Row,
    Update,
    as_set,
    computed_id,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._plan import (
    UNREADABLE,
    Plan,
    check_values,
    plan,
    resolve,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK, hidden

COMPANY = "c" * 32


def _remove(row: Row, desired: Desired) -> tuple[Action, ...]:
    body = {"thing": row.id, "force": bool(desired.steering.get("force"))}
    return (Action("delete", "thing", row.values["name"], (Call("things.delete", body),)),)


def _role_endpoint(role: t.Any) -> str:
    return "things.set_role" if role in ("admin", "user") else "things.edit"


def _repair(row: Row) -> tuple[Call, ...]:
    return (Call("things.mend", {"thing": row.id}),) if row.raw.get("broken") else ()


THING = Entity(
    kind="thing",
    key="name",
    read=lambda world, desired: [],
    chosen_id=True,
    create=Create("things.create", Identity.OWN, {"company": COMPANY_ID}),
    remove=_remove,
    repair=_repair,
    updates=(
        Update("things.update", "thing"),
        Update("things.set_role", "thing", Identity.OWN),
        Update("things.edit", "thing", Identity.OWN),
        Update("things.put_limits", "id", whole=True),
        Update("things.set_secret", "thing"),
    ),
    fields=(
        Field("name", "things.update"),
        Field("tags", "things.update", normal=as_set, null=[]),
        Field("note", "things.update", null=None),
        Field("owner", "things.update", source="owner.id", request="user"),
        Field("role", _role_endpoint),
        Field("color"),
        Field("limit", "things.put_limits", create=False, readable=False),
        Field("window", "things.put_limits", create=False, readable=False),
        Field("secret", "things.set_secret", create=False, readable=False, mask=hidden),
        Field("birth", readable=False),
    ),
)
PLAIN = dataclasses.replace(THING, chosen_id=False)


def row(number: int = 1, **values: t.Any) -> Row:
    """A thing as it stands; what the server does not show is not in it."""
    standing = {"name": "a", "tags": [], "note": None, "owner": None, "role": None, "color": None}
    return Row(f"id{number}", {**standing, **values}, {"broken": values.pop("broken", False)})


def want(state: str = "present", id: str | None = None, steering: t.Any = None, **values: t.Any) -> Desired:  # noqa: A002
    return Desired({"name": "a", **values}, state, id, steering or {})


def planned(desired: Desired, *rows: Row, entity: Entity = PLAIN, **how: t.Any) -> Plan:
    return plan(entity, rows, desired, COMPANY, **how)


def calls(result: Plan) -> list[tuple[str, dict[str, t.Any]]]:
    return [(call.endpoint, dict(call.body)) for action in result.actions for call in action.calls]


ALWAYS = {"update_unreadable": "always"}


# ---- create


def test_a_creation() -> None:
    result = planned(
        want(color="red", tags=["b", "a"], limit=3, window=4, secret="s", role="admin", birth=1), entity=THING
    )
    (action,) = result.actions
    chosen = computed_id("thing", COMPANY, "a")
    body = {
        "id": chosen,
        "company": COMPANY_ID,
        "name": "a",
        "tags": ["b", "a"],
        "role": "admin",
        "color": "red",
        "birth": 1,
    }
    assert calls(result) == [
        ("things.create", body),
        ("things.put_limits", {"id": NEW_ID, "limit": 3, "window": 4}),
        ("things.set_secret", {"thing": NEW_ID, "secret": "s"}),
    ]
    assert [call.creates for call in action.calls] == [True, False, False]
    assert (action.verb, action.kind, action.name) == ("create", "thing", "a")
    assert action.fields == ("birth", "color", "limit", "name", "role", "secret", "tags", "window")
    assert result.before == {} and result.after["tags"] == ["a", "b"] and result.after["secret"] == MASK
    assert result.row is None


def test_a_creation_sends_nothing_that_was_not_asked() -> None:
    assert calls(planned(want())) == [("things.create", {"company": COMPANY_ID, "name": "a"})]
    assert calls(planned(want(note=None, tags=None, owner=None))) == calls(planned(want())), (
        "a null is what a new one has"
    )


def test_what_cannot_be_created_or_removed() -> None:
    fixed = dataclasses.replace(PLAIN, create=None, remove=None)
    with pytest.raises(InvalidInput, match="thing cannot be created"):
        planned(want(), entity=fixed)
    with pytest.raises(InvalidInput, match="thing cannot be removed"):
        planned(want("absent"), row(), entity=fixed)


# ---- update


def test_no_difference_no_actions() -> None:
    standing = row(tags=["a", "b"], note="n", owner="u1", role="admin", color="red")
    for values in (
        {},
        {"tags": ["b", "a", "b"], "note": "n", "owner": "u1", "role": "admin", "color": "red"},
        {"limit": 3, "secret": "s", "birth": 1},
    ):
        result = planned(want(**values), standing)
        assert result.actions == () and not result.changed
        assert result.before == result.after == standing.values and result.row is standing


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"note": "new"}, [("things.update", {"thing": "id1", "note": "new"})]),
        ({"tags": ["z", "x"]}, [("things.update", {"thing": "id1", "tags": ["z", "x"]})]),
        ({"owner": "u2"}, [("things.update", {"thing": "id1", "user": "u2"})]),
        ({"note": "new", "tags": ["a"], "owner": "u1"}, [("things.update", {"thing": "id1", "note": "new"})]),
        ({"role": "user"}, [("things.set_role", {"thing": "id1", "role": "user"})]),
        ({"role": "guest"}, [("things.edit", {"thing": "id1", "role": "guest"})]),
        (
            {"role": "guest", "note": "new"},
            [("things.update", {"thing": "id1", "note": "new"}), ("things.edit", {"thing": "id1", "role": "guest"})],
        ),
    ],
)
def test_only_what_differs_is_sent(values: dict[str, t.Any], expected: list[t.Any]) -> None:
    standing = row(tags=["a"], note="n", owner="u1", role="admin")
    result = planned(want(**values), standing)
    assert calls(result) == expected
    differing = {option for option, value in values.items() if standing.values[option] != value}
    assert set(result.actions[0].fields) == differing and result.actions[0].verb == "update"
    assert {key for key in result.after if result.after[key] != result.before[key]} == differing


def test_what_cannot_be_changed_is_refused() -> None:
    with pytest.raises(Refused, match=r"color of thing 'a' is 'red'.*'blue'"):
        planned(want(color="blue"), row(color="red"))
    assert not planned(want(birth=2), row()).changed, "what cannot be read or changed counts at creation only"


def test_rename_by_id() -> None:
    result = planned(want(id="id1", name="b"), row(1), row(2, name="c"))
    assert calls(result) == [("things.update", {"thing": "id1", "name": "b"})]
    assert result.actions[0].name == "a" and result.after["name"] == "b"
    with pytest.raises(Refused, match="'c'"):
        planned(want(id="id1", name="c"), row(1), row(2, name="c"))


def test_a_repair_comes_first_and_needs_no_difference() -> None:
    broken = Row("id1", row().values, {"broken": True})
    assert calls(planned(want(), broken)) == [("things.mend", {"thing": "id1"})]
    assert [endpoint for endpoint, _body in calls(planned(want(note="n"), broken))] == ["things.mend", "things.update"]
    assert [endpoint for endpoint, _body in calls(planned(want("absent"), broken))] == ["things.delete"]


# ---- null


@pytest.mark.parametrize(
    ("values", "standing", "expected"),
    [
        ({"tags": None}, {"tags": ["a"]}, {"tags": []}),
        ({"tags": None}, {"tags": []}, None),
        ({"tags": []}, {"tags": ["a"]}, {"tags": []}),
        ({"note": None}, {"note": "n"}, {"note": None}),
        ({"note": None}, {"note": None}, None),
        ({}, {"tags": ["a"], "note": "n"}, None),
    ],
)
def test_null_clears_and_absence_keeps(values: dict[str, t.Any], standing: dict[str, t.Any], expected: t.Any) -> None:
    desired = want(**values)
    check_values(PLAIN, desired)
    found = calls(planned(desired, row(**standing)))
    assert found == ([] if expected is None else [("things.update", {"thing": "id1", **expected})])


@pytest.mark.parametrize("option", ["name", "owner", "role", "color", "limit", "secret"])
def test_null_is_refused_where_it_clears_nothing(option: str) -> None:
    with pytest.raises(InvalidInput, match=rf"{option} is null.*Leave it out"):
        check_values(PLAIN, want(**{option: None}))
    check_values(PLAIN, want("absent", **{option: None}))


# ---- which one


def test_two_of_one_name_are_listed() -> None:
    rows = [row(1), row(2), row(3, name="b")]
    for state in ("present", "absent"):
        with pytest.raises(Refused, match=r"id1.*id2") as caught:
            planned(want(state), *rows)
        assert "'a'" in str(caught.value) and "id3" not in str(caught.value)
    assert planned(want(id="id2", note="n"), *rows).row is rows[1]
    assert calls(planned(want("absent", id="id2"), *rows)) == [("things.delete", {"thing": "id2", "force": False})]


def test_names_are_exact() -> None:
    rows = [row(1, name="A"), row(2, name="a "), row(3, name="aa"), row(4, name="á")]
    assert planned(want(), *rows).actions[0].verb == "create"
    assert not planned(want("absent"), *rows).changed


def test_an_id_that_does_not_exist() -> None:
    with pytest.raises(Refused, match="'id9'"):
        planned(want(id="id9"), row())
    assert not planned(want("absent", id="id9"), row()).changed


def test_an_id_with_another_name_is_not_removed() -> None:
    with pytest.raises(Refused, match=r"'a'.*'b'"):
        planned(want("absent", id="id1", name="b"), row(1))


def test_removal() -> None:
    assert planned(want("absent")).actions == ()
    result = planned(want("absent", steering={"force": True}, note="ignored", secret="s"), row(note="n"))
    assert calls(result) == [("things.delete", {"thing": "id1", "force": True})]
    assert result.before["note"] == "n" and result.after == {}


# ---- IDs that we choose


def test_computed_ids_never_change() -> None:
    """Objects on servers have these; another value would make each of them a second time."""
    assert computed_id("group", "c1", "Data science") == "a52d4635274c569bb055d4446e53a275"
    assert computed_id("group", "c1", "Größe 🚀") == "98ae73b0c6245255b5ea05e9e0150b2b"
    assert computed_id("access_rule", "c1", "Data science") == "f81d689f8e3a558ab62f390b24f943bd"


def test_computed_ids_differ() -> None:
    parts = ["group", "groupc1", "c1", "c", "1", "", "Data science", "data science"]
    triples = list(itertools.product(parts, repeat=3))
    ids = {computed_id(*triple) for triple in triples}
    assert len(ids) == len(triples)
    assert all(len(one) == 32 and int(one, 16) >= 0 for one in ids)


def test_an_id_under_another_name_is_refused() -> None:
    chosen = computed_id("thing", COMPANY, "a")
    renamed = Row(chosen, row(name="b").values)
    with pytest.raises(Refused) as caught:
        planned(want(), renamed, entity=THING)
    assert chosen in str(caught.value) and "'a'" in str(caught.value) and "'b'" in str(caught.value)
    assert calls(planned(want(id=chosen), renamed, entity=THING)) == [("things.update", {"thing": chosen, "name": "a"})]
    assert not planned(want(name="b"), renamed, entity=THING).changed
    assert calls(planned(want(), renamed))[0][0] == "things.create", "the server chooses the ID of this one"


def test_a_chosen_id_that_somebody_else_removed_is_used_again() -> None:
    first, second = (planned(want(), *rows, entity=THING) for rows in ([], [row(2, name="b")]))
    assert calls(first) == calls(second) and calls(first)[0][1]["id"] == computed_id("thing", COMPANY, "a")


# ---- what cannot be read


def test_unreadable_is_left_alone_unless_told() -> None:
    desired = want(secret="new")
    assert not planned(desired, row()).changed
    always = planned(want(secret="new", steering=ALWAYS), row())
    assert calls(always) == [("things.set_secret", {"thing": "id1", "secret": "new"})]
    assert always.actions[0].fields == ("secret",)
    assert always.before["secret"] != "new" and always.after["secret"] == MASK and "new" not in repr(always.before)


@pytest.mark.parametrize(
    ("how", "steering", "sent"),
    [
        ({}, {}, False),
        ({}, {"update_unreadable": "on_create"}, False),
        ({}, ALWAYS, True),
        ({"born": True}, {}, True),
        ({"born": True}, ALWAYS, True),
        ({"settled": True}, {}, False),
        ({"settled": True}, ALWAYS, False),
        ({"born": True, "settled": True}, {}, False),
    ],
)
def test_born_settled_and_always(how: dict[str, bool], steering: dict[str, str], sent: bool) -> None:
    result = planned(want(limit=3, secret="s", birth=1, steering=steering), row(), **how)
    endpoints = [endpoint for endpoint, _body in calls(result)]
    assert endpoints == (["things.put_limits", "things.set_secret"] if sent else [])
    if sent:
        assert result.before["limit"] == UNREADABLE and result.after["limit"] == 3


def test_unreadable_is_compared_where_the_server_shows_it() -> None:
    for steering in ({}, ALWAYS):
        assert not planned(want(limit=3, steering=steering), row(limit=3)).changed
        assert calls(planned(want(limit=4, steering=steering), row(limit=3))) == [
            ("things.put_limits", {"id": "id1", "limit": 4})
        ]


# ---- whole updates


def test_a_whole_update_sends_all_that_was_asked() -> None:
    result = planned(want(limit=4, window=5, note="n"), row(limit=3, window=5, note="n"))
    assert calls(result) == [("things.put_limits", {"id": "id1", "limit": 4, "window": 5})]
    assert result.actions[0].fields == ("limit",)
    assert calls(planned(want(limit=4), row(limit=3, window=5))) == [("things.put_limits", {"id": "id1", "limit": 4})]


def test_a_whole_update_takes_what_cannot_be_read_along() -> None:
    result = planned(want(limit=4, window=5), row(limit=3))
    assert calls(result) == [("things.put_limits", {"id": "id1", "limit": 4, "window": 5})]
    assert result.before["window"] == UNREADABLE and result.after["window"] == 5
    assert not planned(want(limit=3, window=5), row(limit=3)).changed, "nothing that can be read differs"


# ---- singletons and adapted values


def _adapt(value: t.Any, standing: Row) -> t.Any:
    return [one for one in value or [] if one not in standing.values["done"]]


RULES = Entity(
    kind="rules",
    key="",
    read=lambda world, desired: [],
    updates=(Update("rules.set"),),
    fields=(Field("entries", "rules.set", normal=as_set, adapt=_adapt, null=[]), Field("done", normal=as_set)),
)


def test_a_singleton_is_always_there() -> None:
    assert calls(plan(RULES, [], Desired({"entries": ["a"]}))) == [("rules.set", {"entries": ["a"]})]
    assert plan(RULES, [], Desired({"entries": []})).actions == ()
    with pytest.raises(InvalidInput):
        plan(RULES, [], Desired({}, "absent"))


def test_an_adapted_value_is_what_is_compared_and_sent() -> None:
    standing = Row("", {"entries": ["b"], "done": ["a"]})
    assert not plan(RULES, [standing], Desired({"entries": ["a", "b"]})).changed
    assert calls(plan(RULES, [standing], Desired({"entries": ["a", "c"]}))) == [("rules.set", {"entries": ["c"]})]


# ---- purity


def test_ids_are_filled_in_without_touching_the_plan() -> None:
    body = {"id": NEW_ID, "deep": [{"company": COMPANY_ID, "list": (NEW_ID, "x")}], "plain": None}
    call = Call("things.update", body, Identity.OWN, creates=True)
    before = copy.deepcopy(call)
    ready = resolve(call, "new", "c1")
    assert ready.body == {"id": "new", "deep": [{"company": "c1", "list": ["new", "x"]}], "plain": None}
    assert call == before and (ready.endpoint, ready.identity, ready.creates) == ("things.update", Identity.OWN, True)


def chance(random_: random.Random) -> tuple[Desired, list[Row]]:
    """Some things, and some wish about one of them."""
    choices: dict[str, list[t.Any]] = {
        "tags": [None, [], ["a"], ["b", "a"], ["a", "b", "a"]],
        "note": [None, "n", "m"],
        "owner": ["u1", "u2"],
        "role": ["admin", "user", "guest"],
        "limit": [1, 2],
        "window": [1, 2],
        "secret": ["s", "t"],
    }
    rows = []
    for number, name in enumerate(random_.sample("abcd", random_.randrange(4))):
        values = {option: random_.choice(some) for option, some in choices.items()}
        values["tags"] = as_set(values["tags"])
        hidden = {"secret"} | {option for option in ("limit", "window") if random_.random() < 0.5}
        rows.append(row(number, name=name, **{key: value for key, value in values.items() if key not in hidden}))
    options = random_.sample(sorted(choices), random_.randrange(len(choices)))
    steering = random_.choice([{}, ALWAYS, {"force": True}])
    state = random_.choice(["present", "present", "absent"])
    return want(state, steering=steering, **{option: random_.choice(choices[option]) for option in options}), rows


def carried_out(result: Plan, rows: list[Row]) -> list[Row]:
    """The rows after the calls, as a server would have them that shows the readable fields."""
    names = {one.request or one.option: one for one in PLAIN.fields}
    standing = {one.id: dict(one.values) for one in rows}
    for action in result.actions:
        for call in action.calls:
            body = dict(call.body)
            if call.endpoint == "things.delete":
                del standing[body["thing"]]
                continue
            if call.creates:
                standing["new"] = {one.option: one.normal(None) for one in PLAIN.fields if one.readable}
            target = standing["new" if call.creates or NEW_ID in body.values() else body.get("thing") or body["id"]]
            for name, value in body.items():
                one = names.get(name)
                if one is not None and (one.readable or one.option in target):
                    target[one.option] = one.normal(value)
    return [Row(id_, values) for id_, values in standing.items()]


def no_surprise(desired: Desired, rows: list[Row]) -> None:
    """The same plan each time, inputs untouched, nothing left to do afterwards, and nothing else touched."""
    before = copy.deepcopy((desired, rows))
    first = planned(desired, *rows)
    assert (desired, rows) == before, "planning changed its inputs"
    assert planned(desired, *rows) == first
    shuffled = dataclasses.replace(desired, values=dict(reversed(list(desired.values.items()))))
    assert calls(planned(shuffled, *reversed(rows))) == calls(first), "order made a difference"
    later = carried_out(first, rows)
    assert planned(desired, *later, settled=True).actions == (), "a second run would change something"
    others = [[one.id, one.values] for one in later if one.values["name"] != "a"]
    assert others == [[one.id, one.values] for one in rows if one.values["name"] != "a"]


@pytest.mark.parametrize("hundred", range(10))
def test_planning_is_repeatable_and_changes_nothing_itself(hundred: int) -> None:
    """For any wish about any things."""
    for seed in range(100 * hundred, 100 * hundred + 100):
        desired, rows = chance(random.Random(seed))
        try:
            no_surprise(desired, rows)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {desired}, {rows}") from error
