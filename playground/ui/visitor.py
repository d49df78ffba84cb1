"""Who is at the browser: a secret that nobody can guess, in a cookie; no account, nothing personal.

The server sets the cookie with the page (`guard/cookie.py`), and no script of the page can read it. What
the rest of the code knows of a visitor is a name made from the secret.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Final

import streamlit as st

from playground.core.visitor import SECRET, owner_of
from playground.ui.signing_key import signing_key

SAFE: Final = "__Host-"
"""Begins the name of a cookie that only this host can have set, over HTTPS (RFC 6265bis)."""

_VISITOR: Final = "_visitor"
_COOKIE: Final = re.compile(rf"({SAFE})?playground_[0-9a-f]{{8}}")


def visitor() -> str:
    """Return the visitor's name, the same after a reload and in every tab of this browser.

    Where cookies are off, or kept away from the server, every tab and every reload is somebody new.
    """
    known = visitor_of(st.context.cookies)
    if known:
        return known
    name: str = st.session_state.setdefault(_VISITOR, owner_of(secrets.token_hex(16)))
    return name


def visitor_of(cookies: Mapping[str, str]) -> str:
    """Return the name of the visitor who has these cookies; empty if they name nobody."""
    if not any(map(_COOKIE.fullmatch, cookies)):
        return ""
    secret = secret_in(cookies, SAFE) or secret_in(cookies)
    return owner_of(secret) if secret else ""


def secret_in(cookies: Mapping[str, str], prefix: str = "") -> str:
    """Return the secret in this server's cookie; empty if there is none that this server has signed."""
    secret, _, signature = cookies.get(prefix + cookie_name(), "").partition(".")
    if not SECRET.fullmatch(secret) or not hmac.compare_digest(signature, _signature(secret)):
        return ""
    return secret


def cookie_value(secret: str) -> str:
    """Return what the cookie of a visitor with this secret holds."""
    return f"{secret}.{_signature(secret)}"


@cache
def cookie_name() -> str:
    """Return the cookie's name, which differs between servers: one host may have several, on its ports."""
    return f"playground_{sha256(b'name' + signing_key().key).hexdigest()[:8]}"


def _signature(secret: str) -> str:
    return hmac.digest(signing_key().key, secret.encode(), sha256).hex()[:32]
