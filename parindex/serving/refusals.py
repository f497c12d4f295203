"""What is said where no request could be read: a problem document, written at once, after which the connection ends."""

from __future__ import annotations

from email.utils import formatdate
from http import HTTPStatus

import msgspec

from parindex.api.shared import problems
from parindex.api.shared.page import SECURITY_HEADERS
from parindex.errors import Refused


def message(refused: Refused) -> bytes:
    """The whole answer; Vietnamese, because the reader's language was not read."""
    status = HTTPStatus(refused.kind.status)
    body = msgspec.json.encode(problems.problem(refused, "vi"))
    headers = {
        "Date": formatdate(usegmt=True), "Connection": "close", "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)), **problems.headers_of(refused), **SECURITY_HEADERS,
    }  # fmt: skip
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        *(f"{name.lower()}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
