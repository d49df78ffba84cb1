"""Where a visitor comes from, so that limits hold for those who come under a new name each time.

What leaves this module is a keyed hash: nobody's address is written down.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

import streamlit as st

from playground.ui.signing_key import signing_key


def address() -> str:
    """Return the hash of the visitor's network address; empty for this machine's own.

    Where a proxy on this machine serves the app, its header says who asks (uvicorn reads it); behind
    any other one all come from one address.
    """
    return hashed(st.context.ip_address)


def hashed(ip: str | None) -> str:
    """Return the hash of an address; those of one IPv6 network have the same."""
    if not ip:
        return ""
    place = f"address {neighbourhood(ip)}"
    return hmac.digest(signing_key().key, place.encode(), sha256).hex()[:32]


@lru_cache(maxsize=4096)
def neighbourhood(address: str) -> str:
    """Return what of an address counts as one place: for IPv6 the network, which one person has whole."""
    try:
        parsed = ip_address(address.partition("%")[0])  # without the zone of a link-local one
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return ":".join(parsed.exploded.split(":")[:4])
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
