"""What goes through Streamlit's websocket: where it is, what its messages say, how large they may be."""

from __future__ import annotations

from typing import Any, Final

from starlette.types import Receive

from playground.core.private_use import PrivateUse, sets

CORE: Final = "_stcore"
"""What the paths of Streamlit's own routes begin with."""

STREAM: Final = f"{CORE}/stream"
"""Where the websocket is that a page is drawn through."""

RERUN: Final = "rerun_script"
"""The kind of message that asks for a page, or a part of one, to be drawn."""

_LONGEST_END: Final = 400
"""Bytes beyond which a message says something else; most are longer, and are not looked into."""


def _knows_routes() -> bool:
    from streamlit.web.server.starlette import starlette_routes, starlette_websocket

    return (
        starlette_routes.BASE_ROUTE_CORE == CORE
        and starlette_websocket._ROUTE_WEBSOCKET_STREAM == STREAM  # noqa: SLF001
    )


def _knows_messages() -> bool:
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    asked, said = BackMsg(), ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
    asked.rerun_script.query_string = ""
    return bool(asked.WhichOneof("type") == RERUN and said.WhichOneof("type") == "script_finished")


def _knows_connections() -> bool:
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
    from websockets.protocol import Protocol

    return sets(WebSocketsSansIOProtocol, "conn") and sets(Protocol, "max_message_size")


ROUTES: Final = PrivateUse(
    "streamlit",
    f"routes below {CORE}",
    "the guards close none of its own routes, those for uploads and for its numbers among them",
    _knows_routes,
)

MESSAGES: Final = PrivateUse(
    "streamlit",
    "BackMsg and ForwardMsg",
    "whatever a browser sends is passed on, bounded in size and rate only, and pages are not drawn in turns",
    _knows_messages,
)

BOUND: Final = PrivateUse(
    "uvicorn",
    "WebSocketsSansIOProtocol.conn",
    "a browser's message may take as much memory as Streamlit's own setting allows before it is refused",
    _knows_connections,
)


def kind_of_message(data: bytes) -> str | None:
    """Return what a browser's message asks for, such as "rerun_script"; None if it is not one."""
    if not MESSAGES.is_as_known():
        return RERUN
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return None
    kind: str | None = message.WhichOneof("type")
    return kind


def ends_a_drawing(data: bytes) -> bool:
    """Return whether a message to a browser says that its page, or a part of it, has been drawn."""
    if not MESSAGES.is_as_known():
        return True  # a page would count as being drawn for some seconds
    if len(data) > _LONGEST_END:
        return False
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    message = ForwardMsg()
    message.ParseFromString(data)
    return bool(message.WhichOneof("type") == "script_finished")


def bound_messages(receive: Receive, most: int) -> None:
    """Let a websocket's connection end at a message of more bytes, before they are all in memory.

    Streamlit's own setting holds for what it sends as well, and so has to be larger. uvicorn hands out
    a method of the connection's protocol; where it is another's, or has been wrapped, that setting is
    what there is.

    Args:
        receive: as uvicorn hands it out.
        most: bytes.
    """
    connection: Any = getattr(getattr(receive, "__self__", None), "conn", None)
    if BOUND.is_as_known() and hasattr(connection, "max_message_size"):
        connection.max_message_size = most
