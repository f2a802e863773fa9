# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters tenant_people and people_file."""

from __future__ import annotations

import base64
import json
import typing as t
from pathlib import Path

import jsonschema
import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.clearml.enterprise.plugins.filter.people_file import people_file
from ansible_collections.clearml.enterprise.plugins.filter.tenant_people import tenant_people

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "tenant.schema.json").read_text(encoding="utf-8"))

CSV = """\
email,name,given_name,family_name,role,groups
bob@acme.example,Bob Ray,Bob,Ray,,Vision
ann@acme.example,"Lee, Ann",Ann,Lee,admin,Vision; Leads
"""
PEOPLE = {
    "tenant_users": [
        {
            "email": "ann@acme.example",
            "name": "Lee, Ann",
            "given_name": "Ann",
            "family_name": "Lee",
            "role": "admin",
        },
        {"email": "bob@acme.example", "name": "Bob Ray", "given_name": "Bob", "family_name": "Ray"},
    ],
    "tenant_groups": [
        {"name": "Leads", "users": ["ann@acme.example"]},
        {"name": "Vision", "users": ["ann@acme.example", "bob@acme.example"]},
    ],
}


def people(export: t.Any, **options: t.Any) -> dict[str, t.Any]:
    """What the filter returns; it is always valid."""
    found = tenant_people(export, **options)
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    return found


def refuse(export: t.Any, **options: t.Any) -> str:
    with pytest.raises(AnsibleFilterError) as caught:
        tenant_people(export, **options)
    return str(caught.value)


def merge(before: str, export: t.Any, **options: t.Any) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """The variables of the file, and what the filter says; once more, and nothing is different."""
    result = people_file(before, export, **options)
    assert people_file(str(result["text"]), export, **options)["text"] == result["text"]
    contents = yaml.safe_load(str(result["text"]))
    jsonschema.Draft202012Validator(SCHEMA).validate(contents)
    return contents, result


@pytest.mark.parametrize(
    "text",
    [CSV, "\ufeff" + CSV, CSV.replace("\n", "\r\n"), CSV + "\n,,,,,\n", CSV.replace("email", " E Mail ")],
    ids=["plain", "byte order mark", "windows", "blank rows", "titles"],
)
def test_csv(text: str) -> None:
    columns = {"email": "e_mail"} if "E Mail" in text else {}
    assert people(text, columns=columns) == PEOPLE


def test_other_delimiters_and_columns() -> None:
    """As a spreadsheet of another country writes it."""
    text = "E-Mail;Vorname;Nachname;Abteilung;Telefon\nann@acme.example;Ann;Größe;Vision;1\n"
    columns = {"email": "E-Mail", "given_name": "vorname", "family_name": "Nachname", "groups": "Abteilung"}
    encoded = base64.b64encode(text.encode("cp1252")).decode()
    found = people(encoded, columns=columns, ignore=["Telefon"], encoding="cp1252")
    assert found["tenant_users"][0]["name"] == "Ann Größe"
    assert found["tenant_groups"] == [{"name": "Vision", "users": ["ann@acme.example"]}]
    assert people(text.replace(";", "\t"), columns=columns, ignore=["Telefon"]) == found


def test_one_row_for_each_group() -> None:
    text = "email,name,groups\nann@acme.example,Ann,Vision\nANN@acme.example,Ann,Leads\n"
    found = people(text)
    assert [user["email"] for user in found["tenant_users"]] == ["ann@acme.example"]
    assert [group["users"] for group in found["tenant_groups"]] == [["ann@acme.example"]] * 2


def test_roles_and_names_of_groups() -> None:
    text = "email,name,role,groups\na@x.y,A,,ml-ro;ml-adm\nb@x.y,B,,ml-ro\nc@x.y,C,,\nd@x.y,D,user,ml-adm;IT\n"
    options: dict[str, t.Any] = {"roles": {"ml-adm": "admin", "ml-ro": "consumer"}, "default_role": "user"}
    found = people(text, groups={"ml-ro": "readers", "ml-adm": "readers", "IT": None}, **options)
    assert [user["role"] for user in found["tenant_users"]] == ["admin", "consumer", "user", "user"]
    assert found["tenant_groups"] == [{"name": "readers", "users": ["a@x.y", "b@x.y", "d@x.y"]}]
    assert people(text, groups={"ml-ro": "readers"}, only_groups=True, **options)["tenant_groups"] == [
        {"name": "readers", "users": ["a@x.y", "b@x.y"]}
    ]


def test_rows() -> None:
    rows = [{"email": "ann@acme.example", "name": "Ann", "groups": ["Vision"]}, {"email": "bob@x.y", "name": "Bob"}]
    assert people(rows) == people(json.dumps(rows))
    assert people(rows)["tenant_groups"] == [{"name": "Vision", "users": ["ann@acme.example"]}]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("email,name\nann@acme.example,Ann\nann,Ann\n", "x.csv:3: 'ann' is no e-mail address"),
        ("email,name\n,Ann\n", "x.csv:2: there is no e-mail address"),
        ("email,name\nann@x.y,\n", "x.csv:2: ann@x.y has no name"),
        ('email,name\n"a@x.y","A\nB"\na@x.y,C\n', "x.csv:4: name of a@x.y is 'C', and 'A B' in x.csv:2"),
        ("email,name,role\na@x.y,A,boss\n", "x.csv:2: 'boss' is no role; there are admin"),
        ("email,name,phone\na@x.y,A,1\n", "x.csv:1: column 'phone' is not known"),
        ("email,name,Email\na@x.y,A,1\n", "x.csv:1: column 'Email' stands there twice"),
        ("name\nA\n", "x.csv:1: there is no column 'email'"),
        ("", "x.csv:1: there is no column 'email'"),
        ("email,name\na@x.y,A,B\n", "x.csv:2: the row has 3 cells, and there are 2 columns"),
        ('email,name\na@x.y,"A"B\n', "x.csv:2: this is not valid CSV"),
        ("email,name,groups\na@x.y,A,IT\n", "x.csv:2: group 'IT' cannot be called so"),
        ("email,name\na@x.y,{{ lookup('pipe'; 'id') }}\n", "x.csv:2: name has braces"),
        ("email,name\n{{x}}@x.y,A\n", "x.csv:2: email has braces"),
        ("email,name,groups\na@x.y,A,{{ x }}\n", "x.csv:2: group '{{ x }}' cannot be called so"),
        ('[{"email": "a@x.y",\n"name" "A"}]', "x.csv:2: this is not valid JSON"),
        ('{"a": 1}', "x.csv: this is neither a user nor a group"),
        ("[1]", "x.csv: row 1: it is no map"),
        ('[{"email": "a", "name": "A"}]', "x.csv: row 1: 'a' is no e-mail address"),
    ],
)
def test_mistakes(text: str, problem: str) -> None:
    assert problem in refuse(text, origin="x.csv")


def test_all_mistakes_at_once() -> None:
    message = refuse("email,name\n" + "ann,Ann\n" * 30, origin="x.csv")
    assert "x.csv:2:" in message and "x.csv:21:" in message and message.endswith("... and 10 more")


def test_options_that_cannot_work() -> None:
    encoded = base64.b64encode("email,name\na@x.y,Ä\n".encode("cp1252")).decode()
    assert "x.csv:2: byte 0xc4 is not utf-8" in refuse(encoded, encoding="utf-8", origin="x.csv")
    assert "no such encoding" in refuse(encoded, encoding="utf-9")
    assert "is base64, and this is not" in refuse(CSV, encoding="utf-8")
    assert "columns: there is no 'mail'" in refuse(CSV, columns={"mail": "x"})
    assert "no column 'Mail'" in refuse(CSV, columns={"email": "Mail"}, ignore=["email"])
    assert "groups: the export has no group 'Visoin'" in refuse(CSV, groups={"Visoin": "v"})
    assert "roles: the export has no group 'x'" in refuse(CSV, roles={"x": "admin"})
    assert "roles: 'boss' is no role" in refuse(CSV, roles={"Leads": "boss"})
    assert "format is 'xls'" in refuse(CSV, format="xls")
    assert "unknown_members is 'x'" in refuse(CSV, unknown_members="x")
    assert "neither a text nor a list" in refuse(7)


LDIF = """\
version: 1

# extended LDIF
#  goes on
dn: uid=ann, ou=people,dc=acme,dc=example
objectClass: inetOrgPerson
uid: ann
cn:: R3LDtsOfZSBBbm4=
givenName: Ann
sn;lang-de: Größe
mail: ann@acme.
 example
jpegPhoto:: /9j/4AAQ

dn: uid=bob,ou=People,dc=acme,dc=example
objectClass: person
uid: bob
displayName: Bob Ray
cn: bob
mail: bob@acme.example
memberOf: cn=Machine\\2C Learning,ou=groups,dc=acme,dc=example

dn: ou=people,dc=acme,dc=example
objectClass: organizationalUnit

dn: cn=vision,ou=groups,dc=acme,dc=example
objectClass: groupOfNames
cn: vision
description: All who see
member: uid=Ann,ou=people,dc=acme,dc=example
member: cn=more,ou=groups,dc=acme,dc=example

dn: cn=more,ou=groups,dc=acme,dc=example
objectClass: posixGroup
cn: more
memberUid: bob
"""


def test_ldif() -> None:
    found = people(LDIF.encode().decode().replace("\n", "\r\n"))
    assert (
        found
        == people(LDIF)
        == {
            "tenant_users": [
                {"email": "ann@acme.example", "name": "Größe Ann", "given_name": "Ann", "family_name": "Größe"},
                {"email": "bob@acme.example", "name": "Bob Ray"},
            ],
            "tenant_groups": [
                {"name": "Machine, Learning", "users": ["bob@acme.example"]},
                {"name": "more", "users": ["bob@acme.example"]},
                {
                    "name": "vision",
                    "description": "All who see",
                    "users": ["ann@acme.example", "bob@acme.example"],
                },
            ],
        }
    )
    mapped = people(LDIF, columns={"name": "CN"}, groups={"cn=more,ou=groups,dc=acme,dc=example": "crowd"})
    assert mapped["tenant_users"][1]["name"] == "bob" and mapped["tenant_groups"][0]["name"] == "crowd"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("memberUid: bob", "memberUid: eve", "x.ldif:36: the export has nobody of this name: eve"),
        ("mail: bob@acme.example\n", "", "x.ldif:15: there is no e-mail address"),
        ("uid: bob", "uid bob", "x.ldif:17: this is not valid LDIF"),
        ("R3LDtsOfZSBBbm4=", "R3L", "x.ldif:8: cn is not valid base64"),
        ("jpegPhoto:: ", "jpegPhoto:< file:///", "x.ldif:13: jpegphoto is in another file"),
        ("dn: uid=bob", "uid: uid=bob", "x.ldif:15: an entry begins with its dn"),
        ("objectClass: person", "changetype: modify", "x.ldif:16: these are changes"),
        ("memberUid: bob", "member;range=0-1499: uid=bob", "x.ldif:36: these are some of the values of member only"),
        ("cn: more", "cn: vision", "both are called 'vision'; map one with groups"),
    ],
)
def test_mistakes_in_ldif(old: str, new: str, problem: str) -> None:
    assert old in LDIF
    assert problem in refuse(LDIF.replace(old, new, 1), origin="x.ldif")


def test_members_from_elsewhere_may_be_left_out() -> None:
    text = LDIF.replace("memberUid: bob", "memberUid: eve")
    assert people(text, unknown_members="ignore")["tenant_groups"][1] == {"name": "more", "users": []}


SCIM = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    "Resources": [
        {
            "id": "1",
            "userName": "ann",
            "name": {"givenName": "Ann", "familyName": "Lee", "formatted": "Ann Lee"},
            "emails": [{"value": "home@x.y"}, {"value": "ann@acme.example", "primary": True}],
            "active": True,
        },
        {"id": "2", "userName": "bob@acme.example", "displayName": "Bob Ray", "groups": [{"display": "Leads"}]},
        {"id": "3", "userName": "eve@acme.example", "displayName": "Eve", "active": False},
    ],
}
SCIM_GROUPS = {
    "Resources": [{"id": "9", "displayName": "Vision", "members": [{"value": one} for one in ("1", "2", "3")]}]
}
BOTH = [
    {"name": "Leads", "users": ["bob@acme.example"]},
    {"name": "Vision", "users": ["ann@acme.example", "bob@acme.example"]},
]


def test_scim() -> None:
    found = people(json.dumps([SCIM_GROUPS, SCIM]))
    assert found["tenant_groups"] == BOTH
    assert found["tenant_users"] == [
        {"email": "ann@acme.example", "name": "Ann Lee", "given_name": "Ann", "family_name": "Lee"},
        {"email": "bob@acme.example", "name": "Bob Ray"},
    ]
    assert "x.json: [1].Resources[1].members[1]: the export has nobody of this ID or name: 1" in refuse(
        json.dumps([SCIM_GROUPS]), origin="x.json"
    )
    nested = {"Resources": [{"displayName": "All", "members": [{"value": "9", "type": "Group"}]}]}
    assert "groups in groups are not known here" in refuse(nested)


ANN = {"id": "1", "username": "ann", "email": "ann@acme.example", "firstName": "Ann", "lastName": "Lee"}
BOB = {"id": "2", "username": "bob", "email": "bob@acme.example", "firstName": "Bob", "lastName": "Ray"}


def test_keycloak() -> None:
    """A realm, a list of users, and groups with their members."""
    realm = {
        "realm": "acme",
        "users": [{**ANN, "groups": ["/Vision"]}, {**BOB, "groups": ["/Vision", "/Vision/Leads"]}],
        "groups": [{"name": "Vision", "path": "/Vision", "subGroups": [{"name": "Leads", "path": "/Vision/Leads"}]}],
    }
    members = [{"name": "Vision", "members": [ANN, BOB]}, {"name": "Leads", "members": [BOB]}]
    assert people(realm) == people(json.dumps(members)) == people({"groups": members})
    assert people(realm)["tenant_groups"] == BOTH
    assert [user["name"] for user in people([ANN, {**BOB, "enabled": False}])["tenant_users"]] == ["Ann Lee"]
    twice = {"groups": [{"name": "Leads", "path": "/a/Leads"}, {"name": "Leads", "path": "/b/Leads"}], "users": [ANN]}
    assert "/b/Leads and /a/Leads both are called 'Leads'" in refuse(twice)
    assert len(people(twice, groups={"/b/Leads": "Leads of b"})["tenant_groups"]) == 2


def test_a_new_file() -> None:
    contents, result = merge("", PEOPLE)
    assert merge(wrap_var(""), wrap_var(PEOPLE))[0] == contents, "texts of Ansible's own kinds are texts"
    assert contents == PEOPLE and result["leavers"] == result["memberships"] == result["groups"] == []
    assert result["text"].startswith("# People of the tenant")


OLD = """\
# Our people
---
tenant_admin: {name: "{{ title }}"}
tenant_users:
  - email: Eve@acme.example
    id: "7"
    name: Eve
    role: user
  - email: Bob@acme.example
    name: Robert
    role: admin
    internal: true
  - {email: ann@acme.example, state: absent}
tenant_groups:
  - name: Vision
    service_accounts: [nightly]
    users: [Eve@acme.example, bob@acme.example, Kim Doe, zoe@acme.example]
  - {name: Old, users: [Eve@acme.example]}
"""
NEWS = {
    "tenant_users": [PEOPLE["tenant_users"][0], {"email": "bob@acme.example", "name": "Bob Ray"}],
    "tenant_groups": [*PEOPLE["tenant_groups"]],
}


def test_people_who_left_stay_and_are_named() -> None:
    contents, result = merge(OLD, NEWS)
    assert result["text"].startswith("# Our people\n---\ntenant_admin:\n")
    assert contents["tenant_admin"] == {"name": "{{ title }}"}
    assert contents["tenant_users"] == [
        {"email": "Eve@acme.example", "id": "7", "name": "Eve", "role": "user"},
        {"email": "Bob@acme.example", "name": "Bob Ray", "role": "admin", "internal": True},
        PEOPLE["tenant_users"][0],
    ]
    assert contents["tenant_groups"] == [
        {
            "name": "Vision",
            "service_accounts": ["nightly"],
            "users": ["Eve@acme.example", "bob@acme.example", "Kim Doe", "zoe@acme.example", "ann@acme.example"],
        },
        {"name": "Old", "users": ["Eve@acme.example"]},
        {"name": "Leads", "users": ["ann@acme.example"]},
    ]
    assert (result["leavers"], result["groups"]) == (["Eve@acme.example"], ["Old"])
    assert result["memberships"] == ["Vision: zoe@acme.example"]


def test_people_who_left_are_declared_absent() -> None:
    contents, _result = merge(OLD, NEWS, leavers="absent")
    assert contents["tenant_users"][0] == {"email": "Eve@acme.example", "id": "7", "state": "absent"}
    assert contents["tenant_groups"] == [
        {
            "name": "Vision",
            "service_accounts": ["nightly"],
            "users": ["bob@acme.example", "Kim Doe", "ann@acme.example"],
            "exclusive": True,
        },
        {"name": "Old", "users": []},
        {"name": "Leads", "users": ["ann@acme.example"], "exclusive": True},
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("$ANSIBLE_VAULT;1.1;AES256\n", "people.yml is vaulted"),
        ("a: 1\ntenant_users: [\n", "people.yml:3: this cannot be written anew"),
        ("a: !vault |\n  x\n", "people.yml:1: this cannot be written anew"),
        ("- a\n", "people.yml: the file is not a map"),
        ('tenant_users: "{{ others }}"\n', "people.yml: tenant_users is no list of entries"),
    ],
)
def test_files_that_cannot_be_written_anew(text: str, problem: str) -> None:
    with pytest.raises(AnsibleFilterError, match="people_file: ") as caught:
        people_file(text, PEOPLE, origin="people.yml")
    assert problem in str(caught.value)


def test_wrong_use() -> None:
    for arguments in (("", {}), (None, PEOPLE), ("", [])):
        with pytest.raises(AnsibleFilterError, match="takes the text of a file"):
            people_file(*arguments)
    with pytest.raises(AnsibleFilterError, match="leavers is 'x'"):
        people_file("", PEOPLE, leavers="x")
