"""A form that came too late: its session had ended, or its token belongs to another. Nothing of it is lost.

It was not done, for nobody knows any more in whose name. Its fields come back, hidden in a page of ours, and are sent
again by a click: after signing in where nobody is signed in, at once otherwise. Only a form that the browser says was
sent by a page of ours comes back; one with a file cannot.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from parindex.errors import Refused
from parindex.reading.text import keepable

SentFields: TypeAlias = tuple[tuple[str, str], ...]
"""Name and value of every field, in the order in which they were sent; without the token."""


class UnsentForm(Refused):
    """A form that can be sent again: ``sign_in_needed`` or ``stale_csrf``."""

    def __init__(self, code: str, *, sent: SentFields, token: str) -> None:
        """Keep the fields, and the token for the page that gives them back."""
        super().__init__(code)
        self.sent = sent
        self.token = token


def packed(sent: SentFields) -> str:
    """The fields as one text, for a hidden field."""
    return msgspec.json.encode(sent).decode()


def unpacked(text: str) -> SentFields:
    """And back.

    Raises:
        Refused: ``bad_request`` for what :func:`packed` did not write.
    """
    try:
        sent = msgspec.json.decode(text, type=SentFields)
    except (msgspec.MsgspecError, RecursionError):
        raise Refused("bad_request") from None
    if not all(keepable(name + value) for name, value in sent):
        raise Refused("bad_request")
    return sent
