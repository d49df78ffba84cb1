"""What every request passes before Streamlit sees it: each module is one concern, most one middleware."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.middleware import Middleware

from playground.ui.assets import base_path
from playground.ui.guard.connections import Connections
from playground.ui.guard.cookie import VisitorCookie
from playground.ui.guard.headers import COMMUNITY_CLOUD, AnswerHeaders, policy
from playground.ui.guard.messages import Messages
from playground.ui.guard.origins import Origins, listed
from playground.ui.guard.requests import Requests

ORIGINS: Final = "PLAYGROUND_ORIGINS"
"""Names the origins, beside its own, by which the server is reached."""

EMBEDDERS: Final = "PLAYGROUND_EMBED_ORIGINS"
"""Names the origins whose pages may show the playground inside them; "*" for all."""


def guards() -> list[Middleware]:
    """Return them, the outermost first."""
    base = base_path()
    embedders = listed(os.environ.get(EMBEDDERS, ""))
    document = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    content_policy = policy(document, sorted(embedders) or [COMMUNITY_CLOUD])
    origins = listed(os.environ.get(ORIGINS, "")) | listed(
        " ".join(st.get_option("server.corsAllowedOrigins"))
    )
    return [
        Middleware(AnswerHeaders, content_policy),
        Middleware(Requests, base),
        Middleware(
            Origins,
            st.get_option("server.address"),
            origins,
            open_to_all=not st.get_option("server.enableCORS"),
        ),
        Middleware(Connections),
        Middleware(Messages),
        Middleware(VisitorCookie, base, is_embedded=bool(embedders)),
    ]
