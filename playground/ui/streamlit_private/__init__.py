"""All that we use of Streamlit and its server beside what is documented, and what if it should go.

Nothing outside imports more of Streamlit than the `streamlit` of its documentation; a test sees to it. What is
in the browser stands in `components/streamlit_page.js` and in the style sheets.
"""

from __future__ import annotations

from typing import Final

from playground.core.private_use import PrivateUse
from playground.ui.streamlit_private.behaviour import (
    ADDRESSES,
    GONE,
    LISTED_PAGES,
    SETTINGS,
    ask_nobody_for_addresses,
    leave_alone_what_is_gone,
    leave_settings_alone,
    serve_only_listed_pages,
)
from playground.ui.streamlit_private.drawings import (
    FLUSH,
    NAVIGATION,
    PRESSES,
    carry_out_every_press,
    has_gone_back,
)
from playground.ui.streamlit_private.frontend import FRONTEND
from playground.ui.streamlit_private.messages import (
    BOUND,
    CORE,
    MESSAGES,
    RERUN,
    ROUTES,
    STREAM,
    bound_messages,
    ends_a_drawing,
    kind_of_message,
)

USES: Final[tuple[PrivateUse, ...]] = (
    LISTED_PAGES,
    SETTINGS,
    GONE,
    ADDRESSES,
    ROUTES,
    MESSAGES,
    BOUND,
    NAVIGATION,
    FLUSH,
    PRESSES,
    *FRONTEND,
)

__all__ = [
    "CORE",
    "RERUN",
    "ROUTES",
    "STREAM",
    "USES",
    "ask_nobody_for_addresses",
    "bound_messages",
    "carry_out_every_press",
    "ends_a_drawing",
    "has_gone_back",
    "kind_of_message",
    "leave_alone_what_is_gone",
    "leave_settings_alone",
    "serve_only_listed_pages",
]
