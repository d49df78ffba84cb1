"""What a visitor without a browser reads from the server's messages."""

from __future__ import annotations

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.visitor import Visitor


def visitor() -> Visitor:
    return Visitor("http://127.0.0.1:8501", "seed=1")


def test_the_link_follows_the_page() -> None:
    tab = visitor()
    assert tab.run == ""
    message = ForwardMsg()
    message.page_info_changed.query_string = "seed=1&run=1a2b3c4d"
    tab.take(message)
    assert tab.link == "seed=1&run=1a2b3c4d"
    assert tab.run == "1a2b3c4d"


def test_buttons_are_known_by_their_keys() -> None:
    tab = visitor()
    message = ForwardMsg()
    message.delta.new_element.button.id = "$$ID-54a0be53d9dd5e41-train"
    tab.take(message)
    other = ForwardMsg()
    other.delta.new_element.markdown.body = "not a button"
    tab.take(other)
    assert tab.buttons == {"train": "$$ID-54a0be53d9dd5e41-train"}
