# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that can go wrong between a module and a ClearML API server.

Each message is complete in itself: what happened, to which value, and what to do about it.
"""

from __future__ import annotations


class ClearMLError(Exception):
    """Root of all errors that are shown to a person as one message, without a traceback."""


class InvalidInput(ClearMLError):
    """An option, environment variable or file holds a value that cannot work."""


class Refused(ClearMLError):
    """Carrying out the request would do harm or is impossible; nothing was written."""


class ConnectionFailed(ClearMLError):
    """No usable answer came, and the request had no effect on the server."""


class ReplyLost(ClearMLError):
    """A write was sent and its answer never arrived: it may or may not have taken effect."""


class RefusedByServer(ClearMLError):
    """The server answered 200 and says in the answer that it did not do what was asked."""


class NotApplied(ClearMLError):
    """The server accepted a write, and a later read does not show it."""


class ApiError(ClearMLError):
    """The server answered with an error.

    :ivar endpoint: what was called, as ``service.action``
    :ivar code: ``result_code``, equal to the HTTP status
    :ivar subcode: ``result_subcode``; together with the code it names the error, the text does not
    :ivar server_message: ``result_msg`` as sent
    :ivar call_id: the server's ID of this call, for its logs
    """

    def __init__(
        self, endpoint: str, code: int, subcode: int, server_message: str, call_id: str = "", advice: str = ""
    ) -> None:
        self.endpoint = endpoint
        self.code = code
        self.subcode = subcode
        self.server_message = server_message
        self.call_id = call_id
        self.advice = advice
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.endpoint} failed with {self.code}/{self.subcode}: {self.server_message}"
        if self.call_id:
            text += f" (call {self.call_id})"
        return f"{text}. {self.advice}" if self.advice else text

    def is_a(self, code: int, subcode: int) -> bool:
        """Whether this is the error with that code and subcode."""
        return (self.code, self.subcode) == (code, subcode)


class EndpointMissing(ApiError):
    """This server does not have the endpoint: an old or an open-source one."""


class Unauthorized(ApiError):
    """The key pair or the token was not accepted."""


class Forbidden(ApiError):
    """The caller's role may not do this."""
