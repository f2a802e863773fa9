# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of the API, each with the codes and the wording recorded on a real server.

Errors marked "own" are not recorded anywhere: the situation is certain, code and wording are
the lab's choice.  Clients should therefore rely on the HTTP status only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class ApiError(Exception):
    """An error reply; ``code`` is also the HTTP status."""

    def __init__(self, code: int, subcode: int, message: str, stack: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.subcode = subcode
        self.message = message
        self.stack = stack


def bracketed(values: Iterable[object]) -> str:
    """A collection inside a message: ``(a, b)``."""
    return f"({', '.join(map(str, values))})"


def _details(values: dict[str, Any]) -> str:
    return f": {', '.join(f'{key}={value}' for key, value in values.items())}" if values else ""


def bad_path(path: str) -> ApiError:
    """The path has not the form [/v<version>]/<service>.<action>."""
    return ApiError(400, 0, f"Invalid request path {path}")


def bad_json() -> ApiError:
    """The body cannot be parsed."""
    return ApiError(400, 0, "The browser (or proxy) sent a request that this server could not understand.")


def bad_version(version: str, reason: str) -> ApiError:
    """The version in the path is no version number."""
    return ApiError(400, 2, f"Request path has invalid version: version={version}, reason={reason}")


def not_found(name: str, version: str) -> ApiError:
    """No such endpoint, or none for so old a version."""
    return ApiError(404, 0, f"Unable to find endpoint for name {name} and version {version}")


def not_an_object() -> ApiError:
    """The body is JSON, but not an object."""
    return ApiError(500, 0, "Data should be a dict")


def unauthorized(subcode: int, text: str) -> ApiError:
    """401: 20 none, 10 unknown scheme, 21 malformed, 22 wrong."""
    return ApiError(401, subcode, f"Unauthorized {text}")


def wrong_credentials() -> ApiError:
    """No such key, a wrong secret, or an expired key (own)."""
    return unauthorized(22, "(invalid credentials) (failed to locate provided credentials)")


def bad_token(reason: str) -> ApiError:
    """The bearer token cannot be used."""
    return ApiError(401, 30, f"Invalid token (invalid jwt token): reason={reason}")


def revoked_token() -> ApiError:
    """The token was logged out."""
    return ApiError(401, 30, "Invalid token (revoked token)")


def role_not_allowed(role: str, allowed: Iterable[str]) -> ApiError:
    """The endpoint is not for this role."""
    return ApiError(403, 20, f"Forbidden (not allowed for role): role={role}, allowed={bracketed(allowed)}")


def both_headers(names: Iterable[str]) -> ApiError:
    """Impersonate-As and Act-As in one request."""
    return ApiError(400, 5, f"Invalid headers (only one allowed): headers={bracketed(names)}")


def impersonation(text: str, **details: Any) -> ApiError:
    """The caller may not impersonate, or not this user."""
    return ApiError(400, 6, f"Impersonation error ({text}){_details(details)}")


def invalid_company(company: object) -> ApiError:
    """No such company."""
    return ApiError(400, 10, f"Invalid object id: company={company}")


def missing_page_size() -> ApiError:
    """A page without its size."""
    return ApiError(400, 11, "Missing required fields (page_size is required when page is requested): field=page_size")


def validation(text: str, **details: Any) -> ApiError:
    """A field of the request is missing or wrong."""
    return ApiError(400, 12, f"Validation error ({text}){_details(details)}")


def unknown_field(name: str) -> ApiError:
    """A projection or sort order names a field that the object has not."""
    return ApiError(
        400,
        14,
        f'Lookup error (probably an invalid field name or unsupported nested field): err=Cannot resolve field "{name}"',
    )


def undefined_fields(names: Iterable[str], kind: str) -> ApiError:
    """The same error in the words of users.get_all_ex."""
    return ApiError(400, 14, f"Fields not defined for object: fields={bracketed(names)}, object={kind}")


def bad_value(text: str, **details: Any) -> ApiError:
    """A value that the field cannot have."""
    return ApiError(400, 16, f"Invalid value for fields ({text}){_details(details)}")


def bad_address(email: str) -> ApiError:
    """An invitation to something that is no address (own)."""
    return ApiError(400, 22, f"Invalid email address: email={email}")


def bad_regex(error: object, doing: str | None) -> ApiError:
    """A filter is no regular expression."""
    extra = f" (while {doing})" if doing else ""
    return ApiError(400, 21, f"Malformed regular expression{extra}: err={error}, extra_info=None")


def unknown_access_key(user: str, key: str, company: str) -> ApiError:
    """auth.edit_credentials with a key that the caller has not."""
    return ApiError(
        400,
        75,
        f"Access key not found (invalid user or invalid access key): user={user}, access_key={key}, company={company}",
    )


def too_many_credentials(user: str, limit: int) -> ApiError:
    """The user has as many keys as allowed (own)."""
    return ApiError(400, 76, f"Maximum number of credentials reached: user={user}, limit={limit}")


def invalid_user(text: str, **details: Any) -> ApiError:
    """The caller has no profile, or not that key."""
    return ApiError(400, 300, f"Invalid user ({text}){_details(details)}")


def invalid_user_id(**details: Any) -> ApiError:
    """No such user."""
    return ApiError(400, 301, f"Invalid user id{_details(details)}")


def protected_identity() -> ApiError:
    """Keys of a built-in identity cannot be changed."""
    return ApiError(400, 301, "Invalid user id (protected identity)")


def user_id_exists(user: str) -> ApiError:
    """users.create with an id that is taken."""
    return ApiError(400, 302, f"User id already exists: id={user}")


def too_many_users(kind: str, company: str, limit: int) -> ApiError:
    """The company has as many people (303) or service accounts (304) as allowed (own)."""
    subcode = 304 if kind == "service users" else 303
    return ApiError(400, subcode, f"Maximum number of {kind} reached: company={company}, limit={limit}")


def invalid_queue_id(queue: object, company: str) -> ApiError:
    """No such queue in the caller's company."""
    return ApiError(400, 701, f"Invalid queue id: id={queue}, company={company}")


def queue_not_empty(queue: str) -> ApiError:
    """Deleting a queue in which tasks wait."""
    return ApiError(400, 702, f"Queue is not empty (use force=true to delete): id={queue}")


def policy_queue(queue: str) -> ApiError:
    """Changing or deleting a queue that belongs to a resource policy (own)."""
    return ApiError(400, 709, f"Queue is connected to a resource policy: id={queue}")


def invalid_queue_or_task(task: object, queue: object) -> ApiError:
    """The task does not wait in that queue (own)."""
    return ApiError(400, 703, f"Invalid queue or task not queued: task={task}, queue={queue}")


def task_already_queued(task: str) -> ApiError:
    """A task waits in one queue only."""
    return ApiError(400, 706, f"Failed adding task to queue since task is already queued: task={task}")


def invalid_task_id(task: object, company: str) -> ApiError:
    """No such task in the caller's company."""
    return ApiError(400, 101, f"Invalid task id: id={task}, company={company}")


def invalid_task_status(task: str, status: str, wanted: str) -> ApiError:
    """A task cannot go from that status to the other."""
    return ApiError(400, 110, f"Invalid task status: task_id={task}, current_status={status}, new_status={wanted}")


def task_cannot_be_deleted(task: str, status: str) -> ApiError:
    """Only drafts go without force."""
    text = f"Task cannot be deleted (due to status, use force=True): task={task}, expected=created, current={status}"
    return ApiError(400, 123, text)


def invalid_project_id(project: object) -> ApiError:
    """No such project in the caller's company."""
    return ApiError(400, 401, f"Invalid project id: id={project}")


def project_has_tasks(project: str) -> ApiError:
    """Deleting a project in which, or below which, there are tasks."""
    return ApiError(400, 402, f"Project has associated tasks (use force=true): id={project}")


def invalid_project_name(name: str) -> ApiError:
    """A name of nothing but slashes."""
    return ApiError(400, 407, f"Invalid project name: name={name}")


def other_project_location(name: str) -> ApiError:
    """An update renames a project where it is."""
    return ApiError(400, 408, f"Cannot update project location: name={name}")


def project_too_deep(depth: int) -> ApiError:
    """A name with more parts than projects may lie in each other."""
    return ApiError(400, 409, f"Project path exceed the maximum allowed depth: max_depth={depth}")


def unknown_worker(worker: str, company: str) -> ApiError:
    """The worker is not registered (own)."""
    return ApiError(400, 1001, f"Invalid worker id: worker={worker}, company={company}")


def no_default_queue() -> ApiError:
    """No queue has the system tag default."""
    return ApiError(400, 707, "No queue is tagged as the default queue for this company")


def several_default_queues(queues: Iterable[str]) -> ApiError:
    """More than one queue has the system tag default."""
    return ApiError(
        400, 708, f"More than one queue is tagged as the default queue for this company: queues={bracketed(queues)}"
    )


def bad_data(field: str, text: str, doing: str | None = None) -> ApiError:
    """The database's own check of a value failed."""
    extra = f" (while {doing})" if doing else ""
    return ApiError(400, 800, f"Data validation error{extra}: {field}={text}")


def not_unique(**values: Any) -> ApiError:
    """A value that is taken already."""
    return ApiError(
        400,
        801,
        f"Value combination already exists (unique field already contains this value){_details(values)}",
    )


def default_company() -> ApiError:
    """The company of the server itself cannot be deleted (own)."""
    return ApiError(400, 1301, "The default company cannot be deleted")


def tenant_in_use(tenant: str) -> ApiError:
    """Something of the tenant still runs (own)."""
    return ApiError(400, 1302, f"Tenant has running resources (use force=true to delete): tenant={tenant}")


def unknown_provider_configuration(key: object, company: str) -> ApiError:
    """No such identity provider configuration in the company (own)."""
    return ApiError(400, 1401, f"Invalid provider configuration id: id={key}, company={company}")


def readonly_provider_configuration(keys: Iterable[str]) -> ApiError:
    """Viewing or changing a configuration that comes from the server's environment (own)."""
    return ApiError(400, 1402, f"Provider configuration is read-only: ids={bracketed(keys)}")


def incomplete_provider_configuration(missing: Iterable[str]) -> ApiError:
    """A configuration without all that the provider needs (own)."""
    return ApiError(400, 1403, f"Provider configuration is incomplete: missing={bracketed(missing)}")


def discovery_failed(url: str, reason: str) -> ApiError:
    """There is no discovery document at a well-known URL (own)."""
    return ApiError(400, 1404, f"Failed reading provider data: url={url}, reason={reason}")


def unknown_group(group: object, company: str) -> ApiError:
    """No such user group in the company (own)."""
    return ApiError(400, 1501, f"Invalid user group id: id={group}, company={company}")


def builtin_group(group: str) -> ApiError:
    """Changing what cannot change in a built-in group, or removing it (own)."""
    return ApiError(400, 1502, f"Built-in user group cannot be changed: id={group}")


def permissions_are_on(company: str) -> ApiError:
    """permissions.ensure_default_access_rules while rules count (own)."""
    return ApiError(400, 1503, f"Permissions are enabled: company={company}")


def no_access(entity_type: object, entity: object) -> ApiError:
    """No rule lets the caller in (own)."""
    return ApiError(403, 21, f"Forbidden (no access to entity): type={entity_type}, id={entity}")


def internal(text: str = "") -> ApiError:
    """The server's own fault, with a reason."""
    return ApiError(500, 1, f"Internal server error{text}")


def not_built(name: str) -> ApiError:
    """The lab knows the endpoint but does not play it (own)."""
    return ApiError(501, 0, f"{name} is in the contract but not built in this lab")
