"""How a request is refused: with a status and a sentence, and nothing behind it is asked."""

from __future__ import annotations

import logging
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

POLICY_VIOLATION: Final = 1008
MESSAGE_TOO_BIG: Final = 1009
PROTOCOL_ERROR: Final = 1002
"""Codes with which a websocket is closed (RFC 6455, section 7.4.1)."""

_log: Final = logging.getLogger(__name__)


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, reason: str, **headers: str
) -> None:
    """Answer a request, or a websocket that has not been accepted yet, which then gets a 403.

    Args:
        scope: what is asked.
        receive: the client's messages.
        send: takes the answer.
        status: of HTTP.
        reason: what came, what was expected and what to do.
        headers: further headers of the answer.
    """
    client = scope.get("client") or ("somebody",)
    _log.warning("Refused %s %s: %s", client[0], scope["path"][:100], reason)
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": ""})
    else:
        await PlainTextResponse(f"{reason}\n", status, headers)(scope, receive, send)
