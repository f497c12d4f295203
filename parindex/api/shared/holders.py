"""Whoever holds an address: what failures and connections are counted under."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Final

from parindex.api.shared.page import AnyRequest

ONE_HOLDER: Final = 64
"""Bits of an IPv6 address that one holder of a line has: the rest costs nothing to change."""


@lru_cache(maxsize=4096)
def holder(address: str) -> str:
    """The name of an address's holder; what is no address stands for itself.

    >>> holder("203.0.113.7"), holder("::ffff:203.0.113.7"), holder("2001:db8:1:2:3:4:5:6"), holder("-")
    ('203.0.113.7', '203.0.113.7', '2001:db8:1:2::/64', '-')
    """
    try:
        ip = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return address
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, ONE_HOLDER), strict=False))


def holder_of(request: AnyRequest) -> str:
    """Who sent a request, behind the proxies that are trusted."""
    return holder(request.client.host) if request.client else "-"
