"""Where the page is, said at start: worked out from this machine's own list, without asking anyone."""

from __future__ import annotations

import socket
import sys
from ipaddress import ip_address

import psutil
import streamlit as st

from playground.ui.assets import base_path


def say_addresses() -> None:
    """Write to the terminal under which addresses the page is."""
    for url in addresses(st.get_option("server.address"), int(st.get_option("server.port"))):
        sys.stdout.write(f"The playground: {url}\n")
    sys.stdout.flush()


def addresses(host: str | None, port: int) -> list[str]:
    """Return the page's addresses.

    Args:
        host: where the server listens; None, "0.0.0.0" or "::" for everywhere.
        port: of the server.
    """
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    hosts = [host]
    if host is None or host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not listened on
        hosts = ["localhost", *_own_addresses()]
    return [
        f"{scheme}://{f'[{it}]' if ':' in it else it}:{port}{base_path()}" for it in hosts if it
    ]


def _own_addresses() -> list[str]:
    """Return the IPv4 addresses by which other machines may reach this one."""
    found = (
        it.address
        for addresses in psutil.net_if_addrs().values()
        for it in addresses
        if it.family is socket.AF_INET
    )
    return [it for it in found if not (ip_address(it).is_loopback or ip_address(it).is_link_local)]
